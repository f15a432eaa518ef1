"""The thread around a message that becomes a ticket."""

import pytest

from tools.slack import reactions, source_thread
from tools.slack.message_html import Mentioned
from tools.slack.message_words import Names


def said(number, text="words", **values):
    return {"type": "message", "user": "U0ANNA0001", "text": text, "ts": f"17000000{number:02d}.000100", **values}


def test_what_says_something_is_taken_in_its_order_and_once():
    found = [
        said(3),
        said(1),
        said(2, "", files=[{"id": "F1", "name": "a.png"}]),
        said(4, ""),
        said(5, subtype="channel_join"),
        said(6, subtype="bot_message", user=None),
        said(7, subtype={"x": 1}),
        said(8, "", attachments=[{"is_share": True, "text": "forwarded"}]),
        said(9, "", attachments=[{"text": "a preview"}]),
        {"text": "without a time"},
        None,
        "x",
        said(3),
    ]
    texts = [message["ts"][8:10] for message in source_thread.messages(found, said(3, "as chosen"))]
    assert texts == ["01", "02", "03", "06", "08"]


@pytest.mark.parametrize("found", [None, {}, "x", [None], [[]]])
def test_without_the_thread_the_message_itself_is_there(found):
    assert [message["text"] for message in source_thread.messages(found, said(1, "alone"))] == ["alone"]
    assert source_thread.messages(found, {}) == []


@pytest.mark.parametrize(
    ("count", "chosen", "first", "last"), [(10, 5, 0, 9), (80, 40, 15, 65), (80, 0, 1, 50), (80, 79, 29, 78)]
)
def test_a_long_thread_is_taken_around_the_message(count, chosen, first, last):
    thread = [said(number) for number in range(count)]
    others, is_cut = source_thread.around(thread, thread[chosen]["ts"])
    assert (others[0]["ts"], others[-1]["ts"]) == (thread[first]["ts"], thread[last]["ts"])
    assert is_cut == (count > 51)
    assert thread[chosen] not in others


def test_who_and_what():
    names = Names({"U0ANNA0001": "Anna"})
    assert source_thread.author(said(1), names) == "Anna"
    assert source_thread.author(said(1, user="U0OTHER001"), names) == ""
    assert source_thread.author(said(1, user=None, bot_profile={"name": "Alerts"}), names) == "Alerts"
    assert source_thread.author({"user": [], "bot_profile": 7, "username": None}, names) == ""
    assert source_thread.title(said(1, "\n\n  Fire &amp;  <@U0ANNA0001>\nmore"), names) == "Fire & @Anna"
    assert len(source_thread.title(said(1, "x" * 5000), names)) <= 150
    assert source_thread.title({}, names) == ""
    found = source_thread.mentioned([said(1, "<@U0BEN00001> see <#C0SECOND01>"), said(2)])
    assert found == Mentioned(("U0ANNA0001", "U0BEN00001"), ("C0SECOND01",))


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("eyes", "take"),
        ("eyes::skin-tone-2", "take"),
        ("white_check_mark", "close"),
        ("heavy_check_mark", "close"),
        ("ticket", "ticket"),
        ("tickets", ""),
        ("", ""),
        (None, ""),
        (["eyes"], ""),
    ],
)
def test_what_a_reaction_means(name, meaning):
    assert reactions.meaning(name) == meaning
