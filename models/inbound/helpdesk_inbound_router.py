"""Decides which ticket an email goes to, and logs the reason.

How data flows: Odoo routes an email by its References, its aliases or its mailbox (`mail_thread.message_route`). For
each route to a ticket, this file finds out who sent the email (`InboundSender`), which ticket it refers to, and whether
the sender is a participant. `tools.inbound.routing` decides, and the reason goes into the log. The methods that Odoo
calls afterwards (`message_new`, `message_update`, `message_post` of the ticket) read the `InboundSender`: see
`helpdesk_ticket`.
"""

from odoo import api, models
from odoo.tools import email_normalize, formataddr
from odoo.tools.mail import email_split_tuples

from ...tools.email import addresses
from ...tools.inbound import auto_mail, routing
from ...tools.inbound.auto_mail import Kind
from ...tools.inbound.routing import Disposition
from ..common.translated import translate, with_company_lang


class HelpdeskInboundRouter(models.AbstractModel):
    _name = "helpdesk.inbound.router"
    _description = "Routing of Inbound Emails"

    @api.model
    def _decide(self, mail, message, message_dict, routes):
        """Decide what becomes of an email, for those of Odoo's routes that lead to tickets.

        :param mail: the `InboundMail`, which gets the outcome
        :param routes: Odoo's (model, thread_id, custom_values, user_id, alias)
        :return: the routes to follow
        """
        if mail.entry_id:
            routes = [self._without_refusal(route) for route in routes]
        tickets = [route for route in routes if route[0] == "helpdesk.ticket"]
        followed = [route for route in routes if route[0] != "helpdesk.ticket"]
        report = None
        for route in tickets:
            decided = self._decide_route(mail, message, message_dict, route)
            if decided and decided[1]:
                # It belongs to one conversation, even if it was sent to several of our addresses.
                return [route for route in followed if route[0] != "helpdesk.ticket"] + [decided]
            if decided:
                followed.append(decided)
                # If the filter of one team ignores the email, another team may still get a ticket.
                report = (mail.verdict, mail.reason, mail.links)
        if report:
            mail.verdict, mail.reason, mail.links = report
        if mail.sender and mail.sender.kind is Kind.OWN:
            # What we wrote is no email to Odoo's other records either.
            return []
        return followed

    @api.model
    def _without_refusal(self, route):
        """A route to a record that accepts no email, such as a notice about a Slack channel, opens a ticket instead."""
        model, _thread_id, custom_values, user_id, alias = route
        if isinstance(self.env[model], type(self.env["helpdesk.bridge.without.gateway"])) and not alias:
            return "helpdesk.ticket", 0, custom_values, user_id, alias
        return route

    @api.model
    def _decide_route(self, mail, message, message_dict, route):
        model, thread_id, custom_values, _user_id, alias = route
        team = self._team(custom_values)
        self = with_company_lang(team.company_id or self.env.company, self)
        sender = mail.sender = mail.senders[team.id] = self._inbound_sender(mail, message, message_dict, team)
        named_by, ticket, joins, why = self._named_ticket(mail, sender, thread_id, message_dict.get("subject"), team)
        if sender.kind is Kind.OWN and not ticket:
            ticket = self.env["helpdesk.ticket"]._bridge_marked(message)
            ticket = ticket.filtered(lambda one: one.company_id == sender.company)
        sender.ticket, sender.was_open = ticket, ticket.active and not ticket.closed
        may_be_ours = sender.kind is Kind.LIST or (not sender.address and sender.kind not in routing.REPORTS)
        if ticket and may_be_ours and ticket._bridge_wrote(message):
            sender.kind, sender.kind_reason = Kind.OWN, auto_mail.CAME_BACK
        sender.disposition = routing.disposition(
            routing.Mail(
                kind=sender.kind,
                is_ignored=sender.mail_filter.action == "ignore",
                is_refused=bool(sender.refused),
                names=bool(ticket),
                joins=joins,
                closed=ticket.closed,
                expired=bool(ticket) and not sender.is_agents and ticket._bridge_is_expired(),
                forwards=sender.original is not None,
            )
        )
        self._report(mail, sender, named_by, why)
        if sender.disposition is Disposition.IGNORE:
            return None
        self._strip_own_addresses(sender, message_dict)
        sender.cc = message_dict.get("cc_filtered") or ""
        sender.recipients = len(addresses.normalize_all(message_dict.get("to_filtered"), sender.cc))
        if sender.address and sender.address != email_normalize(message_dict.get("email_from") or ""):
            message_dict["email_from"] = message_dict["from"] = formataddr((sender.name, sender.address))
        # Never as the user whose address is only claimed in From.
        user_id = sender.agent.id if sender.is_agents else self.env.uid
        if sender.disposition in (Disposition.JOIN, Disposition.NOTE):
            self._set_parent(mail, message_dict, ticket)
            if sender.disposition is Disposition.NOTE or not sender.is_agents:
                message_dict["is_internal"] = sender.disposition is Disposition.NOTE
            return model, ticket.id, None, user_id, alias
        # It is no reply to a note, whatever it replies to.
        message_dict.pop("is_internal", None)
        # 0, not None: otherwise Odoo's loop detection skips the route.
        values = {**(custom_values or {}), "team_id": team.id} if team else custom_values
        return model, 0, values, user_id, alias

    @api.model
    def _team(self, custom_values):
        """The team that an email is for: of its alias, else of its mailbox; may be empty."""
        team_id = (custom_values or {}).get("team_id") or self.env["helpdesk.ticket"]._bridge_mailbox_team_id()
        return self.env["helpdesk.ticket.team"].sudo().browse(team_id)

    # ------------------------------------------------------------
    # What becomes of it
    # ------------------------------------------------------------

    @api.model
    def _report(self, mail, sender, named_by, why):
        """Set the outcome of an email for the log, with the reason in plain words."""
        ticket, because = sender.ticket, translate(self.env, sender.kind_reason)
        links = {"named_ticket_id": ticket.id}
        naming = self.env._("reply by header")
        if named_by == "subject":
            naming = self.env._("the subject refers to %s", ticket.mail_reference)
        verdict = "created"
        match sender.disposition:
            case Disposition.IGNORE:
                refusal = self._refusal(sender)
                verdict, reason = ("ignored", refusal) if refusal else ("machine", because)
            case Disposition.NOTE:
                verdict = "replied" if sender.original else "machine"
                because = self.env._("an agent forwarded it") if sender.original else because
                reason = self.env._("%(naming)s, kept as a note: %(because)s", naming=naming, because=because)
            case Disposition.JOIN:
                verdict, reason = "replied", f"{naming}, {why}"
            case Disposition.FOLLOW_UP:
                reason = self.env._("%s, but that ticket is closed: new ticket", naming)
            case Disposition.STRANGER:
                reason = self.env._("%(naming)s, but %(why)s: new ticket", naming=naming, why=why)
                if sender.is_unproven_agents:
                    links["agent_id"] = sender.agent.id
            case _ if sender.original:
                reason = self.env._("an agent forwarded an email from %s: new ticket", sender.original.address)
            case _:
                reason = self.env._("refers to no ticket: new ticket")
        if verdict == "created" and sender.found.why:
            why = translate(self.env, sender.found.why)
            reason = self.env._("%(reason)s; %(why)s", reason=reason, why=why)
        if verdict == "created" and sender.suppress_auto_replies:
            why = translate(self.env, sender.suppress_auto_replies)
            reason = self.env._("%(reason)s, without automatic emails: %(why)s", reason=reason, why=why)
        mail.report(verdict, reason, **links)

    @api.model
    def _strip_own_addresses(self, sender, message_dict):
        """Remove our own addresses from the recipients of an email."""
        for name in ("to", "cc", "to_filtered", "cc_filtered"):
            pairs = email_split_tuples(message_dict.get(name) or "")
            others = [pair for pair in pairs if not addresses.is_one_of(addresses.normalize(pair[1]), sender.own)]
            message_dict[name] = ", ".join(map(formataddr, others))
