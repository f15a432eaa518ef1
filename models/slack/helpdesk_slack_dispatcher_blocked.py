"""Postpones the messages that wait for one that has failed: they would slow down each claim."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..common import database_time

#: Seconds for which replies behind a failed one are postponed, and how many of a channel at once.
POSTPONE, POSTPONE_AT_ONCE = 1800, 1000


class HelpdeskSlackDispatcher(models.AbstractModel):
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _postpone_blocked(self):
        """Postpone replies that are blocked by a failed one.

        They are the oldest rows, and thousands of them would slow down each claim. Retrying or
        cancelling the failed message makes them due again at once.
        """
        now = database_time.now(self.env)
        stuck = [entry_id for (entry_id,) in self.env.execute_query(self._stuck_query(now))]
        self._outbox().browse(stuck).next_attempt_at = now + timedelta(seconds=POSTPONE)

    @api.model
    def _stuck_query(self, now):
        """SQL for the ids of due replies in open channels that are blocked by a failed message.

        The steps are MATERIALIZED because PostgreSQL's statistics lag behind an outage: with a thousand new rows it
        chose a nested loop over all of them.
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
            limit=POSTPONE_AT_ONCE,
        )
