"""What the former bridge's config.yaml says, and what is wrong with it: by key and line, and never by value."""

import sys
import unittest
from pathlib import Path
from unittest.mock import patch

from legacy import config_yaml
from legacy.config_yaml import Unreadable, read

EXAMPLE = Path(__file__, "../../fixtures/legacy/config.yaml").resolve().read_text()


class TestValues(unittest.TestCase):
    def test_every_key_is_known(self):
        config = read(EXAMPLE)
        self.assertEqual(config.problems, ())
        self.assertEqual(set(config_yaml.KEYS) - set(config.values), {"app.debug"})
        self.assertEqual(config["app.excluded_emails"], ["noreply@google.com"])
        self.assertEqual(config["odoo.stages.assigned"], 9)
        self.assertEqual(config.done_stages, [21, 34])

    def test_values_read_as_go_reads_them(self):
        for text, key, expected in (
            ("imap: {password: 0123}", "imap.password", "0123"),
            ("imap: {password: 1e3}", "imap.password", "1e3"),
            ("imap: {password: '  '}", "imap.password", ""),
            ("imap: {password: $ecret{}", "imap.password", None),
            ("imap: {password: '$ecret'}", "imap.password", "$ecret"),
            ("imap: {password: true}", "imap.password", "true"),
            ("imap:", "imap.folder", "INBOX"),
            ("imap: {folder: }", "imap.folder", "INBOX"),
            ("imap: {port: 143}", "imap.port", 143),
            ("app: {}", "app.ticket_prefix", "TICKET"),
            ("app: {sla: {start_time_hours: 0}}", "app.sla.start_time_hours", 4),
            ("app: {sla: {resolution_time_hours: 8}}", "app.sla.resolution_time_hours", 8),
            ("app: {debug: yes}", "app.debug", False),
            ("app: {debug: true}", "app.debug", True),
            ("app: {operators: [a@b.c, 7]}", "app.operators", ["a@b.c", "7"]),
            ("app: {operators: }", "app.operators", []),
            ("app: &x {debug: false}", "app.debug", False),
        ):
            with self.subTest(text):
                if expected is None:
                    self.assertRaises(Unreadable, read, text)
                    continue
                config = read(text)
                self.assertEqual((config[key], config.problems), (expected, ()))

    def test_the_stage_done_is_one_of_those_that_are_done(self):
        self.assertEqual(read("odoo: {stages: {done: 7}}").done_stages, [7])
        self.assertEqual(read("app: {done_stage_ids: [5]}").done_stages, [5])


class TestProblems(unittest.TestCase):
    def test_a_problem_names_key_and_line(self):
        for text, problem in (
            ("app:\n  poll_seconds: often", "line 2: app.poll_seconds must be a whole number"),
            ("app:\n  poll_seconds: 1.5", "line 2: app.poll_seconds must be a whole number"),
            ("app:\n  poll_seconds: -3", "line 2: app.poll_seconds must be a whole number"),
            ("app:\n  poll_seconds: '20'", "line 2: app.poll_seconds must be a whole number"),
            ("app:\n  done_stage_ids: 21", "line 2: app.done_stage_ids must be a list of numbers"),
            ("app:\n  done_stage_ids: [21, Done]", "line 2: app.done_stage_ids must be a list of numbers"),
            (
                "app:\n  done_stage_ids: [4, ~]",
                "line 2: app.done_stage_ids must be a list of numbers, without empty items",
            ),
            ("app:\n  operators: {a: b}", "line 2: app.operators must be a list of text"),
            ("app:\n  operators: [[a]]", "line 2: app.operators must be a list of text"),
            ("app:\n  debug: maybe", "line 2: app.debug must be true or false"),
            ("\n\nimap: 7", "line 3: imap must have keys of its own below it"),
            ("app: {sla: 4}", "line 1: app.sla must have keys of its own below it"),
            ("imap:\n  host: [a]", "line 2: imap.host must be text"),
            ("imap:\n  host: a\n  host: b", "line 3: imap.host stands there twice"),
            (
                "imap:\n  password: ${IMAP_PASSWORD}",
                "line 2: imap.password is still the placeholder ${IMAP_PASSWORD}: "
                "put its value into the file, as the service got it",
            ),
        ):
            with self.subTest(text):
                self.assertEqual(read(text).problems, (problem,))

    def test_a_placeholder_is_named_without_what_stands_in_for_its_value(self):
        for value, shown in (
            ("${PASS}", "${PASS}"),
            ("${PASS:-hunter2}", "${PASS…"),
            ("${PASS-hunter2}", "${PASS…"),
            ("${PASS:=hunter2}", "${PASS…"),
            ("{{ .Values.pass }}", "{{ .Values.pass }}"),
            ("{{ pass | default('hunter2') }}", "{{ pass…"),
            ("{{ 'hunter2' }}", "{{ …"),
            ("<PASS>", "<PASS>"),
        ):
            with self.subTest(value):
                [problem] = read(f'imap: {{password: "{value}"}}').problems
                self.assertNotIn("hunter2", problem)
                self.assertIn(f"the placeholder {shown}: put", problem)

    def test_placeholders_of_several_kinds_are_seen(self):
        for value in ("${A}", "${A:-b}", "'{{ .Values.token }}'", "<YOUR_TOKEN>"):
            with self.subTest(value):
                self.assertIn("placeholder", read(f"slack: {{bot_token: '{value.strip(chr(39))}'}}").problems[0])
        self.assertIn("placeholder", read("app: {operators: ['${ANNA}']}").problems[0])

    def test_no_problem_repeats_a_value(self):
        for text in ("imap:\n  password: [Xq7]", "imap: {password: {Xq7: 1}}", "smtp:\n  port: Xq7"):
            with self.subTest(text):
                self.assertNotIn("Xq7", " ".join(read(text).problems))

    def test_what_is_no_yaml_says_where_and_quotes_nothing(self):
        for text, words in (
            ("imap:\n  password: 'Xq7", "no YAML: .* in line"),
            ("imap:\n\tpassword: Xq7", "no YAML: .* in line 2"),
            ("imap: \x00", "no YAML"),
            ("", "is empty"),
            ("# nothing", "is empty"),
            ("- Xq7", "is empty, or no list"),
            ("Xq7", "is empty, or no list"),
            ("[" * 100_000 + "Xq7", "nested too deeply"),
            ("a: " + "{b: " * 100_000 + "Xq7", "nested too deeply"),
        ):
            with self.subTest(text[:40]), self.assertRaisesRegex(Unreadable, words) as caught:
                read(text)
            self.assertNotIn("Xq7", str(caught.exception))

    def test_without_pyyaml_it_says_what_to_install(self):
        with patch.dict(sys.modules, {"yaml": None}), self.assertRaisesRegex(Unreadable, "pip install PyYAML"):
            read(EXAMPLE)


class TestRemarks(unittest.TestCase):
    def remarks(self, text):
        return "\n".join(read(text).remarks)

    def test_what_is_not_known_is_told_with_its_line(self):
        told = self.remarks("app:\n  ticket_prefx: ML\nslak: {a: 1}")
        self.assertIn("line 2: app.ticket_prefx is not known", told)
        self.assertIn("line 3: slak is not known", told)

    def test_what_is_missing_is_told_with_what_is_not_made(self):
        told = self.remarks("app: {debug: true}")
        for words in (
            "odoo.stages.new is missing: a task is new if",
            "imap.host is missing: no mailbox",
            "slack.bot_token is missing",
            "odoo.project_id is missing",
        ):
            self.assertIn(words, told)
        self.assertNotIn("missing", self.remarks(EXAMPLE))

    def test_what_has_no_counterpart_says_why(self):
        told = self.remarks(EXAMPLE)
        for key in config_yaml.GONE.keys() - {"app.debug"}:
            self.assertIn(f"{key} has no counterpart: ", told)
        self.assertNotIn("app.debug", told)
        self.assertLessEqual(config_yaml.GONE.keys(), config_yaml.KEYS.keys())
