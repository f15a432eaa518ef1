"""The mailbox that sends an email about a ticket, if that is another one by the time at which it leaves.

An email may wait for days, until a server takes it or an agent sends it again. Meanwhile its mailbox may have got
another address, because the first one was refused, or be gone: nobody would read what the customer answers.
"""

from ast import literal_eval

from odoo import models

from ...tools.email import addresses
from .mail_mail import QUEUE_STEP, TICKET, QueueStep


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _split_by_mail_configuration(self):
        if self.env.context.get(QUEUE_STEP) is not QueueStep.SENDING:
            self._bridge_renew_senders()
        yield from super()._split_by_mail_configuration()

    def _bridge_renew_senders(self):
        """Let those of these emails whose mailbox is gone be sent from the one that their ticket has today."""
        ours = self.filtered(lambda mail: mail.model == TICKET and mail.helpdesk_from)
        senders = self.env[TICKET]._bridge_email_senders() if ours else ()
        for mail in ours:
            former = addresses.normalize(mail.helpdesk_from)
            if former not in senders and (ticket := mail._bridge_ticket()):
                mail._bridge_renew_sender(former, ticket)

    def _bridge_renew_sender(self, former, ticket):
        """Send this email from where its ticket's emails come today, and have the answer sent there. As sudo."""
        address, sender = ticket._bridge_email_sender(self.mail_message_id)
        if not address:
            return
        values = {"helpdesk_from": sender}
        if addresses.normalize(self.reply_to) == former:
            values["reply_to"] = ticket._bridge_reply_to()[ticket.id]
        headers = literal_eval(self.headers or "{}")
        if addresses.normalize(headers.get("Return-Path")) == former:
            values["headers"] = repr({**headers, "Return-Path": address})
        self.write(values)
