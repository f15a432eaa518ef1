"""A channel that is renamed, archived or shared in Slack stays the same one in Odoo."""

from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .slack_catch_up_case import SlackCatchUpCase
from .slack_inbound_case import ANNA, CHANNEL

NEW = "C0SHARED001"
MOVED = {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": NEW}


@tagged("post_install", "-at_install")
class TestSlackInboundChannels(SlackCatchUpCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.slack.channels.discard, NEW)
        self.channel.name = "#support"

    def in_slack(self, ref=CHANNEL, **values):
        self.slack.info[ref] = values
        self.slack.calls.clear()

    def tell(self, **event):
        self.receive(self.envelope(event))
        self.catch_up()

    # ------------------------------------------------------------
    # Name and state
    # ------------------------------------------------------------

    def test_whatever_tells_of_a_change_has_slack_asked(self):
        self.catch_up()
        for event in (
            {"type": "channel_rename", "channel": {"id": CHANNEL, "name": "desk"}},
            {"type": "group_rename", "channel": {"id": CHANNEL, "name": "desk"}},
            {"type": "message", "subtype": "channel_name", "channel": CHANNEL, "user": ANNA, "name": "desk"},
        ):
            with self.subTest(event), self.env.cr.savepoint() as savepoint:
                self.in_slack(name="desk")
                self.tell(**event)
                self.assertEqual(self.channel.name, "#desk")
                savepoint.rollback()

    def test_an_older_event_that_comes_late_changes_nothing(self):
        self.in_slack(name="newest")
        self.tell(type="channel_rename", channel={"id": CHANNEL, "name": "older"})
        self.assertEqual(self.channel.name, "#newest")

    def test_without_events_a_channel_in_use_is_asked_about_once_a_day(self):
        unused = self._new_channel("#unused", "C0UNUSED001")
        self.in_slack(name="desk")
        self.catch_up()
        self.assertEqual((self.channel.name, self.asked("conversations.info")), ("#desk", [{"channel": CHANNEL}]))
        self.in_slack(name="later")
        self.catch_up()
        self.assertFalse(self.asked("conversations.info"))
        self.channel.ask_at -= timedelta(days=1, minutes=1)
        self.catch_up()
        self.assertEqual(self.channel.name, "#later")
        self.assertFalse(unused.ask_at)

    def test_one_that_nobody_uses_is_asked_about_once_when_slack_tells_of_it(self):
        unused = self._new_channel("#unused", "C0UNUSED001")
        self.catch_up()
        self.in_slack("C0UNUSED001", name="desk")
        self.tell(type="channel_rename", channel={"id": "C0UNUSED001", "name": "desk"})
        self.assertEqual((unused.name, unused.ask_at), ("#desk", False))

    def test_an_archived_channel_says_so_and_goes_on_when_it_is_back(self):
        self.in_slack(name="support", is_archived=True)
        self.tell(type="channel_archive", channel=CHANNEL, user=ANNA)
        self.assertIn("archived", self.channel.note)
        with mute_logger("odoo.addons.helpdesk_bridge.models.slack.helpdesk_slack_health"):
            self.channel._pause(self.channel.note)
        self.assertGreater(self.channel.probe_at, self.env.cr.now())
        self.in_slack(name="support")
        self.tell(type="channel_unarchive", channel=CHANNEL, user=ANNA)
        self.assertFalse(self.channel.note)
        self.assertLessEqual(self.channel.probe_at, self.env.cr.now() + timedelta(seconds=5))

    def test_who_does_not_answer_is_asked_again_soon_and_who_refuses_later(self):
        others = self._new_channel("#other", "C0OTHER0001")
        self.team.copy({"name": "Others", "slack_channel_id": others.id})
        for fault, minutes, asked in (
            ("ratelimited", 10, 1),
            ((503, {}, {}), 10, 1),
            ("missing_scope", 24 * 60, 2),
            ("channel_not_found", 24 * 60, 2),
        ):
            with self.subTest(fault), self.env.cr.savepoint() as savepoint:
                self.slack.calls.clear()
                self.slack.misbehave(fault, method="conversations.info")
                self.catch_up()
                self.assertEqual(len(self.asked("conversations.info")), asked)
                asked_first = (self.channel | others).filtered("ask_at").sorted("id")[:1]
                wait = asked_first.ask_at - self.env.cr.now()
                self.assertTrue(timedelta(minutes=minutes - 2) < wait < timedelta(minutes=minutes + 1), wait)
                savepoint.rollback()

    # ------------------------------------------------------------
    # Another ID
    # ------------------------------------------------------------

    def test_under_another_id_a_channel_goes_on_where_it_was(self):
        said = self.reply("before")
        self.take(said)
        self.slack.channels.add(NEW)
        self.channel.webhook_url = "https://hooks.slack.com/services/T0/B0/x"
        with mute_logger("odoo.addons.helpdesk_bridge.models.slack.helpdesk_slack_health"):
            self.channel._pause("channel_not_found")
        waiting = self.receive(self.reply("on its way"))
        self.in_slack(NEW, name="support")
        self.tell(**MOVED)
        self.assertEqual((self.channel.channel_ref, self.channel.state), (NEW, "ok"))
        self.assertTrue(self.channel.webhook_url)
        self.assertEqual(self.ticket.slack_thread_ids.mapped("channel_ref"), [NEW])
        self.assertEqual(waiting.channel_ref, NEW)
        self.take(self.reply("after", channel=NEW))
        self.assertEqual(self.texts(), ["before", "on its way", "after"])
        edited = self.edit(said, "corrected")
        edited["event"]["channel"] = NEW
        self.take(edited)
        self.assertEqual(self.texts()[0], "corrected")

    def test_what_waits_is_posted_below_the_first_message_under_the_new_id(self):
        self.slack.channels.add(NEW)
        self.tell(**MOVED)
        self.comment(self.ticket, "It burns", author=self.env["res.partner"].create({"name": "Jane"}))
        waiting = self.Outbox.search([("ticket_id", "=", self.ticket.id), ("state", "=", "pending")])
        self.assertIn("reply", waiting.mapped("kind"))
        for entry in waiting:
            self.assertEqual((entry._thread(), entry._thread().channel_ref), (self.ticket.slack_thread_ids, NEW))

    def test_told_twice_or_of_another_channel_changes_nothing_more(self):
        for event in (MOVED, MOVED, {**MOVED, "old_channel_id": "C0UNKNOWN01", "new_channel_id": "C0UNKNOWN02"}):
            self.tell(**event)
            self.assertEqual(self.channel.channel_ref, NEW)

    def test_the_new_id_that_was_merely_listed_makes_room(self):
        values = {"name": "#support", "channel_ref": NEW, "workspace_id": self.workspace.id, "is_listed": True}
        known = self.env["helpdesk.slack.channel"].create(values)
        self.tell(**MOVED)
        self.assertFalse(known.exists())
        self.assertEqual(self.channel.channel_ref, NEW)

    def test_the_new_id_that_somebody_has_entered_already_is_one_channel_with_the_former(self):
        """Whatever is archived: what was said in the threads of either goes on, and whoever posts in either does."""
        for name, former_active, known_active, webhooks in (
            ("both in use", True, True, ("", "")),
            ("the former is archived", False, True, ("", "https://hooks.slack.com/services/T0/B0/new")),
            ("the new one is archived", True, False, ("https://hooks.slack.com/services/T0/B0/old", "")),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.slack.channels.add(NEW)
                known = self._new_channel("#support", NEW)
                others = self.team.copy({"name": "Others", "slack_channel_id": known.id})
                self.env.company.helpdesk_slack_channel_id = known
                ticket = self.env["helpdesk.ticket"].create(
                    {"name": "Later", "description": "<p>x</p>", "team_id": others.id}
                )
                self.env["helpdesk.slack.thread"]._begin(ticket, known, NEW, "1700000000.000777")
                for channel, active, webhook in zip(
                    (self.channel, known), (former_active, known_active), webhooks, strict=True
                ):
                    channel.write({"forgotten_count": 2, "active": active})
                    channel.sudo().webhook_url = webhook
                waiting = self.Outbox.search([("ticket_id", "=", ticket.id), ("channel_id", "=", known.id)])
                self.assertTrue(waiting)
                self.tell(**MOVED)
                self.assertFalse(known.exists())
                self.assertEqual((self.channel.channel_ref, self.channel.active), (NEW, True))
                self.assertEqual(others.slack_channel_id | self.env.company.helpdesk_slack_channel_id, self.channel)
                self.assertEqual(waiting.channel_id, self.channel)
                self.assertEqual(self.channel.forgotten_count, 4)
                self.assertEqual(self.channel.sudo().webhook_url or "", max(webhooks))
                self.take(self.reply("old thread", channel=NEW))
                self.take(self.reply("new thread", channel=NEW, thread_ts="1700000000.000777"))
                self.assertEqual(self.texts(), ["old thread"])
                self.assertIn("new thread", " ".join(ticket.message_ids.mapped("preview")))
                savepoint.rollback()

    def test_the_same_id_in_another_workspace_stays(self):
        other = self.workspace.copy({"name": "Other"})
        theirs = self._new_channel("#support", CHANNEL, other)
        self.tell(**MOVED)
        self.assertEqual((theirs.channel_ref, self.channel.channel_ref), (CHANNEL, NEW))
