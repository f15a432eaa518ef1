"""What a customer's mail program makes of our emails."""

import base64
import unittest
from datetime import datetime

from tools.outbound import email_threading

NOW = datetime(2026, 11, 23, 10, 0)


class TestSubject(unittest.TestCase):
    def test_the_reference_stands_in_front_of_what_it_is_about(self):
        for about, expected in (
            ("Printer on fire", "Re: [ML-#42] Printer on fire"),
            ("AW: Re: Printer on fire", "Re: [ML-#42] Printer on fire"),
            ("Re: [ML-#42] Printer on fire", "Re: [ML-#42] Printer on fire"),
            ("[EXTERNAL] Odp: Hoří tiskárna", "Re: [ML-#42] Hoří tiskárna"),
            ("", "Re: [ML-#42]"),
        ):
            with self.subTest(about):
                self.assertEqual(email_threading.subject("[ML-#42]", about), expected)

    def test_what_answers_nothing_says_no_re(self):
        self.assertEqual(email_threading.subject("[ML-#42]", "Your order", is_reply=False), "[ML-#42] Your order")

    def test_a_subject_is_one_line(self):
        self.assertEqual(
            email_threading.subject("[ML-#42]", "Fire\r\nBcc: eve@evil.example"),
            "Re: [ML-#42] Fire Bcc: eve@evil.example",
        )
        self.assertEqual(email_threading.one_line("a\x0bb\u2028c\x85d"), "a b c d")

    def test_a_subject_is_not_endless(self):
        self.assertEqual(len(email_threading.subject("[ML-#42]", "long " * 1000)), email_threading.MAX_SUBJECT)

    def test_a_subject_that_an_agent_wrote_gets_the_reference_once(self):
        for written, expected in (
            ("Re: [ML-#42] Printer", "Re: [ML-#42] Printer"),
            ("Re: [ml-#42] Printer", "Re: [ml-#42] Printer"),
            ("Re: Printer", "Re: [ML-#42] Printer"),
            ("Good news", "[ML-#42] Good news"),
            ("HT00001 - Printer", "[ML-#42] HT00001 - Printer"),
        ):
            with self.subTest(written):
                self.assertEqual(email_threading.with_reference(written, "[ML-#42]"), expected)


class TestThreaded(unittest.TestCase):
    def test_the_answered_email_comes_last_and_is_named_twice(self):
        self.assertEqual(
            email_threading.reply_headers(["<a@x>", "<b@x>", "<c@x>"], "<b@x>"), ("<b@x>", "<a@x> <c@x> <b@x>")
        )

    def test_without_an_answered_email_the_last_one_is(self):
        self.assertEqual(email_threading.reply_headers(["<a@x>", "<b@x>"]), ("<b@x>", "<a@x> <b@x>"))

    def test_the_first_email_is_never_forgotten(self):
        _reply, references = email_threading.reply_headers([f"<{number}@x>" for number in range(100)])
        self.assertEqual(references.split()[0], "<0@x>")
        self.assertEqual(references.split()[-1], "<99@x>")
        self.assertEqual(len(references.split()), 11)

    def test_what_is_no_message_id_is_left_out(self):
        for odd in ("", None, "no brackets", "<two words>", "<a@x>\r\nBcc: <e@x>", "<" + "a" * 600 + "@x>"):
            with self.subTest(odd):
                self.assertEqual(email_threading.reply_headers([odd, "<a@x>"], odd), ("<a@x>", "<a@x>"))
        self.assertEqual(email_threading.reply_headers([]), ("", ""))


class TestConversationIndex(unittest.TestCase):
    PARENT = base64.b64encode(b"\x01" + bytes(range(1, 22))).decode()

    def test_an_answer_has_five_bytes_more_than_its_parent(self):
        index = base64.b64decode(email_threading.next_index(self.PARENT, "", NOW, NOW))
        self.assertEqual(len(index), 27)
        self.assertEqual(index[:22], base64.b64decode(self.PARENT))

    def test_automatic_emails_of_one_ticket_share_what_begins_a_conversation(self):
        one, two, other = (
            base64.b64decode(email_threading.next_index("", seed, NOW, NOW.replace(minute=minute)))
            for seed, minute in (("a", 1), ("a", 2), ("b", 1))
        )
        self.assertEqual(one[:22], two[:22])
        self.assertNotEqual(one[22:], two[22:])
        self.assertNotEqual(one[:22], other[:22])

    def test_the_time_is_the_one_that_windows_would_write(self):
        # FILETIME of 2026-11-23 10:00 UTC is 0x01DD7A8A…: its first byte is the reserved 1.
        head = base64.b64decode(email_threading.next_index("", "a", NOW, NOW))[:6]
        ticks = int.from_bytes(head + b"\0\0", "big")
        self.assertLess(abs(ticks / 10_000_000 - (NOW - datetime(1601, 1, 1)).total_seconds()), 0.01)
        self.assertEqual(head[0], 1)

    def test_what_is_no_index_counts_as_none(self):
        for odd in ("", None, "?", "AQID", "ž", base64.b64encode(b"\1" * 24).decode(), "A" * 5000):
            with self.subTest(odd):
                self.assertEqual(email_threading.conversation_index(odd), "")

    def test_an_endless_conversation_stops_growing(self):
        index = self.PARENT
        for _answer in range(100):
            index = email_threading.next_index(index, "", NOW, NOW)
        self.assertEqual(len(base64.b64decode(index)), email_threading.MAX_INDEX)
        self.assertEqual(email_threading.conversation_index(index), index)

    def test_centuries_later_is_told_as_well(self):
        later = email_threading.next_index(self.PARENT, "", NOW, datetime(2500, 1, 1))
        self.assertTrue(base64.b64decode(later)[22] & 0x80)


class TestLanguage(unittest.TestCase):
    def test_the_first_language_that_we_speak(self):
        installed = ["en_US", "cs_CZ", "pt", "pt_BR"]
        for headers, expected in (
            (["cs-CZ"], "cs_CZ"),
            (["cs"], "cs_CZ"),
            (["en-GB"], "en_US"),
            (["pt-BR"], "pt_BR"),
            (["", "de, cs-CZ;q=0.8, en;q=0.5"], "cs_CZ"),
            (["de"], ""),
            (["", "*"], ""),
            ([", ,;q=1", None], ""),
        ):
            with self.subTest(headers):
                self.assertEqual(email_threading.language(headers, installed), expected)


class TestWords(unittest.TestCase):
    def test_who_writes(self):
        for person, team, expected in (
            ("Anna Agent", "Acme Support", "Anna Agent – Acme Support"),
            ("Anna Agent", "", "Anna Agent"),
            ("", "Acme Support", "Acme Support"),
            ("Acme", "Acme", "Acme"),
            ("Anna\r\nBcc: x", "", "Anna Bcc: x"),
        ):
            with self.subTest(expected):
                self.assertEqual(email_threading.sender_name(person, team), expected)

    def test_a_quotation_is_data(self):
        quotation = email_threading.quoted("<script>alert(1)</script>\n{{ object.id }}", "Eve <b> wrote:")
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;<br/>{{ object.id }}", quotation)
        self.assertIn("Eve &lt;b&gt; wrote:", quotation)
        self.assertNotIn("<script", quotation)

    def test_nothing_is_quoted_where_nothing_was_said(self):
        self.assertEqual(email_threading.quoted(" \n", "Eve wrote:"), "")
        self.assertEqual(email_threading.quoted(None, "Eve wrote:"), "")

    def test_a_long_email_is_cut(self):
        quotation = email_threading.quoted("a" * 20_000, "")
        self.assertLess(len(quotation), 11_000)
        self.assertIn("…", quotation)
