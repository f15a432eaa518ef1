"""How several mailboxes add up: the same emails fetched by one worker and by as many workers as there are mailboxes.

Each mailbox is at the end of a line on which every answer takes as long as that of a mail server in the internet. So a
worker mostly waits, and several wait at the same time. Both sides have the same cron threads; only the Settings differ.
A mail server takes what the customers get: without one, each confirmation would fail and be tried again beside the
fetching.
"""

import time
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone

from dev.bench.corpus import mail, sender
from dev.bench.figures import Figure
from dev.bench.sizes import sizes
from dev.bench.stage import stage
from dev.scenario import FETCH_CRON, change_cron, open_mailbox, record_id
from dev.services.dovecot import dovecot
from dev.services.smtp_outlet import smtp_outlet
from dev.services.tcp_proxy import tcp_proxy
from dev.sightings import NotSeen

MAILBOXES, WARM_UP = 4, 5
#: Seconds that each answer of the mail server is under way.
LINE = 0.1
GOAL = 3.2
PATIENCE = 1800


def measure(installed, say):
    """The same emails with one worker, then with one for each mailbox."""
    emails = sizes().fetched
    one, all_at_once = (_fetch_all(installed, workers, emails, say) for workers in (1, MAILBOXES))
    total = MAILBOXES * emails
    label = f"{MAILBOXES} mailboxes of {emails} emails, {LINE * 1000:.0f} ms for each answer of the mail server"
    return [
        Figure(f"{label}, one worker", total / one, "emails/s"),
        Figure(f"{label}, {MAILBOXES} workers", total / all_at_once, "emails/s"),
        Figure(f"emails a second: {MAILBOXES} workers ÷ one", one / all_at_once, goal=GOAL, at_least=True),
    ]


def _fetch_all(installed, workers, emails, say):
    """:return: seconds until every email is a ticket"""
    addresses = [f"support{number}@acme.example" for number in range(MAILBOXES)]
    with ExitStack() as services:
        threads = f"--max-cron-threads={MAILBOXES + 1}"
        # Its crons are told at once that they were moved.
        play = services.enter_context(stage(installed, threads, workers=2, env={"ODOO_NOTIFY_CRON_CHANGES": "1"}))
        mailboxes = services.enter_context(dovecot(addresses, name=f"fetching-dovecot-{workers}"))
        line = services.enter_context(tcp_proxy(mailboxes.port, delay=LINE))
        outlet = services.enter_context(smtp_outlet(mailboxes))
        server = {"smtp_host": "127.0.0.1", "smtp_port": outlet.smtp_port, "smtp_encryption": "none"}
        play.odoo.rpc("ir.mail_server", "create", {"name": "Out", **server})
        settings = play.odoo.rpc("res.config.settings", "create", {"helpdesk_fetch_workers": workers})
        play.odoo.rpc("res.config.settings", "execute", settings)
        for address in addresses:
            open_mailbox(play.odoo, mailboxes, play.team_id, user=address, port=line.port)
        cron = record_id(play.odoo.rpc, FETCH_CRON)
        _deliver(mailboxes, addresses, range(WARM_UP))
        _set_off(play, cron)
        _wait(play, WARM_UP * MAILBOXES)
        _move(play, cron, timedelta(days=1))
        _deliver(mailboxes, addresses, range(WARM_UP, WARM_UP + emails))
        began = time.monotonic()
        _set_off(play, cron)
        _wait(play, (WARM_UP + emails) * MAILBOXES)
        seconds = time.monotonic() - began
    say(f"{emails * MAILBOXES} emails, {workers} at a time: {seconds:.0f} s")
    return seconds


def _deliver(mailboxes, addresses, numbers):
    """Put the emails of these numbers into each mailbox; no two of them are the same."""
    for place, address in enumerate(addresses):
        for number in numbers:
            own = place * 10_000 + number
            mailboxes.deliver(mail(own), [address], sender(own))


def _set_off(play, cron):
    """Let Odoo's fetch begin now."""
    _move(play, cron, timedelta(seconds=-1))


def _move(play, cron, delay):
    """Let the next run of a cron be due after this delay. A run that is going on keeps it locked."""
    moment = (datetime.now(timezone.utc) + delay).strftime("%Y-%m-%d %H:%M:%S")
    change_cron(play.odoo.rpc, cron, {"nextcall": moment}, timeout=PATIENCE)


def _wait(play, count):
    """Wait until there are so many tickets. :raise NotSeen: if there are not, or too many"""
    deadline = time.monotonic() + PATIENCE
    tickets = "SELECT count(*) FROM helpdesk_ticket WHERE partner_email IS NOT NULL"
    while (found := int(play.sql(tickets)[0])) < count:
        if time.monotonic() > deadline:
            raise NotSeen(f"{found} of {count} tickets after {PATIENCE} s\n{play.odoo.log_tail()}")
        time.sleep(0.1)
    if found > count:
        raise NotSeen(f"{found} tickets of {count} emails")
