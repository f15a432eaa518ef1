"""A ticket that sleeps on, moves by itself where nobody worked, or stays with somebody who is gone."""

from dev.mutants.fault import Fault

EVENTS = "models/ticket/helpdesk_ticket_events.py"
TURN = "models/ticket/helpdesk_ticket_turn.py"
WORK = "models/ticket/helpdesk_ticket_work.py"
TURNS = "tests/test_ticket_turn.py::TestTicketTurn"
WORKS = "tests/test_ticket_work.py::TestTicketWork"
LEAVES = "tests/test_ticket_assignee.py::TestTicketAssignee"

SNOOZE = "models/ticket/helpdesk_ticket_snooze.py"
SNOOZED = "tests/test_ticket_snooze.py::TestSnooze"
FAULTS = (
    Fault(
        name="a-reply-wakes-nothing",
        file=TURN,
        find="        if stage:\n            self.stage_id = stage\n",
        put="",
        tests=f"{TURNS}::test_an_email_of_the_customer_wakes_it_and_its_clocks",
        why="a ticket waits for a customer who has replied, with its clocks paused",
    ),
    Fault(
        name="thanks-wake-a-ticket",
        file=EVENTS,
        find="is_asking = name == events.CUSTOMER_REPLIED and self._bridge_is_asking(message)",
        put="is_asking = name == events.CUSTOMER_REPLIED",
        tests=f"{TURNS}::test_thanks_by_email_and_in_the_portal_wake_nothing",
        why="whoever says thanks makes work",
    ),
    Fault(
        name="a-reply-is-passed-on-to-strangers",
        file=TURN,
        find="return merged if is_known or is_customers else merged.browse()",
        put="return merged",
        tests=f"{TURNS}::test_a_ticket_that_was_merged_into_one_of_others_tells_them_nothing",
        why="what one customer writes stands on the ticket of another",
    ),
    Fault(
        name="to-take-a-ticket-is-a-response",
        file=WORK,
        find="before[ticket][MOVED_ALONG] = True",
        put="before[ticket][MOVED_ALONG] = False",
        tests=f"{WORKS}::test_to_take_it_is_no_first_response",
        why="the first response is met though the customer heard nothing",
    ),
    Fault(
        name="whoever-replies-gets-the-ticket",
        file=WORK,
        find="        if not (self.user_id or hindrance) and",
        put="        if not self.user_id and",
        tests=f"{WORKS}::test_who_cannot_have_the_ticket_answers_it_all_the_same",
        why="a ticket belongs to somebody who is not in its team",
    ),
    Fault(
        name="whoever-leaves-a-company-keeps-its-tickets",
        file="models/ticket/res_company.py",
        find='        self.env["res.users"].concat(*before)._bridge_release_lost(before)\n',
        put="",
        tests=f"{LEAVES}::test_no_company_any_more",
        why="nobody who may look at a ticket has it",
    ),
    Fault(
        name="whose-group-is-deleted-keeps-tickets",
        file="models/ticket/res_groups.py",
        find="        with self._bridge_releasing():\n            return super().unlink()",
        put="        return super().unlink()",
        tests=f"{LEAVES}::test_no_group_any_more",
        why="nobody who may look at a ticket has it",
    ),
    Fault(
        name="what-waits-in-a-merged-ticket-is-forgotten",
        file=TURN,
        find="                target.customer_replied = True\n",
        put="                pass\n",
        tests="tests/test_merging.py::TestMerging::test_what_the_customer_wrote_waits_for_an_agent_in_the_ticket_that_goes_on",
        why="a question that nobody answered shows nowhere",
    ),
    Fault(
        name="a-reopened-ticket-belongs-to-who-is-gone",
        file=EVENTS,
        find="        self._bridge_replace_absent()\n",
        put="",
        tests=f"{LEAVES}::test_a_closed_ticket_is_looked_at_when_it_is_reopened",
        why="nobody looks at a ticket whose assignee has left",
    ),
    Fault(
        name="thanks-wake-a-snoozed-ticket",
        file=SNOOZE,
        find="        if is_asking and self.snoozed_until:\n",
        put="        if self.snoozed_until:\n",
        tests=f"{SNOOZED}::test_the_customer_wakes_it_and_thanks_do_not",
        why="a ticket is back in the list because somebody was polite",
    ),
    Fault(
        name="a-customer-does-not-wake-a-snoozed-ticket",
        file=SNOOZE,
        find="        if is_asking and self.snoozed_until:\n",
        put="        if False:\n",
        tests=f"{SNOOZED}::test_the_customer_wakes_it_and_thanks_do_not",
        why="a customer's question stays out of sight",
    ),
    Fault(
        name="a-closed-ticket-stays-snoozed",
        file=SNOOZE,
        find="        over.snoozed_until = False\n",
        put="        pass\n",
        tests=f"{SNOOZED}::test_closing_or_archiving_it_ends_it_without_a_word",
        why="a closed ticket is reported as awake again",
    ),
    Fault(
        name="a-snooze-never-ends",
        file=SNOOZE,
        find='[*super()._steps(), self.env["helpdesk.ticket"]._bridge_wake_next]',
        put="super()._steps()",
        tests=f"{SNOOZED}::test_the_cron_ends_it",
        why="a snoozed ticket is never seen again",
    ),
)
