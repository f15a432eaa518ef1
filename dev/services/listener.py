"""The listener as a process of its own: `odoo-bin helpdesk_listen`."""

from contextlib import contextmanager

from dev.services.odoo import odoo_command, odoo_environ
from dev.services.postgres import postgres
from dev.services.process import background, wait_until

LISTENING = ": listening to "
#: The `boot` of a listener on a host without IMAPClient.
WITHOUT_IMAPCLIENT = ("-c", "import sys; sys.modules['imapclient'] = None; import odoo.cli; odoo.cli.main()")


class Listener:
    """A running listener."""

    def __init__(self, child, log):
        self.pid, self.log, self._child = child.pid, log, child

    def log_text(self):
        """Everything it logged so far."""
        return self.log.read_text(errors="replace")

    def said(self, words):
        """How often it said this."""
        return self.log_text().count(words)

    def is_running(self):
        """False once it has ended, however it did."""
        return self._child.poll() is None

    def kill(self):
        """kill -9."""
        self._child.kill()
        self._child.wait(10)

    def end(self, number, patience=20):
        """Send it a signal; returns its exit status."""
        self._child.send_signal(number)
        return self._child.wait(patience)


@contextmanager
def listener(databases, args=(), mailboxes=1, name=None, env=None, boot=()):
    """Run a listener for a block; it listens to so many mailboxes and sockets when this yields.

    :param databases: a name, or several with commas
    :param boot: see `odoo_command`
    """
    command = odoo_command("helpdesk_listen", "-d", databases, *args, boot=boot)
    with postgres(), background(name or f"listener-{databases}", command, odoo_environ(**(env or {}))) as (child, log):
        started = Listener(child, log)
        wait_until(lambda: started.said(LISTENING) >= mailboxes, child, log, "The listener")
        yield started
