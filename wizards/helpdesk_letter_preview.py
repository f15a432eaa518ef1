"""A letter as a customer would get it, shown or sent to whoever asks, for a ticket that never was.

How data flows: the sample is a real ticket with real promises, made inside a savepoint and taken back as soon as the
letter is rendered; so a preview needs no tickets, shows no customer's words, and leaves nothing behind.
"""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formataddr

from ..models.common.silent import SILENT
from ..models.outbound.helpdesk_ticket_templates import KINDS
from ..tools.common.notification import notification
from ..tools.outbound import email_threading


class TakenBack(Exception):
    """The sample has done its duty."""


class HelpdeskLetterPreview(models.TransientModel):
    _name = "helpdesk.letter.preview"
    _description = "Preview of a Letter"

    kind = fields.Selection(
        [("received", "Confirmation"), ("answer", "Answer"), ("closed", "Closing letter")],
        string="Letter",
        required=True,
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Empty: as for teams without settings of their own.",
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

    def action_show(self):
        """Show it again, in another language or of another team."""
        self.ensure_one()
        self._render()
        return self._open()

    def action_send_test(self):
        """Send it to whoever asks, now, and say how that went."""
        self.ensure_one()
        self._render()
        address = self.env.user.email_normalized
        if not address:
            raise UserError(self.env._("Enter an email address for your own user first: the test is sent there."))
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
            return notification("danger", self.env._("The test could not be sent"), reason, then="stay")
        # core raises nothing where it finds no address it could send to.
        state, reason = mail.state, mail.failure_reason or ""
        mail.unlink()
        if state != "sent":
            return notification("danger", self.env._("The test could not be sent"), reason, then="stay")
        self.env["helpdesk.bridge.health"]._note_mail_left(self.company_id)
        return notification("success", "", self.env._("A test is on its way to %s.", address), then="stay")

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------
    # The sample
    # ------------------------------------------------------------

    def _render(self):
        """Fill in what the letter says, from a sample that is taken back."""
        rendered = {}
        try:
            with self.env.cr.savepoint():
                rendered = self._rendered()
                raise TakenBack
        except TakenBack:
            self.write(rendered)

    def _rendered(self):
        (self.company_id | self.team_id.company_id).check_access("read")
        if self.template_id and self.template_id.sudo().model != "helpdesk.ticket":
            raise UserError(self.env._("This template is not for tickets."))
        ticket = self._sample()
        template = self.template_id.sudo() or ticket._bridge_template_of(self.kind)
        if not template:
            raise UserError(self.env._("The template of this letter no longer exists. Choose one."))
        address, name = ticket._bridge_mailbox()
        person = self.env.user.name if self.kind == "answer" else ""
        values = {"sender": formataddr((email_threading.sender_name(person, name), address)) if address else False}
        if self.kind == "answer":
            subject = ticket._message_compute_subject()
            # As it is rendered when it leaves: with the rights of whoever writes.
            body = ticket.sudo(False)._bridge_render_answer(template, self._sample_answer(ticket), self.lang)
            written = {"subject": subject, "body_html": body}
        else:
            written = ticket.with_context(template_preview_lang=self.lang)._bridge_render_letter(template)
        # The id is of the sequence and gone with the sample; nobody needs to go and look for that ticket.
        sample = ticket.mail_reference.replace(f"#{ticket.id}]", "#42]")
        for name in ("subject", "body_html"):
            values[name] = (written[name] or "").replace(ticket.mail_reference, sample)
        return values

    def _sample(self):
        """A customer's ticket. Nobody is told: neither in Slack nor by mail."""
        silent = {**SILENT, "mail_create_nosubscribe": True, "lang": self.lang}
        env = self.with_context(lang=self.lang).env
        ticket = (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(**silent)
            .create(
                {
                    "name": env._("The printer does not print"),
                    "number": "HT00042",  # one of the sequence would be gone for ever
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
        self._say(ticket, "email", ticket.description, author_id=False, email_from="customer@example.com")
        return ticket

    def _sample_answer(self, ticket):
        env = self.with_context(lang=self.lang).env
        body = Markup("<p>%s</p>") % env._("Please unplug it, wait a minute, and plug it in again.")
        return self._say(ticket, "comment", body, author_id=self.env.user.partner_id.id)

    @api.model
    def _say(self, ticket, message_type, body, **values):
        values = {"model": ticket._name, "res_id": ticket.id, "message_type": message_type, "body": body, **values}
        values["subtype_id"] = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return self.env["mail.message"].sudo().create({**values, "email_add_signature": True})

    @api.model
    def _of(self, kind, company, team=None, template=None):
        """A preview, rendered. :param template: what stands in a form, saved or not"""
        if kind not in KINDS:
            raise UserError(self.env._("There is no such letter."))
        values = {
            "kind": kind,
            "company_id": company.id,
            "team_id": team and team.id,
            "template_id": template and template.id,
        }
        return self.create(values)
