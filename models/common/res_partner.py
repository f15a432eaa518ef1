from odoo import models

#: Fields on which the language of a contact depends.
LANG_FIELDS = frozenset({"lang", "parent_id"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        is_companys = bool(vals.keys() & LANG_FIELDS) and self._bridge_is_companys()
        result = super().write(vals)
        if is_companys:
            self.env["res.company"]._bridge_langs_changed()
        return result

    def unlink(self):
        """Contacts that are merged: Odoo has written the company by SQL when it deletes the former contact."""
        is_companys = self._bridge_is_companys()
        result = super().unlink()
        if is_companys:
            self.env["res.company"]._bridge_langs_changed()
        return result

    def _bridge_is_companys(self):
        """Whether one of these contacts is a company's, as far as that is known; before it changes."""
        companies = self.env["res.company"]
        if companies._bridge_has_changed_langs():
            return True
        return not set(self.ids).isdisjoint(contact for contact, _lang in companies._bridge_langs().values())
