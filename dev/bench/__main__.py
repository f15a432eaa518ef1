"""`make bench`: every section, or ONLY=name one of them. Ends with an error when a goal was missed or not measured.

ARGS says how much the sections fetching, slack_*, big and soak play: `dev/bench/sizes.py`.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from dev import machine, results
from dev.bench import (
    figures,
    section_backlog,
    section_big,
    section_delivery,
    section_dispatchers,
    section_fetching,
    section_import,
    section_latency,
    section_listener,
    section_monitoring,
    section_pick,
    section_rival,
    section_search,
    section_silence,
    section_sla,
    section_slack_acknowledgement,
    section_slack_click,
    section_slack_idle,
    section_slack_limit,
    section_slack_reply,
    section_soak,
    section_words,
)
from dev.bench.sizes import sizes
from dev.bench.stage import PREFIX
from dev.services import database


@dataclass(frozen=True)
class Section:
    """Something that is measured.

    :param measure: takes the name of a database with the addon and a function that tells progress; returns figures
    :param patience: seconds after which it is broken off
    """

    name: str
    title: str
    measure: Callable
    patience: int


SECTIONS = [
    Section(
        "words", f"{section_words.EMAILS:,} random emails, read as the import reads them", section_words.measure, 900
    ),
    Section(
        "import",
        f"median of {section_import.RUNS} × {section_import.MAILS} mails each way, taking turns",
        section_import.measure,
        1800,
    ),
    Section(
        "fetching",
        f"{section_fetching.MAILBOXES} full mailboxes, one by one and side by side",
        section_fetching.measure,
        2400,
    ),
    Section(
        "latency",
        "from PostgreSQL's commit to the call's arrival at Slack; threaded server, default cron threads",
        section_latency.measure,
        240,
    ),
    Section(
        "listener",
        f"{section_listener.MAILS} mails, from SMTP's 250 to the call's arrival at Slack; the listener wakes the fetch",
        section_listener.measure,
        300,
    ),
    Section(
        "backlog",
        "what was owed while the workspace was paused, drained by the same server",
        section_backlog.measure,
        360,
    ),
    Section(
        "delivery",
        "what one message costs, counted inside the dispatcher",
        section_delivery.measure,
        180,
    ),
    Section(
        "dispatchers",
        f"a backlog worked off by 1, 2 and 4 dispatchers with as many cron threads; Slack takes "
        f"{section_dispatchers.SLACK_TAKES} ms",
        section_dispatchers.measure,
        900,
    ),
    Section(
        "pick",
        f"an outbox with {section_pick.SENT:,} sent messages, {section_pick.PAUSED:,} behind a paused channel and "
        f"{section_pick.STUCK:,} behind failed ones",
        section_pick.measure,
        300,
    ),
    Section(
        "sla",
        "SLA: cron runs that find nothing and something, new tickets; PostgreSQL and Odoo in one process each",
        section_sla.measure,
        590,
    ),
    Section(
        "monitoring",
        f"metrics and Health with {section_monitoring.FEW:,} and {section_monitoring.MANY:,} finished tickets, in turn",
        section_monitoring.measure,
        590,
    ),
    Section(
        "rival",
        f"SLA targets beside {section_rival.RIVAL}, the two taking turns",
        section_rival.measure,
        300,
    ),
    Section(
        "search",
        f"{section_search.TICKETS:,} tickets and their conversations, searched as the list of tickets does",
        section_search.measure,
        600,
    ),
    Section(
        "big",
        "a database of a million tickets, of which five thousand are open, beside helpdesk_mgmt alone and an empty one",
        section_big.measure,
        3600,
    ),
    Section(
        "silence",
        "an agent at work while Slack, SMTP and IMAP accept connections and say nothing",
        section_silence.measure,
        300,
    ),
    Section(
        "slack_acknowledgement",
        f"{section_slack_acknowledgement.RATE} events a second on the Request URL, "
        f"{section_slack_acknowledgement.WORKERS} workers; their notes are written meanwhile",
        section_slack_acknowledgement.measure,
        600,
    ),
    Section(
        "slack_reply",
        "from the reply in Slack to the commit of its note, each transport in turn; queries in a process of their own",
        section_slack_reply.measure,
        600,
    ),
    Section(
        "slack_idle",
        "catch-up on a large desk, with nothing to find and as the only transport; an idle socket",
        section_slack_idle.measure,
        600,
    ),
    Section(
        "slack_limit",
        f"{section_slack_limit.TICKETS} tickets at once in one channel under Slack's limits; changes while it waits",
        section_slack_limit.measure,
        600,
    ),
    Section(
        "slack_click",
        "from the click in Slack to the call that shows its result; forms beside busy crons; many clicks at once",
        section_slack_click.measure,
        600,
    ),
    Section(
        "soak",
        "customers, agents and Slack at once for minutes, on two workers and two for scheduled actions",
        section_soak.measure,
        3600,
    ),
]


class TooSlow(Exception):
    """A section took longer than it may."""


def main():
    """Install the addon, measure and tell; returns the exit status."""
    sizes()  # before anything is waited for
    sections, (load, *_longer) = _chosen(), os.getloadavg()
    print("bench: installing the addon …", flush=True)
    with database.installed(PREFIX) as source:
        here = machine.describe(load)
        print(f"bench: {machine.in_words(here)}, load {here['load']} at the start", flush=True)
        if machine.is_busy(here):
            print("bench: somebody else is working on this machine: trust the ratios, not the times", flush=True)
        return measure_all(sections, source, here)


def measure_all(sections, source, here):
    """Measure sections and tell what is wrong with them; returns the exit status.

    :param source: name of a database with the addon
    :param here: the machine, see `machine.describe`
    """
    started = time.monotonic()
    failures = [failure for section in sections for failure in _measure(section, source, here)]
    print(f"\nbench: {time.monotonic() - started:.0f} s; `make proof` writes the figures into docs/proof.md")
    for failure in failures:
        print(f"bench: {failure}")
    print(f"bench: {len(failures) or 'no'} failures")
    return 1 if failures else 0


def _chosen():
    only = os.environ.get("ONLY")
    if not only:
        return SECTIONS
    chosen = [section for section in SECTIONS if section.name in only.split(",")]
    if len(chosen) != len(only.split(",")):
        raise SystemExit(f"ONLY={only}: the sections are {', '.join(section.name for section in SECTIONS)}")
    return chosen


def _measure(section, source, here):
    """Measure one section, print and keep its figures; returns in words what was missed."""

    def say(words):
        print(f"  … {words}", flush=True)

    print(f"\n{section.name}: {section.title}", flush=True)
    try:
        with _patience(section):
            measured = section.measure(source, say)
    except Exception as error:  # noqa: BLE001 (the other sections are worth measuring all the same)
        what = f"{type(error).__name__}: {error}"
        print(f"  FAILED: {what}", flush=True)
        # What an earlier run has measured is not what this one would have.
        results.keep(results.BENCH, section.name, section.title, here, figures=[], error=what)
        return [f"not measured: {section.name}: {what}"]
    print(figures.table(measured), flush=True)
    found = [figure.as_json() for figure in measured]
    results.keep(results.BENCH, section.name, section.title, here, figures=found)
    missed = [figure for figure in measured if figure.verdict == figures.MISSED]
    return [
        f"goal missed: {section.name}: {figure.title}: {figures.text(figure.measured)}, not {figure.limit}"
        for figure in missed
    ]


@contextmanager
def _patience(section):
    """Break off whatever the block waits for when its time is over."""

    def too_slow(_number, _frame):
        raise TooSlow(f"not done after {section.patience} s")

    before = signal.signal(signal.SIGALRM, too_slow)
    signal.alarm(section.patience)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    sys.exit(main())
