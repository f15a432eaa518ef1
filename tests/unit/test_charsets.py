"""Every text of an email is read, whatever charset is declared."""

import unittest

from tools.email import charsets

#: (language, text, its charset)
TEXTS = (
    ("Czech", "Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
    ("Czech, as Unix writes it", "Příliš žluťoučký kůň", "iso8859-2"),
    ("Czech, in capitals", "NÉMŮŽU SE PŘIHLÁSIT", "cp1250"),
    ("Slovak", "Tlačiareň nefunguje, ďakujem", "cp1250"),
    ("Polish", "Zażółć gęślą jaźń", "cp1250"),
    ("Hungarian", "Árvíztűrő tükörfúrógép", "cp1250"),
    ("Croatian", "Pisač ne radi, želim pomoć", "cp1250"),
    ("German", "Müller grüßt à Köln", "cp1252"),
    ("German, one word", "für", "cp1252"),
    ("French", "Où est l’été déjà fini à Noël", "cp1252"),
    ("Spanish", "¿Dónde está el niño?", "cp1252"),
    ("Italian", "La città è più bella", "cp1252"),
    ("Swedish", "Skrivaren är trasig på kontoret", "cp1252"),
    ("Danish", "Printeren er i stykker på kontoret, hjælp mig før kl. 9", "cp1252"),
    ("quotation marks", "“quoted” – é", "cp1252"),
    ("Russian", "Принтер горит, помогите пожалуйста", "cp1251"),
    ("Russian, in capitals", "ПРИНТЕР ГОРИТ", "cp1251"),
    ("Russian, as Unix writes it", "Принтер горит", "koi8-r"),
    ("Ukrainian", "Принтер не працює, їжа і ґанок", "cp1251"),
    ("Greek", "Ο εκτυπωτής καίγεται", "cp1253"),
    ("Turkish", "Yazıcı çalışmıyor, şifre değişti", "cp1254"),
    ("Hebrew", "שלום עולם", "cp1255"),
    ("Arabic", "مرحبا، الطابعة لا تعمل", "cp1256"),
    ("Persian", "سلام، چاپگر کار نمي\u200cكند", "cp1256"),
    ("Lithuanian", "Spausdintuvas neveikia, ačiū už pagalbą", "cp1257"),
    ("Japanese", "プリンターが燃えています", "cp932"),
    ("Japanese, as Unix writes it", "プリンターが燃えています", "euc_jp"),
    ("Japanese, in escape sequences", "プリンターが燃えています", "iso2022_jp"),
    ("Korean", "프린터가 불타고 있습니다", "cp949"),
    ("Chinese", "打印机在燃烧，我们不能工作了", "gb18030"),
    ("Korean, a few words", "안녕하세요 견적서 부탁드립니다", "cp949"),
    ("Chinese, polite", "您好，我的打印机坏了，请帮我看看。谢谢", "gb18030"),
    ("Japanese, a file", "見積書です", "cp932"),
    ("Hong Kong", "你好，我的打印機壞了，係唔係啫", "big5hkscs"),
    ("traditional Chinese", "打印機在燃燒，我們不能工作了", "big5"),
)


class TestCharsets(unittest.TestCase):
    def test_texts_whose_charset_is_missing_or_wrong(self):
        for language, text, charset in TEXTS:
            for declared in ("", "utf-8", "us-ascii", "x-unknown"):
                with self.subTest(language, declared=declared):
                    data = text.encode(charset)
                    if not (data.isascii() and declared in ("utf-8", "us-ascii")):
                        self.assertEqual(charsets.decode(data, declared), text)

    def test_texts_whose_charset_is_declared(self):
        for language, text, charset in TEXTS:
            with self.subTest(language):
                self.assertEqual(charsets.decode(text.encode(charset), charset), text)

    def test_charsets_whose_programs_write_more_than_they_declare(self):
        for declared, data, expected in (
            ("iso-2022-jp", b"\x1b$B$3$s$K$A$O-!\x1b(B", "こんにちは①"),
            ("iso-2022-jp", b"a\x1b$B|b\x1b(Bb", "a髙b"),
            ("iso-2022-jp", b"\x1b(I1\x1b(B x", "ｱ x"),
            ("iso-2022-jp", b"\x1b$B-!\r\nplain", "①\r\nplain"),
            ("us-ascii", "こんにちは".encode("iso2022_jp"), "こんにちは"),
            ("utf-8", "こんにちは".encode("iso2022_jp"), "こんにちは"),
            ("us-ascii", "안녕하세요".encode("iso2022_kr"), "안녕하세요"),
            ("big5", "係唔係啫".encode("big5hkscs"), "係唔係啫"),
            ("gb2312", "朱镕基€".encode("gb18030"), "朱镕基€"),
            ("ks_c_5601-1987", "뷁".encode("cp949"), "뷁"),
            ("shift_jis", "①髙".encode("cp932"), "①髙"),
            ("tis-620", "€ ครับ".encode("cp874"), "€ ครับ"),
            ("x-mac-roman", "für".encode("mac_roman"), "für"),
            ("ANSI_X3.4-1968", "“q”".encode(), "“q”"),
            ("us-ascii", b"\x1b$B no text", "$B no text"),
        ):
            with self.subTest(declared, expected=expected):
                self.assertEqual(charsets.decode(data, declared), expected)

    def test_utf_8_under_every_other_name(self):
        for declared in ("", "us-ascii", "iso-8859-1", "iso-8859-2", "windows-1250", "windows-1252", "x-unknown"):
            with self.subTest(declared):
                self.assertEqual(charsets.decode("Žluťoučký kůň".encode(), declared), "Žluťoučký kůň")

    def test_what_html_says_of_itself_counts_if_the_declared_one_fails(self):
        for html, charset in (
            ('<html><head><meta charset="{}"></head><p>šálek', "windows-1250"),
            ("<meta http-equiv=Content-Type content='text/html; charset={}'><p>šálek", "windows-1250"),
            ('<?xml version="1.0" encoding="{}"?><p>šálek', "windows-1250"),
            ("<META CHARSET={}><p>šálek", "iso-8859-2"),
            ("<meta name=x content=y><meta charset = '{}' ><p>čaj", "cp852"),
            ("<meta charset={}><p>принтер", "koi8-u"),
            ("<meta charset={}><p>принтер", "iso-8859-5"),
            ("<meta charset={}><p>принтер", "cp866"),
            ("<meta charset={}><p>プリンター", "euc-jp"),
            ("<meta charset={}><p>é", "macroman"),
        ):
            text = html.format(charset)
            for declared in ("", "utf-8", "us-ascii"):
                with self.subTest(text, declared=declared):
                    self.assertEqual(charsets.decode(text.encode(charset), declared, is_html=True), text)
        declared = charsets.decode("<meta charset=windows-1251><p>šálek".encode("cp1250"), "cp1250", is_html=True)
        self.assertIn("šálek", declared)
        self.assertNotEqual(charsets.decode("<meta charset=cp866>принтер".encode("cp866"), ""), "принтер", "plain text")

    def test_a_language_decides_where_letters_do_not(self):
        for language, charset in (("cs", "cp1250"), ("ru", "cp1251"), ("", "cp1252"), ("xx", "cp1252")):
            with self.subTest(language):
                self.assertEqual(charsets.decode(b"\xe6", "", language), b"\xe6".decode(charset))
        for language, text, charset in (
            ("jp", "御見積書の件", "euc_jp"),
            ("cn", "订单", "gb18030"),
            ("tw", "訂單", "big5"),
        ):
            self.assertEqual(charsets.decode(text.encode(charset), "", language), text)
        thai = "สวัสดีครับ เครื่องพิมพ์เสีย"
        self.assertEqual(charsets.decode(thai.encode("cp874"), "", "th"), thai)

    def test_a_broken_character_spoils_no_other(self):
        for data, text in (
            ("chyba přiřazení ".encode() + "Dí".encode("cp1250"), "chyba přiřazení Dí"),
            ("žluť ".encode() + b"\x80 end", "žluť € end"),
            ("žluť".encode()[:-1], "žluÅ"),
            ("žluť ".encode() + b"\x81", "žluť \x81"),
            ("žluť\x00".encode(), "žluť"),
        ):
            with self.subTest(data):
                self.assertEqual(charsets.decode(data, "utf-8"), text)

    def test_marks_of_the_byte_order(self):
        for codec, mark in (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
            for declared in ("", "utf-8", codec):
                with self.subTest(codec, declared=declared):
                    self.assertEqual(charsets.decode(mark + "Žluť".encode(codec), declared), "Žluť")

    def test_utf_16_without_a_mark(self):
        for text in ("Příliš žluťoučký kůň", "Hello", "Принтер не работает", "打印机坏了, please help"):
            for order in ("utf-16-le", "utf-16-be"):
                with self.subTest(text, order=order):
                    self.assertEqual(charsets.decode(text.encode(order), "utf-16"), text)

    def test_no_byte_is_lost_whatever_it_is(self):
        data = bytes(range(256))
        for declared in ("", "utf-8", "us-ascii", "iso-8859-2", "cp1252", "shift_jis", "utf-16", "x-unknown", "utf-7"):
            with self.subTest(declared):
                self.assertNotIn("\ufffd", charsets.decode(data[32:], declared).replace("\ufffd", "", 0))
