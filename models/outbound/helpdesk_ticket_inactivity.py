"""The emails about inactivity (helpdesk_ticket_close_inactive) are automatic emails like any other."""

from odoo import models

from .helpdesk_letter import CLOSED, INACTIVE


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_can_be_warned(self):
        return bool(self._bridge_customer_email()) and bool(self._bridge_inactivity_template(INACTIVE))

    def _bridge_is_owed(self):
        """An answer that the mail server did not take is known to nobody outside the team."""
        said = self._bridge_said()[-1:]
        unsent = [("res_id", "=", self.id), ("mail_message_id", "=", said.id)]
        return super()._bridge_is_owed() or (bool(said) and bool(self._bridge_unsent(unsent)))

    def _bridge_warn_of_inactivity(self):
        self.env["helpdesk.letter"].sudo()._enqueue(self, INACTIVE)

    def _bridge_inactivity_template(self, kind):
        """The team's own template of the warning, or of the closing email of an inactive ticket; may be empty."""
        team_sudo, nothing = self.sudo().team_id, self.env["mail.template"].sudo()
        if "close_inactive_mail_template_id" not in team_sudo._fields:
            return nothing
        if kind == INACTIVE and team_sudo.inactive_tickets_day_limit_warning > 0:
            return team_sudo.warning_inactive_mail_template_id
        if kind == CLOSED and self.sudo().helpdesk_is_inactive and self.sudo().closed:
            return self._bridge_without_replaced(team_sudo.close_inactive_mail_template_id)
        return nothing

    def _bridge_inactivity_context(self):
        """What the templates of that addon ask the context for."""
        team_sudo = self.sudo().team_id
        if "close_inactive_mail_template_id" not in team_sudo._fields:
            return {}
        days = team_sudo._bridge_days_to_reply()
        return {"stage": self.sudo().stage_id.name, "close": self.sudo().closed, "remaining_days": days}
