"""Explains errors of a mail server to administrators."""

import re

from ..common.translatable import _

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

MAX_LENGTH = 500
#: RFC 5530 (AUTHENTICATIONFAILED), and messages of servers without its codes.
REFUSED = re.compile(
    r"AUTH\w*FAILED|authenticat\w+ (failed|invalid)|log-?in (failed|invalid)|invalid (credentials|log-?in)"
    r"|(bad|incorrect|wrong) (user ?name|password)",
    re.IGNORECASE,
)
#: Network errors, often only as a number (refused, timed out, unreachable).
UNREACHABLE = re.compile(
    r"refused|timed out|not known|getaddrinfo|no route|unreachable|(^|\n|: ?)-?(2|3|5|101|110|111|113)\s*$"
)
NO_TLS = re.compile(r"WRONG_VERSION_NUMBER|record layer failure", re.IGNORECASE)
UNTRUSTED = re.compile(r"CERTIFICATE_VERIFY_FAILED", re.IGNORECASE)
KNOWN = (
    (REFUSED, _("The mail server does not accept this user name and password.")),
    (NO_TLS, _("The mail server does not use TLS on this port. Check the port and SSL/TLS.")),
    (UNTRUSTED, _("The certificate of the mail server cannot be verified.")),
    (UNREACHABLE, _("The mail server does not answer. Check its name and port.")),
)


def known(text):
    """The explanation of a known error message, a `Translatable`; None if it is unknown."""
    return next((explanation for pattern, explanation in KNOWN if pattern.search(text)), None)


def explain(text):
    """The explanation of an error message, else the message itself, without Python's notation of bytes."""
    plain = re.sub(r"\bb(['\"])(.*?)\1", r"\2", text or "")
    return known(plain) or " ".join(plain.replace("\0", "").split())[:MAX_LENGTH]
