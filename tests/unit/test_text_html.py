"""Plain text reads like an email, and only its new words are shown where quotes are folded."""

import time
import unittest

from mail_builder import leaf, mail, plain, words
from payload_reader import read
from reply_shapes import OLD, SHAPES

from tools.email import text_html
from tools.slack import mrkdwn

#: (what it shows, the new words, what is folded below them)
REPLIES = (
    ("Gmail", "It works.", "On Mon, 2 Nov 2026 at 10:15, Help <s@a.example> wrote:\n\n" + OLD),
    ("Gmail, wrapped", "It works.", "On Mon, 2 Nov 2026 at 10:15, Support Team <\ns@a.example> wrote:\n" + OLD),
    ("Apple Mail", "It works.", "On 2. Nov 2026, at 10:15, Help <s@a.example> wrote:\n> \n" + OLD),
    ("iPhone", "It works.", "Sent from my iPhone\n\n> On 2 Nov 2026, at 10:15, Help <s@a.example> wrote:\n> \n" + OLD),
    ("Thunderbird, German", "Es geht.", "Am 02.11.2026 um 10:15 schrieb Support:\n" + OLD),
    ("Gmail, German", "Es geht.", "Am Mo., 2. Nov. 2026 um 10:15 Uhr schrieb Help <s@a.example>:\n\n" + OLD),
    ("Gmail, Czech", "Funguje.", "po 2. 11. 2026 v 10:15 odesílatel Help <s@a.example> napsal:\n\n" + OLD),
    ("Seznam", "Funguje.", "------ Původní e-mail ------\nOd: H <s@a.example>\nKomu: a@b.example\nDatum: 2. 11.\n"),
    ("Thunderbird, Czech", "Funguje.", "Dne 02. 11. 26 v 10:15 Support napsal(a):\n" + OLD),
    ("Gmail, French", "Ça marche.", "Le lun. 2 nov. 2026 à 10:15, Help <s@a.example> a écrit :\n\n" + OLD),
    ("Gmail, Spanish", "Funciona.", "El lun, 2 nov 2026 a las 10:15, Support (<s@a.example>) escribió:\n\n" + OLD),
    ("Gmail, Italian", "Funziona.", "Il giorno lun 2 nov 2026 alle 10:15 Help <s@a.example> ha scritto:\n\n" + OLD),
    ("Gmail, Polish", "Działa.", "pon., 2 lis 2026 o 10:15 Help <s@a.example> napisał(a):\n\n" + OLD),
    ("Gmail, Dutch", "Het werkt.", "Op ma 2 nov 2026 om 10:15 schreef Help <s@a.example>:\n\n" + OLD),
    ("Gmail, Swedish", "Det går.", "Den mån 2 nov. 2026 kl 10:15 skrev Help <s@a.example>:\n\n" + OLD),
    ("Gmail, Portuguese", "Funciona.", "Em seg., 2 de nov. de 2026 às 10:15, Help <s@a.example> escreveu:\n\n" + OLD),
    ("Gmail, Russian", "Работает.", "пн, 2 нояб. 2026 г. в 10:15, Help <s@a.example>:\n\n" + OLD),
    ("Outlook", "It works.", "-----Original Message-----\nFrom: Support\nSent: M\nTo: J\nSubject: x\n\nDear\n"),
    ("Outlook, new", "It works.", "________________\nFrom: Support\nSent: M\nTo: J\nSubject: x\n\nDear\n"),
    ("Outlook, without a line", "It works.", "From: Help <s@a.example>\nSent: M\nTo: J\nSubject: x\n\nDear\n"),
    ("Outlook, bold", "It works.", "*From:* Support\n*Sent:* Monday\n*To:* Jane\n*Subject:* x\n\nDear\n"),
    ("Outlook, German", "Es geht.", "--Ursprüngliche Nachricht--\nVon: S\nGesendet: M\nAn: J\nBetreff: x\n\nAlt\n"),
    ("Outlook, German, without a line", "Es geht.", "Von: Support\nGesendet: Montag\nAn: J\nBetreff: x\n\nAlt\n"),
    ("Outlook, Czech", "Funguje.", "Od: Support\nOdesláno: pondělí\nKomu: J\nPředmět: x\n\nStarý text\n"),
    ("Outlook, phone", "Done.", "Get Outlook for iOS\n________________\nFrom: S\nSent: M\nTo: J\nSubject: x\n\nDear\n"),
    ("no marks", "It works.", "On 2 November 2026 at 10:15, Help <s@a.example> wrote:\n\nDear Jane,\nhelp?\n"),
    ("a signature", "It works.", "-- \nJane Doe\nACME Ltd.\n+420 123"),
    ("a signature without a space", "It works.", "--\nJane Doe\nACME Ltd."),
    ("a signature and a quote", "It works.", "-- \nJane\n\nOn 2 Nov 2026 at 10:15, Help <s@a.example> wrote:\n" + OLD),
    ("a phone", "It works.", "Sent from my Samsung Galaxy smartphone."),
    ("a German phone", "Es geht.", "Von meinem iPhone gesendet"),
    ("Gmail, German, wrapped", "Es geht.", "Am So., 1. Jan. 2023 um 17:22 Uhr schrieb J <\nj@a.example>:\n" + OLD),
    ("Gmail, French, wrapped", "Ça va.", "Le lun. 15 janv. 2025 à 17:03, Anna <a@a.example> a\nécrit :\n\n" + OLD),
    ("Gmail, Dutch, wrapped", "Prima.", "Op ma 15 jan 2025 om 17:03 schreef Anna <\na@a.example>:\n\n" + OLD),
    ("Hungarian, not marked", "Jó.", "2026. jan. 5., h 14:32 időpontban Béla <b@a.example> ezt írta:\nSzia Anna\n"),
    ("Chinese, not marked", "好。", "雨州 <yu@a.example> 在 2026年2月29日 周六 19:47 写道：\n\n大家好\n"),
    ("Japanese", "了解しました。", "2025年1月15日(水) 17:03 田中 <t@a.example>:\n\n> こんにちは\n"),
    ("Korean", "감사합니다.", "2025년 1월 15일 (수) 오후 5:03, 김철수 <k@a.example>님이 작성:\n\n> 안녕\n"),
    ("Zoho", "Done.", "---- On Mon, 15 Jan 2025 17:03:00 +0100 A <a@a.example> wrote ----\n\nold\n"),
    ("Seznam, marked headers", "Funguje.", "________\n> Od: S\n> Komu: j\n> Datum: x\n> Předmět: y\n>\nstarý\n"),
    ("Tobit", "Done.", "> old\n\nOriginal Message processed by david\nFW: x\nVon A\nAn B\n\nolder\n"),
    ("two levels", "It works.", "On Mon, 2 Nov 2026, Help <s@a.example> wrote:\n> a\n>> b\n> > c\n"),
    ("quotes with empty lines", "It works.", "> a\n>\n\n> b\n\n\n> c"),
)  # fmt: skip


def shown_in_slack(text, **options):
    return mrkdwn.from_html(text_html.to_html(text, **options))


class TestQuotes(unittest.TestCase):
    def test_new_words_are_shown_and_the_rest_is_folded(self):
        for program, new, old in (*REPLIES, *SHAPES):
            for text in (f"{new}\n\n{old}", f"{new}\n{old}", f"{new}\n\nSecond line\n\n{old}".replace("\n", "\r\n")):
                with self.subTest(program, text=text[:30]):
                    html = text_html.to_html(text)
                    wanted = new if "Second" not in text else f"{new}\n\nSecond line"
                    self.assertEqual(mrkdwn.from_html(html), wanted)
                    self.assertEqual("".join(words(html).split()), "".join(text.split()), "nothing is lost")

    def test_words_below_and_between_quotes_stay(self):
        for text, expected in (
            (f"On Mon, 2 Nov 2026, Help <s@a.example> wrote:\n{OLD}\nIt works.", "It works."),
            ("> one?\nyes\n\n> two?\n\nno\n", "yes\n\nno"),
            ("Hello,\n> one?\nyes\n> two?\nno\n\nJane", "Hello,\n\nyes\n\nno\n\nJane"),
            (f"{OLD}\nIt works.\n\n-- \nJane", "It works."),
        ):
            with self.subTest(text):
                self.assertEqual(shown_in_slack(text), expected)

    def test_what_is_no_quote_stays(self):
        for text in (
            "The manual wrote: press the button.\n\nI did.",
            "He wrote:\n\nthe printer is on fire.",
            "From: Prague\nTo: Brno\n\nI need a van.",
            "From my desk: nothing works.\nDate: today\n",
            "Subject: x\nDate: y\nTo: z",
            "Hello,\n\nFrom: Prague\nTo: Brno\nDate: 3 November\n\nI need a van.",
            "Hello,\n\nTo: Brno\nDate: 3 November\nFrom: Prague\nSubject: a van",
            "Hello,\n\nName: Jane\nFrom: jane@x.example\nSubject: a van\nMessage: it is late",
            "The original\n-- is here",
            "a -- b\n--- c ---\n-----\nd",
            "--\n" + "a long list\n" * 20,
            "5 > 4\n a > b",
            ">From now on it is broken",
            "On 2 November 2026 it broke.\nWe wrote: help",
            "Original message: none",
            "sent from here to there\n\nand back",
            "Here it is\n\nSent from my desk, is much easier than my phone.",
            "The parcel is missing.\nSent from the Prague branch on Monday.",
            "Balík nedorazil.\nOdesláno z pobočky Brno 5. listopadu",
            "Das Paket fehlt.\nGesendet mit DHL am Montag",
            "Paketti puuttuu.\nLähetetty maanantaina",
            "Посылка не пришла.\nОтправлено с опозданием",
            "Il pacco manca.\nInviato da Roma ieri",
            "Le colis manque.\nEnvoyé de Paris lundi",
            "Two problems:\n--\nThe printer burns.\n--\nThe telephone rings.",
            "> only a quote",
            "-- \nonly a signature",
            "On Mon, 2 Nov 2026, Help <s@a.example> wrote:\n" + OLD,
        ):
            with self.subTest(text):
                self.assertNotIn("data-o-mail-quote", text_html.to_html(text))

    def test_a_forwarded_email_is_no_quote(self):
        for text in (
            "pls\n\n> Begin forwarded message:\n> \n> From: Cora <cora@cust.example>\n> Subject: pump\n> \n> it leaks",
            "pls\n\n----- Forwarded message -----\nFrom: C <c@c.example>\nDate: x\nSubject: y\nTo: z\n\nit leaks",
            "pls\n\n-------- Weitergeleitete Nachricht --------\nBetreff: x\nDatum: y\nVon: z\nAn: a\n\nit leaks",
            "pls\n\nZačátek přeposílané zprávy:\n\nOd: C <c@c.example>\nPředmět: x\nDatum: y\n\nit leaks",
            "pls\n\n-------- Message transféré --------\nSujet : x\nDate : y\nDe : z\nPour : a\n\nit leaks",
        ):  # fmt: skip
            with self.subTest(text[:40]):
                self.assertIn("it leaks", shown_in_slack(text))
        outlook = "pls\n\nFrom: Cora <c@c.example>\nSent: x\nTo: y\nSubject: z\n\nit leaks"
        self.assertIn("it leaks", shown_in_slack(outlook, is_forward=True))
        self.assertEqual(shown_in_slack(outlook), "pls")
        self.assertIn(
            "it leaks", mrkdwn.from_html(read(mail(plain(outlook)).replace(b"Subject: x", b"Subject: FW: x")).body)
        )

    def test_an_email_that_answers_none_has_no_history(self):
        form = "New on the site:\n\nFrom: Jane <j@x.example>\nSubject: Printer\nDate: 2 Nov 2026\n\nit leaks"
        pasted = "See below.\n\n-----Original Message-----\nFrom: Jane <j@x.example>\nSent: x\nTo: y\n\nit leaks"
        for text in (form, pasted):
            for headers, subject, is_shown in (
                ((), "x", True),
                ((), "Fwd: x", True),
                ((), "Re: x", False),
                ((), "AW: x", False),
                ((), "x [ML-#42]", False),
                (("In-Reply-To: <1@acme.example>",), "x", False),
                (("References: <1@acme.example>",), "x", False),
            ):
                with self.subTest(text[:10], headers=headers, subject=subject):
                    raw = mail(plain(text), *headers).replace(b"Subject: x", f"Subject: {subject}".encode())
                    self.assertEqual("it leaks" in mrkdwn.from_html(read(raw).body), is_shown)


class TestText(unittest.TestCase):
    def test_paragraphs_and_line_breaks(self):
        for text, html in (
            ("a", "<p>a</p>"),
            ("a\nb", "<p>a<br>b</p>"),
            ("a\r\nb\rc", "<p>a<br>b<br>c</p>"),
            ("a\n\nb", "<p>a</p><p>b</p>"),
            ("a\n \n\t\n\nb\n\n\n", "<p>a</p><p>b</p>"),
            ("\n\na", "<p>a</p>"),
            ("<b> & \"x\" 'y'", "<p>&lt;b&gt; &amp; \"x\" 'y'</p>"),
            ("a  b", "<p>a\xa0 b</p>"),
            ("  a", "<p>\xa0\xa0a</p>"),
            ("a\tb", "<p>a\xa0\xa0\xa0 b</p>"),
            ("a\x00b\x0bc", "<p>abc</p>"),
            ("a\u2028b", "<p>a<br>b</p>"),
            ("", ""),
            (" \r\n\t ", ""),
            ("x" * 1_000, f"<p>{'x' * 1_000}</p>"),
        ):
            with self.subTest(text[:20]):
                self.assertEqual(text_html.to_html(text), html)
                self.assertNotIn("<pre", text_html.to_html(text))

    def test_flowed_text_is_joined(self):
        for text, deletes_space, expected in (
            ("one \ntwo \nthree\nfour", False, ["one two three", "four"]),
            ("one \ntwo", True, ["onetwo"]),
            ("one\ntwo", False, ["one", "two"]),
            (" stuffed\n  two", False, ["stuffed", " two"]),
            (" From me", False, ["From me"]),
            ("> quoted \n> text\nnew", False, ["> quoted text", "new"]),
            ("> quoted \nnew", False, ["> quoted ", "new"]),
            (">> deep \n>> text \n> less", False, [">> deep text ", "> less"]),
            ("text \n-- \nJane \nDoe", False, ["text ", "-- ", "Jane Doe"]),
            ("a \n\nb", False, ["a ", "b"]),
            ("end ", False, ["end "]),
            ("", False, [""]),
        ):
            with self.subTest(text):
                self.assertEqual(text_html.unflowed(text.split("\n"), deletes_space), expected)

    def test_only_flowed_text_is_joined(self):
        for parameters, expected in (
            ("; format=flowed", "<p>one two</p>"),
            ("; format=Flowed; delsp=no", "<p>one two</p>"),
            ('; format="flowed"; DelSp=yes', "<p>onetwo</p>"),
            ("; format=fixed", "<p>one<br>two</p>"),
            ("", "<p>one<br>two</p>"),
        ):
            with self.subTest(parameters):
                self.assertEqual(
                    read(mail(leaf(f"text/plain; charset=utf-8{parameters}", b"one \r\ntwo"))).body, expected
                )

    def test_hostile_text_takes_no_time(self):
        for unit in (
            "> x\n",
            "> x\ny\n",
            "On a wrote:\n",
            "From: a\n",
            "-- \n",
            "a@b:\n> x\n",
            "on " * 100,
            "-" * 400 + "\n",
        ):
            text = unit * (200_000 // len(unit))
            began = time.process_time()
            text_html.to_html(text)
            with self.subTest(unit[:20]):
                self.assertLess(time.process_time() - began, 2)
