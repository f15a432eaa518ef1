"""What Slack has said of a person counts although it is not true any more."""

from dev.mutants.fault import Fault

PERSON = "models/slack_inbound/helpdesk_slack_person.py"
CRON = "models/slack_inbound/helpdesk_slack_inbound_cron.py"
STORED = "tests/test_slack_inbound_stored_answer.py::TestSlackInboundStoredAnswer"

FAULTS = (
    Fault(
        name="slack-answers-count-for-ever",
        file="tools/slack/stored_answer.py",
        find="return timedelta(0) <= now - checked_at < timedelta(seconds=TOLD if tells else UNTOLD)",
        put="return True",
        tests="tests/unit/test_stored_answer.py",
        why="who was made a guest acts as a colleague all day long",
    ),
    Fault(
        name="slack-answers-count-long-although-nobody-tells",
        file="tools/slack/stored_answer.py",
        find="tells = was_delivered and told_at",
        put="tells = told_at",
        tests="tests/unit/test_stored_answer.py",
        why="while nothing is delivered, no change is heard of either",
    ),
    Fault(
        name="slack-changes-of-profiles-end-nothing",
        file=PERSON,
        find='person.write({"checked_at": False, "changes": person.changes + 1})',
        put='person.write({"changes": person.changes + 1})',
        tests=f"{STORED}::test_what_may_have_changed_in_slack_is_asked_for_again",
        why="a colleague who was deactivated acts for ten minutes more",
    ),
    Fault(
        name="slack-silence-about-one-person-stops-the-inbox",
        file="models/slack_inbound/helpdesk_slack_inbound_outcome.py",
        find="        if work.is_alone:\n",
        put="        if False:\n",
        tests="tests/test_slack_inbound_identity.py::TestSlackInboundIdentity::"
        "test_one_person_of_whom_slack_says_nothing_holds_up_nobody_else",
        why="one person of whom Slack says nothing keeps everybody's replies out of Odoo",
    ),
    Fault(
        name="slack-changes-while-it-is-asked-are-missed",
        file=CRON,
        find="        if person.changes != work.changes:\n            return self._postpone(0)\n",
        put="",
        tests=f"{STORED}::test_a_change_while_slack_is_being_asked_is_not_missed",
        why="an answer of before the change is stored after it",
    ),
    Fault(
        name="slack-changes-while-files-are-fetched-are-missed",
        file=CRON,
        find="if self.person_id.changes != work.changes:",
        put="if False:",
        tests=f"{STORED}::test_a_change_while_slack_is_being_asked_is_not_missed",
        why="who was deactivated meanwhile still writes",
    ),
    Fault(
        name="slack-refusals-are-kept",
        file=CRON,
        find="bool(user), user.id if user else None",
        put="user is not None, user.id if user else None",
        tests=f"{STORED}::test_who_was_refused_is_asked_about_each_time",
        why="who has just confirmed their address is still refused",
    ),
    Fault(
        name="slack-answers-outlive-the-token",
        file="models/slack_inbound/helpdesk_slack_workspace.py",
        find='if not {"bot_token", "api_url"}.isdisjoint(vals):',
        put="if False:",
        tests=f"{STORED}::test_what_may_have_changed_in_slack_is_asked_for_again",
        why="a member of another workspace acts as somebody of this one",
    ),
    Fault(
        name="slack-people-act-unchecked",
        file=PERSON,
        find='"member_ref": member_ref, "refusal": UNCHECKED}',
        put='"member_ref": member_ref}',
        tests=f"{STORED}::test_nobody_acts_before_slack_was_asked",
        why="a linked account acts before Slack has said whether it may",
    ),
    Fault(
        name="slack-path-below-a-workspace-is-the-workspace",
        file="models/slack_inbound/ir_http.py",
        find='http.path.rpartition(f"{ROUTE}/")[2]',
        put='http.path.rpartition("/")[2]',
        tests="tests/test_slack_inbound_http.py::TestSlackInboundHttp::test_without_a_secret_there_is_no_such_page",
        why="an address that is none is answered as if it were Slack's",
    ),
    Fault(
        name="slack-holds-end-with-the-minute",
        file="models/slack_inbound/helpdesk_slack_inbound_outcome.py",
        find='self.env["ir.cron"]._bridge_wake_at(crons.SLACK_INBOUND, moment)',
        put="self.env.ref(crons.SLACK_INBOUND).sudo()._trigger(at=moment)",
        tests="tests/test_slack_acts_reactions.py::TestSlackActsReactions::test_the_end_of_the_hold_is_told_to_the_second",
        why="a check mark closes its ticket up to a minute late",
    ),
)
