"""What a message of ours shows in Slack, as one text in mrkdwn: the words of its blocks, without buttons."""

import re

from . import message_words

#: Characters that are kept of a message: Slack shows no more of one block, and ours have few.
MAX_TEXT = 12_000


def text(message):
    """The words of a message, a block on each line; those of its notification if it has no blocks.

    :param message: the arguments of the call that posted it
    """
    lines = [line for block in message_words.dicts(message.get("blocks")) for line in _lines(block)]
    # Slack takes a quotation either way; who reads it here knows the one that people type.
    return re.sub(r"(?m)^>", "&gt;", "\n".join(lines or [message.get("text") or ""]))[:MAX_TEXT]


def _lines(block):
    """The words of a block that people read; what they can press is left out."""
    found = [block.get("text"), *message_words.dicts(block.get("fields"))]
    if block.get("type") == "context":
        found += message_words.dicts(block.get("elements"))
    for one in message_words.dicts(found):
        if isinstance(one.get("text"), str) and one["text"].strip():
            yield one["text"]
