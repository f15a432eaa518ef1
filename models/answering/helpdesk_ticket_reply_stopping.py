"""What stops a held reply: the customer writes, another answer overtakes it, or somebody else closes the ticket."""

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL

from ...tools.ticket import events
from ...tools.ticket.message_category import CUSTOMER, REPLY
from .helpdesk_ticket_reply import HELD, STOPPED


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

    def _customer_wrote(self):
        return self.env._("The customer wrote meanwhile.")

    def _answered(self, person):
        return self.env._("%s answered meanwhile.", person.name)

    def _stop(self, reason):
        """Do not send this reply unless its author decides again. :param reason: in the words of its author"""
        self.ensure_one()
        if self._move(STOPPED, (HELD,), reason):
            self._tell(events.REPLY_STOPPED)
            self._ask_again()

    def _ask_again(self):
        """Tell the author, wherever they are, that their reply has not left."""
        ticket = self.ticket_id.with_context(lang=self.author_id.lang)
        ticket.message_notify(
            partner_ids=self.author_id.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=ticket.env._("Your reply was not sent: %s", ticket.mail_reference),
            body=Markup("<p>%s</p><p>%s</p>%s")
            % (
                self.reason,
                ticket.env._("Open the ticket to send it anyway, to edit or to discard it. You wrote:"),
                self.body or "",
            ),
        )
