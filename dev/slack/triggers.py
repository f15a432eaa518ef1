"""What an interaction lets the app do for a while: open a modal, and answer at an address.

https://docs.slack.dev/interactivity/handling-user-interaction: a `trigger_id` lives three seconds and is used once; a
`response_url` thirty minutes, and five times.
"""

import secrets
import time
from dataclasses import dataclass

from aiohttp import web

from .blocks import check_message, with_ids
from .errors import SlackError
from .methods.chat import bot_marks
from .typed import rich_text

USES, LIFE = 5, 30 * 60


class Triggers:
    """The trigger ids that are about."""

    def __init__(self, slack):
        self._slack, self._given = slack, {}

    def new(self, person):
        """A trigger for what a person did just now."""
        trigger = f"{time.time_ns()}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._given[trigger] = [person, time.monotonic() + self._slack.space.app.trigger_life, False]
        return trigger

    def use(self, trigger):
        """Whose it is; SlackError when it is spent."""
        found = self._given.get(trigger)
        if not found:
            raise SlackError("invalid_trigger_id")
        person, until, used = found
        if used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() > until:
            raise SlackError("expired_trigger_id")
        found[2] = True
        return person


@dataclass
class ResponseUrl:
    """An address for answers; the message that it belongs to may be ephemeral."""

    channel: object
    person: object
    message: object  # what was clicked, None for a command
    thread_ts: str
    until: float
    uses: int = 0


class ResponseUrls:
    """The addresses for answers."""

    def __init__(self, slack):
        self._slack, self._given = slack, {}

    def new(self, channel, person, message=None, thread_ts=None):
        """A new address."""
        ticket = secrets.token_hex(16)
        until = time.monotonic() + LIFE
        self._given[ticket] = ResponseUrl(channel, person, message, thread_ts, until)
        return f"{self._slack.url}/response/{ticket}"

    def expire(self):
        """Let all of them be too old."""
        for one in self._given.values():
            one.until = 0

    async def serve(self, request):
        """`POST /response/TICKET`."""
        body = await request.read()
        try:
            asked = await request.json()
        except ValueError:
            asked = {}

        async def answer(_request, _method, _arguments):
            return self._answer(request.match_info["ticket"], asked)

        return await self._slack.api.played(request, "response_url", body, {}, answer, group="response_url")

    def _answer(self, ticket, asked):
        one = self._given.get(ticket)
        problem = "expired_url" if not one or time.monotonic() > one.until else "used_url" if one.uses >= USES else ""
        if problem:
            return web.json_response({"ok": False, "error": problem}, status=404)
        one.uses += 1
        try:
            self.apply(one, asked)
        except SlackError as error:
            return web.json_response(error.answer(), status=400)
        return web.Response(text="ok")

    def apply(self, one, asked):
        """Do what an answer asks: to replace, to delete, or to say something."""
        if asked.get("delete_original") and one.message:
            return self._delete(one)
        message = self._message(asked)
        if asked.get("replace_original") and one.message:
            return self._replace(one, message)
        if asked.get("response_type") == "in_channel":
            return self._slack.messages.post(one.channel, message, asked.get("thread_ts"))
        thread_ts = asked.get("thread_ts") or one.thread_ts
        return self._slack.ephemeral(one.channel, one.person.id, message, thread_ts)

    def _message(self, asked):
        check_message(asked.get("blocks"))
        text = str(asked.get("text") or "")
        if not text and not asked.get("blocks") and not asked.get("attachments"):
            raise SlackError("no_text")
        app, space = self._slack.space.app, self._slack.space
        message = {"user": app.bot_user, "text": text, **bot_marks(app)}
        blocks = with_ids(asked.get("blocks"), space.new_id) or rich_text(text, space.new_id("b"))
        return message | ({"blocks": blocks} if blocks else {})

    def _replace(self, one, message):
        if one.message.get("is_ephemeral"):
            one.message |= {"text": message["text"], "blocks": message.get("blocks") or []}
            return self._slack.changed()
        changes = {"text": message["text"], "blocks": message.get("blocks")}
        return self._slack.messages.edit(one.channel, one.message, changes, self._slack.space.app.bot_user)

    def _delete(self, one):
        if not one.message.get("is_ephemeral"):
            return self._slack.messages.delete(one.channel, one.message)
        self._slack.space.ephemeral = [kept for kept in self._slack.space.ephemeral if kept is not one.message]
        return self._slack.changed()
