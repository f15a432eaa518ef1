"""Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode

`apps.connections.open` gives an address that can be used once. A connection begins with `hello`; each payload goes to
one of the open connections, in an envelope that has to be acknowledged. Slack announces the end of a connection with
`disconnect` and a reason. Ten connections are open at most.

Beside that a connection can be *deaf* (pings are answered, payloads are lost: python-slack-sdk#1701) or *silent* (not
even pings are answered, as behind a pulled plug).
"""

import asyncio
import json
import secrets
from contextlib import suppress

from aiohttp import WSMsgType, web

MOST = 10
#: What became of a payload that went into a connection whose other end does not hear.
LOST = "lost"
#: What ends a connection, and whether it ends at once.
REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


class Connection:
    """A socket of the app's."""

    def __init__(self, number, request, socket):
        self.id, self.request, self.socket, self.mode = number, request, socket, "listening"
        self.waiting = {}  # envelope_id → future of the acknowledgement

    async def say(self, message):
        """Send something; nothing happens when the other side has gone, or is behind a pulled plug."""
        if self.mode != "silent":
            with suppress(ConnectionError, RuntimeError):
                await self.socket.send_str(json.dumps(message))


class Sockets:
    """The open connections."""

    def __init__(self, slack):
        self._slack, self._tickets, self._open = slack, set(), {}
        self._served = self._sent = 0
        self.refuse_new = False
        self._tasks = set()

    @property
    def open_count(self):
        """How many connections are open."""
        return len(self._open)

    def shape(self):
        """The open connections, oldest first, for whoever tests."""
        return [{"id": one.id, "mode": one.mode, "unacknowledged": len(one.waiting)} for one in self._open.values()]

    def address(self, port):
        """A new address, for one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        app = self._slack.space.app.app_id
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={app}"

    async def serve(self, request):
        """One connection, from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or self.refuse_new:
            return web.Response(status=404, text="This address is not valid any more.")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, max_msg_size=1 << 20)
        await socket.prepare(request)
        self._served += 1
        connection = Connection(self._served, request, socket)
        if not self._slack.space.app.socket_mode and not self._slack.space.app.everywhere:
            await self._say_goodbye(connection, "link_disabled")
        elif len(self._open) >= MOST:
            await self._say_goodbye(connection, "too_many_websockets")
        else:
            await self._listen(connection, debug=request.query.get("debug_reconnects") == "true")
        return socket

    async def _listen(self, connection, debug):
        self._open[connection.id] = connection
        try:
            await connection.say(self._hello(connection.id, 360 if debug else 18060))
            async for frame in connection.socket:
                if frame.type == WSMsgType.PING and connection.mode != "silent":
                    await connection.socket.pong(frame.data)
                elif frame.type == WSMsgType.TEXT:
                    self._acknowledged(connection, frame.data)
        finally:
            self._open.pop(connection.id, None)
            for future in connection.waiting.values():
                if not future.done():
                    future.set_result(None)

    def _hello(self, number, seconds):
        app = self._slack.space.app.app_id
        debug = {"host": f"applink-{number}", "build_number": 1, "approximate_connection_time": seconds}
        info = {"connection_info": {"app_id": app}, "num_connections": len(self._open), "debug_info": debug}
        return {"type": "hello", **info}

    def _acknowledged(self, connection, text):
        with suppress(ValueError, AttributeError):
            answer = json.loads(text)
            future = connection.waiting.get(answer.get("envelope_id"))
            if future and not future.done() and connection.mode != "silent":
                future.set_result({"payload": answer.get("payload")})

    async def send(self, kind, payload, accepts, attempt=0, reason=""):
        """Put a payload into one of the connections; returns (why it failed or '', what is in the acknowledgement)."""
        candidates = [one for one in self._open.values() if not one.socket.closed]
        if not candidates:
            return "connection_failed", None
        self._sent += 1
        connection = candidates[self._sent % len(candidates)]
        if connection.mode != "listening" and kind == "events_api":
            return LOST, None  # Slack believes that it has arrived
        envelope = secrets.token_hex(16)
        future = connection.waiting[envelope] = asyncio.get_running_loop().create_future()
        message = {"envelope_id": envelope, "payload": payload, "type": kind, "accepts_response_payload": accepts}
        if kind == "events_api":
            message |= {"retry_attempt": attempt, "retry_reason": reason}
        if connection.mode == "listening":
            await connection.say(message)
        try:
            answer = await asyncio.wait_for(future, self._slack.space.app.ack_window)
        except asyncio.TimeoutError:
            return "http_timeout", None
        finally:
            connection.waiting.pop(envelope, None)
        return ("", answer["payload"]) if answer else ("connection_failed", None)

    async def command(self, asked):
        """What `POST /__sockets` asks, see `dev/slack/__init__.py`."""
        what, chosen = asked["do"], [self._open[asked["id"]]] if asked.get("id") else list(self._open.values())
        if what in ("refuse", "accept"):
            self.refuse_new = what == "refuse"
        for connection in chosen:
            if what in ("deaf", "silent"):
                connection.mode = what
            elif what == "hear":
                connection.mode = "listening"
            elif what == "drop":
                self._spawn(self._break(connection))
            elif what in REASONS:
                self._spawn(self._say_goodbye(connection, what, asked.get("grace", 10 if what == "warning" else 0)))
        return self.shape()

    async def _say_goodbye(self, connection, reason, grace=0):
        debug = {"host": "applink-double"}
        await connection.say({"type": "disconnect", "reason": reason, "debug_info": debug})
        if reason == "warning":
            await asyncio.sleep(grace)
            await connection.say({"type": "disconnect", "reason": "refresh_requested", "debug_info": debug})
        elif grace:
            await asyncio.sleep(grace)
        with suppress(ConnectionError, RuntimeError):
            await connection.socket.close(code=1000)

    async def _break(self, connection):
        """A connection that ends without a word."""
        if connection.request.transport:
            connection.request.transport.abort()

    def _spawn(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close_all(self):
        """Break every connection and forget every address."""
        self._tickets.clear()
        self.refuse_new = False
        for connection in list(self._open.values()):
            await self._break(connection)
