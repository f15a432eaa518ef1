"""Channels, and reading them.

https://docs.slack.dev/reference/methods/conversations.history, conversations.replies, conversations.info,
conversations.list, conversations.members, conversations.join, conversations.open, conversations.create,
conversations.invite, conversations.kick, conversations.leave, conversations.archive, conversations.rename,
users.conversations
- History shows parents and replies that were sent to the channel too, newest first; never other replies.
- Replies begin with the parent, oldest first; the `ts` of a reply means its thread.
- `oldest` and `latest` exclude their own timestamp, unless `inclusive`.
- `metadata` comes with `include_all_metadata` only.
"""

import base64

from ..clock import number
from ..errors import SlackError
from ..messages import public
from .registry import HISTORY, READ, listed, member, method, true, whole


def _window(arguments):
    """A function that says whether a timestamp lies within what was asked for."""
    ends = {}
    for name in ("oldest", "latest"):
        asked = arguments.get(name)
        ends[name] = number(asked) if asked not in (None, "") else None
        if asked not in (None, "") and ends[name] is None:
            raise SlackError(f"invalid_ts_{name}")
    slack, (oldest, latest) = int(true(arguments.get("inclusive"))), ends.values()

    def within(ts):
        at = number(ts)
        return (oldest is None or at > oldest - slack) and (latest is None or at < latest + slack)

    return within


def _page(found, arguments, default):
    """One page of a list, and the cursor of the next."""
    try:
        start = int(base64.b64decode(arguments.get("cursor") or base64.b64encode(b"0")))
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    size = whole(arguments.get("limit"), default)
    more = len(found) > start + size
    cursor = base64.b64encode(str(start + size).encode()).decode() if more else ""
    return found[start : start + size], more, {"next_cursor": cursor}


@method("conversations.history", scope=HISTORY)
def _history(slack, caller, arguments):
    channel, within = member(slack.space, caller, arguments.get("channel")), _window(arguments)
    shown = [
        message
        for ts, message in reversed(channel.messages.items())
        if (message.get("thread_ts", ts) == ts or message.get("subtype") == "thread_broadcast") and within(ts)
    ]
    page, more, metadata = _page(shown, arguments, 100)
    with_metadata = true(arguments.get("include_all_metadata"))
    answer = {"messages": [public(message, with_metadata) for message in page], "has_more": more, "pin_count": 0}
    return answer | ({"response_metadata": metadata} if more else {})


@method("conversations.replies", scope=HISTORY)
def _replies(slack, caller, arguments):
    channel, within = member(slack.space, caller, arguments.get("channel")), _window(arguments)
    named = channel.messages.get(str(arguments.get("ts")))
    root = named and channel.messages.get(named.get("thread_ts", named["ts"]))
    if not root:
        raise SlackError("thread_not_found")
    below = [channel.messages[ts] for ts in channel.threads.get(root["ts"], ()) if within(ts)]
    page, more, metadata = _page([root, *below], arguments, 1000)
    with_metadata = true(arguments.get("include_all_metadata"))
    answer = {"messages": [public(message, with_metadata) for message in page], "has_more": more}
    return answer | ({"response_metadata": metadata} if more else {})


def _visible(slack, caller, ref):
    """A channel that the caller may know of."""
    channel = slack.space.channel(ref, by_name=False)
    if channel.is_private and caller.user not in channel.members:
        raise SlackError("channel_not_found")
    return channel


@method("conversations.info", scope=READ)
def _info(slack, caller, arguments):
    return {"channel": _visible(slack, caller, arguments.get("channel")).shape(caller.user)}


@method("conversations.members", scope=READ, tier=4)
def _members(slack, caller, arguments):
    channel = _visible(slack, caller, arguments.get("channel"))
    page, _more, metadata = _page(sorted(channel.members), arguments, 100)
    return {"members": page, "response_metadata": metadata}


def _list(slack, caller, arguments, only_mine):
    kinds = listed(arguments.get("types")) or ["public_channel"]
    names = {"channel": "public_channel", "group": "private_channel", "im": "im"}
    found = [
        channel
        for channel in slack.space.channels.values()
        if names[channel.type] in kinds
        and (caller.user in channel.members or not (channel.is_private or only_mine))
        and not (true(arguments.get("exclude_archived")) and channel.is_archived)
    ]
    page, _more, metadata = _page(found, arguments, 100)
    return {"channels": [channel.shape(caller.user) for channel in page], "response_metadata": metadata}


@method("conversations.list", scope="channels:read", tier=2)
def _list_all(slack, caller, arguments):
    return _list(slack, caller, arguments, only_mine=False)


@method("users.conversations", scope="channels:read")
def _list_mine(slack, caller, arguments):
    return _list(slack, caller, arguments, only_mine=True)


@method("conversations.join", scope="channels:join")
def _join(slack, caller, arguments):
    channel = slack.space.channel(arguments.get("channel"), by_name=False)
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    slack.membership(channel, caller.user, joined=True)
    return {"channel": channel.shape(caller.user)}


@method("conversations.leave", scope="channels:join")
def _leave(slack, caller, arguments):
    slack.membership(member(slack.space, caller, arguments.get("channel")), caller.user, joined=False)


@method("conversations.open", scope="im:write")
def _open(slack, caller, arguments):
    users = listed(arguments.get("users"))
    if len(users) != 1 or users[0] not in slack.space.people:
        raise SlackError("user_not_found")
    channel = slack.space.direct(caller.user, users[0])
    return {"channel": channel.shape(caller.user) if true(arguments.get("return_im")) else {"id": channel.id}}


@method("conversations.create", scope="channels:manage", tier=2)
def _create(slack, caller, arguments):
    private = true(arguments.get("is_private"))
    channel = slack.space.add_channel(arguments.get("name"), private, with_bot=False, creator=caller.user)
    return {"channel": channel.shape(caller.user)}


@method("conversations.invite", scope="channels:manage")
def _invite(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    for user in listed(arguments.get("users")):
        slack.membership(channel, slack.space.person(user).id, joined=True)
    return {"channel": channel.shape(caller.user)}


@method("conversations.kick", scope="channels:manage")
def _kick(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    slack.membership(channel, arguments.get("user"), joined=False)


@method("conversations.archive", scope="channels:manage", tier=2)
def _archive(slack, caller, arguments):
    slack.archive(member(slack.space, caller, arguments.get("channel")), caller.user, archived=True)


@method("conversations.unarchive", scope="channels:manage", tier=2)
def _unarchive(slack, caller, arguments):
    slack.archive(member(slack.space, caller, arguments.get("channel")), caller.user, archived=False)


@method("conversations.rename", scope="channels:manage", tier=2)
def _rename(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    slack.rename(channel, arguments.get("name"))
    return {"channel": channel.shape(caller.user)}
