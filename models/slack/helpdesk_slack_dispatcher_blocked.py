"""Postpones the messages that wait for one that has failed: they would slow down each claim."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..common import database_time
from ..common.claiming import IN_ORDER
from .helpdesk_slack_dispatcher_claim import IS_STUCK

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
        stuck = [entry_id for (entry_id,) in self.env.execute_query(SQL("%s; %s", IN_ORDER, self._stuck_query(now)))]
        self._outbox().browse(stuck).next_attempt_at = now + timedelta(seconds=POSTPONE)

    @api.model
    def _stuck_query(self, now):
        """SQL for the ids of due replies in open channels that are blocked by a failed message.

        Only channels in which something has failed are looked through, and of these the rows that come first.
        """
        return SQL(
            """
            WITH failing AS MATERIALIZED (
                SELECT DISTINCT channel_id FROM helpdesk_slack_outbox WHERE state = 'failed' AND kind = 'reply'
            ), place AS MATERIALIZED (
                SELECT channel.id
                  FROM helpdesk_slack_channel channel
                  JOIN failing ON failing.channel_id = channel.id
                 WHERE channel.active
                   AND channel.state = 'ok'
            )
            SELECT front.id
              FROM place
             CROSS JOIN LATERAL (
                SELECT entry.id, entry.ticket_id, entry.channel_id, entry.kind, entry.turn
                  FROM helpdesk_slack_outbox entry
                 WHERE entry.channel_id = place.id
                   AND entry.state = 'pending'
                   AND entry.next_attempt_at <= %(now)s
              ORDER BY entry.next_attempt_at, entry.id
                 LIMIT %(limit)s
             ) front
             WHERE front.kind <> 'update'
               AND %(is_stuck)s
            """,
            now=now,
            limit=POSTPONE_AT_ONCE,
            is_stuck=SQL(IS_STUCK.format(row="front")),
        )
