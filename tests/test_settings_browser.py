"""The Settings form in a real browser."""

from odoo.tests import HttpCase, tagged

from .slack_fake import TOKEN, SlackFake


@tagged("post_install", "-at_install")
class TestSettingsBrowser(HttpCase):
    def test_a_token_is_typed_tested_saved_and_never_shown_again(self):
        slack = SlackFake()
        self.addCleanup(slack.stop)
        workspace = self.env["helpdesk.slack.workspace"].create({"name": "Slack", "api_url": slack.url})
        self.start_tour("/odoo", "helpdesk_bridge_settings", login="admin", timeout=120)
        self.assertEqual(workspace.bot_token, TOKEN)
        self.assertEqual(self.env.company.helpdesk_slack_channel_id.channel_ref, "C0SUPPORT01")
        self.assertEqual(slack.messages[0]["channel"], "C0SUPPORT01")
        self.assertFalse(any(self.env["res.config.settings"].search([]).mapped("helpdesk_slack_bot_token")))
