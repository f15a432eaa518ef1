"""Words that this project had of its own, and the words of the field that stand in their place.

What is looked through is said in `prose`: guides, screens, comments, docstrings, and the names of tests. Code keeps
what is a contract: the model ``helpdesk.letter`` and the fields ``letter_*``, the state ``owed``, the field
``verdict``, the metric ``start`` with ``sla_start_*``, tags, the JSON part ``home``, the parameter ``watch_token``.
Words of the field stay, however strange they look: doubt, lease, claim, hold, pause, probe, outbox.
"""

import re

#: Word -> what is said instead.
INSTEAD = {
    r"mails?|mailed": "email",
    r"letters?": "automatic email, confirmation, closing email",
    r"core(?:'s)?": "Odoo",
    r"promis(?:e|es|ed|ing)": "SLA target, due date",
    r"story": "history, thread, events",
    r"callees?": "mention, who is mentioned",
    r"owe[sd]?": "queue, queued, due",
    r"enlist\w*": "create a scheduled action",
    r"crews?": "workers",
    r"ledgers?": "log",
    r"spoilt": "broken",
    r"bells?": "mention, notification",
    r"breaths?": "step",
    r"farewells?": "shutdown",
    r"Whoever": "who",
}
#: What stands around such a word where it means something else, or is the name of something.
ALLOWED = {
    r"mails?|mailed": (
        r"[Mm]ail[\s#]+([Ss]ervers?|queues?|[Gg]ateway|templates?|programs?|systems?|host|module|clients?|models?|alias(es)?)",
        r"[Mm]ail[\s#]+(app|composer|delivery|catcher|boxes)",
        r"Helpdesk (Explanation|Health) Mails|Outgoing Mails|Mail Render Mixin",
        r"(Apple|Yahoo|Windows|for|param|ivar)[\s#]+[Mm]ails?",
    ),
    r"letters?": (
        r"(upper|lower|small|large|capital|foreign|Thai|other|least one|first|three|ASCII|Small|wrong)[- ]letters?",
        r"letters?[, ]+(or|and|digits?|first|of|that|to|tell|is|make|names|in|do|takes|which|is a capital)",
        r"[Aa] letter names|starting with a letter|are the letter",
        r"letters? (?:at the beginning|with)",
        r"Helpdesk (Explanation|Health) Letters",
        r"(10|s|only|with|by|for|without|Without|words with other) letters",
    ),
}


def found(text):
    """The words in a text that are none of the house, each with what is around it."""
    for word, instead in INSTEAD.items():
        allowed = [span for pattern in ALLOWED.get(word, ()) for span in _spans(pattern, text)]
        flags = 0 if word == "Whoever" else re.IGNORECASE
        for match in re.finditer(rf"(?<![\w-])(?:{word})(?![\w-])", text, flags):
            if not any(start <= match.start() and match.end() <= end for start, end in allowed):
                around = " ".join(text[max(0, match.start() - 30) : match.end() + 30].split())
                yield f"{match[0]} (say {instead}): {around}"


def _spans(pattern, text):
    return [match.span() for match in re.finditer(pattern, text)]
