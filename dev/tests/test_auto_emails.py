"""What a customer finds in their mailbox: Odoo and its own crons, a real SMTP server, and Dovecot read by imaplib."""

import re
import socket
import time
from contextlib import ExitStack
from email.message import EmailMessage

import pytest

from dev import sightings
from dev.acme import AGENTS, CONFIRMATION, CUSTOMER, MAILBOXES, SUPPORT, TEAM, customer_mail
from dev.scenario import record_id, set_up
from dev.services import database, postgres
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.services.smtp_outlet import smtp_outlet
from dev.sightings import NotSeen, wait_for

DATABASE = database.of_this_run("test_", "letters")
LOG = "letters"
ANNA = AGENTS[0]
CZECH = "eva@zakaznik.example"
QUEUE = "mail.ir_cron_mail_scheduler_action"


@pytest.fixture(scope="module")
def helpdesk():
    """Acme Support; its email goes out through a server that delivers into the customers' mailboxes."""
    with database.database(DATABASE), ExitStack() as services:
        mailboxes = services.enter_context(dovecot((*MAILBOXES, CZECH), name=f"{LOG}-dovecot"))
        inlet = services.enter_context(smtp_inlet(mailboxes))
        outlet = services.enter_context(smtp_outlet(mailboxes))
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(DATABASE, name=f"{LOG}-odoo"))
        yield set_up(odoo, slack, mailboxes, inlet, outlet)


def inbox(helpdesk, user=CUSTOMER):
    """The emails in a customer's mailbox, oldest first."""
    return helpdesk.mailboxes.mails(user)


def letters(helpdesk, ticket, count, user=CUSTOMER, timeout=sightings.PATIENCE):
    """The emails about a ticket, once there are so many."""
    mark = ticket["mail_reference"]

    def about():
        return [mail for mail in inbox(helpdesk, user) if mark in mail["Subject"]]

    what = f"{count} mails about {mark} at {user}"
    return wait_for(what, about, lambda there: len(there) == count, timeout)


def opens(helpdesk, subject):
    """A customer's email becomes a ticket; the hour between two confirmations is over."""
    postgres.sql("UPDATE helpdesk_letter SET create_date = create_date - interval '2 hours'", database=DATABASE)
    helpdesk.customer_writes(subject)
    helpdesk.fetch()
    return sightings.ticket(helpdesk, subject)


def text(mail, kind="html"):
    return " ".join(mail.get_body((kind,)).get_content().split())


def close(helpdesk, ticket):
    helpdesk.agent_closes(ANNA, ticket)


def run_queue(helpdesk):
    """The time of a back-off is over, and the queue looks."""
    passed = "UPDATE mail_mail SET scheduled_date = NULL WHERE state = 'outgoing'"
    postgres.sql(passed, database=DATABASE)
    helpdesk.run(QUEUE)


def test_a_customer_gets_a_confirmation_an_answer_and_one_closing_email(helpdesk):
    ticket = opens(helpdesk, "Printer on fire")
    [confirmation] = letters(helpdesk, ticket, 1)
    assert CONFIRMATION in confirmation.get_body(("plain", "html")).get_content(), "what the demo waits for"
    assert confirmation["Subject"] == f"{ticket['mail_reference']} Printer on fire"
    assert confirmation["From"] == confirmation["Reply-To"] == f"{TEAM} <{SUPPORT}>"
    assert confirmation["Auto-Submitted"] == "auto-replied"
    assert confirmation["X-Auto-Response-Suppress"] == "All"
    assert "We will start working on it by" in text(confirmation)
    assert "smoke comes out" not in confirmation.as_string(), "their words are not repeated to who may be somebody else"

    helpdesk.agent_answers(ANNA, ticket, "Please unplug it.")
    [_confirmation, answer] = letters(helpdesk, ticket, 2)
    assert answer["Subject"] == f"Re: {ticket['mail_reference']} Printer on fire"
    assert answer["From"] == f"Anna Agent – {TEAM} <{SUPPORT}>"
    assert answer["Reply-To"] == f"{TEAM} <{SUPPORT}>"
    theirs = helpdesk.message_id("Printer on fire")
    assert answer["In-Reply-To"] == theirs
    assert answer["References"].split() == [confirmation["Message-Id"], theirs]
    assert answer["Auto-Submitted"] is None
    assert re.search("Please unplug it.*wrote:.*smoke comes out of it", text(answer))
    assert "token" not in answer.as_string()

    close(helpdesk, ticket)
    [*_before, closing] = letters(helpdesk, ticket, 3)
    assert "has been closed" in text(closing)
    assert closing["Auto-Submitted"] == "auto-generated"
    run_queue(helpdesk)
    letters(helpdesk, ticket, 3)


def test_a_reply_to_our_answer_finds_its_ticket_by_its_headers_and_threads(helpdesk):
    ticket = opens(helpdesk, "Scanner is deaf")
    letters(helpdesk, ticket, 1)
    helpdesk.agent_answers(ANNA, ticket, "Speak louder.")
    [_confirmation, answer] = letters(helpdesk, ticket, 2)
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = CUSTOMER, answer["Reply-To"], "A subject without reference"
    reply["Message-ID"], reply["In-Reply-To"] = "<reply-1@customer.example>", answer["Message-Id"]
    reply["References"] = f"{answer['References']} {answer['Message-Id']}"
    reply.set_content("I shouted.\n")
    helpdesk.inlet.send(reply)
    helpdesk.fetch()
    sightings.read_mail(helpdesk, "A subject without reference")
    assert not helpdesk.tickets("A subject without reference")
    helpdesk.agent_answers(ANNA, ticket, "Thank you.")
    thanks = wait_for(
        "the second answer",
        lambda: [one for one in inbox(helpdesk) if "Thank you." in text(one)],
        lambda there: len(there) == 1,
    )[0]
    assert thanks["In-Reply-To"] == "<reply-1@customer.example>"
    assert answer["Message-Id"] in thanks["References"]
    assert "I shouted." in text(thanks)


def test_a_temporary_refusal_is_tried_again_and_delivered_once(helpdesk):
    ticket = opens(helpdesk, "Greylisted")
    letters(helpdesk, ticket, 1)
    helpdesk.outgoing.refuse(CUSTOMER, "451 4.7.1 greylisted, come back")
    helpdesk.agent_answers(ANNA, ticket, "Not at the first attempt.")
    wait_for("the refusal", lambda: helpdesk.outgoing.refused == ["451 4.7.1 greylisted, come back"])
    waiting = wait_for("the wait", lambda: helpdesk.unsent(ticket), lambda unsent: unsent[0])
    assert waiting[0] == "waiting"
    assert "451 4.7.1 greylisted" in waiting[1]
    run_queue(helpdesk)
    letters(helpdesk, ticket, 2)
    run_queue(helpdesk)
    letters(helpdesk, ticket, 2)
    assert helpdesk.unsent(ticket)[0] is False


def test_a_final_refusal_is_shown_on_the_ticket_and_retry_sends_it(helpdesk):
    ticket = opens(helpdesk, "Refused")
    letters(helpdesk, ticket, 1)
    helpdesk.outgoing.refuse(CUSTOMER, "550 5.1.1 no such user")
    helpdesk.agent_answers(ANNA, ticket, "Does it arrive?")
    failed = wait_for("the failure", lambda: helpdesk.unsent(ticket), lambda unsent: unsent[0] == "failed")
    assert "550 5.1.1 no such user" in failed[1]
    run_queue(helpdesk)
    letters(helpdesk, ticket, 1)
    helpdesk.as_agent(ANNA)("helpdesk.ticket", "action_retry_mails", ticket["id"])
    letters(helpdesk, ticket, 2)


def test_an_agent_does_not_wait_for_a_mail_server_that_is_silent(helpdesk):
    """It takes the connection and says nothing; when it is gone, the email waits, and goes out when it is back."""
    ticket = opens(helpdesk, "Server is silent")
    letters(helpdesk, ticket, 1)
    [server] = helpdesk.odoo.rpc("ir.mail_server", "search", [])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(sightings.PATIENCE)
        helpdesk.odoo.rpc("ir.mail_server", "write", server, {"smtp_port": silent.getsockname()[1]})
        began = time.monotonic()
        helpdesk.agent_answers(ANNA, ticket, "Later.")
        connection, _address = silent.accept()
        assert time.monotonic() - began < 30, "core gives a mail server 60 seconds"
        helpdesk.as_agent(ANNA)("helpdesk.ticket", "write", ticket["id"], {"priority": "2"})
        connection.close()
    waiting = wait_for("the wait", lambda: helpdesk.unsent(ticket), lambda unsent: unsent[0] == "waiting")
    assert "SMTPServerDisconnected" in waiting[1] or "Connection refused" in waiting[1]
    helpdesk.odoo.rpc("ir.mail_server", "write", server, {"smtp_port": helpdesk.outgoing.smtp_port})
    run_queue(helpdesk)
    letters(helpdesk, ticket, 2)


def test_a_czech_customer_reads_czech(helpdesk):
    rpc = helpdesk.odoo.rpc
    [czech] = rpc("res.lang", "search", [("code", "=", "cs_CZ"), ("active", "in", [True, False])])
    install = rpc("base.language.install", "create", {"lang_ids": [(6, 0, [czech])], "overwrite": False})
    rpc("base.language.install", "lang_install", install)
    mail = customer_mail("Hoří tiskárna", body="Kouří se z ní.\n")
    mail.replace_header("From", f"Eva Nováková <{CZECH}>")
    mail["Content-Language"] = "cs-CZ"
    helpdesk.inlet.send(mail, CZECH)
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, "Hoří tiskárna")
    [confirmation] = letters(helpdesk, ticket, 1, CZECH)
    assert confirmation["Subject"] == f"{ticket['mail_reference']} Hoří tiskárna"
    assert "vaši zprávu jsme přijali" in text(confirmation)
    assert "Řešit ji začneme nejpozději" in text(confirmation, "plain")
    helpdesk.agent_answers(ANNA, ticket, "Vypojte ji.")
    [_confirmation, answer] = letters(helpdesk, ticket, 2, CZECH)
    assert re.search(r"Vypojte ji\..*Eva Nováková: .*Kouří se z ní", text(answer, "plain"))
    close(helpdesk, ticket)
    [*_before, closing] = letters(helpdesk, ticket, 3, CZECH)
    assert "jsme uzavřeli" in text(closing)


def test_an_automatic_email_that_never_comes_is_missed(helpdesk):
    """The checks themselves can fail."""
    helpdesk.odoo.rpc(
        "res.company", "write", record_id(helpdesk.odoo.rpc, "base.main_company"), {"helpdesk_letter_received": False}
    )
    try:
        ticket = opens(helpdesk, "Switched off")
        with pytest.raises(NotSeen, match="1 mails about"):
            letters(helpdesk, ticket, 1, timeout=3)
    finally:
        helpdesk.odoo.rpc(
            "res.company",
            "write",
            record_id(helpdesk.odoo.rpc, "base.main_company"),
            {"helpdesk_letter_received": True},
        )
