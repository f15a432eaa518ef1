"""Records that several companies share, which only a user of all these companies may change."""

from functools import partial

from odoo import models
from odoo.exceptions import AccessError

from .xmlids import SYSTEM


class HelpdeskBridgeShared(models.AbstractModel):
    """For a model whose records apply to every company if `_company_paths` lead to none.

    A record rule lets the users of each company read such a record. Here, writing it takes a user who may work in all
    companies, or an administrator.
    """

    _name = "helpdesk.bridge.shared"
    _description = "Shared Between Companies"
    #: They lead to the company: several if a record has one of several kinds of owners.
    _company_paths = ("company_id",)

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if refused or operation == "read" or self.env.su or not any(self._ids):
            return refused
        shared_sudo = self.sudo().filtered(lambda record: not record._owning_company())
        if not shared_sudo or self._manages_every_company():
            return None
        shared = shared_sudo.with_env(self.env)
        return shared, partial(shared._make_shared_error)

    def write(self, vals):
        result = super().write(vals)
        # Another company, workspace or team may have made them shared, or given them to a company of other users.
        if not self.env.su and vals.keys() & {path.split(".")[0] for path in self._company_paths}:
            self.check_access("write")
        return result

    def _owning_company(self):
        """The company that this record belongs to; empty if it applies to every company."""
        companies = self.env["res.company"]
        for path in self._company_paths:
            companies |= self.mapped(path)
        return companies

    def _manages_every_company(self):
        """Whether the user may work in every company."""
        user = self.env.user
        if user.has_group(SYSTEM):
            return True
        return not self.env["res.company"].sudo().search_count([("id", "not in", user.sudo().company_ids.ids)], limit=1)

    def _make_shared_error(self):
        return AccessError(
            self.env._(
                "Every company uses this. To change it, you need access to all companies: %s",
                ", ".join(name for name in self.sudo().mapped("display_name")[:5] if name) or self._description,
            )
        )
