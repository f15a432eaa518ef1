"""Tells the agents in each notification by email whether they may reply to it, and who gets that reply."""

from markupsafe import Markup

from odoo import models
from odoo.tools.mail import append_content_to_html

from ...tools.email import addresses

HINT = Markup('<p style="margin-top:16px; color:#666666; font-size:12px;">%s</p>')


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_with_answer_hint(self, html, message, lang=None):
        """The email of a notification to an agent, with how to reply to it at its end.

        :param html: the rendered email
        :param message: as sudo
        """
        ticket = self.with_context(lang=lang) if lang else self
        return append_content_to_html(html, HINT % ticket._bridge_answer_hint(message), plaintext=False)

    def _bridge_answer_hint(self, message):
        """How an agent replies to a notification by email, in the language of the environment."""
        reply_to = addresses.normalize(message.reply_to)
        if reply_to in ("", addresses.normalize(message.email_from)):
            return self.env._(
                "Please reply in Odoo, not to this email: no support mailbox would receive your reply for this ticket."
            )
        if not self._bridge_is_sender_checked(reply_to):
            return self.env._(
                "Please reply in Odoo, not to this email: nothing would prove that you wrote it. It would wait in Odoo "
                "until you confirm it, and nobody would get it before."
            )
        if self._message_parse_extract_from_parent(message).get("is_internal"):
            return self.env._("You may reply to this email: your reply becomes an internal note on the ticket.")
        return self.env._("You may reply to this email: the customer gets your reply.")

    def _bridge_is_sender_checked(self, address):
        """Whether a mail server vouches for the senders of emails to this address: that of one of our mailboxes."""
        checked = [
            ("helpdesk_team_id", "!=", False),
            ("helpdesk_address", "=", address),
            ("helpdesk_authserv_id", "not in", (False, "")),
        ]
        return bool(self.env["fetchmail.server"].sudo().search_count(checked, limit=1))
