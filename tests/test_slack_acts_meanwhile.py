"""A form in Slack that is submitted after somebody else has changed what it is about."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .slack_acts_case import SlackActsCase

#: Fields that the forms change.
SHOWN = ("user_id", "stage_id", "priority", "snoozed_until", "active")


@tagged("post_install", "-at_install")
class TestSlackActsMeanwhile(SlackActsCase):
    def chosen(self, name):
        """What is chosen in a form, and differs from what it showed."""
        stages = self.team._get_applicable_stages()
        other = next(stage for stage in stages if stage != self.ticket.stage_id and not stage.closed)
        day = fields.Date.today() + timedelta(days=5)
        return {"assign": self.ben.id, "stage": other.id, "priority": "3", "snooze": day.isoformat()}[name]

    def changed(self, name):
        """What a colleague chooses meanwhile."""
        stages = self.team._get_applicable_stages().filtered(lambda stage: not stage.closed)
        moment = fields.Datetime.now() + timedelta(days=9)
        values = {"assign": {"user_id": self.agent.id}, "stage": {"stage_id": stages[-1].id}}
        return {**values, "priority": {"priority": "2"}, "snooze": {"snoozed_until": moment}}[name]

    def test_nothing_is_overwritten_and_what_is_over_stays_as_it_is(self):
        for name in ("assign", "stage", "priority", "snooze"):
            for happens, values, words in (
                ("changed", self.changed(name), "Meanwhile "),
                ("closed", {"stage_id": self.done_stage.id}, "Meanwhile " if name == "stage" else "is closed"),
                ("archived", {"active": False}, "is closed"),
            ):
                with self.subTest(name, happens=happens), self.env.cr.savepoint() as savepoint:
                    self.do(self.click("menu", option=name))
                    form, choice = self.modal(), self.chosen(name)
                    self.ticket.with_user(self.ben).sudo().write(values)
                    before = self.ticket.read(SHOWN)
                    self.told()
                    row = self.do(self.submission(form, value=choice))
                    self.assertEqual((row.state, self.ticket.read(SHOWN)), ("ignored", before))
                    self.assertIn(words, self.told()[0])
                    savepoint.rollback()

    def test_what_is_as_the_person_wants_it_is_no_conflict(self):
        """Also a form that is submitted twice because Slack did not hear the answer."""
        for name in ("assign", "stage", "priority", "snooze"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.do(self.click("menu", option=name))
                form, choice = self.modal(), self.chosen(name)
                self.assertEqual(self.do(self.submission(form, value=choice)).state, "done")
                after = self.ticket.read(SHOWN)
                again = self.do(self.submission(form, value=choice))
                self.assertEqual((again.state, again.has_changed, self.ticket.read(SHOWN)), ("done", False, after))
                savepoint.rollback()
