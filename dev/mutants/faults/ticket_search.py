"""A search that shows what somebody may not read or misses what was said; references with gaps."""

from dev.mutants.fault import Fault

SEARCH = "models/ticket/helpdesk_ticket_search.py"
NUMBER = "models/ticket/helpdesk_ticket_number.py"
CLOSING = "models/answering/helpdesk_ticket.py"
WORDS = "tests/test_ticket_search_words.py::TestTicketSearchWords"
NUMBERS = "tests/test_ticket_number.py::TestTicketNumber"
THEN = "tests/test_answering_then.py::TestThen"
FAULTS = (
    Fault(
        name="a-search-waits-for-a-flush",
        file=SEARCH,
        find="        self._bridge_flush_searched()\n",
        put="",
        tests=f"{WORDS}::test_what_was_changed_is_found_as_it_is_now",
        why="a search finds what a ticket said before it was changed",
    ),
    Fault(
        name="one-term-is-enough",
        file=SEARCH,
        find="domain = Domain.AND(by_words)",
        put="domain = Domain.OR(by_words)",
        tests=f"{WORDS}::test_what_does_not",
        why="each further word finds more tickets instead of fewer",
    ),
    Fault(
        name="people-are-not-found-by-their-company",
        file=SEARCH,
        find="partner_id IN (SELECT id FROM res_partner WHERE %s LIKE %s)",
        put="FALSE AND %s = %s",
        tests=f"{WORDS}::test_what_finds_it",
        why="the company of a customer finds none of their tickets",
    ),
    Fault(
        name="numbers-are-chosen",
        file=NUMBER,
        find='if name != "bridge_number"}',
        put="}",
        tests=f"{NUMBERS}::test_nobody_chooses_a_number",
        why="replies to one customer's reference join the ticket of another",
    ),
    Fault(
        name="a-preview-uses-up-a-number",
        file="wizards/helpdesk_letter_preview.py",
        find="        ticket._bridge_number_sample()\n",
        put="",
        tests=f"{NUMBERS}::test_the_preview_of_an_email_takes_none",
        why="references have gaps",
    ),
    Fault(
        name="a-context-closes-tickets",
        file=CLOSING,
        find='way = then.way if isinstance(then, Then) else ""',
        put='way = getattr(then, "way", then) or ""',
        tests=f"{THEN}::test_a_context_that_came_over_rpc_does_nothing",
        why="what RPC says in a context moves tickets",
    ),
)
