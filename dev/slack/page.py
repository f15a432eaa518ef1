"""The page that shows the workspace, and lets somebody be a person in it.

Block Kit is drawn by modules of our own in `page/`: they need no build step, and what they draw can be used. The kept
library for it, slack-blocks-to-jsx, is React, wants a bundler, and leaves modals and their values to whoever uses it.
"""

import json
from pathlib import Path

from aiohttp import web

from .messages import public
from .typed import EMOJI
from .views import shape

#: So many messages are on the page.
SHOWN = 500
FOLDER = Path(__file__).parent / "page"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Page:
    """Serves it, and what it shows."""

    def __init__(self, slack):
        self._slack = slack

    def routes(self, router):
        """Where it is."""
        router.add_get("/", self.home)
        router.add_get("/page/state", self.state)
        router.add_get("/page/{name}", self.part)
        router.add_get("/archives/{channel}/{message}", self.link)

    async def home(self, request):
        """The page; what it shows first is in it."""
        state = json.dumps(self._state(request.query)).replace("<", "\\u003c")
        page = (FOLDER / "index.html").read_text().replace("{{state}}", state)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def part(self, request):
        """A script or a style."""
        path = FOLDER / Path(request.match_info["name"]).name
        if path.suffix not in TYPES or not path.is_file():
            return web.Response(status=404)
        headers = {"Cache-Control": "no-store"}
        return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8", headers=headers)

    async def link(self, request):
        """A link to a message leads to its channel, and opens its thread."""
        stamp = request.match_info["message"].removeprefix("p")
        ts = request.query.get("thread_ts") or f"{stamp[:-6]}.{stamp[-6:]}"
        channel = self._slack.space.channels.get(request.match_info["channel"])
        below = f"#{ts}" if channel and ts in channel.messages else ""
        return web.Response(status=302, headers={"Location": f"/?channel={request.match_info['channel']}{below}"})

    async def state(self, request):
        """What the page shows, as soon as it is not what it already shows."""
        seen = request.query.get("seen", "")
        await self._slack.news(int(seen) if seen.isdigit() else -1)
        return web.json_response(self._state(request.query), headers={"Cache-Control": "no-store"})

    def _state(self, query):
        space = self._slack.space
        people = [one for one in space.people.values() if not (one.deleted or one.is_bot) and one.id != "USLACKBOT"]
        me = next((one for one in people if query.get("as") in (one.id, one.name)), people[0])
        mine = [channel for channel in space.channels.values() if me.id in channel.members]
        here = next((one for one in mine if query.get("channel") in (one.id, one.name)), mine[0] if mine else None)
        modal, home, app = self._slack.views.top(me.id), space.homes.get(me.id), space.app
        return {
            "version": self._slack.version,
            "me": me.id,
            "people": {one.id: _card(one) for one in space.people.values()},
            "choices": [one.id for one in people],
            "channels": [self._channel(channel, me) for channel in mine],
            "channel": here.id if here else None,
            "messages": _latest(here) if here else [],
            "ephemeral": [one for one in space.ephemeral if one["_to"] == me.id and here and one["channel"] == here.id],
            "modal": shape(modal) if modal else None,
            "depth": len(space.modals.get(me.id) or []),
            "home": shape(home) if home else None,
            "app": {"name": app.name, "bot": app.bot_user, "shortcuts": app.shortcuts, "commands": app.commands}
            | {"home_tab": app.home_tab, "interactivity": app.interactivity},
            "emoji": EMOJI,
        }

    def _channel(self, channel, me):
        other = next((one for one in sorted(channel.members) if one != me.id), me.id) if channel.is_im else None
        name = self._slack.space.people[other].real_name if other else channel.name
        shape = {"id": channel.id, "name": name, "type": channel.type, "shared": channel.is_ext_shared, "other": other}
        return shape | {"archived": channel.is_archived, "members": sorted(channel.members)}


def _latest(channel):
    """The latest messages, with the first ones of their threads."""
    latest = list(channel.messages.values())[-SHOWN:]
    there = {message["ts"] for message in latest}
    roots = {message.get("thread_ts") for message in latest} - there - {None}
    return [public(channel.messages[ts]) for ts in sorted(roots & set(channel.messages))] + list(map(public, latest))


def _card(person):
    kind = "bot" if person.is_bot else "guest" if person.is_restricted or person.is_ultra_restricted else ""
    return {"id": person.id, "name": person.name, "real_name": person.real_name} | {
        "kind": "external" if person.is_foreign else kind,
        "deleted": person.deleted,
    }
