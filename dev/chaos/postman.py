"""Delivers emails while others work on them: by LMTP, and again when the mail server was away, as any sender does.

A copy whose acceptance got lost on the wire comes twice. That is how email is.
"""

import smtplib
import threading
import time

#: Emails that may wait: they shall arrive all the time, and not all before the first fault.
AHEAD = 40


class Postman(threading.Thread):
    """Delivers on a thread of its own.

    :ivar delivered: copies that lie in a mailbox
    :ivar handled: how many the others are done with, to be told from outside
    :ivar error: what stopped it, or None
    """

    def __init__(self, mailboxes, mails, ahead=AHEAD):
        super().__init__(daemon=True)
        self._mailboxes, self._mails, self._ahead = mailboxes, mails, ahead
        self.delivered = self.handled = 0
        self.error = None
        self._ended = threading.Event()

    def run(self):
        """Deliver everything, second copies somewhat later."""
        try:
            for mail in self._rounds():
                while self.delivered - self.handled > self._ahead and not self._ended.wait(0.02):
                    pass
                if self._ended.is_set():
                    return
                self._deliver(*mail)
        except Exception as error:  # noqa: BLE001 (told by who waits for us)
            self.error = error

    def end(self):
        """Deliver nothing more."""
        self._ended.set()
        self.join()

    def _rounds(self):
        """(bytes, mailboxes) of each delivery: to two mailboxes at once, a second copy to the same one later."""
        late = []
        for mail in self._mails:
            different = tuple(dict.fromkeys(mail.mailboxes))
            yield mail.raw, different
            if len(different) < len(mail.mailboxes):
                late.append(mail)
            if len(late) > 2:
                again = late.pop(0)
                yield again.raw, again.mailboxes[:1]
        for mail in late:
            yield mail.raw, mail.mailboxes[:1]

    def _deliver(self, raw, mailboxes):
        deadline = time.monotonic() + 60
        while True:
            try:
                self._mailboxes.deliver(raw, list(mailboxes))
                break
            except (OSError, smtplib.SMTPException):
                if time.monotonic() > deadline:
                    raise
                self._ended.wait(0.1)
        self.delivered += len(mailboxes)
