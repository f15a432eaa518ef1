"""The Settings say what is missing and what stands still, and open the place where it is mended."""

from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import InboundCase, new_test_user
from .outbound_case import Smtp


@tagged("post_install", "-at_install")
class TestSettingsHealth(InboundCase):
    def setUp(self):
        super().setUp()
        self.env["fetchmail.server"].search([]).helpdesk_checked_date = "2999-01-01"
        self.env["ir.cron"].search([]).nextcall = "2999-01-01"

    def settings(self, **values):
        return self.env["res.config.settings"].create({"company_id": self.company.id, **values})

    def open_part(self, part):
        return self.settings().with_context(helpdesk_part=part).action_helpdesk_open_part()

    def sent(self, message, status="sent"):
        values = {"mail_message_id": message.id, "res_partner_id": self.agent.partner_id.id}
        return self.env["mail.notification"].create(
            {**values, "notification_type": "email", "notification_status": status}
        )

    # -- what is missing ---------------------------------------------------------------------------------------------

    def test_a_new_company_has_everything_before_it(self):
        company = self.env["res.company"].create({"name": "New"})
        self.team.company_id = self.company
        self.workspace.company_id = self.company
        self.env["helpdesk.ticket.team"].search([("company_id", "=", False)]).active = False
        settings = self.env["res.config.settings"].create({"company_id": company.id})
        todo = {
            step for step in ("team", "mailbox", "slack", "channel", "posted") if not settings[f"helpdesk_step_{step}"]
        }
        self.assertEqual(todo, {"team", "mailbox", "slack", "channel", "posted"})

    def test_each_step_is_seen_when_it_is_done(self):
        self.env["helpdesk.bridge.health"]._record_sent_email(self.company)
        self.team.user_ids = self.agent
        (self.agent | self.env.user).email = "somebody@example.com"
        self.company.email = "office@example.com"
        self.workspace.action_test_connection()
        self.new_ticket()
        self.deliver()
        self.assertEqual(self.settings().helpdesk_steps_left, 0)

    def test_a_member_who_may_read_no_tickets_is_named_and_opened(self):
        self.env["helpdesk.ticket.team"].search([]).user_ids = False
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        self.team.user_ids = outsider
        settings = self.settings()
        self.assertFalse(settings.helpdesk_step_team)
        self.assertEqual(settings.helpdesk_members_outside, 1)
        action = self.open_part("members")
        self.assertEqual(self.env["res.users"].search(action["domain"]), outsider)
        self.team.user_ids |= self.agent
        settings = self.settings()
        self.assertTrue(settings.helpdesk_step_team)
        self.assertEqual(settings.helpdesk_members_outside, 1, "the other one still sees nothing")

    def test_a_server_that_was_entered_has_not_sent_anything_yet(self):
        self.env["ir.mail_server"].search([]).active = False
        self.assertFalse(self.settings().helpdesk_sending_entered or self.settings().helpdesk_step_sending)
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "127.0.0.1"})
        self.assertTrue(self.settings().helpdesk_sending_entered)
        self.assertFalse(self.settings().helpdesk_step_sending, "nobody knows whether it works")
        servers = self.env.registry["ir.mail_server"]
        with (
            patch.object(servers, "_connect__", lambda *_a, **_k: Smtp()),
            patch.object(servers, "_disable_send", classmethod(lambda cls: False)),
        ):
            self.settings().with_context(helpdesk_letter="received").action_helpdesk_letter_test()
        self.assertTrue(self.settings().helpdesk_step_sending)

    def test_an_answer_that_has_left_is_proof_as_well(self):
        message = self.new_ticket().message_post(body="Hello")
        notification = self.sent(message, "exception")
        self.assertFalse(self.settings().helpdesk_step_sending)
        notification.notification_status = "sent"
        self.assertTrue(self.settings().helpdesk_step_sending)

    def test_what_left_another_company_proves_nothing_here(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.env["helpdesk.bridge.health"]._record_sent_email(company)
        message = self.new_ticket(team_id=False, company_id=company.id).message_post(body="Hello")
        self.sent(message)
        self.assertFalse(self.settings().helpdesk_step_sending)
        self.assertTrue(self.settings(company_id=company.id).helpdesk_step_sending)

    def test_another_mail_server_has_to_prove_itself_anew(self):
        server = self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "127.0.0.1"})
        changes = {
            "other host": lambda: server.write({"smtp_host": "127.0.0.2"}),
            "one more": lambda: self.env["ir.mail_server"].create({"name": "More", "smtp_host": "127.0.0.3"}),
            "one less": lambda: server.unlink(),
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.env["helpdesk.bridge.health"]._record_sent_email(self.company)
                self.sent(self.new_ticket().message_post(body="Hello"))
                server.exists().name = f"Out {name}"
                self.assertTrue(self.settings().helpdesk_step_sending, "its name is nothing to prove")
                with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
                    change()
                self.assertFalse(self.settings().helpdesk_step_sending)

    def test_an_automatic_email_that_nobody_took_has_not_left(self):
        self.env.user.email = "somebody@example.com"

        def refused(mails, **_options):
            mails.write({"state": "exception", "failure_reason": "No address"})

        with patch.object(self.env.registry["mail.mail"], "send", refused):
            told = self.settings().with_context(helpdesk_letter="received").action_helpdesk_letter_test()["params"]
        self.assertEqual((told["type"], told["message"]), ("danger", "No address"))
        self.assertFalse(self.settings().helpdesk_step_sending)

    def test_a_mailbox_of_a_team_without_members_is_not_enough(self):
        self.team.user_ids = self.agent
        self.assertTrue(self.settings().helpdesk_step_mailbox)
        self.mailbox.helpdesk_team_id = self.env["helpdesk.ticket.team"].create({"name": "Empty"})
        self.assertFalse(self.settings().helpdesk_step_mailbox)

    def test_a_channel_that_slack_does_not_let_us_into_is_not_enough_and_says_so_at_once(self):
        self.team.slack_channel_id = False
        self.slack.info["C0STRANGE1"] = {"is_member": False}
        self.slack.channels.add("C0STRANGE1")
        self.addCleanup(self.slack.channels.discard, "C0STRANGE1")
        channel_id, _name = self.env["helpdesk.slack.channel"].name_create("C0STRANGE1")
        settings = self.settings(helpdesk_slack_channel_id=channel_id)
        self.assertIn("/invite", settings.helpdesk_slack_channel_problem)
        self.assertFalse(settings.helpdesk_step_channel)
        settings.helpdesk_slack_channel_id = self.channel
        self.assertFalse(settings.helpdesk_slack_channel_problem)
        self.assertTrue(settings.helpdesk_step_channel)

    def test_a_token_that_slack_refuses_is_not_enough(self):
        self.assertTrue(self.settings().helpdesk_step_slack)
        self.workspace._pause("revoked")
        self.assertFalse(self.settings().helpdesk_step_slack)

    def test_everybody_needs_an_address(self):
        self.company.email = "office@example.com"
        self.env["helpdesk.ticket.team"].search([]).user_ids = self.agent
        self.env.user.email = "somebody@example.com"
        self.assertTrue(self.settings().helpdesk_step_people)
        self.agent.email = False
        self.assertFalse(self.settings().helpdesk_step_people)

    def test_whose_address_is_missing_is_shown(self):
        """The list of users has a column for it, and who is on no team is not asked for one."""
        self.env["helpdesk.ticket.team"].search([]).user_ids = self.agent
        self.agent.email, self.env.user.email = False, "somebody@example.com"
        new_test_user(self.env, "stranger", email=False)
        self.assertTrue(self.settings().helpdesk_people_left)
        action = self.open_part("people")
        self.assertEqual(self.env["res.users"].search(action["domain"]), self.agent)
        for view_id, kind in action["views"]:
            self.assertIn('name="email"', self.env["res.users"].get_view(view_id, kind)["arch"], kind)

    def test_an_address_of_the_company_is_asked_for_by_itself(self):
        self.company.email = False
        self.assertFalse(self.settings().helpdesk_company_email)
        action = self.open_part("company")
        self.assertEqual((action["res_model"], action["res_id"]), ("res.company", self.company.id))

    # -- how it is ---------------------------------------------------------------------------------------------------

    def states(self, settings):
        names = [name for name in settings._fields if name.startswith("helpdesk_health_")]
        self.assertIn("helpdesk_health_outbox", names)
        return {settings[name] for name in names}

    def test_all_is_well_in_words(self):
        settings = self.settings()
        self.assertLessEqual(self.states(settings), {"ok", "none"})
        self.assertEqual(settings.helpdesk_explanation_outbox, "Nothing is waiting.")
        self.assertEqual(settings.helpdesk_explanation_crons, "All scheduled actions are on time.")
        self.assertIn("Last checked", settings.helpdesk_explanation_mailboxes)

    def test_what_stands_still_is_said_and_opened(self):
        failed = self.entries(self.new_ticket())
        failed.state = "failed"
        late = self.entries(self.new_ticket())
        late.next_attempt_at = "2020-01-01"
        settings = self.settings()
        self.assertEqual(settings.helpdesk_health_outbox, "down")
        for words in ("Waiting: 1.", "has been due for", "Failed: 1."):
            self.assertIn(words, settings.helpdesk_explanation_outbox)
        action = self.open_part("outbox")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]) & (failed | late), failed | late)

    def test_messages_behind_a_refused_channel_or_token_are_not_fine(self):
        self.new_ticket()
        for way in (self.channel, self.workspace):
            way._pause("not_in_channel")
            settings = self.settings()
            self.assertEqual(settings.helpdesk_health_outbox, "look", way)
            self.assertEqual(settings.helpdesk_explanation_outbox, "Waiting: 1. Held up by their channel or token: 1.")
            way.state = "ok"
        self.assertEqual(self.settings().helpdesk_explanation_outbox, "Waiting: 1.")

    def test_automatic_emails_that_are_tried_again_are_not_fine(self):
        mail = self.env["mail.mail"].create(
            {
                "model": "helpdesk.ticket",
                "res_id": self.new_ticket().id,
                "email_to": "jane@customer.example",
                "state": "outgoing",
            }
        )
        self.assertEqual(self.settings().helpdesk_health_letters, "ok", "nobody has tried it yet")
        mail.write({"helpdesk_attempts": 1, "failure_reason": "450 4.2.0 greylisted"})
        settings = self.settings()
        self.assertEqual(settings.helpdesk_health_letters, "look")
        self.assertEqual(settings.helpdesk_explanation_letters, "Waiting: 1. 450 4.2.0 greylisted")

    def test_what_is_not_set_up_is_not_fine(self):
        self.workspace.bot_token = False
        self.env["helpdesk.slack.workspace"].search([]).bot_token = False
        self.mailbox.state = "draft"
        settings = self.settings()
        self.assertEqual((settings.helpdesk_health_slack, settings.helpdesk_health_mailboxes), ("none", "none"))
        self.assertLessEqual(self.states(settings), {"ok", "none"})

    def test_a_refused_channel_is_opened(self):
        self.channel._pause("archived")
        action = self.open_part("slack")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]) & self.channel, self.channel)

    def test_a_channel_that_was_tried_and_dropped_troubles_nobody(self):
        wrong = self._new_channel("#wrong", "C0WRONG001")
        self.company.helpdesk_slack_channel_id = wrong
        wrong.action_send_test()
        self.assertEqual((wrong.state, self.settings().helpdesk_health_slack), ("paused", "look"), "it is in use")
        self.assertFalse(wrong.activity_ids, "whoever tests has seen the answer")
        self.company.helpdesk_slack_channel_id = self.channel
        self.assertEqual(self.settings().helpdesk_health_slack, "ok")

    def test_a_channel_that_something_still_waits_for_is_missed(self):
        self.new_ticket()
        self.team.slack_channel_id = self._new_channel("#other", "C0SUPPORT02")
        self.channel._pause("archived")
        self.assertEqual(self.settings().helpdesk_health_slack, "look")

    def test_a_cron_that_was_just_switched_on_is_not_late(self):
        cron = self.env.ref("helpdesk_bridge.ir_cron_sla_tick")
        cron.write({"nextcall": "2020-01-01", "active": True})
        self.assertEqual(self.settings().helpdesk_health_crons, "ok")

    def test_a_cron_is_named_and_opened(self):
        cron = self.env.ref("helpdesk_bridge.ir_cron_sla_tick")
        cron.active = False
        self.assertIn(cron.name, self.settings().helpdesk_explanation_crons)
        action = self.open_part("crons")
        self.assertIn(cron, self.env["ir.cron"].search(action["domain"]))

    def test_without_a_mailbox_nobody_needs_the_fetch(self):
        fetch = self.env.ref("mail.ir_cron_mail_gateway_action")
        fetch.active = False
        self.assertIn(fetch.name, self.settings().helpdesk_explanation_crons)
        self.mailbox.state = "draft"
        fetch.active = False
        self.assertLessEqual(self.states(self.settings()), {"ok", "none"})

    def test_a_mailbox_that_cannot_be_opened_says_why_and_is_the_one_that_is_opened(self):
        refused = "b'[AUTHENTICATIONFAILED] Authentication failed.'"
        self._new_mailbox("second@example.com", self.team).helpdesk_checked_date = "2999-01-01"
        self.mailbox.write({"error_date": "2026-01-01", "error_message": refused})
        settings = self.settings()
        self.assertEqual(settings.helpdesk_health_mailboxes, "look")
        self.assertIn("1 of 2. The mail server does not accept this user name", settings.helpdesk_explanation_mailboxes)
        action = self.open_part("mailboxes")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.mailbox)
        self.mailbox.state = "draft"
        self.assertEqual(self.settings().helpdesk_health_mailboxes, "look", "core has given it up, and nobody else has")

    def test_fetching_now_says_in_words_what_stands_in_the_way(self):
        mailboxes = type(self.mailbox)
        for error, words in (
            (ConnectionRefusedError(111, "Connection refused"), "does not answer"),
            (OSError("[SSL: WRONG_VERSION_NUMBER] wrong version number"), "does not use TLS"),
            (UserError("The folder X does not exist."), "The folder X does not exist."),
        ):
            with self.subTest(words), patch.object(mailboxes, "_fetch_mail", lambda *_a, error=error, **_k: error):
                with self.assertRaisesRegex(UserError, words):
                    self.mailbox.fetch_mail()
        with patch.object(mailboxes, "_fetch_mail", lambda *_a, **_k: None):
            self.assertIsNone(self.mailbox.fetch_mail())

    def test_each_part_opens_something(self):
        for part in ("mailboxes", "mails", "slack", "team", "mailbox", "sending"):
            with self.subTest(part):
                action = self.open_part(part)
                self.env[action["res_model"]].search(action["domain"])

    def test_what_is_not_there_cannot_be_opened(self):
        for part in (None, "nothing", ["mails"], {}):
            with self.subTest(part), self.assertRaisesRegex(UserError, "no part named"):
                self.open_part(part)

    def test_only_automatic_emails_that_may_still_leave_are_opened(self):
        letter = {"model": "helpdesk.ticket", "res_id": self.new_ticket().id, "email_to": "jane@customer.example"}
        mails = {
            state: self.env["mail.mail"].create({**letter, "state": state})
            for state in ("outgoing", "exception", "sent", "received", "cancel")
        }
        action = self.open_part("letters")
        found = self.env[action["res_model"]].search(literal_eval(action["domain"]))
        self.assertEqual({state for state, mail in mails.items() if mail in found}, {"outgoing", "exception"})

    def test_only_an_administrator_opens_them(self):
        somebody = new_test_user(self.env, "somebody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.settings().with_user(somebody).action_helpdesk_open_part()

    # -- the monitor's token -----------------------------------------------------------------------------------------

    def test_a_token_goes_in_and_never_comes_out(self):
        settings = self.settings(helpdesk_watch_token=" a-long-enough-token ")
        settings.execute()
        self.assertFalse(settings.helpdesk_watch_token)
        metrics = self.env["helpdesk.bridge.metrics"]
        self.assertTrue(metrics._is_token("a-long-enough-token"))
        stored = self.env["ir.config_parameter"].sudo().search([("key", "=like", "helpdesk_bridge.%")])
        self.assertNotIn("a-long-enough-token", stored.mapped("value"), "an administrator reads the parameters")
        self.assertFalse(any(metrics._is_token(value) for value in stored.mapped("value") if value))
        again = self.settings()
        self.assertEqual((again.helpdesk_watch_state, again.helpdesk_watch_token), ("stored", False))
        again.execute()
        self.assertTrue(metrics._is_token("a-long-enough-token"), "empty keeps it")
        again.action_helpdesk_remove_monitoring_token()
        self.assertEqual(self.settings().helpdesk_watch_state, "none")

    def test_a_token_that_anybody_guesses_is_refused(self):
        for token in ("secret", " " * 30, "é" * 20):
            with self.subTest(token), self.assertRaisesRegex(ValidationError, "at least 16"):
                self.settings(helpdesk_watch_token=token)

    def test_a_token_typed_but_not_saved_does_not_stay_behind(self):
        typed = self.settings(helpdesk_watch_token="a-long-enough-token")
        self.settings()
        self.assertFalse(typed.helpdesk_watch_token)

    def test_the_servers_token_is_said_to_be_there(self):
        with patch.dict("os.environ", HELPDESK_BRIDGE_WATCH_TOKEN="x" * 20):
            self.assertEqual(self.settings().helpdesk_watch_state, "server")
