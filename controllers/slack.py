"""The address to which Slack sends events, clicks, shortcuts, commands and the questions of menus."""

from odoo import http
from odoo.http import request

from ..models.common.transactions import retried
from ..models.slack_inbound.helpdesk_slack_workspace import ROUTE
from ..tools.slack import inbound_request, request_url


class Slack(http.Controller):
    @http.route(
        # Whatever is around it, too: Odoo would read the body of a request to an unknown address before it says so.
        [f"{ROUTE}/<int:workspace_id>", ROUTE, f"{ROUTE}/<path:unknown>"],
        type="http",
        auth="helpdesk_slack",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=inbound_request.MAX_BODY,
    )
    def receive(self, workspace_id=0, **_form):
        """Store what Slack has sent, commit it, and acknowledge. `ir.http` has checked address and signature."""
        raw = request.httprequest.get_data(cache=True)
        body = inbound_request.read(raw, request.httprequest.headers.get("Content-Type") or "")
        if body.get("type") == "url_verification":
            self._note_verified(workspace_id, body)
            return request.make_json_response({"challenge": str(body.get("challenge") or "")[:1000]})
        if body.get("type") == "block_suggestion":
            return request.make_json_response({"options": []})
        # Two copies of one event may come at the same moment: the second one tries again, and finds the first.
        delivery = retried(request.env.cr, self._take, workspace_id, body)
        delivery.open()
        headers = [("Cache-Control", "no-store")]
        if delivery.answer is not None:
            return request.make_json_response(delivery.answer, headers=headers)
        return request.make_response("", headers=headers)

    def _take(self, workspace_id, body):
        """Store what is in a body. That Slack reaches the address is worth noting once."""
        workspace = self._workspace(workspace_id)
        delivery = request.env["helpdesk.slack.inbound"].sudo()._receive(workspace, "http", body)
        if body and not workspace.request_url_verified_at:
            workspace._note_verified()
        return delivery

    def _note_verified(self, workspace_id, body):
        """Slack has verified the address, unless it was Odoo that asked."""
        if not str(body.get("challenge")).startswith(request_url.OWN_CHALLENGE):
            self._workspace(workspace_id)._note_verified()

    def _workspace(self, workspace_id):
        return request.env["helpdesk.slack.workspace"].sudo().browse(workspace_id)
