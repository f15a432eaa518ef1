"""500 SLA clocks are overdue at once, two servers look for them, and both are killed in the middle, several times.

Now and then a server kills itself as well, between what is recorded and what is told.

Each breach has to be recorded once and reported once: in the clock's history, by the ticket's tag, in its chatter and
to its assignee, and by a message in Slack's outbox. Counted in Odoo's tables, from the outside.
"""

import time

from dev import scenario
from dev.acme import SUPPORT
from dev.chaos import tally
from dev.chaos.stage import stage
from dev.services.process import ServiceFailed

CLOCKS = 500
#: Both servers are killed as soon as so many breaches are recorded.
KILLS = (1, 150, 300)
#: A server kills itself when so many batches are recorded and not told yet, those of all servers counted together.
PASSAGES = (2, 5)
LOOK_EVERY = 0.02
PATIENCE = 180
CRON = "helpdesk_bridge.ir_cron_sla_tick"
#: What the note of a breach says in the chatter.
NOTE = " is overdue: "

OVERDUE = """
WITH moment AS (SELECT now() AT TIME ZONE 'UTC' AS now), added AS (
    INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, user_id, stage_id, active, priority,
                                 sequence, sla_since, create_date, last_stage_update)
    SELECT 'Overdue ' || n, 'DUE' || n, '<p>x</p>', team.company_id, team.id, 2, {stage}, TRUE, '1', 10, now, now,
           now
      FROM generate_series(1, {tickets}) n, moment, helpdesk_ticket_team team
     WHERE team.id = {team}
 RETURNING id
)
INSERT INTO helpdesk_sla_clock (ticket_id, metric, started_at, target_minutes, due_at, state)
SELECT id, metric, now - interval '1 day', 240, now - interval '1 minute', 'running'
  FROM added, moment, (VALUES ('start'), ('resolution')) metrics (metric)
"""
STATE = """
SELECT (SELECT count(*) FROM helpdesk_sla_clock WHERE state = 'running') AS waiting,
       (SELECT count(*) FROM helpdesk_sla_clock_line WHERE kind = 'breached') AS recorded
"""
FOUND = """
SELECT (SELECT count(*) FROM helpdesk_sla_clock WHERE state = 'missed' AND breached_at = due_at) AS late,
       (SELECT count(DISTINCT clock_id) FROM helpdesk_sla_clock_line WHERE kind = 'breached') AS clocks,
       (SELECT count(*) FROM helpdesk_sla_clock_line WHERE kind = 'breached') AS lines,
       (SELECT count(*) FROM helpdesk_ticket_helpdesk_ticket_tag_rel) AS tags,
       (SELECT count(*) FROM mail_activity WHERE res_model = 'helpdesk.ticket') AS activities,
       (SELECT coalesce(sum((length(body) - length(replace(body, '{note}', ''))) / {length}), 0) FROM mail_message
         WHERE model = 'helpdesk.ticket' AND body LIKE '%{note}%') AS notes,
       (SELECT count(*) FROM helpdesk_slack_outbox WHERE event LIKE 'sla_%_breached') AS messages
"""


def fall_due(source, slack, say, clocks=CLOCKS, servers=2, kills=KILLS, passages=PASSAGES):
    """Let them fall due, kill, start again, count."""
    started, asked = time.monotonic(), {"point": "breach_recorded", "passages": passages}
    with stage(source, "sla", slack, [SUPPORT], servers=servers, **asked) as play:
        cron = scenario.record_id(play.servers[0].odoo.rpc, CRON)
        [[new]] = play.ask("SELECT min(id) AS id FROM helpdesk_ticket_stage WHERE unattended")
        play.sql(OVERDUE.format(stage=new, tickets=clocks // 2, team=play.helpdesk.team_id))
        killed = _work_off(play, cron, kills, clocks, say)
        found = _count(play, clocks, killed + play.plan.deaths, time.monotonic() - started)
        return found.expect_kills(len(kills) * servers + len(passages))


def _work_off(play, cron, kills, clocks, say):
    """Kill all servers whenever it is time; returns how many servers were killed from outside."""
    left, killed, deadline = list(kills), 0, time.monotonic() + PATIENCE
    while True:
        play.start_cron(cron)
        [[waiting, recorded]] = play.ask(STATE)
        if not waiting:
            return killed
        if left and recorded >= left[0]:
            left.pop(0)
            for server in play.servers:
                server.restart()
            killed += len(play.servers)
            say(f"{recorded} of {clocks} recorded, all servers killed")
        for server in play.servers:
            server.keep_alive()
        if time.monotonic() > deadline:
            raise ServiceFailed(f"{waiting} SLA clocks are still waiting to be found overdue")
        time.sleep(LOOK_EVERY)


def _count(play, clocks, kills, seconds):
    found = tally.Tally("sla")
    [[late, breached, lines, *reported]] = play.ask(FOUND.replace("{note}", NOTE).replace("{length}", str(len(NOTE))))
    found.figures = {
        **dict.fromkeys(tally.COLUMNS),
        **{"clocks": clocks, "kills": kills, "seconds": round(seconds)},
        **{"lost": clocks - breached, "doubled": lines - breached, "wrong": clocks - late},
        **{"said twice": 0, "untold": 0},
    }
    for what, number in zip(("tags", "activities", "notes", "messages to Slack"), reported, strict=True):
        found.figures["said twice"] += max(number - clocks, 0)
        found.figures["untold"] += max(clocks - number, 0)
        if number != clocks:
            found.complaints.append(f"{number} {what}, not {clocks}")
    return found
