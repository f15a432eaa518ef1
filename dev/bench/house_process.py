"""What of a big house is not rows by the million: agents, teams, policies, channels, mailboxes; in an Odoo process.

Usage: python -m dev.bench.house_process DATABASE TICKETS TEAMS POLICIES CHANNELS MAILBOXES AGENTS. Its last line is
JSON: what SQL has to know of them.
"""

import json
import sys

from dev.bench.in_odoo import environment

#: Logins of those as whom pages are opened.
AGENT, MANAGER = "big-agent-1", "big-manager"
MEMBERS = 4


def main(database, _tickets, *numbers):
    """Make them, with helpdesk_mgmt alone only what it has."""
    teams, policies, channels, mailboxes, agents = numbers
    with environment(database) as env:
        people = hire(env, agents)
        members = [[people[(number + step * 7) % len(people)].id for step in range(MEMBERS)] for number in range(teams)]
        values = [
            {"name": f"Team {number}", "user_ids": [(6, 0, ids)], "alias_name": f"big-team-{number}"}
            for number, ids in enumerate(members)
        ]
        made = env["helpdesk.ticket.team"].create(values)
        env.cr.commit()
        if "helpdesk.slack.channel" in env:
            connect(env, made, channels)
            promise(env, made, policies)
            receive(env, made, mailboxes)
        env.cr.commit()
        found = {
            "teams": [min(made.ids), max(made.ids)],
            "agents": [min(people.ids), max(people.ids)],
            "company": env.company.id,
            "open": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress").id,
            "new": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new").id,
            "done": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id,
            "subtype": env.ref("mail.mt_comment").id,
        }
        for name, model in (("channels", "helpdesk.slack.channel"), ("policies", "helpdesk.sla.policy")):
            ids = env[model].search([]).ids if model in env else [0]
            found[name] = [min(ids), max(ids)]
    print(json.dumps(found))


def hire(env, count):
    """Agents and a manager."""
    of_team, manager = (env.ref(f"helpdesk_mgmt.group_helpdesk_{name}") for name in ("user_team", "manager"))
    agents = env["res.users"].create(
        [
            {
                "name": f"Agent {number}",
                "login": f"big-agent-{number}",
                "email": f"big-agent-{number}@acme.example",
                "group_ids": [(4, of_team.id)],
            }
            for number in range(count)
        ]
    )
    env["res.users"].create(
        {"name": "Manager", "login": MANAGER, "email": "big-manager@acme.example", "group_ids": [(4, manager.id)]}
    )
    return agents


def connect(env, teams, count):
    """Channels of a Slack that nobody reaches, by turns the teams'."""
    workspace = env["helpdesk.slack.workspace"].create(
        {"name": "Acme", "api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-bench"}
    )
    channels = env["helpdesk.slack.channel"].create(
        [
            {"name": f"#big-{number}", "channel_ref": f"C0BIG{number:06}", "workspace_id": workspace.id}
            for number in range(count)
        ]
    )
    for number, team in enumerate(teams):
        team.slack_channel_id = channels[number % count]


def promise(env, teams, count):
    """Policies, by turns the teams'."""
    env["helpdesk.sla.policy"].create(
        [
            {
                "name": f"Policy {number}",
                "company_id": env.company.id,
                "sequence": 10 + number,
                "team_ids": [(4, teams[number % len(teams)].id)],
                "start_hours": 4,
                "resolution_hours": 24,
            }
            for number in range(count)
        ]
    )


def receive(env, teams, count):
    """Mailboxes that are fetched by nobody here."""
    env["fetchmail.server"].create(
        [
            {
                "name": f"Mailbox {number}",
                "server_type": "pop",
                "server": "127.0.0.1",
                "user": f"big-{number}@acme.example",
                "helpdesk_address": f"big-{number}@acme.example",
                "helpdesk_team_id": teams[number % len(teams)].id,
                "state": "done",
            }
            for number in range(count)
        ]
    )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
