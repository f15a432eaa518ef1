from . import monitoring, portal, slack, thread
