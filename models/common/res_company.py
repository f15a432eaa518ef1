from odoo import api, models

from . import caches

#: In the cursor's cache: the transaction that has changed the language of a company, and alone sees that so far.
LANG_CHANGED = "helpdesk_bridge.lang_changed"


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "user_ids" in vals:
            self.env["res.users"]._bridge_companies_changed()
        if "partner_id" in vals:
            self._bridge_langs_changed()
        return result

    def _bridge_lang(self):
        """The language that this company's people read; False if it has none.

        Every process keeps it: each email asks for it several times, in several transactions.
        """
        known = {} if self._bridge_has_changed_langs() else self._bridge_langs()
        number = self._origin.id
        return known[number][1] if number in known else self.sudo().partner_id.lang

    @api.model
    @caches.kept()
    def _bridge_langs(self):
        """``{company's id: (its contact's id, its language)}``. Odoo forgets this with each company that is created."""
        companies = self.sudo().with_context(active_test=False).search([("id", "!=", False)])
        return {company.id: (company.partner_id.id, company.partner_id.lang) for company in companies}

    @api.model
    def _bridge_has_changed_langs(self):
        """Whether this transaction has changed the language of a company: nothing of that may be kept."""
        changed = self.env.cr.cache.get(LANG_CHANGED)
        return changed is not None and changed == self.env.cr.now()

    @api.model
    def _bridge_langs_changed(self):
        """Forget the languages of companies, in every process: now, and again when others can see what has changed."""
        self.env.cr.cache[LANG_CHANGED] = self.env.cr.now()
        # A savepoint that is rolled back takes the mark along.
        caches.forget(self.env)
