"""Fetches the files of a message from Slack, while no transaction is open."""

import time
import urllib.request
from dataclasses import replace

from ...tools.slack import shared_file
from ...tools.slack.shared_file import FETCHED, LATER, TOO_LARGE
from ..slack.slack_client import fetch

#: Seconds for one file.
TIMEOUT = 30


def fetch_files(connection, files):
    """Fetch them one after the other, until the time of the connection is over.

    :param connection: the `SlackConnection` whose token opens them
    :param files: list of `SharedFile`
    :return: list of (`SharedFile`, what became of it, its bytes)
    """
    fetched, room = [], shared_file.MAX_FILES
    for found in files:
        found = _asked(connection, found) if found.must_ask else found
        if time.monotonic() > connection.until and not found.fate:
            fetched.append((found, LATER, b""))
            continue
        if found.fate or found.size > room:
            fetched.append((found, found.fate or TOO_LARGE, b""))
            continue
        fate, content = _fetch(connection, found, min(room, shared_file.MAX_FILE))
        room -= len(content)
        fetched.append((found, fate, content))
    return fetched


def _asked(connection, found):
    """A file of which the message says nothing but its id."""
    answer = connection.call("files.info", file=found.ref)
    if answer.ok:
        told = shared_file.shared_file({**_dict(answer.data.get("file")), "file_access": ""})
        return told if told.ref else shared_file.SharedFile(found.ref, found.name, fate=shared_file.GONE)
    return replace(found, fate=shared_file.fate_of_answer(answer))


def _dict(value):
    return value if isinstance(value, dict) else {}


def _fetch(connection, found, most):
    """The bytes of a file. The token goes to Slack's hosts only, also when one of them sends us elsewhere."""
    url = found.address
    if not shared_file.may_get_token(url, connection.url):
        return shared_file.ELSEWHERE, b""
    try:
        for _step in range(shared_file.MAX_REDIRECTS + 1):
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {connection.token}"})
            status, headers, content = fetch(url, request, TIMEOUT, most)
            if not 300 <= status < 400:
                fate = shared_file.judge(found, status, headers.get("Content-Type") or "", len(content))
                return fate, content if fate == FETCHED else b""
            url = shared_file.redirected(url, headers.get("Location") or "", connection.url)
            if not url:
                return shared_file.ELSEWHERE, b""
    except TimeoutError as error:
        return (TOO_LARGE if "end" in str(error) and not found.size else LATER), b""
    except Exception:  # noqa: BLE001 (whatever it is, the words of the message are more important than its file)
        return LATER, b""
    return shared_file.ELSEWHERE, b""
