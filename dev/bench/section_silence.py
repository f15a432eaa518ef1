"""What an agent notices of it when Slack, SMTP and IMAP accept connections and stay silent: nothing.

Three Odoo servers on three copies of a database: one that has nothing to do but serve the agent, one whose fetch, queue
and dispatcher are busy with healthy services, and one where they hang. An agent writes and posts over HTTP, here and
there in turn; each act beside the silent services is compared with the same act of that turn on the idle server.
"""

import statistics
import time
from contextlib import ExitStack

from dev.acme import MAILBOXES
from dev.bench.figures import Figure, Measured
from dev.bench.stage import copy_of
from dev.scenario import record_id, set_up
from dev.services.blackhole import blackhole
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.services.smtp_outlet import smtp_outlet
from dev.sightings import NotSeen

ROUNDS, WARM_UP = 60, 5
GOAL = 1.2
PATIENCE = 90
ACTS = ("write", "post")
#: Side -> its cron threads: without any there is no background work, whatever is queued.
SIDES = {"idle": 0, "healthy": 3, "silent": 3}
WORDS = {"write": "an agent's write", "post": "an agent's answer to the customer"}


def measure(installed, say):
    """Time the same acts on all sides, taking turns."""
    with ExitStack() as stack:
        mailboxes = stack.enter_context(dovecot(MAILBOXES, name="silence-dovecot"))
        inlet = stack.enter_context(smtp_inlet(mailboxes))
        outlet = stack.enter_context(smtp_outlet(mailboxes))
        desks = {}
        for side, threads in SIDES.items():
            slack = stack.enter_context(slack_double(name=f"silence-slack-{side}"))
            database = stack.enter_context(copy_of(installed, side))
            odoo = stack.enter_context(
                odoo_server(database, name=f"silence-odoo-{side}", args=[f"--max-cron-threads={threads}"])
            )
            helpdesk = set_up(odoo, slack, mailboxes, inlet, outlet)
            desks[side] = _Desk(helpdesk)
        holes = [stack.enter_context(blackhole()) for _service in range(3)]
        desks["silent"].fall_silent(*holes)
        say("Slack, SMTP and IMAP are silent on one side")
        for desk in desks.values():
            desk.act(WARM_UP)
        desks["silent"].wait_until_stuck(holes)
        say("its background work hangs in all three")
        found = {side: {act: [] for act in ACTS} for side in desks}
        for turn in range(ROUNDS):
            first = turn % len(SIDES)
            for side in [*SIDES, *SIDES][first : first + len(SIDES)]:
                for act, milliseconds in desks[side].act(1).items():
                    found[side][act] += milliseconds
    return _figures(found)


class _Desk:
    """An agent at a ticket of a customer."""

    def __init__(self, helpdesk):
        self._helpdesk, self._agent = helpdesk, helpdesk.as_agent("anna")
        values = {"name": "Silence", "description": "<p>x</p>", "team_id": helpdesk.team_id}
        values |= {"partner_name": "Jane", "partner_email": "jane@customer.example"}
        self._ticket = helpdesk.odoo.rpc("helpdesk.ticket", "create", values)
        anna = helpdesk.odoo.rpc("res.users", "search", [("login", "=", "anna")])
        helpdesk.odoo.rpc("helpdesk.ticket", "write", self._ticket, {"user_id": anna[0]})
        self._priority = 0

    def fall_silent(self, slack, smtp, imap):
        """From now on nobody outside answers."""
        rpc, helpdesk = self._helpdesk.odoo.rpc, self._helpdesk
        credentials = {"api_url": f"http://127.0.0.1:{slack.port}/api/", "bot_token_entry": helpdesk.slack.token}
        rpc("helpdesk.slack.workspace", "write", helpdesk.workspace_id, credentials)
        servers = rpc("ir.mail_server", "search", [])
        rpc("ir.mail_server", "write", servers, {"smtp_port": smtp.port})
        rpc("fetchmail.server", "write", helpdesk.mailbox_id, {"port": imap.port})

    def act(self, times):
        """Write and answer; returns the milliseconds of each."""
        took = {act: [] for act in ACTS}
        said = {"body": "Did you turn it off?", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        for _time in range(times):
            self._priority = (self._priority + 1) % 4
            took["write"].append(self._timed("write", {"priority": str(self._priority)}))
            took["post"].append(self._timed("message_post", **said))
        return took

    def _timed(self, method, *args, **kwargs):
        started = time.perf_counter()
        self._agent("helpdesk.ticket", method, self._ticket, *args, **kwargs)
        return (time.perf_counter() - started) * 1000

    def wait_until_stuck(self, holes):
        """Until each of the silent services has been asked."""
        rpc = self._helpdesk.odoo.rpc
        crons = ("mail.ir_cron_mail_gateway_action", "mail.ir_cron_mail_scheduler_action")
        for xmlid in crons:
            rpc("ir.cron.trigger", "create", {"cron_id": record_id(rpc, xmlid), "call_at": "2020-01-01 00:00:00"})
        deadline = time.monotonic() + PATIENCE
        while not all(hole.visitors for hole in holes):
            if time.monotonic() > deadline:
                raise NotSeen(f"asked so far: {[hole.visitors for hole in holes]}\n{self._helpdesk.odoo.log_tail()}")
            self.act(1)
            time.sleep(0.5)


def _figures(found):
    figures = []
    for act in ACTS:
        idle, healthy, silent = (found[side][act] for side in SIDES)
        ratio = statistics.median(beside / alone for beside, alone in zip(silent, idle, strict=True))
        figures += [
            Figure(f"{WORDS[act]}, nothing else to do", Measured.of(idle), "ms"),
            Figure(f"{WORDS[act]}, all well", Measured.of(healthy), "ms"),
            Figure(f"{WORDS[act]}, all silent", Measured.of(silent), "ms"),
            Figure(f"{WORDS[act]}: time while Slack, SMTP and IMAP hang ÷ with nothing else to do", ratio, goal=GOAL),
        ]
    return figures
