"""A change of a ticket that is handled in another order, or more than once."""

from dev.mutants.fault import Fault

EVENTS = "models/ticket/helpdesk_ticket_events.py"
ORDER = "tests/test_pipeline.py::TestPipeline"

FAULTS = (
    Fault(
        name="what-is-reported-comes-before-the-clocks",
        file=EVENTS,
        find="""            tickets._bridge_on_changes_first(before, keys)
            for ticket in tickets:
                if before[ticket]["ticket"].is_over and ticket.active and not ticket.closed:
                    ticket._bridge_on_reopened()
                merged = ticket._bridge_merged_id()
                if merged and merged != before[ticket]["ticket"].merged:
                    ticket._bridge_on_merged()
            after = {ticket: ticket._bridge_facts() for ticket in tickets}
""",
        put="""            for ticket in tickets:
                if before[ticket]["ticket"].is_over and ticket.active and not ticket.closed:
                    ticket._bridge_on_reopened()
                merged = ticket._bridge_merged_id()
                if merged and merged != before[ticket]["ticket"].merged:
                    ticket._bridge_on_merged()
            after = {ticket: ticket._bridge_facts() for ticket in tickets}
            tickets._bridge_on_changes_first(before, keys)
""",
        tests=f"{ORDER}::test_a_write_is_looked_at_before_and_after_sla_and_told_last",
        why="Slack shows a ticket as it was before its SLA clocks moved",
    ),
    Fault(
        name="a-new-ticket-is-reported-before-its-clocks-begin",
        file=EVENTS,
        find="            tickets._bridge_on_changes_first(dict.fromkeys(tickets), frozenset())\n",
        put="",
        tests=f"{ORDER}::test_a_new_ticket_gets_its_clocks_before_slack_hears_of_it",
        why="the first message in Slack has no due time",
    ),
    Fault(
        name="a-reopening-is-reported-before-the-reply",
        file=EVENTS,
        find="""        with self._bridge_changing(frozenset(follows), said=[said]):
""",
        put="""        if name == events.CUSTOMER_REPLIED:
            self._bridge_on_customer_reply(message, is_asking)
        with self._bridge_changing(frozenset(follows), said=[said]):
""",
        tests=f"{ORDER}::test_a_customers_reply_is_told_before_it_reopens_the_ticket",
        why="the thread says that the ticket was reopened, and only then why",
    ),
)
