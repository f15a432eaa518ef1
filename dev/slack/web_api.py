"""The Web API: who calls, with which scopes, how often, and what goes wrong on demand.

https://docs.slack.dev/apis/web-api: JSON or a form, answered with `ok`; scopes in `X-OAuth-Scopes`; 429 with
`Retry-After` where a limit is on.
"""

import asyncio
import inspect
import json
import time
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from aiohttp import web

from .errors import SlackError
from .methods import METHODS

#: What is JSON even in a form.
JSON_FIELDS = ("blocks", "attachments", "metadata", "view", "files", "unfurls")


@dataclass
class Caller:
    """Whose token it is."""

    kind: str  # bot, user or app
    user: str = ""
    scopes: list = field(default_factory=list)


class WebApi:
    """Answers calls, and records them."""

    def __init__(self, slack):
        self._slack, self.calls, self.delay = slack, [], 0

    async def serve(self, request):
        """One call of `/api/METHOD`."""
        method, body = request.match_info["method"], await request.read()
        arguments = parsed(request, body)
        return await self.played(request, method, body, arguments, self._answer)

    async def played(self, request, method, body, arguments, answer, group=None):
        """Record a call, let its fault happen, and answer.

        :param answer: coroutine function (request, method, arguments) → web.Response
        """
        call = {"at": time.time(), "method": method}
        call |= {name: arguments.get(name) for name in ("channel", "thread_ts", "ts")}
        self.calls.append(call)
        fault = self._slack.faults.take(method, body, group)
        call["fault"] = fault["mode"] if fault else None
        response = await self._with_fault(fault, call, request, arguments, answer)
        wait = self.delay + (fault.get("delay", 3000) if fault and fault["mode"] == "slow" else 0)
        if wait:
            await asyncio.sleep(wait / 1000)
        call["ms"] = round((time.time() - call["at"]) * 1000)
        if response == "hang":
            await self._slack.for_ever(request)
        if response is None or response == "hang":
            return broken(request)
        call["status"] = response.status
        response.force_close()
        return response

    async def _with_fault(self, fault, call, request, arguments, answer):
        """A response; None to break the connection, "hang" to say nothing."""
        mode = fault["mode"] if fault else None
        if mode == "429":
            headers = {"Retry-After": str(fault.get("retry_after", 1))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if mode == "500":
            return web.Response(status=500, text="<h1>Server Error</h1>", content_type="text/html")
        if mode == "error":
            more = {key: value for key, value in fault.items() if key not in ("method", "mode", "n", "match", "error")}
            return web.json_response({"ok": False, "error": fault["error"], **more})
        if mode == "answer":
            return web.Response(status=fault["status"], text=fault["body"])
        if mode == "login":
            return login_page()
        if mode == "redirect":
            return web.Response(status=302, headers={"Location": fault["to"]})
        if mode == "silent_drop":
            return web.json_response(self._pretend(call))
        if mode in ("drop_before", "hang"):
            return None if mode == "drop_before" else "hang"
        if mode == "unshared":
            arguments["_unshared"] = True
        response = await answer(request, call["method"], arguments)
        return None if mode == "drop_after" else response

    def _pretend(self, call):
        ts, below = f"{time.time():.6f}", {"thread_ts": call["thread_ts"]} if call["thread_ts"] else {}
        return {"ok": True, "channel": call["channel"], "ts": ts, "message": {"type": "message", "ts": ts, **below}}

    async def _answer(self, request, method, arguments):
        caller, headers = None, {}
        try:
            caller = self.caller(request, arguments)
            headers = {"X-OAuth-Scopes": ",".join(caller.scopes), "X-Accepted-OAuth-Scopes": ""}
            content = await self._call(caller, method, arguments)
            return web.json_response({"ok": True, **content}, headers=headers)
        except SlackError as error:
            status = 429 if error.error == "ratelimited" else 200
            if status == 429:
                headers["Retry-After"] = str(error.more.pop("retry_after"))
            return web.json_response(error.answer(), status=status, headers=headers)

    async def _call(self, caller, method, arguments):
        known = METHODS.get(method)
        if not known:
            raise SlackError("unknown_method", req_method=method)
        if caller.kind not in known.kinds:
            raise SlackError("not_allowed_token_type")
        scope = known.scope_for(self._slack.space, arguments)
        if caller.kind == "bot" and scope and scope not in caller.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(caller.scopes))
        wait = self._slack.limits.wait(method, known.tier, arguments.get("channel"))
        if wait and caller.kind != "user":
            raise SlackError("ratelimited", retry_after=wait)
        result = known.function(self._slack, caller, arguments)
        return (await result if inspect.isawaitable(result) else result) or {}

    def caller(self, request, arguments=()):
        """Whose token came along; SlackError for none, or a wrong one."""
        space = self._slack.space
        token = request.headers.get("Authorization", "").removeprefix("Bearer").strip()
        token = token or (arguments.pop("token", "") if arguments else "")
        if not token:
            raise SlackError("not_authed")
        app = space.app
        if token in (app.bot_token, app.app_token):
            if app.revoked:
                raise SlackError("token_revoked" if token == app.bot_token else "invalid_auth")
            if token == app.app_token:
                return Caller("app", scopes=["connections:write"])
            return Caller("bot", app.bot_user, list(app.scopes))
        person = next((one for one in space.people.values() if token == f"xoxp-{one.name}"), None)
        if not person or person.deleted or person.is_bot:
            raise SlackError("account_inactive" if person and person.deleted else "invalid_auth")
        return Caller("user", person.id, ["identify"])


def parsed(request, body):
    """The arguments of a call."""
    try:
        if "json" in request.content_type:
            arguments = json.loads(body or b"{}")
            return arguments if isinstance(arguments, dict) else {}
        pairs = (part.partition("=") for part in body.decode().split("&") if part)
        arguments = {unquote_plus(name): unquote_plus(value) for name, _equals, value in pairs}
        arguments = {**request.query, **arguments}
        return {name: json.loads(value) if name in JSON_FIELDS else value for name, value in arguments.items()}
    except ValueError:
        return {}


def broken(request):
    """The connection breaks."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def login_page():
    """What a file's address shows to who may not see it: 200 and a page of HTML."""
    page = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>"
    return web.Response(text=page, content_type="text/html")
