from odoo import api, models

#: What the buttons of a first message depend on, by the path to its record.
BUTTON_FIELDS = {
    "channel_id.workspace_id": ["has_buttons"],
    "ticket_id.team_id": ["slack_replies"],
    "ticket_id.company_id": ["helpdesk_slack_replies"],
    "ticket_id.user_id": ["active", "share"],
}


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    @api.model
    def _root_facts(self):
        facts = super()._root_facts()
        return {**facts, **{path: [*facts[path], *names] for path, names in BUTTON_FIELDS.items()}}
