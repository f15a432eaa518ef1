from . import monitoring, portal, thread
