"""What a person can do at a ticket's message in Slack, as buttons and menus; and which of them a click names.

An `action_id` is ``helpdesk_take`` on a ticket's own first message, and ``helpdesk_take:42`` where a list shows several
tickets. A button carries a pointer and never content: what is done is decided when it is clicked. Limits are Slack's:
https://docs.slack.dev/reference/block-kit/block-elements/.
"""

import re
from dataclasses import dataclass

from . import mrkdwn
from .inbound_row import text
from .response import as_dict

PREFIX = "helpdesk_"
OPEN, TAKE, HAND_OVER, CLOSE, REOPEN, MENU = "open", "take", "hand_over", "close", "reopen", "menu"
ASSIGN, STAGE, PRIORITY, NO_TICKET = "assign", "stage", "priority", "no_ticket"
REPLY, CANNED = "reply", "canned"
SNOOZE, WAKE = "snooze", "wake"
UNDO, SEND_NOW, SEND_ANYWAY, DISCARD = "undo", "send_now", "send_anyway", "discard"
#: Acts that need more words, and so a form.
WITH_FORM = frozenset({HAND_OVER, ASSIGN, STAGE, PRIORITY, SNOOZE})

MAX_BUTTON, MAX_OPTION, MAX_OPTIONS, MAX_OVERFLOW = 75, 75, 100, 5
MAX_TITLE, MAX_CONFIRM_TITLE, MAX_CONFIRM_TEXT, MAX_CONFIRM_BUTTON = 24, 100, 300, 30
ACTION_ID = re.compile(rf"{PREFIX}([a-z_]{{1,40}})(?::(\d{{1,18}}))?")


@dataclass(frozen=True)
class Act:
    """A button.

    :param name: one of the names above
    :param confirm: (title, text, yes, no), if the person is asked first
    """

    name: str
    label: str
    style: str = ""
    confirm: tuple = ()


@dataclass(frozen=True)
class Menu:
    """A menu of further acts. :param options: (name, label) of each"""

    options: tuple


@dataclass(frozen=True)
class Chosen:
    """What a person clicked. :param ticket_id: 0 if the message itself says of which ticket"""

    name: str
    ticket_id: int = 0


def elements(acts, ticket_id=0, about=""):
    """The elements of an ``actions`` block.

    :param acts: `Act` and `Menu` objects
    :param about: the ticket's reference, and maybe its title: whoever hears the buttons does not see what they stand at
    """
    return [_menu(act, ticket_id) if isinstance(act, Menu) else _button(act, ticket_id, about) for act in acts]


def _action_id(name, ticket_id):
    return f"{PREFIX}{name}:{ticket_id}" if ticket_id else f"{PREFIX}{name}"


def _button(act, ticket_id, about):
    label = plain(act.label, MAX_BUTTON)
    button = {"type": "button", "action_id": _action_id(act.name, ticket_id), "text": label, **spoken(label, about)}
    if act.style:
        button["style"] = act.style
    if act.confirm:
        title, words, yes, no = act.confirm
        button["confirm"] = {
            "title": plain(title, MAX_CONFIRM_TITLE),
            "text": plain(words, MAX_CONFIRM_TEXT),
            "confirm": plain(yes, MAX_CONFIRM_BUTTON),
            "deny": plain(no, MAX_CONFIRM_BUTTON),
        }
    return button


def _menu(menu, ticket_id):
    options = [option(name, label) for name, label in menu.options[:MAX_OVERFLOW]]
    return {"type": "overflow", "action_id": _action_id(MENU, ticket_id), "options": options}


def spoken(label, about):
    """What a screen reader says in place of a button's label: the label, and what it is about. Menus cannot have it.

    :param label: the button's text object
    """
    about = " ".join(about.replace("[", " ").replace("]", " ").split())
    words = plain(f"{label['text']} {about}", MAX_BUTTON)["text"]
    return {"accessibility_label": words} if about and words.startswith(label["text"]) else {}


def option(value, label):
    """One entry of a menu."""
    return {"text": plain(label, MAX_OPTION), "value": str(value)}


def plain(words, limit):
    """Plain text within `limit`; Slack takes no empty one."""
    words = " ".join(mrkdwn.FORBIDDEN.sub("", words).split()) or "…"
    if len(words) > limit:
        words = words[: limit - 1].rstrip() + "…"
    return {"type": "plain_text", "text": words, "emoji": False}


def chosen(payload):
    """What was clicked, as `Chosen`; None if it is none of our buttons."""
    actions = as_dict(payload).get("actions")
    first = as_dict(actions[0]) if isinstance(actions, list) and actions else {}
    found = ACTION_ID.fullmatch(text(first.get("action_id")))
    if not found:
        return None
    name, ticket_id = found[1], int(found[2] or 0)
    if name == MENU:
        name = text(as_dict(first.get("selected_option")).get("value"))[:40]
    return Chosen(name, ticket_id)


def is_link(payload):
    """Whether only the link to Odoo was clicked: Slack opens it, and tells us as well."""
    return chosen(payload) == Chosen(OPEN)
