"""What Slack refuses in blocks and views.

https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/reference/block-kit/block-elements,
https://docs.slack.dev/reference/views
"""

from .errors import SlackError

#: type → its fields that need a text object, with the most characters
TEXTS = {"header": {"text": 150}, "section": {"text": 3000}, "input": {"label": 2000, "hint": 2000}}
TYPES = {
    *("section", "header", "divider", "context", "actions", "image", "input", "rich_text", "video", "markdown"),
    *("file", "table", "context_actions", "alert", "card", "carousel", "plan", "task_card"),
}
ELEMENTS = {
    *("button", "overflow", "static_select", "external_select", "users_select", "conversations_select"),
    *("channels_select", "multi_static_select", "multi_external_select", "multi_users_select"),
    *("multi_conversations_select", "multi_channels_select", "datepicker", "timepicker", "datetimepicker"),
    *("checkboxes", "radio_buttons", "plain_text_input", "email_text_input", "url_text_input", "number_input"),
    *("file_input", "rich_text_input", "image", "workflow_button"),
}
#: The most characters of all blocks of a message together, as users found out (bolt-js#2509).
ALL_TOGETHER = 13_200


class Wrong(Exception):
    """Something that Slack does not take, with the path to it."""

    def __init__(self, words, path):
        super().__init__(f"[ERROR] {words} [json-pointer:{path}]")


def check_message(blocks):
    """SlackError for blocks that a message may not have."""
    if not blocks:
        return
    try:
        _check(blocks, 50, "/blocks")
    except Wrong as wrong:
        raise SlackError("invalid_blocks", response_metadata={"messages": [str(wrong)]}) from wrong
    if sum(map(_weight, blocks)) > ALL_TOGETHER:
        raise SlackError("msg_blocks_too_long")


def check_view(view):
    """SlackError for a view that Slack would not show."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise _invalid("must provide a view of type modal or home", "/view/type")
    if len(str(view)) > 250_000:
        raise SlackError("view_too_large")
    try:
        _check(view.get("blocks"), 100, "/view/blocks")
        if view["type"] == "modal":
            _check_text(view.get("title"), 24, "/view/title", plain=True)
            for name in ("submit", "close"):
                if view.get(name):
                    _check_text(view[name], 24, f"/view/{name}", plain=True)
            if any(block["type"] == "input" for block in view["blocks"]) and not view.get("submit"):
                raise Wrong("submit is required when an input block is within blocks", "/view/submit")
        for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
            if len(view.get(name) or "") > most:
                raise Wrong(f"must be less than {most + 1} characters", f"/view/{name}")
    except Wrong as wrong:
        raise SlackError("invalid_arguments", response_metadata={"messages": [str(wrong)]}) from wrong


def _invalid(words, path):
    return SlackError("invalid_arguments", response_metadata={"messages": [str(Wrong(words, path))]})


def _check(blocks, most, path):
    if not isinstance(blocks, list):
        raise Wrong("must be an array of blocks", path)
    if len(blocks) > most:
        raise Wrong(f"no more than {most} items allowed", path)
    seen = set()
    for number, block in enumerate(blocks):
        place = f"{path}/{number}"
        if not isinstance(block, dict) or block.get("type") not in TYPES:
            raise Wrong(f"unsupported type: {block.get('type') if isinstance(block, dict) else block}", f"{place}/type")
        name = block.get("block_id")
        if name and (name in seen or len(name) > 255):
            raise Wrong("`block_id` is not unique or too long", f"{place}/block_id")
        seen.add(name)
        _check_block(block, place)


def _check_block(block, place):
    for name, most in TEXTS.get(block["type"], {}).items():
        if name in block or name == "label" or block["type"] == "header":
            _check_text(block.get(name), most, f"{place}/{name}", plain=block["type"] != "section")
    if block["type"] == "section":
        _check_section(block, place)
    if block["type"] == "image" and not (block.get("alt_text") and (block.get("image_url") or block.get("slack_file"))):
        raise Wrong("missing required field: alt_text and image_url", place)
    elements, most = block.get("elements"), {"actions": 25, "context": 10}.get(block["type"])
    if most:
        if not elements or len(elements) > most:
            raise Wrong(f"between 1 and {most} elements allowed", f"{place}/elements")
        _check_elements(elements, f"{place}/elements", block["type"])
    for name in ("accessory", "element"):
        if block.get(name):
            _check_element(block[name], f"{place}/{name}")
    if block["type"] == "input" and not block.get("element"):
        raise Wrong("missing required field: element", f"{place}/element")


def _check_section(block, place):
    if not block.get("text") and not block.get("fields"):
        raise Wrong("either text or fields is required", place)
    if len(block.get("fields") or ()) > 10:
        raise Wrong("no more than 10 items allowed", f"{place}/fields")
    for number, field in enumerate(block.get("fields") or ()):
        _check_text(field, 2000, f"{place}/fields/{number}")


def _check_elements(elements, place, kind):
    seen = set()
    for number, element in enumerate(elements):
        if kind == "context":
            if element.get("type") in ("mrkdwn", "plain_text"):
                _check_text(element, 3000, f"{place}/{number}")
            continue
        _check_element(element, f"{place}/{number}")
        if (name := element.get("action_id")) in seen and name:
            raise Wrong("`action_id` already exists", f"{place}/{number}/action_id")
        seen.add(name)


def _check_element(element, place):
    if element.get("type") not in ELEMENTS:
        raise Wrong(f"unsupported type: {element.get('type')}", f"{place}/type")
    if len(element.get("action_id") or "") > 255:
        raise Wrong("must be less than 256 characters", f"{place}/action_id")
    if element["type"] == "button":
        _check_text(element.get("text"), 75, f"{place}/text", plain=True)
        if len(str(element.get("value") or "")) > 2000:
            raise Wrong("must be less than 2001 characters", f"{place}/value")
        if element.get("style", "primary") not in ("primary", "danger"):
            raise Wrong("must be primary or danger", f"{place}/style")
    if element["type"] in ("static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"):
        _check_options(element, place)


def _check_options(element, place):
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(element["type"], 100)
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    for group in groups:
        if not 1 <= len(group["options"]) <= most:
            raise Wrong(f"between 1 and {most} options allowed", f"{place}/options")
        for number, option in enumerate(group["options"]):
            _check_text(option.get("text"), 75, f"{place}/options/{number}/text")
            if len(str(option.get("value", ""))) > 150:
                raise Wrong("must be less than 151 characters", f"{place}/options/{number}/value")


def _check_text(text, most, place, plain=False):
    if not isinstance(text, dict) or text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        raise Wrong("must be a text object", place)
    if not isinstance(text.get("text"), str) or not text["text"]:
        raise Wrong("must be more than 0 characters", f"{place}/text")
    if len(text["text"]) > most:
        raise Wrong(f"must be less than {most + 1} characters", f"{place}/text")


def _weight(thing):
    """How many characters of text are in something."""
    if isinstance(thing, dict):
        own = len(thing["text"]) if isinstance(thing.get("text"), str) else 0
        return own + sum(_weight(value) for value in thing.values() if isinstance(value, dict | list))
    return sum(map(_weight, thing)) if isinstance(thing, list) else 0


def with_ids(blocks, new_id):
    """Blocks and elements as Slack keeps them: each has an id, its own or a new one."""
    for block in blocks or ():
        block.setdefault("block_id", new_id("b"))
        elements = (
            block.get("elements") if block["type"] == "actions" else [block.get("accessory"), block.get("element")]
        )
        for element in elements or ():
            if element and element.get("type") != "image":
                element.setdefault("action_id", new_id("a"))
        for text in _plain_texts(block):
            text.setdefault("emoji", True)
    return blocks


def _plain_texts(thing):
    if isinstance(thing, dict):
        if thing.get("type") == "plain_text":
            yield thing
        for value in thing.values():
            yield from _plain_texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _plain_texts(value)
