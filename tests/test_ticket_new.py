"""The form of a ticket that is not saved yet: what only saved ones have is not worked out, and shown as Odoo does."""

from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BridgeCase, new_test_user

NAMED = {"fields": {"display_name": {}}}
LATER = "2030-01-01 12:00:00"


@tagged("post_install", "-at_install")
class TestNewForm(BridgeCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.helpdesk_mgmt_ticket_auto_assign = True
        cls.team.user_ids = cls.agent
        cls.Tickets = cls.env["helpdesk.ticket"]
        cls.saved_only = {name for name, field in cls.Tickets._fields.items() if getattr(field, "saved_only", False)}

    def specification(self, tickets):
        """What the client asks for, and all fields that only saved tickets have."""
        arch = etree.fromstring(tickets.get_view(view_type="form")["arch"])
        names = {node.get("name") for node in arch.xpath(".//field[not(ancestor::field)]")}
        return {
            name: NAMED if tickets._fields[name].relational else {}
            for name in sorted((names | self.saved_only) & tickets._fields.keys())
        }

    def opened(self, tickets, values=None, changed=()):
        tickets.env.invalidate_all()
        found = tickets.onchange(dict(values or {}), list(changed), self.specification(tickets))
        found["value"].pop("last_stage_update", None)
        return found

    def by_odoo(self, *args):
        """The same, as Odoo does it alone."""
        with patch.object(type(self.Tickets), "_bridge_empty", lambda *args: {}):
            return self.opened(*args)

    def test_a_new_form_shows_what_it_shows_when_all_of_it_is_worked_out(self):
        for user in (self.agent, self.manager, self.env.user):
            for context in (
                {},
                {"default_team_id": self.team.id},
                {"default_snoozed_until": LATER, "default_sla_status": "met", "default_slack_state": "posted"},
                {"default_partner_id": self.agent.partner_id.id, "lang": "en_US"},
            ):
                tickets = self.Tickets.with_user(user).with_context(**context)
                for values in ({}, {"name": "A title"}, {"snoozed_until": LATER}):
                    with self.subTest(user=user.login, context=context, values=values):
                        found = self.opened(tickets, values)
                        self.assertEqual(found, self.by_odoo(tickets, values))
                        self.assertEqual(found["value"].keys() & {"mail_reference"}, {"mail_reference"})
                        changed = {**values, "team_id": self.team.id, "name": "A title"}
                        self.assertEqual(
                            self.opened(tickets, changed, ["team_id"]), self.by_odoo(tickets, changed, ["team_id"])
                        )

    def test_a_default_of_such_a_field_is_shown_as_ever(self):
        tickets = self.Tickets.with_user(self.agent)
        for name, value in (("slack_problem", "A default"), ("snoozed_until", LATER), ("assignment", "due")):
            self.env["ir.default"].set("helpdesk.ticket", name, value)
            with self.subTest(field=name):
                self.assertEqual(self.opened(tickets), self.by_odoo(tickets))
        self.assertEqual(self.opened(tickets)["value"]["snoozed_until"], fields.Datetime.to_datetime(LATER))

    def test_a_saved_ticket_shows_them(self):
        ticket = self.Tickets.create({"name": "Burns", "description": "x", "team_id": self.team.id})
        found = ticket.onchange({"name": "Burns"}, ["name"], {"mail_reference": {}, "sla_status": {}})
        self.assertEqual(found, {"value": {}})
        self.assertTrue(ticket.mail_reference)

    def test_what_only_saved_tickets_have_costs_a_new_one_nothing(self):
        tickets, computed = self.Tickets.with_user(self.agent), []
        compute_value = fields.Field.compute_value

        def watched(field, records):
            computed.append(field.name if field.model_name == "helpdesk.ticket" else None)
            return compute_value(field, records)

        self.opened(tickets)  # fills what processes keep
        with patch.object(fields.Field, "compute_value", watched):
            self.opened(tickets)
        self.assertIn("stage_id", computed)
        self.assertFalse(self.saved_only & set(computed))

    def test_of_company_and_teams_only_what_is_shown_is_read(self):
        """Each setting that is read is checked against the user's groups, twice."""
        tickets = self.Tickets.with_user(self.agent)
        self.assertEqual(self.opened(tickets)["value"]["team_id"]["id"], self.team.id)
        for record, shown in ((self.company, "helpdesk_mgmt_ticket_auto_assign"), (self.team, "complete_name")):
            with self.subTest(record=record):
                read = set(record._cache)
                self.assertIn(shown, read)
                self.assertFalse({name for name in read if "helpdesk_bridge" in record._fields[name]._modules})

    def test_whether_the_assignee_is_an_agent_is_kept_until_that_changes(self):
        former, portal = (new_test_user(self.env, login) for login in ("former", "no.longer"))
        bot = self.env.ref("base.user_root")
        for user, expected in ((self.agent, True), (former, True), (portal, True), (bot, False)):
            self.assertEqual(user._bridge_is_agent(), expected)
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.assertTrue(self.agent.with_user(self.manager)._bridge_is_agent())
        former.active = False
        portal.group_ids = self.env.ref("base.group_portal")
        for user in (former, portal):
            self.assertFalse(user._bridge_is_agent())

    def test_fields_that_a_form_can_fill_are_not_among_them(self):
        self.assertGreater(len(self.saved_only), 25)
        for name in self.saved_only:
            field = self.Tickets._fields[name]
            with self.subTest(field=name):
                self.assertTrue(field.readonly or field.type == "one2many")
                self.assertFalse(field.default)
                self.assertIn(name, self.Tickets._bridge_saved_only()[0])

    def test_another_addon_that_has_a_say_in_a_field_is_asked(self):
        def compute(tickets):
            tickets.slack_state, tickets.slack_problem = "failed", "Theirs"

        compute.__module__ = "odoo.addons.helpdesk_bridge_other.models.helpdesk_ticket"
        ticket_class, field = type(self.Tickets), self.Tickets._fields["slack_state"]
        onchange = {**self.Tickets._onchange_methods, "slack_state": [lambda tickets: None]}
        for what, patched in (
            ("computes it", patch.object(ticket_class, "_compute_slack_state", compute)),
            ("extends it", patch.object(field, "_modules", ("helpdesk_bridge", "helpdesk_bridge_other"))),
            ("follows it", patch.object(ticket_class, "_onchange_methods", onchange)),
        ):
            self.addCleanup(self.env.registry.clear_cache)
            with self.subTest(what=what), patched:
                self.env.registry.clear_cache()
                self.assertNotIn("slack_state", self.Tickets._bridge_saved_only()[0])
                self.assertIn("sla_status", self.Tickets._bridge_saved_only()[0])
                if what == "computes it":
                    found = self.opened(self.Tickets.with_user(self.agent))["value"]
                    self.assertEqual((found["slack_state"], found["slack_problem"]), ("failed", "Theirs"))
            self.env.registry.clear_cache()

    def test_who_may_not_see_them_is_refused_as_ever(self):
        clerk = new_test_user(self.env, "clerk")
        model = self.env["ir.model"]._get("helpdesk.ticket")
        group = self.env.ref("base.group_user")
        self.env["ir.model.access"].create(
            {"name": "clerks", "model_id": model.id, "group_id": group.id, "perm_read": True, "perm_create": True}
        )
        tickets = self.Tickets.with_user(clerk)
        self.assertIn("name", tickets.onchange({}, [], {"name": {}})["value"])
        with self.assertRaises(AccessError):
            tickets.onchange({}, [], {"name": {}, "slack_state": {}})
