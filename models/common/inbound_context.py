"""One run of fetchmail, and what becomes of each of its mails, known in this process alone.

How data flows: core's fetchmail pulls a mail out of our connection (`mailbox_connection`), which first counts the
attempt in the log (`helpdesk.inbound.mail`, own transaction). `mail.thread` processes the mail; routing reports to
the `InboundMail` of the run, and the verdict is written in the very transaction that makes the ticket. Only when the
log shows it committed is the mail flagged on the server. Whoever dies anywhere in between leaves a mail that is not
flagged, and a row that says whether it was done.

The object in the context is also what proves that a mail really came out of a mailbox: everything else in a context
can be said over RPC, an instance cannot.
"""

import time
from contextlib import contextmanager

from .transactions import is_momentary

KEY = "helpdesk_fetch_run"
#: Seconds between two wake-ups of the same cron while mails pour in.
WAKE_EVERY = 0.25
#: Attempts after which a mail stops being tried: each may have killed its worker.
MAX_ATTEMPTS = 3


class InboundMail:
    """One mail on its way through the gateway.

    :ivar entry_id: its row in the log; None where no mailbox brought it (an alias, RPC)
    :ivar mailbox_id: id of the mailbox it came from, `place` where it lies there, `team_id` whose mailbox that is, and
        `authserv_id` the server that vouches for senders there. core names the mailbox as a default in the context, and
        drops it where it turns into the writer of the mail, or where somebody pressed a button
    :ivar raw: the bytes to process, mended where they would break the gateway; `original` as they came
    :ivar attempts: how often it has been tried, this time included
    :ivar is_processed: its verdict was in the log before: nothing to do but flag it
    :ivar replayed: a person has it processed again, knowing what it is: the guard against loops has nothing to say
    :ivar subject: of a mail without a row; the row of another has it already
    :ivar senders: team id -> `InboundSender`, once the router has looked: an email may go to several teams
    :ivar sender: of these, the one for the route that Odoo follows just now, or None
    :ivar verdict: what becomes of it, as the router has decided, with `reason` and `links`, values of the row
    :ivar made: ids of the tickets it has opened; one, unless it was sent to several teams
    :ivar routes: where core brings it, once that is known (`routed`); `is_bounce` and `is_loop`, why nowhere
    :ivar committed: its verdict has been committed; where that is not known, the log is asked
    :ivar error: what processing raised; `unreadable`, what looking at its bytes raised before that
    """

    def __init__(self, entry_id, raw=b"", original=b"", attempts=1, is_processed=False):
        self.entry_id, self.raw, self.original = entry_id, raw, original or raw
        self.mailbox_id = self.place = self.team_id = self.authserv_id = None
        self.attempts, self.is_processed = attempts, is_processed
        self.replayed = False
        self.subject = ""
        self.sender, self.verdict, self.reason, self.links = None, "", "", {}
        self.senders, self.made = {}, []
        self.routes, self.routed, self.is_bounce, self.is_loop = [], False, False, False
        self.committed, self.error, self.unreadable = False, None, None

    def report(self, verdict, reason, **links):
        """Say what becomes of it. :param links: ids of tickets and users that its row points at"""
        self.verdict, self.reason, self.links = verdict, reason, links

    def came_from(self, mailbox, place):
        """Remember where; returns itself."""
        self.mailbox_id, self.place = mailbox.id or None, place or None
        self.team_id, self.authserv_id = mailbox.helpdesk_team_id.id, mailbox.helpdesk_authserv_id
        return self

    @classmethod
    def gone(cls):
        """Found by the search and not there any more: nothing is left to do."""
        return cls(None, is_processed=True)

    @property
    def is_gone(self):
        return self.is_processed and self.entry_id is None

    def commit(self):
        """The transaction that holds the verdict has been committed."""
        self.committed = True

    @property
    def is_transient(self):
        """Whether what went wrong is about the moment (a conflict, a lost connection), not about the mail."""
        return self.error is None or is_momentary(self.error)


class FetchRun:
    """Lives in the context of `fetchmail.server._fetch_mail`.

    :ivar mail: the `InboundMail` being processed, or None
    :ivar own_addresses: those of all support mailboxes, read when the first mail asks
    :ivar backlog: mails that were found and not looked at; `handled`: those that are done with
    """

    def __init__(self, mail=None):
        self.mail = mail
        self.own_addresses = None
        self.woken = {}
        self.backlog = self.handled = 0

    def may_wake(self, xmlid):
        """Whether it is time to wake this cron again; if not, the end of the run will."""
        now = time.monotonic()
        if now - self.woken.get(xmlid, -WAKE_EVERY) < WAKE_EVERY:
            return False
        self.woken[xmlid] = now
        return True


def current(env):
    """The run in this context, or None. A context that came over RPC cannot hold one."""
    run = env.context.get(KEY)
    return run if isinstance(run, FetchRun) else None


def mail(env):
    """The mail being processed in this context, or None."""
    run = current(env)
    return run and run.mail


def sender(env):
    """The `InboundSender` of the email being processed in this context, or None until the router has looked."""
    found = mail(env)
    return found and found.sender


@contextmanager
def unfetched(model, raw):
    """For a mail that no support mailbox brought. :return: (`model` in a run, the `InboundMail`)"""
    found, run = InboundMail(None, raw), current(model.env)
    if run is None:
        yield model.with_context(**{KEY: FetchRun(mail=found)}), found
        return
    run.mail = found
    try:
        yield model, found
    finally:
        run.mail = None
