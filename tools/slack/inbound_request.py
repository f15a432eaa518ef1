"""A request of Slack's before anything is believed of it: its signature, and its body as plain values.

Slack signs the bytes of the body: https://docs.slack.dev/authentication/verifying-requests-from-slack. Nothing here
raises, whatever comes in.
"""

import hashlib
import hmac
import json
import math
from urllib.parse import parse_qsl

#: Bytes of a body that is read at all. Slack's own are smaller: a view has at most 250 kB.
MAX_BODY = 1_000_000
#: Seconds by which the time in a signed request may differ from ours: an old one may be a copy.
WINDOW = 300
#: How deep values may be nested: Slack's blocks reach a depth of about fifteen.
MAX_DEPTH = 60
#: Fields of a form: a slash command has about fifteen.
MAX_FIELDS = 100


def is_signed(secret, raw, timestamp, signature, now):
    """Whether Slack has signed this body within the window of time.

    :param secret: the app's signing secret; without one nothing is genuine
    :param raw: the body, as it came
    :param timestamp: the header ``X-Slack-Request-Timestamp``
    :param signature: the header ``X-Slack-Signature``
    :param now: epoch seconds
    """
    if not secret or not isinstance(timestamp, str) or not isinstance(signature, str):
        return False
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp)) > WINDOW:
        return False
    signed = b"v0:" + timestamp.encode() + b":" + raw
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def read(raw, content_type=""):
    """The values in a body: JSON, a form with JSON in its field ``payload``, or a form (a slash command).

    :return: a dict of values that can be stored; empty for whatever is none of these
    """
    text = raw.decode("utf-8", "replace")
    if "json" in content_type.lower() or text.lstrip()[:1] == "{":
        return _object(text)
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return {}
    return _object(form["payload"]) if "payload" in form else storable(form)


def _object(text):
    try:
        value = storable(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def storable(value, depth=0):
    """A decoded value without what PostgreSQL cannot store, and not deeper than `MAX_DEPTH`."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if abs(value) < 10**100 else None
    if depth >= MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {storable(str(key)): storable(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [storable(one, depth + 1) for one in value]
    return value
