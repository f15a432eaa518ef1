from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from ..common.xmlids import AGENTS
from .helpdesk_ticket_assignee import NOT_IN_TEAM

SETTINGS = "/odoo/action-helpdesk_mgmt.action_helpdesk_mgmt_config_settings"


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "helpdesk.bridge.prefix"]

    ticket_prefix = fields.Char(
        groups=AGENTS, help="Identifies a ticket in Slack and in emails: ML gives [ML-#42]. Empty: as in the Settings."
    )

    former_prefixes = fields.Char(
        groups=AGENTS, help="Prefixes this team had before, separated by spaces. Emails with them are still recognized."
    )
    bridge_assignment = fields.Selection(
        [("manual", "Manually"), ("least_loaded", "To the member with the fewest open tickets")],
        string="New Ticket Assignment",
        groups=AGENTS,
        help="For tickets that come by email or from the portal, and for reopened tickets without an assignee. "
        "Empty: as in the Settings.",
    )
    assigned_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Stage When Assigned",
        groups=AGENTS,
        domain="[('closed', '=', False), '|', ('team_ids', '=', False), ('team_ids', 'in', id)]",
        help="The stage to which a new ticket moves once it is taken or assigned, automatically or by hand. Empty: the "
        "stage is left unchanged.",
    )
    assign_on_reply = fields.Boolean(
        string="Assign When Replying",
        default=True,
        groups=AGENTS,
        help="A team member's reply to the customer assigns an unassigned ticket to them.",
    )
    start_on_reply = fields.Boolean(
        string="Start When Replying",
        default=True,
        groups=AGENTS,
        help="A team member's reply to the customer moves a new ticket to Stage When Assigned, else to the first stage "
        "of work.",
    )
    reopen_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        groups=AGENTS,
        domain="[('closed', '=', False), '|', ('team_ids', '=', False), ('team_ids', 'in', id)]",
        string="Stage After a Reply",
        help="The stage to which a closed or waiting ticket moves when its customer writes again. Empty: a closed "
        "ticket returns to where it was last worked on, a waiting one moves to the first stage of work.",
    )
    reopen_days = fields.Char(
        groups=AGENTS,
        help="The number of days after closing during which a reply reopens the ticket; later, it creates a new "
        "one. 0: always a new one. Empty: as in the Settings.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create teams without followers.

        Followers of a team follow its tickets and get an email for each message: users have to choose that.
        """
        return super(HelpdeskTicketTeam, self.with_context(mail_create_nosubscribe=True)).create(vals_list)

    def write(self, vals):
        """Who leaves a team no longer has its tickets."""
        if "user_ids" not in vals:
            return super().write(vals)
        before = {team: team.user_ids for team in self.sudo()}
        result = super().write(vals)
        for team, members in before.items():
            gone = members - team.user_ids
            if gone:
                theirs = [("team_id", "=", team.id), ("user_id", "in", gone.ids)]
                self.env["helpdesk.ticket"]._bridge_release(theirs, NOT_IN_TEAM)
        return result

    @api.model
    def get_empty_list_help(self, help_message):
        """Say where to begin on the dashboard, which is empty after the installation."""
        is_newcomer = self.env.user.has_group("base.group_system") and not self.sudo().search_count([], limit=1)
        if not is_newcomer or not is_html_empty(help_message):
            return super().get_empty_list_help(help_message)
        help_text = Markup(
            "<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>"
            "<p><a class='btn btn-primary' role='button' href='%s'>%s</a></p>"
        )
        return help_text % (
            self.env._("There is no team yet"),
            self.env._(
                "Press New: a name and its members are enough. Helpdesk → Configuration → Settings shows what else is "
                "missing."
            ),
            SETTINGS,
            self.env._("Get started"),
        )

    @api.constrains("ticket_prefix", "former_prefixes")
    def _check_ticket_prefix(self):
        for team in self.sudo():
            self._check_prefixes(*filter(None, [team.ticket_prefix]), *(team.former_prefixes or "").split())

    @api.constrains("reopen_days")
    def _check_reopen_days(self):
        for team in self.sudo():
            self._check_days(team.reopen_days)

    @api.constrains("reopen_stage_id", "assigned_stage_id")
    def _check_stages(self):
        for stage in (self.sudo().reopen_stage_id | self.sudo().assigned_stage_id).filtered("closed"):
            raise ValidationError(self.env._("“%s” is a closed stage. Choose a stage for open tickets.", stage.name))
