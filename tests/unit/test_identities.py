"""Two fetched emails are the same email, or they are not."""

import unittest

from tools.inbound import identities

FROM = b"From: Jane Doe <jane@customer.example>\n"
#: Of a device that writes neither a Message-ID nor a date.
BARE = b"Subject: Paper jam\nFrom: printer@customer.example\n\nTray 2.\n"
RECEIVED = b"Received: from printer by mx.example.com id %d; Mon, 2 Nov 2026 09:15:%02d +0100\n"


class TestIdentity(unittest.TestCase):
    RAW = (
        b"Received: from a by b\nDelivered-To: one@example.com\nX-Spam: no\nReturn-Path: <jane@customer.example>\n"
        b"From: Jane <Jane@Customer.example>\nTo: one@example.com\nDate: Mon, 2 Nov 2026 09:15:00 +0100\n"
        b"Subject: =?utf-8?Q?Tisk=C3=A1rna?=\nMessage-ID: <a@b.example>\n\nIt burns.\n"
    )

    def test_what_it_is(self):
        identity = identities.identify(self.RAW)
        self.assertEqual((identity.message_id, identity.sender), ("<a@b.example>", "jane@customer.example"))
        self.assertRegex(identity.content, "^[0-9a-f]{64}$")

    def test_what_transport_changes_makes_no_other_email(self):
        for before, after in (
            (b"from a by b", b"from c by d"),
            (b"Delivered-To: one@", b"Delivered-To: two@"),
            (b"X-Spam: no\n", b"X-Spam: yes\nX-Virus: none\n"),
            (b"Return-Path: <jane@customer.example>\n", b""),
            (b"\n", b"\r\n"),
            (b"It burns.\n", b"It burns.\n\n\n"),
            (b"=?utf-8?Q?Tisk=C3=A1rna?=", b"=?utf-8?B?VGlza8Ohcm5h?="),
            (b"Mon, 2 Nov 2026", b"Mon,\n 2 Nov 2026"),
            (b"Jane <Jane@", b"<jane@"),
            (b"To: one@example.com", b"To: two@example.com"),
        ):
            with self.subTest(after):
                self.assertEqual(identities.identify(self.RAW.replace(before, after)), identities.identify(self.RAW))

    def test_what_the_writer_changes_makes_another_email(self):
        for before, after in (
            (b"It burns.", b"It still burns."),
            (b"09:15:00", b"09:15:01"),
            (b"Tisk=C3=A1rna", b"Kop=C3=ADrka"),
            (b"Jane@Customer", b"joe@customer"),
        ):
            with self.subTest(after):
                other = identities.identify(self.RAW.replace(before, after))
                self.assertNotEqual(other.content, identities.identify(self.RAW).content)
                self.assertEqual(other.message_id, "<a@b.example>")

    def test_an_email_without_an_id_and_a_date_is_told_by_its_way(self):
        first, second = (RECEIVED % (number, number) + BARE for number in range(2))
        for title, one, other, is_same in (
            ("found again", first, first, True),
            ("with other line ends", first, first.replace(b"\n", b"\r\n"), True),
            ("sent again", first, second, False),
            ("sent again, with an id", b"Message-ID: <a@b>\n" + first, b"Message-ID: <a@b>\n" + second, True),
            ("sent again, with a date", b"Date: 2 Nov 2026\n" + first, b"Date: 2 Nov 2026\n" + second, True),
            ("nothing is known of its way", BARE, BARE, True),
        ):
            with self.subTest(title):
                self.assertEqual(identities.identify(one) == identities.identify(other), is_same)

    def test_ids(self):
        for value, expected in (
            (b"<a@b.example>", "<a@b.example>"),
            (b"\n <a@b.example>", "<a@b.example>"),
            (b"<a@b.example> (added by mx)", "<a@b.example>"),
            (b"no-brackets", "no-brackets"),
            (b"", ""),
            (b"   ", ""),
        ):
            with self.subTest(value):
                raw = FROM + b"Message-ID:" + value + b"\nMessage-ID: <second@b.example>\n\n"
                self.assertEqual(identities.identify(raw).message_id, expected)

    def test_an_id_that_is_too_long_is_hashed_and_always_to_the_same(self):
        ids = {
            identities.identify(FROM + b"Message-ID: <" + b"x" * size + b"@b.example>\n\n").message_id
            for size in (600, 600, 601)
        }
        self.assertEqual(len(ids), 2)
        self.assertLess(max(map(len, ids)), 100)

    def test_hostile_bytes(self):
        for raw in (
            b"",
            b"\x00",
            b"\xff" * 100,
            b":\n:\n",
            b"From:",
            b"From: \xff@\xff\n\n",
            FROM + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 1_000,
            b"\n" * 1_000,
        ):
            with self.subTest(raw[:10]):
                self.assertRegex(identities.identify(raw).content, "^[0-9a-f]{64}$")
