"""Slack refuses, falls silent, loses its channel, and a server dies under a call; then nobody lends a hand.

The other scenarios end each pause at once. Here everything passes as in real life: what Slack asks for, the back-off of
a message, the probe of a paused channel, the lease of the dead, and the scheduled action that comes once a minute.
What is told is how long a message was on its way. A message that came before its pause was over is a fault.

Slack has been asked about the channels before, as once a day: it says that the bot is in each, and a paused channel of
which it says so is probed at once.
"""

import time
from dataclasses import dataclass

from dev.acme import SUPPORT
from dev.chaos import slack_tally
from dev.chaos.slack_desk import Desk
from dev.chaos.stage import stage
from dev.services.process import ServiceFailed

RETRY_AFTER = 20
LOOK_EVERY = 1
#: Seconds after which a scenario is counted as it is; and the longest that a message may have been on its way.
PATIENCE, LONGEST = 330, 300
#: Datetimes are stored in whole seconds.
ROUNDED = 1
DISPATCHERS = 2


@dataclass(frozen=True)
class Trouble:
    """What happens to one message, in a channel of its own.

    :param wire: what the wire is told
    :param pause: seconds that the message has to wait for at least, as the guides say
    :param is_deadly: the server is killed as soon as it has called Slack
    """

    wire: dict
    pause: int
    is_deadly: bool = False


TROUBLES = {
    # First, so that its lease runs while the others wait.
    "the server is killed": Trouble({"mode": "hang"}, 90, is_deadly=True),
    "Slack asks to wait": Trouble({"mode": "429", "retry_after": RETRY_AFTER}, RETRY_AFTER),
    "three HTTP errors": Trouble({"mode": "500", "n": 3}, 2 + 15 + 60),
    "no answer": Trouble({"mode": "hang"}, 10 + 2),
    "the bot is not in the channel": Trouble({"mode": "error", "error": "not_in_channel"}, 60),
}


def play_all(source, slack, say):
    """Let everything happen, wait, count; returns a Tally."""
    started, kills = time.monotonic(), 0
    threads = f"--max-cron-threads={DISPATCHERS + 1}"
    with stage(source, "slack_waits", slack, [SUPPORT], args=[threads]) as play:
        desk = Desk(play, len(TROUBLES), DISPATCHERS)
        desk.open({name: (f"{name}.", number) for number, name in enumerate(TROUBLES)})
        _wait(desk)
        desk.play.sql("UPDATE helpdesk_slack_channel SET ask_at = now() AT TIME ZONE 'UTC' + interval '1 day'")
        for name, trouble in TROUBLES.items():
            story = desk.stories[name]
            desk.slack.fault(**trouble.wire, method="chat.postMessage", match=story.reference)
            desk.happen("noted", story, "It burns.")
            desk.happen("noted", story, "And then?")
            if trouble.is_deadly:
                _kill(desk, say)
                kills += 1
        began = time.monotonic()
        _wait(desk, lambda owed: say(f"{time.monotonic() - began:.0f} s: {owed} messages are owed"))
        delays = _delays(desk)
        complaints = judge(delays)
        if left := desk.slack.armed():
            complaints.append(f"{len(left)} faults did not happen")
        desk.slack.heal()
        held = slack_tally.Held(slack)
        founds = [held.compare(story) for story in desk.stories.values()]
        found = slack_tally.as_tally("slack_waits", play, founds, kills, time.monotonic() - started)
    for name, seconds in delays.items():
        say(f"{name}: {seconds:.0f} s, {TROUBLES[name].pause} at least")
    found.figures["longest delay"] = round(max(delays.values(), default=0))
    say(f"longest delay of a message: {found.figures['longest delay']} s")
    found.complaints += complaints
    return found.expect_kills(1)


def judge(delays):
    """Complaints about messages that came too soon, too late or not at all. :param delays: seconds, by trouble"""
    complaints = [f"{name}: it was never told" for name in TROUBLES if name not in delays]
    for name, seconds in delays.items():
        if seconds < TROUBLES[name].pause - ROUNDED:
            complaints.append(f"{name}: told after {seconds:.0f} s, the pause was cut short")
        if seconds > LONGEST:
            complaints.append(f"{name}: told after {seconds:.0f} s only")
    return complaints


def _wait(desk, tell=lambda owed: None):
    """Look until nothing is queued any more, and touch nothing."""
    deadline, last = time.monotonic() + PATIENCE, None
    while (owed := desk.owed()) and time.monotonic() < deadline:
        if owed != last:
            tell(owed)
        last = owed
        time.sleep(LOOK_EVERY)


def _kill(desk, say):
    """Kill the server that is waiting for Slack, and start it again."""
    [server] = desk.play.servers
    deadline = time.monotonic() + PATIENCE
    while not any(call.get("fault") == "hang" for call in desk.slack.calls()):
        if time.monotonic() > deadline:
            raise ServiceFailed("Slack was not called")
        time.sleep(0.1)
    server.odoo.kill()
    server.start()
    say("a server killed while it waited for Slack")


def _delays(desk):
    """Seconds from the event to the record that Slack has it, of the first message that each trouble has hit."""
    tickets = {story.ticket: name for name, story in desk.stories.items()}
    rows = desk.play.ask(
        "SELECT DISTINCT ON (ticket_id) ticket_id, extract(epoch FROM sent_at - create_date) "
        "  FROM helpdesk_slack_outbox WHERE state = 'sent' AND event = 'noted' ORDER BY ticket_id, id"
    )
    return {tickets[ticket]: float(seconds) for ticket, seconds in rows}
