"""Finds out who sent an email: the person and their contact, whether it is an agent, and what proves that."""

from odoo import api, models

from ...tools.email import addresses, mime_text
from ...tools.inbound import auto_mail, forwarded, real_sender, sender_authentication
from ...tools.inbound.auto_mail import Kind
from ...tools.outbound import email_threading
from ..common import inbound_context
from .inbound_sender import InboundSender


class HelpdeskInboundRouter(models.AbstractModel):
    _inherit = "helpdesk.inbound.router"

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
