"""Connections that flag an email on the server only when the log proves its outcome.

Odoo's fetchmail uses four methods of a connection (`check_unread_messages`, `retrieve_unread_messages`,
`handled_message`, `disconnect`), and calls `handled_message` even after an error. These classes wrap the connection
that Odoo, or an OAuth module, has logged in.
"""

import logging
import poplib
from contextlib import suppress

from ...tools.inbound import sanitize
from ..common import database_time
from ..common.inbound_context import InboundMail
from ..common.transactions import reason

_logger = logging.getLogger(__name__)


class MailboxConnection:
    """Common to POP3 and IMAP: logs each email before and after its processing."""

    def __init__(self, connection, mailbox, run, patience=None):
        self._connection, self._mailbox, self._run, self._patience = connection, mailbox, run, patience
        self._log = mailbox.env["helpdesk.inbound.mail"].sudo()
        #: Why emails stay in the mailbox, one reason for each; and the numbers of those that are too large.
        self._left, self._kept = [], set()
        #: Number -> size of the emails, of which the server says it.
        self._sizes = {}

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
            vals["helpdesk_checked_date"] = database_time.now(self._mailbox.env)
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
            moment = database_time.now(self._mailbox.env)
            self._mailbox.write({"error_date": moment, "error_message": reason(error)})

    def _count(self):
        count = self._connection.check_unread_messages()
        if count and isinstance(self._connection, poplib.POP3):
            self._sizes = self._listed(self._connection.list()[1])
        return count

    @staticmethod
    def _listed(lines):
        """Number -> size, from the lines of LIST (RFC 1939); without those that are not understood."""
        found = (line.split() for line in lines)
        return {
            int(words[0]): int(words[1]) for words in found if len(words) > 1 and all(map(bytes.isdigit, words[:2]))
        }

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
            left_size = self._sizes.get(numbers[-1], 0) if numbers else 0
            if left_size > sanitize.MAX_BYTES:
                number = numbers.pop()
                _answer, lines, _bytes = self._connection.top(number, 0)
                self._kept.add(number)
                yield number, b"\n".join(lines), left_size
                continue
            found = next(emails, None)
            if found is None:
                return
            yield (*found, 0)

    def _place(self, number):
        return None

    def _flag(self, number):
        """:return: whether the server accepted it"""
        if number in self._kept:
            # POP3 would delete it.
            return False
        self._connection.handled_message(number)
        return True
