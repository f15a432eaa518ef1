"""The digests of a morning are due, two servers send them at once, and both are killed in the middle.

Each server has a cron of its own for it, so that two transactions look for the same digests: Odoo lets one cron run
once at a time. Now and then a server also kills itself when a digest is noted and enqueued, but not committed. Each
team has to find one message in Slack's channel, and each agent one in a conversation with the bot; counted in Odoo's
tables and in Slack.
"""

import time
from collections import Counter

from dev import scenario
from dev.acme import CHANNEL, SUPPORT
from dev.chaos import tally
from dev.chaos.stage import stage
from dev.services.process import ServiceFailed

TEAMS, TICKETS = 60, 2
#: Both servers are killed as soon as so many digests are noted.
KILLS = (1, 15, 30)
#: A server kills itself when so many digests are enqueued, those of both counted together.
PASSAGES = (3, 10, 25)
LOOK_EVERY = 0.02
PATIENCE = 180
CRON, SLACK_CRON = "helpdesk_bridge.ir_cron_digest", "helpdesk_bridge.ir_cron_slack_outbox"
#: They are due since midnight, every day is a working day, and they were switched on long ago.
DUE = """
UPDATE helpdesk_ticket_team SET digest = TRUE, digest_hour = 0, digest_since = now() - interval '9 days'
 WHERE name ->> 'en_US' LIKE 'Team %';
UPDATE res_users SET helpdesk_digest = TRUE, helpdesk_digest_hour = 0,
       helpdesk_digest_since = now() - interval '9 days' WHERE login IN ('anna', 'ben')
"""
DOUBLED = """
SELECT coalesce(sum(number - 1), 0) AS doubled FROM (
    SELECT count(*) AS number FROM helpdesk_digest GROUP BY team_id, user_id, day HAVING count(*) > 1) twice
"""
STATE = """
SELECT (SELECT count(*) FROM helpdesk_digest) AS noted,
       (SELECT count(*) FROM helpdesk_slack_outbox WHERE kind = 'digest') AS enqueued,
       (SELECT count(*) FROM helpdesk_slack_outbox WHERE kind = 'digest' AND state <> 'sent') AS waiting
"""


def send_all(source, slack, say):
    """Let them be due, kill, start again, count; returns a Tally."""
    started = time.monotonic()
    with stage(source, "digest", slack, [SUPPORT], servers=2, point="digest_enqueued", passages=PASSAGES) as play:
        names = _set_up(play)
        killed = _work_off(play, len(names), say)
        found = _count(play, names, killed + play.plan.deaths, time.monotonic() - started)
        return found.expect_kills(len(KILLS) * len(play.servers) + len(PASSAGES))


def _set_up(play):
    """Teams with tickets, a second cron. :return: who gets a digest, as its greeting calls them"""
    rpc = play.servers[0].odoo.rpc
    [company] = rpc("res.company", "search", [], limit=1)
    days = [{"name": "x", "dayofweek": str(day), "hour_from": 0, "hour_to": 24} for day in range(7)]
    hours = {"name": "Always", "tz": "UTC", "company_id": company, "attendance_ids": [(0, 0, day) for day in days]}
    rpc("res.company", "write", [company], {"resource_calendar_id": rpc("resource.calendar", "create", hours)})
    agents = rpc("res.users", "search", [("login", "in", ["anna", "ben"])])
    rpc("res.users", "write", agents, {"tz": "UTC"})
    [channel] = rpc("helpdesk.slack.channel", "search", [("name", "=", f"#{CHANNEL}")])
    values = {"slack_channel_id": channel, "user_ids": [(6, 0, agents)]}
    names = [f"Team {number:02}." for number in range(TEAMS)]
    teams = rpc("helpdesk.ticket.team", "create", [{**values, "name": name} for name in names])
    # Their first messages are not what this is about: enqueued digests shall be sent at once.
    play.sql("DELETE FROM helpdesk_slack_rule")
    rpc("helpdesk.slack.rule", "create", [{"company_id": company, "event": "created", "posted": False}])
    customer = rpc("res.partner", "create", {"name": "Jane Doe", "email": "jane@customer.example"})
    ticket = {"name": "It burns.", "description": "<p>x</p>", "partner_id": customer}
    owners = [{"team_id": team, "user_id": agents[team % 2]} for team in teams * TICKETS]
    rpc("helpdesk.ticket", "create", [{**ticket, **owner} for owner in owners])
    rpc("ir.cron", "copy", [scenario.record_id(rpc, CRON)], {"active": True, "name": "send digests too"})
    play.sql("UPDATE helpdesk_ticket SET create_date = now() - interval '3 days'")
    play.sql(DUE)
    return [*names, "Anna Agent", "Ben Agent"]


def _work_off(play, expected, say):
    """Kill both servers whenever it is time; returns how many were killed from outside."""
    left, killed, deadline = list(KILLS), 0, time.monotonic() + PATIENCE
    crons = [number for [number] in play.ask("SELECT id FROM ir_cron WHERE cron_name ILIKE '%send digests%'")]
    while True:
        for cron in (*crons, play.slack_cron):
            play.start_cron(cron)
        [[noted, enqueued, waiting]] = play.ask(STATE)
        if left and noted >= left[0]:
            left.pop(0)
            for server in play.servers:
                server.restart()
            killed += len(play.servers)
            play.release()
            say(f"{noted} of {expected} noted, both servers killed")
        if noted >= expected and enqueued and not waiting and not left:
            _look_again(play, crons)
            return killed
        for server in play.servers:
            server.keep_alive()
        if time.monotonic() > deadline:
            raise ServiceFailed(f"{noted} of {expected} digests are noted, {waiting} of {enqueued} wait for Slack")
        time.sleep(LOOK_EVERY)


def _look_again(play, crons):
    """Let each cron look once more: there is nothing left to send."""
    for cron in crons:
        play.start_cron(cron)
    deadline = time.monotonic() + PATIENCE
    while play.ask(f"SELECT 1 FROM ir_cron_trigger WHERE cron_id IN ({', '.join(map(str, crons))})"):
        for server in play.servers:
            server.keep_alive()
        if time.monotonic() > deadline:
            raise ServiceFailed("the crons do not look again")
        time.sleep(LOOK_EVERY)


def _count(play, names, kills, seconds):
    found = tally.Tally("digest")
    [[noted, enqueued, _waiting]] = play.ask(STATE)
    [[doubled]] = play.ask(DOUBLED)
    posted = Counter()
    for message in play.slack.messages(CHANNEL):
        for name in names[:TEAMS]:
            posted[name] += message["text"].startswith(f"Good morning, {name}")
    # What is said to one person is in a conversation that nobody else reads: one call each.
    calls = [call for call in play.slack.calls("chat.postMessage") if call.get("status") == 200]
    posted.update(call["channel"] for call in calls if call["channel"] not in play.slack.channels.values())
    found.figures = {
        **dict.fromkeys(tally.COLUMNS),
        **{"digests": len(names), "kills": kills, "seconds": round(seconds)},
        **{"lost": len(names) - noted, "doubled": int(doubled) + max(enqueued - len(names), 0), "wrong": 0},
        "said twice": sum(number - 1 for number in posted.values() if number > 1),
        "untold": len(names) - sum(number > 0 for number in posted.values()),
    }
    return found
