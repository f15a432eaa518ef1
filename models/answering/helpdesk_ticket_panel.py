"""What a ticket's form asks about replies that are held, and what its buttons do."""

from odoo import models

from ...tools.ticket import live
from .helpdesk_ticket_reply import HELD, STOPPED


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def bridge_replies(self):
        """The replies that are held, those of the current user that were stopped, and who else is answering.

        :return: {"replies": plain values of each, oldest first, "answering": names of others}
        """
        self._bridge_check_viewer()
        mine = ["&", ("state", "=", STOPPED), ("author_id", "=", self.env.uid)]
        domain = [("ticket_id", "=", self.id), "|", ("state", "=", HELD), *mine]
        replies = self.env["helpdesk.ticket.reply"].sudo().search(domain, order="id")
        others = self._bridge_answering() - replies.author_id - self.env.user
        return {
            "replies": [reply._shown(self.env.user) for reply in replies],
            "answering": self._bridge_names(others),
        }

    def _bridge_reply(self, number):
        """One of the replies of this ticket, as sudo."""
        self._bridge_check_viewer()
        reply = self.env["helpdesk.ticket.reply"].sudo().browse(number).exists()
        return reply.filtered(lambda reply: reply.ticket_id == self)

    def bridge_undo_reply(self, number):
        """Take a reply of the current user back.

        :return: {"done": whether it is taken back, "body" and "attachment_ids" for the composer}
        """
        reply = self._bridge_reply(number)
        if not reply or not reply._undo(self.env.user):
            return {"done": False}
        return {"done": True, "body": reply.body or "", "files": self._bridge_files_for_composer(reply)}

    def _bridge_files_for_composer(self, reply):
        """The files of a reply as the composer takes them."""
        files = reply.attachment_ids
        return [{"id": file.id, "name": file.name, "mimetype": file.mimetype} for file in files]

    def bridge_send_reply(self, number, anyway=False):
        """Send a reply of the current user now. :param anyway: although it was stopped :return: whether it is sent"""
        reply = self._bridge_reply(number)
        return bool(reply) and reply._send_now(self.env.user, anyway=anyway is True)

    def _bridge_begin_answering(self):
        """Note that the current user has a form open to answer the customer; others are told, and never locked out."""
        self._bridge_check_viewer()
        if self.env["helpdesk.ticket.viewer"]._bridge_answer(self, begins=True):
            self.sudo()._bridge_note_news(live.ANSWERING)
            self._bridge_note_answering()

    def _bridge_end_answering(self):
        """Note that the current user has closed that form."""
        self.ensure_one()
        if self.env["helpdesk.ticket.viewer"]._bridge_answer(self, begins=False):
            self.sudo()._bridge_note_news(live.ANSWERING)
            self._bridge_note_answering()
