"""What a digest says: three lists of tickets, of a team, or of an agent as that agent sees them."""

from datetime import timezone

from odoo import models
from odoo.fields import Domain

from ...tools.digest import message
from ...tools.digest.waiting import waiting_since
from ..common.ir_cron import AT_WORK_KEY
from ..common.translated import short_moment
from ..ticket.helpdesk_ticket_desk import OPEN, ORDER
from ..ticket.helpdesk_ticket_snooze import AWAKE

#: Tickets among which those are searched whose customers wait longest.
CANDIDATES = 1000
SNOOZED_ORDER = "snoozed_until, id"


class HelpdeskDigest(models.Model):
    _inherit = "helpdesk.digest"

    def _parts(self, wanted, end):
        """The lists of a digest, and how many tickets they name.

        :param end: of the day, naive UTC
        :return: (list of `message.Part`, number)
        """
        tickets, whose = self._tickets_of_owner(wanted)
        words = tickets.env
        at_risk = Domain("sla_status", "in", ("at_risk", "breached")) | Domain("sla_due", "<", end)
        # What pauses is due when the customer has answered.
        at_risk &= Domain("sla_paused", "=", False)
        asleep = OPEN & whose & Domain("snoozed_until", "<", end)
        lists = (
            (words._("At risk today"), tickets._digest_first(OPEN & AWAKE & whose & at_risk, ORDER, "sla_due")),
            (words._("Waiting longest"), tickets._digest_longest(OPEN & AWAKE & whose & tickets._bridge_turn())),
            (words._("Snoozed until today"), tickets._digest_first(asleep, SNOOZED_ORDER, "snoozed_until")),
        )
        parts, named = [], tickets.browse()
        for title, (found, count) in lists:
            entries = tuple(ticket._digest_entry(moment, wanted.zone) for ticket, moment in found)
            more = words._("and %s more", count - len(found)) if count > len(found) else ""
            parts.append(message.Part(title, entries, more))
            named |= named.union(*(ticket for ticket, _moment in found))
        return parts, len(named)

    def _tickets_of_owner(self, wanted):
        """The tickets as their reader may see them, in their language; and which of them are theirs."""
        tickets, user = self.env["helpdesk.ticket"], self.user_id
        if user:
            context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": user.company_ids.ids, AT_WORK_KEY: None}
            return tickets.with_user(user).with_context(**context), Domain("user_id", "=", user.id)
        lang = wanted.company._bridge_lang() or self.env.lang
        whose = Domain("team_id", "=", self.team_id.id)
        whose &= Domain("company_id", "in", self.team_id._digest_companies().ids)
        return tickets.sudo().with_context(lang=lang), whose


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _digest_first(self, domain, order, moment):
        """The first tickets of a list. :return: ((ticket, the moment in this field), …), how many there are at all"""
        found = self.search(domain, order=order, limit=message.MOST)
        return [(ticket, ticket[moment]) for ticket in found], self.search_count(domain)

    def _digest_longest(self, domain):
        """The tickets whose customers wait longest, each with the moment since when."""
        found = self.search(domain, order="id", limit=CANDIDATES)
        since = found._digest_waiting_since()
        first = sorted(found, key=lambda ticket: (since[ticket], ticket.id))[: message.MOST]
        return [(ticket, since[ticket]) for ticket in first], self.search_count(domain)

    def _digest_waiting_since(self):
        """Since when the customer of each of these tickets waits: ``{ticket: naive UTC}``."""
        domain = Domain("model", "=", self._name) & Domain("res_id", "in", self.ids)
        domain &= Domain("message_type", "in", ("email", "comment")) & Domain("is_internal", "=", False)
        domain &= Domain("subtype_id.internal", "=", False) & Domain("subtype_id", "!=", False)
        messages = (
            self.env["mail.message"].sudo().search_fetch(domain, ["res_id", "date", "author_id"], order="date, id")
        )
        said = {}
        for one in messages:
            said.setdefault(one.res_id, []).append((one.date, self._bridge_by_team(one)))
        return {ticket: waiting_since(ticket.create_date, said.get(ticket.id, ())) for ticket in self}

    def _digest_entry(self, moment, zone):
        """This ticket as a line of a digest. :param moment: naive UTC; may be empty"""
        self.ensure_one()
        return message.Entry(
            reference=self.mail_reference,
            title=self.name or "",
            url=self._slack_backend_url(),
            who=self.partner_id.sudo().name or self.partner_name or self.partner_email or "",
            moment=int(moment.replace(tzinfo=timezone.utc).timestamp()) if moment else 0,
            moment_text=short_moment(self.env, moment, zone.key) if moment else "",
        )
