"""The elements that people fill in, and the values that they have in a payload.

https://docs.slack.dev/reference/block-kit/block-elements, https://docs.slack.dev/reference/views (`state.values`)
"""

from .errors import SlackError
from .typed import inline

#: type → the key of its value in `state.values` and in an action
KEYS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
    "rich_text_input": "rich_text_value",
}
#: type → the key of what it shows before anybody touched it
INITIAL = {"value": "initial_value", "rich_text_value": "initial_value", "files": "initial_files"}


def elements(blocks):
    """(block, element) of everything that can be used."""
    for block in blocks or ():
        found = block.get("elements") if block["type"] == "actions" else [block.get("accessory"), block.get("element")]
        yield from ((block, one) for one in found or () if one and one.get("type") in (*KEYS, "button"))


def element(blocks, block_id, action_id):
    """The (block, element) of these ids; without a block's id the first with that action; SlackError if none."""
    for block, one in elements(blocks):
        if one.get("action_id") == action_id and block_id in (None, "", block.get("block_id")):
            return block, one
    raise SlackError("no_such_element")


def options(one):
    """All the options that a menu has itself."""
    return [
        *(one.get("options") or ()),
        *(each for group in one.get("option_groups") or () for each in group["options"]),
    ]


def _option(one, value):
    if isinstance(value, dict):
        return value  # of a menu that asked the app
    found = next((each for each in options(one) if each.get("value") == value), None)
    if not found:
        raise SlackError("no_such_option")
    return found


def chosen(one, value):
    """The value of an element as a payload has it. :param value: text, an option's value, or several"""
    key = KEYS.get(one["type"])
    if not key:
        return {}
    if key == "selected_option":
        return {key: _option(one, value) if value else None}
    if key == "selected_options":
        return {key: [_option(one, each) for each in value or ()]}
    if key == "rich_text_value" and isinstance(value, str):
        section = {"type": "rich_text_section", "elements": inline(value)}
        return {key: {"type": "rich_text", "elements": [section]}}
    return {key: value if value not in ("",) else None}


def initial(one):
    """What an element shows before anybody touched it, as a payload has it."""
    key = KEYS[one["type"]]
    name = INITIAL.get(key) or key.replace("selected_", "initial_")
    return {key: one.get(name, [] if key.endswith("s") else None)}


def values(blocks, typed):
    """`state.values`. :param typed: {action_id or block_id: {action_id: value}} of what the person touched"""
    found = {}
    for block, one in elements(blocks):
        if one["type"] in ("button", "overflow"):
            continue
        value = _typed(typed, block, one)
        said = initial(one) if value is _UNTOUCHED else chosen(one, value)
        found.setdefault(block["block_id"], {})[one["action_id"]] = {"type": one["type"], **said}
    return found


_UNTOUCHED = object()


def _typed(typed, block, one):
    within = typed.get(block["block_id"])
    if isinstance(within, dict) and one["action_id"] in within:
        return within[one["action_id"]]
    return typed.get(one["action_id"], _UNTOUCHED)


def missing(blocks, typed):
    """What Slack itself complains about before the app hears of a submission, by block."""
    complaints = {}
    for block_id, inside in values([block for block in blocks if block["type"] == "input"], typed).items():
        block = next(block for block in blocks if block["block_id"] == block_id)
        said = next(iter(inside.values()))
        value, one = said[KEYS[said["type"]]], block["element"]
        if value in (None, "", []) and not block.get("optional"):
            complaints[block_id] = "Please complete this required field."
        elif one["type"] == "plain_text_input" and isinstance(value, str):
            if len(value) > one.get("max_length", 3000):
                complaints[block_id] = f"Please use at most {one.get('max_length', 3000)} characters."
            elif value and len(value) < one.get("min_length", 0):
                complaints[block_id] = f"Please use at least {one['min_length']} characters."
        elif one["type"] == "email_text_input" and value and "@" not in str(value):
            complaints[block_id] = "Please enter a valid email address."
    return complaints
