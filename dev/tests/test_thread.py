"""The whole life of a ticket in a Slack thread, across processes: email in, Odoo and its own cron, Slack over HTTP."""

from contextlib import ExitStack

import pytest

from dev import sightings
from dev.acme import AGENTS, CHANNEL, MAILBOXES
from dev.scenario import set_up
from dev.services import database
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.sightings import NotSeen

DATABASE = database.of_this_run("test_", "thread")
LOG = "thread"
ANNA, BEN = AGENTS


@pytest.fixture(scope="module")
def helpdesk():
    """Acme Support; each test makes a ticket of its own."""
    with database.database(DATABASE), ExitStack() as services:
        mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
        inlet = services.enter_context(smtp_inlet(mailboxes))
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(DATABASE, name=f"{LOG}-odoo"))
        yield set_up(odoo, slack, mailboxes, inlet)


def customer_opens(helpdesk, subject):
    """A customer's email that has become a ticket and is told; returns the ticket."""
    helpdesk.customer_writes(subject)
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, subject)
    sightings.told_once(helpdesk, ticket)
    return ticket


def customer_replies(helpdesk, ticket, words):
    """A customer's reply whose headers were lost on the way: the subject names the ticket."""
    helpdesk.customer_writes(f"Re: {ticket['name']} {ticket['mail_reference']}", body=words)
    helpdesk.fetch()


def test_the_whole_life_of_a_ticket_is_one_thread(helpdesk):
    ticket = customer_opens(helpdesk, "Printer on fire")
    story = []

    def told(sentence):
        story.append(sentence)
        sightings.lines(helpdesk, ticket, *story)

    helpdesk.agent_takes(ANNA, ticket)
    told("Anna Agent took it")
    sightings.shown(helpdesk, ticket, f"<@{helpdesk.slack.users['anna@acme.example']}>")
    helpdesk.agent_answers(ANNA, ticket, "Please unplug it.")
    told("Anna Agent replied: Please unplug it.")
    customer_replies(helpdesk, ticket, "It still burns!\n")
    anna = helpdesk.slack.users["anna@acme.example"]
    told(f"<@{anna}> {ticket['mail_reference']} Customer replied (Jane Doe): It still burns!")
    helpdesk.agent_closes(BEN, ticket)
    told("Closed by Ben Agent after …")
    sightings.shown(helpdesk, ticket, ":white_check_mark: Done")
    customer_replies(helpdesk, ticket, "Still smoke.\n")
    story.append(f"<@{anna}> {ticket['mail_reference']} Customer replied (Jane Doe): Still smoke.")
    told("Reopened, because Jane Doe replied")
    sightings.shown(helpdesk, ticket, "In Progress")
    assert len(helpdesk.told(ticket)) == 1, "one first message, whatever happened"


def test_ten_changes_at_once_are_hardly_more_than_one_edit(helpdesk):
    ticket = customer_opens(helpdesk, "Changes a lot")
    before = len(helpdesk.slack.calls("chat.update"))
    helpdesk.slack.fault("slow", "chat.update", delay=1500)
    for number in range(10):
        helpdesk.odoo.rpc("helpdesk.ticket", "write", ticket["id"], {"name": f"Title {number}"})
    sightings.shown(helpdesk, ticket, "Title 9")
    assert len(helpdesk.slack.calls("chat.update")) - before <= 3


def test_a_deleted_first_message_begins_a_new_thread(helpdesk):
    ticket = customer_opens(helpdesk, "Tidied away")
    [thread] = helpdesk.threads(ticket)
    helpdesk.slack.client().chat_delete(channel=thread["channel_ref"], ts=thread["ts"])
    helpdesk.odoo.rpc("helpdesk.ticket", "write", ticket["id"], {"priority": "3"})
    new = sightings.wait_for(
        "a new thread", lambda: helpdesk.threads(ticket), lambda there: there and there[0]["ts"] != thread["ts"]
    )
    assert len(new) == 1
    helpdesk.agent_takes(ANNA, ticket)
    sightings.lines(helpdesk, ticket, "Anna Agent took it")
    sightings.shown(helpdesk, ticket, "Very High")


def test_a_team_of_its_own_channel_takes_the_thread_along(helpdesk):
    ticket = customer_opens(helpdesk, "From Europe")
    channel = {"name": "#support-eu", "channel_ref": helpdesk.slack.channels["support-eu"]}
    channel = helpdesk.odoo.rpc("helpdesk.slack.channel", "create", {**channel, "workspace_id": helpdesk.workspace_id})
    team = helpdesk.odoo.rpc("helpdesk.ticket.team", "create", {"name": "EU", "slack_channel_id": channel})
    helpdesk.odoo.rpc("helpdesk.ticket", "write", ticket["id"], {"team_id": team})
    sightings.wait_for(
        "the thread in the other channel",
        lambda: helpdesk.threads(ticket),
        lambda there: there and there[0]["channel_ref"] == helpdesk.slack.channels["support-eu"],
    )
    sightings.wait_for(
        "word of it in the old one",
        lambda: str([message for message in helpdesk.slack.messages(CHANNEL) if "From Europe" in message["text"]]),
        lambda there: "Moved to" in there and "open the thread" in there,
    )


def test_a_line_that_slack_swallowed_is_missed(helpdesk):
    ticket = customer_opens(helpdesk, "Swallowed line")
    helpdesk.slack.fault("silent_drop", "chat.postMessage")
    helpdesk.agent_takes(ANNA, ticket)
    with pytest.raises(NotSeen, match="Anna Agent took it"):
        sightings.lines(helpdesk, ticket, "Anna Agent took it", timeout=3)
