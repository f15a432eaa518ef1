"""`odoo-bin helpdesk_listen` as people run it: an email is a ticket within seconds, whatever breaks on the way.

Odoo's own look into the mailboxes is a day away here: without the listener no email would become a ticket.
"""

import re
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone

import pytest

from dev import sightings
from dev.acme import SUPPORT, customer_mail
from dev.scenario import FETCH_CRON, Helpdesk, change_cron, open_mailbox, record_id
from dev.services import database, ports, postgres
from dev.services.certificate import certificate, tls_settings
from dev.services.dovecot import dovecot
from dev.services.listener import LISTENING, WITHOUT_IMAPCLIENT, listener
from dev.services.odoo import odoo_command, odoo_environ
from dev.services.odoo_server import RpcError, odoo_server
from dev.services.tcp_proxy import tcp_proxy
from dev.sightings import PATIENCE, wait_for

LOG = "listener"
DATABASE = database.of_this_run("test_", LOG)
SALES, LOCKED, OLD, SAFE = "sales@acme.example", "locked@acme.example", "old@acme.example", "safe@acme.example"
#: Nothing else in a log looks like it.
PASSWORD = "Xq7-never-to-be-seen"
#: Everything happens within seconds, and whatever could leak into a log would.
HASTE = ("--renew=3", "--look=1", "--poll=1", "--timeout=3", "--log-level=debug")
WITHOUT_IDLE = "imap_capability = IMAP4rev1 LITERAL+ SASL-IR LOGIN-REFERRALS ID ENABLE\n"
#: A wrong password is refused at once, however often.
NO_PENALTY = """\
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""
BEFORE = "Came before"
#: Odoo itself gives a mail server that says nothing this many seconds.
CORE_TIMEOUT = 60


@pytest.fixture(scope="module")
def helpdesk():
    """Acme Support's mailbox behind a wire that can be cut, and Odoo; no listener yet."""
    with ExitStack() as services:
        services.enter_context(database.database(DATABASE))
        users = dict.fromkeys((SUPPORT, SALES, LOCKED), PASSWORD)
        mailboxes = services.enter_context(dovecot(users, f"dovecot-{LOG}", NO_PENALTY))
        found = Helpdesk(None, None, mailboxes, None)
        found.running = services.enter_context(ExitStack())
        odoo = start_odoo(found)
        found.wire = services.enter_context(tcp_proxy(mailboxes.port))
        found.team_id = odoo.rpc("helpdesk.ticket.team", "create", {"name": "Support"})
        found.mailbox_id = open_mailbox(odoo, mailboxes, found.team_id)
        odoo.rpc("fetchmail.server", "write", found.mailbox_id, {"port": found.wire.port})
        put_off_the_cron(odoo)
        yield found


@pytest.fixture(scope="module")
def listening(helpdesk):
    """A listener, and an email that came before it; of its databases one is not there."""
    write_mail(helpdesk, BEFORE)
    with listener(f"not_there,{DATABASE}", HASTE, name=f"{LOG}-all") as running:
        yield running


def start_odoo(helpdesk):
    """Start Odoo; one that runs is ended first."""
    helpdesk.running.close()
    helpdesk.odoo = helpdesk.running.enter_context(odoo_server(DATABASE, name=f"odoo-{LOG}"))
    return helpdesk.odoo


def put_off_the_cron(odoo):
    tomorrow = f"{datetime.now(timezone.utc) + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    cron = record_id(odoo.rpc, FETCH_CRON)
    values = {"interval_number": 1, "interval_type": "days", "nextcall": tomorrow}
    # Confirming a mailbox may have started it just now.
    change_cron(odoo.rpc, cron, values)


def write_mail(helpdesk, subject, recipient=SUPPORT):
    # Odoo stops a sender of twenty tickets in two hours.
    mail = customer_mail(subject)
    mail.replace_header("From", f"{subject.lower().replace(' ', '.')}@customer.example")
    helpdesk.mailboxes.deliver(mail.as_bytes(), [recipient])


def see_ticket(helpdesk, subject, timeout=PATIENCE):
    return sightings.ticket(helpdesk, subject, timeout)


def see(listening, words, more_than=0):
    return wait_for(f"“{words}” in the log", lambda: listening.said(words), lambda count: count > more_than, PATIENCE)


def test_what_came_before_it_listened_is_fetched_too(helpdesk, listening):
    # The first test: what comes later would have this one fetched as well.
    see_ticket(helpdesk, BEFORE)


def test_an_email_is_a_ticket_at_once(helpdesk, listening):
    delivered = time.monotonic()
    write_mail(helpdesk, "At once")
    see_ticket(helpdesk, "At once")
    assert time.monotonic() - delivered < 30


def test_many_emails_are_all_fetched(helpdesk, listening):
    subjects = [f"Of many {number}" for number in range(15)]
    for subject in subjects:
        write_mail(helpdesk, subject)
    for subject in subjects:
        see_ticket(helpdesk, subject)


def test_it_says_nothing_to_the_server_that_could_change_an_email(helpdesk, listening):
    with tcp_proxy(helpdesk.mailboxes.port) as wire:
        with mailbox(helpdesk, SALES, port=wire.port):
            wait_for("a renewed IDLE", lambda: said_by_the_listener(wire), lambda said: said.count(b"EXAMINE") > 1)
        wait_for("its good-bye", lambda: b"LOGOUT" in said_by_the_listener(wire))
        words = set(re.findall(rb"^(?:[A-Z]+\d+ )?([A-Z]+)", said_by_the_listener(wire), re.M))
    assert words == {b"CAPABILITY", b"LOGIN", b"EXAMINE", b"IDLE", b"DONE", b"LOGOUT"}


def said_by_the_listener(wire):
    """Odoo uses the wire too, but never waits."""
    return next((bytes(said) for said in wire.said if b" IDLE" in said), b"")


# Things break


def test_after_a_restart_of_the_mail_server(helpdesk, listening):
    helpdesk.mailboxes.interrupt()
    write_mail(helpdesk, "After a restart")
    see_ticket(helpdesk, "After a restart")


def test_after_a_connection_was_cut(helpdesk, listening):
    before = listening.said("again after failures")
    helpdesk.wire.cut()
    write_mail(helpdesk, "After a cut")
    see_ticket(helpdesk, "After a cut")
    see(listening, "again after failures", before)


def test_a_server_that_vanished_without_a_word_is_noticed(helpdesk, listening):
    before = listening.said("again after failures")
    helpdesk.wire.freeze()
    write_mail(helpdesk, "Into the silence")
    see(listening, "again after failures", before)
    # Odoo may have been about to look into the mailbox when the wire froze.
    see_ticket(helpdesk, "Into the silence", CORE_TIMEOUT + PATIENCE)


@pytest.mark.alone
def test_after_a_restart_of_postgresql_and_while_odoo_is_away(helpdesk, listening):
    before, woken = listening.said("the database answers again"), listening.said("is woken")
    postgres.interrupt("fast", pause=2)
    see(listening, "the database answers again", before)
    write_mail(helpdesk, "While Odoo is away")
    see(listening, "is woken", woken)
    # Odoo's own cron threads do not survive a restart of PostgreSQL; fresh ones sleep until somebody wakes them.
    start_odoo(helpdesk)
    write_mail(helpdesk, "Odoo is back")
    see_ticket(helpdesk, "Odoo is back")
    see_ticket(helpdesk, "While Odoo is away")


def test_a_database_that_is_not_there_does_not_disturb_the_others(helpdesk, listening):
    see(listening, "there is no database “not_there”")
    write_mail(helpdesk, "One of two")
    see_ticket(helpdesk, "One of two")


# Mailboxes come and go


@contextmanager
def mailbox(helpdesk, user, mailboxes=None, **values):
    """A mailbox of the team for a block, archived after it."""
    place = (helpdesk.odoo, mailboxes or helpdesk.mailboxes, helpdesk.team_id, user)
    opened = wait_for("a confirmed mailbox", lambda: _opened(*place))
    helpdesk.odoo.rpc("fetchmail.server", "write", opened, values)
    try:
        yield
    finally:
        helpdesk.odoo.rpc("fetchmail.server", "write", opened, {"active": False})


def _opened(*place):
    try:
        return open_mailbox(*place)
    except RpcError as error:
        # Confirming touches the fetch cron's row, and loses against a run that ends at this moment.
        if "could not serialize" not in str(error):
            raise
        return False


def test_a_mailbox_that_is_added_is_listened_to_and_one_that_goes_is_not(helpdesk, listening):
    with mailbox(helpdesk, SALES):
        see(listening, f"({SALES}){LISTENING}INBOX")
        write_mail(helpdesk, "To sales", SALES)
        see_ticket(helpdesk, "To sales")
    see(listening, f"({SALES}): disconnected")


def test_another_folder_is_another_place(helpdesk, listening):
    folder = '"Anfragen Gr&APYA3w-e"'  # modified UTF-7 (RFC 3501, 5.1.3)
    with helpdesk.mailboxes.imap(SALES) as imap:
        imap.create(folder)
        with mailbox(helpdesk, SALES, imap_folder="Anfragen Größe"):
            see(listening, f"({SALES}){LISTENING}Anfragen Größe")
            imap.append(folder, None, None, customer_mail("In a folder").as_bytes())
            see_ticket(helpdesk, "In a folder")


def test_a_wrong_password_is_told_and_no_password_is_ever_shown(helpdesk, listening):
    with mailbox(helpdesk, LOCKED, password=f"{PASSWORD}-wrong"):
        see(listening, f"({LOCKED}): not listening: LoginRefused")
    assert PASSWORD not in listening.log_text()


def test_a_server_without_idle_is_asked_now_and_then(helpdesk, listening):
    with dovecot({OLD: PASSWORD}, name=f"dovecot-{LOG}-old", settings=WITHOUT_IDLE) as server:
        with mailbox(helpdesk, OLD, server):
            see(listening, f"({OLD}){LISTENING}INBOX (NOOP every 1 s, it has no IDLE)")
            server.deliver(customer_mail("To an old server").as_bytes(), [OLD])
            see_ticket(helpdesk, "To an old server")


def test_a_certificate_is_verified(helpdesk, listening):
    with ExitStack() as services:
        port, authority = ports.free(), services.enter_context(certificate())
        settings = tls_settings(authority, port)
        server = services.enter_context(dovecot({SAFE: PASSWORD}, name=f"dovecot-{LOG}-tls", settings=settings))
        services.enter_context(mailbox(helpdesk, SAFE, server, is_ssl=True, port=port))
        see(listening, f"({SAFE}): not listening: SSLCertVerificationError")
        trusting = listener(DATABASE, mailboxes=2, name=f"{LOG}-tls", env={"SSL_CERT_FILE": authority})
        assert services.enter_context(trusting).said(f"({SAFE}){LISTENING}")
        server.deliver(customer_mail("In an envelope").as_bytes(), [SAFE])
        see_ticket(helpdesk, "In an envelope")


# How it ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_ends_cleanly(helpdesk, number):
    with listener(DATABASE, name=f"{LOG}-ends") as running:
        asked = time.monotonic()
        assert running.end(number) == 0
        assert time.monotonic() - asked < 20
        assert f"({SUPPORT}): disconnected" in running.log_text()


def test_it_ends_although_a_mail_server_is_silent(helpdesk):
    with listener(DATABASE, name=f"{LOG}-silence") as running:
        helpdesk.wire.freeze()
        asked = time.monotonic()
        assert running.end(signal.SIGTERM) == 0
        assert time.monotonic() - asked < 20


def test_without_imapclient_it_says_what_to_install_and_goes_on(helpdesk):
    with listener(DATABASE, HASTE, mailboxes=0, name=f"{LOG}-without", boot=WITHOUT_IMAPCLIENT) as running:
        wait_for("what to install", lambda: running.said('pip install "IMAPClient'))
        assert running.said("Odoo checks the mailboxes every minute") == 1
        assert running.is_running(), "there may be sockets"
        assert running.end(signal.SIGTERM) == 0


def test_without_a_database_it_says_so():
    done = run_command("helpdesk_listen")
    assert done.returncode == 1
    assert "needs a database: -d NAME" in done.stderr


def test_a_database_whose_name_is_mistyped_is_said_and_ends_it(helpdesk):
    done = run_command("helpdesk_listen", "-d", "not_there")
    assert done.returncode == 1
    assert "there is no database of this name in PostgreSQL: not_there" in done.stderr


def test_help_begins_with_what_is_ours():
    done = run_command("helpdesk_listen", "--help")
    assert done.returncode == 0
    assert "Wait for email in the support mailboxes (IMAP IDLE) and for replies" in " ".join(done.stdout.split())
    assert done.stdout.index("--renew") < done.stdout.index("--config")


def run_command(*arguments):
    """Run Odoo's command line to its end."""
    command = odoo_command(*arguments)
    return subprocess.run(command, env=odoo_environ(), capture_output=True, text=True, timeout=60)
