"""What an agent says reaches the customer by email: once, from our mailbox, into the right conversation."""

import base64
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import new_test_user
from .outbound_case import JANE, OutboundCase

QUEUE = "mail.ir_cron_mail_scheduler_action"


@tagged("post_install", "-at_install")
class TestReplies(OutboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE, subject="Printer on fire", body="Smoke comes out of it.").ticket_id
        self.theirs = self.ticket.message_ids.filtered(lambda one: one.message_type == "email")
        self.mails(self.ticket).unlink()

    def answer(self, body="Unplug it.", **values):
        self.send()  # what told the agents before
        self.comment(self.ticket, body, user=self.agent, **values)
        sent = self.send()
        self.assertEqual(len(sent), 1, "one mail to one customer")
        return sent[0]

    # Who gets it ----------------------------------------------

    def test_an_answer_is_queued_and_the_queue_is_woken(self):
        before = self.woken(QUEUE)
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        self.assertRecordValues(self.mails(self.ticket), [{"state": "outgoing"}])
        self.assertEqual(self.woken(QUEUE), before + 1)

    def test_an_answer_reaches_the_customer(self):
        recipients, message = self.answer()
        self.assertEqual(recipients, ["jane@customer.example"])
        self.assertIn("Unplug it.", self.content(message))
        self.assertIn("Unplug it.", self.content(message, "plain"))

    def test_to_names_the_customer_and_nothing_else(self):
        _recipients, message = self.answer()
        self.assertEqual(message["To"].strip(), '"Jane Doe" <jane@customer.example>')

    def test_an_answer_reaches_a_customer_who_is_no_contact(self):
        self.ticket.partner_id = False
        self.ticket.partner_email = JANE
        self.assertEqual(self.answer()[0], ["jane@customer.example"])

    def test_an_answer_reaches_the_address_they_wrote_from_where_the_contact_has_none(self):
        self.ticket.partner_id.email = False
        self.ticket.partner_email = JANE
        self.assertEqual(self.answer()[0], ["jane@customer.example"])

    def test_a_customer_whose_contact_is_archived_is_answered(self):
        self.ticket.partner_id.active = False
        self.assertEqual(self.answer()[0], ["jane@customer.example"])

    def test_a_word_in_the_portal_is_emailed_to_the_agents_who_follow(self):
        user = new_test_user(self.env, "portal-jane", groups="base.group_portal", email="jane@portal.example")
        self.ticket.partner_id = user.partner_id
        self.ticket.message_subscribe(self.agent.partner_id.ids)
        self.ticket.with_user(user).message_post(
            body="From the portal", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        [(recipients, message)] = self.send()
        self.assertEqual(recipients, ["anna@example.com"])
        self.assertIn("From the portal", self.content(message))
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        [(recipients, message)] = self.send()
        self.assertEqual(recipients, ["jane@portal.example"])
        self.assertIn("From the portal", self.content(message), "what they said last is quoted")

    def test_who_took_part_in_the_first_email_gets_an_email_of_their_own(self):
        self.ticket.email_cc = "Bob <bob@partner.example>, support@example.com, jane@customer.example"
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        sent = self.send()
        self.assertEqual(
            sorted(recipients for recipients, _message in sent), [["bob@partner.example"], ["jane@customer.example"]]
        )
        for _recipients, message in sent:
            self.assertIn("jane@customer.example", message["To"])
            self.assertIn("bob@partner.example", message["To"], "so that everybody can answer all")
            self.assertNotIn("support@example.com", message["To"])

    def test_the_chatter_with_its_suggested_recipients_does_not_email_twice(self):
        self.ticket.partner_id = False
        self.ticket.partner_email = JANE
        suggested = self.ticket.with_user(self.agent)._message_get_suggested_recipients(no_create=False)
        partners = [one["partner_id"] for one in suggested if one["partner_id"]]
        self.assertEqual(self.answer(partner_ids=partners)[0], ["jane@customer.example"])

    def test_an_agent_who_follows_gets_the_answer_of_another_and_the_customer_no_button(self):
        follower = new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", email="ben@example.com")
        self.ticket.message_subscribe(follower.partner_id.ids)
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        sent = {recipients[0]: message for recipients, message in self.send()}
        bodies = {address: self.content(message) for address, message in sent.items()}
        self.assertNotIn("jane", sent["ben@example.com"]["To"], "an answer to all goes through the mailbox")
        self.assertEqual(set(bodies), {"jane@customer.example", "ben@example.com"})
        self.assertNotIn("/mail/view", bodies["jane@customer.example"])
        self.assertIn("/mail/view", bodies["ben@example.com"])

    def test_no_token_leaves_by_email(self):
        new_test_user(self.env, "jane", groups="base.group_portal").partner_id.email = "portal@customer.example"
        self.ticket.email_cc = "bob@partner.example"
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        for recipients, message in self.send():
            with self.subTest(recipients):
                self.assertNotIn("token", message.as_string())
        self.assertFalse(self.ticket.access_token, "none is even made")
        self.assertFalse(self.ticket.partner_id.sudo().signup_type)

    def test_a_note_never_leaves(self):
        self.comment(self.ticket, "She is angry.", user=self.agent, note=True)
        self.comment(self.ticket, "Angry!", user=self.agent, note=True, partner_ids=self.ticket.partner_id.ids)
        self.assertFalse(self.mails(self.ticket))

    def test_what_a_customer_says_is_not_emailed_back(self):
        self.receive(JANE, self.answering(self.ticket), body="It still burns.")
        self.assertFalse(self.mails(self.ticket))

    def test_code_that_posts_in_an_agents_name_reaches_the_customer(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.message_post(body="Without a word on what it is", subtype_xmlid="mail.mt_comment")
        self.assertEqual([recipients for recipients, _message in self.send()], [["jane@customer.example"]])
        said = self.ticket.message_ids.filtered(lambda message: "Without a word" in (message.body or ""))
        self.assertEqual(said.message_type, "comment")

    def test_a_colleague_who_is_mentioned_does_not_replace_the_customer(self):
        sent = []
        self.comment(self.ticket, "Unplug it.", user=self.agent, partner_ids=self.manager.partner_id.ids)
        sent = [recipients for recipients, _message in self.send()]
        self.assertIn(["jane@customer.example"], sent)

    def test_who_names_somebody_outside_has_chosen(self):
        supplier = self.env["res.partner"].create({"name": "Parts", "email": "parts@supplier.example"})
        self.assertEqual(self.answer(partner_ids=supplier.ids)[0], ["parts@supplier.example"])

    def test_the_full_composer_reaches_the_customer(self):
        context = {"default_model": self.ticket._name, "default_res_ids": self.ticket.ids}
        composer = Form(self.env["mail.compose.message"].with_user(self.agent).with_context(**context))
        composer.body = "<p>From the composer</p>"
        composer.save()._action_send_mail()
        [(recipients, message)] = self.send()
        self.assertEqual(recipients, ["jane@customer.example"])
        self.assertEqual(message["Subject"], f"Re: {self.ticket.mail_reference} Printer on fire")

    def test_the_full_composer_which_lists_contacts_reaches_those_in_cc_who_are_none(self):
        self.env["res.partner"].create({"name": "Carl", "email": "carl@customer.example"})
        self.ticket.email_cc = "bob@partner.example, carl@customer.example"
        self.comment(self.ticket, "Unplug it.", user=self.agent, partner_ids=self.ticket.partner_id.ids)
        sent = sorted(recipients for recipients, _message in self.send())
        self.assertEqual(sent, [["bob@partner.example"], ["jane@customer.example"]])

    def test_a_team_may_have_its_answers_not_emailed(self):
        self.team.letter_answer = "off"
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        self.assertFalse(self.mails(self.ticket))
        self.company.helpdesk_letter_answer = False
        self.team.letter_answer = "on"
        self.answer()

    def test_the_customers_words_are_quoted_only_to_those_who_wrote_or_received_them(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        genuine = self.vouched("jane@customer.example")
        ticket = self.receive(JANE, genuine, "Cc: bob@partner.example", body="Smoke comes out of it.").ticket_id
        self.assertEqual(ticket.email_cc, "bob@partner.example")
        ticket.email_cc += ", carl@partner.example"
        fay = self.env["res.partner"].create({"name": "Fay", "email": "fay@partner.example"})
        ticket.message_subscribe(fay.ids)
        self.comment(ticket, "Unplug it.", user=self.agent)
        quoted = {recipients[0]: "Smoke" in self.content(message) for recipients, message in self.send()}
        readers = {"jane@customer.example": True, "bob@partner.example": True}
        self.assertEqual(quoted, {**readers, "carl@partner.example": False, "fay@partner.example": False})

    def test_what_an_unverified_sender_wrote_is_quoted_to_nobody(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        forged = "Authentication-Results: mx.example.com; dmarc=fail header.from=customer.example"
        ticket = self.receive(JANE, forged, "Cc: bob@partner.example", body="Buy pills").ticket_id
        ticket.email_cc = "bob@partner.example"
        self.comment(ticket, "Did you write this?", user=self.agent)
        sent = self.send()
        self.assertEqual(len(sent), 2)
        for _recipients, message in sent:
            self.assertNotIn("pills", self.content(message))

    def test_an_answer_costs_the_same_whoever_was_in_cc(self):
        costs, tickets = [], []
        for count in (0, 0, 300):
            people = ", ".join(f"p{number}@victim.example" for number in range(count))
            tickets.append(self.receive(JANE, f"Cc: support@example.com, {people}").ticket_id)
        for ticket in tickets:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.comment(ticket, "Unplug it.", user=self.agent)
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self.mails(ticket)), 1)
        self.assertLessEqual(costs[2], costs[1] + 5)

    def test_an_answer_costs_the_same_however_many_an_agent_has_added(self):
        costs = {}
        for count in (0, 0, 300):
            ticket = self.receive(JANE).ticket_id
            ticket.email_cc = ", ".join(f"p{number}@partner.example" for number in range(count))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.comment(ticket, "Unplug it.", user=self.agent)
            self.env.flush_all()
            costs[count] = self.env.cr.sql_log_count - before
        self.assertLessEqual(costs[300], costs[0])
        self.assertFalse(self.mails(ticket))

    def test_many_whom_an_agent_has_added_get_it_a_little_later(self):
        ticket = self.receive(JANE).ticket_id
        count = ticket._CUSTOMER_HEADERS_LIMIT_COUNT + 10
        ticket.email_cc = ", ".join(f"p{number}@partner.example" for number in range(count))
        self.comment(ticket, "Unplug it.", user=self.agent)
        self.assertFalse(self.mails(ticket))
        with freeze_time(fields.Datetime.now() + timedelta(seconds=5)):
            self.env["mail.message.schedule"]._send_notifications_cron()
        sent = {recipients[0]: message for recipients, message in self.send()}
        self.assertEqual(len(set(sent) - {"jane@customer.example"}), count)
        last = sent[f"p{count - 1}@partner.example"]
        self.assertIn("Unplug it.", self.content(last))
        self.assertNotIn("Smoke", self.content(last))
        self.assertIn("Anna Agent", last["From"])

    def test_a_portal_user_names_no_recipients(self):
        user = new_test_user(self.env, "portal-jane", groups="base.group_portal", email="jane@portal.example")
        self.ticket.partner_id = user.partner_id
        victim = self.env["res.partner"].create({"name": "Victim", "email": "victim@elsewhere.example"})
        said = {"body": "Buy pills", "subtype_xmlid": "mail.mt_comment"}
        for values in (
            {"partner_ids": victim.ids},
            {"outgoing_email_to": "victim@elsewhere.example"},
            {"mail_headers": {"X-Msg-To-Add": "victim@elsewhere.example"}},
            {"reply_to": "victim@elsewhere.example"},
            {"author_id": self.agent.partner_id.id},
            {"email_from": "anna@example.com"},
            {"incoming_email_cc": "victim@elsewhere.example"},
        ):
            for kind in ("comment", "notification", "email", "auto_comment", None):
                for sudo in (False, True):
                    if sudo and (kind != "comment" or {"author_id", "email_from"} & set(values)):
                        continue  # code that runs for a portal user
                    with self.subTest(values, kind=kind, sudo=sudo):
                        arguments = {**said, **values, **({"message_type": kind} if kind else {})}
                        message = self.ticket.with_user(user).sudo(sudo).message_post(**arguments)
                        message = message.sudo()
                        self.assertEqual(message.author_id, user.partner_id)
                        self.assertFalse(message.partner_ids | message.notified_partner_ids)
                        self.assertFalse(message.outgoing_email_to or message.incoming_email_cc)
                        self.assertFalse(self.mails(self.ticket))
        with self.assertRaisesRegex(AccessError, "Only internal users"):
            self.ticket.with_user(user).message_notify(partner_ids=victim.ids, body="Buy pills")
        message = self.ticket.with_user(self.agent).message_notify(partner_ids=victim.ids, body="Look")
        self.assertEqual(message.notified_partner_ids, victim)

    # What it looks like ---------------------------------------

    def test_it_comes_from_the_mailbox_in_the_agents_name(self):
        _recipients, message = self.answer()
        self.assertEqual(message["From"], "Anna Agent – Acme Support <support@example.com>")
        self.assertEqual(message["Reply-To"], "Acme Support <support@example.com>")
        self.assertNotIn("anna@example.com", message.as_string())

    def test_the_mailbox_is_the_one_the_customer_wrote_to(self):
        second = self._new_mailbox("vip@example.com", self.team)
        ticket = self.receive("bob@partner.example", mailbox=second).ticket_id
        self.comment(ticket, "Hello Bob", user=self.agent)
        [(_recipients, message)] = self.send()
        self.assertIn("vip@example.com", message["From"])
        self.assertIn("vip@example.com", message["Reply-To"])

    def test_with_an_alias_domain_it_is_still_the_mailbox(self):
        self.env.company.alias_domain_id = self.env["mail.alias.domain"].create({"name": "example.com"})
        _recipients, message = self.answer()
        self.assertIn("support@example.com", message["From"])
        self.assertIn("support@example.com", message["Reply-To"])

    def test_a_team_without_mailbox_writes_from_its_alias(self):
        self.env.company.alias_domain_id = self.env["mail.alias.domain"].create({"name": "example.com"})
        other = self.env["helpdesk.ticket.team"].create({"name": "Sales", "alias_name": "sales"})
        ticket = self.new_ticket(team_id=other.id, partner_email="bob@partner.example")
        self.comment(ticket, "Hello Bob", user=self.agent)
        [(_recipients, message)] = self.send()
        self.assertIn("<sales@example.com>", message["From"])
        self.assertIn("<sales@example.com>", message["Reply-To"])

    def test_the_subject_names_the_ticket_once(self):
        _recipients, message = self.answer()
        self.assertEqual(message["Subject"], f"Re: {self.ticket.mail_reference} Printer on fire")
        self.receive(JANE, subject=f"AW: Re: {self.ticket.mail_reference} Printer on fire")
        _recipients, message = self.answer()
        self.assertEqual(message["Subject"], f"Re: {self.ticket.mail_reference} Printer on fire")

    def test_it_answers_the_customers_last_email(self):
        _recipients, message = self.answer()
        self.assertEqual(message["In-Reply-To"], self.theirs.message_id)
        self.assertEqual(message["References"], self.theirs.message_id)
        first = message["Message-Id"]
        row = self.receive(JANE, f"In-Reply-To: {first}", body="It still burns.")
        self.assertEqual(row.verdict, "replied")
        _recipients, message = self.answer()
        self.assertEqual(message["In-Reply-To"], row.message_id)
        self.assertEqual(message["References"].split(), [self.theirs.message_id, first, row.message_id])

    def test_outlook_sees_one_conversation(self):
        begun = base64.b64encode(b"\x01" + b"2" * 21).decode()
        ticket = self.receive("bob@partner.example", f"Thread-Index: {begun}", subject="Scanner").ticket_id
        self.comment(ticket, "Hello Bob", user=self.agent)
        [(_recipients, message)] = self.send()
        self.assertEqual(message["Thread-Topic"], "Scanner")
        self.assertTrue(base64.b64decode(message["Thread-Index"]).startswith(base64.b64decode(begun)))

    def test_the_customers_words_are_quoted_below(self):
        self.receive(JANE, self.answering(self.ticket), body="It <b>still</b> burns {{ object.id }} <script>x</script>")
        _recipients, message = self.answer("Call the <fire> brigade.")
        text = self.content(message)
        self.assertIn("Call the &lt;fire&gt; brigade.", text)
        self.assertIn("Anna of Acme", text)
        self.assertRegex(text, r"On \d+/\d+/\d+,? \d+:\d\d.[AP]M, Jane Doe wrote:", "without seconds")
        self.assertIn("It &lt;b&gt;still&lt;/b&gt; burns {{ object.id }}", text)
        self.assertNotIn("<script>", text)
        self.assertLess(text.index("brigade"), text.index("still"))

    def test_only_its_own_attachments_go_along(self):
        self.comment(self.ticket, "Secret plan", user=self.agent, note=True, attachments=[("plan.txt", b"secret")])
        _recipients, message = self.answer(attachments=[("manual.txt", b"how to")])
        self.assertEqual([part.get_filename() for part in message.iter_attachments()], ["manual.txt"])

    def test_a_template_of_the_team_replaces_ours(self):
        body = "<p>Dear customer</p><div t-out='object.letter_answer'/><p>Yours, Acme</p>"
        template = {"name": "Ours", "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"), "body_html": body}
        self.team.letter_answer_template_id = self.env["mail.template"].create(template)
        _recipients, message = self.answer()
        self.assertRegex(self.content(message), "Dear customer.*Unplug it.*Yours, Acme")
        self.assertNotIn("Smoke", self.content(message))

    def test_a_broken_template_does_not_keep_an_answer_back(self):
        template = self.env["mail.template"].create(
            {"name": "Broken", "model_id": self.env["ir.model"]._get_id("helpdesk.ticket")}
        )
        self.team.letter_answer_template_id = template
        self.env.cr.execute(
            "UPDATE mail_template SET body_html = %s WHERE id = %s",
            ('{"en_US": "<t t-out=\\"1 / 0\\"/>"}', template.id),
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.helpdesk_bridge.models.outbound.helpdesk_ticket_replies", "ERROR"):
            _recipients, message = self.answer()
        self.assertIn("Unplug it.", self.content(message))

    def test_a_template_that_breaks_the_transaction_does_not_keep_an_answer_back(self):
        def render(*_args, **_options):
            self.env.cr.execute("SELECT 1 / 0")

        logs = self.assertLogs("odoo.addons.helpdesk_bridge.models.outbound.helpdesk_ticket_replies", "ERROR")
        with (
            patch.object(self.env.registry["mail.template"], "_render_field", render),
            logs,
            mute_logger("odoo.sql_db"),
        ):
            _recipients, message = self.answer()
        self.assertIn("Unplug it.", self.content(message))

    def test_a_conflict_with_another_transaction_is_no_broken_template(self):
        """Odoo begins the whole request again; rendering wraps what it does not know."""
        conflict = psycopg2.errors.SerializationFailure("could not serialize access")
        wrapped = UserError("Failed to render")
        wrapped.__cause__ = conflict
        for error in (conflict, wrapped):
            with (
                self.subTest(type(error).__name__),
                patch.object(self.env.registry["mail.template"], "_render_field", side_effect=error),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                self.comment(self.ticket, "Unplug it.", user=self.agent)

    def test_a_template_shows_no_more_than_the_agent_may_see(self):
        """A template's author is not the one who answers: it runs with the rights of whoever does."""
        body = "<p t-out=\"object.env['ir.config_parameter'].search_count([])\"/><div t-out='object.letter_answer'/>"
        template = {"name": "Curious", "model_id": self.env["ir.model"]._get_id("helpdesk.ticket")}
        self.team.letter_answer_template_id = self.env["mail.template"].create({**template, "body_html": body})
        with self.assertLogs("odoo.addons.helpdesk_bridge.models.outbound.helpdesk_ticket_replies", "ERROR"):
            self.answer()

    # By email ---------------------------------------------------

    def test_an_agents_email_goes_on_to_the_customer_in_the_teams_name(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        row = self.receive(
            "Anna Agent <anna@example.com>",
            self.vouched("anna@example.com"),
            self.answering(self.ticket),
            body="On my way",
        )
        self.assertEqual(row.verdict, "replied")
        [(recipients, message)] = self.send()
        self.assertEqual(recipients, ["jane@customer.example"])
        self.assertEqual(message["From"], "Anna Agent – Acme Support <support@example.com>")
        self.assertNotIn("Smoke", self.content(message), "her mail program has quoted what she answers")

    def test_whom_an_agents_email_has_reached_gets_it_from_us_no_second_time(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        self.ticket.email_cc = "Bob <bob@partner.example>, Cleo <cleo@partner.example>"
        self.receive(
            "Anna Agent <anna@example.com>",
            self.vouched("anna@example.com"),
            self.answering(self.ticket),
            "To: jane@customer.example, support@example.com",
            "Cc: bob@partner.example",
            body="On my way",
        )
        self.assertEqual([recipients for recipients, _message in self.send()], [["cleo@partner.example"]])

    def test_an_answer_that_comes_back_into_our_mailbox_is_recognised(self):
        self.ticket.message_subscribe(
            self.env["res.partner"].create({"name": "x", "email": "list@partner.example"}).ids
        )
        self.comment(self.ticket, Markup("<p>Unplug it.</p>"), user=self.agent)
        tickets = self.Ticket.search_count([])
        for _recipients, message in self.send():
            # A forwarder gives it a Message-ID of its own.
            message.replace_header("Message-Id", f"<back-{len(self.rows())}@forwarder.example>")
            self.fetch(message.as_bytes())
            self.assertEqual(self.rows()[-1].verdict, "machine")
        self.assertEqual(self.Ticket.search_count([]), tickets)

    def test_what_a_customer_says_is_told_to_the_agents_from_the_mailbox_and_stays_theirs(self):
        self.ticket.message_subscribe(self.agent.partner_id.ids)
        row = self.receive(JANE, self.answering(self.ticket), body="It still burns.")
        [(recipients, message)] = self.send()
        self.assertEqual(recipients, ["anna@example.com"])
        self.assertEqual(message["From"], "Jane Doe – Acme Support <support@example.com>")
        self.assertEqual(message["Reply-To"], "Acme Support <support@example.com>")
        theirs = self.env["mail.message"].search([("message_id", "=", row.message_id)])
        self.assertEqual(theirs.email_from, '"Jane Doe" <jane@customer.example>')
