"""Modals and App Home of the Slack double, opened, filled in and submitted; heard by slack_sdk."""

import time

import pytest
from slack_sdk.errors import SlackApiError

from dev.services.slack_card import BLOCKS, INPUTS, interactions, modal, opens, plain
from dev.services.slack_ears import until


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
