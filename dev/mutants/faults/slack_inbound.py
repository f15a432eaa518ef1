"""What is said in Slack is lost, comes twice, is another person's, or reaches a customer."""

from dev.mutants.fault import Fault

DOOR = "tests/test_slack_inbound_door.py::TestSlackInboundDoor"
NOTES = "tests/test_slack_inbound_notes.py::TestSlackInboundNotes"
IDENTITY = "tests/test_slack_inbound_identity.py::TestSlackInboundIdentity"
FILES = "tests/test_slack_inbound_files.py::TestSlackInboundFiles"
HTTP = "tests/test_slack_inbound_http.py::TestSlackInboundHttp"
INBOX = "models/slack_inbound/helpdesk_slack_inbound.py"
CRON = "models/slack_inbound/helpdesk_slack_inbound_cron.py"
MESSAGE = "models/slack_inbound/helpdesk_slack_inbound_message.py"
PERSON = "models/slack_inbound/helpdesk_slack_person.py"
MEMBER = "models/slack_inbound/helpdesk_slack_member.py"
AUTH = "models/slack_inbound/ir_http.py"

FAULTS = (
    Fault(
        name="slack-signature-is-not-checked",
        file=AUTH,
        find="if not is_signed:",
        put="if False:",
        tests=f"{HTTP}::test_what_slack_has_not_signed_is_refused",
        why="anybody on the Internet writes notes",
    ),
    Fault(
        name="slack-signature-never-gets-old",
        file="tools/slack/inbound_request.py",
        find="if abs(now - int(timestamp)) > WINDOW:",
        put="if False:",
        tests="tests/unit/test_inbound_request.py",
        why="who has seen a request can send it again for ever",
    ),
    Fault(
        name="slack-page-without-a-secret",
        file=AUTH,
        find="if not secret:",
        put="if secret is None:",
        tests=f"{HTTP}::test_without_a_secret_there_is_no_such_page",
        why="the page exists before anybody has set it up",
    ),
    Fault(
        name="slack-other-conversations-are-kept",
        file=INBOX,
        find="return row if row.thread_ts and self._is_thread_beginning(workspace, row.channel_ref) else None",
        put="return row",
        tests=f"{NOTES}::test_other_conversations_of_the_channel_are_not_kept",
        why="Odoo stores what people say to each other in Slack",
    ),
    Fault(
        name="slack-fast-reply-is-dropped",
        file=INBOX,
        find="return row if row.thread_ts and self._is_thread_beginning(workspace, row.channel_ref) else None",
        put="return None",
        tests=f"{NOTES}::test_a_reply_that_is_faster_than_slacks_answer_to_us_waits_for_the_thread",
        why="a reply that is faster than Slack's answer is lost",
    ),
    Fault(
        name="slack-inbox-knows-no-order",
        file=CRON,
        find="AND (earlier.event_ts, earlier.id) < (candidate.event_ts, candidate.id))",
        put="AND FALSE)",
        tests=f"{DOOR}::test_a_failing_row_holds_up_its_own_thread_only",
        why="an edit overtakes its message",
    ),
    Fault(
        name="slack-attempts-are-not-limited",
        file=CRON,
        find="if entry.attempts >= MAX_ATTEMPTS:",
        put="if False:",
        tests=f"{DOOR}::test_a_row_that_kills_its_worker_each_time_is_left_to_people",
        why="one row kills the worker for ever",
    ),
    Fault(
        name="slack-row-in-another-hand",
        file="models/slack_inbound/helpdesk_slack_inbound_outcome.py",
        find="WHERE id = %s AND state = 'pending' AND attempts = %s ",
        put="WHERE id = %s AND %s > 0 ",
        tests=f"{DOOR}::test_a_row_in_another_hand_is_left_alone",
        why="two workers write two notes",
    ),
    Fault(
        name="slack-note-with-the-rights-of-the-system",
        file=MESSAGE,
        find='self.env["helpdesk.ticket"].with_user(user).browse(self.ticket_id.id)',
        put='self.env["helpdesk.ticket"].with_user(user).sudo().browse(self.ticket_id.id)',
        tests=f"{NOTES}::test_who_may_not_read_the_ticket_writes_no_note",
        why="a person writes on tickets that they may not read",
    ),
    Fault(
        name="slack-note-is-a-public-reply",
        file=MESSAGE,
        find='subtype_xmlid="mail.mt_note"',
        put='subtype_xmlid="mail.mt_comment"',
        tests=f"{NOTES}::test_the_customer_never_gets_it_and_it_is_no_first_response",
        why="an internal remark reaches the customer",
    ),
    Fault(
        name="slack-note-is-emailed-to-followers",
        file=MESSAGE,
        find="            notify_skip_followers=True,\n",
        put="",
        tests=f"{NOTES}::test_the_customer_never_gets_it_and_it_is_no_first_response",
        why="a note in Slack is an email to others",
    ),
    Fault(
        name="slack-thread-hears-its-echo",
        file="models/slack/helpdesk_slack_outbox.py",
        find="if is_spoken_in(ticket.env, channel):",
        put="if False:",
        tests=f"{NOTES}::test_the_thread_is_not_told_what_it_has_just_said",
        why="the bot repeats what people say",
    ),
    Fault(
        name="slack-anybody-edits-a-note",
        file=MESSAGE,
        find="if original.user_id == self.user_id:",
        put="if True:",
        tests=f"{NOTES}::test_nobody_edits_the_note_of_another",
        why="one person's words stand under another's name",
    ),
    Fault(
        name="slack-guests-act",
        file="tools/slack/member_profile.py",
        find='if user.get("is_restricted") or user.get("is_ultra_restricted"):',
        put="if False:",
        tests="tests/unit/test_member_profile.py",
        why="a guest with a colleague's address acts as the colleague",
    ),
    Fault(
        name="slack-strangers-act",
        file="tools/slack/member_profile.py",
        find='if not team_ref or user.get("is_stranger") or team_ref not in _teams(user):',
        put="if False:",
        tests="tests/unit/test_member_profile.py",
        why="another company's Slack decides who acts here",
    ),
    Fault(
        name="slack-address-of-two-users",
        file=PERSON,
        find="if len(agents) > 1 or not self.email_is_theirs:",
        put="if not self.email_is_theirs:",
        tests=f"{IDENTITY}::test_nobody_acts_by_an_address_that_says_nothing",
        why="whose address it is, is guessed",
    ),
    Fault(
        name="slack-address-of-two-members",
        file=PERSON,
        find="if len(agents) > 1 or not self.email_is_theirs:",
        put="if len(agents) > 1:",
        tests=f"{IDENTITY}::test_nobody_acts_by_an_address_that_says_nothing",
        why="an address that Slack knows as another member's counts",
    ),
    Fault(
        name="slack-archived-users-act",
        file=PERSON,
        find="user = confirmed.user_id._bridge_agents()",
        put="user = confirmed.user_id",
        tests=f"{IDENTITY}::test_a_portal_user_or_odoobot_never_acts",
        why="a link outlives the user",
    ),
    Fault(
        name="slack-managers-link",
        file=MEMBER,
        find='"administrator" if is_administrator and vals.get("member_ref") else False',
        put='"administrator" if vals.get("member_ref") else False',
        tests=f"{IDENTITY}::test_what_a_manager_enters_only_mentions",
        why="a manager acts as an administrator",
    ),
    Fault(
        name="slack-code-is-valid-for-ever",
        file="models/slack_inbound/res_users.py",
        find='[*mine, ("slack_link_until", ">=", database_time.now(self.env))]',
        put="mine",
        tests=f"{IDENTITY}::test_a_code_links_nobody_else",
        why="an old code links somebody else",
    ),
    Fault(
        name="slack-token-goes-anywhere",
        file="models/slack_inbound/slack_files.py",
        find="if not shared_file.may_get_token(url, connection.url):",
        put="if False:",
        tests=f"{FILES}::test_an_address_that_is_not_slacks_gets_nothing",
        why="a message makes Odoo send its token elsewhere",
    ),
    Fault(
        name="slack-token-follows-redirects",
        file="tools/slack/shared_file.py",
        find='return target if may_get_token(target, api_url) else ""',
        put="return target",
        tests=f"{FILES}::test_the_token_does_not_follow_a_redirect_elsewhere",
        why="the token follows a redirect to another host",
    ),
    Fault(
        name="slack-login-page-is-a-file",
        file="tools/slack/shared_file.py",
        find="        return LOGIN_PAGE\n",
        put="        return FETCHED\n",
        tests=f"{FILES}::test_a_login_page_is_no_file",
        why="a login page is stored as the file",
    ),
)
