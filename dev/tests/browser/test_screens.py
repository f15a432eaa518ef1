"""Every screen of ours, as the administrator finds it: nothing to complain about, on a desk and on a phone."""

import pytest

from dev.page_checks import wrong
from dev.services.browser import DESKTOP, PHONE

from .desk import ADMIN

OURS = "helpdesk_bridge"
SETTINGS = "helpdesk_mgmt.action_helpdesk_mgmt_config_settings"
#: Name -> its action, the record whose form it is, what to press there. A page of a notebook is pressed by its name.
SCREENS = {
    "settings": (SETTINGS, {}, None),
    "inbound-mails": (f"{OURS}.helpdesk_inbound_mail_action", {}, None),
    "inbound-mail": (f"{OURS}.helpdesk_inbound_mail_action", {"model": "helpdesk.inbound.mail"}, None),
    "inbound-mail-failed": (
        f"{OURS}.helpdesk_inbound_mail_action",
        {"model": "helpdesk.inbound.mail", "verdict": "failed"},
        None,
    ),
    "mail-filters": (f"{OURS}.helpdesk_mail_filter_action", {}, None),
    "mail-filter": (f"{OURS}.helpdesk_mail_filter_action", {"model": "helpdesk.mail.filter"}, None),
    "try-an-address": (f"{OURS}.helpdesk_mail_filter_action", {}, "Try an Address"),
    "letters": (f"{OURS}.helpdesk_letter_action", {}, None),
    "letter-preview": (SETTINGS, {}, "Preview"),
    "slack-workspaces": (f"{OURS}.helpdesk_slack_workspace_action", {}, None),
    "slack-workspace": (f"{OURS}.helpdesk_slack_workspace_action", {"model": "helpdesk.slack.workspace"}, None),
    "slack-channels": (f"{OURS}.helpdesk_slack_channel_action", {}, None),
    "slack-channel": (f"{OURS}.helpdesk_slack_channel_action", {"model": "helpdesk.slack.channel"}, None),
    "slack-outbox": (f"{OURS}.helpdesk_slack_outbox_action", {}, None),
    "slack-message": (f"{OURS}.helpdesk_slack_outbox_action", {"model": "helpdesk.slack.outbox"}, None),
    "slack-message-failed": (
        f"{OURS}.helpdesk_slack_outbox_action",
        {"model": "helpdesk.slack.outbox", "state": "failed"},
        None,
    ),
    "slack-events": (SETTINGS, {}, "Choose events"),
    "sla-policies": (f"{OURS}.helpdesk_sla_policy_action", {}, None),
    "sla-policy": (f"{OURS}.helpdesk_sla_policy_action", {"model": "helpdesk.sla.policy"}, None),
    "sla-apply": (f"{OURS}.helpdesk_sla_policy_action", {}, "Apply to Open Tickets"),
    "sla-report": (f"{OURS}.helpdesk_sla_clock_report_action", {}, None),
    "team": ("helpdesk_mgmt.helpdesk_ticket_team_action", {"model": "helpdesk.ticket.team"}, None),
    "team-letters": ("helpdesk_mgmt.helpdesk_ticket_team_action", {"model": "helpdesk.ticket.team"}, "Letters"),
    "team-events": ("helpdesk_mgmt.helpdesk_ticket_team_action", {"model": "helpdesk.ticket.team"}, "Slack Events"),
    "mailbox": ("mail.action_email_server_tree", {"model": "fetchmail.server"}, None),
    "mailbox-support": ("mail.action_email_server_tree", {"model": "fetchmail.server"}, "Support Mailbox"),
    "user-helpdesk": ("base.action_res_users", {"model": "res.users", "login": "anna"}, "Helpdesk"),
    "user-slack": ("base.action_res_users", {"model": "res.users", "login": "anna"}, "Slack"),
}


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_has_nothing_to_complain_about(seat, desk, screen, width):
    action, record, press = SCREENS[screen]
    admin = seat(ADMIN, width)
    admin.open(desk.path(action, **record))
    if press:
        admin.press(press)
    admin.screenshot(screen)
    assert wrong(admin) == []
