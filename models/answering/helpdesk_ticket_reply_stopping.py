"""What stops a held reply: the customer writes, another answer overtakes it, or somebody else closes the ticket.

Its author decides what becomes of it. Where the author cannot any more, the colleague with the ticket does.
"""

from typing import NamedTuple

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL

from ...tools.ticket import events
from ...tools.ticket.message_category import CUSTOMER, REPLY
from .helpdesk_ticket_reply import HELD, STOPPED


class Seen(NamedTuple):
    """What the author of a reply had seen when they began to write.

    :param ticket_id: the ticket; if it was merged since, the reply is on another one
    :param message_id: the newest message on it
    :param is_closed: whether it was closed
    """

    ticket_id: int
    message_id: int
    is_closed: bool


class HelpdeskTicketReply(models.Model):
    _inherit = "helpdesk.ticket.reply"

    @api.model
    def _held_on(self, tickets):
        """The held replies of these tickets, as sudo and locked; one that is being sent right now is none.

        Nobody waits for who sends: an import of emails must not.
        """
        self.env.flush_all()
        held = SQL(
            """
            SELECT id FROM helpdesk_ticket_reply
             WHERE state = 'held' AND ticket_id IN %s
          ORDER BY id
               FOR NO KEY UPDATE SKIP LOCKED
            """,
            tickets._ids,
        )
        return self.sudo().browse([number for [number] in self.env.execute_query(held)])

    def _overtaken(self):
        """Why this reply must not be sent after what was said since it was held; "" if nothing was.

        Who said it has stopped this reply, unless it was just being sent, and was not sent after all.
        """
        words = self._in_authors_words()
        for message in self.ticket_id._bridge_said().filtered(lambda one: one.id > self.last_message_id):
            category = self.ticket_id._bridge_message_category(message)
            if category == CUSTOMER:
                return words._customer_wrote()
            if category == REPLY and message.author_id != self.author_id.partner_id:
                return words._answered(message.author_id)
        return ""

    def _missed(self, seen):
        """Why this reply must not be sent after what its author had not seen; "" if that is nothing."""
        ticket = self.ticket_id
        if ticket.id != seen.ticket_id or not ticket.active or (ticket.closed and not seen.is_closed):
            return self._in_authors_words()._ticket_is_over()
        return self._overtaken()

    def _ticket_is_over(self):
        return self.env._("The ticket was closed, merged or archived meanwhile.")

    def _customer_wrote(self):
        return self.env._("The customer wrote meanwhile.")

    def _answered(self, person):
        return self.env._("%s answered meanwhile.", person.name)

    def _stop(self, reason, is_left=False):
        """Do not send this reply unless its author decides again.

        :param reason: in the words of its author
        :param is_left: whether the author is about to be deleted
        """
        self.ensure_one()
        if self._move(STOPPED, (HELD,), reason):
            self._tell(events.REPLY_STOPPED)
            if is_left or not self._may_author_decide():
                self._leave_to_colleagues()
            else:
                self._ask_again()

    @api.model
    def _leave_of(self, users):
        """Stop the held replies of users who are about to be deleted; delete all of theirs, and the files in them."""
        replies = self.sudo().search([("author_id", "in", users.ids)], order="id")
        # One that is being sent right now is waited for: it is sent, or it is left to the colleagues.
        for reply in replies.filtered(lambda reply: reply.state == HELD):
            reply._stop(reply._in_authors_words().env._("Its author is no agent any more."), is_left=True)
        replies.unlink()

    def _may_author_decide(self):
        """Whether the author can still open the ticket, and decide about this reply."""
        author = self.author_id
        return bool(author._bridge_agents()) and self._as(author, self.ticket_id).has_access("read")

    def _ask_again(self):
        """Tell the author, wherever they are, that their reply has not left."""
        ticket = self.ticket_id.with_context(lang=self.author_id.lang)
        body = Markup("<p>%s</p><p>%s</p>%s") % (
            self.reason,
            ticket.env._("Open the ticket to send it anyway, to edit or to discard it. You wrote:"),
            self.body or "",
        )
        _notify(ticket, self.author_id, ticket.env._("Your reply was not sent: %s", ticket.mail_reference), body)

    def _leave_to_colleagues(self):
        """Note on the ticket what was not sent, with its files, and tell whoever goes on with the ticket."""
        ticket, author = self.ticket_id, self.author_id
        self._release_files(ticket._name, ticket.id)
        noted = ticket._bridge_with_company_lang()
        ticket._message_log(
            body=self._left_words(noted.env),
            author_id=self.env.ref("base.partner_root").id,
            attachment_ids=[Command.link(file.id) for file in self.attachment_ids],
        )
        people = (ticket.user_id | ticket.team_id.user_id)._bridge_agents() - author
        if colleague := people.filtered(lambda user: self._as(user, ticket).has_access("read"))[:1]:
            told = ticket.with_context(lang=colleague.lang)
            subject = told.env._("A reply was not sent: %s", ticket.mail_reference)
            _notify(told, colleague, subject, self._left_words(told.env))

    def _left_words(self, env):
        """What colleagues are told of this reply. :param env: whose language it is in"""
        introduction = env._(
            "A reply of %s to the customer was not sent, and its author cannot decide about it any more:",
            self.author_id.name,
        )
        return Markup("<p>%s</p>%s") % (introduction, self.body or "")

    def _hand_words_back(self):
        """Give the author their words back: the ticket is about to be deleted, and with it this reply."""
        words = self._in_authors_words()
        subject = words.env._("Your reply was not sent: %s", self.ticket_id.mail_reference)
        body = Markup("<p>%s</p>%s") % (words.env._("The ticket was deleted. You wrote:"), self.body or "")
        _notify(self.env["mail.thread"].with_env(words.env), self.author_id, subject, body)


def _notify(thread, user, subject, body):
    """Let Odoo itself tell a user. :param thread: what it is about; an empty one for nothing that stays"""
    thread.message_notify(
        partner_ids=user.partner_id.ids,
        author_id=thread.env.ref("base.partner_root").id,
        subject=subject,
        body=body,
    )
