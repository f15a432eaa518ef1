from odoo import models

from .server_secret import is_server_host, server_secret


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _smtp_login__(self, connection, smtp_user, smtp_password):  # noqa: PLW3201 (core's name)
        """Log in with the password of the server's administrator where the form has none, on the host they name."""
        if self and not smtp_password and is_server_host(self.env, "smtp_host", self.smtp_host):
            smtp_password = server_secret(self.env, "smtp_password")
        return super()._smtp_login__(connection, smtp_user, smtp_password)
