"""Which outgoing mail servers let an email come from the mailbox."""

import unittest

from tools.outbound.mail_servers import replacement

BOX, NOTES = "support@example.com", "notifications@alias.example"


class TestReplacement(unittest.TestCase):
    def test_every_set_of_servers(self):
        for notifications, filters, default, expected in (
            # Odoo has no other address
            ("", [], "", ""),
            ("", ["other.example"], "", ""),
            # a server for everybody
            (NOTES, [""], "", ""),
            (NOTES, [False], "", ""),
            (NOTES, ["alias.example", ""], "", ""),
            (NOTES, [" , "], "", ""),
            # a server for the mailbox, or for its domain
            (NOTES, ["support@example.com"], "", ""),
            (NOTES, ["Support@Example.com"], "", ""),
            (NOTES, ["example.com"], "", ""),
            (NOTES, ["alias.example, example.com"], "", ""),
            (NOTES, ["alias.example", "EXAMPLE.com"], "", ""),
            # servers for others
            (NOTES, ["alias.example"], "", NOTES),
            (NOTES, ["other@example.com"], "", NOTES),
            (NOTES, ["sub.example.com"], "", NOTES),
            (NOTES, ["notexample.com", "example.com.evil.example"], "", NOTES),
            # none: Odoo's configuration
            (NOTES, [], "", ""),
            (NOTES, [], None, ""),
            (NOTES, [], "example.com", ""),
            (NOTES, [], "alias.example", NOTES),
            # the mailbox sends notifications itself
            (BOX, ["other.example"], "", ""),
        ):
            with self.subTest(notifications=notifications, filters=filters, default=default):
                self.assertEqual(replacement(BOX, notifications, filters, default), expected)
