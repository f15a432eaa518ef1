from odoo import models

from .helpdesk_ticket import WRITTEN, WRITTEN_KEY


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def action_send_mail(self):
        """What an agent writes in the full composer may be held as well."""
        return super(MailComposeMessage, self.with_context(**{WRITTEN_KEY: WRITTEN})).action_send_mail()
