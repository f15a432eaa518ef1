"""Files that a program wrote into the text of an email are files, byte by byte, in every coding."""

import base64
import binascii
import time
import unittest

from mail_builder import leaf, mail, words
from payload_reader import read

from tools.email import uuencoded

ALL_BYTES = bytes(range(256)) * 3


def uu(data, name=b"a b.bin"):
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


def uu_base64(data, name=b"a b.bin"):
    return b"begin-base64 644 " + name + b"\n" + base64.encodebytes(data) + b"====\n"


def yenc(data, name=b"a b.bin", head=b"", size=None, width=128):
    coded, lines = b"", []
    for byte in data:
        byte = (byte + 42) % 256
        coded += b"=" + bytes([(byte + 64) % 256]) if byte in b"\0\n\r=" else bytes([byte])
        if len(coded) >= width:
            lines, coded = [*lines, coded], b""
    size = str(len(data) if size is None else size).encode()
    begin = b"=ybegin line=128 size=" + size + b" name=" + name + b"\n" + head
    return begin + b"\n".join([*lines, coded]) + b"\n=yend size=" + size + b" crc32=1234abcd\n"


class TestFilesInTexts(unittest.TestCase):
    def test_each_coding(self):
        for coded in (uu, uu_base64, yenc):
            for data in (b"x", b"hello \xff world", ALL_BYTES, b"=" * 500, b"\r\n\0.", b"\xe3" * 300):
                one = coded(data)
                for text, shown, count in (
                    (one, "", 1),
                    (b"above\n\n" + one + b"\nbelow\n", "above below", 1),
                    (b"above\n" + one + b"between\n" + coded(data, b"c.pdf"), "above between", 2),
                ):
                    for line_end in (b"\n", b"\r\n"):
                        with self.subTest(coded.__name__, data=data[:12], count=count, line_end=line_end):
                            found = read(mail(leaf("text/plain", text.replace(b"\n", line_end))))
                            self.assertEqual([file.name for file in found.files], ["a b.bin", "c.pdf"][:count])
                            self.assertEqual({file.content for file in found.files}, {data})
                            self.assertEqual(words(found.body), shown)

    def test_one_of_several_pieces(self):
        coded = yenc(b"hello", head=b"=ypart begin=1 end=5\n").replace(b"line=", b"part=1 line=")
        self.assertEqual(uuencoded.split(coded)[1], (b"a b.bin", b"hello"))

    def test_what_is_damaged_stays_text(self):
        for text in (
            yenc(b"hello", size=6),
            yenc(b"hello").partition(b"=yend")[0],
            b"=ybegin line=128 size=5 name=\nhello\n=yend size=5\n",
            b"=ybegin is a word\n",
            uu_base64(b"hello").replace(b"====", b""),
            uu_base64(b"hello").replace(b"aGVs", b"a-Vs"),
            b"begin-base64 644 the work\nnow and here\n",
        ):
            with self.subTest(text):
                self.assertEqual(uuencoded.split(text), [(None, text)])

    def test_hostile_text_takes_no_time(self):
        for text in (
            b"=ybegin line=1 size=1 name=x\n" * 20_000,
            b"=ybegin line=1 size=1 name=x\n" * 20_000 + b"=yend size=1\n",
            b"begin-base64 644 x\n" * 20_000,
            b"begin-base64 644 x\nAAAA\n" * 20_000 + b"====\n",
            b"begin 644 x\n" * 20_000,
        ):
            with self.subTest(text[:30]):
                begun = time.process_time()
                uuencoded.split(text)
                self.assertLess(time.process_time() - begun, 1)
