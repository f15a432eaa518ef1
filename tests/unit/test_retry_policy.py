"""Every answer of Slack, and every silence, has one consequence."""

import errno
import http.client
import socket
import ssl
import unittest
import urllib.error

from tools.slack import response as slack_response
from tools.slack import retry_policy
from tools.slack.response import Answer
from tools.slack.retry_policy import Action


class TestBeside(unittest.TestCase):
    def test_the_echo_tells_whether_a_reply_is_in_its_thread(self):
        for data, expected in (
            ({"message": {"thread_ts": "1.1"}}, False),
            ({"message": {}}, True),
            ({"message": {"thread_ts": "2.2"}}, True),
            ({"message": "ok"}, False),
            ({}, False),
        ):
            with self.subTest(data):
                self.assertEqual(slack_response.is_outside_thread(Answer(ok=True, data=data), "1.1"), expected)


class TestJudge(unittest.TestCase):
    def test_the_consequence_of_an_answer(self):
        for answer, attempts, action, wait, hold in (
            # answer, attempts made, what to do, seconds to wait, seconds the channel or the workspace waits too
            (Answer(ok=True), 1, Action.SENT, 0, 0),
            (Answer(error="ratelimited", status=429, retry_after=7), 1, Action.HOLD, 7, 7),
            (Answer(error="ratelimited", retry_after=0), 1, Action.HOLD, 30, 30),
            (Answer(error="bad_answer", status=429, retry_after=0.2), 1, Action.HOLD, 1, 1),
            (Answer(error="message_limit_exceeded"), 1, Action.HOLD, 30, 30),
            (Answer(error="connection_failed", status=0), 1, Action.HOLD, 2, 2),
            (Answer(error="connection_failed", status=0), 99, Action.HOLD, 60, 60),
            (Answer(error="no_answer", status=0), 1, Action.RECONCILE, 2, 2),
            (Answer(error="bad_answer", status=200), 2, Action.RECONCILE, 15, 15),
            (Answer(error="bad_answer", status=502), 9, Action.RECONCILE, 60, 60),
            (Answer(error="http_503", status=503), 1, Action.RECONCILE, 2, 2),
            (Answer(error="internal_error"), 1, Action.RECONCILE, 2, 0),
            (Answer(error="fatal_error", status=500), 5, Action.RECONCILE, 600, 0),
            (Answer(error="whatever", status=500), 1, Action.RECONCILE, 2, 0),
            (Answer(error="update_failed"), 1, Action.RETRY, 2, 0),
            (Answer(error="update_failed"), 1000, Action.RETRY, 600, 0),
            (Answer(error="not_rendered"), 1, Action.RETRY, 2, 0),
            (Answer(error="invalid_auth"), 1, Action.PAUSE_WORKSPACE, 0, 0),
            (Answer(error="missing_scope"), 1, Action.PAUSE_WORKSPACE, 0, 0),
            (Answer(error="redirected", status=302), 1, Action.PAUSE_WORKSPACE, 0, 0),
            (Answer(error="is_archived"), 1, Action.PAUSE_CHANNEL, 0, 0),
            (Answer(error="not_in_channel"), 1, Action.PAUSE_CHANNEL, 0, 0),
            (Answer(error="invalid_blocks"), 1, Action.DEGRADE, 0, 0),
            (Answer(error="msg_too_long"), 1, Action.DEGRADE, 0, 0),
            (Answer(ok=True, unthreaded=True), 1, Action.ADOPT, 0, 0),
            (Answer(error="message_not_found"), 1, Action.ANEW, 0, 0),
            (Answer(error="thread_not_found"), 1, Action.ANEW, 0, 0),
            (Answer(error="restricted_action_thread_locked"), 1, Action.ANEW, 0, 0),
            (Answer(error="outcome_unknown", status=0), 1, Action.FAIL, 0, 0),
            (Answer(error="never_heard_of_it"), 1, Action.FAIL, 0, 0),
            (Answer(), 1, Action.FAIL, 0, 0),
        ):
            with self.subTest(answer=answer, attempts=attempts):
                decision = retry_policy.judge(answer, attempts)
                held = decision.hold or decision.hold_route
                self.assertEqual((decision.action, decision.wait, held), (action, wait, hold))

    def test_what_is_said_to_pass_is_believed_ten_times(self):
        for code in ("update_failed", "not_rendered"):
            self.assertEqual(retry_policy.judge(Answer(error=code), 99, 9).action, Action.RETRY)
            self.assertEqual(retry_policy.judge(Answer(error=code), 99, 10).action, Action.FAIL)

    def test_a_rate_limit_is_the_channels_and_an_outage_the_workspaces(self):
        rate = retry_policy.judge(Answer(error="ratelimited", status=429, retry_after=7), 1)
        self.assertEqual((rate.hold, rate.hold_route), (7, 0))
        for code in ("connection_failed", "no_answer", "bad_answer"):
            outage = retry_policy.judge(Answer(error=code, status=0), 1)
            self.assertEqual((outage.hold, outage.hold_route), (0, 2))

    def test_every_code_that_slack_documents_has_its_consequence(self):
        for action, codes in {
            Action.HOLD: "ratelimited rate_limited message_limit_exceeded",
            Action.RECONCILE: "internal_error fatal_error service_unavailable request_timeout "
            "duplicate_message_not_found duplicate_channel_not_found",
            Action.RETRY: "team_added_to_org org_login_required external_channel_migrating update_failed "
            "streaming_state_conflict",
            Action.PAUSE_WORKSPACE: "not_authed invalid_auth account_inactive token_revoked token_expired "
            "no_permission not_allowed_token_type two_factor_setup_required accesslimited access_denied "
            "app_access_restricted team_access_not_granted enterprise_is_restricted missing_scope",
            Action.PAUSE_CHANNEL: "channel_not_found not_in_channel is_archived is_inactive restricted_action "
            "restricted_action_read_only_channel restricted_action_thread_only_channel "
            "restricted_action_non_threadable_channel ekm_access_denied messages_tab_disabled team_not_found",
            Action.DEGRADE: "invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text "
            "too_many_attachments attachment_payload_limit_exceeded invalid_attachments markdown_text_conflict "
            "invalid_arguments invalid_arg_name invalid_metadata_format invalid_metadata_schema metadata_too_large "
            "metadata_must_be_sent_from_app block_mismatch",
            Action.ANEW: "message_not_found cant_update_message cannot_reply_to_message invalid_thread_ts "
            "thread_not_found restricted_action_thread_locked",
            Action.FAIL: "edit_window_closed unknown_method method_deprecated deprecated_endpoint invalid_post_type "
            "invalid_charset invalid_form_data is_bot",
        }.items():
            for code in codes.split():
                with self.subTest(code):
                    self.assertIs(retry_policy.judge(Answer(error=code), 1).action, action)

    def test_no_code_has_two_consequences(self):
        classes = (
            retry_policy.RATE,
            retry_policy.AMBIGUOUS,
            retry_policy.PLATFORM,
            retry_policy.TOKEN,
            retry_policy.CHANNEL,
        )
        codes = [code for group in (*classes, retry_policy.PAYLOAD) for code in group]
        self.assertEqual(len(codes), len(set(codes)))

    def test_the_back_off_grows_and_then_repeats(self):
        self.assertEqual(
            [retry_policy.backoff(n) for n in (0, 1, 2, 3, 4, 5, 6, 1000)], [2, 2, 15, 60, 300, 600, 600, 600]
        )

    def test_a_lease_outlives_the_last_call(self):
        self.assertLess(retry_policy.LAST_CALL + retry_policy.CALL, retry_policy.LEASE)

    def test_who_asks_for_people_may_still_send(self):
        self.assertLessEqual(retry_policy.LAST_LOOKUP + retry_policy.CALL, retry_policy.LAST_CALL)


class TestFromResponse(unittest.TestCase):
    def test_responses(self):
        for status, headers, data, expected in (
            (200, {}, {"ok": True, "ts": "1.2"}, Answer(ok=True, data={"ok": True, "ts": "1.2"})),
            (200, {}, {"ok": False, "error": "is_archived"}, Answer(error="is_archived")),
            (200, {}, {"ok": False}, Answer(error="http_200")),
            (
                429,
                {"retry-AFTER": "3"},
                {"ok": False, "error": "ratelimited"},
                Answer(error="ratelimited", status=429, retry_after=3),
            ),
            (
                429,
                {"Retry-After": "1.5"},
                "<html>",
                Answer(error="bad_answer", status=429, retry_after=1.5, detail="HTTP 429"),
            ),
            (
                429,
                {"Retry-After": "soon"},
                {"ok": False, "error": "ratelimited"},
                Answer(error="ratelimited", status=429),
            ),
            (
                429,
                {"Retry-After": "-5"},
                {"ok": False, "error": "ratelimited"},
                Answer(error="ratelimited", status=429),
            ),
            (
                200,
                {},
                {"ok": False, "error": "missing_scope", "needed": "chat:write"},
                Answer(error="missing_scope", detail="chat:write"),
            ),
            (
                200,
                {},
                {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["[/0] x", 2]}},
                Answer(error="invalid_blocks", detail="[/0] x; 2"),
            ),
            (
                502,
                {},
                {"ok": False, "error": "Received a response in a non-JSON format: <html>"},
                Answer(error="bad_answer", status=502, detail="HTTP 502"),
            ),
            (200, {}, ["ok"], Answer(error="bad_answer", detail="HTTP 200")),
            (200, {}, {"ok": "yes"}, Answer(error="bad_answer", detail="HTTP 200")),
            (500, {}, {"ok": True}, Answer(error="http_500", status=500)),
            (307, {}, {"ok": True}, Answer(error="redirected", status=307)),
        ):
            with self.subTest(status=status, data=data):
                self.assertEqual(slack_response.from_response(status, headers, data), expected)

    def test_nonsense_in_retry_after_silences_nobody_for_years(self):
        for value, expected in (
            ("inf", 0),
            ("nan", 0),
            ("1e400", 0),
            ("-1", 0),
            ("", 0),
            (None, 0),
            ("99999999999999", 3600),
            ("30", 30),
            ("1.5", 1.5),
        ):
            with self.subTest(value):
                answer = slack_response.from_response(
                    429, {"Retry-After": value}, {"ok": False, "error": "ratelimited"}
                )
                self.assertEqual(answer.retry_after, expected)


class TestFromException(unittest.TestCase):
    def test_what_was_surely_not_sent_and_what_may_have_been(self):
        for error, expected in (
            (urllib.error.URLError(ConnectionRefusedError()), "connection_failed"),
            (urllib.error.URLError(socket.gaierror(-2, "unknown")), "connection_failed"),
            (urllib.error.URLError(ssl.SSLCertVerificationError()), "connection_failed"),
            (urllib.error.URLError(OSError(errno.ENETUNREACH, "no network")), "connection_failed"),
            (urllib.error.URLError(OSError(errno.EHOSTUNREACH, "no route")), "connection_failed"),
            (urllib.error.URLError(OSError(errno.EPIPE, "broken pipe")), "no_answer"),
            (urllib.error.URLError(ssl.SSLEOFError(8, "EOF occurred")), "no_answer"),
            (urllib.error.URLError(TimeoutError()), "no_answer"),
            (urllib.error.URLError(ConnectionResetError()), "no_answer"),
            (urllib.error.URLError("unknown url type"), "no_answer"),
            (TimeoutError(), "no_answer"),
            (ConnectionResetError(), "no_answer"),
            (http.client.RemoteDisconnected(), "no_answer"),
            (http.client.IncompleteRead(b""), "no_answer"),
            (AttributeError("'list' object"), "bad_answer"),
            (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), "bad_answer"),
        ):
            with self.subTest(error=repr(error)):
                self.assertEqual(slack_response.from_exception(error).error, expected)


class TestChannelFinding(unittest.TestCase):
    def test_what_slack_says_about_a_channel(self):
        for answer, name, problem in (
            (Answer(ok=True, data={"channel": {"name": "support", "is_member": True}}), "support", ""),
            (Answer(ok=True, data={"channel": {"name": "support", "is_member": False}}), "support", "not_in_channel"),
            (Answer(ok=True, data={"channel": {"name": "old", "is_archived": True}}), "old", "is_archived"),
            (Answer(ok=True, data={"channel": {"name": "support"}}), "support", ""),
            (Answer(ok=True, data={"channel": "odd"}), "", None),
            (Answer(error="channel_not_found"), "", "channel_not_found"),
            (Answer(error="missing_scope"), "", None),
            (Answer(error="no_answer", status=0), "", None),
        ):
            with self.subTest(answer):
                finding = retry_policy.channel_finding(answer)
                self.assertEqual((finding.name, finding.problem), (name, problem))


class TestWebhook(unittest.TestCase):
    def test_what_a_webhook_answers_and_what_follows(self):
        for status, headers, body, attempts, action, hold in (
            (200, {}, "ok", 1, Action.SENT, 0),
            (200, {}, "<html>", 1, Action.RECONCILE, 2),
            # The same in JSON, as the address may answer to which the answer to a click goes.
            (200, {}, '{"ok":true}', 1, Action.SENT, 0),
            (200, {}, ' {"ok": true, "x": 1}\n', 1, Action.SENT, 0),
            (200, {}, '{"ok":false,"error":"expired_url"}', 1, Action.FAIL, 0),
            (404, {}, '{"ok":false,"error":"used_url"}', 1, Action.FAIL, 0),
            (403, {}, '{"ok":false,"error":"invalid_token"}', 1, Action.PAUSE_CHANNEL, 0),
            (429, {"retry-after": "9"}, '{"ok":false,"error":"ratelimited"}', 1, Action.HOLD, 9),
            *((200, {}, odd, 1, Action.RECONCILE, 2) for odd in ("{", "{}", '{"ok":1}', '{"ok":false}', "[true]")),
            (302, {}, "", 1, Action.PAUSE_CHANNEL, 0),
            (400, {}, "invalid_payload", 1, Action.DEGRADE, 0),
            (400, {}, "no_text", 1, Action.DEGRADE, 0),
            (400, {}, "too_many_attachments", 1, Action.DEGRADE, 0),
            (400, {}, "user_not_found", 1, Action.FAIL, 0),
            (403, {}, "action_prohibited", 1, Action.PAUSE_CHANNEL, 0),
            (403, {}, "invalid_token", 1, Action.PAUSE_CHANNEL, 0),
            (404, {}, "channel_not_found", 1, Action.PAUSE_CHANNEL, 0),
            (404, {}, "no_service", 1, Action.PAUSE_CHANNEL, 0),
            (404, {}, "no_team", 1, Action.PAUSE_CHANNEL, 0),
            (404, {}, "<html>Not found</html>", 1, Action.PAUSE_CHANNEL, 0),
            (410, {}, "channel_is_archived", 1, Action.PAUSE_CHANNEL, 0),
            (429, {"retry-after": "9"}, "", 1, Action.HOLD, 9),
            (429, {}, "rate_limited", 1, Action.HOLD, 30),
            (500, {}, "rollup_error", 3, Action.RECONCILE, 0),
            (502, {}, "<html>", 3, Action.RECONCILE, 60),
        ):
            with self.subTest(status=status, body=body):
                answer = slack_response.from_webhook(status, headers, body)
                decision = retry_policy.judge_webhook(answer, attempts)
                self.assertEqual((decision.action, decision.hold + decision.hold_route), (action, hold))

    def test_only_slacks_own_words_are_about_more_than_one_message(self):
        for answer, is_slacks in (
            (Answer(ok=True), True),
            (Answer(error="channel_not_found"), True),
            (Answer(error="invalid_auth"), True),
            (Answer(error="ratelimited", status=429), True),
            (Answer(error="internal_error", status=500), False),
            (Answer(error="service_unavailable", status=503), False),
            (Answer(error="connection_failed", status=0), False),
            (Answer(error="no_answer", status=0), False),
            (Answer(error="bad_answer", status=403), False),
            (Answer(error="redirected", status=302), False),
            (slack_response.from_webhook(403, {}, "<html>Blocked</html>"), False),
            (slack_response.from_webhook(404, {}, "no_service"), True),
        ):
            with self.subTest(answer=answer):
                self.assertEqual(retry_policy.is_slacks(answer), is_slacks)

    def test_what_may_be_about_a_single_message(self):
        for answer, may_be in (
            (Answer(error="internal_error"), True),
            (Answer(error="fatal_error"), True),
            (Answer(error="request_timeout"), True),
            (Answer(error="internal_error", status=500), True),
            (Answer(error="bad_answer", status=403), True),
            (Answer(error="invalid_auth"), False),
            (Answer(error="channel_not_found"), False),
            (Answer(error="ratelimited", status=429), False),
            (Answer(ok=True), False),
        ):
            with self.subTest(answer=answer):
                self.assertEqual(retry_policy.may_be_about_one(answer), may_be)

    def test_a_webhook_is_broken_when_nothing_else_passes(self):
        for refusals, others_failed, others_sent, is_broken in (
            (0, False, False, False),
            (1, False, False, False),
            (2, False, False, True),
            (0, True, False, True),
            (9, True, True, False),
        ):
            with self.subTest(refusals=refusals, others_failed=others_failed, others_sent=others_sent):
                found = retry_policy.is_route_broken(refusals, others_failed, others_sent)
                self.assertEqual(found, is_broken)

    def test_a_message_that_alone_fails_is_given_up_after_ten_times(self):
        for refusals, others_sent, is_given_up in ((9, True, False), (10, True, True), (99, False, False)):
            with self.subTest(refusals=refusals, others_sent=others_sent):
                self.assertEqual(retry_policy.is_given_up(refusals, others_sent), is_given_up)

    def test_a_page_is_not_repeated_as_a_code(self):
        self.assertEqual(slack_response.from_webhook(404, {}, "<html>secret</html>").error, "http_404")
        told = '{"ok": false, "error": "a secret <b>"}'
        self.assertEqual(slack_response.from_webhook(404, {}, told).error, "http_404")

    def test_a_channel_is_tried_again_less_and_less_often(self):
        self.assertEqual([retry_policy.probe_wait(n) for n in (0, 1, 2, 3, 4, 99)], [60, 300, 900, 1800, 3600, 3600])


class TestFindOwn(unittest.TestCase):
    def message(self, key, **more):
        return {"ts": "1.2", "metadata": {"event_payload": {"key": key}}, **more}

    def test_our_message_is_found_by_its_key(self):
        own = self.message("k", bot_id="B1")
        messages = [None, "x", {"ts": "1"}, {"metadata": None}, {"metadata": {"event_payload": []}}]
        self.assertEqual(slack_response.find_own([*messages, self.message("other"), own], "k", "B1"), own)

    def test_what_is_not_ours_is_not_found(self):
        for messages, bot in (
            (None, None),
            ([], None),
            ([self.message("other")], None),
            ([self.message("k", bot_id="B2")], "B1"),
            ([{**self.message("k"), "ts": None}], None),
        ):
            with self.subTest(messages=messages):
                self.assertIsNone(slack_response.find_own(messages, "k", bot))

    def test_a_double_without_bot_ids_is_believed(self):
        self.assertTrue(slack_response.find_own([self.message("k")], "k", "B1"))
        self.assertTrue(slack_response.find_own([self.message("k", bot_id="B1")], "k", None))

    def test_whether_a_failed_look_up_may_be_repeated(self):
        for error, status, forbidden in (
            ("missing_scope", 200, True),
            ("not_in_channel", 200, True),
            ("channel_not_found", 200, True),
            ("unknown_method", 200, False),
            ("is_archived", 200, False),
            ("ratelimited", 429, False),
            ("invalid_auth", 200, False),
            ("no_answer", 0, False),
            ("internal_error", 200, False),
        ):
            with self.subTest(error):
                self.assertEqual(slack_response.may_not_look(Answer(error=error, status=status)), forbidden)

    def test_the_next_page(self):
        self.assertEqual(slack_response.next_cursor({"response_metadata": {"next_cursor": "abc"}}), "abc")
        self.assertEqual(slack_response.next_cursor({}), "")
        self.assertEqual(slack_response.next_cursor({"response_metadata": None}), "")
