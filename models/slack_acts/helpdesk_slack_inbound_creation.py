"""Creates the ticket that a form or a reaction asked for, as that person, and puts a link to it below the message."""

from functools import partial

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.email import addresses
from ...tools.slack import (
    forms,
    inbound_row,
    message_html,
    message_words,
    mrkdwn,
    reactions,
    retry_policy,
    shared_file,
    source_thread,
    urls,
)
from ...tools.slack.response import as_dict
from ..slack.slack_client import POST
from ..slack_inbound.helpdesk_slack_inbound import DONE
from ..slack_inbound.helpdesk_slack_inbound_outcome import RETRY_AFTER
from .helpdesk_slack_inbound_create import CREATE, CUSTOMER, PRIORITY, TEAM, TITLE
from .slack_saying import PASSING
from .slack_source import SourceThread


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    has_created = fields.Boolean(string="Created the Ticket", readonly=True)

    _created_unique = models.UniqueIndex(
        "(workspace_id, channel_ref, thread_ts) WHERE has_created", "A thread in Slack becomes one ticket."
    )

    # ------------------------------------------------------------
    # What is fetched
    # ------------------------------------------------------------

    def _is_creation(self):
        """Whether this row creates a ticket if nothing speaks against it."""
        if self.kind == inbound_row.REACTION_ADDED:
            return self._reaction_meaning() == reactions.TICKET
        return self.kind == inbound_row.VIEW_SUBMISSION and forms.callback_id(self.payload or {}) == CREATE

    def _prepare_needs(self, work):
        super()._prepare_needs(work)
        if not self._is_creation():
            return
        same = [("workspace_id", "=", self.workspace_id.id), ("channel_ref", "=", self.channel_ref)]
        shown = [*same, ("message_ts", "=", self.message_ts), ("kind", "=", inbound_row.SHORTCUT)]
        message = as_dict((self.search(shown, limit=1).payload or {}).get("message"))
        work.source = SourceThread(self.channel_ref, self.message_ts, self.thread_ts or "", message)

    @api.model
    def _ask_what_else(self, work):
        result = super()._ask_what_else(work)
        if work.source:
            work.source.fetch(work)
        return result

    def _may_still(self, work):
        return super()._may_still(work) and not self._waits_for_source(work)

    def _waits_for_source(self, work):
        """Put this off while Slack stumbles: a thread becomes one ticket, so what is missing then stays away.

        :return: whether it was put off
        """
        source, words = work.source, self._in_words()
        if not source or work.is_last:
            return False
        if source.trouble is not None and retry_policy.judge(source.trouble, 1).action in PASSING:
            why = self.workspace_id.with_context(lang=words.env.lang)._explain(source.trouble)
            waits = [max(seconds, source.trouble.retry_after) for seconds in RETRY_AFTER]
            self._try_later(work, words.env._("Odoo cannot read the message: %s", why), waits=waits)
            return True
        if any(fate == shared_file.LATER for files in source.files.values() for _file, fate, _content in files):
            self._try_later(work, words.env._("A file could not be fetched from Slack. It is tried again."))
            return True
        return False

    # ------------------------------------------------------------
    # Creating
    # ------------------------------------------------------------

    def _do_view_submission(self, work):
        if not self._is_creation():
            super()._do_view_submission(work)
            return
        typed = forms.values(self.payload)
        team = self._teams_for_creation().filtered(lambda one: str(one.id) == typed.get(TEAM))
        if not team and typed.get(TEAM, "0") != "0":
            self._ignore_and_say(work, lambda env: env._("That cannot be chosen any more. Please open the form again."))
            return
        self._create_ticket(work, team, typed)

    def _create_ticket(self, work, team, typed):
        """Create the ticket. :param typed: what was typed and chosen, by the names of the form's fields"""
        if not self._may_create(work):
            return
        source = work.source
        chosen = [message for message in source.said if message["ts"] == self.message_ts]
        if not chosen:
            self._say_unreadable(work)
            return
        try:
            with self.env.cr.savepoint():
                ticket = self._new_ticket(work, team, typed, chosen[0])
        except (AccessError, UserError) as error:
            why = str(error)
            self._ignore_and_say(work, lambda env: why)
            return
        self._link_message(work, ticket)

    def _say_unreadable(self, work):
        trouble, workspace = work.source.trouble, self.workspace_id

        def speak(env):
            why = workspace.with_context(lang=env.lang)._explain(trouble) if trouble else env._("It was deleted.")
            return env._("Odoo cannot read the message: %s", why)

        self._ignore_and_say(work, speak)

    def _new_ticket(self, work, team, typed, message):
        names = self._names(work)
        tickets = self._as_creator()
        company = team.company_id or self.workspace_id.company_id or self.user_id.company_id
        title = " ".join(typed.get(TITLE, "").split()) or source_thread.title(message, names)
        values = {
            "name": title or tickets.env._("Message in Slack"),
            "team_id": team.id,
            "company_id": company.id,
            "description": self._source_html(message, names, work.source.files, tickets.env),
            **self._customer_values(tickets, typed.get(CUSTOMER, "").strip()),
        }
        if typed.get(PRIORITY) in tickets._fields["priority"].get_values(tickets.env):
            values["priority"] = typed[PRIORITY]
        ticket = tickets.with_company(company).create(values)
        self.write(
            {
                "ticket_id": ticket.id,
                "company_id": company.id,
                "thread_ts": work.source.thread_ts,
                "has_created": True,
                "has_changed": True,
                "state": DONE,
                "reason": self._in_words().env._("Created via Slack."),
                "error": False,
            }
        )
        self._attach(ticket, work.source.files.get(message["ts"], ()))
        self._note_thread(work, ticket, names)
        return ticket

    @api.model
    def _customer_values(self, tickets, typed):
        """Who the customer is: a contact that the person may read, or what was typed."""
        address = addresses.normalize(typed)
        if not address:
            return {"partner_name": typed or False}
        name = next((name for name, _address in addresses.parse(typed) if name), "")
        partner = tickets.env["res.partner"].search([("email_normalized", "=", address)], limit=1)
        name = name or partner.name
        return {"partner_id": partner.id, "partner_name": name or False, "partner_email": address}

    def _permalink(self, message):
        base = self.workspace_id.slack_url
        return urls.message_link(base, self.channel_ref, message["ts"]) if base else ""

    def _source_html(self, message, names, files, env):
        """A message of the source thread: its words, what did not come along, who wrote it and where it is."""
        html = Markup(message_html.whole_html(message, names))
        ticket = self.env["helpdesk.ticket"].with_env(env)
        for found, fate, _content in files.get(message["ts"], ()):
            if fate != shared_file.FETCHED:
                html += Markup("<p>%s</p>") % ticket._slack_file_note(found, fate)
        who = source_thread.author(message, names)
        words = env._("%s in Slack", who) if who else env._("From Slack")
        address = self._permalink(message)
        origin = Markup(message_words.anchor(address, message_words.escaped(words))) if address else words
        return html + Markup("<p><em>%s</em></p>") % origin

    @api.model
    def _attach(self, ticket, files):
        """Attach the files of the message itself to the ticket."""
        for found, fate, content in files:
            if fate == shared_file.FETCHED:
                values = {"name": found.name, "raw": content, "res_model": ticket._name, "res_id": ticket.id}
                ticket.env["ir.attachment"].create(values)

    def _note_thread(self, work, ticket, names):
        """Note the other messages of the thread, in their order, and where the ticket came from."""
        ticket = ticket.with_context(mail_post_autofollow_author_skip=True)
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Created via Slack"))
        for message in work.source.said:
            if message["ts"] == self.message_ts:
                continue
            files = work.source.files.get(message["ts"], ())
            ticket.message_post(
                body=self._source_html(message, names, work.source.files, ticket.env),
                attachments=[(found.name, content) for found, fate, content in files if fate == shared_file.FETCHED],
                message_type="comment",
                subtype_xmlid="mail.mt_note",
                notify_skip_followers=True,
            )
        if work.source.is_cut:
            ticket._slack_log(ticket.env._("The thread in Slack is longer: only what is near the message was copied."))
        elif work.source.trouble:
            ticket._slack_log(ticket.env._("The thread around the message could not be read in Slack."))

    # ------------------------------------------------------------
    # By a reaction
    # ------------------------------------------------------------

    @api.model
    def _reaction_methods(self):
        return {**super()._reaction_methods(), reactions.TICKET: ("_react_ticket", "_react_unclose")}

    @api.model
    def _is_relevant_reaction(self, workspace, row):
        if reactions.meaning(row.payload.get("reaction")) != reactions.TICKET:
            return super()._is_relevant_reaction(workspace, row)
        return workspace.ticket_reaction and not self._thread_of(workspace, row.channel_ref, row.message_ts)

    def _find_reacted(self, work):
        if self._reaction_meaning() != reactions.TICKET:
            return super()._find_reacted(work)
        if not self.workspace_id.ticket_reaction:
            return self._ignore(self._in_words().env._("Odoo does nothing with this yet."))
        return True

    def _react_ticket(self, work):
        """Create a ticket for the team that posts here, without asking for more."""
        self.thread_ts = work.source.thread_ts
        team = self._team_of_source(self._teams_for_creation())
        self._create_ticket(work, team, {})

    # ------------------------------------------------------------
    # The link
    # ------------------------------------------------------------

    def _link_message(self, work, ticket):
        """Put a link to the ticket below the message; where the bot may not write, tell the person alone."""
        env = ticket._bridge_with_company_lang().env
        link = mrkdwn.link(ticket._slack_backend_url(), ticket.mail_reference)
        text = f":ticket: {mrkdwn.escape(env._('Ticket'))} {link} {mrkdwn.escape(ticket.name)}"
        message = {"text": text, "unfurl_links": False, "unfurl_media": False, "parse": "none"}
        alone = self._to_person_alone(work.connection, {"text": text})
        place = {"channel": self.channel_ref, "thread_ts": work.source.thread_ts}
        work.answers = [partial(_post_or, work.connection, {**message, **place}, alone)]


def _post_or(connection, message, otherwise):
    """Post a message; if Slack refuses it, do the other thing."""
    if not connection.call(POST, **message).ok:
        otherwise()
