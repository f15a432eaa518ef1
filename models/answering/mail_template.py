"""Canned replies: email templates that teams keep for what they say often. Agents use them, managers write them."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.ticket import placeholders

TICKET = "helpdesk.ticket"


class MailTemplate(models.Model):
    _name = "mail.template"
    _inherit = ["mail.template", "helpdesk.bridge.shared"]
    _company_paths = ("helpdesk_company_id",)

    helpdesk_canned = fields.Boolean(
        string="Canned Reply", help="Agents choose it when they reply to a customer, in Odoo and from Slack."
    )
    helpdesk_team_ids = fields.Many2many(
        "helpdesk.ticket.team", string="Helpdesk Teams", help="The teams that use it. Empty: all teams."
    )
    helpdesk_company_id = fields.Many2one(
        "res.company",
        default=lambda self: self._default_helpdesk_company_id(),
        help="The company that uses it. Empty: every company.",
    )

    def _default_helpdesk_company_id(self):
        """Of a new canned reply: the user's company, unless they may write for every company."""
        is_canned = self.env.context.get("default_helpdesk_canned")
        return self.env.company if is_canned and not self.env.su and not self._manages_every_company() else False

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        if not self.env.su and any(templates.mapped("helpdesk_canned")):
            templates.check_access("write")
        return templates

    def write(self, vals):
        """Nobody makes a canned reply of a template who may not write canned replies."""
        result = super().write(vals)
        if vals.get("helpdesk_canned") and not self.env.su:
            self.check_access("write")
        return result

    def _owning_company(self):
        """Only canned replies are shared between companies like our own records."""
        return super()._owning_company() if self.helpdesk_canned else self.env.company

    @api.constrains("body_html", "helpdesk_canned")
    def _check_helpdesk_placeholders(self):
        for template in self.filtered("helpdesk_canned"):
            wrong = placeholders.wrong(template.body_html or "")
            if wrong:
                raise ValidationError(self._helpdesk_placeholder_error(wrong))

    @api.constrains("helpdesk_team_ids", "helpdesk_company_id")
    def _check_helpdesk_company(self):
        for template in self.sudo().filtered("helpdesk_company_id"):
            theirs = template.helpdesk_team_ids.filtered("company_id")
            theirs = theirs.filtered(lambda team, own=template.helpdesk_company_id: team.company_id != own)
            if theirs:
                raise ValidationError(
                    self.env._(
                        "The team %(team)s belongs to another company than the canned reply.", team=theirs[0].name
                    )
                )

    @api.model
    def _helpdesk_placeholder_error(self, wrong):
        """What is said of a wrong placeholder."""
        known = ", ".join(f"{{{{{name}}}}}" for name in placeholders.NAMES)
        if wrong.meant:
            return self.env._(
                "“%(text)s” is no placeholder. Write {{%(meant)s}}, without formatting inside the braces. These "
                "placeholders exist: %(known)s",
                text=wrong.text,
                meant=wrong.meant,
                known=known,
            )
        return self.env._("“%(text)s” is no placeholder. These exist: %(known)s", text=wrong.text, known=known)

    def _render_field(self, field, res_ids, *args, **kwargs):
        """In a canned reply, also fill what stands between double braces."""
        found = super()._render_field(field, res_ids, *args, **kwargs)
        if field != "body_html" or not self.helpdesk_canned or self.sudo().model != TICKET:
            return found
        tickets = self.env[TICKET].browse(found)
        return {
            ticket.id: type(found[ticket.id])(placeholders.filled(found[ticket.id], ticket._bridge_placeholders()))
            for ticket in tickets
        }
