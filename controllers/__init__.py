from . import portal, thread, watching
