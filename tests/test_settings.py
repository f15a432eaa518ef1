"""The Settings form: what is typed is tested, what is saved is kept, secrets go in and never come out."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestSettings(BridgeCase):
    def settings(self, **values):
        return self.env["res.config.settings"].create(values)

    def test_an_empty_token_keeps_the_stored_one(self):
        self.settings().execute()
        self.assertEqual(self.workspace.bot_token, "xoxb-right")

    def test_a_filled_token_is_stored_and_the_form_forgets_it(self):
        settings = self.settings(helpdesk_slack_bot_token=" xoxb-new ")
        settings.execute()
        self.assertEqual(self.workspace.bot_token, "xoxb-new")
        self.assertFalse(settings.helpdesk_slack_bot_token)

    def test_the_first_token_makes_the_workspace(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertFalse(company._slack_workspace())
        self.settings(company_id=company.id, helpdesk_slack_bot_token="xoxb-first").execute()
        self.assertEqual(company._slack_workspace().bot_token, "xoxb-first")
        self.assertEqual(company._slack_workspace().company_id, company)
        self.assertEqual(self.workspace.bot_token, "xoxb-right")

    def test_a_typed_token_that_works_is_stored_by_its_test_and_the_status_says_so(self):
        self.workspace.bot_token = False
        settings = self.settings(helpdesk_slack_bot_token=" xoxb-right ")
        message = settings.action_helpdesk_slack_test()["params"]
        self.assertEqual(message["type"], "success")
        self.assertIn("The token is stored", message["message"])
        self.assertEqual(message["next"]["type"], "ir.actions.act_window_close", "the form is read anew")
        self.assertEqual(self.workspace.bot_token, "xoxb-right")
        self.assertFalse(settings.helpdesk_slack_bot_token)
        settings.invalidate_recordset()
        self.assertIn("Acme, as helpdesk", settings.helpdesk_slack_status)

    def test_a_typed_token_that_cannot_be_tested_is_not_stored_and_the_status_stays_true(self):
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": False})
        settings = self.settings(helpdesk_slack_bot_token="xoxb-right")
        self.assertIn("is not stored", settings.action_helpdesk_slack_test()["params"]["message"])
        self.assertFalse(self.workspace.bot_token)
        self.assertIn("Not connected", settings.helpdesk_slack_status)

    def test_what_is_no_bot_token_is_named_and_not_shown_to_slack(self):
        for pasted, word in (
            ("xoxp-1-2", "user token"),
            ("xapp-1-A0-2", "app-level"),
            ("xoxe.xoxb-1-2", "token rotation"),
            ("https://hooks.slack.com/services/T0/B0/x", "URL, not a token"),
            ("8f742231b10e8888abcd99aaabbb85a5", "other secrets"),
            ("support", "not a Slack token"),
        ):
            with self.subTest(pasted), self.assertRaisesRegex(ValidationError, f"{word}.*Bot User OAuth Token.*xoxb-"):
                self.settings(helpdesk_slack_bot_token=pasted).action_helpdesk_slack_test()
        with self.assertRaisesRegex(ValidationError, "user token"):
            self.settings(helpdesk_slack_bot_token="xoxp-1-2").execute()
        self.assertFalse(self.slack.calls)

    def test_a_test_for_one_company_leaves_no_empty_workspace_in_the_way_of_the_common_one(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.workspace.company_id = False
        typed = {"company_id": other.id, "helpdesk_slack_bot_token": "xoxb-oops"}
        self.settings(**typed).action_helpdesk_slack_test()
        self.assertEqual(other._slack_workspace(), self.workspace)
        self.settings(**{**typed, "helpdesk_slack_bot_token": "xoxb-right"}).action_helpdesk_slack_test()
        self.assertEqual(other._slack_workspace().company_id, other)
        self.assertEqual(other._slack_workspace().bot_token, "xoxb-right")

    def test_without_any_token_nobody_is_asked(self):
        self.workspace.bot_token = False
        message = self.settings().action_helpdesk_slack_test()["params"]
        self.assertEqual(message["title"], "There is no bot token yet")
        self.assertFalse(self.slack.calls)

    def test_a_slack_that_cannot_be_reached_has_not_said_no(self):
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-right"})
        message = self.settings().action_helpdesk_slack_test()["params"]
        self.assertEqual(message["title"], "Slack does not answer")

    def test_a_channel_that_was_pasted_before_the_token_learns_its_name(self):
        self.workspace.bot_token = False
        self.slack.info["C0PASTED01"] = {"id": "C0PASTED01", "name": "pasted", "is_member": True}
        self.slack.channels.add("C0PASTED01")
        self.addCleanup(self.slack.channels.discard, "C0PASTED01")
        pasted, _name = self.env["helpdesk.slack.channel"].name_create("C0PASTED01")
        channel = self.env["helpdesk.slack.channel"].browse(pasted)
        self.assertEqual(channel.name, "C0PASTED01")
        typed = self.settings(helpdesk_slack_bot_token="xoxb-right", helpdesk_slack_channel_id=pasted)
        answer = typed.action_helpdesk_slack_send_test()["params"]
        self.assertEqual(answer["type"], "success", answer)
        self.assertEqual(channel.name, "#pasted")

    def test_testing_the_connection_names_channels_that_nobody_could_ask_for(self):
        self.slack.info["C0PASTED01"] = {"id": "C0PASTED01", "name": "pasted", "is_member": True}
        channel = self._new_channel("C0PASTED01", "C0PASTED01")
        self.workspace.action_test_connection()
        self.assertEqual(channel.name, "#pasted")

    def test_a_wrong_token_in_the_form_leaves_the_working_one_alone(self):
        message = self.settings(helpdesk_slack_bot_token="xoxb-oops").action_helpdesk_slack_test()["params"]
        self.assertEqual(message["type"], "danger")
        self.assertEqual((self.workspace.state, self.workspace.bot_token), ("ok", "xoxb-right"))

    def test_a_test_message_with_a_wrong_token_in_the_form_is_not_sent(self):
        typed = self.settings(helpdesk_slack_bot_token="xoxb-oops", helpdesk_slack_channel_id=self.channel.id)
        self.assertEqual(typed.action_helpdesk_slack_send_test()["params"]["type"], "danger")
        self.assertFalse(self.slack.messages)

    def test_without_any_token_the_test_says_what_to_do(self):
        self.workspace.bot_token = False
        message = self.settings().action_helpdesk_slack_test()["params"]
        self.assertNotIn("no bot token", message["message"], "the title says so")
        self.assertIn("OAuth", message["message"])
        self.assertEqual(message["type"], "danger")

    def test_a_token_that_was_not_saved_does_not_stay_behind(self):
        typed = self.settings(helpdesk_slack_bot_token="xoxb-typed")
        self.settings()
        self.assertFalse(typed.helpdesk_slack_bot_token)

    def test_a_token_with_odd_characters_is_refused_in_plain_words(self):
        for odd in ("xoxb-a\u200bb", "xoxb-a\nb", "xoxb-ž", "xoxb a"):
            with self.subTest(odd), self.assertRaisesRegex(ValidationError, "Copy it again"):
                self.settings(helpdesk_slack_bot_token=odd).action_helpdesk_slack_test()
            with self.subTest(odd), self.assertRaisesRegex(ValidationError, "Copy it again"):
                self.workspace.bot_token = odd

    def test_one_company_does_not_overwrite_the_token_that_others_use_too(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.workspace.company_id = False
        self.settings(company_id=other.id, helpdesk_slack_bot_token="xoxb-own").execute()
        self.assertEqual(self.workspace.bot_token, "xoxb-right")
        self.assertEqual(other._slack_workspace().bot_token, "xoxb-own")
        with self.assertRaisesRegex(UserError, "Other companies use this workspace"):
            self.settings().action_helpdesk_slack_remove_token()

    def test_a_test_message_goes_to_the_channel_in_the_form(self):
        self.settings(helpdesk_slack_channel_id=self.channel.id).action_helpdesk_slack_send_test()
        self.assertEqual(self.slack.messages[0]["channel"], "C0SUPPORT01")

    def test_a_test_message_without_channel_says_what_is_missing(self):
        with self.assertRaisesRegex(UserError, "Choose a default channel first"):
            self.settings().action_helpdesk_slack_send_test()

    def test_removing_the_token_is_explicit(self):
        self.settings().action_helpdesk_slack_remove_token()
        self.assertFalse(self.workspace.bot_token)
        self.assertEqual(self.workspace.state, "draft")

    def test_the_status_line_tells_the_state_in_words(self):
        self.assertIn("Test the connection", self.settings().helpdesk_slack_status)
        self.workspace.action_test_connection()
        self.assertIn("Acme, as helpdesk", self.settings().helpdesk_slack_status)
        self.workspace._pause("It is raining.")
        self.assertIn("Paused: It is raining.", self.settings().helpdesk_slack_status)
        self.workspace.bot_token = False
        self.assertIn("Not connected", self.settings().helpdesk_slack_status)

    def test_the_empty_form_opens_and_saves(self):
        with Form(self.env["res.config.settings"]) as form:
            form.helpdesk_ticket_prefix = "SUP"
        form.record.execute()
        self.assertEqual(self.company.helpdesk_ticket_prefix, "SUP")

    def test_the_log_may_be_kept_for_ever(self):
        self.assertEqual(self.settings().helpdesk_inbound_days, 90)
        self.settings(helpdesk_inbound_days=0).execute()
        self.assertEqual(self.settings().helpdesk_inbound_days, 0)
        self.assertEqual(self.company.helpdesk_inbound_days, 0)

    # -- the other secrets -------------------------------------------------------------------------------------------

    def test_signing_secret_and_webhook_go_in_and_never_come_out(self):
        settings = self.settings(
            helpdesk_slack_signing_secret=" s1gn ",
            helpdesk_slack_channel_id=self.channel.id,
            helpdesk_slack_webhook_url=self.slack.webhook_url,
        )
        settings.execute()
        self.assertEqual(self.workspace._stored_signing_secret(), "s1gn")
        self.assertEqual(self.channel.webhook_url, self.slack.webhook_url)
        self.settings().execute()
        self.assertEqual(self.workspace._stored_signing_secret(), "s1gn", "an empty field keeps what is stored")
        shown = self.settings()
        self.assertTrue(shown.helpdesk_slack_has_signing_secret and shown.helpdesk_slack_has_webhook)
        for secret in ("s1gn", "hooks", "s3cret"):
            self.assertNotIn(secret, str(settings.read() + shown.read()))

    def test_the_other_secrets_that_were_not_saved_do_not_stay_behind(self):
        typed = self.settings(helpdesk_slack_signing_secret="s1gn", helpdesk_slack_webhook_url="https://x.example/")
        self.settings()
        self.assertFalse(typed.helpdesk_slack_signing_secret or typed.helpdesk_slack_webhook_url)

    def test_removing_the_other_secrets_is_explicit(self):
        self.workspace.signing_secret = "s1gn"
        self.channel.webhook_url = self.slack.webhook_url
        settings = self.settings(helpdesk_slack_channel_id=self.channel.id)
        settings.action_helpdesk_slack_remove_signing_secret()
        settings.action_helpdesk_slack_remove_webhook()
        self.assertFalse(self.workspace.signing_secret or self.channel.webhook_url)

    def test_a_webhook_needs_its_channel(self):
        self.company.helpdesk_slack_channel_id = False
        with self.assertRaisesRegex(UserError, "a webhook belongs to one channel"):
            self.settings(helpdesk_slack_webhook_url=self.slack.webhook_url).execute()

    def test_a_typed_webhook_takes_the_test_message_where_there_is_no_bot(self):
        self.workspace.bot_token = False
        typed = {"helpdesk_slack_channel_id": self.channel.id, "helpdesk_slack_webhook_url": self.slack.webhook_url}
        self.assertEqual(self.settings(**typed).action_helpdesk_slack_send_test()["params"]["type"], "success")
        self.assertEqual(len(self.slack.flat), 1)

    def test_blanks_are_no_secret(self):
        self.workspace.signing_secret = "s1gn"
        self.settings(helpdesk_slack_bot_token="  ").action_helpdesk_slack_test()
        self.settings(helpdesk_slack_bot_token=" ", helpdesk_slack_signing_secret=" ").execute()
        self.workspace.write({"bot_token_entry": " ", "signing_secret_entry": " "})
        self.assertEqual((self.workspace.bot_token, self.workspace.signing_secret), ("xoxb-right", "s1gn"))

    def test_one_company_changes_no_secret_that_others_use_too(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.workspace.company_id = False
        self.channel.webhook_url = self.slack.webhook_url
        settings = self.settings(company_id=other.id, helpdesk_slack_channel_id=self.channel.id)
        for button in ("action_helpdesk_slack_remove_webhook", "action_helpdesk_slack_remove_signing_secret"):
            with self.subTest(button), self.assertRaisesRegex(UserError, "Other companies use this workspace"):
                getattr(settings, button)()
        for typed in ({"helpdesk_slack_signing_secret": "s1gn"}, {"helpdesk_slack_webhook_url": "https://x.example/"}):
            with self.subTest(typed), self.assertRaisesRegex(UserError, "Other companies use this workspace"):
                self.settings(company_id=other.id, helpdesk_slack_channel_id=self.channel.id, **typed).execute()
        self.assertEqual(other._slack_workspace(), self.workspace)
        self.assertEqual(self.channel.webhook_url, self.slack.webhook_url)
