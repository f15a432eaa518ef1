"""Buttons, menus and forms: within Slack's limits whatever the names are, and read back as they were sent."""

import itertools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from slack_blocks import message_problems, view_problems  # noqa: E402
from test_root_message import EVIL, root  # noqa: E402

from tools.slack import acts, forms  # noqa: E402
from tools.slack.acts import Act, Chosen, Menu  # noqa: E402

WORDS = ("Take", "", " ", "\n", "x" * 5000, "<!channel>" * 40, "\u202e&<>" * 50, "é" * 76, "𝄞" * 80)


def click(element, option=None):
    """A payload as Slack sends it for a click on this element."""
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": "b1"}
    if option is not None:
        action["selected_option"] = element["options"][option]
    return {"type": "block_actions", "actions": [action]}


@pytest.mark.parametrize("label", WORDS)
def test_a_card_is_within_slacks_limits_whatever_the_labels_are(label):
    confirm = (label, label, label, label)
    found = (Act(acts.TAKE, label, "primary"), Act(acts.CLOSE, label, "danger", confirm))
    menu = Menu(tuple((f"act{number}", label) for number in range(9)))
    assert message_problems(root(acts=(*found, menu))) == []
    assert message_problems(root(acts=(), url="")) == []


@pytest.mark.parametrize(
    ("label", "about", "spoken"),
    [
        ("Take", "[ML-#42]", "Take ML-#42"),
        ("Take", "[ML-#42] Printer\n on fire", "Take ML-#42 Printer on fire"),
        ("Take", "[ML-#42] " + "x" * 100, "Take ML-#42 " + "x" * 62 + "…"),
        ("x" * 70, "[ML-#42]", "x" * 70 + " ML-…"),
        ("x" * 74, "[ML-#42]", "x" * 74 + "…"),
        ("x" * 75, "[ML-#42]", None),
        ("Take", "[]", None),
        ("Take", "", None),
    ],
)
def test_who_hears_a_button_hears_its_label_and_its_ticket(label, about, spoken):
    [button] = acts.elements((Act(acts.TAKE, label),), about=about)
    assert button["text"]["text"] == label
    assert button.get("accessibility_label") == spoken


def test_the_buttons_of_a_card_name_its_ticket():
    [*_blocks, row] = root(acts=(Act(acts.TAKE, "Take"), Menu(((acts.STAGE, "Stage…"),))))["blocks"]
    said = [one.get("accessibility_label") for one in row["elements"]]
    assert said == ["Take ML-#42", "Open ML-#42", None]


def test_the_validator_sees_what_is_wrong():
    button = {"type": "button", "action_id": "a", "text": acts.plain("x", 9)}
    button["accessibility_label"] = "x of #42"
    assert message_problems({"text": "x", "blocks": [{"type": "actions", "elements": [button]}]}) == []
    assert message_problems({"text": " ", "blocks": [{"type": "divider"}]}), "nothing to read out"
    menu = {"type": "static_select", "action_id": "m", "options": [acts.option(1, "x")]}
    image = {"type": "image", "image_url": "https://acme.example/x.png", "alt_text": " "}
    wrong = [
        *(
            [{"type": "actions", "elements": [{**button, "accessibility_label": said}]}]
            for said in ("", "x", "y of #42")
        ),
        [{"type": "actions", "elements": [{**button, "action_id": f"a:{number}"} for number in (1, 2)]}],
        [{"type": "actions", "elements": [menu]}],
        [image],
        [{"type": "context", "elements": [image]}],
        [{"type": "section", "text": acts.plain("x", 9), "accessory": image}],
        [{"type": "actions", "elements": []}],
        [{"type": "actions", "elements": [button, button]}],
        [{"type": "actions", "elements": [button]}, {"type": "actions", "elements": [button]}],
        [{"type": "actions", "elements": [{**button, "text": {"type": "plain_text", "text": ""}}]}],
        [{"type": "actions", "elements": [{**button, "style": "blue"}]}],
        [{"type": "actions", "elements": [{"type": "overflow", "action_id": "m", "options": []}]}],
        [{"type": "section"}],
        [{"type": "divider"}] * 51,
        [{"type": "divider", "block_id": "x"}] * 2,
    ]
    for blocks in wrong:
        assert message_problems({"text": "x", "blocks": blocks}), blocks
    form = forms.form("c", "t", "s", "c", [forms.line("a", "b")], {})
    assert view_problems(form) == []
    for name in ("title", "submit"):
        assert view_problems({**form, name: {"type": "plain_text", "text": "x" * 25}})
    assert view_problems({**form, "private_metadata": "x" * 3001})


@pytest.mark.parametrize("words", [*WORDS, *EVIL])
def test_views_are_within_slacks_limits_whatever_the_words_are(words):
    options = [(number, words) for number in range(150)]
    fields = [
        forms.select("a", words, options, 7),
        forms.line("b", words, words, optional=True, most=150, hint=words),
    ]
    form = forms.form("helpdesk_x", words, words, words, fields, {"ticket": 1})
    shown = (form, forms.notice(words, words, words), forms.loading(words, words, words, "id"))
    assert [view_problems(view) for view in shown] == [[], [], []]


def test_a_form_never_has_a_part_of_its_metadata():
    with pytest.raises(ValueError, match="too long"):
        forms.form("c", "t", "s", "c", [], {"x": "y" * 3000})


@pytest.mark.parametrize(("name", "number"), list(itertools.product(("take", "hand_over"), (0, 42, 10**12))))
def test_a_click_is_read_as_it_was_sent(name, number):
    [button, menu] = acts.elements((Act(name, "x"), Menu(((acts.STAGE, "a"), (acts.PRIORITY, "b")))), number)
    assert acts.chosen(click(button)) == Chosen(name, number)
    assert acts.chosen(click(menu, 1)) == Chosen(acts.PRIORITY, number)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        None,
        {"actions": None},
        {"actions": "x"},
        {"actions": [None]},
        {"actions": [{"action_id": 7}]},
        {"actions": [{"action_id": "other_take"}]},
        {"actions": [{"action_id": "helpdesk_take:x"}]},
        {"actions": [{"action_id": "helpdesk_take:" + "9" * 40}]},
        {"actions": [{"action_id": "helpdesk_" + "x" * 100}]},
    ],
)
def test_what_is_none_of_our_buttons_is_nothing(payload):
    assert acts.chosen(payload) is None


@pytest.mark.parametrize("chosen", [None, "x", [], {"value": 7}, {"value": None}])
def test_a_menu_without_a_choice_is_no_act(chosen):
    payload = {"actions": [{"action_id": "helpdesk_menu", "selected_option": chosen}]}
    assert acts.chosen(payload) == Chosen("")


def test_the_link_to_odoo_is_known():
    assert acts.is_link({"actions": [{"action_id": "helpdesk_open"}]})
    assert not acts.is_link({"actions": [{"action_id": "helpdesk_take"}]})


@pytest.mark.parametrize(
    ("view", "values", "about"),
    [
        (None, {}, {}),
        ({"private_metadata": "{", "state": []}, {}, {}),
        ({"private_metadata": "[" * 9999}, {}, {}),
        ({"private_metadata": "[1]"}, {}, {}),
        ({"private_metadata": 7, "state": {"values": {"a": 1, "b": {"c": None}}}}, {"c": ""}, {}),
        (
            {
                "private_metadata": '{"ticket": 42}',
                "state": {
                    "values": {
                        "a": {"a": {"type": "static_select", "selected_option": {"value": "7"}}},
                        "b": {"b": {"type": "plain_text_input", "value": "Hello"}},
                        "c": {"c": {"type": "plain_text_input", "value": None}},
                        "d": {"d": {"type": "static_select", "selected_option": None}},
                    }
                },
            },
            {"a": "7", "b": "Hello", "c": "", "d": ""},
            {"ticket": 42},
        ),
    ],
)
def test_a_submission_is_read_whatever_it_is(view, values, about):
    payload = {"type": "view_submission", "view": view}
    assert (forms.values(payload), forms.about(payload)) == (values, about)
