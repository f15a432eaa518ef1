"""A ticket with a parcel: the number stands in Slack's first message, and sending it is an event."""

from odoo import api, fields, models

from odoo.addons.helpdesk_bridge.tools.ticket.events import Event


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    parcel_number = fields.Char(copy=False)

    # ------------------------------------------------------------
    # The event
    # ------------------------------------------------------------

    def _bridge_snapshot(self, keys):
        return {**super()._bridge_snapshot(keys), "parcel": self.parcel_number}

    def _bridge_events(self, before, after):
        found = super()._bridge_events(before, after)
        if self.parcel_number and not before["parcel"]:
            found.append(Event("parcel_sent", facts={"parcel": self.parcel_number}))
        return found

    @api.model
    def _slack_emoji(self):
        return {**super()._slack_emoji(), "parcel_sent": ":package:"}

    def _slack_sentences(self):
        return {
            **super()._slack_sentences(),
            "parcel_sent": self.env._("Parcel %(parcel)s was sent"),
            "parcel_sent_by": self.env._("%(actor)s sent parcel %(parcel)s"),
        }

    # ------------------------------------------------------------
    # The first message
    # ------------------------------------------------------------

    @api.model
    def _bridge_shown(self):
        return (*super()._bridge_shown(), "parcel_number")

    def _slack_root_sentences(self):
        found = super()._slack_root_sentences()
        if self.parcel_number:
            found.append(self.env._("Parcel: %s", self.parcel_number))
        return found
