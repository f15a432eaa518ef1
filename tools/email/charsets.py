"""Finds the charset of the texts of an email, whatever is declared: never U+FFFD where a byte can be read.

The declared charset counts if it decodes the bytes; else what HTML says of itself, UTF-8, and the Windows charset in
which the letters make up words of a language.
"""

import codecs
import re

from . import iso2022jp

#: Characters that PostgreSQL and XML reject.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
C1_CONTROLS = re.compile(r"[\x80-\x9f]")

#: Charset names of email programs that Python does not know.
ALIASES = {
    "cp-850": "cp850",
    "cp-1250": "cp1250",
    "cp-1252": "cp1252",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-8-i": "iso-8859-8",
    "utf8mb4": "utf-8",
    "windows-874": "cp874",
    "ansi_x3.4-1968": "ascii",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gbk",
    "x-mac-ce": "mac_latin2",
    "x-mac-centraleurroman": "mac_latin2",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-greek": "mac_greek",
    "x-mac-roman": "mac_roman",
    "x-mac-turkish": "mac_turkish",
    "x-sjis": "shift_jis",
}
#: Charsets that Microsoft programs send under a smaller charset's name, as in
#: https://encoding.spec.whatwg.org/#names-and-labels
SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-2": "cp1250",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "tis-620": "cp874",
}
#: Codecs that are not charsets of an email: they raise, or decode backslashes.
NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
LATIN = re.compile(r"ascii|iso8859|cp125|latin")
#: Charsets whose text may look like ASCII but mean something else.
STATEFUL = re.compile(r"utf-?7|utf-?16|utf-?32|hz|iso2022")

META = re.compile(rb"<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
#: How far HTML may say its charset, as browsers look; and how much text is judged.
MAX_META, MAX_SAMPLE = 2_048, 20_000
NON_ASCII_WORD = re.compile(r"[^\W\d_]*[^\W\d_a-zA-Z][^\W\d_]*")
#: Charset → the letters of each language that it is used for; a word counts for the language that has all of them.
LANGUAGES = {
    "cp1252": (
        *("äöüß", "àâçéèêëîïôùûüœæÿ", "áéíóúñü", "áâãàçéêíóôõúü", "àèéìíîòóù", "åäöéü", "åæøéóôü", "éëïóèöüáêîô"),
        "áðéíóúýþæö",
    ),
    "cp1250": ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž", "ăâîşţșț"),
    "iso8859-2": ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż"),
    "cp1251": (
        "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяў",
        "абвгдђежзијклљмнњопрстћуфхцчџш",
    ),
    "koi8-r": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё",),
    "cp1253": ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",),
    "cp1254": ("çğıöşüâîû",),
    "cp1255": ("אבגדהוזחטיכלמנסעפצקרשתךםןףץ",),
    "cp1256": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگًٌٍَُِّْ",),
    "cp1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),
    "cp874": ("กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮฯะัาำิีึืฺุูเแโใไๅๆ็่้๊๋์",),
}
#: The most frequent letters, which tell the charsets of one alphabet apart.
FREQUENT = {
    "а": frozenset("оеаинтсрвл"),
    "א": frozenset("יהולאמרתשב"),
    "α": frozenset("αοιετσνηυρ"),
    "ء": frozenset("اليمونتربة"),
}
PUNCTUATION = frozenset("„“”‚‘’–—…€°§«»¿¡·\xa0№´`²³½،؛؟")
#: Charsets of several bytes for one character, and the characters that tell them.
WIDE = {
    "cp932": re.compile(r"[\u3040-\u30ff]"),
    "euc_jp": re.compile(r"[\u3040-\u30ff]"),
    "cp949": re.compile(
        "[이다는의에을가하고지기사로한리도어스시아대자나인해일정들은보제서부과구수그장전니라주여적조아있를안세요습성"
        "오신게원우상동치비내거만선요없계와중까마것터할않진연드트무소유문미감청답송회]"
    ),
    "gb18030": re.compile(
        "[的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之您好请谢没无法问题]"
    ),
    "big5hkscs": re.compile(
        "[的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之您好請謝沒無法問題]"
    ),
}
#: Nobody writes Chinese characters among Korean ones.
CHINESE = re.compile(r"[\u4e00-\u9fff\uf900-\ufaff]")
WIDE_OF_LANGUAGE = dict.fromkeys(("ja", "jp"), ("euc_jp", "cp932")) | dict.fromkeys(("ko", "kr"), ("cp949",))
WIDE_OF_LANGUAGE |= {"tw": ("big5hkscs",), "hk": ("big5hkscs",), "cn": ("gb18030",)}
WIDE_IN_WORD = re.compile(r"[a-zA-Z][\u2e80-\ud7ff]|[\u2e80-\ud7ff][a-zA-Z]")
#: The language that a header or HTML names, or a country's domain → its charset.
OF_LANGUAGE = {
    **dict.fromkeys(("cs", "cz", "sk", "pl", "hu", "hr", "sl", "si", "ro", "sq", "al", "bs", "ba"), "cp1250"),
    **dict.fromkeys(("ru", "uk", "ua", "bg", "sr", "rs", "mk", "by", "be-by", "kz"), "cp1251"),
    **dict.fromkeys(("el", "gr", "cy"), "cp1253"),
    "tr": "cp1254",
    **dict.fromkeys(("he", "il", "iw"), "cp1255"),
    **dict.fromkeys(("lt", "lv", "et", "ee"), "cp1257"),
    **dict.fromkeys(("ar", "fa", "ur", "ae", "sa", "eg", "ir", "ma", "dz", "iq", "jo", "kw"), "cp1256"),
    "th": "cp874",
}
LANG = re.compile(rb"<(?:html|body|meta)\b[^>]{0,300}?\blang(?:uage)?\s*=\s*[\"']?\s*([a-zA-Z]{2})", re.IGNORECASE)


def language(content, accepted, sender):
    """A language, or a country's domain, that an email names. The arguments are three of its headers."""
    for value in (content, accepted):
        if value[:2].lower() not in ("", "en"):
            return value[:2].lower()
    return sender[:2_000].rstrip("> \t)").rpartition(".")[2].lower() if "@" in sender else ""


def usable_charset(name):
    """Python's name of a charset, or "" if it cannot decode text."""
    name = (name or "").strip().strip("\"'").lower()
    try:
        codec = codecs.lookup(ALIASES.get(name, name))
        b"text".decode(codec.name, "replace")  # raises if it is not a text encoding, such as rot13
    except (LookupError, ValueError, TypeError):
        return ""
    return "" if codec.name.replace("-", "_") in NO_CHARSETS else codec.name


def best_charset(data, declared="", language="", is_html=False):
    """The actual charset of some bytes, as far as it can be detected.

    :param declared: the charset in the email, may be empty, unknown or wrong
    :param language: a language or a country's domain that the email names, may be empty
    """
    charset = usable_charset(declared)
    if charset == "utf-16" and not _marked(data) and data[::2].count(0) > data[1::2].count(0):
        charset = "utf-16-be"  # Python takes what has no mark for the other order
    if data.isascii() and not STATEFUL.match(charset):
        return _in_escapes(data) or charset or "utf-8"
    meta = META.search(data[:MAX_META]) if is_html else None
    said = usable_charset(meta[1].decode()) if meta else ""
    said = "" if STATEFUL.match(said) else said  # it could not be read then
    superset = "" if charset == "ascii" else SUPERSETS.get(charset)  # all other charsets have ASCII too
    guesses = [charset, superset, said, SUPERSETS.get(said), _marked(data), "utf-8"]
    if not charset or LATIN.match(charset):
        guesses.insert(0, "utf-8")  # text in a one-byte charset is almost never valid UTF-8
    for guess in filter(None, guesses):
        text = _strictly(data, guess)
        if text is not None and not C1_CONTROLS.search(text) and not UNSTORABLE.search(text):
            return guess
    for guess in filter(None, guesses):
        # Only control characters are in the way.
        text = _strictly(data, guess)
        if text is not None and not (LATIN.match(guess) and C1_CONTROLS.search(text)):
            return guess
    if _is_mostly_utf8(data):
        return "utf-8"
    if charset and not LATIN.match(charset) and charset != "utf-8" and _is_mostly(data, charset):
        return charset
    found = LANG.search(data[:MAX_META]) if is_html else None
    return _detected(data, found[1].decode().lower() if found else language.lower())


def decode(data, declared="", language="", is_html=False):
    """Bytes of a text as `str`, in its actual charset; bytes that are not in it are read as of a Windows charset."""
    charset = best_charset(data, declared, language, is_html)
    text = _strictly(data, charset)
    if text is None:
        text = _mixed(data, charset, language)
    return UNSTORABLE.sub("", text.removeprefix("\ufeff"))


def _in_escapes(data):
    """The charset of text in escape sequences, which no other text has; "" if there are none."""
    if b"\x1b$" not in data:
        return ""
    return next((name for name in ("iso2022_kr", "iso2022_jp", "iso2022_jp_2") if _strictly(data, name)), "")


def _marked(data):
    """The charset that a byte order mark tells."""
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""


def _strictly(data, charset):
    try:
        return data.decode(charset)
    except (UnicodeError, LookupError):
        return iso2022jp.text(data) if charset.startswith("iso2022_jp") else None


def _mixed(data, charset, language):
    """Text in a charset with bytes that are not in it: each of these is read alone."""
    other = OF_LANGUAGE.get(language.lower(), "cp1252")
    decoder, pieces, position = codecs.lookup(charset).decode, [], 0
    while position < len(data):
        try:
            pieces.append(decoder(data[position:], "strict")[0])
            break
        except UnicodeDecodeError as error:
            if len(pieces) > 2_000:  # each one copies the rest
                pieces.append(data[position:].decode(charset, "replace"))
                break
            bad = position + error.start
            pieces.append(data[position:bad].decode(charset, "replace"))
            pieces.append(_one_byte(data[bad : bad + 1], other))
            position = bad + 1
    return "".join(pieces)


def _one_byte(byte, charset):
    return _strictly(byte, charset) or _strictly(byte, "cp1252") or byte.decode("latin-1")


def _is_mostly(data, charset):
    text = data[:MAX_SAMPLE].decode(charset, "replace")
    return text.count("\ufffd") * 10 < sum(1 for char in text if not char.isascii())


def _is_mostly_utf8(data):
    text = data[:MAX_SAMPLE].decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return bad <= sum(1 for char in text if not char.isascii()) - bad


def _detected(data, language):
    """The charset in which the letters make up words of a language."""
    hint = OF_LANGUAGE.get(language, "cp1252")
    sample, best = data[:MAX_SAMPLE], (0.0, hint)
    for charset, known in WIDE.items():
        text = sample.decode(charset, "replace")
        wide = sum(1 for char in text if char > "\u2e80")
        if wide < 2 or "\ufffd" in text[:-1]:
            continue
        share, bonus = len(known.findall(text)) / wide, 0.5 if charset in WIDE_OF_LANGUAGE.get(language, ()) else 0.0
        if share > 0.15 or bonus:
            score = bonus + share / 2 + 0.5 - len(WIDE_IN_WORD.findall(text)) / wide
            if charset == "cp949":
                score -= len(CHINESE.findall(text)) / wide
            best = max(best, (score, charset))
    for charset, languages in LANGUAGES.items():
        text = sample.decode(charset, "replace")
        if C1_CONTROLS.search(text) or (charset == "cp874" and charset != hint):  # all bytes are Thai letters
            continue
        score = max(_share(text, letters) for letters in languages) - _oddity(text)
        if charset == hint:
            score += 0.5 if language in OF_LANGUAGE else 0.1
        if score > best[0] + 0.001:
            best = (score, charset)
    return best[1]


def _oddity(text):
    """How many of the other characters than ASCII are symbols that no one writes."""
    others = [char for char in text if not char.isascii()]
    return sum(1 for char in others if not char.isalpha() and char not in PUNCTUATION) / len(others) if others else 0.0


def _share(text, letters):
    """How many of the words with other letters than ASCII are of a language: between 0 and 1."""
    words = NON_ASCII_WORD.findall(text)
    first, is_latin = letters[0], letters[0] < "\u0250"
    letters = set(letters)
    fits = 0.0
    for word in words:
        odd = [char for char in word if not char.isascii()]
        if any(char.lower() not in letters for char in odd):
            continue
        if not is_latin and len(odd) < len(word):
            continue
        # Small letters within a word: the wrong Cyrillic charset swaps them.
        fits += 0.5 if any(char.isupper() for char in word[1:]) and not word.isupper() else 1.0
        fits -= 0.2 if len(word) > 1 and word.isupper() else 0
    if not words:
        return 0.0
    if frequent := FREQUENT.get(first):
        found = [char.lower() for word in words for char in word]
        fits *= 0.6 + 0.4 * sum(char in frequent for char in found) / len(found)
        if first == "а" and len(words) > 1 and not any(word[0].isupper() for word in words):
            fits *= 0.9  # Hebrew has no capitals
    return fits / len(words)
