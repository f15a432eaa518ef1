"""A copy of the database for testing never talks to the real Slack, nor to real customers."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.modules import neutralize
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..models.monitoring.helpdesk_bridge_health import EMAIL_SENT
from ..models.monitoring.helpdesk_bridge_metrics import TOKEN as WATCH_TOKEN
from ..models.settings.res_config_settings import SECRETS
from .outbound_case import JANE, OutboundCase

QUEUE = "mail.ir_cron_mail_scheduler_action"


@tagged("post_install", "-at_install")
class TestCopies(OutboundCase):
    def neutralize(self):
        self.env.flush_all()
        for query in neutralize.get_neutralization_queries(["base", "helpdesk_bridge"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def move(self, **params):
        """Find oneself in another database, as after a copy: with another uuid."""
        self.env["helpdesk.bridge.database"]._remember_identity()
        self.env["ir.config_parameter"].set_param("database.uuid", "11111111-2222-3333-4444-555555555555")

    def test_a_copy_sends_nothing_until_somebody_says_that_it_is_the_real_one(self):
        entry = self.entries(self.new_ticket())
        self.move()
        self.assertFalse(self.deliver())
        self.assertFalse(self.slack.calls)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.helpdesk_health_home, "down")
        settings.action_helpdesk_confirm_database()
        self.deliver()
        self.assertEqual(entry.state, "sent")
        self.assertEqual(self.env["res.config.settings"].create({}).helpdesk_health_home, "ok")

    def test_a_copy_sends_no_customer_what_waited_when_it_was_copied(self):
        ticket = self.receive(JANE).ticket_id
        self.comment(ticket, "Unplug it.", user=self.agent)
        other = self.env["mail.mail"].create({"email_to": "x@y.example", "email_from": "a@b.example", "body_html": "x"})
        self.move()
        woken = self.woken(QUEUE)
        self.assertEqual([people for people, _message in self.send()], [["x@y.example"]], "others' mail is not ours")
        self.assertEqual((self.mails(ticket).state, other.state), ("outgoing", "sent"))
        self.assertEqual(self.woken(QUEUE), woken, "nobody looks again and again")
        with self.assertRaisesRegex(UserError, "copied or renamed"):
            ticket.action_retry_mails()
        self.env["res.config.settings"].create({}).action_helpdesk_confirm_database()
        self.assertGreater(self.woken(QUEUE), woken)
        self.assertEqual([people for people, _message in self.send()], [["jane@customer.example"]])

    def test_a_copy_says_where_its_links_lead_before_it_goes_on(self):
        self.move()
        self.env["ir.config_parameter"].set_param("web.base.url", "https://real.acme.example")
        with MockRequest(self.env) as request:
            request.httprequest.host_url = "http://copy.acme.example/"
            words = self.env["res.config.settings"].create({}).helpdesk_explanation_home
            self.assertIn("would lead to https://real.acme.example, but you are at http://copy.acme.example", words)
            request.httprequest.host_url = "https://real.acme.example/"
            self.assertIn(
                "lead here: https://real.acme.example",
                self.env["res.config.settings"].create({}).helpdesk_explanation_home,
            )

    def test_no_button_of_a_copy_talks_to_the_outside(self):
        self.move()
        mailbox = self.env["fetchmail.server"].create(
            {"name": "Copy", "server_type": "pop", "state": "done", "helpdesk_team_id": self.team.id}
        )
        for button in (self.workspace.action_test_connection, self.channel.action_send_test, mailbox.fetch_mail):
            with self.assertRaisesRegex(UserError, "copied or renamed"):
                button()
        self.assertFalse(self.slack.calls)

    def test_a_copy_fetches_other_peoples_email_as_ever(self):
        self.move()
        fetched = []
        ours, theirs = (
            self.env["fetchmail.server"].create(
                {
                    "name": name,
                    "server_type": "pop",
                    "state": "done",
                    "object_id": self.env["ir.model"]._get_id("res.partner"),
                }
            )
            for name in ("ours", "theirs")
        )
        ours.helpdesk_team_id = self.team
        with patch(
            "odoo.addons.mail.models.fetchmail.FetchmailServer._fetch_mail",
            lambda servers, batch_limit=50: fetched.extend(servers.mapped("name")),
        ):
            (ours | theirs)._fetch_mail()
        self.assertEqual(fetched, ["theirs"])

    def test_a_database_that_stays_where_it_is_is_no_copy(self):
        self.env["helpdesk.bridge.database"]._remember_identity()
        self.env["helpdesk.bridge.database"]._remember_identity()
        self.assertFalse(self.env["helpdesk.bridge.database"]._is_copy())

    def test_another_web_address_is_no_copy(self):
        self.env["helpdesk.bridge.database"]._remember_identity()
        self.env["ir.config_parameter"].set_param("web.base.url", "https://elsewhere.example")
        self.assertFalse(self.env["helpdesk.bridge.database"]._is_copy())

    def test_neutralizing_empties_secrets_and_cancels_what_waits(self):
        entry = self.entries(self.new_ticket())
        self.workspace.write({"signing_secret": "s", "app_token": "xapp-1"})
        self.channel.webhook_url = self.slack.webhook_url
        self.neutralize()
        self.assertFalse(self.workspace.bot_token or self.workspace.signing_secret or self.channel.webhook_url)
        self.assertFalse(self.workspace.app_token)
        self.assertEqual(entry.state, "canceled")

    def test_neutralizing_leaves_nothing_of_slack_to_be_carried_out(self):
        values = {"workspace_id": self.workspace.id, "event_ref": "Ev1", "source": "http", "kind": "message"}
        entry = self.env["helpdesk.slack.inbound"].create({**values, "payload": {"text": "secret"}})
        self.agent.with_user(self.agent).action_link_slack()
        self.neutralize()
        self.assertEqual((entry.state, entry.payload), ("ignored", False))
        self.assertFalse(self.agent.sudo().slack_link_hash)

    def test_neutralizing_leaves_no_reply_to_be_sent(self):
        reply = self.env["helpdesk.ticket.reply"]._hold(self.receive(JANE).ticket_id, self.agent, "Unplug it.")
        self.neutralize()
        self.assertEqual(reply.state, "stopped")
        self.assertFalse(reply._send_now(self.agent))

    def test_neutralizing_leaves_no_email_to_be_sent(self):
        ticket = self.receive(JANE).ticket_id
        self.comment(ticket, "Unplug it.", user=self.agent)
        self.assertEqual((self.letters(ticket), self.mails(ticket).state), ([("received", "owed")], "outgoing"))
        self.neutralize()
        self.assertEqual((self.letters(ticket), self.mails(ticket).state), ([("received", "skipped")], "cancel"))

    def test_neutralizing_forgets_the_monitors_token_and_when_an_email_was_sent(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(WATCH_TOKEN, "watch-me")
        parameters.set_param(f"{EMAIL_SENT}.{self.company.id}", "True")
        sent = [("key", "=like", f"{EMAIL_SENT}%")]
        self.assertTrue(parameters.search(sent))
        self.neutralize()
        self.assertFalse(parameters.get_param(WATCH_TOKEN))
        self.assertFalse(parameters.search(sent))

    def test_neutralizing_forgets_what_was_typed_into_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        settings.write(dict.fromkeys(SECRETS, "xoxb-typed-in-a-form"))
        self.neutralize()
        self.assertFalse([name for name in SECRETS if settings[name]])

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
