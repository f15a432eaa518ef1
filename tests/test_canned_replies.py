"""Canned replies: one record for Odoo's composer and Slack's modal; agents use them, managers write them."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import BridgeCase, new_test_user

TEXT = "<p>Dear {{customer_first_name|customer}},</p><p>we look at {{reference}}.</p><p>{{agent}}</p>"


@tagged("post_install", "-at_install")
class TestCannedReplies(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.template"].search([("helpdesk_canned", "=", True)]).active = False
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {"name": "Printer <b>", "description": "x", "team_id": cls.team.id, "partner_id": cls.jane.id}
        )
        # Odoo lets every employee edit every email template unless this is restricted.
        cls.restricted = new_test_user(cls.env, "leader", groups="helpdesk_mgmt.group_helpdesk_manager")

    def canned(self, body=TEXT, user=None, **values):
        defaults = {
            "name": "Unplug",
            "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
            "helpdesk_canned": True,
            "body_html": body,
            "helpdesk_company_id": self.company.id,
        }
        return self.env["mail.template"].with_user(user or self.manager).create({**defaults, **values})

    def offered(self, user=None, ticket=None):
        found = (ticket or self.ticket).with_user(user or self.agent).bridge_canned_suggestions()
        return {one["source"]: one["substitution"] for one in found}

    def test_it_is_filled_for_the_ticket_in_every_place(self):
        template = self.canned()
        said = ["Dear Jane,", f"we look at {self.ticket.mail_reference}.", "Anna Agent"]
        text = self.offered()["Unplug"]
        self.assertEqual([line for line in text.splitlines() if line], said)
        html = self.ticket.with_user(self.agent)._bridge_canned_text(template)
        for line in said:
            self.assertIn(f"<p>{line}</p>", html)
        context = {"default_model": "helpdesk.ticket", "default_res_ids": self.ticket.ids}
        composer = Form(self.env["mail.compose.message"].with_user(self.agent).with_context(**context))
        composer.template_id = template
        for line in said:
            self.assertIn(line, composer.body)

    def test_values(self):
        company = self.env["res.partner"].create({"name": "Acme Ltd", "is_company": True})
        clerk = self.env["res.partner"].create({"name": "Doe, John", "parent_id": company.id})
        every = "".join(f"<p>{name}={{{{{name}}}}}</p>" for name in self.ticket._bridge_placeholders())
        template = self.canned(every)
        doe = {"customer": "Doe, John", "customer_first_name": "John", "customer_company": "Acme Ltd"}
        for customer, values in (
            ({"partner_id": clerk.id}, doe),
            ({"partner_id": company.id}, {"customer": "Acme Ltd", "customer_first_name": "Acme Ltd"}),
            ({"partner_id": False, "partner_name": "Kim Lee"}, {"customer": "Kim Lee", "customer_first_name": "Kim"}),
            (
                {"partner_id": False, "partner_name": False, "partner_email": "kim@x.example"},
                {"customer": "kim@x.example", "customer_first_name": "", "customer_email": "kim@x.example"},
            ),
        ):
            with self.subTest(customer):
                ticket = self.new_ticket(**customer)
                html = ticket.with_user(self.agent)._bridge_canned_text(template)
                found = {**values, "team": "Support", "agent": "Anna Agent", "agent_first_name": "Anna"}
                found |= {"subject": "Printer is on fire", "reference": ticket.mail_reference}
                for name, value in found.items():
                    self.assertIn(f"<p>{name}={value}</p>", html)

    def test_what_a_customer_is_called_is_no_markup(self):
        self.jane.name = "<img src=x onerror=alert(1)> {{agent}}"
        html = self.ticket.with_user(self.agent)._bridge_canned_text(self.canned("<p>{{customer}} {{subject}}</p>"))
        self.assertNotIn("<img", html)
        self.assertNotIn("<b>", html)
        self.assertNotIn("Anna", html)

    def test_a_wrong_placeholder_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, r"(?s)“{{custommer}}” is no.*{{customer}}.*{{reference}}"):
            self.canned("<p>Dear {{custommer}}</p>")
        template = self.canned()
        with self.assertRaisesRegex(ValidationError, "object.name"):
            template.with_user(self.manager).body_html = "<p>{{object.name}}</p>"
        mail = self.canned("<p>{{what}}</p>", helpdesk_canned=False)
        with self.assertRaisesRegex(ValidationError, "what"):
            mail.with_user(self.manager).helpdesk_canned = True

    def test_each_team_and_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": other.id})
        sales = self.env["helpdesk.ticket.team"].create({"name": "Sales"})
        self.canned(name="all of the company")
        self.canned(name="ours", helpdesk_team_ids=self.team.ids)
        self.canned(name="of sales", helpdesk_team_ids=sales.ids)
        groups, companies = "helpdesk_mgmt.group_helpdesk_manager", [(6, 0, (self.company | other).ids)]
        both = new_test_user(self.env, "both", groups=groups, company_ids=companies)
        env = {"allowed_company_ids": [self.company.id, other.id]}
        theirs = self.canned(name="theirs", user=both, helpdesk_company_id=other.id)
        everybody = (
            self.env["mail.template"]
            .search([("helpdesk_canned", "=", True)], limit=1)
            .copy({"name": "of everybody", "helpdesk_company_id": False})
        )
        self.assertEqual(set(self.offered()), {"all of the company", "ours", "of everybody"})
        ticket = self.new_ticket(team_id=there.id)
        found = ticket.with_user(both).with_context(**env).bridge_canned_suggestions()
        self.assertEqual({one["source"] for one in found}, {"theirs", "of everybody"})
        self.assertFalse(self.env["mail.template"].with_user(self.manager).search([("id", "=", theirs.id)]))
        with self.assertRaises(AccessError):
            everybody.with_user(self.manager).name = "Every company uses this"
        with self.assertRaises(AccessError):
            self.canned(helpdesk_company_id=False)
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.canned(user=both, helpdesk_team_ids=there.ids)

    def test_agents_use_what_managers_write(self):
        template = self.canned()
        own = self.canned(user=self.agent, helpdesk_canned=False, helpdesk_company_id=self.company.id)
        self.assertIn("Unplug", self.offered())
        for act in (
            lambda: template.with_user(self.agent).write({"name": "Mine"}),
            lambda: template.with_user(self.agent).unlink(),
            lambda: self.canned(user=self.agent),
            lambda: own.with_user(self.agent).write({"helpdesk_canned": True}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                act()
        own.with_user(self.agent).name = "Other templates stay as they are"

    def test_a_new_one_is_for_the_companies_of_who_writes_it(self):
        canned = self.env["mail.template"].with_context(default_helpdesk_canned=True, default_model="helpdesk.ticket")
        everybody = canned.with_user(self.manager).create({"name": "For all", "body_html": "<p>x</p>"})
        self.assertFalse(everybody.helpdesk_company_id)
        self.env["res.company"].create({"name": "Another"})
        own = canned.with_user(self.manager).create({"name": "For ours", "body_html": "<p>x</p>"})
        self.assertEqual(own.helpdesk_company_id, self.company)
        own.name = "Still ours"
        plain = self.env["mail.template"].with_user(self.manager).create({"name": "Plain", "model_id": False})
        self.assertFalse(plain.helpdesk_company_id)

    def test_where_email_templates_are_restricted_managers_write_canned_replies_all_the_same(self):
        template = self.canned()
        editors = self.env.ref("mail.group_mail_template_editor")
        self.env.ref("base.group_user").implied_ids -= editors
        self.assertFalse(self.restricted.has_group("mail.group_mail_template_editor"))
        template.with_user(self.restricted).body_html = "<p>Hello {{customer}}</p>"
        self.assertIn("Hello Jane Doe", self.offered()["Unplug"])
        self.canned(user=self.restricted, name="Another").with_user(self.restricted).unlink()

    def test_only_who_may_read_the_ticket_is_offered_anything(self):
        self.canned()
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.manager
        with self.assertRaises(AccessError):
            self.offered(own)

    def test_the_composer_shows_its_button_to_agents(self):
        from odoo.addons.mail.tools.discuss import Store

        def has_button(user):
            store = Store()
            user.with_user(user)._init_store_data(store)
            return store.get_result()["Store"]["hasCannedResponses"]

        self.env["mail.canned.response"].search([]).unlink()
        self.assertFalse(has_button(self.agent))
        self.canned()
        self.assertTrue(has_button(self.agent))
        self.assertFalse(has_button(new_test_user(self.env, "clerk", groups="base.group_user")))

    def test_the_menu_leads_to_their_own_form(self):
        action = self.env.ref("helpdesk_bridge.mail_template_canned_action").with_user(self.manager)
        menu = self.env.ref("helpdesk_bridge.mail_template_canned_menu")
        self.assertEqual(menu.parent_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_config_main_menu"))
        [view] = action.sudo().view_ids.filtered(lambda one: one.view_mode == "form").view_id
        templates = (
            self.env["mail.template"]
            .with_user(self.manager)
            .with_context(
                default_helpdesk_canned=True, default_model_id=self.env["ir.model"]._get_id("helpdesk.ticket")
            )
        )
        with Form(templates, view) as form:
            form.name = "Hello"
            form.body_html = "<p>Hello {{customer}}</p>"
        self.assertIn("Hello Jane Doe", self.offered()["Hello"])
