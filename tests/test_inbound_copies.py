"""An email that comes directly and through a mailing list, which changes it, is one ticket or one reply."""

from odoo.tests import tagged

from .common import InboundCase

JANE, LIST = "Jane Doe <jane@customer.example>", "List-Id: <a.list.example>"
DATE, LATER = "Date: Mon, 02 Nov 2026 10:15:00 +0100", "Date: Mon, 02 Nov 2026 10:15:07 +0100"
FOOTER = "\r\n____________\r\nlist mailing list\r\nhttps://list.example/\r\n"
FILE = "Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n%s"


@tagged("post_install", "-at_install")
class TestCopies(InboundCase):
    def bring_in(self, *headers, sender=JANE, subject="Printer", body="It burns."):
        """Let an email come in; all of one test have one Message-ID. :return: its row"""
        seen = self.rows()
        lines = [
            f"From: {sender}",
            f"To: {self.SUPPORT}",
            f"Subject: {subject}",
            f"Message-ID: <{self.id()}@x.example>",
        ]
        raw = "\r\n".join([*lines, *headers, "", body, ""]).encode()
        self.fetch(raw)
        [row] = self.rows() - seen
        return row

    def test_a_copy_that_a_list_changed(self):
        as_page = "Content-Type: text/html; charset=utf-8"
        through = dict(sender="Jane Doe via A <a@list.example>", subject="[A] Printer", body=f"It burns.{FOOTER}")
        first = self.bring_in(DATE)
        for name, headers, values in (
            ("footer and subject", [DATE, LIST], {"subject": "[A] Printer", "body": f"It burns.{FOOTER}"}),
            ("another zone", ["Date: Mon, 02 Nov 2026 09:15:00 +0000", LIST], {"body": f"It  burns.\r\n{FOOTER}"}),
            ("the list's address", [DATE, LIST, "Reply-To: Jane Doe <jane@customer.example>"], through),
            ("the subject alone", [DATE], {"subject": "[EXTERNAL] Printer"}),
            ("as HTML", [DATE, LIST, as_page], {"body": f"<p>It <b>burns.</b></p><hr>{FOOTER}"}),
        ):
            with self.subTest(name):
                row = self.bring_in(*headers, **values)
                self.assertEqual((row.verdict, row.ticket_id), ("duplicate", first.ticket_id))
                self.assertIn("already processed", row.reason)
        self.assertEqual(self.words(first.ticket_id), [("public", "It burns.")])

    def test_the_copy_of_a_list_comes_first(self):
        first = self.bring_in(DATE, LIST, subject="[A] Printer", body=f"It burns.{FOOTER}")
        row = self.bring_in(DATE)
        self.assertEqual((row.verdict, row.ticket_id), ("duplicate", first.ticket_id))

    def test_a_reply_comes_twice(self):
        self.mailbox.helpdesk_opens_lists = False
        ticket = self.receive(JANE).ticket_id
        answering = self.answering(ticket)
        self.assertEqual(self.bring_in(DATE, answering, body="Again.").verdict, "replied")
        row = self.bring_in(DATE, answering, LIST, subject="[A] Re: Printer", body=f"Again.{FOOTER}")
        self.assertEqual((row.verdict, row.ticket_id), ("duplicate", ticket))
        self.assertEqual([words for _kind, words in self.words(ticket)].count("Again."), 1)

    def test_two_emails_with_one_message_id(self):
        first = self.bring_in(DATE)
        for name, headers, values in (
            ("another moment", [LATER], {"body": "It burns. "}),
            ("no moment", [], {}),
            ("other words", [DATE], {"body": "It smokes."}),
            ("other words of a list", [DATE, LIST], {"body": f"It smokes.{FOOTER}"}),
            ("more words, but no list", [DATE], {"body": "It burns. Please hurry."}),
            ("another subject", [DATE, LIST], {"subject": "Kettle"}),
            ("another sender", [DATE, LIST], {"sender": "Joe <joe@x.example>", "body": f"It burns.{FOOTER}"}),
            ("another file", [DATE, LIST, "Content-Type: multipart/mixed; boundary=b"],
             {"body": f"--b\r\n\r\nIt burns.\r\n--b\r\n{FILE % 'new'}\r\n--b--"}),
        ):  # fmt: skip
            with self.subTest(name):
                row = self.bring_in(*headers, **values)
                self.assertEqual(row.verdict, "created")
                self.assertNotEqual(row.ticket_id, first.ticket_id)

    def test_the_first_one_opened_nothing(self):
        self.mailbox.helpdesk_opens_lists = False
        self.assertEqual(self.bring_in(DATE, LIST, body=f"It burns.{FOOTER}").verdict, "ignored")
        self.assertEqual(self.bring_in(DATE).verdict, "created")
