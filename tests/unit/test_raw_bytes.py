"""Raw bytes in a header are read, or they would end up where no database can store them."""

import unittest

from payload_reader import parsed

from tools.email import message_ids, mime_text
from tools.inbound import auto_mail, bounces, identities, sanitize, sender_authentication

REPORT = "multipart/report; report-type={}; boundary=b"


def mail(*lines, charset="utf-8", body=""):
    head = ["From: Jane <jane@müller.example>", "Message-ID: <1@a.example>", *lines]
    return parsed("\r\n".join([*head, "", body]).encode(charset))


def report(action, status, charset="utf-8"):
    part = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
    part += f"Final-Recipient: rfc822; jo@a.example\r\nAction: {action}\r\nStatus: {status}\r\n"
    kind = REPORT.format("delivery-status")
    return mail(f"Content-Type: {kind}", charset=charset, body=f"--b\r\n{part}\r\n--b--\r\n")


class TestRawBytes(unittest.TestCase):
    def assert_storable(self, text):
        self.assertFalse(mime_text.UNSTORABLE.search(str(text)), ascii(text))

    def test_what_is_said_of_an_email_can_be_stored(self):
        for charset in ("utf-8", "latin-1"):
            with self.subTest(charset):
                results = mail("Authentication-Results: mx; dmarc=fäil", charset=charset)
                self.assert_storable(sender_authentication.forgery(results))
                server = mail("Authentication-Results: mä.example; dmarc=pass", charset=charset)
                self.assert_storable(sender_authentication.authenticate(server, "mx", "jane@müller.example").reason)
                self.assert_storable(auto_mail.classify(report("deläyed", "5.1.1", charset)).reason)
                kind = mail(f"Content-Type: {REPORT.format('äbuse')}", charset=charset, body="--b\r\n\r\nx\r\n--b--")
                self.assert_storable(auto_mail.classify(kind).reason)
                [failure] = bounces.failures(report("failed", "5.1.ä", charset))
                self.assert_storable(failure.status)

    def test_a_domain_in_unicode_is_the_senders(self):
        results = "Authentication-Results: mx.example.com; dmarc=pass header.from={}"
        for named, is_proven in (("müller.example", True), ("xn--mller-kva.example", True), ("muller.example", False)):
            with self.subTest(named):
                message = mail(results.format(named))
                proof = sender_authentication.authenticate(message, "mx.example.com", "jane@müller.example")
                self.assertEqual(bool(proof), is_proven, proof.reason)
                self.assertEqual(not sender_authentication.forgery(message, "mx.example.com"), is_proven)

    def test_an_id_in_a_reference_is_the_id_of_its_email(self):
        for written in ("<1@büro-pc>", "<ž.1@a.example>", "<3@\u2028a.example>"):
            raw = f"Message-ID: {written}\r\nIn-Reply-To: {written}\r\nReferences: <2@a> {written}\r\n\r\n".encode()
            sanitized = sanitize.sanitize(raw).raw
            for name, before in (("In-Reply-To", []), ("References", ["<2@a>"])):
                with self.subTest(written, name=name):
                    found = message_ids.found_in(*mime_text.header_values(parsed(sanitized), name))
                    self.assertEqual(found, [*before, identities.identify(sanitized).message_id])
                    # As it comes from an alias, which is not sanitized.
                    self.assertEqual(
                        message_ids.found_in(mime_text.header(parsed(raw), name))[-1:], ["".join(written.split())]
                    )
