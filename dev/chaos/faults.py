"""Where a fault can be put into an Odoo, and what it is told about it. Standard library only.

`make chaos` writes a `Plan` into the environment of the servers it starts; `faulty_odoo` reads it there and patches
the methods named here. The addon itself knows nothing of this.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "HELPDESK_CHAOS"
ADDON = "odoo.addons.helpdesk_bridge.models"


@dataclass(frozen=True)
class Point:
    """A moment in the life of a mail.

    :param method: module and qualified name of what is patched
    :param moment: `entered` or `returned`; a method that found nothing to do (returned 0) does not count
    """

    title: str
    method: str
    moment: str


POINTS = {
    "selected": Point(
        "UIDs selected, nothing fetched", f"{ADDON}.mailbox_connection:ImapMailbox.check_unread_messages", "returned"
    ),
    "counted": Point(
        "attempt counted, not processed", f"{ADDON}.helpdesk_inbound_mail:HelpdeskInboundMail._open", "returned"
    ),
    "processing": Point(
        "ticket made, not posted", f"{ADDON}.helpdesk_ticket_mail:HelpdeskTicket.message_new", "returned"
    ),
    "settled": Point(
        "verdict written, not committed", f"{ADDON}.helpdesk_inbound_mail:HelpdeskInboundMail._settle", "returned"
    ),
    "committed": Point(
        "committed, ledger not asked", f"{ADDON}.helpdesk_inbound_mail:HelpdeskInboundMail._close", "entered"
    ),
    "unflagged": Point("ledger asked, not flagged", f"{ADDON}.mailbox_connection:ImapMailbox._flag", "entered"),
    "flagged": Point("flagged, next mail not begun", f"{ADDON}.mailbox_connection:ImapMailbox._flag", "returned"),
}


@dataclass(frozen=True)
class Plan:
    """What goes wrong in a server, however often it is started again.

    :param folder: where passages and deaths are counted
    :param point: name of a point, or empty
    :param passages: at which passages of the point the process kills itself; all servers of a plan count together
    :param poison: processing a mail with this word in its subject raises
    :param deadly: processing a mail with this word in its subject kills
    """

    folder: str
    point: str = ""
    passages: tuple = ()
    poison: str = "poison"
    deadly: str = "deadly"

    @classmethod
    def read(cls):
        """The plan in this process's environment."""
        return cls(**json.loads(os.environ[VARIABLE]))

    def environ(self):
        """What to put into a server's environment."""
        return {VARIABLE: json.dumps(asdict(self))}

    def passed(self):
        """Count a passage; returns whether it is one to die at."""
        return self._count("passages") in self.passages

    def die(self):
        """kill -9, leaving nothing but a count."""
        self._count("deaths")
        os.kill(os.getpid(), 9)

    @property
    def deaths(self):
        """How often a process has killed itself."""
        path = Path(self.folder, "deaths")
        return path.stat().st_size if path.exists() else 0

    def _count(self, name):
        """One more byte in a file: it outlives the process, and two may do it at once."""
        with Path(self.folder, name).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(b".")
            file.flush()
            return os.fstat(file.fileno()).st_size
