"""An IMAP server in memory, behind a mailbox; the end-to-end tests have a real one."""

import re
from unittest.mock import patch

from ..models.common import inbound_context
from ..models.inbound import imap_mailbox
from ..models.inbound.imap_mailbox import ImapMailbox
from .common import BridgeCase

SUPPORT = b"support@example.com"


class ImapFake:
    """The part of imaplib that a mailbox uses.

    :ivar mails: UID -> bytes; an email that SEARCH finds may be gone when it is fetched (`expunged`)
    :ivar fetched: what was asked for, in order: (UIDs, items)
    :ivar sizes: UID -> what it says that email's size is, if that is not its size; None: nothing
    :ivar flags: UID -> (folder, flags) of those that were flagged, and are found no more
    :ivar login: (mechanism, answer) of who is logged in by a token
    """

    def __init__(self, mails):
        self.mails, self.expunged, self.fetched = dict(enumerate(mails, start=1)), set(), []
        self.flags, self.folder, self.login = {}, None, None
        self.sizes = {}

    @property
    def flagged(self):
        return set(self.flags)

    def authenticate(self, mechanism, answer):
        self.login = (mechanism, answer(b""))

    def select(self, folder="INBOX"):
        self.folder = folder
        return "OK", [b"1"]

    def response(self, name):
        values = {"PERMANENTFLAGS": rb"(\Seen \*)", "UIDVALIDITY": b"7", "UIDNEXT": b"%d" % (len(self.mails) + 1)}
        return name, [values[name]]

    def uid(self, command, *arguments):
        return getattr(self, f"_{command.lower()}")(*arguments)

    def logout(self):
        self.login = None

    def _search(self, _charset, *_criteria):
        return "OK", [" ".join(map(str, sorted(set(self.mails) - self.flagged))).encode()]

    def _fetch(self, uids, items):
        self.fetched.append((uids, items))
        if "SIZE" in items:
            sizes = {uid: self.sizes.get(uid, len(self.mails[uid])) for uid in map(int, uids.split(","))}
            return "OK", [b"%d (UID %d RFC822.SIZE %d)" % (uid, uid, size) for uid, size in sizes.items() if size]
        parts = [self._literal(int(uid), items) for uid in uids.split(",") if int(uid) not in self.expunged]
        return "OK", [piece for part in parts for piece in (part, b")")] or [None]

    def _literal(self, uid, items):
        content = self.mails[uid]
        if "HEADER" in items:
            content = content.partition(b"\n\n")[0] + b"\r\n\r\n"
        return b"%d (UID %d BODY[] {%d}" % (uid, uid, len(content)), content

    def _store(self, uid, _command, flags):
        self.flags[int(uid)] = (self.folder, flags)
        return "OK", [None]


class ImapMailboxCase(BridgeCase):
    """A mailbox whose connection is an `ImapFake`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["fetchmail.server"].search([]).action_archive()
        cls.mailbox = cls.env["fetchmail.server"].create(
            {
                "name": "Support",
                "server_type": "imap",
                "server": "127.0.0.1",
                "user": "support@example.com",
                "password": "x",
                "state": "done",
                "helpdesk_team_id": cls.team.id,
            }
        )
        # Found after the first look: whatever lies there is new.
        cls.mailbox.imap_begin = "7:1"

    def setUp(self):
        super().setUp()
        for memory in (imap_mailbox.KNOWN_RECIPIENTS, imap_mailbox.UNFLAGGED):
            known = patch.dict(memory, clear=True)
            known.start()
            self.addCleanup(known.stop)

    def a_mail(self, number, to=SUPPORT):
        raw = self.mail("new_ticket.eml").replace(b"fire-1", b"fire-%d" % number)
        return re.sub(rb"(?m)^To: .*$", b"To: " + to, raw)

    def fetch(self, imap, batch_limit=50):
        """One run of Odoo's fetchmail; returns how many emails it thinks are left, and which crons were woken."""
        left, woken = [], []
        commit_progress = type(self.env["ir.cron"])._commit_progress

        def connect(server, allow_archived=False):
            return ImapMailbox(imap, server, inbound_context.current(server.env))

        def counted(cron, processed=0, *, remaining=None, deactivate=False):
            if remaining is not None:
                left.append(remaining)
            return commit_progress(cron, processed, remaining=remaining, deactivate=deactivate)

        self.env.flush_all()
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(type(self.mailbox), "_connect__", connect),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", counted),
            patch.object(type(self.env["ir.cron"]), "_bridge_wake", lambda cron, xmlid: woken.append(xmlid)),
        ):
            self.mailbox.with_env(self.env(cr=cr))._fetch_mail(batch_limit=batch_limit)
        self.env.invalidate_all()
        return left[-1], woken

    def rows(self):
        return self.env["helpdesk.inbound.mail"].search([("fetchmail_server_id", "=", self.mailbox.id)])
