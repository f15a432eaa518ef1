"""Replies from Slack are switched on unasked, or what is said of how they arrive is not true."""

from dev.mutants.fault import Fault

SETTINGS = "tests/test_settings_from_slack.py::TestSettingsFromSlack"
BUTTONS = "tests/test_slack_button_transactions.py::TestSlackButtonTransactions"
WAY = "models/slack_inbound/helpdesk_slack_workspace_way.py"
WAY_TEST = "models/slack_inbound/helpdesk_slack_workspace_way_test.py"
WAY_BACK = "tools/slack/way_back.py"

FAULTS = (
    Fault(
        name="slack-update-takes-replies-unasked",
        file="migrations/19.0.2.0.0/pre-migration.py",
        find='("res_company", "helpdesk_slack_replies", "varchar", "off")',
        put='("res_company", "helpdesk_slack_replies", "varchar", "note")',
        tests="tests/test_migration.py::TestMigration::test_companies_of_before_take_no_replies_from_slack",
        why="after an update, Odoo reads what people write in Slack, and nobody has asked for it",
    ),
    Fault(
        name="slack-app-token-of-another-app",
        file=WAY_TEST,
        find="if foreign := self._is_of_another_app(token):",
        put='if foreign := "":',
        tests=f"{SETTINGS}::test_a_token_of_another_app_is_noticed",
        why="the socket is that of another app, and hears nothing of the bot's channels",
    ),
    Fault(
        name="slack-refused-app-token-is-stored",
        file=WAY_TEST,
        find="if not answer.ok:",
        put="if False:",
        tests=f"{SETTINGS}::test_what_slack_refuses_is_not_stored_and_the_remedy_is_said",
        why="a token that works is replaced by one that does not",
    ),
    Fault(
        name="slack-address-without-tls",
        file="tools/slack/request_url.py",
        find='return "" if parts.scheme == "https" else NOT_HTTPS',
        put='return ""',
        tests="tests/unit/test_request_url.py",
        why="the test says that all is well, and Slack delivers nothing",
    ),
    Fault(
        name="slack-own-question-verifies-the-address",
        file="controllers/slack.py",
        find='if not str(body.get("challenge")).startswith(request_url.OWN_CHALLENGE):',
        put="if True:",
        tests="tests/test_slack_inbound_http.py::TestSlackInboundHttp"
        "::test_that_slack_reaches_the_address_is_noted_but_not_that_odoo_does",
        why="Odoo promises buttons because it reaches itself",
    ),
    Fault(
        name="slack-another-secret-stays-verified",
        file=WAY,
        find='return super().write({**unknown, **vals} if "signing_secret" in vals else vals)',
        put="return super().write(vals)",
        tests=f"{SETTINGS}::test_with_a_secret_slack_has_to_verify_the_address_first",
        why="a wrong signing secret looks as if it worked",
    ),
    Fault(
        name="slack-dead-listener-counts",
        file=WAY_BACK,
        find="return self.listener_seen is not None and self.listener_seen <= GONE_AFTER",
        put="return True",
        tests="tests/unit/test_way_back.py",
        why="Health says that replies arrive within a second, and nobody listens",
    ),
    Fault(
        name="slack-missing-scopes-are-not-said",
        file="tools/slack/scopes.py",
        find="    return tuple((what, scopes) for what, scopes in missing if scopes)",
        put="    return ()",
        tests="tests/unit/test_slack_scopes.py",
        why="nobody learns why files are not copied",
    ),
    Fault(
        name="slack-inbox-stands-still-unnoticed",
        file="tools/common/health_checks.py",
        find="stopped = facts.inbox_oldest > MAX_DELAY or any(",
        put="stopped = any(",
        tests="tests/unit/test_health_checks.py",
        why="replies wait for hours, and no alarm is raised",
    ),
    Fault(
        name="slack-socket-hides-a-broken-way",
        file=WAY_BACK,
        find='        if not self.has_token or "people" in self.lost_words:\n            return Speed.NEVER',
        put="        if not self.has_token:\n            return Speed.NEVER",
        tests="tests/unit/test_way_back.py",
        why="nobody is recognized, and Health says that replies arrive",
    ),
    Fault(
        name="slack-buttons-wait-in-their-transaction",
        file="models/slack/button_connection.py",
        find="transactions.release(self.env)",
        put="pass",
        tests=f"{BUTTONS}::test_no_button_waits_for_slack_within_a_transaction",
        why="while Slack is slow, others wait for what a button has locked",
    ),
    Fault(
        name="slack-the-request-url-is-asked-in-a-transaction",
        file=WAY_TEST,
        find="transactions.release(self.env)",
        put="pass",
        tests=f"{BUTTONS}::test_no_button_waits_for_slack_within_a_transaction",
        why="Odoo waits for itself with a transaction open",
    ),
    Fault(
        name="slack-imports-commit-half-of-their-channels",
        file="models/slack/helpdesk_slack_channel.py",
        find='is_import = self.env.context.get("import_file")',
        put="is_import = False",
        tests=f"{BUTTONS}::test_an_import_of_channels_keeps_its_savepoints",
        why="an import that names a channel breaks off in the middle",
    ),
    Fault(
        name="slack-typed-app-token-stays-in-the-form",
        file="models/settings/res_config_settings.py",
        find='    "helpdesk_slack_app_token",\n',
        put="",
        tests=f"{SETTINGS}::test_the_app_level_token_goes_in_and_never_comes_out",
        why="a token that was typed and not saved stays in the database",
    ),
)
