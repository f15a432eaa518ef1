"""What an agent and a manager look at all day: My Desk, the dashboard, the figures of teams, and canned replies."""

import pytest

from dev.acme import CUSTOMER
from dev.page_checks import wrong
from dev.scenario import record_id
from dev.services.browser import DESKTOP, PHONE

from .desk import AGENT, LEADER
from .test_answering import COMPOSER
from .test_ticket_live import opens

WIDTHS = pytest.mark.parametrize("width", [DESKTOP, PHONE])
PLACES = (
    *("Waiting for me", "My other open tickets", "Unassigned in my teams"),
    *("At risk or overdue", "Snoozed"),
)


@pytest.fixture(scope="module")
def filled(desk):
    """A ticket in each place of the agent's desk; the number of the one that waits for them."""
    rpc, numbers = desk.rpc, []
    [agent] = rpc("res.users", "search", [("login", "=", AGENT)])
    stage = {
        name: record_id(rpc, f"helpdesk_mgmt.helpdesk_ticket_stage_{name}") for name in ("new", "in_progress", "done")
    }
    for subject, values in (
        ("Lamp flickers", {"user_id": agent, "stage_id": stage["new"]}),
        ("Chair creaks", {"user_id": agent, "stage_id": stage["in_progress"]}),
        ("Door sticks", {"user_id": False}),
        ("Window draughts", {"user_id": agent, "stage_id": stage["in_progress"]}),
        ("Carpet is done", {"user_id": agent, "stage_id": stage["done"]}),
    ):
        values |= {"name": subject, "description": f"<p>{subject}.</p>", "team_id": desk.helpdesk.team_id}
        number = rpc("helpdesk.ticket", "create", {**values, "partner_name": "Jane Doe", "partner_email": CUSTOMER})
        numbers.append(number)
    rpc("helpdesk.ticket", "message_post", numbers[1], body="On it.", subtype_xmlid="mail.mt_comment")
    wizard = rpc("helpdesk.ticket.snooze", "create", {"ticket_ids": [(6, 0, [numbers[3]])]})
    rpc("helpdesk.ticket.snooze", "action_snooze", [wizard])
    yield numbers[0]
    rpc("helpdesk.ticket", "write", numbers, {"active": False})


@WIDTHS
def test_my_desk_shows_what_waits_for_me(seat, filled, width):
    agent = seat(AGENT, width)
    agent.open("/odoo/helpdesk-desk")
    agent.screenshot("my-desk")
    words = agent.page.locator(".o_content").inner_text()
    assert [place for place in PLACES if place not in words] == []
    assert "Lamp flickers" in words
    assert "Carpet is done" not in words
    assert wrong(agent) == []


@WIDTHS
def test_a_manager_sees_backlog_and_what_was_kept(seat, filled, width):
    leader = seat(LEADER, width)
    leader.open("/odoo/helpdesk-dashboard")
    leader.screenshot("dashboard")
    assert "At Risk" in leader.page.locator(".o_content").inner_text()
    leader.open("/odoo/helpdesk-performance")
    leader.screenshot("performance-pivot")
    words = leader.page.locator(".o_content").inner_text()
    assert "First Response Met %" in words and "Resolution Met %" in words
    assert wrong(leader) == []
    if width == DESKTOP:  # Odoo opens the pivot on a phone
        leader.open("/odoo/helpdesk-performance?view_type=graph")
        leader.page.locator(".o_graph_canvas_container canvas").wait_for()
        leader.screenshot("performance-graph")
    leader.open("/odoo/helpdesk-sla-report")
    leader.screenshot("sla-report")


def test_a_canned_reply_is_written_once_and_used_in_the_composer(seat, desk, filled):
    leader, agent = seat(LEADER, DESKTOP), seat(AGENT, DESKTOP)
    name = "Ask to unplug"
    leader.open("/odoo/helpdesk-canned-replies/new")
    leader.page.locator(".o_field_widget[name=name] input").fill(name)
    editor = leader.page.locator(".o_field_widget[name=body_html] .odoo-editor-editable")
    editor.click()
    leader.page.keyboard.type("Dear {{custommer}}, we look at {{reference}}.")
    leader.page.locator(".o_form_button_save").click()
    leader.page.locator(".modal-content", has_text="is no placeholder").wait_for()
    leader.screenshot("canned-refused")
    leader.page.keyboard.press("Escape")
    leader.page.locator(".modal-content").wait_for(state="detached")
    editor.click()
    leader.page.keyboard.press("Control+a")
    leader.page.keyboard.type("Dear {{customer}}, we look at {{reference}}.")
    leader.screenshot("canned-typed")
    leader.page.locator(".o_form_button_save").click()
    leader.settle()
    leader.screenshot("canned-saved")
    leader.page.locator(".o_form_status_indicator_buttons.invisible").wait_for(state="attached")
    leader.settle()
    leader.screenshot("canned-form")
    assert wrong(leader) == []
    phone = seat(LEADER, PHONE)
    phone.open("/odoo/helpdesk-canned-replies")
    phone.page.locator(".o_kanban_record", has_text=name).click()
    phone.page.locator(".o_form_view").wait_for()
    phone.screenshot("canned-form")
    assert wrong(phone) == []
    opens(agent, filled)
    agent.press("Send message")
    agent.page.locator(COMPOSER).first.click()
    agent.page.keyboard.type("::unplug")
    choice = agent.page.locator(".o-mail-Composer-suggestion", has_text=name)
    choice.wait_for()
    agent.screenshot("canned-choice")
    choice.click()
    [ticket] = desk.rpc("helpdesk.ticket", "read", filled, ["mail_reference"])
    text = agent.page.locator(COMPOSER).first.input_value()
    assert text.strip() == f"Dear Jane Doe, we look at {ticket['mail_reference']}."
