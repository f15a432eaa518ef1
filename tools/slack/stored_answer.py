"""For how long what Slack said of a person counts, before Slack is asked again.

Pure: no clock, no database; the caller passes the time.
"""

from datetime import timedelta

#: Seconds while Slack tells of each change of a profile, and while it may not: then a change is noticed that late.
TOLD, UNTOLD = 600, 60
#: Days after the last change of anybody's profile of which Slack has told: until then it is expected to tell of each.
TELLS = 7


def is_valid(now, checked_at, told_at, was_delivered):
    """Whether an answer counts without asking again. A change of the person's own profile ends it at once, elsewhere.

    :param checked_at: when Slack gave it; None: never, or a change has ended it
    :param told_at: when Slack last told of a change of any profile; None: never
    :param was_delivered: whether Slack itself has delivered what the person did: it delivers changes by the same way
    """
    if not checked_at:
        return False
    tells = was_delivered and told_at and now - told_at <= timedelta(days=TELLS)
    return timedelta(0) <= now - checked_at < timedelta(seconds=TOLD if tells else UNTOLD)
