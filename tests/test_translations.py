"""The translations are those of the terms of today, all of them, with everything in its place.

What is compared is what Odoo itself exports. A term's occurrences count too: by them Odoo decides where a translation
belongs, so a stale one is never seen.
"""

import io
import re
from collections import Counter
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import trans_export

ADDON = "helpdesk_bridge"
I18N = Path(__file__).parents[1] / "i18n"
RENEW = "run `make pot`"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%")
#: Tags by name, the attributes that no person reads, and expressions in texts.
SILENT = r"(?:t-[\w-]+|invisible|class|name|href|style|aria-hidden)"
MARKUP = re.compile(rf"</?[a-zA-Z]\w*|\b{SILENT}=\"[^\"]*\"|\{{\{{.*?\}}\}}", re.DOTALL)
#: What is no word: punctuation, brackets, the space between.
BETWEEN = re.compile(r"[^\w@-]+")
#: Terms that read the same in a language, without placeholders, tags and punctuation. Any other was left as it was.
SAME_EVERYWHERE = {"@channel", "@here", "h", "min", "s", "ID", "Message-ID", "Re", "SLA", "Slack", "Webhook"}
SAME_EVERYWHERE |= {"SLA_NEXT_RESPONSE_BREACH", "SLA_RESOLUTION_BREACH", "SLA_START_BREACH", "HTTP", "Socket", "Odoo"}
SAME = {
    "cs": {"Agent", "d", "Helpdesk", "Signing Secret", "Token"},
    "de": {"Agent", "Channel", "Channels", "Filter", "Helpdesk", "Icon", "Labels", "Name", "Signing Secret", "Status"}
    | {
        "Team",
        "Teams",
        "Test",
        "Thread",
        "Ticket",
        "Token",
        "Workspace",
        "Position",
        "optional",
        "Person",
        "Person in Slack",
        "in Slack",
        "Optional",
        "Cc",
        "Listener",
        "Scopes",
        "Tickets",
    },
    "es": {"d", "Cc", "Error", "General", "No", "Scopes", "Ticket", "Tickets", "Token"},
    "fr": {"Action", "Agent", "Cc", "Confirmation", "Contact", "Mention", "Message", "Messages", "Note", "OK"}
    | {"Position", "Source", "Test", "Ticket"}
    | {"Arguments", "Contacts", "Menu", "Scopes", "Tickets", "via Slack"},
}
#: Odoo's menus and buttons that sentences send people to: the addon that names them -> their names.
NAMED_BY = {
    "base": ("Technical", "Parameters", "System Parameters"),
    "mail": ("Incoming Mail Servers", "Reset Confirmation"),
    "web": ("New",),
}
#: How such a name stands in a sentence, so that it is no other word.
SENT_TO = r"(?:→ {0}\b|“{0}”|Press {0}:)"
#: So many show what is the matter.
ENOUGH = 10


def faults(source, words):
    """What is wrong with a translation; empty: nothing that a program can see."""
    found = []
    if not words.strip():
        return ["is empty"]
    for kind, pattern in (("placeholders", PLACEHOLDER), ("markup", MARKUP)):
        if Counter(pattern.findall(source)) != Counter(pattern.findall(words)):
            found.append(f"has other {kind}")
    if _edges(source) != _edges(words):
        found.append("begins or ends with other white space")
    return found


def is_left(source, words, language):
    """Whether a term was copied instead of translated, and has words that are not the same in that language."""
    return bare(source) == bare(words) and bare(source) not in {"", *SAME_EVERYWHERE, *SAME.get(language, ())}


def bare(text):
    """The words of a term, with a space between."""
    return BETWEEN.sub(" ", PLACEHOLDER.sub(" ", MARKUP.sub(" ", text))).strip()


def _edges(text):
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def terms(entries):
    """What makes Odoo find a term: {msgid: (where it stands, what kind of code that is)}"""
    return {entry.msgid: (sorted(name for name, _line in entry.occurrences), entry.comment) for entry in entries}


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = polib.pofile(str(I18N / f"{ADDON}.pot"))

    def test_the_template_holds_exactly_the_terms_of_today(self):
        exported = io.BytesIO()
        trans_export(None, [ADDON], exported, "po", self.env)
        # What stands in dev is not shipped.
        entries = [
            entry
            for entry in polib.pofile(exported.getvalue().decode())
            if not all(place.startswith(f"code:addons/{ADDON}/dev/") for place, _line in entry.occurrences)
        ]
        today, written = terms(entries), terms(self.template)
        self.assertEqual(sorted(today.keys() - written.keys()), [], f"not in the template: {RENEW}")
        self.assertEqual(sorted(written.keys() - today.keys()), [], f"said no more: {RENEW}")
        self.assertEqual({term for term in today if today[term] != written[term]}, set(), f"moved: {RENEW}")

    def test_the_template_says_nothing_of_when_and_where_it_was_made(self):
        self.assertFalse([name for name in self.template.metadata if name.endswith("Date")], RENEW)
        places = [name for entry in self.template for name, _line in entry.occurrences if name.startswith("code:")]
        self.assertTrue(places)
        self.assertEqual([place for place in places if not place.startswith(f"code:addons/{ADDON}/")], [])

    def test_no_term_stems_from_a_test(self):
        places = {name for entry in self.template for name, _line in entry.occurrences}
        self.assertEqual({place for place in places if f"{ADDON}/tests/" in place or f"{ADDON}/dev/" in place}, set())

    def test_every_translation_has_the_terms_of_the_template(self):
        for path in self.languages():
            with self.subTest(path.name):
                translation = polib.pofile(str(path))
                self.assertEqual(
                    terms(entry for entry in translation if not entry.obsolete), terms(self.template), RENEW
                )

    def test_every_term_is_translated_with_its_placeholders_and_tags(self):
        for path in self.languages():
            wrong = []
            for entry in polib.pofile(str(path)):
                found = ["is a guess"] if entry.fuzzy else faults(entry.msgid, entry.msgstr)
                if found:
                    wrong.append((entry.msgid[:100], *found))
            with self.subTest(path.name):
                self.assertEqual(wrong[:ENOUGH], [], f"{len(wrong)} of {len(self.template)} terms")

    def test_menus_of_odoo_are_called_as_odoo_calls_them(self):
        for path in self.languages():
            theirs = {
                name: entry.msgstr
                for addon, names in NAMED_BY.items()
                for entry in polib.pofile(file_path(f"{addon}/i18n/{path.name}"))
                for name in names
                if entry.msgid == name
            }
            wrong = [
                (entry.msgstr, name, words)
                for entry in polib.pofile(str(path))
                for name, words in theirs.items()
                if re.search(SENT_TO.format(name, name.lower()), entry.msgid)
                and words.lower() not in entry.msgstr.lower()
            ]
            with self.subTest(path.name):
                self.assertEqual(wrong, [])

    def test_no_term_was_left_as_it_was(self):
        for path in self.languages():
            left = [
                entry.msgid[:100]
                for entry in polib.pofile(str(path))
                if not entry.obsolete and is_left(entry.msgid, entry.msgstr, path.stem)
            ]
            with self.subTest(path.name):
                self.assertEqual(left, [], "translate it, or add it to SAME")

    def languages(self):
        found = sorted(I18N.glob("*.po"))
        self.assertTrue(found)
        return found

    def test_what_is_a_fault(self):
        for source, words, fault in (
            ("Sent to %s", "Odesláno: %s", ""),
            ("%(a)s of %(b)s", "%(b)s, z toho %(a)s", ""),
            ("Sent to %s", "Odesláno", "placeholders"),
            ("%(name)s left", "Odchází %(jmeno)s", "placeholders"),
            ("A <b>word</b>", "<b>Slovo</b>", ""),
            ("A <b>word</b>", "Slovo", "markup"),
            ('<i invisible="a" title="A"/>', '<i invisible="a" title="Á"/>', ""),
            ('<i invisible="a" title="A"/>', '<i invisible="á" title="Á"/>', "markup"),
            ('<t t-out="object.name"/>', '<t t-out="object.jmeno"/>', "markup"),
            ("{{ object.name }} left", "{{ object.nane }} odchází", "markup"),
            (" apart", "zvlášť", "white space"),
            ("Sent", "", "empty"),
        ):
            with self.subTest(source=source, words=words):
                self.assertIn(fault, " ".join(faults(source, words)))
                self.assertEqual(bool(fault), bool(faults(source, words)))

    def test_what_was_left_as_it_was(self):
        for source, words, language, left in (
            ("Sent to %s", "Sent to %s", "de", True),
            ("<b>Sent</b>", "<b> Sent: </b>", "de", True),
            ("Sent to %s", "Gesendet an %s", "de", False),
            ("Status", "Status", "de", False),
            ("Status", "Status", "cs", True),
            ("<strong>Slack</strong>:", "<strong>Slack</strong> :", "fr", False),
            ('<t t-out="object.name"/> %s', '<t t-out="object.name"/> %s', "fr", False),
            ("Slack", "Slack", "pt_BR", False),
        ):
            with self.subTest(source=source, words=words, language=language):
                self.assertEqual(is_left(source, words, language), left)
