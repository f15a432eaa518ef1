"""What Odoo would refuse to store, or could not bear, does not take an email away: dates, ids, and pictures."""

import base64
import io
import struct
import zlib

from PIL import Image

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.inbound import ir_attachment
from .common import InboundCase

QUIET = ("odoo.addons.helpdesk_bridge", "odoo.addons.mail.models.fetchmail", "odoo.addons.mail.models.mail_thread")


def png(width, height, *chunks):
    """A black picture, of which no more than the size may be true; `chunks` come before its dots."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    dots = zlib.compress(b"\0" * min((width + 1) * height, 1_000_000))
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + b"".join(chunk(*one) for one in chunks)
    return head + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


def picture(kind, width=2_500, height=4):
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, kind)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestStored(InboundCase):
    def with_files(self, number, *files):
        parts = [f"From: jane@customer.example\r\nTo: {self.SUPPORT}\r\nSubject: Pictures\r\nMIME-Version: 1.0"]
        parts[0] += f'\r\nMessage-ID: <{number}@pictures.example>\r\nContent-Type: multipart/mixed; boundary="b"\r\n'
        parts.append("Content-Type: text/plain\r\n\r\nSee the pictures.\r\n")
        for place, (name, content) in enumerate(files):
            head = f'Content-Type: image/png\r\nContent-Disposition: attachment; filename="{place}-{name}"\r\n'
            encoded = base64.encodebytes(content).decode().replace("\n", "\r\n")
            parts.append(f"{head}Content-Transfer-Encoding: base64\r\n\r\n{encoded}")
        with mute_logger(*QUIET):
            self.fetch("\r\n--b\r\n".join([*parts, ""]).removesuffix("\r\n--b\r\n").encode() + b"\r\n--b--\r\n")
        return self.Log.search([("message_id", "=", f"<{number}@pictures.example>")])

    def test_a_date_that_cannot_be_stored_is_the_moment_of_arrival(self):
        for value in (
            "Mon, 2 Nov 126 10:00:00 +0000",
            "Mon, 01 Jan 0001 00:00:00 +0000",
            "Fri, 31 Dec 9999 23:59:59 +0000",
            "Fri, 31 Dec 9999 23:59:59 -0500",
        ):
            with self.subTest(value), mute_logger(*QUIET):
                before = fields.Datetime.now()
                row = self.receive("jane@customer.example", f"Date: {value}", subject=value)
                self.assertEqual(row.verdict, "created", row.error)
                message = row.ticket_id.message_ids.filtered(lambda one: one.message_type == "email")
                self.assertGreaterEqual(message.date, before)

    def test_a_device_without_dates_and_ids_opens_a_ticket_each_time(self):
        bare = b"From: printer@customer.example\r\nTo: support@example.com\r\nSubject: Paper jam\r\n\r\nTray 2.\r\n"
        first, second = (b"Received: by mx.example.com id %d\r\n" % number + bare for number in range(2))
        before = self.rows()
        self.fetch(first, second, first)
        self.assertEqual((self.rows() - before).mapped("verdict"), ["created", "created"])

    def test_ids_that_are_not_ascii(self):
        for number, written in enumerate(("<1@büro-pc>", "<ž.1@a.example>", "2@büro-pc", "<3@\u2028a.example>")):
            for charset in ("utf-8", "latin-1", "cp1250"):
                if written.encode(charset, "replace").decode(charset) != written:
                    continue
                with self.subTest(written, charset=charset), mute_logger(*QUIET):
                    head = f"From: jane-{number}@customer.example\r\nTo: {self.SUPPORT}\r\nSubject: {charset}"
                    first = f"{head}\r\nMessage-ID: {written}\r\n\r\nFirst\r\n".encode(charset)
                    before = self.rows()
                    self.fetch(first)
                    opened = self.rows() - before
                    self.assertEqual(opened.verdict, "created", opened.error)
                    for name in ("In-Reply-To", "References"):
                        before = self.rows()
                        reply = (
                            f"{head}\r\nMessage-ID: <{name}-{charset}-{number}@a>\r\n{name}: {written}\r\n\r\nRe\r\n"
                        )
                        self.fetch(reply.encode(charset))
                        row = self.rows() - before
                        is_found = written.startswith("<")
                        self.assertEqual(row.verdict, "replied" if is_found else "created", row.error)

    def test_ids_that_are_not_ascii_in_an_email_that_no_mailbox_fetched(self):
        raw = "From: jane@customer.example\r\nTo: x@a.example\r\nReferences: <1@büro-pc> ž@a.example\r\n\r\nHello\r\n"
        opened = self.env["mail.thread"].message_process("helpdesk.ticket", raw.encode("cp1250"))
        self.assertTrue(self.Ticket.browse(opened).exists())

    def test_a_picture_that_odoo_cannot_read_is_kept_as_it_was_sent(self):
        broken = picture("BMP")
        for number, (name, content) in enumerate(
            (
                ("damaged.png", png(2_500, 4, (b"eXIf", b"\xffM\x00*\x00\x00\x00\x08"))),
                ("damaged.bmp", broken[:18] + b"\xff\xff\xff\x7f" + broken[22:]),
                ("plan.png", png(20_000, 15_000)),
                ("cut.png", png(2_500, 4)[:40]),
                ("empty.png", b""),
                ("text.png", b"no picture"),
            )
        ):
            with self.subTest(name):
                row = self.with_files(number, (name, content))
                self.assertEqual(row.verdict, "created", row.error)
                message = row.ticket_id.message_ids.filtered(lambda one: one.message_type == "email")
                self.assertEqual(message.preview, "See the pictures.")
                self.assertEqual([one.raw or b"" for one in message.attachment_ids], [content])

    def test_large_pictures_become_smaller_as_everywhere_in_odoo_up_to_a_limit(self):
        self.patch(ir_attachment, "MAX_DOTS", 50_000)
        large = picture("PNG")
        row = self.with_files(9, *(("a.png", large) for _number in range(7)), ("b.png", picture("PNG", 20_000)))
        stored = row.ticket_id.message_ids.attachment_ids.sorted("name")
        self.assertEqual(len(stored), 8)
        sizes = [Image.open(io.BytesIO(one.raw)).size[0] for one in stored]
        self.assertEqual(sizes, [1_920] * 5 + [2_500] * 2 + [20_000])

    def test_what_a_user_attaches_is_as_in_odoo(self):
        self.patch(ir_attachment, "MAX_DOTS", 1)
        stored = self.env["ir.attachment"].create({"name": "a.png", "raw": picture("PNG")})
        self.assertEqual(Image.open(io.BytesIO(stored.raw)).size[0], 1_920)
