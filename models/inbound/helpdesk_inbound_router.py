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

from ...tools.email import addresses, mime_text
from ...tools.inbound import auto_mail, forwarded, real_sender, routing, sender_authentication
from ...tools.inbound.auto_mail import Kind
from ...tools.inbound.routing import Disposition
from ...tools.outbound import email_threading
from ..common import inbound_context
from ..common.translated import translate, with_company_lang
from .inbound_sender import InboundSender


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
    # Who sent it
    # ------------------------------------------------------------

    @api.model
    def _inbound_sender(self, mail, message, message_dict, team):
        own = self._own_addresses()
        is_marked = bool(self.env["helpdesk.ticket"]._bridge_marked(message))
        classification = auto_mail.classify(message, own, True) if is_marked else self._classification(mail, message)
        found = self._real_sender(message, own)
        if not found.is_written_from and self._is_sent_here(mail, message):
            found = self._author_of_sent(mail, found)
        partners = self._contacts(found.address)
        company = team.company_id or self.env.company
        mail_filter = self.env["helpdesk.mail.filter"].sudo()._first_match(found.address, company)
        if not mail_filter and found.written_from not in (*own, found.address):
            # A filter for a group or a form applies to everybody who writes through it.
            mail_filter = mail_filter._first_match(found.written_from, company)
        sender = InboundSender(
            message_id=message_dict.get("message_id") or "",
            company=company,
            address=found.address,
            name=found.name,
            found=found,
            reply_to=found.reply_to,
            partners=partners,
            agent=self._agent(partners),
            kind=self._kind(mail, classification),
            kind_reason=classification.reason,
            mail_filter=mail_filter,
            suppress_auto_replies=auto_mail.suppress_auto_replies(message, own, is_marked, classification),
            thread_index=email_threading.conversation_index(mime_text.header(message, "Thread-Index")),
            lang=self._language(message),
            own=own,
        )
        if self._is_sent_here(mail, message):
            sender.suppress_auto_replies = sender.suppress_auto_replies or self.env._("this Odoo has sent it")
        if mail_filter.action == "silent":
            sender.suppress_auto_replies = self.env._("the filter “%s” matches", mail_filter.pattern)
        is_elsewhere = bool(found.address) and not found.is_written_from and mail_filter.action != "silent"
        sender.is_person = is_elsewhere and (sender.kind is Kind.PERSON or found.is_member)
        sender.refused = self._refused_as_list(mail, sender, message, team)
        self._verify(sender, mail, message)
        if sender.reply_to and (sender.doubt or sender.agent or self._agent(self._contacts(sender.reply_to))):
            sender.reply_to = ""
        if sender.agent and not sender.forged:
            original = forwarded.original(message, own, lambda address: self._is_ours(sender, address))
            nobody = {*own, sender.address}  # an agent may forward what an agent wrote
            sender.original = original if original and original.address not in nobody else None
        return sender

    @api.model
    def _classification(self, mail, message):
        """The kind of an email without our mark; read once, as Odoo asks first whether it is a bounce."""
        if mail.classified[0] is not message:
            mail.classified = (message, auto_mail.classify(message, self._own_addresses()))
        return mail.classified[1]

    @api.model
    def _verify(self, sender, mail, message):
        """Set what the receiving server says about the sender. It checks no header but From."""
        sender.doubt = sender_authentication.forgery(message, mail.authserv_id)
        if (mail.authserv_id or "").strip():
            if sender.doubt:
                sender.suppress_auto_replies = sender.suppress_auto_replies or sender.doubt
                sender.is_person = False
            elif sender.address and not sender.found.is_written_from:
                sender.doubt = sender_authentication.unchecked(sender.found.header)
            sender.forged = sender.doubt
        if sender.forged:
            sender.proof = sender_authentication.Authentication(False, sender.forged)
        else:
            sender.proof = sender_authentication.authenticate(message, mail.authserv_id, sender.address)

    @api.model
    def _own_addresses(self):
        run = inbound_context.current(self.env)
        if run.own_addresses is None:
            run.own_addresses = self.env["fetchmail.server"].sudo()._helpdesk_addresses()
        return run.own_addresses

    @api.model
    def _real_sender(self, message, own):
        """Who wrote an email, as a `RealSender`. An agent's address at our own domain is no form's."""
        own |= self._odoo_addresses()
        found = real_sender.find(message, own)
        if found.header != real_sender.REPLY_TO or found.written_from in own:
            return found
        is_agents = bool(self._agent(self._contacts(found.written_from)))
        return real_sender.find(message, own, {found.written_from}) if is_agents else found

    @api.model
    def _contacts(self, address):
        """The contacts with an address, in either spelling of its domain, as sudo."""
        partners = self.env["res.partner"].sudo()
        if not address:
            return partners
        return partners.search([("email_normalized", "in", addresses.spellings(address))], order="id")

    @api.model
    def _language(self, message):
        declared = [
            value
            for name in ("Content-Language", "Accept-Language")
            for value in mime_text.header_values(message, name)
        ]
        return (
            email_threading.language(declared, [code for code, _name in self.env["res.lang"].get_installed()])
            if declared
            else ""
        )

    @api.model
    def _is_ours(self, sender, address):
        """Whether an address is the sender's, a mailbox of ours or another agent's."""
        return address in (*sender.own, sender.address) or bool(self._agent(self._contacts(address)))

    @api.model
    def _agent(self, partners):
        tickets = self.env["helpdesk.ticket"]
        return tickets._bridge_agent(partners.filtered(tickets._bridge_is_team))

    @api.model
    def _customer(self, sender, name, address):
        """The contact of a new ticket: one that this company may use, else a new one if the company wants that."""
        partners = sender.partners if address == sender.address else self._contacts(address)
        found = sender.contact(partners)
        is_program = sender.suppress_auto_replies and not sender.original and not sender.is_person
        if found or not address or is_program or sender.is_unproven_agents:
            return found
        if not sender.company.helpdesk_create_partner:
            return found
        lang = sender.lang or sender.company._bridge_lang() or self.env.lang
        values = {"name": name or address, "email": address, "company_id": sender.company.id}
        # Without a message that it was created, like every record that Odoo's gateway creates.
        creating = partners.with_context(mail_create_nolog=True)
        created = partners.browse(creating.create({**values, "lang": lang} if lang else values).id)
        # What Odoo computes is written in one go, not in parts, each when a query of Odoo's needs one of the fields.
        created.flush_recordset()
        return created

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
