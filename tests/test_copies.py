"""A copy of the database for testing never talks to the real Slack."""

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
        self.neutralize()
        self.assertFalse(self.workspace.bot_token or self.workspace.signing_secret)
        self.assertEqual(entry.state, "canceled")

    def test_a_neutralized_database_sends_nothing_even_with_a_new_token(self):
        self.neutralize()
        self.workspace.bot_token = "xoxb-right"
        self.new_ticket()
        self.assertFalse(self.deliver())
        self.assertFalse(self.slack.calls)
