"""Something moves elsewhere, or is somebody else's: it is lost, or falls to whom it does not belong."""

from dev.mutants.fault import Fault

CHANNELS = "tests/test_slack_inbound_channels.py::TestSlackInboundChannels"
CHANNEL = "models/slack_inbound/helpdesk_slack_channel.py"
FOLLOWED = "models/slack_inbound/helpdesk_slack_workspace_channels.py"
BACKLOG = "tests/test_slack_outbox_backlog.py::TestSlackOutboxBacklog"

FAULTS = (
    Fault(
        name="a-shared-channel-loses-its-threads",
        file=CHANNEL,
        find='("helpdesk.slack.thread", SQL("channel_id = %s", channel_sudo.id))',
        put='("helpdesk.slack.thread", SQL("FALSE"))',
        tests=f"{CHANNELS}::test_under_another_id_a_channel_goes_on_where_it_was",
        why="each ticket begins anew, and what is replied in its thread is lost",
    ),
    Fault(
        name="a-channel-that-slack-tells-of-is-not-asked-about",
        file=FOLLOWED,
        find="self._channels_called(list(told)).ask_at = database_time.now(self.env)",
        put="pass",
        tests=f"{CHANNELS}::test_whatever_tells_of_a_change_has_slack_asked",
        why="a renamed channel has its old name until the next day",
    ),
    Fault(
        name="a-channel-is-asked-about-each-minute",
        file=CHANNEL,
        find="now + timedelta(seconds=EVERY) if channel_sudo._in_use() else False",
        put="False",
        tests=f"{CHANNELS}::test_without_events_a_channel_in_use_is_asked_about_once_a_day",
        why="Slack's limit is used up for names",
    ),
    Fault(
        name="a-leader-who-may-not-read-the-ticket-has-its-activity",
        file="models/sla/helpdesk_sla_clock_notify.py",
        find="if ticket.id in readable[user]), None)",
        put="if user.active and not user.share), None)",
        tests="tests/test_sla_tick.py::TestSlaTick::test_a_leader_who_may_not_read_the_ticket_has_nothing_to_do_there",
        why="an activity leads to an error, and nobody acts",
    ),
    Fault(
        name="only-the-former-policy-of-a-row-is-counted-anew",
        file="models/sla/helpdesk_sla_policy_recount.py",
        find='(self.policy_id | self.policy_id.browse(vals.get("policy_id") or ()))._recounting()',
        put="self.policy_id._recounting()",
        tests="tests/test_sla_recount.py::TestSlaRecount::"
        "test_a_row_that_is_given_to_another_policy_changes_the_tickets_of_both",
        why="tickets keep targets that are none any more",
    ),
    Fault(
        name="a-manager-gives-a-row-to-another-company",
        file="models/sla/helpdesk_sla_target.py",
        find='self.policy_id.browse(vals["policy_id"])._check_still_theirs()',
        put="pass",
        tests="tests/test_sla_policy.py::TestSlaPolicy::"
        "test_nobody_gives_a_policy_or_a_row_to_a_company_in_which_they_do_not_work",
        why="who works elsewhere sets the targets of a company",
    ),
    Fault(
        name="a-bounce-names-a-ticket-of-another-company",
        file="models/inbound/helpdesk_inbound_router_bounce.py",
        find="if self._is_within(ticket, company) or self._was_within(ticket, company):",
        put="if True:",
        tests="tests/test_inbound_auto_mail.py::TestAutoMail::"
        "test_a_bounce_that_only_names_a_ticket_stays_in_the_company_of_its_mailbox",
        why="whoever writes to one company marks addresses of another's customers",
    ),
    Fault(
        name="a-template-of-a-deleted-user-may-do-everything",
        file="models/outbound/helpdesk_ticket_auto_replies.py",
        find="template.write_uid or self._bridge_editor_instead()",
        put="template.write_uid or template.create_uid",
        tests="tests/test_outbound_auto_emails.py::TestReceived::"
        "test_a_template_whose_last_editor_was_deleted_does_no_more_than_a_manager_may",
        why="what a manager wrote is read with all rights, and sent to a customer",
    ),
    Fault(
        name="emails-of-who-left-before-the-update-are-the-customers",
        file="models/ticket/res_partner.py",
        find="OR message.message_type = 'email' AND ticket.user_id = author.id",
        put="OR FALSE",
        tests="tests/test_former_agents.py::TestFormerAgents::"
        "test_emails_of_who_had_left_before_this_was_noted_are_the_teams_as_far_as_it_is_proved",
        why="a response is due to what the team itself has said",
    ),
    Fault(
        name="a-day-to-snooze-until-is-offered-twice",
        file="tools/ticket/snooze.py",
        find=" for day in others if day not in named}",
        put=" for day in others}",
        tests="tests/unit/test_snooze.py::test_a_menu_offers_each_day_once_tomorrow_first",
        why="of two Mondays, nobody knows which is meant",
    ),
    Fault(
        name="health-sorts-all-that-waits",
        file="models/slack/helpdesk_slack_dispatcher_claim.py",
        find="[(since,)] = in_order(self.env, query)",
        put="[(since,)] = self.env.execute_query(query)",
        tests=f"{BACKLOG}::test_a_claim_in_an_outage_of_many_channels_looks_at_few_messages",
        why="in an outage, each look at Health takes seconds",
    ),
    Fault(
        name="what-is-stuck-is-sought-among-all-that-waits",
        file="models/slack/helpdesk_slack_dispatcher_blocked.py",
        find='self.env.execute_query(SQL("%s; %s", IN_ORDER, self._stuck_query(now)))',
        put="self.env.execute_query(self._stuck_query(now))",
        tests=f"{BACKLOG}::test_what_waits_behind_many_failed_messages_is_found_among_those_that_come_first",
        why="each run of a dispatcher begins with seconds of sorting",
    ),
)
