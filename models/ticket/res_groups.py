from contextlib import contextmanager

from odoo import models

from ..common.xmlids import AGENTS
from .helpdesk_ticket_assignee import NO_ACCESS

#: The fields that decide who is in a group.
DECIDING = frozenset({"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"})


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        """Who leaves Helpdesk through a group no longer has its tickets."""
        if not vals.keys() & DECIDING:
            return super().write(vals)
        with self._bridge_releasing():
            return super().write(vals)

    def unlink(self):
        with self._bridge_releasing():
            return super().unlink()

    @contextmanager
    def _bridge_releasing(self):
        """Release the tickets of those who are no agents any more after the block."""
        agents_sudo = self.env.ref(AGENTS, raise_if_not_found=False)
        if not agents_sudo or not self.env.registry.ready:
            yield
            return
        agents_sudo = agents_sudo.sudo()
        before = agents_sudo.all_user_ids
        yield
        gone = before - agents_sudo.exists().all_user_ids
        if gone:
            self.env["helpdesk.ticket"]._bridge_release([("user_id", "in", gone.ids)], NO_ACCESS)
