"""Pays what is owed to Slack.

How data flows: the cron takes one row of the outbox at a time, in three short breaths: claim it (own transaction:
attempts + 1 and a lease), call Slack with no transaction and no lock open, record the outcome (own transaction: this
row and its thread only). A worker that dies leaves a lease that runs out and a row marked as in doubt; whoever takes it
next first looks into Slack's history for our key. Pauses and holds of channel and workspace are written apart, so that
they can never undo a recorded "sent".
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import delivery, people
from ..tools.delivery import Action
from .slack_connection import EDIT, WEBHOOK

_logger = logging.getLogger(__name__)

#: Seconds a dispatcher may wait inside its run for a hold to end: Odoo would come back up to a minute later. Enough for
#: a hold of two seconds, which ends with a whole second.
MAX_WAIT = 3
#: Seconds between two reports of progress to ir.cron; each costs two queries.
REPORT_EVERY = 2
TRIES = 5
#: What PostgreSQL says when two transactions touched the same row.
CONFLICTS = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected)

#: A line waits for the earlier ones of its ticket, even for one that failed: until somebody retries or cancels it, the
#: story would have a hole. A first message that failed holds up nobody, the next row begins anew. Edits stand outside
#: that order: they only wait until there is something to edit, and for an edit that is under way.
IN_TURN = """NOT EXISTS (
        SELECT FROM helpdesk_slack_outbox earlier
         WHERE earlier.ticket_id = candidate.ticket_id
           AND earlier.state IN ('pending', 'failed')
           AND earlier.id <> candidate.id
           AND CASE
               WHEN candidate.kind = 'update' THEN
                    earlier.state = 'pending' AND earlier.channel_id = candidate.channel_id
                    AND (earlier.kind = 'root' OR earlier.kind = 'update' AND earlier.leased_until > %(now)s)
               WHEN earlier.kind = 'update' THEN FALSE
               WHEN earlier.kind = 'root' AND earlier.state = 'failed' THEN FALSE
               ELSE COALESCE(NULLIF(earlier.turn, 0), earlier.id) < COALESCE(NULLIF(candidate.turn, 0), candidate.id)
               END)"""

#: Until when the first call that a row needs is not to be made: Slack counts each method of a workspace apart.
METHOD_HOLD = """CASE WHEN candidate.kind = 'update' THEN workspace.edit_hold_until
                             WHEN candidate.doubt_since IS NOT NULL THEN workspace.search_hold_until END"""

#: The bot may write, or it is time to see whether it may again.
BY_BOT = """(workspace.state = 'ok' AND (channel.state = 'ok' OR COALESCE(channel.probe_at <= %(now)s, FALSE)))"""
#: There is a webhook for where the bot may not, or is not.
BY_WEBHOOK = """(channel.webhook_url <> '' AND channel.webhook_problem IS NULL
                        AND (workspace.state = 'draft' OR workspace.state = 'ok' AND channel.state = 'paused'))"""
#: An edit waits for the bot; without any token there never was anything to edit.
MAY_GO = "(candidate.kind <> 'update' OR workspace.state = 'draft' OR %(by_bot)s)"


@dataclass(frozen=True)
class Claim:
    """A row taken by this worker.

    :param doubt_since: naive UTC, first attempt whose outcome is unknown, or None
    :param by_webhook: it goes the way of the channel's webhook
    :param is_probe: its channel is paused, and this row tries whether the bot may write there again
    """

    entry_id: int
    channel_id: int
    kind: str
    attempts: int
    refusals: int
    doubt_since: datetime | None
    by_webhook: bool = False
    is_probe: bool = False


class HelpdeskSlackDispatcher(models.AbstractModel):
    _name = "helpdesk.slack.dispatcher"
    _description = "Slack Dispatcher"

    @api.model
    def _cron_deliver(self):
        """Deliver what is due until nothing is, or until this run's time is over."""
        progress = _Progress(self.env["ir.cron"])
        while not progress.is_over():
            claim = self._retried(self._claim)
            if claim:
                self._attempt(claim)
                progress.advance()
            elif not self._wait_for_due():
                break
        else:
            self._outbox()._wake()
        progress.report()

    @api.model
    def _attempt(self, claim):
        """Send one claimed row and write down what happened; each step a transaction of its own."""
        call = None
        try:
            call = self._ready(claim)
        except Exception as error:
            # A row that cannot even be written must not stop the others, nor be tried for ever.
            _logger.exception("outbox %s: cannot be written", claim.entry_id)
            answer = delivery.Answer(
                error=delivery.NOT_RENDERED, detail=type(error).__name__, still_in_doubt=bool(claim.doubt_since)
            )
        else:
            if not call:
                if claim.is_probe:
                    self._retried(self._probe_anew, claim)
                return
            answer = call.make(claim.doubt_since)
        judge = delivery.judge_webhook if claim.by_webhook else delivery.judge
        verdict = judge(answer, claim.attempts, claim.refusals)
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
        """Run a step in a transaction of its own, again when another worker was there first.

        Only the cron comes here: it owns its cursor, and each row's fate has to be known before the next is touched.
        """
        tries_left = TRIES
        while True:
            try:
                result = step(*arguments)
                self.env.cr.commit()  # pylint: disable=invalid-commit
                return result
            except Exception as error:
                self.env.cr.rollback()
                tries_left -= 1
                if not (isinstance(error, CONFLICTS) and tries_left):
                    raise

    @api.model
    def _claim(self):
        """Take the row that is due longest, among one per channel that is open.

        The attempt is counted and the row leased before Slack hears of it: whoever dies between here and the result
        leaves a row that comes back by itself, marked as in doubt.

        :return: a `Claim`, or None when nothing is due
        """
        if self._is_muzzled():
            return None
        self.env.flush_all()
        now = fields.Datetime.now()
        self.env.cr.execute(self._claim_query(now))
        row = self.env.cr.fetchone()
        if not row:
            return None
        claim = Claim(*row)
        if claim.is_probe:
            # One row is enough to find out; whoever tries at the same moment gets a conflict, and another row.
            self.env["helpdesk.slack.channel"].browse(claim.channel_id)._plan_probe()
            self.env.flush_all()
        self._outbox().browse(claim.entry_id).invalidate_recordset(flush=False)
        return claim

    @api.model
    def _claim_query(self, now):
        return SQL(
            """
            WITH due AS (
                SELECT entry.id, entry.doubt_since, NOT %(by_bot)s AS by_webhook,
                       %(by_bot)s AND channel.state = 'paused' AS is_probe
                  FROM helpdesk_slack_channel channel
                  JOIN helpdesk_slack_workspace workspace ON workspace.id = channel.workspace_id
                 CROSS JOIN LATERAL (
                    SELECT candidate.id
                      FROM helpdesk_slack_outbox candidate
                     WHERE candidate.channel_id = channel.id
                       AND candidate.state = 'pending'
                       AND candidate.next_attempt_at <= %(now)s
                       AND COALESCE(%(method_hold)s, %(now)s) <= %(now)s
                       AND %(may_go)s
                       AND %(in_turn)s
                  ORDER BY candidate.next_attempt_at, candidate.id
                     LIMIT 1
                 ) oldest
                  JOIN helpdesk_slack_outbox entry ON entry.id = oldest.id
                 WHERE channel.active
                   AND (%(by_bot)s OR %(by_webhook)s)
                   AND (channel.hold_until IS NULL OR channel.hold_until <= %(now)s)
                   AND workspace.active
                   AND (workspace.hold_until IS NULL OR workspace.hold_until <= %(now)s)
              ORDER BY entry.next_attempt_at, entry.id
                 LIMIT 1
                   FOR NO KEY UPDATE OF entry SKIP LOCKED
            )
            UPDATE helpdesk_slack_outbox entry
               SET attempts = entry.attempts + 1,
                   next_attempt_at = %(lease)s,
                   leased_until = %(lease)s,
                   doubt_since = COALESCE(entry.doubt_since, %(now)s),
                   write_date = %(now)s
              FROM due
             WHERE entry.id = due.id
         RETURNING entry.id, entry.channel_id, entry.kind, entry.attempts, COALESCE(entry.refusals, 0), due.doubt_since,
                   due.by_webhook, due.is_probe
            """,
            now=now,
            lease=now + timedelta(seconds=delivery.LEASE),
            method_hold=SQL(METHOD_HOLD),
            in_turn=SQL(IN_TURN, now=now),
            by_bot=SQL(BY_BOT, now=now),
            by_webhook=SQL(BY_WEBHOOK),
            may_go=SQL(MAY_GO, by_bot=SQL(BY_BOT, now=now)),
        )

    @api.model
    def _prepare(self, claim):
        """Read and render everything an attempt needs, so that the transaction can end before the network begins."""
        entry = self._outbox().browse(claim.entry_id)
        entry._read_facts(claim.kind)
        return entry._call(claim)

    @api.model
    def _ready(self, claim):
        """The call of a row, in which everybody is named by Slack's own name whom Slack knows."""
        call = self._retried(self._prepare, claim)
        if not call or not call.strangers:
            return call
        workspace_id = self.env["helpdesk.slack.channel"].browse(claim.channel_id).workspace_id.id
        for user_id, email in call.strangers:
            finding = people.judge(call.connection.call("users.lookupByEmail", email=email))
            self._retried(self._meet, workspace_id, user_id, email, finding)
        return self._retried(self._prepare, claim)

    @api.model
    def _meet(self, workspace_id, user_id, email, finding):
        """Remember what Slack said about a person, or about being asked."""
        if finding.days:
            self.env["helpdesk.slack.member"]._learn(workspace_id, user_id, email, finding)
        self.env["helpdesk.slack.workspace"].browse(workspace_id)._note_finding(finding)

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
        entry = self._outbox().browse(claim.entry_id).exists()
        vals = {"error": f"{answer.error} (see the server's log)", "leased_until": False}
        if verdict.action in (Action.SENT, Action.ADOPT):
            vals = {"state": "sent", "slack_ts": answer.data.get("ts"), "sent_at": fields.Datetime.now()}
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
    def _wait_for_due(self):
        """Sleep until a row falls due that does so very soon; the cron would come back up to a minute later.

        :return: whether something falls due within `MAX_WAIT` seconds
        """
        soonest = self._retried(self._soonest)
        if soonest is None:
            return False
        seconds = (soonest - fields.Datetime.now()).total_seconds()
        if seconds > MAX_WAIT:
            return False
        time.sleep(max(seconds, 0.2))
        return True

    @api.model
    def _soonest(self):
        """When the next row of an open route falls due, its channel's hold included; None without any."""
        if self._is_muzzled():
            return None
        self.env.flush_all()
        now = fields.Datetime.now()
        by_bot = SQL(BY_BOT, now=now)
        self.env.cr.execute(
            SQL(
                """
                SELECT MIN(GREATEST(oldest.due_at, channel.hold_until, workspace.hold_until))
                  FROM helpdesk_slack_channel channel
                  JOIN helpdesk_slack_workspace workspace ON workspace.id = channel.workspace_id
                 CROSS JOIN LATERAL (
                    SELECT GREATEST(candidate.next_attempt_at, %(method_hold)s) AS due_at
                      FROM helpdesk_slack_outbox candidate
                     WHERE candidate.channel_id = channel.id
                       AND candidate.state = 'pending'
                       AND %(may_go)s
                       AND %(in_turn)s
                  ORDER BY due_at, candidate.id
                     LIMIT 1
                 ) oldest
                 WHERE channel.active AND workspace.active AND (%(by_bot)s OR %(by_webhook)s)
                """,
                method_hold=SQL(METHOD_HOLD),
                in_turn=SQL(IN_TURN, now=now),
                by_bot=by_bot,
                by_webhook=SQL(BY_WEBHOOK),
                may_go=SQL(MAY_GO, by_bot=by_bot),
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _is_muzzled(self):
        """A neutralized copy of a database never talks to anybody."""
        return bool(self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"))

    @api.model
    def _outbox(self):
        return self.env["helpdesk.slack.outbox"]


class _Progress:
    """Reports to ir.cron what was done, often enough for its watchdog and seldom enough to cost nothing."""

    def __init__(self, cron):
        self._cron, self._done, self._reported = cron, 0, time.monotonic()
        self._end = cron.env.context.get("cron_end_time", float("inf"))

    def is_over(self):
        return time.monotonic() >= self._end

    def advance(self):
        self._done += 1
        if time.monotonic() - self._reported > REPORT_EVERY:
            self.report()

    def report(self):
        # Nothing remains as far as ir.cron is concerned: a run that leaves work behind has triggered its successor,
        # while "remaining" would make ir.cron spin, or come back a minute later.
        self._cron._commit_progress(self._done, remaining=0)
        self._done, self._reported = 0, time.monotonic()
