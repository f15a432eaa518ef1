"""What people see on small and large screens: cards on a telephone, words that say enough."""

import re
from ast import literal_eval
from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged

from .common import BridgeCase

#: Tables that are written in like a sheet: cards would take that away. And Odoo's own lists.
SHEETS = {"helpdesk_slack_rule_action", "helpdesk_mail_filter_action", "mail_mail_action"}


def anchors(view):
    """What an XPath may name in a view: (template, tag, name)."""
    arch = view._get_combined_arch()
    named = {(element.xpath("string(ancestor-or-self::t[@t-name][1]/@t-name)"), element) for element in arch.iter("*")}
    return {(template, element.tag, element.get("name")) for template, element in named}


@tagged("post_install", "-at_install")
class TestScreens(BridgeCase):
    def ours(self, model):
        data = self.env["ir.model.data"].search([("module", "=", "helpdesk_bridge"), ("model", "=", model)])
        return {line.name: self.env[model].browse(line.res_id) for line in data}

    def test_a_telephone_shows_cards_instead_of_lists_that_are_cut(self):
        for name, action in self.ours("ir.actions.act_window").items():
            modes = action.view_mode.split(",")
            if "list" in modes and name not in SHEETS and not name.startswith(("helpdesk_sla_clock_report",)):
                with self.subTest(name):
                    self.assertIn("kanban", modes)
                    self.env[action.res_model].get_view(view_type="kanban")

    def test_the_title_of_a_new_ticket_says_what_it_is(self):
        """Its label is only read aloud."""
        form = etree.fromstring(self.env["helpdesk.ticket"].get_view(view_type="form")["arch"])
        self.assertEqual(form.xpath("//h2/field[@name='name']/@placeholder"), ["Title"])

    def test_an_example_in_an_empty_field_says_that_it_is_one(self):
        example = re.compile(r'placeholder="([^"]*(?:@|xoxb|hooks\.slack|Acme|example\.com)[^"]*)"')
        for name, view in self.ours("ir.ui.view").items():
            for found in example.findall(view.arch_db or ""):
                with self.subTest(f"{name}: {found}"):
                    self.assertTrue(found.startswith("e.g. "))

    def test_what_views_of_other_addons_hold_on_to_stays(self):
        """An addon that is installed after ours finds each named part of a view that ours extends, in its template."""
        extensions = [view for view in self.ours("ir.ui.view").values() if view.mode == "extension" and view.inherit_id]
        extended = {view.inherit_id for view in extensions} - set(self.ours("ir.ui.view").values())
        self.assertGreater(len(extended), 15)
        after = {view: anchors(view) for view in extended}
        self.env.flush_all()
        # Not by the ORM: it would look at each of them while others are still there.
        self.env.cr.execute(
            "UPDATE ir_ui_view SET active = FALSE WHERE id = ANY(%s)", [[view.id for view in extensions]]
        )
        self.env.invalidate_all()
        for view in extended:
            with self.subTest(view.xml_id):
                self.assertFalse(anchors(view) - after[view])

    def test_automatic_emails_that_have_not_left_are_listed_with_whom_they_are_for_and_why(self):
        ticket = self.new_ticket()
        mail = self.env["mail.mail"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "email_to": "jane@customer.example",
                "recipient_ids": [(4, self.agent.partner_id.id)],
                "state": "exception",
                "failure_reason": "550 no such user",
            }
        )
        self.assertEqual(mail.helpdesk_to, "jane@customer.example, anna@example.com")
        settings = self.env["res.config.settings"].create({}).with_context(helpdesk_part="letters")
        action = settings.action_helpdesk_open_part()
        self.assertIn(mail, self.env["mail.mail"].search(literal_eval(action["domain"])))
        [(view, _kind)] = [view for view in action["views"] if view[1] == "list"]
        shown = self.env["mail.mail"].get_view(view, "list")["arch"]
        self.assertIn('name="helpdesk_to"', shown)
        self.assertIn('name="failure_reason"', shown)

    def test_a_ticket_that_was_not_saved_is_looked_for_nowhere(self):
        """Table: what its form shows, and where that is found for a ticket."""
        for names, model in (
            (("offer_id", "offer_title", "offer_may_accept"), "helpdesk.inbound.mail"),
            (("slack_state", "slack_problem"), "helpdesk.slack.outbox"),
            (("slack_inbound_count",), "helpdesk.slack.inbound"),
            (("mail_unsent", "mail_unsent_reason"), "mail.mail"),
        ):
            for method in ("search", "_read_group"):
                failing = patch.object(self.registry[model], method, side_effect=AssertionError(f"{model} {method}"))
                with self.subTest(model, method=method), failing:
                    new = self.env["helpdesk.ticket"].with_user(self.agent).new({"name": "Fire"})
                    self.assertFalse(any(new[name] for name in names))

    def test_an_empty_dashboard_says_where_to_begin(self):
        dashboard = self.env.ref("helpdesk_mgmt.helpdesk_ticket_dashboard_action")
        self.env.user.group_ids += self.env.ref("base.group_system")
        self.assertNotIn("Settings", dashboard._get_action_dict()["help"] or "", "there is a team")
        self.env["helpdesk.ticket.team"].search([]).active = False
        self.assertIn("Configuration → Settings", dashboard._get_action_dict()["help"])
        self.assertNotIn("Settings", dashboard.with_user(self.manager)._get_action_dict()["help"] or "")

    def test_email_and_slack_each_have_a_menu_of_their_own(self):
        menus = self.ours("ir.ui.menu")
        for name in ("helpdesk_inbound_mail_menu", "helpdesk_letter_menu", "helpdesk_mail_filter_menu"):
            self.assertEqual(menus[name].parent_id, menus["helpdesk_mail_menu"])
