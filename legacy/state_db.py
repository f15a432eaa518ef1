"""What the former bridge, a service written in Go, stored in its ``state.db``.

How data flows: `read` takes the bytes of the file, a BBolt database, or of a JSON file with the same buckets, and
answers with a `State`. Of its buckets three matter: handled emails, the Slack threads of tasks, and since when
SLA clocks run. The others say what was sent, which is not sent again. See `docs/moving-from-the-go-bridge.rst`.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone

from . import bbolt
from .config_yaml import Unreadable

BUCKETS = {"processed_emails", "slack_messages", "sla_states"}
#: ``INBOX-417``: folder and UID; which UIDVALIDITY that belongs to was not written down.
PLACE = re.compile(r"(.+)-(\d{1,10})", re.DOTALL)
SLACK_TS = re.compile(r"\d{1,12}\.\d{1,8}")
#: As Go writes it: fractions of any length, Z or an offset.
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class TaskTimes:
    """When the SLA clocks of one task began, and when it got its first response; in UTC, without a zone."""

    created: datetime | None
    started: datetime | None = None


@dataclass(frozen=True)
class State:
    """:param processed: folder -> UIDs of emails that are done
    :param threads: task -> (channel, or "" where Slack's answer had none; ts)
    :param times: task -> `TaskTimes`
    """

    processed: dict = field(default_factory=dict)
    threads: dict = field(default_factory=dict)
    times: dict = field(default_factory=dict)
    problems: tuple = ()


def read(data):
    """The `State` in the bytes of a file; raises `Unreadable` if it is neither BBolt nor JSON."""
    buckets, problems = _buckets(data), []
    threads, times = {}, {}
    for task, value in _by_task(buckets.get("slack_messages"), "slack_messages", problems):
        ts = str(value.get("timestamp") or "")
        if SLACK_TS.fullmatch(ts):
            threads[task] = (str(value.get("channel") or ""), ts)
        elif ts:
            problems.append(f"slack_messages, task {task}: the timestamp is none of Slack's")
    for task, value in _by_task(buckets.get("sla_states"), "sla_states", problems):
        try:
            times[task] = TaskTimes(moment(value.get("created_at")), moment(value.get("started_at")))
        except ValueError:
            problems.append(f"sla_states, task {task}: a moment cannot be read")
    processed = {}
    places = buckets.get("processed_emails") or ()
    if not isinstance(places, (dict, list, tuple)):
        raise Unreadable("processed_emails must be an object or a list of “folder-UID”")
    for place in places:
        found = PLACE.fullmatch(_text(place))
        if found:
            processed.setdefault(found[1], set()).add(int(found[2]))
        else:
            problems.append("processed_emails: a key is not “folder-UID”")
    return State(processed, threads, times, tuple(problems))


def moment(text):
    """A moment as Go or JSON writes it; None for Go's "never"."""
    if not text:
        return None
    found = MOMENT.fullmatch(str(text))
    if not found:
        raise ValueError(text)
    at = datetime.fromisoformat(found[1] + found[2].replace("Z", "+00:00"))
    if at.year >= datetime.max.year:
        raise ValueError(text)
    return at.astimezone(timezone.utc).replace(tzinfo=None) if at.year > 1970 else None


def _buckets(data):
    if bbolt.is_bbolt(data):
        try:
            found = bbolt.read(data)
        except bbolt.NotBBolt as error:
            raise Unreadable(f"the state cannot be read: {error}") from None
        return {_text(name): bucket for name, bucket in found.items()}
    try:
        found = json.loads(data)
    except ValueError:
        raise Unreadable("the state is neither a state.db of the former bridge nor JSON") from None
    except RecursionError:
        raise Unreadable("the state is nested too deeply to be read") from None
    if not isinstance(found, dict):
        raise Unreadable("the state must be a JSON object of buckets")
    if not found.keys() & BUCKETS:
        raise Unreadable(f"the state has none of the buckets {', '.join(sorted(BUCKETS))}")
    return found


def _by_task(bucket, name, problems):
    """(id of a task, what stands there about it) of each element that can be read."""
    if bucket and not isinstance(bucket, dict):
        raise Unreadable(f"{name} must be an object, from the id of a task to what stands there")
    for key, value in (bucket or {}).items():
        try:
            # Go wrote eight bytes, JSON has digits.
            task = int.from_bytes(key, "big") if isinstance(key, bytes) else int(key)
            value = json.loads(value) if isinstance(value, bytes) else value
            if not 0 < task < 2**31 or not isinstance(value, dict):
                raise ValueError
        except (ValueError, RecursionError):
            problems.append(f"{name}: the element {_text(key)!r} cannot be read")
        else:
            yield task, value


def _text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
