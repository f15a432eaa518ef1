"""Carries out what a person does in Slack beside talking, as that person, and tells them why not.

How data flows: `_opening` shows a loading view before the acknowledgement, where a form follows. In the cron,
`_find_subject` finds the ticket; once it is known who acts, `_act` does it with the person's rights in a savepoint.
What there is to say goes back to where the person clicked, after the commit (`_say`).
"""

import hashlib
from dataclasses import dataclass, field, replace
from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...tools.slack import acts, forms, inbound_row, mrkdwn, shared_file
from ...tools.slack.inbound_row import text
from ..common.ir_cron import AT_WORK_KEY
from ..common.translated import with_company_lang
from ..slack.slack_client import EPHEMERAL, OPEN_VIEW, POST, UPDATE_VIEW, SlackWebhook
from ..slack_inbound.helpdesk_slack_inbound import DONE, FAILED, IGNORED
from .slack_saying import insist, tell

#: Seconds for the call that opens a loading view: a trigger lives three, and the acknowledgement waits for it.
OPEN_TIMEOUT = 2
#: Where the person sees the result anyway.
SHOWN = "shown"


@dataclass(frozen=True)
class Result:
    """What became of an act.

    :param word: a key of `_act_words`; `SHOWN` where nothing is to be said
    :param is_changed: whether the ticket is different now
    :param is_wanted: whether it is as the person wanted it
    """

    word: str
    is_changed: bool = False
    is_wanted: bool = True
    values: dict = field(default_factory=dict)


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    # ------------------------------------------------------------
    # Before the acknowledgement
    # ------------------------------------------------------------

    @api.model
    def _as_relevant(self, workspace, row):
        if row.kind == inbound_row.BLOCK_ACTION and acts.is_link(row.payload):
            return None
        return super()._as_relevant(workspace, row)

    @api.model
    def _opening(self, workspace, row):
        title = self._form_title(row.kind, row.payload)
        trigger = text(row.payload.get("trigger_id"))
        if not title or not trigger:
            return super()._opening(workspace, row)
        words = self._in_language(self._user_of(workspace, row.user_ref), workspace.company_id)
        title, wait = words._form_title(row.kind, row.payload), words.env._("One moment…")
        connection = replace(workspace._connection(), timeout=OPEN_TIMEOUT)
        view = forms.loading(title, wait, words.env._("Dismiss"), _external_id(row.event_ref))
        return partial(connection.call, OPEN_VIEW, trigger_id=trigger, view=view)

    @api.model
    def _form_title(self, kind, payload):
        """The title of the form that this opens; empty if it opens none. A kind adds its own."""
        chosen = acts.chosen(payload) if kind == inbound_row.BLOCK_ACTION else None
        return self._ticket_form_titles().get(chosen.name, "") if chosen else ""

    # ------------------------------------------------------------
    # What it is about
    # ------------------------------------------------------------

    @api.model
    def _handlers(self):
        return {**super()._handlers(), inbound_row.BLOCK_ACTION: "_do_block_action"}

    @api.model
    def _act_methods(self):
        """The methods that carry out a click, by its name in `tools.slack.acts`."""
        return {}

    def _find_subject(self, work):
        if self.kind == inbound_row.BLOCK_ACTION:
            return self._find_clicked(work)
        return super()._find_subject(work)

    def _find_clicked(self, work):
        chosen = acts.chosen(self.payload)
        if not chosen or chosen.name not in self._act_methods():
            return self._ignore(self._in_words().env._("Odoo does nothing with this yet."))
        if chosen.ticket_id:
            return self._find_ticket_by_id(work, chosen.ticket_id)
        thread = self._thread_of(self.workspace_id, self.channel_ref, self.thread_ts)
        return self._take_up(work, thread.ticket_id)

    def _find_ticket_by_id(self, work, ticket_id):
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        ticket = tickets.browse(ticket_id if isinstance(ticket_id, int) else ()).exists()
        company = self.workspace_id.company_id
        return self._take_up(work, ticket if not company or ticket.company_id == company else ticket.browse())

    def _take_up(self, work, ticket):
        """Note which ticket it is. :return: whether there is one whose team listens"""
        ticket = ticket._bridge_resolve_merged() if ticket else ticket
        if not ticket:
            return self._ignore_and_say(work, lambda env: env._("There is no such ticket any more."))
        self.write({"ticket_id": ticket.id, "company_id": ticket.company_id.id})
        if ticket._slack_replies() == "off":
            return self._ignore_and_say(
                work, lambda env: env._("The team does not take anything from Slack (Replies in Slack: Off).")
            )
        return True

    # ------------------------------------------------------------
    # Doing it
    # ------------------------------------------------------------

    def _do_block_action(self, work):
        self._act(work, self._act_methods()[acts.chosen(self.payload).name])

    def _act(self, work, method, *arguments):
        """Do something with the ticket as the person, and say what became of it.

        :param method: takes the ticket as the person, `work` and the arguments, and returns a `Result`
        """
        work.answers = []
        ticket = self._ticket_as_person()
        for operation, refusal in self._needed_access():
            if not ticket.has_access(operation):
                self._refuse(work, refusal)
                return
        try:
            with self.env.cr.savepoint():
                result = getattr(self, method)(ticket, work, *arguments)
        except (AccessError, UserError) as error:
            work.answers = []
            why = str(error)
            self._ignore_and_say(work, lambda env: why)
            return
        words = self._act_words(self._in_words().env, result)
        state = DONE if result.is_wanted else IGNORED
        self.write({"state": state, "reason": words, "error": False, "has_changed": result.is_changed})
        self._after_act(work, result)

    def _needed_access(self):
        """What the person needs on the ticket, each with the refusal if they do not have it."""
        return (("read", "no_access"), ("write", "no_write"))

    def _after_act(self, work, result):
        """Tell the person what they do not see anyway."""
        if not result.is_changed and result.word != SHOWN:
            self._say(work, self._act_words(self._for_person().env, result))

    def _ticket_as_person(self):
        """The ticket as the person sees it. What they do is a person's doing, although a cron carries it out."""
        return self._ticket_as_user().with_context(**{AT_WORK_KEY: None})

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    @api.model
    def _in_language(self, user, company):
        """The inbox in the language of a user; without one in that of a company's people."""
        inbox = with_company_lang(company or self.env.company, self)
        return inbox.with_context(lang=user.lang or inbox.env.lang)

    @api.model
    def _user_of(self, workspace, member_ref):
        """The user of a member, as far as that is known before Slack is asked: only for a language; may be empty."""
        user, _refusal = self.env["helpdesk.slack.person"]._of(workspace, member_ref)._acts_as()
        return user or self.env["helpdesk.slack.member"]._confirmed(workspace, member_ref).user_id

    def _for_person(self):
        """This row in the language of who acts, as far as that is known."""
        user = self.user_id
        if not user:
            user = self._user_of(self.workspace_id, self.slack_user_ref)
        return self._in_language(user, self.ticket_id.company_id or self.company_id)

    def _refuse(self, work, refusal):
        if self.kind not in inbound_row.ASKED_KINDS:
            return super()._refuse(work, refusal)
        person = self.person_id
        return self._ignore_and_say(work, lambda env: env._("Nothing was done: %s", person._in_words(env, refusal)))

    def _ignore_and_say(self, work, speak, ticket=None):
        """Ignore this row, and say why.

        :param speak: gives the words in the language of an environment
        :param ticket: the ticket to which a link is added
        """
        self._say(work, speak(self._for_person().env), ticket)
        return self._ignore(speak(self._in_words().env))

    def _say(self, work, words, ticket=None):
        """Say something to the person alone, where they have clicked. :param words: plain, not escaped"""
        work.answers = [self._saying(work, words, ticket)]

    def _saying(self, work, words, ticket):
        after = ""
        if ticket:
            after = " " + mrkdwn.link(ticket._slack_backend_url(), self._for_person().env._("Open in Odoo"))
        message = {"text": mrkdwn.escape(words) + after}
        elsewhere = self._to_person_alone(work.connection, message)
        if not self._form_title(self.kind, self.payload):
            return elsewhere
        person = self._for_person()
        title = person._form_title(self.kind, self.payload)
        view = forms.notice(title, words, person.env._("Dismiss"), after)
        return partial(_update_view, work.connection, _external_id(self.event_ref), view, elsewhere)

    def _to_person_alone(self, connection, message, replaces=False):
        """A function that says something to the person alone.

        :param message: arguments of a message
        :param replaces: whether it takes the place of the message that was clicked
        """
        payload = self.payload or {}
        address = text(payload.get("response_url")) or text(forms.about(payload).get("url"))
        channel = self.channel_ref or text(forms.about(payload).get("channel"))
        # Nobody else is in a conversation with the bot.
        ways = [partial(connection.call, POST, channel=self._actor_ref(), **message)]
        if channel:
            ways = [partial(connection.call, EPHEMERAL, channel=channel, user=self._actor_ref(), **message)]
        if address and shared_file.may_get_token(address, connection.url):
            more = {"response_type": "ephemeral", "replace_original": replaces}
            # An address takes five answers within half an hour.
            ways = [partial(SlackWebhook(address).call, "", **message, **more), *ways]
        return partial(tell, *ways)

    def _fill_view(self, work, view):
        """Show the form in the place of the loading view."""
        late = self._for_person().env._("Slack did not show the form in time. Please click again.")
        elsewhere = self._to_person_alone(work.connection, {"text": mrkdwn.escape(late)})
        work.answers = [partial(_update_view, work.connection, _external_id(self.event_ref), view, elsewhere)]

    @api.model
    def _record_failure(self, work, error):
        result = super()._record_failure(work, error)
        entry = self.browse(work.entry_id)
        if entry.state == FAILED and entry.kind in inbound_row.ASKED_KINDS and work.connection:
            words = entry._for_person().env._(
                "Odoo could not do this. An administrator finds the reason in Slack Inbox."
            )
            entry._say(work, words)
        return result

    @api.model
    def _begin_run(self):
        result = super()._begin_run()
        self.env["helpdesk.slack.workspace"]._renew_buttons()
        return result

    @api.model
    def _answer(self, work):
        if work.telling:
            # Once a day: so it has to arrive.
            work.answers = [partial(tell, partial(work.connection.call, EPHEMERAL, **work.telling)), *work.answers]
            work.telling = None
        result = super()._answer(work)
        for answer in work.answers:
            answer()
        return result


def _external_id(event_ref):
    """Names the view that a click has opened, before Slack has given it an id."""
    return "helpdesk:" + hashlib.sha256(event_ref.encode()).hexdigest()[:40]


def _update_view(connection, external_id, view, otherwise):
    """Change a view that was opened a moment ago, perhaps not yet. :param otherwise: what to do if that fails"""
    if not insist(partial(connection.call, UPDATE_VIEW, external_id=external_id, view=view), {"not_found"}).ok:
        otherwise()
