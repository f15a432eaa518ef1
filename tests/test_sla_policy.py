"""Which policy a ticket has, and what is wrong with a policy, is told at its form and never by a ticket that fails."""

from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import hooks
from ..models.common import transactions
from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaPolicy(SlaCase):
    def new_policy(self, **values):
        return self.Policy.create({"name": "Another", "applies_from": "2020-01-01", **values})

    def test_the_main_company_has_a_default_policy_after_installation(self):
        policy = self.env.ref("helpdesk_bridge.sla_policy_default")
        self.assertEqual((policy.company_id, policy.is_default), (self.env.ref("base.main_company"), True))
        self.assertEqual((policy.start_hours, policy.resolution_hours, policy.calendar_id.id), (4, 24, False))
        self.assertEqual(policy.waiting_stage_ids, self.stages["awaiting"])

    def test_canceled_and_rejected_cancel_after_installation(self):
        cancels = {name for name, stage in self.stages.items() if stage.sla_cancels}
        self.assertEqual(cancels, {"cancelled", "rejected"})

    def without_policy(self):
        """A company that has no default policy, as none was made with it."""
        company = self.env["res.company"].create({"name": "Other"})
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM helpdesk_sla_policy WHERE company_id = %s", [company.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return company

    def test_a_company_is_made_with_a_default_policy(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.assertRecordValues(self.Policy._default_of(company), [{"start_hours": 4, "resolution_hours": 24}])

    def test_companies_that_were_there_before_have_one_after_installation(self):
        company = self.without_policy()
        company.active = False
        hooks.post_init_hook(self.env)
        self.assertTrue(self.Policy._default_of(company))

    def test_two_first_tickets_at_once_begin_again_instead_of_failing(self):
        unseen = patch.object(type(self.Policy), "_default_of", lambda policies, company: policies.browse())
        with unseen, self.assertRaises(ConcurrencyError) as raised:
            self.Policy._ensure_default(self.company)
        self.assertTrue(transactions.is_momentary(raised.exception))
        self.assertEqual(self.Policy._ensure_default(self.company), self.policy, "the transaction is alive")

    def test_a_company_without_a_policy_gets_its_default_one_with_its_first_ticket(self):
        company = self.without_policy()
        self.assertFalse(self.Policy._default_of(company))
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        ticket = self.ticket_at("06-01 10:00", team_id=team.id)
        self.assertEqual(ticket.sla_policy_id, self.Policy._default_of(company))
        self.assertEqual(self.due(ticket), "06-02 10:00")
        self.ticket_at("06-01 11:00", team_id=team.id)
        self.assertEqual(self.Policy.search_count([("company_id", "=", company.id)]), 1)

    def test_an_archived_default_sets_no_targets_and_stays_archived(self):
        self.policy.active = False
        ticket = self.ticket_at("06-01 10:00")
        self.assertFalse(ticket.sla_clock_ids)
        self.assertEqual(ticket.sla_status, "none")
        self.assertEqual(self.Policy._default_of(self.company), self.policy)

    def test_a_ticket_of_an_archived_policy_keeps_its_targets(self):
        ticket = self.ticket_at("06-01 10:00")
        self.policy.active = False
        self.move("06-01 11:00", ticket, "awaiting")
        self.assertEqual(self.states(ticket), ("paused", "paused"), "and its waiting stages")

    def test_the_first_that_fits_counts(self):
        second = self.new_policy(sequence=20, start_hours=2)
        first = self.new_policy(sequence=10, start_hours=1)
        self.assertEqual(self.ticket_at("06-01 10:00").sla_policy_id, first)
        first.sequence = 30
        self.assertEqual(self.ticket_at("06-01 10:00").sla_policy_id, second)

    def test_a_policy_is_for_its_teams_categories_and_tags(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Hardware"})
        tags = self.env["helpdesk.ticket.tag"].create([{"name": "Red"}, {"name": "Blue"}])
        other = self.env["helpdesk.ticket.team"].create({"name": "Research"})
        for values, fitting in (
            ({"team_ids": self.team.ids}, {}),
            ({"team_ids": other.ids}, {"team_id": other.id}),
            ({"category_ids": category.ids}, {"category_id": category.id}),
            ({"tag_ids": tags.ids}, {"tag_ids": tags[0].ids}),
            ({"tag_ids": tags[1].ids, "category_ids": category.ids}, {"tag_ids": tags.ids, "category_id": category.id}),
        ):
            with self.subTest(values):
                policy = self.new_policy(**values)
                self.assertEqual(self.ticket_at("06-01 10:00", **fitting).sla_policy_id, policy)
                if fitting:
                    self.assertNotEqual(self.ticket_at("06-01 10:00").sla_policy_id, policy)
                policy.active = False

    def test_a_policy_of_an_archived_team_is_not_everybodys(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Research"})
        policy = self.new_policy(team_ids=other.ids)
        other.active = False
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertNotEqual(self.ticket_at("06-01 10:00").sla_policy_id, policy)

    def test_a_team_with_a_policy_of_its_own_is_not_deleted(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Research"})
        self.new_policy(team_ids=other.ids)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            other.unlink()
            self.env.flush_all()

    def test_a_policy_does_not_apply_to_tickets_before_it(self):
        ticket = self.ticket_at("06-01 10:00")
        self.new_policy(applies_from="2026-06-02 00:00:00", resolution_hours=1)
        self.change("06-03 10:00", ticket, priority="3")
        self.assertEqual(ticket.sla_policy_id, self.policy)

    def test_companies_keep_their_policies_apart(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.new_policy(company_id=company.id, sequence=1)
        self.assertEqual(self.ticket_at("06-01 10:00").sla_policy_id, self.policy)

    def test_nobody_gives_a_policy_or_a_row_to_a_company_in_which_they_do_not_work(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs, mine = self.new_policy(company_id=company.id), self.new_policy(name="Mine")
        row = self.env["helpdesk.sla.target"].create({"policy_id": mine.id, "priority": "3", "start_hours": 1})
        gifts = ((mine, {"company_id": company.id}), (row, {"policy_id": theirs.id}))
        for record, vals in gifts:
            with self.subTest(record._name), self.env.cr.savepoint() as savepoint:
                with self.assertRaises(AccessError):
                    record.with_user(self.manager).write(vals)
                savepoint.rollback()
        self.manager.company_ids |= company
        for record, vals in gifts:
            with self.subTest(record._name, works_there=True), self.env.cr.savepoint() as savepoint:
                record.with_user(self.manager).with_context(allowed_company_ids=self.company.ids).write(vals)
                savepoint.rollback()

    def test_holidays_of_another_company_are_none_of_ours(self):
        company = self.env["res.company"].create({"name": "Other"})
        holiday = {"name": "Founders' day", "date_from": "2026-05-31 22:00:00", "date_to": "2026-06-01 21:59:59"}
        self.policy.write({"calendar_id": self.office.id, "resolution_hours": 2})
        for owner, due in ((company, "06-01 10:00"), (self.company, "06-02 09:00")):
            leave = self.env["resource.calendar.leaves"].with_company(owner).create({**holiday, "calendar_id": False})
            leave.flush_recordset()
            self.env.cr.execute(
                "UPDATE resource_calendar_leaves SET company_id = %s WHERE id = %s", [owner.id, leave.id]
            )
            leave.invalidate_recordset()
            self.assertFalse(leave.calendar_id, "a holiday of everybody in the company")
            self.assertEqual(self.due(self.ticket_at("06-01 08:00")), due)

    # ------------------------------------------------------------
    # What is wrong is said at the form
    # ------------------------------------------------------------

    def test_hours_that_cannot_be_a_target_are_refused(self):
        for values in (
            {"start_hours": -1},
            {"resolution_hours": -0.5},
            {"resolution_hours": 1e6},
            {"start_hours": 0.001},
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, "one minute and ten years"):
                self.policy.write(values)
        with self.assertRaisesRegex(ValidationError, "one minute and ten years"):
            self.policy.target_ids = [(0, 0, {"priority": "3", "start_hours": -1})]

    def test_no_hours_set_no_target(self):
        self.policy.write({"start_hours": 0, "resolution_hours": 2.5})
        ticket = self.ticket_at("06-01 10:00")
        self.assertEqual(ticket.sla_clock_ids.mapped("metric"), ["resolution"])
        self.assertEqual(self.due(ticket), "06-01 12:30")

    def test_a_warning_has_its_place_within_the_time(self):
        for percent in (-1, 100):
            with self.subTest(percent), self.assertRaisesRegex(ValidationError, "1 to 99 percent"):
                self.policy.warn_percent = percent

    def test_working_hours_without_working_time_are_refused(self):
        empty = self.office.copy({"name": "Empty"})
        empty.attendance_ids.unlink()
        flexible = self.office.copy({"name": "Whenever"})
        flexible.schedule_type = "flexible"
        for calendar in (empty, flexible):
            with self.subTest(calendar.name), self.assertRaisesRegex(ValidationError, "has no fixed working times"):
                self.policy.calendar_id = calendar

    def test_working_hours_and_teams_of_another_company_are_refused(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.office.copy({"company_id": company.id})
        with self.assertRaisesRegex(ValidationError, "belong to Other"):
            self.policy.calendar_id = theirs
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        with self.assertRaisesRegex(ValidationError, "some of its teams belong to another company"):
            self.policy.team_ids = team

    def test_working_hours_in_use_and_the_default_policy_are_not_deleted(self):
        self.policy.calendar_id = self.office
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.office.unlink()
            self.env.flush_all()

    def test_the_default_policy_is_archived_not_deleted(self):
        with self.assertRaisesRegex(UserError, "archived, not deleted"):
            self.policy.unlink()

    # ------------------------------------------------------------
    # What goes wrong later fails no ticket
    # ------------------------------------------------------------

    def test_working_hours_that_lose_their_times_count_around_the_clock(self):
        self.policy.calendar_id = self.office
        self.office.attendance_ids.unlink()
        ticket = self.ticket_at("06-06 10:00")
        self.assertEqual(self.due(ticket), "06-07 10:00")
        self.tick("06-07 10:00")
        self.assertEqual(self.clock(ticket).state, "missed")

    def test_working_hours_that_become_flexible_count_around_the_clock(self):
        self.policy.calendar_id = self.office
        self.office.schedule_type = "flexible"
        self.assertEqual(self.due(self.ticket_at("06-06 10:00")), "06-07 10:00")

    def test_a_holiday_without_end_counts_around_the_clock(self):
        self.policy.calendar_id = self.office
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed for good",
                "date_from": "2026-01-01 00:00:00",
                "date_to": "2099-01-01 00:00:00",
                "calendar_id": self.office.id,
            }
        )
        self.assertEqual(self.due(self.ticket_at("06-06 10:00")), "06-07 10:00")

    def test_working_hours_that_open_clocks_count_by_are_archived_not_deleted(self):
        self.policy.calendar_id = self.office
        ticket = self.ticket_at("06-05 12:00")
        self.policy.calendar_id = False
        with self.assertRaisesRegex(UserError, "Archive them instead"):
            self.office.unlink()
        self.office.active = False
        self.move("06-05 13:00", ticket, "done")
        self.office.unlink()
        self.assertEqual(self.clock(ticket).state, "met")

    def test_working_hours_that_vanish_leave_a_clock_that_goes_on(self):
        self.policy.calendar_id = self.office
        ticket = self.ticket_at("06-05 12:00")
        self.policy.calendar_id = False
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM resource_calendar WHERE id = %s", [self.office.id])
        self.env.invalidate_all()
        self.move("06-05 13:00", ticket, "awaiting")
        self.move("06-05 14:00", ticket, "in_progress")
        self.assertEqual(self.due(ticket), "06-06 13:00")

    def test_a_policy_deleted_in_another_process_fails_no_ticket(self):
        policy = self.new_policy(sequence=1)
        self.Policy._rules(self.company.id)
        # What the other process's signal would clear is still there.
        self.env.cr.execute("DELETE FROM helpdesk_sla_policy WHERE id = %s", [policy.id])
        ticket = self.ticket_at("06-01 10:00")
        self.assertFalse(ticket.sla_clock_ids)

    def test_a_default_policy_that_was_never_committed_takes_no_targets_away(self):
        company = self.without_policy()
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            # As fetchmail does with an email that cannot be imported.
            tickets = self.env(cr=cr)["helpdesk.ticket"]
            tickets.create({"name": "x", "description": "x", "team_id": team.id, "company_id": company.id})
            cr.rollback()
        self.assertEqual(len(self.new_ticket(team_id=team.id, company_id=company.id).sla_clock_ids), 2)

    def test_one_that_was_undone_within_a_transaction_spoils_one_ticket_at_most(self):
        company = self.without_policy()
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        with self.env.cr.savepoint() as undone:
            self.new_ticket(team_id=team.id, company_id=company.id)
            undone.rollback()
        self.new_ticket(team_id=team.id, company_id=company.id)
        self.assertEqual(len(self.new_ticket(team_id=team.id, company_id=company.id).sla_clock_ids), 2)

    def test_a_team_without_policies_of_its_own_and_no_team_at_all_have_the_default(self):
        with self.at("06-01 10:00"):
            ticket = self.env["helpdesk.ticket"].create({"name": "Lost", "description": "x", "user_id": False})
        self.assertEqual(ticket.sla_policy_id, self.policy)

    # ------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------

    def test_the_settings_show_and_change_the_default_policy(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual((settings.helpdesk_sla_start_hours, settings.helpdesk_sla_resolution_hours), (4, 24))
        settings.write({"helpdesk_sla_start_hours": 0.5, "helpdesk_sla_calendar_id": self.office.id})
        settings.execute()
        self.assertEqual((self.policy.start_hours, self.policy.resolution_hours), (0.5, 24))
        self.assertEqual(self.policy.calendar_id, self.office)

    def test_the_settings_show_that_an_archived_default_sets_no_targets_and_bring_it_back_with_other_hours(self):
        self.policy.active = False
        settings = self.env["res.config.settings"].create({})
        self.assertEqual((settings.helpdesk_sla_start_hours, settings.helpdesk_sla_resolution_hours), (0, 0))
        settings.write({"helpdesk_sla_start_hours": 0, "helpdesk_sla_resolution_hours": 0})
        self.assertFalse(self.policy.active, "what is shown is no change")
        settings.helpdesk_sla_resolution_hours = 12
        self.assertRecordValues(self.policy, [{"active": True, "start_hours": 0, "resolution_hours": 12}])

    def test_the_settings_of_a_company_without_a_policy_make_one_when_they_are_saved(self):
        company = self.without_policy()
        self.env.user.company_ids += company
        settings = self.env["res.config.settings"].with_company(company).create({})
        self.assertEqual((settings.helpdesk_sla_start_hours, settings.helpdesk_sla_resolution_hours), (4, 24))
        self.assertFalse(self.Policy._default_of(company))
        settings.helpdesk_sla_resolution_hours = 12
        self.assertEqual(self.Policy._default_of(company).resolution_hours, 12)
