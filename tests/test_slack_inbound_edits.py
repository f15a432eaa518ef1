"""Edits and deletions of a reply in whatever order Slack delivers them: in the end Odoo has what Slack shows."""

from itertools import permutations
from unittest.mock import patch

from odoo.tests import tagged

from .slack_inbound_case import SlackInboundCase


@tagged("post_install", "-at_install")
class TestSlackInboundEdits(SlackInboundCase):
    def rows(self, said):
        """What the inbox has of a message, and the row of the message itself."""
        rows = self.Inbox.search([("message_ts", "=", said["event"]["ts"])])
        return rows, rows.filtered(lambda row: row.kind == "message")

    def deliver(self, *bodies):
        """Each is carried out before the next one comes."""
        for body in bodies:
            self.take(body)

    def test_the_last_edit_counts_in_whatever_order_they_come(self):
        for order in permutations(range(3)):
            with self.subTest(order):
                said = self.reply("As said")
                bodies = [said, self.edit(said, "Edited once"), self.edit(said, "Edited twice")]
                self.deliver(*(bodies[number] for number in order))
                rows, message = self.rows(said)
                self.assertIn("Edited twice", message.message_id.body)
                self.assertNotIn("once", message.message_id.body)
                self.assertEqual(message.payload["text"], "Edited twice", "Replay would take it")
                self.assertFalse(rows.filtered(lambda row: row.state == "pending"))

    def test_what_was_deleted_stays_deleted_in_whatever_order_they_come(self):
        for order in permutations(range(3)):
            with self.subTest(order):
                said = self.reply("Secret")
                bodies = [said, self.edit(said, "Secret, too"), self.deletion(said)]
                self.deliver(*(bodies[number] for number in order))
                _rows, message = self.rows(said)
                body = message.message_id.body or ""
                self.assertEqual("Deleted in Slack." in body, order.index(2) > 0, "what never was there is not named")
                self.assertNotIn("Secret", body.partition("<s>")[0] if "<s>" in body else body)
                self.assertFalse(message.payload, "its words are not kept")

    def test_an_edit_that_comes_late_says_why_it_changes_nothing(self):
        said = self.reply("As said")
        first, second = self.edit(said, "Edited once"), self.edit(said, "Edited twice")
        self.deliver(said, second)
        row = self.take(first)
        self.assertEqual(row.state, "ignored")
        self.assertIn("edited again, or deleted", row.reason)

    def test_an_edit_that_was_refused_can_be_replayed(self):
        said = self.reply("The fuzer")
        self.take(said)
        refused = patch.object(type(self.Inbox), "_may_note", lambda row, work: row._refuse(work, "no_access"))
        with refused:
            row = self.take(self.edit(said, "The fuser"))
        self.assertEqual(row.state, "ignored")
        self.assertNotIn("fuser", self.notes().body)
        row.action_replay()
        self.work_off()
        self.assertEqual((row.state, row.reason), ("done", False))
        self.assertIn("fuser", self.notes().body)
