"""Accepts an email on the ticket it refers to, after a person has confirmed that it is genuine."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.email import addresses
from ..common.xmlids import LEADERS
from ..ticket import helpdesk_ticket_reopening

#: Most people whom the text beside the button lists.
SHOWN_PEOPLE = 20


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    can_accept = fields.Boolean(string="Can Be Accepted", compute="_compute_can_accept", compute_sudo=True)
    may_accept = fields.Boolean(
        string="You May Accept It", compute="_compute_may_accept", compute_sudo=True, help="The button is for you."
    )
    accept_effect = fields.Char(
        string="If You Accept It",
        compute="_compute_accept_effect",
        compute_sudo=True,
        help="What Accept and move does, and whom it emails.",
    )

    @api.depends("verdict", "ticket_id", "named_ticket_id.active", "named_ticket_id.duplicate_id")
    def _compute_can_accept(self):
        for entry in self:
            target = entry._accept_target()
            entry.can_accept = (
                entry.verdict == "created"
                and bool(target and entry.ticket_id)
                and target != entry.ticket_id
                and entry.named_ticket_id != entry.ticket_id.previous_ticket_id
            )

    def _accept_target(self):
        """The ticket that this email refers to, or the one that it was merged into since; may be empty."""
        return self.named_ticket_id._bridge_resolve_merged()

    @api.depends("can_accept", "agent_id")
    @api.depends_context("uid")
    def _compute_may_accept(self):
        for entry in self:
            tickets = (entry.ticket_id | entry._accept_target()).with_user(self.env.user)
            entry.may_accept = entry.can_accept and tickets.has_access("write") and entry._may_confirm(self.env.user)

    @api.depends("can_accept", "agent_id", "ticket_id.message_ids", "named_ticket_id.email_cc")
    @api.depends_context("uid", "lang")
    def _compute_accept_effect(self):
        for entry in self:
            entry.accept_effect = entry._accept_effect() if entry.can_accept else False

    def _accept_effect(self):
        """What accepting this email does, in words for the current user."""
        if not self._may_confirm(self.env.user):
            return self.env._("Only %s or a helpdesk manager can confirm it.", self.agent_id.name)
        if not self.may_accept:
            return self.env._("Only users with access to both tickets can accept it.")
        does = self.env._("Its sender becomes a participant of that ticket, and the ticket it opened is archived.")
        if self.agent_id and self._is_forwarded():
            does = self.env._(
                "It becomes an internal note of %s there, and the ticket it opened is archived.", self.agent_id.name
            )
        elif self.agent_id:
            does = self.env._(
                "It is posted there as the reply of %s, and the ticket it opened is archived.", self.agent_id.name
            )
        people = self._accept_emails()
        if not people:
            return self.env._("%s Nobody is emailed.", does)
        named, others = ", ".join(people[:SHOWN_PEOPLE]), len(people) - SHOWN_PEOPLE
        if others > 0:
            named = self.env._("%(people)s and %(count)s more", people=named, count=others)
        return self.env._("%(does)s Emailed to: %(people)s.", does=does, people=named)

    def _may_confirm(self, user):
        """Whether a user may say that this email is genuine: the agent whose it seems to be, or a manager."""
        return self.agent_id in (user, user.browse()) or user.has_group(LEADERS)

    def action_accept(self):
        """Move an email to the ticket it refers to, and make its sender a participant of that ticket.

        An email from an agent's address is posted as that agent, so only that agent or a manager may accept it.
        """
        self.ensure_one()
        self.check_access("read")
        (self.ticket_id | self.sudo()._accept_target().with_env(self.env)).check_access("write")
        if not self.can_accept:
            raise UserError(
                self.env._("Only an email that refers to another ticket but opened a new one can be accepted.")
            )
        if not self._may_confirm(self.env.user):
            raise AccessError(
                self.env._("Only %s or a helpdesk manager can confirm that this email is genuine.", self.agent_id.name)
            )
        return self.sudo()._accept(self.env.user)

    def _accept(self, user):
        """:param user: the user who confirms that the email is genuine"""
        opened, ticket = self.ticket_id, self._accept_target()
        for message, values in self._accepted_messages():
            message.attachment_ids.write({"res_model": ticket._name, "res_id": ticket.id})
            # It must not open a third ticket, even if the other one was closed long ago.
            accepted = {helpdesk_ticket_reopening.ACCEPTED_KEY: helpdesk_ticket_reopening.ACCEPTED}
            ticket.with_context(mail_post_autofollow_author_skip=True, **accepted).message_post(
                attachment_ids=message.attachment_ids.ids, **values
            )
        known = ticket._bridge_addresses() | self.env["fetchmail.server"].sudo()._helpdesk_addresses()
        sender = self._accepted_sender()
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

    # ------------------------------------------------------------
    # What is posted, and whom it reaches
    # ------------------------------------------------------------

    def _accepted_mails(self):
        """The emails of the ticket that this one opened, this one first."""
        return self.ticket_id.message_ids.filtered(lambda message: message.message_type == "email").sorted("id")

    def _accepted_sender(self):
        """The sender that the router found; the From of a contact form is an address of ours."""
        return addresses.normalize(self._accepted_mails()[:1].email_from)

    def _accepted_messages(self):
        """Each email that moves, with the arguments of `message_post` for it."""
        mails, sender = self._accepted_mails(), self._accepted_sender()
        for message in mails:
            # The user confirms only this email. Later messages from an agent's address are not confirmed by it.
            is_confirmed = message == mails[0] or (
                not self.agent_id and addresses.normalize(message.email_from) == sender
            )
            yield message, self._accepted_values(message, is_confirmed)

    def _is_forwarded(self):
        """Whether the agent forwards another person's email, which is for the team, as in tools.inbound.routing."""
        return addresses.normalize(self.ticket_id.partner_email) not in ("", self.email_from)

    def _accepted_values(self, message, is_confirmed):
        """:param is_confirmed: it is this email, or another of the same sender; everything else becomes a note"""
        ticket = self._accept_target()
        agent = self.agent_id if is_confirmed else self.env["res.users"]
        author = agent.partner_id or message.author_id
        if is_confirmed and not author and not self.agent_id:
            # Nothing proved that the customer wrote it, until now.
            customer = ticket.partner_id
            author = customer.filtered(lambda one: addresses.same(one.email_normalized, message.email_from))
        public = is_confirmed and not (agent and self._is_forwarded())
        recipients = {"partner_ids": []}
        if agent and public:
            # An agent's reply is for the customer. People whom the email itself reached do not get it again.
            addressed = {
                "incoming_email_to": message.incoming_email_to or "",
                "incoming_email_cc": message.incoming_email_cc or "",
            }
            recipients = {**ticket._bridge_reply_recipients(already_addressed=addressed.values()), **addressed}
        return {
            "body": message.body,
            "subject": message.subject,
            "message_type": "email",
            "subtype_xmlid": "mail.mt_comment" if public else "mail.mt_note",
            "author_id": author.id,
            "email_from": message.email_from,
            **recipients,
        }

    def _accept_emails(self):
        """Whom accepting this email would email, people outside the team first: ``["Jane Doe <jane@…>"]``."""
        found, ticket = {}, self._accept_target()
        for _message, values in self._accepted_messages():
            for one in ticket._bridge_emailed(values):
                found.setdefault(one["email_normalized"], one)
        return [
            addresses.display(one["name"] if one["name"] != address else "", address)
            for address, one in sorted(found.items(), key=lambda pair: (not pair[1]["share"], pair[0]))
        ]
