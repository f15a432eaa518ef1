"""Whose turn it is: the oldest row of each thread, and clicks before what others have said."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.slack import inbound_row
from ..common import database_time
from ..common.claiming import IN_ORDER
from .helpdesk_slack_inbound_outcome import RETRY_AFTER
from .slack_work import MAX_ATTEMPTS, Work


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _begin_next(self):
        """Take the oldest row that is due and count the attempt. :return: its `Work`, or None

        A row waits for the earlier ones of its thread, as long as these wait; one that has failed for good holds up
        none. Who has clicked sits and waits for what happens, so that clicks come before what others have said.
        `OFFSET 0`: see `claiming`.
        """
        self.env.flush_all()
        now = database_time.now(self.env)
        found = self.env.execute_query(
            SQL(
                """
                %(in_order)s;
                WITH next AS (
                    SELECT candidate.id
                      FROM helpdesk_slack_inbound candidate
                      JOIN helpdesk_slack_workspace workspace ON workspace.id = candidate.workspace_id
                     WHERE candidate.state = 'pending'
                       AND candidate.next_attempt_at <= %(now)s
                       AND (workspace.inbound_hold_until IS NULL OR workspace.inbound_hold_until <= %(now)s)
                       AND NOT EXISTS (
                            SELECT FROM helpdesk_slack_inbound earlier
                             WHERE earlier.state = 'pending'
                               AND earlier.workspace_id = candidate.workspace_id
                               AND earlier.channel_ref = candidate.channel_ref
                               AND earlier.thread_ts = candidate.thread_ts
                               AND (earlier.event_ts, earlier.id) < (candidate.event_ts, candidate.id)
                            OFFSET 0)
                  ORDER BY candidate.kind NOT IN %(asked)s, candidate.event_ts, candidate.id
                     LIMIT 1
                       FOR NO KEY UPDATE OF candidate SKIP LOCKED)
                UPDATE helpdesk_slack_inbound entry
                   SET attempts = entry.attempts + 1, next_attempt_at = %(again)s, write_date = %(now)s
                  FROM next
                 WHERE entry.id = next.id
             RETURNING entry.id, entry.attempts
                """,
                in_order=IN_ORDER,
                now=now,
                asked=inbound_row.ASKED_KINDS,
                again=now + timedelta(seconds=RETRY_AFTER[0]),
            )
        )
        if not found:
            return None
        [(number, attempts)] = found
        entry = self.browse(number)
        entry.invalidate_recordset(flush=False)
        if attempts > MAX_ATTEMPTS:
            entry.attempts = MAX_ATTEMPTS
            entry._fail(entry._in_words().env._("Odoo stopped each time it was carried out. See the server's log."))
        return Work(number, attempts)
