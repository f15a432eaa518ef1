"""Shows on a ticket which emails have not reached its customer, and sends them again."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.common import crons
from ...tools.common.notification import notification
from ...tools.email import addresses
from ..common.xmlids import AGENTS


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    mail_unsent = fields.Selection(
        [("waiting", "Waiting"), ("failed", "Failed")],
        string="Outgoing Email",
        compute="_compute_mail_unsent",
        search="_search_mail_unsent",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )
    mail_unsent_reason = fields.Char(
        string="Why an Email Was Not Sent",
        compute="_compute_mail_unsent",
        compute_sudo=True,
        groups=AGENTS,
        saved_only=True,
    )

    def _compute_mail_unsent(self):
        # A form that is not saved yet has none, and waits for no search.
        unsent = self._bridge_unsent([("res_id", "in", self.ids)]) if self.ids else self.env["mail.mail"]
        by_ticket = unsent.grouped("res_id")
        for ticket in self:
            unsent = by_ticket.get(ticket._origin.id, self.env["mail.mail"])
            failed = unsent.filtered(lambda mail: mail.state == "exception")
            ticket.mail_unsent = "failed" if failed else "waiting" if unsent else False
            ticket.mail_unsent_reason = (failed or unsent)[-1:].failure_reason

    @api.model
    def _bridge_unsent(self, domain=()):
        """Emails about tickets that have not reached people outside the team, as sudo."""
        ours = Domain("model", "=", self._name) & self._bridge_unsent_domain()
        return self.env["mail.mail"].sudo().search(ours & Domain(domain), order="id")

    @api.model
    def _bridge_unsent_domain(self):
        """Emails to people outside the team that failed, or that are waiting for a retry."""
        outside = Domain("recipient_ids.partner_share", "=", True) | Domain("email_to", "!=", False)
        tried = Domain("state", "=", "outgoing") & Domain("helpdesk_attempts", ">", 0)
        return outside & (Domain("state", "=", "exception") | tried)

    @api.model
    def _search_mail_unsent(self, operator, value):
        if operator != "in":
            return NotImplemented
        unsent = self._bridge_unsent()
        failed = set(unsent.filtered(lambda mail: mail.state == "exception").mapped("res_id"))
        numbers = {"failed": failed, "waiting": set(unsent.mapped("res_id")) - failed}
        found = Domain("id", "in", list(set().union(*(numbers.get(word, ()) for word in value))))
        return found | Domain("id", "not in", unsent.mapped("res_id")) if False in value else found

    def action_retry_mails(self):
        """Queue the undelivered emails again, and wake the mail queue."""
        self.check_access("write")
        self.env["helpdesk.bridge.database"]._check()
        mails_sudo = self._bridge_unsent([("res_id", "in", self.ids)])
        for mail in mails_sudo:
            mail._bridge_update_address()
        mails_sudo.write({"state": "outgoing", "helpdesk_attempts": 0, "scheduled_date": False, "failure_type": False})
        mails_sudo.helpdesk_failing_since = mails_sudo.helpdesk_failing_server = False
        mails_sudo._bridge_notifications().write(
            {"notification_status": "ready", "failure_type": False, "failure_reason": False}
        )
        # If the address is refused again, that is shown again.
        self.browse(mails_sudo.mapped("res_id")).sudo().filtered("email_failing").email_failing = False
        self.env["ir.cron"]._bridge_wake(crons.MAIL_QUEUE)
        if not mails_sudo:
            return notification("info", self.env._("Nothing to send"), self.env._("All emails were sent."))
        recipients = ", ".join(sorted(set(mails_sudo.mapped("helpdesk_to"))))
        message = self.env._("Sending again to %s. Another rejection will be shown on the ticket.", recipients)
        return notification("success", self.env._("On its way"), message)

    def _bridge_note_unsent(self, mail, decision):
        """Log that an email failed for good. :param decision: a `Decision` of `tools.outbound.smtp_errors`"""
        self.ensure_one()
        ticket = self._bridge_with_company_lang()
        people = ", ".join(
            filter(None, [mail.email_to, *(person.email or person.name for person in mail.recipient_ids)])
        ) or ticket.env._("no recipient")
        ticket._message_log(
            body=ticket.env._("An email to %(people)s was not sent: %(why)s", people=people, why=decision.reason)
        )
        written = addresses.normalize_all(mail.email_to, *mail.recipient_ids.mapped("email_normalized"))
        if decision.bad_address and self._bridge_customer_addresses() & set(written):
            self.email_failing = True
