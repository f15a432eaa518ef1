"""What an empty setting of a team means: the team's form shows the value that comes from the Settings, and its mailbox.

Nothing here decides anything; the fallback itself is where each setting is used.
"""

from odoo import api, fields, models

from ..common.xmlids import AGENTS

#: Setting of a team -> the setting of the company that an empty one falls back to.
FALLBACKS = {
    "ticket_prefix": "helpdesk_ticket_prefix",
    "bridge_assignment": "helpdesk_assignment",
    "reopen_days": "helpdesk_reopen_days",
    "slack_channel_id": "helpdesk_slack_channel_id",
    "slack_mention": "helpdesk_slack_mention",
    "slack_replies": "helpdesk_slack_replies",
    "letter_received": "helpdesk_letter_received",
    "letter_received_template_id": "helpdesk_letter_received_template_id",
    "letter_answer": "helpdesk_letter_answer",
    "letter_answer_template_id": "helpdesk_letter_answer_template_id",
    "letter_closed": "helpdesk_letter_closed",
    "letter_closed_template_id": "helpdesk_letter_closed_template_id",
    "letter_quote": "helpdesk_letter_quote",
}


def _shown(label):
    return fields.Char(string=label, compute="_compute_inherited", groups=AGENTS)


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    inherited_ticket_prefix = _shown("Ticket Prefix (Default)")
    inherited_bridge_assignment = _shown("New Ticket Assignment (Default)")
    inherited_reopen_days = _shown("Reopen Days (Default)")
    inherited_slack_channel_id = _shown("Slack Channel (Default)")
    inherited_slack_mention = _shown("Slack Mention (Default)")
    inherited_slack_replies = _shown("Replies in Slack (Default)")
    inherited_letter_received = _shown("Confirm New Tickets (Default)")
    inherited_letter_received_template_id = _shown("Confirm New Tickets: Template (Default)")
    inherited_letter_answer = _shown("Email Replies (Default)")
    inherited_letter_answer_template_id = _shown("Email Replies: Template (Default)")
    inherited_letter_closed = _shown("Closing Email (Default)")
    inherited_letter_closed_template_id = _shown("Closing Email: Template (Default)")
    inherited_letter_quote = _shown("Quote in Confirmations (Default)")
    mailbox_addresses = fields.Char(string="Mailbox", compute="_compute_mailbox_addresses", groups=AGENTS)

    @api.depends("company_id")
    @api.depends_context("company", "lang")
    def _compute_inherited(self):
        for team in self:
            company = (team.company_id or self.env.company).sudo()
            for name, setting in FALLBACKS.items():
                team[f"inherited_{name}"] = self._bridge_inherited_words(company, setting)

    @api.model
    def _bridge_inherited_words(self, company, name):
        """What a team inherits from a setting of its company, as people read it."""
        if company._fields[name].comodel_name == "mail.template" and not company[name]:
            return self.env._("Default template")
        return self.env._("Default: %s", self._bridge_words(company, name))

    @api.model
    def _bridge_words(self, company, name):
        """A setting of a company as people read it."""
        field, value = company._fields[name], company[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type == "many2one":
            return value.display_name or self.env._("None")
        # Reopening, the only one that may be empty: a reply reopens the ticket always.
        return value or self.env._("always")

    @api.depends_context("uid")
    def _compute_mailbox_addresses(self):
        mailboxes = self.env["fetchmail.server"].sudo().search([("helpdesk_team_id", "in", self.ids)])
        for team in self:
            mine = mailboxes.filtered(lambda mailbox, team=team: mailbox.helpdesk_team_id == team._origin)
            team.mailbox_addresses = ", ".join(mailbox.helpdesk_address or mailbox.name for mailbox in mine)

    def action_open_mailbox(self):
        """Open the mailbox of this team, or a new one for it."""
        self.ensure_one()
        mailboxes = self.env["fetchmail.server"].search([("helpdesk_team_id", "=", self.id)])
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.fetchmail_server_action")
        given = {"helpdesk_mailbox": True, "default_helpdesk_team_id": self.id, "default_name": self.name}
        action.update(domain=[("helpdesk_team_id", "=", self.id)], context=given)
        if len(mailboxes) < 2:
            action.update(res_id=mailboxes.id, views=[(False, "form")])
        return action
