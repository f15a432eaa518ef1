"""One SLA clock of one ticket.

How data flows: the ticket says what has happened to it (`helpdesk_ticket`), the cron that time has passed
(`helpdesk_sla_clock_cron`). Either way a clock is read into a plain `Clock`, `tools.sla.clock` says what follows, and
`_record` stores that: the clock as it is now, lines of its history, the summary on the ticket. Warnings and
breaches are notified afterwards (`helpdesk_sla_clock_notify`), so that a breach is recorded before it is notified.
"""

from odoo import api, fields, models

from ...tools.sla import clock as sla_clock
from ...tools.sla import policy as sla_policy
from ..common.helpdesk_bridge_counter import BREACHES, CLOCKS
from .resource_calendar import WorkingTimes

#: Fields of a clock that are a `Clock`'s as well.
MOMENTS = {"due_at": "due", "warn_at": "warn", "warned_at": "warned", "breached_at": "breached"}
MOMENTS |= {"satisfied_at": "satisfied", "remind_at": "remind"}
#: Kinds of entries that are notified.
REPORTED = (sla_clock.WARNED, sla_clock.BREACHED, sla_clock.REPEATED)


class HelpdeskSlaClock(models.Model):
    _name = "helpdesk.sla.clock"
    _description = "SLA Clock"
    _inherit = ["helpdesk.bridge.counted"]
    _order = "ticket_id desc, id"
    _rec_name = "metric"
    _counted_names, _counted_by = (CLOCKS, BREACHES), ("metric", "state", "breached_at IS NOT NULL")
    _counted_over = f"state IN ('{sla_clock.MET}', '{sla_clock.MISSED}', '{sla_clock.CANCELED}')"
    _counted_fields = {"metric", "state", "breached_at"}

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", index=True)
    policy_id = fields.Many2one("helpdesk.sla.policy", ondelete="restrict", index=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    metric = fields.Selection(
        [
            (sla_clock.START, "First Response"),
            (sla_clock.NEXT_RESPONSE, "Next Response"),
            (sla_clock.RESOLUTION, "Resolution"),
        ],
        string="SLA Target",
        required=True,
    )
    started_at = fields.Datetime(required=True)
    target_minutes = fields.Integer(required=True)
    warn_percent = fields.Integer()
    calendar_id = fields.Many2one("resource.calendar", ondelete="set null", index="btree_not_null")
    due_at = fields.Datetime(help="While the clock is paused: the due date before the pause.")
    warn_at = fields.Datetime(string="Warning Due At")
    warned_at = fields.Datetime()
    breached_at = fields.Datetime()
    missed_minutes = fields.Integer(string="Breached Target", help="The target whose breach was recorded, in minutes.")
    remind_at = fields.Datetime(string="Breach Repeated At", help="When the breach is posted again.")
    satisfied_at = fields.Datetime(string="Done At")
    spent_minutes = fields.Float(aggregator="avg", help="Working time from the start until it was done.")
    state = fields.Selection(
        [
            (sla_clock.RUNNING, "Running"),
            (sla_clock.PAUSED, "Paused"),
            (sla_clock.MET, "Met"),
            (sla_clock.MISSED, "Breached"),
            (sla_clock.CANCELED, "Canceled"),
        ],
        required=True,
        default=sla_clock.RUNNING,
    )
    line_ids = fields.One2many("helpdesk.sla.clock.line", "clock_id", string="History")

    _once_unique = models.UniqueIndex(
        f"(ticket_id, metric) WHERE metric != '{sla_clock.NEXT_RESPONSE}'", "A ticket has one clock of each kind."
    )
    _next_unique = models.UniqueIndex(
        f"(ticket_id) WHERE metric = '{sla_clock.NEXT_RESPONSE}' AND satisfied_at IS NULL "
        f"AND state != '{sla_clock.CANCELED}'",
        "A ticket has one next response at a time.",
    )
    # What the cron reads, and nothing of what is over.
    _due_index = models.Index("(due_at) WHERE state = 'running'")
    _warn_index = models.Index("(warn_at) WHERE state = 'running' AND warned_at IS NULL")
    _remind_index = models.Index("(remind_at) WHERE state = 'missed' AND remind_at IS NOT NULL")
    # What a report over a period reads.
    _started_index = models.Index("(started_at)")
    # For the counts that a monitor asks for every few seconds.
    _state_index = models.Index("(metric, state, breached_at) WHERE is_counted IS NOT TRUE")

    # ------------------------------------------------------------
    # Beginning
    # ------------------------------------------------------------

    @api.model
    def _begin(self, tickets, now, silent=False, metrics=sla_policy.FROM_CREATION, retroactive=False, since=None):
        """Start the clocks of tickets, maybe of the past.

        :param tickets: list of (ticket, its rule, its phase), as sudo
        :param silent: the tickets are older, so that what is past mentions no one
        :param retroactive: the target is set now, see `sla_clock.started`
        :param since: the moment from which the targets are counted; None: the creation of each ticket
        :return: (the clocks, the warnings and breaches for `_notify`)
        """
        working, begun, is_old = WorkingTimes(), [], silent or retroactive
        calendars = self._living_calendars([rule for _ticket, rule, _phase in tickets])
        for ticket, rule, phase in tickets:
            if rule.policy_id not in calendars:
                # Deleted a moment ago in another process, or never committed: the next ticket shall not meet it.
                self.env.registry.clear_cache()
                continue
            calendar = calendars[rule.policy_id]
            for metric in metrics:
                minutes = rule.minutes(metric, ticket.priority)
                if not minutes or (is_old and metric == sla_clock.START and ticket._sla_was_responded()):
                    continue
                function = working.of(calendar, ticket.company_id)
                started = since or ticket._sla_created(now)
                clock = sla_clock.Clock(metric, started, minutes * 60, rule.warn_percent, function, repeat=rule.repeat)
                begun.append((ticket, rule, calendar, *sla_clock.started(clock, now, phase, retroactive)))
        clocks = self.create([self._vals(*start[:4]) for start in begun])
        lines, found = [], []
        for record, (ticket, _rule, _calendar, _clock, entries) in zip(clocks, begun, strict=True):
            lines += self.env["helpdesk.sla.clock.line"]._vals(record.id, entries, ticket.stage_id, False)
            found += [(record, entry, silent) for entry in entries if entry.kind == sla_clock.BREACHED]
        self.env["helpdesk.sla.clock.line"].create(lines)
        return clocks, found

    @api.model
    def _living_calendars(self, rules):
        """The calendar of each policy, by its id; a policy that is gone is left out."""
        policies = self.env["helpdesk.sla.policy"].sudo().with_context(active_test=False)
        # The company too, which the ticket compares with its own.
        ids = list({rule.policy_id for rule in rules})
        found = policies.search_fetch([("id", "in", ids)], ["calendar_id", "company_id"])
        return {policy.id: policy.calendar_id for policy in found}

    @api.model
    def _vals(self, ticket, rule, calendar, clock):
        return {
            "ticket_id": ticket.id,
            "policy_id": rule.policy_id,
            "metric": clock.metric,
            "started_at": clock.started,
            "calendar_id": calendar.id,
            **self._clock_vals(clock),
        }

    @api.model
    def _clock_vals(self, clock):
        return {
            "target_minutes": clock.target // 60,
            "warn_percent": clock.warn_percent,
            "missed_minutes": clock.missed // 60,
            "state": clock.state,
            "spent_minutes": clock.spent(clock.satisfied) / 60 if clock.satisfied else 0,
            **{name: getattr(clock, attribute) or False for name, attribute in MOMENTS.items()},
        }

    # ------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_count(self):
        """Count the clocks that have stopped."""
        return self._count_over()

    @api.model
    def _count_keys(self, metric, state, is_breached):
        yield CLOCKS, (metric, state)
        if is_breached:
            yield BREACHES, (metric,)

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    def _clock(self, working, with_history=True):
        """This clock in plain values.

        :param working: a `WorkingTimes`
        :param with_history: whether its breaks may matter
        """
        self.ensure_one()
        history = ((line.at, line.kind) for line in self.line_ids.sorted("id")) if with_history else ()
        rule = self.env["helpdesk.sla.policy"]._rule_of(self.policy_id)
        return sla_clock.Clock(
            metric=self.metric,
            started=self.started_at,
            target=self.target_minutes * 60,
            warn_percent=self.warn_percent,
            working=working.of(self.calendar_id, self.ticket_id.company_id),
            breaks=sla_clock.breaks(history),
            state=self.state,
            missed=self.missed_minutes * 60,
            repeat=rule.repeat if rule else 0,
            **{attribute: self[name] or None for name, attribute in MOMENTS.items()},
        )

    def _move(self, phase, now, responded=False, silent=False, reason=False):
        """The tickets of these clocks are in this phase now. :return: the warnings and breaches, for `_notify`"""
        working, found, lines = WorkingTimes(), [], []
        for record in self._current():
            if record._is_withdrawn():
                if responded and record.metric in sla_clock.RESPONSES:
                    # A policy that sets the target again would set one that is done already.
                    record.satisfied_at = now
                continue
            clock, entries = sla_clock.moved(record._clock(working), phase, now, responded)
            found += record._record(clock, entries, reason=reason, silent=silent, lines=lines)
        self.env["helpdesk.sla.clock.line"].create(lines)
        return found

    def _is_withdrawn(self):
        """Whether the policy of now has nothing of this kind for the ticket: no move of it brings that back."""
        if self.state != sla_clock.CANCELED:
            return False
        rule = self.env["helpdesk.sla.policy"]._rule_of(self.ticket_id.sla_policy_id)
        return not rule or not rule.minutes(self.metric, self.ticket_id.priority)

    def _retarget(self, rule, now, reason, silent=False):
        """Another rule, or another row of it, holds now; None means that no target is left.

        :param silent: a user asked for it: the calendar itself may have changed
        """
        working, found = WorkingTimes(), []
        calendars = self._living_calendars([rule] if rule else [])
        for record in self._current():
            clock = record._clock(working)
            minutes = rule.minutes(record.metric, record.ticket_id.priority) if rule else 0
            if not minutes or rule.policy_id not in calendars:
                found += record._record(*sla_clock.withdrawn(clock, now), reason=reason, by_policy=True, silent=silent)
                continue
            calendar = calendars[rule.policy_id]
            same = (record.target_minutes, record.warn_percent, record.calendar_id)
            phase = record.ticket_id._sla_phase(rule)
            function = working.of(calendar, record.ticket_id.company_id)
            is_same = same == (minutes, rule.warn_percent, calendar) and record.state != sla_clock.CANCELED
            if not is_same or silent:
                changed, entries = sla_clock.retargeted(clock, now, minutes * 60, rule.warn_percent, function, phase)
                is_same = is_same and changed.due == record.due_at
            if is_same:
                record._set_policy(rule.policy_id)
                continue
            if changed is not clock:
                record.write({"policy_id": rule.policy_id, "calendar_id": calendar.id})
            found += record._record(changed, entries, reason=reason, by_policy=True, silent=silent)
        return found

    def _set_policy(self, policy_id):
        if self.policy_id.id != policy_id:
            self.policy_id = policy_id

    def _record(self, clock, entries, reason=False, by_policy=False, silent=False, lines=None):
        """Store a clock as it is now, with what is added to its history.

        :param by_policy: another rule holds, for which the priority is a reason as well
        :param lines: a list that gets the values of the new lines, for the caller to create; None creates them here
        :return: the warnings and breaches, for `_notify`: list of (record, entry, whether it mentions no one)
        """
        self.ensure_one()
        vals = self._clock_vals(clock)
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.write(changed)
        if entries:
            history = self.env["helpdesk.sla.clock.line"]
            priority = by_policy and self.ticket_id.priority
            vals_list = history._vals(self.id, entries, self.ticket_id.stage_id, reason, priority)
            if lines is None:
                history.create(vals_list)
            else:
                lines += vals_list
        return [(self, entry, silent) for entry in entries if entry.kind in REPORTED]

    # ------------------------------------------------------------
    # Summary
    # ------------------------------------------------------------

    def _summary(self):
        """(next due moment or False, status in one word) of one ticket's clocks."""
        open_ones = self.filtered(lambda clock: clock.state in ("running", "missed") and not clock.satisfied_at)
        due = min((clock.due_at for clock in open_ones if not clock._is_waiting()), default=False)
        counting = self.filtered(lambda clock: clock.state != sla_clock.CANCELED)
        if any(clock.breached_at for clock in self):
            return due, "breached"
        if not counting:
            return due, "none"
        if all(clock.satisfied_at for clock in counting):
            return due, "met"
        if self._is_paused():
            return due, "paused"
        return due, "at_risk" if any(clock.warned_at and not clock.satisfied_at for clock in counting) else "on_track"

    def _is_paused(self):
        """Whether a target of one ticket is open and pauses, be it late already."""
        return any(
            clock.state == sla_clock.PAUSED or (not clock.satisfied_at and clock._is_waiting()) for clock in self
        )

    def _is_waiting(self):
        """Whether the ticket waits now, though its target is breached."""
        return self.state == sla_clock.MISSED and self.ticket_id._sla_phase().value in ("waiting", "canceled")
