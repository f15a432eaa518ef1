"""What managers and agents rely on: quiet defaults, changes of many tickets, Health that tells the truth."""

from dev.mutants.fault import Fault

BULK = "tests/test_ticket_bulk.py::TestBulk"
LISTS = "tests/test_inbound_lists.py::TestLists"
MIGRATION = "tests/test_migration.py::TestMigration"
MONITORING = "tests/test_monitoring.py::TestWatching"
QUEUE = "tests/test_outbound_queue.py::TestMailQueue"
HEALTH = "models/monitoring/helpdesk_bridge_health.py"
WIZARD = "wizards/helpdesk_ticket_bulk.py"

FAULTS = (
    Fault(
        name="bulk-mentions-people",
        file="models/ticket/helpdesk_ticket_events.py",
        find="return self._bridge_bulk() is not None",
        put="return False",
        tests=f"{BULK}::test_assigning",
        why="two hundred tickets ring two hundred times",
    ),
    Fault(
        name="bulk-broadcasts",
        file="models/slack/helpdesk_slack_outbox.py",
        find="if rule.broadcast and not ticket._bridge_bulk():",
        put="if rule.broadcast:",
        tests=f"{BULK}::test_closing_says_what_it_will_do_and_does_it",
        why="a channel is flooded with what was done to old tickets",
    ),
    Fault(
        name="bulk-by-rpc",
        file="models/ticket/helpdesk_ticket_bulk.py",
        find="return bulk if isinstance(bulk, Bulk) else None",
        put="return bulk",
        tests=f"{BULK}::test_no_context_of_rpc_makes_a_bulk",
        why="whoever calls over RPC keeps colleagues and customers from being told",
    ),
    Fault(
        name="bulk-tells-customers-of-spam",
        file=WIZARD,
        find="tells_customers=self.act == CLOSE and self.tells_customers",
        put="tells_customers=self.tells_customers",
        tests=f"{BULK}::test_spam_is_closed_filtered_and_told_to_no_customer",
        why="a spammer learns that the address is read",
    ),
    Fault(
        name="bulk-filters-colleagues",
        file="models/inbound/helpdesk_ticket_filtering.py",
        find="            elif address in colleagues:\n",
        put="            elif False:\n",
        tests=f"{BULK}::test_spam_is_closed_filtered_and_told_to_no_customer",
        why="a colleague's emails are ignored from now on",
    ),
    Fault(
        name="bulk-across-companies",
        file="models/ticket/helpdesk_ticket_bulk.py",
        find="if team.company_id and team.company_id != self.company_id:",
        put="if False:",
        tests=f"{BULK}::test_two_companies_keep_apart",
        why="a ticket of one company is given to a team of another",
    ),
    Fault(
        name="newsletters-open-tickets",
        file="tools/inbound/routing.py",
        find="    (lambda mail: mail.is_refused and not mail.forwards, Disposition.IGNORE),\n",
        put="",
        tests="tests/unit/test_routing.py",
        why="each newsletter is a ticket",
    ),
    Fault(
        name="an-alias-lets-newsletters-in",
        file="models/inbound/helpdesk_inbound_router_lists.py",
        find="if not (mail.mailbox_id or team) or",
        put="if not mail.mailbox_id or",
        tests=f"{LISTS}::test_what_comes_by_an_alias_alone_follows_the_team_of_the_alias",
        why="each newsletter to a team's alias is a ticket",
    ),
    Fault(
        name="a-customers-reply-rings-the-channel",
        file="models/slack/helpdesk_slack_outbox_mentions.py",
        find="return {} if event.name in events.FOR_THE_ASSIGNEE else",
        put="return",
        tests="tests/test_slack_rules.py::TestSlackRules::test_who_is_mentioned_while_nobody_has_it",
        why="each reply to a ticket without an assignee calls everybody in the channel",
    ),
    Fault(
        name="alerts-are-newsletters",
        file="tools/inbound/auto_mail.py",
        find='return "" if is_alert else',
        put="return",
        tests=f"{LISTS}::test_what_is_sent_to_many_opens_no_ticket",
        why="an alert that was sent in bulk is not seen",
    ),
    Fault(
        name="update-refuses-newsletters",
        file="migrations/19.0.2.0.0/pre-migration.py",
        find='("fetchmail_server", "helpdesk_opens_lists", "boolean", True)',
        put='("fetchmail_server", "helpdesk_opens_lists", "boolean", False)',
        tests=f"{MIGRATION}::test_what_a_company_of_before_has_stays",
        why="after an update, emails open no tickets that did before",
    ),
    Fault(
        name="health-ages-an-outage-by-its-message",
        file="models/slack/helpdesk_slack_outbox_result.py",
        find="since = self.failing_since or min(began or now, now)",
        put="since = self.create_date",
        tests=f"{MONITORING}::test_a_slack_that_takes_nothing_is_an_alarm_though_all_is_tried_again",
        why="an old message that meets one hiccup is an outage of years",
    ),
    Fault(
        name="health-takes-one-message-for-slack",
        file=HEALTH,
        find="return not channel._was_posted_to(since, by_webhook=not by_bot)",
        put="return True",
        tests=f"{MONITORING}::test_one_message_that_alone_fails_is_no_outage",
        why="one message that fails alone reads as an outage of Slack",
    ),
    Fault(
        name="health-remembers-an-outage-of-email",
        file="models/outbound/mail_mail.py",
        find='        stale.write({"helpdesk_failing_since": False, "helpdesk_failing_server": False})\n',
        put="",
        tests=f"{QUEUE}::test_an_outage_is_seen_after_a_minute_and_is_over_with_the_first_email_that_leaves",
        why="emails leave, and Health says that none does",
    ),
)
