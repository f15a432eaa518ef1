"""What a company and a team have in common: a prefix of tickets, the ones it had before, days a reply reopens."""

from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools.email import reference


class HelpdeskBridgePrefix(models.AbstractModel):
    """A model that inherits this names its fields, and checks them in its own constraints."""

    _name = "helpdesk.bridge.prefix"
    _description = "Ticket Prefix Mixin"
    _prefix, _former = "ticket_prefix", "former_prefixes"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_prefix(vals) for vals in vals_list])

    def write(self, vals):
        before = {record: record[self._prefix] for record in self} if self._prefix in vals else {}
        result = super().write(self._with_clean_prefix(vals))
        for record, prefix in before.items():
            record[self._former] = reference.former_prefixes(record[self._former], prefix, record[self._prefix])
        return result

    @api.model
    def _with_clean_prefix(self, vals):
        return {**vals, self._prefix: vals[self._prefix].strip()} if vals.get(self._prefix) else vals

    @api.model
    def _check_prefixes(self, *prefixes):
        for prefix in prefixes:
            if not reference.is_prefix(prefix or ""):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be a ticket prefix: use 1 to 10 letters, digits or dashes, a letter first.",
                        prefix or "",
                    )
                )

    @api.model
    def _check_days(self, days):
        if days and not (days.isascii() and days.isdigit() and len(days) <= 5):
            raise ValidationError(
                self.env._("“%s” is not a number of days. Enter a number, such as 0 or 14, or leave it empty.", days)
            )
