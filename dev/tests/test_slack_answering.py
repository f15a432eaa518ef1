"""From a customer's email to the reply in their mailbox, with nothing but Slack in the agent's hands.

SMTP, Dovecot, an Odoo server with its own crons, a Slack double that signs what it delivers: processes of their own.
"""

from contextlib import ExitStack

import pytest

from dev import sightings
from dev.acme import CHANNEL, CUSTOMER, MAILBOXES
from dev.scenario import set_up
from dev.services import database
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.services.smtp_outlet import smtp_outlet
from dev.sightings import wait_for

DATABASE = database.of_this_run("test_", "replying")
LOG = "replying"


@pytest.fixture(scope="module")
def helpdesk():
    with database.database(DATABASE), ExitStack() as services:
        mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
        inlet = services.enter_context(smtp_inlet(mailboxes))
        outlet = services.enter_context(smtp_outlet(mailboxes))
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(DATABASE, name=f"{LOG}-odoo"))
        helpdesk = set_up(odoo, slack, mailboxes, inlet, outlet)
        workspace = helpdesk.workspace_id
        odoo.rpc("helpdesk.slack.workspace", "write", workspace, {"signing_secret_entry": slack.signing_secret})
        odoo.rpc(
            "helpdesk.ticket.team",
            "write",
            helpdesk.team_id,
            {"slack_replies": "note_and_send", "reply_hold": 300},
        )
        shortcut = {"name": "Send to customer", "type": "message", "callback_id": "helpdesk_send_to_customer"}
        shortcut["description"] = "Reply with this message"
        url = f"{odoo.url}/helpdesk_bridge/slack/{workspace}"
        slack.two_way(request_url=url, shortcuts=[shortcut])
        has_buttons = lambda: odoo.rpc("helpdesk.slack.workspace", "read", workspace, ["has_buttons"])[0]  # noqa: E731
        wait_for("that clicks reach Odoo", has_buttons, lambda there: there["has_buttons"])
        yield helpdesk


@pytest.fixture
def anna(helpdesk):
    return helpdesk.slack.person("anna")


def new_ticket(helpdesk, subject):
    helpdesk.customer_writes(subject)
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, subject)
    sightings.told_once(helpdesk, ticket)
    return ticket


def elements(message):
    """action_id of each button of a message."""
    blocks = [block for block in message.get("blocks") or () if block["type"] == "actions"]
    return [element["action_id"] for block in blocks for element in block["elements"]]


def root(helpdesk, ticket):
    """The first message, once it has the button."""
    return wait_for("the button", lambda: helpdesk.root(ticket), lambda there: "helpdesk_reply" in elements(there))


def form(anna):
    """The modal, once it is filled."""
    return wait_for("the form", anna.modal, lambda view: view and view["callback_id"] == "helpdesk_reply")


def typed(view):
    [element] = [one["element"] for one in view["blocks"] if one.get("element", {}).get("action_id") == "text"]
    return element.get("initial_value", "")


def waiting(helpdesk, ticket):
    """The line in the thread with the buttons of the reply that waits, and its number."""
    [thread] = helpdesk.threads(ticket)

    def look():
        lines = helpdesk.slack.messages(thread["channel_ref"], thread_ts=thread["ts"])
        return [one for one in lines if any(name.startswith("helpdesk_undo:") for name in elements(one))]

    [line] = wait_for("the line", look, lambda found: len(found) == 1)
    return line, next(name for name in elements(line) if name.startswith("helpdesk_undo:")).partition(":")[2]


def mails(helpdesk, words):
    """The emails in the customer's mailbox with these words."""
    return helpdesk.mailboxes.mails(CUSTOMER, words)


def reply(helpdesk, anna, ticket, words):
    """Anna presses *Reply to customer*, writes and submits. :return: (the line in the thread, the reply's number)"""
    message = root(helpdesk, ticket)
    assert anna.click("helpdesk_reply", CHANNEL, message["ts"])["ok"]
    view = form(anna)
    assert CUSTOMER in str(view["blocks"])
    assert anna.submit(text=words)["ok"]
    return (view, *waiting(helpdesk, ticket))


def test_undo_then_again_and_sent_is_one_email(helpdesk, anna):
    ticket = new_ticket(helpdesk, "Printer on fire")
    _view, line, number = reply(helpdesk, anna, ticket, "Cut the red wire, please")
    anna.click(f"helpdesk_undo:{number}", CHANNEL, line["ts"])
    wait_for("that it was undone", lambda: "took the reply back" in "\n".join(helpdesk.lines(ticket)))
    view, line, number = reply(helpdesk, anna, ticket, "Cut the blue wire, please")
    assert typed(view) == "Cut the red wire, please", "what was taken back is not lost"
    anna.click(f"helpdesk_send_now:{number}", CHANNEL, line["ts"])
    wait_for("the email", lambda: mails(helpdesk, "Cut the blue wire, please"))
    wait_for("the buttons to go", lambda: helpdesk.slack.messages(CHANNEL) and not still(helpdesk, ticket))
    assert len(mails(helpdesk, "Cut the blue wire, please")) == 1
    assert not mails(helpdesk, "Cut the red wire, please")
    anna.click("helpdesk_reply", CHANNEL, root(helpdesk, ticket)["ts"])
    assert typed(form(anna)) == "", "what was sent is over"
    anna.close()


def still(helpdesk, ticket):
    """The lines of the thread that still have buttons."""
    [thread] = helpdesk.threads(ticket)
    lines = helpdesk.slack.messages(thread["channel_ref"], thread_ts=thread["ts"])
    return [one for one in lines if one["ts"] != thread["ts"] and elements(one)]


def test_it_is_sent_by_itself_when_its_time_has_come(helpdesk, anna):
    helpdesk.odoo.rpc("helpdesk.ticket.team", "write", helpdesk.team_id, {"reply_hold": 2})
    ticket = new_ticket(helpdesk, "Fax on strike")
    anna.click("helpdesk_reply", CHANNEL, root(helpdesk, ticket)["ts"])
    form(anna)
    assert anna.submit(text="Pull the plug, please", close=["yes"])["ok"]
    wait_for("the email", lambda: mails(helpdesk, "Pull the plug, please"), timeout=120)
    assert len(mails(helpdesk, "Pull the plug, please")) == 1
    stage = helpdesk.odoo.rpc("helpdesk.ticket", "read", ticket["id"], ["closed"])
    assert stage[0]["closed"]
    helpdesk.odoo.rpc("helpdesk.ticket.team", "write", helpdesk.team_id, {"reply_hold": 300})


def test_a_new_email_stops_it_and_a_note_stays_a_note(helpdesk, anna):
    ticket = new_ticket(helpdesk, "Screen is blind")
    [thread] = helpdesk.threads(ticket)
    said = anna.post(CHANNEL, "Look behind the curtain", thread["ts"])
    assert anna.shortcut("helpdesk_send_to_customer", CHANNEL, said["ts"])["ok"]
    assert typed(form(anna)) == "Look behind the curtain"
    assert anna.submit()["ok"]
    waiting(helpdesk, ticket)
    helpdesk.customer_writes(f"Re: {ticket['mail_reference']} Screen is blind", body="It works again!\n")
    helpdesk.fetch()
    wait_for("that it was stopped", lambda: "was not sent" in "\n".join(helpdesk.lines(ticket)))
    assert not mails(helpdesk, "Look behind the curtain")
