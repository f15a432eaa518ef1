# ruff: noqa: F821 (Odoo's shell has `env`)
"""In Odoo's shell, with the first release: rows of every kind, made by what people do, or written as they were."""

from datetime import timedelta

from odoo import Command, fields
from odoo.modules import Manifest
from odoo.tools import convert_file

NOW = fields.Datetime.now()


def ref(name):
    return env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")


# Two weeks of a support team: tickets, policies, clocks of every state, inbound and automatic emails.
for file in Manifest.for_addon("helpdesk_bridge")["demo"]:
    convert_file(env, "helpdesk_bridge", file, {}, mode="init", noupdate=True)

company = env.company
other = env["res.company"].create({"name": "Branch"})
company.write(
    {
        "helpdesk_ticket_prefix": "ACME",
        "helpdesk_reopen_days": "14",
        "helpdesk_assignment": "least_loaded",
        "helpdesk_inbound_days": 0,
        "helpdesk_outbox_days": 7,
        "helpdesk_letter_received": False,
        "helpdesk_slack_mention": "here",
    }
)
agents = (
    env["res.users"]
    .with_context(no_reset_password=True)
    .create(
        [
            {
                "name": f"Agent {login}",
                "login": login,
                "email": f"{login}@acme.example",
                "company_ids": [Command.set((company | other).ids)],
                "group_ids": [Command.link(env.ref("helpdesk_mgmt.group_helpdesk_user").id)],
                "helpdesk_ticket_limit": 5,
            }
            for login in ("anna", "ben", "carl")
        ]
    )
)
workspace = env["helpdesk.slack.workspace"].create(
    {"name": "Acme", "api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-1-2-three", "signing_secret": "0" * 32}
)
channel, former = env["helpdesk.slack.channel"].create(
    [
        {"name": "#support", "channel_ref": "C0SUPPORT01", "workspace_id": workspace.id},
        {"name": "#old", "channel_ref": "C0OLD000001", "workspace_id": workspace.id, "active": False},
    ]
)
env["helpdesk.slack.member"].create({"user_id": agents[0].id, "workspace_id": workspace.id, "member_ref": "U0ANNA0001"})
team = env["helpdesk.ticket.team"].create(
    {
        "name": "Acme Support",
        "user_ids": [Command.set(agents[:2].ids)],
        "slack_channel_id": channel.id,
        "slack_mention": "channel",
        "ticket_prefix": "SUP",
        "former_prefixes": "OLD OLDER",
        "bridge_assignment": "manual",
        "assigned_stage_id": ref("in_progress").id,
        "reopen_stage_id": ref("new").id,
        "reopen_days": "0",
        "letter_received": "on",
        "letter_closed": "off",
        "slack_rule_ids": [
            Command.create({"event": "noted", "told": True, "called": True, "broadcast": True}),
            Command.create({"event": "sla_start_warned", "told": True, "called": False}),
        ],
    }
)
bare = env["helpdesk.ticket.team"].create({"name": "Without Settings", "company_id": False})
env["helpdesk.slack.rule"].create({"company_id": company.id, "event": "closed", "told": False, "called": False})
mailbox = env["fetchmail.server"].create(
    {
        "name": "Support",
        "server_type": "imap",
        "server": "127.0.0.1",
        "user": "support@acme.example",
        "password": "secret",
        "state": "done",
        "helpdesk_team_id": team.id,
        "address": "help@acme.example",
        "address_name": "Acme Help",
        "authserv_id": "mx.acme.example",
        "imap_folder": "Help",
        "imap_recipient": "help@acme.example",
    }
)
mailbox.copy({"name": "Archived", "active": False, "user": "former@acme.example"})
env["ir.config_parameter"].set_param("helpdesk_bridge.watch_token", "a-token-that-is-long-enough")

office = env["resource.calendar"].create({"name": "Office", "tz": "Europe/Prague", "company_id": company.id})
env["resource.calendar.leaves"].create(
    {"name": "Off", "calendar_id": office.id, "date_from": NOW - timedelta(days=3), "date_to": NOW - timedelta(days=2)}
)
policies = env["helpdesk.sla.policy"]
policy = policies.create(
    {
        "name": "Acme",
        "team_ids": [Command.set(team.ids)],
        "calendar_id": office.id,
        "waiting_stage_ids": [Command.set(ref("awaiting").ids)],
        "target_ids": [Command.create({"priority": "3", "start_hours": 0.5, "resolution_hours": 2})],
        "warn_percent": 50,
    }
)
policies.create({"name": "Archived", "sequence": 1, "active": False, "team_ids": [Command.set(bare.ids)]})

jane = env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
tickets = env["helpdesk.ticket"]


def ticket(name, **values):
    defaults = {
        "name": name,
        "description": f"<p>{name}</p>",
        "team_id": team.id,
        "partner_id": jane.id,
        "partner_email": "jane@customer.example",
        "user_id": False,
        "email_cc": "rita@customer.example",
    }
    return tickets.create({**defaults, **values})


def say(one, words, user=None, author=None, note=False):
    one.with_user(user or env.user).message_post(
        body=words,
        message_type="comment",
        subtype_xmlid="mail.mt_note" if note else "mail.mt_comment",
        **({"author_id": author.id} if author else {}),
    )


new, taken = ticket("New"), ticket("Taken", priority="3")
taken.with_user(agents[0]).assign_to_me()
say(taken, "We look into it", agents[0])
waiting = ticket("Waiting", user_id=agents[0].id)
waiting.with_user(agents[0]).stage_id = ref("awaiting")
late = ticket("Late and waiting", user_id=agents[1].id)
late.sla_clock_ids.write({"due_at": NOW - timedelta(hours=5), "warn_at": NOW - timedelta(hours=9)})
env.flush_all()
env["helpdesk.sla.clock"]._tick(50)
late.with_user(agents[1]).stage_id = ref("awaiting")
overdue = ticket("Overdue")
overdue.sla_clock_ids.write({"due_at": NOW - timedelta(hours=1), "warn_at": NOW - timedelta(hours=2)})
env.flush_all()
env["helpdesk.sla.clock"]._tick(50)
closed = ticket("Closed", user_id=agents[1].id)
closed.with_user(agents[1]).stage_id = ref("in_progress")
closed.with_user(agents[1]).stage_id = ref("done")
cancelled = ticket("Cancelled")
cancelled.with_user(agents[1]).stage_id = ref("cancelled")
reopened = ticket("Reopened", user_id=agents[0].id, team_id=bare.id)
reopened.with_user(agents[0]).stage_id = ref("done")
say(reopened, "It burns again", author=jane)
merged = ticket("Merged")
merged.write({"active": False, "duplicate_id": new.id})
born_closed = ticket("Born closed", stage_id=ref("done").id)
ticket("Legacy", legacy_reference="[OLD-#7]")
ticket("Follow-up", previous_ticket_id=closed.id, mail_silent=True)
ticket("Teamless", team_id=False)
ticket("Of the branch", company_id=other.id, team_id=bare.id)
ticket("Of nobody who may", user_id=agents[2].id, team_id=bare.id)
ticket("Unattended by load", team_id=bare.id).assignment = "nobody"
say(new, "A note", agents[0], note=True)
say(new, "Still burning", author=jane)

# The outbox in each state, with payloads of then.
entries = env["helpdesk.slack.outbox"].search([("state", "=", "pending")], order="id")
entries[0].write({"state": "sent", "slack_ts": "1700000000.000100", "sent_at": NOW})
entries[1].write({"state": "failed", "error": "not_in_channel", "attempts": 3})
entries[2].write({"payload": {"text": "x", "quiet": True, "call_user": agents[0].id}})
env["helpdesk.slack.thread"].create(
    {
        "ticket_id": entries[0].ticket_id.id,
        "channel_id": channel.id,
        "channel_ref": "C0SUPPORT01",
        "ts": "1700000000.000100",
    }
)
log = env["helpdesk.inbound.mail"]
for number, verdict in enumerate(("created", "replied", "ignored", "machine", "bounce", "duplicate", "failed", False)):
    log.create(
        {
            "subject": f"Row {number}",
            "email_from": "jane@customer.example",
            "message_id": f"<{number}@customer.example>",
            "verdict": verdict,
            "reason": "As it was",
            "ticket_id": new.id if verdict in ("created", "replied") else False,
            "company_id": company.id,
            "fetchmail_server_id": mailbox.id,
            "raw": "RnJvbTogeA==" if verdict == "failed" else False,
            "key": f"key{number}",
            "message_key": f"message{number}",
            "attempts": 1,
        }
    )
claim = ticket("Claims another", partner_id=False, partner_email="eve@elsewhere.example")
log.create(
    {
        "subject": "Claim",
        "email_from": "anna@acme.example",
        "message_id": "<claim@acme.example>",
        "verdict": "created",
        "ticket_id": claim.id,
        "named_ticket_id": new.id,
        "agent_id": agents[0].id,
        "company_id": company.id,
        "key": "claim",
        "message_key": "claim",
    }
)
env["helpdesk.mail.filter"].create({"pattern": "*@spam.example", "action": "ignore", "company_id": company.id})
# What no fortnight brings by itself: each value that a row can have; `kinds.py` says what is missing.
rest = env["helpdesk.ticket.team"].create(
    [
        {
            "name": f"Team with {mention}",
            "slack_mention": mention,
            "slack_mention_group": "S0GROUP001" if mention == "group" else False,
            "bridge_assignment": "least_loaded",
            "letter_received": "off",
            "letter_answer": choice,
            "letter_closed": "on",
            "letter_quote": choice,
        }
        for mention, choice in (("here", "on"), ("group", "off"), ("none", "on"))
    ]
)
other.helpdesk_slack_mention = "none"
env["res.company"].create({"name": "Third", "helpdesk_slack_mention": "channel"})
rules = env["helpdesk.slack.rule"]
for event, _label in env["helpdesk.slack.outbox"]._fields["event"].selection:
    rules.create({"team_id": rest[0].id, "event": event, "told": True, "called": False})
levels = [Command.create({"priority": one, "start_hours": 9, "resolution_hours": 40}) for one in ("0", "1")]
policies.create({"name": "Levels", "team_ids": [Command.set(rest[0].ids)], "target_ids": levels})
env["helpdesk.slack.workspace"].create({"name": "Without a token", "company_id": other.id})
paused = env["helpdesk.slack.workspace"].create(
    {"name": "Refused", "bot_token": "xoxb-4-5-six", "company_id": other.id}
)
paused.write({"state": "paused", "pause_reason": "invalid_auth"})
refusing = env["helpdesk.slack.channel"].create(
    {"name": "#refusing", "channel_ref": "C0REFUSE001", "workspace_id": workspace.id}
)
refusing.write({"state": "paused", "pause_reason": "not_in_channel"})
waiting_team = ticket("Waits for its assignment", team_id=rest[0].id)
waiting_team.assignment = "due"
for event in ("closed", "reopened", "sla_start_warned", "sla_resolution_warned"):
    env["helpdesk.slack.outbox"].create(
        {
            "ticket_id": waiting_team.id,
            "channel_id": channel.id,
            "event": event,
            "kind": "reply",
            "state": "canceled",
            "payload": {"text": "As it was", "body": "As it was"},
        }
    )
env["helpdesk.letter"].create(
    {"ticket_id": waiting_team.id, "kind": "closed", "state": "failed", "reason": "As it was", "address": "x@y.example"}
)
env["helpdesk.bridge.count"]._add(
    {("slack_calls", ("chat.postMessage", "ok")): 12, ("mails_forgotten", ("created",)): 7}
)
settings = env["res.config.settings"].create({"helpdesk_slack_dispatchers": 2})
settings.execute()
env.cr.commit()
