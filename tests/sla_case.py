"""What SLA tests need: a moment to be at, and words for what a clock says. 2026-06-01 is a Monday."""

from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import freezegun

from odoo import fields
from odoo.tests import freeze_time

from ..models.common import database_time
from .common import BridgeCase


class StoppedClock:
    """Python's clock, stopped at its first use: to stop it is a look at all modules of Odoo, to move it takes none."""

    def __init__(self):
        self._stopped, self._clock, self._moments = None, None, []

    @contextmanager
    def at(self, now):
        """Be at a moment. After it the clock stands at the moment around it, or at the real one."""
        if not self._stopped:
            self._stopped = freeze_time(now)
            self._clock = self._stopped.start()
        self._moments.append(now)
        self._clock.move_to(now)
        try:
            yield
        finally:
            self._moments.pop()
            after = self._moments[-1] if self._moments else datetime.fromtimestamp(freezegun.api.real_time(), UTC)
            self._clock.move_to(after)

    def release(self):
        """Let the clock go on."""
        if self._stopped:
            self._stopped.stop()
            self._stopped = None


class SlaCase(BridgeCase):
    """A company with its default policy: 4 and 24 hours, around the clock, waiting in *Awaiting*."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.python_clock = StoppedClock()
        cls.addClassCleanup(cls.python_clock.release)
        cls.Policy = cls.env["helpdesk.sla.policy"]
        cls.Policy.search([("is_default", "=", False)]).active = False
        cls.policy = cls.Policy._ensure_default(cls.company)
        cls.policy.applies_from = "2020-01-01 00:00:00"
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("new", "in_progress", "awaiting", "done", "cancelled", "rejected")
        }
        # What these policies change is no part of a test.
        cls.env["helpdesk.sla.recount"].search([]).unlink()
        cls.team.user_ids = cls.agent | cls.manager
        cls.office = cls.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "tz": "Europe/Prague",
                "company_id": cls.company.id,
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        },
                    )
                    for day in range(5)
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.addCleanup(self.python_clock.release)

    @contextmanager
    def at(self, moment):
        """Be at a moment of 2026, UTC."""
        self.env.flush_all()
        now = datetime.fromisoformat(f"2026-{moment}:00")
        # What comes from PostgreSQL's clock does not look at this one.
        of_database = patch.object(database_time, "now", lambda _env: now)
        with self.python_clock.at(now), patch.object(self.env.cr, "now", lambda: now), of_database:
            yield
            self.env.flush_all()

    def ticket_at(self, moment, **values):
        with self.at(moment):
            ticket = self.new_ticket(**{"user_id": False, **values})
        return ticket

    def by_agent(self, ticket, agent=None):
        return ticket.with_user(agent or self.agent)

    def move(self, moment, ticket, stage, agent=None):
        """An agent moves a ticket to a stage."""
        with self.at(moment):
            self.by_agent(ticket, agent).stage_id = self.stages[stage]

    def change(self, moment, ticket, **values):
        with self.at(moment):
            ticket.write(values)

    def answer(self, moment, ticket, author=None, **values):
        """An agent writes to the customer."""
        with self.at(moment):
            self.by_agent(ticket, author).message_post(
                **{"body": "We are at it.", "message_type": "comment", "subtype_xmlid": "mail.mt_comment", **values}
            )

    def tick(self, moment):
        """The cron runs at a moment."""
        with self.at(moment):
            self.exhaust(self.env["helpdesk.sla.clock"]._tick)

    def clock(self, ticket, metric="resolution"):
        return ticket.sla_clock_ids.filtered(lambda clock: clock.metric == metric)

    def due(self, ticket, metric="resolution"):
        return _short(self.clock(ticket, metric).due_at)

    def history(self, ticket, metric="resolution"):
        """The lines of a clock: moment, kind, and the due moment where it moved."""
        words = []
        for line in self.clock(ticket, metric).line_ids:
            moved = line.due_before and line.due_before != line.due_after
            words.append(f"{_short(line.at)} {line.kind}" + (f" due {_short(line.due_after)}" if moved else ""))
        return words

    def states(self, ticket):
        return self.clock(ticket, "start").state, self.clock(ticket).state


def _short(moment):
    return fields.Datetime.to_string(moment)[5:16] if moment else ""
