"""Incoming webhooks: /services/T…/B…/CHANNEL'S NAME; they speak plain text.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import json

from aiohttp import web

from .blocks import check_message, with_ids
from .errors import SlackError


class Webhooks:
    """Each channel has one, which leads nowhere else."""

    def __init__(self, slack):
        self._slack = slack

    async def serve(self, request):
        """A call of a webhook."""
        body = await request.read()
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None

        async def answer(_request, _method, _arguments):
            return self._answer(request.match_info["tail"].rpartition("/")[2], asked)

        return await self._slack.api.played(request, "webhook", body, asked if isinstance(asked, dict) else {}, answer)

    def _answer(self, name, asked):
        try:
            channel = self._slack.space.channel(name)
        except SlackError:
            return web.Response(status=404, text="no_service")
        if not isinstance(asked, dict):
            return web.Response(status=400, text="invalid_payload")
        if channel.is_archived:
            return web.Response(status=410, text="channel_is_archived")
        if not asked.get("text") and not asked.get("blocks") and not asked.get("attachments"):
            return web.Response(status=400, text="no_text")
        try:
            check_message(asked.get("blocks"))
        except SlackError as error:
            return web.Response(status=400, text=error.error)
        app = self._slack.space.app
        message = {"subtype": "bot_message", "text": asked.get("text") or "", "bot_id": app.bot_id}
        for key in ("blocks", "attachments"):
            if asked.get(key):
                message[key] = with_ids(asked[key], self._slack.space.new_id) if key == "blocks" else asked[key]
        self._slack.messages.post(channel, message, asked.get("thread_ts"))
        return web.Response(text="ok")
