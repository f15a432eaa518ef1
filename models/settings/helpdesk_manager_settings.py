"""The Settings of Helpdesk Managers who are no Odoo administrators: the same form, without what is not theirs.

Odoo's own Settings belong to administrators: whoever may create one reads the secrets of every addon there. So managers
have a model of their own with the same fields, `helpdesk.bridge.settings`. Its form is the one in Odoo's Settings, less
all that names a field, a button or a group that they do not have. Values are on the company, which managers may not
write; so they are written as superuser, after the user's rights to field, company and chosen record were checked.
"""

import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..common.xmlids import SYSTEM

#: Parts of Health whose place only administrators can open.
CLOSED_PARTS = ("mailboxes", "crons", "letters")


class HelpdeskManagerSettings(models.TransientModel):
    _name = "helpdesk.manager.settings"
    _description = "Helpdesk Settings"
    _inherit = "helpdesk.bridge.settings"

    # What helpdesk_mgmt has in the Settings.
    helpdesk_mgmt_portal_select_team = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_select_team", readonly=False
    )
    helpdesk_mgmt_portal_team_id_required = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_team_id_required", readonly=False
    )
    helpdesk_mgmt_portal_select_category = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_select_category", readonly=False
    )
    helpdesk_mgmt_portal_category_id_required = fields.Boolean(
        related="company_id.helpdesk_mgmt_portal_category_id_required", readonly=False
    )
    helpdesk_mgmt_duplicate_tracking = fields.Boolean(
        related="company_id.helpdesk_mgmt_duplicate_tracking", readonly=False
    )
    helpdesk_mgmt_duplicate_ticket_stage_id = fields.Many2one(
        related="company_id.helpdesk_mgmt_duplicate_ticket_stage_id", readonly=False
    )
    helpdesk_mgmt_ticket_auto_assign = fields.Boolean(
        related="company_id.helpdesk_mgmt_ticket_auto_assign", readonly=False
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Settings")

    @api.model_create_multi
    def create(self, vals_list):
        self.browse().check_access("create")
        for vals in vals_list:
            self._check_values({"company_id": self.env.company.id, **vals})
        return super(HelpdeskManagerSettings, self.sudo()).create(vals_list).sudo(self.env.su)

    def write(self, vals):
        self.check_access("write")
        for settings in self:
            settings._check_values({"company_id": settings.sudo().company_id.id, **vals})
        return super(HelpdeskManagerSettings, self.sudo()).write(vals)

    @api.model
    def _check_values(self, vals):
        """Raise if the user may not set these values: fields, company, and whatever record is chosen."""
        if self.env.su:
            return
        if vals["company_id"] not in self.env.user.company_ids.ids:
            raise AccessError(self.env._("You have no access to this company."))
        for name, value in vals.items():
            field = self._fields.get(name)
            if field is None:
                continue
            self._check_field_access(field, "write")
            if field.type == "many2one" and value and name != "company_id":
                self._check_choice(name, self.env[field.comodel_name].browse(value))

    def onchange(self, values, field_names, fields_spec):
        """A form that was never saved shows no other company's settings either."""
        company = values.get("company_id") or self.env.company.id
        self._check_values({"company_id": company["id"] if isinstance(company, dict) else company})
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_choice(self, name, record):
        """Raise if the user may not choose this record: neither what they cannot read, nor another model's template."""
        record.check_access("read")
        if record._name == "mail.template" and record.sudo().model != "helpdesk.ticket":
            raise ValidationError(self.env._("This template is not for tickets."))

    def execute(self):
        """Save: what is in the form is stored already. Named as in Odoo's Settings, whose form this is."""
        self.ensure_one()
        self.check_access("write")
        return {"type": "ir.actions.client", "tag": "reload"}

    def cancel(self):
        """Discard what is in the form."""
        return self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.helpdesk_manager_settings_action")

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for app in arch.xpath("//app[@name='helpdesk_mgmt']"):
                app.extend(self._settings_blocks())
        return arch, view

    @api.model
    def _settings_blocks(self):
        """The blocks of Helpdesk in Odoo's Settings, less what managers do not have."""
        whole = self.env.ref("base.res_config_settings_view_form")
        settings, _view = self.env["res.config.settings"].sudo()._get_view(whole.id, "form")
        [app] = settings.xpath("//app[@name='helpdesk_mgmt']")
        for node in app.xpath(".//*"):
            if node.getparent() is not None and self._is_closed(node):
                node.getparent().remove(node)
        for setting in app.xpath(".//setting"):
            if not setting.xpath(".//field | .//button | .//widget"):
                setting.getparent().remove(setting)
        return app.xpath("./block[setting]")

    @api.model
    def _is_closed(self, node):
        """Whether a part of the Settings is not for managers."""
        if node.get("groups") and SYSTEM in node.get("groups").split(","):
            return True
        if set(re.findall(r"\bhelpdesk_\w+", node.get("invisible") or "")) - set(self._fields):
            return True
        if node.tag == "field":
            return node.get("name") not in self._fields
        if node.tag == "label":
            return (node.get("for") or "") not in {*self._fields, ""}
        if node.tag == "button" and node.get("type") == "object":
            is_place = any(f"'helpdesk_part': '{part}'" in (node.get("context") or "") for part in CLOSED_PARTS)
            return is_place or not hasattr(type(self), node.get("name"))
        return False
