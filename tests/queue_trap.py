"""What a change has queued, for tests of addons that build on this one; `docs/extending.rst` shows how it is used.

Nothing leaves in a test: its transaction is never committed, and neither dispatcher nor cron runs.
"""

from contextlib import contextmanager
from html import unescape

from ..tools.slack import root_message


@contextmanager
def trap_queued(env):
    """Catch what is queued during a block: messages for Slack and automatic emails. Yields a `QueueTrap`."""
    trap = QueueTrap(env)
    yield trap
    trap._close()


class QueueTrap:
    """What was queued since a moment, and assertions about it.

    :ivar messages: rows of `helpdesk.slack.outbox`, oldest first
    :ivar emails: rows of `helpdesk.letter`, oldest first
    """

    def __init__(self, env):
        self._outbox = env["helpdesk.slack.outbox"].sudo()
        self._letters = env["helpdesk.letter"].sudo()
        self._closed = None
        self._before = {model: self._last(model) for model in (self._outbox, self._letters)}

    @property
    def messages(self):
        return self._caught(self._outbox)

    @property
    def emails(self):
        return self._caught(self._letters)

    # ------------------------------------------------------------
    # Assertions
    # ------------------------------------------------------------

    def assert_message(self, ticket, event=None, kind="reply", text=None, mentions=None):
        """Assert that one such message was queued, and return it.

        :param event: "assigned", "closed" …; None for any
        :param kind: "root" for the first message, "reply" for what stands in the thread, "update" for an edit
        :param text: what its text contains, as people read it
        :param mentions: whether it mentions people
        """
        found = self._matching(ticket, event, kind)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} {kind} messages {event or ''} instead of one; {self._told()}")
        if text is not None and text not in self.text(found):
            raise AssertionError(f"{text!r} is not in {self.text(found)!r}")
        if mentions is not None and bool(self._outbox._has_mention(found.read(["kind", "payload"])[0])) != mentions:
            raise AssertionError(f"it should mention {'people' if mentions else 'nobody'}: {found.payload}")
        return found

    def assert_no_message(self, ticket=None, event=None, kind=None):
        """Assert that no such message was queued. None stands for any."""
        found = self._matching(ticket, event, kind)
        if found:
            raise AssertionError(f"{len(found)} messages are queued; {self._told()}")

    def assert_email(self, ticket, kind):
        """Assert that one automatic email was queued, and return its row. :param kind: "received" or "closed" """
        found = self.emails.filtered(lambda email: email.ticket_id == ticket and email.kind == kind)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} emails {kind!r} instead of one; {self._told()}")
        return found

    def assert_no_email(self, ticket=None):
        """Assert that no automatic email was queued. :param ticket: None for any"""
        found = self.emails.filtered(lambda email: ticket is None or email.ticket_id == ticket)
        if found:
            raise AssertionError(f"{len(found)} emails are queued; {self._told()}")

    # ------------------------------------------------------------
    # How it reads
    # ------------------------------------------------------------

    def text(self, message):
        """The text of a queued message, as people read it."""
        if message.kind != "reply":
            return self.first_message(message.ticket_id)
        return unescape(message.payload["text"])

    def first_message(self, ticket):
        """Everything that the first message of a ticket would show now, one text a line."""
        message = root_message.root(ticket.sudo()._slack_root())
        found = [message["text"]]
        for block in message["blocks"]:
            elements = block.get("elements", ()) if block["type"] == "context" else ()
            texts = [block.get("text"), *block.get("fields", ()), *elements]
            found += [text["text"] for text in texts if text]
        return unescape("\n".join(found))

    def write_emails(self):
        """Write the emails that were caught, as the scheduled action does; returns their messages on the tickets."""
        for email in self.emails.filtered(lambda email: email.state == "owed"):
            email._compose()
        return self.emails.message_id

    # ------------------------------------------------------------
    # What was caught
    # ------------------------------------------------------------

    def _close(self):
        self._closed = {model: self._caught(model).ids for model in (self._outbox, self._letters)}

    def _caught(self, model):
        if self._closed is not None:
            return model.browse(self._closed[model]).exists()
        return model.search([("id", ">", self._before[model])], order="id")

    def _matching(self, ticket, event, kind):
        wanted = {"ticket_id": ticket, "event": event, "kind": kind}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        return self.messages.filtered(lambda row: all(row[name] == value for name, value in wanted.items()))

    def _told(self):
        rows = [f"{row.kind} {row.event} of ticket {row.ticket_id.id}" for row in self.messages]
        rows += [f"email {row.kind} of ticket {row.ticket_id.id}" for row in self.emails]
        return f"queued: {', '.join(rows) or 'nothing'}"

    @staticmethod
    def _last(model):
        return model.search([], order="id desc", limit=1).id or 0
