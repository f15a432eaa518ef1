from . import common, ticket, sla, slack, slack_inbound, outbound, inbound, monitoring, settings
