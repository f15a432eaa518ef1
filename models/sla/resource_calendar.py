"""Working time as `tools.sla.working_time` counts it, out of Odoo's calendars."""

from datetime import datetime, timedelta, timezone

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.sla import working_time
from ..common import database_time

#: A calendar is asked for so many days at once, and for so many years ahead.
PIECE = timedelta(days=28)
HORIZON = timedelta(days=4 * 365)
ORIGIN = datetime(2000, 1, 3)


class WorkingTimes:
    """Working times of calendars, each piece of each asked for once. Lives as long as one step of some clocks.

    :param ignored: holidays that are left out
    """

    def __init__(self, ignored=()):
        self._functions, self._ignored = {}, [holiday.id for holiday in ignored]

    def of(self, calendar, company):
        """The working time of a calendar with the holidays of a company, as a function for `tools.sla.working_time`."""
        if not calendar or calendar.flexible_hours:
            # Flexible hours say how many, not which: no moment is less a working one than another.
            return working_time.around_the_clock
        key = calendar.id, company.id
        if key not in self._functions:
            self._functions[key] = _Working(calendar, company, self._ignored)
        return self._functions[key]


class _Working:
    def __init__(self, calendar, company, ignored):
        self._calendar_sudo, self._company, self._ignored, self._pieces = calendar.sudo(), company, ignored, {}

    def __call__(self, begin):
        number = (begin - ORIGIN) // PIECE
        while ORIGIN + number * PIECE < begin + HORIZON and self._calendar_sudo.attendance_ids:
            if number not in self._pieces:
                self._pieces[number] = self._calendar_sudo._bridge_working_time(
                    ORIGIN + number * PIECE, ORIGIN + (number + 1) * PIECE, self._company, self._ignored
                )
            for opens, closes in self._pieces[number]:
                if closes > begin:
                    yield max(opens, begin), closes
            number += 1


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_by_sla(self):
        running = [("calendar_id", "in", self.ids), ("state", "in", ("running", "paused"))]
        clock_sudo = self.env["helpdesk.sla.clock"].sudo().search(running, limit=1)
        if clock_sudo:
            raise UserError(
                self.env._(
                    "SLA targets of open tickets depend on the working hours “%s”: deleting them would change when "
                    "those targets are due. Archive them instead.",
                    clock_sudo.calendar_id.name,
                )
            )

    def _bridge_working_time(self, begin, end, company, ignored=()):
        """Working intervals between two moments, all naive UTC; holidays of other companies do not count.

        :param ignored: ids of holidays that are left out
        """
        self.ensure_one()
        holidays = [("time_type", "=", "leave"), ("company_id", "in", [company.id, False])]
        holidays += [("id", "not in", ignored)] if ignored else []
        found = self._work_intervals_batch(_aware(begin), _aware(end), domain=holidays)[False]
        return tuple(working_time.tidy((_naive(opens), _naive(closes)) for opens, closes, _meta in found))

    def _bridge_has_working_time(self, company):
        """Whether anybody will ever work again by this calendar."""
        now = database_time.now(self.env)
        return working_time.opening(now, WorkingTimes().of(self, company)) is not None


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)


def _naive(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
