"""Taking is fair: who takes a ticket that a colleague took meanwhile is asked first."""

from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def assign_to_me(self):
        """Assign the ticket to the user, or ask them first where a colleague has it.

        :return: the action of the dialog that asks, nothing if the ticket is the user's now
        """
        return self._bridge_take_over(self.env["res.users"])

    def _bridge_take_over(self, holder):
        """Assign the ticket to the user, or ask them where somebody else than this colleague has it.

        :param holder: a user, or none
        """
        self.ensure_one()
        self.check_access("write")
        colleague = self.sudo().user_id._bridge_agents()
        is_member = not self.team_id or self.env.user in self.team_id.user_ids  # helpdesk_mgmt refuses all others
        if is_member and colleague - self.env.user - holder:
            return self._bridge_ask_to_take(colleague)
        return super().assign_to_me()  # pylint: disable=super-method-mismatch

    def _bridge_ask_to_take(self, holder):
        """The dialog that asks whether to take the ticket from who has it."""
        dialog = self.env["helpdesk.ticket.take"].create({"ticket_id": self.id, "holder_id": holder.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Over This Ticket?"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
