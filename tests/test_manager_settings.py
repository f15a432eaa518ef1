"""Managers who are no administrators set what is theirs on a page of their own, and nothing else: field by field."""

import re

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import BridgeCase, new_test_user

MINE, ODOOS = "helpdesk.manager.settings", "res.config.settings"
#: Setting -> what a manager sets it to; each is the company's.
SET = {
    "helpdesk_slack_mention": "here",
    "helpdesk_slack_replies": "off",
    "helpdesk_assignment": "least_loaded",
    "helpdesk_ticket_prefix": "SUP",
    "helpdesk_create_partner": False,
    "helpdesk_reopen_days": "14",
    "helpdesk_letter_received": False,
    "helpdesk_letter_answer": False,
    "helpdesk_letter_closed": False,
    "helpdesk_letter_quote": True,
    "helpdesk_hold_replies": True,
    "helpdesk_max_recipients": 3,
    "helpdesk_mgmt_portal_select_team": True,
    "helpdesk_mgmt_portal_team_id_required": False,
    "helpdesk_mgmt_portal_select_category": True,
    "helpdesk_mgmt_portal_category_id_required": False,
    "helpdesk_mgmt_duplicate_tracking": True,
    "helpdesk_mgmt_ticket_auto_assign": False,
}
#: Settings that name a record.
CHOSEN = {
    "helpdesk_slack_channel_id",
    "helpdesk_letter_received_template_id",
    "helpdesk_letter_answer_template_id",
    "helpdesk_letter_closed_template_id",
    "helpdesk_mgmt_duplicate_ticket_stage_id",
}
#: Those of the default SLA policy.
SLA = {
    "helpdesk_sla_start_hours": 1,
    "helpdesk_sla_next_response_hours": 2,
    "helpdesk_sla_resolution_hours": 3,
    "helpdesk_sla_calendar_id": False,
}
#: What only administrators have: secrets, what keeps or loads the server, the steps of the set-up.
CLOSED = {
    "helpdesk_slack_bot_token",
    "helpdesk_slack_app_token",
    "helpdesk_slack_signing_secret",
    "helpdesk_slack_webhook_url",
    "helpdesk_watch_token",
    "helpdesk_slack_dispatchers",
    "helpdesk_outbox_days",
    "helpdesk_inbound_days",
    "helpdesk_company_email",
    "helpdesk_slack_request_url",
    "helpdesk_mailboxes",
}
#: Buttons of the Settings that touch a secret, or all companies.
BUTTONS = (
    "action_helpdesk_slack_test",
    "action_helpdesk_slack_test_from_slack",
    "action_helpdesk_slack_remove_token",
    "action_helpdesk_slack_remove_app_token",
    "action_helpdesk_slack_remove_signing_secret",
    "action_helpdesk_slack_remove_webhook",
    "action_helpdesk_remove_monitoring_token",
    "action_helpdesk_confirm_database",
)
#: Group -> whether its users have the page.
ROLES = {
    "base.group_portal": False,
    "base.group_user": False,
    "helpdesk_mgmt.group_helpdesk_user_own": False,
    "helpdesk_mgmt.group_helpdesk_user": False,
    "helpdesk_mgmt.group_helpdesk_manager": True,
}


@tagged("post_install", "-at_install")
class TestManagerSettings(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {group: new_test_user(cls.env, group.split(".")[1], groups=group) for group in ROLES}
        cls.lena = cls.users["helpdesk_mgmt.group_helpdesk_manager"]
        cls.other = cls.env["res.company"].create({"name": "Other"})

    def rpc(self, user, method, *args, model=MINE, **kwargs):
        """As a client calls it."""
        return call_kw(self.env(user=user)[model], method, list(args), kwargs)

    def open(self, user=None):
        return self.env[MINE].browse(self.rpc(user or self.lena, "create", {}))

    # -- who sets what -----------------------------------------------------------------------------------------------

    def test_every_field_is_either_a_managers_or_closed_to_them(self):
        """A setting that is new has to be in one of these tables, or on the company."""
        mine = set(self.env[MINE]._fields)
        self.assertEqual(mine & CLOSED, set())
        writable = {name for name, field in self.env[MINE]._fields.items() if not field.readonly and field.name != "id"}
        known = {*SET, *CHOSEN, *SLA, "company_id"}
        new = {name for name in writable - known if not (self.env[MINE]._fields[name].related or "").startswith("comp")}
        self.assertFalse(new)
        for name in {*SET, *CHOSEN} & set(self.env[ODOOS]._fields):
            self.assertEqual(self.env[ODOOS]._fields[name].related, self.env[MINE]._fields[name].related)

    def test_each_setting_by_each_role(self):
        for group, user in self.users.items():
            for name, value in SET.items():
                with self.subTest(f"{group} {name}"), self.env.cr.savepoint() as point:
                    if ROLES[group]:
                        self.rpc(user, "create", {name: value})
                        self.assertEqual(self.company[name], value)
                    else:
                        with self.assertRaises(AccessError):
                            self.rpc(user, "create", {name: value})
                    point.rollback()

    def test_it_is_written_like_created(self):
        settings = self.open()
        for name, value in SET.items():
            with self.subTest(name):
                self.rpc(self.lena, "write", settings.ids, {name: value})
                self.assertEqual(self.company[name], value)

    def test_the_default_policy(self):
        self.rpc(self.lena, "create", SLA)
        policy = self.env["helpdesk.sla.policy"]._default_of(self.company)
        self.assertEqual(policy._hours(), (1, 3, 2))

    def test_a_record_that_is_chosen(self):
        template = self.env["mail.template"].create(
            {"name": "Ours", "model_id": self.env["ir.model"]._get("helpdesk.ticket").id}
        )
        self.rpc(self.lena, "create", {"helpdesk_letter_closed_template_id": template.id})
        self.assertEqual(self.company.helpdesk_letter_closed_template_id, template)
        self.rpc(self.lena, "create", {"helpdesk_slack_channel_id": self.channel.id})
        self.assertEqual(self.company.helpdesk_slack_channel_id, self.channel)

    def test_what_cannot_be_read_or_does_not_fit_cannot_be_chosen(self):
        of_users = self.env["mail.template"].create(
            {"name": "Users", "model_id": self.env["ir.model"]._get("res.users").id}
        )
        for kind in ("received", "answer", "closed"):
            with self.subTest(kind), self.assertRaisesRegex(ValidationError, "not for tickets"):
                self.rpc(self.lena, "create", {f"helpdesk_letter_{kind}_template_id": of_users.id})
        workspace = self.env["helpdesk.slack.workspace"].create({"name": "Other", "company_id": self.other.id})
        elsewhere = self._new_channel("#elsewhere", "C0ELSEWHERE", workspace)
        settings = self.open()
        for call in (
            lambda: self.rpc(self.lena, "create", {"helpdesk_slack_channel_id": elsewhere.id}),
            lambda: self.rpc(self.lena, "write", settings.ids, {"helpdesk_slack_channel_id": elsewhere.id}),
        ):
            # The error of another check would tell its name.
            try:
                call()
                refusal = None
            except (AccessError, ValidationError) as error:
                refusal = type(error)
            self.assertIs(refusal, AccessError)

    # -- what is not theirs ------------------------------------------------------------------------------------------

    def test_secrets_are_not_there(self):
        for name in sorted(CLOSED):
            with self.subTest(name), self.assertRaises(ValueError):
                self.rpc(self.lena, "create", {name: "x"})

    def test_no_button_of_administrators_is_there(self):
        settings = self.open()
        for button in BUTTONS:
            with self.subTest(button), self.assertRaises(AttributeError):
                self.rpc(self.lena, button, settings.ids)

    def test_odoos_settings_stay_closed(self):
        for group, user in self.users.items():
            for call in (
                lambda user=user: self.rpc(user, "create", {}, model=ODOOS),
                lambda user=user: self.rpc(user, "get_view", model=ODOOS, view_type="form"),
            ):
                with self.subTest(group), self.assertRaises(AccessError):
                    call()

    def test_the_company_stays_closed(self):
        with self.assertRaises(AccessError):
            self.rpc(self.lena, "write", self.company.ids, {"helpdesk_slack_mention": "here"}, model="res.company")

    def test_another_company_is_neither_written_nor_read(self):
        settings = self.open()
        for call in (
            lambda: self.rpc(self.lena, "create", {"company_id": self.other.id, "helpdesk_ticket_prefix": "X"}),
            lambda: self.rpc(self.lena, "write", settings.ids, {"company_id": self.other.id}),
            lambda: self.rpc(self.lena, "onchange", [], {"company_id": self.other.id}, [], {}),
            lambda: self.rpc(self.lena, "onchange", [], {"company_id": {"id": self.other.id}}, [], {}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(self.other.helpdesk_ticket_prefix, "ML")
        mia = new_test_user(
            self.env,
            "mia",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )
        for call in (
            lambda: self.rpc(mia, "read", settings.ids, ["helpdesk_ticket_prefix"]),
            lambda: self.rpc(mia, "write", settings.ids, {"helpdesk_ticket_prefix": "MIA"}),
            lambda: self.rpc(mia, "execute", settings.ids),
        ):
            with self.assertRaises(AccessError):
                call()
        self.rpc(mia, "create", {"helpdesk_ticket_prefix": "MIA"})
        self.assertEqual((self.other.helpdesk_ticket_prefix, self.company.helpdesk_ticket_prefix), ("MIA", "ML"))

    # -- the page ----------------------------------------------------------------------------------------------------

    def test_the_form_is_odoos_less_what_is_not_theirs(self):
        form = etree.fromstring(self.rpc(self.lena, "get_view", view_type="form")["arch"])
        names = {node.get("name") for node in form.iter("field")}
        self.assertEqual(names - set(self.env[MINE]._fields), set())
        self.assertEqual({*SET, *CHOSEN, *SLA} - names, set(), "each can be set there")
        blocks = [
            block.get("name") for block in form.iter("block") if (block.get("name") or "").startswith("helpdesk_")
        ]
        order = ("trouble", "slack", "from_slack", "mail", "letters", "sla", "assignment", "health")
        self.assertEqual(blocks[:8], [f"helpdesk_{name}" for name in order])
        buttons = {node.get("name") for node in form.iter("button") if node.get("type") == "object"}
        self.assertEqual({name for name in buttons if not hasattr(self.env[MINE], name)}, set())
        self.assertEqual(buttons & set(BUTTONS), set())
        shown = etree.tostring(form, encoding="unicode")
        asked = {name for node in form.iter() for name in re.findall(r"\bhelpdesk_\w+", node.get("invisible") or "")}
        self.assertEqual(asked - set(self.env[MINE]._fields), set(), "what hides a part is known to the form")
        self.assertIn("helpdesk_slack_channel_problem", names)
        for closed in ("mailboxes'", "crons'", "letters'"):
            self.assertNotIn(f"'helpdesk_part': '{closed}", shown)

    def test_opened_changed_and_saved_as_by_a_browser(self):
        opened = self.rpc(self.lena, "onchange", [], {}, [], {name: {} for name in (*SET, "helpdesk_health_slack")})
        self.assertEqual(opened["value"]["helpdesk_ticket_prefix"], "ML")
        self.assertIn(opened["value"]["helpdesk_health_slack"], ("ok", "look", "down", "none"))
        [saved] = self.rpc(self.lena, "web_save", [], {"helpdesk_reopen_days": "7"}, {"helpdesk_reopen_days": {}})
        self.assertEqual(self.rpc(self.lena, "execute", [saved["id"]])["tag"], "reload")
        self.assertEqual(self.company.helpdesk_reopen_days, "7")
        self.assertEqual(self.rpc(self.lena, "cancel", [])["res_model"], MINE)

    def test_buttons_that_are_theirs_work(self):
        settings = self.open()
        for button, context in {
            "action_helpdesk_slack_events": {},
            "action_helpdesk_slack_list_channels": {},
            "action_helpdesk_letter_preview": {"helpdesk_letter": "received"},
            "action_helpdesk_open_part": {"helpdesk_part": "outbox"},
        }.items():
            with self.subTest(button):
                self.assertTrue(self.rpc(self.lena, button, settings.ids, context=context))
        self.company.helpdesk_slack_channel_id = self.channel
        sent = self.rpc(self.lena, "action_helpdesk_slack_send_test", self.open().ids)
        self.assertEqual(sent["params"]["type"], "success")

    def test_everybody_finds_one_menu_named_settings(self):
        admin = new_test_user(self.env, "root2", groups="base.group_system,helpdesk_mgmt.group_helpdesk_manager")
        both = (
            self.env.ref("helpdesk_mgmt.helpdesk_config_settings_menu"),
            self.env.ref("helpdesk_bridge.helpdesk_manager_settings_menu"),
        )
        for user, seen in ((self.lena, both[1]), (admin, both[0])):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertEqual([menu for menu in both if menu.id in menus], [seen], user.login)
