"""The address to which Slack sends events, clicks, shortcuts, commands and the questions of menus."""

from odoo import http
from odoo.http import request

from ..models.common.transactions import retried
from ..models.slack_inbound.helpdesk_slack_workspace import ROUTE
from ..tools.slack import inbound_request


class Slack(http.Controller):
    @http.route(
        f"{ROUTE}/<int:workspace_id>",
        type="http",
        auth="helpdesk_slack",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=inbound_request.MAX_BODY,
    )
    def receive(self, workspace_id, **_form):
        """Store what Slack has sent, commit it, and acknowledge. The signature is checked before (`ir.http`)."""
        raw = request.httprequest.get_data(cache=True)
        body = inbound_request.read(raw, request.httprequest.headers.get("Content-Type") or "")
        inbox = request.env["helpdesk.slack.inbound"].sudo()
        workspace = request.env["helpdesk.slack.workspace"].sudo().browse(workspace_id)
        if body.get("type") == "url_verification":
            workspace._note_heard("http")
            return request.make_json_response({"challenge": str(body.get("challenge") or "")[:1000]})
        if body.get("type") == "block_suggestion":
            return request.make_json_response({"options": []})
        # Two copies of one event may come at the same moment: the second one tries again, and finds the first.
        delivery = retried(request.env.cr, inbox._receive, workspace, "http", body)
        delivery.open()
        headers = [("Cache-Control", "no-store")]
        if delivery.answer is not None:
            return request.make_json_response(delivery.answer, headers=headers)
        return request.make_response("", headers=headers)
