"""Email about tickets is neither lost nor silently dropped, whatever the SMTP server says."""

import smtplib
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import config

from .common import new_test_user
from .outbound_case import GREYLISTED, JANE, UNKNOWN, AnsweredCase

QUEUE = "mail.ir_cron_mail_scheduler_action"


@tagged("post_install", "-at_install")
class TestMailQueue(AnsweredCase):
    def make_due_again(self):
        self.mail_mail.scheduled_date = False

    def unsent(self, ticket=None):
        ticket = ticket or self.ticket
        ticket.invalidate_recordset(["mail_unsent", "mail_unsent_reason"])
        return ticket.mail_unsent

    def assert_waits(self, seconds, reason, asked=True):
        self.assertEqual(self.mail_mail.state, "outgoing")
        self.assertIn(reason, self.mail_mail.failure_reason)
        wait = self.mail_mail.scheduled_date - fields.Datetime.now()
        self.assertAlmostEqual(wait.total_seconds(), seconds, delta=5)
        self.assertEqual(self.unsent(), "waiting")
        at = [("cron_id", "=", self.env.ref(QUEUE).id), ("call_at", "=", self.mail_mail.scheduled_date)]
        self.assertEqual(bool(self.env["ir.cron.trigger"].search(at)), asked, "the queue is asked for that time")

    def test_nothing_leaves_but_from_the_queue(self):
        """Neither Odoo's own sending after the commit, nor a button, nor code that insists."""
        mail = self.mail_mail
        for send in (mail.send, lambda: mail.send(raise_exception=True), mail.send_after_commit):
            with self.smtp() as smtp:
                send()
            self.assertFalse(smtp.sent)
        self.assertEqual((self.mail_mail.state, self.mail_mail.helpdesk_attempts), ("outgoing", 0))
        self.assertGreater(self.woken(QUEUE), 0)
        self.assertEqual(len(self.send()), 1)

    def test_other_email_is_sent_as_ever(self):
        other = self.env["mail.mail"].create({"email_to": "x@y.example", "email_from": "a@b.example", "body_html": "x"})
        self.assertEqual(len(self.send()), 2)
        self.assertEqual(other.state, "sent")

    def test_a_temporary_refusal_is_tried_again(self):
        self.assertFalse(self.send(GREYLISTED))
        self.assert_waits(60, "450 4.2.0 greylisted")
        self.assertFalse(self.send(), "not before its time")
        self.make_due_again()
        self.assertFalse(self.send(smtplib.SMTPDataError(451, b"4.3.0 later")))
        self.assert_waits(300, "451 4.3.0 later")
        self.make_due_again()
        self.assertEqual(len(self.send()), 1)
        self.assertFalse(self.send())
        self.assertFalse(self.unsent())

    def test_while_it_is_tried_again_the_chatter_shows_no_failure(self):
        said = self.said_last(self.ticket)
        self.send(GREYLISTED)
        self.assertEqual(said.notification_ids.mapped("notification_status"), ["ready"])
        self.make_due_again()
        self.send()
        self.assertEqual(said.notification_ids.mapped("notification_status"), ["sent"])

    def test_a_server_that_cannot_be_reached_is_tried_again(self):
        refused = ConnectionRefusedError(111, "Connection refused")
        self.env["ir.mail_server"].search([]).active = False
        self.assertFalse(self.send(connect=refused))
        place = f"{config['smtp_server']}:{config['smtp_port']}"
        self.assert_waits(60, f"The mail server {place} does not answer.")
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "mail.example.com", "smtp_port": 2525})
        self.make_due_again()
        self.assertFalse(self.send(connect=refused))
        self.assert_waits(300, "The mail server mail.example.com:2525 does not answer.")

    def test_a_server_that_does_not_let_us_in_is_tried_again_and_shown(self):
        self.assertFalse(self.send(connect=smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong password")))
        self.assert_waits(60, "535 5.7.8 wrong password")
        self.assertIn("wrong password", self.ticket.mail_unsent_reason)

    def test_an_outage_is_seen_after_a_minute_and_is_over_with_the_first_email_that_leaves(self):
        refused = ConnectionRefusedError(111, "Connection refused")
        health = lambda: self.env["res.config.settings"].create({}).helpdesk_health_letters  # noqa: E731
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_mail SET create_date = '2020-01-01'")
        self.env.invalidate_all()
        self.send(connect=refused)
        self.assertEqual(health(), "look", "one attempt, however old the email is")
        self.make_due_again()
        since = self.mail_mail.helpdesk_failing_since
        self.send(connect=refused)
        self.assertEqual(self.mail_mail.helpdesk_failing_since, since, "since the first of them")
        self.mail_mail.helpdesk_failing_since = since - timedelta(seconds=61)
        self.assertEqual(health(), "down")
        second = self.receive("bob@partner.example").ticket_id
        self.comment(second, "Hello Bob", user=self.agent)
        self.assertEqual(len(self.send()), 1, "the first one waits for its next attempt")
        self.assertEqual((self.mail_mail.helpdesk_failing_since, health()), (False, "look"))

    def test_one_that_is_refused_while_others_leave_is_no_outage(self):
        second = self.receive("bob@partner.example").ticket_id
        self.comment(second, "Hello Bob", user=self.agent)
        self.assertEqual(len(self.send(GREYLISTED)), 1)
        self.assertRecordValues(self.mail_mail, [{"state": "outgoing", "helpdesk_failing_since": False}])
        self.make_due_again()
        self.send(GREYLISTED)
        self.assertTrue(self.mail_mail.helpdesk_failing_since, "nothing else has left since")
        self.assertFalse(self.mail_mail.helpdesk_failing_server, "it was one recipient")
        self.mail_mail.helpdesk_failing_since -= timedelta(seconds=61)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.helpdesk_health_letters, "look", "perhaps it is only them")
        self.mail_mail.helpdesk_failing_since -= timedelta(seconds=601)
        self.assertEqual(self.env["res.config.settings"].create({}).helpdesk_health_letters, "down")

    def test_a_broken_line_leaves_the_others_in_their_place(self):
        second = self.receive("bob@partner.example").ticket_id
        self.comment(second, "Hello Bob", user=self.agent)
        self.assertFalse(self.send(smtplib.SMTPServerDisconnected("gone")))
        self.assert_waits(60, "SMTPServerDisconnected", asked=False)
        self.assertRecordValues(self.mails(second), [{"state": "outgoing", "helpdesk_attempts": 0}])
        self.assertEqual([to for to, _message in self.send()], [["bob@partner.example"]])

    def test_a_refused_email_does_not_hold_up_the_next(self):
        second = self.receive("bob@partner.example").ticket_id
        self.comment(second, "Hello Bob", user=self.agent)
        self.assertEqual([to for to, _message in self.send(UNKNOWN)], [["bob@partner.example"]])

    def test_one_of_two_recipients_is_refused_and_the_other_gets_it_once(self):
        self.ticket.email_cc = "bob@partner.example"
        self.comment(self.ticket, "To both", user=self.agent)
        both = self.send(None, UNKNOWN)  # the first answer, then Jane's copy of the second
        self.assertEqual([to for to, _message in both], [["jane@customer.example"], ["bob@partner.example"]])
        self.assertEqual(self.unsent(), "failed")

    def test_one_of_two_colleagues_is_put_off_and_the_other_is_told_once(self):
        ben = new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", email="ben@example.com")
        self.ticket.message_subscribe((self.agent | ben).partner_id.ids)
        self.mail_mail.unlink()
        for fault in (GREYLISTED, smtplib.SMTPServerDisconnected("gone")):
            with self.subTest(fault):
                self.receive(JANE, self.answering(self.ticket), body="It still burns.")
                told = [to for to, _message in self.send(None, fault)]
                self.mails(self.ticket).scheduled_date = False
                told += [to for to, _message in self.send()]
                self.assertEqual(sorted(told), [["anna@example.com"], ["ben@example.com"]])

    def test_an_address_that_does_not_exist_is_shown_on_the_ticket(self):
        self.assertFalse(self.send(UNKNOWN))
        self.assertEqual(self.mail_mail.state, "exception")
        self.assertEqual(self.unsent(), "failed")
        self.assertIn("550 5.1.1 no such user", self.ticket.mail_unsent_reason)
        self.assertTrue(self.ticket.email_failing)
        kind, text = self.words(self.ticket)[-1]
        self.assertEqual(kind, "note")
        self.assertIn("was not sent: jane@customer.example: 550 5.1.1 no such user", text)
        self.assertFalse(self.send(), "nobody tries again by themself")

    def test_a_refusal_that_is_not_about_the_address_does_not_blame_it(self):
        self.assertFalse(self.send(smtplib.SMTPDataError(554, b"5.7.1 looks like spam")))
        self.assertEqual(self.unsent(), "failed")
        self.assertFalse(self.ticket.email_failing)

    def test_an_address_that_is_none_is_shown_and_kept(self):
        self.mail_mail.unlink()
        self.ticket.partner_id = False
        self.ticket.partner_email = "jane@customer.example"
        self.comment(self.ticket, "Hello", user=self.agent)
        mail = self.mails(self.ticket)
        mail.email_to = "not an address"
        self.assertFalse(self.send())
        self.assertEqual(mail.exists().state, "exception")
        self.assertEqual(self.unsent(), "failed")

    def test_retry_sends_it_now(self):
        self.send(UNKNOWN)
        told = self.ticket.with_user(self.agent).action_retry_mails()["params"]
        self.assertEqual((told["type"], told["title"]), ("success", "On its way"))
        self.assertIn("jane@customer.example", told["message"])
        self.assertFalse(self.unsent())
        self.assertEqual(len(self.send()), 1)
        self.assertEqual(self.ticket.action_retry_mails()["params"]["message"], "All emails were sent.")

    def test_an_address_is_failing_until_something_is_done_about_it(self):
        """Table: what is done after a refusal, and whether automatic emails are still held back."""
        retry = self.ticket.with_user(self.agent).action_retry_mails
        jane = self.ticket.partner_id
        self.assertTrue(jane)
        for name, acts, is_failing in (
            ("nothing", (), True),
            ("sent again, and taken", (retry, self.send), False),
            ("sent again, and refused", (retry, lambda: self.send(UNKNOWN)), True),
            ("the contact has another address", (lambda: jane.write({"email": "jane@right.example"}),), False),
            ("the contact has the same address", (lambda: jane.write({"email": "Jane@Customer.example "}),), True),
            ("the contact has another name", (lambda: jane.write({"name": "Jane Roe"}),), True),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.send(UNKNOWN)
                self.assertTrue(self.ticket.email_failing)
                for act in acts:
                    act()
                self.assertEqual(self.ticket.email_failing, is_failing)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_mended_address_gets_what_the_wrong_one_did_not(self):
        self.mail_mail.unlink()
        self.ticket.partner_id = False
        self.ticket.partner_email = "jnae@customer.example"
        self.comment(self.ticket, "Hello", user=self.agent)
        self.send(smtplib.SMTPRecipientsRefused({"jnae@customer.example": (550, b"5.1.1 no such user")}))
        self.ticket.partner_email = "jane@customer.example"
        self.ticket.action_retry_mails()
        self.assertEqual([to for to, _message in self.send()], [["jane@customer.example"]])

    def test_what_was_meant_for_somebody_else_never_goes_to_the_customer(self):
        self.mail_mail.unlink()
        self.ticket.email_cc = "bob@partner.example"
        supplier = {"outgoing_email_to": "supplier@third.example"}
        self.comment(self.ticket, "What does Jane owe you?", user=self.agent, **supplier)
        self.comment(self.ticket, "Hello", user=self.agent)
        self.assertFalse(self.send(UNKNOWN, UNKNOWN, UNKNOWN))
        self.ticket.partner_id.email = self.ticket.partner_email = "jane@right.example"
        self.ticket.email_cc = False
        self.ticket.with_user(self.agent).action_retry_mails()
        sent = sorted(to for to, _message in self.send())
        self.assertEqual(sent, [["bob@partner.example"], ["jane@right.example"], ["supplier@third.example"]])

    def test_who_may_not_write_the_ticket_may_not_retry(self):
        portal = new_test_user(self.env, "portal-eve", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.ticket.with_user(portal).action_retry_mails()

    def test_after_three_days_it_is_given_up_and_shown(self):
        self.mail_mail.helpdesk_attempts = 75
        self.send(GREYLISTED)
        self.assertEqual(self.mail_mail.state, "exception")
        self.assertEqual(self.unsent(), "failed")

    def test_tickets_with_email_that_has_not_left_can_be_listed(self):
        fine = self.receive("bob@partner.example").ticket_id
        self.send(UNKNOWN)
        ours = [("id", "in", (self.ticket | fine).ids)]
        self.assertEqual(self.Ticket.search([("mail_unsent", "=", "failed"), *ours]), self.ticket)
        self.assertFalse(self.Ticket.search([("mail_unsent", "=", "waiting"), *ours]))
        self.assertEqual(self.Ticket.search([("mail_unsent", "=", False), *ours]), fine)

    def test_a_ticket_is_listed_as_what_it_shows(self):
        """Its list and its own line say the same of it."""
        shown = {}
        letter = {"model": "helpdesk.ticket", "body_html": "x"}
        outside, colleague = {"email_to": "jane@customer.example"}, {"recipient_ids": self.agent.partner_id.ids}
        refused, waits = {"state": "exception"}, {"state": "outgoing", "helpdesk_attempts": 1}
        cases = {
            "to a colleague, refused": ([{**colleague, **refused}], False),
            "to a colleague, waits": ([{**colleague, **waits}], False),
            "not tried yet": ([outside], False),
            "waits": ([{**outside, **waits}], "waiting"),
            "refused": ([{**outside, **refused}], "failed"),
            "one refused, one waits": ([{**outside, **refused}, {**outside, **waits}], "failed"),
            "refused to a colleague, waits for a customer": (
                [{**colleague, **refused}, {**outside, **waits}],
                "waiting",
            ),
        }
        for case, (mails, word) in cases.items():
            ticket = self.new_ticket()
            self.mails(ticket).unlink()
            self.env["mail.mail"].create([{**letter, "res_id": ticket.id, **mail} for mail in mails])
            shown[ticket] = case, word
        tickets = self.Ticket.union(*shown)
        for ticket, (case, word) in shown.items():
            with self.subTest(case):
                self.assertEqual(ticket.mail_unsent, word)
                for value in (False, "waiting", "failed"):
                    found = self.Ticket.search([("mail_unsent", "=", value), ("id", "in", tickets.ids)])
                    self.assertEqual(ticket in found, value == word, value)
                    found = self.Ticket.search([("mail_unsent", "!=", value), ("id", "in", tickets.ids)])
                    self.assertEqual(ticket in found, value != word, value)

    def test_odoos_word_on_a_loop_is_queued_as_well(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        for number in range(4):
            self.receive("storm@acme.example", subject=f"{number}")
        warning = self.env["mail.mail"].search([("email_to", "like", "storm@acme.example")])
        self.assertRecordValues(warning, [{"state": "outgoing", "model": "helpdesk.ticket", "res_id": 0}])
        [(to, message)] = [one for one in self.send() if "storm@acme.example" in one[0]]
        self.assertEqual(message["From"], "Acme Support <support@example.com>")
        self.assertEqual(message["Auto-Submitted"], "auto-replied")

    def test_a_late_retry_is_not_forgotten_by_the_cron(self):
        self.send(GREYLISTED)
        later = fields.Datetime.now() + timedelta(hours=1)
        self.mail_mail.scheduled_date = later
        self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(QUEUE).id)]).unlink()
        self.send()
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(QUEUE).id)])
        self.assertEqual(trigger.mapped("call_at"), [later.replace(microsecond=0)])
