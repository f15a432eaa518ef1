"""An Odoo that dies or raises where its plan says, and is otherwise Odoo: `python -m dev.chaos.faulty_odoo ARGUMENTS`.

The methods are patched on the classes that define them, as soon as Odoo has imported the addon.
"""

import functools
import os
import sys
import traceback

import odoo.cli
from odoo.modules import loading

from dev.chaos.faults import (
    ANSWER_POINTS,
    DIGEST_POINTS,
    POINTS,
    REPLY_POINTS,
    SLA_POINTS,
    SLACK_POINTS,
    SLACK_TIMEOUT,
    Plan,
)
from dev.paths import ADDON


class Poisoned(Exception):
    """What an email with the plan's word makes of whoever processes it."""


def main():
    """Odoo's own command line, with the plan lying in wait."""
    plan, load, sabotaged = Plan.read(), loading.load_openerp_module, []

    def load_and_sabotage(name):
        load(name)
        # The listener has imported the addon before it loads a registry; and a registry is loaded more than once.
        if name == ADDON and not sabotaged:
            sabotaged.append(name)
            _sabotage_or_leave(plan)

    loading.load_openerp_module = load_and_sabotage
    odoo.cli.main()


def _sabotage_or_leave(plan):
    """Odoo would load the addon again, this time unharmed, and every scenario would be clean."""
    try:
        _sabotage(plan)
    except Exception:  # noqa: BLE001 (a method has moved, for instance)
        traceback.print_exc()
        os._exit(1)


def _sabotage(plan):
    _patch(POINTS["processing"].method, functools.partial(_harmed_by_subject, plan))
    if plan.point:
        point = {**POINTS, **SLA_POINTS, **DIGEST_POINTS, **REPLY_POINTS}[plan.point]
        _patch(point.method, functools.partial(_dying, plan, point.moment))
    for name, point in SLACK_POINTS.items():
        _patch(point.method, functools.partial(_holding, plan, name))
    for name, point in ANSWER_POINTS.items():
        _patch(point.method, functools.partial(_doomed, plan, name, point.moment))
    if plan.slack_timeout:
        module, _colon, name = SLACK_TIMEOUT.partition(":")
        getattr(sys.modules[module], name)  # it has not moved
        setattr(sys.modules[module], name, plan.slack_timeout)


def _patch(method, wrap):
    """Replace `module:Class.method` by what `wrap` makes of it."""
    module, _colon, path = method.partition(":")
    owner, _dot, name = path.partition(".")
    owner = getattr(sys.modules[module], owner)
    original = getattr(owner, name)
    # With Odoo's marks on it, such as @api.model.
    setattr(owner, name, functools.wraps(original)(wrap(original)))


def _dying(plan, moment, original):
    def method(*args, **kwargs):
        if moment == "entered" and plan.passed():
            plan.die()
        result = original(*args, **kwargs)
        if moment == "returned" and result != 0 and plan.passed():
            plan.die()
        return result

    return method


def _doomed(plan, name, moment, original):
    def method(*args, **kwargs):
        if moment == "entered":
            plan.meet(name)
        result = original(*args, **kwargs)
        if moment == "returned" and result:
            plan.meet(name)
        return result

    return method


def _holding(plan, name, original):
    def method(*args, **kwargs):
        result = original(*args, **kwargs)
        plan.stay(name)
        return result

    return method


def _harmed_by_subject(plan, original):
    def message_new(tickets, msg, custom_values=None):
        ticket = original(tickets, msg, custom_values)
        subject = msg.get("subject") or ""
        if plan.deadly in subject:
            plan.die()
        if plan.poison in subject:
            raise Poisoned(subject)
        return ticket

    return message_new


if __name__ == "__main__":
    main()
