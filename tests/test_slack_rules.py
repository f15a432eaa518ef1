"""A team decides which events are told, which call people, and which stand in the channel, too."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..models.ticket.helpdesk_ticket_events import Change
from ..tools.ticket.events import EVENTS, Event
from .common import BridgeCase, new_test_user


@tagged("post_install", "-at_install")
class TestSlackRules(BridgeCase):
    def setUp(self):
        super().setUp()
        self.ben = new_test_user(
            self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", name="Ben Agent", email="ben@example.com"
        )
        self.team.user_ids = self.agent | self.ben
        self.jane = self.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        self.slack.people.update({"anna@example.com": "U0ANNA001", "ben@example.com": "U0BEN0001"})
        self.Rule = self.env["helpdesk.slack.rule"]

    def rule(self, event, owner=None, **decided):
        owner = owner or self.team
        name = "team_id" if owner._name == "helpdesk.ticket.team" else "company_id"
        return self.Rule.create({name: owner.id, "event": event, **decided})

    def last_line(self, ticket):
        self.deliver()
        return self.slack.messages[-1]

    def test_what_is_not_told_queues_no_line_but_shows(self):
        self.rule("assigned", posted=False)
        ticket = self.new_ticket()
        ticket.with_user(self.agent).assign_to_me()
        self.deliver()
        self.assertEqual(self.lines(ticket), [])
        self.assertIn("*Assignee*\n<@U0ANNA001>", self.shown(ticket))

    def test_a_line_also_stands_in_the_channel_where_the_team_says_so(self):
        self.rule("closed", broadcast=True)
        ticket = self.new_ticket()
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.assertTrue(self.last_line(ticket)["reply_broadcast"])

    def test_no_line_stands_in_the_channel_by_itself(self):
        ticket = self.new_ticket()
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.assertNotIn("reply_broadcast", self.last_line(ticket))

    def test_a_line_that_calls_calls_the_assignee(self):
        self.rule("customer_replied", mentions=True)
        ticket = self.new_ticket(user_id=self.agent.id)
        self.comment(ticket, "Hello?", author=self.jane)
        line = self.last_line(ticket)
        self.assertTrue(line["text"].startswith("<@U0ANNA001> [ML-#"))
        self.assertTrue(line["blocks"][0]["text"]["text"].startswith("<@U0ANNA001> "))

    def test_who_is_mentioned_while_nobody_has_it(self):
        """Those of a new ticket, before an SLA target is missed; its customer's replies call no channel."""
        self.rule("customer_replied", mentions=True)
        self.rule("sla_start_warned", mentions=True)
        self.ben.active = False
        warned = Event("sla_start_warned", metric="start")
        for mention, user, replied, late in (
            ("channel", self.env["res.users"], "", "<!channel> "),
            ("here", self.env["res.users"], "", "<!here> "),
            ("none", self.env["res.users"], "", ""),
            ("channel", self.ben, "", "<!channel> "),
            ("channel", self.agent, "<@U0ANNA001> ", "<@U0ANNA001> "),
        ):
            with self.subTest(mention=mention, user=user.name):
                self.team.slack_mention = mention
                ticket = self.new_ticket(user_id=user.id)
                self.comment(ticket, "Hello?", author=self.jane)
                self.assertTrue(self.last_line(ticket)["text"].startswith(f"{replied}[ML-#"))
                self.env["helpdesk.slack.outbox"]._enqueue([Change(ticket.sudo(), (warned,))])
                self.assertTrue(self.last_line(ticket)["text"].startswith(f"{late}[ML-#"))

    def test_nobody_is_called_for_what_they_did_themselves(self):
        self.rule("assigned", mentions=True)
        ticket = self.new_ticket()
        ticket.with_user(self.agent).assign_to_me()
        self.assertNotIn("<@", self.last_line(ticket)["text"])
        ticket.with_user(self.agent).user_id = self.ben
        self.deliver()
        lines = [message for message in self.slack.messages if message.get("thread_ts")]
        self.assertTrue(lines[-1]["text"].startswith("<@U0BEN0001> "))

    def test_a_new_ticket_may_come_quietly_or_not_at_all(self):
        rule = self.rule("created", mentions=False)
        ticket = self.new_ticket()
        self.deliver()
        self.assertNotIn("<!channel>", self.shown(ticket))
        rule.posted = False
        ticket = self.new_ticket()
        self.assertFalse(self.entries(ticket))
        self.comment(ticket, "Hello?", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Customer replied (Jane Doe): Hello?"])

    def test_a_new_company_mentions_the_assignee_and_no_channel(self):
        self.Rule.search([]).unlink()
        self.company.helpdesk_slack_mention = self.env["res.company"].create({"name": "New"}).helpdesk_slack_mention
        ticket = self.new_ticket()
        self.deliver()
        self.assertNotIn("<!channel>", self.shown(ticket), "nobody has switched that on")
        ticket.user_id = self.ben
        self.assertTrue(self.last_line(ticket)["text"].startswith("<@U0BEN0001> "))
        self.comment(ticket, "Hello?", author=self.jane)
        self.assertTrue(self.last_line(ticket)["text"].startswith("<@U0BEN0001> "))

    def test_the_settings_hold_for_every_team_that_decides_nothing(self):
        self.rule("agent_replied", self.company, posted=False)
        ticket = self.new_ticket()
        self.comment(ticket, "One", user=self.agent)
        self.deliver()
        self.assertEqual(self.lines(ticket), [])
        self.rule("agent_replied", posted=True)
        self.comment(ticket, "Two", user=self.agent)
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Anna Agent replied: Two"])
        self.Rule.search([("team_id", "=", self.team.id)]).unlink()
        self.comment(ticket, "Three", user=self.agent)
        self.deliver()
        self.assertEqual(len(self.lines(ticket)), 1)

    def test_asking_for_a_rule_costs_no_query(self):
        ticket = self.new_ticket()
        self.Rule._for(ticket, "closed")
        with self.assertQueryCount(0):
            self.Rule._for(ticket, "reopened")

    def test_the_table_of_a_team_begins_with_what_holds(self):
        self.rule("agent_replied", self.company, posted=False)
        self.team.with_user(self.manager).action_list_slack_events()
        table = {rule.event: (rule.posted, rule.mentions, rule.broadcast) for rule in self.team.slack_rule_ids}
        self.assertEqual(len(table), len(EVENTS))
        self.assertEqual(table["agent_replied"], (False, False, False))
        self.assertEqual(table["noted"], (False, False, False))
        self.assertEqual(table["created"], (True, True, False))
        self.assertEqual(table["sla_start_breached"], (True, True, True))
        self.assertEqual(self.team.slack_rule_ids[0].event, "created")
        self.team.action_list_slack_events()
        self.assertEqual(len(self.team.slack_rule_ids), len(EVENTS))

    def test_the_table_is_on_the_teams_form(self):
        with Form(self.team.with_user(self.manager)) as form, form.slack_rule_ids.new() as rule:
            rule.event = "noted"
        self.assertTrue(self.Rule._for(self.new_ticket(), "noted").posted)

    def test_the_settings_lead_to_the_table_of_the_company(self):
        action = self.env["res.config.settings"].create({}).action_helpdesk_slack_events()
        rules = self.Rule.search(action["domain"])
        self.assertEqual(len(rules), len(EVENTS))
        self.assertEqual(rules.company_id, self.company)

    def test_the_events_are_said_in_the_readers_language_and_a_digest_is_none(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms(["helpdesk_bridge"], ["de_DE"])
        for lang, label in (("en_US", "Customer replied"), ("de_DE", "Kunde hat geantwortet")):
            described = self.Rule.with_context(lang=lang).fields_get(["event"])["event"]["selection"]
            with self.subTest(lang):
                self.assertEqual(dict(described)["customer_replied"], label)
                self.assertEqual([event for event, _label in described], list(EVENTS))

    def test_an_agent_cannot_decide(self):
        with self.assertRaises(AccessError):
            self.Rule.with_user(self.agent).create({"team_id": self.team.id, "event": "noted"})
        with self.assertRaises(AccessError):
            self.team.with_user(self.agent).action_list_slack_events()
