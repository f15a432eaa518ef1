"""Changes outside our own tables on installation, and their reversal on removal."""

from odoo.http import request

from .tools.common import crons

FORMER = "helpdesk_bridge.former_fetch_interval"
#: helpdesk_mgmt's lists of tickets, which leave out snoozed ones: what their context was without us.
LISTS = {
    "helpdesk_mgmt.helpdesk_ticket_action": "{}",
    "helpdesk_mgmt.helpdesk_my_tickets_action": "{}",
    "helpdesk_mgmt.helpdesk_ticket_action_unassigned": "{}",
    "helpdesk_mgmt.helpdesk_ticket_action_opened": "{}",
    "helpdesk_mgmt.action_helpdesk_ticket_kanban_from_dashboard": "{'default_team_id': active_id}",
}
#: Minutes between two fetches. Odoo's five would delay confirmations.
EVERY = 1


def post_init_hook(env):
    """Let Odoo fetch emails each minute, unless another interval was chosen; create each company's SLA policy.

    Who has pressed Activate goes on in the Settings. After an installation by a command, nobody is there to go on.
    """
    if request:
        env.ref("helpdesk_bridge.settings_todo").state = "open"
    cron = env.ref(crons.FETCH, raise_if_not_found=False)
    if cron and (cron.interval_number, cron.interval_type) == (5, "minutes"):
        env["ir.config_parameter"].set_param(FORMER, cron.interval_number)
        cron.interval_number = EVERY
    for company in env["res.company"].with_context(active_test=False).search([]):
        env["helpdesk.sla.policy"]._ensure_default(company)


def uninstall_hook(env):
    """Restore Odoo's interval, unless it was changed since, and the lists; leave no setting and no token."""
    cron = env.ref(crons.FETCH, raise_if_not_found=False)
    former = env["ir.config_parameter"].get_param(FORMER)
    if cron and former and (cron.interval_number, cron.interval_type) == (EVERY, "minutes"):
        cron.interval_number = int(former)
    for xmlid, context in LISTS.items():
        action = env.ref(xmlid, raise_if_not_found=False)
        if action and "search_default_awake" in (action.context or ""):
            action.context = context
    env["ir.config_parameter"].search([("key", "=like", "helpdesk_bridge.%")]).unlink()
    env["helpdesk.ticket"]._bridge_drop_search()
    env["helpdesk.ticket"]._bridge_drop_numbers()
