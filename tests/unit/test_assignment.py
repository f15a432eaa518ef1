"""Who gets the next ticket."""

import unittest
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from tools.ticket.assignment import Member, choose

MONDAY, TUESDAY = datetime(2026, 6, 1), datetime(2026, 6, 2)

#: (why, members, who)
TABLE = [
    ("nobody is there", [], 0),
    ("the only one", [Member(7)], 7),
    ("fewest open tickets", [Member(1, 3), Member(2, 1), Member(3, 2)], 2),
    ("longest without a new one", [Member(1, 1, latest=TUESDAY), Member(2, 1, latest=MONDAY)], 2),
    ("never had one", [Member(1, 0, latest=MONDAY), Member(2, 0)], 2),
    ("fewer tickets count more than waiting", [Member(1, 2, latest=MONDAY), Member(2, 1, latest=TUESDAY)], 2),
    ("the oldest member when all is equal", [Member(9), Member(4)], 4),
    ("whoever is at the limit gets none", [Member(1, 2, limit=2), Member(2, 5)], 2),
    ("above a limit that was lowered", [Member(1, 3, limit=2), Member(2, 5)], 2),
    ("one below the limit", [Member(1, 1, limit=2), Member(2, 5)], 1),
    ("all at their limits", [Member(1, 2, limit=2), Member(2, 1, limit=1)], 0),
]


class TestAssignment(unittest.TestCase):
    def test_who_is_next(self):
        for why, members, who in TABLE:
            with self.subTest(why):
                self.assertEqual(choose(members), who)
                self.assertEqual(choose(members[::-1]), who)

    def test_five_hundred_tickets_are_spread_evenly(self):
        members = {number: Member(number) for number in range(1, 6)}
        counts = Counter()
        for number in range(502):
            who = choose(members.values())
            counts[who] += 1
            member = members[who]
            members[who] = replace(member, open=member.open + 1, latest=MONDAY + timedelta(seconds=number))
        self.assertLessEqual(max(counts.values()) - min(counts.values()), 1)
