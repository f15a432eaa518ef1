"""Evaluates whether the bridge works: facts in, findings out.

*Look* means warning: something failed, the rest continues, and a person should look at it soon. *Down* means critical:
something has stopped.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from ..slack import way_back
from ..slack.way_back import Speed

#: Seconds of delay that are still normal: a few runs of a cron that runs every minute.
MAX_DELAY = 600
#: Seconds for which every attempt has failed: this is no hiccup any more.
OUTAGE = 60


class State(IntEnum):
    OK = 0
    LOOK = 1
    DOWN = 2

    @property
    def word(self):
        return self.name.lower()


@dataclass(frozen=True)
class Facts:
    """The facts that Health evaluates. Ages are in seconds.

    :param is_copy: whether the database was copied or renamed, so that it sends and fetches nothing
    :param waiting: number of messages waiting for Slack; `refused`: of them, those whose channel or token Slack
        refuses; `failed`: number of failed messages
    :param oldest_waiting: for how long a message has been due in an open channel that nothing is posted in;
        `oldest_tried`: for how long the attempts have failed on an open route that nothing was posted on since, None if
        they have not;
        `last_posted`: how long ago Slack accepted a message last; None if it never has
    :param workspaces: number of workspaces with a token; `workspaces_paused`: of them, the paused ones
    :param channels: number of channels; `channels_paused`: of them, the paused ones in use
    :param ways_back: the `WayBack` of each workspace with a token
    :param inbox_waiting: number of rows of the Slack inbox that wait; `inbox_failed`: of those that failed;
        `inbox_oldest`: for how long the oldest one has been due
    :param mailboxes: number of confirmed support mailboxes; `mailboxes_failing`: of them, those whose latest check
        failed; `mailboxes_reason`: why the first of these failed; `mailboxes_overdue`: those whose latest successful
        check is too long ago
    :param last_fetch: seconds since the latest successful check of a mailbox; None before the first one
    :param mails_failed: number of inbound emails that failed and are kept; `mails_left`: number of those that could not
        be stored, and so are left in their mailbox; `mails_left_reason`: why
    :param letters_failed: number of emails to customers that failed; `letters_retried`: number of those waiting for a
        retry; `letters_reason`: why the latest of these was refused
    :param senders_replaced: (address of a mailbox, address that customers see in From instead) of each such mailbox
    :param letters_waiting: for how long an email has been waiting to be tried, or has been refused while no other was
        sent; `letters_unreached`: for how long no email was sent because a mail server could not be reached
    :param crons_off: names of our scheduled actions that are inactive or missing; `crons_late`: of those that are late
    :param clocks_off: (host, seconds by which its clock is ahead of PostgreSQL's) of hosts beyond the tolerance
    :param cron_threads: number of threads for scheduled actions that this process has had; 0 if they are processes of
        their own; `cron_threads_ended`: number of these that have ended
    """

    is_copy: bool = False
    waiting: int = 0
    oldest_waiting: float = 0
    oldest_tried: float | None = None
    last_posted: float | None = None
    refused: int = 0
    failed: int = 0
    workspaces: int = 0
    workspaces_paused: int = 0
    channels: int = 0
    channels_paused: int = 0
    ways_back: tuple = ()
    inbox_waiting: int = 0
    inbox_failed: int = 0
    inbox_oldest: float = 0
    mailboxes: int = 0
    mailboxes_failing: int = 0
    mailboxes_overdue: int = 0
    mailboxes_reason: str = ""
    last_fetch: float | None = None
    mails_failed: int = 0
    mails_left: int = 0
    mails_left_reason: str = ""
    letters_failed: int = 0
    letters_waiting: float = 0
    letters_unreached: float = 0
    letters_retried: int = 0
    letters_reason: str = ""
    senders_replaced: tuple = ()
    crons_off: tuple = ()
    crons_late: tuple = ()
    clocks_off: tuple = ()
    cron_threads: int = 0
    cron_threads_ended: int = 0

    @property
    def takes_replies(self):
        """Whether anybody wants what is written in Slack."""
        return any(way.is_wanted for way in self.ways_back)

    @property
    def is_slack_out(self):
        """Whether Slack has accepted nothing for too long."""
        return self.oldest_tried is not None and self.oldest_tried >= OUTAGE

    @property
    def is_email_out(self):
        """Whether no email has left for too long."""
        return self.letters_unreached >= OUTAGE or self.letters_waiting > MAX_DELAY

    @property
    def oldest_unsent(self):
        """Age in seconds of the oldest message that should have been posted by now."""
        return max(self.oldest_waiting, self.oldest_tried or 0)


@dataclass(frozen=True)
class Finding:
    """The state of one part.

    :param numbers: the figures behind the state, for programs; no names and no addresses
    """

    part: str
    state: State
    numbers: dict = field(default_factory=dict)


def findings(facts):
    """One `Finding` for each part of the bridge, in the order in which an email passes them."""
    checks = (_database, _mailboxes, _mails, _crons, _slack, _outbox, _from_slack, _letters)
    return tuple(check(facts) for check in checks)


def worst(found):
    """The worst `State` of all findings."""
    return max((finding.state for finding in found), default=State.OK)


def _database(facts):
    return Finding("home", State.DOWN if facts.is_copy else State.OK)


def _mailboxes(facts):
    numbers = {
        "total": facts.mailboxes,
        "failing": facts.mailboxes_failing,
        "overdue": facts.mailboxes_overdue,
        "last_fetch_seconds": facts.last_fetch,
    }
    overdue = facts.mailboxes and facts.last_fetch is not None and facts.last_fetch > MAX_DELAY
    none_works = 0 < facts.mailboxes <= max(facts.mailboxes_failing, facts.mailboxes_overdue)
    warning = facts.mailboxes_failing or facts.mailboxes_overdue
    state = State.DOWN if overdue or none_works else State.LOOK if warning else State.OK
    return Finding("mailboxes", state, numbers)


def _mails(facts):
    numbers = {"failed": facts.mails_failed, "left": facts.mails_left}
    return Finding("mails", State.LOOK if any(numbers.values()) else State.OK, numbers)


def _crons(facts):
    numbers = {
        "off": len(facts.crons_off),
        "late": len(facts.crons_late),
        "threads": facts.cron_threads,
        "threads_ended": facts.cron_threads_ended,
        "clock_skew_seconds": max((abs(seconds) for _host, seconds in facts.clocks_off), default=0),
    }
    none_runs = 0 < facts.cron_threads <= facts.cron_threads_ended
    stopped = facts.crons_off or facts.crons_late or none_runs
    warns = facts.cron_threads_ended or facts.clocks_off
    return Finding("crons", State.DOWN if stopped else State.LOOK if warns else State.OK, numbers)


def _slack(facts):
    numbers = {
        "workspaces": facts.workspaces,
        "workspaces_paused": facts.workspaces_paused,
        "channels": facts.channels,
        "channels_paused": facts.channels_paused,
        "oldest_tried_seconds": round(facts.oldest_tried or 0),
    }
    stopped = facts.workspaces_paused or facts.is_slack_out
    warning = facts.channels_paused or facts.oldest_tried is not None
    state = State.DOWN if stopped else State.LOOK if warning else State.OK
    return Finding("slack", state, numbers)


def _outbox(facts):
    numbers = {
        "waiting": facts.waiting,
        "refused": facts.refused,
        "failed": facts.failed,
        "oldest_waiting_seconds": round(facts.oldest_unsent),
    }
    stopped = facts.is_slack_out or facts.oldest_waiting > MAX_DELAY
    warning = facts.failed or facts.refused or facts.oldest_tried is not None
    state = State.DOWN if stopped else State.LOOK if warning else State.OK
    return Finding("outbox", state, numbers)


def _from_slack(facts):
    speeds = [way.speed for way in facts.ways_back]
    numbers = {
        **{f"workspaces_{speed.word}": speeds.count(speed) for speed in Speed},
        "waiting": facts.inbox_waiting,
        "failed": facts.inbox_failed,
        "oldest_waiting_seconds": round(facts.inbox_oldest),
    }
    stopped = facts.inbox_oldest > MAX_DELAY or any(map(way_back.is_broken, facts.ways_back))
    warning = facts.inbox_failed or any(map(way_back.needs_attention, facts.ways_back))
    return Finding("from_slack", State.DOWN if stopped else State.LOOK if warning else State.OK, numbers)


def _letters(facts):
    numbers = {
        "failed": facts.letters_failed,
        "retried": facts.letters_retried,
        "senders_replaced": len(facts.senders_replaced),
        "oldest_waiting_seconds": round(max(facts.letters_waiting, facts.letters_unreached)),
    }
    warning = facts.letters_failed or facts.letters_retried or facts.senders_replaced
    state = State.DOWN if facts.is_email_out else State.LOOK if warning else State.OK
    return Finding("letters", state, numbers)
