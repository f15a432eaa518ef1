"""Whether Slack can reach the Request URL: what its text says, and what came back when Odoo asked itself there.

Slack delivers events to https only, with a certificate that it knows:
https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

import ipaddress
import json
from urllib.parse import urlsplit

from .response import as_dict

#: Begins our own challenge: Slack's do not.
OWN_CHALLENGE = "helpdesk_bridge-"

#: What is wrong with it; the words are in `helpdesk.slack.workspace`.
NOT_HTTPS, LOCAL, INVALID = "not_https", "local", "invalid"
REDIRECTED, NOT_FOUND, REFUSED, OTHER = "redirected", "not_found", "refused", "other"

#: Names that only a network of its own knows.
LOCAL_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".corp", ".intranet", ".home.arpa")


def problem(url):
    """Why Slack cannot use this address, by its text alone; empty if nothing speaks against it."""
    try:
        parts = urlsplit(url or "")
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return INVALID
    if not host or parts.scheme not in ("http", "https"):
        return INVALID
    if _is_local(host):
        return LOCAL
    return "" if parts.scheme == "https" else NOT_HTTPS


def _is_local(host):
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(LOCAL_NAMES)


def judge(status, body, challenge):
    """What came back from a signed challenge; empty if it is right.

    :param body: as bytes
    """
    if 300 <= status < 400:
        return REDIRECTED
    if status in (401, 403):
        return REFUSED
    if status == 404:
        return NOT_FOUND
    try:
        said = as_dict(json.loads(body)).get("challenge")
    except (ValueError, RecursionError):
        said = None
    return "" if status == 200 and said == challenge else OTHER
