"""Delivers the Slack outbox.

The cron delivers one row of the outbox at a time, in three steps: claim the row (own transaction: attempts + 1 and a
lease), call Slack with no transaction and no lock open, record the result (own transaction: this row and its thread
only). If a worker dies, its lease runs out and the row counts as in doubt: the next worker first searches Slack's
history for the idempotency key. Pauses and holds of channel and workspace are written in a separate transaction, so
that they cannot roll back a recorded "sent".
"""

import logging
import time

from odoo import api, models

from ...tools.slack import response as slack_response
from ...tools.slack import retry_policy, user_lookup
from ...tools.slack.call_histogram import CallTally
from ...tools.slack.retry_policy import Action
from ..common import database_time, ir_cron, transactions
from ..common.helpdesk_bridge_counter import CALLS, SECONDS
from ..common.translated import with_company_lang
from .helpdesk_slack_outbox import RELEASED
from .slack_client import EDIT, WEBHOOK

_logger = logging.getLogger(__name__)

#: Seconds between two progress reports to ir.cron; each costs two queries.
REPORT_EVERY = 2


class HelpdeskSlackDispatcher(models.AbstractModel):
    _name = "helpdesk.slack.dispatcher"
    _description = "Slack Dispatcher"

    @api.model
    def _cron_deliver(self, number=1):
        """Deliver due messages until none is left or the time of this run is over.

        :param number: the number of this worker, if there are several
        """
        if self._retires(number):
            return
        progress = _Progress(self.env["ir.cron"])
        self._begin_run()
        while not progress.is_over():
            claim = self._retried(self._claim)
            if claim:
                if not progress.done:
                    self._retried(self._wake_next)
                self._attempt(claim, progress.tally)
                progress.advance()
            elif not self._wait_for_due():
                break
        else:
            self._reschedule()
        progress.report()

    @api.model
    def _attempt(self, claim, tally=None):
        """Send one claimed row and record the result, each step in its own transaction.

        :param tally: a `CallTally` in which the call is counted
        """
        call, claimed = None, time.monotonic()
        try:
            call = self._ready(claim, claimed + retry_policy.LAST_LOOKUP)
        except Exception as error:
            # A message that cannot be rendered must not stop the others, nor be retried forever.
            _logger.exception("outbox %s: cannot be rendered", claim.entry_id)
            answer = slack_response.Answer(
                error=slack_response.NOT_RENDERED, detail=type(error).__name__, still_in_doubt=bool(claim.doubt_since)
            )
        else:
            if not call:
                if claim.is_probe:
                    self._retried(self._release_probe, claim)
                return
            began = time.monotonic()
            answer = call.make(claim.doubt_since, claimed + retry_policy.LAST_CALL)
            seconds = time.monotonic() - began
        judge = retry_policy.judge_webhook if claim.by_webhook else retry_policy.judge
        decision = judge(answer, claim.attempts, claim.refusals)
        if call and tally:
            tally.add(call.method, decision.action.value, seconds)
        is_sent = decision.action is Action.SENT
        is_unclear = bool(call) and not is_sent and retry_policy.may_be_about_one(answer)
        if not is_sent and not is_unclear:
            # Before the row is free: otherwise another worker would claim it at once, in a channel that refuses it.
            self._retried(self._apply_holds_and_pauses, claim, call, answer, decision)
        try:
            self._retried(self._record, claim, answer, decision, call)
        except Exception:
            # A problem with this row must not stop the others.
            _logger.exception("outbox %s: outcome cannot be recorded", claim.entry_id)
            self._retried(self._record_roughly, claim, answer, decision)
        if claim.is_probe and answer.ok:
            self._retried(self._reopen, claim)
        if is_unclear:
            if self._is_route_broken(claim, call):
                self._retried(self._record_route_broken, claim, call, answer, decision)
            else:
                self._retried(self._record_alone, claim)
        elif is_sent and not call.bot_ref and call.method != WEBHOOK:
            self._fetch_bot_identity(claim, call)

    @api.model
    def _retried(self, step, *arguments):
        """Run a step in its own transaction: the result of a row is committed before the next row is claimed."""
        return transactions.retried(self.env.cr, step, *arguments)

    @api.model
    def _prepare(self, claim):
        """Read and render the message, so that the transaction can end before the call to Slack."""
        entry = self._outbox().browse(claim.entry_id)
        entry._read_facts(claim.kind)
        return entry._call(claim)

    @api.model
    def _ready(self, claim, until):
        """The call for a row, after looking up the users in it that Slack may know.

        :param until: by the monotonic clock, when the last look-up may begin; later ones are left to the next message,
            and this one shows the user's name in Odoo
        """
        call = self._retried(self._prepare, claim)
        if not call or not call.unresolved_users:
            return call
        workspace_id = self.env["helpdesk.slack.channel"].browse(claim.channel_id).workspace_id.id
        for user_id, email in call.unresolved_users:
            if time.monotonic() > until:
                break
            finding = user_lookup.judge(call.connection.call("users.lookupByEmail", email=email))
            self._retried(self._store_user_lookup, workspace_id, user_id, email, finding)
        return self._retried(self._prepare, claim)

    @api.model
    def _store_user_lookup(self, workspace_id, user_id, email, finding):
        """Store the result of a user look-up, or the hold that Slack asked for."""
        if finding.days:
            self.env["helpdesk.slack.member"]._store_lookup(workspace_id, user_id, email, finding)
        workspace = self.env["helpdesk.slack.workspace"].browse(workspace_id)
        with_company_lang(workspace.company_id, workspace)._note_finding(finding)

    @api.model
    def _attempted_by(self, claim):
        """A domain: the row of a claim, unless another worker has claimed it since."""
        return [("id", "=", claim.entry_id), ("attempts", "=", claim.attempts)]

    @api.model
    def _record(self, claim, answer, decision, call=None):
        """Record the result of an attempt on its row and on the ticket's thread."""
        entry = self._outbox().search_fetch(
            [*self._attempted_by(claim), ("state", "!=", "sent")],
            ["state", "kind", "event", "payload", "refusals", "ticket_id", "channel_id"],
        )
        if not entry:
            # The lease ran out and another worker has the row, or the ticket was deleted.
            _logger.info("outbox %s: outcome of attempt %s came too late", claim.entry_id, claim.attempts)
            return
        if decision.action is Action.SENT:
            entry._record_sent(answer, call)
        elif decision.action is Action.ADOPT:
            entry._record_adopted(answer, call)
        elif decision.action is Action.ANEW and entry.kind != "root" and entry.state == "pending":
            entry._record_root_gone(call)
        elif entry.state == "pending":
            entry._record_not_sent(answer, decision, claim)
        _logger.log(
            logging.WARNING if entry.state == "failed" else logging.INFO,
            "outbox %s: ticket %s %s -> %s",
            entry.id,
            entry.ticket_id.id,
            entry.event,
            answer.error or "sent",
        )

    @api.model
    def _record_roughly(self, claim, answer, decision):
        """Record only the state of a row, when the full result cannot be recorded."""
        entry = self._outbox().search([*self._attempted_by(claim), ("state", "!=", "sent")])
        entry = with_company_lang(entry.company_id, entry)
        vals = {"error": entry.env._("%s (see the server's log)", answer.error), "leased_until": False}
        if decision.action in (Action.SENT, Action.ADOPT):
            vals = {
                "state": "sent",
                "slack_ts": answer.data.get("ts"),
                "sent_at": database_time.now(self.env),
                **RELEASED,
            }
        entry.write(vals)

    @api.model
    def _is_route_broken(self, claim, call):
        """Whether more than this message fails, after an answer that may be about it alone."""
        if not claim.by_webhook:
            return retry_policy.may_be_about_one(call.connection.call("auth.test"))
        return self._retried(self._is_webhook_broken, claim)

    @api.model
    def _is_webhook_broken(self, claim):
        entry = self._outbox().browse(claim.entry_id)
        failing = [("channel_id", "=", claim.channel_id), ("id", "!=", entry.id), ("state", "=", "pending")]
        failing += [("attempts", ">", 0), ("error", "!=", False)]
        others_failed = bool(self._outbox().search_count(failing, limit=1))
        return retry_policy.is_route_broken(entry.refusals, others_failed, entry._others_sent(by_webhook=True))

    @api.model
    def _record_route_broken(self, claim, call, answer, decision):
        """Hold or pause the route; then the row waits for that, and no longer for the test of the route."""
        self._apply_holds_and_pauses(claim, call, answer, decision)
        if not decision.wait:
            for entry in self._outbox().search([*self._attempted_by(claim), ("state", "=", "pending")]):
                entry.next_attempt_at = entry._in_line(database_time.now(self.env))

    @api.model
    def _record_alone(self, claim):
        """Let a message that alone fails wait alone, ever longer, and give it up in the end."""
        self._outbox().search([*self._attempted_by(claim), ("state", "=", "pending")])._record_alone(claim)

    @api.model
    def _fetch_bot_identity(self, claim, call):
        """Fetch and store the bot's identity, once after the first message with a new token."""
        identity = call.connection.call("auth.test")
        if identity.ok:
            self._retried(self._record_bot_identity, claim, call, identity.data)

    @api.model
    def _record_bot_identity(self, claim, call, identity):
        workspace = self.env["helpdesk.slack.channel"].browse(claim.channel_id).workspace_id
        if call.connection == workspace._connection():
            workspace._store_bot_identity(identity)

    @api.model
    def _reopen(self, claim):
        """Resume the channel: the bot may post again."""
        self.env["helpdesk.slack.channel"].browse(claim.channel_id)._resume()

    @api.model
    def _release_probe(self, claim):
        """No call was made: let the next row probe whether the bot may post."""
        self.env["helpdesk.slack.channel"].browse(claim.channel_id)._take_back_probe()

    @api.model
    def _apply_holds_and_pauses(self, claim, call, answer, decision):
        """Apply the holds and pauses of a decision to the channel or workspace."""
        channel = self.env["helpdesk.slack.channel"].browse(claim.channel_id)
        channel = with_company_lang(channel.company_id, channel)
        workspace = channel.workspace_id
        if decision.hold and answer.still_in_doubt:
            workspace._hold_searches(decision.hold)
        elif decision.hold and call and call.method == EDIT:
            workspace._hold_edits(decision.hold)
        elif decision.hold:
            channel._hold(decision.hold)
        elif decision.hold_route:
            (channel if claim.by_webhook else workspace)._hold(decision.hold_route)
        elif decision.action is Action.PAUSE_CHANNEL and claim.by_webhook:
            channel._give_up_webhook(answer.error)
        elif decision.action is Action.PAUSE_CHANNEL:
            channel._pause(workspace._explain(answer))
        elif decision.action is Action.PAUSE_WORKSPACE and call.connection == workspace._connection():
            # Otherwise a new token was entered meanwhile, and this decision is about the old one.
            workspace._pause(workspace._explain(answer))

    @api.model
    def _outbox(self):
        return self.env["helpdesk.slack.outbox"]


class _Progress:
    """Reports progress to ir.cron, often enough for its watchdog and seldom enough to be cheap.

    :ivar done: messages since the last report
    :ivar tally: their calls
    """

    def __init__(self, cron):
        self._cron, self.done, self._reported = cron, 0, time.monotonic()
        self.tally = CallTally()

    def is_over(self):
        return ir_cron.is_time_over(self._cron.env)

    def advance(self):
        self.done += 1
        if time.monotonic() - self._reported > REPORT_EVERY:
            self.report()

    def report(self):
        # Nothing remains as far as ir.cron is concerned: a run that leaves work behind has triggered its successor,
        # while "remaining" would make ir.cron spin, or come back a minute later.
        calls, seconds = self.tally.take()
        counts = {(CALLS, labels): number for labels, number in calls.items()}
        counts |= {(SECONDS, labels): number for labels, number in seconds.items()}
        self._cron.env["helpdesk.bridge.count"]._add(counts, self._cron.env.context.get("cron_id", 0))
        self._cron._commit_progress(self.done, remaining=0)
        self.done, self._reported = 0, time.monotonic()
