"""Every reason that a screen can give, read from the code: the terms of the files that write it."""

import ast
import re
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2]
#: Chapter of docs/reasons.rst -> where its reasons are written.
SOURCES = {
    "Inbound Emails": (
        "models/inbound/helpdesk_inbound_*.py",
        "models/ticket/helpdesk_ticket_participants.py",
        "tools/inbound/auto_mail*.py",
        "tools/inbound/real_sender.py",
        "tools/inbound/sanitize*.py",
        "tools/inbound/sender_authentication.py",
    ),
    "Slack Outbox": (
        "models/slack/helpdesk_slack_outbox_*.py",
        "models/slack/helpdesk_slack_dispatcher*.py",
        "models/slack/helpdesk_slack_workspace_errors.py",
        "models/slack/helpdesk_slack_channel_webhook.py",
    ),
    "Slack Inbox": (
        "models/slack_inbound/helpdesk_slack_inbound*.py",
        "models/slack_inbound/helpdesk_slack_person.py",
        "models/slack_acts/helpdesk_slack_inbound*.py",
        "models/slack_answering/helpdesk_slack_inbound*.py",
        "models/answering/helpdesk_ticket_reply_s*.py",
    ),
    "Automatic Emails": (
        "models/outbound/helpdesk_letter.py",
        "models/outbound/mail_mail.py",
        "tools/outbound/smtp_errors.py",
    ),
    "Health": (
        "models/settings/res_config_settings_health*.py",
        "models/slack_inbound/helpdesk_slack_workspace_catch_up.py",
        "models/slack_inbound/helpdesk_slack_workspace_hearing.py",
        "models/slack_inbound/helpdesk_slack_workspace_listened.py",
        "models/slack_inbound/helpdesk_slack_workspace_way.py",
        "tools/inbound/mailbox_errors.py",
    ),
}
#: Methods of these files that write something else: buttons and forms, notes on tickets, notifications, lists in Slack.
NO_REASONS = {
    *("_accept_effect", "action_accept", "_replay", "action_replay", "_notify_administrator"),
    *("action_fetch_left", "_note_left", "_store_wanted_step", "_set_reaction"),
    *("_retry_notification", "_compute_what", "_with_webhook_state"),
    *("_tell", "_opening", "_saying", "_asked", "_list_message", "_list_help", "_form_title"),
    *("_do_shortcut", "_refusal_at_field", "_new_ticket", "_source_html", "_note_thread", "_link_message"),
    *("_ticket_form_titles", "_act_show_form", "_form_of_assign", "_form_of_stage", "_form_of_priority"),
    *("_form_of_snooze", "_home_view", "_home_parts", "_slack_entry", "_reply_view", "_hand_back", "_ask_again"),
    *("_hand_words_back", "_leave_to_colleagues", "_left_words"),
    *("_act_take", "_act_close", "_act_reopen", "_act_no_ticket", "_act_assign", "_act_stage", "_act_priority"),
    *("_act_untake", "_act_snooze", "_act_wake", "_helpdesk_link_target", "_ago", "action_helpdesk_open_part"),
    *("_fill_view", "_fail"),
}


def reasons(chapter):
    """The reasons of a chapter, with … for what changes."""
    files = {path for pattern in SOURCES[chapter] for path in ADDON.glob(pattern)}
    return {reason for path in files for reason in _reasons_of(path)}


def methods():
    """The names of all methods in these files."""
    files = {path for patterns in SOURCES.values() for pattern in patterns for path in ADDON.glob(pattern)}
    trees = [ast.parse(path.read_text()) for path in files]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _reasons_of(path):
    tree = ast.parse(path.read_text())
    others = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in NO_REASONS]
    skipped = {id(inner) for node in others for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id(node) not in skipped and _is_translated(node.func) and node.args:
            plain = general(node.args[0].value)
            if re.search(r"\w{2}", plain):
                yield plain


def _is_translated(function):
    return getattr(function, "attr", getattr(function, "id", "")) == "_"


def general(term):
    """A term with … for each of its placeholders."""
    return " ".join(re.sub(r"%(\(\w+\))?s", "…", term).split())
