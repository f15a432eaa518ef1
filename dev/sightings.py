"""What must be seen of an email on its way to Slack: each is waited for, and named when it does not come.

The demo shows these to a person, the end-to-end tests insist on them. `helpdesk` is a `dev.scenario.Helpdesk`.
"""

import time
from itertools import chain, repeat

from dev.acme import CUSTOMER

#: Seconds that anything may take. A busy machine needs ten times what a quiet one does; who passes waits for nothing.
PATIENCE = 60
#: Seconds between two looks: more and more, because a look costs Odoo work that it could do meanwhile.
PAUSES = (0.05, 0.1, 0.2, 0.3)


class NotSeen(Exception):
    """Something did not happen in time; the message says what, and what was there instead."""


def wait_for(what, look, good=bool, timeout=PATIENCE):
    """Look until what is there is good, and return it. :param what: its name, for when that never comes"""
    deadline = time.monotonic() + timeout
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        if good(there := look()):
            return there
        if time.monotonic() > deadline:
            raise NotSeen(f"not seen within {timeout} s: {what}; there was {there!r}")
        time.sleep(pause)


def mail(helpdesk, subject):
    """The email lies in the mailbox, read or not."""
    return wait_for(f"the mail “{subject}”", lambda: helpdesk.mails("ALL"), lambda there: subject in there)


def unread_mail(helpdesk, subject):
    """The email waits in the mailbox; returns the subjects of all that do."""
    return wait_for(f"the unread mail “{subject}”", lambda: helpdesk.mails("UNSEEN"), lambda there: subject in there)


def read_mail(helpdesk, subject):
    """The email is flagged, so that nobody fetches it again."""
    return wait_for(f"the flag \\Seen on “{subject}”", lambda: helpdesk.mails("SEEN"), lambda there: subject in there)


def ticket(helpdesk, subject, timeout=PATIENCE):
    """The one ticket with this title."""
    [found] = wait_for(f"one ticket “{subject}”", lambda: helpdesk.tickets(subject), _is_one, timeout)
    return found


def sent(helpdesk, ticket, timeout=PATIENCE):
    """The one row of the outbox about a ticket, sent."""
    what = f"one row of the outbox for {ticket['mail_reference']}, sent"
    [row] = wait_for(what, lambda: helpdesk.outbox(ticket), _is_sent, timeout)
    return row


def sent_after_retry(helpdesk, ticket, timeout=PATIENCE):
    """The same, with somebody at the Retry button: a back-off may be over a minute before the cron looks again."""

    def press_and_look():
        helpdesk.retry(ticket)
        time.sleep(0.2)
        return helpdesk.outbox(ticket)

    what = f"one row of the outbox for {ticket['mail_reference']}, sent after a retry"
    [row] = wait_for(what, press_and_look, _is_sent, timeout)
    return row


def message(helpdesk, ticket, timeout=PATIENCE):
    """The one message in Slack that begins the ticket's thread; it calls the channel if the company wants that."""
    reference = ticket["mail_reference"]
    [found] = wait_for(f"one message {reference} in Slack", lambda: helpdesk.told(ticket), _is_one, timeout)
    company = helpdesk.odoo.rpc("res.company", "read", [ticket["company_id"][0]], ["helpdesk_slack_mention"])[0]
    if ("<!channel>" in found["text"]) != (company["helpdesk_slack_mention"] == "channel"):
        raise NotSeen(f"not seen: who is called, in the message “{found['text']}”")
    return found


def thread(helpdesk, ticket, message, timeout=PATIENCE):
    """The ticket's thread in Odoo, begun by this message."""
    place = (helpdesk.channel_ref, message["ts"])

    def begins_there(there):
        return [(found["channel_ref"], found["ts"]) for found in there] == [place]

    what = f"the thread of {ticket['mail_reference']} at {place}"
    [found] = wait_for(what, lambda: helpdesk.threads(ticket), begins_there, timeout)
    return found


def told_once(helpdesk, ticket, timeout=PATIENCE):
    """All that "told in Slack, once" means; returns the message."""
    row = sent(helpdesk, ticket, timeout)
    found = message(helpdesk, ticket, timeout)
    if row["slack_ts"] != found["ts"]:
        raise NotSeen(f"not seen: the message {found['ts']} in the outbox, which says {row['slack_ts']}")
    thread(helpdesk, ticket, found)
    return found


def lines(helpdesk, ticket, *sentences, timeout=PATIENCE):
    """The lines of a ticket's thread, each once and in this order, and nothing else."""
    mark = f"{ticket['mail_reference']} "
    what = f"in the thread of {ticket['mail_reference']}: {list(sentences)}"

    def as_expected(there):
        return says([text.removeprefix(mark) for text in there], sentences)

    return wait_for(what, lambda: helpdesk.lines(ticket), as_expected, timeout)


def note(helpdesk, ticket, words, timeout=PATIENCE):
    """The author of the one internal note with these words on a ticket."""
    wanted = [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket["id"]), ("body", "ilike", words)]
    wanted.append(("subtype_id.internal", "=", True))

    def look():
        return helpdesk.odoo.rpc("mail.message", "search_read", wanted, ["author_id"])

    [found] = wait_for(f"the note “{words}”", look, lambda there: len(there) == 1, timeout)
    return found["author_id"][1]


def says(there, sentences):
    """Whether these lines are these sentences. An ellipsis in one is whatever stands there: how long something took
    depends on the machine.
    """
    return len(there) == len(sentences) and all(
        line.startswith(begin) and line.endswith(end) if ellipsis else line == sentence
        for line, sentence in zip(there, sentences, strict=True)
        for begin, ellipsis, end in [sentence.partition("…")]
    )


def shown(helpdesk, ticket, *words, timeout=PATIENCE):
    """The first message of a ticket's thread with all these words in it; calls nobody (any more)."""

    def is_shown(root):
        return all(word in str(root["blocks"]) for word in words) and "<!channel>" not in str(root)

    return wait_for(f"first message that shows {words}", lambda: helpdesk.root(ticket), is_shown, timeout)


def letter(helpdesk, ticket, words, timeout=PATIENCE):
    """The one email about a ticket to its customer with these words in it, as it went out.

    :return: (who it is from, its subject)
    """
    what = f"one mail about {ticket['mail_reference']} with “{words}”"
    [found] = wait_for(what, lambda: letters(helpdesk, ticket, words), _is_one, timeout)
    return found


def letters(helpdesk, ticket, words):
    """(who it is from, its subject) of each email about a ticket to its customer with these words in it."""
    mark = ticket["mail_reference"]
    return [
        (mail["from"][0]["name"], mail["subject"])
        for mail in helpdesk.outgoing.messages()
        if mark in mail["subject"] and words in mail["text"] and mail["envelope"]["to"][0]["address"] == CUSTOMER
    ]


def _is_one(there):
    return len(there) == 1


def _is_sent(rows):
    return [row["state"] for row in rows] == ["sent"]
