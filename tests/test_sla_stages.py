"""Another waiting stage in a policy pauses the tickets that are in it already; one less lets them go on."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .sla_case import SlaCase


class SlaStagesCase(SlaCase):
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
            self.exhaust(lambda: self.Policy._move_tickets() is not None)

    def taken_up(self, moment="06-01 11:00"):
        ticket = self.ticket_at("06-01 10:00")
        self.move(moment, ticket, "in_progress")
        return ticket


@tagged("post_install", "-at_install")
class TestSlaStages(SlaStagesCase):
    def test_a_ticket_pauses_from_the_moment_its_stage_became_a_waiting_one(self):
        ticket = self.taken_up()
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.work("06-01 12:01")
        self.assertEqual(self.clock(ticket).state, "paused")
        self.assertEqual(self.history(ticket)[-1], "06-01 12:00 paused")
        self.assertFalse(ticket.sla_due)
        self.assertIn("the waiting stages of Default have changed", str(ticket.sla_history))

    def test_the_reason_is_written_in_the_language_of_the_companys_people(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.company.partner_id.lang = "de_DE"
        self.policy.with_context(lang="de_DE").name = "Standard"
        ticket = self.taken_up()
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.work("06-01 12:01")
        reason = self.clock(ticket).line_ids[-1].reason
        self.assertIn("Standard", reason)
        self.assertNotIn("waiting", reason)

    def test_a_policy_with_broken_notes_never_stops_the_others(self):
        other = self.policy.create({"name": "Spoilt", "company_id": self.company.id})
        for spoilt in ({"x": "y"}, {"1": None}, ["1"], "text", 7, {str(self.stages["in_progress"].id): "never"}):
            with self.subTest(spoilt):
                self.policy.waiting_stage_ids = self.stages["awaiting"]
                self.Policy.search([]).write({"stages_changed_at": False})
                ticket = self.taken_up()
                theirs = self.taken_up()
                theirs.sudo()._sla_set_past({"sla_policy_id": other.id})
                for policy in (other, self.policy):
                    policy.write({"stages_changed_at": "2026-06-01 11:30:00", "stages_changed": spoilt})
                self.policy.stages_changed_at = False
                self.change_stages("06-01 12:00", "awaiting", "in_progress")
                failed = set()
                with self.at("06-01 12:01"), mute_logger("odoo.addons.helpdesk_bridge"):
                    for _batch in range(20):
                        if self.Policy._move_tickets(failed=failed) is None:
                            break
                    else:
                        self.fail("the cron would never end")
                self.assertEqual(self.clock(ticket).state, "paused")

    def test_no_context_writes_the_crons_notes(self):
        manager = self.Policy.with_user(self.manager)
        for name, value in (("stages_changed", {"x": "y"}), ("stages_changed_at", "2026-01-01 00:00:00")):
            with self.subTest(name):
                made = manager.with_context(**{f"default_{name}": value}).create(
                    {"name": "Mine", "company_id": self.company.id}
                )
                self.assertFalse(made.sudo()[name])

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
            self.assertEqual([self.Policy._move_tickets(limit=2) for _batch in range(4)], [2, 2, 1, None])
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

    def come_by(self, moment):
        with self.at(moment), self.enter_registry_test_mode():
            self.env.ref("helpdesk_bridge.ir_cron_sla_tick").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_policy_without_such_tickets_keeps_none_of_the_others_waiting(self):
        ticket = self.taken_up()
        stages = self.stages["awaiting"] | self.stages["in_progress"]
        idle = self.Policy.create({"name": "Idle", "applies_from": "2030-01-01"})
        first, second = sorted((idle, self.policy), key=lambda policy: policy.id)
        with self.at("06-02 09:00"):
            (first | second).waiting_stage_ids = stages
        self.come_by("06-02 11:00")
        self.assertFalse((first | second).filtered("stages_changed_at"))
        self.assertFalse(self.clock(ticket).breached_at, "it has been waiting since nine")
        self.assertEqual(self.clock(ticket).state, "paused")

    def test_each_stage_keeps_the_moment_of_its_own_change(self):
        ticket = self.taken_up()
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.change_stages("06-01 15:00", "awaiting", "in_progress", "new")
        self.work("06-01 16:00")
        self.assertEqual(self.history(ticket)[-1], "06-01 12:00 paused")

    def test_what_went_wrong_with_the_stages_does_not_stop_time(self):
        ticket = self.ticket_at("06-01 10:00")
        with (
            patch.object(type(self.policy), "_move_tickets", side_effect=ValueError("spoilt")),
            mute_logger("odoo.addons.helpdesk_bridge.models.sla.helpdesk_sla_policy_stages"),
        ):
            self.come_by("06-03 10:00")
        self.assertTrue(self.clock(ticket).breached_at)

    def test_a_target_that_was_withdrawn_does_not_come_back(self):
        self.policy.target_ids = [(0, 0, {"priority": "3", "start_hours": 0, "resolution_hours": 0})]
        ticket = self.taken_up()
        self.change("06-01 11:30", ticket, priority="3")
        self.assertEqual(self.clock(ticket).state, "canceled")
        self.change_stages("06-01 12:00", "awaiting", "in_progress")
        self.work("06-01 12:01")
        self.move("06-01 12:30", ticket, "awaiting")
        self.assertEqual(self.clock(ticket).state, "canceled")
        self.change("06-01 13:00", ticket, priority="1")
        self.assertEqual(self.clock(ticket).state, "paused", "set again")

    def test_nobody_writes_the_notes_of_the_cron(self):
        policy = self.policy.with_user(self.manager)
        for vals in ({"stages_changed": "x"}, {"stages_changed_at": "2020-01-01"}, {"stages_moved_until": 9}):
            with self.subTest(vals), self.assertRaises(AccessError):
                policy.write(vals)
        with self.assertRaises(AccessError):
            policy.create({"name": "New", "stages_changed_at": "2020-01-01"})
        policy.waiting_stage_ids = self.stages["in_progress"]
        self.assertTrue(self.policy.stages_changed)


@tagged("post_install", "-at_install")
class TestStagesThatChange(SlaStagesCase):
    """A stage is made a closed one, or one that cancels, or none any more: the tickets that are in it follow."""

    def setUp(self):
        super().setUp()
        self.shelf = self.env["helpdesk.ticket.stage"].create({"name": "Solved", "company_id": False})
        self.stages = {**self.stages, "shelf": self.shelf}

    def shelved(self):
        ticket = self.taken_up()
        self.move("06-01 12:00", ticket, "shelf")
        return ticket

    def change_flags(self, moment, **values):
        with self.at(moment):
            self.shelf.write(values)

    def test_a_ticket_in_it_follows(self):
        for values, state, line in (
            ({"closed": True}, "met", "06-01 13:00 met"),
            ({"sla_cancels": True}, "canceled", "06-01 13:00 canceled"),
            ({"closed": True, "sla_cancels": True}, "canceled", "06-01 13:00 canceled"),
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                ticket = self.shelved()
                self.change_flags("06-01 13:00", **values)
                self.work("06-01 13:01")
                self.assertEqual(self.clock(ticket).state, state)
                self.assertEqual(self.history(ticket)[-1], line)
                self.tick("06-20 13:00")
                self.assertFalse(self.clock(ticket).breached_at)
                self.assertFalse(self.env["helpdesk.letter"].search([("ticket_id", "=", ticket.id)]))
                savepoint.rollback()
                self.env.transaction.reset()
                self.env.registry.clear_cache()

    def test_it_goes_on_when_its_stage_is_an_open_one_again(self):
        ticket = self.shelved()
        for values in ({"closed": True}, {"sla_cancels": True}):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.change_flags("06-01 13:00", **values)
                self.work("06-01 13:01")
                self.change_flags("06-01 15:00", **dict.fromkeys(values, False))
                self.work("06-01 15:01")
                self.assertEqual(self.clock(ticket).state, "running")
                self.assertEqual(self.due(ticket), "06-02 12:00", "two hours later")
                savepoint.rollback()
                self.env.transaction.reset()
                self.env.registry.clear_cache()

    def test_what_changes_nothing_asks_for_nothing(self):
        self.shelved()
        for values in ({"closed": False}, {"name": "Shelf"}, {"sequence": 7, "sla_cancels": False}):
            with self.subTest(values):
                self.change_flags("06-01 13:00", **values)
                self.assertFalse(self.policy.stages_changed_at)

    def test_a_due_moment_of_before_is_a_breach(self):
        ticket = self.shelved()
        self.change_flags("06-03 13:00", closed=True)
        self.work("06-03 13:01")
        self.assertEqual(self.clock(ticket).state, "missed")
