"""Customers write, agents work over HTTP and people reply in Slack, all at once, for some minutes.

Everything is real and on this machine: Dovecot, SMTP both ways, the Slack double, the listener, Odoo with two workers
and two for scheduled actions. First the agents work alone, on the same server; then all do.
At the end the server is left in peace until nothing waits, and each email, message, reply and note is looked for.
"""

import random
import re
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass

from dev.acme import AGENTS, CHANNEL, MAILBOXES
from dev.bench.figures import Figure
from dev.bench.stage import copy_of
from dev.scenario import Helpdesk, set_up
from dev.services import postgres
from dev.services.dovecot import dovecot
from dev.services.listener import listener
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.services.smtp_outlet import smtp_outlet
from dev.sightings import NotSeen
from dev.slack_replies import Replies
from dev.soak.load import Load, steady
from dev.soak.memory import slope, watched
from dev.soak.tally import compare

#: A second, at the full rate.
EMAILS, ACTS, EVENTS = 5, 20, 10
WORKERS, CRON_WORKERS = 2, 2
TICKETS = 20
P95_GOAL = 1.2
#: Seconds until nothing waits any more, for each second that was played; and at least.
PATIENCE, LEAST = 3, 120
LIST = {"name": {}, "mail_reference": {}, "partner_name": {}, "sla_due": {}, "sla_status": {}, "stage_id": {}}
FORM = {**LIST, "description": {}, "user_id": {}, "team_id": {}, "sla_history": {}, "slack_url": {}, "tag_ids": {}}
MARKS = {"email": r"Soak \d+\b", "reply": r"Reply \d+\b", "note": r"Note \d+\b"}
#: Errors in a log, but for queries that lost against another transaction and are repeated; what fails for good is an
#: act that failed.
CRASHED = re.compile(r" (?:ERROR|CRITICAL) \S+ (?!odoo\.sql_db: )")
#: What waits: messages to Slack, what came from there, automatic emails, clocks that nobody has looked at.
WAITING = """
SELECT (SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'pending')
     + (SELECT count(*) FROM helpdesk_slack_inbound WHERE state = 'pending')
     + (SELECT count(*) FROM helpdesk_letter WHERE state = 'owed')
     + (SELECT count(*) FROM mail_mail WHERE state = 'outgoing')
"""


@dataclass
class Scene:
    """A desk with open tickets, each with a thread in Slack. :ivar tickets: their ids"""

    helpdesk: Helpdesk
    replies: Replies
    tickets: list

    def __post_init__(self):
        self._agents = [self.helpdesk.as_agent(login) for login in AGENTS]
        self._lock = threading.Lock()

    def sql(self, statement):
        """Rows of Odoo's database."""
        return postgres.sql(statement, self.helpdesk.odoo.database)

    def writes(self, number):
        """A customer's new email."""
        self.helpdesk.customer_writes(f"Soak {number}")
        return "email"

    def replies_in_slack(self, number):
        """Somebody's reply in a thread, as Slack tells it."""
        ticket = self.tickets[number % len(self.tickets)]
        self.replies.slack.person(AGENTS[number % len(AGENTS)]).post(
            CHANNEL, f"Reply {number}", self.replies.root(ticket)
        )
        return "reply"

    def works(self, number):
        """What an agent does: of ten acts five reads of a list or a ticket, two changes, three notes."""
        dice, agent = random.Random(number), self._agents[number % len(self._agents)]
        ticket, what = dice.choice(self.tickets), number % 10
        if what < 3:
            mine = [("closed", "=", False)]
            agent("helpdesk.ticket", "web_search_read", mine, LIST, limit=80, order="sla_due", count_limit=10001)
            return "list"
        if what < 5:
            agent("helpdesk.ticket", "web_read", [ticket], FORM)
            return "form"
        if what < 7:
            agent("helpdesk.ticket", "write", [ticket], {"priority": str(dice.randrange(4))})
            return "write"
        said = {"body": f"Note {number}", "message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        agent("helpdesk.ticket", "message_post", [ticket], **said)
        return "note"


def measure(installed, say, minutes=10.0, rate=1.0):
    """Play; returns figures. :param rate: of the full load, for a machine that cannot hold it"""
    seconds = minutes * 60
    with ExitStack() as services:
        scene = _set(services, installed)
        pid = scene.helpdesk.odoo.pid
        steady(scene.works, ACTS * rate, 10)
        say("warm; the agents work alone")
        before = 10_000_000
        alone = steady(scene.works, ACTS * rate, seconds / 4, first=before)
        say(f"p95 {alone.p95():.0f} ms; now all at once for {minutes:g} minutes")
        with watched(pid) as watch:
            loads = _all_at_once(scene, rate, seconds, first=2 * before)
        for name, load in loads.items():
            say(f"{name}: {load.rate:.1f} a second, {len(load.errors)} errors {load.errors[:1]}")
        waited = _settle(scene, max(LEAST, PATIENCE * seconds))
        found = _count(scene, loads, alone)
        log = scene.helpdesk.odoo.log_text()
    for one in found:
        say(str(one))
    return _figures(loads, alone, watch.samples, waited, found, log)


def _set(services, installed):
    mailboxes = services.enter_context(dovecot(MAILBOXES, name="soak-dovecot"))
    inlet = services.enter_context(smtp_inlet(mailboxes))
    outlet = services.enter_context(smtp_outlet(mailboxes))
    slack = services.enter_context(slack_double(name="soak-slack"))
    database = services.enter_context(copy_of(installed, "soak"))
    args = [f"--max-cron-threads={CRON_WORKERS}"]
    # On the same processors, whoever sends may take longer than the two seconds that Odoo waits for a request's words.
    env = {"ODOO_HTTP_SOCKET_TIMEOUT": "30"}
    odoo = services.enter_context(odoo_server(database, workers=WORKERS, name="soak-odoo", args=args, env=env))
    helpdesk = set_up(odoo, slack, mailboxes, inlet, outlet)
    odoo.rpc("helpdesk.ticket.team", "write", helpdesk.team_id, {"slack_replies": "note"})
    # Each email is another person's in real life; here one customer writes them all.
    odoo.rpc("ir.config_parameter", "set_param", "mail.gateway.loop.threshold", "1000000")
    replies = Replies(odoo, slack, database, helpdesk.workspace_id, helpdesk.team_id)
    replies.hear(socket=False, http=odoo.url)
    tickets = replies.open(*[f"Desk {number}" for number in range(TICKETS)])
    services.enter_context(listener(database, name="soak-listener"))
    return Scene(helpdesk, replies, tickets)


def _all_at_once(scene, rate, seconds, first):
    """What became of the three kinds of load: ``{name: Load}``."""
    acts = {"emails": (scene.writes, EMAILS), "agents": (scene.works, ACTS), "Slack": (scene.replies_in_slack, EVENTS)}
    loads: dict[str, Load] = {}

    def fire(name, act, full):
        loads[name] = steady(act, full * rate, seconds, first=first)

    threads = [threading.Thread(target=fire, args=(name, *what)) for name, what in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {name: loads[name] for name in acts}


def _settle(scene, patience):
    """Leave the server in peace until nothing waits. :return: after how many seconds"""
    began, calm = time.monotonic(), 0
    while calm < 3:
        unread = len(scene.helpdesk.mails("UNKEYWORD X-HELPDESK"))
        waiting = int(scene.sql(WAITING)[0]) + unread
        calm = 0 if waiting else calm + 1
        if time.monotonic() - began > patience:
            raise NotSeen(f"{waiting} still wait after {patience:.0f} s\n{scene.helpdesk.odoo.log_tail()}")
        time.sleep(1)
    return time.monotonic() - began


def _count(scene, loads, alone):
    emails, events = loads["emails"], loads["Slack"]
    titles = scene.sql("SELECT name FROM helpdesk_ticket")
    roots = [message["text"] for message in scene.replies.slack.messages(CHANNEL)]
    notes = scene.sql(
        "SELECT regexp_replace(body, '<[^>]*>', ' ', 'g') FROM mail_message WHERE model = 'helpdesk.ticket'"
    )
    sent = {f"Soak {number}" for number in emails.succeeded()}
    told = {f"Reply {number}" for number in events.succeeded()}
    by_kind = [one for load in (alone, loads["agents"]) for one in load.done]
    written = {f"Note {one.number}" for one in by_kind if one.kind == "note"}
    unsure = {f"Note {one.number}" for one in by_kind if one.error}
    return [
        compare("emails that are tickets", sent, _marks("email", titles)),
        compare("tickets that are in Slack", sent, _marks("email", roots)),
        compare("replies that are notes", told, _marks("reply", notes)),
        compare("agents' notes", written, _marks("note", notes), unsure),
    ]


def _marks(kind, texts):
    return [mark for text in texts for mark in re.findall(MARKS[kind], text)]


def _figures(loads, alone, samples, waited, found, log):
    agents, all_of = loads["agents"], [*loads.values()]
    errors, count = sum(len(load.errors) for load in all_of), sum(len(load.done) for load in all_of)
    crashes = len(CRASHED.findall(log))
    requests = "load held: agents' requests: p95"
    return [
        Figure("load held: emails a second", loads["emails"].rate),
        Figure("load held: agents' acts a second", agents.rate),
        Figure("load held: Slack events a second", loads["Slack"].rate),
        Figure("load held: share of acts that failed", errors / count, goal=0),
        Figure("load held: errors in the server's log", crashes, goal=0),
        Figure(f"{requests} without emails and Slack", alone.p95(), "ms"),
        Figure(requests, agents.p95(), "ms"),
        Figure(f"{requests} ÷ without emails and Slack", agents.p95() / alone.p95(), goal=P95_GOAL),
        Figure("load held: memory at the end", samples[-1][1] if samples else 0, "MB"),
        Figure("load held: memory grows by", slope(samples), "MB an hour"),
        Figure("load held: seconds until nothing waited any more", waited, "s"),
        Figure("load held: lost", sum(one.lost for one in found), goal=0),
        Figure("load held: doubled", sum(one.doubled for one in found), goal=0),
    ]
