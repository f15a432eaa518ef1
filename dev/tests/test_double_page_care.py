"""The Slack double's page for who has no mouse, who hears it, and whatever stands in the messages."""

import json
import re
import time

from dev.paths import DEV, ROOT
from dev.services.browser import DESKTOP
from dev.services.slack_card import modal, option, plain
from dev.services.slack_ears import socket_ear, until

REPLY = {"type": "button", "action_id": "reply", "text": plain("Reply"), "accessibility_label": "Reply about #42"}
QUESTION = {
    "title": plain("Close this ticket?"),
    "text": plain("Really."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
CLOSE = {"type": "button", "action_id": "close", "text": plain("Close"), "confirm": QUESTION}
MENU = {"type": "overflow", "action_id": "menu", "options": [option("new"), option("done")]}
CARD = [{"type": "actions", "elements": [REPLY, CLOSE, MENU]}]
FOCUS = "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
FOCUS += " || document.activeElement.title)"
#: What no app of ours sends, in a message that Slack has.
ODD = (
    {"blocks": [{"type": "rich_text"}, {"type": "context"}, {"type": "section"}, {"type": "carousel"}, {}]},
    {"blocks": [7, None]},
    {"blocks": [{"type": "actions", "elements": [{"type": "static_select"}, {"type": "overflow"}, {"type": "x"}]}]},
    {
        "blocks": [
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{}, {"type": "date"}]}]}
        ]
    },
    {"text": "", "blocks": None},
    {"text": "<!date^x^{date}|then> <> <@> <#> <!> <|> *_~`", "blocks": None},
    {"files": [{}], "reactions": [{}], "attachments": [{"color": 5, "blocks": [{}]}]},
    {"user": None, "reply_count": 3, "latest_reply": None},
)
OURS = re.compile(r"""["'(] ?:([a-z][a-z_]+):[ "']""")


def focus(page):
    return page.evaluate(FOCUS)


def tab_to(page, words):
    for _stop in range(60):
        page.keyboard.press("Tab")
        if focus(page) == words:
            return
    raise AssertionError(f"Tab never gets to “{words}”")


def test_no_mouse_is_needed(slack, opened):
    slack.two_way()
    card = slack.client().chat_postMessage(channel=slack.channels["support"], text="x", blocks=CARD)["ts"]
    with socket_ear(slack, concurrency=4) as ear:
        clicked = lambda: [one.payload["actions"][0]["action_id"] for one in ear.heard if "actions" in one.payload]  # noqa: E731

        def answer(request):
            if request.payload.get("actions", [{}])[0].get("action_id") == "reply":
                slack.client().views_open(trigger_id=request.payload["trigger_id"], view=modal())
                slack.client().chat_update(channel=slack.channels["support"], ts=card, text="x", blocks=[*CARD, *CARD])

        ear.answer = answer
        page = opened("ben", DESKTOP)
        tab_to(page, "Reply about #42")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        until(lambda: page.evaluate("document.activeElement.tagName") == "INPUT", "the first field to have the focus")
        for _stop in range(12):
            page.keyboard.press("Tab")
            assert not page.evaluate("document.activeElement.closest('.pane, .rail')"), (
                "what lies below is out of reach"
            )
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        until(lambda: focus(page) == "Reply about #42", "the focus to be back, although the card was drawn anew")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        asked = page.get_by_role("alertdialog", name="Close this ticket?")
        asked.wait_for()
        page.keyboard.press("Escape")
        asked.wait_for(state="detached")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        until(lambda: clicked() == ["reply", "close"], "the click, once, after a yes")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("menuitem", name="New").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        until(lambda: clicked() == ["reply", "close", "menu"], "the choice from the menu")
        assert ear.heard[-1].payload["actions"][0]["selected_option"]["value"] == "done"
        page.get_by_role("main").locator(".message").first.focus()
        tab_to(page, "Add reaction")


def test_odd_messages_do_not_take_the_page_along(slack, opened):
    anna = slack.person("anna")
    soon = int(time.time()) + 2 * 3600 + 60
    anna.post("support", f"<!date^{soon}^{{date_short_pretty}} {{time}} ({{ago}})|then>", raw=True, no_blocks=True)
    for odd in ODD:
        anna.post("support", "odd", more=odd)
    slack.client().chat_postMessage(channel=slack.channels["support"], text="So:\n>quoted\n:raised_hand: took it")
    page = opened("ben", DESKTOP)
    channel = page.get_by_role("main")
    channel.get_by_text("took it").wait_for()
    assert channel.locator(".message").count() == len(ODD) + 2
    assert channel.locator("blockquote").last.inner_text() == "quoted"
    assert channel.get_by_role("img", name="raised hand").count() == 1
    assert re.search(r"(Today|Tomorrow) \d\d:\d\d \(in 2 hours\)", channel.inner_text())
    assert channel.get_by_text("then", exact=False).count()


def test_what_the_app_says_stands_beside_its_home(slack, opened):
    slack.two_way()
    slack.client().chat_postMessage(channel=slack.people["ben"], text="Taken back.")
    page = opened("ben", DESKTOP)
    page.get_by_role("button", name="Helpdesk", exact=True).click()
    page.get_by_text("has shown nothing here yet").wait_for()
    page.get_by_role("button", name="Messages", exact=True).click()
    page.get_by_text("Taken back.").wait_for()
    page.get_by_role("button", name="Home", exact=True).click()
    page.get_by_text("has shown nothing here yet").wait_for()


def test_every_emoji_that_the_addon_posts_is_known_and_drawn():
    sources = [path for room in ("tools/slack", "models") for path in (ROOT / room).rglob("*.py")]
    ours = {name for path in sources for name in OURS.findall(path.read_text())} - {"return", "param"}
    drawn = set(re.findall(r'^  "?([a-z0-9_+]+)"?: ', (DEV / "slack/page/emoji.js").read_text(), re.M))
    assert len(ours) > 15
    assert ours <= drawn
    assert drawn <= set(json.loads((DEV / "slack/emoji.json").read_text()))
