"""The reference a customer sees in a subject: ``[ML-#42]``, a prefix and the ticket's record id."""

import re

#: A prefix starts with a letter and stays short, so that a reference survives folding, quoting and being read aloud.
PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,9}")


def is_prefix(text):
    """Whether `text` may stand in front of ``-#42``: 1 to 10 letters, digits or dashes, a letter first."""
    return bool(PREFIX.fullmatch(text))


def reference(prefix, number):
    """``reference("ML", 42)`` is ``"[ML-#42]"``."""
    return f"[{prefix}-#{number}]"
