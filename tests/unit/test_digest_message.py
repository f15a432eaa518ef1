"""How a digest reads: within Slack's limits, and nothing that a customer wrote mentions, links or is markup."""

import pytest
from slack_blocks import message_problems
from test_root_message import EVIL

from tools.digest import message
from tools.digest.message import Entry, Part


def entries(count, words="x"):
    return tuple(Entry(f"ML-#{number}", words, "https://x.example/1", words, 1, words) for number in range(count))


@pytest.mark.parametrize("words", [*EVIL, "x" * 5000, "", "\n"])
@pytest.mark.parametrize("count", [0, 1, message.MOST, 50])
def test_it_is_within_slacks_limits(words, count):
    parts = [Part(words, entries(count, words), words) for _part in range(3)]
    assert message_problems(message.slack(words.strip() or "x", parts)) == []


@pytest.mark.parametrize("words", [one for one in EVIL if "<" in one])
def test_what_a_customer_wrote_is_data(words):
    parts = [Part("At risk", entries(1, words), words)]
    said = message.slack("x", parts)
    assert words not in said["text"]
    assert not [block for block in said["blocks"][1:] if words in block["text"]["text"]]
    assert words not in message.html(parts)


def test_parts_without_tickets_are_left_out():
    parts = [Part("At risk", ()), Part("Waiting", entries(1)), Part("Snoozed", ())]
    assert len(message.slack("Good morning", parts)["blocks"]) == 2
    assert "At risk" not in message.html(parts)
    assert "Waiting" in message.html(parts, "https://x.example/desk", "Open <My> Desk")
    assert "Open &lt;My&gt; Desk" in message.html(parts, "https://x.example/desk", "Open <My> Desk")


def test_what_is_more_is_said():
    said = message.slack("x", [Part("At risk", entries(7), "and 2 more")])
    assert said["blocks"][1]["text"]["text"].count("•") == message.MOST
    assert said["blocks"][1]["text"]["text"].endswith("and 2 more")
