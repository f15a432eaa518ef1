"""Snooze a ticket from Slack: until tomorrow, Monday, or another day, at nine o'clock where the person is."""

from babel.dates import format_skeleton

from odoo import api, models
from odoo.tools.misc import babel_locale_parse

from ...tools.slack import acts
from ...tools.ticket import snooze
from ..common import database_time
from .helpdesk_slack_inbound_acts import Result


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _act_methods(self):
        return {**super()._act_methods(), acts.WAKE: "_act_wake"}

    @api.model
    def _submit_methods(self):
        return {**super()._submit_methods(), f"helpdesk_{acts.SNOOZE}": "_act_snooze"}

    @api.model
    def _ticket_form_titles(self):
        return {**super()._ticket_form_titles(), acts.SNOOZE: self.env._("Snooze")}

    def _form_of_snooze(self, ticket):
        locale = babel_locale_parse(self.env.lang)
        zone = ticket._bridge_zone_of(self.user_id)
        names = {snooze.TOMORROW: self.env._("Tomorrow, 9:00"), snooze.MONDAY: self.env._("Monday, 9:00")}
        # By their dates: who chooses tomorrow just before midnight means the day that they saw.
        options = [
            (day.isoformat(), names.get(name) or format_skeleton("MMMEd", day, locale=locale) + ", 9:00")
            for day, name in snooze.offered(database_time.now(self.env), zone).items()
        ]
        return self.env._("Until"), options, options[0][0]

    def _form_seen(self, name, ticket, current):
        if name != acts.SNOOZE:
            return super()._form_seen(name, ticket, current)
        return str(ticket.sudo().snoozed_until or "")

    def _act_snooze(self, ticket, work, chosen, seen):
        if ticket.closed or not ticket.active:
            return Result("is_closed", is_wanted=False)
        moment = snooze.until(chosen, database_time.now(self.env), ticket._bridge_zone_of(self.user_id))
        if not moment:
            return Result("not_offered", is_wanted=False)
        snoozed = ticket.sudo().snoozed_until
        if snoozed == moment:
            return Result("snoozed_already")
        if snoozed and str(snoozed) != seen:
            return Result("snoozed_meanwhile", is_wanted=False)
        ticket._bridge_snooze(moment)
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Snoozed via Slack"), tracked=True)
        return Result("snoozed", is_changed=True)

    def _act_wake(self, ticket, work):
        if not ticket.sudo().snoozed_until:
            return Result("awake_already")
        ticket.action_wake()
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Woken via Slack"), tracked=True)
        return Result("woken", is_changed=True)

    @api.model
    def _act_sentences(self, env):
        return {
            **super()._act_sentences(env),
            "snoozed": env._("Snoozed via Slack."),
            "snoozed_already": env._("%(ticket)s is snoozed until then already."),
            "snoozed_meanwhile": env._("Meanwhile %(ticket)s was snoozed. Nothing was changed: look again."),
            "woken": env._("Woken via Slack."),
            "awake_already": env._("%(ticket)s is not snoozed."),
        }
