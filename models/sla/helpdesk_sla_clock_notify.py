"""Who hears of a promise that is soon due or overdue: the tag, the chatter, the person who has to act.

A file of its own beside `helpdesk_sla_clock`: that one knows what happened, this one who is told. All of it rides in
the transaction that records it, so that each is told exactly once.
"""

from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Command

from ...tools.sla import clock as sla_clock
from ..common import translated
from ..common.translated import with_company_lang

ACTIVITY = "mail.mail_activity_data_todo"


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    @api.model
    def _tell(self, found):
        """Tell what was found, and bring the summaries of the tickets up to date.

        :param found: list of (clock, entry of its history, whether it is a matter of the past)
        """
        breaches = [(clock, quiet) for clock, entry, quiet in found if entry.kind == sla_clock.BREACHED]
        for metric in {clock.metric for clock, _quiet in breaches}:
            late = self.concat(*(clock for clock, _quiet in breaches if clock.metric == metric)).ticket_id
            late._sla_set({"tag_ids": [Command.link(self._tag(metric).id)]})
        loud = [(clock, entry) for clock, entry, quiet in found if not quiet]
        self._note(loud)
        self._owe_lines(loud)
        self._call([clock for clock, entry in loud if entry.kind == sla_clock.BREACHED])

    @api.model
    def _note(self, loud):
        """A line in the chatter; never a comment, so that no customer reads it."""
        bodies = {}
        for clock, entry in loud:
            line = clock._headline(entry.kind)
            ticket_id = clock.ticket_id.id
            bodies[ticket_id] = f"{bodies[ticket_id]} {line}" if ticket_id in bodies else line
        if bodies:
            self.env["helpdesk.ticket"].browse(bodies)._message_log_batch(
                bodies=bodies, author_id=self.env.ref("base.partner_root").id
            )

    @api.model
    def _owe_lines(self, loud):
        """What Slack hears. A promise broken by a decision, not by time, calls nobody: whoever decided it knows."""
        news = {}
        for clock, entry in loud:
            ticket = clock.ticket_id
            if ticket._bridge_is_told():
                told = ticket._bridge_news(f"sla_{clock.metric}_{entry.kind}")
                due = with_company_lang(ticket.company_id, clock)._moment(clock.due_at)
                decided = entry.at > clock.due_at
                news.setdefault(ticket, []).append(replace(told, actor="", due=due, quiet=decided))
        self.env["helpdesk.ticket"]._bridge_tell(news)

    @api.model
    def _call(self, clocks):
        """Something to do for whoever has the ticket, else for who leads the team."""
        vals_list = []
        model_id = self.env["ir.model"]._get_id("helpdesk.ticket")
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        for clock in clocks:
            ticket = clock.ticket_id
            people = ticket.user_id | ticket.team_id.user_id
            person = people.filtered(lambda user: user.active and not user.share)[:1]
            if person:
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
        # Without a mail to the person: it would be written within this transaction. Odoo shows them the activity.
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        activities.create(vals_list)

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
        if kind == sla_clock.WARNED:
            return clock.env._("The resolution is due soon: %s.", due)
        return clock.env._("The resolution is overdue: it was due %s.", due)

    def _moment(self, moment, zone=None):
        """A moment in words. :param zone: its reader's; else that of the working hours, else the company's"""
        zone = zone or self.calendar_id.tz or self.ticket_id._bridge_timezone()
        return translated.moment(self.env, moment, zone) if moment else ""
