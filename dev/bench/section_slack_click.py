"""How soon a click in Slack shows: on the card, as a form while the crons are busy, and for two hundred at once.

The clock starts when a person clicks in the Slack double. It stops when the call that changes the card, or opens the
form, has arrived there. Each transport has its turn.

Slack waits three seconds for the acknowledgement of a click, and never sends it again. Without workers, Odoo gives each
request a thread at once, and refuses those for which no connection to PostgreSQL is left; with ODOO_MAX_HTTP_THREADS,
they wait. With workers, they wait in a queue of eight for each, and the system drops what comes beyond.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from dev.acme import AGENTS, CHANNEL
from dev.bench.figures import Figure, percentile
from dev.bench.sizes import sizes
from dev.bench.way_back import desk, lull, waited
from dev.services.listener import listener
from dev.sightings import NotSeen

WAYS = {"socket": "by socket", "http": "by HTTP"}
#: What is clicked on one card, one after the other: each changes it.
STEPS = ("helpdesk_take", "helpdesk_close", "helpdesk_reopen")
WARM_UP = 3
GOAL = 1000
PATIENCE = 90  # seconds for one click
#: Rows that wait in the inbox, and tickets that wait for Slack, while forms are opened.
BACKLOG = 40
TAKEN = "Taken via Slack"
#: Requests that Odoo answers at the same time; each needs a connection or two of its 64.
THREADS = 24


def measure(installed, say):
    """Clicks one by one, forms beside busy crons, then many clicks at once."""
    asked = sizes()
    with desk(installed, "--db-filter=", env={"ODOO_MAX_HTTP_THREADS": str(THREADS)}) as scene:
        scene.hear(socket=True)
        with listener(scene.play.database, name="bench-listener"):
            scene.replies.wait_for_state("connected")
            waited(lambda: scene.play.sql("SELECT has_buttons FROM helpdesk_slack_workspace"), ["t"].__eq__, PATIENCE)
            clicker = Clicker(scene)
            clicker.one_by_one(WARM_UP)
            say("server and listener are warm")
            waits = clicker.one_by_one(asked.clicks)
            say(f"{asked.clicks} clicks: {percentile(waits, 50):.0f} ms at the median")
            opened, filled = clicker.forms(asked.clicks)
            say(f"{asked.clicks} forms beside busy crons: {percentile(opened, 50):.0f} ms at the median")
            crowds = {}
            for way, words in WAYS.items():
                crowds[way] = clicker.at_once(asked.at_once, way)
                say(f"{asked.at_once} clicks at once {words}: {crowds[way]}")
    return [
        Figure("click in Slack to changed card: p50", percentile(waits, 50), "ms"),
        Figure("click in Slack to changed card: p95", percentile(waits, 95), "ms", goal=GOAL),
        Figure("click in Slack to changed card: max", max(waits), "ms"),
        Figure("click in Slack to loading view, crons busy: p50", percentile(opened, 50), "ms"),
        Figure("click in Slack to loading view, crons busy: p95", percentile(opened, 95), "ms", goal=GOAL),
        Figure("click in Slack to filled form, crons busy: p50", percentile(filled, 50), "ms"),
        Figure("click in Slack to filled form, crons busy: p95", percentile(filled, 95), "ms"),
        *[figure for way, found in crowds.items() for figure in _crowd_figures(asked.at_once, WAYS[way], found)],
    ]


def _crowd_figures(count, way, found):
    what = f"{count} clicks at once {way}"
    return [
        Figure(f"{what}: not acknowledged within three seconds", found["unacknowledged"], goal=0),
        Figure(f"{what}: without a result", found["without"], goal=0),
        Figure(f"{what}: done twice", found["doubled"], goal=0),
        Figure(f"{what}: errors", found["errors"], goal=0),
        Figure(f"{what}: seconds until the last result", found["seconds"], "s"),
    ]


class Clicker:
    """People who click on the cards of a desk."""

    def __init__(self, scene):
        self._scene, self._slack = scene, scene.play.slack
        self._people = [self._slack.person(name) for name in AGENTS]
        self._feed = scene.replies.open("Busy")

    def cards(self, count):
        """The timestamps of the cards of so many new tickets, with buttons, by ticket."""
        tickets = self._scene.replies.open(*[f"Click {number}" for number in range(count)])
        self._quiet()
        return {ticket: self._scene.replies.root(ticket) for ticket in tickets}

    def one_by_one(self, count):
        """Milliseconds from click to changed card of each."""
        waits, cards = [], list(self.cards(-(-count // len(STEPS))).values())
        for number in range(count):
            self._scene.by(tuple(WAYS)[number % 2])
            lull()
            card, step = cards[number // len(STEPS)], STEPS[number % len(STEPS)]
            look, began = self._slack.calls_from_now("chat.update"), time.time()
            self._people[0].click(step, CHANNEL, card)
            found = waited(lambda: [call for call in look() if call["ts"] == card], bool, PATIENCE)  # noqa: B023
            waits.append((found[0]["at"] - began) * 1000)
            self._quiet()
        return waits

    def _quiet(self):
        """Until no card is to be changed any more."""
        owed = "SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'pending'"
        waited(lambda: self._scene.play.sql(owed), ["0"].__eq__, PATIENCE)

    def forms(self, count):
        """Milliseconds from click to loading view, and to the filled form, while the crons are busy."""
        [card] = self.cards(1).values()
        person, opened, filled = self._people[0], [], []
        opens = self._slack.calls_from_now("views.open")
        with self._busy():
            for number in range(count):
                self._scene.by(tuple(WAYS)[number % 2])
                lull()
                began = time.time()
                person.click("helpdesk_menu", CHANNEL, card, "assign")
                calls = waited(opens, lambda there, number=number: len(there) > number, PATIENCE)
                opened.append((calls[number]["at"] - began) * 1000)
                waited(person.modal, lambda view: "Ben Agent" in str(view), PATIENCE)
                filled.append((time.time() - began) * 1000)
                person.close(everything=True)
        waited(lambda: self._scene.count("state = 'pending'"), (0).__eq__, PATIENCE)
        return opened, filled

    @contextmanager
    def _busy(self):
        """Replies and new tickets come in as fast as the crons take them, as long as the block lasts."""
        over, [feed] = threading.Event(), self._feed
        talker = self._slack.person("ben")
        root = self._scene.replies.root(feed)

        def talk():
            number = 0
            while not over.is_set():
                if self._scene.count("state = 'pending'") < BACKLOG:
                    for _reply in range(BACKLOG // 4):
                        talker.post(CHANNEL, f"Busy {number}", root)
                        number += 1
                    self._scene.play.create_tickets(2, f"Busy {number}")
                over.wait(0.05)

        with ThreadPoolExecutor(1) as pool:
            talking = pool.submit(talk)
            try:
                waited(lambda: self._scene.count("state = 'pending'"), lambda there: there > 3, PATIENCE)
                yield
            finally:
                over.set()
            talking.result()

    def at_once(self, count, way):
        """Two people take each card in the same moment; returns what became of their clicks."""
        cards, before = self.cards(-(-count // 2)), self._told()
        self._scene.by(way)
        look, log = self._slack.calls_from_now("chat.update"), len(self._scene.play.odoo.log_text())
        taken = {"action_id": "helpdesk_take", "channel": CHANNEL}
        clicks = [(person, {**taken, "ts": card}) for card in cards.values() for person in self._people][:count]
        first, began = self._scene.count("true"), time.time()
        # A button that is gone already cannot be clicked.
        answers = list(filter(None, self._slack.at_once("click", clicks)))
        count = len(answers)
        with suppress(NotSeen):  # then it is one without a result
            waited(lambda: self._scene.count("true") - first, lambda there: there >= count, PATIENCE)
        waited(lambda: self._scene.count("state = 'pending'"), (0).__eq__, PATIENCE)
        self._quiet()
        changed = {call["ts"]: call["at"] for call in reversed(look()) if call["ts"] in cards.values()}
        found = crowd(
            clicks=count,
            cards=len(cards),
            changed=len(changed),
            told=self._told() - before,
            taken=self._taken(cards),
            rows=self._scene.count("true") - first,
            failed=self._scene.count("state = 'failed'"),
            acknowledged=sum(bool(answer["acknowledged"]) for answer in answers),
            log=self._scene.play.odoo.log_text()[log:],
        )
        return {**found, "seconds": max(changed.values(), default=began) - began}

    def _told(self):
        return sum(len(person.told()) for person in self._people)

    def _taken(self, cards):
        """The tickets that were taken, each as often as it was."""
        return self._scene.play.sql(
            "SELECT res_id FROM mail_message WHERE model = 'helpdesk.ticket' "
            f"AND body LIKE '%{TAKEN}%' AND res_id IN ({', '.join(map(str, cards))})"
        )


def crowd(*, clicks, cards, changed, told, taken, rows, failed, acknowledged, log):
    """What became of many clicks, each card being clicked by two people.

    :param changed: cards that have changed; `told`: people who were told that a colleague has it
    :param taken: the tickets that were taken, each as often as it was
    :param rows: of the inbox; `failed`: those of them that have failed
    :param log: what Odoo has logged meanwhile
    """
    losers = clicks - cards
    return {
        "without": max(0, cards - changed) + max(0, losers - told),
        "doubled": len(taken) - len(set(taken)) + max(0, rows - clicks),
        "unacknowledged": clicks - acknowledged,
        "errors": failed + log.count(" ERROR ") + log.count(" CRITICAL "),
    }
