"""Which failures of a mail server pass, and which are the email's own."""

import errno
import smtplib
import socket
import ssl
import unittest

from tools.outbound import smtp_errors


def wrapped(error):
    """As a caller passes it on: another exception, raised while this one was handled."""
    try:
        try:
            raise error
        except Exception:
            raise RuntimeError("Mail Delivery Failed", "in other words")  # noqa: B904 (so it comes)
    except RuntimeError as outer:
        return outer


def refused(*codes):
    return smtplib.SMTPRecipientsRefused(
        {f"{code}@x.example": (code, b"5.1.1 no" if code == 550 else b"no") for code in codes}
    )


class TestJudge(unittest.TestCase):
    def test_what_is_tried_again(self):
        for error in (
            ConnectionRefusedError(111, "Connection refused"),
            TimeoutError("timed out"),
            socket.gaierror(-2, "Name or service not known"),
            ssl.SSLError("handshake failure"),
            smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
            smtplib.SMTPDataError(451, b"4.3.0 try later"),
            smtplib.SMTPDataError(421, b"closing"),
            smtplib.SMTPSenderRefused(450, b"greylisted", "support@example.com"),
            refused(450),
            refused(450, 451),
        ):
            with self.subTest(error):
                self.assertEqual(smtp_errors.judge(error, 1).retry_in, 60)
                self.assertEqual(smtp_errors.judge(wrapped(error), 1).retry_in, 60)

    def test_what_is_given_up(self):
        for error, bad_address in (
            (smtplib.SMTPDataError(554, b"5.7.1 spam"), False),
            (smtplib.SMTPDataError(552, b"too big"), False),
            (smtplib.SMTPSenderRefused(550, b"5.7.1 not yours", "support@example.com"), False),
            (refused(550), True),
            (refused(551), True),
            (refused(552), False),
            (refused(450, 550), True),
            (smtplib.SMTPNotSupportedError("SMTPUTF8"), False),
            (UnicodeEncodeError("ascii", "ž", 0, 1, "ordinal"), False),
            (AssertionError("The email has no valid recipient"), False),
            (ValueError("Header values may not contain linefeed"), False),
        ):
            with self.subTest(error):
                decision = smtp_errors.judge(error, 1)
                self.assertIsNone(decision.retry_in)
                self.assertEqual(decision.bad_address, bad_address)

    def test_what_goes_wrong_before_the_email_is_never_its_fault(self):
        for error in (
            smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong password"),
            smtplib.SMTPConnectError(554, b"no service"),
            smtplib.SMTPNotSupportedError("STARTTLS"),
            ValueError("Missing SMTP Server"),
        ):
            with self.subTest(error):
                self.assertEqual(
                    smtp_errors.judge(RuntimeError("Unable to connect", error), 1, connecting=True).retry_in, 60
                )

    def test_it_is_tried_more_and_more_rarely_for_three_days(self):
        waits = [smtp_errors.judge(TimeoutError(), attempts).retry_in for attempts in range(1, 201)]
        self.assertIn(None, waits, "there is no end to it")
        waits = waits[: waits.index(None)]
        self.assertEqual(waits[:6], [60, 300, 900, 1800, 3600, 3600])
        self.assertAlmostEqual(sum(waits) / 86400, 3, places=1)

    def test_the_reason_is_what_the_server_said_in_one_line(self):
        for error, reason in (
            (wrapped(smtplib.SMTPDataError(451, b"4.3.0 try\r\nlater")), "451 4.3.0 try later"),
            (refused(550), "550@x.example: 550 5.1.1 no"),
            (
                RuntimeError("Unable to connect", ConnectionRefusedError(111, "refused")),
                "ConnectionRefusedError: [Errno 111] refused",
            ),
            (ValueError("x" * 1000), f"ValueError: {'x' * 1000}"[:500]),
        ):
            with self.subTest(reason):
                self.assertEqual(smtp_errors.judge(error, 1).reason, reason)

    def test_a_server_that_says_nothing_is_named(self):
        for error in (
            ConnectionRefusedError(111, "Connection refused"),
            TimeoutError("timed out"),
            socket.gaierror(-2, "Name or service not known"),
            OSError(errno.EHOSTUNREACH, "No route to host"),
        ):
            with self.subTest(error):
                decision = smtp_errors.judge(
                    RuntimeError("Unable to connect", error), 1, connecting=True, server="mx:25"
                )
                self.assertEqual(decision.reason, "The mail server mx:25 does not answer.")
        said = smtp_errors.judge(smtplib.SMTPDataError(451, b"later"), 1, server="mx:25").reason
        self.assertEqual(said, "451 later", "it has answered")

    def test_whose_error_it_is(self):
        for error, is_servers in (
            (smtplib.SMTPServerDisconnected("gone"), True),
            (smtplib.SMTPDataError(451, b"later"), True),
            (refused(550), True),
            (TimeoutError(), True),
            (ValueError("no"), False),
            (KeyError("name"), False),
        ):
            with self.subTest(error):
                self.assertEqual(smtp_errors.is_servers(wrapped(error)), is_servers)

    def test_when_the_line_is_lost_the_next_email_cannot_use_it(self):
        for error, lost in (
            (smtplib.SMTPServerDisconnected("gone"), True),
            (smtplib.SMTPDataError(421, b"closing"), True),
            (TimeoutError(), True),
            (smtplib.SMTPDataError(451, b"later"), False),
            (refused(550), False),
            (ValueError("no"), False),
        ):
            with self.subTest(error):
                self.assertEqual(smtp_errors.is_connection_lost(wrapped(error)), lost)
