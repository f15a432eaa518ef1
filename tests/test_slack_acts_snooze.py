"""Snooze and wake up from the menu of a ticket's first message, in lists and on App Home."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models.common import database_time
from .slack_acts_case import SlackActsCase


@tagged("post_install", "-at_install")
class TestSlackActsSnooze(SlackActsCase):
    def test_snooze_and_wake_up(self):
        self.agent.tz = "Europe/Berlin"
        self.do(self.click("menu", option="snooze"))
        options = self.modal()["blocks"][0]["element"]["options"]
        self.assertEqual([one["text"]["text"] for one in options[:1]], ["Tomorrow, 9:00"])
        self.assertEqual(len({one["value"] for one in options}), 30)
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

    def test_each_day_is_offered_once_in_the_words_of_its_reader(self):
        """On a Sunday tomorrow is Monday; on other days Monday is one of the days to come."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.agent.write({"tz": "Pacific/Auckland", "lang": "de_DE"})
        row = self.Inbox.create(
            {"source": "http", "kind": "command", "workspace_id": self.workspace.id, "event_ref": "x"}
        )
        row.user_id = self.agent
        for now, first in (
            # Sunday and Monday in Auckland.
            (datetime(2026, 12, 5, 12), [("2026-12-07", "Morgen, 9:00"), ("2026-12-08", "Di., 8. Dez., 9:00")]),
            (datetime(2026, 12, 6, 12), [("2026-12-08", "Morgen, 9:00"), ("2026-12-14", "Montag, 9:00")]),
        ):
            with self.subTest(now), patch.object(database_time, "now", lambda _env, now=now: now):
                _label, options, chosen = row.with_context(lang="de_DE")._form_of_snooze(self.ticket)
                self.assertEqual((options[:2], chosen), (first, first[0][0]))
                self.assertEqual(len({value for value, _text in options}), len(options))

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
