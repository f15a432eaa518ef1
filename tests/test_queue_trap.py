"""What another addon builds on: the trap of what is queued, and events that this addon does not know."""

from markupsafe import Markup

from odoo.tests import tagged

from ..tools.ticket import events
from ..tools.ticket.events import Event, Rule
from .common import BridgeCase, trap_queued


@tagged("post_install", "-at_install")
class TestQueueTrap(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")

    def test_it_catches_what_the_block_has_queued(self):
        before = self.new_ticket()
        with trap_queued(self.env) as trap:
            ticket = self.new_ticket(partner_email="jane@customer.example")
            root = trap.assert_message(ticket, "created", kind="root", text="Printer is on fire", mentions=True)
            trap.assert_no_message(ticket, kind="reply")
            self.comment(ticket, Markup("<p>Tea &amp; <b>biscuits</b></p>"), self.agent)
            ticket.with_user(self.agent).stage_id = self.done
        self.comment(ticket, "Later", self.agent)
        self.assertEqual(trap.assert_message(ticket, kind="root"), root)
        trap.assert_message(ticket, "agent_replied", text="Anna Agent replied: Tea & biscuits", mentions=False)
        trap.assert_email(ticket, "closed")
        trap.assert_no_message(before)
        trap.assert_no_email(before)
        self.assertIn("Printer is on fire", trap.write_emails().subject)
        self.assertIn("*Status*\n:white_check_mark: Done", trap.first_message(ticket))

    def test_each_assertion_fails_and_says_what_is_there(self):
        with trap_queued(self.env) as trap:
            ticket = self.new_ticket(partner_email="jane@customer.example")
            ticket.with_user(self.agent).stage_id = self.done
            self.comment(ticket, "Once", self.agent)
            self.comment(ticket, "Twice", self.agent)
        for fails, words in (
            (lambda: trap.assert_message(ticket, "agent_replied"), "2 reply messages agent_replied instead of one"),
            (lambda: trap.assert_message(ticket, "reopened"), "0 reply messages reopened instead of one; queued: root"),
            (lambda: trap.assert_message(ticket, "closed", text="Reopened"), "is not in"),
            (lambda: trap.assert_message(ticket, "closed", mentions=True), "should mention people"),
            (lambda: trap.assert_message(ticket, kind="root", mentions=False), "should mention nobody"),
            (trap.assert_no_message, "are queued"),
            (lambda: trap.assert_no_message(event="closed"), "1 messages are queued"),
            (lambda: trap.assert_email(ticket, "received"), "email closed of ticket"),
            (trap.assert_no_email, "1 emails are queued"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(AssertionError, words):
                fails()

    def test_an_event_without_a_rule_is_posted(self):
        rules = self.env["helpdesk.slack.rule"]
        self.assertEqual(rules._for(self.new_ticket(), "parcel_sent"), Rule())
        self.assertEqual([rules._default(event) for event in events.EVENTS], list(events.DEFAULT_RULES.values()))

    def test_the_rule_of_an_addon_that_is_gone_goes(self):
        self.team.action_list_slack_events()
        rules = self.env["helpdesk.slack.rule"].search([("team_id", "=", self.team.id)])
        self.assertEqual(rules.mapped("event"), list(events.EVENTS))
        self.env.cr.execute("UPDATE helpdesk_slack_rule SET event = 'gone' WHERE id = %s", [rules[0].id])
        self.env.invalidate_all()
        self.team.action_list_slack_events()
        rules = self.env["helpdesk.slack.rule"].search([("team_id", "=", self.team.id)])
        self.assertEqual(sorted(rules.mapped("event")), sorted(events.EVENTS))

    def test_an_event_without_a_sentence_says_its_label(self):
        ticket = self.new_ticket()
        said = {name: words for name, words in ticket._slack_sentences().items() if not name.startswith("rated")}
        self.patch(type(ticket), "_slack_sentences", lambda tickets: dict(said))
        with trap_queued(self.env) as trap:
            ticket.with_user(self.agent)._bridge_report_events(Event("rated", facts={"rating": "of no use here"}))
        reply = trap.assert_message(ticket, "rated", text="Rated")
        self.assertEqual(reply.payload["body"], ":star: Rated")
