"""The scenarios: each takes an installed database, a Slack double and a way to tell progress, and returns a Tally."""

import functools
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from dev.acme import SUPPORT
from dev.chaos import (
    answer_kills,
    answer_stopped,
    answer_undo,
    backlog,
    digest,
    mails,
    sharing,
    sla,
    slack_clicks,
    slack_faults,
    slack_inbound,
    slack_kills,
    slack_troubles,
    slack_two_servers,
    slack_waits,
)
from dev.chaos.faults import POINTS
from dev.chaos.run import Run
from dev.chaos.stage import stage
from dev.services import postgres

SALES = "sales@acme.example"
MAILS = 200
#: Passages of its point at which a process kills itself. Two in a row: the same email twice, which is no failure.
PASSAGES = (5, 6, 60, 110, 170)
#: A folder is selected once in a batch of emails, and not every email makes a ticket.
OTHER_PASSAGES = {"selected": (1, 2, 4, 6, 8), "processing": (5, 6, 40, 80, 120)}


@dataclass(frozen=True)
class Scenario:
    """One way to be interrupted.

    :param pattern: of its title, with the names of ARGS for what these decide
    :param play: takes (installed database, Slack double, say), returns a Tally
    """

    pattern: str
    play: Callable

    @property
    def title(self):
        """What is played, as ARGS says."""
        return self.pattern.format(**vars(backlog.options()))


def at_point(point, source, slack, say, count=MAILS, passages=None):
    """The server kills itself whenever an email comes to one point."""
    passages = passages or OTHER_PASSAGES.get(point, PASSAGES)
    with stage(source, point, slack, [SUPPORT], point=point, passages=passages) as play:
        run = Run(play, mails.write(count), say)
        run.play_out()
        return run.count(point).expect_kills(len(passages))


def worker(source, slack, say):
    """The same with several processes: only the worker dies, as when it runs out of memory."""
    with stage(source, "worker", slack, [SUPPORT], workers=1, point="settled", passages=PASSAGES) as play:
        run = Run(play, mails.write(MAILS), say)
        run.play_out()
        return run.count("worker").expect_kills(len(PASSAGES))


def anywhere(source, slack, say):
    """kill -9 from outside, at moments that nobody chose."""
    dice = random.Random(19)

    def kill(run):
        time.sleep(dice.uniform(0, 0.5))
        run.kill()

    with stage(source, "anywhere", slack, [SUPPORT]) as play:
        run = Run(play, mails.write(MAILS), say)
        kills = [(handled, kill) for handled in range(10, MAILS, 30)]
        run.play_out(kills)
        return run.count("anywhere").expect_kills(len(kills))


def deadly(source, slack, say):
    """Emails that kill whoever processes them: three times, and once with their headers alone; then none is tried."""
    kinds = {"new": 90, "deadly": 10}
    with stage(source, "deadly", slack, [SUPPORT]) as play:
        written = mails.write(12, kinds=kinds)
        run = Run(play, written, say)
        run.play_out()
        return run.count("deadly").expect_kills(4 * sum(mail.becomes == mails.FAILED for mail in written))


def database(source, slack, say):
    """PostgreSQL is restarted, crashes, and is away for a while."""
    events = [
        (40, _interrupt(postgres.interrupt, "fast")),
        (80, _interrupt(postgres.interrupt, "immediate")),
        (120, _interrupt(postgres.interrupt, "immediate", 3)),
        (160, _interrupt(postgres.interrupt, "fast", 3)),
    ]
    with stage(source, "postgres", slack, [SUPPORT], workers=1) as play:
        run = Run(play, mails.write(MAILS), say)
        run.play_out(events)
        return run.count("postgres")


def mail_server(source, slack, say):
    """Dovecot is restarted, killed, and is away for a while."""
    with stage(source, "dovecot", slack, [SUPPORT]) as play:
        interrupt = play.mailboxes.interrupt
        events = [
            (40, _interrupt(interrupt, signal.SIGTERM)),
            (80, _interrupt(interrupt, signal.SIGKILL)),
            (120, _interrupt(interrupt, signal.SIGKILL, 3)),
            (160, _interrupt(interrupt, signal.SIGTERM, 3)),
        ]
        run = Run(play, mails.write(MAILS), say)
        run.play_out(events)
        return run.count("dovecot")


def two_servers(source, slack, say):
    """Two hosts, two mailboxes, people who press Fetch Now on both; a host is killed now and then."""
    with stage(source, "two_servers", slack, [SUPPORT, SALES], servers=2) as play:
        run = Run(play, mails.write(MAILS, (SUPPORT, SALES)), say)
        buttons = [(server, user) for server in play.servers for user in (SUPPORT, SALES)]
        with run.pressing(buttons):
            run.play_out([(70, lambda run: run.kill(0)), (140, lambda run: run.kill(1))])
        return run.count("two_servers").expect_kills(2)


def _interrupt(interrupt, *how):
    def event(run):
        run.say(f"interrupted ({', '.join(map(str, how))}) with {run.handled} handled")
        interrupt(*how)

    return event


SCENARIOS = {
    **{name: Scenario(f"kill -9: {point.title}", functools.partial(at_point, name)) for name, point in POINTS.items()},
    "worker": Scenario("kill -9 of a worker: verdict written, not committed", worker),
    "anywhere": Scenario("kill -9 at any moment", anywhere),
    "deadly": Scenario("mails that kill their worker", deadly),
    "postgres": Scenario("PostgreSQL restarts, crashes, is away", database),
    "dovecot": Scenario("Dovecot restarts, crashes, is away", mail_server),
    "two_servers": Scenario("two servers, two mailboxes, one killed at times", two_servers),
    "sla": Scenario("500 SLA targets fall due, two servers, both killed in the middle", sla.fall_due),
    "digest": Scenario("the digests of a morning, two servers and crons at once, both killed", digest.send_all),
    "slack_faults": Scenario("every way in which Slack refuses or loses, times every kind", slack_faults.play_all),
    "slack_kills": Scenario("kill -9 before, while and after Slack is called", slack_kills.play_all),
    "slack_two_servers": Scenario(
        "two servers tell, Slack fails at random, one killed at times", slack_two_servers.play_all
    ),
    "slack_waits": Scenario(
        "nobody shortens a hold, a back-off, a pause or a dead server's lease", slack_waits.play_all
    ),
    "slack_inbound_transports": Scenario(
        "replies by socket, HTTP and asking at once, two servers, kill -9 at each step", slack_inbound.transports
    ),
    "slack_inbound_outage": Scenario("replies while everything is away for three hours", slack_inbound.outage),
    "slack_inbound_deaf": Scenario("a socket that is deaf, cut and renewed, by turns", slack_inbound.deaf),
    "slack_inbound_no_email": Scenario("{replies:,} replies, and no email", slack_inbound.no_email),
    "answer_undo": Scenario("{answers:,} answers to customers, undone while they are sent", answer_undo.play),
    "answer_kills": Scenario("kill -9 at each step between an answer's hold and its email", answer_kills.play),
    "answer_stopped": Scenario(
        "the customer writes, others answer and close while an answer is held and sent", answer_stopped.play
    ),
    "slack_clicks": Scenario("two people click at once and twice, each click comes by two ways", slack_clicks.play),
    "slack_troubles": Scenario(
        "forms, cards and answers while Slack is late, refuses, falls silent and is away", slack_troubles.play
    ),
    "sharing": Scenario("four hosts, four mailboxes, five members who share the tickets", sharing.share_out),
    "backlog": Scenario("a night's mail", backlog.work_off),
}
