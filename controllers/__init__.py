from . import portal, watching
