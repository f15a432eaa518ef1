"""What a ticket shows of emails of all shapes: body and files."""

import base64
import binascii
import unittest

import lxml.html
from mail_builder import attached, file, leaf, mail, multi, page, plain, words
from payload_reader import read

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgAAACAAAB4iG8MwAAAABJRU5ErkJggg==")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n"
BLANKS = ("", "   \r\n\r\n", "<html><body></body></html>", "<p>&nbsp;</p>", "<br><br>", "<!-- x -->", "&#8203;&zwnj;")
OFFER = (
    b"From: Vendor <vendor@vendor.example>\r\nSubject:Offer 77\r\nX-Odd:\t\xe9\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/alternative; boundary=in1\r\n\r\n--in1\r\nContent-Type: text/plain\r\n\r\nVENDOR a\r\n"
    b"--in1\r\nContent-Type: text/html\r\n\r\n<p>VENDOR html</p>\r\n--in1--\r\nepilogue\r\n"
)


def names(payload):
    return [one.name for one in payload.files]


def contents(payload):
    return [bytes(one.content) for one in payload.files]


class TestAttachedEmails(unittest.TestCase):
    def test_words_beside_an_attached_email_are_the_customers_and_it_stays_one_file(self):
        own = plain("MY OWN")
        both = multi("alternative", own, page("<p>MY OWN</p>"))
        named = 'Content-Disposition: attachment; filename="o.eml"'
        for case, part in (
            ("without a name", multi("mixed", own, attached(OFFER))),
            ("with a name", multi("mixed", own, attached(OFFER, named))),
            ("before the words", multi("mixed", attached(OFFER, named), own)),
            ("beside HTML", multi("mixed", page("<p>MY OWN"), attached(OFFER, named))),
            ("beside an alternative", multi("mixed", both, attached(OFFER))),
            ("inline", multi("mixed", both, attached(OFFER, "Content-Disposition: inline"))),
            ("in base64", multi("mixed", own, attached(OFFER, named, encoding="base64"))),
            ("in quoted-printable", multi("mixed", own, attached(OFFER, encoding="quoted-printable"))),
            ("as octets", multi("mixed", own, file("o.eml", OFFER))),
            ("as octets without encoding", multi("mixed", own, file("o.eml", OFFER, encoding="8bit"))),
            ("as plain text", multi("mixed", own, file("o.eml", OFFER, "text/plain", encoding="8bit"))),
            ("in capitals", multi("mixed", own, attached(OFFER, kind="MESSAGE/RFC822"))),
            ("with an international address", multi("mixed", own, attached(OFFER, kind="message/global"))),
            ("in a digest", multi("mixed", own, multi("digest", b"\r\n" + OFFER))),
            ("in a related part", multi("mixed", multi("related", own, attached(OFFER)))),
            ("in an alternative", multi("alternative", own, attached(OFFER))),
            ("in a report", multi("report", own, attached(OFFER))),
            ("in a signed part", multi("signed", multi("mixed", own, attached(OFFER)), file("s.p7s", b"x"))),
        ):
            with self.subTest(case):
                found = read(mail(part))
                self.assertEqual(words(found.body), "MY OWN")
                self.assertEqual(contents(found)[0], OFFER)
                self.assertTrue(names(found)[0].endswith(".eml"), names(found))

    def test_an_attached_email_is_named_by_its_subject(self):
        found = read(mail(multi("mixed", plain("x"), attached(OFFER), attached(b"\r\nno subject\r\n"))))
        self.assertEqual(names(found), ["Offer 77.eml", "message.eml"])
        self.assertEqual(contents(found), [OFFER, b"\r\nno subject\r\n"])

    def test_several_in_one_another_are_one_file(self):
        outer = mail(multi("mixed", plain("outer"), attached(OFFER), attached(OFFER)))
        found = read(mail(multi("mixed", plain("own"), attached(outer), attached(OFFER), plain("footer"))))
        self.assertEqual(contents(found), [outer, OFFER])
        self.assertEqual(words(found.body), "own footer")

    def test_a_whole_email_that_is_another_one(self):
        found = read(mail(attached(OFFER)))
        self.assertEqual((found.body, contents(found)), ("", [OFFER]))

    def test_reports_of_delivery_are_files(self):
        report = b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nStatus: 5.1.1\r\n"
        found = read(mail(multi("report", plain("not delivered"), attached(report, kind="message/delivery-status"))))
        self.assertEqual((words(found.body), contents(found)), ("not delivered", [report]))
        self.assertEqual(names(found), ["delivery-status.txt"])


class TestTexts(unittest.TestCase):
    def test_every_text_is_shown_in_its_order(self):
        both = lambda text: multi("alternative", plain(f"not {text}"), page(f"<p>{text}</p>"))  # noqa: E731
        photo = file("p.png", PNG, "image/png")
        for case, part, expected in (
            ("plain before an alternative", multi("mixed", plain("CAUTION"), both("body")), "CAUTION body"),
            ("plain after an alternative", multi("mixed", both("body"), plain("footer")), "body footer"),
            ("HTML after plain", multi("mixed", plain("one"), page("<p>two")), "one two"),
            ("text behind a photo", multi("mixed", plain("one"), photo, plain("two")), "one two"),
            ("HTML behind a photo", multi("mixed", page("<p>one"), photo, page("<p>two")), "one two"),
            ("several alternatives", multi("mixed", both("one"), both("two"), both("three")), "one two three"),
            ("a footer in a nested part", multi("mixed", multi("mixed", both("one")), plain("footer")), "one footer"),
            ("within a related part", multi("related", both("one"), photo), "one"),
            (
                "an alternative with a part of several",
                multi("alternative", plain("no"), multi("mixed", page("<p>one"), photo, page("<p>two"))),
                "one two",
            ),
            (
                "a footer in the alternative",
                multi("alternative", plain("no"), page("one"), plain("footer")),
                "one footer",
            ),
            ("one text in a part of one", multi("mixed", multi("mixed", multi("mixed", plain("one")))), "one"),
            ("HTML first", multi("alternative", page("<p>html"), plain("plain")), "html"),
            ("only plain", multi("alternative", plain("plain")), "plain"),
            ("three plain texts", multi("mixed", plain("a"), plain("b"), plain("c")), "a b c"),
            ("inline", multi("mixed", plain("a", "Content-Disposition: inline"), plain("b")), "a b"),
            ("signed", multi("signed", multi("mixed", both("a"), plain("b")), file("s.p7s", b"x")), "a b"),
            ("an unknown multipart", multi("x-thing", plain("a"), plain("b")), "a b"),
            ("tables that are not closed", multi("mixed", page("<table><tr><td>a"), plain("b")), "a b"),
        ):
            with self.subTest(case):
                self.assertEqual(words(read(mail(part)).body), expected)

    def test_no_text_ends_up_within_another(self):
        for html in (
            "<table><tr><td>a",
            "<div class=gmail_quote>a",
            "<blockquote><ul><li><b>a",
            "a</div></div></table>",
            "<html><head><title>t</title><style>p {}</style></head><body class=x><p>a",
            "<!DOCTYPE html><html><body>a</body></html>",
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>a</body></html>',
            "<body>a</body><body></body>",
            "<p>a<!-- never closed",
            "<textarea>a",
        ):
            with self.subTest(html):
                body = read(mail(multi("mixed", page(html), plain("footer")))).body
                tree = lxml.html.fragment_fromstring(body, create_parent="div")
                first, footer = tree
                self.assertIn("a", first.text_content())
                self.assertEqual(footer.text_content(), "footer")

    def test_blank_html_never_hides_plain_text(self):
        for blank in BLANKS:
            for part in (
                multi("alternative", plain("REAL"), page(blank)),
                multi("alternative", page(blank), plain("REAL")),
                multi("alternative", plain("REAL"), multi("related", page(blank), file("p.png", PNG, "image/png"))),
            ):
                with self.subTest(blank=blank):
                    self.assertEqual(words(read(mail(part)).body), "REAL")

    def test_html_with_only_a_picture_hides_no_words_and_is_shown(self):
        image = leaf("image/png", PNG, "Content-ID: <a@b>", encoding="base64")
        html = multi("related", page('<img src="cid:a@b">'), image)
        found = read(mail(multi("alternative", plain("REAL"), html)))
        self.assertEqual(words(found.body), "REAL")
        self.assertIn('src="cid:a@b"', found.body)

    def test_html_without_a_head_that_ends_has_words(self):
        self.assertEqual(words(read(mail(page("<html><head><meta name=a>words"))).body), "words")

    def test_renditions_for_a_few_programs_are_dropped(self):
        for kind in ("text/x-amp-html", "text/watch-html", "text/vnd.google.email-reaction+json"):
            with self.subTest(kind):
                found = read(mail(multi("alternative", plain("no"), leaf(kind, "AMP"), page("<p>yes"))))
                self.assertEqual((words(found.body), found.files), ("yes", []))

    def test_a_multipart_that_cannot_be_split_is_shown_as_it_is(self):
        lines = b"--x\r\nContent-Type: text/plain\r\n\r\nhidden <b>text</b>\r\n--x--\r\n"
        for kind in (
            *("multipart/mixed", "multipart/alternative", "multipart/related", "multipart/mixed; boundary=other"),
            *('multipart/alternative; boundary="y z"', "multipart/mixed; boundary=", "multipart/report", "multipart/x"),
            *("multipart/signed; protocol=x", "MULTIPART/MIXED; charset=utf-8"),
        ):
            with self.subTest(kind):
                found = read(mail(f"Content-Type: {kind}\r\n\r\n".encode() + lines))
                self.assertIn("hidden <b>text</b>", words(found.body))
                self.assertEqual(found.files, [])

    def test_an_inner_multipart_that_cannot_be_split(self):
        inner = b"Content-Type: multipart/alternative\r\n\r\nhidden text"
        self.assertEqual(words(read(mail(multi("mixed", plain("a"), inner, plain("b")))).body), "a hidden text b")

    def test_text_outside_of_all_parts_counts_if_there_is_no_other(self):
        found = read(mail(b"Content-Type: multipart/mixed; boundary=b\r\n\r\nonly here\r\n--b\r\n\r\n\r\n--b--\r\n"))
        self.assertEqual(words(found.body), "only here")
        found = read(
            mail(multi("mixed", plain("a"), headers=()).replace(b"\r\n\r\n--b", b"\r\n\r\nThis is MIME\r\n--b", 1))
        )
        self.assertEqual(words(found.body), "a")

    def test_text_types_that_are_meant_to_be_read_are_shown_as_text(self):
        for kind in (
            *(
                "text/markdown",
                "text/x-log",
                "text/x-markdown",
                "text/unknown",
                "text/x-python",
                "text/troff",
                "TEXT/X-A",
            ),
            *("text/x-diff", "text/x-patch", "text/asciidoc", "text", "plain", "text/plain/x"),
        ):
            for part in (leaf(kind, "ERR <null> at 5"), multi("mixed", leaf(kind, "ERR <null> at 5"))):
                with self.subTest(kind):
                    found = read(mail(part))
                    self.assertEqual((words(found.body), found.files), ("ERR <null> at 5", []))

    def test_enriched_text(self):
        for kind in ("text/enriched", "text/richtext"):
            text = "<bold>Now</bold> is <<the\ntime <fontfamily><param>Times</param>for</fontfamily>\n\nall"
            with self.subTest(kind):
                found = read(mail(leaf(kind, text)))
                self.assertEqual(words(found.body), "Now is <the time for all")
                self.assertIn("<br>all", found.body)


class TestFiles(unittest.TestCase):
    def test_a_part_of_any_type_is_a_file_byte_by_byte(self):
        data = PDF + bytes(range(256))
        for kind in (
            *("font/ttf", "model/stl", "x-world/x-vrml", "bin/plain", "signature/plain", "application/pdf", "*/*"),
            *("binary/octet-stream", "image/x-unknown", "audio/x", "video/mp4", "text/plain", "text/html", "text/csv"),
            *("text/plain; charset=us-ascii", "text/plain; charset=x-unknown", "text/xml; charset=utf-16", "garbled"),
            *("pdf", "a/b/c", "/", ";", "text/", "text/plain; charset=rot13", "message/x-unknown", "chemical/x-pdb"),
        ):
            for name in ("i.bin", ""):
                for encoding in ("base64", "quoted-printable"):
                    with self.subTest(kind, name=name, encoding=encoding):
                        found = read(mail(multi("mixed", plain("see"), file(name, data, kind, encoding=encoding))))
                        self.assertEqual((words(found.body), contents(found)), ("see", [data]))
                        self.assertTrue(names(found)[0])

    def test_files_that_are_text_keep_every_byte(self):
        for data in (
            b"a\nb\n",
            b"a\r\nb\r\n",
            b"a\rb\r",
            b"no end",
            b"\r\n\r\n",
            b"nul \x00 nul",
            "žluť ".encode() + "žluť".encode("cp1250"),
            "žluť".encode("utf-16"),
            b"\xef\xbb\xbfmark",
            b"=?utf-8?q?a?= >From .\r\n.\r\n",
            b"",
        ):
            for kind in ("text/plain; charset=utf-8", "text/plain", "text/x-log; charset=us-ascii", "text/html"):
                for encoding in ("base64", "quoted-printable", "8bit"):
                    with self.subTest(data, kind=kind, encoding=encoding):
                        part = file("server.log", data, kind, encoding=encoding)
                        self.assertEqual(contents(read(mail(multi("mixed", plain("see"), part)))), [data])

    def test_broken_transfer_encodings(self):
        begin = b"Content-Type: application/x-a; name=a.bin\r\nContent-Transfer-Encoding: "
        for encoding, body, expected in (
            ("base64", b"QUJD\r\nREVG", b"ABCDEF"),
            ("base64", b"QUI=\r\nQ0Q=", b"ABCD"),
            ("base64", b"QUI", b"AB"),
            ("base64", b"QUJDR", b"ABC"),
            ("base64", b"Q U J D!\xff", b"ABC"),
            ("BASE64 ", b"QUJD", b"ABC"),
            ('"base64"', b"QUJD", b"ABC"),
            ("base64;", b"QUJD", b"ABC"),
            ("base64", b"QUJD\r\n\r\n_____\r\nlist footer\r\n", b"ABC"),
            ("base64", b"QUI=\r\nQ0Q=\r\n-- scanned by X --\r\n", b"ABCD"),
            ("base64", b"QUJD" * 19 + b"\r\n!\r\n" + b"REVG" * 19 + b"\r\n", b"ABC" * 19 + b"DEF" * 19),
            ("base64", b"This was never encoded.", b"This was never encoded."),
            ("quoted-printable", b"a= \t\r\nb=\r\nc", b"abc"),
            ("quoted-printable", b"a=3Db=\r\nc=ZZ", b"a=bc=ZZ"),
            ("x-uuencode", b"begin 644 a\r\n#04)#\r\n`\r\nend\r\n", b"ABC"),
            ("x-unknown", b"QUJD", b"QUJD"),
            ("", b"QUJD", b"QUJD"),
            ("7bit", b"\xe9", b"\xe9"),
            ("binary", b"a\nb", b"a\nb"),
        ):
            with self.subTest(encoding, body=body):
                part = begin + encoding.encode() + b"\r\n\r\n" + body
                self.assertEqual(contents(read(mail(multi("mixed", plain("see"), part)))), [expected])

    def test_text_in_broken_base64_is_read_with_what_is_below_it(self):
        encoded = base64.encodebytes("Grüße\r\nKim".encode()).decode().strip()
        for body, expected in (
            (f"{encoded}\r\n\r\n_____\r\nlist footer\r\n", "Grüße Kim _____ list footer"),
            (f"{encoded}\r\n-- scanned --\r\n", "Grüße Kim -- scanned --"),
            (f"{encoded}\r\n\r\nUnsubscribe\r\nhttp://x.example/\r\n", "Grüße Kim Unsubscribe http://x.example/"),
            (encoded, "Grüße Kim"),
            (f"{encoded}\r\n\r\n", "Grüße Kim"),
            ("Hello, my printer is broken.\r\nPlease help!", "Hello, my printer is broken. Please help!"),
        ):
            for kind in ("text/plain", "text/html"):
                with self.subTest(body, kind=kind):
                    part = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
                    self.assertEqual(words(read(mail(part.encode())).body), expected)

    def test_a_whole_email_that_is_a_file(self):
        attachment = "Content-Disposition: attachment"
        for kind, headers, expected in (
            ('text/csv; name="list.csv"', (attachment,), "list.csv"),
            ("text/csv", (), "table.csv"),
            ("text/xml", (), "document.xml"),
            ("text/html", (attachment,), "message.html"),
            ("text/html", (f'{attachment}; filename="report.html"',), "report.html"),
            ("text/plain", (f'{attachment}; filename="a.txt"',), "a.txt"),
            ("text/plain", (attachment,), "message.txt"),
            ('text/plain; name="list.csv"', (), "list.csv"),
            ('text/html; name="report.xls"', (), "report.xls"),
            ("application/pdf", (), "document.pdf"),
            ("application/pdf; name=a.pdf", ("Content-Disposition: inline",), "a.pdf"),
            ("text/calendar; method=REQUEST", (), "invitation.ics"),
            ('text/calendar; name="meeting"', (), "meeting.ics"),
            ("text/vcard", (), "contact.vcf"),
            ("image/png", (), "image.png"),
            ("application/xml", (), "document.xml"),
            ("application/json", (), "document.json"),
            ("application/octet-stream", (), "document.pdf"),
            ("application/x-none", (), "document.pdf"),
            ("text/rtf", (), "document.rtf"),
            ("audio/wav", (), "audio.wav"),
        ):
            begin = b"%PDF-" if expected == "document.pdf" else b""
            data = begin + b"<script>alert(1)</script> <ann@x.example>\r\n"
            with self.subTest(kind, headers=headers):
                found = read(mail(leaf(kind, data, *headers)))
                self.assertEqual((found.body, names(found), contents(found)), ("", [expected], [data]))

    def test_a_text_whose_type_is_none_is_shown_and_kept(self):
        for kind in ("signature/plain", "bin/plain", "foo/bar"):
            with self.subTest(kind):
                found = read(mail(leaf(kind, b"My <b>text</b>\r\n")))
                self.assertEqual((words(found.body), contents(found)), ("My <b>text</b>", [b"My <b>text</b>\r\n"]))

    def test_the_only_text_is_shown_even_if_it_has_a_name(self):
        found = read(mail(leaf('text/plain; name="body.txt"', "words")))
        self.assertEqual((words(found.body), found.files), ("words", []))
        inline = 'Content-Disposition: inline; filename="text_0.txt"'
        for part in (leaf('text/plain; name="text_0.txt"', "words", inline), plain("words", inline)):
            found = read(mail(multi("mixed", part, file("a.jpg", PNG, "image/jpeg"))))
            self.assertEqual((words(found.body), names(found)), ("words", ["a.jpg"]))
        found = read(mail(multi("mixed", leaf('text/html; name="body.htm"', "<p>words"), file("a.pdf", PDF))))
        self.assertEqual((words(found.body), names(found)), ("words", ["a.pdf"]))

    def test_files_inside_plain_text_are_taken_out(self):
        coded = (
            b"begin 644 a b.bin\r\n" + binascii.b2a_uu(b"hello \xff world").replace(b"\n", b"\r\n") + b"`\r\nend\r\n"
        )
        checked = coded.replace(b"\r\n`", b"!\r\n`")
        other = coded.replace(b"a b.bin", "Žluť.pdf".encode())
        for text, shown, expected in (
            (b"above\r\n\r\n" + coded + b"\r\nbelow", "above below", ["a b.bin"]),
            (coded, "", ["a b.bin"]),
            (b"above\r\n" + coded + other, "above", ["a b.bin", "Žluť.pdf"]),
            (b"above\r\n" + coded + b"between\r\n" + coded, "above between", ["a b.bin", "a b.bin"]),
            (b"above\r\n" + checked + b"below", "above below", ["a b.bin"]),
            (b"above\r\n" + coded.replace(b"\r\n", b"\n"), "above", ["a b.bin"]),
            (b"above\r\n" + coded.replace(b"`", b" "), "above", ["a b.bin"]),
            (b"begin 644 the work\r\nnow\r\nend", "begin 644 the work now end", []),
            (b"begin 644 a\r\n", "begin 644 a", []),
            (coded.replace(b"end", b"the"), " ".join(coded.replace(b"end", b"the").decode("ascii").split()), []),
            (b"> " + coded.replace(b"\r\n", b"\r\n> "), None, []),
        ):
            for part in (
                leaf("text/plain; charset=utf-8", text),
                multi("mixed", leaf("text/plain; charset=utf-8", text)),
            ):
                with self.subTest(text[:40]):
                    found = read(mail(part))
                    self.assertEqual(names(found), expected)
                    self.assertEqual(set(contents(found)), {b"hello \xff world"} if expected else set())
                    if shown is not None:
                        self.assertEqual(words(found.body), shown)

    def test_what_is_no_text_of_the_email_is_said(self):
        message = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
        elsewhere = "message/external-body; access-type=URL; url=http://x.example/a.pdf"
        for part, expected in (
            (plain(message), ["A text in the email is encrypted (OpenPGP) and cannot be read here."]),
            (
                plain(f"See below.\r\n{message}"),
                ["A text in the email is encrypted (OpenPGP) and cannot be read here."],
            ),
            (plain(f"See it:\r\n {message}"), []),
            (
                leaf(elsewhere, b"Content-Type: application/pdf\r\n\r\n"),
                ["A file of the email is kept elsewhere: access-type=URL; url=http://x.example/a.pdf"],
            ),
            (
                leaf("message/partial; id=x; number=1", b"Subject: y\r\n\r\npiece"),
                ["The email is one of several pieces of a larger one. It is attached as it came."],
            ),
            (plain("words"), []),
        ):
            with self.subTest(expected):
                found = read(mail(multi("mixed", plain("words"), part)))
                self.assertEqual([str(note) for note in found.notes], expected)
                self.assertTrue(words(found.body).startswith("words"))

    def test_a_log_that_is_sent_without_words_stays_a_file(self):
        log = plain("ERR 5", 'Content-Disposition: inline; filename="server.log"')
        for part in (log, multi("mixed", plain(" "), log)):
            found = read(mail(part))
            self.assertEqual((words(found.body), names(found), contents(found)), ("", ["server.log"], [b"ERR 5"]))

    def test_names(self):
        for header, expected in (
            ('filename="a.pdf"', "a.pdf"),
            ("filename=a b.pdf", "a b.pdf"),
            ("filename*=utf-8''%C5%BDlu%C5%A5.pdf", "Žluť.pdf"),
            ("filename*=windows-1250''%8Elu%9D.pdf", "Žluť.pdf"),
            ('filename*0="a"; filename*1="b.pdf"', "ab.pdf"),
            ("filename*0*=utf-8''%C5%BD; filename*1*=lu%C5%A5.pdf", "Žluť.pdf"),
            ('filename="=?utf-8?q?=C5=BDlu=C5=A5.pdf?="', "Žluť.pdf"),
            ("filename==?utf-8?b?xb1sdcWlLnBkZg==?=", "Žluť.pdf"),
            ('filename="Žluť.pdf"', "Žluť.pdf"),
            ("filename=\"zlut.pdf\"; filename*=utf-8''%C5%BDlu%C5%A5.pdf", "Žluť.pdf"),
            ("filename*=utf-8''%C5%BDlu%C5%A5.pdf; filename=zlut.pdf", "Žluť.pdf"),
            ("filename*0*=utf-8''%C5; filename*1*=%BDlu%C5%A5.pdf", "Žluť.pdf"),
            ('filename="' + "見積書.pdf".encode("iso2022_jp").decode() + '"', "見積書.pdf"),
            ('filename="../../etc/passwd"', "_.._etc_passwd"),
            ('filename="C:\\\\temp\\\\a.pdf"', "C_temp_a.pdf"),
            ('filename="a\u202efdp.exe"', "afdp.exe"),
            ('filename="' + "x" * 300 + '.pdf"', "x" * 116 + ".pdf"),
        ):
            with self.subTest(header):
                part = leaf("application/pdf", PDF, f"Content-Disposition: attachment; {header}", encoding="base64")
                self.assertEqual(names(read(mail(multi("mixed", plain("see"), part)))), [expected])

    def test_a_calendar_reply_with_words_keeps_the_words(self):
        event = b"BEGIN:VCALENDAR\r\nDESCRIPTION:bring <b>cable</b>\r\nEND:VCALENDAR\r\n"
        for calendar in (
            leaf("text/calendar; method=REPLY", event),
            leaf("text/calendar; method=REPLY", event, encoding="base64"),
            leaf('text/calendar; name="invite.ics"', event, "Content-Disposition: attachment"),
            leaf("application/ics", event),
            leaf('application/ics; name="invite"', event),
            leaf("text/x-vcalendar", event),
        ):
            for kind in ("alternative", "mixed"):
                with self.subTest(calendar[:60], kind=kind):
                    found = read(mail(multi(kind, plain("I cannot, the server is down"), calendar)))
                    self.assertEqual((words(found.body), contents(found)), ("I cannot, the server is down", [event]))
                    self.assertTrue(names(found)[0].endswith(".ics"))


class TestImages(unittest.TestCase):
    def test_pictures_are_found_by_any_spelling_of_their_id(self):
        for source, headers in (
            ("cid:abc@x", ("Content-ID: <abc@x>",)),
            ("CID:ABC@X", ("Content-ID: <abc@x>",)),
            ("cid:image001.png%4001DB.AB", ("Content-ID: <image001.png@01DB.AB>",)),
            ("cid:abc@x", ("Content-ID: abc@x",)),
            ("cid:abc@x", ("Content-ID:  < abc@x > ",)),
            ("cid: abc@x ", ("Content-ID: <ABC@x>",)),
            ("cid:<abc@x>", ("Content-ID: <abc@x>",)),
            ("cid:a&amp;b", ("Content-ID: <a&b>",)),
            ("cid:a%20b", ("Content-ID: <a b>",)),
            ("cid:a b", ("Content-ID: <a%20b>",)),
            ("pic/one.png", ("Content-Location: pic/one.png",)),
            ("http://x.example/one.png", ("Content-Location: http://x.example/one.png",)),
            ("one.png", ("Content-Location: http://x.example/one.png", "Content-Base: http://x.example/")),
            ("one.png", ('Content-Disposition: inline; filename="one.png"',)),
            ("cid:one.png", ('Content-Disposition: inline; filename="one.png"',)),
            ("cid:one.png@01DB.AB", ('Content-Disposition: inline; filename="one.png"',)),
            ("cid:abc@x", ("Content-ID: <abc@x>", 'Content-Disposition: attachment; filename="one.png"')),
        ):
            image = leaf("image/png", PNG, *headers, encoding="base64")
            for quote in ('"', "'") if not set("<> ") & set(source) else ('"',):
                with self.subTest(source, headers=headers):
                    base = ("Content-Base: http://x.example/",) if len(headers) > 1 and "Base" in headers[1] else ()
                    html = page(f"<p>see <IMG width=5 Src = {quote}{source}{quote} alt=x></p>", *base)
                    found = read(mail(multi("related", html, image)))
                    [one] = found.files
                    self.assertTrue(one.cid)
                    self.assertIn(f'"cid:{one.cid}"' if one.cid != source[4:] else f"cid:{one.cid}", found.body)
                    self.assertEqual(one.content, PNG)

    def test_a_picture_of_an_earlier_email_is_not_another_one_of_its_name(self):
        image = leaf("image/png", PNG, "Content-ID: <one.png@2>", 'Content-Disposition: inline; filename="one.png"')
        found = read(mail(multi("related", page('<img src="cid:one.png@1">'), image)))
        self.assertIn('"cid:one.png@1"', found.body)

    def test_two_pictures_with_one_id_are_two(self):
        image = leaf("image/png", PNG, "Content-ID: <a@b>", encoding="base64")
        found = read(mail(multi("related", page("<img src=cid:a@b>"), image, image)))
        self.assertEqual(len({one.cid for one in found.files}), 2)
        self.assertIn(f"cid:{found.files[0].cid}", found.body)

    def test_words_about_a_picture_stay(self):
        image = file("one.png", PNG, "image/png")
        found = read(mail(multi("mixed", page('<p>write src="one.png" there</p>'), image)))
        self.assertIn('write src="one.png" there', found.body)

    def test_pictures_inside_the_html_become_files(self):
        data = base64.b64encode(PNG).decode()
        for html, count in (
            (f'<img src="data:image/png;base64,{data}">', 1),
            (f"<img src='data:image/png;base64,{data}'>", 1),
            (f"<img src=data:image/png;base64,{data} alt=x>", 1),
            (f'<IMG SRC="DATA:IMAGE/PNG;BASE64,{data}">', 1),
            (f'<img src="data:image/jpeg;name=a;base64,{data}">', 1),
            (f'<img src="data:image/png;base64,{data[:20]}\r\n {data[20:]}">', 1),
            (f'<img src="data:image/png;base64,{data.replace("=", "%3D").replace("+", "%2B")}">', 1),
            (f'<img src="data:image/png;base64,{data}"><img src="data:image/png;base64,{data}">', 1),
            (f'<img src="data:image/png;base64,{data}"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', 2),
            (f'<img src="data:image/svg+xml;base64,{data}">', 0),
            ('<img src="data:text/html;base64,PHA+">', 0),
        ):
            with self.subTest(html[:60]):
                found = read(mail(page(f"<p>see {html}")))
                self.assertEqual(len(found.files), count)
                self.assertEqual(found.body.count("cid:data-1@inline") > 0, count > 0)
                if count:
                    self.assertEqual(found.files[0].content, PNG)
                    self.assertNotIn("base64", found.body)

    def test_a_large_picture_inside_the_html_is_complete(self):
        content = PNG + bytes(range(256)) * 32_000
        found = read(mail(page(f'<p>see <img src="data:image/png;base64,{base64.b64encode(content).decode()}"> end')))
        self.assertEqual((contents(found), words(found.body)), ([content], "see end"))


class TestLanguagesAndSize(unittest.TestCase):
    def test_what_the_headers_say_of_the_language_decides(self):
        for header, expected in (
            ("Content-Language: cs", "ć"),
            ("Content-Language: ru-RU", "ж"),
            ("Accept-Language: cs-CZ, en", "ć"),
            ("X-None: x", "æ"),
        ):
            with self.subTest(header):
                self.assertEqual(words(read(mail(leaf("text/plain; charset=utf-8", b"\xe6"), header)).body), expected)

    def test_what_is_too_large_to_show_is_a_file_and_said(self):
        line = "line of text\r\n"
        found = read(mail(plain(line * 800_000)))
        self.assertEqual((found.whole_texts, names(found)), (["message.txt"], ["message.txt"]))
        self.assertEqual(found.files[0].content.decode(), line * 800_000)
        self.assertTrue(100_000 < len(found.body) < 1_000_000)
        found = read(mail(page("<p>x</p>" * 200_000)))
        self.assertEqual((found.whole_texts, names(found)), (["message.html"], ["message.html"]))

    def test_deep_html_is_shown(self):
        found = read(mail(page("<div>" * 300 + "deep <b>words</b>" + "</div>" * 300)))
        self.assertEqual((words(found.body), found.whole_texts), ("deep words", []))


class TestHostileHeaders(unittest.TestCase):
    def test_no_header_of_a_part_raises(self):
        located = "Content-Location: p.png\r\nContent-Base: http://[::"
        for header in (
            located,
            "X-Helpdesk-Bridge-Body: =?",
            "X-Helpdesk-Bridge-Body: <[>",
            "Content-ID: <[>",
            "Content-ID: \ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
            "Content-Location: http://[",
            "Content-Base: http://[::",
            "Content-Disposition: attachment; filename*=x-none''%ff",
            "Content-Disposition: attachment; filename*1*=a; filename*0=b",
            "Content-Disposition: ;;;===",
            "Content-Transfer-Encoding: (((",
            "Content-Transfer-Encoding:",
            "Content-Type: image/png; name*0*=idna''a..b",
        ):
            for part in (leaf("image/png", PNG, header), page('<img src="cid:x"> <img src="http://[">', header)):
                with self.subTest(header):
                    read(mail(multi("related", page('<p>a <img src="x"> <img src="http://[">', header), part)))
