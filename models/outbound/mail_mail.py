"""The mail queue for emails about tickets: they are only sent from the queue, and none is lost.

How data flows: `send` only wakes the queue. The queue's cron hands each email to the SMTP server and commits the
result. `tools.outbound.smtp_errors` decides about a failure: after a temporary one, the email goes back into the queue
with a later date, and the cron is scheduled for it; a final one is shown on the ticket until an agent presses
*Send again*.

`mail.mail` is the outbox. If the process is killed between the server's acceptance and our commit, the email is sent
twice.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto

import psycopg2

from odoo import api, fields, models
from odoo.tools import email_normalize, formataddr

from ...tools.common import crons
from ...tools.email import addresses
from ...tools.outbound import smtp_errors
from ..common.transactions import attempted, retried
from ..common.translated import translate
from .ir_mail_server import ACCEPTED, SENDERS, Accepted, MailboxSenders

_logger = logging.getLogger(__name__)

TICKET = "helpdesk.ticket"
#: In the context: the `QueueStep` at which the mail queue is.
QUEUE_STEP = "helpdesk_bridge_queue"


class QueueStep(Enum):
    """What the mail queue is doing. A context that came over RPC cannot hold a member."""

    RUNNING = auto()  # the queue's cron runs and picks the emails to send
    SENDING = auto()  # we have grouped these emails and call Odoo's own `send`
    HANDING_OVER = auto()  # one of them is given to the server by Odoo's own `_send`


class MailMail(models.Model):
    _inherit = "mail.mail"

    helpdesk_attempts = fields.Integer(string="Failed Attempts", readonly=True, copy=False)
    helpdesk_failing_since = fields.Datetime(
        string="Failing Since",
        readonly=True,
        copy=False,
        help="When it failed first, of the attempts since which no other email was sent by the same server.",
    )
    #: Set if the server itself could not be reached, not only this recipient.
    helpdesk_failing_server = fields.Char(string="Mail Server That Failed", readonly=True, copy=False)
    helpdesk_from = fields.Char(
        string="Sent From",
        readonly=True,
        help="The mailbox that sends an email about a ticket. The message itself keeps its author.",
    )

    #: Set if the email goes to the ticket's customer and they are no contact. If the customer's address is corrected,
    #: *Send again* uses the new one. Other recipients keep their address, and contacts have one of their own.
    helpdesk_customer = fields.Char(string="Customer", readonly=True, copy=False)
    helpdesk_to = fields.Char(string="Sent To", compute="_compute_helpdesk_to")

    # Health and the tickets' reasons look for these all the time; Odoo has no index on the state.
    _helpdesk_unsent_index = models.Index("(state, id) WHERE state IN ('outgoing', 'exception')")

    @api.depends("email_to", "recipient_ids.email")
    def _compute_helpdesk_to(self):
        for mail in self:
            mail.helpdesk_to = ", ".join(filter(None, [mail.email_to, *mail.recipient_ids.mapped("email")]))

    @api.model
    def process_email_queue(self, email_ids=(), batch_size=1000):
        queue = self.with_context(**{QUEUE_STEP: QueueStep.RUNNING})
        if self.env["helpdesk.bridge.database"]._is_copy():
            # The production database sends the emails that were waiting when the database was copied.
            others = [("model", "!=", TICKET)]
            queue = queue.with_context(filters=[*self.env.context.get("filters", ()), *others])
        result = super(MailMail, queue).process_email_queue(email_ids, batch_size)
        self._bridge_schedule_queue()
        return result

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Leave emails about tickets to the queue: never send in a business transaction or in an agent's request."""
        step = self.env.context.get(QUEUE_STEP)
        ours = self.browse() if step is QueueStep.SENDING else self.filtered(lambda mail: mail.model == TICKET)
        if ours and step is QueueStep.RUNNING:
            ours._bridge_send(auto_commit, post_send_callback)
        elif ours:
            self.env["ir.cron"]._bridge_wake(crons.MAIL_QUEUE)
        others = self - ours
        return super(MailMail, others).send(auto_commit, raise_exception, post_send_callback) if others else True

    def _split_by_mail_configuration(self):
        self._bridge_set_sender()
        ours = self.filtered(lambda mail: mail.model == TICKET and mail.helpdesk_from)
        senders = MailboxSenders(frozenset(email_normalize(mail.helpdesk_from) for mail in ours))
        mails = self.with_context(**{SENDERS: senders})
        yield from super(MailMail, mails)._split_by_mail_configuration()

    def _bridge_set_sender(self):
        """Make Odoo send from the mailbox: it decides about the mail server and is shown in From.

        Odoo only knows the author as sender. It reads the value from the cache, so the stored one stays as it is.
        """
        field = self._fields["email_from"]
        for mail in self:
            if mail.model == TICKET and mail.helpdesk_from:
                field._update_cache(mail, mail.helpdesk_from)

    def _bridge_send(self, auto_commit, post_send_callback):
        """Send these emails and store the result of each."""
        for server_id, _domain, _smtp_from, numbers in list(self._split_by_mail_configuration()):
            batch, server = self.browse(numbers), self.env["ir.mail_server"].sudo().browse(server_id or ())
            try:
                batch.with_context(**{QUEUE_STEP: QueueStep.SENDING}).send(auto_commit, True, post_send_callback)
            except MemoryError:
                raise
            except Exception as error:  # no connection, or it broke afterwards
                self._bridge_roll_back(auto_commit, error)
                now = fields.Datetime.now()
                for mail in batch.exists():
                    if mail.state == "outgoing" and (not mail.scheduled_date or mail.scheduled_date <= now):
                        mail._bridge_record(auto_commit, error, server, True)
            if auto_commit:
                # Odoo also commits after each email of its queue.
                self.env.cr.commit()  # pylint: disable=invalid-commit
            # By itself: the emails that were sent must stay so, whatever others do to those that were not.
            error = attempted(self.env.cr, batch._bridge_note_sending, server)
            if error:
                _logger.info("what still fails by %s is not noted", server._bridge_address(), exc_info=error)

    def _bridge_note_sending(self, server):
        """If some of these emails were sent, those that failed by the same server before are no sign of an outage."""
        left = self.exists().filtered(lambda mail: mail.state in ("outgoing", "exception"))
        if left == self:
            return
        here = [("helpdesk_failing_server", "in", (server._bridge_address(), False))]
        failing = [("model", "=", TICKET), ("state", "=", "outgoing"), ("helpdesk_failing_since", "!=", False)]
        unreached = left.filtered("helpdesk_failing_server")  # since then
        stale = self.search([*failing, *here, ("id", "not in", unreached.ids)])
        stale.write({"helpdesk_failing_since": False, "helpdesk_failing_server": False})

    def _send(
        self,
        auto_commit=False,
        raise_exception=False,
        smtp_session=None,
        alias_domain_id=False,
        mail_server=False,
        post_send_callback=None,
    ):
        options = {"smtp_session": smtp_session, "alias_domain_id": alias_domain_id, "mail_server": mail_server}
        if self.env.context.get(QUEUE_STEP) is not QueueStep.SENDING:
            return super()._send(auto_commit, raise_exception, post_send_callback=post_send_callback, **options)
        for mail in self:
            disconnected = False
            try:
                mail._bridge_hand_over(auto_commit, options)
            except MemoryError:
                raise
            except Exception as error:
                self._bridge_roll_back(auto_commit, error)
                mail._bridge_record(auto_commit, error, mail_server or mail.mail_server_id)
                disconnected = smtp_errors.is_connection_lost(error)
            else:
                if mail.exists() and mail.state == "exception":
                    mail._bridge_give_up(smtp_errors.Decision(None, mail.failure_reason or "", bad_address=True))
            if auto_commit:
                self.env.cr.commit()  # pylint: disable=invalid-commit
            if disconnected:
                break  # the remaining emails stay in the queue
        if post_send_callback:
            post_send_callback(self.ids)
        return True

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """As in Odoo, with international domains in ASCII: Odoo finds no valid recipient if a contact has Unicode."""
        found = super()._prepare_outgoing_list(mail_server=mail_server, doc_to_followers=doc_to_followers)
        for one in found if self.model == TICKET else ():
            one["email_to"] = [formataddr(pair) for pair in addresses.parse(*one["email_to"])] or one["email_to"]
            one["email_to_normalized"] = addresses.normalize_all(*one["email_to_normalized"])
        if isinstance(accepted := self.env.context.get(ACCEPTED), Accepted):
            accepted.expected[:] = found
        return found

    def _bridge_roll_back(self, auto_commit, error):
        """After a database error, roll back, because the broken transaction could not store the failure."""
        if isinstance(error, psycopg2.Error):
            if not auto_commit:
                raise error
            self.env.cr.rollback()

    # ------------------------------------------------------------
    # Failures
    # ------------------------------------------------------------

    def _bridge_record(self, auto_commit, *failure):
        """Store a failed attempt; the queue begins anew with that if somebody changed the ticket at the same moment."""
        if auto_commit:
            retried(self.env.cr, self._bridge_record_failure, *failure)
        else:
            self._bridge_record_failure(*failure)

    def _bridge_record_failure(self, error, server, connecting=False):
        """Store a failed attempt, and schedule the next one or give up.

        :param error: what sending raised
        :param server: the `ir.mail_server` that was used; empty: the server of Odoo's configuration
        :param connecting: whether no connection was established
        """
        attempts = self.helpdesk_attempts + 1
        is_out = connecting or (not isinstance(error, psycopg2.Error) and smtp_errors.is_connection_lost(error))
        connecting = connecting or isinstance(error, psycopg2.Error)
        decision = smtp_errors.judge(
            error, attempts, connecting, (server or self.env["ir.mail_server"])._bridge_address()
        )
        decision = replace(
            decision, reason=translate(self._bridge_ticket()._bridge_with_company_lang().env, decision.reason)
        )
        self.helpdesk_attempts = attempts
        if decision.retry_in is None:
            self._bridge_give_up(decision)
            return
        now = fields.Datetime.now()
        later = now + timedelta(seconds=decision.retry_in)
        vals = {"state": "outgoing", "failure_type": False, "failure_reason": decision.reason, "scheduled_date": later}
        address = (server or self.env["ir.mail_server"])._bridge_address()
        vals |= {
            "helpdesk_failing_since": self.helpdesk_failing_since or now,
            "helpdesk_failing_server": is_out and address,
        }
        self.write(vals)
        self._bridge_notifications().write(
            {"notification_status": "ready", "failure_type": False, "failure_reason": False}
        )
        _logger.info(
            "email %s: attempt %s failed, next one at %s: %s",
            self.id,
            attempts,
            later,
            _without_addresses(decision.reason),
        )

    def _bridge_give_up(self, decision):
        """Mark this email as failed for good, and show it on the ticket."""
        failure = self.failure_type or ("mail_email_invalid" if decision.bad_address else "mail_smtp")
        self.write({"state": "exception", "failure_type": failure, "failure_reason": decision.reason})
        self._bridge_notifications().write(
            {"notification_status": "exception", "failure_type": failure, "failure_reason": decision.reason}
        )
        ticket = self._bridge_ticket()
        if ticket:
            ticket._bridge_note_unsent(self, decision)
        _logger.warning(
            "email %s of ticket %s was not sent: %s", self.id, ticket.id, _without_addresses(decision.reason)
        )

    def _bridge_ticket(self):
        return self.env[TICKET].sudo().browse(self.res_id or ()).exists()

    def _bridge_update_address(self):
        """If this email is for the customer, use their present address, which may have been corrected."""
        ticket, address = self._bridge_ticket(), self.helpdesk_customer
        if not ticket or not address or address != addresses.normalize(self.email_to):
            return
        present = ticket._bridge_customer_email()
        if present and address not in ticket._bridge_addresses():
            self.email_to = self.helpdesk_customer = present

    def _bridge_notifications(self):
        open_ones = [("mail_mail_id", "in", self.ids), ("notification_status", "not in", ("sent", "canceled"))]
        return self.env["mail.notification"].sudo().search(open_ones)

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        if failure_type:
            # Odoo deletes emails without a valid recipient. Agents must still see them.
            self.filtered(lambda mail: mail.model == TICKET and mail.auto_delete).auto_delete = False
        return super()._postprocess_sent_message(success_pids, success_emails, failure_reason, failure_type)

    @api.model
    def _bridge_schedule_queue(self):
        """Schedule the queue's cron for the next email about a ticket; by itself, it runs once an hour."""
        if self.env["helpdesk.bridge.database"]._is_copy():
            return
        waiting = self.search(
            [("model", "=", TICKET), ("state", "=", "outgoing")], order="scheduled_date NULLS FIRST", limit=1
        )
        if not waiting:
            return
        if waiting.scheduled_date and waiting.scheduled_date > fields.Datetime.now():
            self.env.ref(crons.MAIL_QUEUE).sudo()._trigger(at=waiting.scheduled_date)
        else:
            self.env["ir.cron"]._bridge_wake(crons.MAIL_QUEUE)


def _without_addresses(reason):
    """A reason as it may be logged: without email addresses."""
    return " ".join(word for word in reason.split() if "@" not in word)[:100]
