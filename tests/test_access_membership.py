"""Who joins or leaves a team, a company or a customer sees its tickets, or does not any more, from that moment."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import BridgeCase, new_test_user
from .test_access_rules import OWNED

LEVELS = ("user_own", "user_team")


class Row(NamedTuple):
    """One way in which what a user may see changes. :param shown: whether the ticket is seen after it"""

    name: str
    change: Callable
    shown: bool


def on_team(*commands):
    """The change of a team's form. :param commands: given the user"""
    return lambda case, user: case.team.write({"user_ids": [command(case, user) for command in commands]})


def on_user(*commands):
    """The change of a user's form."""
    return lambda case, user: user.write({"helpdesk_team_ids": [command(case, user) for command in commands]})


def by_sql(case, user):
    """As a program beside Odoo does it."""
    case.env.cr.execute("DELETE FROM helpdesk_ticket_team_res_users_rel WHERE res_users_id = %s", [user.id])


#: From the team's form, from the user's form, and with the team itself.
TEAM = (
    Row("linked on the team", on_team(lambda case, user: Command.link(user.id)), True),
    Row("set on the team", on_team(lambda case, user: Command.set(user.ids)), True),
    Row("linked on the user", on_user(lambda case, user: Command.link(case.team.id)), True),
    Row("set on the user", on_user(lambda case, user: Command.set(case.team.ids)), True),
    Row("unlinked on the team", on_team(lambda case, user: Command.unlink(user.id)), False),
    Row("cleared on the team", on_team(lambda case, user: Command.clear()), False),
    Row("another is set on the team", on_team(lambda case, user: Command.set(case.manager.ids)), False),
    Row("unlinked on the user", on_user(lambda case, user: Command.unlink(case.team.id)), False),
    Row("cleared on the user", on_user(lambda case, user: Command.clear()), False),
    Row("the team is archived", lambda case, user: case.team.action_archive(), False),
    Row("by SQL", by_sql, False),
)
#: From the user's form and from the company's.
COMPANY = (
    Row("linked on the user", lambda case, user: user.write({"company_ids": [Command.link(case.company.id)]}), True),
    Row("linked on the company", lambda case, user: case.company.write({"user_ids": [Command.link(user.id)]}), True),
    Row(
        "unlinked on the user", lambda case, user: user.write({"company_ids": [Command.unlink(case.company.id)]}), False
    ),
    Row(
        "unlinked on the company", lambda case, user: case.company.write({"user_ids": [Command.unlink(user.id)]}), False
    ),
)


@tagged("post_install", "-at_install")
class TestMembership(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            level: new_test_user(cls.env, f"the_{level}", groups=f"helpdesk_mgmt.group_helpdesk_{level}")
            for level in LEVELS
        }
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {"name": "Printer is on fire", "description": "x", "team_id": cls.team.id, "user_id": False}
        )
        cls.env["helpdesk.slack.thread"]._begin(cls.ticket, cls.channel, "C0SUPPORT01", "1.1")
        cls.env["helpdesk.inbound.mail"].create(
            {"key": "1", "ticket_id": cls.ticket.id, "verdict": "created", "company_id": cls.company.id}
        )
        said = {"source": "http", "kind": "message", "event_ref": "Ev1", "workspace_id": cls.workspace.id}
        cls.env["helpdesk.slack.inbound"].create({**said, "ticket_id": cls.ticket.id, "company_id": cls.company.id})
        cls.env.flush_all()

    def seen(self, user, **context):
        """The models of which this user finds what belongs to the ticket; each is looked for and opened."""
        found = set()
        for model, path in {"helpdesk.ticket": "id", **OWNED}.items():
            records = self.env[model].with_user(user).with_context(**context).search([(path, "=", self.ticket.id)])
            every = self.env[model].search([(path, "=", self.ticket.id)])
            self.assertTrue(every, model)
            may_open = every.with_user(user).with_context(**context).has_access("read")
            self.assertEqual(bool(records), may_open, f"{model}: what is found can be opened, and nothing else")
            found |= {model} if records else set()
        return found

    def everything(self):
        return {"helpdesk.ticket", *OWNED}

    def do(self, change, user):
        change(self, user)
        self.env.flush_all()
        self.env.invalidate_all()  # as a later request finds it: the caches of the process are all that is left

    def test_who_joins_or_leaves_a_team_sees_or_loses_its_tickets_at_once(self):
        for level, user in self.users.items():
            for row in TEAM:
                with self.subTest(f"{level}: {row.name}"), self.env.cr.savepoint() as savepoint:
                    self.team.user_ids = [Command.clear() if row.shown else Command.set(user.ids)]
                    self.assertEqual(self.seen(user), set() if row.shown else self.everything())
                    self.do(row.change, user)
                    self.assertEqual(self.seen(user), self.everything() if row.shown else set())
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_in_the_same_transaction_too(self):
        user = self.users["user_team"]
        for shown in (False, True, False):
            self.team.user_ids = [Command.link(user.id) if shown else Command.unlink(user.id)]
            self.assertEqual(self.seen(user), self.everything() if shown else set())

    def test_what_is_rolled_back_never_was(self):
        user = self.users["user_team"]
        self.assertFalse(self.seen(user))
        with self.env.cr.savepoint() as savepoint:
            self.team.user_ids = user
            self.assertTrue(self.seen(user))
            savepoint.rollback()
        self.assertFalse(self.seen(user))

    def test_a_deleted_team_shows_nothing(self):
        user = self.users["user_team"]
        child = self.env["helpdesk.ticket.team"].create({"name": "Night", "user_ids": user.ids})
        self.ticket.write({"team_id": child.id, "user_id": False})
        self.assertTrue(self.seen(user))
        self.ticket.team_id = self.team
        child.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.seen(user))

    def test_who_opens_a_ticket_of_a_team_they_left_is_refused(self):
        user = self.users["user_team"]
        self.team.user_ids = user
        mine = self.ticket.with_user(user)
        self.assertEqual(mine.name, "Printer is on fire")
        self.team.user_ids = False
        self.env.invalidate_all()
        for refused in (lambda: mine.read(["name"]), lambda: mine.write({"name": "x"}), mine.assign_to_me):
            with self.assertRaises(AccessError):
                refused()

    def test_who_joins_or_leaves_a_company_sees_or_loses_its_tickets_at_once(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=other.id,
            company_ids=other.ids,
        )
        for row in COMPANY:
            with self.subTest(row.name), self.env.cr.savepoint() as savepoint:
                if not row.shown:
                    user.company_ids = [Command.link(self.company.id)]
                self.assertEqual(self.seen(user), set() if row.shown else self.everything())
                self.do(row.change, user)
                self.assertEqual(self.seen(user), self.everything() if row.shown else set())
                chosen = {"allowed_company_ids": [other.id, self.company.id]}
                if row.shown:
                    self.assertEqual(self.seen(user, **chosen), self.everything())
                else:
                    with self.assertRaises(AccessError):  # a page that was open before still names the company
                        self.seen(user, **chosen)
                savepoint.rollback()
                self.env.transaction.reset()
                self.env.registry.clear_cache()

    def test_a_portal_user_who_moves_to_another_customer_loses_the_former_one_s_tickets(self):
        acme, rival = self.env["res.partner"].create([{"name": "Acme", "is_company": True}, {"name": "Rival"}])
        rival.is_company = True
        user = new_test_user(self.env, "portal", groups="base.group_portal")
        tickets = self.env["helpdesk.ticket"].with_user(user)
        self.ticket.partner_id = acme
        for parent, found in ((rival, 0), (acme, 1), (rival, 0), (self.env["res.partner"], 0)):
            user.partner_id.parent_id = parent
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(tickets.search_count([("id", "=", self.ticket.id)]), found, parent.name)

    def test_a_user_whose_contact_is_merged_keeps_their_tickets(self):
        user = new_test_user(self.env, "merged", groups="base.group_user", email="merged@example.com")
        self.ticket.partner_id = user.partner_id
        tickets = self.env["helpdesk.ticket"].with_user(user)
        self.assertTrue(tickets.search([("id", "=", self.ticket.id)]))
        twin = self.env["res.partner"].create({"name": "The same", "email": "merged@example.com"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((user.partner_id | twin).ids, twin)
        self.env.invalidate_all()
        self.assertEqual(user.partner_id, twin)
        self.assertTrue(tickets.search([("id", "=", self.ticket.id)]))

    def test_a_rule_of_the_administrator_follows_as_well(self):
        user = self.users["user_own"]
        self.env["ir.rule"].create(
            {
                "name": "By city",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": "[('partner_id.city', '=', user.partner_id.city)]",
            }
        )
        self.ticket.partner_id = self.env["res.partner"].create({"name": "Jane", "city": "Brno"})
        self.team.user_ids = user
        tickets = self.env["helpdesk.ticket"].with_user(user)
        for city, found in (("Praha", 0), ("Brno", 1), ("Praha", 0)):
            user.partner_id.city = city
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(tickets.search_count([("id", "=", self.ticket.id)]), found, city)

    def test_who_sees_all_tickets_pays_no_query_for_it(self):
        for user, queries in ((self.agent, 0), (self.users["user_team"], 2)):
            rules = self.env["ir.rule"].with_user(user)
            rules._compute_domain("helpdesk.ticket")
            self.env.invalidate_all()
            with self.assertQueryCount(queries):
                rules._compute_domain("helpdesk.ticket")
            with self.assertQueryCount(0):
                rules._compute_domain("helpdesk.ticket")
