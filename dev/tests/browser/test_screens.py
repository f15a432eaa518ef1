"""Every screen of ours, as the administrator finds it: nothing to complain about, on a desk and on a phone."""

import pytest

from dev.page_checks import wrong
from dev.services.browser import DESKTOP, PHONE

from .desk import ADMIN

OURS = "helpdesk_bridge"
SETTINGS = "helpdesk_mgmt.action_helpdesk_mgmt_config_settings"
TEAM = ("helpdesk_mgmt.helpdesk_ticket_team_action", {"model": "helpdesk.ticket.team"})
MAILBOX = ("mail.action_email_server_tree", {"model": "fetchmail.server"})
INBOX = (f"{OURS}.helpdesk_slack_inbound_action",)
TICKETS = "helpdesk_mgmt.helpdesk_ticket_action"
USER = ("base.action_res_users", {"model": "res.users", "login": "anna"})
#: Name -> its action, the record whose form it is; what is pressed there, one after the other, and looked at too.
SCREENS = {
    "settings": (SETTINGS, {}),
    "letter-preview": (SETTINGS, {}, "Preview"),
    "slack-events": (SETTINGS, {}, "Choose events"),
    "inbound-mails": (f"{OURS}.helpdesk_inbound_mail_action", {}),
    "inbound-mail": (
        f"{OURS}.helpdesk_inbound_mail_action",
        {"model": "helpdesk.inbound.mail", "verdict": "failed"},
    ),
    "mail-filters": (f"{OURS}.helpdesk_mail_filter_action", {}, "Try an Address"),
    "mail-filter": (f"{OURS}.helpdesk_mail_filter_action", {"model": "helpdesk.mail.filter"}),
    "letters": (f"{OURS}.helpdesk_letter_action", {}),
    "slack-workspaces": (f"{OURS}.helpdesk_slack_workspace_action", {}),
    "slack-workspace": (f"{OURS}.helpdesk_slack_workspace_action", {"model": "helpdesk.slack.workspace"}),
    "slack-channels": (f"{OURS}.helpdesk_slack_channel_action", {}),
    "slack-channel": (f"{OURS}.helpdesk_slack_channel_action", {"model": "helpdesk.slack.channel"}),
    "slack-outbox": (f"{OURS}.helpdesk_slack_outbox_action", {}),
    "slack-message": (f"{OURS}.helpdesk_slack_outbox_action", {"model": "helpdesk.slack.outbox", "state": "failed"}),
    "slack-inbox": (*INBOX, {}),
    "slack-inbox-row": (
        f"{OURS}.helpdesk_slack_inbound_action",
        {"model": "helpdesk.slack.inbound", "state": "failed"},
    ),
    "slack-inbox-ignored": (
        f"{OURS}.helpdesk_slack_inbound_action",
        {"model": "helpdesk.slack.inbound", "state": "ignored"},
    ),
    "people-in-slack": (f"{OURS}.helpdesk_slack_person_action", {}),
    "person-in-slack": (f"{OURS}.helpdesk_slack_person_action", {"model": "helpdesk.slack.person"}),
    "agents-in-slack": (f"{OURS}.res_users_slack_action", {}),
    "sla-policies": (f"{OURS}.helpdesk_sla_policy_action", {}, "Apply to Open Tickets"),
    "sla-policy": (f"{OURS}.helpdesk_sla_policy_action", {"model": "helpdesk.sla.policy", "company_id": 1}),
    "sla-report": (f"{OURS}.helpdesk_sla_clock_report_action", {}),
    "team": (*TEAM, "Emails to Customers", "Slack Events"),
    "mailbox": (*MAILBOX, "Support Mailbox"),
    "user": (*USER, "Helpdesk", "Slack"),
    "tickets": (TICKETS, {}),
    "ticket": (TICKETS, {"model": "helpdesk.ticket", "name": "Scanner is deaf"}),
    "ticket-told": (TICKETS, {"model": "helpdesk.ticket", "name": "Printer on fire"}),
    "canned-replies": (f"{OURS}.mail_template_canned_action", {}),
    "manager-settings": (f"{OURS}.helpdesk_manager_settings_action", {}),
}


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_has_nothing_to_complain_about(seat, desk, screen, width):
    action, record, *pressed = SCREENS[screen]
    admin = seat(ADMIN, width)
    admin.open(desk.path(action, **record))
    admin.screenshot(screen)
    assert wrong(admin) == []
    for words in pressed:
        admin.press(words)
        admin.screenshot(f"{screen}-{words.lower().replace(' ', '-')}")
        assert wrong(admin) == []
