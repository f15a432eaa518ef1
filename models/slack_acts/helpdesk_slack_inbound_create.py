"""A ticket from any message in Slack: a form with team, title, customer and priority, then the thread around it.

The message and its thread are read again when the form is submitted; a form carries no content. One thread makes one
ticket: the row that created it is unique for the thread.
"""

from odoo import api, models
from odoo.fields import Domain

from ...tools.email import addresses
from ...tools.slack import forms, inbound_row, source_thread
from ...tools.slack.inbound_row import ref, text, ts
from ...tools.slack.response import as_dict
from ..common.ir_cron import AT_WORK_KEY

CREATE = "helpdesk_create_ticket"
#: Names of the fields of the form.
TEAM, TITLE, CUSTOMER, PRIORITY = "team", "title", "customer", "priority"


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _handlers(self):
        return {**super()._handlers(), inbound_row.SHORTCUT: "_do_shortcut"}

    # ------------------------------------------------------------
    # Before the acknowledgement
    # ------------------------------------------------------------

    @api.model
    def _form_title(self, kind, payload):
        is_on_message = payload and payload.get("type") == "message_action"
        if kind == inbound_row.SHORTCUT and is_on_message and forms.callback_id(payload) == CREATE:
            return self.env._("Create ticket")
        return super()._form_title(kind, payload)

    @api.model
    def _refusal_at_field(self, workspace, row):
        if row.kind != inbound_row.VIEW_SUBMISSION or forms.callback_id(row.payload) != CREATE:
            return super()._refusal_at_field(workspace, row)
        typed, at = forms.values(row.payload), {}
        words = self._in_language(self._user_of(workspace, row.user_ref), workspace.company_id)
        if not typed.get(TITLE, "").strip():
            at[TITLE] = words.env._("Enter a title.")
        customer = typed.get(CUSTOMER, "")
        if "@" in customer and not addresses.normalize(customer):
            at[CUSTOMER] = words.env._("This is not an email address. Enter one, or a name, or leave it empty.")
        return forms.errors(at) if at else None

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    def _find_subject(self, work):
        callback = forms.callback_id(self.payload or {})
        if self.kind == inbound_row.SHORTCUT:
            if callback != CREATE or not self.message_ts:
                return self._ignore(self._in_words().env._("Odoo does nothing with this yet."))
            return True
        if self.kind == inbound_row.VIEW_SUBMISSION and callback == CREATE:
            about = forms.about(self.payload)
            place = {"channel_ref": ref(about.get("channel")), "message_ts": ts(about.get("ts"))}
            self.write({**place, "thread_ts": ts(about.get("thread"))})
            return True
        return super()._find_subject(work)

    def _ticket_of_source(self):
        """The ticket to which the thread belongs already; may be empty."""
        thread = self._thread_of(self.workspace_id, self.channel_ref, self.thread_ts)
        place = [("workspace_id", "=", self.workspace_id.id), ("channel_ref", "=", self.channel_ref)]
        made = self.search([*place, ("thread_ts", "=", self.thread_ts), ("has_created", "=", True)], limit=1)
        return (thread.ticket_id or made.ticket_id)._bridge_resolve_merged()

    def _as_creator(self):
        """An environment of the person, with their companies; what they do is no cron's doing."""
        user = self.user_id
        companies = (self.workspace_id.company_id & user.company_ids) | user.company_id | user.company_ids
        context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": companies.ids, AT_WORK_KEY: None}
        return self.env["helpdesk.ticket"].with_user(user).with_context(**context)

    def _words_payload(self):
        if self.kind == inbound_row.SHORTCUT:
            return as_dict((self.payload or {}).get("message"))
        return super()._words_payload()

    def _do_shortcut(self, work):
        if not self._may_create(work):
            return
        person, message = self._for_person(), as_dict((self.payload or {}).get("message"))
        teams = self._teams_for_creation()
        own = self._team_of_source(teams)
        priorities = person.env["helpdesk.ticket"]._fields["priority"]._description_selection(person.env)
        nobody = [] if teams else [("0", person.env._("No team"))]
        hint = person.env._("An email address, or a name. Empty: nobody outside.")
        offered = [*((team.id, team.name) for team in teams), *nobody]
        blocks = [
            forms.select(TEAM, person.env._("Team"), offered, (own or teams[:1]).id or 0),
            forms.line(TITLE, person.env._("Title"), source_thread.title(message, self._names(work)), most=150),
            forms.line(CUSTOMER, person.env._("Customer"), optional=True, most=320, hint=hint),
            forms.select(PRIORITY, person.env._("Priority"), priorities, "1"),
        ]
        about = {"channel": self.channel_ref, "ts": self.message_ts, "thread": self.thread_ts}
        address = text((self.payload or {}).get("response_url"))
        if 0 < len(address) <= 1000:
            about["url"] = address
        words = person.env
        view = forms.form(CREATE, words._("Create ticket"), words._("Create"), words._("Cancel"), blocks, about)
        self._fill_view(work, view)
        self._done(self._in_words().env._("A form was shown."))

    def _may_create(self, work):
        """Whether the person may create a ticket from this thread; says why not."""
        work.answers = []
        ticket = self._ticket_of_source()
        if ticket:
            self.write({"ticket_id": ticket.id, "company_id": ticket.company_id.id})
            self._ignore_and_say(
                work, lambda env: env._("There is a ticket of this thread already: %s", ticket.mail_reference), ticket
            )
            return False
        if not self._as_creator().has_access("create"):
            self._refuse(work, "no_create")
            return False
        return True

    def _teams_for_creation(self):
        company = self.workspace_id.company_id
        allowed = Domain("company_id", "in", [False, *(company or self.user_id.company_ids).ids])
        return self._as_creator().env["helpdesk.ticket.team"].search(allowed)

    def _team_of_source(self, teams):
        """The team that a ticket from here is most likely for: the one that posts here, else one of the person's."""
        here = [("channel_ref", "=", self.channel_ref), ("workspace_id", "=", self.workspace_id.id)]
        channel = self.env["helpdesk.slack.channel"].search(here, limit=1)
        own = teams.filtered(lambda team: channel and team.sudo().slack_channel_id == channel)
        return (own or teams.filtered(lambda team: self.user_id in team.user_ids))[:1]
