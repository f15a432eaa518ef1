"""The Slack double's page, used as a person uses it: on a desk and on a phone, and by keyboard."""

import pytest

from dev.services.browser import DESKTOP, PHONE
from dev.services.slack_ears import socket_ear, until
from dev.services.slack_page import faults


def plain(words):
    return {"type": "plain_text", "text": words}


OPTIONS = [{"text": plain("New"), "value": "new"}, {"text": plain("Done"), "value": "done"}]
CARD = [
    {"type": "header", "text": plain("Printer on fire")},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Jane* &lt;b&gt;says&lt;/b&gt; <https://acme.example|hello>"},
    },
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "reply", "style": "primary", "text": plain("Reply to customer")},
            {"type": "static_select", "action_id": "stage", "placeholder": plain("Stage"), "options": OPTIONS},
            {"type": "overflow", "action_id": "more", "options": OPTIONS},
        ],
    },
]
MODAL = {
    "type": "modal",
    "title": plain("Reply"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "text",
            "label": plain("Message"),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "stage",
            "label": plain("Stage"),
            "element": {"type": "static_select", "action_id": "stage", "options": OPTIONS},
        },
    ],
}


@pytest.fixture
def ear(slack):
    """An app that opens the modal for a click on *Reply to customer*, and refuses the first submission."""
    slack.two_way(
        shortcuts=[{"name": "Send to customer", "type": "message", "callback_id": "send"}],
        commands=[{"command": "/helpdesk"}],
    )
    with socket_ear(slack, concurrency=4) as listening:

        def answer(request):
            payload = request.payload
            if payload.get("command"):
                return {"text": "3 tickets"}
            if payload["type"] == "block_actions" and payload["actions"][0]["action_id"] == "reply":
                slack.client().views_open(trigger_id=payload["trigger_id"], view=MODAL)
            if (
                payload["type"] == "view_submission"
                and payload["view"]["state"]["values"]["text"]["text"]["value"] == "no"
            ):
                return {"response_action": "errors", "errors": {"text": "Say more"}}
            return None

        listening.answer = answer
        yield listening


@pytest.fixture
def card(slack):
    return slack.client().chat_postMessage(channel=slack.channels["support"], text="x", blocks=CARD)["ts"]


def told(ear, kind):
    return [one.payload for one in ear.heard if one.payload.get("type") == kind]


def in_thread(slack, root):
    return [message["text"] for message in slack.messages("support", root)[1:]]


def test_a_reply_is_typed_corrected_and_deleted(slack, opened, card):
    first = slack.person("anna").post("support", "Who has it?", card)
    page = opened("ben", DESKTOP)
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    thread.get_by_label("Message").fill("I do, @anna :tada:\n*soon*")
    thread.get_by_label("Message").press("Enter")
    until(lambda: len(in_thread(slack, card)) == 2, "the reply")
    assert in_thread(slack, card)[1] == f"I do, <@{slack.people['anna']}> :tada:\n*soon*"
    thread.get_by_text("@Anna Agent").wait_for()
    mine = thread.locator(".message").last
    mine.hover()
    mine.get_by_title("More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    thread.get_by_label("Edit message").fill("I have it")
    thread.get_by_role("button", name="Save").click()
    until(lambda: in_thread(slack, card)[1] == "I have it", "the correction")
    thread.get_by_text("(edited)").wait_for()
    mine.hover()
    mine.get_by_title("More actions").click()
    page.get_by_role("menuitem", name="Delete message").click()
    until(lambda: in_thread(slack, card) == [first["text"]], "it to be gone")


def test_a_reply_can_be_sent_to_the_channel_with_a_file(slack, opened, card, tmp_path):
    slack.person("anna").post("support", "Who has it?", card)
    page = opened("ben", DESKTOP)
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    log = tmp_path / "printer.log"
    log.write_text("burns")
    thread.locator("input[type=file]").set_input_files(log)
    thread.get_by_label("Also send to").check()
    thread.get_by_label("Message").fill("see")
    thread.get_by_title("Send").click()
    until(lambda: len(slack.messages("support", card)) == 3, "the reply")
    sent = slack.messages("support", card)[-1]
    assert (sent["files"][0]["name"], sent["files"][0]["size"], sent["text"]) == ("printer.log", 5, "see")
    with page.expect_popup() as popup:
        thread.get_by_role("link", name="printer.log").click()
    assert "burns" in popup.value.content()


def test_reactions_are_given_and_taken_back(slack, opened, card):
    page = opened("ben", DESKTOP)
    message = page.get_by_role("main").locator(".message").first
    message.hover()
    message.get_by_title(":eyes:").first.click()
    given = message.locator(".reaction.mine")
    given.wait_for()
    assert slack.messages("support")[0]["reactions"][0]["users"] == [slack.people["ben"]]
    given.click()
    until(lambda: "reactions" not in slack.messages("support")[0], "it to be taken back")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_click_opens_a_modal_that_is_filled_in_refused_and_sent(slack, opened, ear, card, width):
    page = opened("ben", width)
    page.get_by_role("button", name="Reply to customer").click()
    modal = page.get_by_role("dialog")
    modal.get_by_label("Message").fill("no")
    modal.get_by_role("button", name="Send").click()
    modal.get_by_text("Please complete this required field.").wait_for()
    modal.get_by_label("Stage").select_option("Done")
    modal.get_by_role("button", name="Send").click()
    modal.get_by_text("Say more").wait_for()
    assert modal.get_by_label("Message").input_value() == "no", "what was typed stays"
    modal.get_by_label("Message").fill("Please unplug it.")
    modal.get_by_role("button", name="Send").click()
    modal.wait_for(state="detached")
    values = told(ear, "view_submission")[-1]["view"]["state"]["values"]
    assert values["text"]["text"]["value"] == "Please unplug it."
    assert values["stage"]["stage"]["selected_option"]["value"] == "done"


def test_menus_shortcuts_and_commands_reach_the_app(slack, opened, ear, card):
    page = opened("ben", DESKTOP)
    page.get_by_label("Stage").select_option("Done")
    until(lambda: told(ear, "block_actions"), "the choice")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="New").click()
    until(lambda: len(told(ear, "block_actions")) == 2, "the other one")
    actions = [one["actions"][0] for one in told(ear, "block_actions")]
    chosen = [(one["action_id"], one["selected_option"]["value"]) for one in actions]
    assert chosen == [("stage", "done"), ("more", "new")]
    message = page.get_by_role("main").locator(".message").first
    message.hover()
    message.get_by_title("More actions").click()
    page.get_by_role("menuitem", name="Send to customer").click()
    until(lambda: told(ear, "message_action"), "the shortcut")
    page.get_by_role("main").get_by_label("Message", exact=True).fill("/helpdesk mine")
    page.get_by_role("main").get_by_label("Message", exact=True).press("Enter")
    page.get_by_text("Only visible to you").wait_for()
    page.get_by_text("3 tickets").wait_for()


def test_who_gets_no_answer_is_told(slack, opened, card):
    page = opened("ben", DESKTOP)
    page.get_by_role("button", name="Reply to customer").click()
    page.get_by_text("not configured to handle interactive responses").wait_for()


def test_one_can_be_somebody_else_elsewhere_and_words_stay_words(slack, opened, card):
    page = opened("ben", DESKTOP)
    assert page.get_by_text("<b>says</b>").count() == 1
    page.get_by_label("You are").select_option("Mallory Globex (external)")
    page.locator(".channels").get_by_text("escalations").wait_for(state="detached")
    page.get_by_role("main").get_by_label("Message", exact=True).fill("<script>alert(1)</script>")
    page.get_by_title("Send", exact=True).first.click()
    page.get_by_text("<script>alert(1)</script>").wait_for()
    assert slack.messages("support")[-1]["user"] == slack.people["mallory"]
    page.get_by_label("You are").select_option("Carla Agent")
    page.get_by_role("button", name="escalations").click()
    page.get_by_text("This is the very beginning of #escalations.").wait_for()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_page_fits_and_can_be_used_by_everybody(slack, opened, ear, card, width):
    slack.person("gina").post("support", "x" * 300 + "\n```code```\n> quoted\n- one", card, files={"a.txt": b"a"})
    slack.person("anna").react("support", card, "eyes")
    page = opened("anna", width)
    page.get_by_role("button", name="1 reply").click()
    page.get_by_role("complementary", name="Thread").get_by_text("quoted").wait_for()
    assert faults(page) == []
    if width == PHONE:
        page.get_by_title("Close thread").click()
        page.get_by_title("Channels").click()
        assert faults(page) == []
        page.locator(".channels").get_by_text("support", exact=True).click()
    page.get_by_role("button", name="Reply to customer").first.click()
    page.get_by_role("dialog").wait_for()
    assert faults(page) == []
