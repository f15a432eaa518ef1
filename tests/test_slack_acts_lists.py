"""The slash command and App Home show what that person may read, and what is done there is as everywhere."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import new_test_user
from .slack_acts_case import ANNA, BEN, SlackActsCase


@tagged("post_install", "-at_install")
class TestSlackActsLists(SlackActsCase):
    def setUp(self):
        super().setUp()
        self.env["helpdesk.ticket"].search([("id", "!=", self.ticket.id)]).active = False

    def ask(self, text="", user=ANNA, **values):
        """Type the command. :return: the answer"""
        self.slack.responses.clear()
        row = self.do(self.command(text, user, **values))
        self.assertIn(row.state, ("done", "ignored"))
        [answer] = self.slack.responses
        return answer

    def shown(self, message):
        return "\n".join(block["text"]["text"] for block in message["blocks"] if "text" in block)

    # ------------------------------------------------------------
    # The command
    # ------------------------------------------------------------

    def test_mine_and_nothing(self):
        answer = self.ask()
        self.assertEqual(answer["response_type"], "ephemeral")
        self.assertIn("No tickets", self.shown(answer))
        self.ticket.user_id = self.agent
        for words in ("", "mine", "  MINE "):
            with self.subTest(words):
                self.assertIn("Printer is on fire", self.shown(self.ask(words)))
        self.assertNotIn("Printer", self.shown(self.ask("mine", BEN)))
        self.ticket.stage_id = self.done_stage
        self.assertNotIn("Printer", self.shown(self.ask("mine")))

    def test_a_number_a_reference_and_words(self):
        self.ticket.partner_name = "Jane Doe"
        self.ticket.partner_email = "jane@customer.example"
        other = self.new_ticket(name="Mouse")
        self.ticket.stage_id = self.done_stage
        for words in (
            str(self.ticket.bridge_number),
            f"#{self.ticket.bridge_number}",
            self.ticket.mail_reference,
            "on FIRE",
            "jane doe",
            "jane@",
        ):
            with self.subTest(words):
                found = self.shown(self.ask(words))
                self.assertIn("Printer is on fire", found)
                self.assertNotIn("Mouse", found)
        self.assertIn("No tickets", self.shown(self.ask("99999999")))
        self.assertIn("No tickets", self.shown(self.ask("%_\\' OR 1=1 --")))
        self.assertIn("Mouse", self.shown(self.ask(str(other.bridge_number))))

    def test_at_risk_is_in_order_of_due_date(self):
        tickets = [self.new_ticket(name=f"No {number}") for number in range(3)]
        for number, ticket in enumerate(tickets):
            status = "on_track" if number == 1 else "at_risk"
            due = fields.Datetime.now() + timedelta(hours=5 - number)
            ticket._sla_set({"sla_status": status, "sla_due": due})
        found = self.shown(self.ask("at risk"))
        self.assertLess(found.index("No 2"), found.index("No 0"))
        self.assertNotIn("No 1", found)

    def test_many_are_cut_and_help_helps(self):
        for number in range(9):
            self.new_ticket(name=f"No {number}", user_id=self.agent.id)
        answer = self.ask("mine")
        self.assertIn("There are more in Odoo.", str(answer["blocks"]))
        self.assertIn("/helpdesk", self.ask("help")["text"])

    def test_only_what_the_person_may_read(self):
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own", email="own@example.com")
        clerk = new_test_user(self.env, "clerk", groups="base.group_user", email="clerk@example.com")
        self.slack.new_user("U0OWN00001", "Olga Own", own.email)
        self.slack.new_user("U0CLERK001", "Clara Clerk", clerk.email)
        self.slack.new_user("U0GUEST001", "Gina Guest", "anna@example.com", is_restricted=True)
        self.ticket.user_id = self.agent
        for words in ("Printer", str(self.ticket.bridge_number)):
            self.assertIn("No tickets", self.shown(self.ask(words, "U0OWN00001")))
        self.assertIn("no access to Helpdesk", self.ask("Printer", "U0CLERK001")["text"])
        self.assertIn("a guest", self.ask("Printer", "U0GUEST001")["text"])

    def test_a_click_in_the_list_shows_it_anew(self):
        answer = self.ask("Printer")
        self.slack.responses.clear()
        row = self.do(self.click_in(answer, "Take"))
        self.assertEqual((row.state, row.ticket_id, self.ticket.user_id), ("done", self.ticket, self.agent))
        [again] = self.slack.responses
        self.assertTrue(again["replace_original"])
        self.assertIn("Taken via Slack.", self.shown(again))
        self.assertIn("Hand over", self.labels(again["blocks"]))
        self.slack.responses.clear()
        self.do(self.click_in(answer, "Take", BEN))
        self.assertIn("Anna Agent has", self.shown(self.slack.responses[0]))

    def test_a_form_from_the_list(self):
        answer = self.ask("Printer")
        self.do(self.click_in(answer, "Priority…"))
        self.do(self.submission(self.modal(), value="2"))
        self.assertEqual(self.ticket.priority, "2")

    def test_a_list_is_no_way_around_access_rights(self):
        answer = self.ask("Printer")
        self.ticket.user_id = self.agent
        self.ben.group_ids = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        self.slack.responses.clear()
        row = self.do(self.click_in(answer, "Close", BEN))
        self.assertEqual((row.state, self.ticket.closed), ("ignored", False))
        self.assertIn("may not read", self.told()[0])

    def test_an_answer_goes_to_slack_only(self):
        self.do(self.command("mine", response_url="https://evil.example/x", channel_id="C0SUPPORT01"))
        self.assertEqual(self.slack.responses, [])
        self.assertEqual(len(self.slack.ephemeral), 1)

    def test_the_code_that_links_somebody_still_does(self):
        self.workspace.link_by_email = False
        new = new_test_user(self.env, "new", groups="helpdesk_mgmt.group_helpdesk_user")
        action = new.with_user(new).action_link_slack()
        code = action["params"]["message"].split()[-1]
        self.slack.new_user("U0NEW00001", "Nora New", "nora@private.example")
        self.slack.new_user("U0GUEST001", "Gina Guest", "gina@example.com", is_restricted=True)
        # In a conversation of two, where the bot is not: only Slack's address for the answer leads there.
        for user, typed, state, told in (
            ("U0NEW00001", "link ABCDE-FGHJK", "ignored", "This code is wrong"),
            ("U0GUEST001", f"link {code}", "ignored", "is a guest"),
            ("U0NEW00001", f"link {code}", "done", "acts in Odoo as new"),
        ):
            with self.subTest(typed, user=user):
                row = self.do(self.command(typed, user))
                self.assertEqual((row.state, row.payload), (state, False), "nobody reads the code")
                self.assertEqual((len(self.slack.responses), len(self.slack.ephemeral)), (1, 0))
                self.assertIn(told, self.told()[0])
        self.assertEqual(row.user_id, new)

    # ------------------------------------------------------------
    # App Home
    # ------------------------------------------------------------

    def home(self, user=ANNA):
        return self.slack.homes[user]

    def test_home_shows_each_ticket_once(self):
        mine = self.new_ticket(name="Mine", user_id=self.agent.id)
        mine._sla_set({"sla_status": "breached", "sla_due": fields.Datetime.now()})
        begun = self.new_ticket(name="Begun", user_id=self.agent.id)
        self.comment(begun, "On it", self.agent)
        asleep = self.new_ticket(name="Asleep", user_id=self.agent.id)
        asleep.with_user(self.agent)._bridge_snooze(fields.Datetime.now() + timedelta(days=1))
        late = self.new_ticket(name="Late", user_id=self.ben.id)
        late._sla_set({"sla_status": "at_risk", "sla_due": fields.Datetime.now()})
        row = self.do(self.opened_home())
        self.assertEqual(row.state, "done")
        found = self.shown(self.home())
        order = [
            "Waiting for me",
            "Mine",
            "My other open tickets",
            "Begun",
            "Unassigned in my teams",
            "Printer is on fire",
            "At risk or overdue",
            "Late",
            "Snoozed",
            "Asleep",
        ]
        self.assertEqual(sorted(order, key=found.index), order)
        self.assertEqual(found.count("Mine"), 1)

    def test_home_never_says_that_nothing_is_at_risk_while_it_shows_what_is(self):
        self.do(self.opened_home())
        self.assertIn("Nothing is at risk.", str(self.home()["blocks"]))
        self.ticket._sla_set({"sla_status": "breached", "sla_due": fields.Datetime.now()})
        self.do(self.opened_home())
        self.assertIn("Nothing else is at risk.", str(self.home()["blocks"]))
        self.assertNotIn("Nothing is at risk.", str(self.home()["blocks"]))

    def test_home_is_renewed_after_an_act_there_and_elsewhere(self):
        self.do(self.opened_home())
        self.do(self.click_in(self.home(), "Take", home=True))
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertIn("Hand over", self.labels(self.home()["blocks"]))
        self.do(self.click("close"))
        self.assertNotIn("Printer", self.shown(self.home()))

    def test_what_is_refused_stands_in_home(self):
        self.do(self.opened_home())
        self.do(self.opened_home(BEN))
        stale = self.home(BEN)
        self.do(self.click("take"))
        self.do(self.click_in(stale, "Take", BEN, home=True))
        self.assertIn("Anna Agent has", self.shown(self.home(BEN)))

    def test_who_may_not_sees_why(self):
        new_test_user(self.env, "clerk", groups="base.group_user", email="clerk@example.com")
        self.slack.new_user("U0CLERK001", "Clara Clerk", "clerk@example.com")
        self.slack.new_user("U0GUEST001", "Gina Guest", "anna@example.com", is_restricted=True)
        for user, why in (("U0CLERK001", "no access to Helpdesk"), ("U0GUEST001", "a guest")):
            row = self.do(self.opened_home(user))
            self.assertEqual(row.state, "ignored")
            self.assertIn(why, self.shown(self.home(user)))

    def test_the_other_tab_is_nothing(self):
        self.assertFalse(self.receive(self.opened_home(tab="messages")))

    def test_rows_without_a_ticket_are_forgotten_after_the_days_of_the_outbox(self):
        rows = self.do(self.command("mine")) | self.do(self.opened_home()) | self.do(self.click("take"))
        self.company.helpdesk_outbox_days = 30
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_slack_inbound SET create_date = create_date - interval '31 days'")
        self.env.invalidate_all()
        self.Inbox._gc_without_ticket()
        self.assertEqual(rows.exists().mapped("kind"), ["block_action"])
