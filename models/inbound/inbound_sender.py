"""What the router (`helpdesk_inbound_router`) knows about the sender of an inbound email."""

from dataclasses import dataclass, field

from odoo import models

from ...tools.inbound import forwarded, sender_authentication
from ...tools.inbound.auto_mail import Kind
from ...tools.inbound.routing import Disposition


@dataclass
class InboundSender:
    """Who sent an email, whether a program did, and how far that can be believed.

    :ivar message_id: by which the gateway's own post is told from what others post meanwhile
    :ivar company: the one it was sent to
    :ivar address: theirs, normalised, or ""; `name` may be empty
    :ivar partners: contacts with that address, as sudo
    :ivar agent: the active internal user with that address, or empty
    :ivar proof: whether the receiving server vouches for the sender (`sender_authentication`); false for RPC, aliases
    :ivar original: whose mail an agent forwards, or None
    :ivar suppress_auto_replies: why no automatic letter may go to the sender, or ""
    :ivar thread_index: by which Outlook knows the conversation, or ""
    :ivar cc: whom its sender put in Cc, without our own addresses; core hands that on to the first ticket alone
    :ivar lang: the installed language it is written in, as its headers say, or ""
    :ivar disposition: what becomes of the mail, and `ticket`, the one it names (may be empty)
    """

    message_id: str = ""
    company: models.Model = None
    address: str = ""
    name: str = ""
    partners: models.Model = None
    agent: models.Model = None
    kind: Kind = Kind.PERSON
    kind_reason: str = ""
    proof: sender_authentication.Authentication = sender_authentication.Authentication(False, "")
    original: forwarded.Original | None = None
    mail_filter: models.Model = None
    suppress_auto_replies: str = ""
    thread_index: str = ""
    cc: str = ""
    lang: str = ""
    own: frozenset = field(default_factory=frozenset)
    disposition: Disposition = Disposition.OPEN
    ticket: models.Model = None

    @property
    def is_agents(self):
        """Whether an agent wrote it, proven."""
        return bool(self.agent) and bool(self.proof)

    @property
    def is_unproven_agents(self):
        """Whether it says that an agent wrote it, and nothing proves that."""
        return bool(self.agent) and not self.proof

    def contact(self, partners):
        """Of several contacts with one address, the one this company would use; may be empty."""
        usable = partners.filtered(lambda partner: partner.company_id in (self.company, self.company.browse()))
        return usable.sorted(lambda partner: (partner != self.ticket.partner_id, not partner.company_id))[:1]

    @property
    def author(self):
        """The contact whose words these are; empty where it says an agent's and nothing proves that."""
        return self.contact(self.partners.browse() if self.is_unproven_agents else self.partners)
