"""Two hosts deliver side by side, several dispatchers each, while people work, Slack fails at random and a host dies.

Afterwards each of some 300 events stands in Slack once, in the order of its ticket. People are two threads with tickets
of their own; a host is killed between two of their calls, so that it is known what has happened.
"""

import random
import threading
import time
from collections import Counter
from contextlib import ExitStack

from dev.acme import SUPPORT
from dev.chaos import slack_tally
from dev.chaos.slack_desk import Desk
from dev.chaos.slack_mending import LATE, TIMEOUT
from dev.chaos.stage import stage

CHANNELS, DISPATCHERS, PEOPLE = 6, 4, 2
EVENTS, TICKETS = 300, 30
#: A host is killed when so many events have happened; by turns.
KILLS = (60, 130, 200)
#: How often something goes wrong, and what, of a hundred events.
FAULTS = {
    "429": ({"mode": "429", "retry_after": 1}, 12),
    "HTTP 500": ({"mode": "500"}, 12),
    "answer dropped": ({"mode": "drop_after"}, 12),
    "slow answer": ({"mode": "slow", "delay": LATE}, 8),
}
WORDS = ("It still burns", "What now", "Have you tried", "One moment", "Thank you")


class Person(threading.Thread):
    """Opens tickets and lets something happen to them.

    :ivar busy: held while they wait for a server
    :ivar done: events so far
    """

    def __init__(self, desk, number):
        super().__init__(daemon=True)
        self._desk, self._dice, self._number = desk, random.Random(number), number
        self.busy, self.done, self.error, self.happened = threading.Lock(), 0, None, Counter()
        self._stories = []

    def run(self):
        """Work until the day is over."""
        try:
            while self.done < EVENTS // PEOPLE:
                self._trouble()
                with self.busy:
                    self._act()
                self.done += 1
        except Exception as error:  # noqa: BLE001 (told by who waits for us)
            self.error = error

    def _trouble(self):
        if self._desk.slack.armed():
            return  # troubles shall come one by one, all the time
        for wire, share in FAULTS.values():
            if self._dice.uniform(0, 100) < share:
                self._desk.slack.fault(**wire)

    def _act(self):
        # Tickets come in the first half of the day.
        to_come, left = TICKETS // PEOPLE - len(self._stories), EVENTS // PEOPLE // 2 - self.done
        if not self._stories or to_come and self._dice.random() * left < to_come:
            title = f"Ticket {len(self._stories)} of person {self._number}."
            self._stories += self._desk.open({title: (title, self._dice.randrange(CHANNELS))})
            self.happened["opened"] += 1
            return
        story = self._dice.choice(self._stories)
        events = ["assigned", "agent_replied", "noted", "edited", "reopened" if story.is_closed else "closed"]
        event = self._dice.choice(events if story.is_closed else [*events, "customer_replied"])
        words = f"{self._dice.choice(WORDS)} ({self._number}/{self.done})?"
        self._desk.happen(event, story, words)
        self.happened[event] += 1


def play_all(source, slack, say):
    """Work, fail, kill, count; returns a Tally."""
    started = time.monotonic()
    options = {"servers": 2, "args": [f"--max-cron-threads={DISPATCHERS}"], "slack_timeout": TIMEOUT}
    with stage(source, "slack_two_servers", slack, [SUPPORT], **options) as play:
        desk = Desk(play, CHANNELS, DISPATCHERS)
        people = [Person(desk, number) for number in range(PEOPLE)]
        began = time.monotonic()
        kills = _work(desk, people, say)
        worked = time.monotonic() - began
        desk.settle(lambda: desk.hurry() or play.release(), say=say)
        quiet = time.monotonic() - began
        slack.heal()
        held = slack_tally.Held(slack)
        founds = [held.compare(story) for story in desk.stories.values()]
        found = slack_tally.as_tally("slack_two_servers", play, founds, kills, time.monotonic() - started)
        found.complaints += [f"somebody gave up: {person.error!r}" for person in people if person.error]
        found.expect_kills(len(KILLS))
        _tell(desk, people, founds, say)
    say(f"{worked:.0f} s of work, everything told {quiet - worked:.0f} s later")
    return found


def _work(desk, people, say):
    """Let people work, kill a host at times and start it again; returns how many were killed."""
    for person in people:
        person.start()
    kills, left = 0, list(KILLS)
    while any(person.is_alive() for person in people):
        done = sum(person.done for person in people)
        if left and done >= left[0]:
            left.pop(0)
            server = desk.play.servers[kills % 2]
            with ExitStack() as nobody:
                for person in people:
                    nobody.enter_context(person.busy)
                server.odoo.kill()
                server.stop()
            kills += 1
            say(f"{done} events, a server killed")
            server.start()
        desk.wake()
        desk.hurry()
        time.sleep(0.3)
    return kills


def _tell(desk, people, founds, say):
    total = sum(founds, slack_tally.Found())
    happened = sum((person.happened for person in people), Counter())
    calls = Counter(call["method"] for call in desk.slack.calls())
    faults = Counter(call["fault"] for call in desk.slack.calls() if call.get("fault"))
    say(f"{happened.total()} events: " + ", ".join(f"{number} {event}" for event, number in happened.most_common()))
    say(f"{calls.total()} calls: " + ", ".join(f"{number} {method}" for method, number in calls.most_common()))
    say(f"{faults.total()} faults: " + ", ".join(f"{number} {mode}" for mode, number in faults.most_common()))
    say(
        f"{total.held} messages held of {total.expected}, {total.twice} said twice, {total.missing} missing, "
        f"{total.disordered} out of order, {total.wrong} wrong"
    )
