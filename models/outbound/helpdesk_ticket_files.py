"""Tells the agent when the files of a reply are too big for an email."""

from odoo import models
from odoo.tools import human_size

from .ir_mail_server import SENDERS, MailboxSenders


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_note_big_files(self, message):
        """Note on the ticket that the customer gets links instead of files: Odoo decides so when it sends the email.

        :param message: as sudo; it goes to people outside the team
        """
        sizes = [size for size in message.attachment_ids.mapped("file_size") if size]
        if not sizes:
            return
        address, _name = self.sudo()._bridge_mailbox()
        servers = self.env["ir.mail_server"].sudo().with_context(**{SENDERS: MailboxSenders(frozenset({address}))})
        server = (servers._find_mail_server(address)[0] if address else None) or servers
        limit = server._get_max_email_size() * 1024 * 1024
        if self.env["mail.mail"]._estimate_email_size({}, message.body, sizes) <= limit:
            return
        ticket = self._bridge_with_company_lang()
        ticket.sudo()._message_log(
            body=ticket.env._(
                "The files of the reply (%(size)s) are too big for an email, which may have %(limit)s. People outside "
                "the team get links to download them from Odoo.",
                size=human_size(sum(sizes)),
                limit=human_size(limit),
            )
        )
