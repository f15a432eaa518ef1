"""Accepts an email on the ticket it refers to, after a person has confirmed that it is genuine."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.email import addresses
from ..common.xmlids import LEADERS
from ..ticket import helpdesk_ticket_reopening


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    can_accept = fields.Boolean(string="Can Be Accepted", compute="_compute_can_accept", compute_sudo=True)

    @api.depends("verdict", "ticket_id", "named_ticket_id")
    def _compute_can_accept(self):
        for entry in self:
            entry.can_accept = (
                entry.verdict == "created"
                and bool(entry.named_ticket_id and entry.ticket_id)
                and entry.named_ticket_id != entry.ticket_id.previous_ticket_id
            )

    def action_accept(self):
        """Move an email to the ticket it refers to, and make its sender a participant of that ticket.

        An email from an agent's address is posted as that agent, so only that agent or a manager may accept it.
        """
        self.ensure_one()
        self.check_access("read")
        (self.ticket_id | self.sudo().named_ticket_id.with_env(self.env)).check_access("write")
        if not self.can_accept:
            raise UserError(
                self.env._("Only an email that refers to another ticket but opened a new one can be accepted.")
            )
        if self.agent_id not in (self.env.user, self.env["res.users"]) and not self.env.user.has_group(LEADERS):
            raise AccessError(
                self.env._("Only %s or a helpdesk manager can confirm that this email is genuine.", self.agent_id.name)
            )
        return self.sudo()._accept(self.env.user)

    def _accept(self, user):
        """:param user: the user who confirms that the email is genuine"""
        opened, ticket = self.ticket_id, self.named_ticket_id
        mails = opened.message_ids.filtered(lambda message: message.message_type == "email").sorted("id")
        # The sender that the router found; the From of a contact form is an address of ours.
        sender = addresses.normalize(mails[:1].email_from)
        for message in mails:
            # The user confirms only this email. Later messages from an agent's address are not confirmed by it.
            is_confirmed = message == mails[0] or (
                not self.agent_id and addresses.normalize(message.email_from) == sender
            )
            self._accept_message(ticket, message, is_confirmed)
        known = ticket._bridge_addresses() | self.env["fetchmail.server"].sudo()._helpdesk_addresses()
        if sender and not self.agent_id and sender not in known:
            ticket.email_cc = ", ".join(filter(None, [*addresses.normalize_all(ticket.email_cc), sender]))
        opened._message_log(
            body=self.env._(
                "Accepted by %(user)s: continues in %(ticket)s.", user=user.name, ticket=ticket._get_html_link()
            )
        )
        opened.write({"active": False, "duplicate_id": ticket.id})
        reason = self.env._("%(reason)s; accepted by %(user)s", reason=self.reason, user=user.name)
        self.write({"verdict": "replied", "ticket_id": ticket.id, "reason": reason})
        return {
            "type": "ir.actions.act_window",
            "res_model": ticket._name,
            "res_id": ticket.id,
            "views": [(False, "form")],
        }

    def _accept_message(self, ticket, message, is_confirmed):
        """:param is_confirmed: it is this email, or another of the same sender; everything else becomes a note"""
        agent = self.agent_id if is_confirmed else self.env["res.users"]
        author = agent.partner_id or message.author_id
        if is_confirmed and not author and not self.agent_id:
            # Nothing proved that the customer wrote it, until now.
            customer = ticket.partner_id
            author = customer.filtered(lambda one: addresses.same(one.email_normalized, message.email_from))
        # An email that an agent forwards is for the team, as in tools.inbound.routing.
        forwarded = agent and addresses.normalize(self.ticket_id.partner_email) not in ("", self.email_from)
        public = is_confirmed and not forwarded
        recipients = {"partner_ids": []}
        if agent and public:
            # An agent's reply is for the customer. People whom the email itself reached do not get it again.
            addressed = {
                "incoming_email_to": message.incoming_email_to or "",
                "incoming_email_cc": message.incoming_email_cc or "",
            }
            recipients = {**ticket._bridge_reply_recipients(already_addressed=addressed.values()), **addressed}
        message.attachment_ids.write({"res_model": ticket._name, "res_id": ticket.id})
        # It must not open a third ticket, even if the other one was closed long ago.
        accepted = {helpdesk_ticket_reopening.ACCEPTED_KEY: helpdesk_ticket_reopening.ACCEPTED}
        ticket.with_context(mail_post_autofollow_author_skip=True, **accepted).message_post(
            body=message.body,
            subject=message.subject,
            message_type="email",
            subtype_xmlid="mail.mt_comment" if public else "mail.mt_note",
            author_id=author.id,
            email_from=message.email_from,
            attachment_ids=message.attachment_ids.ids,
            **recipients,
        )
