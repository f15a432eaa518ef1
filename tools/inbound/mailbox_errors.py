"""Why a mailbox could not be looked into, in words for whoever has to do something about it."""

import re

from ..common.translatable import _

# pylint: disable=prefer-env-translation  # nobody knows an env here: see saying

MAX_WORDS = 500
#: RFC 5530 (AUTHENTICATIONFAILED), and what servers without its codes say.
REFUSED = re.compile(
    r"AUTH\w*FAILED|authenticat\w+ (failed|invalid)|log-?in (failed|invalid)|invalid (credentials|log-?in)"
    r"|(bad|incorrect|wrong) (user ?name|password)",
    re.IGNORECASE,
)
#: Of an error of the network often nothing but its number is kept (refused, timed out, no way there).
SILENT = re.compile(
    r"refused|timed out|not known|getaddrinfo|no route|unreachable|(^|\n|: ?)-?(2|3|5|101|110|111|113)\s*$"
)
NO_TLS = re.compile(r"WRONG_VERSION_NUMBER|record layer failure", re.IGNORECASE)
DISTRUSTED = re.compile(r"CERTIFICATE_VERIFY_FAILED", re.IGNORECASE)
KNOWN = (
    (REFUSED, _("The mail server does not accept this user name and password.")),
    (NO_TLS, _("The mail server does not use TLS on this port. Check the port and SSL/TLS.")),
    (DISTRUSTED, _("The certificate of the mail server cannot be verified.")),
    (SILENT, _("The mail server does not answer. Check its name and port.")),
)


def known(text):
    """What a message of the library or the server means, a `Translatable`; None where that is anybody's guess."""
    return next((words for pattern, words in KNOWN if pattern.search(text)), None)


def words(text):
    """What it means; else the message itself, without Python's marks of bytes."""
    plain = re.sub(r"\bb(['\"])(.*?)\1", r"\2", text or "")
    return known(plain) or " ".join(plain.replace("\0", "").split())[:MAX_WORDS]
