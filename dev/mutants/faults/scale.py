"""What is over is read again, a clean-up holds its locks for long, or Slack's limit becomes a minute."""

from dev.mutants.fault import Fault

OPEN = "models/ticket/helpdesk_ticket_open.py"
TICKETS = "tests/test_ticket_open.py::TestOpenTickets"
RETENTION = "tests/test_retention.py::TestRetention"
RESPONSES = "tests/test_slack_outbox_responses.py::TestOutboxAnswers"

FAULTS = (
    Fault(
        name="open-tickets-by-what-their-stage-is-not",
        file=OPEN,
        find='        if operator not in ("in", "not in"):\n',
        put='        if operator != "in":\n',
        tests=f"{TICKETS}::test_what_is_closed_is_not_read",
        why="the list of open tickets reads all that were ever closed",
    ),
    Fault(
        name="a-ticket-without-a-stage-is-not-open",
        file=OPEN,
        find="[*found, False] if False in wanted else found",
        put="found",
        tests=f"{TICKETS}::test_open_is_what_is_in_no_closed_stage",
        why="a ticket without a stage is in no list of open tickets",
    ),
    Fault(
        name="large-portions",
        file="models/common/retention.py",
        find="BATCH_SIZE = 200\n",
        put="BATCH_SIZE = 10_000\n",
        tests=f"{RETENTION}::test_a_portion_is_no_larger_anywhere",
        why="agents wait for the locks of the daily clean-up",
    ),
    Fault(
        name="clean-up-sorts",
        file="models/common/retention.py",
        find="    model.env.cr.execute(IN_ORDER)\n",
        put="",
        tests=f"{RETENTION}::test_a_portion_reads_what_is_old_only",
        why="the daily clean-up reads all rows for each portion when PostgreSQL's statistics are old",
    ),
    Fault(
        name="clean-up-says-what-is-not",
        file="models/slack/helpdesk_slack_outbox_retention.py",
        find='("kind", "in", ("reply", "update"))',
        put='("kind", "!=", "root")',
        tests=f"{RETENTION}::test_a_portion_reads_what_is_old_only",
        why="the daily clean-up reads all rows for each portion after somebody has added a field",
    ),
    Fault(
        name="health-asks-for-each-mailbox",
        file="models/outbound/ir_mail_server.py",
        find="        return [\n            mail_servers.replacement(address,",
        put="        return [\n            self.sudo().search([]) and mail_servers.replacement(address,",
        tests="tests/test_monitoring_counts.py::TestMonitoringCounts::test_health_asks_no_more_for_more_mailboxes",
        why="with two hundred mailboxes, Health and metrics take hundreds of queries",
    ),
    Fault(
        name="a-hold-lasts-until-odoos-minute",
        file="models/slack/helpdesk_slack_health.py",
        find="        if seconds > WAITED_FOR:\n",
        put="        if False:\n",
        tests=f"{RESPONSES}::test_the_dispatcher_is_woken_just_before_a_hold_ends",
        why="in a busy channel, five messages a minute are sent",
    ),
    Fault(
        name="what-slack-refused-comes-last",
        file="models/slack/helpdesk_slack_outbox_result.py",
        find="0 if decision.hold else decision.wait\n",
        put="decision.wait\n",
        tests=f"{RESPONSES}::test_what_was_refused_is_the_first_after_the_hold",
        why="under Slack's limit the tickets of a channel come out of order",
    ),
)
