"""Which places of a search are worth an index, and where it is cheaper to ask one ticket after the other.

An index brings all rows that hold a term; a ticket that is asked costs as much as `LOOK` of them. Tickets are asked in
the order of the list until enough are found, or those are asked that hold the rarest term.
"""

from math import prod

#: To ask one ticket takes as long as to fetch so many rows that an index has found.
LOOK = 2.5


def most_rows(terms, tickets, limit):
    """So many rows are worth fetching by an index; a place that holds more of a term is asked instead.

    :param terms: for each term, how many rows hold it at most
    :param tickets: how many there are
    :param limit: how many are wanted; None for all
    """
    rarest = min(terms)
    if not limit or not tickets:
        return LOOK * rarest
    # As if it had nothing to do with one term whether a ticket holds the other.
    share = prod(min(1, rows / tickets) for rows in terms)
    return LOOK * min(rarest, tickets, limit / share)
