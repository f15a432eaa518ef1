"""Sends held replies: exactly once, because the message is posted in the transaction that changes the state."""

import logging
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.common import crons
from ..common import database_time
from ..common.transactions import attempted, reason, retried
from ..ticket.helpdesk_ticket_closing import CLOSE, WAIT
from .helpdesk_ticket import GIVEN_TO, GivenTo
from .helpdesk_ticket_reply import HELD, SENT, STOPPED

_logger = logging.getLogger(__name__)

#: Seconds for which a reply waits for a decision about it that is under way.
DECISION_WAIT = 2


class HelpdeskTicketReply(models.Model):
    _inherit = "helpdesk.ticket.reply"

    @api.model
    def _cron_send(self):
        """Send what is due until nothing is left or the time of this run is over."""
        if self.env["helpdesk.bridge.database"]._is_silent():
            return
        for step in (self._send_next, self.env["helpdesk.ticket.viewer"]._bridge_forget_answer):
            while retried(self.env.cr, step):
                if self.env["ir.cron"]._commit_progress(1, remaining=0) <= 0:
                    # Odoo would come back up to a minute later.
                    self.env["ir.cron"]._bridge_wake(crons.REPLIES)
                    return

    @api.model
    def _send_next(self):
        """Send the reply that has been due for longest. :return: whether there was one"""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM helpdesk_ticket_reply
                 WHERE state = 'held' AND send_at <= %s
              ORDER BY send_at, id
                 LIMIT 1
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                database_time.now(self.env),
            )
        )
        if not found:
            return False
        reply = self.sudo().browse(found[0][0])
        if reply._is_being_decided():
            reply.send_at = database_time.now(self.env) + timedelta(seconds=DECISION_WAIT)
            self.env["ir.cron"]._bridge_wake_at(crons.REPLIES, reply.send_at)
            return True
        error = attempted(self.env.cr, reply._send)
        if error:
            # Nothing of it has happened. Its author decides what becomes of it.
            _logger.error("reply %s on ticket %s cannot be sent", reply.id, reply.ticket_id.id, exc_info=error)
            why = reply._in_authors_words().env._("It could not be sent: %s", reason(error))
            if untold := attempted(self.env.cr, reply._stop, why):
                _logger.error("nobody can be told that reply %s was stopped", reply.id, exc_info=untold)
                reply._move(STOPPED, (HELD,), why)  # or it would hold up all others
        return True

    def _is_being_decided(self):
        """Hook: whether somebody has decided about this reply in time, and that is not carried out yet."""
        return False

    def _send(self, former=(HELD,)):
        """Post the message as its author, and close the ticket or wait, as they wish; all of it, or nothing.

        :param former: states in which it may be sent
        :return: whether this has sent it
        """
        self.ensure_one()
        hindrance = self._hindrance() or (self._overtaken() if former == (HELD,) else "")
        if hindrance:
            self._stop(hindrance)
            return False
        if not self._move(SENT, former):
            return False
        ticket = self._as(self.author_id, self.ticket_id)
        self._release_files(ticket._name, ticket.id)
        given = GivenTo(self.id, frozenset(self.addresses or ()))
        self.message_id = ticket.with_context(**{GIVEN_TO: given}).message_post(**self._arguments())
        ticket._bridge_go_on(self._then())
        self.ticket_id._bridge_note_answering()
        return True

    def _then(self):
        """What follows this reply."""
        return CLOSE if self.close_ticket else WAIT if self.wait_ticket else ""

    def _arguments(self):
        """The arguments of `message_post`."""
        return {
            **(self.arguments or {}),
            "body": self.body,
            "subject": self.subject,
            "partner_ids": self.partner_ids.ids,
            "outgoing_email_to": self.email_to,
            "attachment_ids": self.attachment_ids.ids,
        }

    def _hindrance(self):
        """Why the author must not reply any more, in their words; "" if they may."""
        words = self._in_authors_words()
        if not self.author_id._bridge_agents():
            return words.env._("Its author is no agent any more.")
        if not self._as(self.author_id, self.ticket_id).has_access("write" if self._then() else "read"):
            return words.env._("Its author has no access to the ticket any more.")
        if not self.ticket_id.active or self.ticket_id.duplicate_id:
            return words.env._("The ticket was merged or archived meanwhile.")
        return ""

    def _in_authors_words(self):
        """This record in the language of its author."""
        return self.with_context(lang=self.author_id.lang)

    def _send_now(self, user, anyway=False):
        """Send this reply without waiting any longer. Twice is as good as once.

        :param anyway: although something has stopped it; who sees a held reply does not know of that yet
        :return: whether it is sent; not if it was undone or stopped
        """
        self.ensure_one()
        reply = self.sudo()
        reply._check_author(user)
        if anyway and (hindrance := reply._hindrance()):
            raise UserError(hindrance)
        return reply._send((HELD, STOPPED) if anyway else (HELD,)) or reply.state == SENT
