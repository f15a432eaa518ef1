"""Customers of tickets are found by any part of their name, company or address."""

from odoo import models

from . import search_functions

#: A contact's `complete_name` begins with its company.
PERSON = "helpdesk_bridge_folded(' ' || coalesce(complete_name, '') || ' ' || coalesce(email, ''))"


class ResPartner(models.Model):
    _inherit = "res.partner"

    _helpdesk_search_index = models.Index(
        lambda registry: f"USING gin (({PERSON}) gin_trgm_ops)" if registry.has_trigram else ""
    )

    def _auto_init(self):
        search_functions.ensure(self.env.cr)
        return super()._auto_init()
