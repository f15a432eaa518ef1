"""What is sent to an IMAP server is what was meant."""

import email
import email.policy
import unittest

from tools.inbound import imap_syntax


class TestMailboxNames(unittest.TestCase):
    def test_the_name_in_a_line_of_a_list_response(self):
        for line, expected in (
            (b'(\\HasNoChildren) "/" INBOX', "INBOX"),
            (b'(\\HasNoChildren \\Trash) "." "Gr&APYA3w-e Post"', "Größe Post"),
            (b'() NIL "a \\"quoted\\" one"', 'a "quoted" one'),
            ((b'(\\Marked) "/" {5}', b"Liter"), "Liter"),
            (b"nonsense", "nonsense"),
        ):
            with self.subTest(line):
                self.assertEqual(imap_syntax.listed(line), expected)

    def test_modified_utf_7(self):
        for name, encoded in (
            ("INBOX", "INBOX"),
            ("My Folder/Sub.Folder", "My Folder/Sub.Folder"),
            ("R&D", "R&-D"),
            ("&", "&-"),
            ("Größe", "Gr&APYA3w-e"),
            ("Příchozí pošta", "P&AVkA7Q-choz&AO0- po&AWE-ta"),
            ("台北/日本語", "&U,BTFw-/&ZeVnLIqe-"),  # the examples of RFC 3501 section 5.1.3
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("emoji 😀", "emoji &2D3eAA-"),
            ("tab\there", "tab&AAk-here"),
            ("", ""),
        ):
            with self.subTest(name):
                self.assertEqual(imap_syntax.encode(name), encoded)
                self.assertEqual(imap_syntax.decode(encoded), name)
                self.assertEqual(imap_syntax.decode(encoded.encode()), name)

    def test_what_is_no_modified_utf_7_stays(self):
        for name in ("R&D", "&AAAAAA", "&A-", "&2D0-", "Größe", "a&!-b"):
            with self.subTest(name):
                self.assertEqual(imap_syntax.decode(name), name)
        self.assertEqual(imap_syntax.decode("Größe".encode()), "Größe")
        self.assertEqual(imap_syntax.decode(b"\xff"), "\ufffd")
        self.assertEqual(imap_syntax.encode("\ud83d"), "&2D0-")

    def test_quoting(self):
        for text, expected in (
            ("INBOX", '"INBOX"'),
            ("My Folder", '"My Folder"'),
            ('say "hi" \\ there', '"say \\"hi\\" \\\\ there"'),
            ("", '""'),
            ("two\r\nA1 DELETE INBOX", None),
            ("nul\x00", None),
            ("Größe", None),
        ):
            with self.subTest(text):
                self.assertEqual(imap_syntax.quote(text), expected)

    def test_a_mailbox_is_always_one_word_of_a_command(self):
        for name, expected in (
            ("Größe & Co", '"Gr&APYA3w-e &- Co"'),
            ("a\r\nb", '"a&AA0ACg-b"'),
            ('"', '"\\""'),
        ):
            with self.subTest(name):
                self.assertEqual(imap_syntax.mailbox(name), expected)


class TestKeywords(unittest.TestCase):
    def test_what_is_a_keyword(self):
        for text, expected in (
            ("X-HELPDESK", True),
            ("$Forwarded", True),
            ("a.b_c[1", True),
            ("x" * 50, True),
            ("x" * 51, False),
            ("\\Seen", False),
            ("two words", False),
            ("a)b", False),
            ("a]b", False),
            ("a%b", False),
            ('a"b', False),
            ("š", False),
            ("a\r\n", False),
            ("", False),
            (None, False),
        ):
            with self.subTest(text):
                self.assertEqual(imap_syntax.is_keyword(text), expected)

    def test_whether_a_folder_keeps_it(self):
        for flags, expected in (
            (b"(\\Answered \\Seen \\*)", True),
            ("(\\Answered X-Helpdesk)", True),
            (b"(\\Answered \\Seen)", False),
            (b"()", False),
            (b"", False),
            (None, False),
            (b"\xff", False),
        ):
            with self.subTest(flags):
                self.assertEqual(imap_syntax.allows_keyword(flags, "X-HELPDESK"), expected)
        self.assertFalse(imap_syntax.allows_keyword(b"(\\*)", "two words"))


class TestRecipients(unittest.TestCase):
    def test_the_search_for_a_recipient(self):
        self.assertEqual(
            " ".join(imap_syntax.search_recipient("Support <Support@Example.com>")),
            'OR TO "support@example.com" OR CC "support@example.com" OR HEADER Delivered-To "support@example.com"'
            ' HEADER X-Original-To "support@example.com"',
        )

    def test_addresses_that_a_server_cannot_be_asked_for(self):
        for address in ("support@žluť.example", "žofie@x.example", "nobody", "a@x.example, b@x.example", "", None):
            with self.subTest(address):
                self.assertIsNone(imap_syntax.search_recipient(address))

    def test_nothing_breaks_out_of_the_search(self):
        criteria = imap_syntax.search_recipient('"a\\"b"@x.example')
        self.assertTrue(criteria is None or all(word.count('"') % 2 == 0 for word in criteria))

    def test_whom_an_email_is_for(self):
        for headers, address, expected in (
            ("To: Support <support@example.com>", "Support@Example.com", True),
            ("To: a@x.example\nCc: b@x.example, support@example.com", "support@example.com", True),
            ("To: Team: support@example.com;", "support@example.com", True),
            ("To: undisclosed-recipients:;\nDelivered-To: support@example.com", "support@example.com", True),
            ("To: a@x.example\nX-Original-To: support@example.com", "support@example.com", True),
            ("Delivered-To: a@x.example\nDelivered-To: support@example.com", "support@example.com", True),
            ("To: =?utf-8?Q?S=C3=BCpport?= <support@example.com>", "support@example.com", True),
            ("To:\n very long <support@example.com>", "support@example.com", True),
            ("To: a@xn--lu-yta1h.example", "a@žluť.example", True),
            ("To: support+eu@example.com", "support@example.com", False),
            ("To: support@example.com", "support+eu@example.com", False),
            ("To: support@example.com.evil.example", "support@example.com", False),
            ("To: xsupport@example.com", "support@example.com", False),
            ('To: "support@example.com" <a@x.example>', "support@example.com", False),
            ("From: support@example.com\nReply-To: support@example.com", "support@example.com", False),
            ("To: support@example.com", "", False),
        ):
            with self.subTest(headers):
                message = email.message_from_string(f"{headers}\n\n", policy=email.policy.SMTP)
                self.assertEqual(imap_syntax.is_for(message, address), expected)


class TestFetched(unittest.TestCase):
    def test_the_uid_stands_before_or_behind_the_literal(self):
        parts = [(b"1 (UID 7 BODY[] {2}", b"ab"), b")", (b"2 (BODY[] {2}", b"cd"), b" UID 9)"]
        self.assertEqual(imap_syntax.fetched(parts), {7: b"ab", 9: b"cd"})

    def test_a_server_may_forget_the_uid(self):
        self.assertEqual(imap_syntax.fetched([(b"1 (BODY[] {2}", b"ab"), b")"]), {None: b"ab"})

    def test_an_email_that_is_gone_is_not_there(self):
        self.assertEqual(imap_syntax.fetched([None]), {})

    def test_news_about_flags_are_no_email(self):
        parts = [rb"4 (UID 8 FLAGS (\Seen))", (b"1 (UID 7 BODY[] {2}", b"ab"), b")", rb"3 (UID 9 FLAGS ())"]
        self.assertEqual(imap_syntax.fetched(parts), {7: b"ab"})


class TestSizes(unittest.TestCase):
    def test_the_sizes_in_a_fetch_response(self):
        for parts, expected in (
            ([b"1 (UID 7 RFC822.SIZE 4711)", b"2 (RFC822.SIZE 12 UID 8)"], {7: 4711, 8: 12}),
            ([b"1 (UID 7 FLAGS (\\Seen) RFC822.SIZE 0)"], {7: 0}),
            ([b"1 (UID 7)", b"2 (RFC822.SIZE 12)", b"nonsense", None], {}),
            ([(b"1 (UID 7 BODY[] {3}", b"abc"), b")"], {}),
            ([b"3 (UID 9 FLAGS ())", b"1 (UID 7 RFC822.SIZE 99999999999)"], {7: 99999999999}),
        ):
            with self.subTest(parts):
                self.assertEqual(imap_syntax.sizes(parts), expected)
