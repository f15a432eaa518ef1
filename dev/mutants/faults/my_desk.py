"""A desk that shows a ticket twice, figures that are made up, a digest that comes twice, a canned reply for anybody."""

from dev.mutants.fault import Fault

DESK = "models/ticket/helpdesk_ticket_desk.py"
DIGEST = "models/digest/helpdesk_digest.py"
OUTBOX = "models/digest/helpdesk_slack_outbox.py"
SCHEDULE = "tools/digest/schedule.py"
DESKS = "tests/test_desk.py::TestDesk"
DIGESTS = "tests/test_digest.py::TestDigest"
REPLIES = "tests/test_canned_replies.py::TestCannedReplies"
WHEN = "tests/unit/test_digest_schedule.py::test_when_it_is_due"

FAULTS = (
    Fault(
        name="a-ticket-stands-in-two-places",
        file=DESK,
        find="found[place] = conditions[place] & ~before",
        put="found[place] = conditions[place]",
        tests=f"{DESKS}::test_where_each_ticket_stands",
        why="an agent sees a ticket twice, and counts it twice",
    ),
    Fault(
        name="a-total-mixes-metrics",
        file="report/helpdesk_sla_clock_report.py",
        find='SQL("CASE WHEN MIN(%(metric)s) = MAX(%(metric)s) THEN %(figure)s END"',
        put='SQL("CASE WHEN MIN(%(metric)s) <= MAX(%(metric)s) THEN %(figure)s END"',
        tests="tests/test_team_performance.py::TestTeamPerformance::test_no_total_mixes_metrics",
        why="an average of first responses and resolutions says nothing",
    ),
    Fault(
        name="what-is-not-known-counts-as-kept",
        file="report/helpdesk_ticket_performance.py",
        find="WHEN %(clock)s.state = 'met' THEN 100 END",
        put="ELSE 100 END",
        tests="tests/test_team_performance.py::TestTeamPerformance::test_a_week_without_a_finished_ticket_is_empty",
        why="a week without a finished ticket looks perfect",
    ),
    Fault(
        name="a-digest-comes-twice-a-day",
        file=SCHEDULE,
        find="if last and _local(last, zone).date() >= day:",
        put="if last and _local(last, zone).date() > day:",
        tests=WHEN,
        why="the same digest every five minutes",
    ),
    Fault(
        name="what-was-missed-is-made-up-for",
        file=SCHEDULE,
        find="if now < moment or (since and since > moment):",
        put="if now < moment:",
        tests=WHEN,
        why="whoever switches the digest on gets one at once",
    ),
    Fault(
        name="a-digest-on-leave",
        file=DIGEST,
        find="        return all(bool(list(found[resource.id])) for resource in resources or [resources])\n",
        put="        return bool(list(found[False]))\n",
        tests=f"{DIGESTS}::test_on_leave_no_digest",
        why="who is on leave hears of work",
    ),
    Fault(
        name="an-empty-digest-is-sent",
        file=DIGEST,
        find="        if count:\n            owner._digest_post",
        put="        if True:\n            owner._digest_post",
        tests=f"{DIGESTS}::test_silent_when_there_is_nothing_and_for_the_rest_of_that_day",
        why="a message each morning that says nothing is read by nobody",
    ),
    Fault(
        name="a-person-pauses-a-channel",
        file="models/digest/helpdesk_slack_dispatcher.py",
        find="            return\n",
        put="            pass\n",
        tests=f"{DIGESTS}::test_who_cannot_be_reached_in_slack_is_notified_by_odoo_and_the_channel_goes_on",
        why="one colleague without Slack stops the messages of a team",
    ),
    Fault(
        name="yesterdays-digest-is-posted",
        file=OUTBOX,
        find="if self.create_date < database_time.now(self.env) - timedelta(hours=STALE):",
        put="if False:",
        tests=f"{DIGESTS}::test_a_digest_of_yesterday_is_not_posted",
        why="after an outage of Slack, what was at risk the day before looks like today's",
    ),
    Fault(
        name="anybody-makes-a-template-a-canned-reply",
        # Without the checks in `create` and `write`, Odoo's for the template's files would ask the same rule.
        file="security/helpdesk_ticket_reply_rules.xml",
        find="else [('helpdesk_canned', '=', False)]",
        put="else [(1, '=', 1)]",
        tests=f"{REPLIES}::test_agents_use_what_managers_write",
        why="an agent puts words into every colleague's mouth",
    ),
    Fault(
        name="a-name-is-markup",
        file="tools/ticket/placeholders.py",
        find="return html.escape(values[name] or word)",
        put="return values[name] or word",
        tests="tests/unit/test_placeholders.py::test_a_value_is_data",
        why="what a customer is called runs in the agent's browser",
    ),
)
