"""What Slack holds of each ticket against what it has to hold: each message once, in order, in the right thread.

Read through Slack's own methods, as a person with another token sees it: every channel, and every thread below a
message in it or ever written to. A `Story` is what has to be there. A sentence with an ellipsis is a beginning.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from dev.chaos import tally

MENTIONED = re.compile(r"(\[[^\]\s]+-#\d+\]) (.*)", re.DOTALL)


@dataclass
class Story:
    """One ticket, as it has to stand in Slack.

    :param channel: id of its channel in Slack
    :param title: the first message begins with it
    :param shows: what else the first message has to show in its blocks, if it has any; alternatives with a | between
    :param lines: sentences, in order
    :param plain: those of them (and the title) that have to arrive without blocks
    """

    ticket: int
    channel: str
    title: str
    reference: str = ""
    shows: tuple = ()
    lines: list = field(default_factory=list)
    plain: set = field(default_factory=set)
    holder: str = ""
    is_closed: bool = False

    def __post_init__(self):
        self.reference = self.reference or f"[ML-#{self.ticket}]"


@dataclass
class Found:
    """What is there of one thread, or of several together.

    :ivar expected: messages that have to be there
    :ivar held: messages that are there
    :ivar untold: first messages that are missing; they count as missing, too
    :ivar complaints: in words
    """

    expected: int = 0
    held: int = 0
    twice: int = 0
    missing: int = 0
    untold: int = 0
    disordered: int = 0
    wrong: int = 0
    complaints: list = field(default_factory=list)

    def __add__(self, other):
        return Found(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def is_clean(self):
        return not (self.twice or self.missing or self.disordered or self.wrong)


class Held:
    """Everything that the double holds about tickets."""

    def __init__(self, slack):
        self._roots, self._lines = defaultdict(list), defaultdict(list)
        written = {(call.get("channel"), call.get("thread_ts")) for call in slack.calls()}
        for channel in {channel for channel, _ts in written} & set(slack.channels.values()):
            # A reply that is also shown in the channel is none of its first messages.
            roots = [one for one in slack.messages(channel) if one.get("thread_ts", one["ts"]) == one["ts"]]
            for root in roots:
                self._keep(self._roots, channel, root)
            threads = {root["ts"] for root in roots} | {ts for place, ts in written if place == channel and ts}
            for ts in sorted(threads):
                for message in slack.messages(channel, thread_ts=ts):
                    if message["ts"] != ts:
                        self._keep(self._lines, channel, message)

    def _keep(self, where, channel, message):
        found = MENTIONED.search(message["text"])
        if found:
            where[found[1]].append({**message, "channel": channel, "said": found[2]})

    def compare(self, story):
        """What is there of a thread; returns a Found."""
        found = Found(expected=1 + len(story.lines))
        roots, lines = self._roots[story.reference], self._lines[story.reference]
        found.held = len(roots) + len(lines)
        found.twice = max(len(roots) - 1, 0)
        found.untold = found.missing = int(not roots)
        if roots:
            self._compare_root(story, roots[0], found)
        self._compare_lines(story, roots, lines, found)
        if not found.is_clean:
            said = [root["said"] for root in roots], [line["said"] for line in lines]
            details = f"{said}, not {story.lines}; {'; '.join(found.complaints)}"
            found.complaints = [f"{story.reference} {story.title}: {details}"]
        return found

    def _compare_root(self, story, root, found):
        blocks = str(_blocks(root) or "")
        verdicts = {
            "in another channel": root["channel"] != story.channel,
            f"the first message says {root['said']}": not root["said"].startswith(story.title),
            "the first message is plain": not blocks and story.title not in story.plain,
            "the first message has blocks": blocks and story.title in story.plain,
            **{f"the first message does not show {words}": blocks and not _any(words, blocks) for words in story.shows},
        }
        self._complain(found, verdicts)

    def _compare_lines(self, story, roots, lines, found):
        open_places, said = list(enumerate(story.lines)), []
        for line in lines:
            place = next((one for one in open_places if _is(line["said"], one[1])), None)
            if not place:
                again = any(_is(line["said"], sentence) for sentence in story.lines)
                found.twice += again
                self._complain(found, {f"nobody said “{line['said']}”": not again})
                continue
            open_places.remove(place)
            said.append(place[0])
            is_plain, thread = not _blocks(line), (line["channel"], line["thread_ts"])
            verdicts = {
                f"“{place[1]}” is plain": is_plain and place[1] not in story.plain,
                f"“{place[1]}” has blocks": not is_plain and place[1] in story.plain,
                f"“{place[1]}” is in another thread": thread not in [(root["channel"], root["ts"]) for root in roots],
            }
            self._complain(found, verdicts)
        found.missing += len(open_places)
        found.disordered = sum(later < earlier for earlier, later in pairwise(said))

    @staticmethod
    def _complain(found, verdicts):
        complaints = [words for words, holds in verdicts.items() if holds]
        found.wrong += len(complaints)
        found.complaints += complaints


def _is(said, sentence):
    return said.startswith(sentence[:-1]) if sentence.endswith("…") else said == sentence


def _blocks(message):
    """The blocks that came with a message; Slack makes one of its own, rich_text, of a text without any."""
    return [block for block in message.get("blocks") or () if block["type"] != "rich_text"]


def _any(words, blocks):
    return any(word in blocks for word in words.split("|"))


def as_tally(name, play, founds, kills, seconds):
    """The figures as those of any scenario."""
    total, found = sum(founds, Found()), tally.Tally(name)
    states = Counter(dict(play.ask("SELECT state, count(*) FROM helpdesk_slack_outbox GROUP BY state")))
    found.figures = dict.fromkeys(tally.COLUMNS)
    found.figures.update(
        {
            "tickets": len(founds),
            "kills": kills,
            "seconds": round(seconds),
            "lost": total.missing,
            "wrong": total.wrong + total.disordered,
            "open": states["pending"] + states["failed"],
            "said twice": total.twice,
            "untold": total.untold,
        }
    )
    found.complaints = total.complaints
    for state, error, number in play.ask(
        "SELECT state, error, count(*) FROM helpdesk_slack_outbox "
        "WHERE state IN ('pending', 'failed') GROUP BY state, error"
    ):
        found.complaints.append(f"{number} messages to Slack are {state}: {error}")
    return found
