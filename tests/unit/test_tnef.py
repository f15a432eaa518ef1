"""A winmail.dat is unpacked: its text, its files, and it stays itself."""

import struct
import unittest

from mail_builder import file, leaf, mail, multi, plain, words
from payload_reader import read

from tools.email import rtf, tnef

PNG = b"\x89PNG" + bytes(range(256))


def attribute(name, value, level=1):
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + struct.pack("<H", sum(value) % 65_536)


def padded(value):
    return value + b"\0" * (-len(value) % 4)


def prop(name, value):
    """A MAPI property: text, bytes or a number."""
    if isinstance(value, int):
        return struct.pack("<HHI", 3, name, value)
    kind, data = (0x1F, value.encode("utf-16-le") + b"\0\0") if isinstance(value, str) else (0x102, value)
    return struct.pack("<HHII", kind, name, 1, len(data)) + padded(data)


def props(*items):
    return struct.pack("<I", len(items)) + b"".join(items)


def named_prop(value):
    """A property with a name of its own, and with several values."""
    name = padded("x-name".encode("utf-16-le"))
    return (
        struct.pack("<HH16sII", 0x101F, 0x8001, b"g" * 16, 1, 12)
        + name
        + struct.pack("<II", 1, len(value))
        + padded(value)
    )


def winmail(*attributes):
    page = attribute(tnef.CODE_PAGE, struct.pack("<II", 1250, 0))
    return tnef.SIGNATURE + b"\x01\x00" + page + b"".join(attributes)


def packed(name, data, *properties):
    title = attribute(tnef.FILE_TITLE, name.encode("cp1250") + b"\0", 2)
    found = attribute(tnef.FILE_PROPERTIES, props(*properties), 2) if properties else b""
    return attribute(tnef.NEW_FILE, b"\0" * 14, 2) + title + attribute(tnef.FILE_DATA, data, 2) + found


def read_tnef(data, *others, kind="application/ms-tnef", name="winmail.dat"):
    return read(mail(multi("mixed", *others, file(name, data, kind))))


class TestTnef(unittest.TestCase):
    def test_texts(self):
        words_in_rtf = (
            rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0 Arial;}}\pard Tisk\'e1rna\par{\*\x hidden}ho\u345 ?\'ed\line \{x\}}"
        )
        plain_rtf = struct.pack("<IIII", len(words_in_rtf) + 12, len(words_in_rtf), 0x414C454D, 0) + words_in_rtf
        for case, parts, expected in (
            ("an attribute", [attribute(tnef.BODY, "Tiskárna hoří\0".encode("cp1250"))], "Tiskárna hoří"),
            (
                "a property",
                [attribute(tnef.MESSAGE_PROPERTIES, props(prop(tnef.PR_BODY, "Tiskárna hoří")))],
                "Tiskárna hoří",
            ),
            (
                "HTML",
                [attribute(tnef.MESSAGE_PROPERTIES, props(prop(tnef.PR_HTML, "<p>Tiskárna <b>hoří".encode("cp1250"))))],
                "Tiskárna hoří",
            ),
            (
                "HTML in another charset, behind other properties",
                [
                    attribute(
                        tnef.MESSAGE_PROPERTIES,
                        props(
                            prop(1, 5),
                            named_prop(b"ab"),
                            prop(tnef.PR_CODE_PAGE, 65001),
                            prop(tnef.PR_HTML, "<p>Tiskárna hoří".encode()),
                        ),
                    )
                ],
                "Tiskárna hoří",
            ),
            (
                "RTF",
                [attribute(tnef.MESSAGE_PROPERTIES, props(prop(tnef.PR_RTF, plain_rtf)))],
                "Tiskárna hoří {x}",
            ),
        ):
            with self.subTest(case):
                data = winmail(*parts)
                found = read_tnef(data)
                self.assertEqual((words(found.body), found.notes), (expected, []))
                self.assertEqual([(one.name, one.content) for one in found.files], [("winmail.dat", data)])

    def test_another_text_of_the_email_counts_more(self):
        data = winmail(attribute(tnef.BODY, b"packed\0"), packed("a.txt", b"x"))
        found = read_tnef(data, plain("shown"))
        self.assertEqual((words(found.body), len(found.files)), ("shown", 2))
        self.assertEqual(words(read_tnef(data, plain(" ")).body), "packed")

    def test_files(self):
        long_name = (prop(tnef.PR_LONG_NAME, "Žluťoučký kůň.pdf"), prop(tnef.PR_TYPE, "application/pdf"))
        data = winmail(
            packed("a.txt", b"a\r\n\x00\xff"),
            packed("ZLUTOU~1.PDF", PNG, *long_name),
            packed("č.png", b"", prop(tnef.PR_DATA, PNG), prop(tnef.PR_CID, "p@x")),
            packed("../x", b""),
        )
        for kind, name in (
            ("application/ms-tnef", "winmail.dat"),
            ("application/vnd.ms-tnef", ""),
            ("application/octet-stream", "WINMAIL.DAT"),
        ):
            with self.subTest(kind):
                found = read_tnef(data, plain("see"), kind=kind, name=name)
                self.assertEqual(
                    [(one.name, one.content, one.cid) for one in found.files][:4],
                    [
                        ("a.txt", b"a\r\n\x00\xff", ""),
                        ("Žluťoučký kůň.pdf", PNG, ""),
                        ("č.png", PNG, "p@x"),
                        ("_x", b"", ""),
                    ],
                )
                self.assertEqual(found.files[4].content, data)

    def test_a_picture_is_shown_in_its_html(self):
        html = attribute(tnef.MESSAGE_PROPERTIES, props(prop(tnef.PR_HTML, b"<p>see <img src='cid:P@X'>")))
        found = read_tnef(winmail(html, packed("p.png", PNG, prop(tnef.PR_CID, "p@x"))))
        self.assertIn('src="cid:p@x"', found.body)

    def test_what_cannot_be_opened_is_kept_and_said(self):
        data = winmail(attribute(tnef.MESSAGE_PROPERTIES, props(prop(tnef.PR_BODY, "words"))), packed("a", b"data"))
        for broken in (
            b"",
            b"x",
            tnef.SIGNATURE,
            data[:60],
            data[:-8],
            tnef.SIGNATURE + b"\x01" * 40,
            data[:30] + b"\xff" * 50,
        ):
            with self.subTest(broken[:40]):
                found = read(mail(leaf("application/ms-tnef; name=winmail.dat", broken, encoding="base64")))
                self.assertEqual([one.content for one in found.files][-1:], [broken])
        self.assertIn("cannot be opened", read(mail(leaf("application/ms-tnef", b"x"))).notes[0])
        for end in range(len(data)):
            read_tnef(data[:end], plain("x"))

    def test_compressed_rtf(self):
        """The example of MS-OXRTFCP section 3.1.1."""
        data = bytes.fromhex(
            "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0"
        )
        self.assertEqual(rtf.decompressed(data), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")
        self.assertEqual(rtf.text(rtf.decompressed(data)), "hello world")
        for broken in (b"", b"x" * 20, data[:20], data[:-3]):
            try:
                rtf.decompressed(broken)
            except ValueError:
                pass
