"""The mark in our own emails, by which we recognize them when they come back in any form.

Servers on the way replace Message-IDs, mailing lists rewrite From, and gateways drop References. A header of our own
stays. It holds the ticket's number and a signature, so that nobody can make one, or learn from one how to make another.
"""

import hmac
import re

#: The header. Its value never names a person or a host.
HEADER = "X-Helpdesk-Bridge"
MARK = re.compile(r"([1-9][0-9]{0,8})-([0-9a-f]{32})")


def mark(key, number):
    """The value of the header in emails about a ticket.

    :param key: bytes that only this database has
    :param number: the id of the ticket
    """
    return f"{number}-{_signature(key, number)}"


def number_in(key, values):
    """The id of the ticket that an email of ours is about; 0 if none of these headers has our signature."""
    for value in values:
        found = MARK.fullmatch(value.strip())
        if found and hmac.compare_digest(found[2], _signature(key, found[1])):
            return int(found[1])
    return 0


def comparable(text):
    """The letters of a text, without the lines that it quotes: the same as HTML, or wrapped."""
    lines = (line for line in text.lower().splitlines() if not line.lstrip().startswith(">"))
    return "".join(char for line in lines for char in line if char.isalpha())


def _signature(key, number):
    return hmac.new(key, f"ticket {int(number)}".encode(), "sha256").hexdigest()[:32]
