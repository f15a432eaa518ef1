"""A search that shows what somebody may not read or misses what was said; references with gaps."""

from dev.mutants.fault import Fault

SEARCH = "models/ticket/helpdesk_ticket_search.py"
SOURCES = "models/ticket/search_sources.py"
TABLE = "models/ticket/search_table.py"
NUMBER = "models/ticket/helpdesk_ticket_number.py"
CLOSING = "models/answering/helpdesk_ticket.py"
WAYS = "tests/test_ticket_search_ways.py::TestTicketSearchWays"
WORDS = "tests/test_ticket_search_words.py::TestTicketSearchWords"
NUMBERS = "tests/test_ticket_number.py::TestTicketNumber"
MADE = "tests/test_ticket_search_made.py::TestTicketSearchMade::test_it_is_found_after_the_next_clean_up"
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
        file=SOURCES,
        find='SQL(" INTERSECT ").join(rare)',
        put='SQL(" UNION ").join(rare)',
        tests=f"{WAYS}::test_each_way_finds_what_a_look_at_all_texts_finds",
        why="each further word finds more tickets instead of fewer",
    ),
    Fault(
        name="people-are-not-found-by-their-company",
        file=SOURCES,
        find="partner_id IN (SELECT id FROM res_partner WHERE %s)",
        put="partner_id IN (SELECT id FROM res_partner WHERE FALSE AND %s)",
        tests=f"{WORDS}::test_what_finds_it",
        why="the company of a customer finds none of their tickets",
    ),
    Fault(
        name="a-common-word-is-everywhere",
        file=SOURCES,
        find="EXISTS (SELECT FROM %s WHERE %s AND %s OFFSET 0)",
        put="EXISTS (SELECT FROM %s WHERE %s OR %s OFFSET 0)",
        tests=f"{WAYS}::test_each_way_finds_what_a_look_at_all_texts_finds",
        why="a word that is common on the desk is found on tickets that do not hold it",
    ),
    Fault(
        name="every-word-is-rare",
        file=SOURCES,
        find="for number in search_cost.common(counted, most)",
        put="for number in ()",
        tests=f"{WAYS}::test_what_is_common_is_known_from_statistics",
        why="a search for hello fetches all tickets to show eighty",
    ),
    Fault(
        name="signs-are-looked-for-as-they-were-typed",
        file="tools/ticket/search_terms.py",
        find='return f"{escaped}|[^{PLAIN}]" if signs else ""',
        put='return escaped if signs else ""',
        tests=f"{WAYS}::test_each_way_finds_what_a_look_at_all_texts_finds",
        why="a search for ... does not find a subject that ends with an ellipsis",
    ),
    Fault(
        name="signs-are-rare",
        file=SOURCES,
        find="read * place.is_scanned",
        put="0",
        tests=f"{WAYS}::test_signs_are_in_no_index",
        why="a dash among the words of a search reads all tickets",
    ),
    Fault(
        name="what-odoo-says-is-searched",
        file=TABLE,
        find="AND {0}.message_type IN ('email', 'email_outgoing', 'comment')",
        put="AND {0}.message_type IS NOT NULL",
        tests=f"{WAYS}::test_only_what_people_said_is_read",
        why="the words of automatic emails are found on every ticket",
    ),
    Fault(
        name="each-change-writes-the-search",
        file=TABLE,
        find="            IF NOT ({differ}) THEN RETURN NULL; END IF;\n",
        put="            NULL;\n",
        tests=f"{WAYS}::test_what_changes_no_text_writes_nothing",
        why="each change of a ticket's stage costs what its texts cost",
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
    Fault(
        name="nothing-is-missing-after-an-update",
        file=TABLE,
        find="""             UNION
            SELECT one.id FROM {source} AND NOT EXISTS (SELECT FROM {TABLE} WHERE {own} AND {TABLE}.{key} = one.id)
""",
        put="",
        tests=MADE,
        why="what another server wrote during an update is never found",
    ),
    Fault(
        name="nothing-was-changed-during-an-update",
        file=TABLE,
        find="""
                   AND (coalesce(one.write_date, one.create_date) < %s::timestamp - interval '{LONGEST}'
""",
        put="""
                   AND (%s IS NOT NULL
""",
        tests=MADE,
        why="what was changed during an update is found by its former words",
    ),
    Fault(
        name="the-update-is-never-over",
        file=TABLE,
        find="""    cr.execute(SQL("COMMENT ON TABLE %s IS NULL", SQL.identifier(TABLE)))
""",
        put="",
        tests="tests/test_ticket_search_made.py::TestTicketSearchMade::test_it_is_looked_for_once",
        why="each clean-up compares all messages",
    ),
    Fault(
        name="an-agent-sees-as-much-as-a-manager",
        file="tools/ticket/search_cost.py",
        find="return 1 if wanted.sees_all else SEEN_IN_PART",
        put="return 1",
        tests="tests/unit/test_search_cost.py",
        why="a search of an agent passes over a thousand tickets for each that they see",
    ),
    Fault(
        name="open-tickets-are-as-many-as-all",
        file="tools/ticket/search_cost.py",
        find="asked = wanted.filtered * seen",
        put="asked = wanted.tickets * seen",
        tests="tests/unit/test_search_cost.py",
        why="a search among few open tickets fetches all closed ones",
    ),
    Fault(
        name="what-is-right-is-written-again",
        file=TABLE,
        find="EXISTS (SELECT FROM (SELECT {columns}) now ({_ROW}) WHERE {_SAME})",
        put="FALSE",
        tests="tests/test_ticket_search_made.py::TestTicketSearchMade::test_what_is_right_is_not_written_again",
        why="the first clean-up after an update holds the locks of a day's tickets for seconds",
    ),
)
