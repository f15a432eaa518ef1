"""What a user typed to find tickets becomes terms."""

import re
import unicodedata
import unittest

from tools.ticket.search_terms import MAX_TERMS, PLAIN, Term, terms

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


#: A text before it is folded, a term, whether the text may have it.
RAW = (
    ("info@acme.example", "@acme.example", True),
    ("Info＠acme", "@acme", True),
    ("Acme Ltd.", "@acme.example", False),
    ("Jiří Novák", "@", False),
    ("Jiří Novák", "novak", True),
    ("Wait…", "...", True),
    ("Wait.", "...", False),
    ("50 %", "%%%", False),
    ("50 ％％％", "%%%", True),
    ("a\\b", "\\", True),
    ("a/b", "\\", False),
    ("(1)", "(1)", True),
    ("①", "1", True),
    ("12", "1.2", False),
    ("-\u0301-", "--", True),
    ("\u00a0- -", '"- -"', True),
    ("paraŀlel", "l·l", True),
    ("℃", "°C", True),
    ("[x] *** ^$", "*** ", True),
    ("[x] ** ^$", "***", False),
    ("no sign", "^$", False),
)
#: What no plain character becomes when it is folded.
SIGN = re.compile(r"[\x00-\x40\x5b-\x60\x7b-\x7f]")


class TestSearchTerms(unittest.TestCase):
    def test_what_a_text_has_before_it_is_folded(self):
        for text, typed, may in RAW:
            with self.subTest(text, typed=typed):
                [term] = terms(typed)
                self.assertEqual(bool(re.search(term.raw, text)), may)

    def test_no_plain_character_becomes_a_sign(self):
        plain = re.compile(f"[{PLAIN}]")
        for character in map(chr, range(0x80, 0x110000)):
            if plain.match(character):
                self.assertFalse(SIGN.search(unicodedata.normalize("NFKD", character.lower())), ascii(character))
                self.assertFalse("\u0300" <= character <= "\u036f", ascii(character))

    def test_signs_are_a_part_wherever_they_are(self):
        for typed, part in (("%", r"%\%%"), ("--", "%--%"), ("%%%", r"%\%\%\%%"), ("_", r"%\_%"), ('"- -"', "%- -%")):
            with self.subTest(typed):
                self.assertEqual([term.part for term in terms(typed)], [part])

    def test_a_term_is_one_word_or_more(self):
        for typed, is_word in (("acme", True), ("it", True), ('"paper jam"', False), ('"a b"', False)):
            with self.subTest(typed):
                self.assertEqual([term.is_word for term in terms(typed)], [is_word])

    def test_shapes(self):
        for name, (text, expected) in SHAPES.items():
            with self.subTest(name):
                self.assertEqual(terms(text), expected)

    def test_no_more_than_can_be_afforded(self):
        self.assertEqual(len(terms(" ".join(f"word{number}" for number in range(100)))), MAX_TERMS)
