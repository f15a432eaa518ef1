"""Who was archived, left the team or lost access has no open tickets there any more, and somebody is told."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import InboundCase, new_test_user

AGENTS = "helpdesk_mgmt.group_helpdesk_user"


@tagged("post_install", "-at_install")
class TestTicketAssignee(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("in_progress", "awaiting", "done")
        }
        cls.anna = cls.agent
        cls.ben = new_test_user(cls.env, "ben", groups=AGENTS, name="Ben", email="ben@example.com")
        cls.there = cls.env["res.company"].create({"name": "There"})
        cls.anna.company_ids |= cls.there
        cls.team.write({"user_ids": [Command.set((cls.anna | cls.ben).ids)], "company_id": False})
        cls.other = cls.team.copy({"name": "Other", "user_ids": cls.anna.ids})
        cls.nobody = cls.env["res.users"]

    def hers(self, **values):
        return self.new_ticket(**{"user_id": self.anna.id, **values})

    def assign(self):
        self.exhaust(self.env["helpdesk.ticket"]._bridge_assign_next)

    def assert_gone(self, ticket, *words):
        self.assertFalse(ticket.user_id)
        kind, text = self.words(ticket)[-1]
        self.assertEqual(kind, "note")
        for word in ("Anna Agent", *words):
            self.assertIn(word, text)

    def test_a_copy_is_given_to_nobody_who_has_left(self):
        """Table: what has become of the assignee of a closed ticket that is copied, and who has the copy."""
        for name, change, expected in (
            ("still there", {}, self.anna),
            ("archived", {"active": False}, self.nobody),
            ("in no team", {"helpdesk_team_ids": [Command.clear()]}, self.nobody),
            ("no agent", {"group_ids": [Command.set(self.env.ref("base.group_user").ids)]}, self.nobody),
            ("in no company", {"company_ids": [Command.set(self.company.ids)]}, self.nobody),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                closed = self.hers(stage_id=self.stages["done"].id, company_id=self.there.id)
                self.anna.write(change)
                self.assertEqual((closed.user_id, closed.copy().user_id), (self.anna, expected))
                self.assertEqual(closed.copy({"user_id": self.ben.id}).user_id, self.ben)
                savepoint.rollback()

    # -- by what way -------------------------------------------------------------------------------------------------

    def test_archived(self):
        ticket = self.hers()
        self.anna.active = False
        self.assert_gone(ticket, "was archived", "The ticket is unassigned.")

    def test_no_group_any_more(self):
        ways = (
            lambda: self.anna.write({"group_ids": [Command.set(self.env.ref("base.group_user").ids)]}),
            lambda: self.env.ref(AGENTS).write({"user_ids": [Command.unlink(self.anna.id)]}),
            lambda: self.desk.write({"implied_ids": [Command.clear()]}),
            lambda: self.desk.unlink(),
        )
        for number, way in enumerate(ways):
            self.desk = self.env["res.groups"].create(
                {"name": f"Desk {number}", "implied_ids": [Command.link(self.env.ref(AGENTS).id)]}
            )
            self.anna.group_ids = self.env.ref(AGENTS) if number < 2 else self.desk | self.env.ref("base.group_user")
            ticket = self.hers()
            way()
            self.assert_gone(ticket, "has no access")

    def test_another_group_less_is_no_matter(self):
        extra = self.env["res.groups"].create({"name": "Extra"})
        self.anna.group_ids |= extra
        ticket = self.hers()
        extra.user_ids = False
        self.anna.group_ids = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        self.assertEqual(ticket.user_id, self.anna)

    def test_no_company_any_more(self):
        ways = (
            lambda: self.anna.write({"company_ids": [Command.set(self.company.ids)]}),
            lambda: self.there.write({"user_ids": [Command.unlink(self.anna.id)]}),
            lambda: self.there.write({"user_ids": [Command.clear()]}),
        )
        for way in ways:
            self.anna.company_ids |= self.there
            here, there = self.hers(), self.hers()
            there.company_id = self.there
            self.assertEqual(there.user_id, self.anna)
            way()
            self.assert_gone(there, "has no access")
            self.assertEqual(here.user_id, self.anna)

    def test_no_member_any_more(self):
        ways = (
            lambda: self.team.write({"user_ids": [Command.unlink(self.anna.id)]}),
            lambda: self.anna.write({"helpdesk_team_ids": [Command.unlink(self.team.id)]}),
            lambda: self.team.write({"user_ids": [Command.clear()]}),
        )
        for way in ways:
            self.team.user_ids |= self.anna
            ticket, elsewhere = self.hers(), self.hers(team_id=self.other.id)
            way()
            self.assert_gone(ticket, "is not in the team")
            self.assertEqual(elsewhere.user_id, self.anna)

    def test_who_never_was_a_member_keeps_theirs(self):
        ticket = self.hers(user_id=self.manager.id)
        self.team.user_ids -= self.ben
        self.ben.active = False
        self.assertEqual(ticket.user_id, self.manager)

    def test_deleted(self):
        gone = new_test_user(self.env, "gone", groups=AGENTS, name="Anna Agent II")
        self.team.user_ids |= gone
        ticket = self.hers(user_id=gone.id)
        gone.unlink()
        self.assert_gone(ticket)

    def test_a_company_that_may_not_see_it(self):
        ticket = self.hers(user_id=self.ben.id)
        ticket.company_id = self.there
        self.assertFalse(ticket.user_id)
        self.assertIn("Ben has no access", self.words(ticket)[-1][1])

    def test_who_does_not_work_in_its_company_gets_none_of_its_emails(self):
        """Odoo lets who had a ticket follow it, wherever it or they have moved."""
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        ben, anna = self.ben.partner_id, self.anna.partner_id
        for name, change, chosen, expected in (
            ("both there", {}, [], ben | anna),
            ("moved to another company", {"company_id": self.there.id}, [], anna),
            ("and chosen all the same", {"company_id": self.there.id}, ben.ids, ben | anna),
        ):
            with self.subTest(name):
                ticket = self.new_ticket(partner_id=jane.id, user_id=self.ben.id)
                ticket.message_subscribe((ben | anna).ids)
                ticket.write(change)
                said = self.comment(ticket, "Unplug it.", author=self.env.user.partner_id, partner_ids=chosen).sudo()
                self.assertEqual(said.notified_partner_ids & (ben | anna), expected)

    def test_leave_and_preferences_are_no_matter(self):
        ticket = self.hers()
        self.anna.write({"helpdesk_takes_none": True, "helpdesk_ticket_limit": 1, "name": "Anna"})
        self.assertEqual(ticket.user_id, self.anna)

    # -- what becomes of them ----------------------------------------------------------------------------------------

    def test_only_open_tickets_are_released(self):
        done, archived = self.hers(stage_id=self.stages["done"].id), self.hers()
        archived.active = False
        waiting = self.hers(stage_id=self.stages["awaiting"].id)
        self.anna.active = False
        self.assertEqual((done.user_id, archived.user_id, waiting.user_id), (self.anna, self.anna, self.nobody))
        self.assertEqual(waiting.stage_id, self.stages["awaiting"])

    def test_tickets_in_an_archived_stage_are_released(self):
        shelf = self.env["helpdesk.ticket.stage"].create({"name": "Shelf", "company_id": False})
        ticket = self.hers(stage_id=shelf.id)
        shelf.active = False
        self.anna.active = False
        self.assert_gone(ticket, "was archived")

    def test_a_team_that_assigns_by_load_gives_them_to_others(self):
        self.team.bridge_assignment = "least_loaded"
        tickets = [self.hers() for _number in range(3)]
        self.anna.active = False
        for ticket in tickets:
            self.assert_gone(ticket, "will be assigned to another agent")
        self.assign()
        self.assertEqual([ticket.user_id for ticket in tickets], [self.ben] * 3)

    def test_slack_shows_that_nobody_has_it(self):
        ticket = self.hers()
        self.deliver()
        self.anna.active = False
        self.deliver()
        self.assertIn("*Assignee*\nUnassigned", self.shown(ticket))

    def test_the_note_is_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.company.partner_id.lang = "de_DE"
        ticket = self.hers()
        self.anna.active = False
        self.assertIn("Anna Agent wurde archiviert.", self.words(ticket)[-1][1])

    def test_a_closed_ticket_is_looked_at_when_it_is_reopened(self):
        for method, expected in (("manual", self.nobody), ("least_loaded", self.ben)):
            with self.subTest(method):
                self.team.write({"bridge_assignment": method, "user_ids": [Command.set((self.anna | self.ben).ids)]})
                ticket = self.hers(stage_id=self.stages["in_progress"].id)
                ticket.stage_id = self.stages["done"]
                self.team.user_ids -= self.anna
                self.assertEqual(ticket.user_id, self.anna)
                customer = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
                self.comment(ticket, "It burns again", author=customer)
                self.assertEqual(ticket.stage_id, self.stages["in_progress"])
                self.assert_gone(ticket, "is not in the team")
                self.assign()
                self.assertEqual(ticket.user_id, expected)

    def test_an_archived_ticket_is_looked_at_when_it_is_back(self):
        """Table: who brings it back; its assignee has left meanwhile, or it never had one."""
        self.team.bridge_assignment = "least_loaded"
        customer = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        for name, back in (
            ("the customer", lambda ticket: self.comment(ticket, "It does burn", author=customer)),
            ("an agent", lambda ticket: ticket.with_user(self.ben).write({"active": True})),
            ("a button in Slack", lambda ticket: ticket.with_user(self.ben)._bridge_reopen()),
        ):
            for had in (True, False):
                with self.subTest(name, had=had), self.env.cr.savepoint() as savepoint:
                    ticket = self.hers(partner_id=customer.id) if had else self.new_ticket(partner_id=customer.id)
                    ticket.user_id = self.anna if had else False
                    ticket.active = False
                    self.assign()
                    self.anna.active = False
                    back(ticket)
                    self.assertTrue(ticket.active)
                    self.assertEqual((ticket.user_id, ticket.assignment), (self.nobody, "due"))
                    if had:
                        self.assertIn("Anna Agent was archived", str(self.words(ticket)))
                    self.assign()
                    self.assertEqual(ticket.user_id, self.ben)
                    savepoint.rollback()
                    self.env.transaction.reset()
                    self.env.registry.clear_cache()

    def test_an_archived_ticket_whose_assignee_is_there_keeps_them(self):
        ticket = self.hers()
        ticket.active = False
        ticket.active = True
        self.assertEqual(ticket.user_id, self.anna)

    def test_a_team_without_members_keeps_the_assignee(self):
        empty = self.env["helpdesk.ticket.team"].create({"name": "Empty"})
        ticket = self.hers(team_id=empty.id, stage_id=self.stages["in_progress"].id)
        ticket.stage_id = self.stages["done"]
        ticket.stage_id = self.stages["in_progress"]
        self.assertEqual(ticket.user_id, self.anna)

    def test_a_team_that_gets_the_ticket_assigns_it_by_load(self):
        self.other.write({"bridge_assignment": "least_loaded"})
        ticket = self.hers(user_id=self.ben.id)
        ticket.with_user(self.ben).team_id = self.other
        self.assertEqual((ticket.user_id, ticket.assignment), (self.nobody, "due"))
        self.assign()
        self.assertEqual(ticket.user_id, self.anna)

    # -- cost --------------------------------------------------------------------------------------------------------

    def queries_of_archiving(self, count):
        user = new_test_user(self.env, f"busy{count}", groups=AGENTS, name="Busy")
        self.team.user_ids |= user
        tickets = self.Ticket.union(*(self.hers(user_id=user.id) for _number in range(count)))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        user.active = False
        self.env.flush_all()
        self.assertFalse(tickets.user_id)
        return self.env.cr.sql_log_count - before

    def test_many_tickets_cost_about_as_many_queries_as_few(self):
        self.queries_of_archiving(2)
        few, many = self.queries_of_archiving(5), self.queries_of_archiving(45)
        self.assertLess(many - few, 10, "none for each further ticket")
