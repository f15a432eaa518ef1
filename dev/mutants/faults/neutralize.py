"""A neutralized copy of the database, or a plain copy of it, that still reaches people."""

from dev.mutants.fault import Fault

SQL = "data/neutralize.sql"
COPIES = "tests/test_database_copy.py::TestCopies"

FAULTS = (
    Fault(
        name="neutralize-keeps-the-slack-tokens",
        file=SQL,
        find="SET bot_token = NULL, signing_secret = NULL, app_token = NULL, state",
        put="SET state",
        tests=f"{COPIES}::test_neutralizing_empties_secrets_and_cancels_what_waits",
        why="a copy for testing can write to the real Slack",
    ),
    Fault(
        name="neutralize-keeps-the-webhooks",
        file=SQL,
        find="SET webhook_url = NULL",
        put="SET webhook_url = webhook_url",
        tests=f"{COPIES}::test_neutralizing_empties_secrets_and_cancels_what_waits",
        why="a copy for testing can write to the real Slack by its webhooks",
    ),
    Fault(
        name="neutralize-keeps-what-waits-for-slack",
        file=SQL,
        find="SET state = 'canceled'\n WHERE state = 'pending'",
        put="SET state = state\n WHERE state = 'pending'",
        tests=f"{COPIES}::test_neutralizing_empties_secrets_and_cancels_what_waits",
        why="with a token of its own, a copy tells old news as new",
    ),
    Fault(
        name="neutralize-keeps-held-replies",
        file=SQL,
        find="SET state = 'stopped', reason = 'The database was copied.'",
        put="SET state = 'held', reason = 'The database was copied.'",
        tests=f"{COPIES}::test_neutralizing_leaves_no_reply_to_be_sent",
        why="a copy sends customers what their agents have sent already",
    ),
    Fault(
        name="neutralize-keeps-outgoing-emails",
        file=SQL,
        find="SET state = 'cancel'",
        put="SET state = 'outgoing'",
        tests=f"{COPIES}::test_neutralizing_leaves_no_email_to_be_sent",
        why="with a mail server of its own, a copy answers customers once more",
    ),
    Fault(
        name="neutralize-keeps-owed-automatic-emails",
        file=SQL,
        find="SET state = 'skipped'",
        put="SET state = 'owed'",
        tests=f"{COPIES}::test_neutralizing_leaves_no_email_to_be_sent",
        why="a copy writes confirmations and closing emails that the real database writes as well",
    ),
    Fault(
        name="neutralize-keeps-the-monitors-token",
        file=SQL,
        find="key = 'helpdesk_bridge.watch_token' OR ",
        put="",
        tests=f"{COPIES}::test_neutralizing_forgets_the_monitors_token_and_when_an_email_was_sent",
        why="whoever may see a copy can read the figures of the real database",
    ),
    Fault(
        name="neutralize-keeps-secrets-typed-into-the-settings",
        file=SQL,
        find="SET helpdesk_slack_bot_token = NULL, helpdesk_slack",
        put="SET helpdesk_slack",
        tests=f"{COPIES}::test_neutralizing_forgets_what_was_typed_into_the_settings",
        why="a secret stays in the rows of a form",
    ),
    Fault(
        name="a-copy-delivers-to-slack",
        file="models/slack/helpdesk_slack_dispatcher_claim.py",
        find='when nothing is due\n        """\n        if self.env["helpdesk.bridge.database"]._is_silent():\n',
        put='when nothing is due\n        """\n        if False:\n',
        tests=f"{COPIES}::test_a_copy_sends_nothing_until_somebody_says_that_it_is_the_real_one",
        why="a copied database tells everything once more",
    ),
    Fault(
        name="a-copy-sends-emails",
        file="models/outbound/mail_mail.py",
        find='            others = [("model", "!=", TICKET)]\n',
        put="            others = []\n",
        tests=f"{COPIES}::test_a_copy_sends_no_customer_what_waited_when_it_was_copied",
        why="a copied database answers customers once more",
    ),
    Fault(
        name="a-neutralized-copy-has-the-servers-secrets",
        file="models/common/server_secrets.py",
        find='    if env["helpdesk.bridge.database"]._is_neutralized():\n        return ""\n',
        put="",
        tests="tests/test_server_secrets.py::TestServerSecrets::test_a_neutralized_copy_has_none",
        why="a copy on the same host uses the real token",
    ),
)
