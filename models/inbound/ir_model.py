from odoo import api, models
from odoo.tools import ormcache

from ..common import inbound_context

#: What Odoo searches for each email, to forget that earlier ones to its sender bounced.
WITH_BOUNCES = ["&", ("is_mail_blacklist", "=", True), ("model", "!=", "mail.thread.blacklist")]


class IrModel(models.Model):
    _inherit = "ir.model"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        """Know the models whose records count bounces: these change with the registry, which forgets them then."""
        if not self.env.su or offset or limit or order or domain != WITH_BOUNCES or not inbound_context.mail(self.env):
            return super().search(domain, offset=offset, limit=limit, order=order)
        found = self.browse(self._bridge_models_with_bounces())
        # Odoo only needs their names.
        found.fetch(["model"])
        return found

    @api.model
    @ormcache()
    def _bridge_models_with_bounces(self):
        # An order makes this an ordinary search.
        return tuple(self.search(WITH_BOUNCES, order=self._order).ids)
