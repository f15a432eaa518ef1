"""What the sections about the way back from Slack play on: agents, threads, and the moments of commits.

The clock of a reply starts when a person sends it to the Slack double. It stops when PostgreSQL begins to commit the
note: a deferred constraint trigger, which exists in the benchmark's database only, writes down that moment.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from dev.acme import AGENTS
from dev.bench.stage import Stage, stage
from dev.scenario import hire, record_id
from dev.sightings import NotSeen
from dev.slack_replies import Replies

#: Kept under Slack's timestamp of the reply.
NOTE_CLOCK = """
    CREATE UNLOGGED TABLE bench_note (ts text, at timestamptz);
    CREATE FUNCTION bench_noted() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO bench_note VALUES (NEW.message_ts, clock_timestamp());
            RETURN NULL;
        END $$;
    CREATE CONSTRAINT TRIGGER bench_noted AFTER UPDATE ON helpdesk_slack_inbound
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.kind = 'message' AND OLD.message_id IS NULL AND NEW.message_id IS NOT NULL)
        EXECUTE FUNCTION bench_noted();
"""
#: Seconds between two replies or clicks: long enough for everybody to have gone to sleep again, and never in step.
LULL = (0.1, 0.4)
_dice = random.Random(20)


class Desk:
    """A team whose agents work in Slack. :ivar play: `Stage` :ivar replies: `Replies`"""

    def __init__(self, play: Stage):
        self.play = play
        play.odoo.rpc("helpdesk.slack.workspace", "action_test_connection", [play.workspace_id])
        group = record_id(play.odoo.rpc, "helpdesk_mgmt.group_helpdesk_user_team")
        people = [
            {
                "name": f"{login.title()} Agent",
                "login": login,
                "email": f"{login}@acme.example",
                "group_ids": [(4, group)],
            }
            for login in AGENTS
        ]
        team = {"user_ids": [(6, 0, hire(play.odoo, people))], "slack_replies": "note"}
        play.odoo.rpc("helpdesk.ticket.team", "write", [play.team_id], team)
        self.replies = Replies(play.odoo, play.slack, play.database, play.workspace_id, play.team_id)
        play.sql(NOTE_CLOCK)

    def hear(self, socket=False):
        """Let Slack deliver by HTTP, or by socket once a listener is there; the Request URL is verified anyway."""
        self.replies.hear(socket=socket, http=self.play.odoo.url)
        self.by("socket" if socket else "http")

    def by(self, way):
        """From now on Slack delivers by ``http``, by ``socket``, or not at all."""
        ways = {"everywhere": False, "socket_mode": way == "socket"}
        if way == "nothing":
            ways |= {"events": [], "interactivity": False}
        self.play.slack.app(**ways)

    def noted(self):
        """{ts of a reply: when its note was committed}, in seconds; twice the same is an error."""
        rows = [row.split("|") for row in self.play.sql("SELECT ts, extract(epoch FROM at) FROM bench_note")]
        found = {ts: float(at) for ts, at in rows}
        if len(found) != len(rows):
            raise NotSeen(f"{len(rows) - len(found)} replies were noted twice")
        return found

    def wait_for_notes(self, sent, patience):
        """Milliseconds from reply to note of each. :param sent: {ts of a reply: when it was sent}"""
        are_there = lambda there: sent.keys() <= there.keys()  # noqa: E731
        return waits_of(waited(self.noted, are_there, patience, self.play.odoo.log_tail), sent)

    def count(self, domain_sql):
        """How many rows of the inbox there are."""
        return int(self.play.sql(f"SELECT count(*) FROM helpdesk_slack_inbound WHERE {domain_sql}")[0])


@contextmanager
def desk(installed, *args, **more):
    """Set up for a block; yields the `Desk`."""
    with stage(installed, *args, **more) as play:
        yield Desk(play)


def waited(look, is_good, patience, explain=str):
    """What `look` returns as soon as it is good."""
    deadline = time.monotonic() + patience
    while not is_good(there := look()):
        if time.monotonic() > deadline:
            raise NotSeen(f"not there after {patience} s: {str(there)[:500]}\n{explain()}")
        time.sleep(0.05)
    return there


def waits_of(noted, sent):
    """Milliseconds from reply to note of each that was sent. :param noted: {ts: when}, of others as well"""
    return [1000 * (noted[ts] - at) for ts, at in sent.items()]


def lull():
    """Wait for a moment."""
    time.sleep(_dice.uniform(*LULL))


def fire(send, bodies, rate, threads=64):
    """Send bodies at a steady rate, none of them waiting for the one before.

    :param send: called with a body, from a thread
    :param rate: a second
    :return: of each, in order: (milliseconds from the moment at which it was due until `send` was over, what that
        returned). Who comes late for want of an answer to others is late
    """
    started = time.monotonic()

    def one(number, body):
        due = started + number / rate
        time.sleep(max(0, due - time.monotonic()))
        answer = send(body)
        return (time.monotonic() - due) * 1000, answer

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(len(bodies)), bodies))
