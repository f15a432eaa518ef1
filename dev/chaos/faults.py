"""Where a fault can be put into an Odoo, and what it is told about it. Standard library only.

`make chaos` writes a `Plan` into the environment of the servers it starts; `faulty_odoo` reads it there and patches
the methods named here. The addon itself knows nothing of this.
"""

import contextlib
import fcntl
import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "HELPDESK_CHAOS"
BRIDGE = "odoo.addons.helpdesk_bridge"
ADDON = f"{BRIDGE}.models"


@dataclass(frozen=True)
class Point:
    """A moment in the life of an email.

    :param method: module and qualified name of what is patched
    :param moment: `entered` or `returned`; a method that found nothing to do (returned 0) does not count
    """

    title: str
    method: str
    moment: str


POINTS = {
    "selected": Point(
        "UIDs selected, nothing fetched",
        f"{ADDON}.inbound.imap_mailbox:ImapMailbox.check_unread_messages",
        "returned",
    ),
    "counted": Point(
        "attempt counted, not processed",
        f"{ADDON}.inbound.helpdesk_inbound_mail:HelpdeskInboundMail._begin_attempt",
        "returned",
    ),
    "processing": Point(
        "ticket made, not posted", f"{ADDON}.inbound.helpdesk_ticket:HelpdeskTicket.message_new", "returned"
    ),
    "settled": Point(
        "verdict written, not committed",
        f"{ADDON}.inbound.helpdesk_inbound_mail_outcome:HelpdeskInboundMail._store_outcome",
        "returned",
    ),
    "committed": Point(
        "committed, log not asked",
        f"{ADDON}.inbound.helpdesk_inbound_mail_failure:HelpdeskInboundMail._finish",
        "entered",
    ),
    "unflagged": Point("log asked, not flagged", f"{ADDON}.inbound.imap_mailbox:ImapMailbox._flag", "entered"),
    "flagged": Point("flagged, next mail not begun", f"{ADDON}.inbound.imap_mailbox:ImapMailbox._flag", "returned"),
}

#: Moments in the life of a breach of an SLA target. A batch of clocks makes one passage.
SLA_POINTS = {
    "breach_recorded": Point(
        "breaches recorded, nobody told",
        f"{ADDON}.sla.helpdesk_sla_clock_notify:HelpdeskSlaClock._notify",
        "entered",
    ),
}

#: Moments in the life of a digest.
DIGEST_POINTS = {
    "digest_enqueued": Point(
        "noted and enqueued, not committed", f"{ADDON}.digest.helpdesk_digest:HelpdeskDigest._send", "returned"
    ),
}

#: Moments in the life of a message to Slack at which a dispatcher can be held, to be killed from outside. What happens
#: between the first two, the wire holds.
SLACK_POINTS = {
    "claimed": Point(
        "claimed, Slack not called",
        f"{ADDON}.slack.helpdesk_slack_dispatcher:HelpdeskSlackDispatcher._ready",
        "returned",
    ),
    "answered": Point("answered, nothing recorded", f"{ADDON}.slack.slack_client:Call.make", "returned"),
    "recorded": Point(
        "recorded, not committed",
        f"{ADDON}.slack.helpdesk_slack_dispatcher:HelpdeskSlackDispatcher._record",
        "returned",
    ),
}
#: Moments in the life of something that Slack has told: in the listener, in a server that is told by HTTP, in a cron.
REPLY_POINTS = {
    "reply_inserted": Point(
        "row inserted, not committed",
        f"{ADDON}.slack_inbound.helpdesk_slack_inbound:HelpdeskSlackInbound._receive",
        "returned",
    ),
    "reply_stored": Point(
        "row committed, socket not acknowledged", f"{BRIDGE}.listener.database:Database.receive", "returned"
    ),
    "reply_answered": Point(
        "row committed, HTTP not answered", f"{BRIDGE}.controllers.slack:Slack.receive", "returned"
    ),
    "reply_posted": Point(
        "note written, not committed",
        f"{ADDON}.slack_inbound.helpdesk_slack_inbound_cron:HelpdeskSlackInbound._carry_out",
        "returned",
    ),
}
#: Moments in the life of a held answer to a customer, from the end of its hold to the email.
ANSWER_POINTS = {
    "answer_due": Point(
        "due, not claimed",
        f"{ADDON}.answering.helpdesk_ticket_reply_sending:HelpdeskTicketReply._send_next",
        "entered",
    ),
    "answer_claimed": Point(
        "claimed, not posted",
        f"{ADDON}.answering.helpdesk_ticket_reply_sending:HelpdeskTicketReply._arguments",
        "entered",
    ),
    "answer_posted": Point(
        "posted, not committed",
        f"{ADDON}.answering.helpdesk_ticket_reply_sending:HelpdeskTicketReply._send",
        "returned",
    ),
    "answer_committed": Point(
        "committed, SMTP not asked", f"{ADDON}.outbound.mail_mail:MailMail._bridge_send", "entered"
    ),
    "answer_taken": Point(
        "taken by SMTP, not recorded", f"{ADDON}.outbound.mail_mail:MailMail._postprocess_sent_message", "entered"
    ),
}
SLACK_TIMEOUT = f"{ADDON}.slack.slack_client:TIMEOUT"


@dataclass(frozen=True)
class Plan:
    """What goes wrong in a server, however often it is started again.

    :param folder: where passages and deaths are counted
    :param point: name of one of `POINTS`, `SLA_POINTS`, `DIGEST_POINTS` or `REPLY_POINTS`, or empty
    :param passages: at which passages of the point the process kills itself; all servers of a plan count together
    :param poison: processing an email with this word in its subject raises
    :param deadly: processing an email with this word in its subject kills
    :param slack_timeout: seconds for which Slack is listened to; 0 for as long as the addon does
    """

    folder: str
    point: str = ""
    passages: tuple = ()
    poison: str = "poison"
    deadly: str = "deadly"
    slack_timeout: float = 0

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

    def doom(self, point):
        """The next process that comes to one of `ANSWER_POINTS` kills itself there."""
        Path(self.folder, f"doom-{point}").touch()

    def meet(self, point):
        """Die here if that is to be: of several that come, one."""
        with contextlib.suppress(FileNotFoundError):
            Path(self.folder, f"doom-{point}").unlink()
            self.die()

    @property
    def deaths(self):
        """How often a process has killed itself."""
        return self._counted("deaths")

    def hold(self, point):
        """From now on whoever comes to one of `SLACK_POINTS` stays there. Who has a message to deliver, that is."""
        Path(self.folder, f"hold-{point}").touch()

    def let_go(self):
        """Hold nobody any more, and forget who was held."""
        for path in Path(self.folder).glob("hold-*"):
            path.unlink()
        Path(self.folder, "held").unlink(missing_ok=True)

    @property
    def held(self):
        """How many are held."""
        return self._counted("held")

    def stay(self, point):
        """Where somebody is held, they wait here for the end."""
        if Path(self.folder, f"hold-{point}").exists():
            self._count("held")
            threading.Event().wait()

    def _counted(self, name):
        path = Path(self.folder, name)
        return path.stat().st_size if path.exists() else 0

    def _count(self, name):
        """One more byte in a file: it outlives the process, and two may do it at once."""
        with Path(self.folder, name).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(b".")
            file.flush()
            return os.fstat(file.fileno()).st_size
