"""Serves health and metrics to a monitoring system, once a token is set."""

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from odoo import http
from odoo.http import request

from ..tools.common import health_checks

ROUTE = {"type": "http", "auth": "public", "methods": ["GET"], "save_session": False, "readonly": True}


class Monitoring(http.Controller):
    @http.route("/helpdesk_bridge/health", **ROUTE)
    def health(self):
        """The state of each part as JSON: ``ok``, ``look`` (warning), ``down`` (critical). 503 if a part is down."""
        self._check_token()
        found = request.env["helpdesk.bridge.health"].sudo()._findings()
        worst = health_checks.worst(found)
        parts = {finding.part: {"status": finding.state.word, **finding.numbers} for finding in found}
        status = 503 if worst is health_checks.State.DOWN else 200
        return self._fresh(request.make_json_response({"status": worst.word, "parts": parts}, status=status))

    @http.route("/helpdesk_bridge/metrics", **ROUTE)
    def metrics(self):
        """Metrics in the text format of Prometheus."""
        self._check_token()
        text, content_type, status = request.env["helpdesk.bridge.metrics"].sudo()._exposition()
        return self._fresh(request.make_response(text, [("Content-Type", content_type)], status=status))

    def _check_token(self):
        """Refuse requests without the token; if no token is set, the pages do not exist."""
        metrics = request.env["helpdesk.bridge.metrics"].sudo()
        if not metrics._is_open():
            raise request.not_found()
        scheme, _space, given = request.httprequest.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not metrics._is_token(given.strip()):
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))

    def _fresh(self, response):
        response.headers["Cache-Control"] = "no-store"
        return response
