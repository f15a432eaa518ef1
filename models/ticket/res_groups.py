from odoo import models

from ..common.xmlids import AGENTS
from .helpdesk_ticket_assignee import NO_ACCESS

#: The fields that decide who is in a group.
DECIDING = frozenset({"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"})


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        """Whoever leaves Helpdesk through a group no longer has its tickets."""
        if (
            not vals.keys() & {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}
            or not self.env.registry.ready
        ):
            return super().write(vals)
        agents_sudo = self.env.ref(AGENTS).sudo()
        before = agents_sudo.all_user_ids
        result = super().write(vals)
        gone = before - agents_sudo.all_user_ids
        if gone:
            self.env["helpdesk.ticket"]._bridge_release([("user_id", "in", gone.ids)], NO_ACCESS)
        return result
