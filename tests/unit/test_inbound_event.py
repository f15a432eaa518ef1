"""Which of Slack's deliveries are somebody's doing, and what is known of them."""

import random

import pytest

from tools.slack import catch_up, inbound_row
from tools.slack import inbound_event as events

CHANNEL, ROOT, SENT, LATER = "C0SUPPORT01", "1700000000.000100", "1700000101.000200", "1700000202.000300"
ANNA, BOT, APP, TEAM = "U0ANNA0001", "U0BOT0001", "A0APP00001", "T0ACME001"
OWN = inbound_row.Identity("B0BOT0001", BOT)


def envelope(event, **values):
    return {
        "token": "secret",
        "team_id": TEAM,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": "Ev1",
        "authorizations": [{"user_id": BOT, "is_bot": True}],
        "event": event,
        **values,
    }


def said(**values):
    base = {"type": "message", "user": ANNA, "text": "Hello", "ts": SENT, "thread_ts": ROOT, "channel": CHANNEL}
    return {name: value for name, value in {**base, **values}.items() if value is not None}


def changed(message, before=None, **values):
    event = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": CHANNEL, "ts": LATER}
    event |= {"event_ts": LATER, "message": message, **({"previous_message": before} if before is not None else {})}
    return {**event, **values}


def deleted(before=None, **values):
    event = {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": CHANNEL, "ts": LATER}
    event |= {"event_ts": LATER, "deleted_ts": SENT, **({"previous_message": before} if before is not None else {})}
    return {**event, **values}


EDITED = {"user": ANNA, "ts": LATER}


def kinds(body):
    return [row.kind for row in events.parse(body, OWN).rows]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (said(), ["message"]),
        (said(subtype="file_share", files=[{"id": "F1"}], text=""), ["message"]),
        (said(subtype="me_message"), ["message"]),
        (said(subtype="thread_broadcast", root={"ts": ROOT}), ["message"]),
        (said(type="app_mention"), ["message"]),
        # In the channel itself, or the first message of a thread.
        (said(thread_ts=None), []),
        (said(thread_ts=SENT), []),
        # Programs: our own bot, other apps, Slack.
        (said(bot_id="B0BOT0001"), []),
        (said(bot_id="B0OTHER01", user="U0OTHER01"), []),
        (said(subtype="bot_message", bot_id="B0OTHER01", user=None), []),
        (said(app_id=APP), []),
        (said(app_id="A0OTHER01"), []),
        (said(user=BOT), []),
        (said(user="USLACKBOT"), []),
        (said(user=None), []),
        *[(said(subtype=name), []) for name in ("channel_join", "channel_topic", "message_replied", "reminder_add")],
        (said(hidden=True), []),
        # A person's edit, and what only looks like one.
        (changed(said(text="Hi", edited=EDITED), said()), ["message_changed"]),
        (changed(said(text="Hi", edited=EDITED)), ["message_changed"]),
        (changed(said(blocks=[1], edited=EDITED), said()), ["message_changed"]),
        (changed(said(reply_count=1), said()), []),
        (changed(said(attachments=[{"title": "A preview"}]), said()), []),
        (changed(said(edited=EDITED, attachments=[1]), said(edited=EDITED)), []),
        (changed(said()), []),
        (changed(said(bot_id="B0BOT0001", text="new", edited=EDITED), said(bot_id="B0BOT0001")), []),
        (changed(said(user=BOT, text="new"), said(user=BOT)), []),
        (changed(said(ts=ROOT, text="new", edited=EDITED), said(ts=ROOT)), []),
        (changed(said(thread_ts=None, text="new", edited=EDITED), said(thread_ts=None)), []),
        # Deletions; a message with replies only changes its words.
        (deleted(said()), ["message_deleted"]),
        (deleted(), ["message_deleted"]),
        (deleted(said(thread_ts=None)), []),
        (deleted(said(bot_id="B0BOT0001")), []),
        (changed(said(subtype="tombstone", user="USLACKBOT", text="Deleted."), said()), ["message_deleted"]),
        (changed(said(subtype="tombstone", user="USLACKBOT", ts=ROOT), said(ts=ROOT)), []),
        # Reactions.
        (
            {
                "type": "reaction_added",
                "user": ANNA,
                "reaction": "eyes",
                "item": {"type": "message", "channel": CHANNEL, "ts": SENT},
                "event_ts": LATER,
            },
            ["reaction_added"],
        ),
        ({"type": "reaction_added", "user": ANNA, "item": {"type": "file", "file": "F1"}}, []),
        # Wrong types everywhere.
        (said(ts=1700000101.0002), []),
        (said(ts="1"), []),
        (said(ts=f"{SENT}\n"), []),
        (said(thread_ts=True), []),
        (said(channel={"id": CHANNEL}), []),
        (said(channel="'; DROP TABLE"), []),
        (said(user=["U1"]), []),
        (said(subtype=["file_share"]), []),
        (changed("text", []), []),
        (changed({"edited": []}, {"edited": "x"}), []),
        (deleted([]), ["message_deleted"]),
        ({}, []),
        ([], []),
        ("message", []),
        (None, []),
        ({"type": {"a": 1}}, []),
        ({"type": "message", "subtype": {}}, []),
    ],
)
def test_what_an_event_is(event, expected):
    assert kinds(envelope(event)) == expected


@pytest.mark.parametrize("body", [{}, [], None, "x", {"type": []}, {"type": "app_rate_limited"}, {"command": []}])
def test_what_is_no_event_is_nothing(body):
    assert not events.parse(body).rows


@pytest.mark.parametrize("reference", [None, "", 7, ["Ev1"]])
def test_an_event_without_an_id_is_nothing(reference):
    assert not kinds(envelope(said(), event_id=reference))


def test_a_row_has_what_identifies_it_and_when_it_happened():
    [row] = events.parse(envelope(said()), OWN).rows
    assert (row.event_ref, row.channel_ref, row.message_ts, row.thread_ts) == ("Ev1", CHANNEL, SENT, ROOT)
    assert (row.event_ts, row.user_ref) == (SENT, ANNA)
    [row] = events.parse(envelope(changed(said(text="Hi", edited=EDITED), said())), OWN).rows
    assert (row.message_ts, row.event_ts, row.edited_ts, row.payload["text"]) == (SENT, LATER, LATER, "Hi")
    [row] = events.parse(envelope(deleted(said())), OWN).rows
    assert (row.message_ts, row.event_ts, row.user_ref, row.payload) == (SENT, LATER, ANNA, {})


@pytest.mark.parametrize(
    ("message", "is_own"),
    [
        (said(bot_id="B0BOT0001", thread_ts=None), True),
        (said(app_id=APP, bot_id="B0X"), True),
        (said(user=BOT), True),
        (said(bot_id="B0X", metadata={"event_type": "odoo_helpdesk_notification"}), True),
        (said(bot_id="B0OTHER01"), False),
        (said(), False),
    ],
)
def test_our_own_posts_that_come_back_are_told(message, is_own):
    assert events.parse(envelope(message), OWN).own_posts == (((CHANNEL, SENT),) if is_own else ())


OURS, THEIRS = {"team_id": TEAM, "user_id": BOT, "is_bot": True}, {"team_id": "T0GLOBEX1", "is_bot": True}


@pytest.mark.parametrize(
    ("values", "teams"),
    [
        ({}, {TEAM}),
        ({"authorizations": [OURS]}, {TEAM}),
        # In a channel that another organization shares with ours, the outer id is that organization's, whoever writes.
        ({"team_id": "T0GLOBEX1", "authorizations": [OURS]}, {"T0GLOBEX1", TEAM}),
        ({"team_id": "T0GLOBEX1", "authorizations": [THEIRS]}, {"T0GLOBEX1"}),
        ({"authorizations": [THEIRS]}, {"T0GLOBEX1", TEAM}),
        ({"team_id": None, "authorizations": [OURS]}, {TEAM}),
        ({"team_id": None, "authorizations": [{"team_id": None}, "x", 7]}, set()),
        ({"team_id": [TEAM], "authorizations": {"team_id": TEAM}}, set()),
    ],
)
@pytest.mark.parametrize(
    "event",
    [said(), said(user=BOT), changed(said(text="Hi", edited=EDITED)), {"type": "user_change", "user": {"id": ANNA}}],
    ids=["reply", "own", "edit", "profile"],
)
def test_which_workspaces_an_event_is_for(values, teams, event):
    assert events.parse(envelope(event, **values), OWN).team_refs == teams


def test_a_changed_profile_is_told():
    body = envelope({"type": "user_change", "user": {"id": ANNA, "deleted": True}})
    assert events.parse(body).changed_users == (ANNA,)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"type": "channel_rename", "channel": {"id": CHANNEL, "name": "desk", "created": 1}}, CHANNEL),
        ({"type": "group_rename", "channel": {"id": "G0SUPPORT1", "name": "desk"}}, "G0SUPPORT1"),
        ({"type": "channel_archive", "channel": CHANNEL, "user": ANNA}, CHANNEL),
        ({"type": "channel_unarchive", "channel": CHANNEL, "user": ANNA}, CHANNEL),
        ({"type": "channel_deleted", "channel": CHANNEL}, CHANNEL),
        ({"type": "group_archive", "channel": CHANNEL}, CHANNEL),
        ({"type": "group_unarchive", "channel": CHANNEL}, CHANNEL),
        ({"type": "group_deleted", "channel": CHANNEL}, CHANNEL),
        ({"type": "channel_left", "channel": CHANNEL}, CHANNEL),
        # What stands in the channel comes with the events of messages.
        (said(subtype="channel_name", thread_ts=None, name="desk", old_name="support"), CHANNEL),
        (said(subtype="group_name", thread_ts=None, name="desk"), CHANNEL),
        (said(subtype="channel_archive", thread_ts=None), CHANNEL),
        (said(subtype="group_unarchive", thread_ts=None), CHANNEL),
        # Of no interest, or no event of Slack's.
        (said(subtype="channel_topic", thread_ts=None), None),
        (said(subtype="channel_join", thread_ts=None), None),
        ({"type": "channel_created", "channel": {"id": CHANNEL}}, None),
        ({"type": "channel_rename", "channel": {"id": "support"}}, None),
        ({"type": "channel_rename", "channel": {"id": [CHANNEL]}}, None),
        ({"type": "channel_rename", "channel": [CHANNEL]}, None),
        ({"type": "channel_rename"}, None),
        ({"type": ["channel_rename"], "channel": CHANNEL}, None),
        (said(subtype=["channel_name"], thread_ts=None), None),
    ],
)
def test_a_changed_channel_is_told(event, expected):
    found = events.parse(envelope(event), OWN)
    assert found.changed_channels == ((expected,) if expected else ())
    assert not found.rows or not expected


MOVED = {"type": "channel_id_changed", "old_channel_id": "G0SUPPORT1", "new_channel_id": CHANNEL, "event_ts": LATER}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (("G0SUPPORT1", CHANNEL),)),
        ({"new_channel_id": "G0SUPPORT1"}, ()),
        ({"new_channel_id": "U0ANNA0001"}, ()),
        ({"new_channel_id": None}, ()),
        ({"old_channel_id": {"id": "G0SUPPORT1"}}, ()),
        ({"type": "channel_shared"}, ()),
    ],
)
def test_a_channel_with_another_id_is_told(values, expected):
    found = events.parse(envelope({**MOVED, **values}), OWN)
    assert (found.moved_channels, found.rows, found.team_refs) == (expected, (), {TEAM})


INTERACTION = {
    "token": "secret",
    "trigger_id": "1.2.abc",
    "team": {"id": TEAM},
    "user": {"id": ANNA},
    "channel": {"id": CHANNEL},
}


@pytest.mark.parametrize(
    ("body", "kind", "message_ts", "thread_ts"),
    [
        (
            {"type": "block_actions", "container": {"message_ts": ROOT}, "actions": [{"action_ts": LATER}]},
            "block_action",
            ROOT,
            ROOT,
        ),
        ({"type": "message_action", "message": {"ts": SENT, "thread_ts": ROOT}}, "shortcut", SENT, ROOT),
        ({"type": "shortcut"}, "shortcut", "", ""),
        ({"type": "view_submission", "view": {"id": "V1"}}, "view_submission", "", ""),
        ({"type": "block_actions", "container": [], "actions": {}, "message": "x"}, "block_action", "", ""),
    ],
)
def test_interactions(body, kind, message_ts, thread_ts):
    delivery = events.parse({**INTERACTION, **body})
    [row] = delivery.rows
    assert (row.kind, row.message_ts, row.thread_ts) == (kind, message_ts, thread_ts)
    # Who sees a message of ours may click in it, of whatever workspace they are.
    teams = set() if kind in ("block_action", "view_submission") else {TEAM}
    assert (row.event_ref, row.user_ref, delivery.team_refs) == ("trigger:1.2.abc", ANNA, teams)
    assert "token" not in row.payload


def test_a_command_is_identified_without_a_trigger_as_well():
    body = {"command": "/helpdesk", "text": "42", "user_id": ANNA, "channel_id": CHANNEL, "team_id": TEAM}
    [row], [again], [other] = (events.parse(one).rows for one in (body, dict(body), {**body, "text": "43"}))
    assert (row.kind, row.user_ref) == ("command", ANNA)
    assert row.event_ref == again.event_ref != other.event_ref


def test_what_catch_up_finds_is_the_same_row():
    message = said(edited=EDITED, text="Hi", channel=None)
    told = [
        events.parse(envelope(said())).rows[0],
        events.parse(envelope(changed(said(text="Hi", edited=EDITED)))).rows[0],
    ]
    found = [events.parse(body).rows[0] for body in catch_up.caught_up(CHANNEL, message, TEAM)]
    for one, other in zip(told, found, strict=True):
        same = ("kind", "channel_ref", "message_ts", "thread_ts", "event_ts", "edited_ts", "user_ref")
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]


def test_whatever_stands_in_an_event_ends_as_rows_or_nothing():
    dice = random.Random(11)
    values = [None, True, 0, 1.5, "", "x", SENT, ROOT, CHANNEL, ANNA, [], {}, [None], {"ts": 1}, "message_changed"]
    bodies = [
        envelope(said()),
        envelope(changed(said(text="Hi", edited=EDITED), said())),
        envelope(deleted(said())),
        {**INTERACTION, "type": "block_actions", "container": {"message_ts": ROOT}, "actions": [{"action_ts": LATER}]},
        {"command": "/helpdesk", "text": "42", "user_id": ANNA, "team_id": TEAM},
    ]

    def spoiled(value, depth=0):
        if dice.random() < 0.12 or depth > 6:
            return dice.choice(values)
        if isinstance(value, dict):
            return {name: spoiled(one, depth + 1) for name, one in value.items()}
        return [spoiled(one, depth + 1) for one in value] if isinstance(value, list) else value

    found = set()
    for _number in range(5000):
        for row in events.parse(spoiled(dice.choice(bodies)), OWN).rows:
            found.add(row.kind)
            for name in ("event_ref", "channel_ref", "message_ts", "thread_ts", "event_ts", "edited_ts", "user_ref"):
                assert isinstance(getattr(row, name), str)
            assert isinstance(row.payload, dict)
            assert row.event_ref
    assert found == {"message", "message_changed", "message_deleted", "block_action", "command"}
