"""An email belongs to the person who wrote it, whatever From says, and that person gets the answers."""

from odoo.tests import tagged

from .common import new_test_user
from .outbound_case import JANE, OutboundCase

HOME = "Reply-To: Jane <jane@home.example>"
APPLE = "\r\n".join(
    [
        "pls",
        "",
        "> Begin forwarded message:",
        "> ",
        "> From: Cora Cust <cora@cust.example>",
        "> Subject: broken pump",
        "> Date: 2 November 2026 at 09:00:00 CET",
        "> To: anna@example.com",
        "> ",
        "> the pump leaks",
    ]
)
ATTACHED = "\r\n".join(
    [
        "--b",
        "Content-Type: text/plain",
        "",
        "see the attachment",
        "--b",
        'Content-Type: application/octet-stream; name="pump.eml"',
        'Content-Disposition: attachment; filename="pump.eml"',
        "",
        "From: Cora Cust <cora@cust.example>",
        "Subject: broken pump",
        "",
        "the pump leaks",
        "--b--",
    ]
)
MIXED = 'Content-Type: multipart/mixed; boundary="b"'


class PersonCase(OutboundCase):
    def arrive(self, *headers, body="Help please", subject="Help"):
        """Let an email come in that may lack From; returns its row in the log."""
        before = self.Log.search([], order="id desc", limit=1).id or 0
        number = type(self).number = getattr(type(self), "number", 0) + 1
        lines = [*headers, f"Subject: {subject}", f"Message-ID: <person-{number}@test.example>", f"To: {self.SUPPORT}"]
        self.fetch("\r\n".join([*lines, "", body, ""]).encode())
        return self.Log.search([("id", ">", before)])

    def answered(self, ticket):
        """Who gets the answer of an agent."""
        self.send()  # what told the agents before
        self.comment(ticket, "Unplug it.", user=self.agent)
        return sorted(recipient for recipients, _message in self.send() for recipient in recipients)

    def assert_customer(self, row, address, name):
        """The ticket and its contact are this person's, and so is the answer."""
        self.assertRecordValues(row, [{"verdict": "created"}])
        self.assertRecordValues(row.ticket_id, [{"partner_email": address, "partner_name": name}])
        self.assertRecordValues(row.ticket_id.partner_id, [{"email_normalized": address, "name": name}])
        self.assertEqual(self.answered(row.ticket_id), [address])

    def contacts(self, *texts):
        return self.env["res.partner"].search([("email_normalized", "in", texts)])


@tagged("post_install", "-at_install")
class TestGroupsAndForms(PersonCase):
    def test_two_people_who_write_through_one_group_are_two_customers(self):
        listed = ["List-Id: <info.example.com>", "Precedence: list"]
        ivo = self.arrive(
            "From: 'Ivo Lang' via Info <info@example.com>",
            "Reply-To: Ivo Lang <ivo@lang.example>",
            "Cc: info@example.com",
            *listed,
        )
        ida = self.arrive(
            "From: 'Ida Long' via Info <info@example.com>", "X-Original-Sender: ida@long.example", *listed
        )
        self.assert_customer(ivo, "ivo@lang.example", "Ivo Lang")
        self.assert_customer(ida, "ida@long.example", "Ida Long")
        self.assertFalse(self.contacts("info@example.com"))
        self.assertFalse([text for kind, text in self.words(ivo.ticket_id) if kind == "note" and "info@" in text])
        self.assertIn("X-Original-Sender", ida.reason)
        self.assertEqual((ivo | ida).mapped("email_from"), ["ivo@lang.example", "ida@long.example"])

    def test_a_group_that_hides_its_members_is_nobodys_customer(self):
        group = self.env["res.partner"].create({"name": "Info", "email": "info@example.com"})
        row = self.arrive("From: 'Ivo Lang' via Info <info@example.com>", "List-Id: <info.example.com>")
        self.assertRecordValues(row.ticket_id, [{"partner_email": False, "partner_name": "Ivo Lang"}])
        self.assertFalse(row.ticket_id.partner_id)
        self.assertIn("no header names its member", row.reason)
        self.assertFalse(row.ticket_id.message_ids.author_id & group)

    def test_a_form_a_shop_and_a_no_reply_address_speak_for_whoever_is_in_reply_to(self):
        for number, sender in enumerate(
            ("WordPress <wordpress@example.com>", "Web <support@example.com>", "Shop <noreply@shop.example>")
        ):
            with self.subTest(sender):
                address = f"buyer{number}@home.example"
                row = self.arrive(f"From: {sender}", f"Reply-To: Buyer {number} <{address}>")
                self.assert_customer(row, address, f"Buyer {number}")
                self.assertIn("the sender is from Reply-To", row.reason)

    def test_a_filter_for_the_group_applies_to_its_members(self):
        self.env["helpdesk.mail.filter"].create({"pattern": "info@example.com"})
        row = self.arrive("From: 'Ivo' via Info <info@example.com>", "X-Original-Sender: ivo@lang.example")
        self.assertEqual(row.verdict, "ignored")

    def test_an_agent_with_a_reply_to_is_no_form(self):
        row = self.arrive("From: Anna Agent <anna@example.com>", "Reply-To: anna@home.example")
        self.assertEqual(row.ticket_id.partner_email, "anna@example.com")
        self.assertFalse(row.ticket_id.customer_reply_to)

    def test_who_claims_an_agents_address_in_reply_to_is_no_agent(self):
        row = self.arrive("From: Web <support@example.com>", "Reply-To: anna@example.com")
        self.assertFalse(row.ticket_id.message_ids.author_id & self.agent.partner_id)

    def test_who_only_guesses_the_reference_joins_by_no_header_but_from(self):
        ticket = self.receive(JANE).ticket_id
        subject = f"Re: {ticket.mail_reference}"
        jane = "jane@customer.example"
        for headers in (
            ["From: Eve <noreply@evil.example>", f"Reply-To: {jane}"],
            ["From: 'Jane Doe' via Info <eve@evil.example>", f"X-Original-From: {jane}", f"Reply-To: {jane}"],
            ["From: Jane <eve@evil.example>", f"X-Original-From: {jane}", f"Reply-To: {jane}"],
            ["From: Jane <jane=customer.example@evil.example>", "List-Id: <x.evil.example>"],
            [f"Sender: {jane}"],
            ["From: <>", f"Return-Path: <{jane}>"],
        ):
            with self.subTest(headers):
                row = self.arrive(*headers, subject=subject)
                self.assertRecordValues(row, [{"verdict": "created", "named_ticket_id": ticket.id}])
                self.assertEqual(row.ticket_id.partner_email, jane)
        [row] = self.arrive(
            "From: 'Jane Doe' via Info <info@example.com>", f"X-Original-From: {jane}", self.answering(ticket)
        )
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])

    def test_a_member_is_marked_not_verified_where_a_server_is_trusted(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        group = ["From: 'Jane Doe' via Info <info@example.com>", "X-Original-From: jane@customer.example"]
        row = self.arrive(*group, self.vouched("info@example.com"), self.answering(ticket))
        self.assertRecordValues(row, [{"verdict": "created", "named_ticket_id": ticket.id}])
        self.assertEqual(row.ticket_id.partner_email, "jane@customer.example")
        self.assertIn("X-Original-From", row.ticket_id.sender_doubt)


@tagged("post_install", "-at_install")
class TestReplyTo(PersonCase):
    def test_a_person_gets_the_answers_where_they_want_them(self):
        ticket = self.receive(JANE, HOME).ticket_id
        self.assertRecordValues(
            ticket, [{"partner_email": "jane@customer.example", "customer_reply_to": "jane@home.example"}]
        )
        self.assertEqual(ticket.partner_id.email, "jane@customer.example")
        self.write_letters()
        self.assertEqual([recipients for recipients, _message in self.send()], [["jane@home.example"]])
        self.assertEqual(self.answered(ticket), ["jane@home.example"])
        self.close(ticket)
        self.write_letters()
        self.assertEqual([recipients for recipients, _message in self.send()], [["jane@home.example"]])

    def test_a_customer_who_is_no_contact_too(self):
        self.company.helpdesk_create_partner = False
        self.assertEqual(self.answered(self.receive(JANE, HOME).ticket_id), ["jane@home.example"])

    def test_what_is_said_last_is_quoted_there(self):
        ticket = self.receive(JANE, HOME).ticket_id
        self.write_letters()
        self.send()
        self.comment(ticket, "Unplug it.", user=self.agent)
        [(_recipients, message)] = self.send()
        self.assertIn("Smoke comes out of it.", self.content(message))
        self.assertEqual(message["To"], "jane@home.example")

    def test_the_person_joins_from_either_address(self):
        ticket = self.receive(JANE, HOME).ticket_id
        for sender in (JANE, "jane@home.example"):
            with self.subTest(sender):
                row = self.receive(sender, self.answering(ticket))
                self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])

    def test_a_reply_to_lets_nobody_join(self):
        ticket = self.receive(JANE).ticket_id
        row = self.receive("Eve <eve@evil.example>", "Reply-To: jane@customer.example", self.answering(ticket))
        self.assertRecordValues(row, [{"verdict": "created", "named_ticket_id": ticket.id}])
        self.assertEqual(row.ticket_id.partner_email, "eve@evil.example")

    def test_a_later_reply_to_counts_only_if_the_sender_is_authenticated(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE).ticket_id
        self.receive(JANE, "Reply-To: eve@evil.example", self.answering(ticket))
        self.assertFalse(ticket.customer_reply_to, "anybody can write such an email")
        genuine = self.vouched("jane@customer.example")
        self.receive(JANE, HOME, genuine, self.answering(ticket))
        self.assertEqual(ticket.customer_reply_to, "jane@home.example")
        self.receive(JANE, self.answering(ticket))
        self.assertEqual(ticket.customer_reply_to, "jane@home.example")
        self.receive(JANE, genuine, self.answering(ticket))
        self.assertFalse(ticket.customer_reply_to)

    def test_a_forged_email_sends_the_answers_nowhere_else(self):
        for headers in (["Authentication-Results: mx.example.com; dmarc=fail header.from=customer.example"],):
            ticket = self.receive(JANE, "Reply-To: eve@evil.example", *headers).ticket_id
            self.assertFalse(ticket.customer_reply_to)
            self.assertTrue(ticket.sender_doubt)

    def test_another_customer_has_another_address(self):
        ticket = self.receive(JANE, HOME).ticket_id
        ticket.write({"partner_email": ticket.partner_email, "partner_id": ticket.partner_id.id})
        self.assertEqual(ticket.customer_reply_to, "jane@home.example")
        ticket.partner_id = self.env["res.partner"].create({"name": "Joe", "email": "joe@customer.example"})
        self.assertFalse(ticket.customer_reply_to)
        self.assertEqual(self.answered(ticket), ["joe@customer.example"])

    def test_an_agent_answers_by_email(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive(JANE, HOME).ticket_id
        self.send()
        genuine = self.vouched("anna@example.com")
        self.receive("Anna Agent <anna@example.com>", genuine, self.answering(ticket), body="Unplug it.")
        self.assertEqual([recipients for recipients, _message in self.send()], [["jane@home.example"]])
        reached = ["To: support@example.com, jane@home.example"]
        self.receive("Anna Agent <anna@example.com>", genuine, self.answering(ticket), *reached, body="And plug it.")
        self.assertFalse(self.send(), "it has reached her already")

    def test_the_answers_of_others_go_where_they_always_went(self):
        ticket = self.receive(JANE, HOME).ticket_id
        ticket.email_cc = "bob@partner.example"
        self.assertEqual(self.answered(ticket), ["bob@partner.example", "jane@home.example"])


@tagged("post_install", "-at_install")
class TestUnusualAddresses(PersonCase):
    def test_a_broken_from_names_its_person(self):
        for number, sender in enumerate(
            (
                "Jan Novak jan{}@x.example",
                "Jan Novak [mailto:jan{}@x.example]",
                "=?utf-8?Q?Jan_Novak_=3Cjan{}=40x.example=3E?=",
                "Jan Novak =3Cjan{}=40x.example=3E",
                "Jan Novak <<jan{}@x.example>>",
                "Team: Jan Novak <jan{}@x.example>;",
                "jan{}@x.example (Jan Novak)",
                "Jan Novak &lt;jan{}@x.example&gt;",
                '"Jan Novak <jan{}@x.example>"',
                "Jan Novak <jan{}@x.example.>",
                "\u200bJan Novak <\u200bJAN{}@X.example\u202c>",
                "Jan Novak <jan{}\uff20x.example>",
                "Jan Novak <jan{}\u00a0@ x.example>",
            )
        ):
            with self.subTest(sender):
                self.assert_customer(
                    self.arrive(f"From: {sender.format(number)}"), f"jan{number}@x.example", "Jan Novak"
                )

    def test_another_header_stands_in_for_a_missing_from(self):
        for number, headers in enumerate(
            (
                ["Sender: Real One <real0@sender.example>"],
                ["From: ", "Sender: Real One <real1@sender.example>"],
                ["From: <>", "Reply-To: Real One <real2@sender.example>"],
                ["From: Real One", "Return-Path: <real3@sender.example>"],
            )
        ):
            with self.subTest(headers):
                self.assert_customer(self.arrive(*headers), f"real{number}@sender.example", "Real One")

    def test_both_spellings_of_a_domain_are_one_person(self):
        first = self.arrive("From: Hans <hans@müller.example>")
        self.assert_customer(first, "hans@xn--mller-kva.example", "Hans")
        again = self.arrive("From: Hans <HANS@xn--mller-kva.example>")
        self.assertEqual(again.ticket_id.partner_id, first.ticket_id.partner_id)
        for sender in ("hans@MÜLLER.example", "hans@xn--mller-kva.example"):
            with self.subTest(sender):
                row = self.arrive(f"From: {sender}", self.answering(first.ticket_id))
                self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": first.ticket_id.id}])
        self.env["helpdesk.mail.filter"].create({"pattern": "*@müller.example"})
        self.assertEqual(self.arrive("From: hans@xn--mller-kva.example").verdict, "ignored")

    def test_a_contact_entered_in_unicode_is_found_and_reached(self):
        hans = self.env["res.partner"].create({"name": "Hans", "email": "hans@müller.example"})
        for sender in ("hans@xn--mller-kva.example", "hans@müller.example"):
            with self.subTest(sender):
                ticket = self.arrive(f"From: {sender}").ticket_id
                self.assertEqual(ticket.partner_id, hans)
                self.assertEqual(self.answered(ticket), ["hans@xn--mller-kva.example"])

    def test_people_in_cc_with_such_addresses_join(self):
        ticket = self.receive(JANE).ticket_id
        ticket.email_cc = "Hans <hans@müller.example>"
        row = self.arrive("From: hans@xn--mller-kva.example", self.answering(ticket))
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])
        self.assertEqual(self.answered(ticket), ["hans@xn--mller-kva.example", "jane@customer.example"])

    def test_our_own_mailbox_with_such_an_address_is_ours(self):
        self.mailbox.helpdesk_address = "help@müller.example"
        row = self.arrive("From: Form <help@xn--mller-kva.example>", "Reply-To: Carl <carl@customer.example>")
        self.assertEqual(row.ticket_id.partner_email, "carl@customer.example")


@tagged("post_install", "-at_install")
class TestForwards(PersonCase):
    ANNA = ("From: Anna Agent <anna@example.com>",)

    def setUp(self):
        super().setUp()
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        self.ANNA = (*TestForwards.ANNA, self.vouched("anna@example.com"))

    def assert_coras(self, row):
        self.assertRecordValues(row.ticket_id, [{"partner_email": "cora@cust.example", "name": "broken pump"}])
        self.assertRecordValues(row.ticket_id.partner_id, [{"name": "Cora Cust", "email": "cora@cust.example"}])
        self.assertEqual(self.answered(row.ticket_id), ["cora@cust.example"])

    def test_what_an_agent_forwards_in_plain_text_from_a_mac(self):
        for subject in ("Fwd: broken pump", "broken pump"):
            with self.subTest(subject):
                self.assert_coras(self.arrive(*self.ANNA, body=APPLE, subject=subject))

    def test_an_agent_whom_no_server_vouches_for_makes_no_contact(self):
        row = self.arrive(*TestForwards.ANNA, body=APPLE, subject="Fwd: broken pump")
        self.assertRecordValues(row.ticket_id, [{"partner_email": "cora@cust.example", "partner_id": False}])

    def test_what_an_agent_attaches(self):
        for subject in ("look at this", "Re: broken pump", ""):
            with self.subTest(subject):
                self.assert_coras(self.arrive(*self.ANNA, MIXED, body=ATTACHED, subject=subject))

    def test_what_an_agent_wrote_and_forwards_is_the_agents(self):
        body = ATTACHED.replace("Cora Cust <cora@cust.example>", "anna@example.com")
        row = self.arrive(*self.ANNA, MIXED, body=body, subject="what I wrote")
        self.assertEqual(row.ticket_id.partner_email, "anna@example.com")

    def test_what_colleagues_passed_on_before_is_the_customers(self):
        new_test_user(self.env, "bob", groups="helpdesk_mgmt.group_helpdesk_user", email="bob@example.com")
        cora, anna, bob, us, john = map(
            self.block,
            (
                "Cora Cust <cora@cust.example>",
                "anna@example.com",
                "bob@example.com",
                self.SUPPORT,
                "john@other.example",
            ),
        )
        for title, body, customer in (
            ("a colleague's forward", bob + cora, "cora@cust.example"),
            ("the agent's own answer to the customer", anna + cora, "cora@cust.example"),
            ("an answer of our mailbox", us + cora, "cora@cust.example"),
            ("all of that", anna + bob + us + cora + john, "cora@cust.example"),
            ("what a customer passed on", cora + john, "cora@cust.example"),
            ("what a colleague wrote", bob + anna, "bob@example.com"),
            ("what the agent wrote", anna + us, "anna@example.com"),
        ):
            with self.subTest(title):
                row = self.arrive(*self.ANNA, body=body, subject="FW: broken pump")
                self.assertRecordValues(row, [{"verdict": "created"}])
                self.assertEqual(row.ticket_id.partner_email, customer)

    def block(self, who):
        return "\r\n".join(
            [f"From: {who}", "Sent: Monday", "To: anna@example.com", "Subject: broken pump", "", "See below.", "", ""]
        )

    def test_what_a_customer_attaches_stays_theirs(self):
        row = self.arrive(f"From: {JANE}", MIXED, body=ATTACHED)
        self.assertEqual(row.ticket_id.partner_email, "jane@customer.example")

    def test_a_form_that_an_agent_forwards(self):
        body = ATTACHED.replace(
            "From: Cora Cust <cora@cust.example>",
            "From: Web <support@example.com>\r\nReply-To: Cora Cust <cora@cust.example>",
        )
        self.assert_coras(self.arrive(*self.ANNA, MIXED, body=body, subject="from the form"))
