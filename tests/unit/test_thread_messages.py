"""A line of a thread: who and what at a glance, harmless, within the limits."""

import dataclasses
import itertools
import json
import unittest

from tools.slack import thread_messages
from tools.slack.thread_messages import EventDetails
from tools.ticket import events

LABELS = {
    "took": "%(actor)s took it",
    "assigned": "Assigned to %(person)s",
    "assigned_by": "%(actor)s assigned it to %(person)s",
    "customer_replied": "Customer replied",
    "customer_replied_by": "Customer replied (%(actor)s)",
    "agent_replied_by": "%(actor)s replied",
    "noted_by": "%(actor)s noted",
    "closed": "Closed after %(duration)s",
    "closed_by": "Closed by %(actor)s after %(duration)s",
    "reopened": "Reopened",
    "reopened_by": "Reopened by %(actor)s",
    "reopened_by_reply": "Reopened, because %(actor)s replied",
    "merged": "Merged into %(ticket)s",
    "merged_by": "%(actor)s merged it into %(ticket)s",
    "rated": "Rated: %(rating)s",
    "rated_by": "%(actor)s rated it: %(rating)s",
    "day": "%s d",
    "hour": "%s h",
    "minute": "%s min",
    "moment": "less than a minute",
}
EVIL = ("<!channel>", "<@U123>", "<https://evil.example|Odoo>", "&lt;!here&gt;", "%(actor)s %s", "x" * 50_000, "\n\n")


def details(event, **facts):
    return EventDetails(event=event, reference="[ML-#42]", labels=LABELS, **facts)


def line(event, **facts):
    return thread_messages.reply(details(event, **facts))


class TestWording(unittest.TestCase):
    def test_what_each_event_says(self):
        for text, body, event, facts in (
            ("Anna took it", ":raised_hand: *Anna* took it", "assigned", {"actor": "Anna", "is_own": True}),
            (
                "Ben assigned it to Anna",
                ":point_right: *Ben* assigned it to *Anna*",
                "assigned",
                {"actor": "Ben", "person": "Anna"},
            ),
            ("Assigned to Anna", ":point_right: Assigned to *Anna*", "assigned", {"person": "Anna"}),
            (
                "Customer replied (Jane): It still burns.",
                ":speech_balloon: Customer replied (*Jane*)\n>It still burns.",
                "customer_replied",
                {"actor": "Jane", "words": "It still burns."},
            ),
            ("Customer replied", ":speech_balloon: Customer replied", "customer_replied", {}),
            (
                "Anna replied: Unplug it. :paperclip: how.pdf",
                ":leftwards_arrow_with_hook: *Anna* replied\n>Unplug it.\n:paperclip: how.pdf",
                "agent_replied",
                {"actor": "Anna", "words": "Unplug it.", "files": ("how.pdf",)},
            ),
            ("Anna noted: Rude.", ":memo: *Anna* noted\n>Rude.", "noted", {"actor": "Anna", "words": "Rude."}),
            (
                "Closed by Anna after 3 h 12 min",
                ":white_check_mark: Closed by *Anna* after 3 h 12 min",
                "closed",
                {"actor": "Anna", "minutes": 192},
            ),
            ("Closed after 1 min", ":white_check_mark: Closed after 1 min", "closed", {"minutes": 1}),
            ("Reopened by Anna", ":arrows_counterclockwise: Reopened by *Anna*", "reopened", {"actor": "Anna"}),
            (
                "Reopened, because Jane replied",
                ":arrows_counterclockwise: Reopened, because *Jane* replied",
                "reopened",
                {"actor": "Jane", "by_reply": True},
            ),
            ("Reopened", ":arrows_counterclockwise: Reopened", "reopened", {}),
            (
                "Anna merged it into [ML-#43]",
                ":twisted_rightwards_arrows: *Anna* merged it into <https://odoo.example/43|[ML-#43]>",
                "merged",
                {"actor": "Anna", "ticket": "[ML-#43]", "url": "https://odoo.example/43"},
            ),
            (
                "Merged into [ML-#43]",
                ":twisted_rightwards_arrows: Merged into *[ML-#43]*",
                "merged",
                {"ticket": "[ML-#43]"},
            ),
            (
                "Jane rated it: Satisfied: Quick!",
                ":star: *Jane* rated it: *Satisfied*\n>Quick!",
                "rated",
                {"actor": "Jane", "rating": "Satisfied", "words": "Quick!"},
            ),
            ("Rated: Okay", ":star: Rated: *Okay*", "rated", {"rating": "Okay"}),
        ):
            with self.subTest(text):
                self.assertEqual(line(event, **facts), {"text": f"[ML-#42] {text}", "body": body})

    def test_every_event_that_is_a_line_has_an_emoji(self):
        self.assertEqual(set(thread_messages.EMOJI), set(events.EVENTS) - {events.CREATED})

    def test_an_event_of_another_addon(self):
        labels = {**LABELS, "parcel": "Parcel", "flown": "Flown", "flown_by": "%(actor)s flew %(what)s in %(due)s"}
        for text, body, event, facts in (
            ("Parcel", ":information_source: Parcel", "parcel", {"actor": "Anna"}),
            ("Flown", ":airplane: Flown", "flown", {"emoji": ":airplane:"}),
            (
                "Anna flew it &lt;!here&gt; in 7",
                ":information_source: *Anna* flew *it &lt;!here&gt;* in *7*",
                "flown",
                {"actor": "Anna", "facts": {"what": "it <!here>", "due": 7}},
            ),
        ):
            with self.subTest(text):
                found = thread_messages.reply(EventDetails(event, "[ML-#42]", labels, **facts))
                self.assertEqual(found, {"text": f"[ML-#42] {text}", "body": body})

    def test_a_translation_with_a_misspelled_name_still_says_something(self):
        broken = dataclasses.replace(
            details("closed", actor="Anna"), labels={**LABELS, "closed_by": "Fermé par %(x)s %"}
        )
        self.assertIn("Fermé par", thread_messages.reply(broken)["text"])


class TestForeignWords(unittest.TestCase):
    def test_nobody_can_smuggle_anything_into_a_line(self):
        for name, evil in itertools.product(("actor", "person", "words", "files"), EVIL):
            facts = {"actor": "A", "person": "P", name: (evil,) if name == "files" else evil}
            for event in ("assigned", "customer_replied", "closed", "reopened"):
                with self.subTest(field=name, evil=evil[:20], event=event):
                    self.assertNotIn("<", "".join(line(event, **facts).values()))

    def test_nothing_exceeds_the_limits(self):
        for letter in ("x", "&", "<", "word ", "\n", "😀", "*"):
            long = letter * 20_000
            message = thread_messages.message(
                line("customer_replied", actor=long, words=long, files=(long,) * 20), "<!channel>"
            )
            with self.subTest(letter):
                self.assertLess(len(message["text"]), 3000)
                self.assertLessEqual(len(message["blocks"][0]["text"]["text"]), 3000)

    def test_many_files_are_counted(self):
        files = tuple(f"{number}.png" for number in range(9))
        self.assertTrue(line("customer_replied", files=files)["body"].endswith("4.png +4"))


class TestMessage(unittest.TestCase):
    def test_whom_it_calls_comes_first(self):
        message = thread_messages.message(line("closed", actor="Anna"), "<@U0ANNA001>")
        self.assertTrue(message["text"].startswith("<@U0ANNA001> [ML-#42] Closed by Anna"))
        self.assertTrue(message["blocks"][0]["text"]["text"].startswith("<@U0ANNA001> :white_check_mark:"))

    def test_slack_does_not_look_for_names_by_itself(self):
        self.assertIn('"verbatim": true', json.dumps(thread_messages.message(line("closed"))))


class TestDuration(unittest.TestCase):
    def test_the_two_largest_units(self):
        for minutes, expected in (
            (0, "less than a minute"),
            (1, "1 min"),
            (60, "1 h"),
            (192, "3 h 12 min"),
            (1439, "23 h 59 min"),
            (1440, "1 d"),
            (3120, "2 d 4 h"),
            (3125, "2 d 4 h"),
            (144_000, "100 d"),
        ):
            with self.subTest(minutes):
                self.assertEqual(thread_messages.duration(minutes, LABELS), expected)
