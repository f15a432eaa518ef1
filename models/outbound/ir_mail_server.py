from odoo import api, models
from odoo.tools import config

from ..common.server_secrets import is_server_host, server_secret

#: What decides whether, and for whom, a server takes our mail. Not tokens: those are renewed each hour.
DELIVERY_FIELDS = {"active", "sequence", "from_filter", "smtp_host", "smtp_port", "smtp_user", "smtp_pass"}
DELIVERY_FIELDS |= {"smtp_encryption", "smtp_authentication"}


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.bridge.health"]._forget_sent_emails()
        return super().create(vals_list)

    def write(self, vals):
        # Odoo's Settings write the same values again, and to no server at all.
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
        """Where this server is; of none: the one of Odoo's configuration."""
        host, port = (
            (self.sudo().smtp_host, self.sudo().smtp_port) if self else (config["smtp_server"], config["smtp_port"])
        )
        return f"{host}:{port}"

    def _smtp_login__(self, connection, smtp_user, smtp_password):  # noqa: PLW3201 (core's name)
        """Log in with the password of the server's administrator where the form has none, on the host they name."""
        if self and not smtp_password and is_server_host(self.env, "smtp_host", self.smtp_host):
            smtp_password = server_secret(self.env, "smtp_password")
        return super()._smtp_login__(connection, smtp_user, smtp_password)
