"""What a monitor may see from outside: whether the bridge works, and figures. Closed until somebody sets a token."""

import hmac

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from odoo import http
from odoo.http import request

from ..tools.common import health_checks

ROUTE = {"type": "http", "auth": "public", "methods": ["GET"], "save_session": False, "readonly": True}


class Watching(http.Controller):
    @http.route("/helpdesk_bridge/health", **ROUTE)
    def health(self):
        """How each part is, as JSON: ``ok``, ``look`` (a person should), ``down``. 503 when something stands still."""
        self._check_token()
        found = request.env["helpdesk.bridge.health"].sudo()._findings()
        worst = health_checks.worst(found)
        parts = {finding.about: {"status": finding.state.word, **finding.numbers} for finding in found}
        status = 503 if worst is health_checks.State.DOWN else 200
        return self._fresh(request.make_json_response({"status": worst.word, "parts": parts}, status=status))

    @http.route("/helpdesk_bridge/metrics", **ROUTE)
    def metrics(self):
        """Figures in the text format of Prometheus."""
        self._check_token()
        text, content_type, status = request.env["helpdesk.bridge.metrics"].sudo()._exposition()
        return self._fresh(request.make_response(text, [("Content-Type", content_type)], status=status))

    def _check_token(self):
        """Refuse whoever does not bring the token; as long as there is none, there is no such page."""
        token = request.env["helpdesk.bridge.metrics"].sudo()._token()
        if not token:
            raise request.not_found()
        scheme, _space, given = request.httprequest.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))

    def _fresh(self, response):
        response.headers["Cache-Control"] = "no-store"
        return response
