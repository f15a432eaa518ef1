"""What customers get when many tickets are closed at once."""

from odoo import models

from ...tools.inbound import auto_mail
from .helpdesk_letter import CLOSED


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_told_of_closing(self, stages):
        """Those of these tickets whose customers get the closing email. :param stages: ``{ticket: stage}``"""
        return self.sudo().filtered(lambda ticket: ticket._bridge_is_told_of_closing(stages[ticket].sudo()))

    def _bridge_is_told_of_closing(self, stage):
        address = self._bridge_customer_email()
        if not address or self.mail_silent or self.email_failing or auto_mail.is_no_reply(address):
            return False
        has_own = self._bridge_without_replaced(stage.mail_template_id)
        return bool(has_own) or self._bridge_is_email_enabled(CLOSED)
