"""A customer's reply wakes a ticket that waits, is told to its assignee and shows until an agent acts."""

from odoo.tests import tagged

from .common import InboundCase, new_test_user

JANE, EVE = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>"
ANNA_REF = "U0ANNA001"


@tagged("post_install", "-at_install")
class TestTicketTurn(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("new", "in_progress", "awaiting", "done", "cancelled")
        }
        cls.policy = cls.env["helpdesk.sla.policy"]._ensure_default(cls.company)
        cls.policy.waiting_stage_ids = cls.stages["awaiting"]
        cls.team.user_ids = cls.agent
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        cls.portal = new_test_user(cls.env, "rita", groups="base.group_portal", email="rita@customer.example")
        cls.ticket = cls.waiting_ticket()

    @classmethod
    def waiting_ticket(cls, **values):
        defaults = {
            "name": "Printer is on fire",
            "description": "<p>Please help</p>",
            "team_id": cls.team.id,
            "user_id": cls.agent.id,
            "partner_id": cls.jane.id,
            "partner_email": "jane@customer.example",
        }
        ticket = cls.env["helpdesk.ticket"].create({**defaults, **values})
        ticket.with_user(cls.agent).stage_id = cls.stages["in_progress"]
        ticket.with_user(cls.agent).stage_id = cls.stages["awaiting"]
        return ticket

    def setUp(self):
        super().setUp()
        self.slack.people["anna@example.com"] = ANNA_REF

    def reply(self, sender=JANE, *headers, **values):
        return self.receive(sender, *headers, subject=f"Re: {self.ticket.mail_reference} Fire", **values)

    def portal_comment(self, body, ticket=None):
        ticket = ticket or self.ticket
        ticket.sudo().partner_id = self.portal.partner_id
        return self.comment(ticket, body, user=self.portal)

    def last_line(self):
        self.deliver()
        return [message for message in self.slack.messages if message.get("thread_ts")][-1]["text"]

    def assert_woken(self, stage="in_progress"):
        self.assertEqual((self.ticket.stage_id, self.ticket.customer_replied), (self.stages[stage], True))

    def assert_asleep(self, ticket=None):
        ticket = ticket or self.ticket
        self.assertEqual((ticket.stage_id, ticket.customer_replied), (self.stages["awaiting"], False))

    # -- what wakes --------------------------------------------------------------------------------------------------

    def test_an_email_of_the_customer_wakes_it_and_its_clocks(self):
        resolution = self.ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "resolution")
        self.assertEqual(resolution.state, "paused")
        self.reply()
        self.assert_woken()
        self.assertEqual(resolution.state, "running")
        self.assertTrue(self.ticket.sla_due)

    def test_a_comment_in_the_portal_wakes_it(self):
        self.portal_comment("It still burns")
        self.assert_woken()

    def test_a_participant_in_cc_wakes_it(self):
        self.ticket.email_cc = "bob@elsewhere.example"
        self.reply("Bob <bob@elsewhere.example>")
        self.assert_woken()

    def test_an_internal_user_who_is_the_customer_wakes_it(self):
        colleague = new_test_user(self.env, "carl", groups="base.group_user", email="carl@example.com")
        self.ticket.write({"partner_id": colleague.partner_id.id, "partner_email": "carl@example.com"})
        self.comment(self.ticket, "It still burns", user=colleague)
        self.assert_woken()
        self.assertEqual(self.ticket.user_id, self.agent)

    def test_a_stranger_wakes_it_once_an_agent_accepts_the_email(self):
        row = self.reply(EVE)
        self.assert_asleep()
        row.with_user(self.agent).action_accept()
        self.assert_woken()

    def test_an_archived_ticket_that_waits_is_woken(self):
        self.ticket.active = False
        self.reply()
        self.assert_woken()
        self.assertTrue(self.ticket.active)

    def test_a_ticket_that_waits_in_an_archived_stage_is_woken(self):
        self.stages["awaiting"].active = False
        self.reply()
        self.assert_woken()

    def test_a_ticket_without_a_policy_waits_as_the_company_does(self):
        self.policy.active = False
        other = self.waiting_ticket()
        self.assertFalse(other.sla_policy_id)
        self.comment(other, "It still burns", author=self.jane)
        self.assertEqual(other.stage_id, self.stages["in_progress"])

    def test_what_waits_under_another_policy_waits(self):
        vip = self.policy.copy({"name": "VIP", "sequence": 1, "waiting_stage_ids": False})
        vip.applies_from = "2000-01-01 00:00:00"
        other = self.waiting_ticket()
        self.assertEqual(other.sla_policy_id, vip)
        self.comment(other, "It still burns", author=self.jane)
        self.assertEqual(other.stage_id, self.stages["in_progress"])

    def test_one_ticket_wakes_none_of_the_others(self):
        other = self.waiting_ticket()
        self.reply()
        self.assert_woken()
        self.assert_asleep(other)

    def test_what_wakes_without_an_assignee_is_assigned_by_load(self):
        self.team.bridge_assignment = "least_loaded"
        self.ticket.user_id = False
        self.reply()
        self.assertEqual((self.ticket.stage_id, self.ticket.assignment), (self.stages["in_progress"], "due"))

    def test_who_cannot_work_on_it_any_more_is_replaced(self):
        gone = new_test_user(self.env, "gone", groups="helpdesk_mgmt.group_helpdesk_user", name="Gone Agent")
        self.ticket.user_id = gone  # never was in the team
        self.reply()
        self.assert_woken()
        self.assertFalse(self.ticket.user_id)
        self.assertIn("Gone Agent is not in the team", self.words(self.ticket)[-1][1])
        self.assertEqual(self.ticket.message_ids.sorted("id")[-1].author_id, self.env.ref("base.partner_root"))

    # -- what does not -----------------------------------------------------------------------------------------------

    def test_thanks_by_email_and_in_the_portal_wake_nothing(self):
        for body in ("Thanks!", "Hi Anna,\n\nvielen Dank für die schnelle Hilfe!\n\nJane Doe", "👍"):
            with self.subTest(body):
                self.assertEqual(self.reply(body=body).verdict, "replied")
                self.assert_asleep()
        self.portal_comment("Merci beaucoup !")
        self.assert_asleep()

    def test_thanks_above_history_that_no_program_has_marked(self):
        """Table: what stands below the thanks in HTML, the words in front of the subject, whether that wakes."""
        block = "<b>From:</b> Support &lt;support@example.com&gt;<br><b>Sent:</b> Monday, June 1, 2026 10:00 AM<br>"
        block += "<b>To:</b> Jane<br><b>Subject:</b> RE: Fire"
        outlook = '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">%s</p></div><p>%s</p>'
        seznam = "<aside>---------- Původní e-mail ----------<br>Od: Support<br>Předmět: Fire</aside><p>%s</p>"
        question = "Did you restart it?"
        for words, below, lead, is_woken in (
            ("Thank you!", outlook % (block, question), "RE: ", False),
            ("Děkuji.", seznam % question, "Re: ", False),
            ("Thank you!", outlook % (block, question), "FW: ", True),
            ("Thank you, it still burns!", outlook % (block, question), "RE: ", True),
        ):
            with self.subTest(words=words, lead=lead):
                self.ticket.with_user(self.agent).stage_id = self.stages["awaiting"]
                headers = ("MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8")
                body = f"<html><body><p>{words}</p>{below}</body></html>"
                self.receive(JANE, *headers, subject=f"{lead}{self.ticket.mail_reference} Fire", body=body)
                (self.assert_woken if is_woken else self.assert_asleep)()

    def test_thanks_with_a_file_are_more_than_thanks(self):
        self.comment(self.ticket, "Thanks", author=self.jane, attachments=[("screen.png", b"png")])
        self.assert_woken()

    def test_the_words_of_an_agent_in_the_quote_count_for_nothing(self):
        quoted = '<p>Thank you, Anna!</p><blockquote data-o-mail-quote="1">Did you restart it?</blockquote>'
        self.comment(self.ticket, quoted, author=self.jane, body_is_html=True)
        self.assert_asleep()

    def test_programs_wake_nothing(self):
        for headers in (
            ["Auto-Submitted: auto-replied"],
            ["Auto-Submitted: auto-generated"],
            ["X-Autoreply: yes"],
            ["Content-Type: multipart/report; report-type=delivery-status; boundary=b"],
        ):
            with self.subTest(headers):
                self.reply(JANE, *headers)
                self.assert_asleep()

    def test_a_reaction_wakes_nothing(self):
        self.reply(body="[like] Jane Doe reacted to your message:")
        self.assert_asleep()

    def test_a_stranger_wakes_nothing(self):
        self.assertNotEqual(self.reply(EVE).ticket_id, self.ticket)
        self.assert_asleep()

    def test_agents_and_programs_of_ours_wake_nothing(self):
        self.comment(self.ticket, "The customer called", user=self.agent, note=True)
        self.comment(self.ticket, "Please restart it", user=self.agent)
        self.comment(self.ticket, "She called", author=self.jane, note=True)
        self.comment(self.ticket, "From code", user=self.env.ref("base.user_root"))
        self.assert_asleep()

    def test_a_ticket_that_was_merged_passes_the_reply_on(self):
        other = self.waiting_ticket(email_cc="rita@customer.example")
        self.ticket.write({"active": False, "duplicate_id": other.id})
        self.portal_comment("It still burns")
        self.assertFalse(self.ticket.active)
        self.assertFalse(self.ticket.customer_replied)
        self.assertEqual((other.stage_id, other.customer_replied), (self.stages["in_progress"], True))
        self.assertIn("It still burns", self.words(other)[-1][1])

    def test_a_ticket_that_was_merged_into_one_of_others_tells_them_nothing(self):
        other = self.waiting_ticket()
        self.ticket.write({"active": False, "duplicate_id": other.id})
        self.portal_comment("It still burns")
        self.assert_asleep(other)
        self.assertNotIn("It still burns", [text for _kind, text in self.words(other)])
        self.assert_woken()
        self.assertTrue(self.ticket.active)

    def test_an_email_to_a_ticket_that_was_merged_wakes_the_other(self):
        other = self.waiting_ticket()
        self.ticket.write({"active": False, "duplicate_id": other.id})
        self.assertEqual(self.reply().ticket_id, other)
        self.assertEqual((other.stage_id, other.customer_replied), (self.stages["in_progress"], True))

    # -- where to ----------------------------------------------------------------------------------------------------

    def stage(self, name, **values):
        defaults = {"name": name, "sequence": 0, "company_id": False}
        return self.env["helpdesk.ticket.stage"].create({**defaults, **values})

    def assert_wakes_into(self, stage):
        self.reply()
        self.assertEqual((self.ticket.stage_id, self.ticket.customer_replied), (stage, True))

    def test_the_stage_of_the_team_comes_first(self):
        back = self.stage("Back", sequence=9)
        self.team.reopen_stage_id = back
        self.assert_wakes_into(back)

    def test_the_stage_of_the_team_may_be_a_new_one(self):
        self.team.reopen_stage_id = self.stages["new"]
        self.assert_wakes_into(self.stages["new"])

    def test_the_first_stage_of_work_comes_next(self):
        first = self.stage("Second line")
        self.assert_wakes_into(first)

    def test_a_stage_that_does_not_fit_is_passed_over(self):
        company = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        for values in (
            {"active": False},
            {"company_id": company.id},
            {"team_ids": [(6, 0, team.ids)]},
            {"closed": True},
        ):
            with self.subTest(values):
                stage = self.stage("Back")
                self.team.reopen_stage_id = stage
                stage.write(values)
                self.assert_wakes_into(self.stages["in_progress"])
                self.ticket.with_user(self.agent).stage_id = self.stages["awaiting"]

    def test_a_stage_that_waits_or_cancels_is_passed_over(self):
        hold, parked = self.stage("On hold"), self.stage("Parked", sla_cancels=True)
        self.policy.waiting_stage_ids |= hold
        self.team.reopen_stage_id = hold
        self.assertTrue(parked)
        self.assert_wakes_into(self.stages["in_progress"])

    def test_a_team_without_a_stage_of_work_takes_an_open_one(self):
        self.stages["in_progress"].active = False
        self.assert_wakes_into(self.stages["new"])

    def test_a_team_with_nowhere_to_go_shows_that_the_customer_replied(self):
        (self.stages["in_progress"] | self.stages["new"]).active = False
        self.assert_wakes_into(self.stages["awaiting"])

    def test_a_ticket_of_another_company_stays_among_its_stages(self):
        there = self.env["res.company"].create({"name": "There"})
        self.team.company_id = False
        self.stage("Here", company_id=self.company.id)
        self.env["helpdesk.sla.policy"]._ensure_default(there).waiting_stage_ids = self.stages["awaiting"]
        self.ticket.company_id = there
        self.comment(self.ticket, "It still burns", author=self.jane)
        self.assert_woken()

    # -- until an agent acts -----------------------------------------------------------------------------------------

    def test_it_shows_until_an_agent_replies(self):
        self.reply()
        self.comment(self.ticket, "Looking at it", user=self.agent, note=True)
        self.ticket.with_user(self.agent).priority = "3"
        self.assertTrue(self.ticket.customer_replied)
        self.comment(self.ticket, "Please restart it", user=self.agent)
        self.assertFalse(self.ticket.customer_replied)

    def test_it_shows_until_an_agent_moves_it(self):
        self.reply()
        self.ticket.stage_id = self.stages["new"]  # a program
        self.assertTrue(self.ticket.customer_replied)
        self.ticket.with_user(self.agent).stage_id = self.stages["awaiting"]
        self.assert_asleep()

    def test_another_team_or_assignee_is_no_answer(self):
        self.reply()
        ours = self.stage("Ours", team_ids=[(6, 0, self.team.ids)])
        self.ticket.with_user(self.agent).stage_id = ours
        self.reply()
        other = self.team.copy({"user_ids": self.agent.ids})
        self.ticket.with_user(self.agent).write({"team_id": other.id, "user_id": self.agent.id})
        self.assertNotEqual(self.ticket.stage_id, ours)
        self.assertTrue(self.ticket.customer_replied)

    def test_it_shows_until_whoever_closes_it(self):
        self.reply()
        self.ticket.stage_id = self.stages["done"]
        self.assertFalse(self.ticket.customer_replied)

    def test_it_shows_on_open_and_reopened_tickets_as_well(self):
        for stage in ("new", "in_progress", "done"):
            with self.subTest(stage):
                ticket = self.waiting_ticket()
                ticket.with_user(self.agent).stage_id = self.stages[stage]
                self.comment(ticket, "It burns again", author=self.jane)
                self.assertTrue(ticket.customer_replied)

    def test_thanks_take_nothing_back(self):
        self.reply()
        self.reply(body="Thanks!")
        self.assertTrue(self.ticket.customer_replied)

    def test_thanks_reopen_nothing_that_is_closed(self):
        self.ticket.with_user(self.agent).stage_id = self.stages["done"]
        self.assertEqual(self.reply(body="Thank you so much!").ticket_id, self.ticket)
        self.portal_comment("Danke!")
        self.assertEqual((self.ticket.stage_id, self.ticket.customer_replied), (self.stages["done"], False))

    def test_a_reply_that_comes_too_late_leaves_the_old_ticket_alone(self):
        self.ticket.with_user(self.agent).stage_id = self.stages["done"]
        self.company.helpdesk_reopen_days = "0"
        self.portal_comment("It burns again")
        self.assertEqual((self.ticket.stage_id, self.ticket.customer_replied), (self.stages["done"], False))

    def test_it_is_found(self):
        self.reply()
        self.assertIn(self.ticket, self.Ticket.with_user(self.agent).search([("customer_replied", "=", True)]))

    # -- Slack -------------------------------------------------------------------------------------------------------

    def test_the_assignee_is_mentioned_and_the_first_message_says_so(self):
        self.deliver()
        self.assertNotIn("Customer replied", self.shown(self.ticket))
        self.reply()
        self.assertTrue(self.last_line().startswith(f"<@{ANNA_REF}> "))
        self.assertIn("In Progress · *Customer replied*", self.shown(self.ticket))
        self.comment(self.ticket, "Please restart it", user=self.agent)
        self.deliver()
        self.assertNotIn("Customer replied", self.shown(self.ticket))

    def test_a_reopened_ticket_mentions_its_assignee_as_well(self):
        self.ticket.with_user(self.agent).stage_id = self.stages["done"]
        self.reply()
        self.deliver()
        lines = [line for line in self.lines(self.ticket) if "Customer replied" in line]
        self.assertTrue(lines[-1].startswith(f"<@{ANNA_REF}> "))

    def test_nobody_is_mentioned_for_thanks_or_for_a_ticket_that_is_worked_on(self):
        self.reply(body="Thanks!")
        self.assertNotIn("<@", self.last_line())
        self.ticket.with_user(self.agent).stage_id = self.stages["in_progress"]
        self.reply()
        self.assertNotIn("<@", self.last_line())

    def test_without_an_assignee_nobody_is_mentioned(self):
        self.ticket.user_id = False
        self.team.slack_mention = "here"
        self.reply()
        self.assertNotIn("<!", self.last_line())
