"""Modals and App Home.

https://docs.slack.dev/reference/methods/views.open, views.push, views.update, views.publish;
https://docs.slack.dev/surfaces/modals
"""

from ..errors import SlackError
from .registry import method


@method("views.open", tier=4)
def _open(slack, caller, arguments):
    person = slack.triggers.use(arguments.get("trigger_id"))
    return {"view": slack.views.open(person, arguments.get("view"))}


@method("views.push", tier=4)
def _push(slack, caller, arguments):
    person = slack.triggers.use(arguments.get("trigger_id"))
    return {"view": slack.views.push(person, arguments.get("view"))}


@method("views.update", tier=4)
def _update(slack, caller, arguments):
    view = slack.views.find(arguments.get("view_id"), arguments.get("external_id"))
    return {"view": slack.views.update(view, arguments.get("view"), arguments.get("hash"))}


@method("views.publish", tier=4)
def _publish(slack, caller, arguments):
    if arguments.get("user_id") not in slack.space.people:
        raise SlackError("user_not_found")
    if not slack.space.app.home_tab:
        raise SlackError("not_enabled")
    return {"view": slack.views.publish(arguments["user_id"], arguments.get("view"), arguments.get("hash"))}
