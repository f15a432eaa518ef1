"""Detects copies of the database that first connected to Slack.

A copy that runs would send everything twice, to Slack and to customers, and fetch emails that the original should get.
Name and uuid identify the database; a database with others sends and fetches nothing until an administrator confirms
that it is the original.
"""

from odoo import api, models
from odoo.exceptions import UserError

IDENTITY = "helpdesk_bridge.home"


class HelpdeskBridgeDatabase(models.AbstractModel):
    _name = "helpdesk.bridge.database"
    _description = "Helpdesk Bridge Database"

    @api.model
    def _is_copy(self):
        """Whether this database was copied or renamed, and not confirmed as the original since."""
        known = self._params().get_param(IDENTITY)
        return bool(known) and known != self._identity()

    @api.model
    def _remember_identity(self):
        """Remember the identity of this database, the first time; later only an administrator confirms it."""
        if not self._params().get_param(IDENTITY):
            self._confirm_identity()

    @api.model
    def _confirm_identity(self):
        """This is the real one."""
        self._params().set_param(IDENTITY, self._identity())

    @api.model
    def _check(self):
        """Raise, in plain words, where a button would talk to the outside."""
        if self._is_neutralized():
            raise UserError(self.env._("This database is a neutralized copy: it sends and fetches nothing."))
        if self._is_copy():
            raise UserError(
                self.env._(
                    "This database was copied or renamed. It sends and fetches nothing until an administrator "
                    "confirms in Settings → Helpdesk → Health that it is the production database."
                )
            )

    @api.model
    def _is_silent(self):
        """Whether nothing may go out or be fetched by itself: in a neutralized database, or in a copy."""
        return self._is_neutralized() or self._is_copy()

    @api.model
    def _is_neutralized(self):
        return bool(self._params().get_param("database.is_neutralized"))

    @api.model
    def _identity(self):
        return f"{self.env.cr.dbname} {self._params().get_param('database.uuid')}"

    @api.model
    def _params(self):
        return self.env["ir.config_parameter"].sudo()
