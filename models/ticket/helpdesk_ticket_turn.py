"""Whose turn it is: a customer's reply wakes a ticket that rests, and shows on it until an agent acts.

A ticket rests while it is closed, archived or in a stage in which it waits, as for its customer. What only says thanks
wakes nothing; emails of programs never come here, because they are notes (`tools.inbound.routing`).
"""

from odoo import fields, models

from ...tools.email import addresses, reference
from ...tools.slack import mrkdwn
from ...tools.ticket import events
from ...tools.ticket.thanks import is_thanks
from ..common.xmlids import AGENTS
from .helpdesk_ticket_events import SPEAKER, Speaker
from .helpdesk_ticket_reopening import ACCEPTED, ACCEPTED_KEY


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    customer_replied = fields.Boolean(
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="The customer wrote, and no agent has replied or moved the ticket since.",
        saved_only=True,
    )

    answering = fields.Char(
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="Who is answering the customer right now: a reply of theirs waits, or they have the form for it open.",
    )

    _customer_replied_index = models.Index("(id) WHERE customer_replied")

    # ------------------------------------------------------------
    # What was said
    # ------------------------------------------------------------

    def _bridge_is_asking(self, message):
        """Whether a message of the customer may need an agent; only thanks do not."""
        if message.attachment_ids or reference.is_forward(message.subject or ""):
            return True
        author = message.author_id
        people = [
            author.name,
            author.commercial_company_name,
            self.partner_name,
            self.partner_id.name,
            message.email_from,
        ]
        people += [self.user_id.name, self._bridge_said_last(before=message, answers=True).author_id.name]
        return not is_thanks(mrkdwn.from_html(message.body), people)

    def _bridge_is_waiting(self):
        """Whether this ticket is in a stage in which it waits."""
        return self.stage_id.id in self._bridge_waiting_stages()

    def _bridge_is_resting(self):
        """Whether a reply of the customer wakes this ticket."""
        return not self._bridge_is_too_late() and (self.closed or not self.active or self._bridge_is_waiting())

    def _bridge_is_too_late(self):
        """Whether a reply opens a follow-up ticket instead; not one that a user has accepted."""
        return self.env.context.get(ACCEPTED_KEY) is not ACCEPTED and self._bridge_is_expired()

    def _bridge_note_turn(self, name, message, is_asking):
        """Show that the customer replied, or that an agent did. :param name: of the message's event"""
        if is_asking:
            if not (self.customer_replied or self._bridge_is_too_late() or self._bridge_merged_into(message)):
                self.customer_replied = True
        elif name == events.AGENT_REPLIED and self.customer_replied:
            self.customer_replied = False

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------

    def _bridge_on_customer_reply(self, message, is_asking=True):
        """Wake the ticket after a reply of its customer, or continue in another ticket.

        :param message: as sudo, like the ticket: portal users cannot read teams and stages
        :param is_asking: whether it may need an agent
        """
        self.filtered("email_failing").email_failing = False
        merged = self._bridge_merged_into(message)
        if merged:
            merged._bridge_pass_on(message)
        elif not is_asking:
            return
        elif self._bridge_is_too_late():
            self._bridge_follow_up(message)
        elif self._bridge_is_resting() and not (self.closed and self._bridge_was_open()):
            speaker = Speaker(self._bridge_author(message), by_reply=True)
            self.with_context(**{SPEAKER: speaker})._bridge_wake_up()

    def _bridge_merged_into(self, message):
        """The ticket that this one was merged into, if the author of a message takes part in it; may be empty."""
        merged = self._bridge_resolve_merged() - self
        author = message.author_id
        wrote = set(addresses.normalize_all(message.email_from, author.email_normalized))
        is_known = wrote & merged._bridge_addresses() if merged else set()
        is_customers = bool(merged) and author.commercial_partner_id in merged.commercial_partner_id
        return merged if is_known or is_customers else merged.browse()

    def _bridge_on_merged(self):
        """What its customer wrote, and nobody answered, waits for an agent in the ticket that goes on."""
        result = super()._bridge_on_merged()
        target = self._bridge_resolve_merged()
        if self.customer_replied and target != self:
            self.customer_replied = False
            if not (target.closed or target.customer_replied):
                target.customer_replied = True
        return result

    def _bridge_wake_up(self):
        """The customer replied to this ticket that rests: agents go on with it."""
        if self.closed or not self.active:
            self._bridge_reopen()
            return
        stage = self._bridge_stage_after_waiting()
        if stage:
            self.stage_id = stage
        self._bridge_replace_absent()
        self._bridge_mark_for_assignment()

    def _bridge_pass_on(self, message):
        """Post a reply, which was made on another ticket, on this one."""
        self.message_post(
            body=message.body,
            message_type=message.message_type,
            subtype_xmlid="mail.mt_comment",
            author_id=message.author_id.id,
            email_from=message.email_from,
            attachment_ids=self._bridge_copies(message.attachment_ids).ids,
        )
