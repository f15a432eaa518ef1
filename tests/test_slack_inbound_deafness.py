"""A socket that is open and hears nothing is found out by what has to come back; silence alone proves nothing."""

from datetime import timedelta

from odoo.tests import tagged

from ..models.common import database_time
from ..tools.slack import catch_up
from ..tools.slack.socket_state import CONNECTED, DEAF, OFF, RECONNECTING, REFUSED
from .slack_inbound_case import CHANNEL, SlackInboundCase


@tagged("post_install", "-at_install")
class TestSlackInboundDeafness(SlackInboundCase):
    def setUp(self):
        super().setUp()
        self.now = database_time.now(self.env)
        self.workspace.app_token = "xapp-1-right"
        self.report(CONNECTED)
        self.workspace.socket_since = self.ago(3600)
        self.Outbox.search([]).sent_at = self.ago(86400)

    def ago(self, seconds):
        return self.now - timedelta(seconds=seconds)

    def report(self, state, code="", heard=None, owner="one"):
        self.workspace._report_sockets(owner, {self.workspace.id: (state, code, "", heard)})

    def post(self, seconds, ts="1700000900.000100", **values):
        """We have posted something, so many seconds ago."""
        entry = self.Outbox.search([("ticket_id", "=", self.ticket.id), ("kind", "=", "root")], limit=1)
        entry.write({"state": "sent", "slack_ts": ts, "sent_at": self.ago(seconds), **values})
        return entry

    def comes_back(self, ts="1700000900.000100", source="socket", channel=CHANNEL, **envelope):
        event = {"type": "message", "subtype": "bot_message", "bot_id": "B0BOT0001", "ts": ts, "channel": channel}
        self.assertFalse(self.receive(self.envelope({**event, "text": "x"}, **envelope), source=source))

    def prove(self):
        self.workspace._prove_hearing()
        return self.workspace.socket_state

    # -- What proves it ----------------------------------------------------------------------------------------------

    def test_a_post_that_does_not_come_back_within_a_minute(self):
        self.post(59)
        self.assertEqual(self.prove(), CONNECTED)
        self.post(61)
        renewals = self.workspace.socket_renewals
        self.assertEqual(self.prove(), DEAF)
        self.assertEqual(self.workspace.socket_renewals, renewals + 1)
        self.assertIn("Event Subscriptions", self.workspace.socket_error)

    def test_a_post_that_comes_back_before_its_answer_is_stored(self):
        self.comes_back()
        self.post(61)
        self.assertEqual(self.prove(), CONNECTED)

    def test_a_post_that_comes_back_from_a_channel_of_another_organization(self):
        self.post(61)
        self.comes_back(team_id="T0OTHER01", is_ext_shared_channel=True)
        self.assertEqual(self.prove(), CONNECTED)

    def test_a_post_that_comes_back_by_http_or_late_or_twice(self):
        self.post(61)
        for _copy in range(2):
            self.comes_back(source="http")
        self.assertEqual(self.prove(), CONNECTED)
        self.assertEqual(self.env["helpdesk.slack.echo"].search_count([]), 1)

    def test_another_message_coming_back_proves_nothing(self):
        self.post(61)
        self.comes_back("1700000901.000100")
        self.comes_back(channel="C0SUPPORT02")
        self.assertEqual(self.prove(), DEAF)

    def test_a_reply_that_only_catch_up_has_found(self):
        said = self.reply("x", ts=catch_up.moment_ts(self.ago(100)))
        [row] = self.receive(said, source="catch_up")
        self.assertEqual(self.prove(), CONNECTED, "the socket has a minute")
        self.create_at(row, 61)
        self.assertEqual(self.prove(), DEAF)

    def test_a_reply_that_catch_up_has_found_first_and_the_socket_has_told_as_well(self):
        said = self.reply("x", ts=catch_up.moment_ts(self.ago(100)))
        [row] = self.receive(said, source="catch_up")
        self.receive(said, source="socket")
        self.create_at(row, 61)
        self.assertEqual(self.prove(), CONNECTED)

    def create_at(self, row, seconds):
        self.env.cr.execute(
            "UPDATE helpdesk_slack_inbound SET create_date = %s WHERE id = %s", [self.ago(seconds), row.id]
        )

    # -- What does not -----------------------------------------------------------------------------------------------

    def test_silence_on_a_quiet_day_proves_nothing(self):
        self.assertEqual(self.prove(), CONNECTED)
        self.assertEqual(self.workspace.socket_renewals, 0)

    def test_what_happened_before_the_socket_was_open_proves_nothing(self):
        self.workspace.socket_since = self.ago(90)
        self.post(100)
        [row] = self.receive(self.reply("x", ts=catch_up.moment_ts(self.ago(3000))), source="catch_up")
        self.create_at(row, 61)
        self.assertEqual(self.prove(), CONNECTED)

    def test_edits_failed_messages_and_channels_that_cannot_be_read_prove_nothing(self):
        for values in ({"kind": "update"}, {"state": "failed"}, {"slack_ts": False}):
            with self.subTest(values):
                entry = self.post(61, **values)
                self.assertEqual(self.prove(), CONNECTED)
                entry.write({"kind": "root", "state": "sent"})
        self.post(61)
        self.channel.catch_up_error = "The bot is not in this channel."
        self.assertEqual(self.prove(), CONNECTED)

    def test_only_an_open_socket_can_be_deaf(self):
        self.post(61)
        for state in (OFF, RECONNECTING, REFUSED):
            self.workspace.socket_state = state
            self.assertEqual(self.prove(), state)

    # -- What follows ------------------------------------------------------------------------------------------------

    def test_only_what_comes_in_ends_it(self):
        self.post(61)
        self.prove()
        self.workspace.socket_since = self.ago(30)
        self.report(CONNECTED)
        self.assertEqual(self.workspace.socket_state, DEAF)
        self.report(CONNECTED, heard=10)
        self.assertEqual((self.workspace.socket_state, self.workspace.socket_error), (CONNECTED, False))
        self.assertLess(abs(self.workspace.last_heard - self.ago(10)), timedelta(seconds=5))

    def test_a_socket_that_stays_deaf_is_opened_again_less_and_less_often(self):
        self.post(61)
        self.prove()
        for deaf_for, renewed, again in ((30, 30, 0), (600, 300, 0), (600, 600, 1), (7200, 3000, 0)):
            with self.subTest((deaf_for, renewed)):
                renewals = self.workspace.socket_renewals
                self.workspace.write({"socket_since": self.ago(deaf_for), "socket_renewed_at": self.ago(renewed)})
                self.post(61)
                self.prove()
                self.assertEqual(self.workspace.socket_renewals - renewals, again)

    def test_a_listener_that_has_gone_is_said(self):
        self.workspace.socket_seen_at = self.ago(200)
        self.workspace._settle_sockets()
        self.assertEqual(self.workspace.socket_state, OFF)
        self.assertIn("No listener runs", self.workspace.socket_error)
        self.report(CONNECTED)
        self.assertEqual((self.workspace.socket_state, self.workspace.socket_error), (CONNECTED, False))

    def test_every_reason_has_words(self):
        for code in ("invalid_auth", "missing_scope", "link_disabled", "too_many_websockets", "connection_failed"):
            with self.subTest(code):
                self.report(REFUSED, code)
                self.assertGreater(len(self.workspace.socket_error), 40)
                self.assertNotIn(code, self.workspace.socket_error.replace("connections:write", ""))
        self.report(REFUSED, "brand_new_code")
        self.assertIn("brand_new_code", self.workspace.socket_error)

    # -- HTTP --------------------------------------------------------------------------------------------------------

    def by_http(self):
        """Slack has verified the Request URL an hour ago, and there is no socket."""
        self.workspace.write({"app_token": False, "signing_secret": "8f742231b10e8888abcd99yyyzzz85a5"})
        self.workspace.request_url_verified_at = self.ago(3600)

    def prove_http(self):
        self.workspace._prove_delivery()
        return bool(self.workspace.request_url_unheard_since)

    def test_a_request_url_to_which_slack_delivers_nothing_is_noticed_and_said(self):
        self.by_http()
        self.post(599)
        self.assertFalse(self.prove_http())
        self.post(601)
        self.assertTrue(self.prove_http())
        self.assertIn("Request URL", self.workspace.from_slack_note)
        self.assertIn("within a minute", self.workspace.from_slack_note)
        self.assertTrue(self.workspace._is_interactive(), "clicks may arrive: they are another setting in Slack")
        since = self.workspace.request_url_unheard_since
        self.now += timedelta(minutes=20)
        self.assertTrue(self.prove_http(), "on a quiet day nothing proves the contrary")
        self.assertEqual(self.workspace.request_url_unheard_since, since)

    def test_what_comes_back_by_http_ends_it(self):
        self.by_http()
        self.post(601)
        self.assertTrue(self.prove_http())
        self.workspace.request_url_unheard_since = self.ago(300)
        self.comes_back("1700000901.000100", source="http")
        self.assertFalse(self.prove_http())
        self.assertIn("within a second", self.workspace.from_slack_note)

    def test_one_event_that_slack_has_lost_proves_nothing_while_others_come(self):
        self.by_http()
        self.post(700)
        self.comes_back("1700000901.000100", source="http")
        self.assertFalse(self.prove_http())

    def test_what_proves_nothing_of_http(self):
        for what, values in (
            ("there is no secret", {"signing_secret": False}),
            ("not verified yet", {"request_url_verified_at": False}),
            ("verified after it was posted", {"request_url_verified_at": self.ago(30)}),
            ("a socket delivers", {"app_token": "xapp-1-right"}),
        ):
            with self.subTest(what):
                self.by_http()
                self.workspace.write(values)
                self.post(601)
                self.assertFalse(self.prove_http())

    def test_another_secret_begins_anew(self):
        self.by_http()
        self.post(601)
        self.assertTrue(self.prove_http())
        self.workspace.signing_secret = "9f742231b10e8888abcd99yyyzzz85a5"
        self.assertFalse(self.workspace.request_url_unheard_since)
        self.workspace.request_url_unheard_since = self.now
        self.workspace._note_verified()
        self.assertFalse(self.workspace.request_url_unheard_since)
