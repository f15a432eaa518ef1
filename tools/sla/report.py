"""Totals of a report that come from the rows of each SLA target, where those are asked for as well.

A set is what a table is grouped by, like ``("team_id", "metric")``. A total of several SLA targets has no figures, only
a number of rows. That of one target alone has the figures of this target.
"""

from dataclasses import dataclass

COUNT = "__count"
AVERAGE = ":avg"


@dataclass(frozen=True)
class Plan:
    """What is read instead of the sets that are wanted, and how to answer them."""

    wanted: tuple  # of sets
    #: What is read: each ends with the SLA target, and so does the order.
    sets: tuple
    order: tuple
    #: All columns in the order that is wanted.
    columns: tuple
    aggregates: tuple
    target: str

    def answers(self, found, mixed):
        """The rows of each wanted set.

        :param found: the rows of each set that was read
        :param mixed: the figures of a total of several targets; what is counted is added up
        """
        rows = dict(zip(self.sets, found, strict=True))
        return [self._answer(groupby, rows[_by_target(groupby, self.target)], mixed) for groupby in self.wanted]

    def _answer(self, groupby, rows, mixed):
        if self.target not in groupby:
            return self._totals(len(groupby), rows, mixed)
        place, last = groupby.index(self.target), len(groupby) - 1
        moved = [(*row[:place], row[last], *row[place:last], *row[last + 1 :]) for row in rows]
        before = self.columns[: self.columns.index(self.target)]
        places = [at for at, column in enumerate(groupby) if column in before]
        # They come in the order of the other columns: what comes first of those before the target keeps its place.
        ranks = {}
        for row in moved:
            ranks.setdefault(tuple(row[at] for at in places), len(ranks))
        return sorted(moved, key=lambda row: (ranks[tuple(row[at] for at in places)], row[place]))

    def _totals(self, width, rows, mixed):
        groups = {}
        for row in rows:
            groups.setdefault(row[:width], []).append(row[width + 1 :])
        return [
            (*group, *(figures[0] if len(figures) == 1 else self._together(figures, mixed)))
            for group, figures in groups.items()
        ]

    def _together(self, figures, mixed):
        columns = zip(self.aggregates, zip(*figures, strict=True), mixed, strict=True)
        return [sum(values) if aggregate == COUNT else empty for aggregate, values, empty in columns]


def plan(sets, aggregates, order, target):
    """How to answer sets by fewer that tell the SLA targets apart; None where that saves nothing or is not the same.

    :param aggregates: what is wanted of each group, like ``met_percent:avg``
    :param order: columns with commas in between; None is Odoo's own, which is another one than that of the same columns
    """
    if not order:
        return None
    wanted = tuple(tuple(groupby) for groupby in sets)
    read = tuple(dict.fromkeys(_by_target(groupby, target) for groupby in wanted))
    columns = tuple(dict.fromkeys(column for groupby in wanted for column in groupby))
    ordered = tuple(part.strip() for part in order.split(","))
    if len(read) == len(wanted) or set(ordered) != set(columns):
        return None
    if not all(aggregate == COUNT or aggregate.endswith(AVERAGE) for aggregate in aggregates):
        return None
    return Plan(wanted, read, _by_target(ordered, target), ordered, tuple(aggregates), target)


def in_order(rows, groupby, order, ranks):
    """Rows of one set as PostgreSQL sorts them: ascending, what is empty last.

    :param order: columns; those that the set is not grouped by say nothing
    :param ranks: by column, what stands for a value that cannot be compared; else the value does
    """
    places = [(groupby.index(column), ranks.get(column, {})) for column in order if column in groupby]

    def key(row):
        return [(not row[place], rank.get(row[place], row[place]) if row[place] else 0) for place, rank in places]

    return sorted(rows, key=key)


def _by_target(columns, target):
    """The same, the SLA target last."""
    return (*(column for column in columns if column != target), target)
