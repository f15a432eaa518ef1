"""What installing changes outside our own tables, and uninstalling puts back."""

from .tools.common import crons

FORMER = "helpdesk_bridge.former_fetch_interval"
#: Minutes between two looks into the mailboxes: a customer does not wait five for a confirmation.
EVERY = 1


def post_init_hook(env):
    """Let core look into the mailboxes each minute, unless somebody has chosen an interval of their own; promise what
    the Settings of each company say."""
    cron = env.ref(crons.FETCH, raise_if_not_found=False)
    if cron and (cron.interval_number, cron.interval_type) == (5, "minutes"):
        env["ir.config_parameter"].set_param(FORMER, cron.interval_number)
        cron.interval_number = EVERY
    for company in env["res.company"].with_context(active_test=False).search([]):
        env["helpdesk.sla.policy"]._ensure_default(company)


def uninstall_hook(env):
    """Give core its interval back, unless somebody has changed it since; leave no setting and no token behind."""
    cron = env.ref(crons.FETCH, raise_if_not_found=False)
    former = env["ir.config_parameter"].get_param(FORMER)
    if cron and former and (cron.interval_number, cron.interval_type) == (EVERY, "minutes"):
        cron.interval_number = int(former)
    env["ir.config_parameter"].search([("key", "=like", "helpdesk_bridge.%")]).unlink()
