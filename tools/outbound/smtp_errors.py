"""Decides what to do after an email could not be sent: retry later, or give up.

The first digit of a reply code decides (RFC 5321 section 4.2.1): 4 is temporary, 5 is final. An error before the email
was handed over is always temporary. Errors are recognized by their attributes, not by their class, because callers wrap
them.
"""

import errno
import re
from dataclasses import dataclass

from ..common.translatable import _

# pylint: disable=prefer-env-translation  # there is no env here: see translatable

#: Seconds until the next attempt, by the number of failed attempts; the last one repeats.
BACKOFF = (60, 300, 900, 1800, 3600)
#: About three days. Mail servers themselves give up after four or five.
MAX_ATTEMPTS = 76
MAX_REASON = 500
#: Errors that mean that the server cannot be reached: exceptions, the name of one, and error numbers.
UNREACHABLE = (ConnectionRefusedError, TimeoutError)
NO_NAME = "gaierror"
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
#: Replies for an address that does not exist: RFC 3463 section 3.2, and the codes of RFC 5321.
BAD_ADDRESS = re.compile(r"5\.1\.\d")
BAD_ADDRESS_CODES = (550, 551, 553)


@dataclass(frozen=True)
class Decision:
    """What to do with an email after a failure.

    :param retry_in: seconds until the next attempt; None: give up
    :param reason: one line for a person
    :param bad_address: whether the server says that the address does not exist
    """

    retry_in: int | None
    reason: str
    bad_address: bool = False


def judge(error, attempts, connecting=False, server=""):
    """The `Decision` about an email that could not be sent.

    :param error: what sending raised, wrapped or not
    :param attempts: the number of failed attempts, including this one
    :param connecting: whether it was raised before the email was handed over
    :param server: host and port of the server, if known
    """
    root = _root(error)
    codes = _codes(root)
    temporary = connecting or (all(400 <= code < 500 for code in codes) if codes else _is_network_error(root))
    reason = _reason(root, server)
    if temporary and attempts < MAX_ATTEMPTS:
        return Decision(BACKOFF[min(attempts, len(BACKOFF)) - 1], reason)
    refused = isinstance(getattr(root, "recipients", None), dict)
    bad = (
        refused
        and not temporary
        and (bool(BAD_ADDRESS.search(reason)) or any(code in BAD_ADDRESS_CODES for code in codes))
    )
    return Decision(None, reason, bad)


def is_servers(error):
    """Whether the mail server, or the way to it, has raised an error."""
    root = _root(error)
    return bool(_codes(root)) or _is_network_error(root)


def is_connection_lost(error):
    """Whether the connection cannot be used any more."""
    root = _root(error)
    return 421 in _codes(root) or (not _codes(root) and _is_network_error(root))


def _root(error):
    """The error of the mail server or the network, unwrapped."""
    for _depth in range(5):
        inner = next((one for one in getattr(error, "args", ()) if isinstance(one, BaseException)), None)
        inner = inner or error.__cause__ or error.__context__
        if _codes(error) or _is_network_error(error) or inner is None:
            return error
        error = inner
    return error


def _codes(error):
    """The reply codes that an error carries."""
    recipients = getattr(error, "recipients", None)
    if isinstance(recipients, dict):
        return [reply[0] for reply in recipients.values()]
    code = getattr(error, "smtp_code", None)
    return [code] if isinstance(code, int) and code > 0 else []


def _is_network_error(error):
    """Whether the network failed. A missing feature of the server (RFC 6531) is no network error: it stays missing."""
    return isinstance(error, OSError | EOFError) and type(error).__name__ != "SMTPNotSupportedError"


def _is_unreachable(error):
    no_route = type(error).__name__ == NO_NAME or getattr(error, "errno", None) in NO_ROUTE
    return no_route or isinstance(error, UNREACHABLE)


def _reason(error, server):
    if server and _is_unreachable(error):
        return _("The mail server %(server)s does not answer.", server=server)
    recipients = getattr(error, "recipients", None)
    if isinstance(recipients, dict):
        text = "; ".join(f"{address}: {code} {_decode(message)}" for address, (code, message) in recipients.items())
    elif _codes(error):
        text = f"{error.smtp_code} {_decode(getattr(error, 'smtp_error', ''))}"
    else:
        text = f"{type(error).__name__}: {error}"
    return " ".join(text.replace("\0", "").split())[:MAX_REASON]


def _decode(message):
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
