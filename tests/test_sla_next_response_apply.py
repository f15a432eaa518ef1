"""*Apply to Open Tickets* finds the messages that wait for an answer, and shows before what it will do."""

from odoo.tests import tagged

from .next_response_case import NextResponseCase


@tagged("post_install", "-at_install")
class TestSlaNextResponseApply(NextResponseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.policy.write({"next_response_hours": 0, "target_ids": [(5,)]})

    def apply(self, moment):
        """Apply the policies. :return: the tickets that were to change, with the due date of their next response"""
        with self.at(moment):
            wizard = self.env["helpdesk.sla.apply"].with_user(self.manager).create({})
            shown = {
                line.ticket_id: line.next_response_due and f"{line.next_response_due:%m-%d %H:%M}"
                for line in wizard.line_ids
            }
            wizard.action_apply()
        return shown

    def test_the_oldest_message_without_an_answer_counts_from_when_it_was_written(self):
        shapes = {
            "one": (["11:00 customer"], "06-01 13:00"),
            "two": (["11:00 customer", "11:30 customer"], "06-01 13:00"),
            "answered": (["11:00 customer", "11:30 agent"], False),
            "answered, and asked again": (["11:00 customer", "11:30 agent", "11:40 bob"], "06-01 13:40"),
            "noted": (["11:00 customer", "11:30 note"], "06-01 13:00"),
            "answered to somebody else": (["11:00 customer", "11:30 to_supplier"], "06-01 13:00"),
            "answered to who asked": (["11:00 bob", "11:30 to_bob"], False),
            "confirmed by a program": (["11:00 customer", "11:30 auto", "11:40 odoobot"], "06-01 13:00"),
            "nobody asked": (["11:00 agent"], False),
            "thanks": (["11:00 thanks"], False),
        }
        tickets = {name: self.asked() for name in shapes}
        for name, (steps, _due) in shapes.items():
            self.play(tickets[name], steps)
        self.policy.next_response_hours = 2
        shown = self.apply("06-01 12:00")
        for name, (_steps, due) in shapes.items():
            with self.subTest(name):
                self.assertEqual(shown.get(tickets[name], False), due)
                clock = self.clock(tickets[name], "next_response")
                self.assertEqual(clock.due_at and f"{clock.due_at:%m-%d %H:%M}", due)
                self.assertEqual(clock.state, "running" if due else False)

    def test_what_is_late_already_is_recorded_and_told_nobody(self):
        ticket = self.asked(user_id=self.agent.id)
        self.says("06-01 11:00", ticket)
        notes, rows = len(ticket.message_ids), len(self.entries(ticket))
        self.policy.next_response_hours = 2
        self.assertEqual(self.apply("06-01 20:00"), {ticket: "06-01 13:00"})
        self.assertEqual(self.rounds(ticket), [["11:00 started", "20:00 breached"]])
        self.assertEqual(ticket.tag_ids.mapped("name"), ["SLA_NEXT_RESPONSE_BREACH"])
        told = [entry.event for entry in self.entries(ticket)[: -rows or None] if entry.kind == "reply"]
        self.assertEqual((told, ticket.activity_ids.ids, len(ticket.message_ids)), ([], [], notes))

    def test_what_is_due_changes_with_the_policy_and_what_was_given_stays(self):
        self.policy.next_response_hours = 2
        ticket = self.asked()
        self.play(ticket, ["11:00 customer", "11:30 agent", "12:00 customer"])
        self.policy.next_response_hours = 4
        self.assertEqual(self.apply("06-01 12:30"), {ticket: "06-01 16:00"})
        self.assertEqual(
            self.rounds(ticket),
            [["11:00 started", "11:30 met"], ["12:00 started", "12:30 retargeted due 06-01 16:00"]],
        )
        self.assertEqual(self.apply("06-01 12:31"), {})
        self.policy.next_response_hours = 0
        self.assertEqual(self.apply("06-01 12:40"), {ticket: False})
        self.assertEqual(self.rounds(ticket)[1][-1], "12:40 canceled")

    def test_tickets_from_before_any_policy(self):
        asked, first = self.asked(), self.ticket_at("06-01 10:00", partner_id=self.jane.id)
        for ticket in (asked, first):
            self.says("06-01 11:00", ticket)
            ticket.sla_clock_ids.unlink()
            ticket._sla_set({"sla_since": False, "sla_policy_id": False, "sla_due": False, "sla_status": False})
        self.policy.next_response_hours = 2
        self.assertEqual(self.apply("06-01 12:00"), {asked: "06-01 13:00", first: False})
        self.assertEqual(self.rounds(asked), [["11:00 started"]])
        self.assertEqual((self.rounds(first), self.clock(first, "start").state), ([], "running"))
        self.assertEqual(f"{asked.sla_due:%m-%d %H:%M}", "06-01 13:00")

    # ------------------------------------------------------------
    # What is shown is what is done
    # ------------------------------------------------------------

    def shapes(self):
        """Tickets in everything that can have happened to their messages, by a word for it."""
        stories = {
            "quiet": [],
            "asked": ["11:00 customer"],
            "answered": ["11:00 customer", "11:10 agent"],
            "waits": ["11:00 customer", "11:10 stage awaiting"],
            "closed and reopened": ["11:00 customer", "11:10 stage done", "11:20 stage in_progress"],
            "closed and reopened by a message": ["11:00 customer", "11:10 stage done", "11:20 customer"],
            "answered on the closed ticket": ["11:00 customer", "11:10 stage done", "11:20 agent", "11:30 stage new"],
            "closed": ["11:00 customer", "11:10 stage done"],
            "rejected": ["11:00 customer", "11:10 stage rejected"],
            "in another team": ["11:00 customer", "11:10 team"],
            "back from another team": ["11:00 customer", "11:10 team", "11:20 home"],
            "asked in another team": ["11:00 team", "11:10 customer"],
        }
        for name, steps in stories.items():
            ticket = self.asked()
            self.play(ticket, steps)
            yield name, ticket
        ticket = self.ticket_at("06-01 10:00", partner_id=self.jane.id)
        self.says("06-01 11:00", ticket)
        yield "first response open", ticket

    def test_the_preview_shows_what_is_done_then(self):
        variants = [
            {"next_response_hours": 2},
            {"next_response_hours": 0.25},
            {"next_response_hours": 0},
            {"next_response_hours": 2, "start_hours": 0},
            {"next_response_hours": 2, "waiting_stage_ids": self.stages["in_progress"].ids},
            {"next_response_hours": 2, "calendar_id": self.office.id},
        ]
        for before in (0, 1):
            with self.env.cr.savepoint() as outer:
                self.policy.next_response_hours = before
                tickets = dict(self.shapes())
                for values in variants:
                    with self.subTest(before=before, **values), self.env.cr.savepoint() as inner:
                        self.shown_is_done(tickets, values)
                        inner.rollback()
                    self.env.registry.clear_cache()
                outer.rollback()

    def shown_is_done(self, tickets, values):
        self.Policy.create({"name": "New", "sequence": 1, "applies_from": "2026-06-01 11:45:00", **values})
        stood = {ticket: self.standing(ticket) for ticket in tickets.values()}
        with self.at("06-01 12:00"):
            wizard = self.env["helpdesk.sla.apply"].create({})
            shown = {
                line.ticket_id: (line.policy_id, line.start_due, line.next_response_due, line.resolution_due)
                for line in wizard.line_ids
            }
            wizard.action_apply()
        for name, ticket in tickets.items():
            self.assertEqual(self.standing(ticket), shown.get(ticket, stood[ticket]), name)

    def standing(self, ticket):
        clocks = {clock.metric: clock for clock in ticket.sla_clock_ids._current() if clock.state != "canceled"}
        dues = [clocks[name].due_at if name in clocks else False for name in ("start", "next_response", "resolution")]
        return ticket.sla_policy_id, *dues
