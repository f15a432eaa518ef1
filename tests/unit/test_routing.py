"""What becomes of a mail, case by case."""

import unittest

from tools.inbound.auto_mail import Kind
from tools.inbound.routing import TABLE, Mail, Way, way

ON_IT = {"names": True, "joins": True}
CLOSED = {**ON_IT, "closed": True}
LATE = {**CLOSED, "expired": True}


class TestRouting(unittest.TestCase):
    def test_every_case(self):
        for mail, expected in (
            # people
            (Mail(), Way.OPEN),
            (Mail(**ON_IT), Way.JOIN),
            (Mail(**CLOSED), Way.JOIN),
            (Mail(**LATE), Way.FOLLOW_UP),
            (Mail(names=True), Way.STRANGER),
            (Mail(names=True, closed=True, expired=True), Way.STRANGER),
            (Mail(forwards=True), Way.OPEN),
            (Mail(forwards=True, names=True), Way.STRANGER),
            (Mail(forwards=True, **ON_IT), Way.NOTE),
            # a mailing list is people who write to many
            (Mail(Kind.LIST), Way.OPEN),
            (Mail(Kind.LIST, **ON_IT), Way.JOIN),
            (Mail(Kind.LIST, **LATE), Way.FOLLOW_UP),
            # an automatic reply opens and reopens nothing
            (Mail(Kind.AUTO_REPLY), Way.IGNORE),
            (Mail(Kind.AUTO_REPLY, names=True), Way.IGNORE),
            (Mail(Kind.AUTO_REPLY, **ON_IT), Way.NOTE),
            (Mail(Kind.AUTO_REPLY, **CLOSED), Way.NOTE),
            (Mail(Kind.AUTO_REPLY, **LATE), Way.NOTE),
            # an alert is a case, if not a person's
            (Mail(Kind.AUTO_GENERATED), Way.OPEN),
            (Mail(Kind.AUTO_GENERATED, names=True), Way.STRANGER),
            (Mail(Kind.AUTO_GENERATED, **ON_IT), Way.NOTE),
            (Mail(Kind.AUTO_GENERATED, **CLOSED), Way.FOLLOW_UP),
            # what is told about our own mail
            (Mail(Kind.BOUNCE, **ON_IT), Way.IGNORE),
            (Mail(Kind.RECEIPT, **ON_IT), Way.IGNORE),
            (Mail(Kind.RECEIPT), Way.IGNORE),
        ):
            with self.subTest(mail):
                self.assertIs(way(mail), expected)

    def test_a_filter_beats_everything(self):
        for kind in Kind:
            for facts in ({}, ON_IT, CLOSED, LATE, {"names": True}):
                self.assertIs(way(Mail(kind, is_ignored=True, **facts)), Way.IGNORE)

    def test_every_line_of_the_table_decides_something(self):
        flags = ("is_ignored", "names", "joins", "closed", "expired", "forwards")
        deciding = set()
        for kind in Kind:
            for bits in range(2 ** len(flags)):
                mail = Mail(kind, **{flag: bool(bits >> place & 1) for place, flag in enumerate(flags)})
                deciding.add(next(line for line, (fits, _way) in enumerate(TABLE) if fits(mail)))
        self.assertEqual(deciding, set(range(len(TABLE))))
