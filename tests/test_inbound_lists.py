"""Newsletters and mailing lists open no ticket, unless their mailbox says so; nothing of them is lost."""

from odoo.tests import tagged

from .common import InboundCase

JANE, NEWS = "Jane Doe <jane@customer.example>", "News <news@shop.example>"
LIST, BULK, GENERATED = "List-Id: <a.list.example>", "Precedence: bulk", "Auto-Submitted: auto-generated"


@tagged("post_install", "-at_install")
class TestLists(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailbox.helpdesk_opens_lists = False

    def test_what_is_sent_to_many_opens_no_ticket(self):
        for headers, verdict in (
            ([LIST], "ignored"),
            (["List-Unsubscribe: <https://shop.example/off>"], "ignored"),
            (["Precedence: list"], "ignored"),
            ([BULK], "ignored"),
            (["Precedence: junk"], "ignored"),
            ([LIST, GENERATED], "ignored"),
            # an alert that says so of itself, a form, a person who writes to our own group, a person
            ([BULK, GENERATED], "created"),
            ([BULK, "X-OTRS-Loop: yes"], "created"),
            (["Feedback-ID: 1.eu-west-1.x:AmazonSES"], "created"),
            ([f"List-Id: <{self.SUPPORT.replace('@', '.')}>"], "created"),
            (["Precedence: first-class"], "created"),
            ([], "created"),
        ):
            with self.subTest(headers):
                row = self.receive(NEWS, *headers, subject="Big sale")
                self.assertEqual((row.verdict, bool(row.ticket_id)), (verdict, verdict == "created"))
                if verdict == "ignored":
                    self.assertIn(headers[0].split(":")[0], row.reason)
                    self.assertTrue(row.raw, "its original is kept")

    def test_what_comes_by_an_alias_alone_follows_the_team_of_the_alias(self):
        domain = self.env["mail.alias.domain"].create({"name": "a.example"})
        self.team.write({"alias_name": "here", "alias_domain_id": domain.id})
        for number, (opens, headers, verdict) in enumerate(
            (
                (False, [LIST], "ignored"),
                (False, [BULK], "ignored"),
                (False, [BULK, GENERATED], "created"),
                (False, [], "created"),
                (True, [LIST], "created"),
            )
        ):
            with self.subTest(opens=opens, headers=headers):
                self.team.bridge_opens_lists = opens
                mid = f"<alias-{number}@shop.example>"
                lines = [f"From: {NEWS}", "To: here@a.example", f"Message-ID: {mid}", "Subject: Big sale", *headers]
                self.env["mail.thread"].message_process(False, "\r\n".join([*lines, "", "Buy"]))
                ticket = self.Ticket.search([("message_ids.message_id", "=", mid)])
                self.assertEqual(ticket.team_id, self.team if verdict == "created" else self.team.browse())
                row = self.Log.search([("message_id", "=", mid)])
                if verdict == "created":
                    self.assertFalse(row.filtered(lambda one: one.verdict == "ignored"))
                    continue
                self.assertEqual((row.verdict, row.email_from), ("ignored", "news@shop.example"))
                self.assertIn(headers[0].split(":")[0], row.reason)
                row.action_replay()
                self.assertEqual((row.verdict, row.ticket_id.team_id), ("created", self.team))

    def test_a_mail_server_s_script_without_an_alias_opens_as_before(self):
        raw = f"From: {NEWS}\r\nTo: x@a.example\r\nMessage-ID: <script@shop.example>\r\n{LIST}\r\n\r\nBuy"
        self.assertTrue(self.env["mail.thread"].message_process("helpdesk.ticket", raw), "nobody could allow it")

    def test_a_new_mailbox_or_team_opens_none(self):
        self.assertFalse(self.env["fetchmail.server"].new({}).helpdesk_opens_lists)
        self.assertFalse(self.env["helpdesk.ticket.team"].new({}).bridge_opens_lists)

    def test_a_mailbox_may_open_them(self):
        self.mailbox.helpdesk_opens_lists = True
        self.assertEqual(self.receive(NEWS, LIST).verdict, "created")

    def test_a_person_of_a_list_answers_on_the_ticket(self):
        ticket = self.receive(JANE).ticket_id
        row = self.receive(JANE, LIST, self.answering(ticket), subject="Re: Printer", body="It burns again.")
        self.assertEqual((row.verdict, row.ticket_id), ("replied", ticket))

    def test_one_that_is_replayed_opens_its_ticket(self):
        row = self.receive(NEWS, LIST, subject="Big sale")
        row.action_replay()
        self.assertEqual((row.verdict, row.ticket_id.name), ("created", "Big sale"))

    def test_a_filter_s_reason_comes_first(self):
        self.env["helpdesk.mail.filter"].create({"pattern": "*@shop.example", "action": "ignore"})
        row = self.receive(NEWS, LIST)
        self.assertEqual(row.verdict, "ignored")
        self.assertIn("filter", row.reason)
