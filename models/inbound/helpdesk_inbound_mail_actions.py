"""The buttons of the inbound log: replay an email, or discard it."""

import base64
import logging

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ...tools.common.notification import notification
from ...tools.inbound import sanitize
from ..common.inbound_context import FETCH_RUN_KEY, FetchRun, InboundMail
from ..common.transactions import reason
from ..common.translated import translate
from ..common.xmlids import WARNING

_logger = logging.getLogger(__name__)


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    def action_replay(self):
        """Process a stored email again, as if it had just arrived."""
        self.check_access("write")
        if len(self) == 1:
            self._replay()
            return None
        failed = []
        for entry in self:
            try:
                with self.env.cr.savepoint():
                    entry._replay()
            except UserError as error:
                failed.append(f"{entry.subject or entry.message_id}: {error}")
        return failed and notification(
            "warning",
            self.env._("%(failed)s of %(all)s could not be replayed", failed=len(failed), all=len(self)),
            "\n".join(failed[:10]),
            then="reload",
        )

    def _replay(self):
        if not self.raw:
            raise UserError(self.env._("The original of this email is no longer stored, so it cannot be replayed."))
        raw = base64.b64decode(self.raw)
        mailbox = self.fetchmail_server_id
        sanitized = sanitize.sanitize(raw)
        if sanitized.refusal:
            raise UserError(self.env._("It cannot be replayed: %s.", translate(self.env, sanitized.refusal)))
        mail = InboundMail(self.id, sanitized.raw, raw).came_from(mailbox, self.place)
        mail.replayed = True
        if self.left_size:
            mail.left_size, mail.rescued_from = self.left_size, sanitize.too_large(self.left_size)
        # The mailbox may be deleted; the company is not.
        company = {"allowed_company_ids": (self.company_id or self.env.company).ids}
        fetching = {FETCH_RUN_KEY: FetchRun(mail), "default_fetchmail_server_id": mailbox.id, **company}
        # As the cron's user: for another user, the gateway's own sudo() would drop the mailbox, and with it the team.
        gateway = self.env(user=SUPERUSER_ID, su=True, context=fetching)["mail.thread"]
        try:
            with self.env.cr.savepoint():
                self.write({"verdict": False})
                self.flush_recordset()
                gateway.message_process(
                    mailbox.object_id.model or "helpdesk.ticket", mail.raw, strip_attachments=not mailbox.attach
                )
        except Exception as error:
            _logger.info("inbound mail %s: replay failed", self.id, exc_info=True)
            raise UserError(self.env._("It failed again: %s", reason(error, 2000))) from error
        if self.verdict != "ignored":
            self.raw = False
        self._update_activity()

    def action_discard(self):
        """Discard these emails: their rows stay, their originals are deleted."""
        self.check_access("write")
        failed = self.filtered(lambda entry: entry.verdict in ("failed", "ignored"))
        reason = self.env._("Discarded by %s.", self.env.user.name)
        failed.write({"verdict": "ignored", "reason": reason, "raw": False})
        failed._update_activity()

    def _update_activity(self):
        """Remove the activity from these emails; move it to another failed email of the company, if there is one."""
        self.sudo().activity_unlink([WARNING])
        for company in {entry.company_id for entry in self}:
            others = [("verdict", "=", "failed"), ("company_id", "=", company.id)]
            self.sudo().search(others, limit=1)._notify_administrator()
