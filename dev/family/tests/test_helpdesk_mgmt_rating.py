"""helpdesk_mgmt_rating beside ours: the rating is asked for in the closing email, and told in the Slack thread."""

from odoo.tests import tagged

from odoo.addons.helpdesk_bridge.tests.outbound_case import OutboundCase


@tagged("post_install", "-at_install")
class TestRating(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.survey = cls.env.ref("helpdesk_mgmt_rating.rating_ticket_email_template")
        cls.done.rating_mail_template_id = cls.survey
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})

    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket(partner_id=self.jane.id, user_id=self.agent.id)

    def closing_email(self):
        self.write_letters()
        [letter] = self.Letter.search([("ticket_id", "=", self.ticket.id), ("kind", "=", "closed")])
        return letter.message_id.body or ""

    def surveys(self):
        return self.ticket.message_ids.filtered(lambda one: "take a moment to rate" in (one.body or ""))

    def rate(self, rate, feedback="", ticket=None):
        ticket = (ticket or self.ticket).sudo()
        token = ticket.rating_ids[-1:].access_token or ticket._rating_get_access_token()
        ticket.with_user(self.env.ref("base.public_user")).sudo().rating_apply(rate, token=token, feedback=feedback)

    def test_the_closing_email_asks_and_no_second_email_does(self):
        self.close(self.ticket)
        body, token = self.closing_email(), self.ticket.sudo().rating_ids.access_token
        for rate in (5, 3, 1):
            self.assertIn(f"/rate/{token}/{rate}", body)
        self.assertFalse(self.surveys())

    def test_where_no_closing_email_asks_the_survey_does(self):
        for name, prepare in (
            ("closing email off", lambda: self.company.write({"helpdesk_letter_closed": False})),
            ("silent sender", lambda: self.ticket.write({"mail_silent": True})),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                prepare()
                self.close(self.ticket)
                self.assertTrue(self.surveys())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_ticket_that_is_not_to_be_rated_asks_nobody(self):
        for name, prepare in (
            ("no rating for this ticket", lambda: self.ticket.write({"rating_status": "no_rate"})),
            ("no survey in this stage", lambda: self.done.write({"rating_mail_template_id": False})),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                prepare()
                self.close(self.ticket)
                self.assertNotIn("/rate/", self.closing_email())
                self.assertFalse(self.surveys())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_template_that_asks_itself_is_not_asked_twice(self):
        self.team.letter_closed_template_id = self.template("<a href='/rate/<t t-out=\"1\"/>/5'>Own</a>/rate/")
        self.close(self.ticket)
        self.assertNotIn("How satisfied", self.closing_email())

    def test_the_question_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"].search([("name", "=", "helpdesk_bridge")])._update_translations(["de_DE"])
        self.jane.lang = "de_DE"
        self.close(self.ticket)
        self.assertNotIn("How satisfied", self.closing_email())

    def test_the_thread_tells_each_rating_once(self):
        self.deliver()
        for rate, feedback, line in (
            (5, "Quick!", "Jane Doe rated it: Happy: Quick!"),
            (5, "Quick!", None),
            (1, "", "Jane Doe rated it: Unhappy"),
            (3, "So so", "Jane Doe rated it: Neutral: So so"),
        ):
            with self.subTest(rate=rate, feedback=feedback):
                before = self.lines(self.ticket)
                self.rate(rate, feedback)
                self.deliver()
                self.assertEqual(self.lines(self.ticket)[len(before) :], [line] if line else [])

    def test_a_customer_without_a_contact_rates_by_name(self):
        ticket = self.new_ticket(partner_name="Bob", partner_email="bob@other.example")
        self.deliver()
        self.rate(5, ticket=ticket)
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Bob rated it: Happy"])

    def test_words_of_a_rating_mention_nobody(self):
        self.deliver()
        self.rate(1, "<!channel> bad")
        self.deliver()
        self.assertNotIn("<!channel>", self.slack.messages[-1]["text"])

    def test_a_rating_reopens_nothing_and_is_no_reply(self):
        self.close(self.ticket)
        self.rate(1, "Not solved")
        self.assertTrue(self.ticket.closed)
        self.deliver()
        self.assertFalse([one for one in self.lines(self.ticket) if "replied" in one])
