"""The activity for a breach is gone when nothing is left to do about it."""

from odoo.tests import tagged

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaActivity(SlaCase):
    def late(self):
        """A ticket whose first response and resolution are overdue. :return: it, and its activities by target"""
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.tick("06-02 11:00")
        return ticket, {metric: self.clock(ticket, metric).activity_id for metric in ("start", "resolution")}

    def test_it_is_there_as_long_as_something_is_to_be_done(self):
        """Table: what happens to the ticket, and the activities that are left."""
        original = self.ticket_at("06-01 09:00")
        both, resolution, none = ["resolution", "start"], ["resolution"], []
        for name, happens, left in (
            ("nothing", lambda ticket: None, both),
            ("an answer", lambda ticket: self.answer("06-02 12:00", ticket), resolution),
            ("a stage of work", lambda ticket: self.move("06-02 12:00", ticket, "in_progress"), resolution),
            ("it waits", lambda ticket: self.move("06-02 12:00", ticket, "awaiting"), both),
            ("closed", lambda ticket: self.move("06-02 12:00", ticket, "done"), none),
            ("rejected", lambda ticket: self.move("06-02 12:00", ticket, "rejected"), none),
            ("archived", lambda ticket: self.change("06-02 12:00", ticket, active=False), none),
            (
                "merged",
                lambda ticket: self.change("06-02 12:00", ticket, active=False, duplicate_id=original.id),
                none,
            ),
        ):
            with self.subTest(name):
                ticket, activities = self.late()
                self.assertTrue(all(activities.values()))
                happens(ticket)
                self.assertEqual(sorted(metric for metric, one in activities.items() if one.exists()), left)

    def test_one_that_somebody_has_changed_stays(self):
        ticket, activities = self.late()
        with self.at("06-02 11:30"):
            activities["resolution"].with_user(self.agent).date_deadline = "2026-06-09"
        self.move("06-02 12:00", ticket, "done")
        self.assertEqual(ticket.activity_ids, activities["resolution"])
