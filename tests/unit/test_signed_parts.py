"""Which bytes of an email an S/MIME signature beside them signs."""

import time
import unittest

from mail_builder import leaf, mail, multi, plain
from payload_reader import parsed

from tools.email import signed_parts, smime

SIGNATURE = leaf("application/pkcs7-signature; name=smime.p7s", b"MIAG", encoding="base64")


def signed(text):
    return multi("signed", plain(text), SIGNATURE)


class TestSignedParts(unittest.TestCase):
    def test_the_bytes_between_two_lines_with_the_boundary(self):
        for raw, boundary, expected in (
            (b"--b\r\nabc\r\n--b\r\n", "b", b"abc"),
            (b"x\n--b\nabc\n--b--", "b", b"abc"),
            (b"x\n--b \t\r\nabc\r\n\r\n--b-- \r\n", "b", b"abc\r\n"),
            (b"x\r--b\rabc\r\r--b--\r", "b", b"abc\r"),
            (b"--b\nabc\n--bb\n--b", "b", b"abc\n--bb"),
            (b"--b\nabc\nx--b\n--b", "b", b"abc\nx--b"),
            (b"--a.c\nabc\n--abc\n--a.c", "a.c", b"abc\n--abc"),
            (b"x--b\nabc\n--b--", "b", b""),
            (b"--b\n--b\n", "b", b""),
            (b"--b\nabc", "b", b""),
            (b"--b", "b", b""),
            (b"", "b", b""),
            (b"--\nabc\n--\n", "", b""),
        ):
            with self.subTest(raw):
                self.assertEqual(signed_parts._first_part(raw, boundary), expected)

    def test_each_signature_has_its_part(self):
        raw = mail(multi("mixed", signed("one"), plain("no one signed this"), signed("two")))
        texts = [text.rpartition(b"\r\n\r\n")[2] for _part, text in signed_parts.found(parsed(raw), raw)]
        self.assertEqual(texts, [b"one", b"two"])

    def test_hundreds_of_signatures_in_a_large_email_cost_no_minutes(self):
        for filler in (b"\n-\n" * 3_000_000, b"\r\n--\r\n" * 1_500_000):
            raw = mail(multi("mixed", plain(filler), *(signed("x") for _number in range(150))))
            message = parsed(raw)
            started = time.process_time()
            self.assertEqual(len(signed_parts.found(message, raw)), smime.MAX_SIGNERS)
            self.assertLess(time.process_time() - started, 3)
