from . import common, ticket, sla, slack, slack_inbound, slack_acts, outbound, inbound, answering, slack_answering
from . import digest, monitoring, settings
