"""Shows administrators why a support mailbox cannot be fetched; Odoo shows the reason only in developer mode."""

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import exception_to_unicode

from ...tools.inbound import mailbox_errors
from ..common.transactions import CONFLICTS
from ..common.translated import translate


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    helpdesk_trouble = fields.Char(string="Why the Last Fetch Failed", compute="_compute_helpdesk_trouble")

    @api.depends("helpdesk_team_id", "error_date", "error_message")
    @api.depends_context("lang")
    def _compute_helpdesk_trouble(self):
        for mailbox in self:
            has_failed = mailbox.helpdesk_team_id and mailbox.error_date
            mailbox.helpdesk_trouble = has_failed and translate(self.env, mailbox_errors.explain(mailbox.error_message))

    @api.model
    def _failing(self):
        """The support mailboxes whose latest fetch failed. Odoo disables them after five days of failures."""
        return self.search([("helpdesk_team_id", "!=", False), ("error_date", "!=", False)])

    def button_confirm_login(self):
        try:
            return super().button_confirm_login()
        except UserError as error:
            if isinstance(error.__context__, CONFLICTS):
                # Odoo took it for an error of the connection. As itself, it makes Odoo repeat the request.
                raise error.__context__ from None
            meaning = self.helpdesk_team_id and mailbox_errors.known(str(error))
            if meaning:
                raise UserError(translate(self.env, meaning)) from error
            raise

    def fetch_mail(self):
        """Fetch the emails of this mailbox now; an error is shown in plain words."""
        if not self.helpdesk_team_id:
            return super().fetch_mail()
        self.ensure_one().check_access("write")
        self.env["helpdesk.bridge.database"]._check()
        error = self.sudo()._fetch_mail()
        if isinstance(error, UserError | psycopg2.Error):
            raise error
        if error:
            raise UserError(translate(self.env, mailbox_errors.explain(exception_to_unicode(error))))
        return None
