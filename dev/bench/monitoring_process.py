"""What a monitor asks for, in an Odoo process of its own.

Usage: python -m dev.bench.monitoring_process DATABASE COUNT DATABASE COUNT: a database, and how many tickets are
finished in it. Prints what it does; its last line is JSON.
"""

import json
import sys
import time
from contextlib import ExitStack

from dev.bench.in_odoo import environment, measure, spread, told_team

RUNS = 60
#: For each ticket: SLA clocks, messages to Slack, inbound emails, emails to people with their recipient.
FINISHED = (
    """
    INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, stage_id, active, priority,
                                 sequence, create_date, last_stage_update, bridge_number)
    SELECT 'Old ' || n, 'OLD' || n, '<p>x</p>', %(company)s, %(team)s, %(stage)s, TRUE, '1', 10, now(), now(),
           nextval('helpdesk_bridge_reference')
      FROM generate_series(1, %(count)s) n
    """,
    """
    INSERT INTO helpdesk_sla_clock (ticket_id, metric, started_at, target_minutes, due_at, breached_at, state)
    SELECT id, metric, now() - interval '1 day', 240, now(), CASE WHEN id %% 5 = 0 THEN now() END,
           CASE WHEN id %% 5 = 0 THEN 'missed' ELSE 'met' END
      FROM helpdesk_ticket, (VALUES ('start'), ('resolution')) metrics (metric)
    """,
    """
    INSERT INTO helpdesk_slack_outbox (ticket_id, channel_id, event, kind, key, payload, state, attempts, sent_at,
                                       next_attempt_at, create_date, write_date)
    SELECT id, %(channel)s, 'assigned', CASE WHEN line = 1 THEN 'root' ELSE 'reply' END, gen_random_uuid()::text,
           '{"text": "x"}', 'sent', 1, now(), now(), now(), now()
      FROM helpdesk_ticket, generate_series(1, 4) line
    """,
    """
    INSERT INTO helpdesk_inbound_mail (key, verdict, company_id, ticket_id, attempts, create_date, write_date)
    SELECT gen_random_uuid()::text, CASE WHEN line = 1 THEN 'created' ELSE 'replied' END, %(company)s, id, 1, now(),
           now()
      FROM helpdesk_ticket, generate_series(1, 2) line
    """,
    """
    INSERT INTO mail_message (model, res_id, message_type, date, create_date)
    SELECT 'helpdesk.ticket', id, 'comment', now() - interval '1 day', now() FROM helpdesk_ticket
    """,
    """
    INSERT INTO mail_mail (mail_message_id, state, email_to, create_date)
    SELECT id, 'sent', 'jane@customer.example', now() FROM mail_message WHERE model = 'helpdesk.ticket'
    """,
    """
    INSERT INTO mail_notification (mail_message_id, res_partner_id, notification_type, notification_status)
    SELECT id, %(partner)s, 'email', 'sent' FROM mail_message WHERE model = 'helpdesk.ticket'
    """,
    """
    INSERT INTO helpdesk_letter (ticket_id, kind, state, create_date)
    SELECT id, 'received', 'queued', now() FROM helpdesk_ticket
    """,
)


def main(*arguments):
    """Fill both databases, then ask them in turn."""
    sides = dict(zip(("few", "many"), zip(arguments[::2], map(int, arguments[1::2]), strict=True), strict=True))
    with ExitStack() as databases:
        envs = {side: databases.enter_context(environment(name)) for side, (name, _count) in sides.items()}
        for side, (_name, count) in sides.items():
            fill(envs[side], count)
            rows, seconds = vacuum(envs[side])
            print(f"{count:,} finished tickets, {rows:,} rows counted in {seconds:.1f} s", flush=True)
        found = {"count_ms": seconds * 1000 / rows}
        pages = {"metrics": asks_metrics, "health": asks_health}
        costs = {(page, side): [] for page in pages for side in sides}
        for run in range(RUNS + 3):
            for page, side in costs:
                cost = measure(lambda page=page, side=side: pages[page](envs[side]))
                if run >= 3:
                    costs[page, side].append(cost["ms"])
        for page in pages:
            found[page] = {side: spread(costs[page, side]) for side in sides}
    print(json.dumps(found))


def fill(env, count):
    """Finished tickets with all that is theirs; and something that is under way, as there always is."""
    team = told_team(env)
    values = {
        "company": env.company.id,
        "team": team.id,
        "channel": team.slack_channel_id.id,
        "stage": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id,
        "partner": env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"}).id,
        "count": count,
    }
    env.flush_all()
    for statement in FINISHED:
        env.cr.execute(statement, values)
    env.cr.commit()
    env.invalidate_all()
    for number in range(20):
        env["helpdesk.ticket"].create({"name": f"Open {number}", "description": "x", "team_id": team.id})
    tried = {"model": "helpdesk.ticket", "res_id": env["helpdesk.ticket"].search([], limit=1).id}
    env["mail.mail"].create({**tried, "email_to": "jane@customer.example", "helpdesk_attempts": 1})
    env.cr.commit()


def vacuum(env):
    """What the daily vacuum does, and PostgreSQL's own. :return: how many rows were counted, and in how many seconds"""
    rows, began = 0, time.perf_counter()
    for model in ("helpdesk.sla.clock", "helpdesk.inbound.mail"):
        left = True
        while left:
            done, left = env[model]._gc_count()
            rows += done
            env.cr.commit()
    seconds = time.perf_counter() - began
    env.cr.commit()
    # It runs in no transaction.
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False
    return rows, seconds


def asks_metrics(env):
    """As a scrape does, without HTTP."""
    env.invalidate_all()
    env["helpdesk.bridge.metrics"]._exposition()
    env.cr.rollback()


def asks_health(env):
    """As a monitor or the Settings do, without HTTP."""
    env.invalidate_all()
    env["helpdesk.bridge.health"]._findings()
    env.cr.rollback()


if __name__ == "__main__":
    main(*sys.argv[1:])
