"""The other ways to Slack, across processes: by webhook, around a refused bot, on when a thread or route is gone.

Odoo with its own cron, and a Slack double that nobody here wrote. The tests act as people do, then only watch; the
minutes that Odoo waits after a failure, and before it tries a refused bot again, are cut short by SQL.
"""

from contextlib import ExitStack

import pytest

from dev import sightings
from dev.acme import AGENTS, MAILBOXES
from dev.scenario import set_up
from dev.services import database, postgres
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.sightings import wait_for

DATABASE = database.of_this_run("test_", "ways")
LOG = "slack-ways"
ANNA, BEN = AGENTS
POST = "chat.postMessage"


@pytest.fixture(scope="module")
def helpdesk():
    """Acme Support; each test has a channel and a team of its own."""
    with database.database(DATABASE), ExitStack() as services:
        mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(DATABASE, name=f"{LOG}-odoo"))
        yield set_up(odoo, slack, mailboxes, None)


@pytest.fixture(scope="module")
def routes(helpdesk):
    """A team and a channel for each test, by name; made before anybody logs in: Odoo remembers teams."""
    hooks = {"name": "Hooks only", "api_url": helpdesk.slack.api_url}
    hooks = helpdesk.odoo.rpc("helpdesk.slack.workspace", "create", hooks)
    flat = Route(helpdesk, "flat", workspace_id=hooks, webhook_url_entry=helpdesk.slack.webhook("flat"))
    refused = Route(helpdesk, "refused", webhook_url_entry=helpdesk.slack.webhook("refused"))
    others = [Route(helpdesk, name) for name in ("tidy", "first-floor", "second-floor", "here", "there")]
    return {route.name: route for route in (flat, refused, *others)}


class Route:
    """A channel in Slack, and the team that is told there.

    :param more: values of the channel in Odoo
    """

    def __init__(self, helpdesk, name, **more):
        self.helpdesk, self.name, self.rpc = helpdesk, name, helpdesk.odoo.rpc
        self.ref = helpdesk.slack.add_channel(name)
        values = {"name": f"#{name}", "channel_ref": self.ref, "workspace_id": helpdesk.workspace_id, **more}
        self.channel = self.rpc("helpdesk.slack.channel", "create", values)
        agents = self.rpc("res.users", "search", [("login", "in", AGENTS)])
        team = {"name": f"Team {name}", "user_ids": [(6, 0, agents)], "slack_channel_id": self.channel}
        self.team = self.rpc("helpdesk.ticket.team", "create", team)

    def opens(self, subject):
        """A customer's ticket, as an agent types it in."""
        jane = {"partner_name": "Jane Doe", "partner_email": "jane@customer.example"}
        values = {"name": subject, "description": "<p>It burns.</p>", "team_id": self.team, "user_id": False, **jane}
        self.rpc("helpdesk.ticket", "create", values)
        return sightings.ticket(self.helpdesk, subject)

    def texts(self, count):
        """What stands in the channel itself, oldest first, as soon as there are so many messages."""
        return [message["text"] for message in self.messages(count)]

    def messages(self, count):
        look = lambda: self.helpdesk.slack.messages(self.name)  # noqa: E731
        return wait_for(f"{count} messages in #{self.name}", look, lambda there: len(there) == count)

    def state(self, *names):
        [found] = self.rpc("helpdesk.slack.channel", "read", [self.channel], [*names])
        return [found[name] for name in names]

    def is_paused(self):
        return wait_for(
            f"the pause of #{self.name}", lambda: self.state("state", "pause_reason"), lambda s: s[0] == "paused"
        )


def told(helpdesk, ticket, count=1):
    """All that was queued for a ticket has been sent."""
    rows = lambda: [row["state"] for row in helpdesk.outbox(ticket) if row["kind"] != "update"]  # noqa: E731
    return wait_for(
        f"{count} messages of {ticket['mail_reference']}, sent", rows, lambda there: there == ["sent"] * count
    )


# By webhook


@pytest.fixture
def flat(routes):
    """A route of a workspace without a bot."""
    return routes["flat"]


def test_a_team_with_a_webhook_alone_hears_flat_messages_that_name_their_ticket(helpdesk, flat):
    posts = helpdesk.slack.calls_from_now(POST)
    ticket = flat.opens("Flat as a board")
    helpdesk.agent_takes(ANNA, ticket)
    helpdesk.agent_answers(ANNA, ticket, "Please unplug it.")
    helpdesk.agent_closes(BEN, ticket)
    reference = ticket["mail_reference"]
    first, *lines = flat.texts(4)
    assert first.startswith(f"{reference} <!channel> Flat as a board — Jane Doe")
    story = ["Anna Agent took it", "Anna Agent replied: Please unplug it.", "Closed by Ben Agent after …"]
    assert sightings.says(lines, [f"{reference} {sentence}" for sentence in story]), lines
    assert not [message for message in flat.messages(4) if message.get("thread_ts")], "nothing stands below another"
    told(helpdesk, ticket, 4)
    assert not helpdesk.threads(ticket)
    assert not posts(), "nobody asked for a bot"


def test_an_http_error_of_a_webhook_is_an_error_and_passes(helpdesk, flat):
    before = len(helpdesk.slack.messages(flat.name))
    helpdesk.slack.fault("answer", "webhook", status=500, body="rollup_error")
    calls = helpdesk.slack.calls_from_now("webhook")
    ticket = flat.opens("Server trouble")
    told(helpdesk, ticket)
    assert [call["status"] for call in calls()] == [500, 200]
    assert len(helpdesk.slack.messages(flat.name)) == before + 1


def test_a_webhook_that_is_gone_keeps_the_messages_until_there_is_another(helpdesk, flat):
    before = len(helpdesk.slack.messages(flat.name))
    flat.rpc(
        "helpdesk.slack.channel", "write", [flat.channel], {"webhook_url_entry": helpdesk.slack.webhook("long-gone")}
    )
    ticket = flat.opens("Nobody listens")
    assert "Enter another one" in flat.is_paused()[1]
    assert [row["state"] for row in helpdesk.outbox(ticket)] == ["pending"]
    flat.rpc(
        "helpdesk.slack.channel", "write", [flat.channel], {"webhook_url_entry": helpdesk.slack.webhook(flat.name)}
    )
    told(helpdesk, ticket)
    assert len(helpdesk.slack.messages(flat.name)) == before + 1


# Around a bot that is refused


def test_the_webhook_takes_over_while_the_bot_is_refused_and_the_probe_finds_the_way_back(helpdesk, routes):
    route = routes["refused"]
    posts = helpdesk.slack.calls_from_now(POST)
    helpdesk.slack.fault("error", POST, error="not_in_channel", n=-1)
    first = route.opens("While it is refused")
    told(helpdesk, first)
    assert [text.split()[0] for text in route.texts(1)] == [first["mail_reference"]], "flat, by the webhook"
    assert "/invite" in route.is_paused()[1]
    second = route.opens("Still refused")
    told(helpdesk, second)
    assert len(posts()) == 1, "the bot is not tried with each message"
    # Somebody invites the bot, and tells nobody.
    helpdesk.slack.heal()
    postgres.sql("UPDATE helpdesk_slack_channel SET probe_at = create_date WHERE state = 'paused'", DATABASE)
    third = route.opens("Invited again")
    told(helpdesk, third)
    wait_for("the channel at work again", lambda: route.state("state", "pause_reason"), lambda s: s == ["ok", False])
    helpdesk.agent_takes(ANNA, third)
    sightings.lines(helpdesk, third, "Anna Agent took it")
    # What was told flat goes on in a thread, which begins now.
    helpdesk.agent_takes(BEN, first)
    told(helpdesk, first, 3)
    sightings.lines(helpdesk, first, "Ben Agent took it")
    assert len(route.messages(4)) == 4


# What is pasted


def test_a_pasted_channel_learns_its_name_from_slack(helpdesk):
    ref = helpdesk.slack.channels["escalations"]
    rpc = helpdesk.odoo.rpc
    channel, name = rpc("helpdesk.slack.channel", "name_create", f"https://acme-support.slack.com/archives/{ref}")
    assert name == "#escalations"
    [found] = rpc("helpdesk.slack.channel", "read", [channel], ["channel_ref", "note"])
    assert (found["channel_ref"], bool(found["note"])) == (ref, False)


def test_a_pasted_channel_without_the_bot_says_so(helpdesk):
    ref = helpdesk.slack.channels["managers"]
    channel, name = helpdesk.odoo.rpc("helpdesk.slack.channel", "name_create", ref)
    assert name == ref, "Slack does not tell strangers"
    [found] = helpdesk.odoo.rpc("helpdesk.slack.channel", "read", [channel], ["note"])
    assert "/invite" in found["note"]


# When the thread or the route is gone


def test_a_line_to_a_deleted_first_message_begins_a_new_thread(helpdesk, routes):
    route = routes["tidy"]
    ticket = route.opens("Tidied away too early")
    told(helpdesk, ticket)
    [old] = helpdesk.threads(ticket)
    helpdesk.slack.client().chat_delete(channel=route.ref, ts=old["ts"])
    helpdesk.agent_answers(ANNA, ticket, "Are you there?")
    sightings.lines(helpdesk, ticket, "Anna Agent replied: Are you there?")
    [new] = helpdesk.threads(ticket)
    assert new["ts"] != old["ts"]
    sightings.shown(helpdesk, ticket, "Tidied away too early", "Jane Doe")
    assert len(route.messages(1)) == 1, "nothing stays beside the thread"


def test_a_team_that_moves_to_another_channel_takes_its_tickets_along_with_the_next_event(helpdesk, routes):
    route, elsewhere = routes["first-floor"], routes["second-floor"]
    ticket = route.opens("Moving house")
    told(helpdesk, ticket)
    route.rpc("helpdesk.ticket.team", "write", [route.team], {"slack_channel_id": elsewhere.channel})
    helpdesk.agent_takes(ANNA, ticket)
    wait_for(
        "the new thread",
        lambda: [thread["channel_ref"] for thread in helpdesk.threads(ticket)],
        lambda there: there == [elsewhere.ref],
    )
    sightings.lines(helpdesk, ticket, "Anna Agent took it")
    [new] = helpdesk.threads(ticket)
    wait_for(
        "word of it in the old channel",
        lambda: str(route.messages(1)),
        lambda there: f"<#{elsewhere.ref}>" in there and new["url"] in there,
    )
    assert "<!channel>" not in elsewhere.texts(1)[0], "nobody is called to what is not new"


def test_a_ticket_of_another_team_goes_on_in_that_teams_channel(helpdesk, routes):
    here, there = routes["here"], routes["there"]
    ticket = here.opens("Wrong department")
    helpdesk.agent_takes(ANNA, ticket)
    told(helpdesk, ticket, 2)
    [old] = helpdesk.threads(ticket)
    here.rpc("helpdesk.ticket", "write", [ticket["id"]], {"team_id": there.team})
    helpdesk.agent_answers(BEN, ticket, "You have come to the right place.")
    told(helpdesk, ticket, 4)
    sightings.lines(helpdesk, ticket, "Ben Agent replied: You have come to the right place.")
    assert "Wrong department" in there.texts(1)[0]
    wait_for(
        "word of it in the old channel", lambda: str(here.messages(1)), lambda words: "Moved to* Team there" in words
    )
    below = helpdesk.slack.messages("here", thread_ts=old["ts"])
    assert [message["text"] for message in below[1:]] == [f"{ticket['mail_reference']} Anna Agent took it"]
