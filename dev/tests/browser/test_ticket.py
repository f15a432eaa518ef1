"""A ticket, as an agent, a team leader, somebody without helpdesk rights and somebody of another company find it."""

import re

import pytest

from dev.acme import CUSTOMER
from dev.page_checks import wrong
from dev.services.browser import DESKTOP, PHONE
from dev.sightings import wait_for

from .desk import AGENT, ELSEWHERE, LEADER, OUTSIDER

WIDTHS = pytest.mark.parametrize("width", [DESKTOP, PHONE])
#: What is the matter with a ticket -> what its form says, in words.
SAYS = {
    "told": "Slack Posted",
    "claimed": "This email refers to another ticket, but its sender is not on it:",
    "late": "SLA Breached",
    "unsent": "Emails to this customer bounce. Check the address.",
    "untold": "Slack: Failed – Slack answered “msg_too_long”.",
    "nobody": "Nobody is available: all members of the team are away",
}


#: The night shift's ticket is no agent's of the day.
READERS = [(AGENT, matter) for matter in SAYS if matter != "nobody"] + [(LEADER, "told"), (LEADER, "nobody")]


def form(desk, matter):
    return f"/odoo/helpdesk.ticket/{desk.tickets[matter]['id']}"


def words(visitor):
    """Everything that is read on the page; on a phone the buttons at the top are behind one more."""
    more = visitor.page.locator(".o_button_more")
    if more.count():
        more.click()
    return " ".join(visitor.page.locator("body").inner_text().split())


@WIDTHS
@pytest.mark.parametrize(("login", "matter"), READERS)
def test_a_ticket_says_in_words_what_is_the_matter(seat, desk, login, matter, width):
    reader = seat(login, width)
    reader.open(form(desk, matter))
    reader.screenshot(f"ticket-{matter}")
    assert wrong(reader) == []
    assert SAYS[matter] in words(reader)


@WIDTHS
def test_the_sla_targets_are_shown_with_their_times(seat, desk, width):
    agent = seat(AGENT, width)
    agent.open(form(desk, "late"))
    agent.press("SLA")
    targets = agent.page.locator("[name=sla_clock_ids]").inner_text()
    assert "First Response" in targets and re.search(r"\b\d+ h\b", targets) and "Breached" in targets
    assert not agent.page.locator("[name=sla_history]").is_visible()
    agent.page.locator("summary", has_text="History").click()
    story = agent.page.locator("[name=sla_history]").inner_text()
    assert "First Response" in story and "Resolution" in story
    assert "breached" in story.lower()
    agent.screenshot("ticket-sla")
    assert wrong(agent) == []


@pytest.mark.parametrize(("view", "width"), [("list", DESKTOP), ("kanban", DESKTOP), ("kanban", PHONE)])
@pytest.mark.parametrize("login", [AGENT, LEADER])
def test_the_tickets_show_their_sla_status(seat, login, view, width):
    reader = seat(login, width)
    reader.open(f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_action?view_type={view}")
    shown = words(reader)
    assert "Breached" in shown and "On track" in shown, "not by a colour alone"
    reader.screenshot(f"tickets-{view}")
    assert wrong(reader) == []


@WIDTHS
@pytest.mark.parametrize("login", [OUTSIDER, ELSEWHERE])
def test_who_may_not_see_a_ticket_is_told_so_and_sees_nothing_of_it(seat, desk, login, width):
    stranger = seat(login, width)
    stranger.open(form(desk, "told"), shows=".modal")
    assert "Access Error" in stranger.page.locator(".modal").inner_text()
    stranger.screenshot("ticket-refused")
    everything = stranger.page.locator("body").inner_text()
    assert not [secret for secret in ("Printer on fire", CUSTOMER, "Jane Doe") if secret in everything]
    assert wrong(stranger) == []


@WIDTHS
def test_another_company_s_tickets_are_not_listed(seat, width):
    stranger = seat(ELSEWHERE, width)
    stranger.open("/odoo/action-helpdesk_mgmt.helpdesk_ticket_action?view_type=list")
    assert "Printer on fire" not in words(stranger)
    assert wrong(stranger) == []


def test_an_answer_typed_into_the_composer_is_emailed_to_the_customer(seat, desk):
    agent = seat(AGENT, DESKTOP)
    agent.open(form(desk, "told"))
    agent.press("Send message")
    agent.page.locator(".o-mail-Composer-input").first.fill("Please unplug it and step back.")
    agent.page.locator(".o-mail-Composer-send").click()
    agent.page.locator(".o-mail-Message", has_text="Please unplug it and step back.").wait_for()
    [mail] = wait_for("the answer in the customer's mailbox", lambda: desk.mails("Please unplug it and step back."))
    assert desk.tickets["told"]["mail_reference"] in mail["Subject"]
    assert CUSTOMER in mail["To"]
    assert wrong(agent) == []


def test_a_reply_closes_the_ticket_or_lets_it_wait_and_a_note_looks_different(seat, desk):
    agent = seat(AGENT, DESKTOP)
    number = desk.rpc("helpdesk.ticket", "copy", desk.tickets["told"]["id"], {"user_id": False})[0]
    stage = lambda: desk.rpc("helpdesk.ticket", "read", number, ["stage_id"])[0]["stage_id"][1]  # noqa: E731
    agent.open(f"/odoo/helpdesk.ticket/{number}")
    page, colour = agent.page, "element => getComputedStyle(element).backgroundColor"
    for button, words, becomes in (
        ("Reply & wait", "Does it smoke still?", "Awaiting"),
        ("Reply & close", "It has gone out.", "Done"),
    ):
        agent.press("Send message")
        assert "does not see it" not in page.locator(".o-mail-Chatter").inner_text()
        plain = page.locator(".o-mail-Composer-input").first.evaluate(colour)
        page.locator(".o-mail-Composer-input").first.fill(words)
        agent.press(button)
        page.locator(".o-mail-Message", has_text=words).wait_for()
        wait_for(f"the stage {becomes}", stage, lambda name, becomes=becomes: name == becomes)
        page.locator(".o_helpdesk_status", has_text=becomes).wait_for()
    agent.press("Log note")
    assert "the customer does not see it" in page.locator(".o-mail-Chatter").inner_text()
    assert page.locator(".o-mail-Composer-input").first.evaluate(colour) != plain
    page.locator(".o-mail-Composer-input").first.fill("Ben knows more.")
    agent.press("Log")
    page.locator(".o-mail-Message[data-helpdesk-note]", has_text="Ben knows more.").wait_for()
    agent.screenshot("ticket-note")
    assert wrong(agent) == []


def test_what_is_open_is_listed_and_enter_finds_people_and_what_they_said(seat, desk):
    agent = seat(AGENT, DESKTOP)
    agent.open("/odoo/action-helpdesk_mgmt.helpdesk_ticket_action?view_type=list")
    facets = agent.page.locator(".o_searchview_facet").all_inner_texts()
    assert "Open" in " ".join(facets)
    dues = agent.page.locator("td[name=sla_due] time").evaluate_all("all => all.map(one => one.dateTime)")
    assert dues and dues == sorted(dues), "the most urgent first"
    for words in (CUSTOMER, "on fire"):
        agent.page.locator(".o_searchview_input").fill(words)
        agent.page.keyboard.press("Enter")
        agent.settle()
        rows = agent.page.locator(".o_data_row")
        assert rows.filter(has_text=desk.tickets["told"]["mail_reference"]).count() == 1
        agent.page.locator(".o_searchview_facet .o_facet_remove").last.click()
        agent.settle()
    assert wrong(agent) == []


def test_banners_are_reached_by_tab_and_pressed_by_enter(seat, desk):
    agent = seat(AGENT, DESKTOP)
    agent.open(form(desk, "untold"))
    agent.tab_to("Retry")
    agent.page.keyboard.press("Enter")
    ticket = desk.tickets["untold"]
    # Edits of it may wait as well: the Settings' tests change what is due.
    first = lambda: [row["state"] for row in desk.helpdesk.outbox(ticket) if row["kind"] == "root"]  # noqa: E731
    wait_for("the first message", first, lambda states: states == ["sent"])
    agent.open(form(desk, "unsent"))
    agent.tab_to("Send again")
    agent.page.keyboard.press("Enter")
    wait_for("that the mail goes out", lambda: desk.helpdesk.unsent(desk.tickets["unsent"])[0] is False)
    agent.open(form(desk, "claimed"))
    agent.tab_to("Accept and move")
    agent.page.keyboard.press("Enter")
    agent.page.locator(".modal", has_text="Move this email to the ticket it refers to?").wait_for()
    agent.tab_to("Ok")
    agent.page.keyboard.press("Enter")
    wait_for("the mail on the ticket it names", lambda: not desk.helpdesk.tickets(desk.tickets["claimed"]["name"]))
    agent.settle()
    assert agent.problems() == []


def test_a_ticket_without_words_is_taken_and_closed(seat, desk):
    """An email with a file and no words: every button of the form saves the form first."""
    values = {"name": "Only a file", "description": "", "team_id": desk.helpdesk.team_id, "user_id": False}
    ticket = desk.rpc("helpdesk.ticket", "create", values)
    agent = seat(AGENT, DESKTOP)
    try:
        agent.open(f"/odoo/helpdesk.ticket/{ticket}")
        for button in ("Assign to me", "Close"):
            agent.press(button)
        [found] = desk.rpc("helpdesk.ticket", "read", [ticket], ["user_id", "closed"])
        assert found["user_id"] and found["closed"]
        assert wrong(agent) == []
    finally:
        desk.rpc("helpdesk.ticket", "unlink", [ticket])
