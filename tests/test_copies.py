"""A copy of the database for testing never talks to the real Slack."""

from odoo.exceptions import UserError
from odoo.modules import neutralize
from odoo.tests import tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestCopies(BridgeCase):
    def neutralize(self):
        self.env.flush_all()
        for query in neutralize.get_neutralization_queries(["base", "helpdesk_bridge"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def test_neutralizing_empties_secrets_and_cancels_what_waits(self):
        entry = self.entries(self.new_ticket())
        self.workspace.signing_secret = "s"
        self.channel.webhook_url = self.slack.webhook_url
        self.neutralize()
        self.assertFalse(self.workspace.bot_token or self.workspace.signing_secret or self.channel.webhook_url)
        self.assertEqual(entry.state, "canceled")

    def test_neutralizing_forgets_what_was_typed_into_the_settings(self):
        settings = self.env["res.config.settings"].create({"helpdesk_slack_bot_token": "xoxb-typed"})
        self.neutralize()
        self.assertFalse(settings.helpdesk_slack_bot_token)

    def test_no_button_of_a_neutralized_database_talks_to_slack(self):
        self.neutralize()
        self.workspace.bot_token = "xoxb-right"
        for button in (self.workspace.action_test_connection, self.channel.action_send_test):
            with self.assertRaisesRegex(UserError, "neutralized"):
                button()
        self.assertFalse(self.slack.calls)

    def test_a_neutralized_database_sends_nothing_even_with_a_new_token(self):
        self.neutralize()
        self.workspace.bot_token = "xoxb-right"
        self.new_ticket()
        self.assertFalse(self.deliver())
        self.assertFalse(self.slack.calls)
