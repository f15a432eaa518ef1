"""From 19.0.1.0.0: digests, which belong to no ticket, are seen in the outbox by the managers of their company."""

from odoo import SUPERUSER_ID, api

RULE = "helpdesk_bridge.rule_slack_outbox_company"
FORMER = "[('ticket_id.company_id', 'in', company_ids)]"
NOW = (
    "['|', ('ticket_id.company_id', 'in', company_ids), "
    "'&', ('ticket_id', '=', False), ('channel_id.company_id', 'in', company_ids + [False])]"
)


def migrate(cr, version):
    """Odoo calls this after it has updated the tables. :param version: the installed one, empty when there is none"""
    if not version:
        return
    rule = api.Environment(cr, SUPERUSER_ID, {}).ref(RULE, raise_if_not_found=False)
    if rule and (rule.domain_force or "").strip() == FORMER:
        rule.domain_force = NOW
