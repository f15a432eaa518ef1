"""`make proof`: what is guaranteed beside what was measured, as one page.

`make bench` and `make chaos` keep what they found; this writes it into docs/proof.md: first a line for each guarantee
and one for each goal that was missed, then a table for each guarantee. What was not measured is said as plainly as what
was missed. The figures stand in dev/proof.json: what another machine has measured stays on the page.
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass

from dev import results
from dev.bench.figures import KEPT, MISSED, Figure, text
from dev.chaos.faults import POINTS
from dev.chaos.tally import ANSWERS
from dev.machine import in_words, is_busy

HEAD = "| what | found | goal | verdict | command | when (UTC) | commit |\n|---|---|---|---|---|---|---|"
GLANCE = "| what is guaranteed | goals kept | missed | not measured | on the commit |\n|---|---|---|---|---|"
MISSES = "| missed | found | goal | part |\n|---|---|---|---|"
#: Where the log of what broke off is on the machine.
LOG = re.compile(r", log /\S+?(?=:?(?:\s|$))")
#: The columns of a row.
WHAT, FOUND, GOAL, VERDICT, _COMMAND, _WHEN, COMMIT = range(7)
UNMEASURED = "not measured"
#: What a scenario was about: a reader wants to know how much of it there was, where there was any.
PLAYED = ("mails", "tickets", "clocks", ANSWERS, "kills")
#: Of a message, where nobody shortened its pauses.
DELAY = "longest delay"
#: A figure's label with this sign compares two ways; it is worth a row without a goal, too.
COMPARED = "÷"
#: What has to be none, where it means anything, and how the page calls it.
FAULTS = {"lost": "lost", "doubled": "doubled", "said twice": "said twice", "untold": "untold"}
#: The same where what Slack holds was compared message by message.
FAULTS_IN_SLACK = {**FAULTS, "wrong": "out of place"}
#: The same where people act, and answers to customers are sent or undone.
FAULTS_OF_ACTS = {"lost": "lost", "doubled": "doubled", "wrong": "wrong", "untold": "untold"}
HOW_TO_READ = """\
How to read it:

- **found** by `make bench`: a number with two in brackets is a median with the lowest and the highest; in rows that \
say *quartiles* the brackets hold those. *p95*: 95 of 100 were as quick or quicker. *a ÷ b*: both on one machine, so \
1.06 is 6 % more. Times are worth as much as that machine, and less where it was *busy* with something else.
- **found** by `make chaos`: what was put in, then what may not be. *lost*: a mail that became nothing, a message that \
is not in Slack. *doubled*, *said twice*: the same twice. *untold*: a ticket without its first message, or \
a person who was not told what became of what they did. *wrong*: an answer that was undone and sent, or a card that \
shows what is not so. *out of place*: a message in Slack in another order, thread, channel or wording than it should \
be. *longest delay*: of a message, from what happened to its arrival in Slack, where every pause took as long as in \
real life.
- **goal**: *clean* is none of all this, and nothing else to complain of. A row without a goal is there to compare.
- **verdict**: *kept* is a figure within its goal, or a clean scenario. The counts at the top have none that was kept \
at an unknown commit."""

MAIL_SCENARIOS = (*POINTS, "worker", "anywhere", "deadly", "postgres", "dovecot", "backlog")
SLACK_SCENARIOS = ("slack_faults", "slack_kills", "slack_two_servers", "slack_waits")
REPLY_SCENARIOS = ("slack_inbound_transports", "slack_inbound_outage", "slack_inbound_deaf", "slack_inbound_no_email")
ACT_SCENARIOS = ("answer_undo", "answer_kills", "answer_stopped", "slack_clicks", "slack_troubles")
REPLY_SECTIONS = ("slack_acknowledgement", "slack_reply", "slack_idle", "slack_click")
SCALE_SECTIONS = ("search", "big", "slack_limit", "soak")


@dataclass(frozen=True)
class Guarantee:
    """A guarantee and where its proof is.

    :param chaos: scenarios
    :param bench: sections, of which all figures with a goal count
    :param tests: files
    """

    title: str
    claim: str
    chaos: tuple = ()
    bench: tuple = ()
    tests: tuple = ()


GUARANTEES = (
    Guarantee(
        "No mail lost",
        "Whatever raises, whoever is killed, wherever: a mail ends as exactly one ticket or comment, or as a row that "
        "says why not. Never both flagged and absent.",
        chaos=MAIL_SCENARIOS,
        tests=("tests/test_inbound_log.py", "tests/test_inbound_attacks.py", "dev/tests/test_mailbox.py"),
    ),
    Guarantee(
        "Every word",
        "What a mail program shows of an email is on its ticket once, and every file is as it was sent.",
        bench=("words",),
        tests=(
            *("tests/unit/test_payload.py", "tests/unit/test_payload_fuzz.py", "tests/unit/test_quotes.py"),
            *("tests/test_inbound_corpus.py", "tests/test_inbound_bounded.py"),
        ),
    ),
    Guarantee(
        "No Slack message lost, none said twice",
        "Through refusals, outages, lost answers and killed workers.",
        chaos=SLACK_SCENARIOS,
        bench=("backlog",),
        tests=("tests/test_slack_outbox_doubt.py", "dev/tests/test_mail_to_slack.py", "dev/tests/test_slack_ways.py"),
    ),
    Guarantee(
        "Order",
        "Messages of a ticket come in order; a stuck ticket or channel never holds up another.",
        chaos=("slack_faults", "slack_two_servers"),
        bench=("pick",),
        tests=("tests/test_slack_outbox_status.py", "dev/tests/test_thread.py"),
    ),
    Guarantee(
        "No network in a business transaction",
        "With Slack, SMTP and IMAP accepting connections and saying nothing, an agent works as fast as ever.",
        bench=("silence",),
        tests=("tests/test_outbound_queue.py", "dev/tests/test_auto_emails.py"),
    ),
    Guarantee(
        "Any number of hosts",
        "Each row is handled once, and more workers do more.",
        chaos=("two_servers", "sla", "digest", "sharing"),
        bench=("dispatchers", "fetching"),
        tests=("tests/test_slack_workers.py", "tests/test_inbound_workers.py"),
    ),
    Guarantee(
        "Doors closed",
        "Strangers join no ticket, customers mention nobody in Slack, nobody reads secrets, companies see their own.",
        tests=(
            *("tests/test_inbound_participants.py", "tests/test_access.py", "tests/test_server_secrets.py"),
            *("tests/test_portal_access.py", "tests/unit/test_mrkdwn.py", "tests/unit/test_sanitize.py"),
        ),
    ),
    Guarantee(
        "What is said in Slack is on its ticket once, in order, and the customer hears none of it",
        "By whatever transports it comes, whoever is killed, however long everything is away; and a socket that hears "
        "nothing is found out.",
        chaos=REPLY_SCENARIOS,
        bench=REPLY_SECTIONS,
        tests=(
            *("tests/test_slack_inbound_door.py", "tests/test_slack_inbound_catch_up.py"),
            *("tests/test_slack_inbound_deafness.py", "dev/tests/test_slack_sockets.py"),
        ),
    ),
    Guarantee(
        "What a person does in Slack happens once, and what goes to a customer is sent once or undone",
        "Whoever clicks at the same moment, twice or too late is told how things are. What is undone or stopped is "
        "never sent; what is sent is one email, whoever is killed. (A server that dies after SMTP has taken an email, "
        "before it has recorded that, sends it again with the same Message-ID.)",
        chaos=ACT_SCENARIOS,
        tests=(
            *("tests/test_answering.py", "tests/test_answering_stopped.py", "tests/test_slack_answering.py"),
            *("tests/test_slack_answering_in_time.py", "tests/test_slack_acts_buttons.py"),
            *("tests/test_slack_acts_troubles.py", "dev/tests/test_answering.py", "dev/tests/test_slack_acts.py"),
        ),
    ),
    Guarantee(
        "Cost",
        "Little beside what Odoo and `helpdesk_mgmt` cost by themselves.",
        bench=("import", "latency", "listener", "delivery", "sla", "monitoring", "rival", *SCALE_SECTIONS),
    ),
)


def main():
    """Write the page and say what it says; returns 0, for a missed goal is told, not an error.

    Where nothing was measured, the page stays as it is.
    """
    bench, chaos = results.load(results.BENCH), results.load(results.CHAOS)
    if not bench and not chaos:
        # -k: a missed goal is an error of its verb, and belongs on the page.
        raise SystemExit("proof: nothing was measured yet: run `make -k bench chaos proof`")
    page = Page(bench, chaos, most_measured(bench, chaos) or results.commit())
    results.PAGE.write_text(page.text())
    results.publish(bench, chaos)
    print(f"proof: {page.summary()}\nproof: written to {results.PAGE}")
    for command in page.commands():
        print(f"proof: to measure the rest: `{command}`")
    return 0


def most_measured(bench, chaos):
    """The commit on which most was measured: what has changed since, as this page, does not make it another proof."""
    commits = Counter(found.get("commit") for kept in (bench, chaos) for found in kept.values())
    commits.pop(None, None)
    return max(commits, key=commits.get, default="")


class Page:
    """The page, from what bench and chaos have kept.

    :param commit: what is proved; whatever was measured on another one is marked
    """

    def __init__(self, bench, chaos, commit=""):
        self._bench, self._chaos, self._commit = bench, chaos, commit
        # By row: some rows stand in several places.
        self._kept, self._uncounted, self._missed = set(), set(), {}
        self._missing = {results.CHAOS: [], results.BENCH: []}
        self._glance, self._misses, self._parts = [], {}, []
        for number, guarantee in enumerate(GUARANTEES, 1):
            rows = [row for name in guarantee.chaos for row in self._scenario(name)]
            rows += [row for name in guarantee.bench for row in self._section(name)]
            self._glance.append(self._in_a_line(number, guarantee, rows))
            self._parts += self._about(number, guarantee, rows)

    def summary(self):
        """The whole page in a sentence."""
        missed = f"missed: {', '.join(self._missed.values())}" if self._missed else "none missed"
        uncounted = f"; kept at an unknown commit: {len(self._uncounted)}" if self._uncounted else ""
        names = [name for names in self._missing.values() for name in names]
        missing = f"; not measured here: {', '.join(names)}" if names else ""
        return f"Goals kept: {len(self._kept)}; {missed}{uncounted}{missing}."

    def commands(self):
        """What to run for everything that was not measured."""
        return [f"ONLY={','.join(names)} make {kind}" for kind, names in self._missing.items() if names]

    def text(self):
        machines = sorted({in_words(one["machine"]) for one in (*self._bench.values(), *self._chaos.values())})
        return (
            "\n\n".join(
                [
                    "# Proof",
                    "What is guaranteed, and what was found when it was put to the test. `make bench` measures, "
                    "`make chaos` interrupts and counts, `make proof` writes this page.",
                    f"Goals kept: {len(self._kept)}; missed: {len(self._missed)}. This is about the commit "
                    f"`{self._commit}`, on which most was measured; what was measured on another one says so.",
                    _table(GLANCE, self._glance),
                    *([_table(MISSES, self._misses.values())] if self._misses else []),
                    "\n".join(["Measured on:", "", *(f"- {machine}" for machine in machines)]),
                    HOW_TO_READ,
                    *self._parts,
                ]
            )
            + "\n"
        )

    def _in_a_line(self, number, guarantee, rows):
        """A guarantee as a row: how many of its goals were kept, missed, not measured, and on which commits."""
        goals = [row for row in rows if row[VERDICT]]
        missed = [row for row in goals if MISSED in row[VERDICT]]
        unknown = [row for row in rows if row[FOUND] == UNMEASURED]
        for row in missed:
            self._misses.setdefault(row[WHAT], (row[WHAT], row[FOUND], row[GOAL], str(number)))
        counts = [f"{len(some)}" if some else "" for some in (missed, unknown)]
        kept = [row for row in goals if row[VERDICT] == KEPT]
        share = f"{len(kept)} of {len(goals)}" if goals else "" if unknown else "by its tests"
        commits = sorted({row[COMMIT].partition(",")[0].strip("*`") for row in goals})
        return (f"{number}. {guarantee.title}", share, *counts, ", ".join(f"`{one}`" for one in commits))

    def _about(self, number, guarantee, rows):
        yield f"## {number}. {guarantee.title}\n\n{guarantee.claim}"
        if rows:
            yield _table(HEAD, rows)
        if guarantee.tests:
            yield "Tests that can fail: " + ", ".join(f"`{test}`" for test in guarantee.tests) + "."

    def _scenario(self, name):
        command = f"`ONLY={name} make chaos`"
        if name not in self._chaos:
            self._miss(results.CHAOS, name)
            return [(name, UNMEASURED, "clean", "", command, "", "")]
        found = self._chaos[name]
        counted = _counted(found["figures"], _faults_of(name))
        if complaints := found["complaints"]:
            said = f"{len(complaints)} complaints, the first: {_cell(complaints[0])}"
            counted = "; ".join(filter(None, [counted, said]))
        verdict = self._judge(KEPT if found["clean"] else MISSED, found, (name, name))
        return [(found["title"], counted, "clean", verdict, command, _when(found), self._on(found))]

    def _section(self, name):
        command = f"`ONLY={name} make bench`"
        if name not in self._bench:
            self._miss(results.BENCH, name)
            return [(name, UNMEASURED, "", "", command, "", "")]
        found = self._bench[name]
        if error := found.get("error"):
            verdict = self._judge(MISSED, found, (name, name))
            return [
                (name, f"broke off: {_cell(LOG.sub('', error))}", "", verdict, command, _when(found), self._on(found))
            ]
        figures = map(Figure.from_json, found["figures"])
        return [
            (
                figure.label,
                f"{text(figure.measured)} {figure.unit}".strip(),
                figure.limit,
                self._judge(figure.verdict, found, (name, figure.label)),
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

    def _miss(self, kind, name):
        if name not in self._missing[kind]:
            self._missing[kind].append(name)

    def _judge(self, verdict, found, row):
        """Count a verdict; returns the page's words for it. :param row: (scenario or section, what to call it)"""
        if verdict == MISSED:
            self._missed[row] = row[1]
            return f"**{verdict}**"
        if verdict == KEPT and not found.get("commit"):
            self._uncounted.add(row)
            return f"{verdict}, not counted"
        if verdict == KEPT:
            self._kept.add(row)
        return verdict


def _table(head, rows):
    return "\n".join([head, *(f"| {' | '.join(row)} |" for row in rows)])


def _faults_of(name):
    """What may not be in a scenario, and how the page calls it."""
    if name in ACT_SCENARIOS:
        return FAULTS_OF_ACTS
    return FAULTS_IN_SLACK if name in (*SLACK_SCENARIOS, *REPLY_SCENARIOS) else FAULTS


def _counted(figures, faults):
    """How much was played, where there was any, and how much went wrong."""
    played = [f"{figures[name]} {name}" for name in PLAYED if figures.get(name)]
    wrong = [f"{figures[name]} {word}" for name, word in faults.items() if figures.get(name) is not None]
    delay = figures.get(DELAY)
    return ", ".join([*played, *wrong, *([] if delay is None else [f"{DELAY} {delay} s"])])


def _cell(words):
    """Somebody else's words as one line that ends no cell of the table."""
    first, *_more = words.splitlines() or [""]
    return first.replace("|", r"\|")


def _when(found):
    return found["measured_at"][:16].replace("T", " ") + (", busy machine" if is_busy(found["machine"]) else "")


if __name__ == "__main__":
    sys.exit(main())
