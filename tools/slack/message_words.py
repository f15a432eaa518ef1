"""The pieces that every form of a message in Slack has: names, links, and words, which are escaped here."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from html import escape

from . import mrkdwn

#: What a browser opens as a link.
LINK = re.compile(r"(?i)(https?|mailto|tel|ftp):")


@dataclass(frozen=True)
class Names:
    """What ids are called.

    :param people: names by id
    :param channels: names by id, without the #
    :param groups: handles of user groups by id, without the @
    """

    people: dict = field(default_factory=dict)
    channels: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)


def dicts(value):
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def clean(text):
    return mrkdwn.FORBIDDEN.sub("", text)


def escaped(text):
    return escape(clean(text)).replace("\n", "<br>")


def unescape(text):
    """What Slack has escaped, exactly these three, as a reader sees it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def anchor(url, label):
    """A link; one to a place that a browser would not open as a link is text."""
    url = "".join(clean(url).split())
    label = label or escaped(re.sub(r"(?i)^(mailto|tel):", "", url))
    if not LINK.match(url):
        return label
    return f'<a href="{escape(url)}" target="_blank" rel="noreferrer noopener">{label}</a>'


def person(user_ref, names):
    return "@" + (names.people.get(user_ref) or "someone")


def channel(channel_ref, names):
    return "#" + (names.channels.get(channel_ref) or "channel")


def group(group_ref, names):
    return "@" + (names.groups.get(group_ref) or "group")


def moment(epoch):
    """A moment of which Slack says only the seconds; empty if these are none."""
    digits = str(epoch)
    if not re.fullmatch(r"[0-9]{1,10}", digits):
        return ""
    return datetime.fromtimestamp(int(digits), timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
