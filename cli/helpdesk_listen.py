"""`odoo-bin helpdesk_listen`: makes Odoo fetch email as soon as it arrives, and hears at once what Slack tells.

Odoo finds the commands of addons in a folder `cli`. It loads this file without the addon and hides a failed import, so
everything that is not part of Odoo is imported late.
"""

import contextlib
import functools
import importlib.util
import logging
import optparse
import signal
import sys
import time

from odoo.cli import Command
from odoo.cli.server import report_configuration
from odoo.tools import config

_logger = logging.getLogger("odoo.addons.helpdesk_bridge.listener")

NO_DATABASE = "helpdesk_listen needs a database: -d NAME, or several: -d ONE,OTHER"
NOT_THERE = "helpdesk_listen has ended: there is no database of this name in PostgreSQL: %s"
#: Options: default in seconds, and help text.
PACE = {
    "renew": (300, "Seconds that one IDLE lasts; use fewer if a firewall drops idle connections"),
    "poll": (15, "Seconds between two checks if the mail server has no IDLE"),
    "look": (15, "Seconds until a change of mailboxes or workspaces in Odoo is noticed"),
    "timeout": (30, "Seconds that a mail server may take to answer"),
}
#: Seconds that all connections together may take to close.
SHUTDOWN_TIMEOUT = 3


class HelpdeskListen(Command):
    """Wait for email in the support mailboxes (IMAP IDLE) and for replies in Slack (Socket Mode), without delay"""

    name = "helpdesk_listen"

    def run(self, args):
        """Listen until a signal ends it. The exit status is then 0; it is 1 if there is no such database."""
        _parse(self.prog, args)
        if not config["db_name"]:
            sys.exit(NO_DATABASE)
        report_configuration()
        if not _listen(config["db_name"]):
            sys.exit(NOT_THERE % ", ".join(config["db_name"]))


def _parse(prog, args):
    config.parser.prog = prog
    group = optparse.OptionGroup(config.parser, "Listener")
    for name, (default, text) in PACE.items():
        option = {"type": "int", "file_loadable": False, "help": f"{text} ({default})"}
        group.add_option(f"--{name}", dest=f"helpdesk_listen_{name}", metavar="SECONDS", **option)
    config.parser.add_option_group(group)
    # This command's description and options come first, before about a hundred options of the server.
    config.parser.description = HelpdeskListen.__doc__
    config.parser.option_groups.insert(0, config.parser.option_groups.pop())
    config.parse_config(args, setup_logging=True)


def _listen(names):
    """Listen to these databases until a signal ends it. :return: whether at least one of them exists"""
    from odoo.addons.helpdesk_bridge.listener.database import Database
    from odoo.addons.helpdesk_bridge.listener.listener import Listener, Pace
    from odoo.addons.helpdesk_bridge.listener.socket_listener import SocketListener
    from odoo.addons.helpdesk_bridge.listener.socket_session import SocketSession
    from odoo.addons.helpdesk_bridge.listener.stop_event import StopEvent

    stop_event = StopEvent()  # not a threading.Event: the interrupted thread may hold its lock
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop_event.set())
    _allow_many_connections()
    given = {name: config.options.get(f"helpdesk_listen_{name}", default) for name, (default, _text) in PACE.items()}
    pace = Pace.asked_for(**given)
    make_mailbox_listener = _mailbox_listener()
    make_socket_listener = functools.partial(SocketListener, open_session=SocketSession)
    listeners = []

    def on_missing():
        # While one database exists, the listener keeps running: the others may be created later.
        if all(listener.is_missing for listener in listeners):
            stop_event.set()

    makers = (make_mailbox_listener, on_missing, make_socket_listener)
    listeners += [Listener(Database(name), pace, *makers) for name in names]
    for listener in listeners:
        listener.start()
    stop_event.wait(None)
    found = not all(listener.is_missing for listener in listeners)
    until = time.monotonic() + SHUTDOWN_TIMEOUT
    for listener in listeners:
        listener.stop()
    for listener in listeners:
        # A thread that still waits for a mail server is a daemon: it ends with the process.
        listener.join(max(0, until - time.monotonic()))
    _logger.info("ended")
    return found


def _mailbox_listener():
    """What listens to a mailbox; None where IMAPClient is not installed: sockets need none."""
    from odoo.addons.helpdesk_bridge.listener.idle import MailboxListener

    if importlib.util.find_spec("imapclient") is None:
        return None
    from odoo.addons.helpdesk_bridge.listener.connection import Connection

    return functools.partial(MailboxListener, connect=Connection)


def _allow_many_connections():
    """Raise the limit of file handles: a mailbox takes three, and the usual limit is 1024."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # some systems report a limit that they do not allow
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
