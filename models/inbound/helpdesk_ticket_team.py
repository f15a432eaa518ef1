"""Keeps mailboxes and archived teams apart: the email of an open mailbox has to reach a team that works on it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.xmlids import AGENTS


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    bridge_opens_lists = fields.Boolean(
        string="Tickets from Newsletters and Lists",
        groups=AGENTS,
        help="For email that comes by the alias alone. Without it, newsletters and emails of mailing lists (List-Id, "
        "List-Unsubscribe, Precedence) open no ticket. They are listed in Inbound Emails, where each can be replayed.",
    )

    @api.constrains("active")
    def _check_archived_without_mailbox(self):
        """Refuse to archive a team while email for it comes in: nobody would see the new tickets."""
        archived = self.filtered(lambda team: not team.active)
        open_mailboxes = self.env["fetchmail.server"].sudo().search([("helpdesk_team_id", "in", archived.ids)])
        for team, mailboxes in open_mailboxes.grouped("helpdesk_team_id").items():
            raise ValidationError(
                self.env._(
                    "The team “%(team)s” still gets the email of: %(mailboxes)s. Choose another team for these "
                    "mailboxes or archive them first (Settings → Technical → Email → Incoming Mail Servers), then "
                    "archive the team.",
                    team=team.name,
                    mailboxes=", ".join(mailboxes.mapped("name")),
                )
            )
        for team in archived.sudo().filtered(lambda team: team.alias_name and team.alias_domain_id):
            raise ValidationError(
                self.env._(
                    "The team “%(team)s” still gets the email to its alias %(alias)s. Empty the alias first, then "
                    "archive the team.",
                    team=team.name,
                    alias=team.alias_full_name,
                )
            )
