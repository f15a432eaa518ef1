"""Catch-up: asks Slack each minute for replies that nobody has delivered. It needs no more scopes than sending does.

How data flows: `_catch_up_begin` reads which channels have tickets. With no transaction open, their histories say which
threads have newer replies. `_catch_up_choose` chooses the threads to ask about, also those whose first message is
further back, in turn. With no transaction open, their replies are read. `_catch_up_store` hands over what is new to the
inbox (`helpdesk.slack.inbound`), as the other transports do. The cron runs on one server at a time.
"""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.slack import catch_up
from ..common import database_time, ir_cron, transactions
from ..common.translated import with_company_lang
from .slack_catch_up import Channel, Round

_logger = logging.getLogger(__name__)

#: Seconds of one run that a workspace may take.
RUN = 45
#: Seconds until a channel that the bot may not read, and a workspace that refuses the token, is asked again.
CHANNEL_PAUSE, TROUBLE_PAUSE = 600, 60
#: Threads that are stored in one transaction.
AT_ONCE = 20
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

    catch_up_since = fields.Char(
        readonly=True, copy=False, help="Slack's timestamp from which on replies are taken: the first run."
    )
    catch_up_error = fields.Char(string="Why Catch-Up Does Not Work", readonly=True, copy=False)
    catch_up_next = fields.Datetime(readonly=True, copy=False, help="Until then, Slack is not asked for replies.")

    @api.model
    def _cron_catch_up(self):
        """Ask for what nobody has delivered, and find out whether the sockets hear."""
        if self.env["helpdesk.bridge.database"]._is_silent():
            return
        for workspace_id in self._catch_up_due():
            try:
                self._catch_up(workspace_id)
            except Exception as error:
                self.env.cr.rollback()
                if not transactions.is_momentary(error):
                    _logger.exception("Slack workspace %s: catch-up has failed", workspace_id)
            if ir_cron.is_time_over(self.env):
                break
        self._in_transaction(self._settle_sockets)
        self._in_transaction(self._prove_hearing)

    @api.model
    def _in_transaction(self, step, *arguments):
        return transactions.retried(self.env.cr, step, *arguments)

    @api.model
    def _catch_up_due(self):
        """The ids of the workspaces to ask, those that were not asked for longest first."""
        now = database_time.now(self.env)
        free = ["|", ("search_hold_until", "=", False), ("search_hold_until", "<=", now)]
        free += ["|", ("catch_up_next", "=", False), ("catch_up_next", "<=", now)]
        due = self.sudo().search([("state", "=", "ok"), *free], order="catch_up_last, id")
        return due.ids if due and self._takes_replies() else []

    @api.model
    def _takes_replies(self):
        """Whether any team, or any company for its teams, takes replies from Slack."""
        companies, teams = self.env["res.company"].sudo(), self.env["helpdesk.ticket.team"].sudo()
        if companies.search_count([("helpdesk_slack_replies", "!=", "off")], limit=1):
            return True
        return bool(teams.search_count([("slack_replies", "not in", (False, "off"))], limit=1))

    @api.model
    def _catch_up(self, workspace_id):
        """One run over a workspace."""
        turn = self._in_transaction(self.browse(workspace_id)._catch_up_begin)
        if not turn.channels:
            self._in_transaction(self.browse(workspace_id)._catch_up_end, turn)
            return
        turn.until = min(time.monotonic() + RUN, self.env.context.get("cron_end_time", float("inf")))
        turn.read_histories()
        self._in_transaction(self.browse(workspace_id)._catch_up_choose, turn)
        batch = []
        for found in turn.read_replies():
            batch.append(found)
            if len(batch) >= AT_ONCE:
                self._in_transaction(self.browse(workspace_id)._catch_up_store, turn, batch)
                batch = []
        self._in_transaction(self.browse(workspace_id)._catch_up_end, turn, batch)

    # ------------------------------------------------------------
    # What to ask
    # ------------------------------------------------------------

    def _catch_up_begin(self):
        """Which channels to ask about. :return: a `Round`"""
        self.ensure_one()
        workspace_sudo, now = self.sudo(), database_time.now(self.env)
        if not workspace_sudo.catch_up_since:
            # What was said before the first run is history.
            workspace_sudo.catch_up_since = catch_up.moment_ts(now)
        turn = Round(self.id, self._connection(), workspace_sudo.team_ref or "", workspace_sudo.catch_up_since)
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

    # ------------------------------------------------------------
    # What was found
    # ------------------------------------------------------------

    def _catch_up_store(self, turn, batch):
        """Hand over what is new to the inbox, and remember up to where these threads were read.

        :param batch: list of `catch_up.Found`
        """
        places = {(found.thread.channel_ref, one["ts"]) for found in batch for one in found.messages}
        known, inbox = self._known_messages(places), self.env["helpdesk.slack.inbound"]
        for found in batch:
            edits = {one["ts"]: known.get((found.thread.channel_ref, one["ts"])) for one in found.messages}
            edits = {moment: those for moment, those in edits.items() if those is not None}
            for body in catch_up.bodies(found.thread, found.messages, edits, turn.team_ref):
                inbox._receive(self, "catch_up", body)
        read = [(found.thread.id, found.read_up_to) for found in batch if found.is_complete or found.read_up_to]
        read += [(found.thread.id, found.thread.latest) for found in batch if self._is_gone(found)]
        self._note_read(read)

    @api.model
    def _is_gone(self, found):
        return found.trouble is not None and found.trouble.error in catch_up.GONE

    def _note_read(self, read):
        if not read:
            return
        values = SQL(", ").join(SQL("(%s, %s)", number, moment or None) for number, moment in dict(read).items())
        self.env.cr.execute(
            SQL(
                """
                UPDATE helpdesk_slack_thread thread
                   SET catch_up_at = %s, catch_up_ts = GREATEST(thread.catch_up_ts, read.moment)
                  FROM (VALUES %s) read (id, moment)
                 WHERE thread.id = read.id
                """,
                database_time.now(self.env),
                values,
            )
        )
        self.env["helpdesk.slack.thread"].invalidate_model(["catch_up_at", "catch_up_ts"])

    def _catch_up_end(self, turn, batch=()):
        """Store the rest, and say how it went."""
        self._catch_up_store(turn, list(batch))
        workspace_sudo, now = self.sudo(), database_time.now(self.env)
        words = with_company_lang(workspace_sudo.company_id or self.env.company, workspace_sudo)
        asked = self.env["helpdesk.slack.channel"].sudo().browse([one.id for one in turn.channels if one.is_asked])
        if asked:
            asked.write({"catch_up_at": now})
            asked.filtered("catch_up_error").write({"catch_up_error": False, "catch_up_next": False})
        for one in turn.channels:
            if one.trouble:
                channel = asked.browse(one.id)
                error, later = words._explain(one.trouble), now + timedelta(seconds=CHANNEL_PAUSE)
                channel.write({"catch_up_error": error, "catch_up_next": later, "catch_up_at": now})
        if turn.trouble is not None:
            wait = max(turn.trouble.retry_after, TROUBLE_PAUSE)
            if turn.trouble.retry_after:
                self._hold_searches(turn.trouble.retry_after)
            later = now + timedelta(seconds=wait)
            workspace_sudo.write({"catch_up_error": words._explain(turn.trouble), "catch_up_next": later})
            return
        if not turn.is_told:
            workspace_sudo.catch_up_error = words.env._("Slack answers too slowly to be asked for all new replies.")
            return
        values = {"catch_up_error": False, "catch_up_next": False} if workspace_sudo.catch_up_error else {}
        if not turn.missing:
            values["catch_up_last"] = now
        if values:
            workspace_sudo.write(values)
