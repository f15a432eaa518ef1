"""An email that goes to whom it is not for, twice, never, or in the wrong moment."""

from dev.mutants.fault import Fault

CLOSED = "tests/test_outbound_auto_emails.py::TestClosed"
RECEIVED = "tests/test_outbound_auto_emails.py::TestReceived"
REPLIES = "tests/test_outbound_replies.py::TestReplies"
QUEUE = "tests/test_outbound_queue.py::TestMailQueue"
LETTER = "models/outbound/helpdesk_letter.py"
REPLY = "models/outbound/helpdesk_ticket_replies.py"
MAIL = "models/outbound/mail_mail.py"
NOTIFICATION = "tests/test_inbound_agents_answer.py::TestNotification"

FAULTS = (
    Fault(
        name="what-the-server-has-taken-is-sent-again",
        file="models/outbound/ir_mail_server.py",
        find="if recipients not in accepted.identifiers:",
        put="if True:",
        tests="tests/test_outbound_conflicts.py",
        why="somebody changes the same rows at that moment, and the customer gets the email twice",
    ),
    Fault(
        name="a-conflict-behind-another-error-is-not-seen",
        file="models/outbound/mail_mail_handing_over.py",
        find="raise conflict_behind(error) or error",
        put="raise",
        tests="tests/test_outbound_conflicts.py",
        why="an email that has left counts as failed, and is sent again later",
    ),
    Fault(
        name="every-change-of-a-closed-ticket-is-told",
        file="models/outbound/helpdesk_ticket_auto_replies.py",
        find="for change in changes if change.has(events.CLOSED)",
        put="for change in changes if change.ticket.closed",
        tests=f"{CLOSED}::test_what_changes_on_a_closed_ticket_is_not_told",
        why="a customer gets a closing email whenever somebody touches the closed ticket",
    ),
    Fault(
        name="a-move-between-closed-stages-is-a-closing",
        file="tools/ticket/events.py",
        find="    if after.closed and not before.closed:\n",
        put="    if after.closed:\n",
        tests=f"{CLOSED}::test_what_changes_on_a_closed_ticket_is_not_told",
        why="a customer gets a closing email for each step after the first",
    ),
    Fault(
        name="a-reopened-ticket-is-told-as-closed",
        file=LETTER,
        find="        if self.kind == CLOSED and not ticket.closed:\n",
        put="        if False:\n",
        tests=f"{CLOSED}::test_reopened_before_anybody_wrote_is_none",
        why="a customer reads that the ticket is closed while somebody works on it",
    ),
    Fault(
        name="a-silent-sender-is-told",
        file=LETTER,
        find="if ticket.mail_silent or auto_mail.is_no_reply(address):",
        put="if auto_mail.is_no_reply(address):",
        tests=f"{CLOSED}::test_silent_senders_are_not_told",
        why="a program is answered, and answers",
    ),
    Fault(
        name="each-email-is-confirmed",
        file=LETTER,
        find='return self._too_many_confirmations(address) if self.kind == RECEIVED else ""',
        put='return ""',
        tests=f"{RECEIVED}::test_further_tickets_of_an_hour_are_confirmed_shortly_and_not_for_ever",
        why="two programs confirm each other for ever",
    ),
    Fault(
        name="a-broken-template-stops-all-emails",
        file=LETTER,
        find="            letter._fail(error)\n",
        put="            letter._fail(error)\n            return False\n",
        tests=f"{RECEIVED}::test_a_broken_template_is_shown_and_stops_nobody_else",
        why="one template keeps every confirmation back",
    ),
    Fault(
        name="people-in-cc-get-a-confirmation",
        file="models/outbound/helpdesk_ticket_auto_replies.py",
        find='outgoing_email_to=False if recipients["partner_ids"] else self._bridge_customer_email(),',
        put='outgoing_email_to=recipients["outgoing_email_to"],',
        tests=f"{RECEIVED}::test_participants_in_cc_get_no_confirmation_either",
        why="a stranger makes us write to anybody",
    ),
    Fault(
        name="a-template-has-the-rights-of-the-cron",
        file="models/outbound/helpdesk_ticket_auto_replies.py",
        find="template = template.with_user(editor).with_context(**context)",
        put="template = template.with_context(**context)",
        tests=f"{RECEIVED}::test_a_template_does_no_more_than_its_author_may",
        why="who may edit a template reads the whole database",
    ),
    Fault(
        name="a-portal-user-names-recipients",
        file=REPLY,
        find="        if not self.env.user.share or (self.env.su",
        put="        if True or (self.env.su",
        tests=f"{REPLIES}::test_a_portal_user_names_no_recipients",
        why="a customer makes us write anything to anybody",
    ),
    Fault(
        name="the-portal-notifies-anybody",
        file=REPLY,
        find="        if self.env.user.share and not self.env.su:\n            raise AccessError",
        put="        if False:\n            raise AccessError",
        tests=f"{REPLIES}::test_a_portal_user_names_no_recipients",
        why="a customer makes us write anything to anybody",
    ),
    Fault(
        name="a-quote-is-shown-to-everybody",
        file=REPLY,
        find="is_quoting = bool(here) and here <= self._bridge_outside().readers",
        put="is_quoting = True",
        tests=f"{REPLIES}::test_the_customers_words_are_quoted_only_to_those_who_wrote_or_received_them",
        why="whoever an agent adds reads the customer's last message",
    ),
    Fault(
        name="an-unverified-senders-words-are-quoted",
        file=REPLY,
        find='if not quoted or quoted.message_id in self.inbound_mail_ids.filtered("doubt").mapped("message_id"):',
        put="if not quoted:",
        tests=f"{REPLIES}::test_what_an_unverified_sender_wrote_is_quoted_to_nobody",
        why="a forger has us send their words in our name",
    ),
    Fault(
        name="a-note-leaves-the-house",
        file="models/outbound/helpdesk_ticket_recipients.py",
        find='if (is_note and one["share"]) or (address',
        put="if (address",
        tests=f"{REPLIES}::test_a_note_never_leaves",
        why="a customer reads what the team says among itself",
    ),
    Fault(
        name="a-portal-link-with-its-token-leaves-by-email",
        file=REPLY,
        find="        if self.env.context.get(WITHOUT_LINKS) is NO_LINKS:\n",
        put="        if False:\n",
        tests=f"{REPLIES}::test_no_token_leaves_by_email",
        why="whoever a customer forwards the email to is in the portal as the customer",
    ),
    Fault(
        name="an-email-is-sent-in-a-business-transaction",
        file=MAIL,
        find="        if ours and step is QueueStep.RUNNING:\n",
        put="        if ours:\n",
        tests=f"{QUEUE}::test_nothing_leaves_but_from_the_queue",
        why="an agent waits for the mail server, and a rollback leaves an email sent",
    ),
    Fault(
        name="a-temporary-refusal-is-final",
        file=MAIL,
        find="        if decision.retry_in is None:\n",
        put="        if True:\n",
        tests=f"{QUEUE}::test_a_temporary_refusal_is_tried_again",
        why="greylisting loses a reply",
    ),
    Fault(
        name="a-retry-goes-to-the-customer-whoever-it-was-for",
        file=MAIL,
        find="if not ticket or not address or address != addresses.normalize(self.email_to):",
        put="if not ticket:",
        tests=f"{QUEUE}::test_what_was_meant_for_somebody_else_never_goes_to_the_customer",
        why="what was written to a supplier reaches the customer",
    ),
    Fault(
        name="an-agent-is-told-to-reply-where-nothing-proves-who-wrote-it",
        file="models/outbound/helpdesk_ticket_answer_hint.py",
        find="        if not self._bridge_is_sender_checked(reply_to):\n",
        put="        if False:\n",
        tests=f"{NOTIFICATION}::test_a_notification_says_how_to_answer",
        why="an agent replies by email, and the customer hears nothing",
    ),
    Fault(
        name="what-is-for-agents-is-quoted-to-the-customer",
        file="models/outbound/helpdesk_ticket_templates.py",
        find="            html = self._bridge_without_answer_hints(html)\n",
        put="            pass\n",
        tests=f"{NOTIFICATION}::test_a_reply_that_quotes_the_notification_does_not_pass_the_hint_on",
        why="the customer reads how agents have to reply",
    ),
)
