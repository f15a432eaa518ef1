"""Lists of tickets that only one person sees: which tickets, and what each line shows. As that person, always."""

from odoo import models
from odoo.fields import Domain

from ...tools.slack import root_message, ticket_list
from ..common.ir_cron import AT_WORK_KEY
from ..common.xmlids import AGENTS
from ..ticket.helpdesk_ticket_desk import OPEN, ORDER
from ..ticket.helpdesk_ticket_snooze import AWAKE


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    def _tickets_as_person(self):
        """The tickets that the person may read, in their language and companies."""
        user, company = self.user_id, self.workspace_id.company_id
        companies = (company & user.company_ids) or user.company_ids
        context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": companies.ids, AT_WORK_KEY: None}
        return self.env["helpdesk.ticket"].with_user(user).with_context(**context)

    def _may_list(self, work):
        """Whether the person works with tickets at all; says why not."""
        if self.user_id.has_group(AGENTS):
            return True
        self._refuse(work, "no_helpdesk")
        return False

    def _list_domain(self, question):
        """The tickets that a question means, as a domain."""
        if question == ticket_list.MINE:
            return OPEN & AWAKE & Domain("user_id", "=", self.user_id.id)
        if question == ticket_list.AT_RISK:
            return OPEN & AWAKE & Domain("sla_status", "in", ("at_risk", "breached"))
        tickets = self._tickets_as_person()
        text = question.removeprefix("#").strip()
        by_number = [("mail_reference", "in", [f"#{text}" if text.isdigit() else question])]
        if text.isdigit() or tickets.search_count(by_number, limit=1):
            return Domain(by_number)
        return Domain("bridge_search", "ilike", question)

    def _list_entries(self, domain, limit):
        """The lines of a list. :return: (`ticket_list.Entry` objects, whether there are more)"""
        tickets = self._tickets_as_person().search(domain, order=ORDER, limit=limit + 1)
        return tuple(ticket._slack_entry() for ticket in tickets[:limit]), len(tickets) > limit


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _slack_entry(self):
        """This ticket as a line of a list, in the language of who reads it."""
        self.ensure_one()
        may_act = self.sudo()._slack_replies() != "off" and self.has_access("write")
        return ticket_list.Entry(
            ticket_id=self.id,
            reference=self.mail_reference,
            title=self.name or "",
            url=self._slack_backend_url(),
            emoji=root_message.status_emoji(self.closed, self.unattended),
            status=self.stage_id.name or "",
            assignee=self.sudo().user_id.name or self.env._("Unassigned"),
            due=int(self.sla_due.timestamp()) if self.sla_due else 0,
            due_text=self.sla_due.strftime("%Y-%m-%d %H:%M UTC") if self.sla_due else "",
            acts=self._slack_own_acts() if may_act else (),
        )
