"""`make proof`: what is promised beside what was measured, as one page.

`make bench` and `make chaos` keep what they found; this writes it into docs/proof.md, a table for each guarantee. What
was not measured is said as plainly as what was missed.
"""

import sys
from dataclasses import dataclass

from dev import results
from dev.bench.figures import KEPT, MISSED, Figure, text
from dev.chaos.faults import POINTS
from dev.machine import in_words, is_busy
from dev.paths import ROOT

PAGE = ROOT / "docs" / "proof.md"
HEAD = "| what | found | goal | | command | when (UTC) | commit |\n|---|---|---|---|---|---|---|"
#: What a scenario was about: a reader wants to know how much of it there was, where there was any.
PLAYED = ("mails", "tickets", "promises", "kills")
#: A figure's label with this sign compares two ways; it is worth a row without a goal, too.
COMPARED = "÷"
#: What has to be none, where it means anything.
FAULTS = ("lost", "doubled", "said twice", "untold")

MAIL_SCENARIOS = (*POINTS, "worker", "anywhere", "deadly", "postgres", "dovecot", "backlog")
SLACK_SCENARIOS = ("slack_faults", "slack_kills", "slack_two_servers")


@dataclass(frozen=True)
class Guarantee:
    """A promise and where its proof is.

    :param chaos: scenarios
    :param bench: sections, of which all figures with a goal count
    :param tests: files
    """

    title: str
    promise: str
    chaos: tuple = ()
    bench: tuple = ()
    tests: tuple = ()


GUARANTEES = (
    Guarantee(
        "No mail lost",
        "Whatever raises, whoever is killed, wherever: a mail ends as exactly one ticket or comment, or as a row that "
        "says why not. Never both flagged and absent.",
        chaos=MAIL_SCENARIOS,
        tests=("tests/test_ledger.py", "tests/test_inbound_attacks.py", "dev/tests/test_mailbox.py"),
    ),
    Guarantee(
        "No Slack message lost, none said twice",
        "Through refusals, outages, lost answers and killed workers.",
        chaos=SLACK_SCENARIOS,
        bench=("backlog",),
        tests=("tests/test_outbox_delivery.py", "dev/tests/test_mail_to_slack.py", "dev/tests/test_slack_ways.py"),
    ),
    Guarantee(
        "Order",
        "Messages of a ticket come in order; a stuck ticket or channel never holds up another.",
        bench=("pick",),
        tests=("tests/test_outbox_standing.py", "dev/tests/test_thread.py"),
    ),
    Guarantee(
        "No network in a business transaction",
        "With Slack, SMTP and IMAP accepting connections and saying nothing, an agent works as fast as ever.",
        bench=("silence",),
        tests=("tests/test_mail_queue.py", "dev/tests/test_letters.py"),
    ),
    Guarantee(
        "Any number of hosts",
        "Each row is handled once, and more workers do more.",
        chaos=("two_servers", "promises", "sharing"),
        bench=("dispatchers",),
        tests=("tests/test_dispatchers.py",),
    ),
    Guarantee(
        "Doors closed",
        "Strangers join no ticket, customers mention nobody in Slack, nobody reads secrets, companies see their own.",
        tests=(
            *("tests/test_who_may_join.py", "tests/test_access.py", "tests/test_server_secrets.py"),
            *("tests/test_portal_doors.py", "tests/unit/test_mrkdwn.py", "tests/unit/test_mail_guard.py"),
        ),
    ),
    Guarantee(
        "Cost",
        "Little beside what Odoo and `helpdesk_mgmt` cost by themselves.",
        bench=("import", "latency", "listener", "delivery", "sla", "rival"),
    ),
)


def main():
    """Write the page and say what it says; returns 0, for a missed goal is told, not an error."""
    page = Page(results.load(results.BENCH), results.load(results.CHAOS), results.commit())
    PAGE.write_text(page.text())
    print(f"proof: {page.summary()}\nproof: written to {PAGE}")
    return 0


class Page:
    """The page, from what bench and chaos have kept.

    :param commit: what is proved; whatever was measured on another one is marked
    """

    def __init__(self, bench, chaos, commit=""):
        self._bench, self._chaos, self._commit = bench, chaos, commit
        self._kept, self._missed, self._missing = 0, [], []
        self._parts = [part for number, one in enumerate(GUARANTEES, 1) for part in self._about(number, one)]

    def summary(self):
        """The whole page in a sentence."""
        missed = f"missed: {', '.join(self._missed)}" if self._missed else "none missed"
        missing = f"; not measured here: {', '.join(self._missing)}" if self._missing else ""
        return f"Goals kept: {self._kept}; {missed}{missing}."

    def text(self):
        machines = sorted({in_words(one["machine"]) for one in (*self._bench.values(), *self._chaos.values())})
        return (
            "\n\n".join(
                [
                    "# Proof",
                    "What is promised, and what was found when it was put to the test. `make bench` measures, "
                    "`make chaos` interrupts and counts, `make proof` writes this page. Ratios are of two ways that "
                    "took turns on one machine; times are worth as much as that machine.",
                    f"{self.summary()} This is about the commit `{self._commit}`; what was measured on another one "
                    "says so.",
                    "\n".join(f"- {machine}" for machine in machines),
                    *self._parts,
                ]
            )
            + "\n"
        )

    def _about(self, number, guarantee):
        yield f"## {number}. {guarantee.title}\n\n{guarantee.promise}"
        rows = [row for name in guarantee.chaos for row in self._scenario(name)]
        rows += [row for name in guarantee.bench for row in self._section(name)]
        if rows:
            yield "\n".join([HEAD, *(f"| {' | '.join(row)} |" for row in rows)])
        if guarantee.tests:
            yield "Tests that can fail: " + ", ".join(f"`{test}`" for test in guarantee.tests) + "."

    def _scenario(self, name):
        command = f"`ONLY={name} make chaos`"
        if name not in self._chaos:
            self._missing.append(name)
            return [(name, "not measured", "clean", "", command, "", "")]
        found = self._chaos[name]
        figures = found["figures"]
        shown = [*filter(figures.get, PLAYED), *(name for name in FAULTS if figures.get(name) is not None)]
        counted = ", ".join(f"{figures[name]} {name}" for name in shown)
        if found["complaints"]:
            counted += f"; {len(found['complaints'])} complaints, the first: {found['complaints'][0]}"
        verdict = self._judge(KEPT if found["clean"] else MISSED, name)
        return [(found["title"], counted, "clean", verdict, command, _when(found), self._on(found))]

    def _section(self, name):
        command = f"`ONLY={name} make bench`"
        if name not in self._bench:
            self._missing.append(name)
            return [(name, "not measured", "", "", command, "", "")]
        found = self._bench[name]
        figures = map(Figure.from_json, found["figures"])
        return [
            (
                figure.label,
                f"{text(figure.measured)} {figure.unit}".strip(),
                figure.limit,
                self._judge(figure.verdict, figure.label),
                command,
                _when(found),
                self._on(found),
            )
            for figure in figures
            if figure.verdict or COMPARED in figure.label
        ]

    def _on(self, found):
        commit = found.get("commit") or "unknown"
        return f"`{commit}`" if commit == self._commit else f"**`{commit}`**, not this one"

    def _judge(self, verdict, what):
        self._kept += verdict == KEPT
        if verdict == MISSED:
            self._missed.append(what)
            return f"**{verdict}**"
        return verdict


def _when(found):
    return found["measured_at"][:16].replace("T", " ") + (", busy machine" if is_busy(found["machine"]) else "")


if __name__ == "__main__":
    sys.exit(main())
