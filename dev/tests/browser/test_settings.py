"""The Settings form, end to end: typed, tested against the Slack double, saved, and there after a reload."""

import pytest

from dev.page_checks import wrong
from dev.services.browser import DESKTOP
from dev.sightings import wait_for

from .desk import ADMIN

SETTINGS = "/odoo/action-helpdesk_mgmt.action_helpdesk_mgmt_config_settings"
CHANNEL = "support-eu"
#: Field -> what is typed.
TYPED = {
    "helpdesk_outbox_days": "30",
    "helpdesk_ticket_prefix": "HELP",
    "helpdesk_sla_start_hours": "02:30",
    "helpdesk_sla_resolution_hours": "16:00",
    "helpdesk_inbound_days": "45",
    "helpdesk_reopen_days": "14",
}
TICKED = {"helpdesk_letter_quote": True, "helpdesk_letter_closed": False, "helpdesk_create_partner": False}
#: Button -> the title of where it leads, and what is seen there.
LEADS = {
    "Open failed emails": ("Inbound Emails", "The category is archived"),
    "Open emails": ("Unsent Emails", "Monitor is blind"),
    "Inbound Emails": ("Inbound Emails", "Printer on fire"),
    "Email Filters": ("Email Filters", "news@*"),
    "Incoming Mail Servers": ("Incoming Mail Servers", "support@acme.example"),
    "SLA Policies": ("SLA Policies", "Default"),
    "Slack Outbox": ("Slack Outbox", "Printer on fire"),
    "Choose events": ("Slack Events", "Customer replied"),
}


@pytest.fixture
def admin(seat):
    """The administrator in front of the Settings."""
    visitor = seat(ADMIN, DESKTOP)
    visitor.open(SETTINGS)
    return visitor


def field(visitor, name, what="input"):
    return visitor.page.locator(f".o_form_view [name={name}] {what}").first


def told(visitor, words):
    """Wait for a notification with these words, and close it."""
    notification = visitor.page.locator(".o_notification", has_text=words)
    notification.wait_for()
    notification.locator(".o_notification_close").click()
    notification.wait_for(state="detached")


def save(visitor):
    """Press Save; the page is loaded anew."""
    with visitor.reloading():
        visitor.button("Save").click()


def step(visitor, words):
    """Whether a step of the checklist is done, in its own words; None when there is no such list."""
    line = visitor.page.locator("#helpdesk_steps li", has_text=words)
    return line.locator("span:visible").first.inner_text().strip() if line.count() else None


def pick(visitor, name, label):
    field(visitor, name).click()
    visitor.page.locator(".o_select_menu_item", has_text=label).click()


def test_what_is_typed_is_tested_saved_and_there_after_a_reload(admin, desk):
    slack = desk.helpdesk.slack
    admin.press("Remove token")
    with admin.reloading():
        admin.page.locator(".modal").get_by_role("button", name="Ok").click()
    status = admin.page.locator("[name=helpdesk_slack_status]")
    assert "Not connected: there is no bot token yet." in status.inner_text()
    assert step(admin, "Slack: paste the bot token") == "To do"
    assert step(admin, "A helpdesk team with members") == "Done"
    admin.screenshot("settings-to-do")
    assert wrong(admin) == []

    field(admin, "helpdesk_slack_bot_token").fill("xoxb-wrong")
    admin.press("Test connection")
    told(admin, "does not accept this token")
    field(admin, "helpdesk_slack_bot_token").fill(slack.token)
    admin.press("Test connection")
    told(admin, "Connected to the workspace Acme Support as helpdesk. The token is stored.")

    ref = slack.channels[CHANNEL]
    field(admin, "helpdesk_slack_channel_id").press_sequentially(f"https://acme.slack.example/archives/{ref}")
    admin.page.locator(".o-autocomplete--dropdown-item a", has_text="Create").first.click()
    admin.settle()
    admin.press("Send a test message")
    told(admin, "See ")
    wait_for("the test message", lambda: "Hello from Odoo" in str(slack.messages(CHANNEL)))

    for name, words in TYPED.items():
        field(admin, name).fill(words)
    for name, ticked in TICKED.items():
        field(admin, name).set_checked(ticked)
    admin.page.get_by_label("To the member with the fewest open tickets").check()
    pick(admin, "helpdesk_slack_mention", "Nobody")
    save(admin)
    admin.open(SETTINGS)
    _is_as_typed(admin)
    assert f"#{CHANNEL}" in field(admin, "helpdesk_slack_channel_id").input_value()
    assert "A token is stored: Acme Support" in status.inner_text()
    assert field(admin, "helpdesk_slack_bot_token").input_value() == "", "a secret is never shown again"
    assert step(admin, "Slack: paste the bot token") is None, admin.page.locator("#helpdesk_steps").inner_text()
    assert wrong(admin) == []

    field(admin, "helpdesk_ticket_prefix").fill("ML")
    admin.page.get_by_label("Manually").check()
    save(admin)
    assert "A token is stored: Acme Support" in status.inner_text(), "an empty field keeps what is stored"
    _is_as_typed(admin, helpdesk_ticket_prefix="ML")
    admin.press("Test connection")
    told(admin, "Connected to the workspace Acme Support as helpdesk.")
    admin.open(SETTINGS)
    assert "A token is stored: Acme Support, as helpdesk." in status.inner_text()
    assert admin.problems() == []


def _is_as_typed(visitor, **changed):
    assert {name: field(visitor, name).input_value() for name in TYPED} == TYPED | changed
    assert {name: field(visitor, name).is_checked() for name in TICKED} == TICKED
    assert field(visitor, "helpdesk_slack_mention").input_value() == "Nobody"


@pytest.mark.parametrize("button", LEADS)
def test_a_button_leads_where_it_says(admin, button):
    title, seen = LEADS[button]
    admin.press(button)
    admin.page.locator(".o_breadcrumb", has_text=title).wait_for()
    admin.page.locator(".o_list_view", has_text=seen).wait_for()
    assert admin.problems() == []


def test_every_button_of_ours_is_reached_by_tab_and_pressed_by_enter(admin):
    buttons = admin.page.locator(".o_setting_box[id^=helpdesk_] button:visible").all_inner_texts()
    ours = {words.strip() for words in buttons} - {""}
    assert {"Test connection", "Send a test message", "Preview", "SLA Policies"} <= ours
    assert ours - set(admin.stops()) == set()
    admin.tab_to("Test connection")
    admin.page.keyboard.press("Enter")
    told(admin, "Connected to the workspace Acme Support as helpdesk.")
    assert admin.problems() == []
