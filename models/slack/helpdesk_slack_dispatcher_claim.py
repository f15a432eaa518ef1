"""Which row a dispatcher takes next.

How data flows: of every channel that is open the row that is due longest, of these the one that is due longest, in one
statement and a transaction of its own. The attempt is counted and the row leased before Slack hears of it.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.slack import retry_policy

#: Seconds a dispatcher may wait inside its run for a hold to end: Odoo would come back up to a minute later. Enough for
#: a hold of two seconds, which ends with a whole second.
MAX_WAIT = 3
#: Seconds for which lines behind a failed one are put aside, and how many of a channel in one go.
ASIDE, ASIDE_AT_ONCE = 1800, 1000

#: A line waits for the earlier ones of its ticket, even for one that failed: until somebody retries or cancels it, the
#: story would have a hole. A first message that failed holds up nobody, the next row begins anew. Edits stand outside
#: that order: they only wait until there is something to edit, and for an edit that is under way. What is owed to
#: another channel counts as long as that one is open: a ticket that was moved away from a dead one, or from a line that
#: failed there, goes on.
IN_TURN = """NOT EXISTS (
        SELECT FROM helpdesk_slack_outbox earlier
         WHERE earlier.ticket_id = candidate.ticket_id
           AND earlier.state IN ('pending', 'failed')
           AND earlier.id <> candidate.id
           AND (earlier.channel_id = candidate.channel_id OR earlier.state = 'pending' AND %(earlier_is_open)s)
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
BY_BOT = """(workspace.state = 'ok' AND (channel.state = 'ok' OR COALESCE(channel.probe_at <= %(moment)s, FALSE)))"""
#: There is a webhook for where the bot may not, or is not.
BY_WEBHOOK = """(channel.webhook_url <> '' AND channel.webhook_problem IS NULL
                        AND (workspace.state = 'draft' OR workspace.state = 'ok' AND channel.state = 'paused'))"""
#: The channel of an earlier message takes messages.
EARLIER_IS_OPEN = """EXISTS (
               SELECT FROM helpdesk_slack_channel channel
                 JOIN helpdesk_slack_workspace workspace ON workspace.id = channel.workspace_id
                WHERE channel.id = earlier.channel_id AND channel.active AND workspace.active
                  AND (workspace.state = 'ok' AND channel.state = 'ok' OR %(by_webhook)s))"""
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
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _claim(self):
        """Take the row that is due longest, among one per channel that is open.

        The attempt is counted and the row leased before Slack hears of it: whoever dies between here and the result
        leaves a row that comes back by itself, marked as in doubt.

        :return: a `Claim`, or None when nothing is due
        """
        if self.env["helpdesk.bridge.database"]._is_silent():
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
                  FROM %(oldest_of_each_channel)s
                  JOIN helpdesk_slack_outbox entry ON entry.id = oldest.id
              ORDER BY entry.next_attempt_at, entry.id
                 LIMIT 1
                   FOR NO KEY UPDATE OF entry SKIP LOCKED
            )
            UPDATE helpdesk_slack_outbox entry
               SET attempts = entry.attempts + 1,
                   next_attempt_at = %(lease)s,
                   leased_until = %(lease)s,
                   leased_by = %(cron)s,
                   doubt_since = COALESCE(entry.doubt_since, %(now)s),
                   doubt_by_webhook = due.by_webhook OR due.doubt_since IS NOT NULL AND entry.doubt_by_webhook,
                   write_date = %(now)s
              FROM due
             WHERE entry.id = due.id
         RETURNING entry.id, entry.channel_id, entry.kind, entry.attempts, COALESCE(entry.refusals, 0), due.doubt_since,
                   due.by_webhook, due.is_probe
            """,
            now=now,
            cron=self.env.context.get("cron_id"),
            lease=now + timedelta(seconds=retry_policy.LEASE),
            by_bot=SQL(BY_BOT, moment=now),
            oldest_of_each_channel=self._oldest_of_each_channel(now, now),
        )

    @api.model
    def _oldest_of_each_channel(self, now, moment):
        """What may go out at a moment, one row per channel: a table `oldest` beside its `channel` and `workspace`."""
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
            in_turn=SQL(IN_TURN, now=now, earlier_is_open=SQL(EARLIER_IS_OPEN, by_webhook=SQL(BY_WEBHOOK))),
        )

    # ------------------------------------------------------------
    # Nothing is due
    # ------------------------------------------------------------

    @api.model
    def _wait_for_due(self):
        """Sleep until a row falls due that does so very soon; the cron would come back up to a minute later.

        :return: whether there is one
        """
        soonest = self._retried(self._soonest)
        if soonest is None:
            return False
        time.sleep(max((soonest - fields.Datetime.now()).total_seconds(), 0.2))
        return True

    @api.model
    def _soonest(self):
        """When the next row may go out, holds included; None without any in the next `MAX_WAIT` seconds."""
        if self.env["helpdesk.bridge.database"]._is_silent():
            return None
        self.env.flush_all()
        now = fields.Datetime.now()
        horizon = now + timedelta(seconds=MAX_WAIT)
        self.env.cr.execute(
            SQL(
                "SELECT MIN(GREATEST(oldest.due_at, channel.hold_until, workspace.hold_until)) FROM %s",
                self._oldest_of_each_channel(now, horizon),
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _overdue_since(self):
        """Since when the oldest row waits that could go out now; None when there is none."""
        now = fields.Datetime.now()
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT MIN(oldest.due_at) FROM %s", self._oldest_of_each_channel(now, now)))
        return self.env.cr.fetchone()[0]

    # ------------------------------------------------------------
    # What cannot go out for long
    # ------------------------------------------------------------

    @api.model
    def _put_aside(self):
        """Look at lines behind a failed one again only after a while: thousands of them would slow down every look.

        They stand in front, as the oldest. Whoever retries or cancels the failed one takes them back at once.
        """
        now = fields.Datetime.now()
        stuck = [entry_id for (entry_id,) in self.env.execute_query(self._stuck_query(now))]
        self._outbox().browse(stuck).next_attempt_at = now + timedelta(seconds=ASIDE)

    @api.model
    def _stuck_query(self, now):
        """The ids of lines in front of an open channel that stand behind a failed one.

        Each step is worked out once, whatever PostgreSQL believes: its statistics lag behind an outage, and with a
        thousand messages owed that it knew nothing of it has looked at each of them for each of them.
        """
        return SQL(
            """
            WITH failed AS MATERIALIZED (
                SELECT ticket_id, channel_id, MIN(COALESCE(NULLIF(turn, 0), id)) AS turn
                  FROM helpdesk_slack_outbox
                 WHERE state = 'failed'
                   AND kind = 'reply'
              GROUP BY ticket_id, channel_id
            ), front AS MATERIALIZED (
                SELECT candidate.*
                  FROM helpdesk_slack_channel channel
                 CROSS JOIN LATERAL (
                    SELECT entry.id, entry.ticket_id, entry.channel_id, entry.kind,
                           COALESCE(NULLIF(entry.turn, 0), entry.id) AS turn
                      FROM helpdesk_slack_outbox entry
                     WHERE entry.channel_id = channel.id
                       AND entry.state = 'pending'
                       AND entry.next_attempt_at <= %(now)s
                  ORDER BY entry.next_attempt_at, entry.id
                     LIMIT %(limit)s
                 ) candidate
                 WHERE channel.active
                   AND channel.state = 'ok'
                   AND channel.id IN (SELECT channel_id FROM failed)
            )
            SELECT front.id
              FROM front
              JOIN failed
                ON failed.ticket_id = front.ticket_id
               AND failed.channel_id = front.channel_id
               AND failed.turn < front.turn
             WHERE front.kind <> 'update'
            """,
            now=now,
            limit=ASIDE_AT_ONCE,
        )
