"""Views: modals, which lie on one another, and App Home.

https://docs.slack.dev/surfaces/modals, https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
- At most three modals lie on one another (`push_limit_reached`).
- `hash` protects from changing what somebody else has changed (`hash_conflict`).
"""

import secrets
import time

from .blocks import check_view, with_ids
from .errors import SlackError
from .team import TEAM

MOST = 3


class Views:
    """Everybody's open modals and homes."""

    def __init__(self, slack):
        self._slack = slack

    @property
    def _space(self):
        return self._slack.space

    def top(self, user):
        """The modal that a person sees, None if there is none."""
        stack = self._space.modals.get(user)
        return self._space.views[stack[-1]] if stack else None

    def find(self, view_id=None, external_id=None):
        """A view by its id or by the app's own; SlackError when there is none."""
        for view in self._space.views.values():
            if (view_id and view["id"] == view_id) or (external_id and view["external_id"] == external_id):
                return view
        raise SlackError("not_found")

    def open(self, person, asked):
        """Show a modal to a person; what they had before is gone."""
        self._check(asked, "modal")
        view = self._new(person.id, asked)
        self._close_all(person.id)
        self._space.modals[person.id] = [view["id"]]
        return self._shown(view)

    def push(self, person, asked):
        """Lay a modal on the one that a person sees."""
        self._check(asked, "modal")
        stack = self._space.modals.get(person.id) or []
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST:
            raise SlackError("push_limit_reached")
        view = self._new(person.id, asked, below=self._space.views[stack[-1]])
        stack.append(view["id"])
        return self._shown(view)

    def update(self, view, asked, expected=None):
        """Change a view; what was typed stays where the ids of block and action do."""
        if expected and expected != view["hash"]:
            raise SlackError("hash_conflict")
        self._check(asked, view["type"], own=view["id"])
        view |= self._fields(asked)
        return self._shown(view)

    def publish(self, user, asked, expected=None):
        """Show a person's App Home."""
        self._check(asked, "home")
        view = self._space.homes.get(user)
        if view and expected and expected != view["hash"]:
            raise SlackError("hash_conflict")
        if view:
            view |= self._fields(asked)
        else:
            view = self._space.homes[user] = self._new(user, asked)
        return self._shown(view)

    def close(self, user, everything=False):
        """A person closes the modal that they see, or all; returns those that are gone, the upper one first."""
        stack = self._space.modals.get(user) or []
        gone = [stack.pop() for _each in range(len(stack) if everything else min(1, len(stack)))]
        self._slack.changed()
        return [self._space.views.pop(view) for view in gone]

    def _close_all(self, user):
        for view in self._space.modals.pop(user, ()):
            self._space.views.pop(view, None)

    def _check(self, asked, kind, own=None):
        check_view(asked)
        if asked["type"] != kind:
            raise SlackError("invalid_arguments")
        external = asked.get("external_id")
        taken = [one for one in self._space.views.values() if external and one["external_id"] == external]
        if any(one["id"] != own for one in taken):
            raise SlackError("duplicate_external_id")

    def _new(self, user, asked, below=None):
        app, identity = self._space.app, self._space.new_id("V")
        view = {"id": identity, "team_id": TEAM, "state": {"values": {}}, "previous_view_id": None}
        view |= {"root_view_id": identity, "app_id": app.app_id, "app_installed_team_id": TEAM, "bot_id": app.bot_id}
        if below:
            view |= {"previous_view_id": below["id"], "root_view_id": below["root_view_id"]}
        view |= self._fields(asked)
        view["_user"] = user
        self._space.views[identity] = view
        return view

    def _fields(self, asked):
        fields = {
            "type": asked["type"],
            "blocks": with_ids(asked["blocks"], self._space.new_id),
            "private_metadata": asked.get("private_metadata") or "",
            "callback_id": asked.get("callback_id") or "",
            "external_id": asked.get("external_id") or "",
            "hash": f"{time.time():.6f}.{secrets.token_hex(4)}",
            "clear_on_close": bool(asked.get("clear_on_close")),
            "notify_on_close": bool(asked.get("notify_on_close")),
        }
        return fields | {name: asked.get(name) for name in ("title", "submit", "close")}

    def _shown(self, view):
        self._slack.changed()
        return shape(view)


def shape(view):
    """A view as the app sees it."""
    return {key: value for key, value in view.items() if not key.startswith("_")}
