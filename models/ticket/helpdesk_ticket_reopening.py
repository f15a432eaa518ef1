"""Handles a customer's reply on a closed ticket: it reopens the ticket, or opens a follow-up ticket."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

from ...tools.inbound.routing import Disposition
from ..common.snapshots import tracked

#: In the context: a user has accepted a reply on this ticket, however late. RPC cannot send an object.
ACCEPTED_KEY, ACCEPTED = "helpdesk_bridge_accepted", object()
#: The key of `tracked`: tickets that are open when somebody writes.
OPEN = "helpdesk_bridge.open"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def message_post(self, **kwargs):
        """Remember which tickets are open: another addon may close one because of this message."""
        with tracked(self.sudo().filtered(lambda ticket: ticket.active and not ticket.closed), OPEN):
            return super().message_post(**kwargs)

    def _bridge_was_open(self):
        """Whether this ticket was open until its customer wrote: what has closed it meant to (partner_response)."""
        return self.active and self.id in self.env.cr.cache.get(OPEN, ())

    def _bridge_is_expired(self):
        """Whether this ticket was closed too long ago for a reply to reopen it."""
        self.ensure_one()
        days = self.team_id.reopen_days or self.company_id.helpdesk_reopen_days
        if not self.closed or not days:
            return False
        closed_since = self.closed_date or self.last_stage_update
        return not closed_since or closed_since <= fields.Datetime.now() - timedelta(days=int(days))

    def _bridge_reopen(self):
        """Move the ticket to the stage that its team chose, else to where it was last worked on."""
        self.ensure_one()
        stage = self.stage_id.browse()
        if self.closed:
            stage = self._bridge_stage_after_closing()
        elif self._bridge_is_waiting():
            stage = self._bridge_stage_after_waiting()
        self.write({"active": True, **({"stage_id": stage.id} if stage else {})})

    def _bridge_follow_ups(self):
        """The follow-up tickets of this one, newest first."""
        self.ensure_one()
        return self.search([("previous_ticket_id", "=", self.id)], order="id desc")

    def _bridge_follow_up(self, message):
        """Move a portal reply that is too late for this ticket to its follow-up ticket; create one if needed."""
        self.ensure_one()
        open_follow_up = self._bridge_follow_ups().filtered(lambda ticket: not ticket._bridge_is_expired())[:1]
        if open_follow_up:
            open_follow_up._bridge_pass_on(message)
            return
        follow_up = self.create(
            {
                "name": self.name,
                "description": message.body or Markup("<p></p>"),
                "team_id": self.team_id.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "partner_name": self.partner_name,
                "partner_email": self.partner_email,
                "customer_reply_to": self.customer_reply_to,
                "email_cc": self.email_cc,
                "channel_id": self.channel_id.id,
                "user_id": False,
                "previous_ticket_id": self.id,
            }
        )
        follow_up._bridge_copies(message.attachment_ids)
        follow_up._bridge_link_tickets(self, Disposition.FOLLOW_UP)

    def _bridge_copies(self, attachments):
        """Copies of the attachments of a message, for this ticket."""
        copies = attachments.browse()
        for attachment in attachments:
            copies |= attachment.copy({"res_model": self._name, "res_id": self.id})
        return copies

    def _bridge_link_tickets(self, other, disposition):
        """Add a note with a link to each of two tickets. Customers do not see notes."""
        # Not their titles: users who may read one ticket need not have access to the other.
        here = other._get_html_link(title=other.sudo().mail_reference)
        there = self._get_html_link(title=self.sudo().mail_reference)
        self = self._bridge_with_company_lang()
        if disposition is Disposition.FOLLOW_UP:
            self._message_log(body=self.env._("Follows %s, which was closed.", here))
            other._message_log(body=self.env._("Continues in %s.", there))
        else:
            self._message_log(
                body=self.env._("The email refers to %s, but its sender is not a participant of that ticket.", here)
            )
            other._message_log(
                body=self.env._("An email about this ticket came from someone who is not a participant: %s.", there)
            )

    def _bridge_note_elsewhere(self, other):
        """Note that the email of this ticket refers to one of another company, which its sender takes part in."""
        # Only the reference: its title is for those who may open it.
        link = other._get_html_link(title=other.sudo().mail_reference)
        ticket = self._bridge_with_company_lang()
        ticket._message_log(body=ticket.env._("The email refers to %s, which belongs to another company.", link))
