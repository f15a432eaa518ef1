"""From 19.0.1.0.0: who sees a row of the SLA report is told by its own columns, which are the ticket's."""

from odoo import SUPERUSER_ID, api

#: Rule, its former domain, that of today.
RULES = (
    (
        "rule_sla_clock_report_company",
        "[('ticket_id.company_id', 'in', company_ids)]",
        "[('company_id', 'in', company_ids)]",
    ),
    (
        "rule_sla_clock_report_personal",
        "['|', ('ticket_id.user_id', '=', user.id), "
        "'&', ('ticket_id.user_id', '=', False), ('ticket_id.team_id', 'in', user.helpdesk_team_ids.ids)]",
        "['|', ('user_id', '=', user.id), '&', ('user_id', '=', False), ('team_id', 'in', user.helpdesk_team_ids.ids)]",
    ),
    (
        "rule_sla_clock_report_followed",
        "['|', ('ticket_id.partner_id', '=', user.partner_id.id), "
        "('ticket_id.message_partner_ids', '=', user.partner_id.id)]",
        "['|', ('partner_id', '=', user.partner_id.id), ('ticket_id.message_partner_ids', '=', user.partner_id.id)]",
    ),
    (
        "rule_sla_clock_report_team",
        "['|', ('ticket_id.team_id', 'in', user.helpdesk_team_ids.ids), ('ticket_id.team_id', '=', False)]",
        "['|', ('team_id', 'in', user.helpdesk_team_ids.ids), ('team_id', '=', False)]",
    ),
)


def migrate(cr, version):
    """Odoo calls this after it has updated the tables. :param version: the installed one, empty when there is none"""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, former, now in RULES:
        rule = env.ref(f"helpdesk_bridge.{name}", raise_if_not_found=False)
        # A rule that somebody has changed stays as it is.
        if rule and (rule.domain_force or "").strip() == former:
            rule.domain_force = now
