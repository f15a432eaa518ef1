"""A ticket that is not saved yet: what only a saved one can have is neither computed nor read for its form."""

from odoo import api, models, tools

ADDON = __name__.rpartition(".models.")[0]
#: What a new ticket's form shows of the company and of the teams of its assignee, of which one becomes its own. The
#: rest, all settings included, would be read with it, and that of the company checked one by one.
OF_TEAMS = ("active", "name", "complete_name", "company_id", "parent_id", "ticket_properties")
OF_COMPANY = ("helpdesk_mgmt_ticket_auto_assign", "helpdesk_mgmt_duplicate_tracking", "name")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _valid_field_parameter(self, field, name):
        """`saved_only`: the field is empty until the ticket is saved, whatever stands in its form."""
        return name == "saved_only" or super()._valid_field_parameter(field, name)

    def onchange(self, values, field_names, fields_spec):
        """Most fields that this addon adds to the form tell what has happened to a ticket: nothing yet.

        They are half of the form, and Odoo would compute and read each of them.
        """
        if self:
            return super().onchange(values, field_names, fields_spec)
        empty = self._bridge_empty(fields_spec, field_names or values)
        _read(self.env.company, OF_COMPANY)
        asked = {name: spec for name, spec in fields_spec.items() if name not in empty}
        result = super().onchange(values, field_names, asked)
        if not field_names and "value" in result:
            result["value"].update({name: value for name, value in empty.items() if value is not None})
        return result

    @api.depends("user_id")
    def _compute_team_id(self):
        if not self.ids:
            user = self.filtered(lambda ticket: not ticket.team_id).user_id
            _read(user.with_context(active_test=False).helpdesk_team_ids, OF_TEAMS)
        return super()._compute_team_id()

    @api.model
    def _bridge_empty(self, names, given):
        """Those of these fields that are empty as long as a ticket is not saved, with what its form shows for them.

        :param given: fields of the form with a value of their own; where one of ours has one, Odoo works all of them
            out
        """
        given = {*given, *self.env["ir.default"]._get_model_defaults(self._name)}
        given.update(key.removeprefix("default_") for key in self.env.context)
        empty, groups = self._bridge_saved_only()
        sees_them = self.env.su or all(map(self.env.user.has_groups, groups))
        if not sees_them or not given.isdisjoint(empty):
            return {}
        return {name: empty[name] for name in names if name in empty}

    @api.model
    @tools.ormcache()
    def _bridge_saved_only(self):
        """Fields that only saved tickets have, with what a form shows for them, and the groups that see them.

        Odoo sends nothing for lines while there are none: None.
        """
        found = [field for field in self._fields.values() if self._bridge_is_saved_only(field)]
        groups = tuple({field.groups for field in found if field.groups})
        return {field.name: self._bridge_shown_empty(field) for field in found}, groups

    @api.model
    def _bridge_is_saved_only(self, field):
        """Whether a field is empty until the ticket is saved, and no other addon has a say in it."""
        if not getattr(field, "saved_only", False) or field.name in self._onchange_methods:
            return False
        makers = {f"odoo.addons.{addon}" for addon in field._modules}
        if isinstance(field.compute, str):
            makers.add(getattr(type(self), field.compute).__module__)
        return all(f"{maker}.".startswith(f"{ADDON}.") for maker in makers)

    @api.model
    def _bridge_shown_empty(self, field):
        if field.type == "one2many":
            return None
        return field.convert_to_read(self.sudo().browse()[field.name], self, use_display_name=False)


def _read(records, names):
    """Read some fields, and no others with them. What has been read already is not read, nor access to it checked."""
    records.filtered(lambda record: names[0] not in record._cache).fetch(names)
