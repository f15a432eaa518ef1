"""A policy has changed: open tickets of its company are counted anew (`helpdesk_sla_recount`).

A new policy changes nothing for them: *Apply to Open Tickets* applies it.
"""

from contextlib import contextmanager
from dataclasses import replace

from odoo import api, models

#: Fields on which no target depends; waiting stages have their own way (`helpdesk_sla_policy_stages`).
NO_TARGETS = frozenset({"name", "waiting_stage_ids"})


class HelpdeskSlaPolicy(models.Model):
    _inherit = "helpdesk.sla.policy"

    def write(self, vals):
        if vals.keys() <= NO_TARGETS | self._not_cached:
            return super().write(vals)
        with self._recounting():
            return super().write(vals)

    @contextmanager
    def _recounting(self):
        """Have open tickets counted anew, if these policies are others after the block."""
        before = {policy: policy._standing() for policy in self}
        yield
        for policy, standing in before.items():
            if policy._standing() == standing:
                continue
            for company in {standing[-1], policy.sudo().company_id}:
                self.env["helpdesk.sla.recount"]._schedule(reason="policy", company_id=company, policy_id=policy)

    def _standing(self):
        """What targets depend on."""
        self.ensure_one()
        policy_sudo = self.sudo()
        return replace(policy_sudo._rule(), waiting=frozenset()), policy_sudo.sequence, policy_sudo.company_id


class HelpdeskSlaTarget(models.Model):
    _inherit = "helpdesk.sla.target"

    @api.model_create_multi
    def create(self, vals_list):
        policy_ids = list({vals["policy_id"] for vals in vals_list if vals.get("policy_id")})
        with self.env["helpdesk.sla.policy"].browse(policy_ids)._recounting():
            return super().create(vals_list)

    def write(self, vals):
        # A row that is given to another policy changes both.
        with (self.policy_id | self.policy_id.browse(vals.get("policy_id") or ()))._recounting():
            return super().write(vals)

    def unlink(self):
        with self.policy_id._recounting():
            return super().unlink()
