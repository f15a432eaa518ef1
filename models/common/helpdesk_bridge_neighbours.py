"""Extends methods of addons that may be installed beside this one, or not.

`_inherit` needs a model that is there, and what a later addon overrides stands outside of ours. So these methods are
wrapped once all addons are loaded, as Odoo's own `base_automation` does.
"""

from functools import wraps

from odoo import api, models

#: The attribute of a wrapped method that says so.
EXTENDED = "_helpdesk_bridge_extended"


class HelpdeskBridgeNeighbours(models.AbstractModel):
    _name = "helpdesk.bridge.neighbours"
    _description = "Extended Methods of Other Addons"

    @api.model
    def _extensions(self):
        """What is extended: {(model, method): function}. A room adds its own.

        Instead of the method, the function is called with the method, the records and the arguments.
        """
        return {}

    def _register_hook(self):
        super()._register_hook()
        for (model, name), function in self._extensions().items():
            method = getattr(self.env.registry.get(model), name, None)
            if method and not hasattr(method, EXTENDED):
                setattr(self.env.registry[model], name, _extended(method, function))

    def _unregister_hook(self):
        result = super()._unregister_hook()
        for model, name in self._extensions():
            if hasattr(getattr(self.env.registry.get(model), name, None), EXTENDED):
                delattr(self.env.registry[model], name)
        return result


def _extended(method, function):
    @wraps(method)
    def extended(records, *args, **kwargs):
        return function(method, records, *args, **kwargs)

    setattr(extended, EXTENDED, True)
    return extended
