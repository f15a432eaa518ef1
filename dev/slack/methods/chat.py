"""Messages of the app.

https://docs.slack.dev/reference/methods/chat.postMessage, chat.update, chat.delete, chat.postEphemeral,
chat.getPermalink, chat.unfurl
- A bot's message has `user`, `bot_id`, `app_id` and `bot_profile`; with a user's token it has neither bot.
- `text` is cut at 40,000 characters; an update refuses more than 4,000.
- An update without `blocks` or `attachments` keeps the old ones; an empty list takes them away.
- A message without blocks gets one of Slack's own: rich_text.
- A `thread_ts` that names no message puts the message into the channel, with `ok`.
- Only the app that posted a message may change it.
"""

from ..blocks import check_message, with_ids
from ..errors import SlackError
from ..messages import found, public
from ..team import TEAM
from ..typed import rich_text
from .registry import member, method, true

LONGEST, LONGEST_UPDATE = 40_000, 4_000


def authored(slack, caller, arguments):
    """A message of the caller's, from the arguments of a call."""
    check_message(arguments.get("blocks"))
    text = str(arguments.get("text") or "")
    if not text and not arguments.get("blocks") and not arguments.get("attachments"):
        raise SlackError("no_text")
    message = {"user": caller.user, "text": text[:LONGEST], "app_id": slack.space.app.app_id}
    if caller.kind == "bot":
        message |= bot_marks(slack.space.app)
    blocks = with_ids(arguments.get("blocks"), slack.space.new_id)
    message["blocks"] = blocks or rich_text(message["text"], slack.space.new_id("b"))
    for name in ("attachments", "metadata"):
        if arguments.get(name):
            message[name] = arguments[name]
    return {key: value for key, value in message.items() if key != "blocks" or value}


def bot_marks(app):
    """How one sees that a message is the bot's."""
    profile = {"id": app.bot_id, "app_id": app.app_id, "user_id": app.bot_user, "name": app.name, "team_id": TEAM}
    return {"bot_id": app.bot_id, "app_id": app.app_id, "bot_profile": {**profile, "deleted": False, "updated": 0}}


def reachable(slack, caller, ref):
    """The channel to post to; a user's id means the direct conversation with them."""
    space = slack.space
    if str(ref) in space.people:
        return space.direct(caller.user, ref)
    if not ref:
        raise SlackError("channel_not_found")
    channel = space.channel(ref)
    if channel.is_archived:
        raise SlackError("is_archived")
    if caller.user not in channel.members:
        allowed = not channel.is_private and "chat:write.public" in caller.scopes
        if not allowed:
            raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


@method("chat.postMessage", scope="chat:write", tier=0)
def _post(slack, caller, arguments):
    channel = reachable(slack, caller, arguments.get("channel"))
    message = authored(slack, caller, arguments)
    broadcast = true(arguments.get("reply_broadcast"))
    stored = slack.messages.post(channel, message, arguments.get("thread_ts"), broadcast)
    answer = {"channel": channel.id, "ts": stored["ts"], "message": public(stored, metadata=True)}
    if len(str(arguments.get("text") or "")) > LONGEST:
        answer["warning"] = "message_truncated"
        answer["response_metadata"] = {"warnings": ["message_truncated"]}
    return answer


@method("chat.update", scope="chat:write")
def _update(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    message = found(channel, arguments.get("ts"))
    if message.get("user") != caller.user:
        raise SlackError("cant_update_message")
    if len(str(arguments.get("text") or "")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    new = authored(slack, caller, arguments)
    changes = {"text": new["text"], "blocks": new.get("blocks")}
    if "blocks" not in arguments and any(block["type"] != "rich_text" for block in message.get("blocks") or ()):
        del changes["blocks"]  # kept, unless an empty list takes them away
    if "attachments" in arguments:
        changes["attachments"] = arguments["attachments"] or None
    if "metadata" in arguments:
        changes["metadata"] = arguments["metadata"] or None
    slack.messages.edit(channel, message, changes, caller.user)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": public(message)}


@method("chat.delete", scope="chat:write")
def _delete(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    message = found(channel, arguments.get("ts"))
    if message.get("user") != caller.user:
        raise SlackError("cant_delete_message")
    slack.messages.delete(channel, message)
    return {"channel": channel.id, "ts": arguments["ts"]}


@method("chat.postEphemeral", scope="chat:write", tier=4)
def _ephemeral(slack, caller, arguments):
    channel = reachable(slack, caller, arguments.get("channel"))
    if arguments.get("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = authored(slack, caller, arguments)
    stored = slack.ephemeral(channel, arguments["user"], message, arguments.get("thread_ts"))
    return {"message_ts": stored["ts"]}


@method("chat.getPermalink", tier=0)
def _permalink(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    message = found(channel, arguments.get("message_ts"))
    link = f"{slack.url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


@method("chat.unfurl", scope="links:write")
def _unfurl(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    attachments = [{"from_url": url, **card} for url, card in (arguments.get("unfurls") or {}).items()]
    slack.messages.unfurl(channel, found(channel, arguments.get("ts")), attachments)
