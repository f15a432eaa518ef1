"""What goes wrong with Slack, and what people do about it.

What mends it in real life mends it here: Retry-After passes, the token is tested again or entered anew, the bot is
invited and the channel's probe finds out, somebody presses Retry or sends a test message. Only the waiting between two
attempts is cut short (`Desk.hurry`, the time until the next probe).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from dev.chaos.slack_desk import Desk

#: Seconds that Slack asks for.
RETRY_AFTER = 2
#: Seconds for which Odoo listens to Slack here, and milliseconds after which a slow answer comes.
TIMEOUT, LATE = 1, 1500


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    :param wire: what the wire is told
    :param edit: what it is told for an edit, where ``chat.update`` does not know the other
    :param mend: takes the Desk, called again and again
    :param is_local: the other channels go on meanwhile
    :param plain: the message arrives as plain text
    """

    wire: dict
    mend: Callable
    edit: dict = field(default_factory=dict)
    is_local: bool = False
    plain: bool = False


def wait(_desk):
    """It passes."""


def try_token(desk):
    """An administrator tests the token, or enters it anew: by turns."""
    for workspace in _paused(desk, "workspace"):
        desk.mended += 1
        if desk.mended % 2:
            desk.press("helpdesk.slack.workspace", "action_test_connection", workspace)
        else:
            desk.as_("admin")("helpdesk.slack.workspace", "write", workspace, {"bot_token_entry": desk.slack.token})
    desk.hurry()


def probe(desk):
    """Somebody has mended it in Slack and tells nobody: the time for the next probe comes."""
    desk.play.sql("UPDATE helpdesk_slack_channel SET probe_at = create_date WHERE state = 'paused'")
    desk.hurry()


def retry(desk):
    """An agent presses Retry on the tickets of a paused channel."""
    for channel in _paused(desk, "channel"):
        waiting = desk.play.ask(
            f"SELECT DISTINCT ticket_id FROM helpdesk_slack_outbox WHERE channel_id = {channel} AND state = 'pending'"
        )
        desk.press("helpdesk.ticket", "action_retry_slack", [ticket for [ticket] in waiting])
    desk.hurry()


def send_test(desk):
    """An administrator sends a test message, and sees it arrive."""
    for channel in _paused(desk, "channel"):
        desk.press("helpdesk.slack.channel", "action_send_test", channel)
    desk.hurry()


def _paused(desk, what):
    return [found for [found] in desk.play.ask(f"SELECT id FROM helpdesk_slack_{what} WHERE state = 'paused'")]


def _error(code):
    return {"mode": "error", "error": code}


FAULTS = {
    "429": Fault({"mode": "429", "retry_after": RETRY_AFTER}, wait, is_local=True),
    "HTTP 500": Fault({"mode": "500"}, Desk.hurry),
    "answer dropped": Fault({"mode": "drop_after"}, Desk.hurry),
    "slow answer": Fault({"mode": "slow", "delay": LATE}, Desk.hurry),
    "refused": Fault({"mode": "refuse"}, Desk.hurry),
    "invalid_auth": Fault(_error("invalid_auth"), try_token),
    "channel_not_found": Fault(_error("channel_not_found"), retry, is_local=True),
    "not_in_channel": Fault(_error("not_in_channel"), probe, edit=_error("update_failed"), is_local=True),
    "is_archived": Fault(_error("is_archived"), send_test, edit=_error("is_inactive"), is_local=True),
    "msg_too_long": Fault(_error("msg_too_long"), wait, plain=True),
    "invalid_blocks": Fault(_error("invalid_blocks"), wait, plain=True),
}
