"""Fetches the thread around a message, the names in it and its files, while no transaction is open."""

from dataclasses import dataclass, field

from ...tools.slack import shared_file, source_thread
from ...tools.slack.message_words import dicts
from ...tools.slack.response import next_cursor
from ..slack_inbound.slack_files import fetch_files
from ..slack_inbound.slack_names import ask_names

#: Messages of a page, and pages that are read at most.
PAGE, PAGES = 200, 3


@dataclass
class SourceThread:
    """A thread that becomes a ticket.

    :param message: the chosen message, as the shortcut had it; may be empty
    :ivar said: its messages that say something, oldest first
    :ivar is_cut: whether some were left out
    :ivar files: of each message by its timestamp: list of (`SharedFile`, what became of it, its bytes)
    :ivar trouble: the `Answer` of Slack if the thread could not be read
    """

    channel_ref: str
    message_ts: str
    thread_ts: str
    message: dict
    said: list = field(default_factory=list)
    is_cut: bool = False
    files: dict = field(default_factory=dict)
    trouble: object = None

    def fetch(self, work):
        """Read it. What cannot be read is done without, as long as the message itself is known."""
        found = self._read(work.connection, self.thread_ts or self.message_ts)
        roots = {message.get("thread_ts") for message in found if message.get("ts") == self.message_ts} - {None}
        if not self.thread_ts:
            # A reaction does not say to which thread its message belongs.
            self.thread_ts = next(iter(roots), self.message_ts)
            if self.thread_ts != self.message_ts:
                found = self._read(work.connection, self.thread_ts) or found
        said = source_thread.messages(found, self.message)
        others, self.is_cut = source_thread.around(said, self.message_ts)
        chosen = [message for message in said if message["ts"] == self.message_ts]
        self.said = sorted([*chosen, *others], key=lambda message: message["ts"])
        ask_names(work, source_thread.mentioned(self.said))
        self._fetch_files(work)

    def _read(self, connection, thread_ts):
        found, question = [], {"channel": self.channel_ref, "ts": thread_ts, "limit": PAGE}
        for _page in range(PAGES):
            answer = connection.call("conversations.replies", **question)
            if not answer.ok:
                self.trouble = answer
                break
            found += dicts(answer.data.get("messages"))
            question["cursor"] = next_cursor(answer.data)
            if not question["cursor"]:
                break
        return found

    def _fetch_files(self, work):
        by_message = {message["ts"]: shared_file.files_of(message) for message in self.said}
        # Fetched together: they share the room that there is.
        fetched = iter(fetch_files(work.connection, [one for files in by_message.values() for one in files]))
        self.files = {sent: [next(fetched) for _file in files] for sent, files in by_message.items()}
