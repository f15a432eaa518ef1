"""Attacks on the mailbox, and accidents that look like them: each of these once went wrong."""

import base64
import imaplib
import time
from unittest.mock import patch

from odoo.tests import tagged

from .common import InboundCase, new_test_user
from .imap_case import ImapFake, ImapMailboxCase

#: What a mail program puts above an email that it forwards.
FORWARD = "\r\n".join(
    [
        "Jane is a pain, can you?",
        "",
        "---------- Forwarded message ---------",
        "From: Carl <carl@customer.example>",
        "Date: Mon, 2 Nov 2026 at 09:15",
        "Subject: Scanner",
        "To: <anna@example.com>",
        "",
        "It hums.",
    ]
)
JANE, EVE, ANNA = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>", "Anna Agent <anna@example.com>"


def formatted(seconds):
    """The moment so many seconds from now, as IMAP writes it."""
    return imaplib.Time2Internaldate(time.time() + seconds).strip('"')


@tagged("post_install", "-at_install")
class TestInboundAttacks(InboundCase):
    def say_in_portal(self, ticket, portal, body, **values):
        ticket.with_user(portal).sudo().message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=portal.partner_id.id,
            **values,
        )

    def _mails(self):
        self.env.flush_all()
        return self.env["mail.mail"].sudo().search([("model", "=", "helpdesk.ticket")])

    def test_an_email_of_headers_alone_with_a_known_message_id_does_not_stop_the_others(self):
        self.receive(JANE)  # <n@test.example>
        mid = f"<{type(self).number}@test.example>"
        poison = f"From: {EVE}\r\nMessage-ID: {mid}\r\nSubject: x\r\n".encode()
        good = b"From: bob@x.example\r\nMessage-ID: <good@x>\r\nSubject: fine\r\n\r\nx\r\n"
        for _ in range(5):
            self.fetch(poison, good)
        self.assertTrue(self.Log.search([("message_id", "=", "<good@x>")]).ticket_id, "the good mail behind it")

    def test_accepting_an_agents_email_vouches_for_nobody_elses_words(self):
        ticket = self.receive(JANE).ticket_id
        row = self.receive(ANNA, self.answering(ticket), "Cc: eve@evil.example", body="It is repaired.")
        opened = row.ticket_id
        self.receive(EVE, subject=opened.mail_reference, body="Pay to IBAN EVIL")
        row.with_user(self.agent).action_accept()
        by_anna = ticket.message_ids.filtered(lambda message: message.author_id == self.agent.partner_id)
        self.assertIn("It is repaired", " ".join(by_anna.mapped("body")))
        self.assertNotIn("IBAN EVIL", " ".join(by_anna.mapped("body")))

    def test_an_agents_out_of_office_note_is_emailed_to_nobody(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        away = "Auto-Submitted: auto-replied"
        self.receive(ANNA, self.vouched("anna@example.com"), self.answering(ticket), away, body="Call my boss.")
        message = self.said_last(ticket)
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(message.notified_partner_ids)

    def test_what_an_agent_forwards_to_a_ticket_is_emailed_to_nobody(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        self.receive(ANNA, self.vouched("anna@example.com"), self.answering(ticket), subject="Fwd: x", body=FORWARD)
        message = self.said_last(ticket)
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(message.notified_partner_ids)

    def test_an_agents_answer_by_subject_reaches_the_customer(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        row = self.receive(
            ANNA, self.vouched("anna@example.com"), subject=f"Re: {ticket.mail_reference}", body="Repaired"
        )
        message = self.said_last(ticket)
        self.assertEqual(row.verdict, "replied")
        self.assertIn(ticket.partner_id, message.notified_partner_ids)

    def test_an_agents_answer_to_a_colleague_reaches_the_customer(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        otto = new_test_user(self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user", email="otto@example.com")
        ticket.with_user(otto).message_post(body="We look", subtype_xmlid="mail.mt_comment", message_type="comment")
        self.receive(ANNA, self.vouched("anna@example.com"), self.answering(ticket), body="Repaired")
        message = self.said_last(ticket)
        self.assertIn(ticket.partner_id, message.notified_partner_ids)

    def test_an_accepted_answer_reaches_a_customer_who_is_no_contact(self):
        self.company.helpdesk_create_partner = False
        ticket = self.receive(JANE).ticket_id
        self.assertFalse(ticket.partner_id)
        row = self.receive(ANNA, self.answering(ticket), body="Repaired")
        row.with_user(self.agent).action_accept()
        [mail] = self._mails().filtered(lambda mail: "Repaired" in mail.body_html)
        self.assertEqual(mail.email_to or mail.recipient_ids.mapped("email"), "jane@customer.example")

    def _aliases(self):
        domain = self.env["mail.alias.domain"].create({"name": "alias.example"})
        company = self.env["res.company"].create({"name": "Other", "alias_domain_id": domain.id})
        self.company.alias_domain_id = domain
        teams = self.env["helpdesk.ticket.team"]
        here = teams.create({"name": "Here", "company_id": self.company.id, "alias_name": "here"})
        there = teams.create({"name": "There", "company_id": company.id, "alias_name": "there"})
        (here | there).alias_id.alias_domain_id = domain
        return here, there

    def test_two_aliases_of_two_companies_make_a_ticket_and_a_contact_each(self):
        here, there = self._aliases()
        self.receive(JANE, "To: here@alias.example, there@alias.example")
        tickets = self.Ticket.search([("team_id", "in", (here | there).ids)])
        self.assertEqual(len(tickets), 2)
        self.assertEqual(len(tickets.partner_id), 2)
        for ticket in tickets:
            self.assertIn(ticket.partner_id.company_id, (ticket.company_id, self.env["res.company"]))

    def test_an_email_to_two_teams_has_a_row_for_each_of_its_tickets(self):
        here, there = self._aliases()
        there.company_id = self.company
        rows = self.receive(JANE, "To: here@alias.example, there@alias.example")
        tickets = self.Ticket.search([("team_id", "in", (here | there).ids)])
        self.assertEqual(len(tickets), 2)
        self.assertEqual(rows.ticket_id, tickets)
        self.assertEqual(set(rows.mapped("verdict")), {"created"})

    def test_who_is_refused_by_an_alias_is_told_and_no_program_is(self):
        here, _there = self._aliases()
        here.alias_id.alias_contact = "partners"
        for headers, told in (
            ((), ["Re: Printer is on fire"]),
            (["Auto-Submitted: auto-replied", "Return-Path: <>"], []),
        ):
            with self.subTest(headers):
                self.env["mail.mail"].search([("email_to", "like", "eve@x.example")]).unlink()
                row = self.receive("eve@x.example", "To: here@alias.example", *headers)
                self.assertEqual((row.verdict, row.raw), ("ignored", False))
                self.assertIn("does not accept it", row.reason)
                mails = self.env["mail.mail"].search([("email_to", "like", "eve@x.example")])
                self.assertEqual(mails.mapped("subject"), told)

    def test_who_writes_to_catchall_is_told_and_no_program_is(self):
        here, _there = self._aliases()
        catchall = here.alias_domain_id.catchall_email
        for headers, told in (((), 1), (["Auto-Submitted: auto-generated"], 0)):
            with self.subTest(headers):
                self.env["mail.mail"].search([("email_to", "like", "eve@x.example")]).unlink()
                self.assertEqual(self.receive("eve@x.example", f"To: {catchall}", *headers).verdict, "ignored")
                self.assertEqual(self.env["mail.mail"].search_count([("email_to", "like", "eve@x.example")]), told)

    def test_whom_an_email_to_two_teams_has_in_cc_is_on_both_tickets(self):
        here, there = self._aliases()
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        genuine = self.vouched("jane@customer.example")
        self.receive(JANE, genuine, "To: here@alias.example, there@alias.example", "Cc: Bob <bob@partner.example>")
        tickets = self.Ticket.search([("team_id", "in", (here | there).ids)])
        self.assertEqual(tickets.mapped("email_cc"), ['"Bob" <bob@partner.example>'] * 2)

    def test_a_filter_of_one_company_says_nothing_about_the_ticket_of_another(self):
        here, there = self._aliases()
        order = self.env["mail.alias"].search([("id", "in", (here | there).alias_id.ids)])
        last = order[-1]
        team = (here | there).filtered(lambda team: team.alias_id == last)
        self.env["helpdesk.mail.filter"].create({"pattern": "jane@*", "company_id": team.company_id.id})
        row = self.receive(JANE, "To: here@alias.example, there@alias.example")
        self.assertEqual(row.verdict, "created")

    def test_a_reply_to_two_companies_is_said_once_in_each(self):
        company = self.env["res.company"].create({"name": "Other"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        other = self._new_mailbox("support@other.example", there)
        head = "From: jane@customer.example\r\nTo: support@example.com, support@other.example\r\n"
        raw = f"{head}Subject: Both\r\nMessage-ID: <both@c>\r\n\r\nHello both\r\n".encode()
        self.fetch(raw)
        self.fetch(raw, mailbox=other)
        mine = self.Ticket.search([("name", "=", "Both"), ("company_id", "=", self.company.id)])
        theirs = self.Ticket.search([("name", "=", "Both"), ("company_id", "=", company.id)])
        self.assertEqual((len(mine), len(theirs)), (1, 1))
        answer = mine.with_user(self.agent).message_post(body="Hi", subtype_xmlid="mail.mt_comment")
        quoted = f"References: <both@c> {answer.message_id}\r\n"
        raw = f"{head}{quoted}Subject: Re: Both\r\nMessage-ID: <reply@c>\r\n\r\nMy reply\r\n".encode()
        self.fetch(raw)
        self.fetch(raw, mailbox=other)
        self.assertEqual([words for _kind, words in self.words(mine) if "My reply" in words], ["My reply"])
        # It answers the first company's email, so in the other one it opens a ticket.
        after = self.Ticket.search([("company_id", "=", company.id)])
        said = [words for ticket in after for _kind, words in self.words(ticket) if "My reply" in words]
        self.assertEqual((len(after), said), (2, ["My reply"]))

    def test_a_stranger_carries_no_title_into_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        other = self._new_mailbox("support@other.example", there)
        secret = self.receive(JANE, subject="Secret of company one").ticket_id
        row = self.receive(EVE, self.answering(secret), mailbox=other)
        theirs = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        alien = new_test_user(self.env, "alien", groups="helpdesk_mgmt.group_helpdesk_user", **theirs)
        ticket = row.ticket_id.with_user(alien)
        bodies = " ".join(ticket.message_ids.mapped("body"))
        self.assertNotIn("Secret", bodies)

    def test_accepting_a_contact_form_adds_whoever_wrote_it(self):
        ticket = self.receive(JANE).ticket_id
        row = self.receive("Form <support@example.com>", "Reply-To: eve@evil.example", subject=ticket.mail_reference)
        row.with_user(self.agent).action_accept()
        self.assertNotIn("support@example.com", ticket.email_cc or "")
        self.assertIn("eve@evil.example", ticket.email_cc or "")

    def test_a_replay_without_its_mailbox_stays_in_its_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        other = self._new_mailbox("support@other.example", there)
        with patch.object(type(self.env["helpdesk.ticket"]), "message_new", side_effect=ValueError("x")):
            for _ in range(3):
                self.fetch(self.mail("new_ticket.eml"), mailbox=other)
        row = self.Log.search([("company_id", "=", company.id)])
        self.assertEqual(row.verdict, "failed")
        other.unlink()
        row.action_replay()
        self.assertEqual(row.ticket_id.company_id, company)

    def test_two_late_replies_make_one_new_ticket(self):
        ticket = self.receive(JANE).ticket_id
        self.company.helpdesk_reopen_days = "0"
        ticket.stage_id = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        quoted = self.answering(ticket)
        one = self.receive(JANE, quoted)
        two = self.receive(JANE, quoted)
        self.assertEqual(one.ticket_id, two.ticket_id)

    def test_three_late_words_in_the_portal_make_one_new_ticket(self):
        ticket = self.receive(JANE).ticket_id
        self.company.helpdesk_reopen_days = "0"
        ticket.stage_id = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        portal = new_test_user(self.env, "jane_portal", groups="base.group_portal", email="jane@customer.example")
        ticket.partner_id = portal.partner_id
        for number in range(3):
            self.say_in_portal(ticket, portal, f"w{number}")
        follow = self.Ticket.search([("previous_ticket_id", "=", ticket.id)])
        self.assertEqual(len(follow), 1)

    def test_of_several_replays_each_counts_for_itself(self):
        with patch.object(type(self.env["helpdesk.ticket"]), "message_new", side_effect=ValueError("x")):
            printer = self.mail("new_ticket.eml")
            scanner = printer.replace(b"fire-1", b"fire-2").replace(b"Printer", b"Scanner")
            for _ in range(3):
                self.fetch(printer, scanner)
        rows = self.rows()
        self.assertEqual(rows.mapped("verdict"), ["failed", "failed"])
        rows[0].raw = False
        self.assertIn("1 of 2", rows.action_replay()["params"]["title"])
        self.assertEqual(rows[1].verdict, "created")

    def test_the_owner_of_a_shared_mailbox_may_be_a_customer(self):
        self.mailbox.write(
            {"user": "info@customer.example", "helpdesk_address": self.SUPPORT, "imap_recipient": self.SUPPORT}
        )
        row = self.receive("info@customer.example")
        again = self.receive("info@customer.example", self.answering(row.ticket_id))
        self.assertEqual(again.ticket_id, row.ticket_id)

    def test_an_accepted_forward_stays_internal(self):
        ticket = self.receive(JANE).ticket_id
        row = self.receive(
            ANNA, subject=f"Fwd: {ticket.mail_reference} x", body=FORWARD.replace("Carl <carl@", "Jane <jane@")
        )
        row.with_user(self.agent).action_accept()
        message = self.said_last(ticket)
        self.assertFalse(message.notified_partner_ids)

    def test_a_former_agent_needs_a_proof_too(self):
        ticket = self.receive(JANE).ticket_id
        ticket.message_subscribe(self.agent.partner_id.ids)
        self.agent.active = False
        row = self.receive(ANNA, self.answering(ticket))
        self.assertNotEqual(row.ticket_id, ticket)

    def test_an_email_accepted_late_opens_no_third_ticket(self):
        ticket = self.receive(JANE).ticket_id
        self.company.helpdesk_reopen_days = "0"
        ticket.stage_id = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        row = self.receive(EVE, self.answering(ticket))
        row.with_user(self.agent).action_accept()
        follow = self.Ticket.search([("previous_ticket_id", "=", ticket.id)])
        self.assertFalse(follow)

    def test_what_the_loop_detection_stopped_can_be_replayed_at_once(self):
        for number in range(20):
            self.new_ticket(name=str(number), partner_email="jane@customer.example")
        row = self.receive(JANE)
        self.assertEqual((row.verdict, bool(row.raw)), ("ignored", True))
        row.action_replay()
        self.assertEqual(row.verdict, "created")

    def test_a_forwarder_that_marks_every_email_with_our_address_makes_nobody_a_machine(self):
        row = self.receive(JANE, "X-Loop: support@example.com")
        self.assertEqual((row.verdict, row.ticket_id.mail_silent), ("created", True))
        self.assertIn("loop-prevention header", row.reason)

    def test_a_follower_sees_the_emails_that_are_counted(self):
        user = new_test_user(self.env, "fred", groups="helpdesk_mgmt.group_helpdesk_user_own")
        ticket = self.receive(JANE).ticket_id
        row = self.receive(EVE, self.answering(ticket))
        opened = row.ticket_id
        opened.message_subscribe(user.partner_id.ids)
        opened.team_id = False
        opened.user_id = self.agent
        as_fred = opened.with_user(user)
        self.assertTrue(as_fred.has_access("read"))
        seen = self.Log.with_user(user).search_count([("ticket_id", "=", opened.id)])
        self.assertEqual((as_fred.inbound_mail_count, seen), (1, 1))
        as_fred.read(["claim_id", "claimed_reference"])
        as_fred.web_read({"claim_id": {"fields": {"display_name": {}}}, "claimed_reference": {}})

    def test_a_reopen_stage_that_was_closed_later_is_not_used(self):
        stage = self.env["helpdesk.ticket.stage"].create({"name": "Back", "closed": False})
        self.team.reopen_stage_id = stage
        ticket = self.receive(JANE).ticket_id
        ticket.stage_id = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        stage.closed = True
        self.receive(JANE, self.answering(ticket))
        self.assertFalse(ticket.closed)

    def test_an_error_that_the_database_cannot_keep_stops_no_other_email(self):
        bad = self.mail("new_ticket.eml")
        good = b"From: bob@x.example\r\nMessage-ID: <good@x>\r\nSubject: fine\r\n\r\nx\r\n"
        real = type(self.env["helpdesk.ticket"]).message_new

        def broken(ticket, msg, custom_values=None):
            if "Printer" in msg["subject"]:
                raise ValueError("bad \x00 header")
            return real(ticket, msg, custom_values)

        with patch.object(type(self.env["helpdesk.ticket"]), "message_new", broken):
            self.fetch(bad, good)
        self.assertTrue(self.Log.search([("message_id", "=", "<good@x>")]).ticket_id)

    def test_a_late_word_in_the_portal_keeps_cc_and_files(self):
        ticket = self.receive(JANE, "Cc: bob@partner.example").ticket_id
        self.company.helpdesk_reopen_days = "0"
        ticket.stage_id = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        portal = new_test_user(self.env, "jane_portal", groups="base.group_portal", email="jane@customer.example")
        ticket.partner_id = portal.partner_id
        self.say_in_portal(ticket, portal, "late", attachments=[("a.txt", b"x")])
        follow = self.Ticket.search([("previous_ticket_id", "=", ticket.id)])
        self.assertEqual(follow.email_cc, ticket.email_cc)
        files = self.env["ir.attachment"].search([("res_model", "=", follow._name), ("res_id", "=", follow.id)])
        self.assertEqual([(file.name, file.raw) for file in files], [("a.txt", b"x")])

    def test_a_team_without_company_does_not_reach_everybodys_tickets(self):
        company = self.env["res.company"].create({"name": "Other"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        other = self._new_mailbox("support@other.example", there)
        secret = self.receive(JANE, subject="Secret", mailbox=other).ticket_id
        self.assertFalse(self.team.company_id and self.team.company_id != self.company)
        self.team.company_id = False
        row = self.receive(EVE, subject=secret.mail_reference)
        self.assertFalse(row.named_ticket_id)

    def test_a_vouched_noreply_address_lets_nobody_else_in(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        headers = ["Reply-To: anna@example.com"]
        row = self.receive("noreply@example.com", *headers, self.vouched("noreply@example.com"), self.answering(ticket))
        self.assertEqual(row.verdict, "created")

    def test_an_agents_out_of_office_note_adds_nobody(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        headers = ["Auto-Submitted: auto-replied", "Cc: deputy@elsewhere.example"]
        self.receive(ANNA, self.vouched("anna@example.com"), self.answering(ticket), *headers, body="Away")
        self.assertFalse(ticket.email_cc)

    def test_the_activity_stays_while_other_emails_wait(self):
        with patch.object(type(self.env["helpdesk.ticket"]), "message_new", side_effect=ValueError("x")):
            printer = self.mail("new_ticket.eml")
            scanner = printer.replace(b"fire-1", b"fire-2").replace(b"Printer", b"Scanner")
            for _ in range(3):
                self.fetch(printer, scanner)
        activity = self.env["mail.activity"].sudo().search([("res_model", "=", "helpdesk.inbound.mail")])
        self.Log.browse(activity.res_id).action_discard()
        left = self.env["mail.activity"].sudo().search_count([("res_model", "=", "helpdesk.inbound.mail")])
        self.assertEqual(left, 1)

    def test_a_stranger_carries_no_title_into_another_team(self):
        hr = self.env["helpdesk.ticket.team"].create({"name": "HR"})
        box = self._new_mailbox("hr@example.com", hr)
        secret = self.receive(JANE, subject="Fire Bob", mailbox=box).ticket_id
        row = self.receive(EVE, subject=secret.mail_reference)
        user = new_test_user(self.env, "teamy", groups="helpdesk_mgmt.group_helpdesk_user_team")
        self.team.user_ids = user
        self.assertFalse(secret.with_user(user).has_access("read"))
        body = " ".join(row.ticket_id.with_user(user).message_ids.mapped("body"))
        self.assertNotIn("Fire Bob", body)


@tagged("post_install", "-at_install")
class TestForgedSenders(InboundCase):
    """Whom the trusted server calls forged speaks for nobody."""

    FORM = "Form <no-reply@forms.example>"
    #: What makes an email forged: its From and further headers.
    FORGED = (
        (JANE, "Authentication-Results: mx.example.com; dmarc=fail header.from=customer.example"),
        (JANE, "Authentication-Results: mx.example.com; spf=fail smtp.mailfrom=customer.example"),
        (JANE, "Authentication-Results: mx.example.com; dmarc=pass header.from=evil.example"),
        (JANE, 'Authentication-Results: mx.example.com; spf=pass smtp.mailfrom="'),
        (f"{JANE}, {EVE}", "Authentication-Results: mx.example.com; none"),
        (FORM, "Reply-To: jane@customer.example"),
        (
            FORM,
            "Reply-To: jane@customer.example",
            "Authentication-Results: mx.example.com; dmarc=pass header.from=forms.example",
        ),
        (
            "no-reply@customer.example",
            "Reply-To: jane@customer.example",
            "Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example",
        ),
    )

    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id
        self.mailbox.helpdesk_authserv_id = self.VOUCHING

    def test_they_join_and_reopen_nothing(self):
        self.ticket.stage_id = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        for sender, *headers in self.FORGED:
            with self.subTest(sender=sender, headers=headers):
                row = self.receive(sender, *headers, self.answering(self.ticket), body="Pay to IBAN EVIL")
                self.assertRecordValues(row, [{"verdict": "created", "named_ticket_id": self.ticket.id}])
                self.assertTrue(row.can_accept)
                self.assertIn("not verified", row.reason)
                self.assertTrue(row.doubt)
                self.assertEqual(row.ticket_id.sender_doubt, row.doubt)
                self.assertTrue(self.ticket.closed)
                self.assertNotIn("IBAN", " ".join(self.ticket.message_ids.mapped("body")))
                self.assertFalse(row.ticket_id.message_ids.author_id & self.ticket.partner_id)

    def test_they_may_open_a_ticket_that_says_so(self):
        for sender, *headers in self.FORGED:
            with self.subTest(sender=sender, headers=headers):
                ticket = self.receive(sender, *headers).ticket_id
                self.assertEqual(ticket.partner_email, "jane@customer.example")
                self.assertTrue(ticket.sender_doubt)
                self.assertFalse(ticket.message_ids.author_id & self.ticket.partner_id)

    def test_a_genuine_sender_is_not_marked(self):
        for headers in ((), (self.vouched("jane@customer.example"),)):
            with self.subTest(headers):
                row = self.receive(JANE, *headers, self.answering(self.ticket))
                self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id, "doubt": False}])

    def test_a_forged_agent_forwards_nothing(self):
        row = self.receive(ANNA, "Authentication-Results: mx.example.com; dmarc=fail", subject="Fwd: x", body=FORWARD)
        self.assertEqual(row.ticket_id.partner_email, "anna@example.com")

    def test_who_confirms_it_makes_it_the_customers_word(self):
        sender, *headers = self.FORGED[0]
        row = self.receive(sender, *headers, self.answering(self.ticket), body="It was me.")
        row.with_user(self.agent).action_accept()
        self.assertEqual(self.ticket.message_ids.sorted("id")[-1].author_id, self.ticket.partner_id)

    def test_without_a_trusted_server_the_agent_sees_the_doubt(self):
        self.mailbox.helpdesk_authserv_id = False
        row = self.receive(JANE, "Authentication-Results: mx.y.example; dmarc=fail", self.answering(self.ticket))
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id, "doubt": "dmarc=fail"}])
        notes = [text for kind, text in self.words(self.ticket) if kind == "note"]
        self.assertIn("Not verified", notes[-1])
        self.assertIn("dmarc=fail", notes[-1])
        opened = self.receive(JANE, "Authentication-Results: mx.y.example; dmarc=fail").ticket_id
        self.assertEqual(opened.sender_doubt, "dmarc=fail")


@tagged("post_install", "-at_install")
class TestIgnoredOriginals(InboundCase):
    def test_what_a_wrong_filter_ignored_can_be_replayed(self):
        mail_filter = self.env["helpdesk.mail.filter"].create({"pattern": "*@customer.example"})
        row = self.receive(JANE)
        self.assertEqual(row.verdict, "ignored")
        self.assertIn(b"Smoke", base64.b64decode(row.raw))
        row.action_replay()
        self.assertTrue(row.raw, "the filter is still there")
        mail_filter.unlink()
        row.action_replay()
        self.assertRecordValues(row, [{"verdict": "created", "raw": False}])

    def test_its_original_is_deleted_after_some_days(self):
        self.env["helpdesk.mail.filter"].create({"pattern": "*@customer.example"})
        young, old = self.receive(JANE), self.receive(JANE)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_inbound_mail SET write_date = now() - interval '15 days' WHERE id = %s", [old.id]
        )
        self.env.invalidate_all()
        self.Log._gc_ignored()
        self.assertTrue(young.raw)
        self.assertFalse(old.raw)
        self.assertEqual(old.verdict, "ignored")

    def test_an_ignored_sender_is_told_of_a_loop_all_the_same(self):
        self.env["helpdesk.mail.filter"].create({"pattern": "*@customer.example"})
        self.receive(JANE)
        self.assertFalse(self.Log._was_stopped("jane@customer.example"))


@tagged("post_install", "-at_install")
class TestServersThatRefuse(ImapMailboxCase):
    def test_emails_that_cannot_be_flagged_do_not_starve_the_others(self):
        imap = ImapFake([self.a_mail(number) for number in range(60)])
        with patch.object(imap, "_store", lambda *_arguments: ("NO", [b"[LIMIT] too many keywords"])):
            for _ in range(3):
                self.fetch(imap)
        self.assertEqual(len(self.rows()), 60)

    def test_an_email_that_the_server_cannot_read_stops_no_other(self):
        imap = ImapFake([self.a_mail(number) for number in range(3)])
        real = imap._fetch

        def broken(uids, items):
            return ("NO", [b"[SERVERBUG] corrupt"]) if uids == "1" else real(uids, items)

        with patch.object(imap, "_fetch", broken):
            for _ in range(4):
                self.fetch(imap)
        self.assertEqual(len(self.rows()), 2)

    def test_another_folder_begins_at_the_moment_of_the_change(self):
        imap = ImapFake([self.a_mail(number) for number in range(3)])
        dates = {1: "01-Jan-2026 00:00:00 +0000", 2: formatted(-3600), 3: formatted(5)}
        real = imap._fetch

        def fetched(uids, items):
            if items != "(INTERNALDATE)":
                return real(uids, items)
            return "OK", [f'1 (UID {uid} INTERNALDATE "{dates[int(uid)]}")'.encode() for uid in uids.split(",")]

        self.mailbox.imap_folder = "Support"
        with patch.object(imap, "_fetch", fetched):
            self.fetch(imap)
        self.assertEqual(self.mailbox.imap_begin, "7:3")
        self.assertEqual(len(self.rows()), 1)

    def test_emails_that_cannot_be_flagged_wake_nobody_at_once(self):
        imap = ImapFake([self.a_mail(number) for number in range(60)])
        with patch.object(imap, "_store", lambda *_arguments: ("NO", [b"[LIMIT] too many keywords"])):
            runs = [self.fetch(imap) for _ in range(3)]
        self.assertNotIn("mail.ir_cron_mail_gateway_action", runs[-1][1])
