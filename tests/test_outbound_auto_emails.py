"""Confirmations and closing emails: who gets one, once, and what it says."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import new_test_user
from .outbound_case import JANE, OutboundCase

AFTER_MAIL = "helpdesk_bridge.ir_cron_after_mail"


@tagged("post_install", "-at_install")
class TestReceived(OutboundCase):
    def confirmations(self, row):
        """What goes out after an email, as the SMTP server gets it."""
        self.write_letters()
        ticket = row.ticket_id
        return [(to, message) for to, message in self.send() if ticket.mail_reference in message["Subject"]]

    def confirmation(self, *arguments, **values):
        row = self.receive(*arguments, **values)
        [(to, message)] = self.confirmations(row)
        return row.ticket_id, to, message

    def test_an_email_queues_an_automatic_email_and_wakes_who_writes_it(self):
        before = self.woken(AFTER_MAIL)
        ticket = self.receive(JANE).ticket_id
        self.assertEqual(self.letters(ticket), [("received", "owed")])
        self.assertFalse(self.mails(ticket), "nothing is rendered while mail comes in")
        self.assertGreater(self.woken(AFTER_MAIL), before)

    def test_the_customer_is_told_reference_and_subject(self):
        ticket, to, message = self.confirmation(JANE, subject="Hoří tiskárna")
        self.assertEqual(to, ["jane@customer.example"])
        self.assertEqual(message["Subject"], f"{ticket.mail_reference} Hoří tiskárna")
        self.assertIn(ticket.mail_reference, self.content(message))
        self.assertEqual(message["From"], "Acme Support <support@example.com>")
        self.assertEqual(message["Reply-To"], "Acme Support <support@example.com>")
        self.assertEqual(self.letters(ticket), [("received", "queued")])

    def test_it_stands_below_their_email(self):
        ticket, _to, message = self.confirmation(JANE)
        theirs = ticket.message_ids.filtered(lambda one: one.message_type == "email")
        self.assertEqual(message["In-Reply-To"], theirs.message_id)
        self.assertEqual(message["References"], theirs.message_id)

    def test_no_program_answers_it(self):
        _ticket, _to, message = self.confirmation(JANE)
        self.assertEqual(message["Auto-Submitted"], "auto-replied")
        self.assertEqual(message["X-Auto-Response-Suppress"], "All")

    def test_an_answer_to_it_finds_the_ticket(self):
        ticket, _to, message = self.confirmation(JANE)
        row = self.receive(JANE, f"In-Reply-To: {message['Message-Id']}", subject="Re: something else")
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": ticket.id}])
        said = ticket.message_ids.sorted("id")[-1]
        self.assertFalse(said.subtype_id.internal, "what answers a letter is public")

    def test_the_due_dates_are_those_of_the_clocks_in_the_time_zone_of_the_working_hours(self):
        calendar = self.env["resource.calendar"].create({"name": "Prague", "tz": "Europe/Prague"})
        policy = self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        policy.write({"calendar_id": calendar.id, "start_hours": 4, "resolution_hours": 8})
        ticket, _to, message = self.confirmation(JANE)
        text = self.content(message).replace("&nbsp;", " ")
        for wording, moment in (
            ("We will start working on it by", ticket.sla_start_due),
            ("We expect to resolve it by", ticket.sla_resolution_due),
        ):
            self.assertIn(wording, text)
            shown = " ".join(ticket._bridge_moment(moment, "Europe/Prague").split())
            self.assertIn(shown, text)
            self.assertRegex(shown, r"^\w+day, \w+ \d+, \d{4}, .*\(Europe/Prague\)$")

    def test_what_has_no_target_is_not_mentioned(self):
        self.env["helpdesk.sla.policy"].search([]).active = False
        _ticket, _to, message = self.confirmation(JANE)
        text = self.content(message)
        self.assertIn("We have received your message", text)
        self.assertNotIn("We will start", text)
        self.assertNotIn("We expect", text)

    def test_their_words_are_quoted_only_if_the_team_wants_it(self):
        body = "<b>Buy</b> {{ object.company_id.name }} https://spam.example"
        _ticket, _to, message = self.confirmation("a@customer.example", body=body)
        self.assertNotIn("spam.example", message.as_string())
        self.team.letter_quote = "on"
        _ticket, _to, message = self.confirmation("b@customer.example", body=body)
        self.assertIn("&lt;b&gt;Buy&lt;/b&gt; {{ object.company_id.name }}", self.content(message))

    def test_their_name_is_not_repeated_either(self):
        _ticket, _to, message = self.confirmation('"Win at https://spam.example" <a@customer.example>')
        self.assertNotIn("spam.example", self.content(message))

    def test_a_subject_is_data(self):
        subject = "<script>alert(1)</script> {{ 7 * 7 }} ${8*8} <t t-out='9*9'/>"
        ticket, _to, message = self.confirmation(JANE, subject=subject)
        self.assertEqual(message["Subject"], f"{ticket.mail_reference} {subject}")
        self.close(ticket)
        self.write_letters()
        [(_to, message)] = [one for one in self.send() if "closed" in self.content(one[1])]
        self.assertNotIn("<script>", self.content(message))
        self.assertIn("{{ 7 * 7 }}", self.content(message))

    def test_times_are_given_only_if_that_is_switched_on(self):
        policy = self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        policy.write({"start_hours": 4, "resolution_hours": 8})
        for company, team, promised in (
            (False, False, False),
            (False, "on", True),
            (True, False, True),
            (True, "off", False),
        ):
            with self.subTest(company=company, team=team):
                self.company.helpdesk_letter_times, self.team.letter_times = company, team
                _ticket, _to, message = self.confirmation(f"{company}{team}@customer.example")
                self.assertEqual("by" in self.content(message), promised)
        self.assertFalse(self.env["res.company"].create({"name": "New"}).helpdesk_letter_times)

    def test_further_tickets_of_an_hour_are_confirmed_shortly_and_not_for_ever(self):
        full = len(self.content(self.confirmation(JANE)[2]))
        for subject in ("Two", "Three", "Four", "Five"):
            ticket, _to, message = self.confirmation(JANE, subject=subject)
            self.assertEqual(message["Subject"], f"{ticket.mail_reference} {subject}")
            self.assertIn(ticket.mail_reference, self.content(message))
            self.assertNotIn("We will start", self.content(message))
            self.assertLess(len(self.content(message)), full)
        row = self.receive(JANE, subject="Six")
        self.assertFalse(self.confirmations(row))
        self.assertIn("within the last hour: 5", self.Letter.search([("ticket_id", "=", row.ticket_id.id)]).reason)
        _ticket, _to, message = self.confirmation("somebody.else@customer.example")
        self.assertIn("We will start", self.content(message), "each sender by themself")

    def test_one_per_sender_per_hour_where_that_was_so(self):
        self.company.helpdesk_letter_again = False
        self.confirmation(JANE)
        row = self.receive(JANE, subject="Another one")
        self.assertFalse(self.confirmations(row))
        self.assertEqual(self.letters(row.ticket_id), [("received", "skipped")])
        self.env.cr.execute("UPDATE helpdesk_letter SET create_date = create_date - interval '61 minutes'")
        self.env.invalidate_all()
        self.confirmation(JANE, subject="An hour later")

    def test_another_company_confirms_for_itself(self):
        self.confirmation(JANE)
        company = self.env["res.company"].create({"name": "Other", "email": "other@other.example"})
        team = self.env["helpdesk.ticket.team"].create({"name": "Theirs", "company_id": company.id})
        self.confirmation(JANE, mailbox=self._new_mailbox("help@other.example", team))

    def test_who_gets_none(self):
        self.env["helpdesk.mail.filter"].create({"pattern": "*@silent.example", "action": "silent"})
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        refused = f"Authentication-Results: {self.VOUCHING}; dmarc=fail header.from=customer.example"
        for sender, header in (
            ("alerts@machine.example", "Auto-Submitted: auto-generated"),
            ("list@customer.example", "List-Id: <a.list.example>"),
            ("no-reply@customer.example", "X-Nothing: x"),
            ("jane@silent.example", "X-Nothing: x"),
            ("forged@customer.example", refused),
        ):
            with self.subTest(sender):
                row = self.receive(sender, header)
                self.assertEqual(row.verdict, "created")
                self.assertFalse(self.confirmations(row))
                self.assertTrue(row.ticket_id.mail_silent)
                self.assertIn("without automatic emails", row.reason)

    def test_what_nothing_proves_is_confirmed(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        self.confirmation(JANE, f"Authentication-Results: {self.VOUCHING}; dmarc=none header.from=customer.example")

    def test_people_in_cc_get_no_confirmation(self):
        _ticket, to, message = self.confirmation(JANE, "Cc: victim@elsewhere.example")
        self.assertEqual(to, ["jane@customer.example"])
        self.assertNotIn("victim", message.as_string())

    def test_participants_in_cc_get_no_confirmation_either(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        row = self.receive(JANE, self.vouched("jane@customer.example"), "Cc: friend@elsewhere.example")
        self.assertEqual(row.ticket_id.email_cc, "friend@elsewhere.example")
        sent = self.confirmations(row)
        self.assertEqual([to for to, _message in sent], [["jane@customer.example"]])
        self.assertNotIn("friend", sent[0][1].as_string())

    def test_a_ticket_that_an_agent_makes_is_not_confirmed(self):
        ticket = self.Ticket.with_user(self.agent).create(
            {
                "name": "Called",
                "description": "<p>x</p>",
                "team_id": self.team.id,
                "partner_email": "jane@customer.example",
            }
        )
        self.assertEqual(self.letters(ticket), [])

    def test_what_an_agent_forwards_is_not_confirmed(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        body = "---------- Forwarded message ---------\nFrom: Jane <jane@customer.example>\nSubject: Fire\n\nHelp"
        headers = self.vouched("anna@example.com")
        row = self.receive("Anna Agent <anna@example.com>", headers, subject="Fwd: Fire", body=body)
        self.assertEqual(row.ticket_id.partner_email, "jane@customer.example")
        self.assertEqual(self.letters(row.ticket_id), [])

    def test_a_reply_is_not_confirmed(self):
        ticket, _to, _message = self.confirmation(JANE)
        self.receive(JANE, self.answering(ticket))
        self.assertEqual(self.letters(ticket), [("received", "queued")])

    def test_a_customer_in_the_portal_gets_one(self):
        user = new_test_user(self.env, "portal-jane", groups="base.group_portal", email="jane@customer.example")
        values = {"name": "From the portal", "description": "<p>Help</p>", "team_id": self.team.id}
        ticket = self.Ticket.with_user(user).sudo().create({**values, "partner_id": user.partner_id.id})
        self.assertEqual(self.letters(ticket), [("received", "owed")])

    def test_switched_off_for_the_company_on_for_the_team(self):
        self.company.helpdesk_letter_received = False
        row = self.receive("a@customer.example")
        self.assertEqual(self.letters(row.ticket_id), [])
        self.team.letter_received = "on"
        self.confirmation("b@customer.example")

    def test_switched_off_before_it_was_written(self):
        row = self.receive(JANE)
        self.team.letter_received = "off"
        self.assertFalse(self.confirmations(row))
        self.assertEqual(self.letters(row.ticket_id), [("received", "skipped")])

    def test_a_template_of_the_company_and_one_of_the_team(self):
        self.company.helpdesk_letter_received_template_id = self.template(
            "<p>We, the company</p>", subject="{{ object.mail_reference }} a"
        )
        _ticket, _to, message = self.confirmation("a@customer.example")
        self.assertIn("We, the company", self.content(message))
        self.team.letter_received_template_id = self.template(
            "<p>We, the team</p>", subject="{{ object.mail_reference }} b"
        )
        _ticket, _to, message = self.confirmation("b@customer.example")
        self.assertIn("We, the team", self.content(message))

    def test_a_broken_template_is_shown_and_stops_nobody_else(self):
        template = self.template("<p>x</p>", subject="x")
        body = '{"en_US": "<t t-out=\\"1 / 0\\"/>"}'
        self.env.cr.execute("UPDATE mail_template SET body_html = %s WHERE id = %s", (body, template.id))
        self.env.invalidate_all()
        self.team.letter_received_template_id = template
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        broken = self.receive("a@customer.example").ticket_id
        fine = self.receive(
            "b@customer.example", "To: other@example.com", mailbox=self._new_mailbox("other@example.com", other)
        )
        with self.assertLogs("odoo.addons.helpdesk_bridge.models.outbound.helpdesk_letter", "ERROR"):
            self.write_letters()
        self.assertEqual(self.letters(broken), [("received", "failed")])
        self.assertIn("could not be written", self.words(broken)[-1][1])
        reason = self.Letter.search([("ticket_id", "=", broken.id)]).reason
        self.assertEqual(reason, "ZeroDivisionError: division by zero", "not the template, which may be long")
        self.assertEqual(self.letters(fine.ticket_id), [("received", "queued")])

    def test_an_error_that_no_database_can_keep_is_kept_without_what_spoils_it(self):
        ticket, letters = self.receive(JANE).ticket_id, self.env["helpdesk.letter"]
        spoilt = patch.object(type(letters), "_compose", side_effect=ValueError("half a letter: \udcff\0"))
        with spoilt, self.assertLogs("odoo.addons.helpdesk_bridge.models.outbound.helpdesk_letter", "ERROR"):
            self.write_letters()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(letters.search([("ticket_id", "=", ticket.id)]).reason, "ValueError: half a letter: ?")

    def test_a_template_does_no_more_than_its_author_may(self):
        author = new_test_user(
            self.env, "author", groups="helpdesk_mgmt.group_helpdesk_manager,mail.group_mail_template_editor"
        )
        values = {"name": "Curious", "subject": "x", "model_id": self.env["ir.model"]._get_id("helpdesk.ticket")}
        values["body_html"] = "<p t-out=\"object.env['ir.config_parameter'].search_count([])\"/>"
        ticket = self.receive(JANE).ticket_id
        template = self.env["mail.template"].sudo().create(values)
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_template SET write_uid = %s WHERE id = %s", (author.id, template.id))
        self.env.invalidate_all()
        self.team.letter_received_template_id = template
        with self.assertLogs("odoo.addons.helpdesk_bridge.models.outbound.helpdesk_letter", "ERROR"):
            self.write_letters()
        self.assertEqual(self.letters(ticket), [("received", "failed")])

    def test_a_template_whose_last_editor_was_deleted_does_no_more_than_a_manager_may(self):
        """OdooBot has made it, and may do everything."""
        template = self.env.ref("helpdesk_bridge.letter_received")
        self.assertEqual(template.create_uid, self.env.ref("base.user_root"))
        curious = "{{ object.env['ir.config_parameter'].search_count([]) }}"
        for subject, state in (("{{ object.mail_reference }} Hello", "queued"), (curious, "failed")):
            with self.subTest(subject):
                template.subject = subject
                self.env.flush_all()
                self.env.cr.execute("UPDATE mail_template SET write_uid = NULL WHERE id = %s", [template.id])
                self.env.invalidate_all()
                ticket = self.receive(f"{state} <{state}@customer.example>").ticket_id
                with mute_logger("odoo.addons.helpdesk_bridge.models.outbound.helpdesk_letter"):
                    self.write_letters()
                self.assertEqual(self.letters(ticket), [("received", state)])

    def test_whose_rights_count_if_the_last_editor_was_deleted(self):
        ticket = self.receive(JANE).ticket_id
        managers = self.env.ref("helpdesk_mgmt.group_helpdesk_manager").all_user_ids
        self.assertEqual(ticket._bridge_editor_instead(), self.manager)
        (managers - self.env.user).filtered(lambda user: not user.has_group("base.group_system")).active = False
        self.assertTrue(ticket._bridge_editor_instead().has_group("base.group_system"))
        self.team.user_ids = self.agent
        self.assertEqual(ticket._bridge_editor_instead(), self.agent)

    def test_a_template_that_somebody_edited_who_works_elsewhere_is_written(self):
        """Emails are written with the rights of who edited the template last, and may have left before this company."""
        there = self.env["res.company"].create({"name": "There"})
        editors = "helpdesk_mgmt.group_helpdesk_manager,mail.group_mail_template_editor"
        home = {"company_id": there.id, "company_ids": [(6, 0, there.ids)]}
        users = {
            "elsewhere": new_test_user(self.env, "editor", groups=editors, **home),
            "not in Helpdesk": new_test_user(self.env, "office", groups="base.group_system"),
            "what is shipped": self.env.ref("base.user_root"),
        }
        users["what is shipped"].write(home)
        template = self.env.ref("helpdesk_bridge.letter_received")
        for name, user in users.items():
            for active in (True, False):
                with self.subTest(name, active=active):
                    template.with_user(user).subject = f"{{{{ object.mail_reference }}}} {name} {active}"
                    self.assertEqual(template.write_uid, user)
                    if name != "what is shipped":
                        user.active = active
                    self.env.flush_all()
                    self.env.invalidate_all()
                    row = self.receive(f"{user.login}{active} <{user.login}{active}@customer.example>")
                    [(_to, message)] = self.confirmations(row)
                    self.assertIn(f"{name} {active}", message["Subject"])
                    if name != "what is shipped":
                        user.active = True

    def test_the_cron_writes_what_is_due(self):
        ticket = self.receive(JANE).ticket_id
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.assertTrue(self.env.ref(AFTER_MAIL).method_direct_trigger() is True)
        self.env.invalidate_all()
        self.assertEqual(self.letters(ticket), [("received", "queued")])

    def test_nobody_writes_automatic_emails_but_the_cron_and_managers_read_those_of_their_companies(self):
        letter = self.Letter.search([("ticket_id", "=", self.receive(JANE).ticket_id.id)])
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                letter.with_user(user).state = "queued"
            with self.assertRaises(AccessError):
                self.Letter.with_user(user).create({"ticket_id": letter.ticket_id.id, "kind": "closed"})
        self.assertEqual(letter.with_user(self.manager).state, "owed")
        with self.assertRaises(AccessError):
            letter.with_user(self.agent).read(["state"])
        company = self.env["res.company"].create({"name": "Other"})
        self.manager.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.assertFalse(self.Letter.with_user(self.manager).search([("id", "=", letter.id)]))


@tagged("post_install", "-at_install")
class TestClosed(OutboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id
        self.write_letters()
        self.send()

    def test_closing_is_told_once_in_our_words(self):
        self.close(self.ticket)
        self.write_letters()
        [(to, message)] = self.send()
        self.assertEqual(to, ["jane@customer.example"])
        self.assertEqual(message["Subject"], f"Re: {self.ticket.mail_reference} Printer is on fire")
        self.assertIn("has been closed", self.content(message))
        self.assertIn("Just reply to this email", self.content(message))
        self.assertEqual(message["From"], "Acme Support <support@example.com>")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertNotIn("Hello Anna", self.content(message))

    def test_every_closed_stage_of_helpdesk_mgmt_tells_it_once(self):
        for name in ("cancelled", "rejected"):
            ticket = self.receive(f"{name}@customer.example").ticket_id
            self.write_letters()
            self.send()
            ticket.with_user(self.agent).stage_id = self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            self.env.cr.flush()
            self.write_letters()
            self.assertEqual(len(self.send()), 1)

    def test_what_changes_on_a_closed_ticket_is_not_told(self):
        self.close(self.ticket)
        self.write_letters()
        self.ticket.write({"priority": "3", "name": "Printer is in ashes", "user_id": self.agent.id})
        self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        self.assertEqual(self.letters(self.ticket)[1:], [("closed", "queued")])

    def test_closed_again_is_told_again(self):
        self.close(self.ticket)
        self.write_letters()
        self.receive(JANE, self.answering(self.ticket))
        self.close(self.ticket)
        self.write_letters()
        self.assertEqual(self.letters(self.ticket)[1:], [("closed", "queued"), ("closed", "queued")])

    def test_closed_twice_before_anybody_wrote_is_one_automatic_email(self):
        for _time in range(2):
            self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
            self.close(self.ticket)
        self.assertEqual(self.letters(self.ticket)[1:], [("closed", "owed")])

    def test_reopened_before_anybody_wrote_is_none(self):
        self.close(self.ticket)
        self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        self.write_letters()
        self.assertEqual(self.letters(self.ticket)[1:], [("closed", "skipped")])

    def test_a_stage_with_a_template_of_its_own_uses_that_one_once(self):
        template = self.template(
            "<p>Closed our way, dear <t t-out='object.partner_name'/></p>", subject="Closed: {{ object.name }}"
        )
        self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").mail_template_id = template
        self.close(self.ticket)
        self.write_letters()
        [(_to, message)] = self.send()
        self.assertIn("Closed our way, dear Jane Doe", self.content(message))
        self.assertEqual(message["Subject"], f"{self.ticket.mail_reference} Closed: Printer is on fire")
        self.assertEqual(message["From"], "Acme Support <support@example.com>")

    def test_another_stage_s_template_is_queued_as_well(self):
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        stage.mail_template_id = self.env.ref("helpdesk_mgmt.changed_stage_template")
        self.ticket.with_user(self.agent).stage_id = stage
        self.env.cr.flush()
        self.assertEqual(self.mails(self.ticket).mapped("state"), ["outgoing"])

    def test_switched_off_means_none_at_all(self):
        self.company.helpdesk_letter_closed = False
        self.close(self.ticket)
        self.write_letters()
        self.assertFalse(self.send())

    def test_silent_senders_are_not_told(self):
        self.ticket.mail_silent = True
        self.close(self.ticket)
        self.write_letters()
        self.assertFalse(self.send())
        self.assertEqual(self.letters(self.ticket)[1:], [("closed", "skipped")])

    def test_a_ticket_without_address_is_not_told(self):
        ticket = self.new_ticket(partner_email=False)
        self.close(ticket)
        self.write_letters()
        letter = self.Letter.search([("ticket_id", "=", ticket.id)])
        self.assertRecordValues(letter, [{"state": "skipped", "reason": "The ticket has no email address."}])

    def test_a_duplicate_is_not_told(self):
        self.ticket.duplicate_id = self.new_ticket()
        self.close(self.ticket)
        self.write_letters()
        self.assertEqual(self.letters(self.ticket)[1:], [("closed", "skipped")])

    def test_old_automatic_emails_are_forgotten_in_portions(self):
        self.close(self.ticket)
        self.write_letters()
        letters = self.env["helpdesk.letter"]
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_letter SET create_date = '2000-01-01'")
        self.env.invalidate_all()
        with patch("odoo.addons.helpdesk_bridge.models.common.retention.BATCH_SIZE", 1):
            self.assertEqual([letters._gc_letters(), letters._gc_letters()], [(1, 1), (1, 1)])
        self.assertEqual(letters._gc_letters(), (0, 0))

    def test_what_is_imported_closed_is_not_told(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket = self.new_ticket(partner_email="old@customer.example", stage_id=done.id)
        self.env.cr.flush()
        self.assertEqual(self.letters(ticket), [])
        self.assertFalse(self.mails(ticket))

    def test_many_closed_at_once_are_all_told(self):
        tickets = self.Ticket.create(
            [
                {
                    "name": f"{n}",
                    "description": "<p>x</p>",
                    "team_id": self.team.id,
                    "partner_email": f"a{n}@customer.example",
                }
                for n in range(30)
            ]
        )
        self.close(tickets)
        self.assertEqual(len(self.write_letters()), 30)
        self.assertEqual(len(self.send()), 30)
