"""Which places of a search are worth an index, and where it is cheaper to ask one ticket after the other.

An index brings all rows that hold a term. Tickets are asked in the order of the list until enough are found, or those
are asked that hold the rarest term. A ticket that is asked costs as much as `LOOK` rows of an index; one that is passed
over, because the user may not see it, costs a part of that.
"""

from dataclasses import dataclass
from math import prod

#: To ask one ticket takes as long as to fetch so many rows that an index has found.
LOOK = 4
#: To pass over one ticket, as a part of that: in the order of the list, which jumps about in the table, or in any.
PASS_ORDERED, PASS = 0.5, 0.1
#: To read one ticket for signs that are in no index, as a part of fetching a row.
READ = 0.4
#: Of an order, the first tickets are asked until a page is full, if so many times a page are expected.
PLENTY = 4
#: How much of all a user is taken to see whom rules keep from some: PostgreSQL does not know.
SEEN_IN_PART = 0.1


@dataclass(frozen=True)
class Wanted:
    """What a search is for.

    :param limit: how many tickets are wanted; None for all
    :param tickets: how many there are
    :param filtered: how many of them the other conditions let through, which an index finds
    :param is_ordered: whether the first of an order are wanted
    :param sees_all: whether the user may see all of them
    """

    limit: int | None
    tickets: int
    filtered: int
    is_ordered: bool = False
    sees_all: bool = True


def rare_enough(terms, wanted, fetched=None):
    """So many rows are worth fetching by an index; what holds more of a term is asked instead.

    :param terms: for each term, how many rows hold it at most
    :param fetched: how many rows it costs as much as to fetch them, if these are more
    """
    rarest = min(fetched or terms)
    seen = _seen(wanted)
    asked = wanted.filtered * seen
    if wanted.limit and wanted.tickets:
        asked = min(asked, wanted.limit / _chance(terms, wanted))
    passed = asked / seen * (PASS_ORDERED if wanted.is_ordered else PASS)
    return LOOK * min(rarest, asked + passed)


def is_plenty(terms, wanted):
    """Whether so many tickets hold all terms that the first of an order are soon found."""
    if not (wanted.limit and wanted.is_ordered and wanted.tickets):
        return False
    return wanted.filtered * _seen(wanted) * _chance(terms, wanted) >= PLENTY * wanted.limit


def _seen(wanted):
    return 1 if wanted.sees_all else SEEN_IN_PART


def _chance(terms, wanted):
    """How likely a ticket holds all terms, as if it had nothing to do with one whether it holds the other."""
    return prod(min(1, rows / wanted.tickets) for rows in terms)


def common(rows, most):
    """Which places of one term are asked, as their numbers: none, if all of its rows are worth fetching.

    :param rows: how many rows of the term each place holds
    :param most: what `rare_enough` says
    """
    if sum(rows) <= most:
        return []
    return [place for place, count in enumerate(rows) if count > most / len(rows)]
