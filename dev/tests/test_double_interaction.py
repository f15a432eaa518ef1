"""Clicks, menus, shortcuts, commands, modals, App Home and answers of the Slack double, heard by slack_sdk."""

import json
import time
import urllib.error
import urllib.request

import pytest
from slack_sdk import WebhookClient
from slack_sdk.errors import SlackApiError

from dev.services.slack_double import NotAllowed
from dev.services.slack_ears import socket_ear, until


def plain(words):
    return {"type": "plain_text", "text": words}


def option(value):
    return {"text": plain(value.title()), "value": value}


BUTTON = {"type": "button", "action_id": "take", "value": "42", "text": plain("Take")}
MENU = {"type": "static_select", "action_id": "stage", "options": [option("new"), option("done")]}
BLOCKS = [{"type": "actions", "block_id": "card", "elements": [BUTTON, MENU]}]
INPUTS = [
    {
        "type": "input",
        "block_id": "to",
        "label": plain("To"),
        "element": {"type": "email_text_input", "action_id": "to"},
    },
    {
        "type": "input",
        "block_id": "text",
        "label": plain("Text"),
        "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "initial_value": "Dear Jane"},
    },
    {
        "type": "input",
        "block_id": "close",
        "optional": True,
        "label": plain("And"),
        "element": {"type": "checkboxes", "action_id": "close", "options": [option("close")]},
    },
]


def modal(words="Reply", blocks=None, **more):
    return {"type": "modal", "title": plain(words), "submit": plain("Send"), "blocks": blocks or INPUTS, **more}


@pytest.fixture
def ear(slack):
    slack.two_way(
        shortcuts=[
            {"name": "Send to customer", "type": "message", "callback_id": "send"},
            {"name": "New ticket", "type": "global", "callback_id": "new"},
        ],
        commands=[{"command": "/helpdesk"}],
        ack_window=0.5,
        trigger_life=0.5,
    )
    with socket_ear(slack, concurrency=4) as listening:
        yield listening


@pytest.fixture
def card(slack):
    """The ts of a message with a button and a menu."""
    return slack.client().chat_postMessage(channel=slack.channels["support"], text="x", blocks=BLOCKS)["ts"]


def opens(slack, view=None, then=None):
    """An answer that opens a modal for whatever comes with a trigger."""

    def answer(request):
        if request.payload.get("trigger_id") and request.payload["type"] in ("block_actions", "shortcut"):
            slack.client().views_open(trigger_id=request.payload["trigger_id"], view=view or modal())
        return then(request) if then else None

    return answer


def interactions(ear, kind):
    return [one.payload for one in ear.heard if one.payload.get("type") == kind]


def test_a_click_says_who_what_and_where(slack, ear, card):
    assert slack.person("ben").click("take", "support", card)["ok"]
    [sent] = interactions(ear, "block_actions")
    [action] = sent["actions"]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == (
        "take",
        "card",
        "42",
        "button",
    )
    assert (sent["user"]["id"], sent["user"]["team_id"]) == (slack.people["ben"], "T0ACME001")
    channel = slack.channels["support"]
    assert sent["container"] == {
        "type": "message",
        "message_ts": card,
        "channel_id": channel,
        "is_ephemeral": False,
    }
    assert (sent["channel"]["id"], sent["message"]["ts"], sent["api_app_id"]) == (channel, card, "A0HELPDESK")
    assert sent["response_url"].startswith(slack.url)
    assert interactions(ear, "block_actions") and ear.control("interactive")[0]["accepts_response_payload"]


def test_a_menu_says_what_was_chosen(slack, ear, card):
    slack.person("ben").click("stage", "support", card, value="done")
    [sent] = interactions(ear, "block_actions")
    assert sent["actions"][0]["selected_option"]["value"] == "done"
    with pytest.raises(NotAllowed, match="no_such_option"):
        slack.person("ben").click("stage", "support", card, value="never")
    with pytest.raises(NotAllowed, match="no_such_element"):
        slack.person("ben").click("never", "support", card)


def test_guests_and_strangers_can_click_too_and_are_told_apart(slack, ear, card):
    for name in ("gina", "mallory"):
        slack.person(name).click("take", "support", card)
    guest, stranger = interactions(ear, "block_actions")
    assert (guest["user"]["team_id"], stranger["user"]["team_id"]) == ("T0ACME001", "T0GLOBEX1")
    with pytest.raises(NotAllowed, match="account_inactive"):
        slack.person("dora").click("take", "support", card)


def test_who_gets_no_answer_sees_that_it_failed_and_nothing_comes_again(slack, ear, card):
    ear.answer = lambda request: False
    seen = slack.person("ben").click("take", "support", card)
    assert (seen["ok"], seen["error"]) == (False, "http_timeout")
    time.sleep(0.7)
    assert len(interactions(ear, "block_actions")) == 1


def test_without_interactivity_a_click_leads_nowhere(slack, ear, card):
    slack.app(interactivity=False)
    assert slack.person("ben").click("take", "support", card)["error"] == "not_configured"
    assert not interactions(ear, "block_actions")


def test_a_trigger_opens_one_modal_and_lives_for_a_moment(slack, ear, card):
    slack.person("ben").click("take", "support", card)
    client, trigger = slack.client(), interactions(ear, "block_actions")[0]["trigger_id"]
    opened = client.views_open(trigger_id=trigger, view=modal())["view"]
    assert slack.person("ben").modal()["id"] == opened["id"] and opened["hash"]
    assert slack.person("anna").modal() is None
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=trigger, view=modal())
    slack.person("ben").click("take", "support", card)
    time.sleep(0.6)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=interactions(ear, "block_actions")[1]["trigger_id"], view=modal())
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client.views_open(trigger_id="1.2.3", view=modal())


def test_a_loading_view_is_filled_later_and_a_hash_protects_it(slack, ear, card):
    loading = modal("Loading", [{"type": "section", "text": plain("…")}], external_id="mine")
    ear.answer = opens(slack, loading)
    slack.person("ben").click("take", "support", card)
    client, first = slack.client(), slack.person("ben").modal()
    client.views_update(view_id=first["id"], view=modal("Filled", external_id="mine"), hash=first["hash"])
    assert slack.person("ben").modal()["title"]["text"] == "Filled"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=first["id"], view=modal("Late"), hash=first["hash"])
    client.views_update(external_id="mine", view=modal("By its other name"))
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id="V0NONE", view=modal())


def test_modals_lie_on_one_another_three_deep(slack, ear, card):
    ear.answer = opens(slack, modal(blocks=BLOCKS))
    ben, client = slack.person("ben"), slack.client()
    ben.click("take", "support", card)
    ear.answer = lambda request: None
    for name in ("second", "third"):
        ben.click("take")
        view = client.views_push(
            trigger_id=interactions(ear, "block_actions")[-1]["trigger_id"], view=modal(name, BLOCKS)
        )
        assert view["view"]["previous_view_id"]
    ben.click("take")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=interactions(ear, "block_actions")[-1]["trigger_id"], view=modal(blocks=BLOCKS))
    last = interactions(ear, "block_actions")[-1]
    assert last["container"]["type"] == "view" and last["view"]["title"]["text"] == "third" and "channel" not in last
    ben.close()
    assert ben.modal()["title"]["text"] == "second"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (modal("A title of more than 24 characters"), "invalid_arguments"),
        (modal(private_metadata="x" * 3001), "invalid_arguments"),
        ({"type": "modal", "title": plain("t"), "blocks": INPUTS}, "invalid_arguments"),
        (modal(blocks=[{"type": "divider"}] * 101), "invalid_arguments"),
        ({"type": "home", "blocks": []}, "invalid_arguments"),
    ],
    ids=["title", "metadata", "inputs and no submit", "101 blocks", "a home"],
)
def test_a_view_that_slack_would_not_show_is_refused(slack, ear, card, view, error):
    slack.person("ben").click("take", "support", card)
    with pytest.raises(SlackApiError, match=error):
        slack.client().views_open(trigger_id=interactions(ear, "block_actions")[0]["trigger_id"], view=view)
    assert slack.person("ben").modal() is None


@pytest.mark.parametrize(
    ("response", "seen", "left"),
    [
        (None, {"ok": True, "action": "close"}, None),
        ({"response_action": "clear"}, {"ok": True, "action": "clear"}, None),
        ({"response_action": "update", "view": modal("Sure?")}, {"ok": True, "action": "update"}, "Sure?"),
        ({"response_action": "push", "view": modal("More")}, {"ok": True, "action": "push"}, "More"),
        (
            {"response_action": "errors", "errors": {"to": "Nobody there"}},
            {"ok": False, "error": "errors", "errors": {"to": "Nobody there"}},
            "Reply",
        ),
        (
            {"response_action": "errors", "errors": {"nowhere": "?"}},
            {"ok": False, "error": "invalid_response"},
            "Reply",
        ),
        (False, {"ok": False, "error": "http_timeout"}, "Reply"),
    ],
    ids=["close", "clear", "update", "push", "errors", "errors at no field", "no answer"],
)
def test_a_submission_does_what_its_acknowledgement_says(slack, ear, card, response, seen, left):
    then = lambda request: response if request.payload["type"] == "view_submission" else None  # noqa: E731
    ear.answer = opens(slack, then=then)
    ben = slack.person("ben")
    ben.click("take", "support", card)
    result = ben.submit(to="jane@example.com", close=["close"])
    assert {key: result.get(key) for key in seen} == seen
    [sent] = interactions(ear, "view_submission")
    values = sent["view"]["state"]["values"]
    assert values["to"]["to"] == {"type": "email_text_input", "value": "jane@example.com"}
    assert values["text"]["text"] == {"type": "plain_text_input", "value": "Dear Jane"}
    assert [one["value"] for one in values["close"]["close"]["selected_options"]] == ["close"]
    still = ben.modal()
    assert (still["title"]["text"] if still else None) == left


def test_what_has_to_be_filled_in_is_asked_for_without_the_app(slack, ear, card):
    ear.answer = opens(slack)
    slack.person("ben").click("take", "support", card)
    assert set(slack.person("ben").submit(text="")["errors"]) == {"to", "text"}
    assert set(slack.person("ben").submit(to="nonsense")["errors"]) == {"to"}
    assert not interactions(ear, "view_submission")


def test_a_closed_modal_is_told_of_if_asked(slack, ear, card):
    ear.answer = opens(slack, modal(notify_on_close=True))
    ben = slack.person("ben")
    ben.click("take", "support", card)
    ben.close()
    until(lambda: interactions(ear, "view_closed"), "view_closed")
    assert interactions(ear, "view_closed")[0]["is_cleared"] is False


def test_a_shortcut_on_a_reply_carries_the_reply(slack, ear, card):
    reply = slack.person("ben").post("support", "Please unplug it.", card)
    assert slack.person("ben").shortcut("send", "support", reply["ts"])["ok"]
    [sent] = interactions(ear, "message_action")
    assert (sent["callback_id"], sent["message_ts"], sent["message"]["thread_ts"]) == ("send", reply["ts"], card)
    assert sent["message"]["text"] == "Please unplug it." and sent["trigger_id"]
    with pytest.raises(NotAllowed, match="no_such_shortcut"):
        slack.person("ben").shortcut("other", "support", reply["ts"])
    with pytest.raises(NotAllowed, match="not_in_this_workspace"):
        slack.person("mallory").shortcut("send", "support", reply["ts"])


def test_a_global_shortcut_has_no_channel(slack, ear):
    ear.answer = opens(slack)
    assert slack.person("ben").shortcut("new")["ok"]
    [sent] = interactions(ear, "shortcut")
    assert not {"channel", "response_url", "message"} & set(sent)
    assert slack.person("ben").modal()


def test_a_command_cannot_be_typed_in_a_thread(slack, ear, card):
    with pytest.raises(NotAllowed, match="not_in_threads"):
        slack.person("ben").command("support", "/helpdesk", "42", thread_ts=card)
    ear.answer = lambda request: {"text": "Ticket 42", "response_type": "ephemeral"}
    slack.person("ben").command("support", "/helpdesk", "42")
    assert [one["text"] for one in slack.person("ben").told()] == ["Ticket 42"]
    [sent] = [one for one in ear.heard if one.type == "slash_commands"]
    assert (sent.payload["text"], sent.payload["channel_name"]) == ("42", "support")


def test_a_menu_can_ask_the_app_for_its_options(slack, ear):
    menu = {"type": "external_select", "action_id": "who", "min_query_length": 1}
    blocks = [{"type": "actions", "block_id": "b", "elements": [menu]}]
    ts = slack.client().chat_postMessage(channel=slack.channels["support"], text="x", blocks=blocks)["ts"]
    ear.answer = lambda request: (
        {"options": [option("anna")]} if request.payload["type"] == "block_suggestion" else None
    )
    found = slack.person("ben").act("suggest", channel="support", ts=ts, action_id="who", text="an")
    assert found["options"] == [option("anna")]
    assert interactions(ear, "block_suggestion")[0]["value"] == "an"
    slack.person("ben").click("who", "support", ts, value=option("anna"))
    assert interactions(ear, "block_actions")[0]["actions"][0]["selected_option"]["value"] == "anna"


def test_app_home_is_published_and_its_opening_told(slack, ear):
    home = {"type": "home", "blocks": BLOCKS}
    ben = slack.person("ben")
    ben.act("open_home")
    assert ear.waits_for("app_home_opened")[0]["user"] == ben.id
    first = slack.client().views_publish(user_id=ben.id, view=home)["view"]
    slack.client().views_publish(user_id=ben.id, view=home, hash=first["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        slack.client().views_publish(user_id=ben.id, view=home, hash=first["hash"])
    ben.click("take", home=True)
    assert interactions(ear, "block_actions")[0]["view"]["type"] == "home"
    assert slack.person("anna").home() is None


def test_an_ephemeral_message_is_seen_by_one_and_kept_nowhere(slack, ear):
    client, channel, ben = slack.client(), slack.channels["support"], slack.person("ben")
    ts = client.chat_postEphemeral(channel=channel, user=ben.id, text="For you", blocks=BLOCKS)["message_ts"]
    assert [one["text"] for one in ben.told()] == ["For you"]
    assert not slack.person("anna").told() and not slack.messages("support")
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_update(channel=channel, ts=ts, text="x")
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        client.chat_postEphemeral(channel=slack.channels["escalations"], user=slack.people["gina"], text="x")
    ben.click("take", "support", ts)
    sent = interactions(ear, "block_actions")[0]
    assert sent["container"]["is_ephemeral"] and "message" not in sent
    assert WebhookClient(sent["response_url"]).send(delete_original=True, text="").body == "ok"
    assert not ben.told()
    client.chat_postEphemeral(channel=channel, user=ben.id, text="Gone on reload")
    ben.act("reload")
    assert not ben.told()


def test_a_response_url_replaces_adds_and_is_worn_out_after_five(slack, ear, card):
    ben = slack.person("ben")
    ben.click("take", "support", card)
    hook = WebhookClient(interactions(ear, "block_actions")[0]["response_url"])
    assert hook.send(text="Ben has it", replace_original=True).body == "ok"
    assert slack.messages("support")[0]["text"] == "Ben has it"
    hook.send(text="psst")
    assert [one["text"] for one in ben.told()] == ["psst"]
    below = {"text": "said", "response_type": "in_channel", "thread_ts": card, "replace_original": False}
    hook.send_dict(below)
    assert [message["text"] for message in slack.messages("support", card)] == ["Ben has it", "said"]
    hook.send(text="four")
    hook.send(text="five")
    worn = hook.send(text="six")
    assert (worn.status_code, json.loads(worn.body)["error"]) == (404, "used_url")
    assert [call["status"] for call in slack.calls("response_url")] == [200] * 5 + [404]


def test_a_response_url_dies_after_half_an_hour(slack, ear, card):
    slack.person("ben").click("take", "support", card)
    url = interactions(ear, "block_actions")[0]["response_url"]
    slack.ask("POST", "__expire")
    with pytest.raises(urllib.error.HTTPError) as gone:
        urllib.request.urlopen(urllib.request.Request(url, b'{"text": "late"}'))
    assert json.loads(gone.value.read())["error"] == "expired_url"
