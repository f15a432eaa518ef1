"""What tests of the next response need: what can happen to a ticket, by a word for it, and what its clocks say then."""

from ..models.common import ir_cron
from .sla_case import SlaCase

#: What it shows, steps after a ticket of 10:00 with a first response at 10:30, the history of each next response.
#: A step is a moment of June 1st, or of another day, and what happens.
STORIES = [
    (
        "the oldest message counts, and one answer is for all",
        ["11:00 customer", "11:30 customer", "12:00 agent"],
        [["11:00 started", "12:00 met"]],
    ),
    (
        "each round is a clock of its own",
        ["11:00 customer", "12:00 agent", "12:10 agent", "13:00 customer", "16:00 agent", "17:00 customer"],
        [["11:00 started", "12:00 met"], ["13:00 started", "15:00 breached", "16:00 missed"], ["17:00 started"]],
    ),
    ("an agent's word to nobody's question", ["11:00 agent", "12:00 agent"], []),
    ("a person in Cc asks as well", ["11:00 bob", "12:00 agent"], [["11:00 started", "12:00 met"]]),
    ("a note answers nobody", ["11:00 customer", "11:30 note"], [["11:00 started"]]),
    ("a program answers nobody", ["11:00 customer", "11:30 cron", "11:40 odoobot"], [["11:00 started"]]),
    ("an automatic email answers nobody", ["11:00 customer", "11:30 auto"], [["11:00 started"]]),
    ("a note asks nothing", ["11:00 note", "11:30 customers_note"], []),
    ("an automatic email asks nothing", ["11:00 auto", "11:10 odoobot"], []),
    ("a stage answers nobody", ["11:00 customer", "11:30 stage new", "11:40 stage in_progress"], [["11:00 started"]]),
    ("an assignee answers nobody", ["11:00 customer", "11:30 taken"], [["11:00 started"]]),
    ("a reply to a supplier answers nobody", ["11:00 customer", "11:30 to_supplier"], [["11:00 started"]]),
    ("a reply to another person in Cc", ["11:00 customer", "11:30 to_bob"], [["11:00 started"]]),
    ("a reply to the person in Cc who asked", ["11:00 bob", "11:30 to_bob"], [["11:00 started", "11:30 met"]]),
    (
        "a reply to one of two who asked",
        ["11:00 customer", "11:10 bob", "11:30 to_bob", "11:40 customer"],
        [["11:00 started", "11:30 met"], ["11:40 started"]],
    ),
    ("a reply to both", ["11:00 customer", "11:30 to_jane_and_bob"], [["11:00 started", "11:30 met"]]),
    ("thanks ask nothing", ["11:00 thanks", "11:30 thanks"], []),
    ("thanks take no question back", ["11:00 customer", "11:10 thanks"], [["11:00 started"]]),
    ("a question after thanks", ["11:00 thanks", "11:10 customer"], [["11:10 started"]]),
    (
        "it waits with the ticket",
        ["11:00 customer", "11:30 stage awaiting", "14:00 stage in_progress", "15:00 agent"],
        [["11:00 started", "11:30 paused", "14:00 resumed due 06-01 15:30", "15:00 met"]],
    ),
    (
        "answered and left to wait",
        ["11:00 customer", "11:30 agent", "11:31 stage awaiting", "06-03 10:00 stage in_progress"],
        [["11:00 started", "11:30 met"]],
    ),
    (
        "closed without an answer",
        ["11:00 customer", "11:30 stage done"],
        [["11:00 started", "11:30 canceled"]],
    ),
    (
        "closed without an answer, and reopened by an agent",
        ["11:00 customer", "11:30 stage done", "06-03 10:00 stage in_progress", "06-03 11:00 agent"],
        [["11:00 started", "11:30 canceled", "06-03 10:00 reopened due 06-03 11:30", "06-03 11:00 met"]],
    ),
    (
        "a message that reopens starts its own",
        ["11:00 customer", "11:30 stage done", "06-03 10:00 customer", "06-03 11:00 agent"],
        [["11:00 started", "11:30 canceled"], ["06-03 10:00 started", "06-03 11:00 met"]],
    ),
    (
        "a message that reopens what had been answered",
        ["11:00 customer", "11:30 agent", "11:31 stage done", "06-03 10:00 customer"],
        [["11:00 started", "11:30 met"], ["06-03 10:00 started"]],
    ),
    (
        "closed twice",
        ["11:00 customer", "11:30 stage done", "12:00 customer", "12:30 stage done", "13:00 stage in_progress"],
        [["11:00 started", "11:30 canceled"], ["12:00 started", "12:30 canceled", "13:00 reopened due 06-01 14:30"]],
    ),
    (
        "what was given up does not come back with another target",
        ["11:00 customer", "11:30 stage done", "12:00 customer", "12:10 priority"],
        [["11:00 started", "11:30 canceled"], ["12:00 started", "12:10 retargeted due 06-01 13:00"]],
    ),
    (
        "answered on the closed ticket",
        ["11:00 customer", "11:30 stage done", "11:40 agent", "12:00 stage in_progress", "12:10 customer"],
        [["11:00 started", "11:30 canceled"], ["12:10 started"]],
    ),
    (
        "archived and brought back",
        ["11:00 customer", "11:30 archived", "12:00 back"],
        [["11:00 started", "11:30 canceled", "12:00 reopened due 06-01 13:30"]],
    ),
    ("merged into another ticket", ["11:00 customer", "11:30 merged"], [["11:00 started", "11:30 canceled"]]),
    (
        "written to a merged ticket that is one by itself again",
        ["11:00 merged", "11:30 customer", "12:00 unmerged"],
        [["12:00 started"]],
    ),
    (
        "a higher priority",
        ["11:00 customer", "11:30 priority", "11:40 agent"],
        [["11:00 started", "11:30 retargeted due 06-01 12:00", "11:40 met"]],
    ),
    (
        "another team that owes nothing, and back",
        ["11:00 customer", "11:30 team", "12:30 home", "13:59 agent"],
        [["11:00 started", "11:30 canceled", "12:30 reopened due 06-01 14:00", "13:59 met"]],
    ),
    (
        "answered while another team owed nothing",
        ["11:00 customer", "11:30 team", "12:00 agent", "12:30 home"],
        [["11:00 started", "11:30 canceled"]],
    ),
    ("written to a team that owes nothing", ["11:00 team", "11:30 customer", "12:00 agent", "12:10 home"], []),
    (
        "written to a team that owes nothing, and not answered there",
        ["11:00 team", "11:30 customer", "12:00 home"],
        [["11:30 started"]],
    ),
]


class NextResponseCase(SlaCase):
    """A policy with two hours for the next response, one for the highest priority, and people who write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write(
            {
                "next_response_hours": 2,
                "target_ids": [(0, 0, {"priority": "3", "resolution_hours": 24, "next_response_hours": 1})],
            }
        )
        people = cls.env["res.partner"].create(
            [
                {"name": name, "email": f"{name.lower()}@{domain}"}
                for name, domain in (
                    ("Jane", "customer.example"),
                    ("Bob", "customer.example"),
                    ("Sue", "supplier.example"),
                )
            ]
        )
        cls.jane, cls.bob, cls.supplier = people
        cls.quiet = cls.env["helpdesk.ticket.team"].create({"name": "Research", "user_ids": cls.agent.ids})
        nothing = {"start_hours": 0, "resolution_hours": 0, "team_ids": cls.quiet.ids, "applies_from": "2020-01-01"}
        cls.Policy.create({"name": "None", **nothing})
        cls.duplicate_of = cls.env["helpdesk.ticket"].create(
            {"name": "The same", "description": "x", "team_id": cls.team.id, "user_id": False}
        )

    def asked(self, **values):
        """A ticket of 10:00 of Jane's, with Bob in Cc, in progress and answered at 10:30."""
        people = {"partner_id": self.jane.id, "partner_email": self.jane.email, "email_cc": self.bob.email}
        ticket = self.ticket_at("06-01 10:00", **{**people, **values})
        self.move("06-01 10:15", ticket, "in_progress")
        self.answer("06-01 10:30", ticket)
        return ticket

    def says(self, moment, ticket, author=None, **values):
        """A customer writes, as in the portal."""
        with self.at(moment):
            ticket.message_post(
                **{"body": "And now?", "message_type": "comment", "subtype_xmlid": "mail.mt_comment", **values},
                author_id=(author or self.jane).id,
            )

    def play(self, ticket, steps):
        for step in steps:
            moment, what, *how = step.rsplit(" ", 2) if " stage " in step else step.rsplit(" ", 1)
            moment = moment if moment[2] == "-" else f"06-01 {moment}"
            getattr(self, f"do_{what}")(moment, ticket, *how)

    def rounds(self, ticket):
        """The history of each next response."""
        found = []
        for clock in self.clock(ticket, "next_response").sorted("id"):
            lines = []
            for line in clock.line_ids.sorted("id"):
                moved = line.due_before and line.due_before != line.due_after
                words = f"{line.at:%m-%d %H:%M} {line.kind}" + (f" due {line.due_after:%m-%d %H:%M}" if moved else "")
                lines.append(words.removeprefix("06-01 "))
            found.append(lines)
        return found

    # What can happen, as the stories call it.

    def do_customer(self, moment, ticket):
        self.says(moment, ticket)

    def do_bob(self, moment, ticket):
        self.says(moment, ticket, self.bob)

    def do_thanks(self, moment, ticket):
        self.says(moment, ticket, body="Thank you!")

    def do_customers_note(self, moment, ticket):
        self.says(moment, ticket, subtype_xmlid="mail.mt_note")

    def do_agent(self, moment, ticket):
        self.answer(moment, ticket)

    def do_note(self, moment, ticket):
        self.answer(moment, ticket, subtype_xmlid="mail.mt_note")

    def do_to_supplier(self, moment, ticket):
        self.answer(moment, ticket, partner_ids=self.supplier.ids)

    def do_to_bob(self, moment, ticket):
        self.answer(moment, ticket, partner_ids=self.bob.ids)

    def do_to_jane_and_bob(self, moment, ticket):
        self.answer(moment, ticket, partner_ids=(self.jane | self.bob).ids)

    def do_cron(self, moment, ticket):
        self.answer(moment, ticket.with_context(**{ir_cron.AT_WORK_KEY: ir_cron.AT_WORK}))

    def do_odoobot(self, moment, ticket):
        self.says(moment, ticket.sudo(), self.env.ref("base.partner_root"))

    def do_auto(self, moment, ticket):
        self.says(moment, ticket, self.agent.partner_id, message_type="auto_comment")

    def do_stage(self, moment, ticket, stage):
        self.move(moment, ticket, stage)

    def do_taken(self, moment, ticket):
        self.change(moment, self.by_agent(ticket), user_id=self.agent.id)

    def do_archived(self, moment, ticket):
        self.change(moment, ticket, active=False)

    def do_back(self, moment, ticket):
        self.change(moment, ticket, active=True)

    def do_merged(self, moment, ticket):
        self.change(moment, ticket, duplicate_id=self.duplicate_of.id)

    def do_unmerged(self, moment, ticket):
        self.change(moment, ticket, duplicate_id=False)

    def do_priority(self, moment, ticket):
        self.change(moment, ticket, priority="3")

    def do_team(self, moment, ticket):
        self.change(moment, ticket, team_id=self.quiet.id)

    def do_home(self, moment, ticket):
        self.change(moment, ticket, team_id=self.team.id)
