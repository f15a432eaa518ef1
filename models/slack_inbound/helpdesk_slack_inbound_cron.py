"""Carries out what came from Slack, row by row, each in transactions of its own.

How data flows: `_begin_next` takes the oldest row that is its thread's turn and counts the attempt. `_plan` finds the
ticket and its settings. Then, with no transaction open, Slack is asked who the person is. `_admit` judges that and says
what else is needed: names, files. These are fetched, again without a transaction. `_perform` does what the person
wanted, as that person, in the transaction that also marks the row as done. Where Slack need not be asked, the next step
follows in the same transaction.
"""

import logging
import time
from dataclasses import replace

from odoo import api, models

from ...tools.slack import member_profile, message_html, retry_policy, shared_file
from ...tools.slack.response import as_dict
from ..common import ir_cron, transactions
from ..slack.slack_client import EPHEMERAL
from .slack_files import fetch_files
from .slack_names import MAX_NAMES, ask_names

_logger = logging.getLogger(__name__)

#: What Slack is asked for a row, with no transaction open.
WHO, WHAT_ELSE = "who", "what else"
#: Seconds for all names, files and messages of one row: others wait behind it, and Odoo ends a worker after 120.
PATIENCE = 45
#: Seconds between two progress reports to ir.cron; each costs two queries.
REPORT_EVERY = 2


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _cron_process(self):
        """Carry out what is due until nothing is left or the time of this run is over."""
        if self.env["helpdesk.bridge.database"]._is_silent():
            return
        self._retried(self._begin_run)
        done, reported = 0, time.monotonic()
        while not ir_cron.is_time_over(self.env):
            work = self._retried(self._begin_next)
            if not work:
                break
            self._work(work)
            done += 1
            if time.monotonic() - reported >= REPORT_EVERY:
                self.env["ir.cron"]._commit_progress(done, remaining=0)
                done, reported = 0, time.monotonic()
        else:
            self._retried(self._wake)
        if done:
            self.env["ir.cron"]._commit_progress(done, remaining=0)

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
            question = self._retried(self._begin_work, work)
            if question == WHO:
                self._ask_who(work)
                question = self._retried(self._go_on, work)
            if question == WHAT_ELSE:
                self._ask_in_time(work)
                self._retried(self._perform, work)
            if work.error:
                raise work.error
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
    def _begin_work(self, work):
        """Do what can be done without asking Slack. :return: what it is to be asked then, if anything"""
        entry = self._in_hand(work)
        if not entry or not entry._plan(work):
            return None
        return entry._advance(work, self.env["res.users"].browse(work.known_user_id)) if work.is_known else WHO

    @api.model
    def _go_on(self, work):
        """The same, once Slack has said who acts."""
        entry = self._in_hand(work)
        return entry._advance(work) if entry else None

    def _advance(self, work, user=None):
        """Carry out this row, which is locked, unless more is to be asked. :param user: as whom they act, if known"""
        is_admitted = self._admit(work, user)
        if is_admitted and not work.has_questions:
            # What is wrong with it undoes nothing of what was found out so far.
            work.error = transactions.attempted(self.env.cr, self._carry_out, work)
        return WHAT_ELSE if is_admitted and work.has_questions else None

    @api.model
    def _answer(self, work):
        """Tell the person what there is to tell. No transaction is open here."""
        if work.telling:
            work.connection.call(EPHEMERAL, **work.telling)

    # ------------------------------------------------------------
    # The steps
    # ------------------------------------------------------------

    def _plan(self, work):
        """Find the ticket and what is to be asked. :return: whether anything is left to do"""
        words = self._in_words()
        if self.kind not in self._handlers():
            return self._ignore(words.env._("Odoo does nothing with this yet."))
        workspace = self.workspace_id
        work.connection = workspace._connection()
        if not self._find_subject(work):
            return False
        work.member_ref = self._actor_ref()
        work.team_ref = workspace.team_ref or ""
        if not work.member_ref:
            return self._ignore(words.env._("Slack does not say who did this."))
        self.person_id = person = self.env["helpdesk.slack.person"]._ensure(workspace, work.member_ref)
        work.changes = person.changes
        user = person._known_user(was_delivered=self.source != "catch_up") if work.team_ref else None
        work.is_known, work.known_user_id = bool(user), user.id if user else None
        if not user:
            linked = self.env["helpdesk.slack.member"]._confirmed(workspace, work.member_ref)
            work.may_match = workspace.link_by_email and not linked
        return True

    def _find_subject(self, work):
        """Find what this row is about. :return: whether it is to be carried out"""
        return not self.thread_ts or self._find_ticket()

    @api.model
    def _ask_who(self, work):
        """Ask Slack who acts. No transaction is open here."""
        self._ask_about(work)
        if work.trouble is not None and not retry_policy.is_about_all(work.trouble):
            # A proxy, or Slack itself, may have trouble with this person alone: then nobody else has to wait.
            work.is_alone = work.connection.call("auth.test").ok

    @api.model
    def _ask_about(self, work):
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

    def _admit(self, work, user=None):
        """Judge who acts, and say what else is needed. :return: whether this person may go on

        :param user: as whom they act, if that was decided in this very transaction
        """
        if work.identity:
            self.workspace_id._store_bot_identity(work.identity)
        if work.answer:
            self.workspace_id._store_scopes(work.answer)
        person = self.person_id or self.env["helpdesk.slack.person"]._of(self.workspace_id, work.member_ref)
        self.person_id = person
        if person.changes != work.changes:
            return self._postpone(0)
        if work.trouble is not None and not person._known_lately():
            return self._wait_for_slack(work)
        if work.trouble is None and not work.is_known:
            person._store(work.profile, work.email_is_theirs)
        if self._is_link_code(work):
            return False
        user, refusal = (user, "") if user else person._acts_as()
        if refusal:
            return self._refuse(work, refusal)
        self.user_id = user
        self._prepare_needs(work)
        return True

    def _prepare_needs(self, work):
        """Say which names and files the row needs. A kind adds its own."""
        needs = message_html.mentioned(self._words_payload())
        work.names = known = self.env["helpdesk.slack.person"]._names(self.workspace_id, needs.people)
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
            work.files = shared_file.files_of(self.payload or {})

    def _words_payload(self):
        """The message whose names are needed. A kind has its own."""
        return self.payload or {}

    @api.model
    def _ask_in_time(self, work):
        """Fetch what the row needs, as far as that takes no longer than `PATIENCE`."""
        connection = work.connection
        work.connection = replace(connection, until=time.monotonic() + PATIENCE)
        try:
            self._ask_what_else(work)
        finally:
            work.connection = connection

    @api.model
    def _ask_what_else(self, work):
        """Fetch names and files. No transaction is open here. What Slack does not say is done without."""
        if work.needs:
            ask_names(work, work.needs)
        work.fetched = fetch_files(work.connection, work.files) if work.files else []

    @api.model
    def _perform(self, work):
        """Do what the person wanted, once everything is there that it needs."""
        entry = self._in_hand(work)
        if entry and entry._may_still(work):
            entry._carry_out(work)

    def _may_still(self, work):
        """Whether the person may do this although fetching what it needs has taken its time."""
        if any(fate == shared_file.LATER for _file, fate, _content in work.fetched) and not work.is_last:
            words = self._in_words()
            return self._try_later(work, words.env._("A file could not be fetched from Slack. It is tried again."))
        # Meanwhile the person may have lost what allowed this, in Slack or in Odoo.
        if self.person_id.changes != work.changes:
            return self._postpone(0)
        user, refusal = self.person_id._acts_as()
        if refusal:
            return self._refuse(work, refusal)
        self.user_id = user
        return True

    def _carry_out(self, work):
        """Do what the person wanted, as that person."""
        self.company_id = self.ticket_id.company_id or self.company_id
        getattr(self, self._handlers()[self.kind])(work)
