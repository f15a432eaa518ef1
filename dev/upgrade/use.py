# ruff: noqa: F821 (Odoo's shell has `env`)
"""In Odoo's shell, after the upgrade: the screens open, and what was there goes on."""

tickets = env["helpdesk.ticket"].with_context(active_test=False)
jane = env["res.partner"].search([("email", "=", "jane@customer.example")])
anna = env["res.users"].search([("login", "=", "anna")])
stages = {name: env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}") for name in ("new", "in_progress", "done")}


def ticket(name):
    [found] = tickets.search([("name", "=", name)])
    return found


def reply(one, words):
    one.message_post(body=words, author_id=jane.id, message_type="comment", subtype_xmlid="mail.mt_comment")


def same(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


# Every view of ours, each with all that extends it.
data = env["ir.model.data"].search([("module", "=", "helpdesk_bridge"), ("model", "=", "ir.ui.view")])
views = env["ir.ui.view"].browse(data.mapped("res_id"))
same([view.name for view in views if view.inherit_id and view.type != "qweb" and "<data/>" in view.arch_db], [])
for view in views.filtered(lambda view: view.model in env):
    base = view
    while base.inherit_id:
        base = base.inherit_id
    env[view.model].get_view(base.id, base.type)

# The settings of teams that were there.
team, bare = (
    env["helpdesk.ticket.team"].search([("name", "=", name)]) for name in ("Acme Support", "Without Settings")
)
for one in (team, bare):
    same((one.assign_on_reply, one.start_on_reply), (True, True))
same(env["fetchmail.server"].search([("name", "=", "Support")]).helpdesk_address, "help@acme.example")
same(env["helpdesk.sla.policy"].search([]).filtered("repeat_hours").ids, [])

# A ticket that waited wakes, one that was closed returns to where it was worked on.
waiting, closed, new = ticket("Waiting"), ticket("Closed"), ticket("New")
same((waiting.sla_status, waiting.sla_paused, waiting.customer_replied), ("paused", True, False))
late = ticket("Late and waiting")
same((late.sla_status, late.sla_paused), ("breached", True))
team.reopen_stage_id = False
reply(waiting, "It still burns")
same((waiting.stage_id, waiting.customer_replied, waiting.sla_paused), (stages["in_progress"], True, False))
team.reopen_days = False
reply(closed, "It burns again")
same((closed.stage_id, closed.customer_replied), (stages["in_progress"], True))
new.with_user(anna).message_post(body="We are at it", message_type="comment", subtype_xmlid="mail.mt_comment")
same((new.stage_id, new.user_id), (stages["in_progress"], anna))
born = ticket("Born closed")
born.with_user(anna).stage_id = stages["new"]
same(sorted(born.sla_clock_ids.mapped("metric")), ["resolution", "start"])

# Clocks: counted anew, warned, repeated; a next response starts once it has hours.
policy = env["helpdesk.sla.policy"].search([("name", "=", "Acme")])
same(bool(policy.target_ids), True)
policy.write({"next_response_hours": 2, "repeat_hours": 1, "start_hours": 5000, "resolution_hours": 9000})
same(policy.target_ids.next_response_hours, 0.0)
env.flush_all()
env["helpdesk.sla.clock"]._cron_tick()
same(ticket("Overdue").sla_status, "on_track")
reply(new, "And now?")
same(new.sla_clock_ids.filtered(lambda clock: clock.metric == "next_response").state, "running")

# The claim that waited for a decision.
claim = ticket("Claims another")
same((claim.claim_id.subject, claim.claim_may_accept), ("Claim", True))

# What waits for Slack keeps its words; the cron of the follow-up and the monitor find what they need.
env["helpdesk.followup"]._cron_follow_up()
for found in env["helpdesk.slack.outbox"].search([("state", "=", "pending"), ("kind", "=", "root")]):
    found._root()
env["helpdesk.bridge.metrics"]._families()
env["res.config.settings"].create({}).execute()
env.cr.rollback()
