"""Which addresses may receive a token; channel IDs and message links."""

import ipaddress
import re
from urllib.parse import urlsplit

#: C… is a public channel, G… a private one of the old kind: https://docs.slack.dev/reference/objects/conversation-object/
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,20}")


def is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def may_receive_secrets(url):
    """Whether a token may be sent to `url`: https (or http on this very machine), a host, no credentials inside."""
    try:
        parts = urlsplit(url or "")
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        return False
    if not (url.isascii() and url.isprintable() and " " not in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def channel_id(text):
    """The channel id in what a person pasted: the id itself or a "Copy link" address; None when there is none."""
    text = (text or "").strip()
    if CHANNEL_ID.fullmatch(text):
        return text
    found = re.search(rf"/(?:archives|client/[A-Z0-9]+)/({CHANNEL_ID.pattern})(?:[/?#]|$)", text)
    return found and found[1]


def message_link(workspace_url, channel, ts):
    """The permanent address of a message, built as Slack builds it: the ts without its dot, behind a ``p``."""
    return f"{workspace_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
