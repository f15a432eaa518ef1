"""An IMAP folder whose emails are found by UID, and flagged only when the log proves their outcome."""

import email
import imaplib
import logging
import re
import time
from datetime import datetime, timedelta

from ...tools.inbound import imap_syntax, sanitize
from ..common.transactions import reason
from .mailbox_connection import MailboxConnection

_logger = logging.getLogger(__name__)

#: Month names of IMAP (RFC 3501, date-month), which do not depend on the locale.
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
#: (database, mailbox) -> (folder and recipient, {UID: whether the email is for our recipient}). Emails for others stay
#: in the mailbox and are found at each poll; the headers of a UID never change. Losing this cache only costs a fetch.
KNOWN_RECIPIENTS = {}
#: (database, mailbox) -> (UIDVALIDITY, UIDs that the server refused to flag or to deliver, as keys, the latest last).
#: They are found at each poll and come last, or fifty of them would block all new emails.
UNFLAGGED = {}
#: UIDs per command: some servers reject long lines.
AT_ONCE = 200


class MailboxError(Exception):
    """The server refused a command; the message says which and, if possible, how to fix it."""


def _is_lost(error):
    """Whether the connection is lost, so that no other email can be fetched either."""
    return isinstance(error, OSError | imaplib.IMAP4.abort)


class ImapMailbox(MailboxConnection):
    """An IMAP folder, by UID; never changes the flags of unprocessed emails (RFC 3501, RFC 9051)."""

    _waiting, _uids, _has_hung_up = 0, None, False

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

    def disconnect(self):
        if self._run and self._uids is not None and not self._has_hung_up:
            try:
                self._fetch_wanted()
            except Exception:
                _logger.warning("mailbox %s: a large email was not stored", self._mailbox.id, exc_info=True)
        return super().disconnect()

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
        self._uids = self._for_recipient(self._new_uids())
        unflagged = self._unflagged()
        for uid in set(unflagged).difference(self._uids):
            del unflagged[uid]
        places = {uid: place for place, uid in enumerate(unflagged, start=1)}
        self._uids.sort(key=lambda uid: places.get(uid, 0))
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
        """Fetch one of the emails that were too large, and that an administrator wants all the same.

        At the end of a check: whatever becomes of it concerns no other email.
        """
        entry = self._log._wanted(self._mailbox)
        if not entry:
            return
        raw, why_not = None, ""
        try:
            validity, _colon, uid = (entry.place or "").partition(":")
            if validity == str(self._validity) and uid.isdigit():
                found = self._fetch([int(uid)], imap_syntax.WHOLE_ITEMS)
                raw = found.get(int(uid), found.get(None))
        except Exception as error:
            why_not = reason(error)
        self._log._store_wanted(entry, raw, why_not)

    def _ask_sizes(self, uids):
        """:return: UID -> size, for those of which the server says it"""
        status, parts = self._connection.uid("FETCH", ",".join(map(str, uids)), imap_syntax.SIZE_ITEMS)
        return imap_syntax.sizes(parts) if status == "OK" else {}

    def _fetch_each(self):
        for index, uid in enumerate(self._uids):
            left_size, was_postponed = 0, uid in self._unflagged()
            if was_postponed and self._patience:
                self._patience.hurry()
            try:
                if index % AT_ONCE == 0:
                    self._sizes = self._ask_sizes(self._uids[index : index + AT_ONCE])
                size = self._sizes.get(uid, 0)
                left_size = size if size > sanitize.MAX_BYTES else 0
                found = self._fetch([uid], imap_syntax.HEADER_ITEMS if left_size else imap_syntax.WHOLE_ITEMS)
            except Exception as error:
                # An email that the server cannot read (Dovecot: NO [SERVERBUG]) must not block those after it, also
                # if it ends the connection: the next check begins with the others.
                self._has_hung_up = _is_lost(error)
                self._postpone(uid)
                if self._has_hung_up and not was_postponed:
                    raise
                _logger.warning("mailbox %s: email %s cannot be fetched: %s", self._mailbox.id, uid, reason(error))
                self._left.append(reason(error))
                if self._has_hung_up:
                    # It does so each time, and the others are fetched: Odoo must not disable the mailbox for it.
                    yield from ((left, None, 0) for left in self._uids[index:])
                    return
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
        unflagged = self._unflagged()
        unflagged.pop(uid, None)
        unflagged[uid] = True

    def _unflagged(self):
        place = (self._mailbox.env.cr.dbname, self._mailbox.id)
        validity, uids = UNFLAGGED.get(place, (None, {}))
        if validity != self._validity:
            uids = {}
            UNFLAGGED[place] = (self._validity, uids)
        return uids
