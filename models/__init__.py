from . import common, ticket, sla, slack, slack_inbound, slack_acts, outbound, inbound, monitoring, settings
