"""What Slack refuses in messages and views: https://docs.slack.dev/reference/block-kit and /reference/views.

And what whoever hears them would miss: a message's ``text`` is read out in place of its blocks, a button's
``accessibility_label`` in place of its label, which does not say of which ticket it is.

The Slack fake of the Odoo tests uses it for everything that we send; the unit tests feed it with extremes.
"""

import json

TEXTS = {"header": 150, "section": 3000}
#: The most characters of all blocks of a message together, as users found out (bolt-js#2509).
TOGETHER = 12_000
BUTTON, OPTION, OPTION_VALUE, LABEL = 75, 75, 150, 2000
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
COUNTS = {"actions": (1, 25), "context": (1, 10)}
OPTIONS = {"overflow": (1, 5), "static_select": (1, 100)}
SELECTS = ("static_select", "multi_static_select")


def message_problems(message):
    """What Slack would not take in a message, in words; empty if it is fine."""
    blocks = message.get("blocks") or []
    found = list(_problems(blocks, 50))
    if len(json.dumps(blocks, ensure_ascii=False)) > TOGETHER:
        found.append("too much text in all blocks together")
    if not 0 < len((message.get("text") or "").strip()) <= 4000:
        found.append("text")
    return [*found, *_unheard(blocks)]


def view_problems(view):
    """What Slack would not take in a view."""
    found = list(_problems(view["blocks"], 100))
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            if name in view or name == "title":
                found += _text(view.get(name), 24, name)
        if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
            found.append("a form without submit")
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(view.get(name) or "") > most:
            found.append(name)
    if len(json.dumps(view)) > 250_000:
        found.append("the view is too large")
    return [*found, *_unheard(view["blocks"])]


def _unheard(blocks):
    """What a screen reader does not say, or says twice in the same words for different things."""
    elements = [element for block in blocks for element in _elements(block)]
    said = []
    for button in (one for one in elements if one["type"] == "button"):
        label, spoken = button["text"]["text"], button.get("accessibility_label") or ""
        # Who speaks to their computer says what they see: https://www.w3.org/WAI/WCAG22/Understanding/label-in-name
        is_told = spoken.startswith(label) and len(label) < len(spoken) <= BUTTON
        if not is_told and len(label) < BUTTON:
            yield f"“{label}” is heard as “{spoken}”"
        said.append((button["action_id"].partition(":")[0], spoken))
    if len(said) != len(set(said)):
        yield f"buttons that sound the same: {said}"
    for block in blocks:
        if block["type"] == "actions" and any(one["type"] in SELECTS and not _named(one) for one in block["elements"]):
            yield "a menu without a placeholder"
        images = [block, *block.get("elements", ()), block.get("accessory") or {}]
        if any(one.get("type") == "image" and not (one.get("alt_text") or "").strip() for one in images):
            yield "an image without alt_text"


def _named(menu):
    return menu.get("placeholder", {}).get("text")


def _problems(blocks, most):
    if not 1 <= len(blocks) <= most and blocks:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield f"block_id twice: {ids}"
    elements = [element for block in blocks for element in _elements(block)]
    # Slack asks for this within one block; whoever reads a payload wants it for all.
    links = "helpdesk_open"
    names = [one["action_id"] for one in elements if one.get("action_id") not in (None, links)]
    if len(names) != len(set(names)):
        yield f"action_id twice: {names}"
    for element in elements:
        yield from _element(element)
    for block in blocks:
        yield from _block(block)


def _elements(block):
    found = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    return [one for one in found if one and one.get("type") not in ("mrkdwn", "plain_text", "image")]


def _block(block):
    kind = block["type"]
    if kind in TEXTS and ("text" in block or kind == "header"):
        yield from _text(block.get("text"), TEXTS[kind], kind)
    if kind == "section":
        fields = block.get("fields", [])
        if not block.get("text") and not fields or len(fields) > 10:
            yield "section without text, or with too many fields"
        for one in fields:
            yield from _text(one, 2000, "field")
    if kind == "input":
        yield from _text(block.get("label"), LABEL, "label")
        if "hint" in block:
            yield from _text(block["hint"], LABEL, "hint")
    least, most = COUNTS.get(kind, (0, 10**9))
    if not least <= len(block.get("elements", ())) <= most:
        yield f"{kind} with {len(block.get('elements', ()))} elements"
    if kind == "context":
        for one in block["elements"]:
            yield from _text(one, 3000, "context")
    if len(block.get("block_id") or "") > 255:
        yield "block_id"


def _element(element):
    kind = element["type"]
    if not 0 < len(element.get("action_id") or "") <= 255:
        yield f"action_id of {kind}"
    if kind == "button":
        yield from _text(element.get("text"), BUTTON, "button")
        if len(element.get("value") or "") > 2000 or len(element.get("url") or "") > 3000:
            yield "value or url of a button"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield "style"
    for name, most in CONFIRM.items() if "confirm" in element else ():
        yield from _text(element["confirm"].get(name), most, f"confirm {name}")
    if kind in OPTIONS:
        yield from _options(element, *OPTIONS[kind])
    if kind == "plain_text_input":
        if not 0 < element.get("max_length", 1) <= 3000 or len(element.get("initial_value") or "") > 3000:
            yield "length of an input"


def _options(element, least, most):
    options = element.get("options") or []
    if not least <= len(options) <= most:
        yield f"{element['type']} with {len(options)} options"
    for one in options:
        yield from _text(one.get("text"), OPTION, "option")
        if not 0 < len(one.get("value") or "") <= OPTION_VALUE:
            yield "value of an option"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial_option is none of the options"


def _text(text, most, where):
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        return [f"{where} is no text"]
    return [] if 0 < len(text["text"]) <= most else [f"{where} with {len(text['text'])} characters"]
