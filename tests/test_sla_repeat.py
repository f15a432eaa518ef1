"""A warning mentions people, and a breach is posted again until somebody takes the ticket."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaRepeat(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"repeat_hours": 2, "resolution_hours": 0})
        cls.env["helpdesk.sla.recount"].search([]).unlink()
        cls.company.helpdesk_slack_mention = "here"

    def posted(self, ticket, event="sla_start_breached"):
        return self.entries(ticket).filtered(lambda entry: entry.event == event).sorted("id")

    def mentions(self, entries):
        return [entry.payload.get("mention") or entry.payload.get("mention_user") for entry in entries]

    # ------------------------------------------------------------
    # Warnings
    # ------------------------------------------------------------

    def test_a_warning_mentions_the_assignee_else_the_people_of_a_new_ticket(self):
        self.policy.resolution_hours = 4
        self.env["helpdesk.sla.recount"].search([]).unlink()
        mine, nobodys = self.ticket_at("06-01 10:00", user_id=self.agent.id), self.ticket_at("06-01 10:00")
        left = self.ticket_at("06-01 10:00", user_id=self.manager.id)
        self.manager.active = False
        self.tick("06-01 13:00")
        for event in ("sla_start_warned", "sla_resolution_warned"):
            with self.subTest(event):
                self.assertEqual(self.mentions(self.posted(mine, event)), [self.agent.id])
                self.assertEqual(self.mentions(self.posted(nobodys, event)), ["<!here>"])
                self.assertEqual(self.mentions(self.posted(left, event)), ["<!here>"])
        self.assertFalse(any(entry.payload.get("broadcast") for entry in self.posted(mine, "sla_start_warned")))

    def test_a_team_that_wants_no_mentions_has_none(self):
        rule = {"team_id": self.team.id, "event": "sla_start_warned", "posted": True, "mentions": False}
        self.env["helpdesk.slack.rule"].create(rule)
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.tick("06-01 13:00")
        self.assertEqual(self.mentions(self.posted(ticket, "sla_start_warned")), [None])

    def test_a_warned_ticket_beside_a_breached_one_is_not_tagged(self):
        late, warned = self.ticket_at("06-01 10:00"), self.ticket_at("06-01 11:00")
        self.tick("06-01 14:00")
        self.assertEqual((late.tag_ids.mapped("name"), warned.tag_ids.ids), (["SLA_START_BREACH"], []))
        self.assertEqual(warned.sla_status, "at_risk")

    # ------------------------------------------------------------
    # Repetitions
    # ------------------------------------------------------------

    def test_a_breach_is_posted_again_until_somebody_takes_the_ticket(self):
        ticket = self.ticket_at("06-01 10:00")
        for moment in ("06-01 14:00", "06-01 15:59", "06-01 16:00", "06-01 16:01", "06-01 18:00"):
            self.tick(moment)
        self.assertEqual(self.mentions(self.posted(ticket)), ["<!here>"] * 3)
        first, *others = self.posted(ticket)
        self.assertIn("The first response is overdue: it was due", first.payload["text"])
        for entry in others:
            self.assertIn(
                "Nobody has the ticket: its first response is overdue since Mon, Jun 1", entry.payload["text"]
            )
        self.assertEqual(
            self.history(ticket, "start")[1:],
            ["06-01 14:00 breached", "06-01 16:00 repeated", "06-01 18:00 repeated"],
        )
        self.assertIn("breach posted again: nobody has the ticket", ticket.sla_history)
        self.assertEqual(len([note for note in ticket.message_ids if "overdue" in (note.preview or "")]), 1)
        self.change("06-01 18:30", ticket, user_id=self.agent.id)
        self.tick("06-01 20:00")
        self.assertEqual(len(self.posted(ticket)), 3)
        self.change("06-01 21:00", ticket, user_id=False)
        self.tick("06-01 21:01")
        self.assertEqual(len(self.posted(ticket)), 3)
        self.tick("06-01 22:00")
        self.assertEqual(len(self.posted(ticket)), 4, "it was given back")

    def test_what_ends_the_repetitions(self):
        for name, end in (
            ("assigned", lambda ticket: self.change("06-01 15:00", ticket, user_id=self.agent.id)),
            ("answered", lambda ticket: self.answer("06-01 15:00", ticket)),
            ("closed", lambda ticket: self.move("06-01 15:00", ticket, "done")),
            ("rejected", lambda ticket: self.move("06-01 15:00", ticket, "rejected")),
            ("it waits", lambda ticket: self.move("06-01 15:00", ticket, "awaiting", agent=self.manager)),
            ("archived", lambda ticket: self.change("06-01 15:00", ticket, active=False)),
            ("policy", lambda ticket: self.change("06-01 15:00", self.policy, repeat_hours=0)),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                ticket = self.ticket_at("06-01 10:00")
                self.tick("06-01 14:00")
                end(ticket)
                self.tick("06-01 16:00")
                self.tick("06-01 18:00")
                self.assertEqual(len(self.posted(ticket)), 1)
                savepoint.rollback()
            self.env.registry.clear_cache()

    def test_who_has_left_has_not_taken_it(self):
        ticket = self.ticket_at("06-01 10:00", user_id=self.manager.id)
        self.manager.active = False
        self.tick("06-01 14:00")
        self.tick("06-01 16:00")
        self.assertEqual(self.mentions(self.posted(ticket)), ["<!here>"] * 2)

    def test_a_ticket_that_was_taken_before_is_not_repeated(self):
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.tick("06-01 14:00")
        self.tick("06-01 16:00")
        self.assertEqual(self.mentions(self.posted(ticket)), [self.agent.id])

    def test_off_by_default(self):
        self.assertEqual(self.Policy.new({}).repeat_hours, 0)
        self.policy.repeat_hours = 0
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 14:00")
        self.tick("06-02 14:00")
        self.assertEqual(len(self.posted(ticket)), 1)
        self.assertFalse(self.clock(ticket, "start").remind_at)

    def test_switched_on_later_it_holds_for_what_is_late_already(self):
        self.policy.repeat_hours = 0
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 14:00")
        self.change("06-01 15:00", self.policy, repeat_hours=1)
        with self.at("06-01 15:01"):
            self.exhaust(self.env["helpdesk.sla.recount"]._recount_next)
        self.tick("06-01 16:00")
        self.assertEqual(len(self.posted(ticket)), 1)
        self.tick("06-01 16:01")
        self.assertEqual(len(self.posted(ticket)), 2)

    def test_only_in_working_hours(self):
        self.policy.write({"calendar_id": self.office.id, "start_hours": 7})
        ticket = self.ticket_at("06-01 07:00")  # nine o'clock in Prague: due at four
        self.tick("06-01 14:00")
        for moment in ("06-01 16:00", "06-01 22:00", "06-02 07:59"):
            self.tick(moment)
        self.assertEqual(len(self.posted(ticket)), 1)
        self.tick("06-02 08:00")
        self.assertEqual(len(self.posted(ticket)), 2)

    def test_a_breach_that_is_taken_back_is_not_repeated(self):
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 14:00")
        self.change("06-01 15:00", self.policy, start_hours=40)
        with self.at("06-01 15:01"):
            self.exhaust(self.env["helpdesk.sla.recount"]._recount_next)
        self.tick("06-01 16:00")
        self.assertEqual((len(self.posted(ticket)), ticket.sla_status), (1, "on_track"))

    def test_hours_that_say_nothing_are_refused(self):
        for hours in (-1, 0.001, 10**6):
            with self.subTest(hours), self.assertRaises(ValidationError):
                self.policy.repeat_hours = hours
