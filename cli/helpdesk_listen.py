"""`odoo-bin helpdesk_listen`: fetches mail the moment it arrives. Odoo finds commands of addons in a folder `cli`.

Odoo loads this file by itself, without its addon, and stays silent when an import fails: so what is not Odoo's is
imported late.
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

NO_IMAPCLIENT = """\
helpdesk_listen needs the Python package IMAPClient, which is not installed here. Install it where Odoo runs:
    pip install "IMAPClient>=3,<5"
Nothing is lost without it: Odoo looks into the mailboxes each minute."""
NO_DATABASE = "helpdesk_listen needs a database: -d NAME, or several: -d ONE,OTHER"
NOT_THERE = "helpdesk_listen has ended: there is no database of this name in PostgreSQL: %s"
#: Options: seconds unless somebody says otherwise, and what they mean.
PACE = {
    "renew": (300, "Seconds that one IDLE lasts; fewer where a firewall forgets silent connections"),
    "poll": (15, "Seconds between two looks where a mail server has no IDLE"),
    "look": (15, "Seconds until a change of the mailboxes in Odoo is noticed"),
    "timeout": (30, "Seconds that a mail server may take for an answer"),
}
#: Seconds for everybody to hang up.
FAREWELL = 3


class HelpdeskListen(Command):
    """Wait for mail in the support mailboxes (IMAP IDLE) and let Odoo fetch it the moment it arrives"""

    name = "helpdesk_listen"

    def run(self, args):
        """Listen until somebody ends it; the exit status is 0 then, and 1 where there is no such database."""
        _parse(self.prog, args)
        if importlib.util.find_spec("imapclient") is None:
            sys.exit(NO_IMAPCLIENT)
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
    # What this command is for and its own options come first, a hundred of the server's later.
    config.parser.description = HelpdeskListen.__doc__
    config.parser.option_groups.insert(0, config.parser.option_groups.pop())
    config.parse_config(args, setup_logging=True)


def _listen(names):
    """Listen to these databases until somebody ends it. :return: whether there was any of them"""
    from odoo.addons.helpdesk_bridge.listener.bell import Bell
    from odoo.addons.helpdesk_bridge.listener.connection import Connection
    from odoo.addons.helpdesk_bridge.listener.database import Database
    from odoo.addons.helpdesk_bridge.listener.ear import Ear
    from odoo.addons.helpdesk_bridge.listener.listener import Listener, Pace

    asked_to_end = Bell()  # not an Event: its lock may be held by the very thread that a signal interrupts
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.ring())
    _allow_many_connections()
    given = {name: config.options.get(f"helpdesk_listen_{name}", default) for name, (default, _text) in PACE.items()}
    pace = Pace.asked_for(**given)
    make_ear = functools.partial(Ear, connect=Connection)
    listeners = []

    def missing():
        # Of several, the others go on; and it may yet be created.
        if all(listener.is_missing for listener in listeners):
            asked_to_end.ring()

    listeners += [Listener(Database(name), pace, make_ear, missing) for name in names]
    for listener in listeners:
        listener.start()
    asked_to_end.wait(None)
    found = not all(listener.is_missing for listener in listeners)
    until = time.monotonic() + FAREWELL
    for listener in listeners:
        listener.stop()
    for listener in listeners:
        # Whoever still waits for a mail server then is a daemon thread: it ends with us.
        listener.join(max(0, until - time.monotonic()))
    _logger.info("ended")
    return found


def _allow_many_connections():
    """A mailbox takes three file handles, and the usual limit is 1024: take as many as we may."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # some systems promise more than they give
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
