"""Finds the sender of an email that an agent forwarded to the mailbox.

A forward is recognised by its subject ("FW:" and similar prefixes, not after a "RE:") or by the marker line that
Gmail, Apple Mail, Thunderbird and Yahoo put above a forwarded email. Then the first block of header lines names the
sender. A reply in Outlook quotes the same kind of block. Therefore an email with a reply prefix is never a forward, and
text below a quote or an attribution ("Jane wrote:") is ignored.

The labels and markers are those of Outlook, Apple Mail, Gmail, Thunderbird and Yahoo in their languages, as collected
in the tests of https://github.com/crisp-oss/email-forward-parser.
"""

import re
from dataclasses import dataclass

from ..email import addresses, mime_text, quotes, reference

#: Labels of header lines, by field.
LABELS = {
    "from": "from von de da od van från fra lähettäjä feladó nadawca mittente šalje expeditorul expeditor отправитель"
    " от від kimden gönderen saatja 发件人 寄件者 差出人 보낸 보낸사람",
    "date": "date sent datum dato data dată fecha tarih dátum päivämäärä päiväys gesendet odesláno odoslané poslano"
    " envoyé enviado inviato wysłano verzonden skickat sendt lähetetty elküldve trimis отправлено відправлено дата"
    " gönderilen gönderildi 发送时间 日期 日付 送信日時",
    "to": "to an à a komu do para aan til till pour pre prima vastaanottaja címzett adresat destinatarul către кому"
    " kime alıcı 收件人 收件者 宛先",
    "subject": "subject betreff předmět predmet objet sujet oggetto asunto assunto temat onderwerp ämne emne aihe tárgy"
    " subiect subiectul тема konu naslov 主题 主旨 件名 제목",
    "other": "cc bcc kopie kopia kopi kopio kópia copie dw másolat копия копія bilgi importance wichtigkeit důležitost"
    " reply-to attachments anlagen přílohy",
}
#: Labels of two words.
LONG_LABELS = {"de la": "from", "від кого": "from", "보낸 사람": "from", "받는 사람": "to", "copie à": "other"}
FIELD_OF = {word: field for field, words in LABELS.items() for word in words.split()} | LONG_LABELS
#: ``*From:* Jane <jane@x.example>``: email programs turn bold text into stars.
LABELLED = re.compile(r"[*_\s]{0,4}([^\W\d_][\w-]*(?: [^\W\d_]\w*)?) ?[*_]{0,2}[:：][*_]{0,2}\s*(.*)")
#: Number of different header lines that make a block; right below a marker, From is enough.
ENOUGH = 3
#: Other lines allowed inside a block: a continued list of recipients, paragraphs of HTML.
MAX_STRAY = 4
MAX_LINE = 1_000

#: Marker lines above a forwarded email, without dashes, colon and quote marks.
MARKERS = frozenset(
    line.casefold()
    for line in (
        "Begin forwarded message",
        "Forwarded message",
        "Anfang der weitergeleiteten Nachricht",
        "Weitergeleitete Nachricht",
        "Začátek přeposílané zprávy",
        "Přeposlaná zpráva",
        "Začiatok preposlanej správy",
        "Preposlaná správa",
        "Preposlaná správa --- Forwarded Message",
        "Početak proslijeđene poruke",
        "Započni proslijeđenu poruku",
        "Proslijeđena poruka",
        "Posredovano sporočilo",
        "Début du message réexpédié",
        "Début du message transféré",
        "Message transféré",
        "Message transmis",
        "Inicio del mensaje reenviado",
        "Mensaje reenviado",
        "Inizio messaggio inoltrato",
        "Messaggio inoltrato",
        "Início da mensagem reencaminhada",
        "Início da mensagem encaminhada",
        "Mensagem reencaminhada",
        "Mensagem encaminhada",
        "Begin doorgestuurd bericht",
        "Doorgestuurd bericht",
        "Start på videresendt besked",
        "Videresendt meddelelse",
        "Videresendt melding",
        "Vidarebefordrat mejl",
        "Vidarebefordrat meddelande",
        "Välitetty viesti alkaa",
        "Välitetty viesti / Fwd.Msg",
        "Edelleenlähetetty viesti",
        "Początek przekazywanej wiadomości",
        "Treść przekazanej wiadomości",
        "Przekazana wiadomość",
        "Továbbított levél kezdete",
        "Továbbított üzenet",
        "Începe mesajul redirecționat",
        "Mesaj redirecționat",
        "Начало переадресованного сообщения",
        "Пересылаемое сообщение",
        "Перенаправленное сообщение",
        "Початок листа, що пересилається",
        "Перенаправлене повідомлення",
        "Переслане повідомлення",
        "İleti başlangıcı",
        "İletilmiş Mesaj",
        "İletilen İleti",
        "转发邮件信息",
        "転送されたメッセージ",
    )
)
DASHED = re.compile(r"-{3,12}\s*(.+?)\s*-{3,12}")
#: The length of the local part is limited (RFC 5321 section 4.5.3.1), or a line of letters takes quadratic time.
ADDRESS = r"[^\s<>\[\]()\"',;:@]{1,64}@[^\s<>\[\]()\"',;:]+"
#: ``<jane@x.example>``, ``[mailto:jane@x.example]``, else the first bare address.
SENDER = re.compile(rf"[<\[(]\s*(?:mailto:)?({ADDRESS})|({ADDRESS})", re.IGNORECASE)
#: The name in an attribution: ``On Monday, "Jane Doe" <jane@x.example> wrote:``
NAME_IN_QUOTES = re.compile(r"[\"„“«]([^\"„“”«»]{1,100})[\"“”»]\s*[<\[(]")


@dataclass(frozen=True)
class Original:
    """The email that was forwarded."""

    name: str  #: may be empty
    address: str  #: normalised
    subject: str  #: without forward and reply prefixes; may be empty


def original(message):
    """The email that `message` forwards, or None if it forwards none or the sender is unknown.

    The caller decides whether the forwarder may act for another person.
    """
    subject = mime_text.decode(mime_text.header(message, "Subject"))
    if reference.is_reply(subject):
        return None
    has_prefix = reference.is_forward(subject)
    block = _block(mime_text.body_text(message).split("\n"), has_prefix)
    if block.get("label") == "lähettäjä" and reference.lead_of(subject) == reference.AMBIGUOUS_WORD:
        return None  # a Finnish reply
    found = _sender(block.get("from", ""))
    if found:
        return Original(*found, reference.clean_subject(block.get("subject") or subject))
    return _attached(message) if has_prefix else None


def _block(lines, anywhere):
    """The first block of header lines: ``{field: value}``, and its label of From under "label"; {} if there is none.

    :param anywhere: the email is surely a forward; otherwise only a block right below a marker counts
    """
    fields, last, stray, marked = {}, "", 0, False
    for line in lines:
        bare = line.lstrip("> \t")[:MAX_LINE].strip()
        if not marked and (line.startswith(">") or quotes.ATTRIBUTION.match(bare)):
            # The rest is quoted; a forward in it belongs to an earlier email.
            return {"from": bare} if anywhere and not line.startswith(">") else {}
        if _is_marker(bare):
            fields, last, stray, marked = {}, "", 0, True
        elif (field := _field(bare)) and (marked or anywhere) and field[0] not in fields:
            last, stray = field[0], 0
            fields[last] = field[2]
            if last == "from":
                fields["label"] = field[1]
        elif fields or marked:
            if bare and last and not fields[last]:
                fields[last] = bare  # the value is below its label
            stray += 1
            if _is_enough(fields, marked) and ("subject" in fields or stray > MAX_STRAY):
                break
            if stray > MAX_STRAY:
                fields, last, stray, marked = {}, "", 0, False
    return fields if _is_enough(fields, marked) else {}


def _is_enough(fields, marked):
    known = fields.keys() & LABELS.keys()
    return "from" in known and bool(_sender(fields["from"])) and (marked or len(known) >= ENOUGH)


def _is_marker(line):
    dashed = DASHED.fullmatch(line) if len(line) < 100 else None
    text = dashed[1] if dashed else line[:-1].rstrip() if line.endswith(":") else ""
    return text.casefold() in MARKERS


def _field(line):
    """``("from", "von", "Jane <jane@x.example>")`` of a header line, or None."""
    found = LABELLED.match(line)
    label = found[1].casefold() if found else ""
    return (FIELD_OF[label], label, found[2].strip("* ")) if label in FIELD_OF else None


def _sender(text):
    """``(name, address)`` of the first address in the From line of a block, or None."""
    if "@" not in text:
        return None
    found = next((match for match in SENDER.finditer(text) if match[1]), None) or SENDER.search(text)
    address = addresses.normalize(found[1] or found[2]) if found else ""
    if not address:
        return None
    quoted = NAME_IN_QUOTES.search(text)
    attributed = text.endswith(":") and not quoted
    name = quoted[1] if quoted else "" if attributed else text[: found.start()].strip(" \t\"'*<[(,")
    return ("" if "@" in name else mime_text.decode(name)), address


def _attached(message):
    """The attached email, or None if there are several senders: only one can be the customer."""
    found = {}
    for part in mime_text.parts(message):
        if mime_text.content_type(part) == ("message", "rfc822") and part.is_multipart():
            inner = part.get_payload()[0]
            for name, address in addresses.parse(*mime_text.header_values(inner, "From"))[:1]:
                found[address] = Original(name, address, reference.clean_subject(mime_text.header(inner, "Subject")))
    return next(iter(found.values())) if len(found) == 1 else None
