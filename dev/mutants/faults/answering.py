"""A reply that was taken back is sent, one is sent twice, or it reaches somebody whom its author was not shown."""

from dev.mutants.fault import Fault

HELD = "tests/test_answering.py::TestHeldReplies"
STOPPED = "tests/test_answering_stopped.py::TestStoppedReplies"
CHATTER = "tests/test_answering_in_odoo.py::TestHeldInTheChatter"
SLACK = "tests/test_slack_answering.py::TestSlackAnswering"
BROWSER = "dev/tests/browser/test_answering.py"
REPLY = "models/answering/helpdesk_ticket_reply.py"
SENDING = "models/answering/helpdesk_ticket_reply_sending.py"
TICKET = "models/answering/helpdesk_ticket.py"
DECIDING = "models/slack_answering/helpdesk_ticket_reply.py"
IN_TIME = "tests/test_slack_answering_in_time.py::TestSlackDecidedInTime"
REACTIONS = "tests/test_slack_acts_reactions.py::TestSlackActsReactions"
MODAL = "models/slack_answering/helpdesk_slack_inbound_modal.py"

FAULTS = (
    Fault(
        name="who-comes-second-wins-as-well",
        file=REPLY,
        find="                 WHERE id = %(id)s AND state IN %(former)s\n",
        put="                 WHERE id = %(id)s AND %(former)s IS NOT NULL\n",
        tests=f"{HELD}::test_undo {HELD}::test_undo_comes_too_late",
        why="a reply that was undone is sent, or one that was sent counts as undone",
    ),
    Fault(
        name="somebody-else-undoes",
        file=REPLY,
        find="        if self.author_id != user:\n",
        put="        if False:\n",
        tests=f"{HELD}::test_only_its_author_decides",
        why="a colleague sends, changes or takes back what an agent wrote",
    ),
    Fault(
        name="a-file-of-somebody-else-is-sent",
        file=REPLY,
        find='            attachments.with_user(author).check_access("read")\n',
        put="            pass\n",
        tests=f"{HELD}::test_a_file_of_somebody_else_does_not_go_along",
        why="an agent sends a customer a file that they may not read",
    ),
    Fault(
        name="who-may-not-read-the-ticket-replies",
        file=REPLY,
        find='        ticket.check_access("write" if close else "read")\n',
        put="",
        tests=f"{HELD}::test_who_may_not_read_the_ticket_holds_nothing",
        why="an agent of another company writes to a customer",
    ),
    Fault(
        name="who-may-not-read-the-ticket-holds-a-reply-by-the-composer",
        file=REPLY,
        find='        ticket.sudo(False).check_access("write" if then else "read")\n',
        put="",
        tests="tests/test_answering_in_odoo.py::TestHeldInTheComposer::"
        "test_who_may_not_read_the_ticket_holds_nothing_there",
        why="an employee without Helpdesk writes into the thread of any ticket",
    ),
    Fault(
        name="the-portal-replies-as-an-agent",
        file=REPLY,
        find="        if not author._bridge_agents():\n            raise",
        put="        if False:\n            raise",
        tests=f"{HELD}::test_who_may_not_read_the_ticket_holds_nothing",
        why="a customer sends emails to everybody on the ticket",
    ),
    Fault(
        name="files-of-a-held-reply-are-lost",
        file="models/answering/helpdesk_ticket_reply_files.py",
        find='        pending.write({"res_model": self._name, "res_id": self.id})\n',
        put="",
        tests=f"{HELD}::test_files_go_along_and_come_back",
        why="a file is deleted before the reply is sent",
    ),
    Fault(
        name="who-has-left-sends",
        file=SENDING,
        find='        if not self.author_id._bridge_agents():\n            return words.env._("Its author is',
        put='        if False:\n            return words.env._("Its author is',
        tests=f"{HELD}::test_an_author_who_has_left_sends_nothing",
        why="a reply leaves in the name of somebody whose account was closed",
    ),
    Fault(
        name="half-a-reply-stays",
        file=SENDING,
        find="        error = attempted(self.env.cr, reply._send)\n",
        put="""        error = None
        try:
            reply._send()
        except Exception as found:
            error = found
""",
        tests=f"{HELD}::test_what_cannot_be_sent_leaves_nothing_behind",
        why="a message is on the ticket, and its reply counts as stopped and can be sent again",
    ),
    Fault(
        name="what-was-said-meanwhile-is-not-looked-at",
        file=SENDING,
        find='        hindrance = self._hindrance() or (self._overtaken() if former == (HELD,) else "")\n',
        put="        hindrance = self._hindrance()\n",
        tests=f"{STOPPED}::test_what_the_sender_did_not_see_stops_it_when_it_is_sent",
        why="a reply is sent although the customer has just written that it works again",
    ),
    Fault(
        name="send-now-sends-what-was-stopped",
        file=SENDING,
        find="        return reply._send((HELD, STOPPED) if anyway else (HELD,)) or reply.state == SENT\n",
        put="        return reply._send((HELD, STOPPED)) or reply.state == SENT\n",
        tests=f"{STOPPED}::test_what_stops_it",
        why="an agent who has not seen yet that a reply was stopped sends it by accident",
    ),
    Fault(
        name="the-customers-email-stops-nothing",
        file=TICKET,
        find="        if name == events.CUSTOMER_REPLIED:\n",
        put="        if False:\n",
        tests=f"{STOPPED}::test_what_stops_it",
        why="a reply is sent that the customer's email has made wrong",
    ),
    Fault(
        name="a-close-stops-nothing",
        file=TICKET,
        find="        if over:\n            actor",
        put="        if False:\n            actor",
        tests=f"{STOPPED}::test_what_stops_it",
        why="a customer gets a reply on a ticket that a colleague has closed",
    ),
    Fault(
        name="ones-own-earlier-reply-stops-the-next",
        file=TICKET,
        find="        return not isinstance(given, GivenTo) or given.reply_id > reply.id\n",
        put="        return True\n",
        tests=f"{STOPPED}::test_what_does_not_stop_it {HELD}::test_two_of_the_same_author_are_sent_in_order",
        why="the second of two messages is never sent",
    ),
    Fault(
        name="who-joins-meanwhile-gets-it",
        file=TICKET,
        find="        if isinstance(given, GivenTo):\n            return given.addresses\n",
        put="",
        tests=f"{HELD}::test_who_joins_meanwhile_does_not_get_it {HELD}::test_the_choices_are_who_gets_it",
        why="a reply reaches somebody whom its author was not shown",
    ),
    Fault(
        name="who-joins-meanwhile-gets-one-to-many",
        file=TICKET,
        find='        if "skip_existing" in kwargs:',
        put="        if False:",
        tests=f"{HELD}::test_who_joins_meanwhile_does_not_get_one_to_many_either",
        why="a reply to many people reaches somebody whom its author was not shown",
    ),
    Fault(
        name="whatever-is-posted-is-held",
        file=TICKET,
        find="            subtype == lookup(COMMENT)\n            and not",
        put="            True\n            and not",
        tests=f"{CHATTER}::test_what_is_held",
        why="what is no reply, such as a notice of another kind, waits like one",
    ),
    Fault(
        name="any-context-holds-what-programs-post",
        file=TICKET,
        find="        if self.env.context.get(WRITTEN_KEY) is not WRITTEN or",
        put="        if not self.env.context.get(WRITTEN_KEY) or",
        tests="tests/test_answering_in_odoo.py::TestHeldInTheComposer::test_what_programs_post_is_not_held",
        why="a program that posts a message over RPC gets none back",
    ),
    Fault(
        name="the-modal-sends-to-addresses-that-it-did-not-offer",
        file=MODAL,
        find="            if reply_modal.key(choice.address) in written.recipients\n",
        put="",
        tests=f"{SLACK}::test_recipients_can_be_taken_out_but_none_put_in",
        why="whom an agent has taken out gets the reply all the same",
    ),
    Fault(
        name="a-team-that-only-notes-replies-from-slack",
        file=MODAL,
        find="""        ticket._bridge_end_answering()
        if not ticket._slack_may_reply():
""",
        put="""        ticket._bridge_end_answering()
        if False:
""",
        tests=f"{SLACK}::test_a_team_that_only_notes_replies_to_nobody",
        why="a form that was open when a team switched replies off still reaches the customer",
    ),
    Fault(
        name="a-deleted-message-is-sent",
        file="models/slack_answering/helpdesk_slack_inbound_source.py",
        find="            reply._undo(self.user_id)\n",
        put="            pass\n",
        tests=f"{SLACK}::test_send_to_customer_fills_the_modal_in",
        why="the customer gets what its author has deleted in Slack",
    ),
    Fault(
        name="a-form-that-is-submitted-again-is-another-reply",
        file=MODAL,
        find="        if earlier:\n",
        put="        if False:\n",
        tests=f"{SLACK}::test_a_form_that_is_submitted_again_is_one_reply",
        why="a customer gets a reply twice because Slack did not hear our answer",
    ),
    Fault(
        name="an-undo-that-waits-in-the-inbox-comes-too-late",
        file=SENDING,
        find="        if reply._is_being_decided():\n",
        put="        if False:\n",
        tests=f"{IN_TIME}::test_a_click_that_waits_in_the_inbox_comes_first",
        why="an agent undoes in time, and the customer gets the reply",
    ),
    Fault(
        name="a-deletion-that-waits-in-the-inbox-comes-too-late",
        file=DECIDING,
        find="CHANGES = (inbound_row.CHANGED, inbound_row.DELETED)",
        put="CHANGES = (inbound_row.CHANGED,)",
        tests=f"{IN_TIME}::test_an_edit_or_a_deletion_of_its_message_comes_first",
        why="an agent deletes their words in time, and the customer gets them",
    ),
    Fault(
        name="any-click-holds-up-a-reply",
        file=DECIDING,
        find="AND payload -> 'actions' -> 0 ->> 'action_id' IN %(clicks)s\n",
        put="AND %(clicks)s IS NOT NULL\n",
        tests=f"{IN_TIME}::test_other_clicks_hold_up_nothing",
        why="replies wait while people click elsewhere",
    ),
    Fault(
        name="a-decision-that-is-over-holds-up-a-reply",
        file=DECIDING,
        find="                 WHERE state = 'pending'\n",
        put="                 WHERE state IS NOT NULL\n",
        tests=f"{IN_TIME}::test_what_is_over_holds_up_nothing",
        why="a stranger who clicks Undo keeps a reply from its customer for ever",
    ),
    Fault(
        name="a-reaction-is-held-for-thirty-seconds",
        file="models/slack_answering/helpdesk_ticket.py",
        find="        return self._bridge_reply_hold()\n",
        put="        return super()._slack_hold()\n",
        tests=f"{REACTIONS}::test_the_hold_is_that_of_the_teams_replies "
        f"{REACTIONS}::test_without_a_hold_a_check_mark_closes_at_once "
        f"{REACTIONS}::test_taking_can_be_taken_back_as_long_as_a_reply",
        why="a team that wants a minute to undo has half of it",
    ),
    Fault(
        name="the-panel-gives-everybody-the-buttons",
        file="static/src/held_replies/held_replies.xml",
        find="<t t-if=\"reply.is_mine and reply.state === 'held'\">",
        put="<t t-if=\"reply.state === 'held'\">",
        tests=f"{BROWSER}::test_a_colleague_sees_who_is_answering_and_has_no_buttons",
        why="a colleague presses Undo and gets an error",
    ),
)
