"""Working hours or public holidays have changed: clocks that are counted by them are counted anew.

A leave of one person is no public holiday, and concerns no clock.
"""

from odoo import api, models

#: What decides which hours of a calendar are working ones, beside its attendances and holidays.
CALENDAR_KEYS = frozenset({"tz", "flexible_hours", "schedule_type", "two_weeks_calendar", "attendance_ids"})


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & CALENDAR_KEYS:
            self._bridge_recount()
        return result

    def _bridge_recount(self):
        """Have the open tickets that depend on these working hours counted anew."""
        running = [("calendar_id", "in", self.ids), ("satisfied_at", "=", False)]
        groups = self.env["helpdesk.sla.clock"].sudo()._read_group(running, ["calendar_id"]) if self.ids else ()
        for (calendar,) in groups:
            self.env["helpdesk.sla.recount"]._schedule(reason="hours", calendar_id=calendar)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        attendances.calendar_id._bridge_recount()
        return attendances

    def write(self, vals):
        before = self.calendar_id
        result = super().write(vals)
        (before | self.calendar_id)._bridge_recount()
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        calendars.exists()._bridge_recount()
        return result


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        self._bridge_recount(leaves._bridge_holidays())
        return leaves

    def write(self, vals):
        before = self._bridge_holidays()
        result = super().write(vals)
        # Compared: other modules write the same again.
        self._bridge_recount(before ^ self._bridge_holidays())
        return result

    def unlink(self):
        before = self._bridge_holidays()
        result = super().unlink()
        self._bridge_recount(before)
        return result

    def _bridge_holidays(self):
        """The public holidays among these leaves: a set of (company, calendar, begin, end)."""
        public_sudo = self.sudo().filtered(lambda leave: leave.time_type == "leave" and not leave.resource_id)
        return {(leave.company_id, leave.calendar_id, leave.date_from, leave.date_to) for leave in public_sudo}

    @api.model
    def _bridge_recount(self, holidays):
        """Have the tickets that depend on these holidays counted anew."""
        for company, calendar in {(company, calendar) for company, calendar, _begin, _end in holidays}:
            using = [("calendar_id", "=", calendar.id) if calendar else ("calendar_id", "!=", False)]
            using += [("company_id", "=", company.id)] if company else []
            if self.env["helpdesk.sla.clock"].sudo().search_count([*using, ("satisfied_at", "=", False)], limit=1):
                scope = {"company_id": company, "calendar_id": calendar}
                self.env["helpdesk.sla.recount"]._schedule(reason="holidays", **scope)
