"""What stops a held reply: the customer writes, another answer overtakes it, somebody else closes the ticket."""

from odoo.tests import tagged

from .answering_case import AnsweringCase
from .common import new_test_user
from .outbound_case import JANE

DONE = "helpdesk_mgmt.helpdesk_ticket_stage_done"


@tagged("post_install", "-at_install")
class TestStoppedReplies(AnsweringCase):
    def close_as(self, user):
        self.ticket.with_user(user).stage_id = self.env.ref(DONE)

    def mail(self, body="It works again."):
        return self.receive(JANE, self.answering(self.ticket), subject="Re: Printer", body=body)

    def test_what_stops_it(self):
        portal = new_test_user(self.env, "portal", groups="base.group_portal", email="jane@portal.example")
        into = self.new_ticket(partner_id=self.jane.id)
        robot = self.env.ref("base.user_root")

        def by_portal():
            self.ticket.partner_id = portal.partner_id
            self.comment(self.ticket, "From the portal", user=portal)

        customer, ben, closed = "The customer wrote", "Ben Agent answered", "was closed, merged or archived"
        cases = (
            ("an email", lambda: self.mail("Is it safe?"), customer),
            ("an email that says thanks", lambda: self.mail("Thanks!"), customer),
            ("the portal", by_portal, customer),
            ("a colleague's answer", lambda: self.comment(self.ticket, "Mine", user=self.ben), ben),
            ("a colleague's answer that was held", lambda: self.hold("x", author=self.ben)._send_now(self.ben), ben),
            (
                "an answer of one's own that overtakes it",
                lambda: self.comment(self.ticket, "x", user=self.agent),
                "Anna",
            ),
            ("a later one of one's own, sent now", lambda: self.hold("x")._send_now(self.agent), "Anna"),
            ("a colleague closes it", lambda: self.close_as(self.ben), closed),
            ("a program closes it", lambda: self.close_as(robot), closed),
            ("a colleague archives it", lambda: self.ticket.with_user(self.ben).write({"active": False}), closed),
            (
                "a merge",
                lambda: self.ticket.with_user(self.ben).write({"active": False, "duplicate_id": into.id}),
                closed,
            ),
        )
        for name, happens, reason in cases:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.env.cr.cache.clear()
                reply = self.hold("Never said")
                happens()
                self.assertEqual(reply.state, "stopped")
                self.assertIn(reason, reply.reason)
                self.wait(reply)
                self.cron()
                self.assertFalse(reply._send_now(self.agent), "who sees a held reply does not know yet")
                self.assertNotIn("Never said", self.said())
                self.assertIn("reply_stopped", self.events())
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.cr.cache.clear()

    def test_what_does_not_stop_it(self):
        other = self.new_ticket(partner_id=self.jane.id)
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Hot"})
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")

        def earlier():
            self.assertTrue(self.first._send_now(self.agent))

        cases = (
            ("a note", lambda: self.comment(self.ticket, "Hm", user=self.ben, note=True)),
            ("another ticket", lambda: self.comment(other, "Done", user=self.ben)),
            ("a change", lambda: self.ticket.with_user(self.ben).write({"priority": "3", "tag_ids": [(4, tag.id)]})),
            ("a stage of work", lambda: self.ticket.with_user(self.ben).write({"stage_id": stage.id})),
            ("the author closes it", lambda: self.close_as(self.agent)),
            ("an earlier one of one's own", earlier),
            ("one of a colleague that is only held", lambda: self.hold("Later", author=self.ben)),
        )
        for name, happens in cases:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.env.cr.cache.clear()
                self.first = self.hold("Before") if "earlier" in name else None
                reply = self.hold("Said")
                happens()
                self.wait(reply)
                self.cron()
                self.assertEqual((reply.state, reply.reason), ("sent", False))
                self.assertIn("Said", self.said())
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.cr.cache.clear()

    def test_what_the_sender_did_not_see_stops_it_when_it_is_sent(self):
        """A message came while the reply was being sent, and it was not sent after all."""
        for name, author, reason in (
            ("customer", self.jane, "The customer wrote"),
            ("colleague", self.ben.partner_id, "Ben Agent answered"),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                reply = self.hold()
                self.comment(self.ticket, "Wait!", author=author)
                # As if that transaction had passed over it.
                self.env.cr.execute("UPDATE helpdesk_ticket_reply SET state = 'held', reason = NULL")
                self.env.invalidate_all()
                self.wait(reply)
                self.cron()
                self.assertEqual(reply.state, "stopped")
                self.assertIn(reason, reply.reason)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_its_author_is_told_and_asked_again(self):
        reply = self.hold()
        self.comment(self.ticket, "Mine", user=self.ben)
        told = self.env["mail.message"].search(
            [("message_type", "=", "user_notification"), ("partner_ids", "in", self.agent.partner_id.ids)]
        )
        self.assertIn("Ben Agent answered meanwhile.", told.body)
        self.assertIn("Unplug it.", told.body, "nothing that they wrote is lost")
        self.assertEqual(self.mailed(), ["bob@partner.example", "jane@customer.example"], "of Ben's answer")
        [stopped] = [entry.payload for entry in self.entries(self.ticket) if entry.event == "reply_stopped"]
        self.assertEqual(stopped["mention_user"], self.agent.id)
        self.assertIn("Ben Agent answered meanwhile.", stopped["text"])
        self.assertTrue(reply._send_now(self.agent, anyway=True))
        self.assertEqual(self.said(), ["Mine", "Unplug it."])

    def test_a_stopped_reply_can_be_discarded(self):
        reply = self.hold()
        self.comment(self.ticket, "Mine", user=self.ben)
        self.assertTrue(reply._undo(self.agent))
        self.assertFalse(reply._send_now(self.agent, anyway=True))
        self.assertEqual((reply.state, self.said()), ("undone", ["Mine"]))

    def test_an_email_is_imported_all_the_same(self):
        reply, other = self.hold(), self.hold("Other", author=self.ben)
        row = self.mail("Is it safe?")
        self.assertEqual((row.verdict, row.ticket_id), ("replied", self.ticket))
        self.assertEqual([reply.state, other.state], ["stopped", "stopped"])
