"""The monitoring token in the Settings: write-only."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.server_secrets import server_secret
from ..monitoring.helpdesk_bridge_metrics import TOKEN

MIN_LENGTH = 16


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_watch_token = fields.Char(
        string="Token",
        groups="base.group_system",
        copy=False,
        help="Always shown empty. Fill it in to store a new token; leave it empty to keep the stored one.",
    )
    helpdesk_watch_state = fields.Selection(
        [("none", "Closed"), ("stored", "Stored"), ("server", "Set by the server")], compute="_compute_helpdesk_watch"
    )

    @api.depends("company_id")
    def _compute_helpdesk_watch(self):
        stored = "stored" if self.env["ir.config_parameter"].sudo().get_param(TOKEN) else "none"
        self.helpdesk_watch_state = "server" if server_secret(self.env, "watch_token") else stored

    @api.constrains("helpdesk_watch_token")
    def _check_helpdesk_watch_token(self):
        for settings in self:
            token = settings.helpdesk_watch_token or ""
            if token and (len(token.strip()) < MIN_LENGTH or not token.strip().isascii()):
                raise ValidationError(
                    self.env._(
                        "The token must have at least %s letters, digits or symbols, so that it cannot be guessed.",
                        MIN_LENGTH,
                    )
                )

    def _helpdesk_monitoring_store_token(self):
        if token := (self.helpdesk_watch_token or "").strip():
            self.env["helpdesk.bridge.metrics"]._store_token(token)
            self.helpdesk_watch_token = False

    def action_helpdesk_remove_monitoring_token(self):
        """Remove the stored token, which closes the monitoring pages."""
        self.ensure_one()
        self.check_access("write")
        self.helpdesk_watch_token = False
        self.env["helpdesk.bridge.metrics"]._store_token(False)
        return {"type": "ir.actions.client", "tag": "reload"}
