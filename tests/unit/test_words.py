"""Small things with sharp edges: references, names, addresses, links."""

import unittest

from tools.email import addresses, reference
from tools.slack import urls
from tools.ticket import events


class TestReference(unittest.TestCase):
    def test_a_reference_is_a_prefix_and_a_number(self):
        self.assertEqual(reference.reference("ML", 42), "[ML-#42]")

    def test_which_prefixes_survive_a_subject(self):
        for prefix, good in (
            ("ML", True),
            ("a", True),
            ("Help-2-EU1", True),
            ("", False),
            ("4U", False),
            ("ELEVENCHARS", False),
            ("A B", False),
            ("[X]", False),
            ("Ž", False),
            ("ML\n", False),
        ):
            with self.subTest(prefix):
                self.assertEqual(reference.is_prefix(prefix), good)


class TestDisplay(unittest.TestCase):
    def test_a_person_in_one_string(self):
        for name, address, expected in (
            ("Jane Doe", "jane@x.example", "Jane Doe (jane@x.example)"),
            ("", '"Jane" <jane@x.example>', "Jane (jane@x.example)"),
            ("Jane Doe", '"J." <jane@x.example>', "Jane Doe (jane@x.example)"),
            ("", "jane@x.example", "jane@x.example"),
            ("jane@x.example", "jane@x.example", "jane@x.example"),
            (False, False, ""),
            ("Jane", False, "Jane"),
            ("", "not an address", "not an address"),
        ):
            with self.subTest(name=name, address=address):
                self.assertEqual(addresses.display(name, address), expected)


class TestUrls(unittest.TestCase):
    def test_where_a_token_may_go(self):
        for url, good in (
            ("https://exa mple.com/x", False),
            ("https://example.com/é", False),
            ("https://slack.com/api/", True),
            ("https://gateway.example:8443/x/", True),
            ("http://127.0.0.1:4003/api/", True),
            ("http://127.9.9.9/api/", True),
            ("http://localhost/api/", True),
            ("http://[::1]:4003/api/", True),
            ("http://slack.com/api/", False),
            ("http://0.0.0.0/", False),
            ("http://127.0.0.1.evil.example/", False),
            ("https://u:p@slack.com/", False),
            ("https://slack.com/?a", False),
            ("https://slack.com/#a", False),
            ("https:///api/", False),
            ("https://[half/", False),
            ("https://slack.com:port/", False),
            ("ftp://slack.com/", False),
            ("slack.com/api", False),
            ("", False),
            (None, False),
        ):
            with self.subTest(url):
                self.assertEqual(urls.may_receive_secrets(url), good)

    def test_the_channel_in_what_was_pasted(self):
        for text, expected in (
            ("C0123ABCD", "C0123ABCD"),
            (" G0123ABCD\n", "G0123ABCD"),
            ("https://acme.slack.com/archives/C0123ABCD", "C0123ABCD"),
            ("https://acme.slack.com/archives/C0123ABCD/p1700000000000100?thread_ts=1", "C0123ABCD"),
            ("https://app.slack.com/client/T0123ABCD/C0123ABCD", "C0123ABCD"),
            ("#support", None),
            ("D0123ABCD", None),
            ("c0123abcd", None),
            ("CX", None),
            ("", None),
            (None, None),
        ):
            with self.subTest(text):
                self.assertEqual(urls.channel_id(text), expected)

    def test_the_link_of_a_message(self):
        self.assertEqual(
            urls.message_link("https://acme.slack.com/", "C0123ABCD", "1700000000.000100"),
            "https://acme.slack.com/archives/C0123ABCD/p1700000000000100",
        )


class TestEvents(unittest.TestCase):
    def test_every_word_is_listed_once(self):
        words = {value for name, value in vars(events).items() if name.isupper() and isinstance(value, str)}
        self.assertEqual(words, set(events.EVENTS))
        self.assertEqual(len(events.EVENTS), len(set(events.EVENTS)))

    def test_every_event_has_a_rule_and_only_what_the_assignee_has_to_act_on_mentions_them(self):
        self.assertEqual(set(events.DEFAULT_RULES), set(events.EVENTS))
        rules = events.DEFAULT_RULES.items()
        self.assertEqual({event for event, rule in rules if not rule.posted}, {"noted"})
        breaches = {"sla_start_breached", "sla_next_response_breached", "sla_resolution_breached"}
        warnings = {breach.replace("breached", "warned") for breach in breaches}
        asking = {"created", "assigned", "customer_replied", "snooze_ended", *warnings, *breaches}
        self.assertEqual({event for event, rule in rules if rule.mentions}, asking)
        self.assertEqual({event for event, rule in rules if rule.broadcast}, breaches)

    def test_what_happened_between_two_looks(self):
        open_, closed = {"closed": False}, {"closed": True}
        for before, after, expected in (
            ({}, {}, []),
            ({}, {"user": 7}, ["assigned"]),
            ({"user": 7}, {"user": 8}, ["assigned"]),
            ({"user": 7}, {"user": 7}, []),
            ({"user": 7}, {"user": 0}, []),
            (open_, closed, ["closed"]),
            (closed, closed, []),
            (closed, open_, ["reopened"]),
            (closed, {**open_, "user": 7}, ["reopened", "assigned"]),
            (open_, {**closed, "user": 7}, ["assigned", "closed"]),
            ({"place": (1, 1)}, {"place": (2, 1)}, []),
            ({}, {"merged": 9}, ["merged"]),
            ({"merged": 9}, {"merged": 9}, []),
            ({"merged": 9}, {"merged": 8}, ["merged"]),
            ({"merged": 9}, {}, []),
            (open_, {**closed, "merged": 9}, ["closed", "merged"]),
            ({"shown": ("a",)}, {"shown": ("b",)}, []),
        ):
            with self.subTest(before=before, after=after):
                self.assertEqual(events.happened(look(**before), look(**after)), expected)


def look(closed=False, user=0, place=(1, 1), shown=(), merged=0):
    return events.Facts(closed, user, place, shown, merged=merged)
