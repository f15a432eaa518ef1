"""My Desk: which tickets stand where, for Odoo and for App Home; each ticket in one place."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tests import tagged

from .common import new_test_user
from .sla_case import SlaCase

ALL = ("turn", "mine", "unassigned", "at_risk", "snoozed")


@tagged("post_install", "-at_install")
class TestDesk(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.tickets = cls.env["helpdesk.ticket"].with_user(cls.agent)
        cls.other_team = cls.env["helpdesk.ticket.team"].create({"name": "Sales", "user_ids": cls.manager.ids})

    def ticket(self, **values):
        """A ticket that somebody has worked on, and on which nothing is due."""
        defaults = {"stage_id": self.stages["in_progress"].id, "user_id": self.agent.id, "partner_email": "j@x.example"}
        ticket = self.new_ticket(
            **{**defaults, **{key: values[key] for key in values if key in ("user_id", "team_id")}}
        )
        ticket.sla_clock_ids.unlink()
        ticket._sla_set({"sla_status": "none", "sla_due": False})
        ticket.sudo().write({key: value for key, value in values.items() if key not in ("user_id", "team_id")})
        return ticket

    def test_where_each_ticket_stands(self):
        later = fields.Datetime.now() + timedelta(days=1)
        theirs, nobody = {"user_id": self.manager.id}, {"user_id": False}
        shapes = (
            ("mine, worked on", {}, "mine"),
            ("mine, the customer replied", {"customer_replied": True}, "turn"),
            ("mine, nobody has begun", {"stage_id": self.stages["new"].id}, "turn"),
            ("mine, waits for the customer", {"stage_id": self.stages["awaiting"].id}, "mine"),
            ("mine, closed", {"stage_id": self.stages["done"].id}, False),
            ("mine, snoozed", {"snoozed_until": later}, "snoozed"),
            ("mine, snoozed and answered", {"snoozed_until": later, "customer_replied": True}, "snoozed"),
            ("mine, breached", {"sla_status": "breached"}, "mine"),
            ("nobody's, in my team", nobody, "unassigned"),
            ("nobody's, in my team, the customer replied", {**nobody, "customer_replied": True}, "unassigned"),
            ("nobody's, in my team, snoozed", {**nobody, "snoozed_until": later}, "snoozed"),
            ("nobody's, in my team, closed", {**nobody, "stage_id": self.stages["done"].id}, False),
            ("nobody's, elsewhere", {**nobody, "team_id": self.other_team.id}, False),
            (
                "nobody's, elsewhere, at risk",
                {**nobody, "team_id": self.other_team.id, "sla_status": "at_risk"},
                "at_risk",
            ),
            ("theirs", theirs, False),
            ("theirs, snoozed", {**theirs, "snoozed_until": later}, False),
            ("theirs, the customer replied", {**theirs, "customer_replied": True}, False),
            ("theirs, breached", {**theirs, "sla_status": "breached"}, "at_risk"),
            (
                "theirs, breached and closed",
                {**theirs, "sla_status": "breached", "stage_id": self.stages["done"].id},
                False,
            ),
            ("theirs, at risk and snoozed", {**theirs, "sla_status": "at_risk", "snoozed_until": later}, False),
        )
        made = {name: (self.ticket(**values), place) for name, values, place in shapes}
        self.env.flush_all()
        self.env.invalidate_all()
        places = self.tickets._bridge_desk_places(self.agent)
        self.assertEqual(tuple(places), ALL)
        found = {place: self.tickets.search(domain) for place, domain in places.items()}
        groups = dict(self.tickets._read_group([("desk_place", "!=", False)], ["desk_place"], ["id:recordset"]))
        for name, (ticket, place) in made.items():
            with self.subTest(name):
                self.assertEqual([key for key in ALL if ticket in found[key]], [place] if place else [])
                self.assertEqual([key for key in groups if ticket in groups[key]], [place] if place else [])
                self.assertEqual(ticket.with_user(self.agent).desk_place, place)
                here = self.tickets.with_context(active_test=False).search(
                    [("id", "=", ticket.id), ("desk_place", "=", place)]
                )
                self.assertEqual(here, ticket)

    def test_a_response_that_is_due_makes_it_my_turn(self):
        with self.at("06-01 10:00"):
            ticket = self.new_ticket(user_id=self.agent.id, stage_id=self.stages["in_progress"].id)
            ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "start").write(
                {"satisfied_at": False, "state": "running"}
            )
            self.assertEqual(ticket.with_user(self.agent).desk_place, "turn")
            self.answer("06-01 11:00", ticket)
            self.env.invalidate_all()
            self.assertEqual(ticket.with_user(self.agent).desk_place, "mine")

    def test_the_page_has_every_place_and_sorts_by_due_date(self):
        late, soon, never = self.ticket(), self.ticket(), self.ticket()
        now = fields.Datetime.now()
        late._sla_set({"sla_due": now - timedelta(hours=1)})
        soon._sla_set({"sla_due": now + timedelta(hours=1)})
        action = self.env.ref("helpdesk_bridge.helpdesk_ticket_action_desk")
        [view] = action.view_ids.filtered(lambda one: one.view_mode == "list").view_id
        arch = self.tickets.get_view(view.id, "list")["arch"]
        self.assertIn('default_group_by="desk_place"', arch)
        self.assertTrue(self.tickets.fields_get(["desk_place"])["desk_place"]["groupable"])
        domain = Domain([("desk_place", "!=", False)])
        result = self.tickets.with_context(read_group_expand=True).web_read_group(
            domain,
            ["desk_place"],
            order="sla_due, priority desc, id",
            auto_unfold=True,
            unfold_read_specification={"id": {}},
        )
        self.assertEqual([group["desk_place"] for group in result["groups"]], list(ALL))
        counts = {group["desk_place"]: group["__count"] for group in result["groups"]}
        self.assertEqual(counts, {**dict.fromkeys(ALL, 0), "mine": 3})
        [mine] = [group["__records"] for group in result["groups"] if group["desk_place"] == "mine"]
        self.assertEqual([record["id"] for record in mine], [late.id, soon.id, never.id])

    def test_each_agent_has_a_desk_of_their_own_and_reads_no_more_than_before(self):
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        mine, theirs = self.ticket(user_id=own.id), self.ticket(sla_status="breached")
        self.env.flush_all()
        tickets = self.env["helpdesk.ticket"].with_user(own)
        self.assertEqual(tickets.search([("desk_place", "!=", False)]), mine)
        self.assertEqual(mine.with_user(own).desk_place, "mine")
        self.assertIn(theirs, self.tickets.search([("desk_place", "=", "mine")]))
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        self.assertNotIn("desk_place", self.env["helpdesk.ticket"].with_user(clerk).fields_get())

    def test_a_team_that_i_join_brings_its_tickets_to_my_desk(self):
        ticket = self.ticket(user_id=False, team_id=self.other_team.id)
        self.assertFalse(self.tickets.search([("desk_place", "!=", False)]))
        self.other_team.user_ids += self.agent
        self.assertEqual(self.tickets.search([("desk_place", "=", "unassigned")]), ticket)
