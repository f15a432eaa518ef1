"""Marks our emails about a ticket, and recognizes them when they come back in any form."""

from odoo import api, models

from ...tools.email import mime_text, own_mark

#: Characters at the beginning of what we wrote that must come back; a shorter text proves nothing.
ENOUGH, COMPARED = 12, 150


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _notify_by_email_get_headers(self, headers=None):
        headers = super()._notify_by_email_get_headers(headers)
        if self:
            headers[own_mark.HEADER] = own_mark.mark(self._bridge_mark_key(), self.id)
        return headers

    @api.model
    def _bridge_marked(self, message):
        """The ticket that an email of ours is about, as sudo; empty if the email has no mark of this database."""
        values = mime_text.header_values(message, own_mark.HEADER)
        number = own_mark.number_in(self._bridge_mark_key(), values) if values else 0
        return self.sudo().browse(number or ()).exists()

    @api.model
    def _bridge_mark_key(self):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret") or ""
        return f"{own_mark.HEADER} {secret}".encode()

    def _bridge_wrote(self, message):
        """Whether an email begins with what the team, or an automatic email, wrote here: it is ours, without marks."""
        text = own_mark.comparable(mime_text.body_text(message))
        for one in self._bridge_conversation():
            if one.message_type == "auto_comment" or self._bridge_by_team(one):
                ours = own_mark.comparable(mime_text.html_lines(one.body or ""))[:COMPARED]
                if len(ours) >= ENOUGH and text.startswith(ours):
                    return True
        return False
