"""A rare term is found by an index, a common one by asking tickets, whatever else is searched for."""

import unittest

from tools.ticket.search_cost import LOOK, PLENTY, SEEN_IN_PART, Wanted, common, is_plenty, rare_enough

TICKETS = 1_000_000
PAGE = {"limit": 80, "is_ordered": True}
COUNT = {"limit": 1001}
ALL = {"limit": None}
OPEN = {"filtered": 5_000}
AGENT = {"sees_all": False}
#: Rows that hold each term, what is wanted; which of the terms tickets are asked for.
SHAPES = {
    "a rare word": ([10], PAGE, [False]),
    "what nobody said": ([1], PAGE, [False]),
    "a word in a twentieth of the tickets, a page": ([60_000], PAGE, [True]),
    "in a twentieth, counted": ([60_000], COUNT, [False]),
    "in a twentieth, all of them": ([60_000], ALL, [False]),
    "in a fiftieth, a page": ([20_000], PAGE, [False]),
    "in a tenth, a page": ([100_000], PAGE, [True]),
    "in a tenth, counted": ([100_000], COUNT, [True]),
    "a word in every message, a page": ([2_500_000], PAGE, [True]),
    "in every message, counted": ([2_500_000], COUNT, [True]),
    "in every message, all of them": ([6_000_000], ALL, [True]),
    "a common and a rare word": ([2_500_000, 10], PAGE, [True, False]),
    "common and rare, all of them": ([2_500_000, 10], ALL, [True, False]),
    "two common words": ([2_500_000, 2_500_000], COUNT, [True, True]),
    "two words that few tickets hold both": ([50_000, 50_000], COUNT, [False, False]),
    "two that differ": ([50_000, 500_000], COUNT, [False, True]),
    "a word in a fiftieth, open ones": ([20_000], PAGE | OPEN | AGENT, [True]),
    "in a fiftieth, open ones, counted": ([60_000], COUNT | OPEN, [True]),
    "a rare word, open ones": ([100], COUNT | OPEN | AGENT, [False]),
    "in a fiftieth, an agent's page": ([20_000], PAGE | AGENT, [False]),
    "in a twentieth, an agent's count": ([60_000], COUNT | AGENT, [False]),
    "in every subject, an agent's count": ([2_500_000], COUNT | AGENT, [True]),
}


#: The same; whether the first of an order are soon found.
SOON = {
    "a word in every message": ([2_500_000], PAGE, True),
    "just enough": ([80 * PLENTY], PAGE, True),
    "one too few": ([80 * PLENTY - 1], PAGE, False),
    "each term takes its part": ([10_000, 10_000], PAGE, False),
    "enough of both": ([500_000, 2_000], PAGE, True),
    "open ones": ([500_000], PAGE | OPEN, True),
    "few of the open ones": ([50_000], PAGE | OPEN, False),
    "the few that an agent sees": ([500_000], PAGE | OPEN | AGENT, False),
    "in no order": ([2_500_000], COUNT, False),
    "all of them": ([2_500_000], ALL | {"is_ordered": True}, False),
    "where there is none": ([0], PAGE | {"tickets": 0}, False),
}


class TestSearchCost(unittest.TestCase):
    def test_shapes(self):
        for name, (terms, wanted, asked) in SHAPES.items():
            with self.subTest(name):
                most = rare_enough(terms, Wanted(**{"tickets": TICKETS, "filtered": TICKETS, **wanted}))
                self.assertEqual([rows > most for rows in terms], asked)

    def test_the_first_are_soon_found(self):
        for name, (terms, wanted, expected) in SOON.items():
            with self.subTest(name):
                wanted = Wanted(**{"tickets": TICKETS, "filtered": TICKETS, **wanted})
                self.assertIs(is_plenty(terms, wanted), expected)

    def test_what_is_long_to_fetch_is_not_taken_for_rare(self):
        page = Wanted(tickets=TICKETS, filtered=TICKETS, **PAGE)
        self.assertEqual(rare_enough([10], page, [400_000]), LOOK * 400_000)
        self.assertEqual(rare_enough([10, 50], page, [400_000, 50]), LOOK * 50)

    def test_no_more_tickets_are_asked_than_there_are(self):
        most = rare_enough([10_000_000], Wanted(limit=1001, tickets=100, filtered=100))
        self.assertEqual(most, LOOK * 110)

    def test_of_what_is_not_seen_nothing_is_asked(self):
        seen, part = (
            rare_enough([10**9], Wanted(limit=None, tickets=100, filtered=100, sees_all=sees_all))
            for sees_all in (True, False)
        )
        self.assertAlmostEqual(part, LOOK * (100 * SEEN_IN_PART + 10))
        self.assertEqual(seen, LOOK * 110)

    def test_nothing_is_known(self):
        self.assertEqual(rare_enough([1], Wanted(limit=80, tickets=0, filtered=0)), 0)

    def test_places_of_a_term(self):
        shapes = {
            "all are rare": ([10, 20, 30], 60, []),
            "one holds nearly all": ([10, 20, 1000], 60, [2]),
            "all together are common": ([25, 25, 25], 60, [0, 1, 2]),
            "each is common": ([100, 200, 300], 60, [0, 1, 2]),
            "one place": ([61], 60, [0]),
        }
        for name, (rows, most, asked) in shapes.items():
            with self.subTest(name):
                self.assertEqual(common(rows, most), asked)
