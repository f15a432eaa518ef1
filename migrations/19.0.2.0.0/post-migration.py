"""From 19.0.1.0.0: what an update leaves alone (``noupdate``, stored values) follows the code of today."""

from odoo import SUPERUSER_ID, api

CRON = "helpdesk_bridge.ir_cron_after_mail"
#: Scheduled actions with another name: external id -> (former name, name of today).
NAMES = {
    CRON: (
        "Helpdesk Bridge: assign tickets, write letters",
        "Helpdesk Bridge: assign tickets, write automatic emails",
    ),
    "helpdesk_bridge.ir_cron_sla_tick": ("Helpdesk Bridge: check promises", "Helpdesk Bridge: check SLA targets"),
}
#: Events that mention the assignee by default now. Companies of before keep that they did not.
MENTIONING = ("assigned", "customer_replied")
#: A change in this context is posted nowhere.
SILENT = {"import_file": True, "tracking_disable": True}


def migrate(cr, version):
    """Odoo calls this after it has updated the tables. :param version: the installed one, empty when there is none"""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    # Tickets that wait say so.
    paused = [("sla_clock_ids.state", "in", ("paused", "missed")), ("stage_id.closed", "=", False)]
    env["helpdesk.ticket"].with_context(**SILENT).search(paused)._sla_summarize()
    cron = env.ref(CRON, raise_if_not_found=False)
    if cron and "_cron_after_mail" in (cron.code or ""):
        model = env["ir.model"]._get("helpdesk.followup")
        cron.write({"model_id": model.id, "code": "model._cron_follow_up()"})
    _rename_crons(env)
    rules = env["helpdesk.slack.rule"]
    kept = rules.search([("company_id", "!=", False), ("event", "in", MENTIONING)])
    known = {(rule.company_id.id, rule.event) for rule in kept}
    companies = env["res.company"].with_context(active_test=False).search([])
    wanted = [(company.id, event) for company in companies for event in MENTIONING]
    rules.create([{"company_id": one, "event": event} for one, event in wanted if (one, event) not in known])
    # New events stand among the others.
    env["helpdesk.slack.rule"].search([])._compute_sequence()


def _rename_crons(env):
    """A name that somebody has chosen stays. Odoo fills the translations afterwards."""
    for xmlid, (former, name) in NAMES.items():
        cron = env.ref(xmlid, raise_if_not_found=False)
        if cron and cron.name == former:
            cron.name = name
            others = [code for code, _name in env["res.lang"].get_installed() if code != "en_US"]
            cron.ir_actions_server_id.update_field_translations("name", dict.fromkeys(others, False))
