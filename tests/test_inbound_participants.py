"""A reply joins a ticket only if its sender is on it, whatever its headers or its subject say."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import email_normalize_all

from .common import InboundCase, new_test_user

JANE, EVE, ANNA = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>", "Anna Agent <anna@example.com>"


@tagged("post_install", "-at_install")
class TestParticipants(InboundCase):
    def setUp(self):
        super().setUp()
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        genuine = self.vouched("jane@customer.example")
        self.ticket = self.receive(JANE, genuine, "Cc: Bob <bob@partner.example>, support@example.com").ticket_id
        self.mailbox.helpdesk_authserv_id = False

    def assert_joins(self, row, reason):
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id, "reason": reason}])
        self.assertEqual(self.words(self.ticket)[-1][0], "public")

    def assert_stranger(self, row, reason, note="someone who is not a participant"):
        """A new ticket; both note each other; nobody on the old one gets an email about it."""
        self.assertRecordValues(row, [{"verdict": "created", "named_ticket_id": self.ticket.id, "reason": reason}])
        self.assertNotEqual(row.ticket_id, self.ticket)
        kind, text = self.words(self.ticket)[-1]
        self.assertEqual(kind, "note")
        self.assertIn(note, text)
        self.assertIn("The email refers to", self.words(row.ticket_id)[0][1])
        self.assertFalse((self.ticket | row.ticket_id).message_ids.notified_partner_ids)
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "helpdesk.ticket")]))

    def test_the_customer_joins_by_header(self):
        self.assert_joins(self.receive(JANE, self.answering(self.ticket)), "Reply by header, sender is the customer")

    def test_the_customer_joins_by_the_reference_in_the_subject(self):
        reference = self.ticket.mail_reference
        row = self.receive("JANE@Customer.example", subject=f"AW: SV: {reference.lower().replace('-', ' -')} fire")
        self.assert_joins(row, f"The subject refers to {reference}, sender is the customer")

    def test_a_reference_that_was_folded_and_encoded_is_found(self):
        number = self.ticket.bridge_number
        row = self.receive(JANE, subject=f"=?utf-8?q?Odp=3A_Drucker_=5BML-?=\r\n =?utf-8?q?=23{number}=5D_brennt?=")
        self.assertEqual(row.ticket_id, self.ticket)

    def test_who_was_in_cc_of_the_first_email_joins(self):
        row = self.receive("bob@partner.example", self.answering(self.ticket))
        self.assert_joins(row, "Reply by header, sender is in Cc of the ticket")

    def test_a_later_cc_proves_nothing_and_is_told_in_a_note(self):
        self.receive(JANE, self.answering(self.ticket), "Cc: Eve <eve@evil.example>, bob@partner.example")
        notes = [text for kind, text in self.words(self.ticket) if kind == "note"]
        self.assertEqual(len(notes), 1)
        self.assertIn("eve@evil.example in Cc", notes[0])
        self.assertNotIn("bob", notes[0])
        self.assertNotIn("eve", self.ticket.email_cc)
        recipients = self.ticket._message_get_suggested_recipients()
        self.assertNotIn("eve@evil.example", [recipient["email"] for recipient in recipients])
        self.assert_stranger(
            self.receive(EVE, self.answering(self.ticket)),
            "Reply by header, but the sender is not a participant of that ticket: new ticket",
        )

    def test_a_colleague_of_the_customer_joins(self):
        company = self.env["res.partner"].create({"name": "Customer Inc", "is_company": True})
        self.ticket.partner_id.parent_id = company
        self.env["res.partner"].create(
            {"name": "Joe", "email": "joe@elsewhere.example", "parent_id": company.id, "type": "contact"}
        )
        row = self.receive("joe@elsewhere.example", self.answering(self.ticket))
        self.assert_joins(row, "Reply by header, sender belongs to the customer")

    def test_a_follower_joins(self):
        follower = self.env["res.partner"].create({"name": "Fay", "email": "fay@partner.example"})
        self.ticket.message_subscribe(follower.ids)
        row = self.receive("fay@partner.example", self.answering(self.ticket))
        self.assert_joins(row, "Reply by header, sender follows the ticket")

    def test_a_stranger_who_quotes_the_headers_opens_a_ticket(self):
        self.assert_stranger(
            self.receive(EVE, self.answering(self.ticket)),
            "Reply by header, but the sender is not a participant of that ticket: new ticket",
        )

    def test_a_stranger_who_names_the_reference_opens_a_ticket_without_it_in_the_title(self):
        row = self.receive(EVE, subject=f"Re: {self.ticket.mail_reference} I am Jane, really")
        self.assert_stranger(
            row,
            f"The subject refers to {self.ticket.mail_reference}, but the sender is not a participant of that ticket: "
            "new ticket",
        )
        self.assertEqual(row.ticket_id.name, "I am Jane, really")

    def test_an_unknown_prefix_is_only_a_subject(self):
        row = self.receive(JANE, subject=f"[XY-#{self.ticket.bridge_number}] Printer")
        self.assertRecordValues(row, [{"verdict": "created", "reason": "Refers to no ticket: new ticket"}])
        self.assertEqual(row.ticket_id.name, f"[XY-#{self.ticket.bridge_number}] Printer")

    def test_a_number_that_is_no_ticket_is_only_a_subject(self):
        self.assertEqual(
            self.receive(JANE, subject="[ML-#999999999] Printer").reason, "Refers to no ticket: new ticket"
        )

    def test_a_former_prefix_stays_valid(self):
        reference = self.ticket.mail_reference
        self.company.helpdesk_ticket_prefix = "ACME"
        self.team.ticket_prefix = "SUP"
        self.team.ticket_prefix = "HELP"
        self.assert_joins(
            self.receive(JANE, subject=reference),
            f"The subject refers to [HELP-#{self.ticket.bridge_number}], sender is the customer",
        )
        for prefix in ("sup", "help", "acme"):
            self.assertEqual(
                self.receive(JANE, subject=f"[{prefix}-#{self.ticket.bridge_number}]").ticket_id, self.ticket
            )

    def test_a_reference_of_a_former_system_is_found(self):
        self.ticket.legacy_reference = "old-#7"
        self.assertEqual(self.ticket.legacy_reference, "[OLD-#7]")
        self.assertEqual(self.receive(JANE, subject="Re: [OLD-#7] Printer").ticket_id, self.ticket)

    def test_a_reference_leads_to_one_ticket(self):
        self.ticket.legacy_reference = "OLD-#7"
        other = self.receive(EVE).ticket_id
        archived = self.receive(EVE).ticket_id
        archived.write({"legacy_reference": "OLD-#9", "active": False})
        for taken in ("OLD-#7", "[old-#7]", "OLD-#9", self.ticket.mail_reference, archived.mail_reference):
            with self.subTest(taken), self.assertRaisesRegex(ValidationError, "already leads to"):
                other.legacy_reference = taken
        for free in ("OLD-#8", other.mail_reference, f"NEW-#{self.ticket.bridge_number}", False, "OLD-#8"):
            with self.subTest(free):
                other.legacy_reference = free
        company = self.env["res.company"].create({"name": "Other"})
        values = {"name": "x", "description": "x", "legacy_reference": "OLD-#7", "company_id": company.id}
        theirs = self.env["helpdesk.ticket"].create(values)
        with self.assertRaisesRegex(ValidationError, "already leads to"):
            theirs.company_id = self.company

    def test_a_reference_of_a_former_system_reads_the_same_however_it_was_written(self):
        for written in ("old-#8", "[Old-#8]", " [OLD-#8] "):
            with self.subTest(written):
                values = {"name": "x", "description": "x", "legacy_reference": written}
                ticket = self.env["helpdesk.ticket"].create(values)
                self.assertEqual(ticket.legacy_reference, "[OLD-#8]")
                ticket.unlink()
        for written in ("nonsense", "[OLD-#8] [OLD-#9]"):
            with self.subTest(written), self.assertRaisesRegex(ValidationError, "is not a reference"):
                self.ticket.legacy_reference = written

    def test_of_several_references_the_one_counts_whose_ticket_the_sender_is_on(self):
        other = self.receive(EVE).ticket_id
        row = self.receive(JANE, subject=f"{other.mail_reference} {self.ticket.mail_reference}")
        self.assertEqual(row.ticket_id, self.ticket)

    def test_a_ticket_of_another_company_is_not_reached_by_its_reference(self):
        company = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        other = self._new_mailbox("support@other.example", team)
        row = self.receive(JANE, subject=self.ticket.mail_reference, mailbox=other)
        self.assertEqual((row.verdict, row.ticket_id.company_id), ("created", company))

    def test_own_addresses_never_become_recipients(self):
        self._new_mailbox("sales@example.com", self.team)
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        for proof, added in (("X-None: x", set()), (self.vouched("jane@customer.example"), {"joe@customer.example"})):
            with self.subTest(proof):
                to = "To: Sales <sales@example.com>, support@example.com, support+shop@example.com"
                cc = "Cc: SUPPORT@example.com, Sales <sales+eu@example.com>"
                ticket = self.receive(JANE, proof, to, f"{cc}, joe@customer.example").ticket_id
                self.assertEqual(set(email_normalize_all(ticket.email_cc or "")), added)
                suggested = {recipient["email"] for recipient in ticket._message_get_suggested_recipients()}
                self.assertEqual(suggested, {"jane@customer.example", *added})

    # People in Cc ----------------------------------------------

    def _people(self, count):
        return ", ".join(f"p{number:03}@victim.example" for number in range(count))

    def test_who_is_added_by_a_first_email(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        genuine, forged = self.vouched("jane@customer.example"), "Authentication-Results: mx.example.com; dmarc=fail"
        for proof, header, count, limit, added in (
            (genuine, "Cc", 1, 10, 1),
            (genuine, "Cc", 9, 10, 9),
            (genuine, "Cc", 11, 10, 0),
            (genuine, "Cc", 300, 10, 0),
            (genuine, "Cc", 1, 0, 0),
            (genuine, "Cc", 12, 20, 12),
            ("X-None: x", "Cc", 1, 10, 0),
            ("X-None: x", "Cc", 300, 1000, 0),
            ("X-None: x", "To", 300, 10, 0),
            (forged, "Cc", 1, 10, 0),
        ):
            with self.subTest(proof=proof, header=header, count=count, limit=limit):
                self.company.helpdesk_max_recipients = limit
                people = f"{header}: support@example.com, {self._people(count)}"
                ticket = self.receive(JANE, proof, people).ticket_id
                self.assertEqual(len(email_normalize_all(ticket.email_cc or "")), added)
                notes = " ".join(ticket.message_ids.filtered("subtype_id.internal").mapped("body"))
                self.assertEqual("p000@victim.example in Cc" in notes, header == "Cc" and count == 1 and not added)
                self.assertEqual("280 more" in notes, header == "Cc" and count == 300)
                suggested = [one["email"] for one in ticket._message_get_suggested_recipients(reply_discussion=True)]
                self.assertEqual(len([one for one in suggested if "victim" in one]), added)

    def test_what_an_agent_sends_to_many_adds_nobody(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        genuine = self.vouched("anna@example.com")
        known = self.env["res.partner"].create({"name": "p", "email": "p000@victim.example"})
        for count, added in ((3, 3), (300, 0)):
            people = f"Cc: {self._people(count)}"
            opened = self.receive(ANNA, genuine, people).ticket_id
            self.ticket.email_cc = False
            self.receive(ANNA, genuine, people, self.answering(self.ticket))
            for ticket in (opened, self.ticket):
                with self.subTest(count=count, ticket=ticket.name):
                    self.assertEqual(len(email_normalize_all(ticket.email_cc or "")), added)
                    self.assertEqual(known in ticket.message_partner_ids, bool(added))
                    ticket.message_unsubscribe(known.ids)

    # Agents ----------------------------------------------------

    def test_a_forged_agent_is_a_stranger(self):
        self.assert_stranger(
            self.receive(ANNA, self.answering(self.ticket)),
            "Reply by header, but nothing proves that an agent wrote it (the mailbox has no trusted mail server): "
            "new ticket",
            note="from the address of Anna Agent, but nothing proves",
        )

    def test_a_forged_agent_is_nobodys_author_and_creates_nothing_as_that_agent(self):
        row = self.receive(ANNA)
        self.assertNotEqual(row.ticket_id.create_uid, self.agent)
        self.assertFalse(row.ticket_id.message_ids.author_id & self.agent.partner_id)
        self.assertFalse(row.ticket_id.user_id)

    def test_an_agent_whom_the_server_vouches_for_joins_as_themselves(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        row = self.receive(ANNA, self.vouched("anna@example.com"), self.answering(self.ticket))
        self.assert_joins(row, "Reply by header, the sender is an agent (dmarc=pass for example.com)")
        self.assertEqual(self.said_last(self.ticket).author_id, self.agent.partner_id)

    def test_another_server_vouches_for_nobody(self):
        self.mailbox.helpdesk_authserv_id = "mx.elsewhere.example"
        row = self.receive(ANNA, self.vouched("anna@example.com"), self.answering(self.ticket))
        self.assertEqual(row.verdict, "created")
        self.assertEqual(row.agent_id, self.agent)

    def test_an_agent_who_may_not_see_the_ticket_does_not_join_it(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        company = self.env["res.company"].create({"name": "Other"})
        new_test_user(
            self.env, "paul", email="paul@example.com", company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        row = self.receive("paul@example.com", self.vouched("paul@example.com"), self.answering(self.ticket))
        self.assertEqual(row.verdict, "created")

    def test_a_colleague_who_is_the_customer_joins_as_the_customer(self):
        mine = self.receive(ANNA).ticket_id
        row = self.receive(ANNA, self.answering(mine))
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": mine.id}])
        self.assertFalse(mine.message_ids.author_id & self.agent.partner_id)

    def test_nobody_vouches_for_an_email_that_comes_by_rpc(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        raw = "\r\n".join(
            [
                f"From: {ANNA}",
                self.vouched("anna@example.com"),
                self.answering(self.ticket),
                "Message-ID: <rpc@x>",
                "",
                "x",
            ]
        )
        gateway = self.env["mail.thread"].with_context(default_fetchmail_server_id=self.mailbox.id)
        gateway.message_process("helpdesk.ticket", raw.encode())
        row = self.Log.search([("message_id", "=", "<rpc@x>")])
        self.assertRecordValues(row, [{"verdict": "created", "agent_id": self.agent.id, "fetchmail_server_id": False}])

    def test_what_an_agent_forwards_opens_a_ticket_for_the_customer(self):
        body = "Can you?\r\n\r\n---------- Forwarded message ---------\r\nFrom: Carl <carl@customer.example>\r\n"
        body += "Date: Mon, 2 Nov 2026 at 09:15\r\nSubject: Scanner\r\nTo: <anna@example.com>\r\n\r\nIt hums."
        row = self.receive(ANNA, subject="Fwd: Scanner", body=body)
        self.assertRecordValues(
            row.ticket_id,
            [
                {
                    "name": "Scanner",
                    "partner_email": "carl@customer.example",
                    "partner_name": "Carl",
                    "mail_silent": False,
                }
            ],
        )
        self.assertIn("forwarded an email from carl@customer.example", row.reason)
