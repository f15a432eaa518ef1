"""What programs send opens nothing it should not, answers nothing, and never starts a loop."""

import base64
import xmlrpc.client

from odoo.tests import tagged

from .common import InboundCase

JANE, ALERT = "Jane Doe <jane@customer.example>", "monitor@acme.example"
REPLIED, GENERATED = "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated"


@tagged("post_install", "-at_install")
class TestAutoMail(InboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id

    def flood(self, sender, *headers, count=21):
        return self.Log.union(*(self.receive(sender, *headers) for _number in range(count)))

    def test_an_automatic_reply_of_the_customer_is_a_note_on_the_ticket(self):
        row = self.receive(JANE, self.answering(self.ticket), REPLIED, body="I am at the sea.")
        self.assertRecordValues(row, [{"verdict": "machine", "ticket_id": self.ticket.id}])
        self.assertIn("Reply by header, kept as a note: Auto-Submitted: auto-replied", row.reason)
        self.assertEqual(self.words(self.ticket)[-1], ("note", "I am at the sea."))

    def test_an_automatic_reply_that_names_no_ticket_opens_none(self):
        row = self.receive(JANE, REPLIED)
        self.assertRecordValues(row, [{"verdict": "machine", "ticket_id": False}])
        self.assertIn("RFC 3834", row.reason)

    def test_an_automatic_reply_of_somebody_else_is_only_a_row(self):
        words = self.words(self.ticket)
        row = self.receive("assistant@customer2.example", self.answering(self.ticket), REPLIED)
        self.assertRecordValues(row, [{"verdict": "machine", "named_ticket_id": self.ticket.id}])
        self.assertEqual(self.words(self.ticket), words)

    def test_what_was_taken_for_a_program_and_opened_nothing_can_be_replayed(self):
        protected = ["Return-Path: <>", "In-Reply-To: <1@elsewhere.example>"]
        reaction = "[like] Jane Doe reacted to your message:"
        for title, sender, headers, body in (
            ("an automatic reply", JANE, [REPLIED], "I am at the sea."),
            ("a person whose server sends an empty return path", JANE, protected, "It still burns."),
            ("of somebody else, to a ticket", "eve@other.example", [self.answering(self.ticket), REPLIED], "Not me."),
            ("a reaction", JANE, [], reaction),
        ):
            with self.subTest(title):
                row = self.receive(sender, *headers, body=body)
                self.assertEqual(row.verdict, "machine")
                self.assertIn(body.encode(), base64.b64decode(row.raw))
                row.action_replay()
                self.assertRecordValues(row, [{"verdict": "created", "raw": False}])
                self.assertTrue(row.ticket_id.mail_silent, "it is answered by nobody all the same")
                mail = row.ticket_id.message_ids.filtered(lambda one: one.message_type == "email")
                self.assertEqual(mail.preview, body)

    def test_the_original_of_what_is_on_a_ticket_is_not_kept(self):
        for headers in ([REPLIED], [GENERATED]):
            row = self.receive(JANE, self.answering(self.ticket), *headers)
            self.assertRecordValues(row, [{"verdict": "machine", "ticket_id": self.ticket.id, "raw": False}])

    def test_the_original_of_a_program_is_deleted_after_some_days(self):
        young, old = self.receive(JANE, REPLIED), self.receive(JANE, REPLIED)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_inbound_mail SET write_date = now() - interval '15 days' WHERE id = %s", [old.id]
        )
        self.env.invalidate_all()
        self.Log._gc_ignored()
        self.assertEqual([bool(row.raw) for row in (young, old)], [True, False])

    def test_an_alert_opens_a_silent_ticket(self):
        row = self.receive(ALERT, GENERATED, subject="Disk full")
        self.assertEqual(row.verdict, "created")
        self.assertTrue(row.ticket_id.mail_silent)
        self.assertIn("without automatic emails: Auto-Submitted: auto-generated", row.reason)

    def test_a_read_receipt_is_no_bounce_and_no_ticket(self):
        self.fetch(self.mail("mdn_read.eml"))
        row = self.rows()[-1]
        self.assertRecordValues(row, [{"verdict": "machine", "ticket_id": False}])
        self.assertIn("read receipt", row.reason)

    def test_an_abuse_report_is_no_bounce(self):
        self.fetch(self.mail("abuse_report.eml"))
        self.assertEqual(self.rows()[-1].verdict, "created")

    def test_a_calendar_reply_with_a_persons_words_is_that_persons(self):
        parts = "--b\r\n\r\n{}\r\n--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n--b--\r\n"
        kind = 'Content-Type: multipart/alternative; boundary="b"'
        for words, verdict in (("Declined.", "machine"), ("The server is down - can you come on Friday?", "created")):
            with self.subTest(words):
                row = self.receive(JANE, kind, subject="Declined: Visit", body=parts.format(words))
                self.assertRecordValues(row, [{"verdict": verdict}])
                self.assertEqual("Friday" in (row.ticket_id.description or ""), verdict == "created")
        row = self.receive(JANE, kind, self.answering(self.ticket), subject="x", body=parts.format("Friday, please."))
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id}])

    # Bounces ---------------------------------------------------

    def bounce(self, name="dsn_failed.eml", **values):
        self.fetch(self.mail(name).replace(b"[ML-#42]", self.ticket.mail_reference.encode()))
        return self.rows()[-1]

    def test_a_bounce_marks_the_address_of_the_ticket_as_failing(self):
        row = self.bounce()
        self.assertRecordValues(row, [{"verdict": "bounce", "ticket_id": self.ticket.id}])
        self.assertEqual(row.reason, "Our email to jane@customer.example (5.1.1) bounced")
        self.assertTrue(self.ticket.email_failing)
        self.assertEqual(self.words(self.ticket)[-1][0], "note")

    def test_a_bounce_is_found_by_the_message_that_came_back(self):
        message = self.ticket.message_post(body="Hello", subtype_xmlid="mail.mt_comment")
        self.fetch(self.mail("dsn_failed.eml").replace(b"<42.helpdesk@example.com>", message.message_id.encode()))
        self.assertEqual(self.rows()[-1].ticket_id, self.ticket)
        self.assertTrue(self.ticket.email_failing)

    def test_a_bounce_of_another_address_marks_nothing(self):
        self.ticket.partner_email = "other@customer.example"
        self.ticket.partner_id = False
        self.assertFalse(self.bounce().ticket_id)
        self.assertFalse(self.ticket.email_failing)

    def test_a_bounce_that_only_names_a_ticket_stays_in_the_company_of_its_mailbox(self):
        company = self.env["res.company"].create({"name": "Elsewhere", "helpdesk_ticket_prefix": "EW"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        values = {"name": "x", "description": "x", "team_id": there.id, "company_id": company.id}
        theirs = self.env["helpdesk.ticket"].create({**values, "partner_email": "jane@customer.example"})
        self.assertEqual(theirs.company_id, company)

        def bounced(number, former, named):
            raw = self.mail("dsn_failed.eml").replace(b"<dsn_failed@", b"<dsn%d@" % number)
            self.fetch(raw.replace(former, named.encode()))
            return self.rows()[-1]

        self.assertFalse(bounced(1, b"[ML-#42]", theirs.mail_reference).named_ticket_id)
        self.assertFalse(theirs.email_failing)
        # What this mailbox has opened, and moved since, is still found; so is what a Message-ID of ours proves.
        self.ticket.write({"company_id": company.id, "team_id": there.id})
        self.assertEqual(bounced(2, b"[ML-#42]", self.ticket.mail_reference).ticket_id, self.ticket)
        message = theirs.message_post(body="Hello", subtype_xmlid="mail.mt_comment")
        self.assertEqual(bounced(3, b"<42.helpdesk@example.com>", message.message_id).named_ticket_id, theirs)

    def test_who_writes_again_is_no_longer_failing(self):
        self.bounce()
        self.receive(JANE, self.answering(self.ticket))
        self.assertFalse(self.ticket.email_failing)

    def test_a_corrected_address_is_no_longer_failing(self):
        self.bounce()
        self.ticket.with_user(self.agent).partner_email = "jane@right.example"
        self.assertFalse(self.ticket.email_failing)

    def test_a_bounce_that_is_no_report_is_one_all_the_same(self):
        for name in ("bounce_qmail.eml", "bounce_exim.eml", "bounce_postmaster.eml"):
            with self.subTest(name):
                self.assertEqual(self.bounce(name).verdict, "bounce")

    # Loops -----------------------------------------------------

    def warnings(self, address):
        return self.env["mail.mail"].search([("email_to", "like", address)])

    def test_a_flood_of_one_sender_is_stopped_and_kept(self):
        rows = self.flood("storm@acme.example", count=25)
        self.assertEqual(rows.mapped("verdict"), ["created"] * 20 + ["ignored"] * 5)
        for stopped in rows[20:]:
            self.assertIn(b"storm@acme.example", base64.b64decode(stopped.raw))
        self.assertEqual(len(self.warnings("storm@acme.example")), 1, "a person is told, once")

    def test_who_still_writes_too_much_after_an_hour_is_told_again(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 2)
        stopped = self.flood("storm@acme.example", count=4)[2:]
        self.env.cr.execute(
            "UPDATE helpdesk_inbound_mail SET create_date = create_date - INTERVAL '61 minutes' WHERE id IN %s",
            [stopped._ids],
        )
        self.receive("storm@acme.example")
        self.assertEqual(len(self.warnings("storm@acme.example")), 2)

    def test_an_answer_to_our_word_on_a_flood_is_kept_and_can_be_replayed(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 2)
        self.flood("storm@acme.example", count=3)
        warning = self.warnings("storm@acme.example")
        answering = [f"In-Reply-To: {warning.message_id}", f"References: {warning.references} {warning.message_id}"]
        row = self.receive("storm@acme.example", *answering, body="But I need help")
        self.assertRecordValues(row, [{"verdict": "ignored", "reason": "It is a reply to a loop warning."}])
        self.assertIn(b"But I need help", base64.b64decode(row.raw))
        row.action_replay()
        self.assertRecordValues(row, [{"verdict": "created", "raw": False}])

    def test_a_flood_through_an_alias_is_kept_and_an_administrator_is_called(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 2)
        domain = self.env["mail.alias.domain"].create({"name": "a.example"})
        self.team.write({"alias_name": "here", "alias_domain_id": domain.id})
        for number, form in enumerate((str, str.encode, lambda text: xmlrpc.client.Binary(text.encode()))):
            raw = f"From: storm@acme.example\r\nTo: here@a.example\r\nMessage-ID: <storm-{number}@x>\r\n\r\nx\r\n"
            self.env["mail.thread"].message_process(False, form(raw))
        stopped = self.Log.search([("message_id", "=", "<storm-2@x>")])
        self.assertEqual(stopped.verdict, "ignored")
        self.assertEqual(base64.b64decode(stopped.raw), raw.encode())
        self.assertTrue(stopped.activity_ids)
        stopped.action_replay()
        self.assertEqual(stopped.ticket_id.team_id, self.team)

    def test_a_machine_is_not_told_that_it_wrote_too_much(self):
        self.assertEqual(self.flood(ALERT, GENERATED)[-1].verdict, "ignored")
        self.assertFalse(self.env["mail.mail"].search([("email_to", "like", ALERT)]))

    def test_a_sender_whose_address_ends_like_the_flood_is_not_stopped(self):
        self.flood("storm@acme.example")
        self.assertEqual(self.receive("orm@acme.example").verdict, "created")

    def test_a_flood_that_is_no_loop_can_be_replayed(self):
        stopped = self.flood("storm@acme.example")[-1]
        self.env["mail.gateway.allowed"].create({"email": "storm@acme.example"})
        stopped.action_replay()
        self.assertRecordValues(stopped, [{"verdict": "created", "raw": False}])

    def test_our_own_email_that_comes_back_is_recognised(self):
        message = self.ticket.message_post(body="We are on our way", subtype_xmlid="mail.mt_comment")
        tickets = self.Ticket.search_count([])
        raw = f"From: support@example.com\r\nTo: support@example.com\r\nMessage-ID: {message.message_id}\r\n\r\nWe are"
        self.fetch(raw.encode())
        row = self.rows()[-1]
        self.assertEqual((row.verdict, row.reason), ("duplicate", "Odoo already has a message with this Message-ID."))
        self.assertEqual(self.Ticket.search_count([]), tickets)

    def test_our_own_email_under_another_message_id_is_recognised(self):
        """Amazon SES and Exchange Online give each email a Message-ID of their own."""
        headers = [f"X-Odoo-Objects: helpdesk.ticket-{self.ticket.id}", self.answering(self.ticket)]
        row = self.receive("Acme <support@example.com>", *headers)
        self.assertRecordValues(row, [{"verdict": "machine", "ticket_id": self.ticket.id}])
        self.assertIn("our own email came back", row.reason)

    # Filters ---------------------------------------------------

    def filter(self, pattern, action, company=False):
        self.env["helpdesk.mail.filter"].create({"pattern": pattern, "action": action, "company_id": company})

    def test_who_is_filtered_opens_nothing_and_the_row_says_why(self):
        self.filter("*@customer.example", "ignore")
        row = self.receive(JANE, self.answering(self.ticket))
        self.assertRecordValues(row, [{"verdict": "ignored", "ticket_id": False}])
        self.assertIn("“*@customer.example” matches", row.reason)

    def test_who_is_filtered_as_silent_opens_a_silent_ticket(self):
        self.filter("j*@customer.example", "silent")
        row = self.receive(JANE)
        self.assertTrue(row.ticket_id.mail_silent)
        self.assertIn("“j*@customer.example” matches", row.reason)

    def test_a_filter_of_another_company_does_not_count(self):
        self.filter("*@customer.example", "ignore", self.env["res.company"].create({"name": "Other"}).id)
        self.assertEqual(self.receive(JANE).verdict, "created")

    def test_the_flag_says_handled_for_whoever_is_filtered(self):
        self.filter("jane@*", "ignore")
        self.assertFalse(self.fetch(self.mail("new_ticket.eml")).mails)
