"""Asks Slack for what was said, while no transaction is open: histories of channels, replies of threads."""

import time
from dataclasses import dataclass, field

from ...tools.slack import catch_up, response, retry_policy

#: Places in one run with which Slack may have trouble before that counts as an outage.
MOST_ALONE = 3


@dataclass
class Channel:
    """A channel that is asked about.

    :ivar oldest_open: the first message of the oldest open ticket there; empty for none
    :ivar latest: {ts of a first message: its latest reply}, as far back as was read
    :ivar oldest_read: the oldest message that was read; empty when that was all of them
    :ivar cursor: where its history goes on; empty at its end
    :ivar trouble: the `Answer` of a call that failed
    """

    id: int
    ref: str
    oldest_open: str = ""
    latest: dict = field(default_factory=dict)
    oldest_read: str = ""
    cursor: str = ""
    trouble: object = None
    is_asked: bool = False

    @property
    def goes_on(self):
        """Whether first messages of open tickets stand before what was read."""
        return bool(self.cursor and self.oldest_open and self.oldest_read > self.oldest_open and not self.trouble)


@dataclass
class Round:
    """One run over one workspace: plain values, so that Slack can be asked while no transaction is open.

    :ivar channels: list of `Channel`
    :ivar threads: the `catch_up.Thread`s that are asked about
    :ivar missing: ids of threads with a reply that is known from nowhere else, or for which one waits, as long as they
        were not read to their end
    :ivar until: by the monotonic clock, when the last call may begin
    :ivar trouble: the `Answer` after which the workspace is left alone
    :ivar minute: its number; which channels are read further back depends on it
    :ivar alone: channels and threads with which Slack had trouble
    """

    workspace_id: int
    connection: object
    team_ref: str = ""
    since: str = ""
    channels: list = field(default_factory=list)
    threads: list = field(default_factory=list)
    missing: set = field(default_factory=set)
    until: float = float("inf")
    trouble: object = None
    minute: int = 0
    alone: int = 0

    @property
    def is_over(self):
        """Whether Slack is not asked anything more in this run."""
        return self.trouble is not None or time.monotonic() > self.until

    @property
    def is_told(self):
        """Whether every channel has said which threads have newer replies, or why it does not."""
        return all(one.is_asked or one.trouble for one in self.channels)

    def read_histories(self):
        """Ask each channel which threads have newer replies, and then further back, as far as Slack's limit reaches."""
        asked, spare = self.channels, max(0, catch_up.MAX_HISTORY - len(self.channels))
        for _page in range(catch_up.MAX_PAGES):
            for channel in asked:
                if self.is_over:
                    return
                self._read_history(channel)
            further = catch_up.in_rotation([one for one in self.channels if one.goes_on], spare, self.minute)
            asked = further[:spare]
            spare -= len(asked)

    def _read_history(self, channel):
        more = {"cursor": channel.cursor} if channel.cursor else {}
        answer = self.connection.call("conversations.history", channel=channel.ref, limit=catch_up.PAGE, **more)
        if not answer.ok:
            self._stumble(answer, channel)
            return
        messages = answer.data.get("messages")
        channel.latest |= catch_up.latest_replies(messages)
        channel.cursor, channel.is_asked = response.next_cursor(answer.data), True
        channel.oldest_read = catch_up.oldest_of(messages) if channel.cursor else ""

    def read_replies(self):
        """Ask for the replies of the chosen threads; yields a `catch_up.Found` for each."""
        for thread in self.threads:
            if self.is_over:
                return
            found = self._read_thread(thread)
            if found.is_complete or found.trouble:
                self.missing.discard(thread.id)
            yield found

    def _read_thread(self, thread):
        found = catch_up.Found(thread, read_up_to=thread.read_up_to)
        for oldest in (thread.oldest, thread.read_up_to):
            self._read_pages(found, oldest)
            # More was said since where the look for edits begins than is read at once.
            if found.is_complete or found.trouble or found.read_up_to > thread.read_up_to or not thread.is_behind:
                break
        return found

    def _read_pages(self, found, oldest):
        thread, cursor = found.thread, ""
        for _page in range(catch_up.MAX_THREAD_PAGES):
            more = {"cursor": cursor} if cursor else {}
            where = {"channel": thread.channel_ref, "ts": thread.ts, "limit": catch_up.PAGE, "inclusive": "true"}
            since = {"oldest": oldest} if oldest else {}
            answer = self.connection.call("conversations.replies", **where, **since, **more)
            if not answer.ok:
                found.trouble = answer
                if answer.error not in catch_up.GONE:
                    self._stumble(answer)
                return
            replies = catch_up.replies_of(thread, answer.data.get("messages"))
            found.messages += replies
            found.read_up_to = max([found.read_up_to, *(message["ts"] for message in replies)])
            cursor = response.next_cursor(answer.data)
            if not cursor:
                # A reply that was deleted meanwhile is asked for once.
                found.read_up_to = max(found.read_up_to, thread.latest)
                found.is_complete = True
                return

    def _stumble(self, answer, channel=None):
        """A channel, or a thread, that cannot be read holds up no other; what is about all of them ends the run."""
        is_refused = response.may_not_look(answer) or answer.error == "is_archived"
        if not is_refused and not self._is_alone(answer):
            self.trouble = answer
        elif channel is not None:
            channel.trouble = answer

    def _is_alone(self, answer):
        """Whether Slack, or a proxy that reads along, has trouble with this one place, and answers otherwise."""
        self.alone += 1
        if self.alone > MOST_ALONE or retry_policy.is_about_all(answer):
            return False
        return self.connection.call("auth.test").ok
