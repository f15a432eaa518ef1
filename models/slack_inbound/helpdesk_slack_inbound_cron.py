"""Carries out what came from Slack, row by row, each in transactions of its own.

How data flows: `_begin_next` takes the oldest row that is its thread's turn and counts the attempt. `_plan` finds the
ticket and its settings. Then, with no transaction open, Slack is asked who the person is. `_admit` judges that and says
what else is needed: names, files. These are fetched, again without a transaction. `_perform` does what the person
wanted, as that person, in the transaction that also marks the row as done.
"""

import logging
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.slack import member_profile, message_html, shared_file
from ...tools.slack.response import as_dict
from ..common import database_time, ir_cron, transactions
from ..slack.slack_client import EPHEMERAL
from .helpdesk_slack_inbound_outcome import RETRY_AFTER
from .slack_files import fetch_files
from .slack_work import MAX_ATTEMPTS, Work

_logger = logging.getLogger(__name__)

#: People and channels of one message whose names are asked for.
MAX_NAMES = 10


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _cron_process(self):
        """Carry out what is due until nothing is left or the time of this run is over."""
        if self.env["helpdesk.bridge.database"]._is_silent():
            return
        self._retried(self._begin_run)
        while not ir_cron.is_time_over(self.env):
            work = self._retried(self._begin_next)
            if not work:
                return
            self._work(work)
            self.env["ir.cron"]._commit_progress(1, remaining=0)
        self._retried(self._wake)

    @api.model
    def _begin_run(self):
        """Hook for what is due once in each run of the cron."""

    @api.model
    def _retried(self, step, *arguments):
        """Run a step in a transaction of its own."""
        return transactions.retried(self.env.cr, step, *arguments)

    @api.model
    def _work(self, work):
        """Carry out one row; whatever is wrong with it stops no other."""
        try:
            if self._retried(self._plan, work):
                self._ask_who(work)
                if self._retried(self._admit, work):
                    self._ask_what_else(work)
                    self._retried(self._perform, work)
        except Exception as error:
            if transactions.is_momentary(error):
                _logger.warning("Slack inbox %s waits: %s", work.entry_id, error)
            else:
                _logger.exception("Slack inbox %s cannot be carried out", work.entry_id)
            # What was to be said was about what has not happened.
            work.telling, work.answers = None, []
            self._retried(self._record_failure, work, error)
        self._answer(work)

    @api.model
    def _answer(self, work):
        """Tell the person what there is to tell. No transaction is open here."""
        if work.telling:
            work.connection.call(EPHEMERAL, **work.telling)

    # ------------------------------------------------------------
    # Which
    # ------------------------------------------------------------

    @api.model
    def _begin_next(self):
        """Take the oldest row that is due and count the attempt. :return: its `Work`, or None

        A row waits for the earlier ones of its thread, as long as these wait; one that has failed for good holds up
        none.
        """
        self.env.flush_all()
        now = database_time.now(self.env)
        found = self.env.execute_query(
            SQL(
                """
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
                           AND (earlier.event_ts, earlier.id) < (candidate.event_ts, candidate.id))
              ORDER BY candidate.event_ts, candidate.id
                 LIMIT 1
                   FOR NO KEY UPDATE OF candidate SKIP LOCKED
                """,
                now=now,
            )
        )
        if not found:
            return None
        entry = self.browse(found[0][0])
        if entry.attempts >= MAX_ATTEMPTS:
            entry._fail(entry._in_words().env._("Odoo stopped each time it was carried out. See the server's log."))
            return Work(entry.id, entry.attempts)
        entry.write({"attempts": entry.attempts + 1, "next_attempt_at": now + timedelta(seconds=RETRY_AFTER[0])})
        return Work(entry.id, entry.attempts)

    # ------------------------------------------------------------
    # The steps
    # ------------------------------------------------------------

    @api.model
    def _plan(self, work):
        """Find the ticket and what is to be asked. :return: whether there is anything left to do"""
        entry = self._in_hand(work)
        if not entry:
            return False
        words = entry._in_words()
        if entry.kind not in self._handlers():
            return entry._ignore(words.env._("Odoo does nothing with this yet."))
        workspace = entry.workspace_id
        work.connection = workspace._connection()
        if not entry._find_subject(work):
            return False
        work.member_ref = entry._actor_ref()
        work.team_ref = workspace.team_ref or ""
        linked = self.env["helpdesk.slack.member"]._confirmed(workspace, work.member_ref)
        work.may_match = workspace.link_by_email and not linked
        if not work.member_ref:
            return entry._ignore(words.env._("Slack does not say who did this."))
        return True

    def _find_subject(self, work):
        """Find what this row is about. :return: whether it is to be carried out"""
        return not self.thread_ts or self._find_ticket()

    @api.model
    def _ask_who(self, work):
        """Ask Slack who acts. No transaction is open here."""
        if not work.team_ref:
            answer = work.connection.call("auth.test")
            if not answer.ok:
                work.trouble = answer
                return
            work.identity, work.team_ref = answer.data, str(answer.data.get("team_id") or "")
        work.answer = answer = work.connection.call("users.info", user=work.member_ref)
        if answer.ok:
            work.profile = member_profile.profile(answer.data.get("user"), work.team_ref)
            if work.may_match and work.profile.email and not work.profile.refusal:
                self._ask_whose_address(work)
            return
        refusal = member_profile.refusal_of_answer(answer)
        if refusal:
            work.profile = member_profile.Profile(work.member_ref, refusal=refusal)
        else:
            work.trouble = answer

    @api.model
    def _ask_whose_address(self, work):
        answer = work.connection.call("users.lookupByEmail", email=work.profile.email)
        if answer.ok:
            work.email_is_theirs = as_dict(answer.data.get("user")).get("id") == work.member_ref
        elif not member_profile.refusal_of_answer(answer):
            work.trouble = answer

    @api.model
    def _admit(self, work):
        """Judge who acts, and say what else is needed. :return: whether this person may go on"""
        entry = self._in_hand(work)
        if not entry:
            return False
        if work.identity:
            entry.workspace_id._store_bot_identity(work.identity)
        if work.answer:
            entry.workspace_id._store_scopes(work.answer)
        people = self.env["helpdesk.slack.person"]
        if work.trouble is not None and not people._known_lately(entry.workspace_id, work.member_ref):
            return entry._wait_for_slack(work)
        if work.trouble is None:
            people._store(entry.workspace_id, work.profile, work.email_is_theirs)
        entry.person_id = people._of(entry.workspace_id, work.member_ref)
        if entry._is_link_code(work):
            return False
        user, refusal = entry.person_id._acts_as()
        if refusal:
            return entry._refuse(work, refusal)
        entry.user_id = user
        entry._prepare_needs(work)
        return True

    def _prepare_needs(self, work):
        """Say which names and files the row needs. A kind adds its own."""
        payload = self.payload or {}
        needs = message_html.mentioned(self._words_payload())
        known = self.env["helpdesk.slack.person"]._names(self.workspace_id, needs.people)
        work.names = known
        channels = self.env["helpdesk.slack.channel"].with_context(active_test=False)
        here = [("workspace_id", "=", self.workspace_id.id), ("channel_ref", "in", list(needs.channels))]
        work.channels = (
            {one.channel_ref: one.name.lstrip("#") for one in channels.search(here)} if needs.channels else {}
        )
        work.needs = message_html.Mentioned(
            tuple(one for one in needs.people if one not in known)[:MAX_NAMES],
            tuple(one for one in needs.channels if one not in work.channels)[:MAX_NAMES],
        )
        if self.kind == "message":
            work.files = shared_file.files_of(payload)

    def _words_payload(self):
        """The message whose names are needed. A kind has its own."""
        return self.payload or {}

    @api.model
    def _ask_what_else(self, work):
        """Fetch names and files. No transaction is open here. What Slack does not say is done without."""
        for one in work.needs.people if work.needs else ():
            answer = work.connection.call("users.info", user=one)
            if answer.ok:
                work.names[one] = member_profile.profile(answer.data.get("user"), work.team_ref).name
        for one in work.needs.channels if work.needs else ():
            answer = work.connection.call("conversations.info", channel=one)
            name = as_dict(answer.data.get("channel")).get("name") if answer.ok else None
            if isinstance(name, str) and name:
                work.channels[one] = name[:100]
        work.fetched = fetch_files(work.connection, work.files) if work.files else []

    @api.model
    def _perform(self, work):
        """Do what the person wanted, as that person."""
        entry = self._in_hand(work)
        if not entry:
            return
        if any(fate == shared_file.LATER for _file, fate, _content in work.fetched) and not work.is_last:
            entry._try_later(
                work, entry._in_words().env._("A file could not be fetched from Slack. It is tried again.")
            )
            return
        # Files take their time: meanwhile the person may have lost what allowed this.
        user, refusal = entry.person_id._acts_as()
        if refusal:
            entry._refuse(work, refusal)
            return
        entry.user_id = user
        entry.company_id = entry.ticket_id.company_id or entry.company_id
        getattr(entry, self._handlers()[entry.kind])(work)
