"""Previews an email to customers, or sends it to the user as a test.

How data flows: the sample is a real ticket with real SLA clocks. It is created in a savepoint, which is rolled back
when the email is rendered. So a preview needs no tickets, shows no customer's text and leaves nothing behind.
"""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formataddr

from ..models.common.silent import SILENT
from ..models.outbound.helpdesk_ticket_templates import KINDS
from ..tools.common.notification import notification
from ..tools.outbound import email_threading


class Rollback(Exception):
    """Raised to roll back the sample."""


class HelpdeskLetterPreview(models.TransientModel):
    _name = "helpdesk.letter.preview"
    _description = "Preview of an Email"

    kind = fields.Selection(
        [("received", "Confirmation"), ("answer", "Reply"), ("closed", "Closing email")],
        string="Email",
        required=True,
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Empty: the settings of the company.",
    )
    template_id = fields.Many2one("mail.template", help="Empty: the one in use.")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), string="Language", default=lambda self: self.env.lang
    )
    sender = fields.Char(string="From", readonly=True)
    subject = fields.Char(readonly=True)
    body_html = fields.Html(string="Body", readonly=True, sanitize="email_outgoing")

    @api.model_create_multi
    def create(self, vals_list):
        previews = super().create(vals_list)
        for preview in previews:
            preview._render()
        return previews

    @api.model
    def action_open(self, kind, company_id=False, team_id=False, template_id=False):
        """Open the preview of an email, with the template that a form shows, saved or not. The form stays as it is.

        :param kind: a word of `KINDS`
        """
        return self._create_chosen(kind, company_id, team_id, template_id)._open()

    @api.model
    def action_test(self, kind, company_id=False, team_id=False, template_id=False):
        """Send that email to the user. :return: a notification with the result"""
        return self._create_chosen(kind, company_id, team_id, template_id).action_send_test()

    @api.model
    def _create_chosen(self, kind, company_id, team_id, template_id):
        company = self.env["res.company"].browse(company_id) or self.env.company
        team = self.env["helpdesk.ticket.team"].browse(team_id)
        template = self.env["mail.template"].browse(template_id)
        for chosen in (company, team, template):
            chosen.check_access("read")
        return self._create_for(kind, team.company_id or company, team=team, template=template)

    def action_show(self):
        """Show the preview again, after a change of language or team."""
        self.ensure_one()
        self._render()
        return self._open()

    def action_send_test(self):
        """Send the email to the user now. :return: a notification with the result"""
        self.ensure_one()
        self._render()
        address = self.env.user.email_normalized
        if not address:
            raise UserError(self.env._("Enter an email address for your own user first. The test email is sent to it."))
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": self.env._("Test: %s", self.subject),
                    "body_html": self.body_html,
                    "email_from": self.sender or self.company_id.email_formatted,
                    "email_to": address,
                }
            )
        )
        try:
            mail.send(raise_exception=True)
        except Exception as error:
            reason = str(error.args[-1] if error.args else error)
            return notification("danger", self.env._("The test email could not be sent"), reason, then="stay")
        # Odoo raises no error if it finds no valid address.
        state, reason = mail.state, mail.failure_reason or ""
        mail.unlink()
        if state != "sent":
            return notification("danger", self.env._("The test email could not be sent"), reason, then="stay")
        self.env["helpdesk.bridge.health"]._record_sent_email(self.company_id)
        return notification("success", "", self.env._("A test email was sent to %s.", address), then="stay")

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------
    # The sample
    # ------------------------------------------------------------

    def _render(self):
        """Fill in the email's content, rendered from a sample that is rolled back."""
        rendered = {}
        try:
            with self.env.cr.savepoint():
                rendered = self._sample_values()
                raise Rollback
        except Rollback:
            self.write(rendered)

    def _sample_values(self):
        """The preview's values, rendered from a sample ticket."""
        (self.company_id | self.team_id.company_id).check_access("read")
        if self.template_id and self.template_id.sudo().model != "helpdesk.ticket":
            raise UserError(self.env._("This template is not for tickets."))
        ticket = self._create_sample_ticket()
        template = self.template_id.sudo() or ticket._bridge_configured_template(self.kind)
        if not template:
            raise UserError(self.env._("The template of this email no longer exists. Choose another one."))
        address, name = ticket._bridge_mailbox()
        person = self.env.user.name if self.kind == "answer" else ""
        values = {"sender": formataddr((email_threading.sender_name(person, name), address)) if address else False}
        if self.kind == "answer":
            subject = ticket._message_compute_subject()
            # As when it is sent: with the rights of the agent who replies.
            body = ticket.sudo(False)._bridge_render_reply(template, self._create_sample_reply(ticket), self.lang)
            written = {"subject": subject, "body_html": body}
        else:
            written = ticket.with_context(template_preview_lang=self.lang)._bridge_render_auto_email(template)
        # The sample's number belongs to no ticket, so show the same number every time.
        shown = ticket.mail_reference.replace(f"#{ticket.bridge_number}]", "#42]")
        for name in ("subject", "body_html"):
            values[name] = (written[name] or "").replace(ticket.mail_reference, shown)
        return values

    def _create_sample_ticket(self):
        """Create a customer's ticket, without messages to Slack and without emails."""
        silent = {**SILENT, "mail_create_nosubscribe": True, "lang": self.lang}
        env = self.with_context(lang=self.lang).env
        ticket = (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(**silent)
            .create(
                {
                    "name": env._("The printer does not print"),
                    "number": "HT00042",  # do not use up a number of the sequence
                    "description": Markup("<p>%s</p>")
                    % env._("Nothing has come out of it since this morning. What can I do?"),
                    "team_id": self.team_id.id,
                    "company_id": self.company_id.id,
                    "partner_name": env._("A Customer"),
                    "partner_email": "customer@example.com",
                    "user_id": False,
                }
            )
        )
        ticket._bridge_number_sample()
        self._create_sample_message(
            ticket, "email", ticket.description, author_id=False, email_from="customer@example.com"
        )
        return ticket

    def _create_sample_reply(self, ticket):
        env = self.with_context(lang=self.lang).env
        body = Markup("<p>%s</p>") % env._("Please unplug it, wait a minute, and plug it in again.")
        return self._create_sample_message(ticket, "comment", body, author_id=self.env.user.partner_id.id)

    @api.model
    def _create_sample_message(self, ticket, message_type, body, **values):
        values = {"model": ticket._name, "res_id": ticket.id, "message_type": message_type, "body": body, **values}
        values["subtype_id"] = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return self.env["mail.message"].sudo().create({**values, "email_add_signature": True})

    @api.model
    def _create_for(self, kind, company, team=None, template=None):
        """Create a rendered preview. :param template: the template in a form, saved or not"""
        if kind not in KINDS:
            raise UserError(self.env._("This email does not exist."))
        values = {
            "kind": kind,
            "company_id": company.id,
            "team_id": team and team.id,
            "template_id": template and template.id,
        }
        return self.create(values)
