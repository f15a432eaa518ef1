"""A clock is counted anew, because its calendar or policy has changed: what that changes, and what is said of it.

`tools.sla.recount` says what follows; here it is stored and explained. A breach that never was loses its tag and its
activity; a note says why, and so does the thread in Slack, if the breach was posted there. Nobody is mentioned.
"""

from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Command

from ...tools.sla import clock as sla_clock
from ...tools.sla import recount
from ...tools.ticket import events
from ...tools.ticket.events import Event
from ..common.helpdesk_bridge_counter import BREACHES, own_counter
from ..common.translated import with_company_lang
from ..ticket.helpdesk_ticket_events import Change
from .resource_calendar import WorkingTimes


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    had_tag = fields.Boolean(help="The ticket had the tag of a breach before: it stays when the breach is taken back.")
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null", help="The activity that its breach has created."
    )

    def _recount(self, rule, now, reason):
        """Count the clocks of a ticket anew, as a rule says.

        :return: list of (clock, `recount.outcome`), of those that have one
        """
        working, outcomes = WorkingTimes(), []
        calendar = self._living_calendars([rule])[rule.policy_id] if rule else None
        for record in self._current():
            before = record._clock(working)
            after, entries = record._recounted(before, rule, calendar, working, now)
            # What is over keeps the policy and the calendar by which it was counted.
            if rule and not record.satisfied_at:
                found = {"policy_id": rule.policy_id, "calendar_id": calendar.id}
                changed = {name: value for name, value in found.items() if record[name].id != value}
                if changed and after.state != sla_clock.CANCELED:
                    record.write(changed)
            record._record(after, entries, reason=reason)
            if outcome := recount.outcome(before, after):
                outcomes.append((record, outcome))
        return outcomes

    def _recounted(self, clock, rule, calendar, working, now):
        """This clock counted anew, as a rule says: (`Clock`, entries). :param working: a `WorkingTimes`"""
        ticket = self.ticket_id
        minutes = rule.minutes(self.metric, ticket.priority) if rule else 0
        if not minutes:
            return recount.withdrawn(clock, now)
        function = working.of(calendar, ticket.company_id)
        clock = replace(clock, repeat=rule.repeat)
        return recount.recounted(clock, now, minutes * 60, rule.warn_percent, function, ticket._sla_phase(rule))

    @api.model
    def _explain(self, outcomes, reason):
        """Say what has become of breaches. :param outcomes: of `_recount`"""
        revoked = self.browse().concat(*(clock for clock, outcome in outcomes if outcome == sla_clock.REVOKED))
        self.browse().concat(*(clock for clock, outcome in outcomes if outcome == sla_clock.BREACHED))._add_tags()
        revoked._remove_marks()
        bodies = {}
        for clock, outcome in outcomes:
            bodies.setdefault(clock.ticket_id.id, []).append(clock._explanation(outcome, reason))
        if bodies:
            self.env["helpdesk.ticket"].browse(bodies)._message_log_batch(
                bodies={ticket_id: " ".join(lines) for ticket_id, lines in bodies.items()},
                author_id=self.env.ref("base.partner_root").id,
            )
        found = {}
        for clock in revoked:
            is_gone = clock.state == sla_clock.CANCELED
            due = "" if is_gone else with_company_lang(clock.ticket_id.company_id, clock)._moment(clock.due_at)
            event = Event(events.SLA_REVOKED, due=due, metric=clock.metric, is_silent=True)
            found.setdefault(clock.ticket_id, []).append(event)
        self.env["helpdesk.ticket"]._bridge_report([Change(ticket, tuple(listed)) for ticket, listed in found.items()])

    def _remove_marks(self):
        """Remove what the breaches of these clocks have left: tags, activities. The number of breaches never falls."""
        for clock in self:
            tag, same = self._tag(clock.metric), clock._same_target()
            if not any(same.mapped("had_tag")) and not any(same.mapped("breached_at")):
                clock.ticket_id._sla_set({"tag_ids": [Command.unlink(tag.id)]})
            # One that is done stays in the chatter.
            clock.activity_id.filtered("active").unlink()
            count = {(BREACHES, (clock.metric,)): 1}
            self.env["helpdesk.bridge.count"]._add(count, counter=own_counter(clock))

    def _explanation(self, outcome, reason):
        """What has become of a breach, in one sentence, as the company's people read it."""
        self.ensure_one()
        clock = with_company_lang(self.ticket_id.company_id, self)
        if outcome == sla_clock.REVOKED and self.state == sla_clock.CANCELED:
            return clock._explanations_without_target(reason)[self.metric]
        return clock._explanations({"reason": reason, "due": clock._moment(self.due_at)})[outcome][self.metric]

    @api.model
    def _explanations_without_target(self, reason):
        return {
            "start": self.env._("The breach of the first response is taken back, without a target: %s.", reason),
            "next_response": self.env._("The breach of the next response is taken back, without a target: %s.", reason),
            "resolution": self.env._("The breach of the resolution is taken back, without a target: %s.", reason),
        }

    @api.model
    def _explanations(self, values):
        return {
            sla_clock.REVOKED: {
                "start": self.env._(
                    "The breach of the first response is taken back: %(reason)s. It is due %(due)s.", **values
                ),
                "next_response": self.env._(
                    "The breach of the next response is taken back: %(reason)s. It is due %(due)s.", **values
                ),
                "resolution": self.env._(
                    "The breach of the resolution is taken back: %(reason)s. It is due %(due)s.", **values
                ),
            },
            sla_clock.BREACHED: {
                "start": self.env._("The first response is overdue now: %(reason)s. It was due %(due)s.", **values),
                "next_response": self.env._(
                    "The next response is overdue now: %(reason)s. It was due %(due)s.", **values
                ),
                "resolution": self.env._("The resolution is overdue now: %(reason)s. It was due %(due)s.", **values),
            },
            sla_clock.MISSED: {
                "start": self.env._("The first response stays overdue: %(reason)s. It was due %(due)s.", **values),
                "next_response": self.env._(
                    "The next response stays overdue: %(reason)s. It was due %(due)s.", **values
                ),
                "resolution": self.env._("The resolution stays overdue: %(reason)s. It was due %(due)s.", **values),
            },
        }
