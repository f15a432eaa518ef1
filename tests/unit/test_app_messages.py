"""What apps say, laid out in blocks or in attachments, reads the same in Odoo; so does a table that a person pasted."""

import random

import pytest

from tools.slack import layout_blocks, message_html, source_thread
from tools.slack.message_words import Names

NAMES = Names({"U0ANNA0001": "Anna Agent"}, {"C0GENERAL1": "general"})


def link(url, label):
    return f'<a href="{url}" target="_blank" rel="noreferrer noopener">{label}</a>'


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def plain(text):
    return {"type": "plain_text", "text": text, "emoji": True}


def rich(text):
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
    }


def cell(text):
    return {"type": "raw_text", "text": text}


@pytest.mark.parametrize(
    ("blocks", "html"),
    [
        (
            [{"type": "header", "text": plain("Disk is full :fire: &amp; <b>")}],
            "<p><b>Disk is full 🔥 &amp;amp; &lt;b&gt;</b></p>",
        ),
        ([{"type": "section", "text": mrkdwn("*web-1* &lt;91%&gt;")}], "<p><b>web-1</b> &lt;91%&gt;</p>"),
        ([{"type": "section", "text": plain("*web-1*\ntwo")}], "<p>*web-1*<br>two</p>"),
        (
            [{"type": "section", "fields": [mrkdwn("*Host*\nweb-1"), plain("Full")]}],
            "<p><b>Host</b><br>web-1</p><p>Full</p>",
        ),
        (
            [{"type": "section", "text": mrkdwn("By <@U0ANNA0001> in <#C0GENERAL1>"), "accessory": {"type": "button"}}],
            "<p>By @Anna Agent in #general</p>",
        ),
        (
            [{"type": "context", "elements": [{"type": "image", "alt_text": "x"}, mrkdwn("since _noon_")]}],
            "<p>since <i>noon</i></p>",
        ),
        ([{"type": "markdown", "text": "**bold** <i>\nmore"}], "<p>**bold** &lt;i&gt;<br>more</p>"),
        (
            [{"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A graph"}],
            "<p>" + link("https://x.example/a.png", "A graph") + "</p>",
        ),
        ([{"type": "image", "slack_file": {"id": "F1"}, "title": plain("A graph"), "alt_text": "x"}], "<p>A graph</p>"),
        ([{"type": "image", "image_url": "javascript:alert(1)", "alt_text": "x"}], "<p>x</p>"),
        (
            [
                {
                    "type": "video",
                    "title": plain("How to"),
                    "title_url": "https://x.example",
                    "description": plain("Look"),
                }
            ],
            "<p>" + link("https://x.example", "How to") + "</p><p>Look</p>",
        ),
        (
            [{"type": "table", "rows": [[cell("Host"), cell("Load")], [rich("web-1"), cell("<91>")]]}],
            "<table><tbody><tr><td>Host</td><td>Load</td></tr>"
            "<tr><td><p>web-1</p></td><td>&lt;91&gt;</td></tr></tbody></table>",
        ),
        # A person's own words, and the table that they have pasted.
        (
            [rich("Look:"), {"type": "table", "rows": [[cell("A")]]}],
            "<p>Look:</p><table><tbody><tr><td>A</td></tr></tbody></table>",
        ),
        # What nobody reads as words.
        (
            [{"type": "divider"}, {"type": "actions", "elements": [{"type": "button", "text": plain("Ack")}]}],
            "<p>said</p>",
        ),
        ([{"type": "what_is_to_come", "text": mrkdwn("x")}], "<p>said</p>"),
        # Wrong types.
        ([{"type": "section", "text": "x", "fields": "x"}, {"type": "header"}, {"type": ["header"]}], "<p>said</p>"),
        ([{"type": "table", "rows": "x"}, {"type": "table", "rows": [7, [], [None]]}], "<p>said</p>"),
        ([{"type": "context", "elements": {"type": "mrkdwn"}}, {"type": "markdown", "text": 7}], "<p>said</p>"),
        ([{"type": "image", "title": 7, "image_url": []}, {"type": "video", "description": []}], "<p>said</p>"),
    ],
)
def test_blocks(blocks, html):
    assert message_html.to_html({"text": "said", "blocks": blocks}, NAMES) == html


ALERT = {
    "color": "#f00",
    "title": "[Alerting] Disk",
    "title_link": "https://grafana.example/d/1",
    "text": "91% on *web-1*, ask <@U0ANNA0001>",
    "fields": [{"title": "Host", "value": "web-1", "short": True}],
    "fallback": "[Alerting] Disk",
    "footer": "Grafana",
}
SHOWN = (
    "<blockquote><p><b>" + link("https://grafana.example/d/1", "[Alerting] Disk") + "</b></p>"
    "<p>91% on <b>web-1</b>, ask @Anna Agent</p><p><b>Host</b></p><p>web-1</p></blockquote>"
)


def alert(*attachments, **values):
    return {"bot_id": "B0ALERTS01", "text": "", "attachments": list(attachments), **values}


@pytest.mark.parametrize(
    ("message", "html"),
    [
        (alert(ALERT), SHOWN),
        (alert(ALERT, bot_id=None, subtype="bot_message"), SHOWN),
        (alert(ALERT, bot_id=None, app_id="A0ALERTS01"), SHOWN),
        (alert(ALERT, text="Look"), "<p>Look</p>" + SHOWN),
        (
            alert({"pretext": "New", "text": "a"}, {"text": "b"}),
            "<p>New</p>" + "".join(f"<blockquote><p>{one}</p></blockquote>" for one in "ab"),
        ),
        (
            alert({"author_name": "Jenkins <x>", "text": "Failed"}),
            "<blockquote><p>Jenkins &lt;x&gt;</p><p>Failed</p></blockquote>",
        ),
        (
            alert({"blocks": [{"type": "section", "text": mrkdwn("*In* it")}]}),
            "<blockquote><p><b>In</b> it</p></blockquote>",
        ),
        (
            alert({"image_url": "https://x.example/a.png", "fallback": "A graph"}),
            "<blockquote><p>A graph</p></blockquote>",
        ),
        (alert({"title": "x", "title_link": "javascript:alert(1)"}), "<blockquote><p><b>x</b></p></blockquote>"),
        # The preview of a link is nobody's words, nor are attachments of a person's message.
        (alert({"from_url": "https://x.example", "title": "A preview"}), ""),
        (alert({"original_url": "https://x.example", "text": "A preview"}), ""),
        (alert(ALERT, bot_id=None, user="U0ANNA0001"), ""),
        # Wrong types.
        (alert({"text": 7, "title": [], "fields": [None, {"title": 7, "value": {}}], "blocks": "x"}, None, 7), ""),
        (alert(attachments={"text": "x"}), ""),
    ],
)
def test_attachments(message, html):
    assert message_html.whole_html(message, NAMES) == html


def test_who_is_mentioned_anywhere():
    table = {"type": "table", "rows": [[{"type": "rich_text", "elements": [{"type": "user", "user_id": "U4"}]}], "x"]}
    blocks = [{"type": "section", "text": mrkdwn("<@U1>"), "fields": [mrkdwn("<@U2>"), plain("<@U9>")]}, table]
    blocks.append({"type": "context", "elements": [mrkdwn("<#C1>")]})
    message = alert(
        {"text": "<@U5>", "fields": [{"value": "<@U6>"}], "blocks": [{"type": "section", "text": mrkdwn("<@U3>")}]}
    )
    found = message_html.mentioned({**message, "blocks": blocks})
    assert (set(found.people), found.channels) == ({"U1", "U2", "U3", "U4", "U5", "U6"}, ("C1",))


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (alert(ALERT), "[Alerting] Disk"),
        (alert(ALERT, text="Look"), "Look"),
        (alert(blocks=[{"type": "header", "text": plain("Disk is full")}]), "Disk is full"),
        (alert(blocks=[{"type": "divider"}]), ""),
    ],
)
def test_what_a_ticket_of_it_is_called(message, title):
    assert source_thread.title(message, NAMES).startswith(title)
    assert bool(source_thread.title(message, NAMES)) == bool(title)


def test_an_alert_says_something():
    said = [alert(ALERT, ts="1700000001.000100"), alert({"from_url": "https://x.example"}, ts="1700000002.000100")]
    assert [one["ts"] for one in source_thread.messages(said, {})] == ["1700000001.000100"]


def test_hostile_layouts_end():
    many = [{"type": "section", "text": mrkdwn("*a" * 20_000), "fields": [mrkdwn("<@U")] * 1000}] * 1000
    assert len(message_html.to_html({"blocks": many})) < 100 * layout_blocks.MAX_BLOCKS * layout_blocks.MAX_TEXT
    dice = random.Random(5)
    values = [None, True, 7, "", "<b>", [], {}, [[]], [{}], {"type": "mrkdwn", "text": "<b>"}, {"type": "plain_text"}]
    names = ("text", "fields", "elements", "rows", "title", "alt_text", "image_url", "description", "pretext", "blocks")
    for _number in range(1000):
        blocks = [{name: dice.choice(values) for name in names} for _block in range(3)]
        for block in blocks:
            block["type"] = dice.choice([*layout_blocks.KINDS, 7, []])
        message = alert(*blocks, blocks=blocks, text=dice.choice(values))
        assert "<b><" not in message_html.whole_html(message).replace("<b>&lt;", "")
        message_html.mentioned(message), message_html.plain(message), message_html.has_words(message)
