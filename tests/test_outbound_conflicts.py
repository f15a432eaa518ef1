"""What the mail server said is stored, although the ticket was changed at the same moment."""

from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.outbound.mail_mail import QUEUE_STEP, QueueStep
from .outbound_case import GREYLISTED, UNKNOWN, AnsweredCase

#: What stores it, what the server does, and what is to be read then.
CASES = (
    ("_bridge_give_up", UNKNOWN, None, "exception", "550 5.1.1 no such user"),
    ("_bridge_notifications", GREYLISTED, None, "outgoing", "450 4.2.0 greylisted"),
    ("_bridge_notifications", None, ConnectionRefusedError(), "outgoing", "does not answer"),
)


@tagged("post_install", "-at_install")
class TestMailConflicts(AnsweredCase):
    def send_while_the_ticket_changes(self, method, fault, connect):
        """Let the queue send, as its cron does; the first attempt to store what came of it meets a conflict."""
        conflicts = [psycopg2.errors.SerializationFailure("could not serialize access")]
        store = getattr(type(self.mail_mail), method)

        def overtaken(mail, *arguments, **named):
            result = store(mail, *arguments, **named)
            if conflicts:
                raise conflicts.pop()
            return result

        self.env.flush_all()
        with (
            self.smtp(fault, connect=connect) as smtp,
            patch.object(type(self.mail_mail), method, overtaken),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            queue = self.mail_mail.with_env(self.env(cr=cr)).with_context(**{QUEUE_STEP: QueueStep.RUNNING})
            queue.send(auto_commit=True)
        self.env.invalidate_all()
        self.assertFalse(conflicts)
        return smtp

    def test_what_the_server_has_taken_is_sent_once(self):
        notifications = self.mail_mail.mail_message_id.notification_ids
        smtp = self.send_while_the_ticket_changes("_postprocess_sent_message", None, None)
        self.assertEqual(len(smtp.sent), 1)
        self.assertEqual(notifications.mapped("notification_status"), ["sent"])
        self.assertFalse(self.mail_mail.exists(), "what was sent is done with")

    def test_what_the_server_has_taken_is_not_sent_again_whatever_goes_wrong_afterwards(self):
        """A statement waits too long for a lock, another addon refuses what follows, or conflicts do not end."""
        for error in (
            psycopg2.errors.QueryCanceled("canceling statement due to statement timeout"),
            psycopg2.errors.SerializationFailure("could not serialize access"),
            psycopg2.errors.ForeignKeyViolation("it is referenced"),
            ValueError("Not like that."),
        ):
            with self.subTest(type(error).__name__):
                notifications = self.mail_mail.mail_message_id.notification_ids
                notifications.notification_status = "ready"
                self.mail_mail.write({"state": "outgoing", "scheduled_date": False, "helpdesk_attempts": 0})
                failing = patch.object(type(self.mail_mail), "_postprocess_sent_message", side_effect=error)
                self.env.flush_all()
                with (
                    self.smtp(None) as smtp,
                    failing,
                    self.enter_registry_test_mode(),
                    self.registry.cursor() as cr,
                    self.assertLogs("odoo.addons.helpdesk_bridge.models.outbound.mail_mail_handing_over", "ERROR"),
                    mute_logger("odoo.addons.mail.models.mail_mail"),
                ):
                    queue = self.mail_mail.with_env(self.env(cr=cr)).with_context(**{QUEUE_STEP: QueueStep.RUNNING})
                    queue.send(auto_commit=True)
                self.env.invalidate_all()
                self.assertEqual(len(smtp.sent), 1)
                self.assertEqual((self.mail_mail.state, self.mail_mail.helpdesk_attempts), ("sent", 0))
                self.assertEqual(notifications.mapped("notification_status"), ["sent"])

    def test_the_conflict_is_no_reason_and_no_attempt(self):
        for method, fault, connect, state, reason in CASES:
            with self.subTest(reason):
                self.mail_mail.write({"state": "outgoing", "scheduled_date": False, "helpdesk_attempts": 0})
                smtp = self.send_while_the_ticket_changes(method, fault, connect)
                self.assertFalse(smtp.sent)
                self.assertEqual((self.mail_mail.state, self.mail_mail.helpdesk_attempts), (state, 1))
                self.assertIn(reason, self.mail_mail.failure_reason)
        self.assertEqual(sum("was not sent" in text for _kind, text in self.words(self.ticket)), 1)
