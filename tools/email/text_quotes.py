"""Finds quoted history and signatures in plain text, line by line.

Only what an email program or a sender has marked counts: ">", "On Monday Jane wrote:" above a quote, the line above an
original message, Outlook's block of header lines, "-- " above a signature. An email that was forwarded is no quote:
it is what the sender wants to show.
"""

import re

from . import quotes
from .quote_words import DEVICE, DEVICE_NAME, FORWARDED, LABEL, ORIGINAL, VERBS

#: A line of ">" marks; "From" at the beginning of a line gets one on its way.
QUOTED = re.compile(r"[ \t]{0,3}>(?!From )")
#: Lines longer than this are text.
MAX_LINE = 500
#: The line of a telephone is shorter.
MAX_DEVICE = 90
#: Lines of an attribution that was wrapped, and of a signature.
MAX_ATTRIBUTION, MAX_SIGNATURE, MAX_BARE_SIGNATURE = 4, 40, 12

#: "On Mon, 2 Nov 2026 at 10:15, Jane Doe <jane@x.example> wrote:", in the languages of email programs.
ATTRIBUTION = re.compile(rf"(?:.*[\s)>\d])?(?:{VERBS})(?![^\W\d_]).{{0,80}}[:：]\s*\Z", re.IGNORECASE)
ATTRIBUTION_START = re.compile(
    r"[-*_ ]{0,4}(?:on|am|le|el|em|il|dne|dňa|dnia|w dniu|den|op|på|ti|ma|to|fre|man|tir|ons|tor|lør|søn|lör|sön|"
    r"(?:mo|di|mi|do|fr|sa|so|po|út|st|čt|pá|so|ne|pon|wt|śr|czw|pt|sob|niedz|lun|mar|mer|jeu|ven|sam|dim)\.?|"
    r"в|пн|вт|ср|чт|пт|сб|вс|\d{1,4}[./-]\s?\d{1,2}[./-]|\d{1,2}\.? |from|von|od|de)(?![^\W\d_])",
    re.IGNORECASE,
)
#: What tells an attribution from a sentence that ends with "wrote:".
DATED = re.compile(r"@|\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./]\s?\d{1,2}[./]")

RULE = re.compile(r"\s*[_=-]{5,}\s*\Z")
SIGNATURE = re.compile(r"--[ \xa0]?\Z")
#: GroupWise: ">>> Jane Doe <jane@x.example> 02.11.2026 10:15 >>>", and the old text below it has no marks.
MARKED_LINE = re.compile(r">>> .{0,200}(?:@|\d).{0,200} >>>\s*\Z")
#: Right-to-left programs put these anywhere into a line.
BIDI = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def segments(lines, is_forward=False):
    """``[(whether it is quoted, its lines)]`` of a text, in order and complete.

    :param is_forward: the email forwards another one, or answers none, so a block of header lines is no quote
    """
    shown, lines = lines, [BIDI.sub("", line) for line in lines]
    quoted = [False] * len(lines)
    _mark_lines(lines, quoted)
    end = None if is_forward else _history(lines, quoted)
    if end is not None:
        quoted[end:] = [True] * (len(lines) - end)
    _mark_signature(lines, quoted)
    if all(mark or not line.strip() for mark, line in zip(quoted, lines, strict=True)):
        return [(False, shown)]
    found = []
    for mark, line in zip(quoted, shown, strict=True):
        if found and found[-1][0] == mark:
            found[-1][1].append(line)
        else:
            found.append((mark, [line]))
    return found


def _mark_lines(lines, quoted):
    """Mark blocks of lines with ">", with the attribution above them and empty lines within them."""
    number = 0
    while number < len(lines):
        if not QUOTED.match(lines[number]):
            number += 1
            continue
        end = last = number
        while end < len(lines) and (QUOTED.match(lines[end]) or not lines[end].strip()):
            last = end if lines[end].strip() else last
            end += 1
        above = _line_above(lines, number)
        first = next((line for line in lines[number : last + 1] if line.strip("> \t")), "")
        if not _is_forward_mark(first) and not (above is not None and _is_forward_mark(lines[above])):
            begin = _attribution(lines, above) if above is not None else None
            for index in range(number if begin is None else begin, last + 1):
                quoted[index] = True
        number = last + 1


def _is_forward_mark(line):
    return bool(FORWARDED.match(line[:MAX_LINE]))


def _line_above(lines, number):
    """The last line with words above, at most two empty lines away."""
    for index in range(number - 1, max(number - 4, -1), -1):
        if lines[index].strip():
            return index
    return None


def _attribution(lines, last):
    """Where the attribution that ends with a line begins, or None if there is none."""
    text = ""
    for begin in range(last, max(last - MAX_ATTRIBUTION, -1), -1):
        if not lines[begin].strip() or QUOTED.match(lines[begin]):
            break
        text = f"{lines[begin].strip()} {text}".strip()[-2 * MAX_LINE :]
        if ATTRIBUTION_START.match(lines[begin][:MAX_LINE]) and (_is_attribution(text) or _is_short_attribution(text)):
            return begin
    text = lines[last].strip()[-MAX_LINE:]
    return last if _is_attribution(text) or _is_short_attribution(text) else None


def _is_attribution(text):
    return bool(ATTRIBUTION.match(text) or quotes.ATTRIBUTION.match(text))


def _is_short_attribution(line):
    """``Jane Doe <jane@x.example>:`` or ``Citát z jane@x.example:``"""
    line = line.strip()[:MAX_LINE]
    return line.endswith(":") and "@" in line and len(line) < 200


def _history(lines, quoted):
    """Where the history of the conversation begins that is not marked with ">", or None."""
    for number, line in enumerate(lines):
        if len(line) <= MAX_LINE and MARKED_LINE.match(line):
            return number
        if quoted[number] or not line.strip() or len(line) > MAX_LINE:
            continue
        if _is_forward_mark(line):
            return None  # all below is what the sender shows
        if ORIGINAL.match(line) or _is_rule_above_header_block(lines, number):
            return number
        found = LABEL.match(line)
        if found and _is_header_block(lines, number):
            above = _line_above(lines, number)
            if above is not None and _is_forward_mark(lines[above]):
                return None
            return above if above is not None and RULE.match(lines[above]) else number
        if _is_open_attribution(lines, number, quoted):
            return number
    return None


def _is_open_attribution(lines, number, quoted):
    """Whether an attribution begins here, and what follows it has no ">"."""
    text, has_start = "", bool(ATTRIBUTION_START.match(lines[number]))
    for last in range(number, min(number + (MAX_ATTRIBUTION if has_start else 1), len(lines))):
        if not lines[last].strip():
            return False
        text = f"{text} {lines[last].strip()}"
        if len(text) > 2 * MAX_LINE:
            return False
        if _is_attribution(text) and DATED.search(text) and (has_start or "@" in text):
            below = next((index for index in range(last + 1, len(lines)) if lines[index].strip()), None)
            return below is not None and not quoted[below]
    return False


def _is_rule_above_header_block(lines, number):
    """Whether a line of dashes stands above header lines, which may be marked as quoted."""
    if not RULE.match(lines[number]):
        return False
    below = next((index for index in range(number + 1, min(number + 3, len(lines))) if lines[index].strip()), None)
    found = below is not None and LABEL.match(lines[below][:MAX_LINE])
    return bool(found and found["sender"]) and _is_header_block(lines, below)


def _is_header_block(lines, number):
    """Whether the headers of an email follow one another, with a subject or an address.

    The sender is the first of three or more, or the second of four or more.
    """
    labels, stray, is_email, sender = set(), 0, False, None
    follows = number > 0 and bool(LABEL.match(lines[number - 1][:MAX_LINE]))
    for position, line in enumerate(lines[number : number + 12]):
        found = LABEL.match(line[:MAX_LINE])
        if found:
            sender = position if found["sender"] and sender is None else sender
            is_email = is_email or bool(found["subject"]) or "@" in line
            labels.add(found[0].strip("> *_:：").lower())
        elif line.strip():
            stray += 1
            if stray > 2:
                break
        elif len(labels) >= 3:
            break
    return is_email and ((sender == 0 and len(labels) >= 3) or (sender == 1 and len(labels) >= 4 and not follows))


def _mark_signature(lines, quoted):
    """Mark the signature, and the line of a phone, at the end of the words.

    Several lines of "--" without a space stand between paragraphs.
    """
    bare = [line for line, mark in zip(lines, quoted, strict=True) if not mark and line.rstrip("\r\n") == "--"]
    last = max((index for index, line in enumerate(lines) if line.strip() and not quoted[index]), default=-1)
    begin = last
    while begin >= 0 and last - begin <= MAX_SIGNATURE and not quoted[begin]:
        line = lines[begin].rstrip("\r\n")
        longest = MAX_SIGNATURE if line.endswith((" ", "\xa0")) else MAX_BARE_SIGNATURE if len(bare) == 1 else -1
        if SIGNATURE.match(line) and last - begin <= longest:
            quoted[begin : last + 1] = [True] * (last + 1 - begin)
            _mark_signature_of_device(lines, quoted)
            return
        begin -= 1
    _mark_signature_of_device(lines, quoted)


def is_line_of_device(line):
    """Whether a telephone or a program writes such a line below the words: "Sent from my iPhone"."""
    return len(line) <= MAX_DEVICE and bool(DEVICE.match(line)) and bool(DEVICE_NAME.search(line))


def _mark_signature_of_device(lines, quoted):
    words = [index for index, line in enumerate(lines) if line.strip() and not quoted[index]][-2:]
    for index in words:
        if ", " not in lines[index] and is_line_of_device(lines[index]):
            for following in range(index, words[-1] + 1):
                quoted[following] = True
            return
