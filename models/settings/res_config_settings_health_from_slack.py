"""Health of the way back from Slack: how replies arrive, what was heard last, what is wrong, and what scopes lack."""

from odoo import models

from ...tools.common.health_checks import MAX_DELAY


class HelpdeskBridgeSettings(models.AbstractModel):
    _inherit = "helpdesk.bridge.settings"

    def _helpdesk_explanation_from_slack(self, facts, _state):
        if not facts.ways_back:
            return self.env._("There is no workspace with a token.")
        workspaces = self.env["helpdesk.slack.workspace"].sudo().search([("state", "!=", "draft")])
        sentences = [workspaces._from_slack_of_all()]
        if facts.inbox_waiting and facts.inbox_oldest > MAX_DELAY:
            sentences.append(
                self.env._(
                    "Waiting: %(count)s; the oldest has been due for %(ago)s.",
                    count=facts.inbox_waiting,
                    ago=self._ago(facts.inbox_oldest),
                )
            )
        if facts.inbox_failed:
            sentences.append(self.env._("Failed: %s.", facts.inbox_failed))
        return " ".join(sentences)

    def _helpdesk_from_slack_place(self):
        """Where the way back is mended: rows that are left, else the workspaces. :return: action, domain"""
        left = [("state", "in", ("pending", "failed"))]
        if self.env["helpdesk.slack.inbound"].sudo().search_count(left, limit=1):
            return "helpdesk_bridge.helpdesk_slack_inbound_action", left
        return "helpdesk_bridge.helpdesk_slack_workspace_action", []
