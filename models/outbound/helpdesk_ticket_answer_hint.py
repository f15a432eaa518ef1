"""Tells the agents in each notification by email whether they may reply to it, and who gets that reply."""

from markupsafe import Markup

from odoo import models
from odoo.tools.mail import append_content_to_html

from ...tools.email import addresses
from ...tools.outbound import answer_hint

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
        hints, reply_to = self._bridge_answer_hints(), addresses.normalize(message.reply_to)
        if reply_to in ("", addresses.normalize(message.email_from)):
            return hints["nowhere"]
        if not self._bridge_is_sender_checked(reply_to):
            return hints["in_odoo"]
        is_internal = self._message_parse_extract_from_parent(message).get("is_internal")
        return hints["note"] if is_internal else hints["customer"]

    def _bridge_answer_hints(self):
        """All that a notification may say about replying to it, in the language of the environment."""
        return {
            "nowhere": self.env._(
                "Please reply in Odoo, not to this email: no support mailbox would receive your reply for this ticket."
            ),
            "in_odoo": self.env._(
                "Please reply in Odoo, not to this email: nothing would prove that you wrote it. It would wait in Odoo "
                "until you confirm it, and nobody would get it before."
            ),
            "note": self.env._("You may reply to this email: your reply becomes an internal note on the ticket."),
            "customer": self.env._("You may reply to this email: the customer gets your reply."),
        }

    def _bridge_without_answer_hints(self, html):
        """The HTML of an agent's reply by email, without what the notification that it quotes says to agents."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        tickets = [self.with_context(lang=code) for code in codes]
        texts = {text for ticket in tickets for text in ticket._bridge_answer_hints().values()}
        return Markup(answer_hint.without(str(html), texts))

    def _bridge_is_sender_checked(self, address):
        """Whether a mail server vouches for the senders of emails to this address: that of one of our mailboxes."""
        checked = [
            ("helpdesk_team_id", "!=", False),
            ("helpdesk_address", "=", address),
            ("helpdesk_authserv_id", "not in", (False, "")),
        ]
        return bool(self.env["fetchmail.server"].sudo().search_count(checked, limit=1))
