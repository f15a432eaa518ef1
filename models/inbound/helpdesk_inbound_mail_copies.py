"""An email that comes directly and through a mailing list, which changes it, is one email."""

import email.policy
import hashlib
from email import message_from_bytes

from odoo import models

from ...tools.email import addresses, payload
from ...tools.inbound import changed_copies


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    def _ticket_of_copy(self, mail, raw):
        """The ticket with another copy of an email whose Message-ID came before; empty if this one is new.

        :param raw: the email without its large bodies
        """
        tickets = self.env["helpdesk.ticket"]
        if not mail.is_clash or mail.replayed or mail.rescued_from:
            return tickets
        message = message_from_bytes(raw, policy=email.policy.SMTP)
        date = changed_copies.moment(message)
        if not date:
            return tickets
        router = self.env["helpdesk.inbound.router"]
        sender = router._real_sender(message, router._own_addresses()).address
        same = [("message_id", "=", self.message_id), ("model", "=", "helpdesk.ticket"), ("message_type", "=", "email")]
        for known in self.env["mail.message"].search([*same, ("date", "=", date)], order="id"):
            ticket = tickets.browse(known.res_id).exists()
            if ticket.company_id != self.company_id or addresses.normalize(known.email_from) != sender:
                continue
            if not changed_copies.has_same_subject(message, known.subject):
                continue
            found = payload.read(message, mail.bodies, raw=mail.original)
            files = {hashlib.sha1(file.content).hexdigest() for file in found.files}  # noqa: S324 as Odoo stores it
            if files <= {*known.attachment_ids.mapped("checksum")} and changed_copies.has_same_words(
                message, found.body, known.body
            ):
                return ticket
        return tickets
