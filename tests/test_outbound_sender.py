"""An email that has waited leaves from a mailbox that somebody reads."""

from odoo.tests import tagged

from .outbound_case import GREYLISTED, JANE, UNKNOWN, AnsweredCase

OLD, NEW = "support@example.com", "help@example.com"


@tagged("post_install", "-at_install")
class TestSender(AnsweredCase):
    def again(self, fault):
        """The email is refused, and tried again later. What happens between is done by the caller, in the middle."""
        self.send(fault)
        yield
        if fault is UNKNOWN:
            self.ticket.with_user(self.agent).action_retry_mails()
        self.mail_mail.scheduled_date = False
        [(_recipients, message)] = self.send()
        yield message

    def test_it_leaves_from_where_the_emails_of_its_ticket_come_now(self):
        """Table: what has become of the mailbox meanwhile, and who sends the email."""
        new_mailbox = self._new_mailbox(NEW, self.team)
        new_mailbox.write({"helpdesk_address_name": "Acme Support", "active": False})
        for name, happens, sender in (
            ("nothing", lambda: None, OLD),
            ("it has another address", lambda: self.mailbox.write({"helpdesk_address": NEW}), NEW),
            ("another one has taken its place", lambda: (self.mailbox + new_mailbox).toggle_active(), NEW),
            ("it is gone", lambda: self.mailbox.toggle_active(), OLD),
        ):
            for fault in (GREYLISTED, UNKNOWN):
                with self.subTest(name, fault=fault), self.env.cr.savepoint() as savepoint:
                    steps = self.again(fault)
                    next(steps)
                    happens()
                    message = next(steps)
                    self.assertIn(f"Anna Agent – Acme Support <{sender}>", message["From"].replace('"', ""))
                    self.assertIn(f"<{sender}>", message["Reply-To"])
                    self.assertEqual((message["Return-Path"], message["To"].replace('"', "")), (sender, JANE))
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_an_email_without_a_mailbox_is_left_alone(self):
        self.mail_mail.helpdesk_from = False
        self.mailbox.helpdesk_address = NEW
        [(_recipients, message)] = self.send()
        self.assertNotIn(NEW, message["From"])
