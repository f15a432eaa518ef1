"""A rare term is found by an index, a common one by asking tickets, whatever else is searched for."""

import unittest

from tools.ticket.search_cost import LOOK, most_rows

TICKETS = 100_000
#: Rows that hold each term, how many tickets are wanted; which of the terms tickets are asked for.
SHAPES = {
    "a rare word": ([10], 80, [False]),
    "what nobody said": ([1], 80, [False]),
    "a word in a hundredth of the messages, a page": ([5_000], 80, [True]),
    "one in a hundred, counted": ([5_000], 1001, [False]),
    "one in a hundred, all of them": ([5_000], None, [False]),
    "a word in every message, a page": ([500_000], 80, [True]),
    "in every message, counted": ([500_000], 1001, [True]),
    "in every message, all of them": ([500_000], None, [False]),
    "a common and a rare word": ([500_000, 10], 80, [True, False]),
    "common and rare, all of them": ([500_000, 10], None, [True, False]),
    "two common words": ([500_000, 500_000], 1001, [True, True]),
    "two words that few tickets hold both": ([5_000, 5_000], 1001, [False, False]),
    "two that differ": ([5_000, 20_000], 1001, [False, True]),
}


class TestSearchCost(unittest.TestCase):
    def test_shapes(self):
        for name, (terms, limit, asked) in SHAPES.items():
            with self.subTest(name):
                most = most_rows(terms, TICKETS, limit)
                self.assertEqual([rows > most for rows in terms], asked)

    def test_no_more_tickets_are_asked_than_there_are(self):
        self.assertEqual(most_rows([10_000_000], 100, 1001), LOOK * 100)

    def test_nothing_is_known(self):
        self.assertEqual(most_rows([1], 0, 80), LOOK)
