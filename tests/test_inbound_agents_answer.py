"""An agent answers a notification by email, and nothing proves that they wrote it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import new_test_user
from .outbound_case import OutboundCase

JANE, EVE, ANNA = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>", "Anna Agent <anna@example.com>"
FORWARD = "See below.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Carl <carl@else.example>\r\n"
FORWARD += "Date: Mon, 2 Nov 2026 at 09:15\r\nSubject: Scanner\r\nTo: <anna@example.com>\r\n\r\nIt hums."
LOST = "In-Reply-To: <1.2-openerp-99999999-helpdesk.ticket@odoo.example>"


class AgentsAnswer(OutboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id
        self.write_letters()
        self.env["mail.mail"].search([]).unlink()

    def emailed(self, ticket):
        """Whom the emails about a ticket in the queue are for."""
        mails = self.mails(ticket)
        return {*mails.mapped("recipient_ids.email_normalized"), *filter(None, mails.mapped("email_to"))}


@tagged("post_install", "-at_install")
class TestAgentsAnswer(AgentsAnswer):
    def test_it_is_confirmed_to_nobody_and_mentions_nobody(self):
        """Table: what an agent's address writes, and whether it is a request like a customer's."""
        company = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        theirs = self.Ticket.create({"name": "x", "description": "x", "team_id": team.id, "company_id": company.id})
        theirs_posted = theirs.message_post(body="There")
        gone = self.receive(JANE, subject="Gone").ticket_id
        to_gone = self.answering(gone)
        merged = self.receive(JANE, subject="Merged").ticket_id
        to_merged = self.answering(merged)
        merged.write({"active": False, "duplicate_id": self.ticket.id})
        gone.unlink()
        self.write_letters()
        header, subject = self.answering(self.ticket), f"Re: {self.ticket.mail_reference} Printer"
        failed = "Authentication-Results: mx.example.com; dmarc=fail"
        shapes = {
            "by header": ([header], {}, True),
            "by the reference in the subject": ([], {"subject": subject}, True),
            "with a failed check": ([header, failed], {}, True),
            "to everybody": ([header, "To: support@example.com, jane@customer.example"], {}, True),
            "about a ticket that was merged": ([to_merged], {}, True),
            "about a ticket of another company": ([f"In-Reply-To: {theirs_posted.message_id}"], {}, True),
            "about a deleted ticket": ([to_gone], {}, True),
            "about a deleted ticket, long ago": ([LOST], {}, True),
            "about something of their own": ([], {"subject": "My own printer"}, False),
            "a reply to something else": (["In-Reply-To: <hello@else.example>"], {"subject": "Re: lunch"}, False),
            "a customer's email, forwarded": ([header], {"subject": "Fwd: Scanner", "body": FORWARD}, False),
        }
        self.team.bridge_assignment = "least_loaded"
        for shape, (headers, values, is_answer) in shapes.items():
            with self.subTest(shape):
                self.env.cr.cache.pop("helpdesk_bridge.mentioning", None)
                row = self.receive(ANNA, *headers, **values)
                self.assertEqual(row.verdict, "created")
                opened = row.ticket_id
                root = self.entries(opened).filtered(lambda entry: entry.kind == "root")
                self.assertEqual(bool((root.payload or {}).get("silent")), is_answer, "a mention in Slack")
                self.assertEqual(opened.mail_silent, is_answer)
                self.assertEqual(bool(opened.assignment), not is_answer, "it is nobody's next ticket")
                if is_answer:
                    self.assertFalse(self.Letter.search([("ticket_id", "=", opened.id)]))
                self.assertFalse(self.mails(opened) | self.mails(self.ticket), "nobody gets an email about it")
                self.assertFalse(opened.user_id or opened.activity_ids or opened.message_ids.notified_partner_ids)

    def test_closing_it_says_nothing_to_the_agent(self):
        opened = self.receive(ANNA, self.answering(self.ticket)).ticket_id
        self.close(opened)
        self.write_letters()
        self.assertFalse(self.mails(opened))
        self.assertNotIn(("closed", "queued"), self.letters(opened))

    def test_its_clocks_mention_nobody_until_somebody_takes_it(self):
        opened = self.receive(ANNA, self.answering(self.ticket)).ticket_id
        self.assertTrue(opened._bridge_mentions_nobody())
        self.assertFalse(self.ticket._bridge_mentions_nobody())
        opened.user_id = self.manager
        self.assertFalse(opened._bridge_mentions_nobody())

    def test_an_agent_without_access_who_is_verified_is_no_customer_either(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        own = new_test_user(
            self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user_own", name="Otto", email="otto@example.com"
        )
        self.team.user_ids = self.agent | own
        self.ticket.user_id = self.agent
        row = self.receive("Otto <otto@example.com>", self.vouched("otto@example.com"), self.answering(self.ticket))
        self.assertEqual(row.verdict, "created")
        self.assertTrue(row.ticket_id.mail_silent)
        self.assertFalse(self.ticket.offer_id, "he is himself, and may not read that ticket")

    def test_the_agents_own_ticket_is_a_customers(self):
        mine = self.receive(ANNA, subject="My own printer").ticket_id
        row = self.receive(ANNA, self.answering(mine))
        self.assertEqual((row.verdict, row.ticket_id), ("replied", mine))
        self.assertFalse(mine.offer_id | mine.claim_id)

    # -- the offer ---------------------------------------------------------------------------------------------------

    def test_the_ticket_offers_it_as_the_agents_reply(self):
        row = self.receive(ANNA, self.answering(self.ticket), body="It is repaired.")
        ticket = self.ticket.with_user(self.agent)
        self.assertEqual((ticket.offer_id, ticket.offer_agent_id), (row, self.agent))
        self.assertEqual((ticket.offer_ticket_id, ticket.offer_words), (row.ticket_id, "It is repaired."))
        self.assertTrue(ticket.offer_may_accept)
        self.assertIn("An email from the address of Anna Agent answers this ticket", ticket.offer_title)
        self.assertIn("This email from the address of Anna Agent", row.ticket_id.claim_title)
        self.assertIn("posted there as the reply of Anna Agent", ticket.offer_effect)
        kind, text = self.words(self.ticket)[-1]
        self.assertEqual(kind, "note")
        self.assertIn("from the address of Anna Agent, but nothing proves", text)
        self.assertIn("no trusted mail server", self.words(row.ticket_id)[0][1])
        ticket.action_accept_offer()
        self.assertEqual(self.words(self.ticket)[-1], ("public", "It is repaired."))
        self.assertEqual(self.ticket.message_ids.sorted("id")[-1].author_id, self.agent.partner_id)
        self.assertEqual(self.emailed(self.ticket), {"jane@customer.example"})
        self.env.invalidate_all()
        self.assertFalse(self.ticket.offer_id | row.ticket_id.claim_id)
        with self.assertRaisesRegex(UserError, "no reply to post any more"):
            ticket.action_accept_offer()

    def test_several_are_offered_in_order_and_a_closed_one_is_declined(self):
        rows = [self.receive(ANNA, self.answering(self.ticket), body=f"Part {number}") for number in range(3)]
        self.assertEqual(self.ticket.offer_id, rows[0])
        rows[0].ticket_id.with_user(self.agent).action_accept_mail()
        self.env.invalidate_all()
        self.assertEqual(self.ticket.offer_id, rows[1])
        self.close(rows[1].ticket_id)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.offer_id, rows[2])
        rows[2].ticket_id.active = False
        self.env.invalidate_all()
        self.assertFalse(self.ticket.offer_id)

    def test_it_follows_a_ticket_that_is_merged_meanwhile(self):
        other = self.receive("bob@else.example", subject="The same fire").ticket_id
        row = self.receive(ANNA, self.answering(self.ticket), body="It is repaired.")
        self.ticket.write({"active": False, "duplicate_id": other.id})
        self.env.invalidate_all()
        self.assertEqual(other.offer_id, row)
        self.assertFalse(self.ticket.offer_id)
        self.assertIn("bob@else.example", other.with_user(self.agent).offer_effect)
        other.with_user(self.agent).action_accept_offer()
        self.assertEqual(self.words(other)[-1], ("public", "It is repaired."))
        self.assertFalse(self.ticket.active)

    def test_a_ticket_merged_into_the_one_that_the_email_opened_leaves_nothing_to_accept(self):
        row = self.receive(ANNA, self.answering(self.ticket))
        self.ticket.write({"active": False, "duplicate_id": row.ticket_id.id})
        self.env.invalidate_all()
        self.assertFalse(row.ticket_id.claim_id | row.ticket_id.offer_id | self.ticket.offer_id)

    def test_a_strangers_email_is_not_offered_as_a_reply(self):
        row = self.receive(EVE, self.answering(self.ticket))
        self.assertFalse(self.ticket.offer_id)
        self.assertEqual(row.ticket_id.claim_id, row)

    def test_who_may_confirm_it(self):
        """Table: user, whether the button is for them, what stands beside it."""
        other = new_test_user(self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user")
        own = new_test_user(self.env, "ida", groups="helpdesk_mgmt.group_helpdesk_user_own")
        row = self.receive(ANNA, self.answering(self.ticket))
        stranger = self.receive(EVE, self.answering(self.ticket))
        self.team.user_ids = own | self.agent
        self.ticket.user_id = self.agent
        for entry, user, may, words in (
            (row, self.agent, True, "reply of Anna Agent"),
            (row, self.manager, True, "reply of Anna Agent"),
            (row, other, False, "Only Anna Agent or a helpdesk manager"),
            (stranger, other, True, "becomes a participant"),
            (stranger, own, False, "access to both tickets"),
        ):
            with self.subTest(user=user.login, sender=entry.email_from):
                claimed = entry.ticket_id.with_user(user)
                self.assertEqual(claimed.claim_may_accept, may)
                self.assertIn(words, claimed.claim_effect)
                if not may:
                    self.assertNotIn("jane@", claimed.claim_effect, "whom it would email is not for everybody")
                    with self.assertRaises(AccessError):
                        claimed.action_accept_mail()

    # -- whom it emails ----------------------------------------------------------------------------------------------

    def test_accept_and_move_says_whom_it_emails(self):
        """Table: sender, headers, changes to the ticket, who is emailed."""
        ben = new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", email="ben@example.com")
        jane, bob = "jane@customer.example", "bob@else.example"
        reply_all = "To: support@example.com, jane@customer.example"
        follows = {"followers": ben.partner_id}
        shapes = (
            (ANNA, [], {}, {jane}),
            (ANNA, [], {"email_cc": f"Bob <{bob}>"}, {jane, bob}),
            (ANNA, [reply_all], {"email_cc": bob}, {bob}),
            (ANNA, [reply_all], {}, set()),
            (ANNA, [], {"customer_reply_to": "jane@home.example"}, {"jane@home.example"}),
            (ANNA, [], {"partner_id": False, "partner_email": jane}, {jane}),
            (ANNA, [], {"partner_id": False, "partner_email": False}, set()),
            (ANNA, [], {"email_cc": "support@example.com"}, {jane}),
            (ANNA, [], follows, {jane, "ben@example.com"}),
            (EVE, [], {}, set()),
            (EVE, [], {"email_cc": bob}, set()),
            (EVE, [], follows, {"ben@example.com"}),
        )
        for number, (sender, headers, changes, expected) in enumerate(shapes):
            with self.subTest(number, sender=sender, headers=headers, changes=changes):
                ticket = self.receive(JANE, subject=f"Printer {number}").ticket_id
                self.write_letters()
                self.mails(ticket).unlink()
                ticket.write({name: value for name, value in changes.items() if name != "followers"})
                if "followers" in changes:
                    ticket.message_subscribe(changes["followers"].ids)
                row = self.receive(sender, *headers, self.answering(ticket), body="It is repaired.")
                before = self.env["mail.message"].search_count([])
                effect = row.ticket_id.with_user(self.agent).claim_effect
                self.assertEqual(self.env["mail.message"].search_count([]), before)
                if expected:
                    self.assertIn("Emailed to: ", effect)
                else:
                    self.assertIn("Nobody is emailed", effect)
                for address in (jane, bob, "ben@example.com", "jane@home.example", "support@example.com"):
                    self.assertEqual(address in effect, address in expected, effect)
                row.with_user(self.agent).action_accept()
                self.assertEqual(self.emailed(ticket), expected, "it does what it says")

    def test_many_people_are_counted(self):
        self.ticket.email_cc = ", ".join(f"p{number}@else.example" for number in range(30))
        row = self.receive(ANNA, self.answering(self.ticket))
        self.assertIn("and 11 more", row.with_user(self.agent).accept_effect)

    def test_a_forward_says_that_it_stays_internal(self):
        row = self.receive(ANNA, subject=f"Fwd: {self.ticket.mail_reference} x", body=FORWARD)
        effect = row.with_user(self.agent).accept_effect
        self.assertIn("internal note of Anna Agent", effect)
        self.assertIn("Nobody is emailed", effect)


@tagged("post_install", "-at_install")
class TestNotification(AgentsAnswer):
    def setUp(self):
        super().setUp()
        self.ticket.message_subscribe(self.agent.partner_id.ids)

    def notified(self, post, trusted=False, address=True):
        """The text of the one email that a post sends to the agent."""
        self.mailbox.write(
            {
                "helpdesk_authserv_id": self.VOUCHING if trusted else False,
                "helpdesk_address": self.SUPPORT if address else False,
                "active": address,
            }
        )
        self.env["mail.mail"].search([]).unlink()
        post()
        [content] = [self.content(message) for recipients, message in self.send() if recipients == ["anna@example.com"]]
        return content

    def test_a_notification_says_how_to_answer(self):
        """Table: what the agent is notified of, how the mailbox is set up, what the email says."""

        def reply():
            self.receive(JANE, self.answering(self.ticket), body="It still burns.")

        def note():
            self.comment(
                self.ticket, "Have a look", user=self.manager, note=True, partner_ids=self.agent.partner_id.ids
            )

        def assigned():
            self.ticket.user_id = False
            self.ticket.with_user(self.manager).user_id = self.agent

        in_odoo, to_customer, as_note = (
            "Please reply in Odoo",
            "the customer gets your reply",
            "becomes an internal note",
        )
        for post, settings, expected in (
            (reply, {}, in_odoo),
            (reply, {"trusted": True}, to_customer),
            (note, {}, in_odoo),
            (note, {"trusted": True}, as_note),
            (note, {"address": False}, in_odoo),
            (assigned, {}, in_odoo),
            (assigned, {"trusted": True}, as_note),
        ):
            with self.subTest(post=post.__name__, **settings):
                content = self.notified(post, **settings)
                for words in (in_odoo, to_customer, as_note):
                    self.assertEqual(words in content, words == expected, words)

    def test_what_it_says_is_what_happens(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        for note, expected in ((False, "public"), (True, "note")):
            with self.subTest(note=note):
                self.comment(self.ticket, "Hello", user=self.manager, note=note)
                self.receive(ANNA, self.vouched("anna@example.com"), self.answering(self.ticket), body="Repaired")
                self.assertEqual(self.words(self.ticket)[-1], (expected, "Repaired"))

    def test_a_reply_that_quotes_the_notification_does_not_pass_the_hint_on(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        hint = self.ticket._bridge_answer_hints()["customer"]
        quoted = "Repaired.\r\n\r\nOn Monday, Support wrote:\r\n> Smoke comes out of it.\r\n"
        words = hint.partition(": ")
        quoted += f"> {words[0]}:\r\n> {words[2]}"
        self.receive(ANNA, self.vouched("anna@example.com"), self.answering(self.ticket), body=quoted)
        [message] = [message for recipients, message in self.send() if recipients == ["jane@customer.example"]]
        self.assertIn("Repaired.", self.content(message))
        self.assertIn("Smoke comes out", self.content(message))
        self.assertNotIn("You may reply", self.content(message))

    def test_customers_are_told_nothing_of_it(self):
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        [(recipients, message)] = self.send()
        self.assertEqual(recipients, ["jane@customer.example"])
        self.assertNotIn("reply in Odoo", self.content(message))

    def test_it_is_said_in_the_agents_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.agent.lang = "de_DE"
        content = self.notified(lambda: self.receive(JANE, self.answering(self.ticket), body="Hello"))
        last = self.ticket.message_ids.sorted("id")[-1:]
        german = self.ticket.with_context(lang="de_DE")._bridge_answer_hint(last)
        self.assertNotEqual(german, self.ticket._bridge_answer_hint(last))
        self.assertIn(german, content)
