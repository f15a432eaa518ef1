"""What becomes of a row of the Slack inbox: done, ignored for a reason, tried again later, or failed."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.common import crons
from ...tools.slack import retry_policy
from ..common import database_time, transactions
from ..common.translated import with_company_lang
from .helpdesk_slack_inbound import DONE, FAILED, IGNORED

#: Seconds until the next attempt, after each.
RETRY_AFTER = (5, 30)
#: The same where Slack cannot say who this one person is, and answers everything else.
ALONE_AFTER = (60, 600)
#: Seconds for which a workspace is left alone when Slack cannot say who anybody is.
HOLD, NO_TOKEN_HOLD = 15, 60
#: Seconds between two looks for a thread that is just beginning, and for how long.
THREAD_WAIT, THREAD_PATIENCE = 5, 900


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _in_hand(self, work):
        """The row of `work`, locked, if it still waits for this attempt; else empty."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                "SELECT id FROM helpdesk_slack_inbound WHERE id = %s AND state = 'pending' AND attempts = %s "
                "FOR NO KEY UPDATE",
                work.entry_id,
                work.attempts,
            )
        )
        entry = self.browse([found[0][0]] if found else [])
        entry.invalidate_recordset(flush=False)
        return entry

    def _in_words(self):
        """This row in the language of the company's people."""
        return with_company_lang(self.ticket_id.company_id or self.company_id or self.env.company, self)

    def _actor_ref(self):
        """The id of who did it. Slack does not say who deleted a message: then it counts as its author's doing."""
        return (
            self.slack_user_ref
            or self._message_row(self.workspace_id, self.channel_ref, self.message_ts).slack_user_ref
        )

    def _find_ticket(self):
        """Find the ticket of the thread. :return: whether there is one whose team listens"""
        words = self._in_words()
        thread = self.thread_id
        if not thread:
            age = (database_time.now(self.env) - self.create_date).total_seconds()
            if age < THREAD_PATIENCE and self._is_thread_beginning(self.workspace_id, self.channel_ref):
                return self._postpone(THREAD_WAIT)
            return self._ignore(words.env._("The thread is not that of a ticket."), payload=False)
        ticket = thread.ticket_id._bridge_resolve_merged()
        self.write({"ticket_id": ticket.id, "company_id": ticket.company_id.id})
        if self._is_own_post(ticket):
            return self._ignore(words.env._("Odoo itself posted this."))
        if ticket._slack_replies() == "off":
            reason = words.env._("The team does not take replies from Slack (Replies in Slack: Off).")
            return self._ignore(reason, payload=False)  # it stays in Slack
        return True

    def _is_own_post(self, ticket):
        """Whether our own outbox has posted this message."""
        posted = [("ticket_id", "=", ticket.id), ("slack_ts", "=", self.message_ts)]
        return bool(self.env["helpdesk.slack.outbox"].sudo().search_count(posted, limit=1))

    def _done(self, reason=False, **vals):
        self.write({"state": DONE, "reason": reason, "error": False, **vals})
        return True

    def _ignore(self, reason, **vals):
        self.write({"state": IGNORED, "reason": reason, "error": False, **vals})
        return False

    def _fail(self, reason, error=False):
        self.write({"state": FAILED, "reason": reason, "error": error})
        return False

    def _refuse(self, work, refusal):
        """Ignore what this person did, and tell them why, once a day."""
        reason = self.person_id._in_words(self._in_words().env, refusal)
        work.telling = self.person_id._tell(self, reason, refusal)
        return self._ignore(reason)

    def _postpone(self, seconds, reason=False):
        """Look again later: nothing went wrong, so the attempt does not count."""
        moment = database_time.now(self.env) + timedelta(seconds=seconds)
        self.write({"attempts": self.attempts - 1, "next_attempt_at": moment, "reason": reason})
        self._wake_at(moment)
        return False

    def _wait_for_slack(self, work):
        """Slack cannot say who this is: leave the workspace alone for a moment, unless it is about this one person."""
        answer, workspace = work.trouble, self.workspace_id
        explained = with_company_lang(self.company_id or self.env.company, workspace)._explain(answer)
        reason = self._in_words().env._("Slack cannot say who this is: %s", explained)
        if work.is_alone:
            return self._try_later(work, reason, waits=ALONE_AFTER)
        dead = retry_policy.judge(answer, 1).action is retry_policy.Action.PAUSE_WORKSPACE
        seconds = max(answer.retry_after, NO_TOKEN_HOLD if dead else HOLD)
        workspace.inbound_hold_until = workspace._end_of_hold(seconds)
        return self._postpone(seconds, reason)

    def _try_later(self, work, reason, error=False, waits=RETRY_AFTER):
        """Count the attempt as failed, and try again; in the end a person has to. :param waits: seconds after each"""
        if work.is_last:
            return self._fail(reason, error)
        moment = database_time.now(self.env) + timedelta(seconds=waits[work.attempts - 1])
        self.write({"next_attempt_at": moment, "reason": reason, "error": error})
        self._wake_at(moment)
        return False

    @api.model
    def _record_failure(self, work, error):
        entry = self._in_hand(work)
        if not entry:
            return
        why = transactions.reason(error, 2000)
        if transactions.is_momentary(error):
            entry._postpone(RETRY_AFTER[0], entry._in_words().env._("Odoo was busy. It is tried again."))
            return
        entry._try_later(work, entry._in_words().env._("It could not be carried out: %s", why[:300]), why)

    @api.model
    def _wake_at(self, moment):
        self.env["ir.cron"]._bridge_wake_at(crons.SLACK_INBOUND, moment)
