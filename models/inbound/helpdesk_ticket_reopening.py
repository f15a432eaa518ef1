"""Whether an email found its ticket open: another addon may close the ticket before the reply is posted."""

from odoo import models

from ..common import inbound_context


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_was_open(self):
        sender = inbound_context.sender(self.env)
        if sender and sender.ticket == self:
            return self.active and sender.was_open
        return super()._bridge_was_open()
