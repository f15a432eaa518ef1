"""The rows that Slack's deliveries become, and the kinds of them; ids and timestamps are believed in no other shape."""

import re
from dataclasses import dataclass, field

from .response import as_dict

MESSAGE, CHANGED, DELETED = "message", "message_changed", "message_deleted"
REACTION_ADDED, REACTION_REMOVED = "reaction_added", "reaction_removed"
BLOCK_ACTION, SHORTCUT, VIEW_SUBMISSION, COMMAND = "block_action", "shortcut", "view_submission", "command"
HOME, VIEW_CLOSED = "app_home", "view_closed"
KINDS = (
    *(MESSAGE, CHANGED, DELETED, REACTION_ADDED, REACTION_REMOVED),
    *(BLOCK_ACTION, SHORTCUT, VIEW_SUBMISSION, COMMAND, HOME, VIEW_CLOSED),
)
#: Kinds of which each message has one row: a mention arrives as two events, and catch-up finds what an event told.
MESSAGE_KINDS = (MESSAGE, CHANGED, DELETED)
#: Kinds that a person can only do on purpose, and then waits for the answer.
ASKED_KINDS = (BLOCK_ACTION, SHORTCUT, VIEW_SUBMISSION, COMMAND, HOME)
ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
TS = re.compile(r"\d{10}\.\d{6}")


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack: what carries one of these is our own. Empty where it is not known yet.

    :param bot_ref: id of the bot (B…)
    :param user_ref: id of the bot's user (U…)
    """

    bot_ref: str = ""
    user_ref: str = ""


@dataclass(frozen=True)
class Row:
    """One thing that Slack told us.

    :param event_ref: identifies the delivery, whatever transport repeats it
    :param message_ts: the message that it is about
    :param thread_ts: the first message of its thread; empty where it is not known
    :param event_ts: when it happened, by Slack's clock, in an order that texts have
    :param edited_ts: which edit of the message it is
    :param payload: what is needed to carry it out
    """

    kind: str
    event_ref: str
    channel_ref: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    event_ts: str = ""
    edited_ts: str = ""
    user_ref: str = ""
    payload: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """What one body holds.

    :param team_refs: ids of the workspaces it may be for; empty if it does not say
    :param own_posts: (channel, ts) of messages of ours that came back
    :param changed_users: ids of people whose profile has changed
    :param changed_channels: ids of channels that have another name, were archived, or the like
    :param moved_channels: pairs of a channel's former id and its id of now
    :param answer: what the acknowledgement says; None: nothing
    :param repeated: those of the rows that were there before
    :param openings: calls of Slack that cannot wait for the cron; they never raise
    """

    rows: tuple = ()
    team_refs: frozenset = frozenset()
    own_posts: tuple = ()
    changed_users: tuple = ()
    changed_channels: tuple = ()
    moved_channels: tuple = ()
    answer: dict | None = None
    repeated: tuple = ()
    openings: tuple = field(default=(), compare=False)

    def open(self):
        """Make the calls that cannot wait: after the commit, before the acknowledgement.

        A modal has to be opened within three seconds after the click.
        """
        for opening in self.openings:
            opening()


def teams_of(body):
    """The ids of the workspaces that a body may be for; empty if it does not say.

    In a channel that another organization shares with ours, ``team_id`` names that organization, whoever has written;
    our workspace is named by the authorization, as in https://github.com/slackapi/bolt-js/issues/935.
    """
    authorizations = body.get("authorizations")
    installed = map(as_dict, authorizations if isinstance(authorizations, list) else ())
    named = [ref(one.get("team_id")) for one in installed]
    named.append(ref(body.get("team_id")) or ref(as_dict(body.get("team")).get("id")))
    return frozenset(filter(None, named))


def ref(value):
    """`value` if it can be an id of Slack's, else an empty text."""
    return value if isinstance(value, str) and ID.fullmatch(value) else ""


def ts(value):
    """`value` if it can be a timestamp of Slack's, else an empty text."""
    return value if isinstance(value, str) and TS.fullmatch(value) else ""


def text(value):
    """`value` if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""
