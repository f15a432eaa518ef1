"""What whoever tests says to the double: everything under `/__`; `dev/slack/__init__.py` is the guide."""

import asyncio
import json

from aiohttp import web

from . import seed
from .errors import SlackError
from .team import TEAM_NAME
from .views import shape


class Control:
    """Answers `/__…`."""

    def __init__(self, slack):
        self._slack = slack

    async def serve(self, request):
        """One request; 404 for what is not known, 400 for what cannot be done."""
        verb = request.match_info["verb"]
        body = await request.read()
        asked = json.loads(body) if body else dict(request.query)
        if verb.startswith("act/") and request.method == "POST":
            answer = await self._slack.people.act(verb[4:], asked)
            return web.json_response({"ok": True} if answer is None else answer)
        handler = getattr(self, f"{request.method.lower()}_{verb}", None)
        if not handler:
            return web.Response(status=404, text="no such command")
        try:
            answer = handler(asked)
            answer = await answer if hasattr(answer, "__await__") else answer
        except (KeyError, TypeError, ValueError) as error:
            raise SlackError("bad_command", detail=f"{type(error).__name__}: {error}") from error
        return web.json_response({"ok": True} if answer is None else answer)

    async def post_acts(self, asked):
        """Let people do things at the same moment; what one may not do is {"refused": why}."""

        async def act(one):
            try:
                return await self._slack.people.act(one["verb"], one)
            except SlackError as error:
                return {"refused": error.answer()}

        return await asyncio.gather(*map(act, asked["acts"]))

    # The workspace

    def get_info(self, asked):
        space, app = self._slack.space, self._slack.space.app
        return {
            "team": TEAM_NAME,
            "token": app.bot_token,
            "app_token": app.app_token,
            "signing_secret": app.signing_secret,
            "user_tokens": {name: f"xoxp-{name}" for name in seed.AGENTS},
            "channels": {channel.name: channel.id for channel in space.channels.values() if channel.name},
            "users": {space.person(name).email: space.person(name).id for name in seed.AGENTS},
            "people": {person.name: person.id for person in space.people.values()},
        }

    async def post_reset(self, asked):
        await self._slack.reset()

    def put_channel(self, asked):
        private, with_bot = bool(asked.get("private")), asked.get("with_bot", True)
        return self._slack.space.add_channel(asked["name"], private, with_bot).id

    def post_channel(self, asked):
        """`{"channel": ..., "do": "archive", "unarchive", "rename" (with `name`) or "new_id"}`"""
        channel, what = self._slack.space.channel(asked["channel"]), asked["do"]
        if what == "rename":
            return self._slack.rename(channel, asked["name"])
        if what == "new_id":
            return self._slack.new_channel_id(channel)
        return self._slack.archive(channel, self._slack.space.person("anna").id, what == "archive")

    def put_person(self, asked):
        return self._slack.people.change(asked)

    async def put_app(self, asked):
        """The app's settings; a new address is asked for the challenge, and refused if it does not know it."""
        app = self._slack.space.app
        before = app.request_url
        app.change(asked)
        if app.request_url and app.request_url != before and app.verify_url:
            wrong = await self._slack.delivery.http.verify(app.request_url)
            if wrong:
                app.request_url = before
                raise SlackError("url_not_verified", detail=wrong)

    def delete_app(self, asked):
        self._slack.revoke()

    # What goes wrong

    def put_delay(self, asked):
        self._slack.api.delay = asked["ms"]

    def put_limits(self, asked):
        self._slack.limits.change(asked)

    def get_fault(self, asked):
        return self._slack.faults.armed()

    def put_fault(self, asked):
        if asked["mode"] == "refuse":
            return self._slack.refuse(asked.get("seconds", 2))
        return self._slack.faults.put(asked)

    async def delete_fault(self, asked):
        self._slack.faults.clear()
        await self._slack.reopen()

    def get_sockets(self, asked):
        return self._slack.delivery.sockets.shape()

    async def post_sockets(self, asked):
        return await self._slack.delivery.sockets.command(asked)

    def post_redeliver(self, asked):
        """`{"event_id": ... or "n": which of the events told, -1 by default, "by": ["socket", "http"], "times": 1}`"""
        told = self._slack.events.told
        wanted = [one for one in told if asked.get("event_id") in (None, one["event_id"])]
        if not wanted:
            raise SlackError("no_such_event")
        payload = wanted[asked.get("n", -1)]
        for _time in range(asked.get("times", 1)):
            self._slack.delivery.event(payload, ways=asked.get("by") or ["socket"])
        return payload

    def post_event(self, asked):
        """Tell the app of an event that the double knows nothing of: `{"event": {...}, "channel": ...}`"""
        channel = self._slack.space.channel(asked["channel"]) if asked.get("channel") else None
        payload = self._slack.events.wrapped(asked["event"], channel) | (asked.get("wrapper") or {})
        self._slack.events.told.append(payload)
        self._slack.delivery.event(payload, ways=asked.get("by"))
        return payload

    def post_expire(self, asked):
        self._slack.response_urls.expire()

    # What happened

    def get_calls(self, asked):
        wanted = asked.get("method")
        return [call for call in self._slack.api.calls if wanted in (None, call["method"])]

    def get_events(self, asked):
        return list(self._slack.events.told)

    def get_deliveries(self, asked):
        return self._slack.delivery.log

    def get_ephemeral(self, asked):
        who = self._slack.space.person(asked["as"]).id if asked.get("as") else None
        return [one for one in self._slack.space.ephemeral if who in (None, one["_to"])]

    def get_modal(self, asked):
        """The modal that somebody sees: `?as=anna`; null if there is none."""
        view = self._slack.views.top(self._slack.space.person(asked["as"]).id)
        return {"view": shape(view) if view else None}

    def get_home(self, asked):
        view = self._slack.space.homes.get(self._slack.space.person(asked["as"]).id)
        return {"view": shape(view) if view else None}
