"""What was pasted in place of a bot token is told apart by its beginning."""

import unittest

from tools import slack_token


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
                self.assertEqual(slack_token.kind(pasted), expected)
