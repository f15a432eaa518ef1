"""Judges whether the bridge works: facts in, findings out.

*Look* means warning: something failed, everything else continues, a person should look at it soon. *Down* means
critical: something has stopped.
"""

from dataclasses import dataclass, field
from enum import IntEnum

#: Seconds without progress that are still normal: a few runs of a cron that runs every minute.
MAX_DELAY = 600


class State(IntEnum):
    OK = 0
    LOOK = 1
    DOWN = 2

    @property
    def word(self):
        return self.name.lower()


@dataclass(frozen=True)
class Facts:
    """What was counted.

    :param is_copy: the database was copied or renamed, and sends and fetches nothing
    :param waiting: messages owed to Slack, `refused` those of them whose channel or token Slack refuses,
        `oldest_waiting` the age in seconds of the oldest that is due on an open route, `oldest_tried` of the oldest
        that Slack was asked to take again and again on such a route, `failed` those given up
    :param workspaces: those with a token, of them `workspaces_paused`; likewise channels
    :param mailboxes: confirmed support mailboxes, of them `mailboxes_failing` at their latest look, `mailboxes_reason`
        why the first of these; `last_fetch` the seconds since the latest look that worked, None before the first
    :param mails_failed: inbound mails kept for a person
    :param letters_failed: mails to customers that were given up, `letters_waiting` the age in seconds of the oldest
        that has not left (not of one that was refused while later ones have left), `letters_retried` those that were
        tried in vain and are tried again, `letters_reason` why
    :param crons_off: names of our scheduled actions that are switched off or gone, `crons_late` of those that should
        have run long ago
    """

    is_copy: bool = False
    waiting: int = 0
    oldest_waiting: float = 0
    oldest_tried: float = 0
    refused: int = 0
    failed: int = 0
    workspaces: int = 0
    workspaces_paused: int = 0
    channels: int = 0
    channels_paused: int = 0
    mailboxes: int = 0
    mailboxes_failing: int = 0
    mailboxes_reason: str = ""
    last_fetch: float | None = None
    mails_failed: int = 0
    letters_failed: int = 0
    letters_waiting: float = 0
    letters_retried: int = 0
    letters_reason: str = ""
    crons_off: tuple = ()
    crons_late: tuple = ()

    @property
    def oldest_unsent(self):
        """Age in seconds of the oldest message that should have arrived by now."""
        return max(self.oldest_waiting, self.oldest_tried)


@dataclass(frozen=True)
class Finding:
    """:param numbers: what it was judged by, for programs; no names and no addresses"""

    part: str
    state: State
    numbers: dict = field(default_factory=dict)


def findings(facts):
    """One `Finding` for each part of the bridge, in the order in which an email passes them."""
    judges = (_home, _mailboxes, _mails, _crons, _slack, _outbox, _letters)
    return tuple(judge(facts) for judge in judges)


def worst(found):
    """The `State` of the whole."""
    return max((finding.state for finding in found), default=State.OK)


def _home(facts):
    return Finding("home", State.DOWN if facts.is_copy else State.OK)


def _mailboxes(facts):
    numbers = {"total": facts.mailboxes, "failing": facts.mailboxes_failing, "last_fetch_seconds": facts.last_fetch}
    silent = facts.mailboxes and facts.last_fetch is not None and facts.last_fetch > MAX_DELAY
    all_failing = 0 < facts.mailboxes == facts.mailboxes_failing
    state = State.DOWN if silent or all_failing else State.LOOK if facts.mailboxes_failing else State.OK
    return Finding("mailboxes", state, numbers)


def _mails(facts):
    return Finding("mails", State.LOOK if facts.mails_failed else State.OK, {"failed": facts.mails_failed})


def _crons(facts):
    numbers = {"off": len(facts.crons_off), "late": len(facts.crons_late)}
    return Finding("crons", State.DOWN if any(numbers.values()) else State.OK, numbers)


def _slack(facts):
    numbers = {
        "workspaces": facts.workspaces,
        "workspaces_paused": facts.workspaces_paused,
        "channels": facts.channels,
        "channels_paused": facts.channels_paused,
        "oldest_tried_seconds": round(facts.oldest_tried),
    }
    stands = facts.workspaces_paused or facts.oldest_tried > MAX_DELAY
    state = State.DOWN if stands else State.LOOK if facts.channels_paused else State.OK
    return Finding("slack", state, numbers)


def _outbox(facts):
    numbers = {
        "waiting": facts.waiting,
        "refused": facts.refused,
        "failed": facts.failed,
        "oldest_waiting_seconds": round(facts.oldest_unsent),
    }
    state = State.DOWN if facts.oldest_unsent > MAX_DELAY else State.LOOK if facts.failed or facts.refused else State.OK
    return Finding("outbox", state, numbers)


def _letters(facts):
    numbers = {
        "failed": facts.letters_failed,
        "retried": facts.letters_retried,
        "oldest_waiting_seconds": round(facts.letters_waiting),
    }
    troubled = facts.letters_failed or facts.letters_retried
    state = State.DOWN if facts.letters_waiting > MAX_DELAY else State.LOOK if troubled else State.OK
    return Finding("letters", state, numbers)
