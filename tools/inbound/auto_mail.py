"""Classifies emails: written by a person or a program, and whether they may get automatic replies.

The rules apply in order and the first match decides, so a bounce that also says ``auto-replied`` is a bounce. Sources:
those of `auto_mail_headers`, RFC 3462/3464 and 3798/8098 (reports), RFC 5546 (calendars).
"""

import re
from dataclasses import dataclass
from enum import Enum

from ..common.translatable import Translatable, _
from ..email import addresses, mime_text, own_mark, reference
from . import auto_mail_headers as indicators
from . import bounces, calendar_replies, reactions

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

#: Why an email of ours that lost its headers is recognized.
CAME_BACK = _("our own email came back: it says what we wrote")
#: What Odoo names in the emails about a ticket.
TICKET_OBJECT = re.compile(r"(?:^|[\s,])helpdesk\.ticket-\d+\b")


class Kind(Enum):
    """Who or what wrote an email."""

    PERSON = "person"  #: a person
    AUTO_REPLY = "auto_reply"  #: an automatic reply: opens, reopens and answers nothing
    AUTO_GENERATED = "auto_generated"  #: another automatic email: may open a ticket, without automatic emails
    LIST = "list"  #: sent to many, perhaps by a person: may open a ticket, without automatic emails
    BOUNCE = "bounce"  #: an email of ours was not delivered
    RECEIPT = "receipt"  #: an email of ours was delivered, delayed or read
    REACTION = "reaction"  #: a person reacts to an email, such as with a thumbs-up, and says nothing
    OWN = "own"  #: an email of ours about a ticket came back


@dataclass(frozen=True)
class Classification:
    kind: Kind
    reason: str  #: the deciding header, in plain words: a `Translatable`


class _Mail:
    """The headers of an email, each read once."""

    def __init__(self, message, is_marked=False):
        self.message, self.is_marked = message, is_marked
        self._values = {}
        for name, value in mime_text.headers(message):
            self._values.setdefault(name.lower(), []).append(value)
        self.senders = addresses.parse(*self.values("From"))
        self.sender = self.senders[0][1] if self.senders else ""
        self.subject = mime_text.decode(self.first("Subject"))

    def values(self, header):
        return self._values.get(header.lower(), [])

    def first(self, header):
        return next(iter(self.values(header)), "")

    def is_reply(self):
        """Whether it refers to another email."""
        return bool(self.first("In-Reply-To") or self.first("References"))

    def first_of(self, table):
        """The first matching indicator in plain words, with its header; or ""."""
        return next((text for _indicator, text in self.all_of(table)), "")

    def all_of(self, table):
        """``(indicator, its meaning in plain words)`` for each match."""
        for indicator in table:
            for value in self.values(indicator.header):
                if indicator.pattern.match(value):
                    yield indicator, _quote(indicator.header, value, indicator.meaning)


def classify(message, own_addresses=(), is_marked=False):
    """The kind of an email, and the header that decided.

    :param message: an ``email.message.Message``; its content never raises
    :param own_addresses: addresses of our own mailboxes. A list header with such an address is our own mailbox
        (support@ is often a Google group) and does not count; our own headers with such a sender are a loop
    :param is_marked: it has the mark of our own emails (`tools.email.own_mark`)
    """
    return _classify(_Mail(message, is_marked), own_addresses)


def suppress_auto_replies(message, own_addresses=(), is_marked=False, classification=None):
    """Why no automatic email may be sent in reply, or "" if it may (RFC 3834 section 2, and no-reply senders).

    :param classification: what `classify` has returned for it, if that is known
    """
    mail = _Mail(message, is_marked)
    classification = classification or _classify(mail, own_addresses)
    if classification.kind is not Kind.PERSON:
        return classification.reason
    if len(mail.senders) != 1:
        return _("From names %(count)s senders", count=len(mail.senders))
    if any(addresses.same(mail.sender, own) for own in own_addresses):
        return _("From is one of our own mailboxes")
    if is_no_reply(mail.sender):
        return _("From is a no-reply address")
    return mail.first_of(indicators.SUPPRESS_INDICATORS)


def sent_to_many(message, own_addresses=(), classification=None):
    """Why an email is a newsletter or comes from a mailing list, or "" if it is neither.

    An automatic email that says so of itself, or names its program, is an alert, even if it was sent in bulk.

    :param classification: what `classify` has returned for it, if that is known
    """
    kind = (classification or classify(message, own_addresses)).kind
    if kind not in (Kind.LIST, Kind.AUTO_GENERATED):
        return ""
    mail = _Mail(message)
    if _is_own_list(mail, own_addresses):
        return ""
    listed = mail.first_of(indicators.NEWSLETTER_INDICATORS)
    if listed or kind is Kind.LIST:
        return listed or mail.first_of(indicators.BULK_INDICATORS)
    programs = [one for one in indicators.AUTOMATIC_INDICATORS if one not in indicators.BULK_INDICATORS]
    is_alert = mail.first_of((*indicators.GENERATED_INDICATORS, *programs))
    return "" if is_alert else mail.first_of(indicators.BULK_INDICATORS)


def is_no_reply(address):
    """Whether this is a no-reply address, by its local part."""
    return bool(indicators.NO_REPLY.fullmatch(address.rpartition("@")[0]))


def _classify(mail, own_addresses):
    for rule in (_report, _bounce, _calendar_reply, _loop, _reaction, _auto_reply, _generated, _list, _weak):
        classification = rule(mail, own_addresses)
        if classification:
            return classification
    return Classification(Kind.PERSON, _("no indicator of an automatic email"))


def _report(mail, _own):
    """multipart/report, by its report type."""
    if mime_text.content_type(mail.message) != ("multipart", "report"):
        # A gateway has replaced it, or somebody forwards a receipt.
        is_receipt = not reference.is_forward(mail.subject) and bounces.says_it_was_read(mail.message, mail.sender)
        return Classification(Kind.RECEIPT, _("multipart/report: a read receipt (RFC 8098)")) if is_receipt else None
    # About international addresses, some servers write "global-" before the type (RFC 6533).
    report = mime_text.decode(mime_text.parameter(mail.message, "report-type")).lower().removeprefix("global-")
    contents = [mime_text.content_type(part) for part in mime_text.parts(mail.message)]
    if report == "disposition-notification" or not bounces.RECEIPTS.isdisjoint(contents):
        return Classification(Kind.RECEIPT, _("multipart/report: a read receipt (RFC 8098)"))
    actions = [action for action in map(bounces.action, bounces.groups(mail.message)) if action]
    if report not in ("", "delivery-status"):
        return Classification(Kind.AUTO_GENERATED, f"multipart/report: {report[:40]}")
    if actions and "failed" not in actions:
        # "delayed" and "delivered" are no failures: RFC 3464 section 2.3.3.
        return Classification(
            Kind.RECEIPT, _("multipart/report: delivery %(action)s (RFC 3464)", action=actions[0][:20])
        )
    return Classification(Kind.BOUNCE, _("multipart/report: not delivered (RFC 3464)"))


def _bounce(mail, own_addresses):
    """Bounces without multipart/report: from qmail, old Exim and many web hosts."""
    if mail.first("X-Failed-Recipients"):
        return Classification(
            Kind.BOUNCE, _quote("X-Failed-Recipients", mail.first("X-Failed-Recipients"), _("not delivered"))
        )
    local = mail.sender.rpartition("@")[0]
    if indicators.MAIL_SERVER.search(local or mail.first("From")):
        return Classification(Kind.BOUNCE, _quote("From", mail.first("From"), _("a bounce from a mail server")))
    # A postmaster may be a person, and a person may write such a subject; both together are a bounce.
    if local == "postmaster" and indicators.UNDELIVERED_SUBJECT.match(mail.subject):
        return Classification(
            Kind.BOUNCE, _quote("From", mail.first("From"), _("a bounce from a postmaster, by its subject"))
        )
    if indicators.UNDELIVERED_SUBJECT.match(mail.subject) and _returns_ours(mail, own_addresses):
        return Classification(Kind.BOUNCE, _quote("Subject", mail.subject, _("it returns an email of ours")))
    return None


def _returns_ours(mail, own_addresses):
    """Whether an email holds a whole email from one of our addresses, or its headers."""
    for returned in bounces.returned(mail.message):
        senders = addresses.parse(*mime_text.header_values(returned, "From"))
        if senders and any(addresses.same(senders[0][1], own) for own in own_addresses):
            return True
    return False


def _calendar_reply(mail, _own):
    """A calendar accepts or declines (RFC 5546 section 3.2.3). A proposal (COUNTER) is written by a person.

    Gmail keeps the type of the file when a person forwards such an email. To decline, people often say why: these words
    are a person's.
    """
    if reference.is_forward(mail.subject):
        return None
    for part in mime_text.parts(mail.message):
        if mime_text.content_type(part) == ("text", "calendar"):
            if mime_text.parameter(part, "method").upper() == "REPLY":
                if calendar_replies.has_words(mail.message, part):
                    return None
                return Classification(Kind.AUTO_REPLY, _("text/calendar; method=REPLY: an automatic calendar reply"))
    return None


def _loop(mail, own_addresses):
    """Our own email, which Odoo misses if a server gave it another Message-ID (Amazon SES, Exchange Online).

    X-Loop with our address is not enough: forwarders in front of a mailbox add it to all emails. What this Odoo sends
    about other records, such as an invoice, is an email like any other.
    """
    if mail.is_marked:
        header = own_mark.HEADER
        return Classification(Kind.OWN, _quote(header, mail.first(header), _("a loop: our own email came back")))
    objects = mail.first("X-Odoo-Objects")
    if TICKET_OBJECT.search(objects) and any(addresses.same(mail.sender, own) for own in own_addresses):
        return Classification(Kind.OWN, _quote("X-Odoo-Objects", objects, _("a loop: our own email came back")))
    return None


def _reaction(mail, _own):
    reaction = reactions.reaction(mail.message)
    if not reaction:
        return None
    return Classification(
        Kind.REACTION, _("a reaction in %(program)s %(emoji)s", program=reaction.program, emoji=reaction.emoji)
    )


def _auto_reply(mail, _own):
    indicator = mail.first_of(indicators.AUTO_REPLY_INDICATORS) or _exchange(mail) or _by_subject(mail)
    return Classification(Kind.AUTO_REPLY, indicator) if indicator else None


def _exchange(mail):
    """An out-of-office reply from Exchange. It says auto-generated, against RFC 3834, so other headers decide.

    X-MS-Exchange-Inbox-Rules-Loop alone is on every email that an inbox rule redirected, X-Auto-Response-Suppress alone
    on ordinary emails. An email that a rule forwarded has both, and "FW:".
    """
    suppress = mail.first("X-Auto-Response-Suppress")
    rules = mail.first("X-MS-Exchange-Inbox-Rules-Loop")
    agent = mail.first("X-MS-Exchange-Generated-Message-Source")
    if not re.search(r"\ball\b", suppress, re.IGNORECASE) or not (rules or "rules agent" in agent.lower()):
        return ""
    if reference.is_forward(mail.subject):
        return ""
    return _quote("X-Auto-Response-Suppress", suppress, _("an out-of-office reply from Exchange"))


def _by_subject(mail):
    """The subject of an out-of-office reply, together with another indicator."""
    if not indicators.AUTOMATIC_SUBJECT.match(mail.subject):
        return ""
    indicator = mail.first_of(
        (*indicators.GENERATED_INDICATORS, *indicators.AUTOMATIC_INDICATORS, *indicators.SUPPRESS_INDICATORS)
    )
    return _("%(header)s, and the subject of an out-of-office reply", header=indicator) if indicator else ""


def _generated(mail, _own):
    indicator = mail.first_of(indicators.GENERATED_INDICATORS)
    return Classification(Kind.AUTO_GENERATED, indicator) if indicator else None


def _list(mail, own_addresses):
    if _is_own_list(mail, own_addresses):
        return None
    indicator = mail.first_of(indicators.LIST_INDICATORS)
    return Classification(Kind.LIST, indicator) if indicator else None


def _is_own_list(mail, own_addresses):
    """Whether it came through a list with an address of ours: support@ is often a Google group."""
    names = {form for own in own_addresses for form in (own.lower(), own.lower().replace("@", "."))}
    named = " ".join(value for header in ("List-Id", "List-Post", "Mailing-List") for value in mail.values(header))
    return bool(names & set(re.split(r"[\s<>:;,]+", named.lower())))


def _weak(mail, _own):
    """Headers that programs add without saying that they are programs, so these rules come last.

    An automatic reply protects itself with an empty return path (RFC 3834 section 3.3, RFC 5230 section 5.1), so an
    email that has one and refers to another email is an automatic reply. The marks of other helpdesks also stand on
    replies that their agents wrote.
    """
    indicator, text = next(mail.all_of(indicators.AUTOMATIC_INDICATORS), (None, ""))
    if not indicator:
        return None
    protected = indicator.header == "Return-Path" and mail.is_reply()
    return Classification(Kind.AUTO_REPLY if protected else Kind.AUTO_GENERATED, text)


def _quote(header, value, meaning):
    """``Precedence: bulk (sent in bulk)``; the value is untrusted, so it is cut and on one line."""
    return Translatable(
        "%(header)s: %(value)s (%(meaning)s)", header=header, value=mime_text.decode(value)[:80], meaning=meaning
    )
