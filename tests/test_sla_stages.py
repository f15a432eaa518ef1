"""Another waiting stage in a policy pauses the tickets that are in it already; one less lets them go on."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaStages(SlaCase):
    def setUp(self):
        super().setUp()
        self.env["helpdesk.sla.policy"].search([]).write({"stages_changed_at": False})

    def change_stages(self, moment, *names):
        with self.at(moment):
            self.policy.waiting_stage_ids = self.env["helpdesk.ticket.stage"].union(
                *(self.stages[name] for name in names)
            )

    def work(self, moment):
        """The cron comes by."""
        with self.at(moment):
            while self.Policy._move_tickets():
                pass

    def taken_up(self, moment="06-01 11:00"):
        ticket = self.ticket_at("06-01 10:00")
        self.move(moment, ticket, "in_progress")
        return ticket

    def test_a_ticket_pauses_from_the_moment_its_stage_became_a_waiting_one(self):
        ticket = self.taken_up()
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.work("06-01 12:01")
        self.assertEqual(self.clock(ticket).state, "paused")
        self.assertEqual(self.history(ticket)[-1], "06-01 12:00 paused")
        self.assertFalse(ticket.sla_due)
        self.assertIn("the waiting stages of Default have changed", str(ticket.sla_story))

    def test_it_goes_on_when_its_stage_is_none_any_more(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "awaiting")
        self.change_stages("06-01 14:00")
        self.work("06-01 14:01")
        self.assertEqual(self.states(ticket), ("running", "running"))
        self.assertEqual(self.due(ticket), "06-02 13:00", "three hours later than without the pause")
        self.assertEqual(self.history(ticket)[-1], "06-01 14:00 resumed due 06-02 13:00")

    def test_tickets_in_other_stages_and_of_other_policies_are_left_alone(self):
        waits, new = self.ticket_at("06-01 10:00"), self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", waits, "awaiting")
        other = self.Policy.create({"name": "Other", "applies_from": "2030-01-01"})
        theirs = self.taken_up()
        self.change("06-01 11:30", theirs, sla_policy_id=other.id)
        before = [self.history(ticket) for ticket in (waits, new, theirs)]
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.work("06-01 12:01")
        self.assertEqual([self.history(ticket) for ticket in (waits, new, theirs)], before)

    def test_what_happened_in_between_is_not_rewritten(self):
        ticket = self.taken_up()
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.move("06-01 12:05", ticket, "done")
        self.work("06-01 12:06")
        self.assertEqual(self.history(ticket)[-1], "06-01 12:05 met")

    def test_the_same_stages_again_are_no_change(self):
        self.change_stages("06-01 12:00", "awaiting")
        self.assertFalse(self.policy.stages_changed_at)

    def test_many_tickets_are_done_in_several_batches_and_each_once(self):
        tickets = [self.taken_up() for _number in range(5)]
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        with self.at("06-01 12:01"):
            self.assertEqual([self.Policy._move_tickets(limit=2) for _batch in range(4)], [2, 2, 1, 0])
        self.assertEqual({self.clock(ticket).state for ticket in tickets}, {"paused"})
        self.assertEqual([len(self.history(ticket)) for ticket in tickets], [2] * 5)
        self.assertFalse(self.policy.stages_changed_at)

    def test_a_second_change_takes_the_first_along(self):
        ticket = self.taken_up()
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.change_stages("06-01 12:01", "awaiting", "in_progress", "new")
        self.work("06-01 12:02")
        self.assertEqual(self.clock(ticket).state, "paused")

    def test_one_that_cannot_be_moved_keeps_none_of_the_others(self):
        spoilt, sound = self.taken_up(), self.taken_up()
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        clocks, move = type(spoilt.sla_clock_ids), type(spoilt.sla_clock_ids)._move

        def fail(records, *args, **kwargs):
            if records.ticket_id == spoilt:
                raise ValueError("spoilt")
            return move(records, *args, **kwargs)

        with patch.object(clocks, "_move", fail), mute_logger("odoo.addons.helpdesk_bridge"):
            self.work("06-01 12:01")
        self.assertEqual((self.clock(spoilt).state, self.clock(sound).state), ("running", "paused"))

    def test_the_cron_pauses_before_it_finds_anything_late(self):
        ticket = self.taken_up()
        self.change_stages("06-02 09:00", "awaiting", "in_progress")
        with self.at("06-02 11:00"), self.enter_registry_test_mode():
            self.env.ref("helpdesk_bridge.ir_cron_sla_tick").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.clock(ticket).breached_at)
        self.assertEqual(self.clock(ticket).state, "paused")
