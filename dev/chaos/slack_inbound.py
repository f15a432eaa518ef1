"""The way back from Slack under fire: people reply in the threads of tickets while everything is interrupted.

Afterwards every reply is on its ticket, once and in the order of its thread, whatever transport brought it; and nobody
has got an email.
"""

import re
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dev.acme import SUPPORT
from dev.chaos import backlog, tally
from dev.chaos.faults import REPLY_POINTS, Plan
from dev.chaos.stage import stage
from dev.paths import PYTHON_PATH
from dev.scenario import record_id
from dev.services.listener import listener
from dev.sightings import wait_for
from dev.slack_replies import CATCH_UP, Replies

TICKETS = 10
#: Slack sends again what nobody has acknowledged, after so many seconds.
AGAIN = [0.2, 0.5, 1, 1, 2, 2, 5, 5, 10, 10]
#: Where somebody is killed, and who comes there: a listener, the server that is told by HTTP, or whoever works.
STEPS = {
    "reply_inserted": ("listener", "server"),
    "reply_stored": ("listener",),
    "reply_answered": ("server",),
    "reply_posted": ("every server",),
}
#: At which passages of a point; each process that comes there counts.
PASSAGES = (4, 9, 15)
#: Replies of each step, and the seconds between two.
REPLIES, PAUSE = 60, 0.05
OUTAGE_TICKETS, OUTAGE_REPLIES, ROUNDS = 30, 300, 6
#: How long the outage is for everybody who looks at a clock.
OUTAGE = "3 hours"
NUMBER = re.compile(r"\(\d+\)")
#: What could be taken for words to the customer.
WORDS = (
    "@customer please try again ({})",
    "jane@customer.example: it works now ({})",
    "To: jane@customer.example Subject: Re: Printer ({})",
    "reply: Dear Jane, it is fixed ({})",
    "> On Monday, Jane Doe wrote: it burns ({})",
    "send to customer: done ({})",
)


class Ear:
    """A listener on a host: started again whenever it is dead."""

    def __init__(self, name, database_name):
        self._name, self._database, self._running, self._starts = name, database_name, ExitStack(), 0
        self.plan, self.running = None, None

    def start(self):
        """Start it, with its plan if it has one."""
        self.stop()
        self._starts += 1
        more = {}
        if self.plan:
            env = {**self.plan.environ(), "PYTHONPATH": PYTHON_PATH}
            more = {"env": env, "boot": ("-m", "dev.chaos.faulty_odoo")}
        name = f"{self._name}-{self._starts}"
        opened = listener(self._database, ("--look=1",), name=name, **more)
        self.running = self._running.enter_context(opened)

    def stop(self):
        """End it, dead or alive."""
        self._running.close()
        self.running = None

    def kill(self):
        """kill -9."""
        self.running.kill()

    def keep_alive(self):
        """What systemd does."""
        if not (self.running and self.running.is_running()):
            self.start()


class Play:
    """Two servers, two listeners, and people who reply in Slack."""

    def __init__(self, play, say, ears=2, **more):
        self.play, self.say, self.started = play, say, time.monotonic()
        helpdesk, odoo = play.helpdesk, play.servers[0].odoo
        self.replies = Replies(odoo, play.slack, play.database, helpdesk.workspace_id, helpdesk.team_id)
        self.cron = record_id(odoo.rpc, CATCH_UP)
        self.ears = [Ear(f"chaos-listener{number}-{play.database}", play.database) for number in range(ears)]
        self.replies.hear(**more)
        play.slack.app(retry_delays=AGAIN)
        for ear in self.ears:
            ear.start()
        if ears:
            self.replies.wait_for_state("connected")

    def talk(self, tickets, count, words="reply {}", help_along=lambda: None, pause=PAUSE):
        """Let people reply, by turns in each thread."""
        for number in range(count):
            text = words if isinstance(words, str) else words[number % len(words)]
            self.replies.say(tickets[number % len(tickets)], text.format(number), who=("anna", "ben")[number % 2])
            help_along()
            time.sleep(pause)

    def keep_alive(self):
        """Start again whoever is dead."""
        for one in (*self.play.servers, *self.ears):
            one.keep_alive()

    def hurry(self):
        """Nobody waits for the end of a minute."""
        self.keep_alive()
        self.play.start_cron(self.cron)
        self.play.sql(
            "UPDATE helpdesk_slack_inbound SET next_attempt_at = now() AT TIME ZONE 'UTC' "
            "WHERE state = 'pending' AND next_attempt_at > now() AT TIME ZONE 'UTC'"
        )

    def count(self, name, kills=0, patience=180, help_along=None):
        """What became of the replies, as a Tally. :param help_along: done until all are notes; `hurry` if not given"""
        notes, said = self.replies.settle(help_along or self.hurry, patience), self.replies.wanted()
        self.play.start_cron(self.cron)
        found, became = tally.Tally(name), Counter()
        for ticket, expected in said.items():
            became += (here := compare(expected, notes.get(ticket, [])))
            if here:
                found.complaints.append(
                    f"ticket {ticket}: {dict(here)}; {notes.get(ticket)} instead of {expected}"[:500]
                )
        emails = self.replies.emails()
        if emails:
            found.complaints.append(f"{emails} emails")
        rows = self.play.ask("SELECT state, reason, count(*) FROM helpdesk_slack_inbound GROUP BY state, reason")
        waiting = [row for row in rows if row[0] in ("pending", "failed", "ignored")]
        found.complaints += [f"{number} rows are {state}: {reason}" for state, reason, number in waiting]
        found.figures = {
            **dict.fromkeys(tally.COLUMNS),
            "tickets": len(said),
            "comments": sum(map(len, notes.values())),
            "kills": kills,
            "seconds": round(time.monotonic() - self.started),
            "lost": became["lost"],
            "doubled": became["doubled"],
            "wrong": became["foreign"] + became["out of order"],
            "open": sum(number for state, _reason, number in waiting if state == "pending"),
        }
        sources = self.play.ask("SELECT source, count(*) FROM helpdesk_slack_inbound GROUP BY source")
        self.say(f"{sum(map(len, said.values()))} replies; first brought by {dict(sources)}; {emails} emails")
        return found


def compare(said, notes):
    """What is wrong with the notes of a ticket: how many are lost, doubled, foreign, and whether they are out of order.

    :param said: what people have said in its thread, each once, in order
    """
    there, wanted = Counter(notes), Counter(said)
    wrong = Counter()
    wrong["lost"] = (wanted - there).total()
    wrong["doubled"] = sum(max(0, number - 1) for number in there.values())
    wrong["foreign"] = len(there.keys() - wanted.keys())
    kept = list(dict.fromkeys(text for text in notes if text in wanted))
    wrong["out of order"] = kept != [text for text in said if text in there]
    return +wrong


@contextmanager
def playing(source, name, slack, say, servers=2, **more):
    """Set up a scenario for a block; yields a `Play`."""
    with stage(source, name, slack, [SUPPORT], servers=servers) as play:
        playing = Play(play, say, http=play.servers[0].odoo.url, **more)
        try:
            yield playing
        finally:
            for ear in playing.ears:
                ear.stop()


def transports(source, slack, say, replies=REPLIES, passages=PASSAGES):
    """Socket, HTTP and catch-up at once on two servers; somebody is killed at each step of a reply's way."""
    kills = 0
    with playing(source, "slack_inbound_transports", slack, say) as scene:
        tickets = scene.replies.open(*[f"Ticket {number}" for number in range(TICKETS)])
        for point, who in STEPS.items():
            plan = _plan(scene, point, passages)
            _arm(scene, plan, who)
            scene.talk(tickets, replies, f"{point} {{}}", scene.keep_alive)
            _redeliver(scene)
            scene.replies.settle(scene.hurry)
            kills += plan.deaths
            say(f"{REPLY_POINTS[point].title}: {plan.deaths} kills")
            _arm(scene, None, who)
            if not plan.deaths:
                raise AssertionError(f"nobody came to the point {point}")
        return scene.count("slack_inbound_transports", kills)


def _plan(scene, point, passages):
    folder = Path(scene.play.plan.folder, point)
    folder.mkdir()
    return Plan(str(folder), point=point, passages=passages)


def _arm(scene, plan, who):
    """Give those who come to a point their plan, or take it away."""
    if "listener" in who:
        scene.ears[0].plan = plan
        scene.ears[0].start()
    # Slack calls the first server; whose cron works is for the two of them to settle.
    servers = scene.play.servers
    for server in servers if "every server" in who else servers[:1] if "server" in who else ():
        server.rearm(plan or scene.play.plan)
        server.start()
    scene.replies.server = servers[0].odoo


def _redeliver(scene):
    """Slack sends some of the latest events again, by every way."""
    for told in scene.play.slack.events("message")[-5:]:
        scene.play.slack.redeliver(by=["socket", "http"], times=2, event_id=told["event_id"])


def outage(source, slack, say, replies=OUTAGE_REPLIES, tickets=OUTAGE_TICKETS):
    """Both servers and both listeners are away for three hours while people go on; Slack's limits hold."""
    with playing(source, "slack_inbound_outage", slack, say) as scene:
        opened = scene.replies.open(*[f"Ticket {number}" for number in range(tickets)])
        scene.talk(opened, tickets, "before {}")
        scene.replies.settle(scene.hurry)
        for one in (*scene.play.servers, *scene.ears):
            one.stop()
        slack.app(retry_delays=[])
        scene.talk(opened, replies, "during {}", pause=0)
        scene.play.sql(
            f"UPDATE helpdesk_slack_workspace SET catch_up_last = catch_up_last - interval '{OUTAGE}', "
            f"socket_since = socket_since - interval '{OUTAGE}', socket_seen_at = socket_seen_at - interval '{OUTAGE}'"
        )
        slack.limits()
        slack.app(retry_delays=AGAIN)
        say(f"{replies} replies while nobody was there")
        for one in (*scene.play.servers, *scene.ears):
            one.start()
        scene.replies.server = scene.play.servers[0].odoo
        scene.talk(opened, tickets, "after {}")
        found = scene.count("slack_inbound_outage", patience=300)
        asked = Counter(call["method"] for call in slack.calls())
        refused = sum(call.get("status") == 429 for call in slack.calls())
        say(f"{asked['conversations.history']} histories, {asked['conversations.replies']} threads, {refused} refused")
        return found


def deaf(source, slack, say, rounds=ROUNDS):
    """The socket is deaf, cut, renewed and refused, by turns; what was missed is caught up, and it hears again."""
    with playing(source, "slack_inbound_deaf", slack, say, servers=1, ears=1) as scene:
        slack.app(everywhere=False, socket_mode=True)
        replies, found_out = scene.replies, 0
        tickets = replies.open(*[f"Ticket {number}" for number in range(4)])
        for number in range(rounds):
            replies.age_posts(3600)
            slack.sockets("deaf")
            scene.talk(tickets, len(tickets), f"deaf in round {number}: {{}}")
            replies.settle(scene.hurry)
            replies.age_posts(90)
            replies.catch_up()
            found_out += replies.state() == "deaf"
            for reason in ("drop", "refresh_requested", "warning"):
                if reason != "drop":
                    # Catch-up may have brought all while no socket was open. One that hears nothing stays deaf.
                    wait_for("an open socket", slack.sockets)
                    scene.talk(tickets, 1, f"heard before {reason} in round {number}: {{}}")
                    replies.wait_for_state("connected")
                slack.sockets(reason, grace=1)
                scene.talk(tickets, len(tickets), f"{reason} in round {number}: {{}}")
                replies.settle(scene.keep_alive)
        found = scene.count("slack_inbound_deaf")
        if found_out != rounds:
            found.complaints.append(f"found deaf {found_out} times, not {rounds}")
        if len(slack.sockets()) != 1:
            found.complaints.append(f"{len(slack.sockets())} sockets are open")
        say(f"deaf {rounds} times, found out {found_out} times")
        return found


def no_email(source, slack, say, replies=None):
    """Thousands of replies, many of which look like words to the customer: no email is written, none leaves."""
    replies = replies or backlog.options().replies
    with playing(source, "slack_inbound_no_email", slack, say) as scene:
        rpc = scene.play.servers[0].odoo.rpc
        tickets = scene.replies.open(*[f"Ticket {number}" for number in range(TICKETS)])
        jane = rpc("res.partner", "create", {"name": "Jane Doe", "email": "jane@customer.example"})
        rpc("helpdesk.ticket", "write", tickets, {"partner_id": jane})
        rpc("helpdesk.ticket", "message_subscribe", tickets, [jane])
        # Quotes and addresses are shown as such: the number tells which reply it is.
        scene.replies.mark = lambda words: NUMBER.search(words)[0]
        before = scene.replies.emails()
        scene.talk(tickets, replies, WORDS, pause=0)
        # Nobody is killed: to ask Slack again and again for thousands of replies would only take their time.
        found = scene.count("slack_inbound_no_email", patience=max(180, replies), help_along=scene.keep_alive)
        if before:
            found.complaints.append(f"{before} emails before anybody has replied")
        return found
