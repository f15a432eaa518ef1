"""What was decided in Slack before a held reply is sent counts, however late the inbox comes to it."""

from odoo.tests import tagged

from ..models.common import database_time
from .slack_acts_case import CHANNEL, SlackActsCase


@tagged("post_install", "-at_install")
class TestSlackDecidedInTime(SlackActsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"slack_replies": "note_and_send", "reply_hold": 30})
        jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        cls.ticket.partner_id = jane
        cls.Reply = cls.env["helpdesk.ticket.reply"]

    def hold(self, **values):
        reply = self.Reply._hold(self.ticket, self.agent, "Unplug it.", **values)
        reply.send_at = "2000-01-01"
        return reply

    def send(self):
        while self.Reply._send_next():
            pass

    def test_a_click_that_waits_in_the_inbox_comes_first(self):
        for name, state in (("undo", "undone"), ("discard", "undone")):
            with self.subTest(name):
                reply = self.hold()
                self.deliver_to_odoo(self.click(name, ticket=reply))
                self.send()
                self.assertEqual(reply.state, "held", "it waits for the click")
                self.assertGreater(reply.send_at, database_time.now(self.env))
                self.work_off()
                reply.send_at = "2000-01-01"
                self.send()
                self.assertEqual(reply.state, state)

    def test_other_clicks_hold_up_nothing(self):
        other = self.hold()
        for name, ticket in (("undo", other), ("send_now", None), ("take", self.ticket)):
            with self.subTest(name):
                reply = self.hold()
                other.send_at = "2100-01-01"
                self.deliver_to_odoo(self.click(name, ticket=reply if name == "send_now" else ticket))
                self.send()
                self.assertEqual(reply.state, "sent")

    def test_what_is_over_holds_up_nothing(self):
        reply = self.hold()
        self.deliver_to_odoo(self.click("undo", "U0STRANGE9", ticket=reply))
        self.work_off()
        self.assertEqual(self.Inbox.search([], limit=1).state, "ignored")
        self.send()
        self.assertEqual(reply.state, "sent")

    def test_an_edit_or_a_deletion_of_its_message_comes_first(self):
        for change, state, words in (
            (lambda said: self.edit(said, "Plug it in"), "sent", "Plug it in"),
            (self.deletion, "undone", None),
        ):
            said = self.reply("Unplug it.")
            self.take(said)
            reply = self.hold(source_ref=f"{CHANNEL}:{said['event']['ts']}")
            self.receive(change(said))
            self.send()
            self.assertEqual(reply.state, "held")
            self.work_off()
            reply.send_at = "2000-01-01"
            self.send()
            self.assertEqual(reply.state, state)
            if words:
                self.assertEqual(reply.message_id.preview, words)

    def test_an_edit_that_comes_late_does_not_bring_former_words_back(self):
        said = self.reply("Unplug it.")
        first, second = self.edit(said, "Unplug the printer."), self.edit(said, "Plug it in.")
        self.take(said)
        reply = self.hold(source_ref=f"{CHANNEL}:{said['event']['ts']}")
        for edit in (second, first):
            self.take(edit)
        self.send()
        self.assertEqual((reply.state, reply.message_id.preview), ("sent", "Plug it in."))
