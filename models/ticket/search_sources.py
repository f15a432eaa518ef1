"""Where a term of a search is looked for, and how: all tickets that hold it, or one ticket after the other.

For a rare term, the index of each place says which tickets hold it, and only those are looked at. For a term that half
of all tickets hold ("hello", "gmail.com") that is the expensive way: an index says no order, so that all of them are
fetched, and sorted, to show eighty. There the tickets come in the order of the list, and each is asked whether it
holds the term, until the page is full, or until there are more than the client counts (`count_limit` of the list).
Either way finds the same.

Which one is cheaper depends on how many tickets are asked for, and on how common the term is. PostgreSQL knows that
without reading a row: its statistics hold the most common words and a sample of the texts. They are asked for once a
search, by an EXPLAIN that carries nothing out. Its planner could not choose by itself: it takes the cost of the check
for any other, and does not know of many tickets that hold the term that the first of them are enough. `OFFSET 0` keeps
it from turning one way into the other.

Signs ("%", "---") are in no index. For them alone, all tickets are read as they were typed; beside another term, only
those are asked that hold the other. Where so many tickets hold all terms that the first of an order are soon found,
PostgreSQL is told one condition, not one for each term: it multiplies them, and would sort all for fear of few.

Measured among 1,000,000 tickets with 1,500,000 messages, on one busy processor: to fetch what an index has found takes
3 µs a row, its ticket and the sorting included; to ask one ticket takes 12 µs, to pass over one that the user may not
see 1 to 6. `search_cost.py` in tools reckons so.
"""

import re
from dataclasses import dataclass, replace

from odoo.tools import SQL

from ...tools.ticket import search_cost
from .search_table import FOLDED, PERSON, PERSON_PART, SHORT, TABLE

#: Of a phrase, so many words are counted.
MOST_WORDS = 3


@dataclass(frozen=True, eq=False)
class Place:
    """One place where a term may be found.

    :param rows: a query for the ids of all tickets that hold it there
    :param counted: queries of which each finds as many rows or more; PostgreSQL takes the words of a phrase for
        independent of each other, and fetches all rows that hold all of them
    :param table: where one ticket is looked up
    :param own: which rows of that table are the ticket's: SQL with its alias
    :param holds: whether such a row holds the term
    :param is_scanned: no index finds it: all tickets are read for `rows`
    """

    rows: SQL
    table: str
    own: str
    holds: SQL
    counted: tuple
    is_scanned: bool = False

    def check(self, alias):
        """Whether the ticket with this alias holds the term."""
        own = SQL(self.own, SQL.identifier(alias))
        return SQL("EXISTS (SELECT FROM %s WHERE %s AND %s OFFSET 0)", SQL.identifier(self.table), own, self.holds)


def places(term, is_reference):
    """All places of a term. :param is_reference: one ticket is looked for; numbers in conversations are not meant"""
    part = SQL("short LIKE %s", term.like)
    folded, person = SQL("%s LIKE %s", SQL(PERSON), term.like), _person(term)
    short, customers = _in_table(part, "message_id = 0 AND "), _customers(folded)
    customer = Place(customers, "res_partner", "res_partner.id = %s.partner_id", person, (customers,))
    if not term.query:
        short = replace(short, rows=_typed(term) if term.raw else short.rows, is_scanned=True)
        customer = replace(customer, rows=_customers(person), is_scanned=True)
    found = [short, customer]
    if term.query and not is_reference:
        words = sorted(term.query.split(" <-> "), key=len)[-MOST_WORDS:]
        found.append(_in_table(_said(term.query), counted=map(_said, words)))
    return found


def _typed(term):
    """The tickets with signs: few texts have them as they were typed, or may have them when they are folded."""
    part = "({0} LIKE %s OR (octet_length({0}) <> length({0}) AND {0} ~ %s))"
    typed = SQL(" OR ").join(SQL(part.format(name), term.part, term.raw) for name in SHORT)
    folded = SQL("CASE WHEN %s THEN %s LIKE %s ELSE FALSE END", typed, SQL(FOLDED), term.like)
    return SQL("SELECT id FROM helpdesk_ticket WHERE %s", folded)


def _customers(holds):
    return SQL("SELECT id FROM helpdesk_ticket WHERE partner_id IN (SELECT id FROM res_partner WHERE %s)", holds)


def _person(term):
    """SQL: a contact holds a term. It says the same as `PERSON LIKE …`, which an index can answer, in less time."""
    if not term.is_word:
        return SQL("%s LIKE %s", SQL(PERSON), term.like)
    parts = []
    for name in ("email", "complete_name"):
        part = SQL("%s LIKE %s", SQL(PERSON_PART.format(name)), term.like)
        parts.append(SQL("(%s ~ %s AND %s)", SQL.identifier(name), term.raw, part) if term.raw else part)
    return SQL("(%s)", SQL(" OR ").join(parts))


def _said(query):
    return SQL("words @@ to_tsquery('pg_catalog.simple', %s)", query)


def _in_table(holds, own="", counted=()):
    select = SQL("SELECT ticket_id FROM %s", SQL.identifier(TABLE))
    rows, *parts = (SQL("%s WHERE %s", select, condition) for condition in (holds, *counted))
    return Place(rows, TABLE, f"{own}{TABLE}.ticket_id = %s.id", holds, tuple(parts or [rows]))


@dataclass(frozen=True, eq=False)
class Request:
    """What a search is for.

    :param limit: how many tickets are wanted
    :param filtered: a query for those that its other conditions let through
    :param is_ordered: whether the first of an order are wanted
    :param sees_all: whether no rule keeps tickets from the user
    """

    limit: int
    filtered: SQL
    is_ordered: bool
    sees_all: bool


@dataclass(frozen=True)
class Way:
    """How a search finds its tickets.

    :param often: those of the places that hold their term so often, or are so long to read, that it is cheaper to ask
        one ticket after the other
    :param rarest_first: the places of each term, in the order in which a ticket is asked for them
    :param is_plenty: the first of an order are soon found
    """

    often: set
    rarest_first: list
    is_plenty: bool


def decided(env, places_of_terms, request=None):
    """The cheapest `Way`.

    :param request: a `Request`; None if all tickets are wanted
    """
    asked = [place for places in places_of_terms for place in places]
    everything = SQL("SELECT id FROM helpdesk_ticket")
    queries = [everything, request.filtered if request else everything]
    queries += [query for place in asked for query in place.counted]
    arrays = SQL(", ").join(SQL("ARRAY(%s)", query) for query in queries)
    [[[plan]]] = env.execute_query(SQL("EXPLAIN (FORMAT JSON) SELECT %s", arrays))
    tickets, filtered, *counts = _rows_of_parts(plan["Plan"])
    counts = iter(counts)
    rows = [[min(next(counts) for _query in place.counted) for place in places] for places in places_of_terms]
    read = tickets * search_cost.READ
    fetched = [
        [max(count, read * place.is_scanned) for place, count in zip(*term, strict=True)]
        for term in zip(places_of_terms, rows, strict=True)
    ]
    wanted = search_cost.Wanted(
        limit=request and request.limit,
        tickets=tickets,
        filtered=filtered,
        is_ordered=bool(request and request.is_ordered),
        sees_all=not request or request.sees_all,
    )
    terms = [sum(counted) for counted in rows]
    most = search_cost.rare_enough(terms, wanted, [sum(counted) for counted in fetched])
    often = {
        places[number]
        for places, counted in zip(places_of_terms, fetched, strict=True)
        for number in search_cost.common(counted, most)
    }
    rarest_first = [places_of_terms[number] for number in sorted(range(len(terms)), key=terms.__getitem__)]
    return Way(often, rarest_first, search_cost.is_plenty(terms, wanted))


def _rows_of_parts(plan):
    """How many rows PostgreSQL expects of each part of a query, in their order."""
    found = {}
    for part in plan.get("Plans", ()):
        if number := re.match(r"InitPlan (\d+)", part.get("Subplan Name", "")):
            found[int(number[1])] = part["Plan Rows"]
    return [found[number] for number in sorted(found)]


def condition(alias, way, named, is_page):
    """SQL: a ticket holds each term in one of its places.

    :param named: ids of tickets that are found in any case
    :param is_page: not all tickets are wanted. Those that hold the rare terms are fetched first, as an array, which
        PostgreSQL never asks the other way round: it takes any rare word for a thousand times as common as it is
    """
    known = [SQL("SELECT unnest(%s)", list(named))] if named else []
    rare, asked = [], []
    for places in way.rarest_first:
        rows = SQL(" UNION ALL ").join([*(place.rows for place in places if place not in way.often), *known])
        checks = [place.check(alias) for place in places if place in way.often]
        if not checks:
            rare.append(SQL("(%s)", rows))
        else:
            ids = [SQL("%s IN (%s)", SQL.identifier(alias, "id"), rows)] if rows else []
            asked.append(SQL("(%s)", SQL(" OR ").join([*checks, *ids])))
    if way.is_plenty and len(asked) > 1:
        asked = [_one_by_one(asked)]
    if rare and is_page:
        both = SQL(" INTERSECT ").join(rare)
        asked.append(SQL("%s = ANY (ARRAY(%s))", SQL.identifier(alias, "id"), both))
    else:
        asked += [SQL("%s IN %s", SQL.identifier(alias, "id"), rows) for rows in rare]
    return SQL(" AND ").join(asked)


def _one_by_one(conditions):
    """All of them, as one to PostgreSQL: for each it would expect fewer tickets, and sort all rather than few."""
    whole = conditions[-1]
    for one in reversed(conditions[:-1]):
        whole = SQL("CASE WHEN %s THEN %s ELSE FALSE END", one, whole)
    return whole
