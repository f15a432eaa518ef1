from odoo import api, models
from odoo.exceptions import AccessError


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
        raise self._gateway_error()

    def message_update(self, msg_dict, update_vals=None):
        """Refuse: no email belongs to such a record."""
        raise self._gateway_error()

    @api.model
    def _gateway_error(self):
        return AccessError(self.env._("“%s” does not accept emails.", self.env["ir.model"]._get(self._name).name))
