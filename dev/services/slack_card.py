"""A card and a modal for tests of the Slack double, and an app that knows what to do with them."""


def plain(words):
    """A plain text object."""
    return {"type": "plain_text", "text": words}


def option(value):
    """An option of a menu."""
    return {"text": plain(value.title()), "value": value}


BUTTON = {"type": "button", "action_id": "take", "value": "42", "text": plain("Take")}
MENU = {"type": "static_select", "action_id": "stage", "options": [option("new"), option("done")]}
BLOCKS = [{"type": "actions", "block_id": "card", "elements": [BUTTON, MENU]}]
INPUTS = [
    {
        "type": "input",
        "block_id": "to",
        "label": plain("To"),
        "element": {"type": "email_text_input", "action_id": "to"},
    },
    {
        "type": "input",
        "block_id": "text",
        "label": plain("Text"),
        "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "initial_value": "Dear Jane"},
    },
    {
        "type": "input",
        "block_id": "close",
        "optional": True,
        "label": plain("And"),
        "element": {"type": "checkboxes", "action_id": "close", "options": [option("close")]},
    },
]


def modal(words="Reply", blocks=None, **more):
    """A modal, of INPUTS if nothing else is given."""
    return {"type": "modal", "title": plain(words), "submit": plain("Send"), "blocks": blocks or INPUTS, **more}


def install(slack):
    """Let the app hear everything; three seconds are half a one."""
    slack.two_way(
        shortcuts=[
            {"name": "Send to customer", "type": "message", "callback_id": "send"},
            {"name": "New ticket", "type": "global", "callback_id": "new"},
        ],
        commands=[{"command": "/helpdesk"}],
        ack_window=0.5,
        trigger_life=0.5,
    )


def opens(slack, view=None, then=None):
    """An answer that opens a modal for whatever comes with a trigger."""

    def answer(request):
        if request.payload.get("trigger_id") and request.payload["type"] in ("block_actions", "shortcut"):
            slack.client().views_open(trigger_id=request.payload["trigger_id"], view=view or modal())
        return then(request) if then else None

    return answer


def interactions(ear, kind):
    """What an ear heard of a kind of interaction."""
    return [one.payload for one in ear.heard if one.payload.get("type") == kind]
