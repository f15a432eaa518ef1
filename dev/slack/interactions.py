"""What a person does with what the app has shown: the payloads, and what they see of the answer.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload, .../shortcuts-interaction-payload,
.../view-interactions-payload, .../block_suggestion-payload; https://docs.slack.dev/interactivity/implementing-slash-commands

- Nobody may send one again: without an acknowledgement within three seconds the person sees that it failed.
- Who sees a button may click it, guests and strangers of a shared channel included.
- Shortcuts are for members of the own workspace; commands cannot be used in a thread.
"""

import json

from . import state
from .blocks import check_view
from .errors import SlackError
from .messages import public
from .team import OTHER_TEAM, TEAM, TEAM_DOMAIN
from .triggers import ResponseUrl
from .views import shape


class Interactions:
    """Payloads of what people do."""

    def __init__(self, slack):
        self._slack = slack

    def _common(self, kind, person):
        """What each payload has."""
        app, domain = self._slack.space.app, "globex" if person.is_foreign else TEAM_DOMAIN
        user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}
        return {
            "type": kind,
            "user": user,
            "api_app_id": app.app_id,
            "token": app.verification_token,
            "trigger_id": self._slack.triggers.new(person),
            "team": {"id": OTHER_TEAM if person.is_foreign else TEAM, "domain": domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    async def click(self, person, place, block_id, action_id, chosen=None, values=None):
        """A person clicks a button or chooses from a menu. :param place: (channel, message), or a view"""
        blocks = place["blocks"] if isinstance(place, dict) else place[1].get("blocks") or []
        block, element = state.element(blocks, block_id, action_id)
        payload = self._common("block_actions", person)
        typed = state.values(blocks, values or {})
        if isinstance(place, dict):
            place["state"] = {"values": typed}
            payload |= {"container": {"type": "view", "view_id": place["id"]}, "view": shape(place)}
        else:
            payload |= self._of_message(*place, person) | {"state": {"values": typed}}
        action = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
        action |= state.chosen(element, chosen) | {"action_ts": self._slack.space.clock.ts()}
        if element["type"] == "button":
            action |= {"text": element["text"]} | {key: element[key] for key in ("value", "style") if key in element}
        payload["actions"] = [action]
        return await self._deliver(payload)

    def _of_message(self, channel, message, person):
        is_ephemeral = bool(message.get("is_ephemeral"))
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id}
        container |= {"is_ephemeral": is_ephemeral}
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        fields = {"container": container, "channel": {"id": channel.id, "name": channel.name or "directmessage"}}
        if not is_ephemeral:
            fields["message"] = public(message)
        fields["response_url"] = self._slack.response_urls.new(channel, person, message, message.get("thread_ts"))
        return fields

    async def shortcut(self, person, callback_id, channel=None, message=None):
        """A person uses a shortcut: on a message, or the global one."""
        kind = "message" if message else "global"
        known = [one for one in self._slack.space.app.shortcuts if one["callback_id"] == callback_id]
        if not known or known[0].get("type", kind) != kind:
            raise SlackError("no_such_shortcut")
        if person.is_foreign:
            raise SlackError("not_in_this_workspace")
        payload = self._common("message_action" if message else "shortcut", person)
        payload |= {"callback_id": callback_id, "action_ts": self._slack.space.clock.ts()}
        if message:
            payload |= {"channel": {"id": channel.id, "name": channel.name}, "message_ts": message["ts"]}
            payload |= {"message": public(message)}
            payload["response_url"] = self._slack.response_urls.new(channel, person, message)
        return await self._deliver(payload)

    async def command(self, person, channel, command, text, thread_ts=None):
        """A person types a slash command; what the acknowledgement says is shown to them."""
        if thread_ts:
            raise SlackError("not_in_threads")
        if person.is_foreign or command not in [one.get("command") for one in self._slack.space.app.commands]:
            raise SlackError("no_such_command")
        app = self._slack.space.app
        payload = {
            "token": app.verification_token,
            "team_id": TEAM,
            "team_domain": TEAM_DOMAIN,
            "channel_id": channel.id,
            "channel_name": channel.name or "directmessage",
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": app.app_id,
            "is_enterprise_install": "false",
            "response_url": self._slack.response_urls.new(channel, person),
            "trigger_id": self._slack.triggers.new(person),
        }
        failed, body = await self._slack.delivery.interaction("commands", payload)
        if not failed and body:
            self._slack.response_urls.apply(ResponseUrl(channel, person, None, None, 0), body)
        return outcome(failed, body)

    async def suggestions(self, person, place, block_id, action_id, typed):
        """The options of a menu that asks the app; `options` or `option_groups`."""
        blocks = place["blocks"] if isinstance(place, dict) else place[1].get("blocks") or []
        block, element = state.element(blocks, block_id, action_id)
        payload = self._common("block_suggestion", person)
        payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        payload |= {"view": shape(place)} if isinstance(place, dict) else self._of_message(*place, person)
        failed, body = await self._slack.delivery.interaction("options", payload)
        return outcome(failed, body) | (body if isinstance(body, dict) else {})

    async def submit(self, person, values):
        """A person submits the modal that they see. What they have to fill in is asked for without the app."""
        view = self._slack.views.top(person.id)
        if not view:
            raise SlackError("no_modal")
        missing = state.missing(view["blocks"], values)
        if missing:
            return {"ok": False, "error": "incomplete", "errors": missing}
        view["state"] = {"values": state.values(view["blocks"], values)}
        payload = self._common("view_submission", person) | {"view": shape(view), "response_urls": []}
        failed, body = await self._slack.delivery.interaction("interactive", payload)
        if failed:
            return outcome(failed, body)
        return self._answered(person, view, body or {})

    def _answered(self, person, view, body):
        """What the acknowledgement of a submission does."""
        action = body.get("response_action")
        if action == "errors":
            known = {block["block_id"] for block in view["blocks"]}
            errors = {block: words for block, words in (body.get("errors") or {}).items() if block in known}
            if not errors:
                return {"ok": False, "error": "invalid_response", "body": body}
            return {"ok": False, "error": "errors", "errors": errors}
        try:
            if action in ("update", "push"):
                check_view(body.get("view"))
                new = body["view"]
                getattr(self._slack.views, action)(*((view, new) if action == "update" else (person, new)))
            else:
                self._slack.views.close(person.id, everything=action == "clear")
        except SlackError as error:
            return {"ok": False, "error": "invalid_response", "body": body, **error.more}
        return {"ok": True, "action": action or "close"}

    async def close(self, person, everything=False):
        """A person closes the modal that they see; the app hears of it if it has asked to."""
        gone = self._slack.views.close(person.id, everything)
        for view in gone:
            if view["notify_on_close"]:
                payload = self._common("view_closed", person)
                del payload["trigger_id"]
                payload |= {"view": shape(view), "is_cleared": everything}
                await self._slack.delivery.interaction("interactive", payload)
        return {"ok": True, "closed": [view["id"] for view in gone]}

    async def _deliver(self, payload):
        payload = json.loads(json.dumps(payload))
        failed, body = await self._slack.delivery.interaction("interactive", payload)
        return outcome(failed, body)


def outcome(failed, body):
    """What the person sees: nothing, or that it failed."""
    return {"ok": not failed, "error": failed or "", "acknowledged": not failed, "body": body}
