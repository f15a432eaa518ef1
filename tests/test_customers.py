"""Whose ticket an email opens."""

from odoo.tests import tagged

from .common import InboundCase

JANE = "Jane Doe <Jane@Customer.example>"


@tagged("post_install", "-at_install")
class TestCustomers(InboundCase):
    def partners(self, address):
        return self.env["res.partner"].search([("email_normalized", "=", address)])

    def test_an_unknown_sender_becomes_a_contact(self):
        ticket = self.receive(JANE).ticket_id
        self.assertRecordValues(
            ticket,
            [{"partner_email": "jane@customer.example", "partner_name": "Jane Doe", "user_id": False}],
        )
        self.assertRecordValues(
            ticket.partner_id,
            [
                {
                    "name": "Jane Doe",
                    "email": "jane@customer.example",
                    "company_id": self.company.id,
                    "is_company": False,
                }
            ],
        )
        self.assertEqual(ticket.message_ids.author_id, ticket.partner_id)

    def test_a_company_that_wants_no_contacts_gets_none(self):
        self.company.helpdesk_create_partner = False
        ticket = self.receive(JANE).ticket_id
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_email, "jane@customer.example")
        self.assertFalse(self.partners("jane@customer.example"))

    def test_a_known_contact_is_found_by_the_normalised_address(self):
        jane = self.env["res.partner"].create({"name": "Jane D.", "email": "JANE@customer.example"})
        ticket = self.receive(JANE).ticket_id
        self.assertEqual(ticket.partner_id, jane)
        self.assertEqual(ticket.partner_name, "Jane Doe")

    def test_a_contact_of_another_company_is_not_touched(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["res.partner"].create({"name": "J", "email": "jane@customer.example", "company_id": other.id})
        ours = self.receive(JANE).ticket_id.partner_id
        self.assertNotEqual(ours, theirs)
        self.assertEqual(self.receive(JANE).ticket_id.partner_id, ours)

    def test_a_sender_without_a_name_is_called_by_the_address(self):
        ticket = self.receive("jane@customer.example").ticket_id
        self.assertEqual((ticket.partner_id.name, ticket.partner_name), ("jane@customer.example",) * 2)

    def test_a_program_becomes_no_contact(self):
        for headers in (["Auto-Submitted: auto-generated"], ["List-Id: <news.example>"], ["Precedence: bulk"]):
            ticket = self.receive("news@news.example", *headers).ticket_id
            self.assertFalse(ticket.partner_id)
            self.assertTrue(ticket.mail_silent)
        self.assertFalse(self.receive("noreply@news.example").ticket_id.partner_id)

    def test_a_contact_form_writes_for_whoever_stands_in_reply_to(self):
        ticket = self.receive("Our Website <support@example.com>", "Reply-To: Carl <carl@customer.example>").ticket_id
        self.assertRecordValues(ticket, [{"partner_email": "carl@customer.example", "partner_name": "Carl"}])

    def test_our_own_address_is_nobodys_customer(self):
        ticket = self.receive("Acme <support@example.com>").ticket_id
        self.assertFalse(ticket.partner_email or ticket.partner_id)
        self.assertTrue(ticket.mail_silent)

    def test_an_ordinary_reply_to_does_not_change_the_customer(self):
        ticket = self.receive(JANE, "Reply-To: Eve <eve@evil.example>").ticket_id
        self.assertEqual(ticket.partner_email, "jane@customer.example")

    def test_an_email_without_sender_is_a_ticket_all_the_same(self):
        row = self.receive("")
        self.assertEqual(row.verdict, "created")
        self.assertTrue(row.ticket_id.mail_silent)

    def test_an_email_without_subject_has_a_title_in_the_language_of_the_company(self):
        self.assertEqual(self.receive(JANE, subject="").ticket_id.name, "(no subject)")

    def test_a_subject_of_10000_characters_is_a_short_title(self):
        ticket = self.receive(JANE, subject="fire " * 2000).ticket_id
        self.assertEqual(len(ticket.name), 250)
        self.assertGreater(len(ticket.message_ids.subject), 9000)

    def test_known_people_in_to_and_cc_do_not_follow_because_of_an_email(self):
        bob = self.env["res.partner"].create({"name": "Bob", "email": "bob@partner.example"})
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        genuine = self.vouched("jane@customer.example")
        ticket = self.receive(JANE, genuine, "Cc: bob@partner.example, anna@example.com").ticket_id
        self.assertFalse(ticket.message_partner_ids & (bob | self.agent.partner_id))
        self.assertFalse(ticket.message_ids.partner_ids)
        self.assertEqual(ticket.email_cc, "bob@partner.example, anna@example.com")
