"""A customer's email becomes a message in Slack, once, whatever happens on the way.

SMTP, Dovecot, an Odoo server with its own cron, a Slack double over HTTP: all processes of their own. The tests act as
people do, and then only watch.
"""

import re
from contextlib import ExitStack
from itertools import count

import pytest

from dev import sightings
from dev.acme import AGENTS, CHANNEL, COMPANY, CUSTOMER, MAILBOXES, TEAM
from dev.scenario import set_up
from dev.services import database, ports, postgres
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.sightings import NotSeen, wait_for

# Two runs may be under way; what a killed one leaves behind, the runner drops by this name.
DATABASE = database.of_this_run("test_", "slack")
LOG = "mail-to-slack"
POST = "chat.postMessage"


class Server:
    """The one Odoo of these tests, at the same address however often it is killed."""

    def __init__(self):
        self._port, self._starts, self._running = ports.free(), count(1), ExitStack()

    def start(self):
        """Start it; a killed one is taken away first."""
        self.stop()
        running = odoo_server(DATABASE, port=self._port, name=f"{LOG}-odoo-{next(self._starts)}")
        return self._running.enter_context(running)

    def stop(self):
        """End it, dead or alive."""
        self._running.close()


@pytest.fixture(scope="module")
def server():
    with database.database(DATABASE):
        odoo = Server()
        yield odoo
        odoo.stop()


@pytest.fixture(scope="module")
def _helpdesk(server):
    with ExitStack() as services:
        mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
        inlet = services.enter_context(smtp_inlet(mailboxes))
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        yield set_up(server.start(), slack, mailboxes, inlet)


@pytest.fixture
def helpdesk(_helpdesk):
    """Acme Support with a healthy Slack. Each test makes tickets of its own and looks at no others."""
    _helpdesk.slack.heal()
    return _helpdesk


@pytest.fixture(scope="module")
def _as_agent(_helpdesk):
    return _helpdesk.odoo.rpc_as(AGENTS[0], AGENTS[0])


@pytest.fixture
def agent_creates(helpdesk, _as_agent):
    """A function that makes a ticket as an agent types it in."""

    def create(subject):
        values = {"name": subject, "description": "<p>A customer is on the phone.</p>", "team_id": helpdesk.team_id}
        _as_agent("helpdesk.ticket", "create", values)
        return sightings.ticket(helpdesk, subject)

    return create


def test_an_email_is_told_in_slack_once(helpdesk):
    posts = helpdesk.slack.calls_from_now(POST)
    helpdesk.customer_writes("Printer on fire")
    sightings.unread_mail(helpdesk, "Printer on fire")
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, "Printer on fire")
    names = {name: ticket[name] and ticket[name][1] for name in ("team_id", "company_id", "channel_id", "user_id")}
    assert names == {"team_id": TEAM, "company_id": COMPANY, "channel_id": "Email", "user_id": False}
    assert CUSTOMER in ticket["partner_email"]
    assert ticket["mail_reference"] == f"[ML-#{ticket['bridge_number']}]"
    message = sightings.told_once(helpdesk, ticket)
    assert f"<!channel> [ML-#{ticket['bridge_number']}] Printer on fire" in message["text"]
    assert "smoke comes out of it" in str(message["blocks"])
    assert helpdesk.odoo.url in str(message["blocks"])
    sightings.read_mail(helpdesk, "Printer on fire")
    assert len(posts()) == 1


def test_an_email_is_fetched_once(helpdesk):
    helpdesk.customer_writes("Keyboard is sticky")
    helpdesk.fetch()
    helpdesk.fetch()
    sightings.told_once(helpdesk, sightings.ticket(helpdesk, "Keyboard is sticky"))


def test_a_ticket_of_an_agent_is_told_too(helpdesk, agent_creates):
    ticket = agent_creates("Called about the scanner")
    assert ticket["user_id"][1] == "Anna Agent"
    sightings.told_once(helpdesk, ticket)


# The checks themselves can fail


def test_a_message_that_slack_swallowed_is_missed(helpdesk, agent_creates):
    helpdesk.slack.fault("silent_drop", POST)
    ticket = agent_creates("Swallowed")
    assert sightings.sent(helpdesk, ticket), "Slack said it was there"
    with pytest.raises(NotSeen, match=r"one message \[ML-#\d+\] in Slack"):
        sightings.told_once(helpdesk, ticket, timeout=3)


def test_a_ticket_that_nobody_queued_is_missed(helpdesk, agent_creates):
    mute(helpdesk, True)
    try:
        ticket = agent_creates("Not owed")
    finally:
        mute(helpdesk, False)
    with pytest.raises(NotSeen, match="row of the outbox"):
        sightings.told_once(helpdesk, ticket, timeout=2)


def mute(helpdesk, muted):
    helpdesk.odoo.rpc("helpdesk.ticket.team", "write", helpdesk.team_id, {"slack_muted": muted})


def test_a_message_said_twice_is_noticed(helpdesk, agent_creates):
    ticket = agent_creates("Said twice")
    message = sightings.told_once(helpdesk, ticket)
    client = helpdesk.slack.client()
    again = client.chat_postMessage(channel=helpdesk.channel_ref, text=message["text"])
    with pytest.raises(NotSeen, match="one message"):
        sightings.told_once(helpdesk, ticket, timeout=1)
    client.chat_delete(channel=helpdesk.channel_ref, ts=again["ts"])


# Slack misbehaves


def test_slack_is_given_the_time_it_asks_for(helpdesk, agent_creates):
    posts = helpdesk.slack.calls_from_now(POST)
    helpdesk.slack.fault("429", POST, retry_after=1)
    sightings.told_once(helpdesk, agent_creates("Slow down"))
    refused, stored = posts()
    assert refused["status"] == 429
    assert stored["at"] - refused["at"] >= 1


def test_a_message_whose_answer_was_lost_is_not_sent_again(helpdesk, agent_creates):
    posts, lookups = helpdesk.slack.calls_from_now(POST), helpdesk.slack.calls_from_now("conversations.history")
    helpdesk.slack.fault("drop_after", POST)
    ticket = agent_creates("Answer lost")
    row = sightings.sent_after_retry(helpdesk, ticket)
    assert row["attempts"] == 2
    assert len(posts()) == 1
    assert lookups(), "nobody looked whether the message is there"
    sightings.told_once(helpdesk, ticket)


def test_a_message_waits_while_slack_cannot_be_reached(helpdesk, agent_creates):
    # Not longer than the channel is held for after a failure, and long enough for a busy machine to get here.
    helpdesk.slack.fault("refuse", seconds=4)
    ticket = agent_creates("Nobody there")
    [row] = wait_for("the failed attempt", lambda: helpdesk.outbox(ticket), lambda rows: rows and rows[0]["error"])
    assert row["state"] == "pending"
    assert "could not be reached" in row["error"]
    assert sightings.sent_after_retry(helpdesk, ticket)["attempts"] >= 2
    sightings.told_once(helpdesk, ticket)


def test_a_wrong_token_pauses_and_a_new_one_resumes_without_a_loss(helpdesk, agent_creates):
    helpdesk.give_token("xoxb-somebody-else")
    tickets = [agent_creates(f"Wrong token {number}") for number in (1, 2)]
    paused = wait_for("the pause", helpdesk.workspace, lambda workspace: workspace["state"] == "paused")
    assert "does not accept this token" in paused["pause_reason"]
    assert [row["state"] for ticket in tickets for row in helpdesk.outbox(ticket)] == ["pending"] * 2
    helpdesk.give_token(helpdesk.slack.token)
    told = [sightings.told_once(helpdesk, ticket) for ticket in tickets]
    assert float(told[0]["ts"]) < float(told[1]["ts"]), "in the order in which they happened"
    assert helpdesk.workspace()["state"] == "ok"


# Odoo dies


@pytest.mark.parametrize(
    ("fault", "sendings"),
    [
        ({"mode": "slow", "delay": 5000}, 1),  # stored before Odoo died: found, and not sent again
        ({"mode": "hang"}, 2),  # not stored: looked for, and sent
    ],
    ids=["after-slack-stored-it", "before-slack-stored-it"],
)
def test_a_server_killed_while_it_calls_slack_says_it_once(helpdesk, agent_creates, server, fault, sendings):
    posts = helpdesk.slack.calls_from_now(POST)
    helpdesk.slack.fault(**fault, method=POST)
    ticket = agent_creates(f"Killed ({fault['mode']})")
    wait_for("the call of Slack", posts)
    helpdesk.odoo.kill()
    helpdesk.odoo = server.start()
    [row] = helpdesk.outbox(ticket)
    assert (row["state"], row["attempts"]) == ("pending", 1), "it was not killed in the middle of the call"
    let_the_lease_run_out(ticket)
    sightings.sent_after_retry(helpdesk, ticket)
    sightings.told_once(helpdesk, ticket)
    assert len(posts()) == sendings


def let_the_lease_run_out(ticket):
    """Let the 90 seconds pass for which the row belongs to the worker that died: no button cuts them short."""
    passed = "leased_until = now() AT TIME ZONE 'UTC', next_attempt_at = now() AT TIME ZONE 'UTC'"
    postgres.sql(f"UPDATE helpdesk_slack_outbox SET {passed} WHERE ticket_id = {ticket['id']}", database=DATABASE)


def test_nothing_was_said_again_since(helpdesk):
    references = [re.search(r"\[ML-#\d+\]", message["text"])[0] for message in helpdesk.slack.messages(CHANNEL)]
    assert len(references) == len(set(references))
