"""Administrators have Odoo's Settings, managers their own page: nobody sees both."""

from odoo import models

from ..common.xmlids import SYSTEM


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        menu = self.env.ref("helpdesk_bridge.helpdesk_manager_settings_menu", raise_if_not_found=False)
        if menu and self.env.user.has_group(SYSTEM):
            hidden.append(menu.id)
        return hidden
