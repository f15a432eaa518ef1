"""Which buttons a ticket's first message has, and what clicks on other ones do: nothing."""

from odoo.tests import tagged

from .slack_acts_case import SlackActsCase


@tagged("post_install", "-at_install")
class TestSlackActsCards(SlackActsCase):
    def card(self, **values):
        ticket = self.new_ticket(**values)
        self.deliver()
        return ticket

    def test_the_buttons_say_what_can_be_done(self):
        menu = ["Assign to…", "Stage…", "Priority…", "Snooze…", "Not a ticket"]
        ticket = self.card()
        self.assertEqual(self.buttons(ticket), ["Take", "Close", "Open in Odoo", *menu])
        ticket.user_id = self.agent
        self.deliver()
        self.assertEqual(self.buttons(ticket), ["Hand over", "Close", "Open in Odoo", *menu])
        ticket.stage_id = self.done_stage
        self.deliver()
        self.assertEqual(self.buttons(ticket), ["Reopen", "Open in Odoo"])
        ticket.active = False
        self.deliver()
        self.assertEqual(self.buttons(ticket), ["Reopen", "Open in Odoo"])

    def test_a_team_that_takes_nothing_from_slack_has_no_buttons(self):
        self.team.slack_replies = "off"
        self.assertEqual(self.buttons(self.card()), ["Open in Odoo"])
        self.team.slack_replies = False
        row = self.do(self.click("take"))
        self.assertEqual(row.state, "done")
        self.team.slack_replies = "off"
        row = self.do(self.click("close"))
        self.assertEqual(row.state, "ignored")
        self.assertIn("Replies in Slack: Off", self.told()[0])

    def test_a_webhook_has_no_buttons(self):
        self.workspace.bot_token = False
        self.channel.webhook_url = self.slack.webhook_url
        self.new_ticket()
        self.deliver()
        [message] = self.slack.flat
        self.assertEqual(self.labels(message["blocks"]), ["Open in Odoo"])

    def test_a_link_is_no_act(self):
        click = self.click("open")
        self.assertFalse(self.receive(click))

    def test_unknown_buttons_do_nothing(self):
        for click in (
            self.click("explode"),
            self.click("menu", option="explode"),
            {**self.click("take"), "actions": []},
        ):
            row = self.do(click)
            self.assertEqual(self.outcome(row), [("ignored", "Odoo does nothing with this yet.")])

    def test_a_merged_ticket_is_worked_on_where_it_went(self):
        target = self.new_ticket(name="Target")
        self.ticket.write({"duplicate_id": target.id, "active": False})
        self.do(self.click("take"))
        self.assertEqual((target.user_id, self.ticket.user_id.id), (self.agent, False))
