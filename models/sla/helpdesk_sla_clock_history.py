"""The history of SLA clocks in sentences, as the ticket shows it: what happened, when, and how the due date moved.

Nothing in this file decides anything.
"""

from markupsafe import Markup

from odoo import api, fields, models

from ...tools.sla import clock as sla_clock
from ...tools.sla import working_time
from ..common.xmlids import AGENTS
from .resource_calendar import WorkingTimes


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    target = fields.Char(compute="_compute_target")

    @api.depends("target_minutes")
    @api.depends_context("lang")
    def _compute_target(self):
        for clock in self:
            clock.target = clock._span(clock.target_minutes)

    def _history_html(self):
        """The history of these clocks as HTML, one list each."""
        labels = dict(self._fields["metric"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        parts = []
        for clock in self:
            items, stopped = Markup(), None
            for line in clock.line_ids:
                # The length of the pause in working time: the due date moved by that.
                pause = clock._working_minutes(stopped, line.at) if stopped else 0
                items += Markup("<li><b>{}</b> {}</li>").format(clock._moment(line.at), line._words(pause))
                if line.kind in sla_clock.STOPS:
                    stopped = stopped or line.at
                elif line.kind in sla_clock.GOES_ON:
                    stopped = None
            title = self.env._(
                "%(metric)s: target %(hours)s, %(state)s",
                metric=labels[clock.metric],
                hours=clock._span(clock.target_minutes),
                state=states[clock.state],
            )
            parts.append(Markup("<p><b>{}</b></p><ul>{}</ul>").format(title, items))
        return Markup().join(parts)

    def _working_minutes(self, begin, end):
        working = WorkingTimes().of(self.calendar_id, self.ticket_id.company_id)
        return working_time.elapsed(begin, end, (), working) / 60

    @api.model
    def _span(self, minutes):
        """A length of time: 4 h, 40 min, 1 h 30 min."""
        hours, rest = divmod(round(minutes), 60)
        parts = [self.env._("%s h", hours) if hours else "", self.env._("%s min", rest) if rest or not hours else ""]
        return " ".join(filter(None, parts))


class HelpdeskSlaClockLine(models.Model):
    _inherit = "helpdesk.sla.clock.line"

    def _words(self, pause=0):
        """What this line says, in a sentence. :param pause: minutes of working time that it ends"""
        self.ensure_one()
        words = self._plain_words(pause)
        # A change names its reason in the sentence itself.
        explained = self.reason and self.kind in (sla_clock.PAUSED, sla_clock.RESUMED)
        return f"{words} ({self.reason})" if explained else words

    def _why(self):
        """What brought this about, in the reader's words."""
        priorities = self.env["helpdesk.ticket"]._fields["priority"]._description_selection(self.env)
        priority = dict(priorities).get(self.priority)
        return ", ".join(filter(None, (self.reason, priority and self.env._("priority %s", priority))))

    def _plain_words(self, pause):
        clock, stage = self.clock_id, self.stage_id.name or ""
        due = clock._moment(self.due_after)
        moved = self.due_before != self.due_after
        if self.kind == sla_clock.STARTED:
            return self.env._("started, due %s", due)
        if self.kind == sla_clock.PAUSED:
            return self.env._("paused for “%s”", stage)
        if self.kind in (sla_clock.RESUMED, sla_clock.REOPENED):
            span = clock._span(pause)
            if self.kind == sla_clock.RESUMED:
                words = self.env._("resumed after %s of working time", span)
            else:
                words = self.env._("reopened after %s of working time", span)
            return self.env._("%(went_on)s, due %(due)s", went_on=words, due=due) if moved else words
        if self.kind == sla_clock.RETARGETED:
            return self.env._(
                "changed (%(reason)s): due %(due)s, was due %(before)s",
                reason=self._why(),
                due=due,
                before=clock._moment(self.due_before),
            )
        if self.kind == sla_clock.WARNED:
            return self.env._("warned, due %s", due)
        if self.kind == sla_clock.BREACHED:
            return self.env._("breached")
        if self.kind == sla_clock.REVOKED:
            return self.env._("breach taken back (%s)", self._why())
        if self.kind == sla_clock.REPEATED:
            return self.env._("breach posted again: nobody has the ticket")
        if self.kind == sla_clock.CANCELED:
            return self.env._("canceled (%s)", self._why() or stage)
        return self._outcome()

    def _outcome(self):
        minutes = abs((self.at - self.due_after).total_seconds()) / 60
        span = self.clock_id._span(minutes)
        if self.kind == sla_clock.MET:
            # While it waited, the due moment stood still: it says nothing of how much time was left.
            return self.env._("met, %s before it was due", span) if self.at < self.due_after else self.env._("met")
        return self.env._("done, %s after it was due", span)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    sla_history = fields.Html(
        string="History", compute="_compute_sla_history", compute_sudo=True, groups=AGENTS, saved_only=True
    )

    @api.depends("sla_clock_ids.line_ids")
    def _compute_sla_history(self):
        for ticket in self:
            clocks = ticket.sla_clock_ids
            ticket.sla_history = bool(clocks) and clocks._history_html()
