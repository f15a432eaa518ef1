"""Claims the next outbox row to deliver.

One statement, in its own transaction, picks the oldest due row of each open channel, and of these the oldest. It counts
the attempt and sets the lease before Slack is called.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.slack import retry_policy
from ..common import database_time
from ..common.claiming import IN_ORDER, in_order
from .helpdesk_slack_outbox import IS_UNSENT

#: Seconds a dispatcher may wait inside its run for a hold to end: Odoo would come back up to a minute later. Enough for
#: a hold of two seconds, which ends with a whole second.
MAX_WAIT = 3

#: A reply waits for the earlier messages of its ticket, even for a failed one, until a person retries or cancels it:
#: otherwise the thread would have a gap. A failed first message blocks nothing, because the next row starts a new
#: thread. Edits are outside this order: they only wait for the first message and for an edit in progress. Messages to
#: another channel count only while that channel is open and they have neither failed nor wait for one that has, so a
#: ticket that moved away from trouble continues. `OFFSET 0`: see `claiming`.
IN_TURN = """NOT EXISTS (
        SELECT FROM helpdesk_slack_outbox earlier
         WHERE earlier.ticket_id = candidate.ticket_id
           AND %(earlier_is_unsent)s
           AND earlier.id <> candidate.id
           AND (earlier.channel_id = candidate.channel_id
                OR earlier.state = 'pending' AND %(earlier_is_open)s AND NOT %(earlier_is_stuck)s)
           AND CASE
               WHEN candidate.kind = 'update' THEN
                    earlier.state = 'pending' AND earlier.channel_id = candidate.channel_id
                    AND (earlier.kind = 'root' OR earlier.kind = 'update' AND earlier.leased_until > %(now)s)
               WHEN earlier.kind = 'update' THEN FALSE
               WHEN earlier.kind = 'root' AND earlier.state = 'failed' THEN FALSE
               ELSE COALESCE(NULLIF(earlier.turn, 0), earlier.id) < COALESCE(NULLIF(candidate.turn, 0), candidate.id)
               END
        OFFSET 0)"""

#: Rate limits apply per method and workspace: edits and history searches have holds of their own.
METHOD_HOLD = """CASE WHEN candidate.kind = 'update' THEN workspace.edit_hold_until
                             WHEN candidate.doubt_since IS NOT NULL THEN workspace.search_hold_until END"""

#: The bot may post, or it is time to probe whether it may post again.
BY_BOT = """(workspace.state = 'ok' AND (channel.state = 'ok' OR COALESCE(channel.probe_at <= %(moment)s, FALSE)))"""
#: There is a webhook, and the bot is refused or missing.
BY_WEBHOOK = """(channel.webhook_url <> '' AND channel.webhook_problem IS NULL
                        AND (workspace.state = 'draft' OR workspace.state = 'ok' AND channel.state = 'paused'))"""
#: When something was posted last in a channel.
LAST_POSTED = """SELECT MAX(posted.sent_at) FROM helpdesk_slack_outbox posted
                  WHERE posted.channel_id = channel.id AND posted.sent_at IS NOT NULL"""
#: The channel of the earlier message is open.
EARLIER_IS_OPEN = """EXISTS (
               SELECT FROM helpdesk_slack_channel channel
                 JOIN helpdesk_slack_workspace workspace ON workspace.id = channel.workspace_id
                WHERE channel.id = earlier.channel_id AND channel.active AND workspace.active
                  AND (workspace.state = 'ok' AND channel.state = 'ok' OR %(by_webhook)s))"""
#: A row waits for a reply that has failed, in its own channel. By the index by ticket, however many have failed.
IS_STUCK = f"""EXISTS (
               SELECT FROM helpdesk_slack_outbox failed
                WHERE failed.ticket_id = {{row}}.ticket_id AND failed.channel_id = {{row}}.channel_id
                  AND {IS_UNSENT.format("failed.state")}
                  AND (failed.state = 'failed') IS TRUE AND failed.kind = 'reply'
                  AND COALESCE(NULLIF(failed.turn, 0), failed.id) < COALESCE(NULLIF({{row}}.turn, 0), {{row}}.id)
               OFFSET 0)"""
#: An edit waits for the bot; without a token there is nothing to edit.
MAY_GO = "(candidate.kind <> 'update' OR workspace.state = 'draft' OR %(by_bot)s)"


@dataclass(frozen=True)
class Claim:
    """A row claimed by this worker.

    :param doubt_since: naive UTC, first attempt whose outcome is unknown, or None
    :param by_webhook: sent through the channel's webhook
    :param is_probe: the channel is paused, and this row probes whether the bot may post there again
    :param crashes: how many workers in a row ended with this row in hand
    """

    entry_id: int
    channel_id: int
    kind: str
    attempts: int
    refusals: int
    doubt_since: datetime | None
    by_webhook: bool = False
    is_probe: bool = False
    crashes: int = 0


class HelpdeskSlackDispatcher(models.AbstractModel):
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _claim(self):
        """Claim the oldest due row, out of one row per open channel.

        The attempt is counted and the row leased before Slack is called. If the worker dies before the result is
        recorded, the lease runs out and the row is claimed again, marked as in doubt.

        :return: a `Claim`, or None when nothing is due
        """
        if self.env["helpdesk.bridge.database"]._is_silent():
            return None
        self.env.flush_all()
        now = database_time.now(self.env)
        self.env.cr.execute(SQL("%s; %s", IN_ORDER, self._claim_query(now)))
        row = self.env.cr.fetchone()
        if not row:
            return None
        claim = Claim(*row)
        if claim.is_probe:
            # One row is enough to probe; another worker at the same moment gets a conflict, and claims another row.
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
                  FROM %(oldest_of_each_channel)s
                  JOIN helpdesk_slack_outbox entry ON entry.id = oldest.id
              ORDER BY entry.next_attempt_at, entry.id
                 LIMIT 1
                   FOR NO KEY UPDATE OF entry SKIP LOCKED
            )
            UPDATE helpdesk_slack_outbox entry
               SET attempts = entry.attempts + 1,
                   crashes = CASE WHEN entry.leased_until IS NULL THEN 0 ELSE COALESCE(entry.crashes, 0) + 1 END,
                   next_attempt_at = %(lease)s,
                   leased_until = %(lease)s,
                   leased_by = %(cron)s,
                   doubt_since = COALESCE(entry.doubt_since, %(now)s),
                   doubt_by_webhook = due.by_webhook OR due.doubt_since IS NOT NULL AND entry.doubt_by_webhook,
                   write_date = %(now)s
              FROM due
             WHERE entry.id = due.id
         RETURNING entry.id, entry.channel_id, entry.kind, entry.attempts, COALESCE(entry.refusals, 0), due.doubt_since,
                   due.by_webhook, due.is_probe, entry.crashes
            """,
            now=now,
            cron=self.env.context.get("cron_id"),
            lease=now + timedelta(seconds=retry_policy.LEASE),
            by_bot=SQL(BY_BOT, moment=now),
            oldest_of_each_channel=self._oldest_of_each_channel(now, database_time.precisely(self.env)),
        )

    @api.model
    def _oldest_of_each_channel(self, now, moment):
        """SQL for the oldest deliverable row per channel: `oldest`, joined with `channel` and `workspace`."""
        by_bot = SQL(BY_BOT, moment=moment)
        return SQL(
            """
            helpdesk_slack_channel channel
              JOIN helpdesk_slack_workspace workspace
                ON workspace.id = channel.workspace_id
               AND channel.active AND workspace.active
               AND (%(by_bot)s OR %(by_webhook)s)
               AND (channel.hold_until IS NULL OR channel.hold_until <= %(moment)s)
               AND (workspace.hold_until IS NULL OR workspace.hold_until <= %(moment)s)
             CROSS JOIN LATERAL (
                SELECT candidate.id, GREATEST(candidate.next_attempt_at, %(method_hold)s) AS due_at
                  FROM helpdesk_slack_outbox candidate
                 WHERE candidate.channel_id = channel.id
                   AND candidate.state = 'pending'
                   AND candidate.next_attempt_at <= %(moment)s
                   AND COALESCE(%(method_hold)s, %(moment)s) <= %(moment)s
                   AND %(may_go)s
                   AND %(in_turn)s
              ORDER BY candidate.next_attempt_at, candidate.id
                 LIMIT 1
             ) oldest
            """,
            moment=moment,
            by_bot=by_bot,
            by_webhook=SQL(BY_WEBHOOK),
            method_hold=SQL(METHOD_HOLD),
            may_go=SQL(MAY_GO, by_bot=by_bot),
            in_turn=SQL(
                IN_TURN,
                now=now,
                earlier_is_unsent=SQL(IS_UNSENT.format("earlier.state")),
                earlier_is_open=SQL(EARLIER_IS_OPEN, by_webhook=SQL(BY_WEBHOOK)),
                earlier_is_stuck=SQL(IS_STUCK.format(row="earlier")),
            ),
        )

    # ------------------------------------------------------------
    # Waiting
    # ------------------------------------------------------------

    @api.model
    def _wait_for_due(self):
        """Sleep until the next row is due, if that is very soon; the cron would come back up to a minute later.

        :return: whether there is one
        """
        soonest = self._retried(self._soonest)
        if soonest is None:
            return False
        left = (soonest - database_time.precisely(self.env)).total_seconds()
        # What is due and was not claimed is in another worker's hands.
        time.sleep(left if left > 0 else 0.2)
        return True

    @api.model
    def _soonest(self):
        """When the next row may be sent, holds included; None if not within `MAX_WAIT` seconds."""
        if self.env["helpdesk.bridge.database"]._is_silent():
            return None
        self.env.flush_all()
        now = database_time.now(self.env)
        horizon = database_time.precisely(self.env) + timedelta(seconds=MAX_WAIT)
        self.env.cr.execute(
            SQL(
                "%s; SELECT MIN(GREATEST(oldest.due_at, channel.hold_until, workspace.hold_until)) FROM %s",
                IN_ORDER,
                self._oldest_of_each_channel(now, horizon),
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _overdue_since(self):
        """Since when a deliverable row has been due in a channel that nothing is posted in; None if there is none.

        A row that waited behind a hold, or behind others that are being posted, has only been due since then.
        """
        now = database_time.now(self.env)
        self.env.flush_all()
        query = SQL(
            """
            SELECT MIN(GREATEST(oldest.due_at, channel.hold_until, workspace.hold_until, (%(last_posted)s)))
              FROM %(oldest)s
            """,
            last_posted=SQL(LAST_POSTED),
            oldest=self._oldest_of_each_channel(now, now),
        )
        [(since,)] = in_order(self.env, query)
        return since

    @api.model
    def _last_posted(self):
        """When Slack accepted a message last; None if it never has."""
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT MAX((%s)) FROM helpdesk_slack_channel channel", SQL(LAST_POSTED)))
        return self.env.cr.fetchone()[0]
