"""Settings that every process keeps in the registry's cache, so that an email or a ticket costs no query for them."""

from odoo import api, models


class HelpdeskBridgeCached(models.AbstractModel):
    """For a model whose records are read through an `ormcache`: it is forgotten whenever one of them changes."""

    _name = "helpdesk.bridge.cached"
    _description = "Cached Settings"
    #: Fields on which no cached value depends.
    _not_cached = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._clear_ormcache()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys() <= self._not_cached:
            self._clear_ormcache()
        return result

    def unlink(self):
        result = super().unlink()
        self._clear_ormcache()
        return result

    @api.model
    def _clear_ormcache(self):
        """What was read before is not true any more, nor is what is read from now on if this is rolled back."""
        self.env.registry.clear_cache()
        self.env.cr.postrollback.add(self.env.registry.clear_cache)
