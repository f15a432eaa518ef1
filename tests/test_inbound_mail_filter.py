"""Which filter applies to a sender, and what a manager is told about it."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, tagged

from .common import new_test_user

JANE = '"Jane Doe" <Jane@Shop.Example>'


class MailFilterCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        manager = new_test_user(cls.env, "manager", groups="helpdesk_mgmt.group_helpdesk_manager")
        cls.Filters = cls.env["helpdesk.mail.filter"].with_user(manager)

    def new(self, pattern, action="ignore", **values):
        return self.Filters.create({"pattern": pattern, "action": action, **values})

    def first_match(self, address, company=None):
        return self.env["helpdesk.mail.filter"].sudo()._first_match(address, company or self.company)


@tagged("post_install", "-at_install")
class TestMailFilter(MailFilterCase):
    def test_without_filters_email_is_everybodys(self):
        self.assertFalse(self.first_match(JANE))

    def test_the_sender_is_compared_as_it_is_normalised(self):
        shop = self.new("*@SHOP.example")
        self.assertEqual(self.first_match(JANE), shop)
        self.assertEqual(self.first_match("=?utf-8?q?Jane?= <jane@shop.example>"), shop)
        self.assertFalse(self.first_match("jane@shop.example.org"))
        for nobody in ("", False, None, "nobody", "undisclosed-recipients:;"):
            self.assertFalse(self.first_match(nobody))

    def test_the_first_by_sequence_counts(self):
        everybody = self.new("*@shop.example", sequence=20)
        self.assertEqual(self.first_match(JANE), everybody)
        jane = self.new("jane@*", action="silent", sequence=10)
        self.assertEqual(self.first_match(JANE), jane)
        everybody.sequence = 5
        self.assertEqual(self.first_match(JANE), everybody)

    def test_what_is_archived_or_deleted_does_not_count_any_more(self):
        first, second = self.new("jane@*"), self.new("*@shop.example")
        self.assertEqual(self.first_match(JANE), first)
        first.action_archive()
        self.assertEqual(self.first_match(JANE), second)
        second.unlink()
        self.assertFalse(self.first_match(JANE))
        first.action_unarchive()
        self.assertEqual(self.first_match(JANE), first)

    def test_a_changed_pattern_counts_at_once(self):
        shop = self.new("*@shop.example")
        self.assertTrue(self.first_match(JANE))
        shop.pattern = "*@store.example"
        self.assertFalse(self.first_match(JANE))

    def test_a_filter_is_its_companys_or_everybodys(self):
        mine = self.new("jane@*")
        self.assertEqual(mine.company_id, self.company)
        self.assertFalse(self.first_match(JANE, self.other_company))
        self.Filters.env.user.sudo().company_ids = self.env["res.company"].search([])
        mine.company_id = False
        self.assertEqual(self.first_match(JANE, self.other_company), mine)

    def test_an_email_that_no_filter_matches_costs_no_query(self):
        self.new("*@spam.example")
        self.first_match("warm@up.example")
        with self.assertQueryCount(0):
            self.assertFalse(self.first_match(JANE))
        with self.assertQueryCount(1):
            self.assertEqual(self.first_match("a@spam.example").action, "ignore")

    def test_a_filter_that_another_process_deleted_a_moment_ago_does_not_apply(self):
        gone = self.new("jane@*")
        self.first_match(JANE)
        self.env.cr.execute("DELETE FROM helpdesk_mail_filter WHERE id = %s", [gone.id])
        self.assertFalse(self.first_match(JANE))

    def test_no_pattern_may_ignore_everybody(self):
        for pattern in ("*", "*@*", "?*@*.*", "**@**"):
            with self.subTest(pattern), self.assertRaisesRegex(ValidationError, "matches every sender"):
                self.new(pattern)
        everybody = self.new("*", action="silent")
        with self.assertRaisesRegex(ValidationError, "matches every sender"):
            everybody.action = "ignore"

    def test_a_pattern_that_matches_nobody_is_refused_with_the_way_to_write_it(self):
        for pattern in ("shop.example", "@shop.example", "jane@shop.example joe@shop.example", " "):
            with self.subTest(pattern), self.assertRaisesRegex(ValidationError, r"enter \*@example.com"):
                self.new(pattern)

    def test_an_address_may_be_pasted_with_its_name(self):
        pasted = self.new(JANE)
        self.assertEqual(pasted.pattern, "Jane@Shop.Example")
        pasted.pattern = " *@shop.example "
        self.assertEqual(pasted.pattern, "*@shop.example")

    def test_a_filter_for_a_sender_is_filled_in(self):
        with Form(self.Filters.with_context(helpdesk_filter_sender="Bounce <bounces+47@Shop.Example>")) as form:
            self.assertEqual(form.pattern, "bounces+*@shop.example")
            self.assertEqual(form.test_address, "bounces+47@shop.example")
            self.assertIn(
                "This filter matches. Emails from bounces+47@shop.example do not become tickets", form.test_result
            )


@tagged("post_install", "-at_install")
class TestMailFilterTester(MailFilterCase):
    def ask(self, address, **values):
        return self.env["helpdesk.mail.filter.tester"].create({"address": address, **values})

    def test_the_tester_names_the_filter_and_what_it_does(self):
        shop = self.new("*@shop.example", action="silent")
        asked = self.ask(JANE)
        self.assertEqual(asked.filter_id, shop)
        self.assertEqual(
            asked.result,
            "“*@shop.example” matches. Emails from jane@shop.example become tickets, without automatic emails.",
        )
        asked.address = "joe@other.example"
        self.assertFalse(asked.filter_id)
        self.assertEqual(asked.result, "No filter matches. Emails from joe@other.example become tickets, as usual.")
        asked.address = "shop.example"
        self.assertEqual(asked.result, "“shop.example” is not an email address.")
        asked.address = False
        self.assertFalse(asked.result)

    def test_the_tester_and_the_router_agree(self):
        self.Filters.env.user.sudo().company_ids = self.env["res.company"].search([])
        self.new("jane@*", action="silent", sequence=30, company_id=False)
        self.new("*@shop.example", sequence=20)
        self.new("*", action="silent", sequence=40)
        for address in (JANE, "joe@shop.example", "joe@other.example"):
            for company in (self.company, self.other_company):
                asked = self.ask(address, company_id=company.id)
                self.assertEqual(asked.filter_id, self.first_match(address, company), (address, company.name))

    def test_the_form_answers_for_what_is_not_saved_yet(self):
        with Form(self.Filters) as form:
            form.test_address = "jane@shop.example"
            self.assertEqual(
                form.test_result, "No filter matches. Emails from jane@shop.example become tickets, as usual."
            )
            form.pattern = "*@shop.example"
            self.assertEqual(
                form.test_result, "This filter matches. Emails from jane@shop.example do not become tickets."
            )
            form.action = "silent"
            self.assertIn("without automatic emails", form.test_result)
            form.pattern = "*@store.example"
            self.assertIn("No filter matches", form.test_result)
        self.assertEqual(form.record.pattern, "*@store.example")

    def test_the_form_says_which_other_filter_comes_first(self):
        self.new("jane@*", sequence=5)
        late = self.new("*@shop.example", action="silent", sequence=10)
        with Form(late) as form:
            form.test_address = JANE
            self.assertEqual(
                form.test_result, "“jane@*” comes first. Emails from jane@shop.example do not become tickets."
            )
            form.pattern = "*@store.example"
            self.assertIn("“jane@*” matches.", form.test_result)
            form.test_address = "joe@store.example"
            self.assertIn("This filter matches.", form.test_result)

    def test_the_form_of_an_archived_filter_says_that_it_does_not_count(self):
        old = self.new("*@shop.example", active=False)
        with Form(old) as form:
            form.test_address = JANE
            self.assertIn("This filter would match, but is archived.", form.test_result)
