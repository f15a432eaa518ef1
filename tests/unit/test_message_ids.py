"""Which emails an email refers to, however its program writes References."""

import time
import unittest

from tools.email import message_ids

OURS = "<776660375916717.1795916706.757527112960815-openerp-293-helpdesk.ticket@vm>"
BARE = OURS[1:-1]


class TestFoundIn(unittest.TestCase):
    def test_every_shape(self):
        for value, expected in (
            (OURS, [OURS]),
            (BARE, [OURS]),
            (f"<a@x.example> {OURS} <b@x.example>", ["<a@x.example>", OURS, "<b@x.example>"]),
            (f"<a@x.example>,{OURS},<b@x.example>", ["<a@x.example>", OURS, "<b@x.example>"]),
            (f"a@x.example, {BARE}, b@x.example", ["<a@x.example>", OURS, "<b@x.example>"]),
            (f"<a@x.example>;{OURS}", ["<a@x.example>", OURS]),
            (f"<a@x.example>{OURS}<b@x.example>", ["<a@x.example>", OURS, "<b@x.example>"]),
            # folded between ids, and in the middle of one
            (f"<a@x.example>\r\n\t{OURS}\r\n <b@x.example>", ["<a@x.example>", OURS, "<b@x.example>"]),
            (OURS.replace("-openerp", "\r\n -openerp"), [OURS]),
            (OURS.replace("ticket@", "ticket \t @"), [OURS]),
            # a bracket too much or too little
            (f"<{OURS}>", [OURS]),
            (f"<{BARE}", [OURS]),
            (f"{BARE}>", [OURS]),
            (f"<a@x.example {OURS}", ["<a@x.example>", OURS]),
            # quotes, comments and phrases of RFC 822
            (f'"{OURS}"', [OURS]),
            (f"'{BARE}'", [OURS]),
            (f'Your message of "Tue, 3 Nov 2026 10:00:00 +0100" {OURS}', [OURS]),
            (f"Message from Jane of Tuesday. {OURS} (see there)", [OURS]),
            (f"{OURS} (Jane's message of Monday)", [OURS]),
            (f"Re: [ML-#42] ??? --- {OURS}", [OURS]),
            # encoded and escaped
            (f"=?utf-8?Q?=3C{BARE}=3E?=", [OURS]),
            ("=?us-ascii?Q?=3Ca=40x=2Eexample=3E=20?= =?us-ascii?Q?=3Cb=40x=3E?=", ["<a@x.example>", "<b@x>"]),
            (f"&lt;{BARE}&gt;", [OURS]),
            (f"&amp;lt;{BARE}&AMP;GT;", [OURS]),
            (f"mid:{BARE}", [OURS]),
            (f"<mid:{BARE}>", [OURS]),
            # other brackets, other quote marks, and what nobody sees
            (f"[{OURS}]", [OURS]),
            (f"[{BARE}]", [OURS]),
            (f"{{{BARE}}}", [OURS]),
            (f"“{BARE}”", [OURS]),
            (f"«{BARE}»", [OURS]),
            (f"`{BARE}`", [OURS]),
            (f"{BARE}\u200b", [OURS]),
            (f"＜{BARE}＞", [OURS]),
            (f"&#60;{BARE}&#62;", [OURS]),
            (f"=3C{BARE}=3E", [OURS]),
            (f"%3C{BARE}%3E", [OURS]),
            (f"<a=3Cb@x.example> {OURS}", ["<a=3Cb@x.example>", OURS]),
            # once, and what is none
            (f"{OURS} {BARE} {OURS}", [OURS]),
            ("<a@[192.0.2.1]>", ["<a@[192.0.2.1]>"]),
            ("<without-at>", ["<without-at>"]),
            ("", []),
            (None, []),
            ("<> < > <@ ,;() '' nothing here @ x@ @y", []),
            (f"<{'x' * 600}@y> {OURS}", [OURS]),
        ):
            with self.subTest(value):
                self.assertEqual(message_ids.found_in(value), expected)

    def test_of_several_headers(self):
        self.assertEqual(message_ids.found_in("<a@x> <b@x>", None, "<b@x>,<c@x>"), ["<a@x>", "<b@x>", "<c@x>"])

    def test_hostile_headers_take_linear_time(self):
        for piece in ("<a@x>", "<", ">", "a", "a@", "@", '"', "(", "=?utf-8?Q?", "&lt;", "<a ", " "):
            with self.subTest(piece):
                begun = time.process_time()
                message_ids.found_in(piece * (400_000 // len(piece)))
                self.assertLess(time.process_time() - begun, 5)


class TestToLookUp(unittest.TestCase):
    def test_the_most_direct_comes_first(self):
        self.assertEqual(message_ids.to_look_up(["<a@x>"], ["<b@x>", "<a@x>", "<c@x>"]), ["<a@x>", "<c@x>", "<b@x>"])
        self.assertEqual(message_ids.to_look_up([], ["<a@x>", "<b@x>"]), ["<b@x>", "<a@x>"])
        self.assertEqual(message_ids.to_look_up([], []), [])

    def test_ours_is_kept_anywhere_among_thousands(self):
        others = [f"<{number}@x.example>" for number in range(10_000)]
        for place in (0, 19, 25, 5_000, 9_900, 10_000):
            with self.subTest(place):
                found = message_ids.to_look_up([], [*others[:place], OURS, *others[place:]])
                self.assertIn(OURS, found)
                self.assertLess(len(found), 200)

    def test_their_number_is_bounded(self):
        made = [OURS.replace("293", str(number)) for number in range(10_000)]
        self.assertLessEqual(len(message_ids.to_look_up(made, made)), 500)
