"""Many tickets at once, from the list; the sender of one, from its form."""

import pytest

from dev.page_checks import wrong
from dev.services.browser import DESKTOP, PHONE
from dev.sightings import wait_for

from .desk import AGENT

LIST = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action?view_type=list"
SENDER = "win@spam.example"


@pytest.fixture
def tickets(desk):
    """Two open tickets and a closed one."""
    [team] = desk.rpc("helpdesk.ticket.team", "search", [("name", "=", "Acme Support")])
    closed = desk.rpc("helpdesk.ticket.stage", "search", [("closed", "=", True)], limit=1)
    common = {"description": "x", "team_id": team, "user_id": False, "partner_email": SENDER}
    names = ["Win a car", "Win a house", "Won already"]
    numbers = [desk.rpc("helpdesk.ticket", "create", {**common, "name": name}) for name in names]
    desk.rpc("helpdesk.ticket", "write", numbers[2], {"stage_id": closed[0]})
    return numbers


def dialog(visitor):
    visitor.page.locator(".modal .alert").wait_for()
    visitor.settle()
    return " ".join(visitor.page.locator(".modal").inner_text().split())


def stages(desk, numbers):
    return [one["closed"] for one in desk.rpc("helpdesk.ticket", "read", numbers, ["closed"])]


def select(agent):
    for name in ("Win a car", "Won already"):
        row = agent.page.locator(".o_data_row", has_text=name)
        row.locator(".o_list_record_selector input").check()
    agent.settle()


def test_what_is_selected_is_previewed_then_changed(seat, desk, tickets):
    agent = seat(AGENT, DESKTOP)
    agent.open(LIST)
    while agent.page.locator(".o_facet_remove").count():  # the closed ones, too
        agent.page.locator(".o_facet_remove").last.click()
        agent.settle()
    select(agent)
    agent.screenshot("tickets-selected")
    agent.press("Close")
    words = dialog(agent)
    for said in ("Tickets that will be closed: 1", "Customers who get the closing email: 1", "1: closed already"):
        assert said in words
    agent.screenshot("bulk-close")
    assert [found for found in wrong(agent) if "color-contrast" not in found] == []  # of dates in a selected row
    agent.press("Cancel")
    assert stages(desk, tickets) == [False, False, True]
    select(agent)  # Odoo has loaded the list anew
    agent.press("Mark as Spam")
    words = dialog(agent)
    assert f"Emails from {SENDER} do not become tickets" in words
    assert "Other open tickets of these senders, which stay as they are: 1" in words
    agent.screenshot("bulk-spam")
    agent.page.locator(".modal footer button:visible", has_text="Mark as Spam").click()
    agent.page.locator(".o_notification", has_text="Tickets closed as spam: 2").wait_for()
    wait_for("the spam closed", lambda: stages(desk, tickets), lambda found: found == [True, False, True])
    assert desk.rpc("helpdesk.mail.filter", "search", [("pattern", "=", SENDER)])


def test_a_phone_filters_the_sender_of_a_ticket(seat, desk, tickets):
    agent = seat(AGENT, PHONE)
    agent.open(f"/odoo/helpdesk.ticket/{tickets[1]}")
    agent.page.locator(".o_cp_action_menus .dropdown-toggle, .o_cp_action_menus button.dropdown").first.click()
    agent.page.locator(".o-dropdown-item", has_text="Filter This Sender").first.click()
    assert "do not become tickets" in dialog(agent) or "A filter stops these senders already" in dialog(agent)
    agent.screenshot("filter-sender")
    assert [found for found in wrong(agent) if not found.startswith("label")] == []  # of the form below
    agent.press("Cancel")
