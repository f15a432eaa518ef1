"""The page of proofs says what was kept, what was missed and what nobody has measured."""

from dev import proof
from dev.bench.figures import Figure
from dev.paths import ROOT

MACHINE = {
    **{"cores": 2, "processor": "Some processor", "memory_gb": 8, "load": 0.0},
    **{"python": "3.11", "postgresql": "15", "odoo": "19.0"},
}


def found(**found):
    return {"title": "A title", "measured_at": "2026-01-02T03:04:05+00:00", "machine": MACHINE, **found}


def bench(measured):
    return {"latency": found(figures=[Figure("commit to call: p95", measured, "ms", goal=500).as_json()])}


def chaos(clean, *complaints):
    figures = {"mails": 200, "tickets": 0, "promises": None, "kills": 3, "lost": 0, "doubled": None, "untold": 0}
    return {"anywhere": found(figures=figures, complaints=list(complaints), clean=clean)}


def line(page, words):
    [line] = [line for line in page.text().splitlines() if words in line]
    return line


def test_a_goal_that_is_kept():
    page = proof.Page(bench(62.4), {})
    expected = "| commit to call: p95 | 62.4 ms | ≤ 500 | kept | `ONLY=latency make bench` | 2026-01-02 03:04 |"
    assert line(page, "commit to call") == expected
    assert page.summary().startswith("1 goals kept, none missed; not measured here: ")


def test_a_goal_that_is_missed_is_said_at_the_top():
    page = proof.Page(bench(501), {})
    assert "**missed**" in line(page, "| commit to call")
    assert page.summary().startswith("0 goals kept, missed: commit to call: p95; ")
    assert page.summary() in page.text()


def test_a_scenario_with_faults_is_missed_and_says_the_first():
    page = proof.Page({}, chaos(False, "a mail became nothing", "another"))
    assert "2 complaints, the first: a mail became nothing" in line(page, "A title")
    assert "missed: anywhere" in page.summary()


def test_a_scenario_without_faults_is_kept_and_says_what_was_played_and_what_could_have_gone_wrong():
    assert "| 200 mails, 3 kills, 0 lost, 0 untold | clean | kept |" in line(proof.Page({}, chaos(True)), "A title")


def test_what_nobody_measured_is_said():
    page = proof.Page({}, {})
    assert "not measured" in line(page, "`ONLY=sla make bench`")
    assert "sla" in page.summary()


def test_every_file_that_is_named_is_there():
    named = [test for guarantee in proof.GUARANTEES for test in guarantee.tests]
    assert named
    assert not [test for test in named if not (ROOT / test).is_file()]
