"""Lists of tickets and App Home: within Slack's limits whatever the tickets are called, and a click finds its list."""

import pytest
from slack_blocks import message_problems, view_problems
from test_root_message import EVIL

from tools.slack import acts, ticket_list
from tools.slack.acts import Act, Menu
from tools.slack.ticket_list import AT_RISK, HELP, MINE, Entry, Part

CONFIRM = ("Close?", "Really?", "Close", "Cancel")
BUTTONS = (
    Act(acts.TAKE, "Take", "primary"),
    Act(acts.CLOSE, "Close", confirm=CONFIRM),
    Menu(((acts.STAGE, "Stage…"),)),
)


def entries(count, words="Printer", start=1):
    return tuple(
        Entry(
            number,
            f"[#{number}] {words}",
            words,
            f"https://odoo.example/{number}",
            ":new:",
            words,
            words,
            1700000000,
            "then",
            BUTTONS,
        )
        for number in range(start, start + count)
    )


@pytest.mark.parametrize("words", ["", " ", *EVIL, "é" * 900])
@pytest.mark.parametrize("count", [0, 1, 40])
def test_lists_are_within_slacks_limits(words, count):
    shown = ticket_list.message(words, entries(count, words), words, words, words, words)
    assert message_problems(shown) == []
    parts = [Part(words, entries(count, words, 100 * number), words, words) for number in range(5)]
    assert view_problems(ticket_list.home(words, parts, words)) == []


@pytest.mark.parametrize("words", [one for one in EVIL if "<" in one])
def test_nothing_that_somebody_wrote_mentions_or_links(words):
    message = ticket_list.message(words, entries(1, words), words, words, words, words)
    home = ticket_list.home("x", [Part(words, entries(1, words), words, words), Part(words, (), words)], words)
    texts = [message["text"]]
    for block in [*message["blocks"], *home["blocks"]]:
        elements = block["elements"] if block["type"] == "context" else ()
        texts += [text["text"] for text in [block.get("text"), *elements] if text and text["type"] == "mrkdwn"]
    assert len(texts) > 10
    assert not [text for text in texts if words in text]


def test_who_hears_a_button_hears_of_which_ticket_it_is():
    shown = ticket_list.message("x", entries(2), "mine", "nothing")
    buttons = [one for block in shown["blocks"] if block["type"] == "actions" for one in block["elements"]]
    assert [one.get("accessibility_label") for one in buttons] == [
        "Take #1 Printer Printer",
        "Close #1 Printer Printer",
        None,
        "Take #2 Printer Printer",
        "Close #2 Printer Printer",
        None,
    ]


@pytest.mark.parametrize("question", ["mine", "at_risk", "a:b", "x" * 500, "", "42"])
def test_a_click_finds_the_question_of_its_list(question):
    shown = ticket_list.message("x", entries(2), question, "nothing")
    [first, second] = [block for block in shown["blocks"] if block["type"] == "actions"]
    button = second["elements"][0]
    payload = {"actions": [{"action_id": button["action_id"], "block_id": second["block_id"]}]}
    assert acts.chosen(payload) == acts.Chosen(acts.TAKE, 2)
    assert ticket_list.question_of(payload) == question[:100]
    assert first["block_id"] != second["block_id"]


@pytest.mark.parametrize("payload", [None, {}, {"actions": [{}]}, {"actions": [{"block_id": "b1"}]}, {"actions": [1]}])
def test_a_click_elsewhere_is_in_no_list(payload):
    assert ticket_list.question_of(payload) is None
    assert not ticket_list.is_in_home(payload)


def test_a_click_in_home_is_known():
    assert ticket_list.is_in_home({"view": {"type": "home"}})
    assert not ticket_list.is_in_home({"view": {"type": "modal"}})


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("", MINE),
        ("  ", MINE),
        ("mine", MINE),
        ("Mine ", MINE),
        ("at  risk", AT_RISK),
        ("AT RISK", AT_RISK),
        ("help", HELP),
        ("?", HELP),
        ("meine", MINE),
        ("GEFÄHRDET", AT_RISK),
        ("42", "42"),
        ("#42", "#42"),
        ("  printer\n on   fire ", "printer on fire"),
        ("x" * 500, "x" * 100),
        ("M&amp;Co &lt;x&gt; &amp;amp; &quot;", "M&Co <x> &amp; &quot;"),
        ("&amp;" * 200, "&" * 100),
    ],
)
def test_what_a_command_asks(words, meant):
    assert ticket_list.asked(words, {"Meine": MINE, "gefährdet": AT_RISK}) == meant
