"""A held reply whose author, or whose ticket, is gone: nothing of it is lost, and nobody is said to be answering."""

from unittest.mock import patch

from odoo.tests import tagged

from .answering_case import AnsweringCase
from .common import new_test_user

SENDING = "odoo.addons.helpdesk_bridge.models.answering.helpdesk_ticket_reply_sending"


@tagged("post_install", "-at_install")
class TestGoneAuthor(AnsweringCase):
    def setUp(self):
        super().setUp()
        self.gus = self.somebody("gus")

    def somebody(self, login):
        user = new_test_user(
            *(self.env, login),
            groups="helpdesk_mgmt.group_helpdesk_user",
            name=f"{login.capitalize()} Agent",
            email=f"{login}@example.com",
        )
        self.team.user_ids |= user
        return user

    def notes(self, ticket=None):
        found = (ticket or self.ticket).message_ids.filtered(lambda one: one.subtype_id.internal and one.body)
        return " ".join(found.mapped("body"))

    def told(self, user):
        domain = [("message_type", "=", "user_notification"), ("partner_ids", "in", user.partner_id.ids)]
        return " ".join(self.env["mail.message"].search(domain).mapped("body"))

    def test_the_words_are_left_to_the_colleagues(self):
        """Table: why the author cannot decide any more."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        internal = self.env.ref("base.group_user")
        for number, (name, happens) in enumerate(
            {
                "deleted": lambda user: user.unlink(),
                "archived": lambda user: user.write({"active": False}),
                "archived, then deleted": lambda user: (user.write({"active": False}), user.unlink()),
                "no access": lambda user: user.write({"group_ids": [(6, 0, internal.ids)]}),
                "elsewhere": lambda user: user.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]}),
            }.items()
        ):
            with self.subTest(name):
                author = self.somebody(f"gus{number}")
                ticket = self.new_ticket(partner_id=self.jane.id, user_id=self.ben.id)
                self.mails(ticket).unlink()
                files = self.env["ir.attachment"].with_user(author)
                file = files.create({"name": "map.txt", "raw": b"x", "res_model": "mail.compose.message", "res_id": 0})
                words = f"Only {author.name} knows it."
                reply = self.hold(words, author=author, ticket=ticket, attachments=file)
                happens(author)
                self.wait(*reply.exists())
                self.cron()
                self.assertIn(reply.exists().state, (False, "stopped"))
                self.assertEqual((self.said(ticket), self.mailed(ticket)), ([], []), "who has left sends nothing")
                self.assertIn(words, self.notes(ticket))
                self.assertIn(words, self.told(self.ben), "who has the ticket goes on")
                file = file.with_env(self.env)
                self.assertEqual((file.res_model, file.res_id), ("helpdesk.ticket", ticket.id))
                self.assertIn(file, ticket.message_ids.attachment_ids)
                self.assertEqual(ticket.answering, False)
                self.assertIn("reply_stopped", self.events(ticket))

    def test_without_an_assignee_the_leader_is_told(self):
        self.team.user_id = self.ben
        self.hold("Gus knows it.", author=self.gus)
        self.gus.unlink()
        self.assertIn("Gus knows it.", self.told(self.ben))

    def test_a_leader_who_may_not_read_the_ticket_is_not_told(self):
        self.team.user_id = new_test_user(self.env, "boss", groups="base.group_user", email="boss@example.com")
        self.hold("Gus knows it.", author=self.gus)
        self.gus.unlink()
        self.assertIn("Gus knows it.", self.notes())
        self.assertFalse(self.told(self.team.user_id))

    def test_one_that_is_over_says_nothing(self):
        sent, undone = self.hold("Sent", author=self.gus), self.hold("Undone", author=self.gus)
        sent._send_now(self.gus)
        undone._undo(self.gus)
        self.gus.unlink()
        self.assertNotIn("Undone", self.notes())
        self.assertEqual(self.said(), [], "the person is no colleague any more")
        self.assertEqual(sent.exists() | undone.exists(), self.Reply)

    def test_who_had_the_form_open_is_not_said_to_answer_for_ever(self):
        self.ticket.with_user(self.gus)._bridge_begin_answering()
        self.assertEqual(self.ticket.answering, "Gus Agent")
        self.gus.unlink()
        self.assertEqual(self.ticket.answering, False)

    def test_an_author_who_can_decide_is_asked(self):
        reply = self.hold("Mine", author=self.gus)
        self.comment(self.ticket, "Theirs", user=self.ben)
        self.assertEqual(reply.state, "stopped")
        self.assertNotIn("Mine", self.notes())
        self.assertIn("Mine", self.told(self.gus))


@tagged("post_install", "-at_install")
class TestGoneTicket(AnsweringCase):
    def told(self, user):
        domain = [("message_type", "=", "user_notification"), ("partner_ids", "in", user.partner_id.ids)]
        return self.env["mail.message"].search(domain)

    def test_the_author_of_a_reply_on_a_deleted_ticket_gets_their_words_back(self):
        reference = self.ticket.mail_reference
        self.hold("Unplug it.")
        self.ticket.with_user(self.manager).unlink()
        told = self.told(self.agent)
        self.assertIn(reference, told.subject)
        self.assertIn("Unplug it.", told.body)

    def test_files_that_wait_with_a_reply_are_deleted_with_it(self):
        """Table: whom or what deletes it; nobody could open them any more."""
        for number, (name, delete) in enumerate(
            {
                "the ticket": lambda reply: reply.ticket_id.with_user(self.manager).unlink(),
                "its author": lambda reply: reply.author_id.unlink(),
            }.items()
        ):
            with self.subTest(name):
                group, login = "helpdesk_mgmt.group_helpdesk_user", f"gus{number}"
                author = new_test_user(self.env, login, groups=group, email=f"{login}@example.com")
                self.team.user_ids |= author
                ticket = self.new_ticket(partner_id=self.jane.id)
                pending = {"name": "map.txt", "raw": b"x", "res_model": "mail.compose.message", "res_id": 0}
                file = self.env["ir.attachment"].with_user(author).create(pending).with_env(self.env)
                reply = self.hold(author=author, ticket=ticket, attachments=file)
                reply._stop("Wait!")
                self.assertEqual(file.res_model, reply._name)
                delete(reply)
                self.assertFalse(reply.exists() or file.exists())

    def test_who_deletes_it_knows(self):
        self.hold("Unplug it.", author=self.manager)
        self.ticket.with_user(self.manager).unlink()
        self.assertFalse(self.told(self.manager))


@tagged("post_install", "-at_install")
class TestPoisonedReply(AnsweringCase):
    def test_one_of_which_nobody_can_be_told_holds_up_no_other(self):
        other = self.new_ticket(partner_id=self.jane.id)
        bad, good = self.hold("Bad"), self.hold("Good", ticket=other)
        self.wait(bad, good)
        bad.arguments = {**bad.arguments, "message_type": "user_notification"}

        def fail(_reply):
            raise ValueError("nobody can be told")

        with patch.object(type(bad), "_ask_again", fail), self.assertLogs(SENDING, "ERROR"):
            self.cron()
        self.env.invalidate_all()
        self.assertEqual((bad.state, good.state), ("stopped", "sent"))
