"""A reply in a ticket's thread is an internal note of the person who wrote it, once, and nothing else."""

from odoo.tests import tagged

from .slack_inbound_case import SlackInboundCase


@tagged("post_install", "-at_install")
class TestSlackInboundNotes(SlackInboundCase):
    def test_a_reply_becomes_a_note_of_the_person(self):
        [row] = self.take(self.reply("It is the *fuser* &amp; more"))
        [note] = self.notes()
        self.assertEqual((row.state, row.user_id, row.ticket_id), ("done", self.agent, self.ticket))
        self.assertEqual(note.author_id, self.agent.partner_id)
        self.assertEqual(note.create_uid, self.agent)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertFalse(note.partner_ids)
        self.assertEqual(note.body, "<p>It is the <b>fuser</b> &amp; more</p>")
