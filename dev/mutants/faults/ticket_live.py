"""Somebody takes a ticket unasked, or an open form tells too much, too little or at a cost."""

from dev.mutants.fault import Fault

LIVE = "tests/test_ticket_live.py::TestTicketLive"
TAKING = "tests/test_ticket_live.py::TestTaking"
BROWSER = "dev/tests/browser/test_ticket_live.py"
MODEL = "models/ticket/helpdesk_ticket_live.py"
VIEWER = "models/ticket/helpdesk_ticket_viewer.py"
READERS = "models/ticket/helpdesk_ticket_assignee.py"

FAULTS = (
    Fault(
        name="who-may-not-read-a-ticket-any-more-is-told-of-it",
        file=READERS,
        find='self.browse(theirs._filtered_access("read").ids)',
        put="self",
        tests=f"{LIVE}::test_only_who_looks_and_may_read_it_is_told",
        why="who has left a team learns who works on its tickets",
    ),
    Fault(
        name="a-viewer-is-asked-in-the-companies-of-who-changes-the-ticket",
        file=READERS,
        find="self.env(user=user.id, context={})",
        put="self.env(user=user.id)",
        tests=f"{LIVE}::test_only_who_looks_and_may_read_it_is_told",
        why="an agent cannot save a ticket that a colleague of another company has open",
    ),
    Fault(
        name="a-form-is-open-for-ever",
        file=VIEWER,
        find=', ("until", ">", fields.Datetime.now())',
        put="",
        tests=f"{LIVE}::test_only_who_looks_and_may_read_it_is_told",
        why="each change of a ticket is sent to all who ever looked at it",
    ),
    Fault(
        name="a-customer-in-the-portal-watches-the-agents",
        file=MODEL,
        find="        if not self.env.user._is_internal():\n",
        put="        if False:\n",
        tests=f"{LIVE}::test_who_may_not_read_a_ticket_watches_nothing_and_writes_nothing",
        why="a customer learns who works on the ticket, and says that they are writing",
    ),
    Fault(
        name="who-may-not-read-a-ticket-says-that-they-write",
        file=MODEL,
        find='        self.check_access("read")\n',
        put="",
        tests=f"{LIVE}::test_who_may_not_read_a_ticket_watches_nothing_and_writes_nothing",
        why="anybody watches any ticket by its number",
    ),
    Fault(
        name="a-new-ticket-is-looked-for-on-screens",
        file=MODEL,
        find="        self.env.cr.cache.setdefault(UNSEEN, set()).update(tickets.ids)\n",
        put="",
        tests=f"{LIVE}::test_a_new_ticket_costs_no_query",
        why="the import of an email gets slower",
    ),
    Fault(
        name="a-ticket-is-taken-from-a-colleague-unasked",
        file="models/ticket/helpdesk_ticket_taking.py",
        find="if is_member and colleague - self.env.user - holder:",
        put="if False:",
        tests=f"{TAKING}::test_who_takes_what_somebody_took_is_asked",
        why="two agents answer the same customer",
    ),
    Fault(
        name="who-confirms-takes-it-from-anybody",
        file="models/ticket/helpdesk_ticket_taking.py",
        find="colleague - self.env.user - holder:",
        put="colleague - self.env.user and not holder:",
        tests=f"{TAKING}::test_who_confirms_after_yet_another_took_it_is_asked_again",
        why="an agent takes a ticket from a colleague who was not named",
    ),
    Fault(
        name="a-form-with-unsaved-changes-loads-itself-anew",
        file="static/src/ticket_live/ticket_live.js",
        find="        if (isDirty) {\n            this.state.staleAt",
        put="        if (false) {\n            this.state.staleAt",
        tests=f"{BROWSER}::test_a_form_with_changes_offers_to_reload_and_keeps_them_until_then",
        why="what an agent types is lost when a colleague saves",
    ),
)
