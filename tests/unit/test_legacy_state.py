"""What the former bridge had remembered: the same from its own file and from JSON."""

import gzip
import json
import unittest
from datetime import datetime
from pathlib import Path

from legacy import state_db
from legacy.config_yaml import Unreadable
from legacy.state_db import TaskTimes, read

FILE = gzip.decompress(Path(__file__, "../../fixtures/legacy/state.db.gz").resolve().read_bytes())
JSON = {
    "processed_emails": ["INBOX-1", "INBOX-417", "Support-Old-9"],
    "slack_messages": {
        "42": {"timestamp": "1767258000.000100", "channel": ""},
        "43": {"timestamp": "1767261600.000200", "channel": "C0OLDER0001"},
    },
    "sla_states": {"42": {"task_id": 42, "created_at": "2026-01-01T08:00:00Z", "started_at": "2026-01-01T10:30:00Z"}},
}


class TestReading(unittest.TestCase):
    def test_the_file_itself_is_read(self):
        state = read(FILE)
        self.assertEqual(state.problems, ())
        self.assertEqual(state.threads, {42: ("", "1767258000.000100"), 43: ("C0OLDER0001", "1767261600.000200")})
        self.assertEqual(state.processed, {"INBOX": set(range(1, 418)), "Support-Old": {9}})
        self.assertEqual(state.times[42], TaskTimes(datetime(2026, 1, 1, 8), datetime(2026, 1, 1, 10, 30)))
        self.assertEqual(state.times[43], TaskTimes(datetime(2026, 1, 1, 10), None))

    def test_json_says_the_same(self):
        state, known = read(json.dumps(JSON).encode()), read(FILE)
        self.assertEqual((state.threads, state.times[42]), (known.threads, known.times[42]))
        self.assertEqual(state.processed, {"INBOX": {1, 417}, "Support-Old": {9}})

    def test_a_bucket_may_be_missing_or_empty(self):
        for text in (b'{"sla_states": {}}', b'{"sla_states": {}, "slack_messages": null, "processed_emails": []}'):
            self.assertEqual(read(text), state_db.State())

    def test_a_task_that_was_never_told_has_no_thread(self):
        self.assertEqual(read(b'{"slack_messages": {"4": {"timestamp": "", "channel": ""}}}'), state_db.State())


class TestMoments(unittest.TestCase):
    def test_moments_are_utc(self):
        for text, expected in (
            ("2026-01-01T09:00:00.123456789+01:00", datetime(2026, 1, 1, 8)),
            ("2026-01-01T09:00:00Z", datetime(2026, 1, 1, 9)),
            ("2026-06-30T23:30:00-02:00", datetime(2026, 7, 1, 1, 30)),
            ("0001-01-01T00:00:00Z", None),  # Go's "never"
            ("", None),
            (None, None),
        ):
            with self.subTest(text):
                self.assertEqual(state_db.moment(text), expected)


class TestProblems(unittest.TestCase):
    def test_what_cannot_be_read_is_named_by_its_task(self):
        for bucket, key, value, problem in (
            ("slack_messages", "5", {"timestamp": "yesterday"}, "slack_messages, task 5: the timestamp is none"),
            ("slack_messages", "5", {"timestamp": 17.5}, None),
            ("slack_messages", "x", {}, "slack_messages: the element 'x' cannot be read"),
            ("slack_messages", "-1", {}, "slack_messages: the element '-1' cannot be read"),
            ("slack_messages", "99999999999", {}, "slack_messages: the element '99999999999' cannot be read"),
            ("slack_messages", "5", [], "slack_messages: the element '5' cannot be read"),
            ("sla_states", "5", {"created_at": "2026-01-01"}, "sla_states, task 5: a moment cannot be read"),
            ("sla_states", "5", {"created_at": "2026-13-01T00:00:00Z"}, "sla_states, task 5: a moment cannot be read"),
        ):
            with self.subTest(value=value):
                problems = read(json.dumps({bucket: {key: value}}).encode()).problems
                self.assertEqual(len(problems), bool(problem))
                if problem:
                    self.assertIn(problem, problems[0])

    def test_an_email_without_a_place_is_named(self):
        self.assertIn("processed_emails", read(b'{"processed_emails": ["INBOX"]}').problems[0])

    def test_a_file_of_another_kind_says_so(self):
        for data, words in (
            (b"", "neither"),
            (b"app: {}", "neither"),
            (b"[1]", "JSON object"),
            (b"[" * 100_000, "nested too deeply"),
            (b'{"slack_messages": ' * 100_000, "nested too deeply"),
            (b"{}", "none of the buckets processed_emails"),
            (b'{"slack_messages": [1]}', "slack_messages must be an object"),
            (b'{"processed_emails": 5}', "processed_emails must be"),
            (b'{"project": 123, "tasks": []}', "none of the buckets"),
            (FILE[:9000], "the state cannot be read: the file is damaged"),
        ):
            with self.subTest(data[:40]), self.assertRaisesRegex(Unreadable, words):
                read(data)
