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

from ...tools.slack import catch_up, retry_policy
from ...tools.slack.retry_policy import Action
from ..common import database_time, ir_cron, transactions
from ..common.translated import with_company_lang

_logger = logging.getLogger(__name__)

#: Seconds of one run that a workspace may take.
RUN = 45
#: Seconds until a channel that the bot may not read, and a workspace that refuses the token, is asked again.
CHANNEL_PAUSE, TROUBLE_PAUSE = 600, 60
#: Threads that are stored in one transaction.
AT_ONCE = 20


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    catch_up_since = fields.Char(
        string="Replies Taken Since",
        readonly=True,
        copy=False,
        help="Slack's timestamp from which on replies are taken: the first run.",
    )
    catch_up_error = fields.Char(string="Why Catch-Up Does Not Work", readonly=True, copy=False)
    catch_up_next = fields.Datetime(
        string="Not Asked Until", readonly=True, copy=False, help="Until then, Slack is not asked for replies."
    )

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
        self._in_transaction(self._prove_delivery)
        self._ask_about_channels()

    @api.model
    def _in_transaction(self, step, *arguments):
        return transactions.retried(self.env.cr, step, *arguments)

    @api.model
    def _catch_up_due(self):
        """The ids of the workspaces to ask, begun with another one each minute.

        One with which the time of a run is over each time, as Slack is slow or much was said, holds up no other.
        """
        now = database_time.now(self.env)
        free = ["|", ("search_hold_until", "=", False), ("search_hold_until", "<=", now)]
        free += ["|", ("catch_up_next", "=", False), ("catch_up_next", "<=", now)]
        due = self.sudo().search([("state", "=", "ok"), *free], order="id")
        return catch_up.in_rotation(due._taking_replies().ids, 1, catch_up.minute(now)) if due else []

    def _taking_replies(self):
        """Those of these workspaces in which a ticket's thread may be whose team, or company, takes replies.

        Another question than `_wants_replies`: a company may have got a workspace of its own since a thread began.
        """
        everybody = self.env["res.company"].sudo().with_context(active_test=False)
        companies = everybody.search([("helpdesk_slack_replies", "!=", "off")])
        teams = everybody.env["helpdesk.ticket.team"].search_fetch(
            [("slack_replies", "not in", (False, "off"))], ["company_id"]
        )
        if not companies and not teams:
            return self.browse()
        takers = companies | teams.company_id
        if not all(team.company_id for team in teams):
            return self
        return self.filtered(lambda one: not one.company_id or one.company_id in takers)

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
                may_pass = retry_policy.judge(one.trouble, 1).action in (Action.RETRY, Action.RECONCILE)
                pause = TROUBLE_PAUSE if may_pass else CHANNEL_PAUSE
                error, later = words._explain(one.trouble), now + timedelta(seconds=pause)
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
