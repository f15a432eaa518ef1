"""Tells one person what became of an act: again while Slack stumbles, and another way if one is closed.

These calls change nothing on the ticket, and a person who is told twice is not misled: so they are made again where a
message for everybody is looked for first.
"""

import time

from ...tools.slack import retry_policy
from ...tools.slack.response import NO_ANSWER
from ...tools.slack.retry_policy import Action

#: How often a call is made, the seconds between, and for how long altogether: others wait behind it.
TRIES, PAUSE, PATIENCE = 5, 0.4, 4
#: What is over in a moment.
PASSING = frozenset({Action.RETRY, Action.RECONCILE, Action.HOLD})


def insist(call, passing=()):
    """Make a call, again while what hinders it may pass in a moment.

    :param call: a function that returns an `Answer`
    :param passing: further errors that may pass
    :return: the last `Answer`
    """
    began = time.monotonic()
    for number in range(1, TRIES + 1):
        answer = call()
        may_pass = answer.error in passing or retry_policy.judge(answer, number).action in PASSING
        pause = max(PAUSE, answer.retry_after)
        if answer.ok or not may_pass or number == TRIES or time.monotonic() + pause - began > PATIENCE:
            return answer
        time.sleep(pause)


def tell(*ways):
    """Tell a person by the first way that works. :param ways: functions that return an `Answer`"""
    for way in ways:
        answer = insist(way)
        if answer.ok or answer.error == NO_ANSWER:  # a second silence would hold up everybody
            return
