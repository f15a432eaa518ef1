"""What a person wrote in Slack reads the same in Odoo: names, links, lists, code, quotes and emoji, all escaped."""

import random
import time

import pytest

from tools.slack import message_blocks, message_html
from tools.slack.message_words import Names

NAMES = Names({"U0ANNA0001": "Anna Agent"}, {"C0GENERAL1": "general"}, {"S0NIGHT001": "night-shift"})
ATTRIBUTES = 'target="_blank" rel="noreferrer noopener"'


def link(url, label):
    return f'<a href="{url}" {ATTRIBUTES}>{label}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello", "<p>Hello</p>"),
        ("One\nTwo", "<p>One<br>Two</p>"),
        ("a &lt;b&gt; &amp; c", "<p>a &lt;b&gt; &amp; c</p>"),
        ("&amp;lt;script&amp;gt;", "<p>&amp;lt;script&amp;gt;</p>"),
        ("<script>alert(1)</script>", "<p>scriptalert(1)/script</p>"),
        ("*bold* _italic_ ~gone~ `code`", "<p><b>bold</b> <i>italic</i> <s>gone</s> <code>code</code></p>"),
        ("*_both_*", "<p><b><i>both</i></b></p>"),
        ("2*3*4 and a_b_c", "<p>2*3*4 and a_b_c</p>"),
        ("`*not bold* &lt;x&gt;`", "<p><code>*not bold* &lt;x&gt;</code></p>"),
        ("before\n```\nx = &lt;1&gt;\n  y\n```\nafter", "<p>before</p><pre>x = &lt;1&gt;\n  y</pre><p>after</p>"),
        ("&gt; quoted\n&gt;more\nmine", "<blockquote>quoted<br>more</blockquote><p>mine</p>"),
        ("<@U0ANNA0001> look", "<p>@Anna Agent look</p>"),
        ("<@U0NOBODY01> look", "<p>@someone look</p>"),
        ("<@U0NOBODY01|ben> look", "<p>@ben look</p>"),
        ("<#C0GENERAL1> and <#C0OTHER001|other>", "<p>#general and #other</p>"),
        ("<!here> <!channel> <!everyone>", "<p>@here @channel @everyone</p>"),
        ("<!subteam^S0NIGHT001> <!subteam^S1|@day>", "<p>@night-shift @day</p>"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "<p>18 Feb 2014</p>"),
        ("<!date^1392734382^{date}> <!date^x>", "<p>2014-02-18 14:39 UTC </p>"),
        (
            "<https://x.example/?a=1&amp;b=2>",
            "<p>" + link("https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&amp;b=2") + "</p>",
        ),
        ("<https://x.example/a_b_c|a *label*>", "<p>" + link("https://x.example/a_b_c", "a *label*") + "</p>"),
        ("*<https://x.example|x>*", "<p><b>" + link("https://x.example", "x") + "</b></p>"),
        ("<mailto:a@x.example|a@x.example>", "<p>" + link("mailto:a@x.example", "a@x.example") + "</p>"),
        ("<javascript:alert(1)|click>", "<p>click</p>"),
        ('<https://x.example/"onclick="x|y>', "<p>" + link("https://x.example/&quot;onclick=&quot;x", "y") + "</p>"),
        (":+1: :wave::skin-tone-3: :no_such_name: 10:30:00", "<p>👍 👋🏼 :no_such_name: 10:30:00</p>"),
        ("• one\n• two", "<p>• one<br>• two</p>"),
        ("\ue0000\ue000", "<p>0</p>"),
        ("", ""),
        ("   \n ", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_mrkdwn(text, html):
    assert message_html.to_html({"text": text}, NAMES) == html


def rich(*elements):
    return {"text": "fallback", "blocks": [{"type": "rich_text", "elements": list(elements)}]}


def section(*pieces, kind="rich_text_section", **values):
    return {"type": kind, "elements": list(pieces), **values}


def words(text, **style):
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def bullets(*items, style="bullet", **values):
    return section(*(section(words(item)) for item in items), kind="rich_text_list", style=style, **values)


@pytest.mark.parametrize(
    ("message", "html"),
    [
        (rich(section(words("Hello "), words("bold", bold=True))), "<p>Hello <b>bold</b></p>"),
        (rich(section(words("all", bold=True, italic=True, strike=True))), "<p><b><i><s>all</s></i></b></p>"),
        (rich(section(words("x < y & z", code=True))), "<p><code>x &lt; y &amp; z</code></p>"),
        (rich(section(words("*no markup* <@U0ANNA0001> &amp;"))), "<p>*no markup* &lt;@U0ANNA0001&gt; &amp;amp;</p>"),
        (rich(section(words("one\ntwo\n"))), "<p>one<br>two</p>"),
        (
            rich(
                section(
                    {"type": "user", "user_id": "U0ANNA0001"},
                    words(" in "),
                    {"type": "channel", "channel_id": "C0GENERAL1"},
                )
            ),
            "<p>@Anna Agent in #general</p>",
        ),
        (
            rich(section({"type": "usergroup", "usergroup_id": "S0NIGHT001"}, {"type": "broadcast", "range": "here"})),
            "<p>@night-shift@here</p>",
        ),
        (rich(section({"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"})), "<p>👋🏽</p>"),
        (rich(section({"type": "emoji", "name": "+1"})), "<p>👍</p>"),
        (rich(section({"type": "emoji", "name": "our-logo"})), "<p>:our-logo:</p>"),
        (rich(section({"type": "emoji", "name": "x", "unicode": "d800"})), "<p>❌</p>"),
        (
            rich(section({"type": "link", "url": "https://x.example", "text": "x"})),
            "<p>" + link("https://x.example", "x") + "</p>",
        ),
        (rich(section({"type": "link", "url": "javascript:alert(1)", "text": "x"})), "<p>x</p>"),
        (rich(section({"type": "date", "timestamp": 1, "fallback": "today"})), "<p>today</p>"),
        (rich(section({"type": "date", "timestamp": 1392734382, "format": "{date}"})), "<p>2014-02-18 14:39 UTC</p>"),
        (rich(section({"type": "date", "timestamp": [1]}), section(words("x"))), "<p>x</p>"),
        (rich(bullets("a", "b")), "<ul><li>a</li><li>b</li></ul>"),
        (
            rich(
                bullets("a", style="ordered"),
                bullets("b", style="ordered", indent=1),
                bullets("c", style="ordered", offset=1),
            ),
            "<ol><li>a<ol><li>b</li></ol></li><li>c</li></ol>",
        ),
        (rich(bullets("c", style="ordered", offset=2)), '<ol start="3"><li>c</li></ol>'),
        (rich(bullets("a"), bullets("b", style="ordered")), "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        (rich(bullets("a", indent=1)), "<ul><ul><li>a</li></ul></ul>"),
        (
            rich(bullets("a"), bullets("b", indent=2), bullets("c", indent=1)),
            "<ul><li>a<ul><ul><li>b</li></ul><li>c</li></ul></li></ul>",
        ),
        (rich(section(words("see")), bullets("a"), section(words("end"))), "<p>see</p><ul><li>a</li></ul><p>end</p>"),
        (rich(section(words("said"), kind="rich_text_quote")), "<blockquote>said</blockquote>"),
        (rich(section(words("x = 1\ny"), kind="rich_text_preformatted")), "<pre>x = 1\ny</pre>"),
        # What no person can have typed.
        (rich({"type": "rich_text_section", "elements": "x"}, 7), "<p>fallback</p>"),
        (rich(section({"type": "text", "text": {"a": 1}}, {"type": "user"}, {"type": []})), "<p>@someone</p>"),
        ({"text": "t", "blocks": [{"type": "section", "text": {"text": "of an app"}}]}, "<p>t</p>"),
        ({"text": "t", "blocks": {"type": "rich_text"}}, "<p>t</p>"),
        ({"text": "waves", "subtype": "me_message"}, "<p><i>waves</i></p>"),
    ],
)
def test_rich_text(message, html):
    assert message_html.to_html(message, NAMES) == html


def forwarded(text="The *log* says", url="https://acme.slack.com/archives/C1/p1", author="Ben", **values):
    """A forwarded message, in the shape in which Slack delivers it: beside the words of who has forwarded it."""
    blocks = values.pop("blocks", [])
    found = {
        "from_url": url,
        "ts": "1700000101.000200",
        "author_id": "U0BEN00001",
        "author_name": author,
        "channel_id": "C1",
        "is_msg_unfurl": True,
        "is_share": True,
        "message_blocks": [{"team": "T0ACME001", "channel": "C1", "message": {"blocks": blocks}}],
        "fallback": "[October 12th, 2022] ben: The log says",
        "text": text,
        "footer": "Posted in #printers",
    }
    return {name: value for name, value in {**found, **values}.items() if value is not None}


WHERE = "<p>" + link("https://acme.slack.com/archives/C1/p1", "Ben") + "</p>"


@pytest.mark.parametrize(
    ("message", "html"),
    [
        (
            {"text": "Look", "attachments": [forwarded()]},
            f"<p>Look</p><blockquote>{WHERE}<p>The <b>log</b> says</p></blockquote>",
        ),
        ({"text": "", "attachments": [forwarded()]}, f"<blockquote>{WHERE}<p>The <b>log</b> says</p></blockquote>"),
        (
            {"attachments": [forwarded(**rich(section(words("By "), {"type": "user", "user_id": "U0ANNA0001"})))]},
            f"<blockquote>{WHERE}<p>By @Anna Agent</p></blockquote>",
        ),
        (
            {"attachments": [forwarded("One"), forwarded("Two", url=None)]},
            f"<blockquote>{WHERE}<p>One</p></blockquote><blockquote><p>Ben</p><p>Two</p></blockquote>",
        ),
        ({"attachments": [forwarded("", files=[{"id": "F1"}])]}, f"<blockquote>{WHERE}</blockquote>"),
        (
            {"attachments": [forwarded("")]},
            f"<blockquote>{WHERE}<p>[October 12th, 2022] ben: The log says</p></blockquote>",
        ),
        ({"attachments": [forwarded(author=None, url=None)]}, "<blockquote><p>The <b>log</b> says</p></blockquote>"),
        (
            {"attachments": [forwarded(author=None, author_id="U0ANNA0001", url="javascript:alert(1)")]},
            "<blockquote><p>Anna Agent</p><p>The <b>log</b> says</p></blockquote>",
        ),
        (
            {"attachments": [forwarded("&lt;b&gt;", author="<i>Ben", url='https://x.example/"')]},
            "<blockquote><p>" + link("https://x.example/&quot;", "&lt;i&gt;Ben") + "</p><p>&lt;b&gt;</p></blockquote>",
        ),
        # The preview of a link is Slack's doing.
        ({"text": "See", "attachments": [forwarded(is_share=None), {"title": "x", "text": "y"}]}, "<p>See</p>"),
        ({"text": "See", "attachments": [forwarded(is_share="yes"), None, 7, []]}, "<p>See</p>"),
        ({"text": "See", "attachments": {"is_share": True}}, "<p>See</p>"),
        (
            {
                "text": "",
                "attachments": [forwarded(7, message_blocks=[None, {"message": []}], fallback=[], from_url=8)],
            },
            "<blockquote><p>Ben</p></blockquote>",
        ),
    ],
)
def test_what_a_person_forwards_comes_along_as_a_quotation(message, html):
    assert message_html.whole_html(message, NAMES) == html


def test_what_is_forwarded_is_not_what_the_person_says_themselves():
    assert message_html.to_html({"text": "Look", "attachments": [forwarded()]}, NAMES) == "<p>Look</p>"


def test_who_is_mentioned_in_what_is_forwarded():
    message = {"text": "<@U1>", "attachments": [forwarded("<@U2> in <#C1>")]}
    assert message_html.mentioned(message) == message_html.Mentioned(("U1", "U2"), ("C1",))


def test_what_is_forwarded_names_a_message_without_words():
    assert message_html.plain({"text": "", "attachments": [forwarded("The log")]}) == "The log"
    assert message_html.plain({"text": "Look", "attachments": [forwarded("The log")]}) == "Look\nThe log"


def test_a_forwarded_message_says_something_and_is_read_so_deep_and_so_often():
    many = {"text": "", "attachments": [forwarded(f"{number}") for number in range(50)]}
    assert message_html.whole_html(many).count("<blockquote>") == 10
    within = forwarded("outer", attachments=[forwarded("inner")])
    assert "inner" not in message_html.whole_html({"attachments": [within]})


def test_the_text_names_what_the_blocks_only_refer_to():
    message = {**rich(section({"type": "channel", "channel_id": "C9"})), "text": "<#C9|secret-plans>"}
    assert message_html.to_html(message) == "<p>#secret-plans</p>"
    assert message_html.mentioned(message) == message_html.Mentioned()


def test_who_is_mentioned():
    message = {**rich(section({"type": "user", "user_id": "U1"})), "text": "<@U1> <@U2|ben> <#C1> <@bad id>"}
    assert message_html.mentioned(message) == message_html.Mentioned(("U1",), ("C1",))


@pytest.mark.parametrize(
    "text",
    [
        "<" * 50_000,
        "*" * 50_000,
        "`" * 50_000,
        "_a" * 30_000,
        "<@U" * 20_000,
        "&gt;" * 15_000,
        ("*a " * 20_000),
        "~a~" * 20_000,
    ],
)
def test_hostile_text_ends(text):
    assert len(message_html.to_html({"text": text})) < 10 * len(text)


@pytest.mark.parametrize("said", ["a{}b", "{}b", "a{}", "{}", "a{}b{}"])
@pytest.mark.parametrize("kind", ["rich_text_section", "rich_text_quote"])
def test_thousands_of_line_breaks_cost_no_time(kind, said):
    text = said.replace("{}", "\n" * 20_000)
    began = time.process_time()
    html = message_html.to_html(rich(section(words(text), kind=kind)))
    assert time.process_time() - began < 1
    assert html.count("<br>") == text.rstrip("\n").count("\n")


def test_hostile_blocks_end():
    nested = {"type": "rich_text_section", "elements": []}
    for _depth in range(500):
        nested = {"type": "rich_text_section", "elements": [nested]}
    assert message_html.to_html({"text": "t", "blocks": [{"type": "rich_text", "elements": [nested]}]}) == "<p>t</p>"
    many = [words("a")] * 20_000
    assert len(message_html.to_html(rich(section(*many)))) == message_blocks.MAX_ELEMENTS + len("<p></p>")


def test_whatever_stands_in_a_message_ends_as_html():
    dice = random.Random(7)
    values = [None, True, -1, 10**9, 1.5, "", "<b>", "U0ANNA0001", [], {}, [[]], {"type": "text"}]
    kinds = ["text", "user", "link", "emoji", "date", "rich_text_list", "rich_text_section", "rich_text_quote", 7, []]

    def element(depth=0):
        names = ("elements", "text", "style", "indent", "offset", "url", "unicode", "name", "user_id", "fallback")
        found = {name: dice.choice(values) for name in names if dice.random() < 0.5}
        if depth < 4 and dice.random() < 0.8:
            found["elements"] = [element(depth + 1) for _number in range(dice.randrange(4))]
        return {**found, "type": dice.choice(kinds)}

    for _number in range(2000):
        message = {"text": dice.choice(values), "blocks": [{"type": "rich_text", "elements": [element(), element()]}]}
        assert "<b>" not in message_html.to_html(message).replace("&lt;b&gt;", "")
        message_html.mentioned(message), message_html.plain(message)
        shared = {
            name: dice.choice([*values, message["blocks"]]) for name in ("text", "message_blocks", "from_url", "files")
        }
        message_html.whole_html({**message, "attachments": dice.choice([[{**shared, "is_share": True}], values])})
