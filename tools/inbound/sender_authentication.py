"""Checks whether the receiving mail server authenticated the sender of an email.

From proves nothing. The receiving server writes its results into Authentication-Results (RFC 8601), but anyone can
forge that header. So only the topmost such header counts, and only if its authserv-id is the one that the administrator
entered. That server must remove headers of others that claim its id (RFC 8601 section 5), as all large providers do.
Everything unclear means no: no id entered, an unreadable header, two senders, two results.

These results count, in this order:

- ``dmarc=pass`` whose ``header.from`` is the domain of From. Any other DMARC result except ``none`` means no.
- ``dkim=pass`` with a signing domain that is the domain of From, or above or below it. There is no list of public
  suffixes, so sibling domains do not count, and neither does a domain of one label.
- ``auth=pass`` with ``smtp.auth`` equal to the address in From: the sender logged in to our own server.

``spf=pass`` alone does not count. It is about the envelope, which the reader never sees, and providers let all their
customers send from the same hosts with any envelope. If it is sufficient, the server reports ``dmarc=pass``.
ARC-Authentication-Results and Authentication-Results-Original come from other servers.

`forgery` asks the opposite question: whether the server considers From forged. A server may spread its results over
several headers, so all of its topmost headers count, and one failed result is enough.
"""

import re
from dataclasses import dataclass

from ..common.translatable import _
from ..email import addresses, mime_text

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

#: Longer than any header of a real server.
MAX_RESULTS = 20_000
_VALUE = r'(?:"(?:[^"\\]|\\.)*"|[^\s";])*'
#: ``mx.example.com 1``; the version may only be 1.
SERVER = re.compile(rf"\s*({_VALUE})(?:\s+1)?\s*", re.DOTALL)
#: ``dkim=pass``, ``reason="good"``, ``header.d = example.com``; Microsoft adds ``action=none``.
PAIR = re.compile(rf"\s*([A-Za-z0-9_-]+(?:\s*[./]\s*[A-Za-z0-9_-]+)*)\s*=\s*({_VALUE})\s*", re.DOTALL)
#: Delimiters, and quoted strings, which contain no delimiters.
MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[()";]', re.DOTALL)
#: DMARC results that do not call From forged. Microsoft guesses if the domain publishes no policy.
NOT_FORGED = frozenset({"pass", "none", "bestguesspass", "temperror", "permerror"})
FAILED = frozenset({"fail", "hardfail"})


@dataclass(frozen=True)
class Authentication:
    """Whether the sender in From is authenticated, and why, in plain words; has a truth value."""

    passed: bool
    reason: str

    def __bool__(self):
        return self.passed


@dataclass(frozen=True)
class Result:
    """One result of the server: ``dkim=pass header.d=example.com``."""

    method: str
    verdict: str
    properties: dict


def unchecked(header):
    """Why an address from another header than From proves nothing."""
    return _("the address comes from %(header)s, which no mail server checks", header=header)


def authenticate(message, authserv_id, from_address):
    """Whether `from_address` sent this email, according to the server named `authserv_id`.

    :param from_address: the sender to authenticate; it must be the only address in the only From header, otherwise two
        programs could see two senders
    """
    if not (authserv_id or "").strip():
        return _no(_("the mailbox has no trusted mail server"))
    senders = mime_text.header_values(message, "From")
    found = addresses.parse(*senders)
    if len(senders) != 1 or len(found) != 1:
        return _no(
            _(
                "senders in From: %(senders)s, From headers: %(headers)s",
                senders=len(found),
                headers=len(senders),
            )
        )
    if not addresses.same(found[0][1], from_address):
        return _no(_("From names another sender"))
    headers = mime_text.header_values(message, "Authentication-Results")
    if not headers:
        return _no(_("the email has no Authentication-Results header"))
    server, results = read(headers[0])
    if not server:
        return _no(_("the topmost Authentication-Results header cannot be read"))
    if server.lower() != authserv_id.strip().lower():
        return _no(
            _(
                "the topmost Authentication-Results header is from %(server)s, not from %(wanted)s",
                server=server[:100],
                wanted=authserv_id.strip(),
            )
        )
    return _decide(results, found[0][1])


def forgery(message, authserv_id=""):
    """Why the receiving server considers From forged, or "" if it does not say so.

    :param authserv_id: the trusted server. Empty: any server that wrote the topmost header; since anyone can write it,
        such an answer is only a doubt, and "" proves nothing
    """
    trusted = (authserv_id or "").strip().lower()
    results, unreadable = _topmost_results(message, trusted)
    if unreadable:
        # The sender's own text in it (smtp.mailfrom) must not hide the result.
        return _("the topmost Authentication-Results header cannot be read")
    senders = addresses.parse(*mime_text.header_values(message, "From"))
    if trusted and len(senders) > 1:
        return _("From names several senders")
    return _failure(results, senders[0][1] if senders else "")


def read(value):
    """``("mx.example.com", [Result, …])`` from the value of an Authentication-Results header; ``("", [])`` if unclear.

    An unbalanced comment or quote, or text that is not a result, makes the whole header unreadable. It contains text
    of the sender (``smtp.mailfrom``), who could try to inject a result.
    """
    pieces = _pieces(mime_text.eight_bit(value)) if len(value) <= MAX_RESULTS else None
    server = SERVER.fullmatch(pieces[0]) if pieces else None
    results = [_result(piece) for piece in pieces[1:] if piece.strip() not in ("", "none")] if server else []
    if not server or not server[1] or None in results:
        return "", []
    return addresses.unquoted(server[1]), results


def _topmost_results(message, trusted):
    """The results of the server that wrote the topmost header, from all its headers that follow each other.

    :param trusted: its name in lower case; "" for any
    :return: (results, whether one of its headers cannot be read)
    """
    found = []
    for value in mime_text.header_values(message, "Authentication-Results"):
        server, results = read(value)
        if not server and trusted and trusted in value[:MAX_RESULTS].lower().partition(";")[0]:
            return [], True
        if not server or (trusted and server.lower() != trusted):
            break
        trusted = server.lower()
        found += results
    return found, False


def _failure(results, from_address):
    """The result that calls From forged, in the words of the server, or ""."""
    sender = addresses.domain(from_address)
    dmarc = [result for result in results if result.method == "dmarc"]
    failed = sorted({result.verdict for result in dmarc} - NOT_FORGED)
    if failed:
        return f"dmarc={failed[0][:20]}"
    passed = [result for result in dmarc if result.verdict == "pass"]
    for result in passed:
        named = addresses.domain(result.properties.get("header.from"))
        if named and sender and not _aligned(named, sender):
            return f"dmarc=pass header.from={named[:100]}"
    if passed:
        return ""
    if any(result.method == "compauth" and result.verdict in FAILED for result in results):
        return "compauth=fail"
    if any(result.method == "spf" and result.verdict in FAILED for result in results):
        return "" if any(_vouches(result, from_address, sender) for result in results) else "spf=fail"
    return ""


def _vouches(result, from_address, sender):
    """Whether one result of the server proves From."""
    if result.verdict != "pass":
        return False
    signer = addresses.domain(result.properties.get("header.d") or result.properties.get("header.i"))
    return (result.method == "dkim" and _aligned(signer, sender)) or (
        result.method == "auth" and addresses.same(result.properties.get("smtp.auth"), from_address)
    )


def _decide(results, from_address):
    """The decision from results of the trusted server."""
    sender = addresses.domain(from_address)
    dmarc = [result for result in results if result.method == "dmarc"]
    if len(dmarc) > 1:
        return _no(_("the server reports two DMARC results"))
    if dmarc and dmarc[0].verdict == "pass":
        named = addresses.domain(dmarc[0].properties.get("header.from"))
        if named and named == sender:
            return Authentication(True, _("dmarc=pass for %(sender)s", sender=sender))
        if not named:
            return _no(_("dmarc=pass names no domain, so not %(sender)s", sender=sender))
        return _no(_("dmarc=pass is for %(domain)s, not for %(sender)s", domain=named, sender=sender))
    if dmarc and dmarc[0].verdict != "none":
        return _no(_("dmarc=%(verdict)s for %(sender)s", verdict=dmarc[0].verdict[:20], sender=sender))
    passed = [result for result in results if result.verdict == "pass"]
    for result in passed:
        signer = addresses.domain(result.properties.get("header.d") or result.properties.get("header.i"))
        if result.method == "dkim" and _aligned(signer, sender):
            return Authentication(True, _("dkim=pass by %(signer)s", signer=signer))
        if result.method == "auth" and addresses.same(result.properties.get("smtp.auth"), from_address):
            return Authentication(True, _("auth=pass: the sender logged in to our server"))
    if any(result.method == "spf" for result in passed):
        return _no(_("spf=pass alone does not verify From"))
    return _no(_("none of the server's results covers %(sender)s", sender=sender))


def _aligned(signer, sender):
    """Whether one domain is the other or below it; the upper one needs two labels (RFC 7489, without a list)."""
    upper, lower = sorted((signer, sender), key=len)
    return "." in upper and (upper == lower or lower.endswith("." + upper))


def _pieces(value):
    """The value split at its semicolons, without comments; None if a comment or a quote does not end."""
    pieces, position = [""], 0
    while mark := MARK.search(value, position):
        pieces[-1] += value[position : mark.start()]
        position = mark.end()
        if mark[0] == ";":
            pieces.append("")
        elif mark[0] == "(":
            position = addresses.end_of_comment(value, mark.start())
            pieces[-1] += " "
        else:
            pieces[-1] += mark[0]
        if mark[0] in ('"', ")") or not position:
            return None
    pieces[-1] += value[position:]
    return pieces


def _result(piece):
    """One result, or None if the text is not a result."""
    pairs, position = [], 0
    while position < len(piece):
        pair = PAIR.match(piece, position)
        if not pair:
            return None
        pairs.append((re.sub(r"\s", "", pair[1]).lower(), addresses.unquoted(pair[2])))
        position = pair.end()
    method, verdict = pairs[0]
    properties = {}
    for name, text in pairs[1:]:
        if properties.setdefault(name, text) != text:
            properties[name] = ""  # two values: unclear which one was checked
    return Result(method.partition("/")[0], verdict.lower(), properties)


def _no(reason):
    return Authentication(False, reason)
