"""Access checks that helpdesk_mgmt's portal controller lacks."""

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController


class BridgeTicketController(HelpdeskTicketController):
    _BRIDGE_NAMED = (("ticket_id", "helpdesk.ticket"), ("stage_id", "helpdesk.ticket.stage"))

    # A change must not be possible by GET: an image in an email could trigger it.
    @http.route(methods=["POST"])
    def support_ticket_close(self, **kw):
        """Close a ticket. helpdesk_mgmt checks neither access to it nor whether the stage belongs to its team."""
        ticket, stage = (self._bridge_record(model, kw.get(name)) for name, model in self._BRIDGE_NAMED)
        ticket.check_access("read")
        if stage not in ticket.sudo().team_id._get_applicable_stages():
            raise request.not_found()
        return super().support_ticket_close(ticket_id=ticket.id, stage_id=stage.id)

    # The same: each look at such an email would create a ticket in the name of whoever looks.
    @http.route(methods=["POST"])
    def submit_ticket(self, **kw):
        """Create a ticket. Odoo looks at the token of the form only where it is posted."""
        return super().submit_ticket(**kw)

    def _prepare_submit_ticket_vals(self, **kw):
        """The values of a new ticket. helpdesk_mgmt takes the team of any company; one that is not offered is none."""
        team = str(kw.get("team") or "")
        number = int(team) if team.isdecimal() and len(team) < 10 else 0
        seen = request.env["helpdesk.ticket.team"].search([("id", "=", number)])
        return super()._prepare_submit_ticket_vals(**{**kw, "team": seen.id})

    def _bridge_record(self, model, record_id):
        """The existing record with this id, or 404."""
        record = request.env[model].browse(int(record_id) if str(record_id).isdecimal() else 0).exists()
        if not record:
            raise request.not_found()
        return record
