"""What a person has forwarded: Slack has it in the attachments of their message, whose own words may be empty.

A preview that Slack makes of a link stands there as well, and is nobody's words: only ``is_share`` tells. Slack
documents neither; such an event is in https://github.com/slackapi/java-slack-sdk/issues/1179.
"""

from dataclasses import dataclass

from .inbound_row import text
from .message_words import dicts
from .response import as_dict

#: Forwarded messages of one message that are read; what these have forwarded themselves is not.
MOST = 10


@dataclass(frozen=True)
class Forwarded:
    """A forwarded message.

    :param message: its ``text``, ``blocks`` and ``files``, as a message has them
    :param author: a name, or else the id in `author_ref`
    :param url: where it is in Slack
    """

    message: dict
    author: str = ""
    author_ref: str = ""
    url: str = ""


def forwarded_in(message):
    """The `Forwarded` messages in a message."""
    found = [one for one in dicts(message.get("attachments")) if one.get("is_share") is True]
    return [_forwarded(one) for one in found[:MOST]]


def _forwarded(attachment):
    parts = [as_dict(part.get("message")) for part in dicts(attachment.get("message_blocks"))]
    blocks = [block for part in parts for block in dicts(part.get("blocks"))]
    files, said = dicts(attachment.get("files")), text(attachment.get("text"))
    if not said and not blocks and not files:
        said = text(attachment.get("fallback"))
    return Forwarded(
        {"text": said, "blocks": blocks, "files": files},
        author=text(attachment.get("author_name")).strip()[:200],
        author_ref=text(attachment.get("author_id")),
        url=text(attachment.get("from_url")),
    )
