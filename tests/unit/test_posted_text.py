"""What a posted message is shown as in the outbox."""

import unittest

from tools.slack import message_html, posted_text
from tools.slack.message_words import Names

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Printer*\non fire"}}
FIELDS = {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Assignee*\n<@U1>"}, {"text": " "}, {}]}
CONTEXT = {"type": "context", "elements": [{"type": "mrkdwn", "text": "<https://a.example|Open in Odoo>"}]}
BUTTONS = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Take"}}]}


class TestPostedText(unittest.TestCase):
    def test_what_people_read_is_kept_and_buttons_are_not(self):
        for message, expected in (
            ({"text": "Flat"}, "Flat"),
            ({"text": "Flat", "blocks": []}, "Flat"),
            ({"text": "Flat", "blocks": [BUTTONS]}, "Flat"),
            ({"text": "Flat", "blocks": [SECTION]}, "*Printer*\non fire"),
            (
                {"blocks": [SECTION, FIELDS, CONTEXT, BUTTONS]},
                "*Printer*\non fire\n*Assignee*\n<@U1>\n<https://a.example|Open in Odoo>",
            ),
            ({"text": ">Please\n> help > me"}, "&gt;Please\n&gt; help > me"),
            ({}, ""),
            ({"text": None, "blocks": "nonsense"}, ""),
            ({"text": "x" * 50_000}, "x" * 12_000),
        ):
            with self.subTest(str(message)[:80]):
                self.assertEqual(posted_text.text(message), expected)

    def test_it_reads_as_in_slack(self):
        html = message_html.to_html({"text": posted_text.text({"blocks": [SECTION, FIELDS]})}, Names({"U1": "Anna"}))
        self.assertEqual(html, "<p><b>Printer</b><br>on fire<br><b>Assignee</b><br>@Anna</p>")
