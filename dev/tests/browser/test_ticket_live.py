"""Two agents at one ticket: each sees within seconds what the other does, and nobody takes it unasked."""

import pytest
from playwright.sync_api import expect

from dev.acme import AGENTS
from dev.page_checks import wrong
from dev.scenario import record_id
from dev.services.browser import DESKTOP, PHONE
from dev.services.odoo_server import RpcError

from .desk import AGENT, ELSEWHERE, OUTSIDER

OTHER = AGENTS[1]
TITLE = "[name=name] input, [name=name] textarea"
SERVICES = "odoo.__WOWL_DEBUG__.root.env.services"
LIVE = ".o_helpdesk_ticket_live"


@pytest.fixture
def ticket(desk):
    """A fresh ticket of the team, which nobody has; agents only see those of their teams."""
    values = {"name": "Fax is on strike", "description": "<p>It stopped.</p>", "user_id": False, "priority": "1"}
    number = desk.rpc("helpdesk.ticket", "create", {**values, "team_id": desk.helpdesk.team_id})
    yield number
    desk.rpc("helpdesk.ticket", "write", number, {"active": False})


@pytest.fixture
def reader(seat, ticket):
    """An agent who has the ticket open, and whose form has told so."""
    agent = seat(AGENT, DESKTOP)
    opens(agent, ticket)
    return agent


def opens(visitor, ticket):
    """Open the form; it watches, and the bus is connected, when this returns."""
    with visitor.page.expect_response(lambda response: "bridge_watch" in response.url):
        visitor.open(f"/odoo/helpdesk.ticket/{ticket}")
    visitor.page.wait_for_function(f"{SERVICES}.bus_service.workerState === 'CONNECTED'")


def says(visitor, words):
    expect(visitor.page.locator(LIVE, has_text=words)).to_be_visible(timeout=30_000)


def holder(desk, ticket):
    """The login of who has the ticket."""
    [found] = desk.rpc("helpdesk.ticket", "read", ticket, ["user_id"])
    return desk.rpc("res.users", "read", found["user_id"][0], ["login"])[0]["login"]


def title(visitor):
    return visitor.page.locator(TITLE).first


def is_called(visitor, words):
    """Wait until the form shows this title."""
    shown = "([where, words]) => document.querySelector(where).value === words"
    visitor.page.wait_for_function(shown, arg=[TITLE, words])


def test_a_form_without_changes_loads_itself_anew(desk, reader, ticket):
    desk.helpdesk.as_agent(OTHER)("helpdesk.ticket", "write", ticket, {"name": "Fax is back"})
    says(reader, "changed this ticket.")
    is_called(reader, "Fax is back")
    assert not reader.button("Reload").count()
    reader.screenshot("ticket-live-changed")
    assert wrong(reader) == []


def test_a_form_with_changes_offers_to_reload_and_keeps_them_until_then(desk, reader, ticket):
    title(reader).fill("Mine")
    desk.helpdesk.as_agent(OTHER)("helpdesk.ticket", "write", ticket, {"priority": "3", "name": "Theirs"})
    says(reader, "You have unsaved changes.")
    assert title(reader).input_value() == "Mine"
    reader.screenshot("ticket-live-unsaved")
    assert wrong(reader) == []
    reader.press("Reload")
    is_called(reader, "Theirs")
    assert not reader.page.locator(f"{LIVE} .alert").count()


def test_what_is_being_written_to_the_customer_stays_when_the_form_loads_anew(desk, reader, ticket):
    reader.press("Send message")
    composer = reader.page.locator(".o-mail-Chatter .o-mail-Composer-input").first
    composer.fill("Please unplug it")
    desk.helpdesk.as_agent(OTHER)("helpdesk.ticket", "write", ticket, {"name": "Fax is back"})
    is_called(reader, "Fax is back")
    assert composer.input_value() == "Please unplug it"
    composer.fill("")


def test_who_takes_what_a_colleague_took_meanwhile_is_asked(desk, chromium, ticket):
    with chromium.visitor(desk.helpdesk.odoo, AGENT, DESKTOP) as taker:
        opens(taker, ticket)
        # As if no message had come yet: the form still shows a ticket that nobody has.
        taker.page.evaluate(f"{SERVICES}.bus_service.stop()")
        desk.helpdesk.agent_takes(OTHER, {"id": ticket})
        taker.button("Assign to me").click()
        dialog = taker.page.locator(".modal", has_text="Take Over This Ticket?")
        dialog.wait_for()
        assert "Somebody else took this ticket meanwhile." in dialog.inner_text()
        taker.screenshot("ticket-live-take")
        assert wrong(taker) == []
        assert holder(desk, ticket) == OTHER
        dialog.locator("button", has_text="Take Over").click()
        dialog.wait_for(state="detached")
        taker.settle()
        assert holder(desk, ticket) == AGENT


@pytest.mark.parametrize(("answer", "expected"), [("Change the Assignee", AGENT), ("Save Without It", OTHER)])
def test_who_chooses_an_assignee_in_a_form_that_is_not_fresh_is_asked(desk, chromium, ticket, answer, expected):
    with chromium.visitor(desk.helpdesk.odoo, AGENT, DESKTOP) as chooser:
        opens(chooser, ticket)
        chooser.page.evaluate(f"{SERVICES}.bus_service.stop()")
        desk.helpdesk.agent_takes(OTHER, {"id": ticket})
        title(chooser).fill("Mine too")
        field = chooser.page.locator("[name=user_id] input").first
        field.fill(AGENT.title())
        chooser.page.locator(".o-autocomplete--dropdown-item", has_text=AGENT.title()).first.click()
        chooser.page.locator(".o_form_button_save").click()
        dialog = chooser.page.locator(".modal", has_text="Take Over This Ticket?")
        dialog.wait_for()
        assert f"{OTHER.title()} Agent took this ticket meanwhile." in dialog.inner_text()
        chooser.screenshot("ticket-live-assignee")
        assert wrong(chooser) == []
        assert holder(desk, ticket) == OTHER
        dialog.locator("button", has_text=answer).click()
        dialog.wait_for(state="detached")
        chooser.page.locator(".o_form_button_save").wait_for(state="hidden")
        assert holder(desk, ticket) == expected
        assert desk.rpc("helpdesk.ticket", "read", ticket, ["name"])[0]["name"] == "Mine too"


def test_the_form_says_who_took_it(desk, reader, ticket):
    desk.helpdesk.agent_takes(OTHER, {"id": ticket})
    says(reader, "took this ticket.")
    reader.page.locator("button[name=assign_to_me]").wait_for(state="hidden")
    assert reader.problems() == []  # Odoo's picture of an assignee has no text


def test_the_form_says_that_the_customer_replied_and_shows_it(desk, reader, ticket):
    jane = desk.rpc("res.partner", "create", {"name": "Jane Doe", "email": "jane.live@customer.example"})
    desk.rpc("helpdesk.ticket", "write", ticket, {"partner_id": jane})
    words = {"body": "It works again!", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
    desk.rpc("helpdesk.ticket", "message_post", ticket, author_id=jane, **words)
    says(reader, "The customer replied.")
    reader.page.locator(".o-mail-Message", has_text="It works again!").wait_for()
    assert wrong(reader) == []


def test_the_form_shows_the_sla_of_a_ticket_that_fell_late(desk, reader, ticket):
    desk._is_late({"id": ticket})
    reader.page.locator("[name=sla_status]", has_text="Breached").first.wait_for()
    assert wrong(reader) == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_form_says_who_is_writing_until_they_stop(desk, seat, reader, ticket, width):
    writer = seat(OTHER, width)
    opens(writer, ticket)
    writer.press("Send message")
    writer.page.locator(".o-mail-Chatter .o-mail-Composer-input").first.press_sequentially("I will")
    says(reader, "is writing…")
    reader.screenshot("ticket-live-writing")
    assert wrong(reader) == []
    reader.page.locator(LIVE, has_text="is writing…").wait_for(state="hidden")
    assert not writer.page.locator(LIVE, has_text="is writing…").count(), "nobody is told of themselves"


def test_who_may_not_read_a_ticket_is_told_nothing_of_it(desk, ticket):
    for login in (OUTSIDER, ELSEWHERE):
        for method in ("bridge_watch", "bridge_is_writing"):
            with pytest.raises(RpcError, match="AccessError"):
                desk.helpdesk.as_agent(login)("helpdesk.ticket", method, ticket)
    assert record_id(desk.rpc, "helpdesk_bridge.rule_ticket_viewer_company")
