"""What to do after a call to Slack: retry, hold, pause or fail.

`judge` turns the `Answer` to one call into a `Decision`; the dispatcher applies it. Sources of the error codes:
``chat.postMessage``, ``chat.update`` and ``auth.test`` on docs.slack.dev.
"""

import re
from dataclasses import dataclass
from enum import Enum

from .response import BAD_ANSWER, CONNECTION_FAILED, NO_ANSWER, NOT_RENDERED, REDIRECTED, as_dict

#: Seconds until the next attempt, by the number of attempts made; the last one repeats. The first is short enough for
#: the dispatcher to wait for it: one dropped connection must not cost a minute.
BACKOFF = (2, 15, 60, 300, 600)
#: A route that does not answer is probed at least this often, so that messages pass again soon after it is repaired.
MAX_HOLD = 60
#: Seconds until a channel that refused the bot is tried again, by the number of times it has refused it since.
PROBES = (60, 300, 900, 1800, 3600)
#: Seconds a socket may stay silent, for connecting and for each read; a call may take three times as long.
TIMEOUT = 10
CALL = 3 * TIMEOUT
#: Seconds a claim lasts: then another worker takes over the row of one that died.
LEASE = 90
#: Seconds after the claim in which the last look-up of a user, and the last call, may begin: they must end before the
#: lease does.
LAST_LOOKUP, LAST_CALL = 20, 55
#: Attempts for what Slack calls temporary for this one message.
MAX_ATTEMPTS = 10
RETRY_AFTER_DEFAULT = 30
#: Failures of a single message after which its webhook counts as broken, if no other message shows the contrary.
LONE_REFUSALS = 2
#: Our code for an HTTP error of a webhook whose text is not one of Slack's codes: a proxy's page, perhaps.
PAGE = re.compile(r"http_\d+")


class Action(Enum):
    SENT = "sent"  #: stored by Slack
    ADOPT = "adopt"  #: posted outside its thread, whose first message is gone: it becomes the new first message
    ANEW = "anew"  #: the first message is gone: the thread begins anew, then once more
    RETRY = "retry"  #: surely not stored: again after `wait`
    RECONCILE = "reconcile"  #: may be stored: look before sending again, after `wait`
    HOLD = "hold"  #: not stored, and nothing else goes this way before `wait` is over
    PAUSE_CHANNEL = "pause_channel"  #: not stored, until the channel is repaired
    PAUSE_WORKSPACE = "pause_workspace"  #: not stored, until there is a new token
    DEGRADE = "degrade"  #: refused as it is: once more as plain text
    FAIL = "fail"  #: refused for good


@dataclass(frozen=True)
class Decision:
    action: Action
    wait: float = 0  #: seconds
    hold: float = 0  #: seconds during which the whole channel waits too
    #: Seconds during which everything on the same route (a workspace's bot, a channel's webhook) waits too, once it is
    #: confirmed that the route is broken and not this message alone.
    hold_route: float = 0


RATE = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
#: "possible some aspect of the operation succeeded before the error was raised"
AMBIGUOUS = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "duplicate_message_not_found",
        "duplicate_channel_not_found",
    }
)
PLATFORM = frozenset(
    {
        "team_added_to_org",
        "org_login_required",
        "external_channel_migrating",
        "update_failed",
        "streaming_state_conflict",
    }
)
TOKEN = frozenset(
    {
        "not_authed",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "no_permission",
        "not_allowed_token_type",
        "two_factor_setup_required",
        "accesslimited",
        "access_denied",
        "app_access_restricted",
        "team_access_not_granted",
        "enterprise_is_restricted",
        "missing_scope",
        REDIRECTED,
    }
)
CHANNEL = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "ekm_access_denied",
        "messages_tab_disabled",
        "team_not_found",
    }
)
#: The first message cannot be edited or answered any more: deleted, locked, or another app's.
ROOT_GONE = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "thread_not_found",
        "cannot_reply_to_message",
        "invalid_thread_ts",
        "restricted_action_thread_locked",
    }
)
PAYLOAD = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "too_many_attachments",
        "attachment_payload_limit_exceeded",
        "invalid_attachments",
        "markdown_text_conflict",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "metadata_must_be_sent_from_app",
        "block_mismatch",
    }
)


#: An incoming webhook that is no more, or may not be used.
WEBHOOK_GONE = frozenset(
    {
        *("no_service", "no_service_id", "no_team", "invalid_token", "no_active_hooks", "team_disabled"),
        *("action_prohibited", "posting_to_general_channel_denied", "channel_is_archived"),
        *("http_401", "http_403", "http_404", "http_410"),
    }
)
WEBHOOK_PAYLOAD = frozenset({"invalid_payload", "no_text", "too_many_attachments", "invalid_blocks"})


def backoff(attempts):
    """Seconds to wait after `attempts` attempts (1 = the first one has just failed)."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]


def probe_wait(refused):
    """Seconds until a channel is tried again. :param refused: how often it was tried in vain"""
    return PROBES[min(refused, len(PROBES) - 1)]


def judge(answer, attempts, refusals=0):
    """What to do with a row after its attempt number `attempts` ended with `answer`.

    :param refusals: how often before this row was refused for a reason that is said to pass
    """
    wait = backoff(attempts)
    if answer.ok:
        return Decision(Action.ADOPT if answer.unthreaded else Action.SENT)
    if answer.status == 429 or answer.error in RATE:
        wait = max(answer.retry_after or RETRY_AFTER_DEFAULT, 1)
        return Decision(Action.HOLD, wait, hold=wait)
    if answer.error == CONNECTION_FAILED:
        hold = min(wait, MAX_HOLD)
        return Decision(Action.HOLD, hold, hold_route=hold)
    if answer.error in (NO_ANSWER, BAD_ANSWER) or answer.status in (502, 503, 504):
        hold = min(wait, MAX_HOLD)
        return Decision(Action.RECONCILE, hold, hold_route=hold)
    if answer.error in AMBIGUOUS or answer.status >= 500:
        return Decision(Action.RECONCILE, wait)
    if answer.error in (*PLATFORM, NOT_RENDERED) and refusals < MAX_ATTEMPTS:
        return Decision(Action.RETRY, wait)
    for codes, action in _PERMANENT:
        if answer.error in codes:
            return Decision(action)
    return Decision(Action.FAIL)


def judge_webhook(answer, attempts, refusals=0):
    """What to do after the answer of an incoming webhook, on which only its own channel depends."""
    if answer.error in WEBHOOK_GONE or answer.error in TOKEN or answer.error in CHANNEL:
        return Decision(Action.PAUSE_CHANNEL)
    if answer.error in WEBHOOK_PAYLOAD:
        return Decision(Action.DEGRADE)
    return judge(answer, attempts, refusals)


def is_slacks(answer):
    """Whether an answer is Slack's own.

    One that is not may be about a single message: a proxy refuses it for its content. Then nothing else has to wait.
    """
    foreign = answer.error in (CONNECTION_FAILED, NO_ANSWER, BAD_ANSWER, REDIRECTED) or PAGE.fullmatch(answer.error)
    return not foreign and answer.status < 500


def may_be_about_one(answer):
    """Whether an answer that is no success may be about a single message: Slack's servers, too, stumble over some."""
    return not is_slacks(answer) or answer.error in AMBIGUOUS


def is_about_all(answer):
    """Whether an answer that is no success says by itself that nothing else would be answered now either."""
    return judge(answer, 1).action in (Action.HOLD, Action.PAUSE_WORKSPACE)


def is_route_broken(refusals, others_failed, others_sent):
    """Whether a webhook is broken, after a message failed without an answer of Slack's. There is no call to test one.

    :param refusals: how often this message has failed alone before
    :param others_failed: whether another message fails there as well
    :param others_sent: whether another message was sent there since this one began to fail
    """
    return not others_sent and (others_failed or refusals >= LONE_REFUSALS)


def is_given_up(refusals, others_sent):
    """Whether a message that alone fails is given up. :param refusals: how often it has, this time included"""
    return others_sent and refusals >= MAX_ATTEMPTS


_PERMANENT = (
    (TOKEN, Action.PAUSE_WORKSPACE),
    (CHANNEL, Action.PAUSE_CHANNEL),
    (PAYLOAD, Action.DEGRADE),
    (ROOT_GONE, Action.ANEW),
)


@dataclass(frozen=True)
class ChannelFinding:
    """:param name: without the #; empty when unknown :param problem: Slack's error code, "" for none, None: unknown"""

    name: str = ""
    problem: str | None = None


def channel_finding(answer):
    """What an `Answer` of ``conversations.info`` says about writing to the channel."""
    if answer.error in CHANNEL:
        return ChannelFinding(problem=answer.error)
    channel = as_dict(answer.data.get("channel"))
    if not answer.ok or not channel:
        return ChannelFinding()
    problem = "is_archived" if channel.get("is_archived") else "not_in_channel" * (channel.get("is_member") is False)
    return ChannelFinding(str(channel.get("name") or "")[:100], problem)
