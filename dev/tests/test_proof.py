"""The page of proofs says what was kept, what was missed and what nobody has measured."""

import ast
import json
import re
import time
from functools import cache

import pytest

from dev import proof, results
from dev.bench.__main__ import SECTIONS, Section, measure_all
from dev.bench.figures import Figure, Measured, table
from dev.chaos import tally
from dev.chaos.__main__ import play_all
from dev.chaos.scenarios import SCENARIOS, Scenario
from dev.paths import ROOT

#: The files of the bench.
BENCH = ROOT / "dev" / "bench"
#: No label is made of a longer text.
LONGEST = 80

MACHINE = {
    **{"cores": 2, "processor": "Some processor", "memory_gb": 8, "load": 0.0},
    **{"python": "3.11", "postgresql": "15", "odoo": "19.0"},
}


def found(**found):
    return {"title": "A title", "measured_at": "2026-01-02T03:04:05+00:00", "machine": MACHINE, **found}


def bench(measured, **more):
    return {"latency": found(**more, figures=[Figure("commit to call: p95", measured, "ms", goal=500).as_json()])}


def chaos(clean, *complaints, name="anywhere", wrong=0):
    figures = {"mails": 200, "tickets": 0, "clocks": None, "kills": 3, "lost": 0, "doubled": None, "untold": 0}
    figures["wrong"] = wrong
    return {name: found(figures=figures, complaints=list(complaints), clean=clean, commit="abc")}


def line(page, words):
    """The row of a guarantee's table with these words."""
    _glance, details = page.text().split("\n## 1. ")
    [line] = [line for line in details.splitlines() if words in line]
    return line


def glance(page, words):
    """The row with these words in the tables at the top."""
    top, _details = page.text().split("\n## 1. ")
    [line] = [line for line in top.splitlines() if words in line]
    return line


def test_a_goal_that_is_kept():
    page = proof.Page(bench(62.4, commit="abc"), {}, "abc")
    expected = "| commit to call: p95 | 62.4 ms | ≤ 500 | kept | `ONLY=latency make bench` | 2026-01-02 03:04 | `abc` |"
    assert line(page, "commit to call") == expected
    assert page.summary().startswith("Goals kept: 1; none missed; not measured here: ")


def test_a_comparison_has_its_row_without_a_goal_and_another_figure_has_none():
    figures = [Figure("a ticket ÷ theirs", 0.9), Figure("a ticket", Measured(2, 1, 3), "ms")]
    page = proof.Page({"rival": found(figures=[figure.as_json() for figure in figures], commit="abc")}, {}, "abc")
    assert line(page, "| a ticket").startswith("| a ticket ÷ theirs | 0.90 |  |  |")


def test_a_figure_comes_back_as_it_was_kept():
    for figure in (Figure("a", Measured(2, 1, 3), "ms", plain=1, goal=2.5), Figure("b", 0.9, goal=0.8, at_least=True)):
        kept = json.loads(json.dumps(figure.as_json()))
        assert Figure.from_json(kept) == figure
        assert figure.verdict == "kept"
    assert Figure.from_json({"label": "c", "measured": 3, "goal": 2, "verdict": "of old"}).verdict == "missed"


def test_a_goal_that_is_missed_is_said_at_the_top():
    page = proof.Page(bench(501), {})
    assert "**missed**" in line(page, "| commit to call")
    assert page.summary().startswith("Goals kept: 0; missed: commit to call: p95; ")
    assert "Goals kept: 0; missed: 1. " in page.text()
    assert glance(page, "commit to call") == "| commit to call: p95 | 501 ms | ≤ 500 | 10 |"
    assert glance(page, "10. Cost").startswith("| 10. Cost | 0 of 1 | 1 | ")


def test_each_guarantee_has_a_line_at_the_top():
    page = proof.Page(bench(62.4, commit="abc"), chaos(True), "abc")
    assert glance(page, "1. No mail lost") == "| 1. No mail lost | 1 of 1 |  | 12 | `abc` |"
    assert glance(page, "2. Every word") == "| 2. Every word |  |  | 1 |  |"
    assert glance(page, "7. Doors closed") == "| 7. Doors closed | by its tests |  |  |  |"
    assert glance(page, "10. Cost").startswith("| 10. Cost | 1 of 1 |  | ")
    top = page.text().split("\n## 1. ")[0].splitlines()
    assert len([one for one in top if one.startswith("|")]) == 2 + len(proof.GUARANTEES), "nothing was missed"


def test_what_was_kept_at_an_unknown_commit_is_not_counted_at_the_top():
    assert glance(proof.Page(bench(62.4), {}, "abc"), "10. Cost").startswith("| 10. Cost | 0 of 1 |  | ")


def test_a_goal_that_was_kept_at_an_unknown_commit_does_not_count_and_one_that_was_missed_is_missed():
    page = proof.Page(bench(62.4), {}, "abc")
    assert page.summary().startswith("Goals kept: 0; none missed; kept at an unknown commit: 1; not measured here: ")
    assert "| kept, not counted |" in line(page, "| commit to call")
    assert "missed: commit to call" in proof.Page(bench(501), {}, "abc").summary()


def test_a_scenario_with_faults_is_missed_and_says_the_first():
    page = proof.Page({}, chaos(False, "a mail became nothing", "another"))
    assert "2 complaints, the first: a mail became nothing" in line(page, "A title")
    assert "missed: anywhere" in page.summary()


def test_a_scenario_without_faults_is_kept_and_says_what_was_played_and_what_could_have_gone_wrong():
    assert "| 200 mails, 3 kills, 0 lost, 0 untold | clean | kept |" in line(proof.Page({}, chaos(True)), "A title")


def test_the_longest_delay_of_a_message_is_said_where_pauses_were_played():
    found = chaos(True, name="slack_waits")
    found["slack_waits"]["figures"]["longest delay"] = 143
    assert "0 untold, 0 out of place, longest delay 143 s | clean | kept |" in line(proof.Page({}, found), "A title")


def test_what_is_out_of_place_in_slack_is_counted_and_stands_below_order_too():
    page = proof.Page({}, chaos(False, name="slack_faults", wrong=2))
    places = [
        text
        for text in page.text().split("\n## ")[1:]
        if "| 200 mails, 3 kills, 0 lost, 0 untold, 2 out of place |" in text
    ]
    assert [place.splitlines()[0] for place in places] == ["3. No Slack message lost, none said twice", "4. Order"]


def test_a_goal_that_stands_in_two_places_counts_once():
    page = proof.Page({}, chaos(True, name="slack_faults"), "abc")
    assert page.summary().startswith("Goals kept: 1;")
    assert proof.Page({}, {}).summary().count("slack_faults") == 1


def test_what_was_measured_on_another_commit_is_marked():
    page = proof.Page(bench(62.4, commit="old-dirty"), {}, "abc")
    assert line(page, "commit to call").endswith("| **`old-dirty`**, not this one |")
    assert line(proof.Page(bench(62.4), {}, "abc"), "commit to call").endswith("| **`unknown`**, not this one |")
    assert "about the commit `abc`" in page.text()


def test_the_page_is_about_the_commit_on_which_most_was_measured():
    measured = {"latency": found(commit="old"), "pick": found(commit="abc"), "words": found()}
    assert proof.most_measured(measured, chaos(True)) == "abc"
    assert proof.most_measured({"words": found()}, {}) == ""


def test_what_is_kept_names_the_commit(tmp_path, monkeypatch):
    _elsewhere(monkeypatch, tmp_path)
    results.keep(results.BENCH, "latency", "A title", MACHINE, figures=[])
    assert results.load(results.BENCH)["latency"]["commit"] == results.commit()
    assert re.fullmatch(r"([0-9a-f]{7,}(-dirty)?)?", results.commit())


def _elsewhere(monkeypatch, tmp_path):
    """Nothing is known, and nothing is written into the checkout."""
    monkeypatch.setattr(results, "STATE", tmp_path)
    for name in ("PAGE", "PUBLISHED"):
        monkeypatch.setattr(results, name, tmp_path / getattr(results, name).name)


def test_what_another_machine_has_measured_stays_on_the_page(tmp_path, monkeypatch, capsys):
    _elsewhere(monkeypatch, tmp_path)
    there, here = tmp_path / "there", tmp_path / "here"
    for state, names in ((there, ("latency", "pick")), (here, ("latency",))):
        state.mkdir()
        monkeypatch.setattr(results, "STATE", state)
        for name in names:
            figures = [Figure(f"{name} {state.name}", 1, goal=2).as_json()]
            results.keep(results.BENCH, name, "A title", MACHINE, figures=figures)
        assert proof.main() == 0
        if state == there:
            for file in (results.PUBLISHED, there / "bench.json"):
                file.write_text(re.sub(r'("measured_at": )"[^"]+"', r'\1"2026-01-01T00:00:00+00:00"', file.read_text()))
    page = results.PAGE.read_text()
    assert "latency here" in page
    assert "pick there" in page
    assert "latency there" not in page
    # What is published later than what was measured here is newer.
    monkeypatch.setattr(results, "STATE", there)
    assert results.load(results.BENCH)["latency"]["figures"][0]["label"] == "latency here"
    assert set(json.loads((here / "bench.json").read_text())) == {"latency"}, "each keeps its own"
    assert "Goals kept: 2" in capsys.readouterr().out


def section(*figures, name="latency", patience=5):
    return Section(name, "A title", lambda _source, _say: list(figures), patience)


def test_the_bench_ends_with_an_error_and_says_which_goal_was_missed(tmp_path, monkeypatch, capsys):
    _elsewhere(monkeypatch, tmp_path)
    kept, missed = Figure("kept one", 1, goal=2), Figure("missed one", Measured(3, 1, 4), "ms", goal=2)
    assert measure_all([section(kept, Figure("without a goal", 9))], "", MACHINE) == 0
    assert "bench: no failures" in capsys.readouterr().out
    assert measure_all([section(kept, missed), section(kept, name="pick")], "", MACHINE) == 1
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("bench: goal missed")]
    assert said == ["bench: goal missed: latency: missed one [ms]: 3 (1–4), not ≤ 2"]


def test_a_section_that_breaks_off_is_missed_whatever_was_measured_before(tmp_path, monkeypatch, capsys):
    def breaks_off(_source, _say):
        raise RuntimeError("out of | paper\nthe log")

    _elsewhere(monkeypatch, tmp_path)
    broken = Section("latency", "A title", breaks_off, 5)
    slow = Section("pick", "A title", lambda _source, _say: time.sleep(30), 1)
    assert measure_all([section(Figure("kept one", 1, goal=2))], "", MACHINE) == 0
    assert measure_all([broken, slow, section(Figure("kept one", 1, goal=2), name="sla")], "", MACHINE) == 1
    said = capsys.readouterr().out
    assert "bench: not measured: latency: RuntimeError: out of | paper" in said
    assert "bench: not measured: pick: TooSlow: not done after 1 s" in said
    page = proof.Page(results.load(results.BENCH), {})
    assert r"| latency | broke off: RuntimeError: out of \| paper |  | **missed** |" in line(page, "| latency |")
    failed = {"latency": found(figures=[], error="ServiceFailed: it ended with 1, log /home/me/x.log:\n  out of paper")}
    assert "it ended with 1:" in line(proof.Page(failed, {}, "abc"), "| latency |")
    assert "missed: pick, latency;" in page.summary()


def test_a_scenario_that_ends_in_an_exception_has_failed(tmp_path, monkeypatch, capsys):
    def breaks_off(_source, _slack, say):
        say("so far so good")
        raise RuntimeError("the server did not start\nits | log")

    def clean(_source, _slack, _say):
        return tally.Tally("sla", dict.fromkeys(tally.COLUMNS, 0))

    _elsewhere(monkeypatch, tmp_path)
    monkeypatch.setitem(SCENARIOS, "anywhere", Scenario("A title", clean))
    monkeypatch.setitem(SCENARIOS, "sla", Scenario("Another title", clean))
    assert play_all(["anywhere", "sla"], "", None, MACHINE) == 0
    monkeypatch.setitem(SCENARIOS, "anywhere", Scenario("A title", breaks_off))
    assert play_all(["anywhere", "sla"], "", None, MACHINE) == 1
    said = capsys.readouterr().out
    assert "FAULTS: anywhere\n" in said
    assert "so far so good" in said
    page = proof.Page({}, results.load(results.CHAOS))
    shown = "| A title | 1 complaints, the first: broke off: RuntimeError: the server did not start | clean |"
    assert f"{shown} **missed** |" in line(page, "| A title |")
    assert "missed: anywhere" in page.summary()
    assert "| clean | kept" in line(page, "| Another title |")


def test_each_scenario_and_each_section_has_its_place_on_the_page():
    assert {name for one in proof.GUARANTEES for name in one.chaos} == set(SCENARIOS)
    assert {name for one in proof.GUARANTEES for name in one.bench} == {section.name for section in SECTIONS}


def rows():
    """(what, command's variable, verb) of each row of the page as it is committed."""
    text = (ROOT / "docs" / "proof.md").read_text()
    return re.findall(r"^\| (.+?) \| .*\| `ONLY=(\w+) make (bench|chaos)` \|", text, re.MULTILINE)


def imported(names):
    """The names of these files of the bench, and of those of its files that they import, directly or not."""
    found, left = set(), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += re.findall(r"^from dev\.bench\.(\w+) import", BENCH.joinpath(f"{name}.py").read_text(), re.M)
    return sorted(found)


@cache
def labels(section):
    """A pattern of all that a section may call its figures; a variable is a number or one of its own texts."""
    tree = ast.parse(BENCH.joinpath(f"section_{section}.py").read_text())
    # The load of `make soak` has a folder of its own.
    elsewhere = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "dev.soak"]
    played = [
        ast.parse((ROOT / "dev" / "soak" / f"{one.name}.py").read_text()) for node in elsewhere for one in node.names
    ]
    tree.body += [statement for part in played for statement in part.body]
    # What its own processes call what they do is said as well, and so is what these have from other files.
    begun = [f"section_{section}", *(file.stem for file in BENCH.glob(f"{section}_*.py"))]
    sources = [tree, *(ast.parse(BENCH.joinpath(f"{name}.py").read_text()) for name in imported(begun))]
    nodes = [node for source in sources for node in ast.walk(source)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    texts = {text for text in texts if len(text) < LONGEST}
    plain = "|".join([r"[\d,]+", *map(re.escape, filter(None, texts))])
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    either = "|".join([plain, *(pattern(node, plain) for node in joined)])
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Figure"]
    return "|".join(pattern(call.args[0], either) for call in calls)


def pattern(node, variable):
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else f"(?:{variable})" for part in parts)


def test_every_line_of_the_page_is_one_that_the_code_prints():
    assert len(rows()) > 30
    for what, name, verb in rows():
        if what == name:
            continue  # nobody has measured it
        if verb == "chaos":
            assert re.fullmatch(re.sub(r"\\{\w+:,\\}", "[0-9,]+", re.escape(SCENARIOS[name].pattern)), what), what
        else:
            assert re.fullmatch(labels(name), what), what


@pytest.mark.parametrize(
    ("name", "args", "title"),
    [
        ("slack_inbound_no_email", "", "10,000 replies, and no email"),
        ("slack_inbound_no_email", "--replies 2200", "2,200 replies, and no email"),
        ("answer_undo", "--answers 50", "50 answers to customers, undone while they are sent"),
        ("slack_inbound_deaf", "--replies 50", "a socket that is deaf, cut and renewed, by turns"),
    ],
)
def test_the_title_of_a_scenario_says_how_much_was_played(monkeypatch, name, args, title):
    monkeypatch.setenv("ARGS", args)
    assert SCENARIOS[name].title == title


def test_the_table_of_the_bench_has_its_columns_below_each_other():
    lines = table([Figure("a", 1, goal=2), Figure("something that needs many words", 3, "ms", goal=2)]).splitlines()
    assert [line.split()[-1] for line in lines] == ["goal", "kept", "missed"]
    assert len({line.index("≤") for line in lines[1:]}) == 1


def test_a_line_that_no_section_prints_is_noticed():
    assert re.fullmatch(labels("rival"), "a move to another stage ÷ helpdesk_mgmt_sla")
    assert not re.fullmatch(labels("rival"), "a step to another stage ÷ helpdesk_mgmt_sla")
    assert not re.fullmatch(labels("latency"), "tickets one by one, database commit to Slack call: p99")


def test_what_nobody_measured_is_said():
    page = proof.Page({}, {})
    assert "not measured" in line(page, "`ONLY=sla make bench`")
    assert "sla" in page.summary()
    assert any(re.fullmatch(r"ONLY=\S*\bsla\b\S* make bench", command) for command in page.commands())
    assert any(re.fullmatch(r"ONLY=\S*\bdeadly\b\S* make chaos", command) for command in page.commands())


def test_without_any_result_the_page_stays_and_it_says_what_to_run(tmp_path, monkeypatch):
    _elsewhere(monkeypatch, tmp_path)
    with pytest.raises(SystemExit, match="make -k bench chaos proof"):
        proof.main()
    assert not results.PAGE.exists()


def test_every_file_that_is_named_is_there():
    named = [test for guarantee in proof.GUARANTEES for test in guarantee.tests]
    assert named
    assert not [test for test in named if not (ROOT / test).is_file()]
