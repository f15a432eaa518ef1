"""Says how many open tickets a change of policies would move: in their form, in the Settings, and before they are
archived, unarchived or put into another order.
"""

from dataclasses import replace

from odoo import api, fields, models

from .helpdesk_sla_policy import HOURS


class HelpdeskSlaPolicy(models.Model):
    _inherit = "helpdesk.sla.policy"

    recount_preview = fields.Char(compute="_compute_recount_preview", help="What saving does to open tickets.")

    @api.depends(
        *("active", "sequence", "team_ids", "category_ids", "tag_ids", "calendar_id", "warn_percent"),
        *("target_ids.priority", *HOURS, *(f"target_ids.{name}" for name in HOURS)),
    )
    def _compute_recount_preview(self):
        for policy in self:
            policy.recount_preview = policy._preview() if policy != policy._origin and policy._origin else False

    def _preview(self):
        """What saving this form does to open tickets, in a sentence; False if it changes nothing."""
        origin = self._origin.sudo()
        stored, changed = origin._rule(), self.sudo()._rule()
        is_same = replace(changed, waiting=stored.waiting, repeat=stored.repeat) == stored
        if is_same and self.sequence == origin.sequence:
            return False

        def by_sequence(policies):
            return policies.sorted(lambda one: (self.sequence if one == origin else one.sequence, one.id))

        return origin._preview_of({origin: changed}, by_sequence)

    def bridge_preview_archiving(self, active=False):
        """What archiving these policies does to open tickets, in a sentence; False if it moves none.

        :param active: True: what unarchiving them does
        """
        self.check_access("write")
        changed = {policy: replace(policy._rule(), active=bool(active)) for policy in self.sudo()}
        return self._preview_of(changed, is_question=True)

    def bridge_preview_order(self):
        """What putting these policies into this order does to open tickets, in a sentence; False if it moves none."""
        self.check_access("write")

        def in_this_order(policies):
            moved = iter(self.filtered(lambda one: one in policies))
            return policies.browse([next(moved).id if one in self else one.id for one in policies])

        return self._preview_of({}, in_this_order, is_question=True)

    def _preview_of(self, changed, ordered=None, is_question=False):
        """The sentence about the open tickets of the companies of these policies, or False.

        :param changed: policy -> its `Rule`, as it would be
        :param ordered: puts all policies of a company into the order in which they would be asked
        """
        found, policies_sudo = [], self.sudo().with_context(active_test=False)
        for company in self.sudo().company_id:
            theirs = policies_sudo.search([("company_id", "=", company.id)])
            rules = [changed.get(policy) or policy._rule() for policy in (ordered(theirs) if ordered else theirs)]
            scope = {"reason": "policy", "company_id": company.id}
            found.append(self.env["helpdesk.sla.recount"]._preview(scope, rules=rules, is_question=is_question))
        return " ".join(filter(None, found)) or False
