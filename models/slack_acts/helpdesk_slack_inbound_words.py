"""What became of an act, in the language of who reads it."""

from odoo import api, models

from .helpdesk_slack_inbound_acts import SHOWN


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    def _act_words(self, env, result):
        """A `Result` in words. :param env: whose language they are in"""
        values = {"ticket": self.ticket_id.sudo().mail_reference or "", **result.values}
        for name, value in values.items():
            if isinstance(value, models.BaseModel):
                values[name] = value.sudo().with_context(lang=env.lang).name or ""
        if "priority" in values:
            priorities = self.env["helpdesk.ticket"]._fields["priority"]._description_selection(env)
            values["priority"] = dict(priorities)[values["priority"]]
        return self._act_sentences(env)[result.word] % values

    @api.model
    def _act_sentences(self, env):
        return {
            SHOWN: env._("A form was shown."),
            "taken": env._("Taken via Slack."),
            "has_it_already": env._("You have %(ticket)s already."),
            "colleague_has_it": env._("%(person)s has %(ticket)s. To change that, use Hand over."),
            "is_closed": env._("%(ticket)s is closed. Reopen it first."),
            "closed": env._("Closed via Slack."),
            "closed_already": env._("%(ticket)s is closed already."),
            "no_closing_stage": env._("The team has no stage for closed tickets."),
            "reopened": env._("Reopened via Slack."),
            "open_already": env._("%(ticket)s is open already."),
            "archived": env._("Archived via Slack: not a ticket."),
            "archived_already": env._("%(ticket)s is archived already."),
            "assigned": env._("Assigned to %(person)s via Slack."),
            "assigned_already": env._("%(ticket)s is assigned to %(person)s already."),
            "unassigned": env._("Unassigned via Slack."),
            "unassigned_already": env._("%(ticket)s has no assignee already."),
            "colleague_took_it": env._("Meanwhile %(person)s has %(ticket)s. Nothing was changed: look again."),
            "left_alone": env._("Meanwhile nobody has %(ticket)s. Nothing was changed: look again."),
            "moved": env._("Moved to %(stage)s via Slack."),
            "moved_already": env._("%(ticket)s is in %(stage)s already."),
            "moved_meanwhile": env._("Meanwhile %(ticket)s is in %(stage)s. Nothing was changed: look again."),
            "prioritized": env._("Priority set to %(priority)s via Slack."),
            "prioritized_already": env._("The priority of %(ticket)s is %(priority)s already."),
            "prioritized_meanwhile": env._(
                "Meanwhile the priority of %(ticket)s is %(priority)s. Nothing was changed: look again."
            ),
            "not_yours": env._("Meanwhile somebody else has %(ticket)s. Nothing was changed."),
            "not_offered": env._("That cannot be chosen any more. Please open the form again."),
        }


class HelpdeskSlackPerson(models.Model):
    _inherit = "helpdesk.slack.person"

    @api.model
    def _in_words(self, env, refusal):
        if refusal == "no_write":
            return env._("The Odoo user may not change this ticket.")
        if refusal == "no_helpdesk":
            return env._("The Odoo user has no access to Helpdesk.")
        if refusal == "no_create":
            return env._("The Odoo user may not create tickets.")
        return super()._in_words(env, refusal)
