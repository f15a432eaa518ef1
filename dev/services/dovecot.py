"""Dovecot: a real IMAP server with mailboxes of its own, and LMTP to deliver into them."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import tempfile
import time
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from dev.services import ports
from dev.services.process import background, clean_environ, wait_until
from dev.setup.system import dovecot_binary

PASSWORD = "secret"
# Written for Dovecot 2.3 (Debian 12). One unprivileged user runs everything, nothing is
# chrooted, and only loopback ports are opened.
CONFIG = """\
base_dir = {home}/run
state_dir = {home}/state
log_path = /dev/stderr
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:%h/Maildir
mail_fsync = never
mail_max_userip_connections = 200
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = passwd-file
  args = {home}/users
}}
namespace inbox {{
  inbox = yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  process_limit = 256
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
"""


def text_of(mail):
    """What an email says, as plain text if it has that."""
    return mail.get_body(("plain", "html")).get_content()


class Dovecot:
    """A running Dovecot; `users` maps each address to its password."""

    host = "127.0.0.1"

    def __init__(self, users, port, lmtp_port, home, name):
        self.users = users
        self.port = port
        self.lmtp_port = lmtp_port
        self._home, self._name, self._running = home, name, ExitStack()

    def interrupt(self, number=signal.SIGTERM, pause=0):
        """Stop the server with a signal, its children too, and start it again on what it left."""
        os.killpg(self._child.pid, number)
        self._child.wait(10)
        self._running.close()
        time.sleep(pause)
        self._start()

    @contextmanager
    def running(self):
        """Have it running for a block, through all interruptions."""
        with self._running:
            self._start()
            yield

    def _start(self):
        command = [dovecot_binary(), "-F", "-c", self._home / "dovecot.conf"]
        user = "dovecot" if os.geteuid() == 0 else None
        running = background(self._name, command, clean_environ(), cwd="/", user=user)
        self._child, log = self._running.enter_context(running)
        wait_until(
            lambda: ports.answers(self.port) and ports.answers(self.lmtp_port), self._child, log, "Dovecot", timeout=60
        )

    def imap(self, user, folder="INBOX"):
        """A logged-in imaplib connection with a folder selected."""
        connection = imaplib.IMAP4(self.host, self.port)
        connection.login(user, self.users[user])
        connection.select(folder)
        return connection

    def mails(self, user, words=""):
        """The emails in a mailbox, oldest first; looking leaves no trace. :param words: that stand in their text"""
        with self.imap(user) as imap:
            _status, [numbers] = imap.search(None, "ALL")
            raw = [imap.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers.split()]
        found = [message_from_bytes(one, policy=policy.default) for one in raw]
        return [mail for mail in found if not words or words in text_of(mail)]

    def deliver(self, raw, recipients, sender="sender@example.com"):
        """Put an email (bytes) into mailboxes; it is there when this returns."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            for recipient in recipients:
                # One by one: LMTP answers for each recipient, and smtplib reads one answer.
                lmtp.sendmail(sender, [recipient], raw)


@contextmanager
def dovecot(users, name="dovecot", settings=""):
    """Run Dovecot for a block, with a mailbox for each address. :param settings: lines for the end of its config

    Users are a dict of passwords, or addresses that all get the same one. What it
    writes is in a short folder of /tmp (a socket's path has few bytes) and goes with it.
    """
    passwords = dict(users) if isinstance(users, dict) else dict.fromkeys(users, PASSWORD)
    home = Path(tempfile.mkdtemp(prefix="helpdesk-dovecot-"))
    server = Dovecot(passwords, ports.free(), ports.free(), home, name)
    try:
        _configure(home, server, settings)
        with server.running():
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _configure(home, server, settings):
    """Write the config and the users' file, readable by the user Dovecot runs as."""
    user = _user()
    group = grp.getgrgid(user.pw_gid).gr_name
    for folder in ("run", "state", "mail"):
        (home / folder).mkdir()
    home.joinpath("dovecot.conf").write_text(
        CONFIG.format(
            home=home,
            user=user.pw_name,
            group=group,
            imap_port=server.port,
            lmtp_port=server.lmtp_port,
        )
        + settings
    )
    home.joinpath("users").write_text(
        "".join(
            f"{address}:{password}:{user.pw_uid}:{user.pw_gid}::{home}/mail/{address}::\n"
            for address, password in server.users.items()
        )
    )
    if os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)


def _user():
    """Who Dovecot runs as: ourselves, or its own user when we are root, whose email it refuses."""
    return pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
