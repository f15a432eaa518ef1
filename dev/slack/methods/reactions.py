"""Reactions: https://docs.slack.dev/reference/methods/reactions.add, reactions.remove, reactions.get"""

import re

from ..errors import SlackError
from ..messages import found, public
from .registry import member, method

NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


@method("reactions.add", scope="reactions:write")
def _add(slack, caller, arguments):
    react(slack, caller, arguments, add=True)


@method("reactions.remove", scope="reactions:write")
def _remove(slack, caller, arguments):
    react(slack, caller, arguments, add=False)


@method("reactions.get", scope="reactions:read")
def _get(slack, caller, arguments):
    channel = member(slack.space, caller, arguments.get("channel"))
    return {"type": "message", "channel": channel.id, "message": public(found(channel, arguments.get("timestamp")))}


def react(slack, caller, arguments, add):
    """Add or remove a reaction, and tell of it."""
    channel = member(slack.space, caller, arguments.get("channel"))
    message, name = found(channel, arguments.get("timestamp")), str(arguments.get("name") or "").strip(":")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    all_of_them = message.setdefault("reactions", [])
    mine = next((one for one in all_of_them if one["name"] == name), None)
    if add and mine and caller.user in mine["users"]:
        raise SlackError("already_reacted")
    if not add and not (mine and caller.user in mine["users"]):
        raise SlackError("no_reaction")
    if add and not mine:
        all_of_them.append(mine := {"name": name, "users": [], "count": 0})
    mine["users"] = [*mine["users"], caller.user] if add else [one for one in mine["users"] if one != caller.user]
    mine["count"] = len(mine["users"])
    message["reactions"] = [one for one in all_of_them if one["users"]]
    if not message["reactions"]:
        del message["reactions"]
    event = {"type": "reaction_added" if add else "reaction_removed", "user": caller.user, "reaction": name}
    event["item"] = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    if message.get("user"):  # a webhook's message has no author
        event["item_user"] = message["user"]
    slack.events.tell({**event, "event_ts": slack.space.clock.ts()}, channel)
    slack.changed()
