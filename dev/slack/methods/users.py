"""People.

https://docs.slack.dev/reference/methods/users.info, users.list, users.lookupByEmail, users.getPresence
- An email address is shown with `users:read.email` only; the one of a guest or stranger is what their side typed.
- A look-up by address finds active members of the own workspace only.
"""

from ..errors import SlackError
from .registry import method, true


def _may_see_email(caller):
    return caller.kind == "user" or "users:read.email" in caller.scopes


@method("users.info", scope="users:read", tier=4)
def _info(slack, caller, arguments):
    if arguments.get("user") not in slack.space.people:
        raise SlackError("user_not_found")
    person = slack.space.people[arguments["user"]]
    return {"user": person.shape(_may_see_email(caller), true(arguments.get("include_locale")))}


@method("users.list", scope="users:read", tier=2)
def _list(slack, caller, arguments):
    shapes = [person.shape(_may_see_email(caller)) for person in slack.space.people.values()]
    return {"members": shapes, "cache_ts": 0, "response_metadata": {"next_cursor": ""}}


@method("users.lookupByEmail", scope="users:read.email")
def _lookup(slack, caller, arguments):
    asked = str(arguments.get("email") or "").strip().lower()
    for person in slack.space.people.values():
        if asked and person.email.lower() == asked and not (person.is_foreign or person.deleted):
            return {"user": person.shape()}
    raise SlackError("users_not_found")


@method("users.getPresence", scope="users:read")
def _presence(slack, caller, arguments):
    return {"presence": "active"}
