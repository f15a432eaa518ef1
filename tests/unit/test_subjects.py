"""What a subject says: which tickets it names, whether it replies or forwards, what it is about."""

import time
import unittest

from tools.email import reference


class TestReferencesIn(unittest.TestCase):
    def test_which_tickets_a_subject_names(self):
        for subject, expected in (
            ("[ML-#42] Printer", [("ML", 42)]),
            ("Printer [ML-#42]", [("ML", 42)]),
            ("[ml-#42]", [("ML", 42)]),
            ("RE: AW: SV: Odp: Fwd: [ML-#42] Printer", [("ML", 42)]),
            ("[ ML - # 42 ]", [("ML", 42)]),
            ("[ML-\r\n #42]", [("ML", 42)]),
            ("[ML-\t#42]", [("ML", 42)]),
            ("xx[ML-#42]yy", [("ML", 42)]),
            ("[[ML-#42]]", [("ML", 42)]),
            ("[list] Re: [ML-#42]", [("ML", 42)]),
            ("[ML-#0042]", [("ML", 42)]),
            ("[Help-2-EU1-#42]", [("HELP-2-EU1", 42)]),
            ("[ML-#999999999]", [("ML", 999999999)]),
            # every one, in order, once
            ("[ML-#42] [OLD-#7] [ml-#42]", [("ML", 42), ("OLD", 7)]),
            # what keyboards, fonts and programs make of it
            ("［ＭＬ－＃４２］", [("ML", 42)]),
            ("【ML-#42】", [("ML", 42)]),
            ("[ML–#42]", [("ML", 42)]),
            ("[ML\u2011#42]", [("ML", 42)]),
            ("[ML-#\u200b4\u00ad2]", [("ML", 42)]),
            ("[\u202bML-#42\u202c]", [("ML", 42)]),
            ("[ML\u00a0-\u00a0#42]", [("ML", 42)]),
            ("[ML\x00-#42]", [("ML", 42)]),
            # not decoded, or not to be decoded
            ("=?utf-8?Q?Re=3A_=5BML-=2342=5D?=", [("ML", 42)]),
            ("=?utf-8?Q?Re: [ML-#42]?=", [("ML", 42)]),
            ("=?utf-8?B?[ML-#42", []),
            # none of ours
            ("[ML-#0]", []),
            ("[ML-#1234567890]", []),
            ("[ML-#4 2]", []),
            ("[ML-42]", []),
            ("[ML#42]", []),
            ("ML-#42", []),
            ("(ML-#42)", []),
            ("[4U-#42]", []),
            ("[ELEVENCHARS-#42]", []),
            ("[ML-#٤٢]", []),
            ("[ML-#42", []),
            ("", []),
            (None, []),
            (False, []),
        ):
            with self.subTest(subject):
                self.assertEqual(reference.references_in(subject), expected)

    def test_which_tickets_a_person_looks_for(self):
        for text, expected in (
            ("[ML-#42]", [("ML", 42)]),
            ("ML-#42", [("ML", 42)]),
            (" ml-#42 ", [("ML", 42)]),
            ("old-2-#42", [("OLD-2", 42)]),
            ("#42", [("", 42)]),
            ("[#42]", [("", 42)]),
            ("Re: [ML-#42] Printer [OLD-#7]", [("ML", 42), ("OLD", 7)]),
            ("42", []),
            ("#0", []),
            ("#1234567890", []),
            ("Printer #42", []),
            ("", []),
            (False, []),
        ):
            with self.subTest(text):
                self.assertEqual(reference.searched_references(text), expected)

    def test_only_known_prefixes_and_as_they_are_spelled(self):
        for prefixes, expected in (
            (["Help"], [("Help", 1)]),
            (("ml", "HELP"), [("HELP", 1), ("ml", 2)]),
            (["X"], []),
            ([], []),
        ):
            with self.subTest(prefixes):
                self.assertEqual(reference.references_in("[help-#1] [ML-#2]", prefixes), expected)

    def test_a_prefix_that_was_changed_is_remembered(self):
        for former, old, new, expected in (
            (False, "ML", "HELP", "ML"),
            ("ML", "HELP", "SUP", "ML HELP"),
            ("ML HELP", "SUP", "ml", "HELP SUP"),
            ("ML", "ml", "SUP", "ML"),
            ("ML", "HELP", "help", "ML"),
            ("ML", "HELP", False, "ML HELP"),
            ("", False, "ML", ""),
        ):
            with self.subTest((former, old, new)):
                self.assertEqual(reference.former_prefixes(former, old, new), expected)

    def test_a_subject_full_of_references_does_not_cause_as_many_searches(self):
        subject = " ".join(f"[ML-#{number}]" for number in range(1, 500))
        self.assertEqual(reference.references_in(subject), [("ML", number) for number in range(1, 11)])

    def test_ten_thousand_characters_before_it(self):
        self.assertEqual(reference.references_in("Ž " * 5_000 + "[ML-#42]"), [("ML", 42)])

    def test_hostile_subjects_take_no_time(self):
        started = time.process_time()
        for subject in (
            "[" * 100_000,
            "[ML-#" * 20_000,
            "[ " * 50_000,
            "re:" * 30_000,
            "re " * 30_000,
            "\u0301\u0323" * 50_000,  # accents in the wrong order: normalising all at once is quadratic
            "\ufdfa" * 5_000,  # one character that becomes eighteen
            "=?" * 50_000,
            "=?a?q?" * 20_000,
            "=?utf-8?b?YQ==?= " * 6_000,
            "\ud83d" * 10_000,
        ):
            with self.subTest(subject[:6]):
                self.assertEqual(reference.references_in(subject), [])
                reference.clean_subject(subject)
        self.assertLess(time.process_time() - started, 5)


class TestLead(unittest.TestCase):
    def test_the_outermost_word_decides(self):
        for subject, lead, reply, forward in (
            ("Re: Printer", "re", True, False),
            ("RE: FW: Printer", "re", True, False),
            ("FW: RE: Printer", "fw", False, True),
            ("Re[2]: Printer", "re", True, False),
            ("AW^3: Printer", "aw", True, False),
            ("SV (2): Printer", "sv", True, False),
            ("Odp.: Tiskárna", "odp", True, False),
            ("Re : Imprimante", "re", True, False),
            ("回复：打印机", "回复", True, False),
            ("转发: 打印机", "转发", False, True),
            ("WG: Drucker", "wg", False, True),
            ("TR : Imprimante", "tr", False, True),
            ("İLT: Yazıcı", "i̇lt", False, True),
            ("إعادة توجيه: طابعة", "إعادة توجيه", False, True),
            ("[EXTERNAL] Fwd: Printer", "fwd", False, True),
            ("[Ext. Sender] Fwd: Printer", "", False, False),
            ("[ML-#42] Re: Printer", "re", True, False),
            # a reply in Finnish, a forward in Danish and Norwegian
            ("VS: Tulostin", "vs", False, True),
            ("Printer", "", False, False),
            ("Rest: here", "", False, False),
            ("Printer Re: yours", "", False, False),
            ("", "", False, False),
        ):
            with self.subTest(subject):
                self.assertEqual(reference.lead_of(subject), lead)
                self.assertEqual(reference.is_reply(subject), reply)
                self.assertEqual(reference.is_forward(subject), forward)

    def test_what_a_subject_is_about(self):
        for subject, expected in (
            ("RE: AW: [ML-#42] Fwd:  Printer is\r\n on fire", "Printer is on fire"),
            ("[EXTERNAL] [Extern] Re: [ ml - #42 ] Printer", "Printer"),
            ("Printer [ML-#42] is on fire", "Printer is on fire"),
            ("Re: Re[4]: Re^2:", ""),
            ("[JIRA] (ABC-1) Printer", "[JIRA] (ABC-1) Printer"),
            ("=?utf-8?Q?Re=3A_Tisk=C3=A1rna?=", "Tiskárna"),
            ("Help: me", "Help: me"),
            (None, ""),
        ):
            with self.subTest(subject):
                self.assertEqual(reference.clean_subject(subject), expected)
