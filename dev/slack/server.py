"""The double as one object, and the ports that it listens on: 127.0.0.1 only."""

import asyncio

from aiohttp import web

from .control import Control
from .delivery import Delivery
from .errors import SlackError
from .events import Events
from .faults import Faults
from .files import MOST, Files
from .interactions import Interactions
from .limits import Limits
from .messages import Messages
from .page import Page
from .people import People
from .triggers import ResponseUrls, Triggers
from .views import Views
from .web_api import WebApi
from .webhooks import Webhooks
from .workspace import Workspace

HOST = "127.0.0.1"


class Slack:
    """Slack, as far as it goes."""

    def __init__(self):
        self.port = self.control_port = 0
        self.space, self.version = Workspace(), 0
        self.faults, self.limits, self.files = Faults(), Limits(), Files(self)
        self.events, self.messages, self.delivery = Events(self), Messages(self), Delivery(self)
        self.views, self.triggers, self.response_urls = Views(self), Triggers(self), ResponseUrls(self)
        self.interactions, self.people = Interactions(self), People(self)
        self.api, self.page = WebApi(self), Page(self)
        self._news, self._tasks = asyncio.Event(), set()
        self._runner = self._server = self._reopening = None

    @property
    def url(self):
        """Where everything is."""
        return f"http://{HOST}:{self.port}"

    # What happens to the workspace

    async def reset(self):
        """A fresh workspace: no faults, no limits, nothing recorded, nobody connected."""
        self.delivery.forget()
        await self.delivery.sockets.close_all()
        self.space, self.api.calls, self.api.delay = Workspace(), [], 0
        self.faults.clear()
        self.limits = Limits()
        self.events.told.clear()
        self.triggers, self.response_urls = Triggers(self), ResponseUrls(self)
        await self.reopen()
        self.changed()

    def changed(self):
        """Something is to be seen on the page."""
        self.version += 1
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def news(self, seen, patience=20):
        """Wait until there is something that a page of version `seen` does not show."""
        if self.version == seen:
            try:
                await asyncio.wait_for(self._news.wait(), patience)
            except asyncio.TimeoutError:
                pass

    def ephemeral(self, channel, user, message, thread_ts=None):
        """Say something to one person: in no history, and its ts is of no use for `chat.update`."""
        stored = {"type": "message", **message, "ts": self.space.clock.ts(), "is_ephemeral": True}
        stored |= {"channel": channel.id, "_to": user} | ({"thread_ts": thread_ts} if thread_ts else {})
        self.space.ephemeral.append(stored)
        self.changed()
        return stored

    def membership(self, channel, user, joined):
        """Somebody comes into a channel, or goes."""
        if joined == (user in channel.members):
            return
        kind = "member_joined_channel" if joined else "member_left_channel"
        event = {"type": kind, "user": user, "channel": channel.id, "channel_type": channel.type[:1].upper()}
        event |= {"team": self.space.people[user].team_id, "event_ts": self.space.clock.ts()}
        channel.members.add(user)  # the bot hears of its own leaving
        self.events.tell(event, channel)
        subtype, word = ("channel_join", "joined") if joined else ("channel_leave", "left")
        self.messages.post(channel, {"subtype": subtype, "user": user, "text": f"<@{user}> has {word} the channel"})
        if not joined:
            channel.members.discard(user)
        self.changed()

    def archive(self, channel, user, archived):
        """A channel is archived, or comes back."""
        channel.is_archived = archived
        kind = f"{'group' if channel.is_private else 'channel'}_{'archive' if archived else 'unarchive'}"
        event = {"type": kind, "channel": channel.id, "user": user, "event_ts": self.space.clock.ts()}
        self.events.tell(event, channel)
        self.changed()

    def rename(self, channel, name):
        """A channel gets another name."""
        channel.name = name
        kind = f"{'group' if channel.is_private else 'channel'}_rename"
        shape = {"id": channel.id, "name": name, "created": channel.created}
        self.events.tell({"type": kind, "channel": shape, "event_ts": self.space.clock.ts()}, channel)
        self.changed()

    def new_channel_id(self, channel):
        """A channel gets another id, as when it is shared with another workspace."""
        old, channel.id = channel.id, self.space.new_id("C")
        self.space.channels[channel.id] = self.space.channels.pop(old)
        event = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": channel.id}
        self.events.tell({**event, "event_ts": self.space.clock.ts()}, channel)
        self.changed()
        return channel.id

    def revoke(self):
        """The app is uninstalled: its tokens are of no use any more."""
        app, now = self.space.app, self.space.clock.ts()
        event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot_user]}, "event_ts": now}
        self.events.tell(event)
        self.events.tell({"type": "app_uninstalled", "event_ts": now})
        app.revoked = True

    def spawn(self, work):
        """Do something in the background."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Ports

    async def listen(self, port=0):
        """Listen on a port (0: any that is free) and on another one for control."""
        self._runner = web.AppRunner(self._application(), access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await self._open(port)
        control = await asyncio.get_running_loop().create_server(self._runner.server, HOST, 0)
        self.control_port = control.sockets[0].getsockname()[1]

    async def _open(self, port):
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._runner.server, HOST, port, reuse_address=True, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    def refuse(self, seconds):
        """A closed port, seen from outside; for ever if less than zero."""
        if self._server:
            self._server.close()
            self._server = None
        if seconds >= 0:
            loop = asyncio.get_running_loop()
            self._reopening = loop.call_later(seconds, lambda: self.spawn(self.reopen()))

    async def reopen(self):
        """Listen again."""
        if self._reopening:
            self._reopening.cancel()
        if not self._server:
            await self._open(self.port)

    async def for_ever(self, request):
        """Say nothing until the other side has gone."""
        while request.transport and not request.transport.is_closing():
            await asyncio.sleep(0.05)

    def is_page(self, request):
        """Whether the double's own page asks, as a browser that somebody has signed in with."""
        return request.headers.get("Sec-Fetch-Site") == "same-origin"

    def _application(self):
        application = web.Application(client_max_size=MOST, middlewares=[_errors])
        router, control, hooks = application.router, Control(self), Webhooks(self)
        router.add_route("*", "/api/{method}", self.api.serve)
        router.add_route("*", "/__{verb:.*}", control.serve)
        router.add_post("/services/{tail:.*}", hooks.serve)
        router.add_post("/response/{ticket}", self.response_urls_serve)
        router.add_post("/upload/v1/{ticket}", self.files.upload)
        router.add_get("/files-pri/{file}/{tail:.*}", self.files.download)
        router.add_get("/link/", self.delivery.sockets.serve)
        self.page.routes(router)
        return application

    async def response_urls_serve(self, request):
        """The addresses for answers; a reset makes new ones."""
        return await self.response_urls.serve(request)


@web.middleware
async def _errors(request, handler):
    try:
        return await handler(request)
    except SlackError as error:
        return web.json_response(error.answer(), status=400)
