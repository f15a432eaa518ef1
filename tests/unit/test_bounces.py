"""What a bounce says: whom an email of ours did not reach, and which email it was, however a server writes it."""

import base64
import unittest
from quopri import encodestring

from mail_builder import attached, leaf, multi, plain
from payload_reader import parsed

from tools.email import mime_text, own_mark
from tools.inbound import auto_mail, bounces, sanitize
from tools.inbound.auto_mail import Kind

KEY = b"a key"
MARK = own_mark.mark(KEY, 42)
COPY = "--- Below this line is a copy of the message.\r\n\r\n"
OURS = (
    f"From: support@acme.example\r\nSubject: Re: [ML-#42] Fire\r\n{own_mark.HEADER}: {MARK}\r\n\r\nwords\r\n".encode()
)
HEAD = (
    "From: Mail Delivery System <MAILER-DAEMON@x.example>\r\nTo: support@acme.example\r\nSubject: Undelivered\r\n"
    "Message-ID: <1@x.example>\r\nMIME-Version: 1.0\r\n"
)


def fields(action, address="rfc822; jane@x.example"):
    lines = ("Reporting-MTA: dns; mx", "", f"Final-Recipient: {address}", f"Action: {action}", "Status: 5.1.1", "", "")
    return "\r\n".join(lines).encode()


def part(kind, data, encoding):
    if encoding == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        data = encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + data


def report(status, prefix="", encoding="8bit", returned="message/rfc822", type_prefix=None):
    kind = f"report; report-type={prefix if type_prefix is None else type_prefix}delivery-status"
    parts = (plain("Sorry."), part(f"message/{prefix}delivery-status", status, encoding), part(returned, OURS, "8bit"))
    return parsed(sanitize.sanitize(HEAD.encode() + multi(kind, *parts)).raw)


def as_text(text):
    return parsed(sanitize.sanitize(HEAD.encode() + plain(text)).raw)


class TestReports(unittest.TestCase):
    def test_in_every_encoding_and_about_international_addresses(self):
        for prefix, returned in (
            ("", "message/rfc822"),
            ("", "text/rfc822-headers"),
            ("", "message/rfc822-headers"),
            ("global-", "message/global"),
            ("global-", "message/global-headers"),
        ):
            for encoding in ("7bit", "8bit", "base64", "quoted-printable"):
                for type_prefix in {prefix, ""}:
                    options = {"encoding": encoding, "returned": returned, "type_prefix": type_prefix}
                    with self.subTest(prefix, **options):
                        failed = report(fields("failed"), prefix, **options)
                        self.assertIs(auto_mail.classify(failed).kind, Kind.BOUNCE)
                        self.assertEqual(bounces.failures(failed), [("jane@x.example", "5.1.1")])
                        marks = [mime_text.header(one, own_mark.HEADER) for one in bounces.returned(failed)]
                        self.assertEqual(own_mark.number_in(KEY, marks), 42)
                        self.assertIn("[ML-#42] Fire", bounces.returned_text(failed))
                        for action in ("delayed", "delivered", "relayed", "expanded"):
                            other = report(fields(action), prefix, **options)
                            self.assertIs(auto_mail.classify(other).kind, Kind.RECEIPT, action)
                            self.assertEqual(bounces.failures(other), [])

    def test_how_an_international_address_is_written(self):
        for written, expected in (
            ("utf-8; jäne@x.example", "jäne@x.example"),
            (r"utf-8; j\x{E4}ne@x.example", "jäne@x.example"),
            (r"UTF-8;j\x{e4}ne@m\x{FC}ller.example", "jäne@xn--mller-kva.example"),
            ("rfc822; jane@x.example", "jane@x.example"),
            (r"utf-8; \x{110000}ne@", None),
        ):
            with self.subTest(written):
                found = bounces.failures(report(fields("failed", written), "global-"))
                self.assertEqual([one.address for one in found], [expected] if expected else [])

    def test_an_international_read_receipt(self):
        for prefix in ("", "global-"):
            status = part(
                f"message/{prefix}disposition-notification", b"Disposition: manual-action; displayed\r\n", "7bit"
            )
            for kind in ("report", f"report; report-type={prefix}disposition-notification"):
                message = parsed(HEAD.encode() + multi(kind, plain("Read."), status))
                with self.subTest(prefix, kind=kind):
                    self.assertIs(auto_mail.classify(message).kind, Kind.RECEIPT)

    def test_an_attached_email_that_was_encoded(self):
        for encoding in ("base64", "quoted-printable"):
            raw = HEAD.encode() + multi("mixed", plain("Sorry."), part("message/rfc822", OURS, encoding))
            with self.subTest(encoding):
                marks = [mime_text.header(one, own_mark.HEADER) for one in bounces.returned(parsed(raw))]
                self.assertEqual(own_mark.number_in(KEY, marks), 42)
                self.assertIs(auto_mail.classify(parsed(raw), ("support@acme.example",)).kind, Kind.BOUNCE)


class TestTexts(unittest.TestCase):
    def test_our_mark_is_found_in_a_text(self):
        returned = OURS.decode()
        for text in (
            f"Hi. This is the qmail-send program.\r\n\r\n{COPY}{returned}",
            f"------ This is a copy of your message, including all the headers. ------\r\n\r\n{returned}",
            "   ----- Unsent message follows -----\r\n> " + returned.replace("\r\n", "\r\n> "),
            f"{own_mark.HEADER.upper()}: {MARK.upper()}",
        ):
            with self.subTest(text[:30]):
                marks = [mime_text.header(one, own_mark.HEADER) for one in bounces.returned(as_text(text))]
                self.assertEqual(own_mark.number_in(KEY, marks), 42)
        for text in ("Sorry.", f"{own_mark.HEADER}: 42-x", f"It says {own_mark.HEADER}: {MARK}"):
            with self.subTest(text):
                self.assertEqual(list(bounces.returned(as_text(text))), [])

    def test_whom_qmail_gives_up_on(self):
        begin = "Hi. This is the qmail-send program at x.example.\r\nI'm afraid I wasn't able to deliver it.\r\n\r\n"
        for text, expected in (
            (f"{begin}<jane@x.example>:\r\nNo such user.\r\n", ["jane@x.example"]),
            (f"{begin}<Jane@X.example>: unknown user", ["jane@x.example"]),
            (
                f"{begin}<a@x.example>:\r\nno\r\n\r\n<b@x.example>:\r\nno\r\n<a@x.example>:\r\n",
                ["a@x.example", "b@x.example"],
            ),
            (
                f"{begin}<a@x.example>:\r\nno\r\n\r\n{COPY}<b@x.example>:",
                ["a@x.example"],
            ),
            ("Hi.\r\n<jane@x.example>:\r\nwrote that", []),
            (f"{begin}jane@x.example:\r\nno", []),
        ):
            with self.subTest(text[-60:]):
                self.assertEqual([one.address for one in bounces.failures(as_text(text))], expected)

    def test_a_report_goes_before_a_text(self):
        parts = (
            plain("Hi. This is the relay.\r\n\r\n<bob@x.example>:\r\nno"),
            leaf("message/delivery-status", fields("failed")),
        )
        message = parsed(HEAD.encode() + multi("report", *parts, attached(OURS)))
        self.assertEqual(bounces.failures(message), [("jane@x.example", "5.1.1")])
