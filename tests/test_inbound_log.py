"""Every email in a support mailbox leaves a row, and none is flagged before its fate is certain."""

import base64
import logging
from contextlib import suppress
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.common import inbound_context
from ..models.inbound.mailbox_connection import MailboxConnection
from .common import FakeConnection, InboundCase, new_test_user

MODELS = "odoo.addons.helpdesk_bridge.models"
#: Errors of an email that stays without a ticket: three attempts, and two with its headers alone.
FAILING = 5


class _Killed(BaseException):
    """The worker dies."""


def _stop(thread, message, message_dict, routes):
    """Odoo's guard against loops, having counted too many."""
    inbound_context.mail(thread.env).is_loop = True
    return True


@tagged("post_install", "-at_install")
class TestInboundLog(InboundCase):
    def failing(self, *errors):
        """Processing raises these, one after the other, then works."""
        pending = list(errors)
        message_new = type(self.env["helpdesk.ticket"]).message_new

        def broken(ticket, *args, **kwargs):
            if pending:
                raise pending.pop(0)
            return message_new(ticket, *args, **kwargs)

        return patch.object(type(self.env["helpdesk.ticket"]), "message_new", broken)

    def test_an_email_leaves_a_row_that_says_what_became_of_it(self):
        self.assertFalse(self.fetch(self.mail("new_ticket.eml")).mails)
        row = self.rows()
        self.assertRecordValues(
            row,
            [
                {
                    "verdict": "created",
                    "subject": "Printer is on fire",
                    "email_from": "jane@customer.example",
                    "message_id": "<fire-1@customer.example>",
                    "fetchmail_server_id": self.mailbox.id,
                    "attempts": 1,
                    "raw": False,
                }
            ],
        )
        self.assertEqual(row.ticket_id.name, "Printer is on fire")
        self.assertEqual(row.ticket_id.inbound_mail_ids, row)

    def test_who_writes_or_fetches_an_email_it_belongs_to_the_team_of_the_mailbox(self):
        # Odoo turns into the writer, if they are a user here, and drops the defaults of the context with that
        self.fetch(self.mail("new_ticket.eml").replace(b"jane@customer.example", b"anna@example.com"))
        admin = self.env.ref("base.user_admin")
        self.fetch(self.mail("new_ticket.eml").replace(b"fire-1", b"fire-2"), mailbox=self.mailbox.with_user(admin))
        self.assertEqual(len(self.rows().ticket_id), 2)
        self.assertEqual(self.rows().ticket_id.mapped("team_id"), self.team)
        self.assertTrue(all(ticket.team_id for ticket in self.rows().ticket_id))

    def test_the_same_email_twice_makes_one_ticket(self):
        self.fetch(self.mail("new_ticket.eml"), self.mail("new_ticket.eml"))
        self.assertEqual(len(self.rows().ticket_id), 1)

    def test_the_same_email_in_two_mailboxes_makes_one_ticket_and_two_rows(self):
        other = self._new_mailbox("sales@example.com", self.team)
        self.fetch(self.mail("new_ticket.eml"))
        self.assertFalse(self.fetch(self.mail("new_ticket.eml"), mailbox=other).mails)
        self.assertEqual(self.rows().mapped("verdict"), ["created", "duplicate"])
        self.assertEqual(len(self.rows().ticket_id), 1)

    def test_a_copy_has_a_row_of_its_own_even_if_it_was_begun_first(self):
        other, mail = self._new_mailbox("sales@example.com", self.team), self.mail("new_ticket.eml")
        with self.enter_registry_test_mode():
            self.Log._begin_attempt(other, "1:7", mail)  # and its worker died
        with patch.object(MailboxConnection, "_place", lambda connection, number: "1:7"):
            self.fetch(mail)
            self.fetch(mail, mailbox=other)
        verdicts = [(row.verdict, row.fetchmail_server_id) for row in self.rows()]
        self.assertEqual(verdicts, [("created", self.mailbox), ("duplicate", other)])

    def test_two_companies_get_one_ticket_each(self):
        company = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        other = self._new_mailbox("support@other.example", team)
        self.fetch(self.mail("new_ticket.eml"))
        self.fetch(self.mail("new_ticket.eml"), mailbox=other)
        rows = self.Log.search([("message_id", "=", "<fire-1@customer.example>")])
        self.assertEqual(rows.mapped("verdict"), ["created", "created"])
        self.assertEqual(rows.ticket_id.company_id, company | self.company)

    def test_a_forged_message_id_swallows_nobodys_email(self):
        mail = self.mail("new_ticket.eml")
        self.fetch(mail.replace(b"jane@customer.example", b"eve@evil.example").replace(b"fire", b"ice", 1))
        self.fetch(mail.replace(b"From: Jane Doe <jane@customer.example>", b"From: Eve <eve@evil.example>"), mail)
        self.assertEqual(self.rows().mapped("verdict"), ["created", "created", "created"])
        self.assertEqual(len(self.rows().ticket_id), 3)

    def test_a_message_id_that_came_by_another_way_swallows_nobodys_email(self):
        mail = self.mail("new_ticket.eml")
        forged = mail.replace(b"jane@customer.example", b"eve@evil.example")
        self.env["mail.thread"].message_process("helpdesk.ticket", forged)
        self.fetch(mail)
        row = self.rows()[-1]
        self.assertEqual((row.verdict, row.ticket_id.partner_email), ("created", "jane@customer.example"))

    def test_an_email_without_message_id_is_handled_once(self):
        mail = self.mail("new_ticket.eml").replace(b"Message-ID: <fire-1@customer.example>\n", b"")
        self.fetch(mail, mail)
        self.assertEqual(len(self.rows().ticket_id), 1)

    def test_an_email_that_raises_is_tried_again_and_then_kept(self):
        mail = self.mail("new_ticket.eml")
        with self.failing(*[ZeroDivisionError("boom")] * FAILING):
            connection = self.fetch(mail)
            self.assertTrue(connection.mails, "not flagged: it will be tried again")
            self.assertRecordValues(self.rows(), [{"verdict": False, "attempts": 1}])
            self.fetch(connection=connection)
            self.assertTrue(connection.mails)
            with self.assertLogs(MODELS, logging.WARNING):
                self.fetch(connection=connection)
        row = self.rows()
        self.assertFalse(connection.mails, "given up: kept here, flagged there")
        self.assertEqual(row.verdict, "failed")
        self.assertIn("ZeroDivisionError: boom", row.error)
        self.assertEqual(base64.b64decode(row.raw), mail)
        self.assertFalse(self.env["helpdesk.ticket"].search([("name", "=", "Printer is on fire")]))

    def test_an_email_that_raises_once_is_only_late(self):
        with self.failing(ZeroDivisionError()):
            connection = self.fetch(self.mail("new_ticket.eml"))
        self.fetch(connection=connection)
        self.assertFalse(connection.mails)
        self.assertRecordValues(self.rows(), [{"verdict": "created", "attempts": 2, "error": False}])

    def test_a_poisonous_email_does_not_stop_the_others(self):
        mail = self.mail("new_ticket.eml")
        with self.failing(ZeroDivisionError()):
            connection = self.fetch(mail, mail.replace(b"fire-1", b"fire-2"))
        self.assertEqual(len(connection.mails), 1)
        self.assertEqual(self.rows().mapped("verdict"), [False, "created"])

    def test_a_conflict_is_nobodys_fault_and_does_not_count(self):
        conflicts = [psycopg2.errors.SerializationFailure() for _number in range(5)]
        with self.failing(*conflicts):
            connection = self.fetch(self.mail("new_ticket.eml"))
            for _number in range(5):
                self.fetch(connection=connection)
        self.assertFalse(connection.mails)
        self.assertRecordValues(self.rows(), [{"verdict": "created", "attempts": 1}])

    def test_an_email_that_two_look_at_the_same_moment_is_opened_by_both(self):
        """Two real cursors: what the other one commits after our transaction began cannot be counted on in it."""
        raw = self.mail("new_ticket.eml").replace(b"fire-1", b"two-cursors")
        mailbox = SimpleNamespace(id=None, helpdesk_team_id=self.team.browse(), helpdesk_authserv_id=False)
        connection, count = db_connect(self.env.cr.dbname), type(self.Log)._count_attempt
        rivals = [connection.cursor()]

        def overtaken(log, *arguments):
            log.env.cr.execute("SELECT 1 FROM helpdesk_inbound_mail LIMIT 1")
            while rivals:
                with rivals.pop() as cr:
                    count(log.with_env(log.env(cr=cr)), *arguments)
            return count(log, *arguments)

        def forget():
            with connection.cursor() as cr:
                cr.execute("DELETE FROM helpdesk_inbound_mail WHERE message_id LIKE '%two-cursors%' RETURNING attempts")
                return cr.fetchall()

        with (
            patch.object(type(self.Log), "_count_attempt", overtaken),
            patch.object(type(self.registry), "cursor", lambda registry, readonly=False: connection.cursor()),
            mute_logger("odoo.sql_db"),
        ):
            self.addCleanup(forget)
            mail = self.Log._begin_attempt(mailbox, None, raw)
        self.assertEqual((mail.attempts, forget()), (2, [(2,)]))

    def test_two_workers_with_the_same_email_make_one_ticket(self):
        mail = self.mail("new_ticket.eml")
        message_new = type(self.env["helpdesk.ticket"]).message_new
        other = self.env["helpdesk.ticket"].browse()

        def overtaken(ticket, *args, **kwargs):
            made = message_new(ticket, *args, **kwargs)
            ticket.env.cr.execute("UPDATE helpdesk_inbound_mail SET verdict = 'created' WHERE verdict IS NULL")
            return made

        with patch.object(type(other), "message_new", overtaken):
            connection = self.fetch(mail)
        self.assertTrue(connection.mails, "what was done here was undone, and nothing is flagged for it")
        self.assertFalse(other.search([("name", "=", "Printer is on fire"), ("team_id", "=", self.team.id)]))

    def test_an_email_that_kills_its_worker_three_times_is_attached_to_a_ticket_and_left_alone(self):
        mail = self.mail("new_ticket.eml")
        with self.enter_registry_test_mode():
            for _death in range(3):
                self.Log._begin_attempt(self.mailbox, None, mail)
        connection = self.fetch(mail)
        self.assertFalse(connection.mails)
        row = self.rows()
        self.assertEqual((row.verdict, row.ticket_id.name), ("created", "Printer is on fire"))
        self.assertIn("three times", row.error)
        message = row.ticket_id.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertEqual((message.attachment_ids.name, message.attachment_ids.raw), ("original.eml", mail))

    def test_one_that_kills_its_worker_even_then_is_given_up(self):
        mail = self.mail("new_ticket.eml")
        with self.enter_registry_test_mode():
            for _death in range(3):
                self.Log._begin_attempt(self.mailbox, None, mail)
            with patch.object(type(self.Log), "_rescue", side_effect=_Killed), suppress(_Killed):
                self.Log._begin_attempt(self.mailbox, None, mail)
            self.assertEqual(self.rows().attempts, 4, "the attempt is counted before the worker dies")
            with patch.object(type(self.Log), "_rescue") as rescue:
                self.assertTrue(self.Log._begin_attempt(self.mailbox, None, mail).is_processed)
            self.assertFalse(rescue.called)
        self.assertEqual((self.rows().verdict, self.rows().attempts), ("failed", 5))

    def test_a_worker_that_died_before_flagging_only_has_to_flag(self):
        mail = self.mail("new_ticket.eml")
        self.fetch(mail)
        self.assertFalse(self.fetch(mail).mails)
        self.assertEqual(self.rows().mapped("verdict"), ["created"])

    def test_a_copy_whose_flag_was_lost_is_noted_once(self):
        mail, places = self.mail("new_ticket.eml"), ["1:7", "1:8", "1:8"]
        self.fetch(mail)
        with patch.object(MailboxConnection, "_place", lambda connection, number: places[number]):
            self.fetch(mail, mail, mail)
        self.assertEqual(self.rows().mapped("verdict"), ["created", "duplicate", "duplicate"])

    def test_an_oversized_email_is_kept_unopened(self):
        oversized = b"X: y\n" * 200_000 + self.mail("new_ticket.eml")
        with self.assertLogs(MODELS, logging.WARNING):
            self.assertFalse(self.fetch(oversized).mails)
        self.assertEqual(self.rows().verdict, "failed")

    def test_what_the_loop_detection_stops_is_kept(self):
        stopped = patch.object(type(self.env["mail.thread"]), "_detect_loop_sender", _stop)
        with stopped:
            self.assertFalse(self.fetch(self.mail("new_ticket.eml")).mails)
        self.assertEqual(self.rows().verdict, "ignored")
        self.assertIn("short time", self.rows().reason)
        self.assertEqual(base64.b64decode(self.rows().raw), self.mail("new_ticket.eml"))
        self.rows().action_replay()
        self.assertEqual(self.rows().verdict, "created")

    def test_administrators_are_called_once_for_all_failed_emails(self):
        for number in range(3):
            mail = self.mail("new_ticket.eml").replace(b"fire-1", f"fire-{number}".encode())
            with self.failing(*[ZeroDivisionError()] * FAILING), self.assertLogs(MODELS, logging.WARNING):
                connection = self.fetch(mail)
                self.fetch(connection=connection)
                self.fetch(connection=connection)
        self.assertEqual(len(self.rows().activity_ids), 1)

    def test_what_a_person_has_planned_neither_hushes_us_nor_is_it_lost(self):
        person = self.env.ref("base.user_admin")
        seen = self.Log.create({"message_id": "<seen@acme.example>", "verdict": "created"})
        seen.activity_schedule("mail.mail_activity_data_todo", user_id=person.id, automated=False)
        self.test_an_email_that_raises_is_tried_again_and_then_kept()
        failed = self.rows().filtered(lambda row: row.verdict == "failed")
        self.assertEqual(failed.activity_ids.mapped("automated"), [True])
        failed.activity_schedule("mail.mail_activity_data_warning", user_id=person.id, automated=False)
        failed.with_user(person).action_discard()
        self.assertEqual(failed.activity_ids.mapped("automated"), [False])

    def test_an_administrator_of_the_mailboxs_company_is_called(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = new_test_user(
            self.env, "theirs", groups="base.group_system", company_id=company.id, company_ids=company.ids
        )
        ours = self.env["res.users"]._bridge_administrator(self.company)
        rows = self.Log
        for number, place in enumerate((self.company, company, company)):
            values = {"message_id": f"<{number}@acme.example>", "verdict": "failed", "company_id": place.id}
            rows |= self.Log.create(values)
            rows[-1]._notify_administrator()
        self.assertEqual([row.activity_ids.user_id for row in rows], [ours, theirs, self.env["res.users"]])
        rows[1].action_discard()
        self.assertEqual([row.activity_ids.user_id for row in rows], [ours, self.env["res.users"], theirs])

    def test_replay_makes_the_ticket_and_forgets_the_bytes(self):
        self.test_an_email_that_raises_is_tried_again_and_then_kept()
        row = self.rows()
        row.with_user(self.env.ref("base.user_admin")).action_replay()
        self.assertRecordValues(row, [{"verdict": "created", "raw": False, "error": False}])
        self.assertEqual(row.ticket_id.team_id, self.team)
        self.assertFalse(row.activity_ids)

    def test_a_replay_by_a_person_makes_the_ticket_that_the_cron_would_have_made(self):
        self.test_an_email_that_raises_is_tried_again_and_then_kept()
        administrator = new_test_user(self.env, "administrator", groups="base.group_system")
        self.rows().with_user(administrator).with_context(lang="en_US").action_replay()
        ticket = self.rows().ticket_id
        self.assertRecordValues(
            ticket, [{"team_id": self.team.id, "user_id": False, "create_uid": self.env.ref("base.user_root").id}]
        )

    def test_a_replay_that_fails_again_loses_nothing(self):
        self.test_an_email_that_raises_is_tried_again_and_then_kept()
        row = self.rows()
        with self.failing(ZeroDivisionError("again")), self.assertRaisesRegex(UserError, "ZeroDivisionError: again"):
            row.action_replay()
        self.assertEqual(row.verdict, "failed")
        self.assertTrue(row.raw)

    def test_discard_is_a_decision_with_a_name(self):
        self.test_an_email_that_raises_is_tried_again_and_then_kept()
        self.rows().action_discard()
        self.assertEqual(self.rows().verdict, "ignored")
        self.assertIn(self.env.user.name, self.rows().reason)
        self.assertFalse(self.rows().raw)

    def test_old_rows_are_forgotten_but_not_what_failed(self):
        self.test_an_email_that_raises_is_tried_again_and_then_kept()
        self.fetch(self.mail("new_ticket.eml").replace(b"fire-1", b"fire-2"))
        self.env.cr.execute("UPDATE helpdesk_inbound_mail SET create_date = '2000-01-01'")
        self.env.invalidate_all()
        self.assertEqual(self.Log._gc_old(), (1, 0))
        self.assertEqual(self.rows().mapped("verdict"), ["failed"])

    def test_old_rows_of_an_archived_company_are_forgotten_too(self):
        self.fetch(self.mail("new_ticket.eml"))
        gone = self.env["res.company"].create({"name": "Gone"})
        self.rows().company_id = gone
        gone.active = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_inbound_mail SET create_date = '2000-01-01'")
        self.env.invalidate_all()
        self.assertEqual(self.Log._gc_old(), (1, 0))

    def test_who_forgets_as_much_as_one_go_takes_is_called_again(self):
        for number in range(3):
            self.fetch(self.mail("new_ticket.eml").replace(b"fire-1", b"fire-%d" % number))
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_inbound_mail SET create_date = '2000-01-01'")
        self.env.invalidate_all()
        with patch("odoo.addons.helpdesk_bridge.models.common.retention.BATCH_SIZE", 2):
            self.assertEqual([self.Log._gc_old(), self.Log._gc_old()], [(2, 1), (1, 0)])

    def test_a_mailbox_that_feeds_other_records_leaves_no_rows(self):
        values = {"server_type": "pop", "server": "127.0.0.1", "user": "plain", "password": "x", "state": "done"}
        model = self.env["ir.model"]._get("res.partner")
        plain = self.env["fetchmail.server"].create({**values, "name": "Plain", "object_id": model.id})
        connection = FakeConnection([self.mail("new_ticket.eml")])
        core = "odoo.addons.mail.models.fetchmail.FetchmailServer._connect__"
        with (
            patch(core, lambda server, allow_archived=False: connection),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            plain.with_env(self.env(cr=cr))._fetch_mail()
        self.assertFalse(connection.mails)
        self.assertFalse(self.rows())
        self.assertTrue(self.env["res.partner"].search([("name", "=", "Printer is on fire")]))
