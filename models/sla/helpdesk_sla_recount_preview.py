"""Says in the form, before it is saved, how many open tickets a change of calendar or policy would move.

Nothing is stored: each ticket is counted anew in plain values, as the cron will do it (`helpdesk_sla_recount`).
"""

from odoo import api, fields, models

from ...tools.sla import clock as sla_clock
from ...tools.sla import recount, weekly
from ...tools.sla.policy import FROM_CREATION, choose
from ..common import database_time
from .resource_calendar import WorkingTimes

#: Tickets that are counted for a preview; people wait for it.
PREVIEWED = 300
MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"


class _Changed(WorkingTimes):
    """Working times as they would be. :param changed: a function that returns one of a company, or None, by calendar"""

    def __init__(self, changed):
        super().__init__()
        self._changed = changed

    def of(self, calendar, company):
        return self._changed(calendar, company) or super().of(calendar, company)


class HelpdeskSlaRecount(models.Model):
    _inherit = "helpdesk.sla.recount"

    @api.model
    def _preview(self, scope, working=None, rules=None, is_question=False):
        """What would become of the open tickets, in a sentence; False when there are none.

        :param scope: values of a row
        :param working: a `WorkingTimes`, as it would be
        :param rules: `Rule`s, as they would be
        :param is_question: people are asked, so that what moves no ticket gives False
        """
        domain = self.sudo().new(scope)._tickets_domain()
        tickets = self.env["helpdesk.ticket"].sudo().search(domain, order="id", limit=PREVIEWED)
        if not tickets:
            return False
        now, working, stored = database_time.now(self.env), working or WorkingTimes(), WorkingTimes()
        moved = revoked = late = 0
        for ticket in tickets:
            changes = ticket._sla_recount_planned(rules, now, working, stored)
            outcomes = [recount.outcome(before, after) for before, after in changes if before]
            moved += any(
                not before or (before.due, before.state) != (after.due, after.state) for before, after in changes
            )
            revoked += outcomes.count(sla_clock.REVOKED)
            late += outcomes.count(sla_clock.BREACHED)
        if is_question and not (moved or revoked or late):
            return False
        values = {"moved": moved, "revoked": revoked, "late": late, "count": len(tickets)}
        if len(tickets) == PREVIEWED:
            return self.env._(
                "Of the first %(count)s open tickets, this moves the SLA of %(moved)s. Breaches taken back: "
                "%(revoked)s. New breaches: %(late)s.",
                **values,
            )
        return self.env._(
            "Open tickets: %(count)s. SLA moved: %(moved)s. Breaches taken back: %(revoked)s. New breaches: %(late)s.",
            **values,
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _sla_recount_planned(self, rules, now, working, stored):
        """The clocks of this ticket as they are, and as they would be: pairs of `Clock`s; the first may be None."""
        policies = self.env["helpdesk.sla.policy"]
        matter = self._sla_matter()
        rule = policies._rule_for(self.company_id, matter) if rules is None else choose(rules, matter)
        calendar = self.env["resource.calendar"].sudo().browse(rule.calendar_id if rule else 0)
        pairs = []
        for clock in self.sla_clock_ids._current():
            before = clock._clock(stored)
            pairs.append((before, clock._recounted(before, rule, calendar, working, now)[0]))
        for metric in set(FROM_CREATION) - set(self.sla_clock_ids.mapped("metric")) if rule else ():
            if rule.minutes(metric, self.priority) and not (metric == sla_clock.START and self._sla_was_responded()):
                pairs.append((None, None))
        return pairs


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    helpdesk_sla_preview = fields.Char(
        string="SLA of Open Tickets",
        compute="_compute_helpdesk_sla_preview",
        groups=MANAGERS,
        help="What saving does to the SLA of open tickets.",
    )

    @api.depends(
        *("tz", "flexible_hours", "two_weeks_calendar", "attendance_ids.dayofweek", "attendance_ids.hour_from"),
        *("attendance_ids.hour_to", "attendance_ids.day_period", "attendance_ids.week_type"),
        "attendance_ids.display_type",
    )
    def _compute_helpdesk_sla_preview(self):
        for calendar in self:
            is_changed = calendar != calendar._origin and calendar._origin
            calendar.helpdesk_sla_preview = calendar._helpdesk_sla_preview() if is_changed else False

    def _helpdesk_sla_preview(self):
        origin = self._origin
        if self._helpdesk_hours() == origin._helpdesk_hours():
            return False

        def changed(calendar, company):
            if calendar == origin:
                return self._helpdesk_working(company)

        scope = {"reason": "hours", "calendar_id": origin.id}
        return self.env["helpdesk.sla.recount"]._preview(scope, _Changed(changed))

    def _helpdesk_hours(self):
        """Working hours as they stand in the form, in plain values."""
        lines = self.attendance_ids.filtered(lambda line: not line.display_type and line.day_period != "lunch")
        hours = {
            (
                int(line.dayofweek),
                line.hour_from,
                line.hour_to,
                int(line.week_type) if self.two_weeks_calendar else None,
            )
            for line in lines
        }
        return self.tz, self.flexible_hours, hours

    def _helpdesk_working(self, company):
        """Working time as it stands in the form, with the holidays of a company."""
        zone, is_flexible, hours = self._helpdesk_hours()
        if is_flexible:
            return WorkingTimes().of(self.browse(), company)
        holidays = [
            *(("time_type", "=", "leave"), ("resource_id", "=", False)),
            *(("company_id", "in", [company.id, False]), ("calendar_id", "in", [self._origin.id, False])),
        ]
        leaves_sudo = self.env["resource.calendar.leaves"].sudo().search(holidays)
        return weekly.weekly(sorted(hours, key=str), zone, [(leave.date_from, leave.date_to) for leave in leaves_sudo])


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    helpdesk_sla_preview = fields.Char(
        string="SLA of Open Tickets",
        compute="_compute_helpdesk_sla_preview",
        groups=MANAGERS,
        help="What saving does to the SLA of open tickets.",
    )

    @api.depends("date_from", "date_to", "calendar_id", "resource_id", "time_type")
    def _compute_helpdesk_sla_preview(self):
        for leave in self:
            leave.helpdesk_sla_preview = leave._helpdesk_sla_preview() if leave != leave._origin else False

    def _helpdesk_sla_preview(self):
        stored, origin = self._origin._bridge_holidays(), self._origin
        is_whole = self.date_from and self.date_to and self.date_from < self.date_to
        wanted = self._bridge_holidays() if is_whole else set()
        wanted = {(company._origin, calendar._origin, begin, end) for company, calendar, begin, end in wanted}
        if not wanted or wanted == stored:
            return False
        [(company, calendar, begin, end)] = wanted

        def changed(theirs, its_company):
            if not theirs or theirs.flexible_hours:
                return None
            working = WorkingTimes(ignored=origin).of(theirs, its_company)
            is_off = (not calendar or theirs == calendar) and (not company or company == its_company)
            return weekly.off(working, [(begin, end)]) if is_off else working

        # Where it was, too, if that is elsewhere.
        calendars = {calendar, *(was for _company, was, _begin, _end in stored)}
        scope = {"reason": "holidays", "calendar_id": calendar.id if len(calendars) == 1 else False}
        return self.env["helpdesk.sla.recount"]._preview(scope, _Changed(changed))
