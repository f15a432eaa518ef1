"""What was written on a ticket by email and in public, and by whom."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.ticket.message_category import CUSTOMER, NOTE, REPLY

#: What helpdesk_mgmt's `_creation_subtype` returns.
CREATION = "helpdesk_mgmt.hlp_tck_created"
#: Emails of a conversation that are searched for the one that is replied to.
RECENT = 40


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # The conversation
    # ------------------------------------------------------------

    def _bridge_conversation(self, before=None):
        """The latest emails and public words on this ticket, oldest first, as sudo."""
        self.ensure_one()
        domain = Domain("model", "=", self._name) & Domain("res_id", "=", self._origin.id)
        domain &= Domain("message_type", "in", ("email", "comment", "auto_comment"))
        domain &= Domain("is_internal", "=", False)
        if before:
            domain &= Domain("id", "<", before.id)
        found = self.env["mail.message"].sudo().search(domain, order="id desc", limit=RECENT)
        public = found.filtered(lambda one: one.message_type == "auto_comment" or not one.subtype_id.internal)
        return public.sorted("id")

    def _bridge_said(self, before=None):
        """The conversation without automatic emails: what people said."""
        return self._bridge_conversation(before).filtered(lambda one: one.message_type != "auto_comment")

    def _bridge_said_last(self, before=None, answers=False):
        """What the customer, or an agent, said last; may be empty."""
        return self._bridge_said(before).filtered(lambda one: self._bridge_by_team(one) == answers)[-1:]

    # ------------------------------------------------------------
    # Whose words they are
    # ------------------------------------------------------------

    @api.model
    def _bridge_is_team(self, author):
        """Whether a partner speaks for the team: an agent, or OdooBot for code."""
        return bool(author) and not author.sudo().partner_share

    @api.model
    def _bridge_by_team(self, message):
        """Whether the author of a message spoke for the team, also if they have left it since."""
        author = message.author_id.sudo()
        return self._bridge_is_team(author) or 0 < (message._origin.id or 0) <= author.helpdesk_team_until

    @api.model
    def _bridge_agent(self, partner):
        """The agent who is this person; may be empty."""
        return partner.sudo().user_ids._bridge_agents()[:1]

    @api.model
    def _bridge_message_category(self, message):
        """The category of a message: a `REPLY` of the team, one of the `CUSTOMER`, a `NOTE`; None without words.

        :param message: as sudo
        """
        if message.message_type not in ("email", "comment") or self._bridge_is_creation(message):
            return None
        if message.is_internal or message.subtype_id.internal or not message.subtype_id:
            return NOTE
        if self._bridge_by_team(message):
            return REPLY
        return None if message.author_guest_id else CUSTOMER

    @api.model
    def _bridge_is_creation(self, message):
        """Whether a message says that a ticket is new, and with what. Odoo looks its subtype up in the database.

        :param message: as sudo
        """
        known = self.env["ir.model.data"]._xmlid_to_res_id
        number = message.subtype_id.id
        if number == known(CREATION, raise_if_not_found=False):
            return True
        if number in [known(f"mail.{name}", raise_if_not_found=False) for name in ("mt_comment", "mt_note")]:
            return False
        return message.subtype_id == self._creation_subtype()

    def _bridge_is_customers_word(self, message):
        """Whether a message is what a customer says to the team: an email, or a comment in the portal."""
        return self._bridge_message_category(message.sudo()) == CUSTOMER
