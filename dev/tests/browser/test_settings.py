"""The Settings form, end to end: typed, tested against the Slack double, saved, and there after a reload."""

import re

import pytest

from dev.page_checks import wrong
from dev.services.browser import DESKTOP, PHONE
from dev.sightings import wait_for

from .desk import ADMIN, AGENT, LEADER

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
    "Mailboxes": ("Support Mailboxes", "support@acme.example"),
    "SLA Policies": ("SLA Policies", "Default"),
    "Slack Outbox": ("Slack Outbox", "Printer on fire"),
    "Slack Inbox": ("Slack Inbox", "Gina Guest"),
    "Agents in Slack": ("Agents in Slack", "anna@acme.example"),
    "Open what is wrong": ("Slack Inbox", "The category is archived"),
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
    assert step(admin, "Slack: enter the bot token") is None, "what was done once is gone for good"
    admin.screenshot("settings-to-do")
    assert wrong(admin) == []

    field(admin, "helpdesk_slack_bot_token").fill("xoxb-wrong")
    admin.press("Test connection")
    wrong_one = admin.page.locator(".o_notification", has_text="does not accept this token")
    wrong_one.wait_for()
    field(admin, "helpdesk_slack_bot_token").fill(slack.token)
    _previews_what_is_typed(admin)
    admin.press("Test connection")
    assert not wrong_one.count(), "an error that is over goes away"
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
    assert step(admin, "Slack: enter the bot token") is None
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


def _previews_what_is_typed(visitor):
    """The form is neither saved nor read anew, and the page stays where it is."""
    typed = field(visitor, "helpdesk_slack_bot_token").input_value()
    button = visitor.button("Preview")
    button.scroll_into_view_if_needed()
    place = button.bounding_box()["y"]
    visitor.press("Preview")
    visitor.page.locator(".modal", has_text="A sample, not one of your customers").wait_for()
    visitor.press("Dismiss")
    assert field(visitor, "helpdesk_slack_bot_token").input_value() == typed
    assert button.bounding_box()["y"] == place
    assert visitor.page.locator(".o_form_button_save, .o_dirty_warning").count(), "it still has to be saved"


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


def test_how_replies_arrive_is_set_up_and_tested(admin, desk):
    slack = desk.helpdesk.slack
    status = admin.page.locator("[name=helpdesk_slack_from_slack]")
    assert "Replies arrive within a minute; buttons do not work." in status.inner_text()
    lost = admin.page.locator("[name=helpdesk_slack_lost]")
    assert "Without files:read, files in replies are not copied" in lost.inner_text()
    assert step(admin, "Replies from Slack") in ("Optional", None)

    field(admin, "helpdesk_slack_app_token").fill(slack.token)
    admin.press("Test")
    admin.page.locator(".modal", has_text="This is not an app-level token").wait_for()
    admin.screenshot("from-slack-wrong-token")
    admin.press("Close")
    field(admin, "helpdesk_slack_app_token").fill("xapp-1-A0OTHER0001-acme")
    admin.press("Test")
    told(admin, "belongs to another Slack app (A0OTHER0001)")
    field(admin, "helpdesk_slack_app_token").fill(slack.app_token)
    admin.press("Test")
    told(admin, "Slack accepts the app-level token. It is stored.")
    assert "Start it on the server: odoo-bin helpdesk_listen" in status.inner_text()
    assert field(admin, "helpdesk_slack_app_token").input_value() == "", "a secret is never shown again"
    assert "No listener opens the socket" in admin.page.locator("[name=helpdesk_explanation_from_slack]").inner_text()

    field(admin, "helpdesk_slack_signing_secret").fill(slack.signing_secret)
    save(admin)
    url = f"{desk.rpc('ir.config_parameter', 'get_param', 'web.base.url')}/helpdesk_bridge/slack/"
    assert admin.page.locator("[name=helpdesk_slack_request_url]").first.inner_text().startswith(url)
    assert admin.page.locator("[name=helpdesk_slack_request_url] .o_clipboard_button").inner_text().strip() == "Copy"
    admin.screenshot("from-slack-both")
    assert wrong(admin) == []
    for secret in ("helpdesk_slack_app_token", "helpdesk_slack_signing_secret"):
        with admin.reloading():
            admin.page.locator(
                f"button[name={secret.replace('helpdesk_slack', 'action_helpdesk_slack_remove')}]"
            ).click()
            admin.page.locator(".modal").get_by_role("button", name="Ok").click()
    assert "An app-level token makes it faster." in status.inner_text()
    assert not admin.page.locator("[name=helpdesk_slack_request_url]:visible").count()
    assert admin.problems() == []


def test_the_slack_inbox_is_filtered_and_a_failed_reply_replayed(admin, desk):
    admin.open(desk.path("helpdesk_bridge.helpdesk_slack_inbound_action"))
    rows = admin.page.locator(".o_data_row")
    for words, person in (("Ignored", "Gina Guest"), ("Failed", "Ben Agent")):
        admin.page.locator(".o_searchview_dropdown_toggler").click()
        admin.page.locator(".o_filter_menu .o_menu_item").get_by_text(words, exact=True).click()
        admin.page.keyboard.press("Escape")
        admin.settle()
        assert rows.locator("[name=person_name]").all_inner_texts() == [person]
        if words == "Ignored":
            assert "guest" in rows.locator("[name=reason]").inner_text()
            admin.page.locator(".o_facet_remove").click()
            admin.settle()
    rows.locator("td.o_data_cell").first.click()
    admin.page.locator(".o_form_view").wait_for()
    admin.press("Replay")
    told(admin, "Replayed: 1")
    ben = desk.rpc("helpdesk.slack.inbound", "search", [("person_name", "=", "Ben Agent")])
    state = lambda: desk.rpc("helpdesk.slack.inbound", "read", ben, ["state", "user_id"])[0]  # noqa: E731
    done = wait_for("the note", state, lambda row: row["state"] == "done")
    assert done["user_id"][1] == "Ben Agent"
    desk.fails_to_be_noted()  # the other screens show it
    assert admin.problems() == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_an_agent_sees_how_they_are_linked_and_links_themself(seat, desk, width):
    agent, slack = seat(AGENT, width), desk.helpdesk.slack
    [anna] = desk.rpc("res.users", "search", [("login", "=", AGENT)])
    agent.open(f"/odoo/my-preferences/{anna}")
    note = agent.page.locator("[name=slack_link_note]")
    assert "Recognized by the email address anna@acme.example." in note.inner_text()
    agent.screenshot("preferences")
    # The name above is Odoo's.
    assert [fault for fault in wrong(agent) if 'id="name_0"' not in fault] == []
    agent.press("Link My Slack Account")
    said = agent.page.locator(".o_notification", has_text="Send this code from Slack")
    code = re.search(r"link (\S+)", said.inner_text())[1]
    said.locator(".o_notification_close").click()
    [thread] = desk.helpdesk.threads(desk.tickets["told"])
    slack.person(AGENT).post("support", f"link {code}", thread["ts"])
    desk.helpdesk.run("helpdesk_bridge.ir_cron_slack_catch_up")
    linked = lambda: desk.rpc("res.users", "read", anna, ["slack_link_note"])[0]["slack_link_note"]  # noqa: E731
    ref = slack.people[AGENT]
    wait_for("the link", linked, lambda words: words == f"Linked to {ref}.")
    desk.rpc("helpdesk.slack.member", "unlink", desk.rpc("helpdesk.slack.member", "search", [("member_ref", "=", ref)]))
    assert agent.problems() == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_manager_sets_what_is_theirs(seat, desk, width):
    lena = seat(LEADER, width)
    lena.open(desk.path("helpdesk_bridge.helpdesk_manager_settings_action"))
    lena.screenshot("manager-settings")
    assert wrong(lena) == []
    assert not lena.page.locator("[type=password], [name=helpdesk_mailboxes], #helpdesk_steps").count()
    field(lena, "helpdesk_reopen_days").fill(str(width))
    save(lena)
    assert field(lena, "helpdesk_reopen_days").input_value() == str(width)
    [company] = desk.rpc("res.company", "read", 1, ["helpdesk_reopen_days"])
    assert company["helpdesk_reopen_days"] == str(width)
    desk.rpc("res.company", "write", 1, {"helpdesk_reopen_days": False})
    assert lena.problems() == []
