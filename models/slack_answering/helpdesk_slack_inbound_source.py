"""A held reply that was made of a message in the thread follows it: an edit changes it, a deletion takes it back."""

from odoo import models
from odoo.tools import plaintext2html

from ...tools.slack import message_html, mrkdwn


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    def _held_replies_of_message(self):
        source = f"{self.channel_ref}:{self.message_ts}"
        held = [("ticket_id", "=", self.ticket_id.id), ("state", "=", "held"), ("source_ref", "=", source)]
        return self.env["helpdesk.ticket.reply"].sudo().search([*held, ("author_id", "=", self.user_id.id)])

    def _do_changed(self, work):
        is_overtaken = self._is_overtaken()
        result = super()._do_changed(work)
        for reply in () if is_overtaken else self._held_replies_of_message():
            words = mrkdwn.from_html(message_html.to_html(self.payload or {}, self._names(work)))
            reply._correct(self.user_id, plaintext2html(words))
        return result

    def _do_deleted(self, work):
        result = super()._do_deleted(work)
        for reply in self._held_replies_of_message():
            reply._undo(self.user_id)
        return result
