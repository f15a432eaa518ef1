"""What people click in Slack is done by the wrong person, twice, over a colleague's head, or never explained."""

from dev.mutants.fault import Fault

BUTTONS = "tests/test_slack_acts_buttons.py::TestSlackActsButtons"
REACTIONS = "tests/test_slack_acts_reactions.py::TestSlackActsReactions"
CREATE = "tests/test_slack_acts_create.py::TestSlackActsCreate"
LISTS = "tests/test_slack_acts_lists.py::TestSlackActsLists"
RENEWAL = "tests/test_slack_acts_renewal.py::TestSlackActsRenewal"
TROUBLES = "tests/test_slack_acts_troubles.py::TestSlackActsTroubles"
ROOM = "models/slack_acts"
SAYING = f"{ROOM}/slack_saying.py"
ACTS = f"{ROOM}/helpdesk_slack_inbound_acts.py"
CLICKS = f"{ROOM}/helpdesk_slack_inbound_buttons.py"
FORMS = f"{ROOM}/helpdesk_slack_inbound_forms.py"
REACTING = f"{ROOM}/helpdesk_slack_inbound_reactions.py"
CREATING = f"{ROOM}/helpdesk_slack_inbound_creation.py"
ASKING = f"{ROOM}/helpdesk_slack_inbound_create.py"
LISTING = f"{ROOM}/helpdesk_slack_inbound_lists.py"
WORKSPACE = f"{ROOM}/helpdesk_slack_workspace.py"

FAULTS = (
    Fault(
        name="slack-act-without-access-rights",
        file=ACTS,
        find="if not ticket.has_access(operation):",
        put="if False:",
        tests=f"{BUTTONS}::test_odoos_access_rights_decide",
        why="whoever sees the channel in Slack is told more than Odoo's access rights say, in Odoo's words at best",
    ),
    Fault(
        name="slack-act-is-a-crons-doing",
        file=ACTS,
        find="return self._ticket_as_user().with_context(**{AT_WORK_KEY: None})",
        put="return self._ticket_as_user()",
        tests=f"{BUTTONS}::test_what_a_person_does_is_a_persons_doing_although_a_cron_does_it",
        why="a move by an agent does not count as one",
    ),
    Fault(
        name="slack-act-of-another-company",
        file=ACTS,
        find="return self._take_up(work, ticket if not company or ticket.company_id == company else ticket.browse())",
        put="return self._take_up(work, ticket)",
        tests=f"{BUTTONS}::test_a_ticket_of_another_company_is_not_named_by_a_button",
        why="a button of one company's workspace works another one's tickets",
    ),
    Fault(
        name="slack-take-is-not-asked-who-has-it",
        file=CLICKS,
        find='return Result("colleague_has_it", is_wanted=False, values={"person": holder})',
        put="ticket.user_id = self.user_id",
        tests=f"{BUTTONS}::test_two_people_at_once_are_one_take",
        why="the second click takes the ticket from who was faster",
    ),
    Fault(
        name="slack-form-overwrites-a-colleague",
        file=FORMS,
        find="if str(current.id or 0) != seen:",
        put="if False:",
        tests=f"{BUTTONS}::test_what_a_colleague_did_meanwhile_is_not_overwritten",
        why="a form that was open for a while undoes what others did",
    ),
    Fault(
        name="slack-form-takes-any-user",
        file=FORMS,
        find="if chosen != NOBODY and user not in ticket._slack_assignees():",
        put="if False:",
        tests=f"{BUTTONS}::test_nobody_gets_a_ticket_who_cannot_work_on_it",
        why="a ticket is given to somebody who cannot see it",
    ),
    Fault(
        name="slack-late-form-is-not-said",
        file=ACTS,
        find="    otherwise()\n",
        put="    return\n",
        tests=f"{BUTTONS}::test_a_form_that_could_not_be_opened_in_time_is_said",
        why="a click that opened nothing is never explained",
    ),
    Fault(
        name="slack-is-given-up-at-its-first-stumble",
        file=SAYING,
        find="        if answer.ok or not may_pass or",
        put="        if True or",
        tests=f"{TROUBLES}::test_a_form_is_filled_in_the_end_or_said_to_be_late",
        why="a form says “One moment…” for ever because Slack was busy for a second",
    ),
    Fault(
        name="slack-people-are-told-by-one-way-only",
        file=SAYING,
        find="        if answer.ok or answer.error == NO_ANSWER:",
        put="        if True:",
        tests=f"{TROUBLES}::test_who_has_clicked_is_told_by_the_way_that_works",
        why="whoever clicks an hour before Odoo is back hears nothing",
    ),
    Fault(
        name="slack-stumbles-hold-up-everybody",
        file=SAYING,
        find=" or time.monotonic() + pause - began > PATIENCE",
        put="",
        tests=f"{TROUBLES}::test_it_is_not_tried_for_ever",
        why="all that people do in Slack waits for a minute because one answer is limited",
    ),
    Fault(
        name="slack-answer-goes-anywhere",
        file=ACTS,
        find="if address and shared_file.may_get_token(address, connection.url):",
        put="if address:",
        tests=f"{LISTS}::test_an_answer_goes_to_slack_only",
        why="tickets are listed to whatever address a request names",
    ),
    Fault(
        name="slack-check-mark-closes-at-once",
        file=REACTING,
        find="if not is_wanted or self._is_hold_over():",
        put="if True:",
        tests=f"{REACTIONS}::test_taken_back_in_time_it_never_closes",
        why="a reaction by mistake sends the closing email",
    ),
    Fault(
        name="slack-reactions-in-another-order",
        file=REACTING,
        find="if removed.filtered(lambda row: row.event_ts > self.event_ts):",
        put="if False:",
        tests=f"{REACTIONS}::test_the_order_in_which_slack_tells_does_not_matter",
        why="a reaction that was taken back acts, because Slack told of it later",
    ),
    Fault(
        name="slack-reactions-without-being-asked-for",
        file="models/slack_acts/helpdesk_ticket.py",
        find='return bool(team.slack_reactions) and self._slack_replies() != "off"',
        put='return self._slack_replies() != "off"',
        tests=f"{REACTIONS}::test_it_is_off_by_default_and_other_messages_and_emoji_are_nothing",
        why="an emoji that meant something else takes a ticket",
    ),
    Fault(
        name="slack-thread-becomes-two-tickets",
        file=ASKING,
        find='made = self.search([*place, ("thread_ts", "=", self.thread_ts), ("has_created", "=", True)], limit=1)',
        put="made = self.browse()",
        tests=f"{CREATE}::test_one_thread_is_one_ticket",
        why="two people make two tickets of one problem",
    ),
    Fault(
        name="slack-anybody-creates-tickets",
        file=ASKING,
        find='if not self._as_creator().has_access("create"):',
        put="if False:",
        tests=f"{CREATE}::test_who_may_not_create_tickets_creates_none",
        why="who may not is shown a form that leads nowhere",
    ),
    Fault(
        name="slack-form-with-errors-is-taken",
        file=ASKING,
        find="return forms.errors(at) if at else None",
        put="return None",
        tests=f"{CREATE}::test_what_is_wrong_stands_at_its_field_and_nothing_is_stored",
        why="what is wrong is not said at its field, and the form is gone",
    ),
    Fault(
        name="slack-notes-of-a-new-ticket-are-mailed",
        file=CREATING,
        find='subtype_xmlid="mail.mt_note",',
        put='subtype_xmlid="mail.mt_comment",',
        tests=f"{CREATE}::test_the_message_becomes_a_ticket_with_the_thread_around_it",
        why="what colleagues said in Slack is public on the ticket",
    ),
    Fault(
        name="slack-lists-as-nobody-in-particular",
        file=LISTING,
        find='return self.env["helpdesk.ticket"].with_user(user).with_context(**context)',
        put='return self.env["helpdesk.ticket"].with_context(**context)',
        tests=f"{LISTS}::test_only_what_the_person_may_read",
        why="the command lists everybody's tickets to everybody",
    ),
    Fault(
        name="slack-buttons-before-clicks-arrive",
        file="models/slack_inbound/helpdesk_slack_workspace_way.py",
        find="return way.has_socket or way.has_http",
        put="return way.has_socket or way.has_secret",
        tests=f"{RENEWAL}::test_buttons_come_with_the_first_request_that_slack_has_signed",
        why="people click on buttons that nothing hears",
    ),
    Fault(
        name="slack-buttons-flicker",
        file=WORKSPACE,
        find="if self.buttons_unheard_since > now - timedelta(seconds=PATIENCE):",
        put="if False:",
        tests=f"{RENEWAL}::test_buttons_go_when_nothing_reaches_us_any_more_and_come_back",
        why="each renewal of a socket edits every first message twice",
    ),
    Fault(
        name="slack-cards-on-their-way-never-get-buttons",
        file=WORKSPACE,
        find="NEWEST if is_over else",
        put="0 if is_over else",
        tests=f"{RENEWAL}::test_what_was_on_its_way_when_buttons_came_follows_and_what_is_right_is_not_edited_again",
        why="a few tickets have no buttons for as long as nothing happens to them",
    ),
    Fault(
        name="slack-buttons-all-at-once",
        file=WORKSPACE,
        find="            limit=PORTION,\n",
        put="",
        tests=f"{RENEWAL}::test_first_messages_follow_in_portions_the_newest_first",
        why="thousands of edits stand before the next new ticket",
    ),
    Fault(
        name="slack-home-denies-what-it-shows",
        file=f"{ROOM}/helpdesk_slack_inbound_home.py",
        find='if above else env._("Nothing is at risk.")',
        put='if not above else env._("Nothing is at risk.")',
        tests=f"{LISTS}::test_home_never_says_that_nothing_is_at_risk_while_it_shows_what_is",
        why="somebody reads that nothing is at risk below their overdue ticket",
    ),
    Fault(
        name="slack-buttons-sound-the-same",
        file="tools/slack/acts.py",
        find='return {"accessibility_label": words} if about and words.startswith(label["text"]) else {}',
        put="return {}",
        tests="tests/unit/test_acts.py::test_who_hears_a_button_hears_its_label_and_its_ticket",
        why="who listens to a list of tickets hears Take, Take, Take",
    ),
)
