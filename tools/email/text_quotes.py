"""Finds quoted history and signatures in plain text, line by line.

Only what an email program or a sender has marked counts: ">", "On Monday Jane wrote:" above a quote, the line above an
original message, Outlook's block of header lines, "-- " above a signature. An email that was forwarded is no quote:
it is what the sender wants to show.
"""

import re

from . import quotes

#: A line of ">" marks; "From" at the beginning of a line gets one on its way.
QUOTED = re.compile(r"[ \t]{0,3}>(?!From )")
#: Lines longer than this are text.
MAX_LINE = 500
#: Lines of an attribution that was wrapped, and of a signature.
MAX_ATTRIBUTION, MAX_SIGNATURE, MAX_BARE_SIGNATURE = 4, 40, 12

VERBS = (
    r"wrote|writes|schrieb(?: am)?|hat (?:am .{0,40})?geschrieben|a écrit|escribió|escreveu|ha scritto|scrisse|"
    r"napsala?|napísala?|napsal\(a\)|napísal\(a\)|napisał(?:a|\(a\))?|pisze|je napisala?|skrev|schreef|geschreven|"
    r"kirjoitti|(?:ezt )?írta|a scris|написала?|пишет|пише|έγραψε|"
    r"yazdı|şunları yazdı|写道|寫道|님이 작성|さんは書きました|작성"
)
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

ORIGINAL = re.compile(
    r"[-_=*\s]{2,}\s*(?:original message|original appointment|reply message|reply to message|message d'origine|"
    r"message original|original-nachricht|ursprüngliche nachricht|originalnachricht|original e-?mail|"
    r"původní zpráva|původní e-?mail|pôvodná správa|oryginalna wiadomość|wiadomość oryginalna|"
    r"mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|ursprungligt meddelande|"
    r"originalmeddelande|oprindelig meddelelse|opprinnelig melding|original besked|alkuperäinen viesti|eredeti üzenet|"
    r"mesaj original|originalna poruka|izvirno sporočilo|исходное сообщение|пересланное сообщение|оригинал|"
    r"αρχικό μήνυμα|orijinal mesaj|原始邮件|原始郵件|元のメッセージ|원본 메시지|"
    r"on .{10,200} wrote)\s*:?\s*[-_=*\s]{2,}\Z|original message processed by ",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"[->*_\s]*(?:begin forwarded message|forwarded (?:message|by)|fwd|anfang der weitergeleiteten|"
    r"weitergeleitete nachricht|začátek přeposílané|přeposlaná zpráva|přeposlaný e-?mail|začiatok preposlanej|"
    r"preposlaná správa|début du message|message transf|message transmis|inicio del mensaje reenviado|"
    r"mensaje reenviado|inizio messaggio inoltrato|messaggio inoltrato|início da mensagem|mensagem (?:re)?encaminhada|"
    r"begin doorgestuurd|doorgestuurd bericht|videresendt|vidarebefordrat|välitetty viesti|początek przekazywanej|"
    r"przekazana wiadomość|treść przekazanej|továbbított|mesaj redirecționat|пересылаемое|перенаправленное|"
    r"начало переадресованного|iletilen|iletilmiş|转发邮件|転送)",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"[>*_\s]{0,4}(?:(?P<sender>from|von|de|od|da|van|från|fra|lähettäjä|feladó|nadawca|mittente|от|від|kimden|από|"
    r"发件人|寄件者|差出人|보낸 사람)|(?P<other>date|sent|datum|dato|data|dată|fecha|tarih|dátum|päivämäärä|gesendet|"
    r"odesláno|odoslané|envoyé|enviado|enviada|inviato|wysłano|verzonden|skickat|sendt|lähetetty|elküldve|trimis|"
    r"отправлено|дата|gönderilen|to|an|à|a|komu|do|para|aan|till|til|pro|vastaanottaja|címzett|adresat|кому|kime|"
    r"subject|betreff|předmět|predmet|objet|oggetto|asunto|assunto|temat|onderwerp|ämne|emne|aihe|tárgy|subiect|"
    r"тема|konu|θέμα|cc|kopie|kopia|копия|发送时间|收件人|主题|日期|日付|送信日時|宛先|件名|날짜|"
    r"받는 사람|제목))\s?\*?[:：]",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*[_=-]{5,}\s*\Z")
SIGNATURE = re.compile(r"--[ \xa0]?\Z")
DEVICE = re.compile(
    r"[-\s]{0,4}(?:sent (?:from|via|with) (?:my |the |a |samsung|outlook|yahoo|proton|mail|e-?mail|galaxy|ios|"
    r"gmail|mobile)|"
    r"get outlook for|(?:diese nachricht wurde )?von meine[mr] .{0,40}(?:gesendet|verschickt)|"
    r"gesendet (?:von|mit|über)|"
    r"outlook (?:für|pour|para|per|pro) (?:ios|android)|holen sie sich outlook|télécharge[zr] outlook|obtén outlook|"
    r"odesláno z|odoslané z|wysłane z|wysłano z|envoyé (?:de|depuis|à partir)|enviado (?:desde|do|de|a partir)|"
    r"inviato da|verzonden (?:vanaf|met|via)|verstuurd vanaf|skickat från|sendt fra|"
    r"lähetetty |отправлено с|iphone'umdan)",
    re.IGNORECASE,
)


def segments(lines, is_forward=False):
    """``[(whether it is quoted, its lines)]`` of a text, in order and complete.

    :param is_forward: the email forwards another one, so a block of header lines is no quote
    """
    quoted = [False] * len(lines)
    _mark_lines(lines, quoted)
    end = None if is_forward else _history(lines, quoted)
    if end is not None:
        quoted[end:] = [True] * (len(lines) - end)
    _mark_signature(lines, quoted)
    if all(mark or not line.strip() for mark, line in zip(quoted, lines, strict=True)):
        return [(False, lines)]
    found = []
    for mark, line in zip(quoted, lines, strict=True):
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
        if quoted[number] or not line.strip() or len(line) > MAX_LINE:
            continue
        if _is_forward_mark(line):
            return None  # all below is what the sender shows
        if ORIGINAL.match(line) or _is_rule_above_header_block(lines, number):
            return number
        found = LABEL.match(line)
        if found and found["sender"] and _is_header_block(lines, number):
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
    """Whether three header lines, or more, follow one another."""
    labels, stray = set(), 0
    for line in lines[number : number + 12]:
        found = LABEL.match(line[:MAX_LINE])
        if found:
            labels.add(found[0].strip("> *_:：").lower())
        elif line.strip():
            stray += 1
            if stray > 2:
                break
        elif len(labels) >= 3:
            break
    return len(labels) >= 3


def _mark_signature(lines, quoted):
    """Mark the signature, and the line of a phone, at the end of the words."""
    last = max((index for index, line in enumerate(lines) if line.strip() and not quoted[index]), default=-1)
    begin = last
    while begin >= 0 and last - begin <= MAX_SIGNATURE and not quoted[begin]:
        line = lines[begin].rstrip("\r\n")
        longest = MAX_SIGNATURE if line.endswith((" ", "\xa0")) else MAX_BARE_SIGNATURE
        if SIGNATURE.match(line) and last - begin <= longest:
            quoted[begin : last + 1] = [True] * (last + 1 - begin)
            _mark_signature_of_device(lines, quoted)
            return
        begin -= 1
    _mark_signature_of_device(lines, quoted)


def _mark_signature_of_device(lines, quoted):
    words = [index for index, line in enumerate(lines) if line.strip() and not quoted[index]][-2:]
    for index in words:
        if len(lines[index]) < 90 and ", " not in lines[index] and DEVICE.match(lines[index]):
            for following in range(index, words[-1] + 1):
                quoted[following] = True
            return
