"""Open tickets are those whose stage is not closed. To find them reads no closed ones, nor a sender all contacts."""

from odoo.tests import tagged

from .common import BridgeCase
from .plans import assert_reads_less, maintain

CLOSED, MAY_READ = 3000, 300
FILL = """
INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, stage_id, duplicate_id, active, priority,
                             sequence)
SELECT 'Old', 'OLD' || n, 'x', %s, %s, %s, CASE WHEN n = 1 THEN %s END, TRUE, '1', 10 FROM generate_series(1, %s) n
"""


@tagged("post_install", "-at_install")
class TestOpenTickets(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stages = cls.env["helpdesk.ticket.stage"]
        kinds = {"open": {}, "closed": {"closed": True}}
        kinds |= {f"archived, {kind}": {**values, "active": False} for kind, values in kinds.items()}
        cls.stages = {kind: stages.create({"name": kind, **values}) for kind, values in kinds.items()}
        cls.tickets = {
            kind: cls.env["helpdesk.ticket"].create(
                {"name": kind, "description": "x", "team_id": cls.team.id, "stage_id": stage.id}
            )
            for kind, stage in cls.stages.items()
        }
        cls.tickets["no stage"] = cls.tickets["open"].copy()
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE helpdesk_ticket SET stage_id = NULL WHERE id = %s", [cls.tickets["no stage"].id])
        cls.env.invalidate_all()

    def kinds(self, *domain):
        mine = self.env["helpdesk.ticket"].browse([ticket.id for ticket in self.tickets.values()])
        found = mine.search([("id", "in", mine.ids), *domain])
        # What the database finds is what Python finds.
        self.assertEqual(mine.filtered_domain(domain), mine & found)
        return {kind for kind, ticket in self.tickets.items() if ticket in found}

    def test_open_is_what_is_in_no_closed_stage(self):
        opened, closed = {"open", "archived, open", "no stage"}, {"closed", "archived, closed"}
        for term, expected in (
            (("closed", "=", False), opened),
            (("closed", "!=", True), opened),
            (("closed", "in", [False]), opened),
            (("closed", "not in", [True]), opened),
            (("closed", "=", True), closed),
            (("closed", "!=", False), closed),
            (("closed", "in", [True]), closed),
            (("closed", "in", [True, False]), opened | closed),
            (("closed", "in", []), set()),
        ):
            with self.subTest(term=term):
                self.assertEqual(self.kinds(term), expected)

    def test_a_stage_that_is_closed_later_closes_its_tickets(self):
        self.assertFalse(self.tickets["open"].closed)
        self.stages["open"].closed = True
        self.assertTrue(self.tickets["open"].closed)
        self.assertNotIn("open", self.kinds(("closed", "=", False)))

    def test_tickets_are_grouped_and_sorted_by_it(self):
        mine = [("id", "in", [ticket.id for ticket in self.tickets.values()])]
        groups = dict(self.env["helpdesk.ticket"]._read_group(mine, ["closed"], ["__count"]))
        self.assertEqual((groups[True], groups[False]), (2, 3))
        self.assertEqual(len(self.env["helpdesk.ticket"].search(mine, order="closed desc, id")), 5)

    def test_agents_who_may_not_read_a_stage_find_its_tickets(self):
        hidden = self.env["res.company"].create({"name": "Elsewhere"})
        self.stages["open"].company_id = hidden
        self.env.flush_all()
        tickets = self.env["helpdesk.ticket"].with_user(self.manager)
        self.assertIn(self.tickets["open"].id, tickets.search([("closed", "=", False)]).ids)

    def test_what_is_closed_is_not_read(self):
        ticket = self.tickets["open"]
        values = (self.company.id, self.team.id, self.stages["closed"].id, ticket.id, CLOSED)
        self.env.cr.execute(FILL, values)
        maintain(self.env, "helpdesk_ticket")
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        order = "sla_due, priority desc, id desc"
        opened = [("closed", "=", False), ("snoozed_until", "=", False)]
        for what, work in {
            "list": lambda: tickets.web_search_read(opened, {"name": {}}, limit=80, order=order),
            "kanban": lambda: tickets.web_read_group(opened, ["stage_id"]),
            "teams": lambda: tickets.web_read_group(opened, ["team_id"]),
            "counted": lambda: tickets.search_count(opened),
            "duplicates": lambda: ticket.duplicate_count,
        }.items():
            with self.subTest(what):
                assert_reads_less(self, MAY_READ, "helpdesk_ticket", work)

    def test_a_sender_is_found_without_reading_all_contacts(self):
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO res_partner (name, email_normalized, active, type) "
            "SELECT 'Old', 'old' || n || '@customer.example', TRUE, 'contact' FROM generate_series(1, %s) n",
            [CLOSED],
        )
        maintain(self.env, "res_partner")
        asked = [("email_normalized", "=", "old7@customer.example")]
        contacts = self.env["res.partner"]
        assert_reads_less(self, MAY_READ, "res_partner", lambda: contacts.search(asked).ids)
