"""SLA warnings and breaches: tag, chatter note, Slack, and an activity for the assignee.

`helpdesk_sla_clock` knows what happened, this file who is notified. All of it is written in the transaction that
records the event, so that each is notified exactly once.
"""

from odoo import api, fields, models
from odoo.fields import Command

from ...tools.sla import clock as sla_clock
from ...tools.ticket.events import Event
from ..common import translated
from ..common.translated import with_company_lang
from ..ticket.helpdesk_ticket_events import Change

ACTIVITY = "mail.mail_activity_data_todo"


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    def _record(self, clock, entries, **options):
        result = super()._record(clock, entries, **options)
        if clock.satisfied or clock.state == sla_clock.CANCELED:
            self._drop_activity()
        return result

    def _drop_activity(self):
        """Nothing is left to do about the breach of this clock. An activity that somebody has changed is theirs."""
        activity = self.activity_id.filtered("active")
        if activity and activity.write_date == activity.create_date:
            activity.unlink()

    @api.model
    def _notify(self, found):
        """Tag, note, post and assign what was found.

        :param found: list of (clock, entry of its history, whether it is a matter of the past)
        """
        if not found:
            return
        late = (clock for clock, entry, _silent in found if entry.kind == sla_clock.BREACHED)
        self.browse().concat(*late)._add_tags()
        reported = [(clock, entry) for clock, entry, silent in found if not silent]
        # A repetition is for those who have not read the first one; the chatter has that.
        self._note([(clock, entry) for clock, entry in reported if entry.kind != sla_clock.REPEATED])
        self._report(reported)
        self._add_activities([clock for clock, entry in reported if entry.kind == sla_clock.BREACHED])

    def _add_tags(self):
        """Tag the tickets of these clocks as breached, and note which of them had the tag before."""
        for metric, clocks in self.grouped("metric").items():
            tag = self._tag(metric)
            # Ours, if there was a breach before.
            clocks.filtered(lambda clock, tag=tag: tag in clock.ticket_id.tag_ids and clock._is_first_breach()).write(
                {"had_tag": True}
            )
            clocks.ticket_id._sla_set({"tag_ids": [Command.link(tag.id)]})

    def _is_first_breach(self):
        return self._same_target().line_ids.mapped("kind").count(sla_clock.BREACHED) < 2

    def _same_target(self):
        """The clocks of this ticket with this target, which share a tag."""
        return self.ticket_id.sla_clock_ids.filtered(lambda clock: clock.metric == self.metric)

    @api.model
    def _note(self, reported):
        """Post a note in the chatter; never a comment, so that no customer reads it."""
        bodies = {}
        for clock, entry in reported:
            line = clock._headline(entry.kind)
            ticket_id = clock.ticket_id.id
            bodies[ticket_id] = f"{bodies[ticket_id]} {line}" if ticket_id in bodies else line
        if bodies:
            self.env["helpdesk.ticket"].browse(bodies)._message_log_batch(
                bodies=bodies, author_id=self.env.ref("base.partner_root").id
            )

    @api.model
    def _report(self, reported):
        """Report the events to the ticket's pipeline. A breach that a decision causes, not time, mentions no one."""
        found = {}
        for clock, entry in reported:
            due = with_company_lang(clock.ticket_id.company_id, clock)._moment(clock.due_at)
            is_repeated = entry.kind == sla_clock.REPEATED
            name = f"sla_{clock.metric}_{sla_clock.BREACHED if is_repeated else entry.kind}"
            is_silent = entry.at > clock.due_at and not is_repeated
            event = Event(name, due=due, is_silent=is_silent, is_repeated=is_repeated)
            found.setdefault(clock.ticket_id, []).append(event)
        self.env["helpdesk.ticket"]._bridge_report([Change(ticket, tuple(events)) for ticket, events in found.items()])

    @api.model
    def _add_activities(self, clocks):
        """Create an activity for the assignee of each ticket, else for the leader of its team.

        Odoo lets who has an activity follow the ticket, with all its emails: only who may read the ticket gets one.
        """
        vals_list, late = [], []
        tickets = self.browse().concat(*clocks).ticket_id
        people = {ticket: ticket.user_id | ticket.team_id.user_id for ticket in tickets}
        everybody = self.env["res.users"].union(*people.values())
        readable = {user: set(tickets._bridge_readable_by(user).ids) for user in everybody}
        model_id = self.env["ir.model"]._get_id("helpdesk.ticket")
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        for clock in clocks:
            ticket = clock.ticket_id
            person = next((user for user in people[ticket] if ticket.id in readable[user]), None)
            if person:
                late.append(clock)
                vals_list.append(
                    {
                        "res_model_id": model_id,
                        "res_id": ticket.id,
                        "activity_type_id": kind.id if kind else False,
                        "summary": clock._headline(sla_clock.BREACHED, person),
                        "user_id": person.id,
                        "date_deadline": fields.Date.context_today(clock.with_context(tz=person.tz)),
                    }
                )
        # Without an email to the person: it would be written within this transaction. Odoo shows them the activity.
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        for clock, activity in zip(late, activities.create(vals_list), strict=True):
            clock.activity_id = activity

    def _headline(self, kind, person=None):
        """What is soon due or overdue, in one sentence, as a person or the company's people read it."""
        self.ensure_one()
        clock = with_company_lang(self.ticket_id.company_id, self)
        if person:
            clock = clock.with_context(lang=person.lang or clock.env.lang)
        due = clock._moment(self.due_at, person and person.tz)
        if self.metric == sla_clock.START:
            if kind == sla_clock.WARNED:
                return clock.env._("The first response is due soon: %s.", due)
            return clock.env._("The first response is overdue: it was due %s.", due)
        if self.metric == sla_clock.NEXT_RESPONSE:
            if kind == sla_clock.WARNED:
                return clock.env._("The next response is due soon: %s.", due)
            return clock.env._("The next response is overdue: it was due %s.", due)
        if kind == sla_clock.WARNED:
            return clock.env._("The resolution is due soon: %s.", due)
        return clock.env._("The resolution is overdue: it was due %s.", due)

    def _moment(self, moment, zone=None):
        """A moment in words. :param zone: its reader's; else that of the working hours, else the company's"""
        zone = zone or self.calendar_id.tz or self.ticket_id._bridge_timezone()
        return translated.moment(self.env, moment, zone) if moment else ""
