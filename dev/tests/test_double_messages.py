"""The Slack double keeps and tells messages as Slack's pages say; nothing of ours listens, only slack_sdk."""

import pytest
from slack_sdk.errors import SlackApiError

from dev.services.slack_double import NotAllowed
from dev.services.slack_ears import socket_ear, until


@pytest.fixture
def ear(slack):
    slack.two_way()
    with socket_ear(slack) as listening:
        yield listening


@pytest.fixture
def root(slack):
    """A first message of the bot's, in #support."""
    return slack.client().chat_postMessage(channel=slack.channels["support"], text="[#42] Printer on fire")["ts"]


def test_a_posted_message_comes_back_as_an_event_with_the_bot_s_marks(slack, ear):
    sent = slack.client().chat_postMessage(channel=slack.channels["support"], text="Hello")
    [event] = ear.waits_for("message")
    assert (event["ts"], event["channel"], event["channel_type"]) == (sent["ts"], slack.channels["support"], "channel")
    assert (event["bot_id"], event["app_id"], event["user"]) == ("B0HELPDESK", "A0HELPDESK", "U0HELPDESK")
    assert "subtype" not in event


def test_a_typed_reply_has_its_thread_its_author_and_its_text_in_slack_s_writing(slack, ear, root):
    words = (
        "Hi @anna & <co>: *now* https://acme.example/a?b=1. mail me@acme.example 👍\n- one\n- two\n> said\n```x < y```"
    )
    slack.person("ben").post("support", words, root)
    reply = ear.waits_for("message", 3)[1]
    anna = slack.people["anna"]
    assert reply["text"] == (
        f"Hi <@{anna}> &amp; &lt;co&gt;: *now* <https://acme.example/a?b=1>. "
        "mail <mailto:me@acme.example|me@acme.example> :+1:\n• one\n• two\n&gt; said\n```x &lt; y```"
    )
    kinds = [element["type"] for element in reply["blocks"][0]["elements"]]
    assert kinds == ["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"]
    inside = reply["blocks"][0]["elements"][0]["elements"]
    assert inside[1] == {"type": "user", "user_id": anna}
    assert {"type": "text", "text": "now", "style": {"bold": True}} in inside
    assert reply["blocks"][0]["elements"][3]["elements"][0]["text"] == "x < y"
    assert (reply["thread_ts"], reply["parent_user_id"], reply["user"]) == (root, "U0HELPDESK", slack.people["ben"])
    assert reply["client_msg_id"] and "bot_id" not in reply


def test_a_reply_changes_its_parent_and_nobody_has_edited_it(slack, ear, root):
    slack.person("ben").post("support", "one", root)
    last = slack.person("anna").post("support", "two", root)
    changed = ear.waits_for("message_changed", 2)[-1]
    assert changed["hidden"] and changed["message"]["ts"] == root and changed["ts"] != root
    assert changed["message"]["text"] == changed["previous_message"]["text"]
    assert "edited" not in changed["message"]
    parent = slack.messages("support", root)[0]
    assert (parent["reply_count"], parent["latest_reply"], parent["thread_ts"]) == (2, last["ts"], root)
    assert parent["reply_users"] == [slack.people["ben"], slack.people["anna"]]


def test_an_edit_tells_both_texts_and_who(slack, ear, root):
    reply = slack.person("ben").post("support", "Tomorow", root)
    slack.person("ben").edit("support", reply["ts"], "Tomorrow")
    edits = until(lambda: [one for one in ear.events("message_changed") if "edited" in one["message"]], "the edit")
    assert (edits[0]["previous_message"]["text"], edits[0]["message"]["text"]) == ("Tomorow", "Tomorrow")
    assert edits[0]["message"]["edited"]["user"] == slack.people["ben"]
    assert edits[0]["message"]["ts"] == reply["ts"] and edits[0]["hidden"]


def test_a_bots_update_and_an_unfurl_are_changes_too(slack, ear, root):
    slack.client().chat_update(channel=slack.channels["support"], ts=root, text="[#42] Out")
    assert ear.waits_for("message_changed")[0]["message"]["edited"]["user"] == "U0HELPDESK"
    note = slack.person("ben").post("support", "see https://acme.example/", root)
    slack.person("ben").act("unfurl", channel="support", ts=note["ts"])
    unfurled = until(lambda: [e for e in ear.events("message_changed") if "attachments" in e["message"]], "unfurl")[0]
    assert "edited" not in unfurled["message"]
    assert unfurled["message"]["text"] == unfurled["previous_message"]["text"]


def test_a_deleted_reply_is_told_with_what_it_was(slack, ear, root):
    reply = slack.person("ben").post("support", "Forget it", root)
    slack.person("ben").delete("support", reply["ts"])
    [gone] = ear.waits_for("message_deleted")
    assert (gone["deleted_ts"], gone["previous_message"]["text"]) == (reply["ts"], "Forget it")
    assert len(slack.messages("support", root)) == 1


def test_a_deleted_parent_with_replies_becomes_a_tombstone_that_goes_with_its_last_reply(slack, ear, root):
    reply = slack.person("ben").post("support", "Still here", root)
    slack.client().chat_delete(channel=slack.channels["support"], ts=root)
    until(lambda: any(e["message"].get("subtype") == "tombstone" for e in ear.events("message_changed")), "tombstone")
    assert not ear.events("message_deleted")
    parent, kept = slack.messages("support", root)
    assert (parent["subtype"], parent["text"], parent["user"]) == (
        "tombstone",
        "This message was deleted.",
        "USLACKBOT",
    )
    assert (parent["reply_count"], kept["ts"]) == (1, reply["ts"])
    with pytest.raises(SlackApiError, match="message_not_found"):
        slack.client().chat_update(channel=slack.channels["support"], ts=root, text="x")
    slack.person("ben").delete("support", reply["ts"])
    gone = ear.waits_for("message_deleted", 2)
    assert [one["previous_message"].get("subtype") for one in gone] == [None, "tombstone"]
    assert not slack.messages("support")


def test_a_reply_to_what_is_gone_lands_in_the_channel(slack, root):
    channel = slack.channels["support"]
    slack.client().chat_delete(channel=channel, ts=root)
    sent = slack.client().chat_postMessage(channel=channel, text="late", thread_ts=root)
    assert "thread_ts" not in sent["message"]
    with pytest.raises(SlackApiError, match="thread_not_found"):
        slack.client().conversations_replies(channel=channel, ts=root)


def test_a_reply_to_a_reply_joins_its_thread_and_a_replys_ts_names_the_thread(slack, root):
    client, channel = slack.client(), slack.channels["support"]
    first = client.chat_postMessage(channel=channel, text="one", thread_ts=root)["ts"]
    second = client.chat_postMessage(channel=channel, text="two", thread_ts=first)
    assert second["message"]["thread_ts"] == root
    found = client.conversations_replies(channel=channel, ts=first)["messages"]
    assert [message["ts"] for message in found] == [root, first, second["ts"]]


def test_a_broadcast_reply_is_one_message_with_its_root(slack, ear, root):
    slack.person("ben").post("support", "For all", root, broadcast=True)
    [event] = ear.waits_for("thread_broadcast")
    assert (event["thread_ts"], event["root"]["ts"]) == (root, root)
    shown = slack.client().conversations_history(channel=slack.channels["support"])["messages"]
    assert [message["text"] for message in shown] == ["For all", "[#42] Printer on fire"]
    assert len(slack.messages("support", root)) == 2


def test_history_shows_parents_newest_first_within_what_was_asked(slack):
    client, channel = slack.client(), slack.channels["support"]
    ts = [client.chat_postMessage(channel=channel, text=f"{number}")["ts"] for number in range(5)]
    client.chat_postMessage(channel=channel, text="reply", thread_ts=ts[0])

    def texts(**asked):
        found = client.conversations_history(channel=channel, **asked)
        return [message["text"] for message in found["messages"]], found["has_more"]

    assert texts() == (["4", "3", "2", "1", "0"], False)
    assert texts(oldest=ts[1], latest=ts[3]) == (["2"], False)
    assert texts(oldest=ts[1], latest=ts[3], inclusive=True) == (["3", "2", "1"], False)
    assert texts(latest=ts[2], inclusive=True, limit=1) == (["2"], True)
    pages = [page["messages"] for page in client.conversations_history(channel=channel, limit=2)]
    assert [len(page) for page in pages] == [2, 2, 1]


def test_replies_have_the_parent_first_even_if_only_newer_ones_are_asked_for(slack, root):
    client, channel = slack.client(), slack.channels["support"]
    ts = [client.chat_postMessage(channel=channel, text=f"{n}", thread_ts=root)["ts"] for n in range(3)]
    found = client.conversations_replies(channel=channel, ts=root, oldest=ts[1])["messages"]
    assert [message["ts"] for message in found] == [root, ts[2]]


def test_metadata_comes_to_who_asks(slack):
    client, channel = slack.client(), slack.channels["support"]
    metadata = {"event_type": "x", "event_payload": {"key": "1"}}
    client.chat_postMessage(channel=channel, text="m", metadata=metadata)
    assert "metadata" not in client.conversations_history(channel=channel)["messages"][0]
    asked = client.conversations_history(channel=channel, include_all_metadata=True)["messages"][0]
    assert asked["metadata"] == metadata


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5}, "msg_blocks_too_long"),
        (
            {
                "blocks": [
                    {
                        "type": "actions",
                        "elements": [
                            {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "A"}},
                            {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "B"}},
                        ],
                    }
                ]
            },
            "invalid_blocks",
        ),
        ({"text": ""}, "no_text"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": "random"}, "not_in_channel"),
        ({"channel": "managers"}, "channel_not_found"),
    ],
    ids=[
        "type",
        "51 blocks",
        "3001 characters",
        "all together",
        "two with one action_id",
        "no text",
        "gone",
        "outside",
        "private",
    ],
)
def test_what_slack_refuses_is_refused(slack, arguments, error):
    with pytest.raises(SlackApiError, match=error):
        slack.client().chat_postMessage(**{"channel": slack.channels["support"], "text": "t", **arguments})
    assert not slack.messages("support")


def test_an_update_keeps_the_blocks_that_it_does_not_name(slack):
    client, channel = slack.client(), slack.channels["support"]
    section = [{"type": "section", "text": {"type": "mrkdwn", "text": "old"}}]
    ts = client.chat_postMessage(channel=channel, text="t", blocks=section)["ts"]

    def kinds(**change):
        client.chat_update(channel=channel, ts=ts, text="new", **change)
        return [block["type"] for block in slack.messages("support")[0]["blocks"]]

    assert (kinds(), kinds(blocks=[]), kinds(blocks=section)) == (["section"], ["rich_text"], ["section"])


def test_an_update_takes_4000_characters_a_message_40000(slack, root):
    client, channel = slack.client(), slack.channels["support"]
    with pytest.raises(SlackApiError, match="msg_too_long"):
        client.chat_update(channel=channel, ts=root, text="x" * 4001)
    sent = client.chat_postMessage(channel=channel, text="x" * 40_001)
    assert (sent["warning"], len(sent["message"]["text"])) == ("message_truncated", 40_000)


def test_people_change_what_is_their_own_only(slack, root):
    reply = slack.person("ben").post("support", "mine", root)
    for act in (lambda p: p.edit("support", reply["ts"], "x"), lambda p: p.delete("support", reply["ts"])):
        with pytest.raises(NotAllowed, match="not_your_message"):
            act(slack.person("anna"))
    with pytest.raises(SlackApiError, match="cant_update_message"):
        slack.client().chat_update(channel=slack.channels["support"], ts=reply["ts"], text="x")
    with pytest.raises(NotAllowed, match="not_in_channel"):
        slack.person("gina").post("escalations", "may I?")


def test_reactions_are_told_with_their_item(slack, ear, root):
    ben = slack.person("ben")
    ben.react("support", root, "eyes")
    ben.unreact("support", root, "eyes")
    added, removed = ear.waits_for("reaction_added")[0], ear.waits_for("reaction_removed")[0]
    item = {"type": "message", "channel": slack.channels["support"], "ts": root}
    for event in (added, removed):
        assert (event["item"], event["item_user"], event["reaction"]) == (item, "U0HELPDESK", "eyes")
    client = slack.client()
    client.reactions_add(channel=slack.channels["support"], timestamp=root, name="white_check_mark")
    with pytest.raises(SlackApiError, match="already_reacted"):
        client.reactions_add(channel=slack.channels["support"], timestamp=root, name="white_check_mark")
    assert client.reactions_get(channel=slack.channels["support"], timestamp=root)["message"]["reactions"] == [
        {"name": "white_check_mark", "users": ["U0HELPDESK"], "count": 1}
    ]


def test_a_mention_of_the_bot_is_two_events_of_one_message(slack, ear):
    slack.person("ben").post("support", "@helpdesk help")
    [mention] = ear.waits_for("app_mention")
    [message] = ear.waits_for("message")
    assert mention["ts"] == message["ts"]
    assert len({told["event_id"] for told in slack.events()}) == 2


def test_a_webhook_and_a_users_token_leave_other_marks(slack, ear):
    import urllib.request

    request = urllib.request.Request(
        slack.webhook("support"), b'{"text": "hooked"}', {"Content-Type": "application/json"}
    )
    assert urllib.request.urlopen(request).read() == b"ok"
    slack.client(slack.user_tokens["anna"]).chat_postMessage(channel=slack.channels["support"], text="by token")
    hooked, by_token = ear.waits_for("message", 2)
    assert (hooked["subtype"], hooked["bot_id"], "user" in hooked) == ("bot_message", "B0HELPDESK", False)
    assert ("bot_id" in by_token, by_token["app_id"]) == (False, "A0HELPDESK")
