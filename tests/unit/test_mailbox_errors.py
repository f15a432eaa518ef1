"""What Odoo keeps of a failed look into a mailbox, and what people read of it."""

import unittest

from tools.inbound import mailbox_errors

REFUSED = "The mail server does not accept this user name and password."
SILENT = "The mail server does not answer. Check its name and port."

TABLE = (
    ("b'[AUTHENTICATIONFAILED] Authentication failed.'", REFUSED),
    ("Server replied with following exception:\n b'[AUTHENTICATIONFAILED] Invalid credentials (Failure)'", REFUSED),
    ("b'LOGIN failed.'", REFUSED),
    ("b'-ERR Username and Password not accepted, invalid login'", REFUSED),
    ("Connection test failed: 111", SILENT),
    ("[Errno 111] Connection refused", SILENT),
    ("No response received. Check server information.\n -2\nName or service not known", SILENT),
    ("timed out", SILENT),
    (
        "1\n[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
        "The mail server does not use TLS on this port. Check the port and SSL/TLS.",
    ),
    (
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate",
        "The certificate of the mail server cannot be verified.",
    ),
    ("The folder Support does not exist. There are: INBOX", "The folder Support does not exist. There are: INBOX"),
    ("SELECT => b'NO [SERVERBUG]  Internal\\x00 error'", "SELECT => NO [SERVERBUG] Internal\\x00 error"),
    ("", ""),
    (None, ""),
)


class TestMailboxTrouble(unittest.TestCase):
    def test_each_message_says_what_to_do(self):
        for text, words in TABLE:
            with self.subTest(text):
                self.assertEqual(mailbox_errors.explain(text), words)

    def test_a_novel_is_cut(self):
        self.assertEqual(len(mailbox_errors.explain("x" * 1000)), mailbox_errors.MAX_LENGTH)
