"""What catch-up asks about: the channels with tickets, and the threads in them; and what is known already."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ...tools.slack import catch_up
from ..common import database_time
from .slack_catch_up import Channel, Round

#: Seconds for which a thread counts as lively after a reply: there, edits are looked for.
LIVELY = 86400
#: Seconds between two looks for edits in a thread.
EDITS_EVERY = 300

#: The ticket's team, or else its company, takes replies.
TAKES_REPLIES = SQL("COALESCE(team.slack_replies, company.helpdesk_slack_replies, 'note') <> 'off'")
#: Since when they do, if they did not before.
SWITCHED_ON = SQL("GREATEST(team.slack_replies_since, company.helpdesk_slack_replies_since)")
OF_TICKET = SQL(
    """helpdesk_slack_thread thread
       JOIN helpdesk_slack_channel channel ON channel.id = thread.channel_id
       JOIN helpdesk_ticket ticket ON ticket.id = thread.ticket_id
  LEFT JOIN helpdesk_ticket_team team ON team.id = ticket.team_id
  LEFT JOIN res_company company ON company.id = ticket.company_id"""
)


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    def _catch_up_begin(self):
        """Which channels to ask about. :return: a `Round`"""
        self.ensure_one()
        workspace_sudo, now = self.sudo(), database_time.now(self.env)
        if not workspace_sudo.catch_up_since:
            # What was said before the first run is history.
            workspace_sudo.catch_up_since = catch_up.moment_ts(now)
        turn = Round(self.id, self._connection(), workspace_sudo.team_ref or "", workspace_sudo.catch_up_since)
        turn.minute = catch_up.minute(now)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT place.id, place.channel_ref, oldest.ts
                  FROM helpdesk_slack_channel place
             LEFT JOIN (
                       SELECT thread.channel_id, MIN(thread.ts) AS ts
                         FROM %(of_ticket)s
                         JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id AND stage.closed IS NOT TRUE
                        WHERE ticket.active AND thread.is_lost IS NOT TRUE AND %(takes)s
                     GROUP BY thread.channel_id) oldest ON oldest.channel_id = place.id
                 WHERE place.workspace_id = %(workspace)s AND place.active
                   AND (place.catch_up_next IS NULL OR place.catch_up_next <= %(now)s)
                   AND (oldest.ts IS NOT NULL OR EXISTS (
                        SELECT FROM %(of_ticket)s WHERE thread.channel_id = place.id AND %(takes)s))
              ORDER BY place.catch_up_at NULLS FIRST, place.id
                 LIMIT %(most)s
                """,
                of_ticket=OF_TICKET,
                takes=TAKES_REPLIES,
                workspace=self.id,
                now=now,
                most=catch_up.MAX_HISTORY,
            )
        )
        turn.channels = [Channel(number, ref, oldest or "") for number, ref, oldest in rows]
        return turn

    def _catch_up_choose(self, turn):
        """Choose the threads to ask about. :param turn: a `Round` whose histories were read"""
        behind = [thread for thread in self._threads_shown(turn) if thread.is_behind]
        known = self._known_messages([(thread.channel_ref, thread.latest) for thread in behind])
        places = self._waited_for() if behind else set()
        waiting = {thread.id for thread in behind if (thread.channel_ref, thread.ts) in places}
        missing = {thread.id for thread in behind if (thread.channel_ref, thread.latest) not in known}
        lively, older = self._threads_in_turn(turn)
        turn.threads = catch_up.in_turn(behind, missing, older, lively, waiting)
        turn.missing = missing | waiting

    def _waited_for(self):
        """The threads (channel, ts) in which something that was delivered may wait for what was said before."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT channel_ref, thread_ts FROM helpdesk_slack_inbound "
                "WHERE state = 'pending' AND workspace_id = %s AND source <> 'catch_up'",
                self.id,
            )
        )
        return set(rows)

    def _threads_shown(self, turn):
        """The threads of tickets among what the histories have shown."""
        shown = {(one.ref, root): latest for one in turn.channels for root, latest in one.latest.items()}
        shown = {place: latest for place, latest in shown.items() if latest > turn.since}
        if not shown:
            return []
        rows = self._thread_rows(turn, SQL("(thread.channel_ref, thread.ts) IN %s", tuple(shown)))
        return [catch_up.Thread(*row, shown[row[1], row[2]]) for row in rows]

    def _threads_in_turn(self, turn):
        """Threads of open tickets, in turn: (those with a reply of today, those that no history has shown)."""
        now = database_time.now(self.env)
        is_open = SQL(
            "ticket.active AND thread.is_lost IS NOT TRUE AND EXISTS (SELECT FROM helpdesk_ticket_stage stage "
            "WHERE stage.id = ticket.stage_id AND stage.closed IS NOT TRUE)"
        )
        order = SQL("thread.catch_up_at NULLS FIRST, thread.id")
        refs = tuple(one.ref for one in turn.channels if one.is_asked)
        further_back = [SQL("(%s, %s)", one.ref, one.oldest_read) for one in turn.channels if one.oldest_read]
        lively = older = []
        if refs:
            lately, again = catch_up.back(catch_up.moment_ts(now), LIVELY), now - timedelta(seconds=EDITS_EVERY)
            where = SQL(
                "%s AND thread.channel_ref IN %s AND thread.catch_up_ts > %s AND thread.catch_up_at <= %s",
                *(is_open, refs, lately, again),
            )
            lively = self._thread_rows(turn, where, order, catch_up.LIVELY)
        if further_back:
            read = SQL("SELECT FROM (VALUES %s) read (ref, ts)", SQL(", ").join(further_back))
            where = SQL("%s AND EXISTS (%s WHERE read.ref = thread.channel_ref AND thread.ts < read.ts)", is_open, read)
            older = self._thread_rows(turn, where, order, catch_up.MAX_REPLIES)
        return [catch_up.Thread(*row) for row in lively], [catch_up.Thread(*row) for row in older]

    def _thread_rows(self, turn, where, order=None, limit=100_000):
        """Of the threads whose team takes replies: id, channel, ts, read up to, taken since."""
        return self.env.execute_query(
            SQL(
                """
                SELECT thread.id, thread.channel_ref, thread.ts, COALESCE(thread.catch_up_ts, ''), %(since)s
                  FROM %(of_ticket)s
                 WHERE channel.workspace_id = %(workspace)s AND %(takes)s AND %(where)s
              ORDER BY %(order)s
                 LIMIT %(limit)s
                """,
                since=SQL("GREATEST(%s, %s, thread.ts)", SWITCHED_ON, turn.since),
                of_ticket=OF_TICKET,
                takes=TAKES_REPLIES,
                workspace=self.id,
                where=where,
                order=order or SQL("thread.id"),
                limit=limit,
            )
        )

    def _known_messages(self, places):
        """{(channel, ts): set of known edits} of those messages that the inbox, or our own outbox, knows."""
        if not places:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT channel_ref, message_ts, edited_ts FROM helpdesk_slack_inbound
                 WHERE workspace_id = %(workspace)s AND (channel_ref, message_ts) IN %(places)s AND kind = 'message'
                 UNION ALL
                SELECT channel_ref, message_ts, edited_ts FROM helpdesk_slack_inbound
                 WHERE workspace_id = %(workspace)s AND (channel_ref, message_ts) IN %(places)s
                   AND kind IN ('message_changed', 'message_deleted')
                 UNION ALL
                SELECT channel.channel_ref, outbox.slack_ts, NULL
                  FROM helpdesk_slack_outbox outbox
                  JOIN helpdesk_slack_channel channel ON channel.id = outbox.channel_id
                 WHERE channel.workspace_id = %(workspace)s AND (channel.channel_ref, outbox.slack_ts) IN %(places)s
                   AND outbox.slack_ts IN %(moments)s
                """,
                workspace=self.id,
                places=tuple(places),
                moments=tuple({moment for _channel, moment in places}),
            )
        )
        known = {}
        for channel_ref, moment, edited in rows:
            known.setdefault((channel_ref, moment), set()).update({edited} - {None})
        return known
