"""Modals: one that is shown while the right one is prepared, one that only says something, and forms.

A form knows by its ``private_metadata`` what it is about; nobody but the app sees or changes that.
https://docs.slack.dev/reference/views/modal-views
"""

import json

from . import mrkdwn
from .acts import MAX_OPTIONS, MAX_TITLE, option, plain
from .inbound_row import text
from .response import as_dict
from .root_message import MAX_SECTION, section

MAX_LABEL, MAX_METADATA, MAX_TYPED = 2000, 3000, 3000
#: The id of the only input of a form, and of its block.
VALUE = "value"


def loading(title, words, close, external_id):
    """What a person sees until the form is there; it must be opened within three seconds after the click."""
    return {**notice(title, words, close), "external_id": external_id}


def notice(title, words, close, after=""):
    """A modal that says something. :param words: plain, not escaped; :param after: in mrkdwn, as a link"""
    words = (mrkdwn.escape(mrkdwn.shorten(words, MAX_SECTION - len(after))) or "…") + after
    return {
        "type": "modal",
        "title": plain(title, MAX_TITLE),
        "close": plain(close, MAX_TITLE),
        "blocks": [section(words)],
    }


def form(callback_id, title, submit, close, blocks, about):
    """A form. :param about: what it is about, as plain values"""
    metadata = json.dumps(about, separators=(",", ":"), sort_keys=True)
    if len(metadata) > MAX_METADATA:
        raise ValueError("a form's metadata is too long")
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MAX_TITLE),
        "submit": plain(submit, MAX_TITLE),
        "close": plain(close, MAX_TITLE),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def select(name, label, options, initial=None):
    """A menu to choose one from.

    :param options: (value, label) of each; Slack takes a hundred
    :param initial: the value that is chosen already; no matter if there is no such option
    """
    entries = [option(value, words) for value, words in options[:MAX_OPTIONS]]
    element = {"type": "static_select", "action_id": name, "options": entries}
    found = [entry for entry in entries if entry["value"] == str(initial)]
    if found:
        element["initial_option"] = found[0]
    return _input(name, label, element)


def line(name, label, initial="", optional=False, most=MAX_TYPED, hint=""):
    """A line to type in."""
    element = {"type": "plain_text_input", "action_id": name, "max_length": most}
    if initial:
        element["initial_value"] = initial[:most]
    block = _input(name, label, element)
    if hint:
        block["hint"] = plain(hint, MAX_LABEL)
    return {**block, "optional": True} if optional else block


def _input(name, label, element):
    return {"type": "input", "block_id": name, "label": plain(label, MAX_LABEL), "element": element}


def callback_id(payload):
    """Which form it is."""
    return text(as_dict(payload.get("view")).get("callback_id")) or text(payload.get("callback_id"))


def about(payload):
    """What a form that was submitted is about; empty when that cannot be read."""
    try:
        return as_dict(json.loads(text(as_dict(payload.get("view")).get("private_metadata")) or "{}"))
    except (ValueError, RecursionError):
        return {}


def values(payload):
    """What was chosen and typed, by the name of the input, as texts."""
    state = as_dict(as_dict(as_dict(payload.get("view")).get("state")).get("values"))
    found = {}
    for fields in map(as_dict, state.values()):
        for name, field in fields.items():
            field = as_dict(field)
            picked = as_dict(field.get("selected_option"))
            found[name] = text(picked.get("value")) if "selected_option" in field else text(field.get("value"))
    return found


def errors(at):
    """The acknowledgement that keeps a form open. :param at: {name of the input: words}"""
    return {"response_action": "errors", "errors": {name: words[:MAX_LABEL] for name, words in at.items()}}
