"""Pays what is owed to Slack.

How data flows: the cron takes one row of the outbox at a time, in three short breaths: claim it (own transaction:
attempts + 1 and a lease), call Slack with no transaction and no lock open, record the outcome (own transaction: this
row and its thread only). A worker that dies leaves a lease that runs out and a row marked as in doubt; whoever takes it
next first looks into Slack's history for our key. Pauses and holds of channel and workspace are written apart, so that
they can never undo a recorded "sent".
"""

import logging
import time

from odoo import api, fields, models

from ...tools.slack import response as slack_response
from ...tools.slack import retry_policy, user_lookup
from ...tools.slack.call_histogram import CallTally
from ...tools.slack.retry_policy import Action
from ..common import transactions
from ..common.helpdesk_bridge_counter import CALLS, SECONDS
from ..common.translated import with_company_lang
from .helpdesk_slack_outbox import RELEASED
from .slack_client import EDIT, WEBHOOK

_logger = logging.getLogger(__name__)

#: Seconds between two reports of progress to ir.cron; each costs two queries.
REPORT_EVERY = 2


class HelpdeskSlackDispatcher(models.AbstractModel):
    _name = "helpdesk.slack.dispatcher"
    _description = "Slack Dispatcher"

    @api.model
    def _cron_deliver(self, number=1):
        """Deliver what is due until nothing is, or until this run's time is over.

        :param number: of this dispatcher, if there are several
        """
        if number > self._crew_size():
            self.env["ir.cron"]._commit_progress(remaining=0, deactivate=True)
            return
        progress = _Progress(self.env["ir.cron"])
        self._retried(self.env["helpdesk.bridge.database"]._remember_identity)
        self._retried(self.env["helpdesk.slack.workspace"]._heed_server)
        self._retried(self._put_aside)
        while not progress.is_over():
            claim = self._retried(self._claim)
            if claim:
                if not progress.done:
                    self._retried(self._share)
                self._attempt(claim, progress.tally)
                progress.advance()
            elif not self._wait_for_due():
                break
        else:
            self._go_on()
        progress.report()

    @api.model
    def _attempt(self, claim, tally=None):
        """Send one claimed row and write down what happened; each step a transaction of its own.

        :param tally: a `CallTally` in which the call is counted
        """
        call, claimed = None, time.monotonic()
        try:
            call = self._ready(claim, claimed + retry_policy.LAST_PERSON)
        except Exception as error:
            # A row that cannot even be written must not stop the others, nor be tried for ever.
            _logger.exception("outbox %s: cannot be written", claim.entry_id)
            answer = slack_response.Answer(
                error=slack_response.NOT_RENDERED, detail=type(error).__name__, still_in_doubt=bool(claim.doubt_since)
            )
        else:
            if not call:
                if claim.is_probe:
                    self._retried(self._probe_anew, claim)
                return
            began = time.monotonic()
            answer = call.make(claim.doubt_since, claimed + retry_policy.LAST_CALL)
            seconds = time.monotonic() - began
        judge = retry_policy.judge_webhook if claim.by_webhook else retry_policy.judge
        verdict = judge(answer, claim.attempts, claim.refusals)
        if call and tally:
            tally.add(call.method, verdict.action.value, seconds)
        try:
            self._retried(self._record, claim, answer, verdict, call)
        except Exception:
            # Whatever is wrong with this one row, the others have to go out.
            _logger.exception("outbox %s: outcome cannot be recorded", claim.entry_id)
            self._retried(self._record_roughly, claim, answer, verdict)
        if claim.is_probe and answer.ok:
            self._retried(self._reopen, claim)
        if verdict.action is not Action.SENT:
            self._retried(self._obey, claim, call, answer, verdict)
        elif not call.bot_ref and call.method != WEBHOOK:
            self._introduce(claim, call)

    @api.model
    def _retried(self, step, *arguments):
        """Run a step in a transaction of its own: a row's fate has to be known before the next is touched."""
        return transactions.retried(self.env.cr, step, *arguments)

    @api.model
    def _prepare(self, claim):
        """Read and render everything an attempt needs, so that the transaction can end before the network begins."""
        entry = self._outbox().browse(claim.entry_id)
        entry._read_facts(claim.kind)
        return entry._call(claim)

    @api.model
    def _ready(self, claim, until):
        """The call of a row, in which everybody is named by Slack's own name whom Slack knows.

        :param until: by the monotonic clock, when the last question about somebody may begin; then they are named
            without Slack, and asked for with the next message
        """
        call = self._retried(self._prepare, claim)
        if not call or not call.strangers:
            return call
        workspace_id = self.env["helpdesk.slack.channel"].browse(claim.channel_id).workspace_id.id
        for user_id, email in call.strangers:
            if time.monotonic() > until:
                break
            finding = user_lookup.judge(call.connection.call("users.lookupByEmail", email=email))
            self._retried(self._meet, workspace_id, user_id, email, finding)
        return self._retried(self._prepare, claim)

    @api.model
    def _meet(self, workspace_id, user_id, email, finding):
        """Remember what Slack said about a person, or about being asked."""
        if finding.days:
            self.env["helpdesk.slack.member"]._learn(workspace_id, user_id, email, finding)
        workspace = self.env["helpdesk.slack.workspace"].browse(workspace_id)
        with_company_lang(workspace.company_id, workspace)._note_finding(finding)

    @api.model
    def _record(self, claim, answer, verdict, call=None):
        """Record the outcome of an attempt on its row, and what it means for the ticket's thread."""
        mine = [("id", "=", claim.entry_id), ("attempts", "=", claim.attempts), ("state", "!=", "sent")]
        entry = self._outbox().search_fetch(
            mine, ["state", "kind", "event", "payload", "refusals", "ticket_id", "channel_id"]
        )
        if not entry:
            # The lease ran out and another worker has the row, or the ticket is gone: not ours any more.
            _logger.info("outbox %s: outcome of attempt %s came too late", claim.entry_id, claim.attempts)
            return
        if verdict.action is Action.SENT:
            entry._record_sent(answer, call)
        elif verdict.action is Action.ADOPT:
            entry._record_adopted(answer, call)
        elif verdict.action is Action.ANEW and entry.kind != "root" and entry.state == "pending":
            entry._record_root_gone(call)
        elif entry.state == "pending":
            entry._record_not_sent(answer, verdict, claim)
        _logger.log(
            logging.WARNING if entry.state == "failed" else logging.INFO,
            "outbox %s: ticket %s %s -> %s",
            entry.id,
            entry.ticket_id.id,
            entry.event,
            answer.error or "sent",
        )

    @api.model
    def _record_roughly(self, claim, answer, verdict):
        """What must be known about a row, when what should be known cannot be written."""
        mine = [("id", "=", claim.entry_id), ("attempts", "=", claim.attempts), ("state", "!=", "sent")]
        entry = self._outbox().search(mine)
        entry = with_company_lang(entry.company_id, entry)
        vals = {"error": entry.env._("%s (see the server's log)", answer.error), "leased_until": False}
        if verdict.action in (Action.SENT, Action.ADOPT):
            vals = {"state": "sent", "slack_ts": answer.data.get("ts"), "sent_at": fields.Datetime.now(), **RELEASED}
        entry.write(vals)

    @api.model
    def _introduce(self, claim, call):
        """Learn once, after the first message with a new token, who we are in Slack."""
        identity = call.connection.call("auth.test")
        if identity.ok:
            self._retried(self._record_identity, claim, call, identity.data)

    @api.model
    def _record_identity(self, claim, call, identity):
        workspace = self.env["helpdesk.slack.channel"].browse(claim.channel_id).workspace_id
        if call.connection == workspace._connection():
            workspace._identify(identity)

    @api.model
    def _reopen(self, claim):
        """The bot may write again."""
        self.env["helpdesk.slack.channel"].browse(claim.channel_id)._resume()

    @api.model
    def _probe_anew(self, claim):
        """Slack was not asked anything: the next row finds out whether the bot may write."""
        self.env["helpdesk.slack.channel"].browse(claim.channel_id)._take_back_probe()

    @api.model
    def _obey(self, claim, call, answer, verdict):
        """Hold or pause what the answer was about, beyond this one row."""
        channel = self.env["helpdesk.slack.channel"].browse(claim.channel_id)
        channel = with_company_lang(channel.company_id, channel)
        workspace = channel.workspace_id
        if verdict.hold and answer.still_in_doubt:
            workspace._hold_searches(verdict.hold)
        elif verdict.hold and call and call.method == EDIT:
            workspace._hold_edits(verdict.hold)
        elif verdict.hold:
            channel._hold(verdict.hold)
        elif verdict.hold_workspace:
            workspace._hold(verdict.hold_workspace)
        elif verdict.action is Action.PAUSE_CHANNEL and claim.by_webhook:
            channel._give_up_webhook(answer.error)
        elif verdict.action is Action.PAUSE_CHANNEL:
            channel._pause(workspace._explain(answer))
        elif verdict.action is Action.PAUSE_WORKSPACE and call.connection == workspace._connection():
            # Otherwise somebody has entered a new token meanwhile, and this verdict is about the old one.
            workspace._pause(workspace._explain(answer))

    @api.model
    def _outbox(self):
        return self.env["helpdesk.slack.outbox"]


class _Progress:
    """Reports to ir.cron what was done, often enough for its watchdog and seldom enough to cost nothing.

    :ivar done: messages since the last report
    :ivar tally: their calls
    """

    def __init__(self, cron):
        self._cron, self.done, self._reported = cron, 0, time.monotonic()
        self.tally = CallTally()
        self._end = cron.env.context.get("cron_end_time", float("inf"))

    def is_over(self):
        return time.monotonic() >= self._end

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
