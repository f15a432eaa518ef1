"""Lets a request in that Slack has signed: by its raw bytes, before anything parses them."""

import logging
import time

from werkzeug.exceptions import NotFound, RequestEntityTooLarge, Unauthorized

from odoo import models
from odoo.exceptions import MissingError
from odoo.http import request

from ...tools.slack import inbound_request
from .helpdesk_slack_workspace import ROUTE

_logger = logging.getLogger(__name__)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_helpdesk_slack(cls):
        """Refuse whatever Slack has not signed. Without a signing secret there is no such page."""
        # The public user, whom Odoo would look for in the database each time.
        request.update_env(user=cls._get_public_users()[0])
        http = request.httprequest
        secret = cls._helpdesk_slack_secret(http.path.rpartition(f"{ROUTE}/")[2])
        if not secret:
            raise NotFound()
        if (http.content_length or 0) > inbound_request.MAX_BODY:
            raise RequestEntityTooLarge()
        try:
            http.max_content_length = inbound_request.MAX_BODY
            # Kept, so that Odoo, which reads forms, finds the body as well.
            raw = http.get_data(cache=True)
            headers = http.headers
            signature, timestamp = headers.get("X-Slack-Signature"), headers.get("X-Slack-Request-Timestamp")
            is_signed = inbound_request.is_signed(secret, raw, timestamp, signature, time.time())
        except RequestEntityTooLarge:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is: without its body, nothing proves whose it is)
            _logger.info("a request to the Slack inbox cannot be read: %s", type(error).__name__)
            is_signed = False
        if not is_signed:
            raise Unauthorized()

    @classmethod
    def _helpdesk_slack_secret(cls, number):
        """The signing secret of the workspace with this id; empty for none."""
        if not (number.isascii() and number.isdigit() and len(number) <= 9):
            return ""
        if request.env["helpdesk.bridge.database"].sudo()._is_silent():
            return ""
        workspace_sudo = request.env["helpdesk.slack.workspace"].sudo().browse(int(number))
        try:
            return workspace_sudo._stored_signing_secret() if workspace_sudo.active else ""
        except MissingError:
            return ""
