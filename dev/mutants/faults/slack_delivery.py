"""A message to Slack that is lost, said twice, or said in the wrong order."""

from dev.mutants.fault import Fault

CLAIM = "models/slack/helpdesk_slack_dispatcher_claim.py"
DISPATCHER = "models/slack/helpdesk_slack_dispatcher.py"
CLIENT = "models/slack/slack_client.py"
POLICY = "tools/slack/retry_policy.py"
DOUBT = "tests/test_slack_outbox_doubt.py::TestNobodyAnswered"
DEATHS = "tests/test_slack_outbox_doubt.py::TestWhoDiesWhere"
RUN = "tests/test_slack_outbox_run.py::TestRun"
ORDER = "tests/test_slack_outbox_run.py::TestOrder"
ANSWERS = "tests/test_slack_outbox_responses.py::TestOutboxAnswers"
CLOCK = "tests/test_slack_outbox_clock.py::TestOutboxClock"
JUDGE = "tests/unit/test_retry_policy.py"

FAULTS = (
    Fault(
        name="a-claim-is-not-leased",
        file=CLAIM,
        find="                   next_attempt_at = %(lease)s,\n",
        put="",
        tests=f"{DEATHS}::test_a_claimed_row_is_leased_and_comes_back_in_doubt",
        why="two dispatchers send the same message",
    ),
    Fault(
        name="a-claim-is-not-in-doubt",
        file=CLAIM,
        find="                   doubt_since = COALESCE(entry.doubt_since, %(now)s),\n",
        put="",
        tests=f"{DEATHS}::test_a_worker_that_died_after_sending_is_not_repeated",
        why="what a worker had sent before it died is said twice",
    ),
    Fault(
        name="a-claim-takes-a-ticket-out-of-turn",
        file=CLAIM,
        find="                   AND %(in_turn)s\n",
        put="",
        tests=f"{ORDER}::test_a_row_waits_for_the_earlier_rows_of_its_ticket_only",
        why="a reply stands before what it answers",
    ),
    Fault(
        name="a-ticket-that-moved-waits-for-what-waits-behind-a-failed-message",
        file=CLAIM,
        find=" AND NOT %(earlier_is_stuck)s)",
        put=")",
        tests="tests/test_slack_thread_moves.py::TestThreadMoves::test_nor_do_lines_that_wait_behind_it",
        why="a team hears nothing of a ticket that it was given",
    ),
    Fault(
        name="each-address-of-a-name-has-all-the-time",
        file="models/slack/connecting.py",
        find="share = (deadline - time.monotonic()) / (len(places) - number)",
        put="share = timeout",
        tests="tests/test_slack_connection.py::TestSlackConnection::"
        "test_a_name_with_many_addresses_takes_no_longer_to_connect",
        why="a call outlasts its lease behind a firewall that drops, and the Settings' test never ends",
    ),
    Fault(
        name="a-pause-fails-with-its-activity",
        file="models/slack/helpdesk_slack_health.py",
        find="transactions.attempted(self.env.cr, record._ask_for_help, reason)",
        put="record._ask_for_help(reason)",
        tests="tests/test_slack_outbox_poison.py::TestPoison::test_a_pause_that_nobody_can_be_told_of_stops_nothing_else",
        why="one channel that refuses the bot stops every run of the dispatcher",
    ),
    Fault(
        name="a-claim-ignores-the-hold-of-a-channel",
        file=CLAIM,
        find="               AND (channel.hold_until IS NULL OR channel.hold_until <= %(moment)s)\n",
        put="",
        tests=f"{ANSWERS}::test_nothing_else_goes_to_a_held_channel_but_other_channels_flow",
        why="Slack's rate limit is not kept, and Slack cuts us off",
    ),
    Fault(
        name="a-claim-waits-for-a-locked-row",
        file=CLAIM,
        find="FOR NO KEY UPDATE OF entry SKIP LOCKED",
        put="FOR NO KEY UPDATE OF entry",
        tests="dev/tests/test_locked_rows.py::test_a_message_that_somebody_has_locked_holds_up_no_other",
        why="one slow transaction stops every dispatcher",
    ),
    Fault(
        name="a-late-worker-records-for-the-next-one",
        file=DISPATCHER,
        find='return [("id", "=", claim.entry_id), ("attempts", "=", claim.attempts)]',
        put='return [("id", "=", claim.entry_id)]',
        tests=f"{DEATHS}::test_a_worker_whose_lease_ran_out_does_not_speak_for_the_next_one",
        why="a worker whose lease is over takes a message away from the one that sends it",
    ),
    Fault(
        name="a-transaction-is-open-while-slack-is-called",
        file="models/common/transactions.py",
        find="            cr.commit()  # pylint: disable=invalid-commit\n            return result\n",
        put="            return result\n",
        tests=f"{RUN}::test_no_transaction_is_open_while_slack_is_called",
        why="rows stay locked while Slack thinks",
    ),
    Fault(
        name="a-message-in-doubt-is-not-looked-for",
        file=CLIENT,
        find="        if doubt_since and self.method != EDIT:\n",
        put="        if False:\n",
        tests=f"{DOUBT}::test_a_dropped_reply_is_looked_up_and_not_sent_twice",
        why="a lost answer makes a message appear twice",
    ),
    Fault(
        name="a-message-carries-no-key",
        file="models/slack/helpdesk_slack_outbox_request.py",
        find='"event_payload": {"key": self.key}}',
        put='"event_payload": {}}',
        tests=f"{DOUBT}::test_a_dropped_reply_is_looked_up_and_not_sent_twice",
        why="a message cannot be found again, and is said twice",
    ),
    Fault(
        name="the-key-in-somebody-elses-message-is-believed",
        file="tools/slack/response.py",
        find='if payload.get("key") == key and message.get("ts") and not foreign:',
        put='if payload.get("key") == key and message.get("ts"):',
        tests=f"{JUDGE}::TestFindOwn",
        why="another bot keeps our messages from being said",
    ),
    Fault(
        name="history-is-searched-without-a-margin",
        file=CLIENT,
        find='"oldest": f"{began - CLOCK_MARGIN:.6f}",',
        put='"oldest": f"{began:.6f}",',
        tests=f"{CLOCK}::test_a_lost_answer_is_found_whatever_slacks_clock_says",
        why="where Slack's clock is some seconds behind, a lost answer makes a message appear twice",
    ),
    Fault(
        name="slacks-clock-is-believed",
        file=CLIENT,
        find="            if behind > CLOCK_MARGIN and not is_corrected:\n",
        put="            if False:\n",
        tests=f"{CLOCK}::test_a_lost_answer_is_found_whatever_slacks_clock_says",
        why="where Slack's clock is minutes behind, a lost answer makes a message appear twice",
    ),
    Fault(
        name="one-page-of-history-is-proof-of-absence",
        file=CLIENT,
        find='            if not question["cursor"]:\n                return None',
        put="            if True:\n                return None",
        tests=f"{DOUBT}::test_a_message_is_found_behind_pages_of_chatter",
        why="in a lively channel a lost answer makes a message appear twice",
    ),
    Fault(
        name="a-look-up-begins-too-late",
        file=CLIENT,
        find="            if time.monotonic() > until:\n                return TOO_LATE\n",
        put="",
        tests=f"{DOUBT}::test_a_look_up_that_ends_too_late_sends_nothing",
        why="a call to Slack goes on when the lease is over, and another worker has the message",
    ),
    Fault(
        name="a-look-up-that-ends-too-late-sends",
        file=CLIENT,
        find="        if time.monotonic() > until:\n            return replace(",
        put="        if False:\n            return replace(",
        tests=f"{DOUBT}::test_a_look_up_that_takes_too_long_sends_nothing",
        why="two workers send the same message, one after its lease is over",
    ),
    Fault(
        name="a-failed-look-up-sends",
        file=CLIENT,
        find="            if not answer.ok:\n                return self._cannot_look(answer)\n",
        put="            if not answer.ok:\n                return None\n",
        tests=f"{DOUBT}::test_a_failed_look_up_sends_nothing_and_keeps_the_doubt",
        why="while Slack has trouble, messages appear twice",
    ),
    Fault(
        name="at-most-once-is-at-least-once",
        file=CLIENT,
        find="return None if self.at_least_once else",
        put="return None if True else",
        tests=f"{DOUBT}::test_without_the_history_scope_at_most_once_asks_a_person",
        why="what must not be said twice is",
    ),
    Fault(
        name="what-is-said-to-pass-is-believed-for-ever",
        file=POLICY,
        find="if answer.error in (*PLATFORM, NOT_RENDERED) and refusals < MAX_ATTEMPTS:",
        put="if answer.error in (*PLATFORM, NOT_RENDERED):",
        tests=f"{JUDGE}::TestJudge::test_what_is_said_to_pass_is_believed_ten_times",
        why="a message that never goes out holds up its ticket, and nobody hears of it",
    ),
    Fault(
        name="an-ambiguous-answer-is-a-refusal",
        file=POLICY,
        find="answer.status >= 500:\n        return Decision(Action.RECONCILE, wait)\n",
        put="answer.status >= 500:\n        return Decision(Action.RETRY, wait)\n",
        tests=f"{JUDGE}::TestJudge",
        why="a message that Slack may have stored is sent again without a look",
    ),
    Fault(
        name="a-lease-ends-before-the-last-call",
        file=POLICY,
        find="LEASE = 90\n",
        put="LEASE = 60\n",
        tests=f"{JUDGE}::TestJudge::test_a_lease_outlives_the_last_call",
        why="a second worker takes over a message that the first is sending",
    ),
    Fault(
        name="retry-after-is-not-kept",
        file=POLICY,
        find="        return Decision(Action.HOLD, wait, hold=wait)\n",
        put="        return Decision(Action.RETRY, wait)\n",
        tests=f"{JUDGE}::TestJudge::test_a_rate_limit_is_the_channels_and_an_outage_the_workspaces",
        why="Slack's rate limit is not kept, and Slack cuts us off",
    ),
    Fault(
        name="a-dead-token-fails-every-message",
        file=POLICY,
        find="    (TOKEN, Action.PAUSE_WORKSPACE),\n",
        put="",
        tests=f"{ANSWERS}::test_a_dead_token_pauses_the_workspace_and_keeps_everything",
        why="with a token that was revoked, all messages are lost",
    ),
    Fault(
        name="a-ticket-is-told-in-another-companys-channel",
        file="models/slack/helpdesk_ticket.py",
        find='channel._is_unarchived() and channel.company_id in (company_sudo, self.env["res.company"])',
        put="channel._is_unarchived()",
        tests="tests/test_slack_routes.py::TestSlackRoutes::test_a_ticket_is_never_told_in_another_companys_channel",
        why="one company reads the tickets of another",
    ),
    Fault(
        name="a-refused-row-is-free-before-its-channel-is-paused",
        file=DISPATCHER,
        find="""        if not is_sent and not is_unclear:
            # Before""",
        put="""        if False:
            # Before""",
        tests="tests/test_slack_workers.py::TestDispatchers::test_a_refused_message_is_claimed_by_nobody_until_its_pause_is_known",
        why="a second dispatcher sends it at once into the channel that refused it",
    ),
    Fault(
        name="a-row-is-free-while-its-route-is-tested",
        file="models/slack/helpdesk_slack_outbox_result.py",
        find="        if not wait and not retry_policy.is_slacks(answer):\n",
        put="        if False:\n",
        tests="tests/test_slack_workers.py::TestDispatchers::test_nor_one_that_its_webhook_refuses",
        why="while one dispatcher finds out what is broken, the other sends the same row",
    ),
    Fault(
        name="a-claim-compares-all-that-wait",
        file="models/slack/helpdesk_slack_dispatcher_claim.py",
        find="        OFFSET 0)",
        put="        )",
        tests="tests/test_slack_outbox_backlog.py",
        why="after an outage of many channels, each claim takes seconds",
    ),
)
