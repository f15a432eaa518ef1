from datetime import timedelta

from odoo import api, fields, models

from ...tools.common import crons
from ...tools.ticket import live

#: How long somebody counts as answering who has opened the form for it in Slack: Slack does not say when it is left.
ANSWERING = timedelta(minutes=15)


class HelpdeskTicketViewer(models.Model):
    """Who has a form open to answer a customer, beside who looks at the ticket."""

    _inherit = "helpdesk.ticket.viewer"

    answering_until = fields.Datetime()

    @api.model
    def _bridge_answer(self, ticket, begins):
        """Note that the current user begins or ends to answer the customer. :return: whether that changes anything"""
        now = fields.Datetime.now()
        mine = self.sudo().search([("ticket_id", "=", ticket.id), ("user_id", "=", self.env.uid)], limit=1)
        was = bool(mine.answering_until and mine.answering_until > now)
        until = now + ANSWERING if begins else False
        if mine:
            # `_gc_viewers` deletes who looked long ago, and nobody would be told that the answer is over.
            mine.write(
                {"answering_until": until, "until": max(mine.until, now)} if begins else {"answering_until": until}
            )
        elif begins:
            mine.create({"ticket_id": ticket.id, "user_id": self.env.uid, "until": now, "answering_until": until})
        if begins:
            self.env["ir.cron"]._bridge_wake_at(crons.REPLIES, until)
        return was != begins

    @api.model
    def _bridge_forget_answer(self):
        """Forget somebody whose form was opened long ago, and never closed. :return: whether there was one"""
        over = self.sudo().search([("answering_until", "<=", fields.Datetime.now())], limit=1)
        if over:
            ticket = over.ticket_id
            over.answering_until = False
            ticket._bridge_note_news(live.ANSWERING)
            ticket._bridge_note_answering()
        return bool(over)
