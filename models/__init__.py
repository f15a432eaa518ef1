from . import common, ticket, sla, slack, outbound, inbound, monitoring, settings
