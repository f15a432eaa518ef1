"""What a form of a ticket that is open somewhere is told, when something happens to the ticket.

A message says that something happened and which colleague did it; never what anybody wrote.
"""

from dataclasses import dataclass, field

#: The type of the message on Odoo's bus.
TYPE = "helpdesk_bridge.ticket"

CHANGED = "changed"
MESSAGE = "message"
TAKEN = "taken"
CUSTOMER_REPLIED = "customer_replied"
WRITING = "writing"
ANSWERING = "answering"


@dataclass
class News:
    """What happened to one ticket in one transaction.

    :param kinds: some of the words above
    :param user: the id of the user who did it last
    """

    kinds: set = field(default_factory=set)
    user: int = 0

    def add(self, kind, user):
        """Add something that a user did."""
        self.kinds.add(kind)
        self.user = user


def payload(ticket, kinds, actor, assignee, written):
    """The message for those who look at a ticket.

    :param ticket: its id
    :param kinds: what happened
    :param actor: id and name of the user who did it; the name is empty for customers and programs
    :param assignee: id and name of who has the ticket now
    :param written: when the ticket was last written, as a form has it
    """
    return {
        "ticket": ticket,
        "kinds": sorted(kinds),
        "by_id": actor[0],
        "by": actor[1],
        "assignee_id": assignee[0],
        "assignee": assignee[1],
        "write_date": written,
    }
