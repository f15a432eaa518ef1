"""How payloads reach the app: through a socket, or signed by HTTP; again, when nobody acknowledges.

https://docs.slack.dev/apis/events-api#retries: acknowledged within 3 seconds, or sent again at once, after 1 minute and
after 5. Clicks, submissions and commands are never sent again: the person sees that it did not work.
https://docs.slack.dev/apis/events-api/using-socket-mode: with Socket Mode on, HTTP gets nothing.
"""

import asyncio
import json
import time
from urllib.parse import urlencode

from .http_door import HttpDoor
from .sockets import LOST, Sockets

#: What a program that answers the second time is told of the first.
RETRY_REASONS = {"http_timeout": "timeout"}


class Delivery:
    """Delivers, and records every attempt in `log`."""

    def __init__(self, slack):
        self._slack, self.log = slack, []
        self.sockets, self.http = Sockets(slack), HttpDoor(slack)
        self._tasks = set()

    def forget(self):
        """Stop what is under way, as if it had never been sent."""
        for task in self._tasks:
            task.cancel()
        self.log = []

    def event(self, payload, wait=0, ways=None):
        """Deliver an event, with all its retries, in the background. :param ways: the app's ways if not given"""
        for way in ways or self._ways():
            self._spawn(self._persist(way, payload, wait))

    def _ways(self):
        app = self._slack.space.app
        if app.everywhere:
            return ["socket", "http"] if app.request_url else ["socket"]
        return ["socket"] if app.socket_mode else ["http"] if app.request_url else []

    async def _persist(self, way, payload, wait):
        if wait:
            await asyncio.sleep(wait)
        reason = ""
        for number, delay in enumerate([None, *self._slack.space.app.retry_delays]):
            if delay:
                await asyncio.sleep(delay)
            record = self._record(way, payload, number, reason)
            reason, final = await self._once(way, payload, number, reason, record)
            if reason in ("", LOST) or final:
                return

    def _record(self, way, payload, number, reason):
        event = payload.get("event") or {}
        record = {
            "at": time.time(),
            "by": way,
            "event_id": payload.get("event_id"),
            "type": event.get("type") or payload.get("type") or "command",
            "subtype": event.get("subtype"),
            "ts": event.get("ts"),
            "attempt": number,
            "retry_reason": reason,
        }
        self.log.append(record)
        return record

    async def _once(self, way, payload, number, reason, record):
        """One attempt; returns (why it failed or '', whether Slack gives up)."""
        begun, final = time.monotonic(), False
        if way == "socket":
            told = RETRY_REASONS.get(reason, reason)
            failed, _body = await self.sockets.send("events_api", payload, False, number, told)
        else:
            body = json.dumps(payload, separators=(",", ":")).encode()
            retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
            url = self._slack.space.app.url_for("events")
            failed, answer = await self.http.send(url, body, "application/json", retry)
            record["status"] = answer.status if answer else None
            final = bool(failed and answer and answer.headers.get("x-slack-no-retry") == "1")
        record |= {"ms": round((time.monotonic() - begun) * 1000), "failed": failed, "acknowledged": not failed}
        return failed, final

    async def interaction(self, kind, payload):
        """Deliver what a person did, once; returns (why it failed or '', the body of the acknowledgement).

        :param kind: `interactive`, `options` or `commands`
        """
        app = self._slack.space.app
        ways = self._ways() or (["http"] if app.url_for(kind, payload.get("command")) else [])
        if app.socket_mode and not app.everywhere:
            ways = ["socket"]
        if not ways or not (app.interactivity or kind == "commands"):
            return "not_configured", None
        body = json.dumps(payload).encode()
        fault = self._slack.faults.take("interaction", body, group="interaction")
        if fault and fault["mode"] == "twice" and app.request_url:
            self._spawn(self._interaction_by_http(kind, payload))
        way = "socket" if "socket" in ways and (app.socket_mode or self.sockets.open_count) else ways[-1]
        record, begun = self._record(way, payload, 0, ""), time.monotonic()
        if way == "socket":
            envelope = "slash_commands" if kind == "commands" else "interactive"
            failed, body = await self.sockets.send(envelope, payload, True)
        else:
            failed, body = await self._interaction_by_http(kind, payload)
        record |= {"ms": round((time.monotonic() - begun) * 1000), "failed": failed, "acknowledged": not failed}
        return failed, body

    async def _interaction_by_http(self, kind, payload):
        fields = payload if kind == "commands" else {"payload": json.dumps(payload, separators=(",", ":"))}
        url = self._slack.space.app.url_for(kind, payload.get("command"))
        failed, answer = await self.http.send(url, urlencode(fields).encode(), "application/x-www-form-urlencoded")
        if failed or not answer.text.strip():
            return failed, None
        try:
            return "", json.loads(answer.text)
        except ValueError:
            return "", {"text": answer.text} if kind == "commands" else None

    def _spawn(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
