"""What a user typed to find tickets becomes terms."""

import unittest

from tools.ticket.search_terms import MAX_TERMS, Term, terms

SHAPES = {
    "a word": ("toner", [Term("%toner%", "'toner':*")]),
    "two words": ("paper jam", [Term("%paper%", "'paper':*"), Term("%jam%", "'jam':*")]),
    "the same word twice": ("jam jam", [Term("%jam%", "'jam':*")]),
    "a phrase": ('"paper jam"', [Term("%paper jam%", "'paper' <-> 'jam':*")]),
    "a phrase that is not closed": ('"paper jam', [Term("%paper%", "'paper':*"), Term("%jam%", "'jam':*")]),
    "an address": ("jo@acme.example", [Term("%jo@acme.example%", "'jo' <-> 'acme' <-> 'example':*")]),
    "what LIKE would read": (r"50%_\ ", [Term(r"%50\%\_\\%", "'50'")]),
    "a short word": ("it", [Term("% it%", "'it'")]),
    "a short end": ("usb-c", [Term("%usb-c%", "'usb' <-> 'c'")]),
    "an apostrophe": ("o'brien", [Term("%o'brien%", "'o' <-> 'brien':*")]),
    "another script": ("принтер", [Term("%принтер%", "'принтер':*")]),
    "only signs": ("--- !!", [Term("%---%", ""), Term("% !!%", "")]),
    "operators of a tsquery": ("a&b|!c", [Term("%a&b|!c%", "'a' <-> 'b' <-> 'c'")]),
    "nothing": ("  ", []),
}


class TestSearchTerms(unittest.TestCase):
    def test_shapes(self):
        for name, (text, expected) in SHAPES.items():
            with self.subTest(name):
                self.assertEqual(terms(text), expected)

    def test_no_more_than_can_be_afforded(self):
        self.assertEqual(len(terms(" ".join(f"word{number}" for number in range(100)))), MAX_TERMS)
