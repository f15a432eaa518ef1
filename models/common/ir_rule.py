"""Record rules follow what they read of the user: a team's members, a contact, a customer's company.

Odoo keeps the domain of a model's rules per user and forgets it when the rules, the user's groups or their companies
change. `user.helpdesk_team_ids.ids` stands in it as numbers: a user who leaves a team would read its tickets until the
server restarts. The values are part of the key here, so that it makes no difference who changes them, where, in which
process or transaction.
"""

from odoo import api, models, tools

from ...tools.common import rule_domains

#: In the context: `UserValues` that the rules of the model read.
USER_VALUES = "helpdesk_bridge_rule_values"


class UserValues(tuple):
    """What the rules of a model read of the user. A context that came over RPC cannot hold an instance."""


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        values = () if self.env.su else self._bridge_user_values(model_name, mode)
        rules = self.with_context(**{USER_VALUES: UserValues(values)}) if values else self
        return super(IrRule, rules)._compute_domain(model_name, mode)

    def _compute_domain_context_values(self):
        yield from super()._compute_domain_context_values()
        values = self.env.context.get(USER_VALUES)
        yield values if isinstance(values, UserValues) else None

    @api.model
    def _bridge_user_values(self, model_name, mode):
        """What the rules of a model read of the user, as they are now: a tuple of values that can be compared."""
        user = self.env.user.with_context({})  # as in `_eval_context`; pylint: disable=context-overridden
        return tuple(_read(user, path) for path in self._bridge_user_paths(model_name, mode))

    @api.model
    @tools.ormcache("self.env.uid", "model_name", "mode")
    def _bridge_user_paths(self, model_name, mode):
        """The paths that the rules of a model read of the user, sorted; only rules of the help desk are looked at.

        Where one rule of the user's groups lets every ticket pass, the others of groups are not asked.
        """
        rules = self._get_rules(model_name, mode=mode).sudo()
        domains = {rule: rule.domain_force or "" for rule in rules}
        if not any("helpdesk" in text for text in (model_name, *domains.values())):
            return ()
        of_groups = rules.filtered("groups")
        if any(rule_domains.lets_everything_pass(domains[rule]) for rule in of_groups):
            rules -= of_groups
        paths = set().union(*(rule_domains.user_paths(domains[rule]) for rule in rules))
        return tuple(sorted(paths - {("id",)}))  # Odoo's own key has the user


def _read(user, path):
    """A value of the user, as far as the names of its path are fields."""
    value = user
    for name in path:
        if not isinstance(value, models.BaseModel) or name not in value._fields:
            break
        if len(value) > 1 and not value._fields[name].relational:
            break  # Odoo refuses to read it, with a message that names the rule
        value = value[name]
    return value._ids if isinstance(value, models.BaseModel) else repr(value)
