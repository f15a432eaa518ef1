from . import common, ticket, sla, slack, slack_inbound, outbound, inbound, answering, monitoring, settings
