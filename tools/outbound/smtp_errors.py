"""What it means for a mail that an SMTP server, or the way to it, would not take it.

Refusals are told apart by their first digit (RFC 5321 section 4.2.1): a 4 asks to come back, a 5 does not. What goes
wrong before anything was handed over is never the mail's fault. Errors are known by what they carry, not by their
class: callers wrap them.
"""

import errno
import re
from dataclasses import dataclass

from ..common.translatable import _

# pylint: disable=prefer-env-translation  # nobody knows an env here: see saying

#: Seconds until the next attempt; the last one again and again.
BACKOFF = (60, 300, 900, 1800, 3600)
#: Three days of that: mail servers themselves give up after four or five.
MAX_ATTEMPTS = 76
MAX_REASON = 500
#: Nobody was there to say anything.
UNREACHABLE = (ConnectionRefusedError, TimeoutError)
NO_NAME = "gaierror"
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
#: What a server says of an address that does not exist: RFC 3463 section 3.2, and the codes of RFC 5321.
BAD_ADDRESS = re.compile(r"5\.1\.\d")
BAD_ADDRESS_CODES = (550, 551, 553)


@dataclass(frozen=True)
class Decision:
    """What becomes of a mail after a failure.

    :param retry_in: seconds until it is tried again; None: it is not
    :param reason: one line for a person
    :param bad_address: the server says that nobody is there
    """

    retry_in: int | None
    reason: str
    bad_address: bool = False


def judge(error, attempts, connecting=False, server=""):
    """What becomes of a mail.

    :param error: what sending it raised, wrapped or not
    :param attempts: how many have failed, this one included
    :param connecting: it was raised before the mail was handed over
    :param server: what the server is called, if that is known
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


def is_connection_lost(error):
    """Whether nothing more can be said over the connection."""
    root = _root(error)
    return 421 in _codes(root) or (not _codes(root) and _is_network_error(root))


def _root(error):
    """The error of the mail server or the line, inside whatever it was wrapped in."""
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
        return [answer[0] for answer in recipients.values()]
    code = getattr(error, "smtp_code", None)
    return [code] if isinstance(code, int) and code > 0 else []


def _is_network_error(error):
    """Whether the network is to blame. What a server cannot do (RFC 6531) it will not be able to do later either."""
    return isinstance(error, OSError | EOFError) and type(error).__name__ != "SMTPNotSupportedError"


def _is_unreachable(error):
    no_way = type(error).__name__ == NO_NAME or getattr(error, "errno", None) in NO_ROUTE
    return no_way or isinstance(error, UNREACHABLE)


def _reason(error, server):
    if server and _is_unreachable(error):
        return _("The mail server %(server)s does not answer.", server=server)
    recipients = getattr(error, "recipients", None)
    if isinstance(recipients, dict):
        words = "; ".join(f"{address}: {code} {_text(said)}" for address, (code, said) in recipients.items())
    elif _codes(error):
        words = f"{error.smtp_code} {_text(getattr(error, 'smtp_error', ''))}"
    else:
        words = f"{type(error).__name__}: {error}"
    return " ".join(words.replace("\0", "").split())[:MAX_REASON]


def _text(said):
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
