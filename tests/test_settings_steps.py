"""Setting up: steps in the order of README, one after the other, gone for good; forms that begin with what is known."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..hooks import post_init_hook
from ..models.settings.res_config_settings_steps import STEPS
from .common import InboundCase, new_test_user

MAILBOX = {"helpdesk_mailbox": True}


@tagged("post_install", "-at_install")
class TestSettingsSteps(InboundCase):
    def settings(self, **values):
        return self.env["res.config.settings"].create({"company_id": self.company.id, **values})

    def finish(self):
        """Do every step."""
        self.env["helpdesk.bridge.health"]._record_sent_email(self.company)
        self.team.user_ids = self.agent
        (self.agent | self.env.user).email = "somebody@example.com"
        self.company.email = "office@example.com"
        self.workspace.action_test_connection()
        self.new_ticket()
        self.deliver()

    def heal(self):
        """Mailboxes are checked, and scheduled actions are on time."""
        self.env["fetchmail.server"].search([]).helpdesk_checked_date = "2999-01-01"
        self.env["ir.cron"].search([]).nextcall = "2999-01-01"

    def open(self):
        """What a browser shows that opens the Settings."""
        names = ("helpdesk_steps_left", "helpdesk_next_step", "helpdesk_steps_done")
        shown = self.env["res.config.settings"].onchange({}, [], {name: {} for name in names})
        return [shown["value"][name] for name in names]

    def test_the_steps_stand_in_the_order_of_readme_and_of_the_screen(self):
        arch = self.env["res.config.settings"].get_view(self.env.ref("base.res_config_settings_view_form").id)["arch"]
        places = [arch.index(f'name="helpdesk_step_{step}"') for step in STEPS]
        self.assertEqual(places, sorted(places))
        blocks = ["steps", "slack", "from_slack", "mail", "letters", "sla", "assignment", "health"]
        places = [arch.index(f'name="helpdesk_{name}"') for name in blocks]
        self.assertEqual(places, sorted(places))

    def test_a_new_company_begins_with_slack(self):
        company = self.env["res.company"].create({"name": "New"})
        self.workspace.company_id = self.company
        self.env["helpdesk.ticket.team"].search([]).company_id = self.company
        settings = self.env["res.config.settings"].create({"company_id": company.id})
        self.assertEqual((settings.helpdesk_next_step, settings.helpdesk_steps_done), ("slack", "0 of 7"))

    def test_the_next_step_is_the_first_that_is_not_done(self):
        self.finish()
        self.env["helpdesk.slack.thread"].search([]).unlink()
        self.env["helpdesk.slack.outbox"].search([]).unlink()
        undo = {
            "slack": lambda: self.workspace._pause("revoked"),
            "team": lambda: self.env["helpdesk.ticket.team"].search([]).write({"user_ids": [(5,)]}),
            "people": lambda: self.company.write({"email": False}),
            "mailbox": lambda: self.mailbox.set_draft(),
        }
        self.assertEqual(self.settings().helpdesk_next_step, "posted")
        for step, do in undo.items():
            with self.subTest(step), self.env.cr.savepoint() as point:
                do()
                self.assertEqual(self.settings().helpdesk_next_step, step)
                point.rollback()

    def test_what_was_done_once_is_gone_for_good(self):
        self.company.helpdesk_set_up_date = False
        self.finish()
        self.assertEqual(self.open(), [0, False, "7 of 7"])
        self.assertTrue(self.company.helpdesk_set_up_date)
        self.workspace._pause("revoked")
        self.team.user_ids = False
        self.env["helpdesk.slack.thread"].search([]).unlink()
        self.env["helpdesk.slack.outbox"].search([]).unlink()
        self.assertEqual(self.open(), [0, False, "7 of 7"])

    def test_a_first_ticket_and_an_email_prove_that_all_was_done(self):
        """Who never looked again has nothing before them when a token breaks a year later."""
        self.finish()
        self.workspace._pause("revoked")
        self.assertEqual(self.open()[0], 0)

    def test_a_team_without_access_is_said_by_health_later(self):
        self.finish()
        self.assertEqual(self.open()[0], 0)
        self.team.user_ids |= new_test_user(self.env, "outsider", groups="base.group_user", email="o@example.com")
        settings = self.settings()
        self.assertEqual((settings.helpdesk_steps_left, settings.helpdesk_members_outside), (0, 1))

    def test_a_member_who_cannot_work_is_trouble_that_is_said_above(self):
        self.finish()
        self.heal()
        for groups, email, expected in (
            ("helpdesk_mgmt.group_helpdesk_user_team", "a@example.com", False),
            ("base.group_user", "b@example.com", True),
            ("helpdesk_mgmt.group_helpdesk_user_team", False, True),
        ):
            member = new_test_user(self.env, f"member {email}", groups=groups)
            member.email = email
            self.team.user_ids |= member
            with self.subTest(groups=groups, email=email):
                self.assertEqual(self.settings().helpdesk_has_trouble, expected)
            self.team.user_ids -= member

    def test_trouble_is_said_above_once_all_is_set_up(self):
        self.finish()
        self.heal()
        self.assertFalse(self.settings().helpdesk_has_trouble)
        self.workspace._pause("revoked")
        self.assertTrue(self.settings().helpdesk_has_trouble)
        self.assertTrue(self.env["helpdesk.manager.settings"].with_user(self.manager).create({}).helpdesk_has_trouble)
        new = self.env["res.company"].create({"name": "New", "email": False})
        self.team.company_id = self.company
        self.assertFalse(self.settings(company_id=new.id).helpdesk_has_trouble, "it is not set up yet")

    def test_a_step_opens_a_new_record_as_long_as_there_is_none(self):
        self.mailbox.active = False
        action = self.settings().with_context(helpdesk_part="mailbox").action_helpdesk_open_part()
        self.assertEqual(action["views"], [(False, "form")])
        self.mailbox.active = True
        action = self.settings().with_context(helpdesk_part="mailbox").action_helpdesk_open_part()
        self.assertIn(self.mailbox, self.env["fetchmail.server"].search(action["domain"]))
        self.assertEqual(action["views"][0][1], "list")

    def test_a_new_team_has_its_founder_as_member(self):
        self.env = self.env(user=self.env.ref("base.user_admin"))
        action = self.settings().with_context(helpdesk_part="team").action_helpdesk_open_part()
        with Form(self.env["helpdesk.ticket.team"].with_context(**action["context"])) as form:
            form.name = "New"
        self.assertEqual(form.record.user_ids, self.env.user)

    def test_the_companys_address_is_entered_in_place(self):
        self.company.email = False
        self.assertFalse(self.settings().helpdesk_step_people)
        self.settings(helpdesk_company_email="office@example.com")
        self.assertEqual(self.company.email, "office@example.com")

    # -- activate ----------------------------------------------------------------------------------------------------

    def test_only_who_presses_activate_is_led_to_the_settings(self):
        todo = self.env.ref("helpdesk_bridge.settings_todo")
        self.assertEqual(todo.state, "done", "installed by a command")
        post_init_hook(self.env)
        self.assertEqual(todo.state, "done")
        todo.state = "open"
        action = self.env["ir.module.module"].next()
        self.assertEqual(
            (action["tag"], action["params"]["action_id"]),
            ("reload", self.env.ref("helpdesk_mgmt.action_helpdesk_mgmt_config_settings").id),
        )
        self.assertEqual(todo.state, "done", "once")

    def test_the_empty_dashboard_leads_an_administrator_to_the_settings(self):
        teams = self.env["helpdesk.ticket.team"]
        self.assertNotIn("Get started", teams.get_empty_list_help("") or "")
        self.env["fetchmail.server"].search([]).helpdesk_team_id = False
        teams.search([]).active = False
        shown = teams.get_empty_list_help("")
        self.assertIn("/odoo/action-helpdesk_mgmt.action_helpdesk_mgmt_config_settings", shown)
        self.assertNotIn("Get started", teams.with_user(self.agent).get_empty_list_help("") or "")

    # -- the mailbox's form ------------------------------------------------------------------------------------------

    def mailbox_form(self, **context):
        return Form(self.env["fetchmail.server"].with_context(**context), "mail.view_email_server_form")

    def test_a_mailbox_from_helpdesk_begins_with_tls_and_the_only_team(self):
        self.env["helpdesk.ticket.team"].search([("id", "!=", self.team.id)]).active = False
        form = self.mailbox_form(**MAILBOX)
        self.assertEqual((form.server_type, form.is_ssl, form.port), ("imap", True, 993))
        self.assertEqual(form.helpdesk_team_id, self.team)
        self.assertEqual((form.name, form.helpdesk_address_name), (self.team.name, self.team.name))
        form.server, form.user, form.password = "imap.example.com", "help@example.com", "secret"
        created = form.save()
        self.assertEqual(created.helpdesk_address, "help@example.com")
        self.assertEqual(created.object_id.model, "helpdesk.ticket")

    def test_of_several_teams_one_is_chosen_and_gives_its_name(self):
        second = self.env["helpdesk.ticket.team"].create({"name": "Second"})
        form = self.mailbox_form(**MAILBOX)
        self.assertFalse(form.helpdesk_team_id)
        self.assertEqual(form.port, 993)
        form.helpdesk_team_id = second
        self.assertEqual(form.helpdesk_address_name, "Second")

    def test_a_name_that_was_typed_stays_and_one_of_the_team_follows(self):
        second = self.env["helpdesk.ticket.team"].create({"name": "Second"})
        self.mailbox.write({"helpdesk_address_name": self.team.name})
        with Form(self.mailbox, "mail.view_email_server_form") as form:
            form.helpdesk_team_id = second
            self.assertEqual(form.helpdesk_address_name, "Second")
        self.mailbox.helpdesk_address_name = "Ours"
        with Form(self.mailbox, "mail.view_email_server_form") as form:
            form.helpdesk_team_id = self.team
            self.assertEqual(form.helpdesk_address_name, "Ours")

    def test_a_mailbox_for_something_else_is_left_alone(self):
        form = self.mailbox_form()
        self.assertFalse(form.helpdesk_team_id or form.is_ssl or form.helpdesk_address_name)
        form.helpdesk_team_id = self.team
        self.assertEqual((form.is_ssl, form.port), (True, 993), "it is a support mailbox now")

    def test_a_server_that_was_entered_keeps_its_port(self):
        form = self.mailbox_form()
        form.server = "imap.example.com"
        form.port = 1143
        form.helpdesk_team_id = self.team
        self.assertEqual((form.is_ssl, form.port), (False, 1143))

    # -- the team's form ---------------------------------------------------------------------------------------------

    def test_a_team_shows_what_it_inherits(self):
        self.team.slack_channel_id = False
        self.company.write(
            {
                "helpdesk_slack_channel_id": self._new_channel("#support-eu", "C0EUROPE001").id,
                "helpdesk_ticket_prefix": "SUP",
                "helpdesk_slack_mention": "here",
                "helpdesk_reopen_days": False,
                "helpdesk_letter_received": True,
                "helpdesk_letter_quote": False,
                "helpdesk_letter_closed_template_id": False,
            }
        )
        for name, shown in {
            "slack_channel_id": "Default: #support-eu",
            "ticket_prefix": "Default: SUP",
            "slack_mention": "Default: @here",
            "reopen_days": "Default: always",
            "letter_received": "Default: Yes",
            "letter_quote": "Default: No",
            "letter_closed_template_id": "Default template",
            "bridge_assignment": "Default: Manually",
        }.items():
            with self.subTest(name):
                self.assertEqual(self.team.with_user(self.manager)[f"inherited_{name}"], shown)
        self.company.helpdesk_reopen_days = "0"
        self.company.helpdesk_slack_channel_id = False
        self.team.invalidate_recordset()
        self.assertEqual(self.team.inherited_reopen_days, "Default: 0")
        self.assertEqual(self.team.inherited_slack_channel_id, "Default: None")

    def test_a_team_names_its_mailbox_and_opens_it(self):
        self.assertEqual(self.team.with_user(self.manager).mailbox_addresses, self.mailbox.helpdesk_address)
        self.assertEqual(self.team.action_open_mailbox()["res_id"], self.mailbox.id)
        with self.assertRaises(AccessError):
            self.team.with_user(self.manager).action_open_mailbox()
        bare = self.env["helpdesk.ticket.team"].create({"name": "Bare"})
        action = bare.action_open_mailbox()
        self.assertFalse(bare.mailbox_addresses or action["res_id"])
        form = self.mailbox_form(**action["context"])
        self.assertEqual((form.helpdesk_team_id, form.name, form.port), (bare, "Bare", 993))
