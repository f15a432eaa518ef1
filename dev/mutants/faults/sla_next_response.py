"""A customer who waits for the next response, and who waits for none."""

from dev.mutants.fault import Fault

OWED = "models/sla/helpdesk_ticket_next_response.py"
STORIES = "tests/test_sla_next_response.py::TestSlaNextResponse::test_every_history_ends_as_it_should"

FAULTS = (
    Fault(
        name="what-was-asked-in-a-merged-ticket-is-owed-by-nobody",
        file="models/sla/helpdesk_ticket_merging.py",
        find="        if starts.keys() & set(sla_clock.RESPONSES):\n",
        put="        if False:\n",
        tests="tests/test_sla_next_response.py::TestSlaNextResponse"
        "::test_what_nobody_answered_in_a_merged_ticket_is_due_on_the_other_one",
        why="a question waits without a clock",
    ),
    Fault(
        name="a-reply-to-a-supplier-answers-the-customer",
        file=OWED,
        find="        if not people and not written:\n",
        put="        if True:\n",
        tests=STORIES,
        why="the target is met and the customer has heard nothing",
    ),
    Fault(
        name="thanks-ask-for-a-response",
        file=OWED,
        find=" and self._bridge_is_asking(message)\n",
        put="\n",
        tests=STORIES,
        why="the team is late with an answer to a thank-you",
    ),
    Fault(
        name="a-former-next-response-comes-back",
        file=OWED,
        find="clock.metric != NEXT_RESPONSE or clock == clock.ticket_id._sla_next_response()",
        put="True",
        tests=STORIES,
        why="the team is late with what was closed long ago",
    ),
    Fault(
        name="the-next-response-counts-beside-the-first",
        file=OWED,
        find="        return (not start or start.state == CANCELED) and self._sla_was_responded()\n",
        put="        return True\n",
        tests="tests/test_sla_next_response.py::TestSlaNextResponse"
        "::test_nothing_waits_while_the_first_response_is_open",
        why="the team is late twice with one answer",
    ),
    Fault(
        name="an-answer-on-a-closed-ticket-is-forgotten",
        file="tools/sla/clock.py",
        find="        return replace(clock, satisfied=now), []\n",
        put="        return clock, []\n",
        tests="tests/unit/test_sla_clock.py::TestClock",
        why="the team owes an answer that it has given",
    ),
    Fault(
        name="two-messages-at-once-fail-the-second",
        file=OWED,
        find="        except UniqueViolation as error:\n",
        put="        except KeyError as error:\n",
        tests="tests/test_sla_next_response.py::TestSlaNextResponse"
        "::test_two_messages_at_the_same_moment_are_one_clock",
        why="the second of two emails waits until somebody replays it",
    ),
)
