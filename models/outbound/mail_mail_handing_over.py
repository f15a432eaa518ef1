"""Gives an email about a ticket to the server once, whatever becomes of the transaction that stores that."""

import logging

from odoo import models

from ...tools.outbound import smtp_errors
from ..common.transactions import conflict_behind, retried
from .ir_mail_server import ACCEPTED, Accepted
from .mail_mail import QUEUE_STEP, QueueStep

_logger = logging.getLogger(__name__)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _bridge_hand_over(self, auto_commit, options):
        """Give this email to the server and store that it was taken.

        When somebody else changes the same rows at that moment, it is stored once more. If what follows from the email
        cannot be stored at all (a statement takes too long, another addon refuses it), at least that it was sent is.
        """
        accepted = Accepted({}, [])
        mail = self.with_context(**{ACCEPTED: accepted})
        if not auto_commit:
            mail._bridge_hand_over_once(options)
            return
        try:
            retried(self.env.cr, mail._bridge_hand_over_once, options)
        except Exception as error:
            if not accepted.is_complete or smtp_errors.is_servers(error):
                raise
            _logger.exception("email %s was sent, but not all that follows from that is stored", self.id)
            retried(self.env.cr, self._bridge_record_taken, accepted)

    def _bridge_hand_over_once(self, options):
        """Give it to the server, unless that has taken it already, and store that. A conflict is raised as such."""
        self._bridge_set_sender()
        try:
            self.with_context(**{QUEUE_STEP: QueueStep.HANDING_OVER})._send(raise_exception=True, **options)
            self.env.flush_all()
        except Exception as error:
            # Odoo reads the email once more for its log, which may fail after a conflict.
            raise conflict_behind(error) or error  # noqa: B904 (its traceback names both)

    def _bridge_record_taken(self, accepted):
        """Store that this email was sent, and nothing else. :param accepted: an `Accepted`"""
        ended = {"failure_type": False, "failure_reason": False}
        self.write({"state": "sent", "message_id": [*accepted.identifiers.values()][-1], **ended})
        self._bridge_notifications().write({"notification_status": "sent", **ended})
