from odoo import api, fields, models, tools

from ..tools import addresses, reference


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    mail_reference = fields.Char(
        string="Reference",
        compute="_compute_mail_reference",
        compute_sudo=True,
        groups="base.group_user",
        help="Names this ticket in Slack and in mails.",
    )

    @api.depends("team_id.ticket_prefix", "company_id.helpdesk_ticket_prefix")
    def _compute_mail_reference(self):
        for ticket in self:
            prefix = ticket.team_id.ticket_prefix or ticket.company_id.helpdesk_ticket_prefix
            number = ticket._origin.id
            ticket.mail_reference = number and reference.reference(prefix, number)

    @api.model
    def default_get(self, fields):
        """Only a person can be the one who takes a new ticket: neither OdooBot nor a portal user is."""
        defaults = super().default_get(fields)
        user = self.env["res.users"].sudo().browse(defaults.get("user_id"))
        if user and not user._bridge_agents():
            defaults["user_id"] = False
        return defaults

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"partner_id", "partner_email"}:
            self.sudo().filtered("email_failing").email_failing = False
        return result

    @api.model
    @tools.ormcache("names")
    def _bridge_fields_that_change(self, names):
        """The fields that can change one of these: itself, or because it is stored and computed from them.

        :param names: a tuple of names of fields
        """
        looked_at = {self._fields[name] for name in names}
        return frozenset(
            name
            for name, field in self._fields.items()
            if field in looked_at or looked_at.intersection(self.env.registry.get_dependent_fields(field))
        )

    def _bridge_customer(self):
        name = self.partner_id.name or self.partner_name
        return addresses.display(name, self.partner_email or self.partner_id.email)
