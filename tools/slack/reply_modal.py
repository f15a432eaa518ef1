"""The modal in which an agent replies to a customer: facts in, blocks out; and what was chosen in it.

Recipients stand as keys, not as addresses: whoever submits can only choose among those that the app has offered.
Limits are Slack's: https://docs.slack.dev/reference/block-kit/block-elements/ (10 checkboxes, 100 options, 3,000
characters in an input).
"""

import hashlib
from dataclasses import dataclass

from . import acts, mrkdwn
from .acts import option, plain
from .inbound_row import text
from .response import as_dict

#: Inputs: the ids of their blocks begin with it, that of their elements is the same.
RECIPIENTS, SUBJECT, TEXT, FILES, CLOSE = "recipients", "subject", "text", "files", "close"
#: The menu of canned replies; choosing one is a click of its own.
CANNED = f"{acts.PREFIX}{acts.CANNED}"
MAX_BOXES, MAX_OPTIONS, MAX_PLACEHOLDER = 10, 100, 150
MAX_TEXT, MAX_SUBJECT, MAX_WARNING, MAX_LABEL = 3000, 250, 500, 2000
YES = "yes"


@dataclass(frozen=True)
class Option:
    """Something to choose. :param key: what it is recognized by; :param label: plain words"""

    key: str
    label: str


@dataclass(frozen=True)
class Reply:
    """What the modal shows, in plain words.

    :param labels: the translated words ``recipients``, ``subject``, ``text``, ``canned``, ``files``, ``after`` and
        ``close``
    :param recipients: everybody who can get it, as `Option`s
    :param chosen: keys of the recipients, and of the files, that are chosen already
    :param warnings: what the agent should know before they write
    :param version: another one makes Slack show `text` instead of what was typed
    """

    labels: dict
    recipients: tuple
    chosen: frozenset = frozenset()
    subject: str = ""
    text: str = ""
    canned: tuple = ()
    files: tuple = ()
    may_close: bool = False
    is_closing: bool = False
    warnings: tuple = ()
    version: int = 0


@dataclass(frozen=True)
class Written:
    """What an agent has written and chosen. :param recipients: keys; :param files: keys"""

    text: str = ""
    subject: str = ""
    recipients: frozenset = frozenset()
    files: frozenset = frozenset()
    is_closing: bool = False


def key(address):
    """What a recipient is recognized by."""
    return hashlib.sha256(address.encode()).hexdigest()[:24]


def blocks(reply):
    """The blocks of the modal."""
    closing = (Option(YES, reply.labels["close"]),)
    return [
        *map(_warning, reply.warnings[:5]),
        _choice(RECIPIENTS, reply.labels["recipients"], reply.recipients[:MAX_OPTIONS], reply.chosen),
        *_canned(reply),
        _text(reply),
        *_optional(_choice(FILES, reply.labels["files"], reply.files[:MAX_BOXES], reply.chosen), reply.files),
        *_optional(_subject(reply), True),
        *_optional(_choice(CLOSE, reply.labels["after"], closing, {YES} if reply.is_closing else ()), reply.may_close),
    ]


def written(payload):
    """What stands in the modal, as `Written`: of a submission, or of a click in it. Whatever is odd counts as empty."""
    state = as_dict(as_dict(as_dict(payload.get("view")).get("state")).get("values"))
    found = {}
    for fields in map(as_dict, state.values()):
        found.update({name: as_dict(field) for name, field in fields.items()})
    return Written(
        text=text(found.get(TEXT, {}).get("value"))[:MAX_TEXT],
        subject=line(text(found.get(SUBJECT, {}).get("value"))),
        recipients=_picked(found.get(RECIPIENTS)),
        files=_picked(found.get(FILES)),
        is_closing=YES in _picked(found.get(CLOSE)),
    )


def line(subject):
    """A subject as the form holds it."""
    return " ".join(subject.split())[:MAX_SUBJECT].rstrip()


def canned(payload):
    """The id of the canned reply that was chosen with this click; 0 for none."""
    actions = payload.get("actions")
    first = as_dict(actions[0]) if isinstance(actions, list) and actions else {}
    value = text(as_dict(first.get("selected_option")).get("value")) if first.get("action_id") == CANNED else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def joined(typed, more):
    """A canned reply below what was typed; None if Slack's input cannot hold both."""
    whole = "\n\n".join(filter(None, [typed.rstrip(), more.strip()]))
    return whole if len(whole) <= MAX_TEXT else None


def text_block_id(payload):
    """The id of the block with the text, at which an error is shown."""
    state = as_dict(as_dict(as_dict(payload.get("view")).get("state")).get("values"))
    return next((name for name, fields in state.items() if TEXT in as_dict(fields)), TEXT)


def _picked(field):
    picked = as_dict(field).get("selected_options")
    values = (text(as_dict(one).get("value")) for one in picked) if isinstance(picked, list) else ()
    return frozenset(filter(None, values))


def _warning(words):
    words = mrkdwn.escape(mrkdwn.shorten(mrkdwn.one_line(words), MAX_WARNING))
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": f":warning: {words}", "verbatim": True}]}


def _choice(name, label, options, chosen):
    entries = [option(one.key, one.label) for one in options]
    if len(entries) <= MAX_BOXES:
        element = {"type": "checkboxes", "action_id": name, "options": entries}
    else:
        element = {"type": "multi_static_select", "action_id": name, "options": entries}
    picked = [entry for entry in entries if entry["value"] in chosen]
    if picked:
        element["initial_options"] = picked
    return {"type": "input", "block_id": name, "label": plain(label, MAX_LABEL), "element": element}


def _canned(reply):
    if not reply.canned:
        return []
    options = [option(one.key, one.label) for one in reply.canned[:MAX_OPTIONS]]
    words = plain(reply.labels["canned"], MAX_PLACEHOLDER)
    menu = {"type": "static_select", "action_id": CANNED, "placeholder": words, "options": options}
    return [{"type": "actions", "block_id": f"canned:{reply.version}", "elements": [menu]}]


def _text(reply):
    element = {"type": "plain_text_input", "action_id": TEXT, "multiline": True, "max_length": MAX_TEXT}
    if reply.text:
        element["initial_value"] = reply.text[:MAX_TEXT]
    label = plain(reply.labels["text"], MAX_LABEL)
    return {"type": "input", "block_id": f"{TEXT}:{reply.version}", "label": label, "element": element}


def _subject(reply):
    element = {"type": "plain_text_input", "action_id": SUBJECT, "max_length": MAX_SUBJECT}
    if reply.subject:
        element["initial_value"] = line(reply.subject)
    label = plain(reply.labels["subject"], MAX_LABEL)
    return {"type": "input", "block_id": SUBJECT, "label": label, "element": element}


def _optional(block, is_there):
    return [{**block, "optional": True}] if is_there else []
