"""Reactions to a ticket's first message act only where the team wants that, and can be taken back in time."""

import threading
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..models.common import ir_cron
from .slack_acts_case import BEN, SlackActsCase


@tagged("post_install", "-at_install")
class TestSlackActsReactions(SlackActsCase):
    def setUp(self):
        super().setUp()
        self.team.slack_reactions = True

    def pass_hold(self, row):
        """Let the hold pass."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_slack_inbound SET create_date = create_date - interval '1 minute' WHERE id = %s", [row.id]
        )
        self.env.invalidate_all()
        self.make_due(row.filtered(lambda one: one.state == "pending"))

    def test_it_is_off_by_default_and_other_messages_and_emoji_are_nothing(self):
        said = self.reply("Look")
        self.take(said)
        for body in (
            self.reaction("thumbsup"),
            self.reaction("eyes", ts=said["event"]["ts"]),
            self.reaction("eyes", ts="1700000999.000100"),
            self.reaction("eyes", user="U0BOT0001"),
            self.reaction("eyes", item={"type": "file", "file": "F1"}),
        ):
            self.assertFalse(self.receive(body))
        self.team.slack_reactions = False
        self.assertFalse(self.receive(self.reaction("eyes")))
        self.team.write({"slack_reactions": True, "slack_replies": "off"})
        self.assertFalse(self.receive(self.reaction("eyes")))
        self.assertFalse(self.env["helpdesk.ticket.team"].create({"name": "New"}).slack_reactions)

    def test_eyes_take_and_in_time_give_back(self):
        row = self.do(self.reaction("eyes::skin-tone-3"))
        self.assertEqual((row.state, self.ticket.user_id), ("done", self.agent))
        self.do(self.reaction("eyes", removed=True))
        self.assertFalse(self.ticket.user_id)
        self.assertEqual([w for _who, w in self.logged() if "Slack" in w], ["Taken via Slack", "Unassigned via Slack"])

    def test_later_it_stays(self):
        row = self.do(self.reaction("eyes"))
        self.pass_hold(row)
        self.do(self.reaction("eyes", removed=True))
        self.assertEqual(self.ticket.user_id, self.agent)

    def test_only_what_the_reaction_did_is_undone(self):
        self.ticket.user_id = self.agent
        self.do(self.reaction("eyes"))
        self.do(self.reaction("eyes", removed=True))
        self.assertEqual(self.ticket.user_id, self.agent, "they had it before")
        self.ticket.user_id = False
        self.do(self.reaction("eyes"))
        self.ticket.user_id = self.ben
        self.told()
        self.do(self.reaction("eyes", removed=True))
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertIn("somebody else", self.told()[0])

    def test_a_colleagues_ticket_is_not_taken(self):
        self.ticket.user_id = self.ben
        self.do(self.reaction("eyes"))
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertIn("Ben Colleague has", self.told()[0])

    def test_a_check_mark_closes_after_the_hold(self):
        row = self.do(self.reaction("white_check_mark"))
        self.assertEqual(row.state, "pending")
        self.assertFalse(self.ticket.closed)
        self.assertIn("closed in 30 s", self.told()[0])
        self.assertEqual(row.attempts, 0, "to wait is no attempt")
        self.do(self.reply("Meanwhile"))
        self.assertEqual(len(self.notes()), 1, "nothing waits behind it")
        self.pass_hold(row)
        self.work_off()
        self.assertEqual((row.state, self.ticket.closed), ("done", True))
        self.assertIn(("Anna Agent", "Closed via Slack"), self.logged())

    def test_the_hold_is_that_of_the_teams_replies(self):
        for seconds in (60, 120, 300):
            with self.subTest(seconds):
                self.team.reply_hold = seconds
                row = self.do(self.reaction("white_check_mark"))
                self.assertIn(f"closed in {seconds} s", self.told()[0])
                late = row.next_attempt_at - row.create_date - timedelta(seconds=seconds)
                self.assertLessEqual(abs(late), timedelta(seconds=20))
                self.make_older(row, seconds - 40)
                self.work_off()
                self.assertEqual((row.state, self.ticket.closed), ("pending", False))
                self.make_older(row, 41)
                self.work_off()
                self.assertEqual((row.state, self.ticket.closed), ("done", True))
                self.ticket._bridge_reopen()

    def make_older(self, row, seconds):
        """So many seconds pass."""
        row.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_slack_inbound SET create_date = create_date - %(age)s * interval '1 s', "
            "next_attempt_at = next_attempt_at - %(age)s * interval '1 s' WHERE id = %(id)s",
            {"age": seconds, "id": row.id},
        )
        row.invalidate_recordset()

    def test_without_a_hold_a_check_mark_closes_at_once(self):
        self.team.reply_hold = 0
        row = self.do(self.reaction("white_check_mark"))
        self.assertEqual((row.state, self.ticket.closed), ("done", True))
        row = self.do(self.reaction("white_check_mark", removed=True))
        self.assertEqual((row.state, self.ticket.closed), ("ignored", True))
        self.assertIn("too late", row.reason)

    def test_taking_can_be_taken_back_as_long_as_a_reply(self):
        for seconds, age, holder in ((60, 20, False), (60, 61, True), (300, 240, False), (0, 0, True)):
            with self.subTest(seconds=seconds, age=age):
                self.team.reply_hold, self.ticket.user_id = seconds, False
                self.make_older(self.do(self.reaction("eyes")), age)
                self.assertEqual(self.ticket.user_id, self.agent)
                self.do(self.reaction("eyes", removed=True))
                self.assertEqual(bool(self.ticket.user_id), holder)

    def test_the_end_of_the_hold_is_told_to_the_second(self):
        """By itself, Odoo looks once a minute which triggers are due. Many that wait for one moment are told once."""
        before, told = set(threading.enumerate()), self.env.cr.postcommit
        told.clear()
        rows = self.do(self.reaction("white_check_mark")) | self.do(self.reaction("white_check_mark", BEN))
        rows.next_attempt_at = rows[0].next_attempt_at
        for row in rows:
            self.Inbox._wake_at(row.next_attempt_at)
        told.run()
        timers = [one for one in threading.enumerate() if one not in before and isinstance(one, threading.Timer)]
        for timer in timers:
            self.addCleanup(ir_cron._planned.clear)
            timer.cancel()
        moments = [timer.args[1] for timer in timers]
        self.assertIn(rows[0].next_attempt_at, moments)
        self.assertEqual(len(moments), len(set(moments)), "one for each moment")
        waits = {timer.args[1]: timer.interval for timer in timers}
        self.assertTrue(0 < waits[rows[0].next_attempt_at] <= 32)

    def test_taken_back_in_time_it_never_closes(self):
        row = self.do(self.reaction("white_check_mark"))
        self.do(self.reaction("white_check_mark", removed=True))
        self.assertEqual(row.state, "ignored")
        self.pass_hold(row)
        self.work_off()
        self.assertFalse(self.ticket.closed)

    def test_the_order_in_which_slack_tells_does_not_matter(self):
        added = self.reaction("eyes")
        removed = self.reaction("eyes", removed=True)
        self.do(removed)
        row = self.do(added)
        self.assertEqual((row.state, self.ticket.user_id.id), ("ignored", False))

    def test_another_persons_reaction_takes_nothing_back(self):
        row = self.do(self.reaction("white_check_mark"))
        self.do(self.reaction("white_check_mark", BEN, removed=True))
        self.assertEqual(row.state, "pending")

    def test_a_check_mark_on_a_closed_ticket_says_so_at_once(self):
        self.ticket.stage_id = self.done_stage
        row = self.do(self.reaction("white_check_mark"))
        self.assertEqual(row.state, "done")
        self.assertIn("closed already", self.told()[0])

    def test_a_guest_does_nothing_and_is_told_once_a_day(self):
        self.slack.new_user("U0GUEST001", "Gina Guest", "anna@example.com", is_restricted=True)
        for name in ("eyes", "white_check_mark"):
            row = self.do(self.reaction(name, "U0GUEST001"))
            self.assertEqual((row.state, row.user_id.id), ("ignored", False))
        self.assertEqual(len(self.told()), 1)
        self.assertFalse(self.ticket.user_id or self.ticket.closed)

    def test_rights_count_at_the_end_of_the_hold_too(self):
        row = self.do(self.reaction("white_check_mark", BEN))
        self.ben.active = False
        self.pass_hold(row)
        self.work_off()
        self.assertEqual((row.state, self.ticket.closed), ("ignored", False))
        self.assertLess(row.create_date, fields.Datetime.now() - timedelta(seconds=30))
