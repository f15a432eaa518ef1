"""The last resort for an email of a person that cannot be processed: a ticket with the original attached."""

import email
import email.policy
import logging

from odoo import SUPERUSER_ID, models

from ...tools.inbound import rescue
from ..common.inbound_context import FETCH_RUN_KEY, LACKING, FetchRun, InboundMail
from ..common.transactions import attempted
from ..common.translated import translate

_logger = logging.getLogger(__name__)

#: Bytes of an email in which its type is.
HEAD = 100_000


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    def _rescue(self, mail, reason):
        """Open a ticket, or post a reply, with the headers of an email and its original as a file.

        The way is that of every email: a program's email, a loop or a filtered sender opens none.

        :param reason: why it could not be processed
        :return: whether it has an outcome now
        """
        for is_strict in (False, True):
            raw = self._headers_only(mail, is_strict)
            if not raw:
                continue
            failure = attempted(self.env.cr, self._process_headers, mail, raw, reason)
            if failure is None:
                return True
            if isinstance(failure, OSError) and failure.errno in LACKING:
                raise failure  # the email waits until there is room for it
            _logger.warning("inbound mail %s: its headers cannot be processed: %s", self.id, failure)
        return False

    def _headers_only(self, mail, is_strict):
        """An email with these headers; b"" if nothing is left, or if it only reports about another email."""
        try:
            raw = rescue.headers_only(mail.original, is_strict)
            is_report = rescue.is_report(email.message_from_bytes(mail.raw[:HEAD], policy=email.policy.compat32))
        except Exception:  # reading it may be what fails, or takes more memory than there is
            return b""
        return b"" if is_report else raw

    def _process_headers(self, mail, raw, reason):
        mailbox = self.env["fetchmail.server"].sudo().browse(mail.mailbox_id or ())
        rescued = InboundMail(self.id, raw, mail.original).came_from(mailbox, mail.place)
        rescued.rescued_from, rescued.left_size = reason or mail.reason, mail.left_size
        context = {FETCH_RUN_KEY: FetchRun(rescued), "default_fetchmail_server_id": mailbox.id}
        if self.company_id:
            context["allowed_company_ids"] = self.company_id.ids
        gateway = self.env(user=SUPERUSER_ID, su=True, context=context)["mail.thread"]
        gateway.message_process(mailbox.object_id.model or "helpdesk.ticket", raw)
        self.invalidate_recordset()
        if self.verdict in ("created", "replied"):
            self.write({"error": translate(self.env, reason)})
