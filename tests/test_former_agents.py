"""What an agent said stays the team's word, whatever becomes of the agent; what they say afterwards is a customer's."""

from odoo.fields import Command
from odoo.tests import tagged

from ..tools.ticket import events
from .common import InboundCase, new_test_user
from .next_response_case import NextResponseCase

AGENTS = "helpdesk_mgmt.group_helpdesk_user"


#: How somebody leaves the team.
LEAVING = {
    "archived": lambda user: user.write({"active": False}),
    "deleted": lambda user: user.unlink(),
    "archived, then deleted": lambda user: (user.write({"active": False}), user.unlink()),
    "in the portal now": lambda user: user.write({"group_ids": [Command.set(user.env.ref("base.group_portal").ids)]}),
}


def somebody(case, login="gus"):
    user = new_test_user(case.env, login, groups=AGENTS, name="Gus Agent", email=f"{login}@example.com")
    case.team.user_ids |= user
    return user


@tagged("post_install", "-at_install")
class TestFormerAgents(InboundCase):
    def setUp(self):
        super().setUp()
        self.gus = somebody(self)
        self.team.user_ids |= self.agent
        self.jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        self.ticket = self.new_ticket(partner_id=self.jane.id, user_id=self.agent.id)

    def test_their_words_stay_the_teams(self):
        for number, (name, leave) in enumerate(LEAVING.items()):
            with self.subTest(name):
                ticket = self.new_ticket(partner_id=self.jane.id, user_id=self.agent.id)
                user = somebody(self, f"gus{number}")
                person = user.partner_id
                self.comment(ticket, "Does it burn?", author=self.jane)
                said = self.comment(ticket, "Unplug it.", user=user).with_env(self.env)
                ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
                self.assertFalse(ticket._bridge_is_owed())
                leave(user)
                self.assertTrue(person.partner_share, "Odoo calls them a customer")
                self.assertEqual(ticket._bridge_message_event(said), events.AGENT_REPLIED)
                self.assertEqual(ticket._bridge_said_last(answers=True), said)
                self.assertEqual(ticket._bridge_said_last().body.striptags(), "Does it burn?")
                self.assertFalse(ticket._bridge_is_owed(), "it is the customer's turn")

    def test_what_they_say_afterwards_is_a_customers(self):
        self.comment(self.ticket, "Unplug it.", user=self.gus)
        self.gus.active = False
        self.ticket.partner_id = self.gus.partner_id
        later = self.comment(self.ticket, "Now mine burns.", author=self.gus.partner_id)
        self.assertEqual(self.ticket._bridge_message_event(later), events.CUSTOMER_REPLIED)
        self.assertTrue(self.ticket.customer_replied)

    def test_who_is_back_speaks_for_the_team(self):
        self.gus.active = False
        self.gus.active = True
        said = self.comment(self.ticket, "Unplug it.", user=self.gus)
        self.assertEqual(self.ticket._bridge_message_event(said), events.AGENT_REPLIED)

    def test_who_had_left_before_this_was_noted_is_found(self):
        """An update: users who are archived already. Portal users and customers stay what they are."""
        guest = new_test_user(self.env, "guest", groups="base.group_portal", email="guest@customer.example")
        said = self.comment(self.ticket, "Unplug it.", user=self.gus).with_env(self.env)
        asked = self.comment(self.ticket, "Does it burn?", author=guest.partner_id)
        (self.gus | guest).write({"active": False})
        people = self.gus.partner_id | guest.partner_id
        people.helpdesk_team_until = 0
        self.env.flush_all()
        self.assertEqual(self.ticket._bridge_message_event(said), events.CUSTOMER_REPLIED)
        people._bridge_find_former_agents()
        self.assertEqual(people.mapped("helpdesk_team_until"), [said.id, 0])
        self.assertEqual(self.ticket._bridge_message_event(said), events.AGENT_REPLIED)
        self.assertEqual(self.ticket._bridge_message_event(asked), events.CUSTOMER_REPLIED)

    def test_emails_of_who_had_left_before_this_was_noted_are_the_teams_as_far_as_it_is_proved(self):
        """Odoo notes nowhere when a user was archived, nor in whose name an email was taken."""
        portal = {"group_ids": [Command.set(self.env.ref("base.group_portal").ids)]}
        note = {"message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        theirs = {"stage_id": self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id}
        logins, archived = self.env["res.users.log"], LEAVING["archived"]
        for name, prove, leave, is_teams in (
            ("their ticket", lambda gus: self.ticket.write({**theirs, "user_id": gus.id}), archived, True),
            ("a later login", lambda gus: logins.with_user(gus).sudo().create({}), archived, True),
            ("a later note", lambda gus: self.noted(gus, note), archived, True),
            ("a note, then the portal", lambda gus: self.noted(gus, note), lambda gus: gus.write(portal), True),
            ("a note, then deleted", lambda gus: self.noted(gus, note), lambda gus: gus.unlink(), True),
            ("no proof", lambda gus: None, archived, False),
            ("no proof, the portal", lambda gus: None, lambda gus: gus.write(portal), False),
            ("no proof, deleted", lambda gus: None, lambda gus: gus.unlink(), False),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                person, said = self.gus.partner_id, self.emailed(self.gus.partner_id)
                asked = self.emailed(self.jane)
                prove(self.gus)
                leave(self.gus)
                after = self.emailed(person)
                later = "UPDATE mail_message SET create_date = create_date + interval '1 day' WHERE id = %s"
                self.env.cr.execute(later, [after.id])
                person.helpdesk_team_until = 0
                self.env.flush_all()
                person._bridge_find_former_agents()
                self.env.invalidate_all()
                self.assertTrue(person.partner_share)
                found = [self.ticket._bridge_by_team(one) for one in (said, asked, after)]
                # Who is a customer afterwards writes on no ticket that is assigned to them.
                self.assertEqual(found, [is_teams, False, name == "their ticket"])
                savepoint.rollback()
            self.env.registry.clear_cache()

    def noted(self, user, values):
        return self.new_ticket().with_user(user).message_post(body="Careful.", **values)

    def emailed(self, person):
        comment = self.env.ref("mail.mt_comment").id
        values = {"model": "helpdesk.ticket", "res_id": self.ticket.id, "subtype_id": comment, "author_id": person.id}
        message = self.env["mail.message"].create({**values, "message_type": "email", "body": "Unplug it."})
        self.env.flush_all()
        return message

    def test_they_get_no_emails_of_tickets_that_they_worked_on(self):
        """Odoo lets them follow these tickets, and takes them for customers."""
        for number, (name, leave) in enumerate(LEAVING.items()):
            with self.subTest(name):
                user = somebody(self, f"gus{number}")
                person = user.partner_id
                ticket = self.new_ticket(partner_id=self.jane.id, user_id=user.id)
                leave(user)
                self.assertIn(person, ticket.message_partner_ids)
                said = self.comment(ticket, "Unplug it.", user=self.agent).sudo()
                self.assertEqual(said.notified_partner_ids & (person | self.jane), self.jane)

    def test_who_was_an_agent_gets_what_they_are_sent_as_somebody_else(self):
        """Table: what they are to the ticket beside a former agent."""
        gus = self.gus.partner_id
        for name, before, after, chosen in (
            ("its customer", {"partner_id": gus.id}, {}, []),
            ("its customer by now", {}, {"partner_id": gus.id}, []),
            ("in Cc", {}, {"email_cc": "Gus <gus@example.com>"}, []),
            ("chosen", {}, {}, gus.ids),
        ):
            with self.subTest(name):
                self.gus.active = True
                ticket = self.new_ticket(**{"partner_id": self.jane.id, "user_id": self.gus.id, **before})
                self.gus.active = False
                ticket.write(after)
                said = self.comment(ticket, "Unplug it.", user=self.agent, partner_ids=chosen).sudo()
                self.assertIn(gus, said.notified_partner_ids)

    def test_what_they_follow_since_they_left_they_get(self):
        self.gus.active = False
        ticket = self.new_ticket(partner_id=self.jane.id, user_id=self.agent.id)
        ticket.message_subscribe(self.gus.partner_id.ids)
        said = self.comment(ticket, "Unplug it.", user=self.agent).sudo()
        self.assertIn(self.gus.partner_id, said.notified_partner_ids)

    def test_a_customer_never_spoke_for_the_team(self):
        said = self.comment(self.ticket, "Help!", author=self.jane)
        guest = new_test_user(self.env, "guest", groups="base.group_portal", email="guest@customer.example")
        asked = self.comment(self.ticket, "Me, too!", author=guest.partner_id)
        guest.active = False
        for message in (said, asked):
            self.assertEqual(self.ticket._bridge_message_event(message), events.CUSTOMER_REPLIED)


@tagged("post_install", "-at_install")
class TestNextResponseOfFormerAgents(NextResponseCase):
    def test_what_they_answered_is_answered(self):
        """No response is due on a ticket that is back at work for what a former agent has answered."""
        for number, (name, leave) in enumerate(LEAVING.items()):
            with self.subTest(name):
                gus = somebody(self, f"gus{number}")
                ticket = self.asked()
                self.says("06-01 11:00", ticket)
                self.answer("06-01 11:30", ticket, gus)
                self.move("06-01 11:40", ticket, "done")
                with self.at("06-01 12:00"):
                    leave(gus)
                self.move("06-01 13:00", ticket, "in_progress")
                self.assertEqual(self.rounds(ticket), [["11:00 started", "11:30 met"]])
