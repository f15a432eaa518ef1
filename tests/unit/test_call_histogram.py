"""Calls are counted the way Prometheus reads them."""

import unittest

from tools.slack.call_histogram import BOUNDS, CallTally, histograms


class TestCallTally(unittest.TestCase):
    def setUp(self):
        self.tally = CallTally()

    def test_a_call_is_counted_under_the_first_bound_that_holds_it(self):
        for seconds, bound in ((0, "0.1"), (0.1, "0.1"), (0.11, "0.25"), (10, "10.0"), (10.5, "+Inf")):
            with self.subTest(seconds):
                tally = CallTally()
                tally.add("chat.update", "sent", seconds)
                self.assertEqual(tally.take()[0], {("chat.update", "sent", bound): 1})

    def test_taking_begins_anew(self):
        self.tally.add("chat.update", "sent", 1)
        self.tally.take()
        self.assertEqual(self.tally.take(), ({}, {}))

    def test_buckets_grow_up_to_all_calls(self):
        for seconds in (0.05, 0.3, 0.3, 20):
            self.tally.add("chat.postMessage", "sent", seconds)
        [(method, outcome, buckets, seconds)] = histograms(*self.tally.take())
        self.assertEqual((method, outcome), ("chat.postMessage", "sent"))
        self.assertEqual([calls for _bound, calls in buckets], [1, 1, 3, 3, 3, 3, 3, 4])
        self.assertEqual(len(buckets), len(BOUNDS) + 1)
        self.assertAlmostEqual(seconds, 20.65)

    def test_methods_and_outcomes_stand_apart(self):
        self.tally.add("chat.update", "sent", 1)
        self.tally.add("chat.postMessage", "hold", 1)
        self.tally.add("chat.postMessage", "sent", 1)
        found = [(method, outcome) for method, outcome, _buckets, _seconds in histograms(*self.tally.take())]
        self.assertEqual(found, [("chat.postMessage", "hold"), ("chat.postMessage", "sent"), ("chat.update", "sent")])
