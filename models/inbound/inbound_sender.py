"""What the router (`helpdesk_inbound_router`) knows about the sender of an inbound email."""

from dataclasses import dataclass, field

from odoo import models

from ...tools.inbound import forwarded, real_sender, sender_authentication
from ...tools.inbound.auto_mail import Kind
from ...tools.inbound.routing import Disposition


@dataclass
class InboundSender:
    """Who sent an email, whether a program did, and whether the sender is authenticated.

    :ivar message_id: distinguishes the message that the gateway posts from messages that others post meanwhile
    :ivar company: the company that received the email
    :ivar address: the sender's address, normalised, or ""; `name` may be empty
    :ivar found: which header names the sender, and why that one (`real_sender`)
    :ivar reply_to: the other address where the sender wants the replies, or ""; it proves nothing
    :ivar is_person: it came through a group or a form, and is a person's all the same
    :ivar partners: contacts with that address, as sudo
    :ivar agent: the active internal user with that address, or empty
    :ivar kind: who or what wrote it, with `kind_reason` in plain words
    :ivar proof: whether the receiving server authenticated the sender (`sender_authentication`); false for RPC, aliases
    :ivar forged: why the trusted server does not let the sender speak for that address, or ""; then the sender is a
        stranger everywhere
    :ivar doubt: why the sender may be another person, or ""; `forged`, or the word of a server that nobody trusts
    :ivar original: the email that an agent forwards, or None
    :ivar mail_filter: the filter that applies; may be empty
    :ivar suppress_auto_replies: why no automatic email may go to the sender, or ""
    :ivar refused: why it was sent to many, if such emails open no ticket in this mailbox; else ""
    :ivar thread_index: the conversation id of Outlook, or ""
    :ivar cc: the addresses in Cc without our own; Odoo passes them only to the first ticket
    :ivar recipients: how many people it was sent to, without our own addresses
    :ivar lang: the installed language that the headers declare, or ""
    :ivar own: the addresses of our own mailboxes and aliases
    :ivar disposition: what becomes of the email, and `ticket`, the one it refers to (may be empty)
    :ivar was_open: whether that ticket was open when the email came
    :ivar elsewhere: the ticket of another company that it refers to, which it cannot join; or None
    :ivar names_ticket: it refers to any ticket, also to one of another company or a deleted one
    """

    message_id: str = ""
    company: models.Model = None
    address: str = ""
    name: str = ""
    found: real_sender.RealSender | None = None
    reply_to: str = ""
    is_person: bool = False
    partners: models.Model = None
    agent: models.Model = None
    kind: Kind = Kind.PERSON
    kind_reason: str = ""
    proof: sender_authentication.Authentication = sender_authentication.Authentication(False, "")
    forged: str = ""
    doubt: str = ""
    original: forwarded.Original | None = None
    mail_filter: models.Model = None
    suppress_auto_replies: str = ""
    refused: str = ""
    thread_index: str = ""
    cc: str = ""
    recipients: int = 0
    lang: str = ""
    own: frozenset = field(default_factory=frozenset)
    disposition: Disposition = Disposition.OPEN
    ticket: models.Model = None
    elsewhere: models.Model = None
    names_ticket: bool = False
    was_open: bool = False

    @property
    def is_agents(self):
        """Whether an authenticated agent wrote it."""
        return bool(self.agent) and bool(self.proof)

    @property
    def is_unproven_agents(self):
        """Whether it has an agent's address as its sender, but is not authenticated."""
        return bool(self.agent) and not self.proof

    @property
    def is_agents_answer(self):
        """Whether an agent's address writes about a ticket that this email cannot join.

        That is no customer's request: nobody is to be mentioned for it, and it gets no automatic emails.
        """
        opens = self.disposition in (Disposition.STRANGER, Disposition.OPEN)
        return bool(self.agent) and self.names_ticket and opens and self.original is None

    @property
    def is_offered(self):
        """Whether the agent may confirm it with one click as their reply to the ticket that it refers to."""
        return self.is_agents_answer and self.is_unproven_agents and self.disposition is Disposition.STRANGER

    def contact(self, partners):
        """Of several contacts with one address, the one that this company uses; may be empty."""
        usable = partners.filtered(lambda partner: partner.company_id in (self.company, self.company.browse()))
        return usable.sorted(lambda partner: (partner != self.ticket.partner_id, not partner.company_id))[:1]

    @property
    def author(self):
        """The contact that wrote it; empty if the address is an agent's or forged, and nothing proves the sender."""
        unknown = self.is_unproven_agents or self.forged
        return self.contact(self.partners.browse() if unknown else self.partners)

    @property
    def adds_people(self):
        """Whether the people it was sent to become participants: an unknown sender could make us write to anybody."""
        return bool(self.proof) and self.recipients <= self.company.helpdesk_max_recipients
