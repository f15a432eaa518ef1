"""Outgoing mail servers: a change invalidates the test email, and the password may come from the environment."""

from odoo import api, models
from odoo.tools import config

from ..common.server_secrets import is_server_host, server_secret

#: Fields that decide whether a mail server accepts our emails. OAuth tokens are not among them: they change hourly.
DELIVERY_FIELDS = {"active", "sequence", "from_filter", "smtp_host", "smtp_port", "smtp_user", "smtp_pass"}
DELIVERY_FIELDS |= {"smtp_encryption", "smtp_authentication"}


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

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
