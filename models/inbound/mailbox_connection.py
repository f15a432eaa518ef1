"""Connections that flag an email on the server only when the log proves its outcome.

Odoo's fetchmail uses four methods of a connection (`check_unread_messages`, `retrieve_unread_messages`,
`handled_message`, `disconnect`), and calls `handled_message` even after an error. These classes wrap the connection
that Odoo, or an OAuth module, has logged in.
"""

import email
import imaplib
import logging
import poplib
import re
import time
from contextlib import suppress
from datetime import datetime, timedelta

from odoo import fields

from ...tools.inbound import imap_syntax, sanitize
from ..common.inbound_context import InboundMail
from ..common.transactions import reason

_logger = logging.getLogger(__name__)

#: Month names of IMAP (RFC 3501, date-month), which do not depend on the locale.
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
#: (database, mailbox) -> (folder and recipient, {UID: whether the email is for our recipient}). Emails for others stay
#: in the mailbox and are found at each poll; the headers of a UID never change. Losing this cache only costs a fetch.
KNOWN_RECIPIENTS = {}
#: (database, mailbox) -> (UIDVALIDITY, UIDs that the server refused to flag or to deliver). They are found at each poll
#: and come last, or fifty of them would block all new emails.
UNFLAGGED = {}
#: UIDs per command: some servers reject long lines.
AT_ONCE = 200


class MailboxError(Exception):
    """The server refused a command; the message says which and, if possible, how to fix it."""


def _is_lost(error):
    """Whether the connection is lost, so that no other email can be fetched either."""
    return isinstance(error, OSError | imaplib.IMAP4.abort)


class MailboxConnection:
    """Common to POP3 and IMAP: logs each email before and after its processing."""

    def __init__(self, connection, mailbox, run, patience=None):
        self._connection, self._mailbox, self._run, self._patience = connection, mailbox, run, patience
        self._log = mailbox.env["helpdesk.inbound.mail"].sudo()
        #: Why emails stay in the mailbox, one reason for each; and the numbers of those that are too large.
        self._left, self._kept = [], set()

    def check_unread_messages(self):
        self._found = self._count()
        self._run.backlog += self._found
        return self._found

    def retrieve_unread_messages(self):
        for number, raw, left_size in self._fetch_each():
            # Odoo counts the emails: one that disappeared meanwhile must count as done
            self._run.mail = InboundMail.gone() if raw is None else self._begin(number, raw, left_size)
            self._run.backlog -= 1
            yield number, self._run.mail.raw

    def handled_message(self, number):
        mail, self._run.mail = self._run.mail, None
        # An email that seemed to be gone is not in the log, so it is never flagged.
        if mail.is_gone:
            return
        if mail.entry_id is None:
            self._leave(number, mail.error)
            return
        try:
            is_done = self._log._finish(mail)
        except Exception as error:
            # The next email may be stored, for example because it is smaller.
            self._leave(number, error)
            return
        if not is_done and mail.lacks_resources:
            self._leave(number, mail.error)
        # One that cannot be flagged is found again, so it is no reason to fetch more at once.
        elif is_done and self._flag(number):
            self._run.handled += 1

    def disconnect(self):
        """Store what this check found, and end the connection. Odoo calls it in any case, and does not expect errors.

        Odoo still locks the mailbox here, and commits shortly afterwards.
        """
        try:
            if self._run:
                self._mailbox.write(self._found_vals())
        finally:
            try:
                self._hang_up()
            except Exception as error:
                _logger.warning("mailbox %s: the connection did not end properly: %s", self._mailbox.id, reason(error))
                with suppress(Exception):
                    self._close()
                self._hang_up_failed(error)

    def _found_vals(self):
        """The values of the mailbox after a check."""
        vals = {"helpdesk_left_count": len(self._left), "helpdesk_left_reason": self._left[-1] if self._left else False}
        if not self._mailbox.error_date:
            # Odoo has set it if this check failed.
            vals["helpdesk_checked_date"] = fields.Datetime.now()
            vals["helpdesk_opening_seconds"] = self._patience.opened_in if self._patience else 0
        return vals

    def _begin(self, number, raw, left_size):
        """Log the attempt. An email that cannot even be logged is left in the mailbox, and stops no other."""
        try:
            return self._log._begin_attempt(self._mailbox, self._place(number), raw, left_size)
        except Exception as error:
            return InboundMail.unopened(error)

    def _leave(self, number, error):
        """Leave an email unflagged in the mailbox, so that the next check finds it again, and show why."""
        self._left.append(reason(error))
        _logger.warning("mailbox %s: email %s stays there: %s", self._mailbox.id, number, reason(error))
        self._postpone(number)

    def _postpone(self, number):
        """Let an email that was left come after all others at the next check."""

    def _hang_up(self):
        self._connection.disconnect()

    def _close(self):
        """Close the socket without a word."""
        self._connection.close()

    def _hang_up_failed(self, error):
        """POP3 deletes emails only at the end, so the check has failed."""
        if self._run and not self._mailbox.error_date:
            self._mailbox.write({"error_date": fields.Datetime.now(), "error_message": reason(error)})

    def _count(self):
        return self._connection.check_unread_messages()

    def _fetch_each(self):
        """(number, bytes, size) of each email; None instead of the bytes if it is gone.

        The size is 0, or that of an email that is too large to be fetched: the bytes are its headers then.
        """
        for _failure in range(self._found + 1):
            try:
                yield from self._retrieve_each()
                return
            except poplib.error_proto as error:
                # Odoo's connection has taken the number off its list, so it continues with the next one.
                if "EOF" in str(error):
                    raise
                self._left.append(reason(error))
                _logger.warning("mailbox %s: an email cannot be fetched: %s", self._mailbox.id, error)

    def _retrieve_each(self):
        """As `_fetch_each`, with the errors of the server."""
        emails = self._connection.retrieve_unread_messages()
        while True:
            # Odoo's connection takes the number of the next email from the end of this list.
            numbers = getattr(self._connection, "_unread_messages", None) or []
            left_size = self._left_size(numbers[-1]) if numbers else 0
            if left_size:
                number = numbers.pop()
                _answer, lines, _bytes = self._connection.top(number, 0)
                self._kept.add(number)
                yield number, b"\n".join(lines), left_size
                continue
            found = next(emails, None)
            if found is None:
                return
            yield (*found, 0)

    def _left_size(self, number):
        """The size of an email that is too large to be fetched (RFC 1939: LIST); else 0."""
        if not isinstance(self._connection, poplib.POP3):
            return 0
        size = int(self._connection.list(number).split()[2])
        return size if size > sanitize.MAX_BYTES else 0

    def _place(self, number):
        return None

    def _flag(self, number):
        """:return: whether the server accepted it"""
        if number in self._kept:
            # POP3 would delete it.
            return False
        self._connection.handled_message(number)
        return True


class ImapMailbox(MailboxConnection):
    """An IMAP folder, by UID; never changes the flags of unprocessed emails (RFC 3501, RFC 9051)."""

    _waiting = 0

    def open_folder(self):
        """Select the folder, find out whether it allows keywords, and store where new emails begin."""
        folder = self._mailbox.imap_folder or "INBOX"
        status, answer = self._connection.select(imap_syntax.mailbox(folder))
        if status != "OK":
            raise MailboxError(self._no_such_folder(folder, answer))
        self._folder = folder
        self._keyword = self._allowed_keyword()
        refused = bool(self._mailbox.imap_keyword and not self._keyword)
        if self._mailbox.imap_keyword_refused != refused:
            # Odoo would write even if nothing changes, and a connection test would collide with a fetch.
            self._mailbox.imap_keyword_refused = refused
        self._first_uid = self._first_new_uid(self._number("UIDVALIDITY"), self._number("UIDNEXT"))

    def _found_vals(self):
        return {**super()._found_vals(), "imap_waiting": self._waiting}

    def _hang_up(self):
        if self._patience:
            self._patience.goodbye()
        # Not CLOSE, which would expunge emails that a person has only marked as deleted.
        self._connection.logout()

    def _close(self):
        self._connection.shutdown()

    def _hang_up_failed(self, error):
        """Nothing is lost, because IMAP flags each email at once."""

    # ------------------------------------------------------------

    def _count(self):
        self.open_folder()
        self._fetch_wanted()
        self._uids = self._for_recipient(self._new_uids())
        unflagged = self._unflagged()
        unflagged.intersection_update(self._uids)
        self._uids.sort(key=lambda uid: uid in unflagged)
        self._waiting = len(self._uids)
        return self._waiting

    def _no_such_folder(self, folder, answer):
        status, lines = self._connection.list()
        names = [imap_syntax.listed(line) for line in lines if line] if status == "OK" else []
        return self._mailbox.env._(
            "The mailbox has no folder “%(folder)s” (%(answer)s). It has: %(names)s.",
            folder=folder,
            answer=(answer[0] or b"").decode("utf-8", "replace") if answer else "",
            names=", ".join(sorted(filter(None, names))) or "-",
        )

    def _allowed_keyword(self):
        """Our keyword, if the folder allows it (``\\*`` in PERMANENTFLAGS, RFC 3501 7.1); else None."""
        lines = self._connection.response("PERMANENTFLAGS")[1] or [b""]
        keyword = self._mailbox.imap_keyword
        return keyword if imap_syntax.allows_keyword(lines[-1] or b"", keyword) else None

    def _number(self, name):
        lines = self._connection.response(name)[1] or []
        return int(lines[-1]) if lines and lines[-1] and lines[-1].isdigit() else 0

    def _first_new_uid(self, validity, uid_next):
        """The first UID that counts as new; emails from before the first connection do not."""
        self._validity = validity
        known_validity, _colon, first_known = (self._mailbox.imap_begin or "").partition(":")
        if known_validity == str(validity) and first_known.isdigit():
            return int(first_known)
        first = uid_next or max(self._search("ALL"), default=0) + 1
        if known_validity == "since":
            first = min(self._arrived_since(int(first_known)), default=first)
        elif known_validity == "after":
            # Another system has processed emails up to this UID, but did not store the UIDVALIDITY.
            first = min(int(first_known) + 1, first)
        elif known_validity:
            # The server has renumbered its emails. Recent ones may be unprocessed; the log shows which.
            checked = self._mailbox.helpdesk_checked_date or self._mailbox.date or datetime.now()
            first = min(self._search_since(checked - timedelta(days=2)), default=first)
        self._mailbox.imap_begin = f"{validity}:{first}"
        return first

    def _search_since(self, moment):
        return self._search("SINCE", f"{moment.day}-{MONTHS[moment.month - 1]}-{moment.year}")

    def _arrived_since(self, timestamp):
        """UIDs of the emails that arrived since then, with a minute of tolerance; SINCE only compares days."""
        uids = self._search_since(datetime.fromtimestamp(timestamp) - timedelta(days=1))
        for start in range(0, len(uids), AT_ONCE):
            wanted = ",".join(map(str, uids[start : start + AT_ONCE]))
            _status, lines = self._connection.uid("FETCH", wanted, "(INTERNALDATE)")
            for line in filter(None, lines):
                uid, arrived = re.search(rb"\bUID (\d+)", line), imaplib.Internaldate2tuple(line)
                if uid and arrived and time.mktime(arrived) >= timestamp - 60:
                    yield int(uid[1])

    def _new_uids(self):
        if self._keyword:
            # Not UNSEEN: an email that a person has read first must still be processed.
            criteria = ["UNKEYWORD", self._keyword, "UID", f"{self._first_uid}:*"]
        else:
            criteria = ["UNSEEN"]
        if self._mailbox.imap_recipient:
            criteria += imap_syntax.search_recipient(self._mailbox.imap_recipient) or []
        uids = self._search(*criteria)
        # "n:*" always matches the last email, even below n
        return [uid for uid in uids if uid >= self._first_uid] if self._keyword else uids

    def _search(self, *criteria):
        status, lines = self._connection.uid("SEARCH", None, *criteria)
        if status != "OK":
            raise MailboxError(f"SEARCH {status}")
        return sorted(int(uid) for line in lines if line for uid in line.split())

    def _for_recipient(self, uids):
        """Those of the UIDs whose emails are exactly for our recipient; the search may find too many."""
        recipient = self._mailbox.imap_recipient
        if not recipient:
            return uids
        mailbox, scope = (self._mailbox.env.cr.dbname, self._mailbox.id), (self._folder, self._validity, recipient)
        known_scope, cached = KNOWN_RECIPIENTS.get(mailbox, (scope, {}))
        known = {uid: cached[uid] for uid in uids if uid in cached} if known_scope == scope else {}
        unknown = [uid for uid in uids if uid not in known]
        for start in range(0, len(unknown), AT_ONCE):
            for uid, head in self._fetch(unknown[start : start + AT_ONCE], imap_syntax.RECIPIENT_ITEMS).items():
                known[uid] = imap_syntax.is_for(email.message_from_bytes(head), recipient)
        KNOWN_RECIPIENTS[mailbox] = (scope, known)
        return [uid for uid in uids if known.get(uid)]

    def _fetch_wanted(self):
        """Fetch one of the emails that were too large, and that an administrator wants all the same."""
        entry = self._log._wanted(self._mailbox)
        if not entry:
            return
        validity, _colon, uid = (entry.place or "").partition(":")
        raw = None
        if validity == str(self._validity) and uid.isdigit():
            found = self._fetch([int(uid)], imap_syntax.WHOLE_ITEMS)
            raw = found.get(int(uid), found.get(None))
        self._log._store_wanted(entry, raw)

    def _sizes(self, uids):
        """UID -> size, for those of which the server says it."""
        status, parts = self._connection.uid("FETCH", ",".join(map(str, uids)), imap_syntax.SIZE_ITEMS)
        return imap_syntax.sizes(parts) if status == "OK" else {}

    def _fetch_each(self):
        sizes = {}
        for index, uid in enumerate(self._uids):
            left_size = 0
            try:
                if index % AT_ONCE == 0:
                    sizes = self._sizes(self._uids[index : index + AT_ONCE])
                left_size = sizes.get(uid, 0) if sizes.get(uid, 0) > sanitize.MAX_BYTES else 0
                found = self._fetch([uid], imap_syntax.HEADER_ITEMS if left_size else imap_syntax.WHOLE_ITEMS)
            except Exception as error:
                # An email that the server cannot read (Dovecot: NO [SERVERBUG]) must not block those after it, also
                # if it ends the connection: the next check begins with the others.
                self._postpone(uid)
                if _is_lost(error):
                    raise
                _logger.warning("mailbox %s: email %s cannot be fetched: %s", self._mailbox.id, uid, reason(error))
                self._left.append(reason(error))
                found = {}
            raw = found.get(uid, found.get(None))
            if raw is None:
                self._postpone(uid)
            yield uid, raw, left_size

    def _fetch(self, uids, items):
        """UID -> bytes, without those that are gone; changes no flags."""
        status, parts = self._connection.uid("FETCH", ",".join(map(str, uids)), items)
        if status != "OK":
            raise MailboxError(f"FETCH {status}")
        return imap_syntax.fetched(parts)

    def _place(self, uid):
        return f"{self._validity}:{uid}"

    def _flag(self, uid):
        flags = rf"(\Seen {self._keyword})" if self._keyword else r"(\Seen)"
        try:
            status, answer = self._connection.uid("STORE", str(uid), "+FLAGS", flags)
        except imaplib.IMAP4.error as error:
            # BAD instead of NO
            if _is_lost(error):
                raise
            status, answer = "BAD", error
        if status == "OK":
            self._waiting -= 1
        else:
            self._postpone(uid)
            _logger.warning("mailbox %s: email %s cannot be flagged: %s", self._mailbox.id, uid, answer)
        return status == "OK"

    def _postpone(self, uid):
        self._unflagged().add(uid)

    def _unflagged(self):
        place = (self._mailbox.env.cr.dbname, self._mailbox.id)
        validity, uids = UNFLAGGED.get(place, (None, set()))
        if validity != self._validity:
            uids = set()
            UNFLAGGED[place] = (self._validity, uids)
        return uids
