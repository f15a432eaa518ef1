"""What people do in Slack: `POST /__act/VERB` with `{"as": name or id, ...}`; `dev/slack/__init__.py` lists the verbs.

Everybody may do what Slack lets them: write where they are a member, edit and delete what is their own.
"""

import base64

from .errors import SlackError
from .messages import by_person, found, public
from .methods.reactions import react
from .team import FLAGS
from .typed import rich_text, typed
from .web_api import Caller

VERBS = {}


def verb(function):
    """Register what a person can do."""
    VERBS[function.__name__.removeprefix("_")] = function
    return function


class People:
    """Acts for people."""

    def __init__(self, slack):
        self.slack = slack

    async def act(self, name, asked):
        """Do something; returns what it led to. SlackError when that person may not, or it does not exist."""
        if name not in VERBS:
            raise SlackError("no_such_act", known=sorted(VERBS))
        person = self.slack.space.person(asked.get("as"))
        if person.deleted:
            raise SlackError("account_inactive")
        result = VERBS[name](self.slack, person, asked)
        return await result if hasattr(result, "__await__") else result

    def change(self, asked):
        """`PUT /__person`: one more person, or other flags of one; Slack tells of either."""
        space, name = self.slack.space, asked["name"]
        flags = {key: value for key, value in asked.items() if key != "name"}
        unknown = set(flags) - {*FLAGS, "real_name", "email", "team_id", "locale", "tz", "channels"}
        if unknown:
            raise SlackError("unknown_flags", flags=sorted(unknown))
        channels = flags.pop("channels", [])
        try:
            person, kind = space.person(name), "user_change"
            for key, value in flags.items():
                setattr(person, key, value)
        except SlackError:
            person, kind = space.add_person(name, **flags), "team_join"
        for ref in channels:
            self.slack.membership(space.channel(ref), person.id, joined=True)
        person.updated = int(float(space.clock.ts()))
        self.slack.events.tell({"type": kind, "user": person.shape(), "event_ts": space.clock.ts()})
        self.slack.changed()
        return {"id": person.id, "name": person.name}


def _place(slack, person, asked):
    channel = slack.space.channel(asked.get("channel"))
    if person.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _message(slack, person, asked):
    """(channel, message) of an act; an ephemeral message is seen by one person only."""
    channel, ts = _place(slack, person, asked), str(asked.get("ts"))
    for one in slack.space.ephemeral:
        if one["ts"] == ts and one["channel"] == channel.id and one["_to"] == person.id:
            return channel, one
    return channel, found(channel, ts)


def _own(slack, person, asked):
    channel, message = _message(slack, person, asked)
    if message.get("user") != person.id:
        raise SlackError("not_your_message")
    return channel, message


def _words(slack, asked):
    """`text` as a person types it; with `raw` it is what Slack would have made of it."""
    words = str(asked.get("text") or "")
    text = words if asked.get("raw") else typed(words, slack.space)
    return text, rich_text(text, slack.space.new_id("b"))


@verb
def _post(slack, person, asked):
    """`channel, text, thread_ts, broadcast, files: [{name, content (base64) or text, mimetype}], raw, no_blocks`"""
    channel = _place(slack, person, asked)
    if channel.is_archived:
        raise SlackError("is_archived")
    text, blocks = _words(slack, asked)
    attached = asked.get("files") or []
    if not text.strip() and not attached:
        raise SlackError("no_text")
    message = by_person(person, text, None if asked.get("no_blocks") else blocks)
    message |= asked.get("more") or {}
    files = []
    for one in attached:
        data = base64.b64decode(one["content"]) if "content" in one else one.get("text", "").encode()
        files.append(slack.files.keep(one["name"], data, person.id, one.get("mimetype")))
    if files:
        shapes = [slack.files.shape(file) for file in files]
        message |= {"subtype": "file_share", "files": shapes, "upload": False, "display_as_bot": False}
    stored = slack.messages.post(channel, message, asked.get("thread_ts"), bool(asked.get("broadcast")))
    if files:
        slack.files.shared(files, channel, stored)
    return public(stored)


@verb
def _edit(slack, person, asked):
    """`channel, ts, text, raw`"""
    channel, message = _own(slack, person, asked)
    text, blocks = _words(slack, asked)
    slack.messages.edit(channel, message, {"text": text, "blocks": blocks or None}, person.id)
    return public(message)


@verb
def _delete(slack, person, asked):
    """`channel, ts`; an administrator may delete what others wrote."""
    channel, message = _message(slack, person, asked) if person.is_admin else _own(slack, person, asked)
    slack.messages.delete(channel, message)
    return {"ok": True}


@verb
def _delete_file(slack, person, asked):
    """`file`"""
    file = slack.space.files.get(asked.get("file"))
    if not file or file["user"] != person.id:
        raise SlackError("not_your_file")
    slack.files.delete(file)
    return {"ok": True}


@verb
def _unfurl(slack, person, asked):
    """`channel, ts, attachments`: Slack shows a preview of a link; nobody has edited anything."""
    channel, message = _message(slack, person, asked)
    slack.messages.unfurl(channel, message, asked.get("attachments") or [{"from_url": "https://example.com", "id": 1}])
    return public(message)


@verb
def _react(slack, person, asked, add=True):
    """`channel, ts, name`"""
    more = {"channel": slack.space.channel(asked.get("channel")).id, "timestamp": asked.get("ts")}
    react(slack, Caller("user", person.id), {**more, "name": asked.get("name")}, add)
    return {"ok": True}


@verb
def _unreact(slack, person, asked):
    """`channel, ts, name`"""
    return _react(slack, person, asked, add=False)


@verb
def _open_dm(slack, person, asked):
    """`with`: a person, or the app's bot; the id of the direct conversation"""
    channel = slack.space.direct(person.id, slack.space.person(asked.get("with")).id)
    slack.changed()
    return {"channel": channel.id}


@verb
def _join(slack, person, asked):
    """`channel`"""
    slack.membership(slack.space.channel(asked.get("channel")), person.id, joined=True)
    return {"ok": True}


@verb
def _leave(slack, person, asked):
    """`channel, user`: they, or whom they remove (the app's bot, for instance)."""
    who = slack.space.person(asked["user"]).id if asked.get("user") else person.id
    slack.membership(slack.space.channel(asked.get("channel")), who, joined=False)
    return {"ok": True}


def _thing(slack, person, asked):
    """What is clicked in: a message, the modal that is open, or App Home."""
    if asked.get("ts"):
        return _message(slack, person, asked)
    if asked.get("home"):
        view = slack.space.homes.get(person.id)
    else:
        view = slack.space.views.get(asked.get("view_id")) or slack.views.top(person.id)
    if not view:
        raise SlackError("nothing_to_click_in")
    return view


@verb
def _click(slack, person, asked):
    """`action_id, block_id, value (of a menu), values` in `channel, ts`, in the open modal, or with `home`."""
    place = _thing(slack, person, asked)
    chosen, values = asked.get("value"), asked.get("values")
    return slack.interactions.click(person, place, asked.get("block_id"), asked.get("action_id"), chosen, values)


@verb
def _suggest(slack, person, asked):
    """`action_id, block_id, text` in `channel, ts` or the open modal"""
    place = _thing(slack, person, asked)
    ids = asked.get("block_id"), asked.get("action_id")
    return slack.interactions.suggestions(person, place, *ids, asked.get("text") or "")


@verb
def _shortcut(slack, person, asked):
    """`callback_id`, with `channel, ts` for one on a message"""
    place = _message(slack, person, asked) if asked.get("ts") else ()
    return slack.interactions.shortcut(person, asked.get("callback_id"), *place)


@verb
def _command(slack, person, asked):
    """`channel, command, text`"""
    channel = _place(slack, person, asked)
    more = asked.get("text") or "", asked.get("thread_ts")
    return slack.interactions.command(person, channel, asked.get("command"), *more)


@verb
def _submit(slack, person, asked):
    """`values`: by action_id, or by block_id and action_id; what is not named stays as the app has filled it in"""
    return slack.interactions.submit(person, asked.get("values") or {})


@verb
def _close(slack, person, asked):
    """`everything`: all modals, as with the cross in the corner"""
    return slack.interactions.close(person, bool(asked.get("everything")))


@verb
def _open_home(slack, person, asked):
    """They look at the App Home."""
    app = slack.space.app
    event = {"type": "app_home_opened", "user": person.id, "channel": slack.space.direct(app.bot_user, person.id).id}
    event |= {"tab": "home", "event_ts": slack.space.clock.ts()}
    if person.id in slack.space.homes:
        event["view"] = {key: value for key, value in slack.space.homes[person.id].items() if key[0] != "_"}
    slack.events.tell(event)
    return {"ok": True}


@verb
def _reload(slack, person, asked):
    """They load Slack anew: what was said to them alone is gone."""
    slack.space.ephemeral = [one for one in slack.space.ephemeral if one["_to"] != person.id]
    slack.changed()
    return {"ok": True}
