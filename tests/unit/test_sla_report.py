"""Totals from the rows of each SLA target are what PostgreSQL would have said."""

import pytest

from tools.sla import report

TARGET = "metric"
COLUMNS = ("team", "month", TARGET)
#: Team, month, target, figure. What is alone, what is mixed, no team, no figure.
ROWS = [
    ("b", 1, "start", 10),
    ("b", 1, "start", 30),
    ("b", 1, "resolution", 5),
    ("b", 2, "resolution", 7),
    ("a", 2, "start", 1),
    ("a", 3, "start", None),
    ("c", 1, "next_response", 2),
    ("c", 3, "resolution", 4),
    ("~", 3, "start", 8),
]
PIVOT = [[], [TARGET], ["team"], ["team", TARGET], ["month"], ["month", TARGET], ["team", "month"], [*COLUMNS]]
#: Sets, order.
SHAPES = [
    (PIVOT, "metric, team, month"),
    (PIVOT, "team, metric, month"),
    (PIVOT, "month,team,metric"),
    ([[], [TARGET]], "metric"),
    ([[TARGET], []], "metric"),
    ([["team"], [TARGET, "team"]], "metric, team"),
    ([["team"], ["team", TARGET], ["team"]], "team, metric"),
    ([["team", "month"], [TARGET, "month"], ["month"]], "team, month, metric"),
    ([["team", "month"], ["team", TARGET, "month"]], "month, metric, team"),
]
FIGURES = ("value:avg", "__count")


def read(sets, order):
    """What PostgreSQL says: the rows of each set, figures of one target alone."""
    ordered = [part.strip() for part in order.split(",")]
    found = []
    for groupby in sets:
        groups = {}
        for row in ROWS:
            groups.setdefault(tuple(row[COLUMNS.index(column)] for column in groupby), []).append(row)
        kept = [column for column in ordered if column in groupby]
        keys = sorted(groups, key=lambda key, by=groupby, kept=kept: [key[by.index(column)] for column in kept])
        found.append([(*key, *_figures(groups[key])) for key in keys])
    return found


def _figures(rows):
    values = [row[3] for row in rows if row[3] is not None]
    alone = len({row[2] for row in rows}) == 1
    return (sum(values) / len(values) if alone and values else False, len(rows))


@pytest.mark.parametrize(("sets", "order"), SHAPES)
def test_totals_are_those_of_all_rows(sets, order):
    plan = report.plan(sets, FIGURES, order, TARGET)
    assert len(plan.sets) < len(sets)
    assert plan.answers(read(plan.sets, ", ".join(plan.order)), [False, 0]) == read(sets, order)


def test_a_total_of_one_target_has_its_figures_and_that_of_several_a_count():
    plan = report.plan([["team"], ["team", TARGET]], FIGURES, "team, metric", TARGET)
    totals, _each = plan.answers(read(plan.sets, ", ".join(plan.order)), [False, 0])
    assert totals == [("a", 1, 2), ("b", False, 4), ("c", False, 2), ("~", 8, 1)]


@pytest.mark.parametrize(
    ("sets", "aggregates", "order"),
    [
        ([["team"], ["month"]], FIGURES, "team, month"),  # nothing is saved
        ([["team", TARGET]], FIGURES, "team, metric"),
        ([[], [TARGET]], ("value:sum",), "metric"),  # a sum is no average
        ([[], [TARGET]], ("value:max", "__count"), "metric"),
        ([[], [TARGET]], FIGURES, None),
        ([[], [TARGET]], FIGURES, "value:avg"),
        ([[], [TARGET]], FIGURES, "metric desc"),
        ([["team"], ["team", TARGET]], FIGURES, "team"),
    ],
)
def test_what_is_left_to_postgresql(sets, aggregates, order):
    assert report.plan(sets, aggregates, order, TARGET) is None


@pytest.mark.parametrize(
    ("groupby", "order", "expected"),
    [
        (("team", "month"), ("team", "month"), [("b", 1), ("b", 2), ("a", 1), (None, 3)]),
        (("team", "month"), ("month", "team"), [("b", 1), ("a", 1), ("b", 2), (None, 3)]),
        (("team", "month"), ("metric", "month", "team"), [("b", 1), ("a", 1), ("b", 2), (None, 3)]),
    ],
)
def test_what_is_sorted_afterwards_stands_as_postgresql_sorts_it(groupby, order, expected):
    rows = [(None, 3), ("a", 1), ("b", 2), ("b", 1)]
    assert report.in_order(rows, groupby, order, {"team": {"b": 0, "a": 1}}) == expected
