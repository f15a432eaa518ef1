"""From Slack to Odoo in the Settings: what works now, what a test says to do, and that an old install notices nothing.

The ways themselves are in `test_slack_inbound_*`; here is how they are set up and what is said of them.
"""

import json
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.slack_inbound import helpdesk_slack_workspace_way_test as way_test
from ..tools.slack import inbound_request
from .common import new_test_user
from .slack_fake import APP_TOKEN, TOKEN
from .slack_inbound_case import ANNA, SlackInboundCase

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ALL = "chat:write,channels:history,groups:history,channels:read,groups:read,users:read,users:read.email"
EVERYTHING = f"{ALL},files:read,commands,reactions:read"


@contextmanager
def answering(answer):
    """A server at whose address is answered what a function of the request's body and headers returns."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, body = answer(raw, self.headers)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@tagged("post_install", "-at_install")
class TestSettingsFromSlack(SlackInboundCase):
    def setUp(self):
        super().setUp()
        self.slack.scopes = EVERYTHING
        self.workspace.granted_scopes = EVERYTHING

    def settings(self, **values):
        return self.env["res.config.settings"].create({"company_id": self.company.id, **values})

    def tested(self, **typed):
        """What the button says: its kind, its words."""
        said = self.settings(**typed).action_helpdesk_slack_test_from_slack()["params"]
        return said["type"], said["message"]

    def listening(self, state="connected", **values):
        """A listener looks after the workspace."""
        now = fields.Datetime.now()
        values = {"socket_since": now - timedelta(hours=2), "socket_seen_at": now, "last_heard": now, **values}
        self.workspace.app_token = APP_TOKEN
        self.workspace.write({"socket_state": state, **values})

    def said(self):
        """What the Settings say: of the way, and of scopes."""
        self.env.invalidate_all()
        settings = self.settings()
        return settings.helpdesk_slack_from_slack, settings.helpdesk_slack_lost

    def health(self):
        self.env.invalidate_all()
        settings = self.settings()
        return settings.helpdesk_health_from_slack, settings.helpdesk_explanation_from_slack

    # -- what works now ----------------------------------------------------------------------------------------------

    def test_the_settings_say_how_soon_replies_arrive_and_what_to_do(self):
        for name, change, words in (
            ("asking", lambda: None, "within a minute; buttons do not work. An app-level token makes it faster."),
            ("socket", self.listening, "within a second, and buttons work. By socket since"),
            (
                "refused",
                lambda: self.listening("refused", socket_error="invalid_auth"),
                "within a minute.*invalid_auth",
            ),
            ("deaf", lambda: self.listening("deaf", socket_error="no echo"), "within a minute.*no echo"),
            ("reconnecting", lambda: self.listening("reconnecting"), "within a minute.*is being opened"),
            (
                "gone",
                lambda: self.listening(socket_seen_at="2020-01-01"),
                "Start it on the server: odoo-bin helpdesk_listen",
            ),
            ("late", lambda: self.workspace.write({"catch_up_last": "2020-01-01"}), "has not asked Slack"),
            ("no token", lambda: self.workspace.write({"bot_token": False}), "Nothing arrives.*bot token first"),
            ("off", lambda: self.company.write({"helpdesk_slack_replies": "off"}), "^Off: .* stays in Slack.$"),
        ):
            with self.subTest(name), self.cr.savepoint() as point:
                change()
                self.assertRegex(self.said()[0], words)
                point.rollback()
                self.env.invalidate_all()

    def test_with_a_secret_slack_has_to_verify_the_address_first(self):
        self.workspace.signing_secret = SECRET
        self.assertRegex(self.said()[0], "within a minute.*has not verified the Request URL yet")
        self.workspace._note_verified()
        self.assertRegex(self.said()[0], "within a second, and buttons work. Slack delivers to the Request URL.")
        self.workspace.signing_secret = "another"
        self.assertRegex(self.said()[0], "within a minute.*has not verified")

    def test_a_team_that_takes_replies_is_enough_and_other_companies_do_not_count(self):
        self.company.helpdesk_slack_replies = "off"
        self.assertFalse(self.workspace._wants_replies())
        other = self.env["res.company"].create({"name": "Other", "helpdesk_slack_replies": "note"})
        self.env["helpdesk.ticket.team"].create({"name": "Theirs", "company_id": other.id, "slack_replies": "note"})
        self.assertFalse(self.workspace._wants_replies())
        self.team.slack_replies = "off"
        self.assertFalse(self.workspace._wants_replies())
        self.team.slack_replies = "note"
        self.assertTrue(self.workspace._wants_replies())
        self.team.slack_replies = False
        self.workspace.company_id = False
        self.assertTrue(self.workspace._wants_replies(), "every company without a workspace uses this one")
        self.workspace.create({"company_id": other.id})
        self.assertFalse(self.workspace._wants_replies())

    def test_each_missing_scope_takes_away_one_thing_and_that_is_said(self):
        for missing, words, is_vital in (
            ("files:read", "Without files:read, files in replies are not copied", False),
            ("commands", "Without commands, there is no /helpdesk", False),
            ("reactions:read", "Without reactions:read, reactions do nothing", False),
            ("groups:read", "Without groups:read, channels have to be entered", False),
            ("groups:history", "Without groups:history, Odoo cannot ask for replies", True),
            ("users:read.email", "Without users:read.email, nobody is recognized", True),
        ):
            with self.subTest(missing):
                self.workspace.granted_scopes = ",".join(one for one in EVERYTHING.split(",") if one != missing)
                way, lost = self.said()
                self.assertEqual(words in (way if is_vital else lost), True, (way, lost))
                self.assertIn(words, self.health()[1])
                self.assertEqual(self.health()[0], "down" if is_vital else "ok")
                self.assertEqual(self.workspace.from_slack_note, way)
        self.workspace.granted_scopes = False
        self.assertFalse(self.said()[1], "nothing is said before Slack has said what is granted")

    def test_slack_says_again_what_is_granted_whenever_it_is_asked_who_somebody_is(self):
        self.workspace.granted_scopes = False
        for scopes, expected in ((ALL, ALL), (EVERYTHING, EVERYTHING), ("", EVERYTHING)):
            with self.subTest(scopes):
                self.slack.scopes = scopes
                self.People.search([]).checked_at = False
                self.take(self.reply())
                self.assertEqual(self.workspace.granted_scopes, expected)

    # -- the test of the token ---------------------------------------------------------------------------------------

    def test_a_typed_token_that_works_is_stored_by_its_test(self):
        settings = self.settings(helpdesk_slack_app_token=f" {APP_TOKEN} ")
        said = settings.action_helpdesk_slack_test_from_slack()["params"]
        self.assertEqual(said["type"], "warning", "the listener is still to be started")
        self.assertRegex(said["message"], "accepts the app-level token. It is stored.*odoo-bin helpdesk_listen")
        self.assertEqual(self.workspace._stored_app_token(), APP_TOKEN)
        self.assertFalse(settings.helpdesk_slack_app_token)
        self.listening()
        self.assertEqual(self.tested()[0], "success")
        self.assertRegex(self.tested()[1], "^Slack accepts the app-level token. Replies arrive within a second")

    def test_a_wrong_kind_of_token_is_named_and_not_shown_to_slack(self):
        for typed in (TOKEN, "xoxp-1-2", SECRET, "https://hooks.slack.com/x", "support"):
            with self.subTest(typed), self.assertRaisesRegex(ValidationError, "begins with xapp-.*connections:write"):
                self.tested(helpdesk_slack_app_token=typed)
        self.assertFalse(self.slack.calls)
        self.assertFalse(self.workspace.app_token)

    def test_what_slack_refuses_is_not_stored_and_the_remedy_is_said(self):
        for error, words in (
            ("invalid_auth", "does not accept the app-level token. Create one"),
            ("token_revoked", "does not accept the app-level token. Create one"),
            ("missing_scope", "lacks the scope connections:write"),
            ("not_allowed_token_type", "does not accept the app-level token. Create one"),
            ("socket_mode_disabled", "Switch it on under Socket Mode"),
            ("something_new", "Slack answered “something_new”"),
            ("drop", "Slack did not answer in time|could not be reached"),
            ("html", "not Slack"),
            ((429, {"Retry-After": "3"}, ""), "slow down"),
        ):
            with self.subTest(error):
                self.slack.misbehave(error, method="apps.connections.open")
                kind, message = self.tested(helpdesk_slack_app_token=APP_TOKEN)
                self.assertEqual(kind, "danger")
                self.assertRegex(message, f"({words}).*The token you have typed is not stored")
                self.assertFalse(self.workspace.app_token)
                self.assertNotIn(APP_TOKEN, message)
        self.workspace.app_token = "xapp-1-A0APP00001-1-old"
        kind, message = self.tested()
        self.assertEqual((kind, "not stored" in message), ("danger", False))

    def test_a_token_of_another_app_is_noticed(self):
        kind, message = self.tested(helpdesk_slack_app_token="xapp-1-A0OTHER0001-1-x")
        self.assertEqual(kind, "danger")
        self.assertRegex(message, r"another Slack app \(A0OTHER0001\) than the bot \(A0APP00001\)")
        self.assertFalse(self.slack.count("apps.connections.open"))
        self.slack.misbehave("missing_scope", method="bots.info")
        self.assertRegex(self.tested(helpdesk_slack_app_token="xapp-1-A0OTHER0001-1-x")[1], "does not accept")

    def test_an_app_that_another_workspace_uses_already_is_noticed(self):
        """Slack delivers each event to one of an app's sockets, or to its only Request URL: the other would miss it."""
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["helpdesk.slack.workspace"].create({"name": "Theirs", "company_id": company.id})
        for stored, typed in (
            ({"app_token": "xapp-1-A0APP00001-1-first"}, {"app_token": APP_TOKEN}),
            ({"app_token": "xapp-without-its-app"}, {"app_token": "xapp-without-its-app"}),
            ({"signing_secret": SECRET}, {"signing_secret": SECRET}),
        ):
            for is_active in (True, False):
                with self.subTest(stored=stored, is_active=is_active):
                    theirs.write({"app_token": False, "signing_secret": False, "active": is_active, **stored})
                    if is_active:
                        with self.assertRaisesRegex(ValidationError, "Theirs"), self.env.cr.savepoint():
                            self.workspace.write(typed)
                        continue
                    self.workspace.write(typed)
                    with self.assertRaisesRegex(ValidationError, self.workspace.name), self.env.cr.savepoint():
                        theirs.active = True
                    self.workspace.write({"app_token": False, "signing_secret": False})
        theirs.write({"app_token": "xapp-1-A0OTHER0001-1-x", "signing_secret": SECRET[::-1], "active": True})
        self.workspace.write({"app_token": APP_TOKEN, "signing_secret": SECRET})

    def test_a_typed_token_of_an_app_that_is_used_already_is_not_stored(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = {"name": "Theirs", "company_id": company.id, "app_token": "xapp-1-A0APP00001-1-first"}
        self.env["helpdesk.slack.workspace"].create(theirs)
        kind, message = self.tested(helpdesk_slack_app_token=APP_TOKEN)
        self.assertEqual(kind, "danger")
        self.assertRegex(message, "Theirs.*not stored")
        self.assertFalse(self.slack.count("apps.connections.open"))
        self.assertFalse(self.workspace.has_app_token)

    def test_without_a_bot_that_works_nothing_else_is_tested(self):
        self.workspace.bot_token = False
        kind, message = self.tested(helpdesk_slack_app_token=APP_TOKEN)
        self.assertEqual((kind, self.workspace.app_token), ("danger", False))
        self.assertIn("OAuth & Permissions", message)
        self.assertFalse(self.slack.count("apps.connections.open"))

    def test_with_nothing_but_the_bot_it_works_within_a_minute(self):
        kind, message = self.tested()
        self.assertEqual(kind, "success")
        self.assertRegex(message, "^The bot token works. Replies arrive within a minute; buttons do not work.")
        self.company.helpdesk_slack_replies = "off"
        kind, message = self.tested()
        self.assertEqual(kind, "warning")
        self.assertIn("Off: what people write", message)

    def test_the_test_says_which_scopes_lack(self):
        self.slack.scopes = ALL
        message = self.tested()[1]
        for scope in ("files:read", "commands", "reactions:read"):
            self.assertIn(f"Without {scope}, ", message)
        self.slack.scopes = ALL.replace(",users:read.email", "")
        kind, message = self.tested()
        self.assertEqual((kind, message.count("users:read.email")), ("warning", 1))

    # -- the test of the address -------------------------------------------------------------------------------------

    def test_an_address_that_slack_cannot_reach_is_noticed_before_anything_is_sent(self):
        self.workspace.write({"signing_secret": SECRET, "api_url": "https://gateway.example/api/"})
        parameters = self.env["ir.config_parameter"]
        for base, words in (
            ("http://odoo.acme.example", "delivers to https only.*app-level token"),
            ("https://localhost:8069", "known in your network only.*app-level token"),
            ("https://192.168.1.10", "known in your network only"),
            ("https://odoo", "known in your network only"),
        ):
            with self.subTest(base), patch.object(way_test, "fetch", side_effect=AssertionError):
                parameters.set_param("web.base.url", base)
                self.workspace.invalidate_recordset(["request_url"])
                verdict = self.workspace._tested_request_url(False)
                self.assertEqual(verdict.kind, "danger")
                self.assertRegex(verdict.words, f"{words}.*web.base.url")

    def test_odoo_asks_itself_as_slack_would_and_says_what_came_back(self):
        self.workspace.signing_secret = SECRET
        seen = []

        def right(raw, headers):
            moment, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
            seen.append(inbound_request.is_signed(SECRET, raw, moment, signature, int(moment)))
            return 200, {}, json.dumps({"challenge": json.loads(raw)["challenge"]}).encode()

        for name, answer, kind, words in (
            ("right", right, "warning", "leads here.*has not verified the Request URL yet"),
            ("login", lambda raw, headers: (200, {}, b"<html>Log in</html>"), "danger", "something else than Odoo"),
            ("elsewhere", lambda raw, headers: (404, {}, b""), "danger", "no such page at .*dbfilter"),
            ("proxy", lambda raw, headers: (403, {}, b""), "danger", "refuses a signed request"),
            (
                "on",
                lambda raw, headers: (301, {"Location": "https://a.example/"}, b""),
                "danger",
                "leads on to https://a",
            ),
            ("broken", lambda raw, headers: (502, {}, b"Bad gateway"), "danger", "HTTP 502"),
        ):
            with self.subTest(name), answering(answer) as base:
                self.env["ir.config_parameter"].set_param("web.base.url", base)
                self.env.invalidate_all()
                found = self.tested()
                self.assertEqual(found[0], kind)
                self.assertRegex(found[1], words)
        self.assertEqual(seen, [True])
        self.assertFalse(self.workspace.request_url_verified_at, "that Odoo reaches itself says nothing of Slack")
        self.env["ir.config_parameter"].set_param("web.base.url", "http://127.0.0.1:9")
        self.env.invalidate_all()
        kind, message = self.tested()
        self.assertEqual(kind, "warning")
        self.assertRegex(message, "Odoo itself does not reach .*Slack may reach it nevertheless")

    def test_a_typed_secret_is_stored_and_says_what_to_do_in_slack(self):
        with patch.object(way_test, "fetch", side_effect=AssertionError("others do not see the secret yet")):
            kind, message = self.tested(helpdesk_slack_signing_secret=f" {SECRET} ")
        self.assertEqual(kind, "warning")
        self.assertRegex(message, "The signing secret is stored.*enter it in the Slack app under Event Subscriptions")
        self.assertEqual(self.workspace.signing_secret, SECRET)
        self.assertTrue(
            self.settings().helpdesk_slack_request_url.endswith(f"/helpdesk_bridge/slack/{self.workspace.id}")
        )

    # -- secrets -----------------------------------------------------------------------------------------------------

    def test_the_app_level_token_goes_in_and_never_comes_out(self):
        settings = self.settings(helpdesk_slack_app_token=f" {APP_TOKEN} ")
        settings.execute()
        self.assertEqual(self.workspace._stored_app_token(), APP_TOKEN)
        self.settings(helpdesk_slack_app_token=" ").execute()
        self.assertEqual(self.workspace._stored_app_token(), APP_TOKEN, "an empty field keeps what is stored")
        shown = self.settings()
        self.assertTrue(shown.helpdesk_slack_has_app_token)
        self.assertNotIn(APP_TOKEN, str(settings.read() + shown.read()))
        shown.action_helpdesk_slack_remove_app_token()
        self.assertFalse(self.workspace.app_token)
        typed = self.settings(helpdesk_slack_app_token=APP_TOKEN)
        self.settings()
        self.assertFalse(typed.helpdesk_slack_app_token, "what was not saved does not stay behind")

    def test_one_company_changes_no_token_that_others_use_too(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.workspace.company_id = False
        for method in ("execute", "action_helpdesk_slack_test_from_slack"):
            with self.subTest(method), self.assertRaisesRegex(UserError, "Other companies use this workspace"):
                getattr(self.settings(company_id=other.id, helpdesk_slack_app_token=APP_TOKEN), method)()
        with self.assertRaisesRegex(UserError, "Other companies use this workspace"):
            self.settings(company_id=other.id).action_helpdesk_slack_remove_app_token()
        self.assertFalse(self.workspace.app_token)

    def test_only_administrators_set_it_up(self):
        manager = new_test_user(self.env, "mia", groups="helpdesk_mgmt.group_helpdesk_manager")
        workspace = self.workspace.with_user(manager)
        for act in (workspace.action_test_from_slack, workspace.action_remove_app_token):
            with self.subTest(act.__name__), self.assertRaises(AccessError):
                act()
        self.assertIn("within a minute", workspace.from_slack_note)

    # -- Health ------------------------------------------------------------------------------------------------------

    def test_health_says_how_the_way_back_is(self):
        for name, change, state, words in (
            ("asking", lambda: None, "ok", "within a minute"),
            ("socket", self.listening, "ok", "By socket since .*; last heard: "),
            ("never heard", lambda: self.listening(last_heard=False), "ok", "nothing was heard yet"),
            ("deaf", lambda: self.listening("deaf", socket_error="no echo"), "look", "no echo"),
            ("asked in vain", lambda: self.workspace.write({"catch_up_error": "no"}), "look", "asks Slack in vain: no"),
            ("refused", lambda: self.listening("refused", socket_error="invalid_auth"), "look", "invalid_auth"),
            ("reconnecting", lambda: self.listening("reconnecting"), "ok", "is being opened"),
            ("late", lambda: self.workspace.write({"catch_up_last": "2020-01-01"}), "down", "has not asked Slack"),
            ("off", lambda: self.company.write({"helpdesk_slack_replies": "off"}), "none", "^Off"),
            ("no token", lambda: self.workspace.write({"bot_token": False}), "none", "no workspace with a token"),
        ):
            with self.subTest(name), self.cr.savepoint() as point:
                change()
                found, explanation = self.health()
                self.assertEqual(found, state)
                self.assertRegex(explanation, words)
                point.rollback()
                self.env.invalidate_all()

    def test_health_tells_of_rows_that_are_left_and_leads_to_them(self):
        [row] = self.receive(self.reply())
        self.assertEqual(self.health()[0], "ok")
        row.next_attempt_at = "2020-01-01"
        state, words = self.health()
        self.assertEqual(state, "down")
        self.assertRegex(words, "Waiting: 1; the oldest has been due for")
        row.write({"state": "failed"})
        state, words = self.health()
        self.assertEqual(state, "look")
        self.assertIn("Failed: 1.", words)
        opened = self.settings().with_context(helpdesk_part="from_slack").action_helpdesk_open_part()
        self.assertEqual(self.env[opened["res_model"]].search(opened["domain"]), row)
        row.state = "ignored"
        opened = self.settings().with_context(helpdesk_part="from_slack").action_helpdesk_open_part()
        self.assertEqual(opened["res_model"], "helpdesk.slack.workspace")

    def test_health_names_the_workspaces_if_there_are_several(self):
        other = self.env["res.company"].create({"name": "Other", "helpdesk_slack_replies": "off"})
        self.workspace.create({"name": "Beta", "company_id": other.id, "bot_token": "xoxb-beta"})
        state, words = self.health()
        self.assertEqual(state, "ok")
        self.assertRegex(words, "Acme: Replies arrive within a minute")
        self.assertRegex(words, "Beta: Off")

    def test_the_step_is_optional(self):
        before = self.settings()
        self.assertFalse(before.helpdesk_step_from_slack)
        self.listening()
        self.env.invalidate_all()
        after = self.settings()
        self.assertTrue(after.helpdesk_step_from_slack)
        self.assertEqual(after.helpdesk_steps_left, before.helpdesk_steps_left)

    # -- an install of before ----------------------------------------------------------------------------------------

    def test_an_install_of_before_notices_nothing_until_somebody_switches_it_on(self):
        """The bot's token is there, its scopes are, and the companies are as the migration leaves them."""
        self.env["res.company"].search([]).helpdesk_slack_replies = "off"
        self.assertEqual(self.workspace.socket_state, "off")
        self.assertFalse(self.workspace._stored_app_token() or self.workspace._stored_signing_secret())
        self.assertEqual(self.health()[0], "none")
        posted = len(self.slack.messages)
        cron = self.env.ref("helpdesk_bridge.ir_cron_slack_inbound")
        self.assertTrue(cron.active)
        # The thread has a reply: nobody asks for it, and if it is delivered nevertheless, nothing is written.
        self.slack.messages.append({"channel": self.channel.channel_ref, "ts": self.root_ts, "text": "x"})
        said = self.reply("Nobody reads this")
        self.slack.messages.append(said["event"])
        calls = len(self.slack.calls)
        cron.method_direct_trigger()
        self.assertEqual(self.slack.calls[calls:], [])
        [row] = self.take(said)
        self.assertEqual((row.state, self.notes()), ("ignored", self.env["mail.message"]))
        self.assertEqual((len(self.slack.messages), self.slack.ephemeral), (posted + 2, []))
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "helpdesk.ticket")]))
        # Switched on: the same scopes are enough.
        self.company.helpdesk_slack_replies = "note"
        self.assertEqual(self.health()[0], "ok")
        self.take(self.reply("Now somebody does", user=ANNA))
        self.assertEqual(self.notes().preview, "Now somebody does")
