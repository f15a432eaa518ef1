"""A change of calendar or policy that moves nothing, rings somebody, or takes back what was."""

from dev.mutants.fault import Fault

RECOUNT = "tools/sla/recount.py"
STORED = "models/sla/helpdesk_sla_clock_recount.py"
HOOKS = "models/sla/resource_calendar_recount.py"
ROWS = "models/sla/helpdesk_sla_recount.py"
UNIT = "tests/unit/test_sla_recount.py"
FLOW = "tests/test_sla_recount.py::TestSlaRecount"
BREACHES = "tests/test_sla_recount_breaches.py::TestSlaRecountBreaches"
REPEAT = "tests/test_sla_repeat.py::TestSlaRepeat"

FAULTS = (
    Fault(
        name="a-breach-that-never-was-stays",
        file=RECOUNT,
        find="            changed = replace(changed, breached=None, missed=0, remind=None)\n",
        put="",
        tests=UNIT,
        why="a holiday that is entered late leaves tickets breached that never were",
    ),
    Fault(
        name="a-breach-that-was-is-taken-back",
        file=RECOUNT,
        find="clock.breached is not None and not _was_breached(clock, changed)",
        put="clock.breached is not None",
        tests=UNIT,
        why="a lower priority and any holiday hide a breach",
    ),
    Fault(
        name="a-deleted-holiday-changes-nothing",
        file=HOOKS,
        find="""        before = self._bridge_holidays()
        result = super().unlink()
        self._bridge_recount(before)
""",
        put="""        result = super().unlink()
""",
        tests=f"{BREACHES}::test_a_deleted_holiday_brings_the_breach_back",
        why="what is due depends on when a calendar was changed",
    ),
    Fault(
        name="a-leave-of-one-person-is-a-holiday",
        file=HOOKS,
        find='leave.time_type == "leave" and not leave.resource_id',
        put='leave.time_type == "leave"',
        tests=f"{BREACHES}::test_a_deleted_holiday_brings_the_breach_back",
        why="a leave that becomes that of one person moves nothing",
    ),
    Fault(
        name="a-tag-that-was-set-by-hand-goes",
        file=STORED,
        find='if not any(same.mapped("had_tag")) and not any(same.mapped("breached_at")):',
        put='if not any(same.mapped("breached_at")):',
        tests=f"{BREACHES}::test_a_tag_of_before_stays",
        why="what people have set is lost",
    ),
    Fault(
        name="a-closed-ticket-is-counted-anew",
        file=ROWS,
        find='Domain([("sla_since", "!=", False), ("stage_id.closed", "=", False)])',
        put='Domain([("sla_since", "!=", False)])',
        tests=f"{FLOW}::test_a_closed_ticket_is_not_even_looked_at",
        why="history that was reported changes afterwards",
    ),
    Fault(
        name="a-portion-does-not-note-how-far-it-got",
        file=ROWS,
        find="            self.after_id = tickets[-1].id\n",
        put="            self.after_id = self.after_id\n",
        tests=f"{FLOW}::test_many_tickets_come_in_portions_and_after_a_kill_it_goes_on",
        why="the same tickets are counted for ever",
    ),
    Fault(
        name="a-change-joins-a-row-that-is-under-way",
        file=ROWS,
        find='[*same, ("create_date", "=", self.env.cr.now()), ("after_id", "=", 0)]',
        put="same",
        tests=f"{FLOW}::test_a_change_while_the_cron_is_at_work_begins_anew",
        why="tickets that were counted already keep the hours of before",
    ),
    Fault(
        name="slack-is-told-of-a-correction-of-what-it-never-heard",
        file="models/slack/helpdesk_slack_outbox.py",
        find="        if event.name != events.SLA_REVOKED:\n            return True\n",
        put="        return True\n",
        tests=f"{BREACHES}::test_a_breach_that_slack_was_not_told_of_is_not_taken_back_there",
        why="threads fill with words about nothing",
    ),
    Fault(
        name="everybody-in-a-batch-is-tagged",
        file="models/sla/helpdesk_sla_clock_notify.py",
        find="        self.browse().concat(*late)._add_tags()\n",
        put="        self.concat(*late)._add_tags()\n",
        tests=f"{REPEAT}::test_a_warned_ticket_beside_a_breached_one_is_not_tagged",
        why="a warned ticket is tagged as breached",
    ),
    Fault(
        name="a-breach-is-repeated-though-somebody-has-the-ticket",
        file="models/sla/helpdesk_sla_clock_cron.py",
        find="record.ticket_id.user_id.active or record._is_waiting()",
        put="record._is_waiting()",
        tests=f"{REPEAT}::test_what_ends_the_repetitions",
        why="people are mentioned about a ticket that is in hand",
    ),
    Fault(
        name="a-breach-is-repeated-while-the-ticket-waits",
        file="models/sla/helpdesk_sla_clock_cron.py",
        find="record.ticket_id.user_id.active or record._is_waiting()",
        put="record.ticket_id.user_id.active",
        tests=f"{REPEAT}::test_what_ends_the_repetitions",
        why="people are mentioned about a ticket that waits for the customer",
    ),
    Fault(
        name="a-ticket-created-closed-never-has-an-sla",
        file="models/sla/helpdesk_ticket_events.py",
        find="                ticket._sla_start_reopened(old, database_time.now(self.env))\n",
        put="                pass\n",
        tests="tests/test_sla_reopened.py::TestSlaReopened",
        why="a reopened ticket is nobody's promise",
    ),
    Fault(
        name="a-ticket-that-waits-is-on-track",
        file="models/sla/helpdesk_sla_clock.py",
        find='        if self._is_paused():\n            return due, "paused"\n',
        put="",
        tests="tests/test_sla_paused.py::TestSlaPaused",
        why="tickets rest for weeks and look fine",
    ),
)
