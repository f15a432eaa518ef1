"""An SLA target that is found late too early, too late, twice or never."""

from dev.mutants.fault import Fault

CRON = "models/sla/helpdesk_sla_clock_cron.py"
NOTIFY = "models/sla/helpdesk_sla_clock_notify.py"
TICK = "tests/test_sla_tick.py::TestSlaTick"
CLOCK = "tools/sla/clock.py"
STORIES = "tests/unit/test_sla_clock.py::TestClock"
KILLED = (
    "dev/tests/test_chaos.py::test_a_server_that_dies_between_what_is_recorded_and_what_is_told_tells_each_breach_once"
)
LOOK = """\
        error = attempted(self.env.cr, self._record_and_notify, now)
"""

FAULTS = (
    Fault(
        name="a-breach-is-recorded-before-it-is-told",
        file=CRON,
        find=LOOK,
        put="""\
        error, found = None, []
        for clock, ticked in self._ticked(now, WorkingTimes()):
            found += clock._record(*ticked)
        self.env.cr.commit()
        self._notify(found)
        self.ticket_id._sla_summarize()
""",
        tests=KILLED,
        why="a server that dies in between tells nobody of a breach",
    ),
    Fault(
        name="a-breach-is-told-before-it-is-recorded",
        file=CRON,
        find=LOOK,
        put="""\
        error = None
        for clock, ticked in self._ticked(now, WorkingTimes()):
            clock._notify([(clock, entry, False) for entry in ticked[1]])
            self.env.cr.commit()
            clock._record(*ticked)
        self.ticket_id._sla_summarize()
""",
        tests=KILLED,
        why="a server that dies in between tells of a breach twice",
    ),
    Fault(
        name="one-clock-that-fails-stops-all",
        file=CRON,
        find="            failed.update(clock.id for clock in clocks if not clock._look(now))\n",
        put="            failed.update(clocks.ids)\n",
        tests=f"{TICK}::test_a_ticket_that_cannot_be_told_of_keeps_no_other_from_being_found_late",
        why="one spoilt ticket keeps the breaches of others from being found",
    ),
    Fault(
        name="the-cron-waits-for-a-locked-clock",
        file=CRON,
        find="FOR NO KEY UPDATE OF clock, ticket SKIP LOCKED",
        put="FOR NO KEY UPDATE OF clock, ticket",
        tests="dev/tests/test_locked_rows.py::test_a_ticket_that_somebody_has_locked_keeps_no_other_from_being_found_late",
        why="one slow transaction keeps every breach from being found",
    ),
    Fault(
        name="a-warning-is-told-each-minute",
        file=CLOCK,
        find="clock.state != RUNNING or clock.warned or not clock.warn",
        put="clock.state != RUNNING or not clock.warn",
        tests=STORIES,
        why="people are called again and again",
    ),
    Fault(
        name="a-breach-is-found-again-and-again",
        file=CLOCK,
        find="broken = replace(clock, state=MISSED, breached=at, ",
        put="broken = replace(clock, breached=at, ",
        tests=STORIES,
        why="people are called again and again",
    ),
    Fault(
        name="a-waiting-ticket-becomes-late",
        file=CLOCK,
        find="        done, more = _paused(clock, now)\n",
        put="        done, more = _resumed(clock, now)\n",
        tests=STORIES,
        why="the team is late while it waits for the customer",
    ),
    Fault(
        name="a-waiting-stage-stops-no-clock",
        file="models/sla/helpdesk_ticket.py",
        find="return Phase.WAITING if rule and stage.id in rule.waiting else Phase.OPEN",
        put="return Phase.OPEN",
        tests=f"{TICK}::test_what_waits_is_never_late",
        why="the team is late while it waits for the customer",
    ),
    Fault(
        name="an-agents-email-is-no-first-response",
        file="models/sla/helpdesk_ticket_first_response.py",
        find="return is_theirs and self._bridge_message_category(message) == REPLY",
        put="return False",
        tests="tests/test_sla_start_by_mail.py",
        why="the team is late though it has answered",
    ),
    Fault(
        name="a-note-is-the-first-response",
        file="models/ticket/helpdesk_ticket_conversation.py",
        find="        if message.is_internal or message.subtype_id.internal or not message.subtype_id:\n",
        put="        if message.is_internal:\n",
        tests="tests/test_sla_clocks.py::TestSlaClocks::test_a_note_is_not_the_start",
        why="the target is met and the customer has heard nothing",
    ),
    Fault(
        name="a-breach-mentions-nobody",
        file=NOTIFY,
        find="is_silent = entry.at > clock.due_at and not is_repeated",
        put="is_silent = True",
        tests=f"{TICK}::test_slack_hears_of_warning_and_breach_once",
        why="a breach stands in a thread that nobody looks into",
    ),
    Fault(
        name="a-breach-gives-nobody-something-to-do",
        file=NOTIFY,
        find="zip(late, activities.create(vals_list), strict=True)",
        put="zip((), activities.create([]), strict=True)",
        tests=f"{TICK}::test_the_assignee_has_something_to_do",
        why="the assignee learns of a breach by chance",
    ),
)
