"""Finds the ticket that an email refers to: by its headers, by our mark, or by the reference in its subject."""

from datetime import timedelta

from odoo import api, models

from ...tools.email import message_ids, mime_text, reference
from ...tools.inbound import sender_authentication
from ..common import database_time
from ..common.translated import translate

#: Further tickets in the headers of one email are ignored, so that each costs no query.
MAX_TICKETS = 5
#: Minutes for which a reply waits for the email that it replies to.
PATIENCE = 60


class HelpdeskInboundRouter(models.AbstractModel):
    _inherit = "helpdesk.inbound.router"

    @api.model
    def _referred_ids(self, message):
        """The Message-IDs that an email refers to, the most direct first.

        Odoo reads the last 32 References and ignores In-Reply-To if there are any; programs on the way shorten, extend
        and rewrite both.
        """
        replied, references = (
            message_ids.found_in(*mime_text.header_values(message, name)) for name in ("In-Reply-To", "References")
        )
        return message_ids.to_look_up(replied, references)

    @api.model
    def _parents(self, ids):
        """The messages on tickets that have these Message-IDs, in this order."""
        messages = self.env["mail.message"].sudo()
        if not ids:
            return messages
        rank = {one: place for place, one in enumerate(ids)}
        # A Message-ID without brackets is stored as it was written.
        written = [*ids, *(one[1:-1] for one in ids)]
        on_tickets = [("model", "=", "helpdesk.ticket"), ("res_id", "!=", False)]
        found = messages.search_fetch([("message_id", "in", written), *on_tickets], ["message_id", "res_id"])
        return found.sorted(lambda one: (rank[f"<{one.message_id.strip('<>')}>"], -one.id))

    @api.model
    def _logged_tickets(self, ids):
        """The tickets of logged emails with these Message-IDs, as sudo: their messages may have got other ids."""
        log = self.env["helpdesk.inbound.mail"].sudo()
        logged = [*self._logged_as(ids), ("ticket_id", "!=", False)]
        return log.search(logged, order="id desc", limit=MAX_TICKETS).ticket_id if ids else log.ticket_id

    @api.model
    def _logged_as(self, ids):
        """A domain: the logged emails with these Message-IDs."""
        log = self.env["helpdesk.inbound.mail"]
        return [("message_key", "in", [log._digest(one) for one in ids])]

    @api.model
    def _is_logged(self, ids, *criteria):
        """Whether an email with one of these Message-IDs is logged that meets the criteria of a domain."""
        log = self.env["helpdesk.inbound.mail"].sudo()
        return bool(ids) and bool(log.search_count([*self._logged_as(ids), *criteria], limit=1))

    @api.model
    def _was_about_ticket(self, ids):
        """Whether an email with one of these Message-IDs opened or joined a ticket, which may be deleted."""
        return self._is_logged(ids, ("verdict", "in", ("created", "replied")))

    @api.model
    def _is_being_processed(self, mail, ids):
        """Whether one of these emails came lately and is in the log without an outcome.

        Its attempt was broken off: by a crash, or by a conflict. A reply that came before its next attempt would open a
        ticket of its own.
        """
        lately = database_time.now(self.env) - timedelta(minutes=PATIENCE)
        begun = (("verdict", "=", False), ("id", "!=", mail.entry_id), ("create_date", ">", lately))
        return self._is_logged(ids, *begun)

    @api.model
    def _set_parent(self, mail, message_dict, ticket):
        """Let the reply have its parent on this ticket; a message of another one must not be quoted here."""
        message_dict.pop("parent_id", None)
        parent = (mail.parents or self.env["mail.message"]).filtered(lambda one: one.res_id == ticket.id)[:1]
        message_dict.update(self.env["mail.thread"]._message_parse_extract_from_parent(parent))

    @api.model
    def _named_ticket(self, mail, sender, thread_id, subject, team):
        """The ticket that an email refers to: the first where the sender is a participant, else the first.

        :return: ("header", "subject" or "", ticket as sudo, whether the sender may join it, why in plain words)
        """
        first, sender.names_ticket = None, mail.answers_ticket
        for named_by, named in self._candidates(mail, thread_id, subject):
            sender.names_ticket = True
            ticket = named._bridge_resolve_merged()
            joins, why = ticket._bridge_may_join(sender)
            if joins and named_by == "subject" and not sender.found.is_written_from:
                # A reference can be guessed, a Message-ID cannot: an unchecked sender must have got an email of ours.
                joins, why = False, translate(self.env, sender_authentication.unchecked(sender.found.header))
            # An email to the mailbox of one company must not reach tickets of another, even if it refers to one.
            if not self._is_within(named, team.company_id) and not (joins and self._was_within(named, team.company_id)):
                sender.elsewhere = sender.elsewhere or (ticket if joins else None)
                continue
            if joins:
                return named_by, self._latest_follow_up(sender, ticket), joins, why
            # A team without a company must not see the tickets of all companies.
            if ticket.company_id == sender.company:
                first = first or (named_by, ticket, joins, why)
        return first or ("", self.env["helpdesk.ticket"].sudo(), False, "")

    @api.model
    def _is_within(self, ticket, company):
        return not company or ticket.company_id == company

    @api.model
    def _was_within(self, ticket, company):
        """Whether a ticket was of this company when emails to its mailbox opened or joined it: it has moved since."""
        here = [
            ("ticket_id", "=", ticket.id),
            ("company_id", "=", company.id),
            ("verdict", "in", ("created", "replied")),
        ]
        return bool(self.env["helpdesk.inbound.mail"].sudo().search_count(here, limit=1))

    @api.model
    def _latest_follow_up(self, sender, ticket):
        """The follow-up of a ticket that was closed too long ago, if the sender may join it, else the ticket itself."""
        for _step in range(10):
            follow_up = (
                ticket._bridge_follow_ups()[:1] if not sender.is_agents and ticket._bridge_is_expired() else None
            )
            if not follow_up or not follow_up._bridge_may_join(sender)[0]:
                break
            ticket = follow_up
        return ticket

    @api.model
    def _candidates(self, mail, thread_id, subject):
        """Each ticket that an email names, as ("header" or "subject", ticket as sudo)."""
        tickets = self.env["helpdesk.ticket"].sudo()
        parents = mail.parents or self.env["mail.message"]
        numbers = dict.fromkeys([*(parent.res_id for parent in parents), thread_id or 0, *(mail.logged or tickets).ids])
        for ticket in tickets.browse(list(filter(None, numbers))[:MAX_TICKETS]).exists():
            yield "header", ticket
        for prefix, number in reference.references_in(subject):
            legacy = tickets.with_context(active_test=False).search(
                [("legacy_reference", "=", reference.reference(prefix, number))], limit=5
            )
            for ticket in legacy | tickets._bridge_numbered(number):
                if ticket in legacy or prefix in ticket._bridge_prefixes():
                    yield "subject", ticket
