"""A socket, HTTP or asking loses what was said, brings it twice, or is deaf without anybody's knowing."""

from dev.mutants.fault import Fault

CATCH_UP = "tests/test_slack_inbound_catch_up.py::TestSlackInboundCatchUp"
DEAF = "tests/test_slack_inbound_deafness.py::TestSlackInboundDeafness"
LISTENER = "tests/test_slack_socket_listener.py::TestSocketListener"
SOCKETS = "tests/test_slack_socket_listener.py::TestSockets"
IN_ODOO = "tests/test_slack_inbound_sockets.py::TestSocketsInOdoo"
ASKING = "models/slack_inbound/helpdesk_slack_workspace_catch_up.py"
HEARING = "models/slack_inbound/helpdesk_slack_workspace_hearing.py"
GAP = "models/slack_inbound/helpdesk_slack_inbound_gap.py"
EAR = "listener/socket_listener.py"

FAULTS = (
    Fault(
        name="socket-acknowledges-what-it-could-not-store",
        file=EAR,
        find="self._stopping.wait(STORE_PAUSE)",
        put="return None",
        tests=f"{LISTENER}::test_a_database_that_is_back_at_once_loses_nothing",
        why="Slack never sends it again, and it is nowhere",
    ),
    Fault(
        name="socket-of-one-app-for-two-workspaces",
        file="models/slack_inbound/helpdesk_slack_workspace_socket.py",
        find="            if other := workspace._same_app():\n",
        put="            if other := None:\n",
        tests="tests/test_settings_from_slack.py::TestSettingsFromSlack::"
        "test_an_app_that_another_workspace_uses_already_is_noticed",
        why="each event comes to one of two workspaces at random, and half of the clicks are lost",
    ),
    Fault(
        name="http-that-delivers-nothing-is-not-noticed",
        file="tools/slack/way_back.py",
        find='return "not_delivered" if self.has_http and self.is_unheard else ""',
        put='return ""',
        tests=f"{DEAF}::test_a_request_url_to_which_slack_delivers_nothing_is_noticed_and_said",
        why="clicks and replies are lost or late, and Health says that all is well",
    ),
    Fault(
        name="socket-of-a-copy-steals",
        file="listener/database.py",
        find='if env["helpdesk.bridge.database"]._is_silent():',
        put="if False:",
        tests=f"{IN_ODOO}::test_a_copy_takes_nothing",
        why="a copy acknowledges events that the original should get",
    ),
    Fault(
        name="socket-closes-before-it-opens",
        file=EAR,
        find="self._renewals = self._wanted\n",
        put="self._renewals = self._wanted\n        self._close(self._session)\n",
        tests=f"{LISTENER}::test_the_first_one_stays_open_until_the_other_one_is_heard",
        why="a click in between is lost",
    ),
    Fault(
        name="socket-leaks-connections",
        file=EAR,
        find="self._close(former)",
        put="pass",
        tests=f"{LISTENER}::test_fifty_renewals_leave_one_connection",
        why="after ten renewals Slack lets nobody in any more",
    ),
    Fault(
        name="socket-hammers-a-dead-token",
        file="tools/slack/socket_state.py",
        find="return state_after(code) == REFUSED",
        put="return False",
        tests=f"{LISTENER}::test_a_dead_token_is_tried_seldom",
        why="Slack is called every few seconds for ever",
    ),
    Fault(
        name="socket-token-goes-anywhere",
        file="listener/socket_session.py",
        find='(parts.scheme == "wss" and port in (None, 443))',
        put="parts.scheme",
        tests=f"{SOCKETS}::test_only_encrypted_addresses_get_a_socket",
        why="what people say travels in the clear",
    ),
    Fault(
        name="app-token-follows-the-address",
        file="models/slack_inbound/helpdesk_slack_workspace_socket.py",
        find='moved_sudo.filtered("app_token").app_token = False',
        put="pass",
        tests=f"{IN_ODOO}::test_after_a_change_of_address_it_must_be_entered_anew",
        why="who may change the address gets the token",
    ),
    Fault(
        name="workspace-keeps-its-former-socket",
        file="listener/sockets.py",
        find="self._listeners.pop(place).stop()",
        put="pass",
        tests=f"{SOCKETS}::test_workspaces_come_change_and_go",
        why="an archived workspace still listens",
    ),
    Fault(
        name="listeners-contradict-each-other",
        file="tools/slack/socket_state.py",
        find="if report.state != CONNECTED and is_others:",
        put="if False:",
        tests="tests/unit/test_slack_socket_state.py",
        why="one that cannot connect hides the other one that can",
    ),
    Fault(
        name="deafness-is-forgiven-without-proof",
        file="tools/slack/socket_state.py",
        find="return CONNECTED if proved else DEAF",
        put="return report.state",
        tests=f"{DEAF}::test_only_what_comes_in_ends_it",
        why="Health says connected, and nothing arrives",
    ),
    Fault(
        name="deafness-is-never-noticed",
        file=HEARING,
        find="if not workspace_sudo._has_missed(max(since, now - timedelta(seconds=BACK)), now):",
        put="if True:",
        tests=f"{DEAF}::test_a_post_that_does_not_come_back_within_a_minute",
        why="for hours everything comes a minute late, and no click at all",
    ),
    Fault(
        name="replies-only-asking-found-prove-nothing",
        file=HEARING,
        find="inbound.source = 'catch_up'",
        put="inbound.source = 'nobody'",
        tests=f"{DEAF}::test_a_reply_that_only_catch_up_has_found",
        why="a desk that posts little is deaf for long",
    ),
    Fault(
        name="a-slow-socket-counts-as-deaf",
        file="models/slack_inbound/helpdesk_slack_echo.py",
        find="AND kind = 'message' AND source = 'catch_up'",
        put="AND kind = 'message' AND source = 'nobody'",
        tests=f"{DEAF}::test_a_reply_that_catch_up_has_found_first_and_the_socket_has_told_as_well",
        why="sockets are opened again all day long",
    ),
    Fault(
        name="deaf-sockets-are-renewed-every-minute",
        file=HEARING,
        find="if not socket_state.may_renew(deaf_since, workspace_sudo.socket_renewed_at or None, now):",
        put="if False:",
        tests=f"{DEAF}::test_a_socket_that_stays_deaf_is_opened_again_less_and_less_often",
        why="an app without its event subscription is connected anew all day long",
    ),
    Fault(
        name="the-same-channels-are-read-further-back-each-minute",
        file="models/slack_inbound/slack_catch_up.py",
        find="spare, self.minute)",
        put="spare, 0)",
        tests="tests/test_slack_inbound_catch_up_cost.py",
        why="a reply to a ticket of last month is found half an hour later, in some channels",
    ),
    Fault(
        name="catch-up-imports-history",
        file="tools/slack/catch_up.py",
        find="if sent < thread.since:",
        put="if False:",
        tests="tests/unit/test_slack_catch_up.py",
        why="after an update, years of talk become notes",
    ),
    Fault(
        name="catch-up-asks-although-it-is-off",
        file=ASKING,
        find="due._taking_replies().ids, 1",
        put="due.ids, 1",
        tests=f"{CATCH_UP}::test_nothing_is_asked_while_no_team_takes_replies",
        why="a desk that wants no replies still has its channels read",
    ),
    Fault(
        name="catch-up-of-a-copy",
        file=ASKING,
        find='if self.env["helpdesk.bridge.database"]._is_silent():\n            return\n        for workspace_id',
        put="for workspace_id",
        tests=f"{CATCH_UP}::test_a_copy_of_the_database_asks_nothing",
        why="a copy reads the channels, and tells people why they may not act",
    ),
    Fault(
        name="catch-up-stops-at-a-long-thread",
        file="models/slack_inbound/slack_catch_up.py",
        find="for oldest in (thread.oldest, thread.read_up_to):",
        put="for oldest in (thread.oldest,):",
        tests=f"{CATCH_UP}::test_a_long_thread_is_read_to_its_end_by_and_by",
        why="of a thousand replies after an outage the last ones are lost",
    ),
    Fault(
        name="catch-up-ignores-slacks-limit",
        file=ASKING,
        find='"catch_up_next": later})\n            return',
        put='"catch_up_next": False})\n            return',
        tests=f"{CATCH_UP}::test_slacks_limit_ends_the_run_and_is_kept",
        why="Slack is asked on, and refuses longer and longer",
    ),
    Fault(
        name="after-an-outage-the-last-comes-first",
        file=GAP,
        find="return super()._find_ticket() and not self._waits_for_earlier()",
        put="return super()._find_ticket()",
        tests=f"{CATCH_UP}::test_after_an_outage_a_fresh_reply_waits_for_the_earlier_ones",
        why="the ticket tells the story in the wrong order",
    ),
)
