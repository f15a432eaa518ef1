"""Outgoing mail servers: emails about tickets keep their mailbox in From, and have their pictures inside.

A change of a server invalidates the test email, and the password may come from the environment.
"""

from dataclasses import dataclass

from odoo import api, models
from odoo.tools import config, email_normalize

from ...tools.outbound import mail_servers
from ...tools.outbound.inline_images import InlineImage
from ..common.server_secrets import is_server_host, server_secret

#: In the context: the `MailboxSenders` of the emails in hand.
SENDERS = "helpdesk_bridge_senders"

#: In the context: what the server has taken of the email in hand, as `Accepted`.
ACCEPTED = "helpdesk_bridge_accepted"

#: Fields that decide whether a mail server accepts our emails. OAuth tokens are not among them: they change hourly.
DELIVERY_FIELDS = {"active", "sequence", "from_filter", "smtp_host", "smtp_port", "smtp_user", "smtp_pass"}
DELIVERY_FIELDS |= {"smtp_encryption", "smtp_authentication"}


@dataclass(frozen=True)
class MailboxSenders:
    """The addresses of mailboxes that emails are sent from. A context that came over RPC cannot hold an instance."""

    addresses: frozenset


@dataclass(frozen=True)
class Accepted:
    """What a server has taken of an email. A context that came over RPC cannot hold an instance.

    :ivar identifiers: (To, Cc) -> what `send_email` has returned
    :ivar expected: what it is sent as: one for each of its recipients
    """

    identifiers: dict
    expected: list

    @property
    def is_complete(self):
        """Whether the server has taken all of it."""
        return bool(self.identifiers) and len(self.identifiers) >= len(self.expected)


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def send_email(self, message, *args, **kwargs):
        """Send nothing twice of an email whose transaction begins anew after the server has taken it."""
        accepted = self.env.context.get(ACCEPTED)
        if not isinstance(accepted, Accepted):
            return super().send_email(message, *args, **kwargs)
        recipients = (message["To"], message["Cc"])
        if recipients not in accepted.identifiers:
            accepted.identifiers[recipients] = super().send_email(message, *args, **kwargs)
        return accepted.identifiers[recipients]

    def _find_mail_server(self, email_from, mail_servers=None):
        """Keep a mailbox in From if a server without a From Filter can send for it.

        With an alias domain, Odoo would send from the domain's address for notifications, and prefer its server.
        """
        found, sender = super()._find_mail_server(email_from, mail_servers)
        senders, address = self.env.context.get(SENDERS), email_normalize(email_from or "")
        if not isinstance(senders, MailboxSenders) or address not in senders.addresses:
            return found, sender
        if email_normalize(sender or "") == address:
            return found, sender
        if mail_servers is None:
            mail_servers = self.sudo().search(self._find_mail_server_allowed_domain(), order="sequence")
        usable = self._filter_mail_servers_fallback(mail_servers.filtered("active"))
        for_everybody = usable.filtered(lambda server: not server.from_filter)[:1]
        return (for_everybody, email_from) if for_everybody else (found, sender)

    @api.model
    def _bridge_replacements(self, owned):
        """What customers see in From instead of each mailbox's address; "" if they see the mailbox's.

        :param owned: list of (address, company)
        """
        filters = self.sudo().search(self._find_mail_server_allowed_domain()).mapped("from_filter")
        default, notifications = self._get_default_from_filter(), config.get("email_from") or ""
        return [
            mail_servers.replacement(address, company.sudo().default_from_email or notifications, filters, default)
            for address, company in owned
        ]

    def _build_email__(self, *args, attachments=None, **kwargs):  # noqa: PLW3201 (Odoo's name)
        """Put pictures into the HTML part, where mail programs show them."""
        images = [one for one in attachments or () if isinstance(one, InlineImage)]
        if not images:
            return super()._build_email__(*args, attachments=attachments, **kwargs)
        files = [one for one in attachments if not isinstance(one, InlineImage)]
        message = super()._build_email__(*args, attachments=files, **kwargs)
        html = message.get_body(("html",))
        for image in images:
            name, content, mimetype = image
            main, _slash, sub = mimetype.partition("/")
            if html is None:
                message.add_attachment(content, main, sub, filename=name)
            else:
                html.add_related(content, main, sub, cid=f"<{image.cid}>", filename=name, disposition="inline")
        return message

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.bridge.health"]._forget_sent_emails()
        return super().create(vals_list)

    def write(self, vals):
        # Odoo's Settings write unchanged values, and write to an empty recordset.
        names = vals.keys() & DELIVERY_FIELDS
        changed = {name for name in names for server in self.sudo() if server[name] != vals[name]}
        if changed:
            self.env["helpdesk.bridge.health"]._forget_sent_emails()
        return super().write(vals)

    def unlink(self):
        if self:
            self.env["helpdesk.bridge.health"]._forget_sent_emails()
        return super().unlink()

    def _bridge_address(self):
        """Host and port of this server; for an empty recordset, those of Odoo's configuration."""
        host, port = (
            (self.sudo().smtp_host, self.sudo().smtp_port) if self else (config["smtp_server"], config["smtp_port"])
        )
        return f"{host}:{port}"

    def _smtp_login__(self, connection, smtp_user, smtp_password):  # noqa: PLW3201 (Odoo's name)
        """Use the password from the server's environment if the form has none and the host is the one given there."""
        if self and not smtp_password and is_server_host(self.env, "smtp_host", self.smtp_host):
            smtp_password = server_secret(self.env, "smtp_password")
        return super()._smtp_login__(connection, smtp_user, smtp_password)
