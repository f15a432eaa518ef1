"""Somebody or something is gone, and what hangs on it is lost, or falls to whom it does not belong."""

from dev.mutants.fault import Fault

GONE = "tests/test_answering_gone.py"
FORMER = "tests/test_former_agents.py::TestFormerAgents"
ASSIGNEE = "tests/test_ticket_assignee.py::TestTicketAssignee"
STAGES = "tests/test_sla_stages.py::TestStagesThatChange"
SHOWN = "tests/test_template_access.py::TestTemplateAccess"

FAULTS = (
    Fault(
        name="a-deleted-user-takes-a-held-reply-along",
        file="models/answering/res_users.py",
        find='        self.env["helpdesk.ticket.reply"]._leave_of(self)\n',
        put="",
        tests=f"{GONE}::TestGoneAuthor::test_the_words_are_left_to_the_colleagues",
        why="the customer hears nothing, and nobody learns of it",
    ),
    Fault(
        name="only-an-archived-user-is-told-of-a-stopped-reply",
        file="models/answering/helpdesk_ticket_reply_stopping.py",
        find="            if is_left or not self._may_author_decide():\n",
        put="            if is_left:\n",
        tests=f"{GONE}::TestGoneAuthor::test_the_words_are_left_to_the_colleagues",
        why="the customer hears nothing, and nobody learns of it",
    ),
    Fault(
        name="who-only-reads-a-ticket-closes-it",
        file="models/answering/helpdesk_ticket.py",
        find='            ticket.sudo(False).check_access("write")\n',
        put="            pass\n",
        tests="tests/test_answering_then.py::TestThenInTheChatter::test_who_only_reads_the_ticket_moves_nothing",
        why="a colleague from elsewhere closes a customer's ticket",
    ),
    Fault(
        name="a-former-agents-words-become-the-customers",
        file="models/ticket/helpdesk_ticket_conversation.py",
        find=" or 0 < (message._origin.id or 0) <= author.helpdesk_team_until",
        put="",
        tests=f"{FORMER}::test_their_words_stay_the_teams",
        why="a response is due to what the team itself has said",
    ),
    Fault(
        name="a-former-agents-words-answer-nobody",
        file="models/ticket/helpdesk_ticket_events.py",
        find="not (is_former or self._bridge_agent(message.author_id))",
        put="not self._bridge_agent(message.author_id)",
        tests=f"{FORMER}::test_their_words_stay_the_teams",
        why="a response is due to what was answered long ago",
    ),
    Fault(
        name="an-archived-ticket-that-is-back-is-nobodys",
        file="models/ticket/helpdesk_ticket_events.py",
        find='if before[ticket]["ticket"].is_over and ticket.active and not ticket.closed:',
        put='if before[ticket]["ticket"].closed and not ticket.closed:',
        tests=f"{ASSIGNEE}::test_an_archived_ticket_is_looked_at_when_it_is_back",
        why="a ticket waits for somebody who has left",
    ),
    Fault(
        name="clocks-run-on-in-a-stage-that-is-a-closed-one-now",
        file="models/sla/helpdesk_ticket_stage.py",
        find="            changed._sla_schedule()\n",
        put="            pass\n",
        tests=f"{STAGES}::test_a_ticket_in_it_follows",
        why="closed tickets are breached, one after the other",
    ),
    Fault(
        name="a-template-shows-every-ticket-to-everybody",
        file="models/outbound/mail_render_mixin.py",
        find='            self.env[TICKET].browse(res_ids).check_access("read")\n',
        put="            pass\n",
        tests=f"{SHOWN}::test_who_may_not_read_the_ticket_sees_nothing_of_it",
        why="every employee reads what customers write, in every company",
    ),
)
