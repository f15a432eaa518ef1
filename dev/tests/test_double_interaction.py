"""Clicks, menus, shortcuts, commands and answers of the Slack double, heard by slack_sdk."""

import json
import time
import urllib.error
import urllib.request

import pytest
from slack_sdk import WebhookClient
from slack_sdk.errors import SlackApiError

from dev.services.slack_card import BLOCKS, interactions, opens, option
from dev.services.slack_double import NotAllowed


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


def test_people_can_click_at_the_same_moment(slack, ear, card):
    clicked = {"action_id": "take", "channel": "support", "ts": card}
    found = slack.at_once("click", [(slack.person(name), clicked) for name in ("ben", "anna", "dora")])
    assert [one and one["ok"] for one in found] == [True, True, None], "dora's account is deactivated"
    assert {one["user"]["id"] for one in interactions(ear, "block_actions")} == {
        slack.people[name] for name in ("ben", "anna")
    }


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
