"""A ticket in Slack: complete, harmless and within the limits, whatever the customer wrote."""

import dataclasses
import itertools
import json
import unittest

from tools.slack import root_message
from tools.slack.root_message import Root

LABELS = {
    "customer": "Customer",
    "assignee": "Assignee",
    "status": "Status",
    "priority": "Priority",
    "created": "Created",
    "due": "Due",
    "open": "Open",
    "moved": "Moved to",
    "merged": "Merged into",
    "duplicate": "Duplicate of",
    "archived": "Archived",
    "there": "open the thread",
}
FACTS = Root(
    reference="[ML-#42]",
    title="Printer is on fire",
    customer="Jane Doe (jane@x.example)",
    assignee="Unassigned",
    status="New",
    emoji=":new:",
    created=1700000000,
    created_text="2023-11-14 22:13 UTC",
    excerpt="Please help",
    url="https://odoo.example/mail/view?res_id=42",
    labels=LABELS,
    headline="New ticket",
    mention="<!channel>",
)
EVIL = ("<!channel>", "<@U123>", "<https://evil.example|Open in Odoo>", "&lt;!here&gt;", "a & b", "*_~`", "x" * 50_000)


def root(**changes):
    return root_message.root(dataclasses.replace(FACTS, **changes))


def texts(message):
    for block in message["blocks"]:
        yield from (t for t in (block.get("text"), *block.get("fields", ())) if t)
        yield from (element["text"] for element in block.get("elements", ()))


class TestRoot(unittest.TestCase):
    def test_what_it_looks_like(self):
        kinds = [block["type"] for block in root()["blocks"]]
        self.assertEqual(kinds, ["section", "header", "section", "section", "actions"])
        self.assertEqual(
            [text["text"] for text in texts(root())],
            [
                "<!channel> New ticket",
                "[ML-#42] Printer is on fire",
                "*Customer*\nJane Doe (jane@x.example)",
                "*Assignee*\nUnassigned",
                "*Status*\n:new: New",
                "*Created*\n<!date^1700000000^{date_short_pretty} {time}|2023-11-14 22:13 UTC>",
                ">Please help",
                "Open",
            ],
        )

    def test_slack_is_told_not_to_look_for_mentions_and_names_by_itself(self):
        for text in texts(root()):
            self.assertTrue(text["type"] == "plain_text" or text.get("verbatim"))

    def test_an_edit_has_no_mention_and_no_headline(self):
        message = root(mention="")
        self.assertNotIn("<!channel>", json.dumps(message))
        self.assertNotIn("New ticket", json.dumps(message))
        self.assertTrue(message["text"].startswith("[ML-#42]"))

    def test_an_assignee_known_in_slack_is_named_by_slack(self):
        for ref, expected in (("U0ANNA001", "<@U0ANNA001>"), ("", "Anna"), ("U1> <!channel", "Anna")):
            message = root(assignee="Anna", assignee_ref=ref)
            self.assertIn(f"*Assignee*\n{expected}", [text["text"] for text in texts(message)])

    def test_only_what_is_more_urgent_than_usual_catches_the_eye(self):
        for level, expected in (("1", "Medium"), ("3", ":red_circle: Medium")):
            message = root(priority="Medium", level=level)
            self.assertIn(f"*Priority*\n{expected}", [text["text"] for text in texts(message)])

    def test_other_addons_add_sentences(self):
        message = root(sentences=("Parcel: <!here>", "", " \n", "x" * 50_000, *map(str, range(20))))
        [block] = [block for block in message["blocks"] if block["type"] == "context"]
        shown = [element["text"] for element in block["elements"]]
        self.assertEqual(shown[0], "Parcel: &lt;!here&gt;")
        self.assertEqual(shown[2:], list("01234567"))
        self.assertLessEqual(len(shown[1]), root_message.MAX_FIELD)
        self.assertEqual(len([block for block in root()["blocks"] if block["type"] == "context"]), 0)

    def test_files_stand_below_the_words(self):
        for excerpt, files, expected in (
            ("Please help", ("a.pdf",), ">Please help\n:paperclip: a.pdf"),
            ("", ("<!here>.pdf", "two\nlines.png"), ":paperclip: &lt;!here&gt;.pdf, two lines.png"),
            ("", tuple(f"{number}.pdf" for number in range(7)), ":paperclip: 0.pdf, 1.pdf, 2.pdf, 3.pdf, 4.pdf +2"),
            ("", ("x" * 50_000,), f":paperclip: {'x' * (root_message.MAX_FILE - 1)}…"),
            ("Please help", (), ">Please help"),
        ):
            with self.subTest(files=files):
                self.assertIn(expected, [text["text"] for text in texts(root(excerpt=excerpt, files=files))])

    def test_a_ticket_that_has_moved_says_where_it_went(self):
        moved = root_message.Moved("EU <!here>", "C0SUPPORT02", "https://acme.slack.example/archives/C0SUPPORT02/p1")
        self.assertEqual(
            next(texts(root(mention="", moved=moved)))["text"],
            ":arrow_right: *Moved to* EU &lt;!here&gt; · <#C0SUPPORT02> · "
            "<https://acme.slack.example/archives/C0SUPPORT02/p1|open the thread>",
        )
        self.assertEqual(
            next(texts(root(mention="", moved=root_message.Moved("EU"))))["text"], ":arrow_right: *Moved to* EU"
        )

    def test_a_ticket_that_goes_on_elsewhere_says_where(self):
        odoo, thread = "https://odoo.example/1?a=1&b=2", "https://acme.slack.example/archives/C0SUPPORT02/p1"
        for gone, expected in (
            (("merged", "[ML-#1]", odoo, thread), "*Merged into* <O|[ML-#1]> · <T|open the thread>"),
            (("merged", "[ML-#1]", odoo), "*Merged into* <O|[ML-#1]>"),
            (("duplicate", "[<!here>-#1]", odoo), "*Duplicate of* <O|[&lt;!here&gt;-#1]>"),
            (("archived",), "*Archived*"),
        ):
            with self.subTest(gone):
                shown = next(texts(root(mention="", gone=root_message.Gone(*gone))))["text"]
                shown = shown.replace(odoo.replace("&", "&amp;"), "O").replace(thread, "T")
                self.assertEqual(shown.partition(" ")[2], expected)

    def test_parts_that_are_unknown_are_left_out(self):
        message = root(customer="", excerpt=" \n ", url="", mention="")
        self.assertEqual([block["type"] for block in message["blocks"]], ["header", "section"])
        self.assertEqual(len(message["blocks"][1]["fields"]), 3)

    def test_nobody_can_smuggle_anything_into_any_field(self):
        for name, evil in itertools.product(("title", "customer", "assignee", "status", "excerpt", "headline"), EVIL):
            with self.subTest(field=name, evil=evil[:30]):
                message = root(**{name: evil})
                for text in [message["text"], *(text["text"] for text in texts(message))]:
                    own = text.replace("<!channel> ", "").replace("<!date^1700000000^", "")
                    self.assertNotRegex(own, "<[!@#h]")

    def test_nothing_exceeds_the_limits(self):
        for letter in ("x", "&", "<", "word ", "\n", "😀"):
            long = letter * 20_000
            message = root(title=long, customer=long, assignee=long, status=long, excerpt=long, headline=long)
            with self.subTest(letter):
                self.assertLess(len(message["text"]), 3000)
                for text in texts(message):
                    self.assertGreater(len(text["text"]), 0)
                    self.assertLessEqual(len(text["text"]), 2000)
                for block in message["blocks"]:
                    if block["type"] == "header":
                        self.assertLessEqual(len(block["text"]["text"]), 150)
                self.assertLess(len(json.dumps(message["blocks"], ensure_ascii=False)), 6000)

    def test_an_excerpt_shows_some_lines_and_says_that_there_are_more(self):
        message = root(excerpt="\n".join(str(n) for n in range(100)))
        shown = message["blocks"][3]["text"]["text"].split("\n")
        self.assertEqual((len(shown), shown[0], shown[-1]), (13, ">0", ">…"))

    def test_a_monstrous_address_costs_only_the_button(self):
        self.assertNotIn("actions", [block["type"] for block in root(url="https://x/" + "y" * 4000)["blocks"]])


class TestMention(unittest.TestCase):
    def test_who_is_called(self):
        for kind, group, expected in (
            ("channel", "", "<!channel>"),
            ("here", "", "<!here>"),
            ("none", "", ""),
            ("", "", ""),
            (False, False, ""),
            ("group", "S0123ABCD", "<!subteam^S0123ABCD>"),
            ("group", "", ""),
            ("group", "@night", ""),
            ("group", "S1> <!channel", ""),
            ("everyone", "", ""),
        ):
            with self.subTest(kind=kind, group=group):
                self.assertEqual(root_message.mention(kind, group), expected)


class TestStatusEmoji(unittest.TestCase):
    def test_whose_turn_it_is_stands_beside_the_status(self):
        for turn, expected in (
            ("", ":new: New"),
            ("Customer replied", ":new: New · *Customer replied*"),
            ("<!channel> *", ":new: New · *&lt;!channel&gt; ∗*"),
        ):
            with self.subTest(turn):
                [fields] = [block["fields"] for block in root(turn=turn)["blocks"] if "fields" in block]
                [status] = [one["text"] for one in fields if one["text"].startswith("*Status*")]
                self.assertEqual(status, f"*Status*\n{expected}")

    def test_a_colour_for_each_state(self):
        for closed, unattended, expected in (
            (False, True, ":new:"),
            (False, False, ":large_blue_circle:"),
            (True, False, ":white_check_mark:"),
            (True, True, ":white_check_mark:"),
        ):
            self.assertEqual(root_message.status_emoji(closed, unattended), expected)
