"""What becomes of an email, case by case."""

import unittest

from tools.inbound.auto_mail import Kind
from tools.inbound.routing import TABLE, Disposition, Mail, disposition

ON_IT = {"names": True, "joins": True}
CLOSED = {**ON_IT, "closed": True}
LATE = {**CLOSED, "expired": True}


class TestRouting(unittest.TestCase):
    def test_every_case(self):
        for mail, expected in (
            # people
            (Mail(), Disposition.OPEN),
            (Mail(**ON_IT), Disposition.JOIN),
            (Mail(**CLOSED), Disposition.JOIN),
            (Mail(**LATE), Disposition.FOLLOW_UP),
            (Mail(names=True), Disposition.STRANGER),
            (Mail(names=True, closed=True, expired=True), Disposition.STRANGER),
            (Mail(forwards=True), Disposition.OPEN),
            (Mail(forwards=True, names=True), Disposition.STRANGER),
            (Mail(forwards=True, **ON_IT), Disposition.NOTE),
            # a mailing list is people who write to many
            (Mail(Kind.LIST), Disposition.OPEN),
            (Mail(Kind.LIST, **ON_IT), Disposition.JOIN),
            (Mail(Kind.LIST, **LATE), Disposition.FOLLOW_UP),
            # where lists open no tickets, their people still join, and an agent may forward one
            (Mail(Kind.LIST, is_refused=True), Disposition.IGNORE),
            (Mail(Kind.AUTO_GENERATED, is_refused=True), Disposition.IGNORE),
            (Mail(Kind.LIST, is_refused=True, **ON_IT), Disposition.JOIN),
            (Mail(Kind.LIST, is_refused=True, **LATE), Disposition.FOLLOW_UP),
            (Mail(Kind.LIST, is_refused=True, names=True), Disposition.STRANGER),
            (Mail(Kind.LIST, is_refused=True, forwards=True), Disposition.OPEN),
            # an automatic reply opens and reopens nothing
            (Mail(Kind.AUTO_REPLY), Disposition.IGNORE),
            (Mail(Kind.AUTO_REPLY, names=True), Disposition.IGNORE),
            (Mail(Kind.AUTO_REPLY, **ON_IT), Disposition.NOTE),
            (Mail(Kind.AUTO_REPLY, **CLOSED), Disposition.NOTE),
            (Mail(Kind.AUTO_REPLY, **LATE), Disposition.NOTE),
            # nor does a reaction
            (Mail(Kind.REACTION), Disposition.IGNORE),
            (Mail(Kind.REACTION, names=True), Disposition.IGNORE),
            (Mail(Kind.REACTION, **ON_IT), Disposition.NOTE),
            (Mail(Kind.REACTION, **CLOSED), Disposition.NOTE),
            (Mail(Kind.REACTION, **LATE), Disposition.NOTE),
            # our own email
            (Mail(Kind.OWN), Disposition.IGNORE),
            (Mail(Kind.OWN, **ON_IT), Disposition.IGNORE),
            # an alert is a case, if not a person's
            (Mail(Kind.AUTO_GENERATED), Disposition.OPEN),
            (Mail(Kind.AUTO_GENERATED, names=True), Disposition.STRANGER),
            (Mail(Kind.AUTO_GENERATED, **ON_IT), Disposition.NOTE),
            (Mail(Kind.AUTO_GENERATED, **CLOSED), Disposition.FOLLOW_UP),
            # what is told about our own email
            (Mail(Kind.BOUNCE, **ON_IT), Disposition.IGNORE),
            (Mail(Kind.RECEIPT, **ON_IT), Disposition.IGNORE),
            (Mail(Kind.RECEIPT), Disposition.IGNORE),
        ):
            with self.subTest(mail):
                self.assertIs(disposition(mail), expected)

    def test_a_filter_beats_everything(self):
        for kind in Kind:
            for facts in ({}, ON_IT, CLOSED, LATE, {"names": True}):
                self.assertIs(disposition(Mail(kind, is_ignored=True, **facts)), Disposition.IGNORE)

    def test_every_line_of_the_table_decides_something(self):
        flags = ("is_ignored", "is_refused", "names", "joins", "closed", "expired", "forwards")
        deciding = set()
        for kind in Kind:
            for bits in range(2 ** len(flags)):
                mail = Mail(kind, **{flag: bool(bits >> place & 1) for place, flag in enumerate(flags)})
                deciding.add(next(line for line, (fits, _disposition) in enumerate(TABLE) if fits(mail)))
        self.assertEqual(deciding, set(range(len(TABLE))))
