"""The files of a message in Slack: which are downloaded, from where, and whether what came is the file.

Sources: https://docs.slack.dev/reference/objects/file-object and https://docs.slack.dev/apis/web-api/working-with-files.
Without the scope ``files:read`` Slack answers a download with its login page, as HTML and with status 200.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from .forwarded_message import forwarded_in
from .inbound_row import ref, text
from .message_words import dicts
from .retry_policy import Action
from .retry_policy import judge as judge_answer
from .urls import is_loopback

#: Bytes of one file, and of all files of one message.
MAX_FILE, MAX_FILES = 25_000_000, 50_000_000
#: Files of one message: Slack allows ten in its own clients.
MOST = 20
#: Redirects that are followed, all of them on Slack's own hosts.
MAX_REDIRECTS = 3

# What became of a file.
FETCHED, TOO_LARGE, ELSEWHERE, GONE = "fetched", "too_large", "elsewhere", "gone"
NOT_ALLOWED, LOGIN_PAGE, BROKEN, LATER = "not_allowed", "login_page", "broken", "later"
IN_SLACK, HIDDEN = "in_slack", "hidden"

#: Canvases, lists and posts: whoever downloads one gets a page made of it.
OF_SLACK = frozenset({"quip", "canvas", "list", "space", "docs"})
TYPE_OF_SLACK = "application/vnd.slack-"
#: What ``files.info`` says of a file that is not there, or not to be seen, and of an app that may not ask.
NOT_THERE = frozenset({"file_not_found", "file_deleted"})
NO_SCOPE = frozenset({"missing_scope", "no_permission", "access_denied", "not_allowed_token_type"})


@dataclass(frozen=True)
class SharedFile:
    """:param ref: its id (F…)
    :param address: where its bytes are; empty if it has none there
    :param permalink: where a person opens it in Slack
    :param size: its bytes, 0 if unknown
    :param fate: what is known to become of it already; empty: it can be downloaded
    :param must_ask: only ``files.info`` says more about it
    """

    ref: str
    name: str = ""
    mimetype: str = ""
    address: str = ""
    permalink: str = ""
    size: int = 0
    fate: str = ""
    must_ask: bool = False


def files_of(message):
    """The `SharedFile`s of a message, and those of what was forwarded with it that are not among them."""
    found = list(map(shared_file, dicts(message.get("files"))))
    for one in forwarded_in(message):
        known = {file.ref for file in found}
        found += [file for file in map(shared_file, one.message["files"]) if file.ref not in known]
    return found[:MOST]


def names_of_own(message):
    """The names of a message's own files, if others were forwarded with it; None if there are no others."""
    own = files_of({"files": message.get("files")})
    return {file.name for file in own} if len(files_of(message)) > len(own) else None


def shared_file(values):
    """A `SharedFile`. :param values: a file as a message or ``files.info`` has it"""
    size = values.get("size")
    mode = values.get("mode")
    address = text(values.get("url_private_download")) or text(values.get("url_private"))
    external = mode == "external" or values.get("is_external") is True
    found = SharedFile(
        ref=ref(values.get("id")),
        name=_name(values),
        mimetype=text(values.get("mimetype")).lower(),
        address=address,
        permalink=text(values.get("permalink")) or (text(values.get("url_private")) if external else ""),
        size=size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0,
        must_ask=values.get("file_access") == "check_file_info",
    )
    is_of_slack = {text(mode), text(values.get("filetype"))} & OF_SLACK or found.mimetype.startswith(TYPE_OF_SLACK)
    return _with_fate(found, mode, external, bool(is_of_slack))


def _with_fate(found, mode, external, is_of_slack):
    fate = ""
    if mode in ("tombstone", "hidden_by_limit"):
        fate = GONE if mode == "tombstone" else HIDDEN
    elif found.must_ask:
        return found
    elif is_of_slack:
        fate = IN_SLACK
    elif external or not found.address:
        fate = ELSEWHERE
    elif found.size > MAX_FILE:
        fate = TOO_LARGE
    return SharedFile(**{**vars(found), "fate": fate})


def _name(values):
    name = text(values.get("name")) or text(values.get("title")) or "file"
    # What a path or a control character in it would do is not left to others.
    return re.sub(r"[\x00-\x1f\x7f/\\]+", "_", name).strip()[-200:] or "file"


def may_get_token(url, api_url):
    """Whether the bot's token may go to this address: Slack's own, or our API's when that is on this machine."""
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not (url.isascii() and url.isprintable() and " " not in url):
        return False
    if is_loopback(api.hostname) and (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
        return True
    return (
        parts.scheme == "https" and parts.port in (None, 443) and (host == "slack.com" or host.endswith(".slack.com"))
    )


def redirected(url, location, api_url):
    """Where a redirect leads, if the token may follow it there; else an empty text."""
    try:
        target = urljoin(url, location)
    except ValueError:
        return ""
    return target if may_get_token(target, api_url) else ""


def fate_of_answer(answer):
    """What a failed ``files.info`` says of a file; a limit, an outage or a refused token says nothing of it."""
    if answer.error in NOT_THERE:
        return GONE
    if answer.error in NO_SCOPE:
        return NOT_ALLOWED
    passing = (Action.HOLD, Action.RETRY, Action.RECONCILE, Action.PAUSE_WORKSPACE)
    return LATER if judge_answer(answer, 1).action in passing else BROKEN


def judge(found, status, content_type, size):
    """What became of a file. :param size: bytes that came"""
    if status in (401, 403):
        return NOT_ALLOWED
    if status in (404, 410):
        return GONE
    if status == 429 or status >= 500:
        return LATER
    if status != 200:
        return BROKEN
    if _is_page(content_type) and not (_is_page(found.mimetype) and size == found.size):
        return LOGIN_PAGE
    # The size in a message is that of the file: what is shorter was cut off on its way.
    return LATER if found.size and size != found.size else FETCHED


def _is_page(content_type):
    return content_type.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
