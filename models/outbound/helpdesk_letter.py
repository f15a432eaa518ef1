"""One automatic email to a customer: the confirmation of a new ticket, or the closing email.

How data flows: an event (an email opened a ticket, a ticket was closed) only inserts a row here and wakes
`helpdesk.followup`. The follow-up writes the email or stores why it does not; it checks the reasons at that time. A
written email is in the mail queue (`mail_mail`) and in the ticket's chatter.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.common import crons
from ...tools.common.limits import NOTICE_INTERVAL
from ...tools.inbound import auto_mail
from ..common.retention import delete_batch, oldest
from ..common.transactions import attempted, reason
from ..common.translated import with_company_lang

_logger = logging.getLogger(__name__)

RECEIVED, CLOSED, INACTIVE = "received", "closed", "inactive"
#: Days after which finished rows are deleted.
RETENTION_DAYS = 90
#: Confirmations that one sender gets within an hour: more are no person's, or a loop.
MOST_CONFIRMATIONS = 5


class HelpdeskLetter(models.Model):
    _name = "helpdesk.letter"
    _description = "Automatic Email"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    kind = fields.Selection(
        [(RECEIVED, "Confirmation"), (CLOSED, "Closing email"), (INACTIVE, "Inactivity warning")],
        string="Email",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("owed", "Waiting"), ("queued", "Written"), ("skipped", "Not written"), ("failed", "Failed")],
        required=True,
        default="owed",
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    address = fields.Char(string="To", readonly=True)
    message_id = fields.Many2one("mail.message", ondelete="set null", index="btree_not_null", readonly=True)

    # A ticket that is closed, reopened and closed again before the cron runs gets one closing email.
    _owed_once = models.UniqueIndex("(ticket_id, kind) WHERE state = 'owed'", "This email is already queued.")
    _owed_index = models.Index("(id) WHERE state = 'owed'")
    _sender_index = models.Index("(address, create_date) WHERE state = 'queued' AND kind = 'received'")

    @api.model
    def _enqueue(self, tickets, kind):
        """Enqueue an automatic email for these tickets, and wake the cron that writes it."""
        wanted = tickets.filtered(lambda ticket: ticket._bridge_is_email_enabled(kind))
        if not wanted:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_letter (ticket_id, kind, state, create_uid, write_uid, create_date, write_date)
                SELECT ticket, %(kind)s, 'owed', %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM unnest(%(tickets)s) AS ticket
                    ON CONFLICT (ticket_id, kind) WHERE state = 'owed' DO NOTHING
                """,
                kind=kind,
                uid=self.env.uid,
                tickets=wanted.ids,
            )
        )
        self.env["ir.cron"]._bridge_wake(crons.AFTER_MAIL)

    @api.model
    def _write_next(self):
        """Write the oldest waiting email. :return: whether there was one"""
        letter = self.search([("state", "=", "owed")], order="id", limit=1)
        if not letter:
            return False
        error = attempted(self.env.cr, letter._compose)
        if error:
            # A template that cannot be rendered must not block the other emails.
            _logger.error(
                "automatic email %s of ticket %s cannot be written", letter.id, letter.ticket_id.id, exc_info=error
            )
            letter._fail(error)
        return True

    def _compose(self):
        ticket = self.ticket_id
        address = ticket._bridge_customer_email()
        why_not = with_company_lang(ticket.company_id, self)._skip_reason(ticket, address)
        if why_not:
            self.write({"state": "skipped", "reason": why_not, "address": address})
            return
        is_short = self.kind == RECEIVED and bool(self._confirmed_lately(address))
        message = ticket._bridge_post_auto_email(self.kind, is_short=is_short)
        self.write({"state": "queued", "address": address, "message_id": message.id})

    def _skip_reason(self, ticket, address):
        """The reason not to write this email, in the language of the environment; "" to write it."""
        if not ticket._bridge_is_email_enabled(self.kind) or not ticket._bridge_enabled_template(self.kind):
            return self.env._("This email is switched off, or it has no template.")
        if self.kind == CLOSED and not ticket.closed:
            return self.env._("The ticket was reopened before the email was written.")
        if self.kind == INACTIVE and (ticket.closed or ticket._bridge_is_owed()):
            return self.env._("The ticket was worked on before the email was written.")
        if not ticket.active or (self.kind != RECEIVED and ticket.duplicate_id):
            return self.env._("The ticket is a duplicate of another one, or it is archived.")
        if not address:
            return self.env._("The ticket has no email address.")
        if ticket.email_failing:
            return self.env._("Emails to this customer bounce.")
        if ticket.mail_silent or auto_mail.is_no_reply(address):
            return self.env._("This sender gets no automatic emails.")
        if self.env["helpdesk.mail.filter"]._first_match(address, ticket.company_id):
            return self.env._("An email filter excludes this sender from automatic emails.")
        if address in ticket._bridge_own_addresses():
            return self.env._("The address is one of our own mailboxes.")
        return self._too_many_confirmations(address) if self.kind == RECEIVED else ""

    def _too_many_confirmations(self, address):
        """The reason not to confirm one more ticket of a sender; "" to confirm it."""
        most = MOST_CONFIRMATIONS if self.ticket_id.company_id.helpdesk_letter_again else 1
        confirmed = self._confirmed_lately(address)
        if confirmed >= most > 1:
            return self.env._("Confirmations that the sender has received within the last hour: %s", confirmed)
        if confirmed >= most:
            return self.env._("The sender has already received a confirmation within the last hour.")
        return ""

    def _confirmed_lately(self, address):
        """How many confirmations this company has sent to an address within the last hour."""
        recent = [("create_date", ">", fields.Datetime.now() - NOTICE_INTERVAL)]
        same_sender = [("address", "=", address), ("state", "=", "queued"), ("kind", "=", RECEIVED)]
        same_company = [("ticket_id.company_id", "=", self.ticket_id.company_id.id)]
        return self.search_count(same_sender + recent + same_company, limit=MOST_CONFIRMATIONS)

    def _fail(self, error):
        """Mark this email as failed, which is final, and log it in the ticket's chatter."""
        while error.__cause__:  # Odoo's own words begin with the whole template
            error = error.__cause__
        why = reason(error)
        self.write({"state": "failed", "reason": why})
        ticket = self.ticket_id._bridge_with_company_lang()
        kinds = dict(self.with_env(ticket.env)._fields["kind"]._description_selection(ticket.env))
        ticket._message_log(
            body=ticket.env._(
                "The automatic email “%(email)s” could not be written. Check its template: %(why)s",
                email=kinds[self.kind],
                why=why,
            )
        )

    @api.autovacuum
    def _gc_letters(self):
        """Delete old finished rows."""
        old = fields.Datetime.now() - timedelta(days=RETENTION_DAYS)
        finished = [("state", "!=", "owed"), ("create_date", "<", old)]
        return delete_batch(oldest(self, finished))
