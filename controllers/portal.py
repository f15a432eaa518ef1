"""helpdesk_mgmt's doors in the portal, closed where they stood open."""

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController


class BridgeTicketController(HelpdeskTicketController):
    _BRIDGE_NAMED = (("ticket_id", "helpdesk.ticket"), ("stage_id", "helpdesk.ticket.stage"))

    # What changes something is no address that a picture in a mail could name.
    @http.route(methods=["POST"])
    def support_ticket_close(self, **kw):
        """Close one's own ticket: helpdesk_mgmt asks neither whose ticket it is nor whether the stage is one of its."""
        ticket, stage = (self._bridge_record(model, kw.get(name)) for name, model in self._BRIDGE_NAMED)
        ticket.check_access("read")
        if stage not in ticket.sudo().team_id._get_applicable_stages():
            raise request.not_found()
        return super().support_ticket_close(ticket_id=ticket.id, stage_id=stage.id)

    def _bridge_record(self, model, record_id):
        record = request.env[model].browse(int(record_id) if str(record_id).isdecimal() else 0).exists()
        if not record:
            raise request.not_found()
        return record
