"""Settings that every process keeps in the registry's cache, so that an email or a ticket costs no query for them."""

from odoo import api, models

from . import caches


class HelpdeskBridgeCached(models.AbstractModel):
    """For a model whose records are kept (`caches`): they are forgotten whenever one of them changes."""

    _name = "helpdesk.bridge.cached"
    _description = "Cached Settings"
    #: Fields on which no cached value depends.
    _not_cached = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        caches.forget(self.env)
        return records

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys() <= self._not_cached:
            caches.forget(self.env)
        return result

    def unlink(self):
        result = super().unlink()
        caches.forget(self.env)
        return result
