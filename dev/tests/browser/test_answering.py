"""A reply that waits, above the composer: its author undoes, edits and sends it; a colleague sees who is answering."""

import pytest

from dev.acme import AGENTS, CUSTOMER
from dev.page_checks import wrong
from dev.services.browser import DESKTOP, PHONE
from dev.sightings import wait_for

from .desk import AGENT
from .test_ticket_live import opens

OTHER = AGENTS[1]
PANEL = ".o_helpdesk_held_replies"
COMPOSER = ".o-mail-Chatter .o-mail-Composer-input"


@pytest.fixture(scope="module", autouse=True)
def held(desk):
    """Replies written in Odoo wait for a long time, in which nothing is sent by itself."""
    [company] = desk.rpc("res.company", "search", [("name", "=", "Acme")])
    desk.rpc("res.company", "write", company, {"helpdesk_hold_replies": True})
    desk.rpc("helpdesk.ticket.team", "write", desk.helpdesk.team_id, {"reply_hold": 300})
    yield
    desk.rpc("res.company", "write", company, {"helpdesk_hold_replies": False})
    desk.rpc("helpdesk.ticket.team", "write", desk.helpdesk.team_id, {"reply_hold": 30})


@pytest.fixture
def ticket(desk):
    values = {"name": "Fax is on strike", "description": "<p>It stopped.</p>", "user_id": False}
    values |= {"team_id": desk.helpdesk.team_id, "partner_name": "Jane Doe", "partner_email": CUSTOMER}
    number = desk.rpc("helpdesk.ticket", "create", values)
    yield number
    desk.rpc("helpdesk.ticket", "write", number, {"active": False})


@pytest.fixture
def author(seat, ticket):
    agent = seat(AGENT, DESKTOP)
    opens(agent, ticket)
    return agent


def write(visitor, words):
    """Write a reply and send it; it waits when this returns."""
    if not visitor.page.locator(COMPOSER).count():
        visitor.press("Send message")
    visitor.page.locator(COMPOSER).first.fill(words)
    visitor.page.locator(".o-mail-Chatter .o-mail-Composer-send").first.click()
    panel(visitor, "Your reply waits.").wait_for()
    visitor.settle()


def panel(visitor, words):
    return visitor.page.locator(PANEL, has_text=words)


def message(visitor, words):
    return visitor.page.locator(".o-mail-Message", has_text=words)


def seconds(visitor):
    words = visitor.page.locator(f"{PANEL} .o_helpdesk_countdown").first.inner_text()
    return int("".join(filter(str.isdigit, words)))


def test_undo_brings_the_words_back_and_the_changed_ones_are_sent_once(desk, author, ticket):
    write(author, "Cut the red wire first thing")
    assert CUSTOMER in panel(author, "Your reply waits.").inner_text()
    before = seconds(author)
    wait_for("the countdown", lambda: seconds(author) < before)
    author.screenshot("answering-mine")
    assert wrong(author) == []
    author.press("Undo")
    panel(author, "Your reply waits.").wait_for(state="detached")
    composer = author.page.locator(COMPOSER).first
    composer.wait_for()
    assert composer.input_value() == "Cut the red wire first thing"
    write(author, "Cut the blue wire first thing")
    author.press("Send now")
    message(author, "Cut the blue wire first thing").wait_for()
    panel(author, "Your reply waits.").wait_for(state="detached")
    wait_for("the email", lambda: desk.mails("blue wire first thing"))
    assert len(desk.mails("blue wire first thing")) == 1
    assert not desk.mails("red wire first thing")
    assert author.problems() == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_colleague_sees_who_is_answering_and_has_no_buttons(desk, seat, author, ticket, width):
    other = seat(OTHER, width)
    opens(other, ticket)
    write(author, "Have you tried to unplug it?")
    panel(other, "Anna Agent is answering.").wait_for()
    assert "Have you tried to unplug it?" in panel(other, "Anna Agent").inner_text()
    assert not other.page.locator(f"{PANEL} button").count()
    other.screenshot("answering-theirs")
    assert wrong(other) == []
    author.press("Undo")
    panel(other, "Anna Agent is answering.").wait_for(state="detached")
    author.page.locator(COMPOSER).first.fill("")


def test_what_stops_it_is_said_and_its_author_decides(desk, author, ticket):
    write(author, "It is surely the fuse")
    desk.helpdesk.agent_answers(OTHER, {"id": ticket}, "It is the cable")
    panel(author, "Ben Agent answered meanwhile.").wait_for()
    author.screenshot("answering-stopped")
    assert wrong(author) == []
    author.press("Send anyway")
    message(author, "It is surely the fuse").wait_for()
    write(author, "Or the plug")
    desk.helpdesk.agent_answers(OTHER, {"id": ticket}, "No, the cable")
    panel(author, "Ben Agent answered meanwhile.").wait_for()
    author.press("Discard")
    panel(author, "Ben Agent answered meanwhile.").wait_for(state="detached")
    assert not message(author, "Or the plug").count()
    assert author.problems() == []
