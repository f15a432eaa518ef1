"""The buttons of the inbound log: replay an email, discard it, or accept it on the ticket it refers to."""

import base64
import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.common.notification import notification
from ...tools.email import addresses
from ...tools.inbound import sanitize
from ..common.inbound_context import FETCH_RUN_KEY, FetchRun, InboundMail
from ..common.transactions import reason
from ..common.translated import translate
from ..common.xmlids import LEADERS, WARNING
from ..ticket import helpdesk_ticket_reopening

_logger = logging.getLogger(__name__)


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

    def action_replay(self):
        """Process a stored email again, as if it had just arrived."""
        self.check_access("write")
        if len(self) == 1:
            self._replay()
            return None
        failed = []
        for entry in self:
            try:
                with self.env.cr.savepoint():
                    entry._replay()
            except UserError as error:
                failed.append(f"{entry.subject or entry.message_id}: {error}")
        return failed and notification(
            "warning",
            self.env._("%(failed)s of %(all)s could not be replayed", failed=len(failed), all=len(self)),
            "\n".join(failed[:10]),
            then="reload",
        )

    def _replay(self):
        if not self.raw:
            raise UserError(self.env._("The original of this email is no longer stored, so it cannot be replayed."))
        raw = base64.b64decode(self.raw)
        mailbox = self.fetchmail_server_id
        sanitized = sanitize.sanitize(raw)
        if sanitized.refusal:
            raise UserError(self.env._("It cannot be replayed: %s.", translate(self.env, sanitized.refusal)))
        mail = InboundMail(self.id, sanitized.raw, raw).came_from(mailbox, self.place)
        mail.replayed = True
        # The mailbox may be deleted; the company is not.
        company = {"allowed_company_ids": (self.company_id or self.env.company).ids}
        fetching = {FETCH_RUN_KEY: FetchRun(mail), "default_fetchmail_server_id": mailbox.id, **company}
        # As the cron's user: for another user, the gateway's own sudo() would drop the mailbox, and with it the team.
        gateway = self.env(user=SUPERUSER_ID, su=True, context=fetching)["mail.thread"]
        try:
            with self.env.cr.savepoint():
                self.write({"verdict": False})
                self.flush_recordset()
                gateway.message_process(
                    mailbox.object_id.model or "helpdesk.ticket", mail.raw, strip_attachments=not mailbox.attach
                )
        except Exception as error:
            _logger.info("inbound mail %s: replay failed", self.id, exc_info=True)
            raise UserError(self.env._("It failed again: %s", reason(error, 2000))) from error
        if self.verdict != "ignored":
            self.raw = False
        self._update_activity()

    def action_discard(self):
        """Discard these emails: their rows stay, their originals are deleted."""
        self.check_access("write")
        failed = self.filtered(lambda entry: entry.verdict in ("failed", "ignored"))
        reason = self.env._("Discarded by %s.", self.env.user.name)
        failed.write({"verdict": "ignored", "reason": reason, "raw": False})
        failed._update_activity()

    def _update_activity(self):
        """Remove the activity from these emails; move it to another failed email of the company, if there is one."""
        self.sudo().activity_unlink([WARNING])
        for company in {entry.company_id for entry in self}:
            others = [("verdict", "=", "failed"), ("company_id", "=", company.id)]
            self.sudo().search(others, limit=1)._notify_administrator()

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
