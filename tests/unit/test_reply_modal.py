"""The modal of a reply: what Slack takes of it, and what it means when it comes back."""

import pytest
from helpdesk_bridge.tools.slack import reply_modal
from helpdesk_bridge.tools.slack.reply_modal import Option, Reply, Written
from slack_blocks import view_problems

NAMES = ("recipients", "subject", "text", "canned", "files", "after", "close")
LABELS = {name: name.title() for name in NAMES}
JANE = Option(reply_modal.key("jane@customer.example"), "To: Jane Doe <jane@customer.example>")
LONG = "Ω" * 5000


def people(count):
    return tuple(Option(reply_modal.key(f"{n}@x.example"), f"Cc: {n}@x.example") for n in range(count))


def view(reply):
    text = {"type": "plain_text", "text": "x"}
    return {"type": "modal", "title": text, "submit": text, "blocks": reply_modal.blocks(reply)}


def block(reply, name):
    """The block of an input; None if there is none."""
    found = [one for one in reply_modal.blocks(reply) if one["block_id"].partition(":")[0] == name] if reply else []
    return found[0] if found else None


@pytest.mark.parametrize(
    "reply",
    [
        Reply(LABELS, (JANE,)),
        Reply(LABELS, (JANE, *people(9)), may_close=True, is_closing=True),
        Reply(LABELS, people(11)),
        Reply(LABELS, people(150), frozenset(one.key for one in people(150))),
        Reply(LABELS, (JANE,), text=LONG, subject=LONG, canned=people(150), files=people(150), may_close=True),
        Reply({name: LONG for name in NAMES}, (Option(JANE.key, LONG),), canned=(Option("1", LONG),)),
        Reply({name: "" for name in NAMES}, (Option(JANE.key, ""),), files=(Option("1", "\x00\x1b"),)),
    ],
)
def test_slack_takes_it(reply):
    assert view_problems(view(reply)) == []
    for one in reply_modal.blocks(reply):
        element = one.get("element") or one["elements"][0]
        picked = element.get("initial_options", [])
        assert all(option in element["options"] for option in picked)
        if element["type"] == "checkboxes":
            assert 1 <= len(element["options"]) <= 10
        if element["type"] == "multi_static_select":
            assert 10 < len(element["options"]) <= 100


def test_everybody_is_chosen_and_can_be_taken_out():
    reply = Reply(LABELS, (JANE, *people(2)), frozenset({JANE.key, people(2)[1].key}))
    element = block(reply, reply_modal.RECIPIENTS)["element"]
    assert [one["value"] for one in element["options"]] == [one.key for one in reply.recipients]
    assert [one["value"] for one in element["initial_options"]] == [JANE.key, people(2)[1].key]
    assert "optional" not in block(reply, reply_modal.RECIPIENTS)


def test_no_address_is_in_what_comes_back():
    assert "jane" not in JANE.key
    assert len(JANE.key) <= 75


@pytest.mark.parametrize(("name", "reply"), [("files", {}), ("close", {}), ("canned", {})])
def test_what_there_is_nothing_of_is_not_shown(name, reply):
    assert block(Reply(LABELS, (JANE,), **reply), name) is None


def test_a_warning_is_text():
    [first, *_others] = reply_modal.blocks(Reply(LABELS, (JANE,), warnings=("<!channel> *Ben* & co",)))
    assert first["elements"][0]["text"] == ":warning: &lt;!channel&gt; *Ben* &amp; co"


def test_another_version_makes_slack_forget_what_was_typed():
    ids = {block(Reply(LABELS, (JANE,), version=number), reply_modal.TEXT)["block_id"] for number in range(3)}
    assert len(ids) == 3


def state(**fields):
    """A modal that comes back. :param fields: by the name of the input"""
    return {"view": {"state": {"values": {f"{name}:4": {name: field} for name, field in fields.items()}}}}


def picked(*keys):
    return {"type": "checkboxes", "selected_options": [{"value": key} for key in keys]}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (
            state(
                text={"value": "Unplug\nit"},
                subject={"value": " A \n word "},
                recipients=picked("a", "b"),
                files=picked("7"),
                close=picked("yes"),
            ),
            Written("Unplug\nit", "A word", frozenset({"a", "b"}), frozenset({"7"}), True),
        ),
        (state(text={"value": None}, recipients=picked(), close=picked()), Written()),
        (
            state(text={"value": 7}, recipients={"selected_options": 3}, close={"selected_options": [3, None]}),
            Written(),
        ),
        (state(text={"value": LONG}), Written(LONG[:3000])),
        (
            state(recipients={"selected_options": [{"value": ["x"]}, {"value": "a"}]}),
            Written(recipients=frozenset("a")),
        ),
        ({}, Written()),
        ({"view": {"state": {"values": {"x": 3}}}}, Written()),
        ({"view": "x"}, Written()),
    ],
)
def test_what_was_written(payload, expected):
    assert reply_modal.written(payload) == expected


@pytest.mark.parametrize(
    ("value", "number"),
    [("42", 42), ("", 0), ("x", 0), ("-1", 0), ("٣", 0), ("9" * 30, 0), (None, 0), (3, 0)],
)
def test_which_canned_reply_was_chosen(value, number):
    action = {"action_id": reply_modal.CANNED, "selected_option": {"value": value}}
    assert reply_modal.canned({"actions": [action]}) == number


@pytest.mark.parametrize("payload", [{}, {"actions": []}, {"actions": [3]}, {"actions": [{"action_id": "x"}]}])
def test_no_canned_reply_was_chosen(payload):
    assert reply_modal.canned(payload) == 0


@pytest.mark.parametrize(
    ("typed", "more", "whole"),
    [
        ("", "Hello", "Hello"),
        ("Hi\n", "Hello\n", "Hi\n\nHello"),
        ("Hi", "", "Hi"),
        ("x" * 2000, "y" * 998, "x" * 2000 + "\n\n" + "y" * 998),
        ("x" * 2000, "y" * 999, None),
    ],
)
def test_a_canned_reply_stands_below_what_was_typed_and_is_never_cut(typed, more, whole):
    assert reply_modal.joined(typed, more) == whole


def test_an_error_stands_at_the_text():
    assert reply_modal.text_block_id(state(text={"value": " "})) == "text:4"
    assert reply_modal.text_block_id({}) == "text"
