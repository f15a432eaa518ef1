"""Finds the person who wrote an email, if From names a group, a program or nobody.

A group or a mailing list whose members' domains publish DMARC puts its own address into From ("Jane via Support"), a
contact form the address of the web site, a shop its no-reply address. A customer made of that address would be shared
by all who write through it. The person is in another header then; which one, and why, is part of the result. No mail
server checks these headers: the caller must treat an address from them as unproven.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..common.translatable import _
from ..email import addresses, mime_text
from . import auto_mail
from .machine_addresses import FORM_HEADERS, FORM_NAME, FORM_WORD, OWN_ROLES, PROGRAMS, ROLES, SHARED_DOMAINS, SITES

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

FROM, REPLY_TO = "From", "Reply-To"
#: No mail server checks the address inside the group's address.
INSIDE_FROM = "From (encoded)"
#: Where groups and lists keep the From of the member: Google Groups, Mailman, Sympa, forwarders.
ORIGINAL_FROM = ("X-Original-From", "X-Google-Original-From", "X-Mailman-Original-From", "Original-From")
ORIGINAL_SENDER = ("X-Original-Sender", "Original-Sender", "X-Apparently-From", "X-MailFrom")
#: Where a sender is if From names nobody, the most telling first.
INSTEAD = (REPLY_TO, *ORIGINAL_FROM, "Sender", *ORIGINAL_SENDER, "X-Sender", "X-Envelope-From", "Envelope-From")
INSTEAD = (*INSTEAD, "Return-Path")
#: Headers with the address of a group.
GROUP_HEADERS = ("List-Post", "X-BeenThere", "Mailing-List", "X-Mailing-List", "X-Google-Group")
#: How Google Groups quotes the member.
QUOTED_MEMBER = re.compile(r"'.{1,200}' via \S.*")
LIST_HEADERS = (*GROUP_HEADERS, "List-Id", "X-Google-Group-Id", "List-Unsubscribe", "List-Help")
#: ``'Jane Doe' via Support``; Mailman translates the word.
VIA = re.compile(
    r"(.{1,200}?)\s*[(\[]?(?<!\w)(?:via|vía|über|přes|cez|prostřednictvím|przez|por|par|tramite|door|genom|gennem"
    r"|through|keresztül|через|μέσω)\s+(\S.{0,200})"
)
#: The same by a service that is no group, such as one for signatures; in other languages it might be part of a name.
VIA_SERVICE = re.compile(r".{1,200}?\s[(\[]?via\s+\S.{0,200}")
#: Bounce addresses with the sender inside: BATV and SRS, that of Microsoft 365 too.
TAGGED = re.compile(
    r"prvs=[0-9a-z]{6,12}=(.+@.+)|(?:srs0[=+-]|srs1[=+-][^=@]+=[^=@]+==|[^=@]+\+srs=)[^=@]+=[^=@]+=([^=@]+)=([^@]+)@.+",
    re.IGNORECASE,
)
ENVELOPES = ("Return-Path", "X-Envelope-From", "Envelope-From")
#: Bounce addresses with the recipient inside, or with a number: those of lists and of newsletters.
BOUNCES = re.compile(r"[^@]*=[^@]*@.+|(?:.*[-._+])?(?:bounces?|returns?|errors?|verp)(?:[-._+\d].*)?@.+", re.IGNORECASE)
#: A member whom a group keeps in its own address: ``jane=x.example@groups.example``, ``jane=40x.example@…``.
ENCODED_MEMBER = re.compile(r"([^=@]+)=(?:40)?([^=@]+\.[^=@]+)@.+", re.IGNORECASE)
MAX_NAME = 200
#: A header with more people is not that of a group that keeps its member there.
MAX_PEOPLE = 50


@dataclass(frozen=True)
class RealSender:
    """Who wrote an email."""

    address: str  #: normalised; "" if unknown
    name: str  #: may be empty
    header: str  #: the header that names the address; "" if there is none
    why: str = ""  #: why it is not From, in plain words: a `Translatable`
    reply_to: str = ""  #: the other address where this person wants the replies, or ""
    written_from: str = ""  #: the address in From, normalised; "" if it has none
    is_member: bool = False  #: the person wrote through a group

    @property
    def is_written_from(self):
        """Whether the address is that in From, which mail servers check."""
        return self.header == FROM


class _Person(NamedTuple):
    name: str
    address: str
    header: str


class _Mail:
    """The address headers of an email, with what is known about addresses that are nobody's."""

    def __init__(self, message, own, colleagues):
        self._values = {}
        for name, value in mime_text.headers(message):
            self._values.setdefault(name.lower(), []).append(value)
        self.own = frozenset(map(addresses.normalize, own))
        self.colleagues = colleagues
        self.name, self.address = self._sender()
        self.groups = {address for header in GROUP_HEADERS for _name, address in self.pairs(header)[:1]}
        self.list_ids = set(re.findall(r"<([^<>\s]{1,255})>", self.first("List-Id").lower()))
        precedence = self.first("Precedence").strip().lower()
        self.is_listed = precedence == "list" or any(self.first(header) for header in LIST_HEADERS)

    def _sender(self):
        """The pair in From: of several, the one in Sender (RFC 5322 section 3.6.2), else the first that is not ours."""
        senders = self.pairs(FROM)
        sending = {address for _name, address in self.pairs("Sender")} if len(senders) > 1 else ()
        ours = [pair for pair in senders if pair[1] in sending] + senders
        return next((pair for pair in ours if pair[1] not in self.own), senders[0] if senders else ("", ""))

    def values(self, header):
        return self._values.get(header.lower(), [])

    def first(self, header):
        return next(iter(self.values(header)), "")

    def pairs(self, header):
        return addresses.parse(*self.values(header))

    def is_group(self, address):
        return address in self.groups or address.replace("@", ".") in self.list_ids

    def people(self, *headers, is_envelope=False):
        """The people whom some headers name, each once, without groups, programs, ourselves and the address in From."""
        found = {}
        for header in headers:
            for name, written in self.pairs(header):
                address = _untagged(written) if is_envelope else written
                nobody = self.own | {self.address, ""}
                if address not in nobody and not self.is_group(address) and not auto_mail.is_no_reply(address):
                    found.setdefault(address, _Person(_without_address(name, address), address, header))
        return list(found.values())

    def names_in_reply_to(self, address):
        return address in addresses.normalize_all(*self.values(REPLY_TO))


def find(message, own_addresses=(), colleagues=()):
    """The person who wrote an email.

    :param own_addresses: addresses of our own mailboxes, which are nobody's
    :param colleagues: addresses at our own domain that are a person's
    """
    mail = _Mail(message, own_addresses, colleagues)
    if not mail.address:
        return _without_from(mail)
    member = _member_name(mail)
    if member is not None:
        return _through_group(mail, member)
    program = _program(mail)
    replies = mail.people(REPLY_TO)
    person = _reader(mail, replies)
    if person and (program or VIA_SERVICE.fullmatch(mail.name)):
        name = person.name or _via_name(mail)
        return _result(mail, person._replace(name=name), program or _("From is the address of a service"))
    if mail.address in mail.own:
        return RealSender("", mail.name, "", written_from=mail.address)
    reply_to = "" if mail.names_in_reply_to(mail.address) or not replies else replies[0].address
    name = _without_address(mail.name, mail.address)
    return RealSender(mail.address, name, FROM, reply_to=reply_to, written_from=mail.address)


def _without_from(mail):
    name = mime_text.decode(mail.first(FROM)).strip("<>\"' ")
    name = "" if "@" in name or name.endswith(";") else name[:200]
    for header in INSTEAD:
        people = mail.people(header, is_envelope=header in ENVELOPES)
        if people:
            person = people[0]._replace(name=people[0].name or name)
            return _result(mail, person, _("From names no address"))
    return RealSender("", name, "")


def _member_name(mail):
    """The name of the member of a group or list that has put its own address into From; None if it is no such email."""
    via = VIA.fullmatch(mail.name)
    is_group = mail.is_group(mail.address)
    is_via = bool(via) and (_is_name_of(via[2], mail.address) or bool(QUOTED_MEMBER.fullmatch(mail.name)))
    kept = {person.address for person in mail.people(*ORIGINAL_FROM, *ORIGINAL_SENDER)}
    replies = {person.address for person in mail.people(REPLY_TO)}
    is_rewritten = (via or mail.address in mail.own) and (mail.is_listed or kept)
    is_encoded = mail.is_listed and bool(_encoded_member(mail))
    return _via_name(mail) if is_group or is_via or is_rewritten or is_encoded or kept & replies else None


def _encoded_member(mail):
    """The member whose address is inside the one in From, or ""."""
    found = ENCODED_MEMBER.fullmatch(mail.address)
    return addresses.normalize(f"{found[1]}@{found[2]}") if found else ""


def _is_name_of(text, address):
    """Whether a group's name is its address's: ``Our Support`` and ``our-support@example.com``."""
    name, local = (re.sub(r"[\W_]", "", part.casefold()) for part in (text, address.rpartition("@")[0]))
    return bool(name) and name == local


def _via_name(mail):
    via = VIA.fullmatch(mail.name)
    return via[1].strip(" \"'“”‘’") if via else ""


def _through_group(mail, member):
    places = (ORIGINAL_FROM, (REPLY_TO,), ORIGINAL_SENDER, ("Cc",))
    person = next(filter(None, (_member(mail, member, *headers) for headers in places)), None)
    encoded = _encoded_member(mail)
    if encoded and not mail.people(*ORIGINAL_FROM):
        person = _Person(member or _without_address(mail.name, encoded), encoded, INSIDE_FROM)
    if not person:
        why = _("From is a group, and no header names its member")
        return RealSender("", member, "", why, written_from=mail.address)
    found = _result(mail, person._replace(name=person.name or member), _("From is a group"))
    return replace(found, is_member=True)


def _member(mail, name, *headers):
    """The person whom some headers name: the one with the member's name, else the only one, else None.

    Mailman keeps the member in Cc if replies go to the list.
    """
    people = mail.people(*headers)
    if len(people) > MAX_PEOPLE:
        return None
    named = [person for person in people if name and person.name.casefold() == name.casefold()]
    found = named or people
    return found[0] if len(found) == 1 else None


def _reader(mail, replies):
    """The person behind a program: of several in Reply-To, the one at another domain than From, else the first."""
    host = mail.address.rpartition("@")[2]
    outside = [person for person in replies if person.address.rpartition("@")[2] != host]
    return next(iter(outside or replies), None)


def _program(mail):
    """Why From is no person's address, in plain words, or ""."""
    local, _at, host = mail.address.rpartition("@")
    if mail.address in mail.own:
        return _("From is one of our own mailboxes")
    if auto_mail.is_no_reply(mail.address):
        return _("From is a no-reply address")
    words = set(re.split(r"[-._+=\d]+", local.lower()))
    replies = {addresses.domain(person.address) for person in mail.people(REPLY_TO)}
    named = set(re.findall(r"\w+", f"{mail.name.casefold()[:MAX_NAME]} {host}"))
    is_form = named & SITES or any(map(FORM_WORD.fullmatch, words)) or any(map(FORM_NAME.fullmatch, named))
    is_personal = _is_personal(mail.name, local, host)
    if (
        words & PROGRAMS
        or (is_form and not is_personal)
        or (words & ROLES and host not in replies and host not in SHARED_DOMAINS)
    ):
        return _("From is the address of a program")
    ours = {addresses.domain(address) for address in mail.own} - SHARED_DOMAINS
    is_colleague = mail.address in mail.colleagues or is_personal
    is_role = words & (ROLES | OWN_ROLES) or not is_colleague
    if host in ours and not replies & ours and is_role:
        return _("From is an address of our own domain")
    is_form = any(pattern.match(mail.first(header)) for header, pattern in FORM_HEADERS)
    return _("From is the address of a web site") if is_form and host not in replies else ""


def _is_personal(name, local, host):
    """Whether an address has a part of a name of several words, as people's have: Jane Doe, ``j.doe@example.com``."""
    folded = unicodedata.normalize("NFKD", name.casefold()[:MAX_NAME])
    parts = set(re.findall(r"[^\W\d_]{3,}", re.sub(r"[\u0300-\u036f]", "", folded)))
    parts = {part for part in parts if not FORM_NAME.fullmatch(part)}
    personal = {part for part in parts if not FORM_WORD.fullmatch(part)} - PROGRAMS - ROLES - OWN_ROLES - SITES
    return len(parts) > 1 and any(part in local.casefold() and part not in host for part in personal)


def _untagged(address):
    """A return path without the tags of the servers that it came through; "" if it is for bounces only."""
    found = TAGGED.fullmatch(address)
    if found:
        return addresses.normalize(found[1] or f"{found[3]}@{found[2]}")
    return "" if BOUNCES.fullmatch(address) else address


def _without_address(name, address):
    """A name without the address, which some programs repeat in it."""
    return " ".join(word for word in name.split() if word.strip("<>()[]'\"").casefold() != address.casefold())


def _result(mail, person, because):
    why = _("%(because)s; the sender is from %(header)s", because=because, header=person.header)
    others = mail.people(REPLY_TO)
    reply_to = "" if mail.names_in_reply_to(person.address) or not others else others[0].address
    return RealSender(person.address, person.name, person.header, why, reply_to, mail.address)
