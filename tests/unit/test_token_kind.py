"""What was pasted in place of a bot token is told apart by its beginning."""

import unittest

from tools.slack import token_kind


class TestSlackToken(unittest.TestCase):
    def test_what_people_paste(self):
        for pasted, expected in (
            ("xoxb-123-abc", "bot"),
            ("xoxp-123-abc", "user"),
            ("xapp-1-A0-123-abc", "app"),
            ("xoxe.xoxb-1-abc", "rotating"),
            ("xoxe.xoxp-1-abc", "rotating"),
            ("xoxe-1-abc", "rotating"),
            ("xoxs-1", "legacy"),
            ("xoxc-1", "browser"),
            ("https://hooks.slack.com/services/T0/B0/x", "address"),
            ("8f742231b10e8888abcd99yyyzzz85a5", "unknown"),
            ("8f742231b10e8888abcd99aaabbb85a5", "secret"),
            ("helpdesk", "unknown"),
            ("XOXB-123", "unknown"),
        ):
            with self.subTest(pasted):
                self.assertEqual(token_kind.kind(pasted), expected)

    def test_a_secret_is_found_in_whatever_stands_around_it(self):
        for text in ("xoxb-1-2", " xapp-1 ", "token=xoxp-1", '"xoxb-1"', "0123456789abcdef0123456789abcdef"):
            with self.subTest(text):
                self.assertTrue(token_kind.is_in(text))
        for text in ("#support", "support team", "https://acme.slack.com/team/U012", "C01234567", ""):
            with self.subTest(text):
                self.assertFalse(token_kind.is_in(text))

    def test_an_app_level_token_says_whose_it_is(self):
        for token, app in (
            ("xapp-1-A0HELPDESK-123-abc", "A0HELPDESK"),
            ("xapp-2-A07ABCDEF12-1-x", "A07ABCDEF12"),
            ("xapp-1-a0helpdesk-123", ""),
            ("xapp-1", ""),
            ("xapp-A0HELPDESK-1", ""),
            ("xoxb-1-A0HELPDESK-1", ""),
            ("", ""),
            (None, ""),
        ):
            with self.subTest(token):
                self.assertEqual(token_kind.app_of(token), app)
