from . import common, sla, ticket, slack, outbound, inbound, monitoring, settings  # noqa: I001
