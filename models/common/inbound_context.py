"""One run of fetchmail and the outcome of each of its emails, in the memory of this process.

How data flows: Odoo's fetchmail reads an email from our connection (`mailbox_connection`), which first counts the
attempt in the log (`helpdesk.inbound.mail`, in a transaction of its own). `mail.thread` processes the email, the router
reports to the `InboundMail` of the run, and the outcome is written in the transaction that creates the ticket. The
email is flagged on the server only when the log shows that this was committed. A process that dies in between leaves
an email without a flag, and a row that shows whether it was processed.

The object in the context also proves that an email really came from a mailbox: every plain value in a context could be
sent over RPC, an instance cannot.
"""

import errno
import time
from contextlib import contextmanager

from .transactions import is_momentary

FETCH_RUN_KEY = "helpdesk_fetch_run"
#: Seconds between two wake-ups of the same cron while many emails arrive.
WAKE_EVERY = 0.25
#: Attempts before an email is given up; each may have killed its worker.
MAX_ATTEMPTS = 3
#: Errors of a server that has no more room for a file, may not write it, or has too many files open.
LACKING = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EACCES", "EPERM", "ESTALE")
}


class InboundMail:
    """One email on its way through the gateway.

    :ivar entry_id: its row in the log; None if it did not come from a mailbox (an alias, RPC)
    :ivar mailbox_id: id of its mailbox, with `place` (UIDVALIDITY and UID), `team_id` and `authserv_id`, the server
        whose authentication results count. Odoo also passes the mailbox as a default in the context, but drops it when
        it switches to the user who sent the email, or when a user presses a button
    :ivar raw: the bytes to process, sanitized; `original` are the received bytes
    :ivar company_id: of its row; None: not known
    :ivar attempts: how often it was tried, including this time
    :ivar is_processed: the log had its outcome before, so it only needs to be flagged
    :ivar is_clash: another email with its Message-ID is in the log
    :ivar replayed: an administrator replays it, so loop detection does not apply
    :ivar subject: of an email without a row
    :ivar senders: team id -> `InboundSender`, set by the router; an email may go to several teams
    :ivar sender: the one of these for the route that Odoo follows now, or None
    :ivar verdict: the outcome that the router decided, with `reason` and `links`, which are values of the row
    :ivar made: ids of the tickets it has opened, several if it was sent to several teams
    :ivar routes: Odoo's routes, once they are known (`routed`); `is_bounce` and `is_loop`: why there is none
    :ivar payload_due: its body and files are not read yet; `save_original`: Odoo wants the original as a file then
    :ivar bodies: the large bodies that Odoo does not parse (`large_bodies.detach`)
    :ivar whole_texts: the files that have what the ticket does not show; `dots`: of its pictures, counted so far
    :ivar parents: the messages on tickets that its headers refer to, the most direct first (as sudo); None: not known
        yet; `logged`: if there are none, the tickets of the logged emails that they refer to; `answers_ticket`: they
        refer to an email of Odoo about a ticket, which may be deleted
    :ivar parsed: what Odoo read in it, before the router changed that
    :ivar is_elsewhere: Odoo has this very email on another kind of record, so it only goes to a ticket; `is_sent_here`:
        because Odoo has sent it from there; `sent_message_id`: the message there, 0 if unknown
    :ivar payload_notes: `Translatable`: what an agent has to know about its body and files
    :ivar asks_for_names: Odoo is about to ask for the fields of a ticket only to see which there are
    :ivar alias_domains: the domains that Odoo's search has found for this email, with who asked; None: not asked yet
    :ivar classified: its headers and body as Odoo parsed them, and the `auto_mail.Classification` of that
    :ivar rescued_from: why it could not be processed; the ticket then has its original only
    :ivar left_size: bytes of an email of which only the headers were fetched; 0: it is here as a whole
    :ivar refusal: why it is not processed any more; empty for an ordinary one
    :ivar committed: its outcome was committed; if that is not known, the log is read
    :ivar error: what processing raised; `unreadable`: what reading its bytes raised before that
    """

    def __init__(self, entry_id, raw=b"", original=b"", attempts=1, is_processed=False):
        self.entry_id, self.raw, self.original = entry_id, raw, original or raw
        self.mailbox_id = self.place = self.team_id = self.authserv_id = self.company_id = None
        self.attempts, self.is_processed = attempts, is_processed
        self.replayed = self.is_clash = False
        self.subject = ""
        self.sender, self.verdict, self.reason, self.links = None, "", "", {}
        self.senders, self.made = {}, []
        self.routes, self.routed, self.is_bounce, self.is_loop = [], False, False, False
        self.payload_due, self.save_original, self.bodies, self.whole_texts = False, False, {}, []
        self.logged, self.answers_ticket = None, False
        self.parents, self.parsed, self.is_elsewhere, self.is_sent_here = None, {}, False, False
        self.sent_message_id = 0
        self.asks_for_names, self.alias_domains, self.classified = False, None, (None, None)
        self.payload_notes, self.rescued_from, self.refusal = [], "", ""
        self.left_size = self.dots = 0
        self.committed, self.error, self.unreadable = False, None, None

    def report(self, verdict, reason, **links):
        """Set the outcome. :param links: ids of tickets and users for its row"""
        self.verdict, self.reason, self.links = verdict, reason, links

    def came_from(self, mailbox, place):
        """Set the mailbox and the place; returns itself."""
        self.mailbox_id, self.place = mailbox.id or None, place or None
        self.team_id, self.authserv_id = mailbox.helpdesk_team_id.id, mailbox.helpdesk_authserv_id
        return self

    def was_sent_as(self, messages):
        """It is on another kind of record. :param messages: with its Message-ID

        An email of no record has a person behind it, as from the contact form of Odoo's website.
        """
        sent = messages.filtered(lambda one: one.message_type != "email" and one.model)
        self.is_elsewhere, self.is_sent_here = bool(messages), bool(sent)
        self.sent_message_id = sent[:1].id or 0

    @classmethod
    def gone(cls):
        """An email that disappeared after the search: nothing to do."""
        return cls(None, is_processed=True)

    @classmethod
    def unopened(cls, error):
        """An email that could not even be logged. It is left in the mailbox. :param error: what its logging raised"""
        mail = cls(None)
        mail.unreadable = mail.error = error
        return mail

    @property
    def is_gone(self):
        return self.is_processed and self.entry_id is None

    def commit(self):
        """The transaction with the outcome was committed."""
        self.committed = True

    @property
    def is_transient(self):
        """Whether the error is temporary (a conflict, a full disk) and not caused by the email."""
        return self.error is None or is_momentary(self.error) or self.lacks_resources

    @property
    def lacks_resources(self):
        """Whether the server lacked something, for example disk space. Then the email is tried until it works."""
        code = getattr(self.error, "pgcode", None) or ""
        return (isinstance(self.error, OSError) and self.error.errno in LACKING) or code.startswith("53")


class FetchRun:
    """One run of `fetchmail.server._fetch_mail`, in its context.

    :ivar mail: the `InboundMail` being processed, or None
    :ivar own_addresses: the addresses of all support mailboxes, read for the first email; `odoo_addresses`: those of
        Odoo's alias domains
    :ivar woken: the moment in which each cron was last woken; `moment`: the latest of these
    :ivar backlog: number of emails found but not processed; `handled`: number of emails processed and flagged
    :ivar patience: makes the `Patience` with the mailbox whose turn it is; None for the usual one
    :ivar is_cut_short: mailboxes still wait for their turn
    """

    def __init__(self, mail=None):
        self.mail = mail
        self.own_addresses = self.odoo_addresses = None
        self.woken, self.moment = {}, float("-inf")
        self.backlog = self.handled = 0
        self.patience, self.is_cut_short = None, False

    @property
    def must_go_on(self):
        """Whether there is more to fetch at once: mailboxes wait, or emails that can be processed."""
        return self.is_cut_short or bool(self.backlog and self.handled)

    def may_wake(self, xmlid):
        """Whether this cron may be woken again now; if not, the end of the run wakes it.

        All crons are woken in the same moments: the transaction that wakes one costs a connection for the NOTIFY, and
        several share it.
        """
        now = time.monotonic()
        if now - self.moment >= WAKE_EVERY:
            self.moment = now
        if self.woken.get(xmlid) == self.moment:
            return False
        self.woken[xmlid] = self.moment
        return True


def current(env):
    """The run in this context, or None. A context that came over RPC cannot contain one."""
    run = env.context.get(FETCH_RUN_KEY)
    return run if isinstance(run, FetchRun) else None


def mail(env):
    """The email being processed in this context, or None."""
    run = current(env)
    return run and run.mail


def sender(env):
    """The `InboundSender` of the email being processed in this context; None before the router has set it."""
    found = mail(env)
    return found and found.sender


@contextmanager
def unfetched(model, raw):
    """For an email that did not come from a support mailbox. :return: (`model` in a run, the `InboundMail`)"""
    found, run = InboundMail(None, raw), current(model.env)
    if run is None:
        yield model.with_context(**{FETCH_RUN_KEY: FetchRun(mail=found)}), found
        return
    run.mail = found
    try:
        yield model, found
    finally:
        run.mail = None
