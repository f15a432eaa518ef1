"""What a ticket shows of an email, and what of it stays a file; an email that cannot be read is a ticket too."""

import base64
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.email import payload
from .common import InboundCase

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgAAACAAAB4iG8MwAAAABJRU5ErkJggg==")
INNER = b"From: v@vendor.example\r\nSubject:Offer\r\nX-Odd: \xe9\r\nContent-Type: text/html\r\n\r\n<p>VENDOR\r\n"
MODELS = "odoo.addons.helpdesk_bridge.models.inbound"
QUIET = (f"{MODELS}.helpdesk_inbound_mail_failure", f"{MODELS}.helpdesk_inbound_mail_rescue", "odoo.addons.mail")


@tagged("post_install", "-at_install")
class TestPayload(InboundCase):
    def bring_in(self, *parts, headers=b"", kind=b"multipart/mixed; boundary=b"):
        """Let an email with these parts come in. :return: its row"""
        type(self).number = getattr(type(self), "number", 0) + 1
        head = b"From: Kim <kim@gast.example>\r\nTo: support@example.com\r\nSubject: x\r\n" + headers
        head += f"Message-ID: <p{self.number}@gast.example>\r\n".encode() + b"Content-Type: " + kind + b"\r\n\r\n"
        body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n" if len(parts) > 1 else parts[0]
        self.raw = head + body
        self.fetch(self.raw)
        return self.rows()[-1]

    def message(self, row):
        return row.ticket_id.message_ids.filtered(lambda message: message.message_type == "email").sorted("id")[-1]

    def files(self, row):
        return {file.name: file.raw for file in self.message(row).attachment_ids}

    def notes(self, row):
        return [words for kind, words in self.words(row.ticket_id) if kind == "note"]

    def test_words_beside_an_attached_email(self):
        attached = b"Content-Type: message/rfc822\r\n\r\n" + INNER
        row = self.bring_in(b"Content-Type: text/plain\r\n\r\nMY OWN", attached)
        self.assertEqual(self.message(row).preview, "MY OWN")
        self.assertIn("MY OWN", row.ticket_id.description)
        self.assertNotIn("VENDOR", f"{row.ticket_id.description} {self.message(row).body}")
        self.assertEqual(self.files(row), {"Offer.eml": INNER})

    def test_an_image_without_a_name_is_shown(self):
        html = b"Content-Type: text/html\r\n\r\n<p>see <img src='CID:Abc%40x'>"
        image = b"Content-Type: image/png\r\nContent-ID: <abc@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        row = self.bring_in(html, image + base64.b64encode(PNG))
        [file] = self.message(row).attachment_ids
        self.assertIn(f"/web/image/{file.id}?access_token={file.access_token}", self.message(row).body)
        self.assertEqual((file.raw, file.mimetype), (PNG, "image/png"))

    def test_an_image_inside_the_html_becomes_a_file(self):
        data = base64.b64encode(PNG)
        row = self.bring_in(b'<p>see <img src="data:image/png;base64,' + data + b'">', kind=b"text/html")
        [file] = self.message(row).attachment_ids
        self.assertIn(f"/web/image/{file.id}?", self.message(row).body)
        self.assertEqual(file.raw, PNG)

    def test_plain_text_is_no_code_and_its_quote_is_folded(self):
        text = b"It <b>works</b>.\r\n\r\nOn Mon, 2 Nov 2026 at 10:15, Help <h@example.com> wrote:\r\n> old\r\n"
        row = self.bring_in(text, kind=b"text/plain")
        body = self.message(row).body
        self.assertNotIn("<pre", body)
        self.assertIn("<p>It &lt;b&gt;works&lt;/b&gt;.</p>", body)
        self.assertIn("data-o-mail-quote", body)
        self.assertLess(body.index("works"), body.index("data-o-mail-quote"))

    def test_quotes_in_html_are_folded(self):
        html = b'<div>new</div><div class="gmail_quote"><blockquote>old</blockquote></div>'
        body = self.message(self.bring_in(html, kind=b"text/html")).body
        self.assertLess(body.index("new"), body.index("data-o-mail-quote"))

    def test_a_whole_email_that_is_a_file(self):
        data = b"name;<script>alert(1)</script>\r\n"
        row = self.bring_in(data, kind=b'text/csv; name="list.csv"')
        self.assertEqual(self.files(row), {"list.csv": data})
        self.assertNotIn("script", self.message(row).body or "")

    def test_the_original_is_kept_as_it_came(self):
        self.mailbox.original = True
        row = self.bring_in("žluť".encode("cp1250") + b"\r\nend", kind=b"text/plain")
        self.assertEqual(self.files(row), {"original_email.eml": self.raw})

    def test_a_signed_email(self):
        self.fetch((Path(__file__).parent / "fixtures" / "smime.eml").read_bytes())
        row = self.rows()[-1]
        self.assertIn("Die Heizung im Büro geht nicht.", self.message(row).preview)
        self.assertEqual(list(self.files(row)), ["smime.p7m"])
        self.assertIn("Its S/MIME signature fits the text", " ".join(self.notes(row)))

    def test_an_email_that_cannot_be_read_becomes_a_ticket(self):
        with patch.object(payload, "read", side_effect=ZeroDivisionError("boom")), mute_logger(*QUIET):
            row = self.bring_in(b"words", kind=b"text/plain")
            self.assertFalse(row.verdict)
            connection = self.fetch(self.raw)
            self.assertTrue(connection.mails)
            self.assertFalse(self.fetch(self.raw).mails)
        row = self.rows()
        self.assertEqual((row.verdict, row.ticket_id.partner_email), ("created", "kim@gast.example"))
        self.assertEqual((row.ticket_id.name, self.files(row)), ("x", {"original.eml": self.raw}))
        self.assertIn("boom", row.error)
        self.assertIn("could not be read (ZeroDivisionError: boom)", self.notes(row)[0])

    def test_an_oversized_email_becomes_a_ticket_at_once(self):
        part, people = b"Content-Type: text/plain\r\n\r\nx", b"To: " + b"a@b.example, " * 3_000 + b"c@d.example\r\n"
        for parts, headers, why in (
            ([part] * 501, b"", "the email has more than 500 parts"),
            ([part] * 2, people, "the email has about 3,002 recipients, more than 2,000"),
        ):
            with self.subTest(why), mute_logger(*QUIET):
                row = self.bring_in(*parts, headers=headers)
                self.assertEqual((row.verdict, row.ticket_id.partner_email), ("created", "kim@gast.example"))
                self.assertEqual((row.ticket_id.name, self.files(row)), ("x", {"original.eml": self.raw}))
                self.assertIn(f"could not be read ({why})", self.notes(row)[0])
                self.assertEqual(row.error, why)

    def test_an_answer_that_cannot_be_read_joins_its_ticket(self):
        ticket = self.bring_in(b"words", kind=b"text/plain").ticket_id
        headers = f"{self.answering(ticket)}\r\n".encode()
        with patch.object(payload, "read", side_effect=ZeroDivisionError("boom")), mute_logger(*QUIET):
            self.bring_in(b"words", kind=b"text/plain", headers=headers)
            self.fetch(self.raw)
            self.fetch(self.raw)
        row = self.rows()[-1]
        self.assertEqual((row.verdict, row.ticket_id), ("replied", ticket))
        self.assertEqual(self.files(row), {"original.eml": self.raw})

    def test_a_program_whose_email_cannot_be_read_gets_no_ticket(self):
        router = type(self.env["helpdesk.inbound.router"])
        decide, errors = router._decide, [ZeroDivisionError("boom")] * 3

        def broken(*arguments):
            if errors:
                raise errors.pop()
            return decide(*arguments)

        with patch.object(router, "_decide", broken), mute_logger(*QUIET):
            self.bring_in(b"words", kind=b"text/plain", headers=b"Auto-Submitted: auto-replied\r\n")
            self.fetch(self.raw)
            self.assertFalse(self.fetch(self.raw).mails)
        self.assertRecordValues(self.rows(), [{"verdict": "machine", "ticket_id": False}])

    def test_what_fails_whatever_it_contains_is_kept_for_an_administrator(self):
        broken = patch.object(type(self.Ticket), "message_new", side_effect=ZeroDivisionError("boom"))
        with broken, mute_logger(*QUIET):
            self.bring_in(b"words", kind=b"text/plain")
            self.fetch(self.raw)
            self.assertFalse(self.fetch(self.raw).mails)
        self.assertEqual(self.rows().verdict, "failed")
        self.assertEqual(base64.b64decode(self.rows().raw), self.raw)

    def test_a_bounce_with_missing_parts_is_a_bounce(self):
        report = b'multipart/report; report-type="delivery-status"; boundary=b'
        for parts in (
            (b"Content-Type: text/plain\r\n\r\nnot delivered", b"Content-Type: message/delivery-status\r\n\r\n"),
            (b"\r\nnot delivered", b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\neA=="),
            (b"\r\nnot delivered", b"Content-Type: message/rfc822\r\n"),
            (b"\r\nnot delivered", b"Content-Type: text/rfc822-headers; charset=x-none\r\n\r\n\xff"),
        ):
            with self.subTest(parts):
                row = self.bring_in(*parts, kind=report, headers=b"Return-Path: <>\r\n")
                self.assertEqual((row.verdict, row.ticket_id.ids, row.attempts), ("bounce", [], 1))
