"""Buttons are there while clicks reach Odoo, go when they do not, and first messages follow in portions."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields, models
from odoo.tests import tagged

from ..models.slack_acts import helpdesk_slack_workspace
from .slack_acts_case import SlackActsCase

MENU = ["Assign to…", "Stage…", "Priority…", "Snooze…", "Not a ticket"]


@tagged("post_install", "-at_install")
class TestSlackActsRenewal(SlackActsCase):
    def setUp(self):
        super().setUp()
        self.env["helpdesk.slack.thread"].search([]).unlink()
        self.workspace.write({"has_buttons": False, "request_url_verified_at": False})
        self.one = self.new_ticket(name="One")
        self.deliver()

    def renew(self):
        self.env["helpdesk.slack.workspace"]._renew_buttons()
        self.deliver()

    def test_buttons_come_with_the_first_request_that_slack_has_signed(self):
        self.renew()
        self.assertEqual(self.buttons(self.one), ["Open in Odoo"], "a secret alone proves nothing")
        self.receive(self.reply("Hello"), source="catch_up")
        self.renew()
        self.assertEqual(self.buttons(self.one), ["Open in Odoo"])
        self.workspace._note_verified()
        self.renew()
        self.assertEqual(self.buttons(self.one), ["Take", "Close", "Open in Odoo", *MENU])

    def test_what_was_on_its_way_when_buttons_came_follows_and_what_is_right_is_not_edited_again(self):
        late = self.new_ticket(name="Rendered before, there afterwards")
        self.deliver()
        thread = late.slack_thread_id
        thread.is_current = False  # as if it was not stored yet
        self.workspace._note_verified()
        self.renew()
        thread.is_current = True
        self.env.invalidate_all()
        self.renew()
        self.assertEqual(self.buttons(late), ["Open in Odoo"], "not before its time")
        edits = self.slack.count("chat.update")
        self.workspace.buttons_next_at = fields.Datetime.now() - timedelta(seconds=1)
        self.renew()
        self.assertEqual(self.buttons(late), ["Take", "Close", "Open in Odoo", *MENU])
        self.assertEqual(self.slack.count("chat.update"), edits + 1, "the other one shows them already")
        self.assertFalse(self.workspace.buttons_below)

    def test_the_very_first_message_follows_if_it_was_on_its_way_when_buttons_came(self):
        thread = self.one.slack_thread_id
        [stored] = thread.read([name for name, field in thread._fields.items() if field.store], load=False)
        thread.unlink()  # as if it was not stored yet
        self.workspace._note_verified()
        self.renew()
        thread.create({name: value for name, value in stored.items() if name not in models.MAGIC_COLUMNS})
        self.env.invalidate_all()
        self.renew()
        self.assertEqual(self.buttons(self.one), ["Open in Odoo"], "not before its time")
        self.workspace.buttons_next_at = fields.Datetime.now() - timedelta(seconds=1)
        self.renew()
        self.assertEqual(self.buttons(self.one), ["Take", "Close", "Open in Odoo", *MENU])
        self.assertFalse(self.workspace.buttons_below)

    def test_buttons_go_when_nothing_reaches_us_any_more_and_come_back(self):
        self.workspace._note_verified()
        self.renew()
        with patch.object(type(self.workspace), "_is_interactive", lambda workspace: False):
            self.renew()
            self.assertIn("Take", self.buttons(self.one), "a moment without a transport changes nothing")
            self.workspace.buttons_unheard_since -= timedelta(seconds=helpdesk_slack_workspace.PATIENCE)
            self.renew()
            self.assertEqual(self.buttons(self.one), ["Open in Odoo"])
        self.renew()
        self.assertIn("Take", self.buttons(self.one))

    def test_a_short_silence_is_forgotten(self):
        self.workspace._note_verified()
        self.renew()
        with patch.object(type(self.workspace), "_is_interactive", lambda workspace: False):
            self.renew()
        self.renew()
        self.assertFalse(self.workspace.buttons_unheard_since)

    def test_another_secret_has_to_prove_itself(self):
        self.workspace._note_verified()
        self.assertTrue(self.workspace._is_interactive())
        self.workspace.signing_secret = "another"
        self.assertFalse(self.workspace._is_interactive())
        self.workspace._note_verified()
        self.workspace.signing_secret = False
        self.assertFalse(self.workspace._is_interactive())

    def test_first_messages_follow_in_portions_the_newest_first(self):
        others = [self.new_ticket(name=f"No {number}") for number in range(4)]
        self.deliver()
        others[1].stage_id = self.done_stage
        self.deliver()
        self.workspace._note_verified()
        with patch.object(helpdesk_slack_workspace, "PORTION", 2):
            self.renew()
            has = lambda ticket: "Take" in self.buttons(ticket)  # noqa: E731
            self.assertEqual([has(one) for one in (self.one, *others)], [False, False, False, True, True])
            self.renew()
            self.assertEqual(self.slack.count("chat.update"), 3, "not before its time")
            self.workspace.buttons_next_at = fields.Datetime.now() - timedelta(seconds=1)
            self.renew()
            self.assertEqual([has(one) for one in (self.one, *others)], [True, True, False, True, True])
            for _round in range(2):
                self.workspace.buttons_next_at = False
                self.renew()
        self.assertFalse(self.workspace.buttons_below)

    def test_the_cron_does_it(self):
        self.workspace._note_verified()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("helpdesk_bridge.ir_cron_slack_inbound").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.workspace.has_buttons)
