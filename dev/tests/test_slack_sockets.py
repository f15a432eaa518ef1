"""Socket Mode as people run it: `odoo-bin helpdesk_listen`, real sockets of the double's, HTTP and catch-up beside it.

Whatever breaks on the way: what is said in a thread is on its ticket, once and in order.
"""

import re
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
import yaml

from dev.chaos.faults import Plan
from dev.paths import PYTHON_PATH, ROOT
from dev.scenario import _add_channel, _connect_slack, _freeze_address, _gather_team
from dev.services import database, postgres
from dev.services.listener import WITHOUT_IMAPCLIENT, listener
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.sightings import wait_for
from dev.slack_replies import Replies

LOG = "sockets"
DATABASE = database.of_this_run("test_", LOG)
#: Whatever could leak into a log would.
HASTE = ("--look=1", "--log-level=debug")
ROWS = "SELECT count(*) FROM helpdesk_slack_inbound"
#: What is filled in in the manifest for HTTP.
ADDRESSES = {"request_url": "https://odoo.example.com/helpdesk_bridge/slack/1"}
#: Slack sends again at once, and soon.
AGAIN = [0.2, 0.5, 1, 1, 1, 2, 2, 2, 5, 5, 5]


@pytest.fixture(scope="module")
def replies():
    """A desk told in Slack, one Odoo, no listener; catch-up asks when it is told to."""
    with database.database(DATABASE), ExitStack() as services:
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(DATABASE, name=f"odoo-{LOG}"))
        _freeze_address(odoo)
        workspace = _connect_slack(odoo, slack)
        team = _gather_team(odoo, _add_channel(odoo, slack, workspace))
        found = Replies(odoo, slack, DATABASE, workspace, team)
        found.put_off_catch_up()
        found.hear()
        slack.app(retry_delays=[])
        yield found


@pytest.fixture(scope="module")
def listening(replies):
    replies.slack.app(retry_delays=AGAIN)
    with listener(DATABASE, HASTE, name=f"{LOG}-one") as running:
        replies.wait_for_state("connected")
        yield running


def see(running, words, more_than=0):
    return wait_for(f"“{words}” in the log", lambda: running.said(words), lambda count: count > more_than)


def sockets(replies, count, modes=("listening",)):
    return wait_for(
        f"{count} open sockets",
        lambda: [one for one in replies.slack.sockets() if one["mode"] in modes],
        lambda there: len(there) == count,
    )


def another_socket(replies, before):
    """Until there is one connection, and not this one."""
    there = lambda found: len(found) == 1 and found[0]["id"] != before["id"]  # noqa: E731
    return wait_for("another connection", replies.slack.sockets, there)


# Nobody listens yet: these come before the listener that all the others share


def test_without_a_listener_catch_up_takes_replies_edits_and_files(replies):
    [ticket] = replies.open("Nobody listens")
    first = replies.say(ticket, "frist")
    replies.say(ticket, "second", files={"log.txt": b"abc"})
    replies.catch_up()
    replies.wait_for_notes(ticket)
    replies.edit(first, "first")
    replies.say(ticket, "third")
    replies.catch_up()
    wait_for("the edit", lambda: replies.notes(ticket), lambda there: len(there) == 3 and there[0].startswith("first"))
    assert replies.notes(ticket)[1:] == ["second", "third"]
    attached = f"SELECT count(*) FROM ir_attachment WHERE res_model = 'helpdesk.ticket' AND res_id = {ticket}"
    assert replies.sql(f"{attached} AND name = 'log.txt'") == ["1"]
    assert replies.emails() == 0


def test_it_needs_no_imapclient(replies):
    [ticket] = replies.open("Sockets alone")
    with listener(DATABASE, HASTE, name=f"{LOG}-alone", boot=WITHOUT_IMAPCLIENT):
        replies.wait_for_state("connected")
        replies.say(ticket, "no mailbox is listened to")
        replies.wait_for_notes(ticket)
    replies.forget_listeners()


@contextmanager
def dying_listener(point):
    """A listener that kills itself when something comes to this point."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(folder, point=point, passages=(1,))
        env = {**plan.environ(), "PYTHONPATH": PYTHON_PATH}
        with listener(DATABASE, HASTE, name=f"{LOG}-{point}", env=env, boot=("-m", "dev.chaos.faulty_odoo")) as running:
            yield running


@pytest.mark.parametrize("point", ["reply_inserted", "reply_stored"])
def test_kill_9_between_insert_commit_and_acknowledgement(replies, point):
    [ticket] = replies.open(point)
    wait_for("no socket", replies.slack.sockets, lambda there: not there)
    with dying_listener(point) as dying:
        replies.slack.app(retry_delays=AGAIN)
        replies.say(ticket, "before it dies")
        wait_for("its end", lambda: not dying.is_running())
        replies.slack.app(retry_delays=[])
    assert replies.sql(f"{ROWS} WHERE thread_ts = '{replies.root(ticket)}'") == [str(int(point == "reply_stored"))]
    replies.forget_listeners()
    with listener(DATABASE, HASTE, name=f"{LOG}-after"):
        replies.say(ticket, "after it")
        # Slack sends again what was not acknowledged, when it likes to.
        replies.wait_for_notes(ticket, ordered=False)
    assert len(replies.notes(ticket)) == 2


def test_an_idle_socket_makes_no_query(replies):
    with listener(DATABASE, ("--look=3600",), name=f"{LOG}-idle") as idle:
        replies.wait_for_state("connected")
        mine = f"SELECT max(state_change) FROM pg_stat_activity WHERE application_name = 'odoo-{idle.pid}'"
        seen = []

        def rests():
            """Whether it has said nothing to PostgreSQL since the look before: what it does at first is over."""
            seen.append(postgres.sql(mine, DATABASE))
            time.sleep(4)
            return seen[-1] != [""] and postgres.sql(mine, DATABASE) == seen[-1]

        wait_for("its rest", rests)
        time.sleep(2)
        assert postgres.sql(mine, DATABASE) == seen[-1]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("helpdesk_bridge.home", "elsewhere", "this database was copied or renamed"),
        ("database.is_neutralized", "true", "this database is neutralized"),
    ],
    ids=["copied", "neutralized"],
)
def test_a_copy_opens_no_socket(replies, key, value, words):
    copy, slack = database.of_this_run("test_", f"{LOG}-copy"), replies.slack
    opened = len(slack.calls("apps.connections.open"))
    with database.database(copy):
        postgres.sql(
            "INSERT INTO helpdesk_slack_workspace "
            "(name, active, api_url, app_token, state, socket_state, link_by_email) "
            f"VALUES ('Copy', true, '{slack.api_url}', '{slack.app_token}', 'ok', 'off', true); "
            f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', '{value}')",
            copy,
        )
        with listener(copy, HASTE, mailboxes=0, name=f"{LOG}-copy") as running:
            see(running, words)
    assert len(slack.calls("apps.connections.open")) == opened


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_ends_cleanly(replies, number):
    with listener(DATABASE, HASTE, name=f"{LOG}-ends") as running:
        replies.wait_for_state("connected")
        asked = time.monotonic()
        assert running.end(number) == 0
        assert time.monotonic() - asked < 20
    assert replies.state() == "off"
    assert "socket closed" in running.log_text()


# One listener for all that follow


def test_a_reply_is_a_note_at_once(replies, listening):
    [ticket] = replies.open("At once")
    for number in range(5):
        replies.say(ticket, f"reply {number}")
    replies.wait_for_notes(ticket)
    assert replies.sources(ticket) == {"socket"}
    heard = "SELECT last_heard IS NOT NULL FROM helpdesk_slack_workspace"
    wait_for("when it was heard", lambda: replies.sql(heard), lambda there: there == ["t"])


def test_three_transports_at_once_make_one_note_of_each_reply(replies, listening):
    tickets = replies.open("Three ways, one", "Three ways, two")
    replies.hear(http=replies.server.url)
    for number in range(10):
        for ticket in tickets:
            sent = replies.say(ticket, f"reply {number}", who=("anna", "ben")[number % 2])
            if number % 3 == 0:
                [told] = [one for one in replies.slack.events("message") if one["event"].get("ts") == sent["ts"]]
                replies.slack.redeliver(by=["socket", "http"], times=2, event_id=told["event_id"])
        if number in (3, 7):
            replies.catch_up()
    replies.catch_up()
    for ticket in tickets:
        replies.wait_for_notes(ticket, ordered=False)
        replies.catch_up()
        assert sorted(replies.notes(ticket)) == sorted(replies.said[ticket])
    assert replies.emails() == 0
    replies.hear()


def test_two_listeners_share_the_work_and_one_that_is_killed_is_not_missed(replies, listening):
    [ticket] = replies.open("Two listeners")
    with listener(DATABASE, HASTE, name=f"{LOG}-two") as second:
        sockets(replies, 2)
        for number in range(6):
            replies.say(ticket, f"shared {number}")
        second.kill()
        for number in range(4):
            replies.say(ticket, f"alone {number}")
        replies.wait_for_notes(ticket, ordered=False)
    sockets(replies, 1)
    replies.wait_for_state("connected")


# Connections come and go


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_slack_asks_for_a_new_connection_and_nothing_is_missed(replies, listening, reason):
    [ticket] = replies.open(reason)
    [before] = sockets(replies, 1)
    replies.slack.sockets(reason, grace=2)
    for number in range(10):
        replies.say(ticket, f"meanwhile {number}")
    another_socket(replies, before)
    replies.wait_for_notes(ticket, ordered=False)
    sockets(replies, 1)


def test_a_connection_that_is_cut_is_opened_again(replies, listening):
    [ticket] = replies.open("Cut")
    for _cut in range(2):
        [before] = sockets(replies, 1)
        replies.slack.sockets("drop")
        replies.say(ticket, f"after cut {before['id']}")
        replies.wait_for_notes(ticket)
    sockets(replies, 1)


def test_a_deaf_socket_is_found_out_said_and_opened_again(replies, listening):
    [ticket] = replies.open("Deaf")
    replies.age_posts(300)
    [deaf] = replies.slack.sockets("deaf")
    replies.say(ticket, "into deaf ears")
    replies.rpc("helpdesk.ticket", "write", ticket, {"user_id": 2})
    wait_for("our own words", lambda: replies.lines(ticket), lambda there: len(there) > 1)
    replies.age_posts(90)
    replies.catch_up()
    assert replies.state() == "deaf"
    assert "Event Subscriptions" in replies.error()
    replies.wait_for_notes(ticket)
    assert replies.sources(ticket) == {"catch_up"}
    another_socket(replies, deaf)
    replies.say(ticket, "heard again")
    replies.wait_for_notes(ticket)
    assert "socket" in replies.sources(ticket)
    replies.wait_for_state("connected")


def test_a_quiet_day_restarts_nothing(replies, listening):
    replies.open("Yesterday")
    wait_for("our own words, come back", lambda: replies.sql("SELECT count(*) FROM helpdesk_slack_echo"))
    [before] = sockets(replies, 1)
    for _minute in range(3):
        replies.age_posts(3600)
        replies.catch_up()
    assert replies.state() == "connected"
    assert [one["id"] for one in replies.slack.sockets()] == [before["id"]]


# What an administrator does


def test_a_wrong_token_is_refused_and_the_right_one_connects_without_a_restart(replies, listening):
    replies.change(app_token_entry="xapp-1-wrong")
    replies.wait_for_state("refused")
    assert "connections:write" in replies.error()
    sockets(replies, 0)
    replies.change(app_token_entry=replies.slack.app_token)
    replies.wait_for_state("connected")
    sockets(replies, 1)
    assert replies.slack.app_token not in listening.log_text()
    assert "xapp-1-wrong" not in listening.log_text()


def test_socket_mode_that_is_switched_off_is_said(replies, listening):
    replies.slack.app(socket_mode=False)
    replies.slack.sockets("link_disabled")
    replies.wait_for_state("refused")
    assert "Socket Mode is switched off" in replies.error()
    replies.slack.app(socket_mode=True)
    # It tries again after a minute; another token, or the same one anew, at once.
    replies.change(active=False)
    see(listening, "socket closed")
    replies.change(active=True)
    replies.wait_for_state("connected")


def test_a_workspace_that_is_archived_has_no_socket_and_one_that_comes_gets_one(replies, listening):
    replies.change(active=False)
    sockets(replies, 0)
    replies.change(active=True)
    sockets(replies, 1)
    replies.wait_for_state("connected")


# The app, as people make it from our manifests


def manifest(name, **replaced):
    text = (ROOT / "docs" / name).read_text()
    for before, after in replaced.items():
        text = text.replace(ADDRESSES[before], after)
    return yaml.safe_load(text)


def test_the_manifest_unchanged_makes_an_app_that_delivers_by_socket(replies, listening):
    [ticket] = replies.open("As in the manifest")
    replies.slack.app(manifest=manifest("slack-app-manifest.yaml"))
    replies.say(ticket, "by socket", files={"log.txt": b"abc"})
    replies.wait_for_notes(ticket)
    assert replies.sources(ticket) == {"socket"}
    assert replies.sql(f"SELECT count(*) FROM ir_attachment WHERE res_id = {ticket} AND name = 'log.txt'") == ["1"]
    said = replies.rpc("helpdesk.slack.workspace", "action_test_from_slack", replies.workspace)["params"]
    assert said["message"].startswith(
        "Slack accepts the app-level token. Replies arrive within a second, and buttons work."
    )
    assert "Without" not in said["message"], "no scope is missing"
    [code] = re.findall(r"link ([A-Z0-9-]+)", str(replies.rpc("res.users", "action_link_slack", 2)))
    replies.slack.person("carla").command(replies.channel, "/helpdesk", f"link {code}")
    wait_for(
        "the answer to /helpdesk",
        lambda: "Linked: this Slack account acts" in str(replies.slack.person("carla").told()),
    )


def test_while_a_button_waits_for_slack_no_transaction_is_open(replies):
    """Not even one that has only read: its snapshot would keep PostgreSQL from cleaning up."""
    in_transaction = (
        "SELECT state || ': ' || query FROM pg_stat_activity WHERE datname = current_database() "
        "AND xact_start < clock_timestamp() - interval '0.7 s' AND pid <> pg_backend_pid()"
    )
    for button in ("action_test_connection", "action_test_from_slack"):
        before = len(replies.slack.calls())
        replies.slack.delay(1500)
        with ThreadPoolExecutor(1) as pool:
            pressed = pool.submit(replies.rpc, "helpdesk.slack.workspace", button, replies.workspace)
            found = []
            while not pressed.done():
                found.append(replies.sql(in_transaction))
                time.sleep(0.1)
            replies.slack.delay(0)
        assert pressed.result()["params"]["type"] in ("success", "warning")
        assert len(replies.slack.calls()) > before
        assert len(found) > 5 and not any(found), found


def test_the_other_one_with_its_one_address_filled_in_delivers_by_http(replies):
    [ticket] = replies.open("As in the other manifest")
    replies.rpc("helpdesk.slack.workspace", "action_remove_app_token", replies.workspace)
    replies.change(signing_secret_entry=replies.slack.signing_secret)
    names = ["request_url", "request_url_verified_at", "from_slack_note"]
    workspace = lambda: replies.rpc("helpdesk.slack.workspace", "read", replies.workspace, names)[0]  # noqa: E731
    before = workspace()
    assert "has not verified the Request URL yet" in before["from_slack_note"]
    said = replies.rpc("helpdesk.slack.workspace", "action_test_from_slack", replies.workspace)["params"]
    assert said["message"].startswith("The Request URL leads here, and the signature fits.")
    assert not workspace()["request_url_verified_at"], "that Odoo reaches itself says nothing of Slack"
    # Slack asks the address for the challenge, and takes the manifest only if it knows it.
    replies.slack.app(manifest=manifest("slack-app-manifest-http.yaml", request_url=before["request_url"]))
    assert workspace()["request_url_verified_at"]
    assert workspace()["from_slack_note"].startswith("Replies arrive within a second, and buttons work. Slack delivers")
    replies.say(ticket, "by HTTP")
    replies.wait_for_notes(ticket)
    assert replies.sources(ticket) == {"http"}
    replies.slack.person("anna").command(replies.channel, "/helpdesk", "42")
    kinds = "SELECT kind || ' ' || source FROM helpdesk_slack_inbound ORDER BY id DESC LIMIT 1"
    wait_for("the command", lambda: replies.sql(kinds), lambda there: there == ["command http"])
