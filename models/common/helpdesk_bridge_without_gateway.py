from odoo import api, models
from odoo.exceptions import AccessError


def refusal(model):
    """The error for an email that would make or change a record of a model."""
    return AccessError(model.env._("“%s” does not accept emails.", model.env["ir.model"]._get(model._name).name))


class HelpdeskBridgeWithoutGateway(models.AbstractModel):
    """A model with a chatter whose records no email makes or changes.

    Odoo's `message_process` is callable over RPC and acts as superuser: without this, every internal user could create
    records with any values.
    """

    _name = "helpdesk.bridge.without.gateway"
    _description = "Record Without Mail Gateway"
    _inherit = "mail.thread"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Refuse: no email creates such a record."""
        raise refusal(self)

    def message_update(self, msg_dict, update_vals=None):
        """Refuse: no email belongs to such a record."""
        raise refusal(self)
