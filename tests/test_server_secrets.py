"""Secrets that the server's administrator gives are used, and stored nowhere."""

import imaplib
from tempfile import NamedTemporaryFile
from unittest.mock import MagicMock, patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools.config import configmanager

from ..models.common import server_secrets, transactions
from .common import InboundCase
from .slack_fake import TOKEN


@tagged("post_install", "-at_install")
class TestServerSecrets(InboundCase):
    def setUp(self):
        super().setUp()
        self.main = self.env.ref("base.main_company")
        self.workspace.company_id = self.main
        self.workspace.bot_token = False
        self.server(SLACK_API_URL=self.slack.url, MAILBOX_HOST="imap.acme.example", SMTP_HOST="smtp.acme.example")
        self.mailbox.server = "imap.acme.example"

    def server(self, **secrets):
        """What stands in the environment of the server, until the test ends."""
        values = {f"HELPDESK_BRIDGE_{name}": secret for name, secret in secrets.items()}
        patches = patch.dict("os.environ", values)
        patches.start()
        self.addCleanup(patches.stop)

    def heed(self):
        self.env["helpdesk.slack.workspace"]._sync_environment_token()

    def stored(self, table, column):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT {column} FROM {table}")
        return " ".join(str(value) for [value] in self.env.cr.fetchall())

    # -- Slack -------------------------------------------------------------------------------------------------------

    def test_the_servers_token_delivers_and_is_not_stored(self):
        self.server(SLACK_BOT_TOKEN=TOKEN)
        self.heed()
        self.assertEqual(self.workspace.state, "ok")
        entry = self.entries(self.new_ticket())
        self.deliver()
        self.assertEqual(entry.state, "sent")
        self.assertNotIn(TOKEN, self.stored("helpdesk_slack_workspace", "row_to_json(helpdesk_slack_workspace)"))

    def test_odoo_conf_serves_as_well(self):
        """As Odoo reads it: it knows no such option, says so, and keeps it."""
        with NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write(f"[options]\nhelpdesk_bridge_slack_bot_token = {TOKEN}\n")
            conf.flush()
            read = configmanager()
            with self.assertLogs("odoo.tools.config", "WARNING") as logged:
                read._load_file_options(conf.name)
        self.assertIn("unknown option 'helpdesk_bridge_slack_bot_token'", logged.output[0])
        self.assertIn("stored as-is", logged.output[0])
        with patch.object(server_secrets, "config", read):
            self.heed()
            self.assertEqual(self.workspace._connection().token, TOKEN)

    def test_the_servers_signing_secret_is_the_main_companys_and_wins(self):
        self.workspace.signing_secret = "stored"
        self.server(SLACK_SIGNING_SECRET="given")
        self.assertEqual(self.workspace._stored_signing_secret(), "given")
        self.assertTrue(self.env["res.config.settings"].create({}).helpdesk_slack_signing_from_environment)
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.workspace.create({"company_id": other.id, "signing_secret": "stored"})
        self.assertEqual(theirs._stored_signing_secret(), "stored")

    def test_the_servers_app_token_is_the_main_companys_and_goes_where_the_bot_token_goes(self):
        self.workspace.app_token = "xapp-stored"
        self.server(SLACK_APP_TOKEN="xapp-given")
        self.assertEqual((self.workspace._stored_app_token(), self.workspace.has_app_token), ("xapp-given", True))
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.workspace.create({"company_id": other.id, "app_token": "xapp-theirs"})
        self.assertEqual(theirs._stored_app_token(), "xapp-theirs")
        self.workspace.api_url = "https://gateway.example/api/"
        with self.assertLogs("odoo.addons.helpdesk_bridge", "WARNING"):
            self.assertEqual(self.workspace._stored_app_token(), "")

    def test_the_settings_say_so_and_take_no_other(self):
        self.server(SLACK_BOT_TOKEN=TOKEN)
        settings = self.env["res.config.settings"].create({"company_id": self.main.id})
        self.assertTrue(settings.helpdesk_slack_token_from_environment)
        self.assertIn("set by the server", settings.helpdesk_slack_status)
        settings.helpdesk_slack_bot_token = "xoxb-typed"
        with self.assertRaisesRegex(UserError, "HELPDESK_BRIDGE_SLACK_BOT_TOKEN"):
            settings.execute()
        with self.assertRaisesRegex(UserError, "Change it there"):
            self.workspace.action_remove_token()

    def test_a_new_token_of_the_server_resumes_what_waited(self):
        self.server(SLACK_BOT_TOKEN="xoxb-wrong")
        self.heed()
        entry = self.entries(self.new_ticket())
        self.deliver()
        self.assertEqual(self.workspace.state, "paused")
        self.server(SLACK_BOT_TOKEN=TOKEN)
        self.heed()
        self.make_due(entry)
        self.deliver()
        self.assertEqual(entry.state, "sent")

    def test_without_it_there_is_no_token_any_more(self):
        self.server(SLACK_BOT_TOKEN=TOKEN)
        self.heed()
        self.server(SLACK_BOT_TOKEN="")
        self.heed()
        self.assertEqual((self.workspace.state, self.workspace.has_token), ("draft", False))

    def test_it_belongs_to_the_main_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["helpdesk.slack.workspace"].create({"company_id": other.id, "bot_token": "xoxb-theirs"})
        self.server(SLACK_BOT_TOKEN=TOKEN)
        self.heed()
        self.assertEqual(theirs.bot_token, "xoxb-theirs")
        self.assertTrue(self.workspace.token_from_environment)

    def test_nobody_sends_it_to_an_address_of_their_own(self):
        self.server(SLACK_BOT_TOKEN=TOKEN)
        self.heed()
        mark = self.workspace.bot_token
        self.workspace.api_url = "https://evil.example/api/"
        self.heed()
        self.assertFalse(self.workspace.token_from_environment)
        with self.assertRaises(ValidationError):
            self.workspace.bot_token = mark
        self.assertNotIn(TOKEN, self.workspace._connection().token)

    def test_a_workspace_that_all_companies_share_keeps_its_own(self):
        self.workspace.write({"company_id": False, "bot_token": "xoxb-shared"})
        self.server(SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL="https://slack.com/api/")
        self.heed()
        self.assertEqual(self.workspace.bot_token, "xoxb-shared")
        self.assertTrue(self.main._slack_workspace().token_from_environment)

    def test_tokens_that_a_shared_workspace_has_as_well_stop_no_message(self):
        """One Slack app cannot be in two workspaces: the main company's own one is refused, the shared one goes on."""

        def step(_cr, method, *arguments):
            with self.env.cr.savepoint():
                return method(*arguments)

        app = "xapp-1-A0APP00001-1-secret"
        self.workspace.write({"company_id": False, "bot_token": TOKEN, "app_token": app})
        self.server(SLACK_BOT_TOKEN=TOKEN, SLACK_APP_TOKEN=app)
        entry = self.entries(self.new_ticket())
        with (
            patch.object(transactions, "retried", step),
            self.assertLogs("odoo.addons.helpdesk_bridge.models.slack.helpdesk_slack_dispatcher_run", "ERROR") as logs,
        ):
            self.Dispatcher._begin_run()
        self.assertIn("_sync_environment_token", logs.output[0])
        self.assertNotIn(app, " ".join(logs.output))
        self.deliver()
        self.assertEqual(entry.state, "sent")

    def test_a_neutralized_copy_has_none(self):
        self.server(SLACK_BOT_TOKEN=TOKEN)
        self.heed()
        self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
        self.heed()
        self.assertFalse(self.workspace.has_token)

    def test_nothing_changes_costs_two_queries(self):
        self.server(SLACK_BOT_TOKEN=TOKEN)
        self.heed()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            self.heed()

    # -- email --------------------------------------------------------------------------------------------------------

    def login(self, mailbox):
        connection = MagicMock()
        mailbox._imap_login__(connection)
        return connection.login.call_args.args

    def test_a_mailbox_without_a_password_has_the_servers(self):
        mailbox = self.mailbox
        mailbox.write({"server_type": "imap", "password": False})
        self.team.company_id = self.main
        self.assertFalse(mailbox.password_by_server)
        self.server(MAILBOX_PASSWORD="for-all")
        mailbox.invalidate_recordset()
        self.assertTrue(mailbox.password_by_server)
        self.assertEqual(self.login(mailbox), (self.SUPPORT, "for-all"))
        self.server(MAILBOX_PASSWORD_SUPPORT_EXAMPLE_COM="for-this-one")
        self.assertEqual(self.login(mailbox), (self.SUPPORT, "for-this-one"))
        self.assertFalse(mailbox.password)
        self.assertNotIn("for-", self.stored("fetchmail_server", "password"))

    def test_the_form_asks_for_a_password_unless_the_server_has_one(self):
        self.team.company_id = self.main
        self.server(MAILBOX_PASSWORD="for-all")
        for host, team, typed, is_saved in (
            ("imap.acme.example", self.team, "", True),
            ("imap.acme.example", self.team, "typed", True),
            ("imap.other.example", self.team, "", False),
            ("imap.other.example", self.team, "typed", True),
            ("imap.acme.example", self.team.browse(), "", False),
        ):
            form = Form(self.env["fetchmail.server"])
            form.name, form.server, form.user, form.helpdesk_team_id = "New", host, f"{typed}@new.example", team
            form.password = typed or False
            with self.subTest(host=host, team=team, typed=typed):
                if is_saved:
                    self.assertEqual(form.save().password or "", typed)
                else:
                    with self.assertRaisesRegex(AssertionError, "password is a required field"):
                        form.save()

    def test_no_other_host_gets_it(self):
        self.server(MAILBOX_PASSWORD="for-all", SMTP_PASSWORD="for-sending")
        self.mailbox.write({"server_type": "imap", "password": False, "server": "imap.evil.example"})
        self.assertEqual(self.login(self.mailbox), (self.SUPPORT, False))
        connection = MagicMock()
        evil = self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "smtp.evil.example"})
        evil._smtp_login__(connection, "me", "")
        self.assertEqual(connection.login.call_args.args, ("me", ""))

    def test_a_password_in_the_form_goes_first(self):
        self.server(MAILBOX_PASSWORD="for-all")
        self.mailbox.write({"server_type": "imap", "password": "own"})
        self.assertEqual(self.login(self.mailbox), (self.SUPPORT, "own"))

    def test_other_mailboxes_do_not_get_it(self):
        self.server(MAILBOX_PASSWORD="for-all")
        other = self.env["res.company"].create({"name": "Other"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": other.id})
        for team in (self.env["helpdesk.ticket.team"], there):
            self.mailbox.write({"server_type": "imap", "password": False, "helpdesk_team_id": team.id})
            with self.subTest(team=team.name):
                self.assertEqual(self.login(self.mailbox), (self.SUPPORT, False))

    def test_a_wrong_password_of_the_server_is_an_ordinary_failure(self):
        self.server(MAILBOX_PASSWORD="wrong")
        self.mailbox.write({"server_type": "imap", "password": False})
        connection = MagicMock()
        connection.login.side_effect = imaplib.IMAP4.error("no")
        with self.assertRaises(imaplib.IMAP4.error):
            self.mailbox._imap_login__(connection)
        self.assertFalse(self.mailbox.password)

    def test_a_mail_server_without_a_password_has_the_servers(self):
        self.server(SMTP_PASSWORD="for-sending")
        connection = MagicMock()
        server = self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "SMTP.acme.example "})
        server._smtp_login__(connection, "me", "")
        self.assertEqual(connection.login.call_args.args, ("me", "for-sending"))
        server._smtp_login__(connection, "me", "own")
        self.assertEqual(connection.login.call_args.args, ("me", "own"))
