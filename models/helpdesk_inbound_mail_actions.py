"""What a person does with a mail that needed one: replay it, discard it, let it join the ticket it names.

A file of its own beside `helpdesk_inbound_mail`: there the gateway writes, here people press buttons.
"""

import base64
import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mail import email_normalize_all

from ..tools import mail_guard
from .fetch_run import KEY, FetchRun, InboundMail

_logger = logging.getLogger(__name__)


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    can_accept = fields.Boolean(compute="_compute_can_accept")

    @api.depends("verdict", "ticket_id", "named_ticket_id")
    def _compute_can_accept(self):
        for entry in self:
            entry.can_accept = (
                entry.verdict == "created"
                and bool(entry.named_ticket_id and entry.ticket_id)
                and entry.named_ticket_id != entry.ticket_id.previous_ticket_id
            )

    def action_replay(self):
        """Process a kept mail again, as if it had just come in."""
        self.check_access("write")
        for entry in self:
            entry._replay()

    def _replay(self):
        if not self.raw:
            raise UserError(self.env._("The original of this mail is not kept: there is nothing to replay."))
        raw = base64.b64decode(self.raw)
        mailbox = self.fetchmail_server_id
        mail = InboundMail(self.id, mail_guard.guard(raw).raw, raw).came_from(mailbox, self.place)
        fetching = {KEY: FetchRun(mail), "default_fetchmail_server_id": mailbox.id}
        # As the cron would: for a person, the gateway's own sudo() would drop the mailbox, and with it the team.
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
            raise UserError(self.env._("It failed again: %s", self._describe(error))) from error
        if not mail.is_loop:
            self.raw = False
        self.activity_ids.unlink()

    def action_discard(self):
        """Decide that nothing shall become of these mails."""
        self.check_access("write")
        failed = self.filtered(lambda entry: entry.verdict in ("failed", "ignored"))
        reason = self.env._("Discarded by %s.", self.env.user.name)
        failed.write({"verdict": "ignored", "reason": reason, "raw": False})
        failed.activity_ids.unlink()

    def action_accept(self):
        """Let a mail join the ticket it names after all: its words go there, and its sender is on it from now on.

        From an agent's address it is posted as that agent, who alone can know it, or a manager.
        """
        self.ensure_one()
        self.check_access("read")
        (self.ticket_id | self.named_ticket_id).check_access("write")
        if not self.can_accept:
            raise UserError(
                self.env._("Only a mail that names another ticket, and opened one of its own, can be accepted.")
            )
        if self.agent_id not in (self.env.user, self.env["res.users"]) and not self.env.user.has_group(
            "helpdesk_mgmt.group_helpdesk_manager"
        ):
            raise AccessError(
                self.env._("Only %s, or a helpdesk manager, can say that this mail is genuine.", self.agent_id.name)
            )
        return self.sudo()._accept(self.env.user)

    def _accept(self, user):
        """:param user: who vouches for the mail"""
        opened, ticket = self.ticket_id, self.named_ticket_id
        for message in opened.message_ids.filtered(lambda message: message.message_type == "email").sorted("id"):
            self._accept_message(ticket, message)
        if not self.agent_id and self.email_from not in ticket._bridge_addresses():
            ticket.email_cc = ", ".join(filter(None, [*email_normalize_all(ticket.email_cc or ""), self.email_from]))
        opened._message_log(
            body=self.env._(
                "Accepted by %(user)s: goes on in %(ticket)s.", user=user.name, ticket=ticket._get_html_link()
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

    def _accept_message(self, ticket, message):
        author = self.agent_id.partner_id or message.author_id
        message.attachment_ids.write({"res_model": ticket._name, "res_id": ticket.id})
        ticket.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=message.body,
            subject=message.subject,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=message.email_from,
            attachment_ids=message.attachment_ids.ids,
            # An agent's answer is for the customer.
            partner_ids=ticket.partner_id.ids if self.agent_id else [],
        )

    # ------------------------------------------------------------
    # Housekeeping
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_old(self):
        """Forget what became of old mails; what failed stays until somebody has looked at it."""
        for company in self.env["res.company"].sudo().search([("helpdesk_inbound_days", ">", 0)]):
            limit = fields.Datetime.subtract(fields.Datetime.now(), days=company.helpdesk_inbound_days)
            self.search(
                [
                    ("company_id", "=", company.id),
                    ("create_date", "<", limit),
                    ("verdict", "not in", [False, "failed"]),
                ],
                limit=10_000,
            ).unlink()
