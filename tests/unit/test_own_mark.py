"""An email of ours has a mark that nobody else can make."""

import unittest

from tools.email.own_mark import comparable, mark, number_in

KEY, OTHER = b"this database", b"another database"


class TestOwnMark(unittest.TestCase):
    def test_whose_ticket_it_is(self):
        ours, theirs = mark(KEY, 42), mark(OTHER, 42)
        signature = ours.partition("-")[2]
        for values, expected in (
            ([ours], 42),
            ([f" {ours}\t"], 42),
            ([theirs, ours], 42),
            ([mark(KEY, 999_999_999)], 999_999_999),
            ([], 0),
            ([""], 0),
            ([theirs], 0),
            ([f"43-{signature}"], 0),
            ([f"042-{signature}"], 0),
            ([ours.upper()], 0),
            ([ours[:-1]], 0),
            ([f"{ours}0"], 0),
            (["42-"], 0),
            (["42"], 0),
            (["ü-" + signature], 0),
            ([f"٤٢-{signature}"], 0),
        ):
            with self.subTest(values):
                self.assertEqual(number_in(KEY, values), expected)

    def test_a_text_reads_the_same_in_every_dress(self):
        for text in (
            "Unplug it, please!",
            "Unplug\n  it,\r\n> I did\n   please",
            "*Unplug* it [1], please",
            "UNPLUG\tIT PLEASE 1",
        ):
            with self.subTest(text):
                self.assertEqual(comparable(text), "unplugitplease")
        self.assertEqual(comparable("Žížala – 2 €"), "žížala")
