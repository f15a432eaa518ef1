"""Emails that refer to a ticket which their sender does not take part in, until a person accepts them there.

Such an email opens a ticket, which shows it (`claim_id`). If it comes from an agent's address, the other ticket shows
it as well (`offer_id`): the agent has answered a notification, but nothing proves that.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common import inbound_context
from ..common.translated import translate
from ..common.xmlids import AGENTS


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    claim_id = fields.Many2one(
        "helpdesk.inbound.mail",
        string="Email About Another Ticket",
        compute="_compute_claim",
        compute_sudo=True,
        groups=AGENTS,
        help="The email that opened this ticket but refers to another one, where its sender is not a participant.",
        saved_only=True,
    )
    claimed_reference = fields.Char(
        string="Referenced Ticket",
        compute="_compute_claim",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    claim_agent_id = fields.Many2one(
        "res.users",
        string="Email Claims to Be From",
        compute="_compute_claim_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    claim_title = fields.Char(
        string="What the Email Claims",
        compute="_compute_claim_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    claim_effect = fields.Char(
        string="If You Accept the Email",
        compute="_compute_claim_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    claim_may_accept = fields.Boolean(
        string="You May Accept the Email",
        compute="_compute_claim_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )

    offer_id = fields.Many2one(
        "helpdesk.inbound.mail",
        string="Unconfirmed Reply",
        compute="_compute_offer",
        compute_sudo=True,
        groups=AGENTS,
        help="An email from an agent's address that answers this ticket. Nothing proves that the agent wrote it.",
        saved_only=True,
    )
    offer_agent_id = fields.Many2one(
        "res.users",
        string="Reply Claims to Be From",
        compute="_compute_offer_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    offer_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Ticket of the Reply",
        compute="_compute_offer_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    offer_words = fields.Char(
        string="Text of the Reply",
        compute="_compute_offer_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    offer_title = fields.Char(
        string="What the Reply Claims",
        compute="_compute_offer_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    offer_effect = fields.Char(
        string="If You Accept the Reply",
        compute="_compute_offer_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    offer_may_accept = fields.Boolean(
        string="You May Accept the Reply",
        compute="_compute_offer_details",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )

    @api.depends("inbound_mail_ids.verdict", "inbound_mail_ids.named_ticket_id")
    def _compute_claim(self):
        for ticket in self:
            ticket.claim_id = ticket.inbound_mail_ids.filtered("can_accept")[:1]
            ticket.claimed_reference = ticket.claim_id.named_reference

    def _compute_offer(self):
        """The oldest reply that still waits: closing or archiving the ticket that it opened is to decline it."""
        log = self.env["helpdesk.inbound.mail"].with_context(active_test=False)
        waiting = [
            ("named_ticket_id", "any", ["|", ("id", "in", self.ids), ("duplicate_id", "in", self.ids)]),
            ("agent_id", "!=", False),
            ("verdict", "=", "created"),
            ("ticket_id.active", "=", True),
            ("ticket_id.closed", "=", False),
        ]
        # A form that is not saved yet has none, and waits for no search.
        found = log.search(waiting, order="id") if self.ids else log
        found = found.with_env(self.env).filtered("can_accept")
        by_ticket, log = found.grouped(lambda entry: entry._accept_target()), found.browse()
        for ticket in self:
            ticket.offer_id = by_ticket.get(ticket._origin, log)[:1]

    @api.depends("claim_id")
    @api.depends_context("uid", "lang")
    def _compute_claim_details(self):
        for ticket in self:
            claim = ticket.claim_id
            ticket.claim_agent_id, ticket.claim_effect = claim.agent_id, claim.accept_effect
            ticket.claim_may_accept = claim.may_accept
            ticket.claim_title = bool(claim.agent_id) and self.env._(
                "This email from the address of %s answers another ticket, but nothing proves who wrote it:",
                claim.agent_id.name,
            )

    @api.depends("offer_id")
    @api.depends_context("uid", "lang")
    def _compute_offer_details(self):
        for ticket in self:
            offer = ticket.offer_id
            ticket.offer_agent_id, ticket.offer_ticket_id = offer.agent_id, offer.ticket_id
            ticket.offer_words = bool(offer) and offer._accepted_mails()[:1].preview
            ticket.offer_title = bool(offer) and self.env._(
                "An email from the address of %s answers this ticket, but nothing proves who wrote it:",
                offer.agent_id.name,
            )
            ticket.offer_effect, ticket.offer_may_accept = offer.accept_effect, offer.may_accept

    def action_accept_mail(self):
        """Move the email of this ticket to the ticket it refers to."""
        self.ensure_one()
        self.check_access("write")
        return self.claim_id.with_env(self.env).action_accept()

    def action_accept_offer(self):
        """Post the email that waits for this ticket as the reply of the agent whose it seems to be."""
        self.ensure_one()
        self.check_access("write")
        if not self.offer_id:
            raise UserError(self.env._("There is no reply to post any more: someone may have accepted or closed it."))
        return self.offer_id.with_env(self.env).action_accept()

    def _bridge_mentions_nobody(self):
        """An agent's unconfirmed reply is no request of a customer; with an assignee, it is a ticket like any other."""
        sender = inbound_context.sender(self.env)
        if sender and sender.is_agents_answer:
            return True
        is_offer = bool(self.claim_id.agent_id) and not self.user_id
        return is_offer or super()._bridge_mentions_nobody()

    def _bridge_note_offer(self, sender):
        """Note on this ticket, and on the one its email refers to, that the email may be an agent's reply."""
        other, agent = sender.ticket, sender.agent.name
        # Not their titles: users who may read one ticket need not have access to the other.
        here = other._get_html_link(title=other.sudo().mail_reference)
        there = self._get_html_link(title=self.sudo().mail_reference)
        ticket = self._bridge_with_company_lang()
        ticket._message_log(
            body=ticket.env._(
                "The email refers to %(ticket)s and comes from the address of %(agent)s, but nothing proves that "
                "%(agent)s wrote it (%(why)s). It was sent to no one. Accept and move posts it there.",
                ticket=here,
                agent=agent,
                why=translate(ticket.env, sender.proof.reason),
            )
        )
        other._message_log(
            body=ticket.env._(
                "An email about this ticket came from the address of %(agent)s, but nothing proves that %(agent)s "
                "wrote it: %(ticket)s. It was sent to no one. %(agent)s or a helpdesk manager can post it here.",
                agent=agent,
                ticket=there,
            )
        )
