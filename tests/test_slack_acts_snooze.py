"""Snooze and wake up from the menu of a ticket's first message, in lists and on App Home."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .slack_acts_case import SlackActsCase


@tagged("post_install", "-at_install")
class TestSlackActsSnooze(SlackActsCase):
    def test_snooze_and_wake_up(self):
        self.agent.tz = "Europe/Berlin"
        self.do(self.click("menu", option="snooze"))
        options = self.modal()["blocks"][0]["element"]["options"]
        self.assertEqual([one["value"] for one in options[:2]], ["tomorrow", "monday"])
        self.assertEqual(len(options), 31)
        row = self.do(self.submission(self.modal(), value=options[-1]["value"]))
        self.assertEqual((row.state, row.reason), ("done", "Snoozed via Slack."))
        local = fields.Datetime.context_timestamp(
            self.ticket.with_context(tz="Europe/Berlin"), self.ticket.snoozed_until
        )
        self.assertEqual((local.date().isoformat(), local.hour), (options[-1]["value"], 9))
        self.assertEqual(self.do(self.click("menu", option="wake")).reason, "Woken via Slack.")
        self.assertFalse(self.ticket.snoozed_until)
        self.assertEqual(self.do(self.click("menu", option="wake")).state, "done")
        self.assertIn("is not snoozed", self.told()[0])

    def test_what_was_not_offered_is_refused(self):
        self.do(self.click("menu", option="snooze"))
        view = self.modal()
        for value in ("2020-01-01", "x", ""):
            with self.subTest(value):
                self.assertEqual(self.do(self.submission(view, value=value)).state, "ignored")
        self.ticket.stage_id = self.done_stage
        self.assertEqual(self.do(self.submission(view, value="tomorrow")).state, "ignored")
        self.assertFalse(self.ticket.snoozed_until)

    def test_the_first_message_says_so_and_lists_leave_it_out(self):
        self.ticket.user_id = self.agent
        row = self.Inbox.create(
            {"source": "http", "kind": "command", "workspace_id": self.workspace.id, "event_ref": "x"}
        )
        row.user_id = self.agent
        mine = row._list_domain("mine")
        self.assertIn(self.ticket, row._tickets_as_person().search(mine))
        self.ticket._bridge_snooze(fields.Datetime.now() + timedelta(days=1))
        self.assertNotIn(self.ticket, row._tickets_as_person().search(mine))
        facts = self.ticket._slack_root()
        self.assertEqual(facts.snoozed, int(self.ticket.snoozed_until.timestamp()))
        menu = [act for act in self.ticket._slack_acts(self.channel) if not hasattr(act, "label")][0]
        self.assertEqual([name for name, _label in menu.options][-2:], ["wake", "no_ticket"])
