"""A reply is held, and then sent once, or undone; only its author decides, and only those shown get it."""

from datetime import timedelta
from unittest.mock import patch

from markupsafe import Markup
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.answering import helpdesk_ticket_reply_sending as sending
from ..models.common import database_time
from ..tools.common import crons
from .answering_case import AnsweringCase
from .common import new_test_user

SENDING = "odoo.addons.helpdesk_bridge.models.answering.helpdesk_ticket_reply_sending"
CRON = "helpdesk_bridge.ir_cron_ticket_replies"


@tagged("post_install", "-at_install")
class TestHeldReplies(AnsweringCase):
    # Held, sent, undone --------------------------------------

    def test_a_reply_is_held_for_the_seconds_of_the_team(self):
        for seconds in (20, 30, 300):
            with self.subTest(seconds):
                self.team.reply_hold = seconds
                before = database_time.now(self.env)
                reply = self.hold()
                self.assertEqual(reply.state, "held")
                late = reply.send_at - before - timedelta(seconds=seconds)
                self.assertLessEqual(late, timedelta(seconds=5))
                self.assertGreaterEqual(late, timedelta())
                triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(CRON).id)])
                self.assertIn(reply.send_at, triggers.mapped("call_at"))
        self.cron()
        self.assertEqual((self.said(), self.mailed()), ([], []), "nothing was due")

    def test_a_ticket_without_a_team_holds_for_thirty_seconds(self):
        self.ticket.team_id = False
        self.assertEqual(self.ticket._bridge_reply_hold(), 30)

    def test_the_seconds_have_a_range(self):
        for seconds in (-1, 301):
            with self.subTest(seconds), self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                with self.env.cr.savepoint():
                    self.team.reply_hold = seconds
                    self.env.flush_all()

    def test_without_seconds_it_is_sent_at_once(self):
        self.team.reply_hold = 0
        reply = self.hold()
        self.assertEqual((reply.state, self.said()), ("sent", ["Unplug it."]))
        self.assertEqual(self.events(), ["agent_replied"])

    def test_what_is_due_is_sent_once_as_its_author(self):
        reply = self.hold()
        self.wait(reply)
        self.cron()
        self.cron()
        self.assertEqual(reply.state, "sent")
        self.assertEqual(self.said(), ["Unplug it."])
        self.assertEqual(reply.message_id.author_id, self.agent.partner_id)
        self.assertEqual(reply.message_id.create_uid, self.agent)
        self.assertEqual(self.mailed(), ["bob@partner.example", "jane@customer.example"])
        self.assertEqual(self.ticket.user_id, self.agent, "what replying does in Odoo, it does from here")
        self.assertEqual(self.events(), ["reply_held", "agent_replied"])

    def test_defaults_of_whatever_page_it_was_written_on_change_no_reply(self):
        """An action that opens the ticket has defaults for records of its own; a caller may say any."""
        message = self.ticket.message_ids[:1]
        defaults = {
            "default_state": "sent",
            "default_reason": "Never mind.",
            "default_message_id": message.id,
            "default_attachment_ids": [(0, 0, {"name": "a.txt", "raw": b"a"})],
            "default_partner_ids": [(4, self.manager.partner_id.id)],
            "default_email_to": "else@evil.example",
        }
        for name, value in defaults.items():
            with self.subTest(name):
                reply = self.Reply.with_context(**{name: value})._hold(self.ticket, self.agent, "Unplug it.")
                self.assertEqual((reply.state, reply.reason, reply.message_id.id), ("held", False, False))
                self.assertFalse(reply.attachment_ids)
                self.assertNotIn(self.manager.partner_id, reply.partner_ids)
                self.assertNotIn("evil", f"{reply.email_to} {reply.addresses}")
                self.wait(reply)
                self.cron()
                self.assertEqual(reply.state, "sent")

    def test_undo(self):
        reply = self.hold()
        self.assertTrue(reply._undo(self.agent))
        self.assertTrue(reply._undo(self.agent), "twice is the same as once")
        self.wait(reply)
        self.cron()
        self.assertFalse(reply._send_now(self.agent))
        self.assertEqual((reply.state, self.said(), self.mailed()), ("undone", [], []))
        self.assertEqual(self.events(), ["reply_held", "reply_undone"])

    def test_undo_comes_too_late(self):
        reply = self.hold()
        self.wait(reply)
        self.cron()
        self.assertFalse(reply._undo(self.agent))
        self.assertEqual((reply.state, self.said()), ("sent", ["Unplug it."]))

    def test_send_now(self):
        reply = self.hold()
        self.assertTrue(reply._send_now(self.agent))
        self.assertTrue(reply._send_now(self.agent), "twice is as good as once")
        self.wait(reply)
        self.cron()
        self.assertEqual((reply.state, self.said()), ("sent", ["Unplug it."]))

    def test_the_corrected_text_is_sent(self):
        reply = self.hold("Do it.")
        self.assertTrue(reply._correct(self.agent, "Do not do it."))
        self.assertFalse(reply._correct(self.agent, " "), "a reply without words is none")
        self.wait(reply)
        self.cron()
        self.assertEqual(self.said(), ["Do not do it."])
        self.assertFalse(reply._correct(self.agent, "Too late."))
        self.assertEqual(reply.message_id.preview, "Do not do it.")

    def test_two_of_the_same_author_are_sent_in_order(self):
        first, second = self.hold("One"), self.hold("Two")
        self.wait(second, first)
        self.cron()
        self.assertEqual(self.said(), ["One", "Two"])

    def test_it_closes_the_ticket(self):
        reply = self.hold(close=True)
        self.assertFalse(self.ticket.closed)
        self.wait(reply)
        self.cron()
        self.assertTrue(self.ticket.closed)
        self.assertEqual(self.said(), ["Unplug it."])
        self.assertEqual(self.letters(self.ticket), [("closed", "owed")])

    def test_what_cannot_be_sent_leaves_nothing_behind(self):
        reply = self.hold(close=True)
        self.wait(reply)
        method = type(self.ticket).message_post

        def post_and_die(records, **kwargs):
            method(records, **kwargs)
            raise ValueError("in the middle")

        with patch.object(type(self.ticket), "message_post", post_and_die), self.assertLogs(SENDING, "ERROR"):
            self.cron()
        self.env.invalidate_all()
        self.assertEqual((reply.state, self.said(), self.mailed()), ("stopped", [], []))
        self.assertIn("in the middle", reply.reason)
        self.assertFalse(self.ticket.closed)
        self.assertTrue(reply._send_now(self.agent, anyway=True))
        self.assertEqual(self.said(), ["Unplug it."])

    def test_one_that_cannot_be_sent_holds_up_no_other(self):
        other = self.new_ticket(partner_id=self.jane.id)
        bad, good = self.hold("Bad"), self.hold("Good", ticket=other)
        self.wait(bad, good)
        bad.arguments = {**bad.arguments, "message_type": "user_notification"}
        with self.assertLogs(SENDING, "ERROR"):
            self.cron()
        self.assertEqual((bad.state, good.state), ("stopped", "sent"))

    def test_a_run_whose_time_is_over_is_woken_at_once_for_the_rest(self):
        cron, woken = type(self.env["ir.cron"]), []
        first, second = self.hold("One"), self.hold("Two", ticket=self.new_ticket(partner_id=self.jane.id))
        self.wait(first, second)
        with (
            patch.object(sending, "retried", lambda _cr, step: step()),
            patch.object(cron, "_commit_progress", lambda _cron, *_done, **_left: 0),
            patch.object(cron, "_bridge_wake", lambda _cron, xmlid: woken.append(xmlid)),
        ):
            self.Reply._cron_send()
        self.assertEqual((first.state, second.state), ("sent", "held"))
        self.assertIn(crons.REPLIES, woken)

    def test_a_copy_of_the_database_sends_nothing(self):
        reply = self.hold()
        self.wait(reply)
        with patch.object(type(self.env["helpdesk.bridge.database"]), "_is_silent", lambda model: True):
            self.Reply._cron_send()
        self.assertEqual(reply.state, "held")

    # Who gets it ---------------------------------------------

    def test_the_choices_are_who_gets_it(self):
        portal = new_test_user(self.env, "portal-eve", groups="base.group_portal", email="eve@customer.example")
        self.ticket.message_subscribe((portal.partner_id | self.ben.partner_id).ids)
        cases = (
            ("customer, Cc and follower", {}, ["jane@customer.example", "bob@partner.example", "eve@customer.example"]),
            (
                "elsewhere",
                {"customer_reply_to": "Jane <desk@customer.example>"},
                ["desk@customer.example", "bob@partner.example", "eve@customer.example"],
            ),
            ("no contact", {"partner_id": False, "email_cc": False}, ["jane@customer.example", "eve@customer.example"]),
        )
        for name, values, expected in cases:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.ticket.write(values)
                choices = self.ticket.with_user(self.agent)._bridge_reply_choices()
                self.assertEqual(choices[0].address, expected[0], "the customer first")
                self.assertCountEqual([choice.address for choice in choices], expected)
                self.assertEqual([choice.is_customer for choice in choices], [True] + [False] * (len(expected) - 1))
                for kept in [expected, *([one] for one in expected)]:
                    self.mails(self.ticket).unlink()
                    reply = self.hold(recipients=kept)
                    self.assertTrue(reply._send_now(self.agent))
                    self.assertEqual(self.mailed(), sorted(kept))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_joins_meanwhile_does_not_get_it(self):
        portal = new_test_user(self.env, "portal-eve", groups="base.group_portal", email="eve@customer.example")
        reply = self.hold()
        self.ticket.message_subscribe((portal.partner_id | self.ben.partner_id).ids)
        self.ticket.email_cc = "mallory@else.example"
        self.assertTrue(reply._send_now(self.agent))
        self.assertEqual(self.mailed(), ["bob@partner.example", "jane@customer.example"])

    def test_who_joins_meanwhile_does_not_get_one_to_many_either(self):
        people = [f"{number}@many.example" for number in range(12)]
        self.ticket.email_cc = ", ".join(people)
        reply = self.hold(recipients=["jane@customer.example", *people[:11]])
        portal = new_test_user(self.env, "portal-eve", groups="base.group_portal", email="eve@customer.example")
        self.ticket.message_subscribe(portal.partner_id.ids)
        self.assertTrue(reply._send_now(self.agent))
        self.env["mail.message.schedule"].search([]).scheduled_datetime = "2000-01-01"
        self.env["mail.message.schedule"]._send_notifications_cron()
        self.assertEqual(self.mailed(), sorted(["jane@customer.example", *people[:11]]))

    def test_nobody_who_is_not_offered_gets_it(self):
        for recipients in ([], ["mallory@else.example"], ["", "nonsense"]):
            with self.subTest(recipients), self.assertRaises(UserError):
                self.hold(recipients=recipients)
        self.assertFalse(self.Reply.search([("ticket_id", "=", self.ticket.id)]))

    # Words and files -----------------------------------------

    def test_hostile_words_are_text(self):
        for text, shown in (
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
            ("%(actor)s %s {0} ${object.name}", "%(actor)s %s {0} ${object.name}"),
            (Markup("<p onclick='x()'>Hi <b>there</b></p><script>alert(1)</script>"), "Hi there"),
        ):
            with self.subTest(text):
                reply = self.hold(text)
                reply._send_now(self.agent)
                body = reply.message_id.body
                self.assertNotIn("<script", body)
                self.assertNotIn("onclick", body)
                self.assertEqual(body.striptags(), shown)
                told = [entry.payload for entry in self.entries(self.ticket) if entry.event == "reply_held"]
                self.assertNotIn("<script", told[-1]["body"])

    def test_a_reply_without_words_is_refused(self):
        for text in ("", "  ", None, Markup("<p><br></p>")):
            with self.subTest(text), self.assertRaises(UserError):
                self.hold(text)

    def test_files_go_along_and_come_back(self):
        log = self.env["ir.attachment"].with_user(self.agent)
        new = log.create({"name": "new.txt", "raw": b"new", "res_model": "mail.compose.message", "res_id": 0})
        old = self.env["ir.attachment"].create(
            {"name": "old.txt", "raw": b"old", "res_model": "helpdesk.ticket", "res_id": self.ticket.id}
        )
        reply = self.hold(attachments=new | old)
        self.env["mail.compose.message"]._gc_lost_attachments()
        self.assertEqual((new.res_model, new.res_id), (reply._name, reply.id))
        reply._undo(self.agent)
        self.assertEqual((new.res_model, new.res_id), ("mail.compose.message", 0))
        self.assertEqual((old.res_model, old.res_id), ("helpdesk.ticket", self.ticket.id))
        again = self.hold(attachments=new | old)
        again._send_now(self.agent)
        self.assertEqual(again.message_id.attachment_ids, new | old)
        self.assertEqual((new.res_model, new.res_id), ("helpdesk.ticket", self.ticket.id))

    def test_a_file_of_somebody_else_does_not_go_along(self):
        secret = self.env["ir.attachment"].create(
            {"name": "salaries", "raw": b"x", "res_model": "res.users", "res_id": 0}
        )
        with self.assertRaises(AccessError):
            self.hold(attachments=secret)

    # Who may -------------------------------------------------

    def test_only_its_author_decides(self):
        reply = self.hold()
        for user in (self.ben, self.manager, self.env.ref("base.user_admin")):
            for act in (reply._undo, reply._send_now, lambda user: reply._correct(user, "Mine")):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    act(user)
        self.assertEqual((reply.state, reply.body.striptags()), ("held", "Unplug it."))

    def test_who_may_not_read_the_ticket_holds_nothing(self):
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own", email="own@example.com")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        away = new_test_user(
            self.env,
            "away",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        portal = new_test_user(self.env, "portal", groups="base.group_portal", email="p@customer.example")
        self.ticket.user_id = self.ben
        for user in (own, away, portal):
            with self.subTest(user.login):
                self.assert_refused(user)
        self.ticket.message_subscribe(portal.partner_id.ids)
        self.ticket.partner_id = portal.partner_id
        self.assert_refused(portal)

    def assert_refused(self, user):
        with self.assertRaises(UserError) as refused:
            self.hold(author=user)
        self.assertIsInstance(refused.exception, AccessError, "they are refused before anything is looked at")

    def test_a_held_reply_is_seen_by_who_sees_the_ticket(self):
        reply = self.hold()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        away = new_test_user(
            self.env,
            "away",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.ben
        for user, sees in ((self.ben, True), (away, False), (own, False)):
            with self.subTest(user.login):
                self.assertEqual(bool(self.Reply.with_user(user).search([("id", "=", reply.id)])), sees)
        for act in (lambda mine: mine.write({"state": "sent"}), lambda mine: mine.unlink()):
            with self.assertRaises(AccessError):
                act(reply.with_user(self.agent))
        with self.assertRaises(AccessError):
            self.Reply.with_user(self.agent).create({"ticket_id": self.ticket.id, "author_id": self.agent.id})

    def test_an_author_who_has_left_sends_nothing(self):
        leave = lambda: self.agent.write({"active": False})  # noqa: E731
        company = self.env["res.company"].create({"name": "Elsewhere"})
        move = lambda: self.agent.write({"company_id": company.id, "company_ids": [(6, 0, company.ids)]})  # noqa: E731
        archive = lambda: self.ticket.with_user(self.agent).write({"active": False})  # noqa: E731
        for name, happens in (("archived user", leave), ("another company", move), ("archived ticket", archive)):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                reply = self.hold()
                happens()
                self.wait(reply)
                self.cron()
                self.assertEqual((reply.state, self.said()), ("stopped", []))
                self.assertTrue(reply.reason)
                savepoint.rollback()
                self.env.transaction.reset()
                self.env.registry.clear_cache()

    # Seen ----------------------------------------------------

    def test_the_form_of_each_shows_what_they_need(self):
        reply = self.hold(close=True)
        mine = self.ticket.with_user(self.agent).bridge_replies()
        theirs = self.ticket.with_user(self.ben).bridge_replies()
        [shown] = mine["replies"]
        self.assertEqual((shown["id"], shown["is_mine"], shown["text"]), (reply.id, True, "Unplug it."))
        self.assertEqual((shown["author"], shown["close"], shown["state"]), ("Anna Agent", True, "held"))
        self.assertIn("jane@customer.example", shown["recipients"])
        self.assertGreater(shown["seconds"], 0)
        self.assertFalse(theirs["replies"][0]["is_mine"])
        self.assertEqual(theirs["answering"], [], "the held reply says so")
        reply._stop("Because.")
        self.assertEqual(self.ticket.with_user(self.agent).bridge_replies()["replies"][0]["reason"], "Because.")
        self.assertEqual(self.ticket.with_user(self.ben).bridge_replies()["replies"], [])

    def test_undo_hands_the_words_back_to_the_composer(self):
        reply = self.hold(Markup("<p>Unplug <b>it</b>.</p>"))
        ticket = self.ticket.with_user(self.agent)
        undone = ticket.bridge_undo_reply(reply.id)
        self.assertEqual((undone["done"], str(undone["body"])), (True, "<p>Unplug <b>it</b>.</p>"))
        other = self.new_ticket(partner_id=self.jane.id)
        self.assertEqual(ticket.bridge_undo_reply(self.hold(ticket=other).id), {"done": False}, "of another ticket")
        self.assertFalse(ticket.bridge_send_reply(2**31 - 1))
        portal = new_test_user(self.env, "portal", groups="base.group_portal", email="p@customer.example")
        self.ticket.partner_id = portal.partner_id
        with self.assertRaises(AccessError):
            self.ticket.with_user(portal).bridge_replies()

    def test_who_has_the_form_open_is_told(self):
        self.ticket.with_user(self.ben).bridge_watch()
        self.news()
        reply = self.hold()
        self.assertEqual(self.news(), {"ben": {"answering"}})
        reply._undo(self.agent)
        self.assertEqual(self.news(), {"ben": {"answering"}})

    def test_others_see_who_has_the_form_for_an_answer_open(self):
        mine, theirs = self.ticket.with_user(self.agent), self.ticket.with_user(self.ben)
        theirs.bridge_watch()
        self.news()
        mine._bridge_begin_answering()
        self.assertEqual(self.news(), {"ben": {"answering"}})
        mine._bridge_begin_answering()
        self.assertEqual(self.news(), {}, "that is known")
        self.assertEqual(theirs.bridge_replies()["answering"], ["Anna Agent"])
        self.assertEqual(mine.bridge_replies()["answering"], [], "nobody is told of themselves")
        self.assertEqual(self.ticket._bridge_answering(), self.agent)
        reply = self.hold(author=self.ben)
        self.assertEqual(reply.state, "held", "warned, never locked out")
        mine._bridge_end_answering()
        self.assertEqual(self.ticket._bridge_answering(), self.ben)
        mine._bridge_begin_answering()
        self.assertEqual(self.ticket.answering, "Anna Agent, Ben Agent")
        self.env["helpdesk.ticket.viewer"].search([]).write({"answering_until": "2000-01-01"})
        self.assertEqual(self.ticket._bridge_answering(), self.ben, "the form was left long ago")
        self.exhaust(self.env["helpdesk.ticket.viewer"]._bridge_forget_answer)
        self.assertEqual(self.ticket.answering, "Ben Agent")
        reply._undo(self.ben)
        self.assertFalse(self.ticket.answering)

    def test_who_answers_is_forgotten_although_they_looked_at_the_ticket_hours_before(self):
        viewers = self.env["helpdesk.ticket.viewer"]
        mine = self.ticket.with_user(self.agent)
        mine.bridge_watch()
        viewers.search([]).until = "2000-01-01"
        mine._bridge_begin_answering()
        self.assertEqual(self.ticket.answering, "Anna Agent")
        viewers._gc_viewers()
        viewers.search([]).answering_until = "2000-01-01"
        self.exhaust(viewers._bridge_forget_answer)
        self.assertFalse(self.ticket.answering, "the form was left long ago")
