"""The content of emails to customers: template, language, texts and times.

The fields are meant for the templates. Authors of templates find them among the ticket's fields. A preview shows the
same values as the email.
"""

from dataclasses import dataclass

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import is_html_empty

from ...tools.outbound import email_threading
from ...tools.slack import mrkdwn
from ..common import translated
from .helpdesk_letter import CLOSED, INACTIVE, RECEIVED

KINDS = ("received", "answer", "closed")
#: The template that helpdesk_mgmt sets on its closed stages. It greets the agent, so our closing email replaces it.
REPLACED = "helpdesk_mgmt.closed_ticket_template"
#: In the context: the `RenderedReply`.
RENDERED_REPLY = "helpdesk_bridge_reply"
#: In the context: an email about a ticket is written, and not shown to who asks for it. RPC cannot send this object.
EMAIL_KEY, EMAIL = "helpdesk_bridge_email", object()


@dataclass(frozen=True)
class RenderedReply:
    """Names the reply that a template shows. A context that came over RPC cannot hold an instance.

    Hashable, because computed fields depend on it; no tuple, because it must equal nothing that RPC can say.
    """

    message_id: int
    is_quoting: bool = True


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    letter_lang = fields.Char(
        string="Language of Emails", compute="_compute_letter_lang", compute_sudo=True, groups="base.group_user"
    )
    letter_team = fields.Char(
        string="Sender Name of the Mailbox",
        compute="_compute_letter_team",
        compute_sudo=True,
        groups="base.group_user",
    )
    letter_start = fields.Char(
        string="First Response Due, as Text",
        compute="_compute_letter_times",
        compute_sudo=True,
        groups="base.group_user",
        help="In the customer's language and the time zone of the working hours. Empty: no SLA, or no times are given.",
    )
    letter_resolution = fields.Char(
        string="Resolution Due, as Text",
        compute="_compute_letter_times",
        compute_sudo=True,
        groups="base.group_user",
        help="In the customer's language and the time zone of the working hours. Empty: no SLA, or no times are given.",
    )
    letter_words = fields.Html(
        string="Customer's First Message, Quoted",
        sanitize=False,
        compute="_compute_letter_words",
        compute_sudo=True,
        groups="base.group_user",
        help="Empty unless confirmations quote the customer.",
    )
    letter_answer = fields.Html(
        string="Agent's Reply",
        sanitize=False,
        compute="_compute_letter_answer",
        compute_sudo=True,
        groups="base.group_user",
    )
    letter_quote = fields.Html(
        string="Customer's Last Message, Quoted",
        sanitize=False,
        compute="_compute_letter_answer",
        compute_sudo=True,
        groups="base.group_user",
    )

    # ------------------------------------------------------------
    # Which template
    # ------------------------------------------------------------

    def _bridge_enabled_template(self, kind):
        """The template of an email of this kind; empty if the email is switched off.

        The team's template comes first, then the closed stage's, then the company's.

        :param kind: one of `KINDS`, or `INACTIVE`
        """
        if kind == INACTIVE:
            return self._bridge_inactivity_template(kind)
        if not self._bridge_is_email_enabled(kind):
            return self.env["mail.template"].sudo()
        template = self._bridge_configured_template(kind)
        if template and template == self.sudo().team_id[f"letter_{kind}_template_id"]:
            return template
        return self._bridge_stage_template(kind) or template

    def _bridge_configured_template(self, kind):
        """The template of the team, else of the company, else ours, even if the email is switched off."""
        self.ensure_one()
        team_sudo, company_sudo = self.sudo().team_id, self.sudo().company_id
        chosen = team_sudo[f"letter_{kind}_template_id"] or company_sudo[f"helpdesk_letter_{kind}_template_id"]
        shipped = self.env.ref(f"helpdesk_bridge.letter_{kind}", raise_if_not_found=False)
        # A template of another model would be rendered for the record of that model with the same id.
        fitting = chosen.filtered(lambda template: template.model == self._name)
        return (fitting or shipped or self.env["mail.template"]).sudo()

    def _bridge_short_template(self):
        """Our template of the short confirmation; the full one if it was deleted."""
        short = self.env.ref("helpdesk_bridge.letter_received_again", raise_if_not_found=False)
        return short.sudo() if short else self._bridge_enabled_template(RECEIVED)

    def _bridge_is_email_enabled(self, kind):
        """Whether the team, else the company, sends such emails, or the closed stage has a template for one."""
        if kind == INACTIVE:
            return bool(self._bridge_inactivity_template(kind))
        choice = self.sudo().team_id[f"letter_{kind}"]
        wanted = choice == "on" or (not choice and self.sudo().company_id[f"helpdesk_letter_{kind}"])
        return wanted or bool(self._bridge_stage_template(kind))

    def _bridge_stage_template(self, kind):
        """The template of the ticket's closed stage, unless it is the one that helpdesk_mgmt ships."""
        stage_sudo = self.sudo().stage_id
        if kind != CLOSED or not stage_sudo.closed:
            return self.env["mail.template"].sudo()
        return self._bridge_inactivity_template(kind) or self._bridge_without_replaced(stage_sudo.mail_template_id)

    @api.model
    def _bridge_without_replaced(self, template):
        """A template, unless it is the one that our closing email replaces."""
        replaced = self.env["ir.model.data"]._xmlid_to_res_id(REPLACED, raise_if_not_found=False)
        return template.filtered(lambda one: one.id != replaced)

    # ------------------------------------------------------------
    # Values for templates
    # ------------------------------------------------------------

    @api.depends("partner_id.lang", "company_id.partner_id.lang")
    def _compute_letter_lang(self):
        for ticket in self:
            ticket.letter_lang = ticket.partner_id.lang or ticket.company_id.partner_id.lang or self.env.lang or "en_US"

    def _compute_letter_team(self):
        for ticket in self:
            ticket.letter_team = ticket._bridge_mailbox()[1]

    @api.depends("sla_clock_ids.due_at", "sla_clock_ids.state", "team_id.letter_times")
    @api.depends("company_id.helpdesk_letter_times")
    @api.depends_context("lang")
    def _compute_letter_times(self):
        now = fields.Datetime.now()
        for ticket in self:
            choice = ticket.team_id.letter_times
            is_given = choice == "on" or (not choice and ticket.company_id.helpdesk_letter_times)
            clocks = ticket.sla_clock_ids if is_given else ticket.sla_clock_ids.browse()
            running = clocks.filtered(lambda clock: clock.state == "running" and clock.due_at > now)
            times = {clock.metric: ticket._bridge_moment(clock.due_at, clock.calendar_id.tz) for clock in running}
            ticket.letter_start, ticket.letter_resolution = times.get("start"), times.get("resolution")

    def _bridge_moment(self, moment, timezone=None):
        """A date and time, formatted for a customer."""
        return translated.moment(self.env, moment, timezone or self._bridge_timezone(), full=True)

    def _bridge_timezone(self):
        company = self.company_id
        return company.resource_calendar_id.tz or company.partner_id.tz or "UTC"

    @api.depends("description", "team_id.letter_quote", "company_id.helpdesk_letter_quote")
    @api.depends_context("lang")
    def _compute_letter_words(self):
        for ticket in self:
            choice = ticket.team_id.letter_quote
            quotes = choice == "on" or (not choice and ticket.company_id.helpdesk_letter_quote)
            text = mrkdwn.from_html(ticket.description) if quotes else ""
            ticket.letter_words = Markup(email_threading.quoted(text, self.env._("You wrote:")))

    @api.depends_context("lang", RENDERED_REPLY)
    def _compute_letter_answer(self):
        reply = self.env.context.get(RENDERED_REPLY)
        message_id = reply.message_id if isinstance(reply, RenderedReply) else ()
        for ticket in self:
            message = self.env["mail.message"].browse(message_id)
            if (message.model, message.res_id) != (ticket._name, ticket._origin.id):
                message = ticket._bridge_said_last(answers=True)
            ticket.letter_answer = ticket._bridge_message_html(message)
            # The agent replied by email, and their mail program has already quoted the customer.
            is_quoting = message.message_type != "email" and (not message_id or reply.is_quoting)
            ticket.letter_quote = ticket._bridge_quoted_message(message) if is_quoting else False

    def _bridge_message_html(self, message):
        """The body of a message, with the author's signature if Odoo would add it."""
        html = message.body or Markup()
        if message.message_type == "email":
            html = self._bridge_without_answer_hints(html)
        signature = message.author_id.main_user_id.signature
        if message.email_add_signature and not is_html_empty(signature):
            html += Markup("<div>-- <br/>%s</div>") % signature
        return html

    def _bridge_quoted_message(self, message):
        """The customer's last message before this one, as a quotation for the end of the reply; False if none."""
        customer_message = self._bridge_said_last(before=message)
        if not customer_message:
            return False
        moment = translated.short_moment(
            self.env, customer_message.date or fields.Datetime.now(), self._bridge_timezone()
        )
        name = customer_message.author_id.name or self.partner_name or self.partner_email or ""
        attribution = self.env._("On %(moment)s, %(name)s wrote:", moment=moment, name=name)
        return Markup(email_threading.quoted(mrkdwn.from_html(customer_message.body), attribution))
