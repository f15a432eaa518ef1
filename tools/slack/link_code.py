"""The one-time code by which a user shows which Slack account is theirs."""

import re

#: Without letters and digits that look alike.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 10
SENT = re.compile(rf"(?i)\s*link\s+([{LETTERS}]{{5}})-?([{LETTERS}]{{5}})\s*")


def new(choice):
    """A new code. :param choice: picks one of a sequence, by a source of secrets"""
    letters = "".join(choice(LETTERS) for _number in range(LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def code_in(text):
    """The code that a text consists of, ``link ABCDE-FGHJK``; empty if it is anything else."""
    found = SENT.fullmatch(text) if isinstance(text, str) and len(text) < 100 else None
    return f"{found[1]}-{found[2]}".upper() if found else ""
