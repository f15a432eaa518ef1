"""Writes the labels of a domain in ASCII or Unicode where the rules of IDNA 2008 do not apply."""

from contextlib import suppress


def to_ascii(label):
    """One label of a domain that IDNA 2008 does not allow, such as an emoji, in ASCII; "" if it is too long."""
    coded = label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
    return coded if len(coded) <= 63 else ""


def to_unicode(label):
    """One label of a domain in Unicode; one that is longer than allowed stays as it is (RFC 1035, 2.3.4)."""
    if not label.startswith("xn--") or len(label) > 63:
        return label
    with suppress(UnicodeError):
        return label[4:].encode("ascii").decode("punycode")
    return label
