"""Every email in a support mailbox goes to the right ticket, whatever its headers say and whoever else gets it."""

import time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import InboundCase, new_test_user

JANE, EVE = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>"
ROUTES = "odoo.addons.helpdesk_bridge.models.inbound.helpdesk_inbound_router_routes"


@tagged("post_install", "-at_install")
class TestRepliesBeforeTheirEmail(InboundCase):
    """The first attempt at an email was broken off, and its reply is fetched before the second one."""

    def test_a_reply_waits_for_its_email(self):
        first, reply = self.mail("new_ticket.eml"), self.reply_to_first()
        with self.enter_registry_test_mode():
            self.Log._begin_attempt(self.mailbox, None, first)  # and its worker died
        with mute_logger("odoo.addons.mail.models.fetchmail", "odoo.addons.helpdesk_bridge"):
            self.assertTrue(self.fetch(reply).mails, "it stays in the mailbox")
        waiting = self.rows().filtered(lambda row: row.subject.startswith("Re:"))
        self.assertEqual((waiting.verdict, waiting.attempts), (False, 0))
        self.fetch(first, reply)
        self.assertEqual(self.rows().mapped("verdict"), ["created", "replied"])
        self.assertEqual(len(self.rows().ticket_id), 1)

    def test_it_does_not_wait_for_ever_nor_for_what_has_an_outcome(self):
        first, reply = self.mail("new_ticket.eml"), self.reply_to_first()
        with self.enter_registry_test_mode():
            self.Log._begin_attempt(self.mailbox, None, first)
        for column, value in (("create_date", "2020-01-01"), ("verdict", "failed"), ("verdict", "ignored")):
            with self.subTest(value), self.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.cr.execute(f"UPDATE helpdesk_inbound_mail SET {column} = %s", [value])
                self.env.invalidate_all()
                self.assertFalse(self.fetch(reply).mails)
                self.assertEqual(self.rows().sorted("id")[-1].verdict, "created")
                savepoint.rollback()
                self.env.invalidate_all()

    def reply_to_first(self):
        raw = self.mail("new_ticket.eml").replace(b"fire-1@", b"fire-2@")
        return raw.replace(b"Subject: ", b"In-Reply-To: <fire-1@customer.example>\nSubject: Re: ", 1)


@tagged("post_install", "-at_install")
class TestReferences(InboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id
        self.ours = self.ticket.with_user(self.agent).message_post(
            body="Unplug it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def test_a_reply_joins_however_its_headers_name_our_email(self):
        ours = self.ours.message_id
        bare = ours[1:-1]
        for headers in (
            [f"In-Reply-To: {ours}"],
            [f"References: {ours}"],
            [f"In-Reply-To: {bare}"],
            [f"References: a@x.example, {bare}, b@x.example"],
            [f"References: <a@x.example>,{ours},<b@x.example>"],
            [f"References: <a@x.example>{ours}<b@x.example>"],
            [f"References: <a@x.example>\r\n {ours[:30]}\r\n\t{ours[30:]}\r\n <b@x.example>"],
            [f"References: =?utf-8?Q?=3Ca=40x=3E_{ours.replace('<', '=3C').replace('>', '=3E').replace('@', '=40')}?="],
            [f'In-Reply-To: Your message of "Tue, 3 Nov" {ours}'],
            [f"In-Reply-To: &lt;{bare}&gt;"],
            # a server on the way gave our email another id; the older ones are still there
            [
                f"References: {ours} <0102-a@eu-west-1.amazonses.example>",
                "In-Reply-To: <0102-a@eu-west-1.amazonses.example>",
            ],
            ["References: <a@x.example> <b@x.example>", f"In-Reply-To: {ours}"],
            ["References: <a@x.example>", f"References: {ours}"],
            [f"References: {ours} " + "\r\n ".join(f"<{number}@x.example>" for number in range(900))],
        ):
            with self.subTest(headers[0][:100]):
                row = self.receive(JANE, *headers, subject="Re: no reference")
                self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id}])
                self.assertEqual(self.ticket.message_ids.sorted("id")[-1].parent_id.res_id, self.ticket.id)

    def test_ours_among_thousands_costs_little(self):
        others = [f"<{number}@{'x' * 30}.example>" for number in range(9000)]
        begun = time.process_time()
        row = self.receive(JANE, "References: " + "\r\n ".join([*others[:4500], self.ours.message_id, *others[4500:]]))
        self.assertEqual(row.ticket_id, self.ticket)
        self.assertLess(time.process_time() - begun, 10)

    def test_the_ticket_that_it_replies_to_comes_before_those_it_quotes(self):
        second = self.receive(JANE, subject="Scanner").ticket_id
        third = self.receive(JANE, subject="Screen").ticket_id
        ids = {ticket: self.answering(ticket).partition(": ")[2] for ticket in (second, third)}
        for headers, expected in (
            ([f"In-Reply-To: {ids[second]}", f"References: {ids[third]}"], second),
            ([f"References: {ids[third]} {ids[second]}"], second),
            ([f"References: {ids[second]} {ids[third]}"], third),
        ):
            with self.subTest(headers):
                self.assertEqual(self.receive(JANE, *headers).ticket_id, expected)

    def test_of_several_tickets_the_sender_joins_the_one_they_take_part_in(self):
        theirs = self.receive(EVE, subject="Scanner").ticket_id
        row = self.receive(JANE, f"In-Reply-To: {self.answering(theirs)[13:]}", f"References: {self.ours.message_id}")
        self.assertEqual(row.ticket_id, self.ticket)

    def test_a_stranger_joins_in_no_form(self):
        bare = self.ours.message_id[1:-1]
        for header in (f"In-Reply-To: {bare}", f"References: <a@x>,{bare}", f"In-Reply-To: &lt;{bare}&gt;"):
            with self.subTest(header):
                row = self.receive(EVE, header)
                self.assertRecordValues(row, [{"verdict": "created", "named_ticket_id": self.ticket.id}])

    def test_a_reply_through_an_alias_joins_as_well(self):
        domain = self.env["mail.alias.domain"].create({"name": "a.example"})
        self.team.write({"alias_name": "here", "alias_domain_id": domain.id})
        raw = f"From: {JANE}\r\nTo: here@a.example\r\nIn-Reply-To: {self.ours.message_id[1:-1]}\r\n"
        raw += "References: <a@x.example>\r\nMessage-ID: <alias-1@x>\r\n\r\nMy reply\r\n"
        self.env["mail.thread"].message_process(False, raw)
        self.assertIn(("public", "My reply"), self.words(self.ticket))


@tagged("post_install", "-at_install")
class TestBesideTheTicket(InboundCase):
    """Aliases of other models, and records that Odoo itself writes about. Contacts stand for leads and invoices."""

    def setUp(self):
        super().setUp()
        self.domain = self.env["mail.alias.domain"].create({"name": "alias.example"})
        self.lead("office")
        self.record = self.env["res.partner"].create({"name": "Invoice 7"})

    def lead(self, name, defaults="{'name': 'Lead'}", **values):
        """An alias that makes records of another model."""
        return self.env["mail.alias"].create(
            {
                "alias_name": name,
                "alias_domain_id": self.domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_defaults": defaults,
                "alias_contact": "everyone",
                **values,
            }
        )

    def leads(self):
        return self.env["res.partner"].search([("name", "=", "Lead")])

    def on_record(self, record):
        return [message.preview for message in record.message_ids.sorted("id") if message.message_type == "email"]

    def test_an_alias_beside_the_mailbox_takes_nothing_away(self):
        for number, headers in enumerate(
            (
                ["Cc: office@alias.example"],
                ["To: support@example.com, office@alias.example"],
                ["To: office@alias.example", "Cc: support@example.com"],
                ["To: support@example.com", "Delivered-To: office@alias.example"],
                ["To: undisclosed-recipients:;", "Delivered-To: office@alias.example"],
                ["To: office@alias.example"],
                ["To: Office <OFFICE@Alias.example>"],
            ),
            start=1,
        ):
            with self.subTest(headers):
                row = self.receive(JANE, *headers, subject=f"Help {number}")
                self.assertRecordValues(row, [{"verdict": "created"}])
                self.assertEqual(row.ticket_id.team_id, self.team)
                self.assertEqual(row.ticket_id.name, f"Help {number}")
                self.assertEqual(len(self.leads()), number, "the alias is followed beside it")

    def test_no_reply_leaves_its_ticket_for_an_alias(self):
        ticket = self.receive(JANE).ticket_id
        quoted = self.answering(ticket)
        # Odoo takes a reply for a forward only if the alias is in To, or the email was delivered to it.
        for number, (headers, leads) in enumerate(
            (
                (["Cc: office@alias.example"], 0),
                (["To: office@alias.example", "Cc: support@example.com"], 1),
                (["Delivered-To: office@alias.example"], 2),
            )
        ):
            with self.subTest(headers):
                row = self.receive(JANE, quoted, *headers, body=f"Reply {number}")
                self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])
                self.assertEqual(self.words(ticket)[-1], ("public", f"Reply {number}"))
                self.assertEqual(len(self.leads()), leads)

    def test_an_alias_that_is_broken_or_refuses_takes_nothing_away(self):
        self.lead("unknown", defaults="{'name': 'Lead', 'no_such_field': 1}")
        self.lead("private", alias_contact="followers")
        broken = self.lead("broken")
        self.env.cr.execute("UPDATE mail_alias SET alias_defaults = '{''name''' WHERE id = %s", [broken.id])
        broken.invalidate_recordset()
        for name in ("unknown", "private", "broken"):
            with self.subTest(name), mute_logger(ROUTES, "odoo.addons.helpdesk_bridge.models.inbound.mail_thread"):
                row = self.receive(JANE, f"Cc: {name}@alias.example", subject=name)
                self.assertRecordValues(row, [{"verdict": "created"}])
                self.assertEqual(row.ticket_id.name, name)
                self.assertEqual(self.words(row.ticket_id)[-1], ("public", "Smoke comes out of it."))
        self.assertFalse(self.leads())

    def test_an_alias_that_refuses_takes_no_reply_away_from_the_alias_of_the_team(self):
        self.lead("private", alias_contact="followers")
        self.team.write({"alias_name": "aid", "alias_domain_id": self.domain.id})
        ticket = self.receive(JANE, "To: aid@alias.example").ticket_id
        row = self.receive(JANE, self.answering(ticket), "To: aid@alias.example, private@alias.example")
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])

    def test_the_other_record_gets_what_odoo_read_and_no_more(self):
        self.receive("Form <support@example.com>", "Reply-To: jane@customer.example", "Cc: office@alias.example")
        [lead] = self.leads()
        self.assertEqual(self.on_record(lead), ["Smoke comes out of it."])
        self.assertIn("support@example.com", lead.message_ids.sorted("id")[-1].email_from)

    def test_an_agents_address_alone_is_no_author_beside_an_alias(self):
        ticket = self.receive("Anna Agent <anna@example.com>").ticket_id
        row = self.receive("Anna Agent <anna@example.com>", self.answering(ticket), "Cc: office@alias.example")
        self.assertEqual(row.ticket_id, ticket)
        self.assertFalse(ticket.message_ids.author_id & self.agent.partner_id)

    def test_a_reply_to_another_record_is_a_ticket_and_stays_there(self):
        theirs = self.record.message_post(body="Your invoice", subtype_xmlid="mail.mt_comment")
        row = self.receive(JANE, f"In-Reply-To: {theirs.message_id}", body="It is wrong")
        self.assertRecordValues(row, [{"verdict": "created"}])
        self.assertEqual(self.words(row.ticket_id)[-1], ("public", "It is wrong"))
        self.assertEqual(self.on_record(self.record), ["It is wrong"])

    def test_a_reply_that_quotes_a_ticket_and_another_record_joins_the_ticket(self):
        ticket = self.receive(JANE).ticket_id
        mine = self.answering(ticket).partition(": ")[2]
        theirs = self.record.message_post(body="Your invoice", subtype_xmlid="mail.mt_comment")
        row = self.receive(JANE, f"References: {mine} {theirs.message_id}")
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])

    def help_alias(self):
        """The team's own alias, which a mail server pipes to Odoo: no mailbox is fetched."""
        self.team.write({"alias_name": "aid", "alias_domain_id": self.domain.id})

    def pipe(self, *lines, body="Help"):
        """Let a mail server's script hand over an email."""
        self.env["mail.thread"].message_process(False, "\r\n".join([*lines, "", body, ""]))

    def test_an_alias_takes_no_reply_away_from_the_alias_of_the_team(self):
        self.help_alias()
        self.pipe(f"From: {JANE}", "To: aid@alias.example", "Subject: Piped", "Message-ID: <pipe-1@x>")
        ticket = self.Ticket.search([("name", "=", "Piped")])
        quoted = self.answering(ticket)
        for number, recipients in enumerate(
            ("To: aid@alias.example, office@alias.example", "To: office@alias.example")
        ):
            cc = "Cc: aid@alias.example"
            self.pipe(
                f"From: {JANE}", recipients, cc, quoted, f"Message-ID: <reply-{number}@x>", body=f"Reply {number}"
            )
            self.assertEqual(self.words(ticket)[-1], ("public", f"Reply {number}"))
            self.assertEqual(len(self.leads()), number + 1)
        self.pipe(f"From: {EVE}", "To: aid@alias.example, office@alias.example", quoted, "Message-ID: <eve@x>")
        self.assertEqual(self.words(ticket)[-1][0], "note", "a stranger opens a ticket")

    def test_what_odoo_sends_to_the_alias_of_the_team_is_a_ticket(self):
        self.help_alias()
        message = self.record.message_post(body="Please check this", subtype_xmlid="mail.mt_comment")
        raw = self.sent(message).replace(b"To: support@example.com", b"To: Help <aid@alias.example>")
        for _time in range(2):
            self.env["mail.thread"].message_process(False, raw)
            [ticket] = self.Ticket.search([("name", "=", "Invoice 7")])
            self.assertEqual(ticket.team_id, self.team)
        self.assertFalse(self.on_record(self.record))
        other = self.sent(self.record.message_post(body="x"), sender="b@x.example")
        self.env["mail.thread"].message_process(False, other.replace(b"support@example.com", b"office@alias.example"))
        self.assertFalse(self.leads(), "Odoo's loop detection holds for others")

    # What this Odoo has sent ------------------------------------

    def sent(self, message, *headers, sender="Anna Agent <anna@example.com>"):
        """An email as Odoo sends it about a message of another record."""
        lines = [f"From: {sender}", "To: support@example.com", "Subject: Invoice 7", *headers]
        lines += [f"Message-Id: {message.message_id}", f"X-Odoo-Objects: {message.model}-{message.res_id}"]
        return "\r\n".join([*lines, "", "Please check this.", ""]).encode()

    def test_what_odoo_sends_to_the_support_address_is_a_ticket(self):
        support = self.env["res.partner"].create({"name": "Support", "email": self.SUPPORT})
        for number, headers in enumerate(
            ([], [f"References: {self.record.message_ids[-1:].message_id or '<x@y>'}"], ["Cc: jane@customer.example"])
        ):
            with self.subTest(headers):
                message = self.record.with_user(self.env.ref("base.user_admin")).message_post(
                    body=f"Please check this {number}.", partner_ids=support.ids, subtype_xmlid="mail.mt_comment"
                )
                self.fetch(self.sent(message, *headers))
                row = self.rows()[-1]
                self.assertRecordValues(row, [{"verdict": "created"}])
                self.assertEqual(row.ticket_id.name, "Invoice 7")
                self.assertTrue(row.ticket_id.mail_silent, "a program sent it")
                self.assertFalse(self.on_record(self.record), "it is there already")

    def test_an_alias_gets_what_odoo_sent_only_once(self):
        message = self.record.message_post(body="Please check this", subtype_xmlid="mail.mt_comment")
        self.fetch(self.sent(message, "Cc: office@alias.example"))
        self.assertEqual(self.rows()[-1].verdict, "created")
        self.assertFalse(self.leads())

    def test_what_odoo_sends_under_another_message_id_is_not_posted_on_its_record_again(self):
        first = self.record.message_post(body="First", subtype_xmlid="mail.mt_comment")
        second = self.record.message_post(body="Second", subtype_xmlid="mail.mt_comment")
        raw = self.sent(second, f"References: {first.message_id}").replace(second.message_id.encode(), b"<ses-1@x>")
        self.fetch(raw)
        self.assertEqual(self.rows()[-1].verdict, "created")
        self.assertFalse(self.on_record(self.record))

    def test_what_comes_from_our_own_address_has_no_customer(self):
        message = self.record.message_post(body="Your invoice", subtype_xmlid="mail.mt_comment")
        self.fetch(self.sent(message, "Reply-To: catchall@alias.example", sender="Acme <support@example.com>"))
        row = self.rows()[-1]
        self.assertRecordValues(row, [{"verdict": "created"}])
        self.assertFalse(row.ticket_id.partner_id or row.ticket_id.partner_email)

    def test_the_customer_of_what_odoo_sent_is_its_author(self):
        vera = self.env["res.partner"].create({"name": "Vera", "email": "vera@customer.example"})
        anna = self.agent.partner_id
        for author, sender, expected in (
            (vera, "Vera <support@example.com>", vera),
            (vera, "Vera <notifications@alias.example>", vera),
            (anna, "Anna Agent <notifications@alias.example>", anna),
            (self.env.ref("base.partner_root"), "Odoo <notifications@alias.example>", vera.browse()),
        ):
            with self.subTest(author=author.name, sender=sender):
                message = self.record.message_post(
                    body="The invoice is wrong", author_id=author.id, subtype_xmlid="mail.mt_comment"
                )
                self.fetch(self.sent(message, "Reply-To: catchall@alias.example", sender=sender))
                ticket = self.rows()[-1].ticket_id
                self.assertEqual(ticket.partner_id, expected)
                self.assertEqual(ticket.partner_email, expected.email)
                self.assertTrue(ticket.mail_silent)

    def test_the_contact_form_of_odoos_website_is_the_visitors(self):
        mail = self.env["mail.mail"].create(
            {
                "subject": "Question",
                "body_html": "<p>Do you deliver?</p>",
                "email_from": '"Acme form submission" <office@example.com>',
                "reply_to": "Vera <vera@customer.example>",
                "email_to": self.SUPPORT,
            }
        )
        lines = [f"From: {mail.email_from}", f"Reply-To: {mail.reply_to}", f"To: {self.SUPPORT}", "Subject: Question"]
        self.fetch("\r\n".join([*lines, f"Message-Id: {mail.message_id}", "", "Do you deliver?", ""]).encode())
        row = self.rows()[-1]
        self.assertRecordValues(row, [{"verdict": "created"}])
        self.assertRecordValues(row.ticket_id, [{"partner_email": "vera@customer.example", "mail_silent": False}])

    def test_an_email_that_an_alias_took_before_is_a_ticket_all_the_same(self):
        raw = f"From: {JANE}\r\nTo: office@alias.example, support@example.com\r\nSubject: Both\r\n"
        raw = f"{raw}Message-ID: <both@x>\r\n\r\nHelp\r\n".encode()
        self.env["mail.thread"].message_process(False, raw)
        self.assertEqual(len(self.leads()), 1)
        self.fetch(raw)
        self.assertRecordValues(self.rows()[-1], [{"verdict": "created"}])
        self.assertFalse(self.rows()[-1].ticket_id.mail_silent, "Jane has written it, and not Odoo")
        self.assertEqual(len(self.leads()), 1, "the alias has it already")
        ticket, tickets = self.rows()[-1].ticket_id, self.Ticket.search_count([])
        self.fetch(raw)
        self.assertEqual(self.Ticket.search_count([]), tickets)
        row = self.receive(JANE, "In-Reply-To: <both@x>", body="One more thing")
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])


@tagged("post_install", "-at_install")
class TestMovedTicket(InboundCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Other"})
        self.there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": self.other.id})
        self.team.company_id = self.company
        self.ticket = self.receive(JANE, subject="Secret printer").ticket_id
        self.quoted = self.answering(self.ticket)

    def move(self):
        self.ticket.write({"company_id": self.other.id, "team_id": self.there.id})

    def test_a_participant_still_finds_the_ticket_that_moved(self):
        self.move()
        for headers, subject in (([self.quoted], "Re: printer"), ([], f"Re: {self.ticket.mail_reference}")):
            with self.subTest(subject):
                row = self.receive(JANE, *headers, subject=subject, body=f"It still burns {subject}")
                self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id}])
                self.assertEqual(self.words(self.ticket)[-1][0], "public")

    def test_a_stranger_does_not_follow_it(self):
        self.move()
        row = self.receive(EVE, self.quoted)
        self.assertRecordValues(row, [{"verdict": "created", "named_ticket_id": False}])
        self.assertNotEqual(row.ticket_id, self.ticket)
        self.assertNotIn("another company", " ".join(text for _kind, text in self.words(row.ticket_id)))

    def test_a_ticket_that_never_was_here_is_named_to_the_agent(self):
        mailbox = self._new_mailbox("support@other.example", self.there)
        for headers, subject in (([self.quoted], "Re: printer"), ([], f"Re: {self.ticket.mail_reference}")):
            with self.subTest(subject):
                row = self.receive(JANE, *headers, subject=subject, mailbox=mailbox)
                self.assertRecordValues(row, [{"verdict": "created", "company_id": self.other.id}])
                [note] = [text for kind, text in self.words(row.ticket_id) if kind == "note"]
                self.assertIn(f"refers to {self.ticket.mail_reference}, which belongs to another company", note)
                self.assertNotIn("Secret", note)
                self.assertFalse([text for kind, text in self.words(self.ticket) if kind == "note"])

    def test_the_link_opens_only_for_those_who_may_see_it(self):
        mailbox = self._new_mailbox("support@other.example", self.there)
        ticket = self.receive(JANE, self.quoted, mailbox=mailbox).ticket_id
        theirs = {"company_id": self.other.id, "company_ids": [(6, 0, self.other.ids)]}
        alien = new_test_user(self.env, "alien", groups="helpdesk_mgmt.group_helpdesk_manager", **theirs)
        [note] = ticket.message_ids.filtered(lambda one: "another company" in (one.body or ""))
        self.assertIn(f'data-oe-id="{self.ticket.id}"', note.body)
        self.assertTrue(ticket.with_user(alien).has_access("read"))
        self.assertFalse(self.ticket.with_user(alien).has_access("read"))


@tagged("post_install", "-at_install")
class TestReactions(InboundCase):
    def test_a_reaction_is_noted_and_reopens_nothing(self):
        ticket = self.receive("Rita React <rita@react.example>").ticket_id
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.env.flush_all()
        gmail = [
            "--b",
            'Content-Type: text/plain; charset="UTF-8"',
            "",
            "Rita React reacted via Gmail",
            "--b",
            'Content-Type: text/vnd.google.email-reaction+json; charset="UTF-8"',
            "",
            '{"emoji":"👍","version":1}',
            "--b--",
        ]
        outlook = ["[like] Rita React reacted to your message:", "_" * 32, "From: Acme Support", "Subject: x"]
        for headers, body in (
            (['Content-Type: multipart/alternative; boundary="b"'], gmail),
            (['Content-Type: text/plain; charset="UTF-8"'], outlook),
        ):
            with self.subTest(headers):
                row = self.receive(
                    "Rita React <rita@react.example>", self.answering(ticket), *headers, body="\r\n".join(body)
                )
                self.assertRecordValues(row, [{"verdict": "machine", "ticket_id": ticket.id}])
                self.assertTrue(ticket.closed)
                kind, text = self.words(ticket)[-1]
                self.assertEqual(kind, "note")
                self.assertIn("rita@react.example> reacted with 👍", text)
                self.assertFalse(ticket.message_ids.attachment_ids)

    def test_a_reaction_to_nothing_of_ours_opens_no_ticket(self):
        tickets = self.Ticket.search_count([])
        row = self.receive(JANE, body="[heart] Jane Doe reacted to your message:")
        self.assertRecordValues(row, [{"verdict": "machine", "ticket_id": False}])
        self.assertEqual(self.Ticket.search_count([]), tickets)

    def test_a_stranger_leaves_no_reaction(self):
        ticket = self.receive(JANE).ticket_id
        said = self.words(ticket)
        row = self.receive(EVE, self.answering(ticket), body="[heart] Eve reacted to your message:")
        self.assertEqual(row.verdict, "machine")
        self.assertEqual(self.words(ticket), said)
