"""A ticket that is only shown, and rolled back then: it takes no number that a customer's ticket would have."""

import secrets

#: In the context while a sample is created; it holds a `Sample`, which no context that came over RPC can.
KEY = "helpdesk_bridge_sample"
#: The ids of samples: beyond any that a sequence reaches, and within the type of the column.
LOWEST, COUNT = 2_000_000_000, 100_000_000


class Sample:
    """One sample. :ivar ticket_id: its id; two that are created at the same moment hardly ever share it"""

    def __init__(self):
        self.ticket_id = LOWEST + secrets.randbelow(COUNT)


def of(env):
    """The `Sample` that is being created in this environment, or None."""
    sample = env.context.get(KEY)
    return sample if isinstance(sample, Sample) else None
