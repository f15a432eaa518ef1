"""Stores why an email could not be processed, and notifies an administrator."""

import base64
import logging
from contextlib import suppress

from odoo import api, models

from ..common.inbound_context import MAX_ATTEMPTS
from ..common.transactions import attempted, reason, retried
from ..common.translated import translate, with_company_lang
from ..common.xmlids import WARNING

_logger = logging.getLogger(__name__)


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    @api.model
    def _finish(self, mail):
        """After the transaction of an email: check whether its outcome was committed, else store the error.

        :return: whether the email is processed and may be flagged on its server
        """
        if mail.is_processed or mail.committed:
            return True
        with self.env.registry.cursor() as cr:
            entry = self.with_env(self.env(cr=cr)).browse(mail.entry_id)
            try:
                return retried(cr, entry._finish_in_transaction, mail)
            except Exception as error:
                # If not even this can be stored, the log of the server and the mailbox show the error.
                with suppress(Exception):
                    retried(cr, entry._store_unkept, mail, error)
                raise

    def _finish_in_transaction(self, mail):
        if self.verdict:
            # Committed by us, or by another worker. In the second case the next fetch finds out whether this is a copy
            # that needs a row of its own, and flags it.
            return mail.error is None
        self._store_failure(mail)
        return bool(self.verdict)

    def _store_failure(self, mail):
        self = with_company_lang(self.company_id, self)
        error = mail.error and reason(mail.error, 2000)
        if mail.is_transient:
            # A conflict with another transaction is not the email's fault, so the attempt does not count.
            self._uncount_attempt(error, is_waiting=mail.lacks_resources)
        elif mail.attempts >= MAX_ATTEMPTS:
            failed = self.env._("It could not be processed: %s", error)
            if not self._rescue(mail, error):
                self._give_up(mail, failed, error)
        else:
            self.write({"error": error})

    def _store_unkept(self, mail, error):
        """Show why a failed email was not kept. It stays in the mailbox, so this attempt does not count."""
        if not self.verdict:
            errors = [reason(found, 2000) for found in (mail.error, error) if found]
            with_company_lang(self.company_id, self)._uncount_attempt("\n".join(errors), is_waiting=True)

    def _uncount_attempt(self, error, is_waiting):
        """Store an error that is not the email's fault. :param is_waiting: whether the email waits for the server"""
        vals = {"attempts": max(self.attempts - 1, 0), "error": error}
        if is_waiting:
            vals["reason"] = self.env._("It could not be stored. It stays in the mailbox and is tried again.")
        self.write(vals)

    def _give_up(self, mail, reason, error=False):
        """Store the email as failed, with its original, for an administrator to handle."""
        self.write(
            {
                "verdict": "failed",
                "reason": translate(self.env, reason)[:1000],
                "error": error,
                "raw": base64.b64encode(mail.original),
                "fetchmail_server_id": mail.mailbox_id,
                "place": mail.place,
            }
        )
        _logger.warning("inbound mail %s failed: %s", self.id, error or reason)
        if unnotified := attempted(self.env.cr, self._notify_administrator):
            _logger.warning("the administrator was not notified: %s", unnotified)

    @api.model
    def _crash_reason(self):
        return self.env._("Processing it crashed the server three times.")

    def _notify_administrator(self):
        """Schedule one activity per administrator, for all failed emails together.

        Activities that people schedule themselves do not count.
        """
        if not self:
            return
        kind = self.env.ref(WARNING, raise_if_not_found=False)
        administrator = self.env["res.users"]._bridge_administrator(self.company_id)
        if not kind or not administrator:
            return
        ours = [("res_model", "=", self._name), ("activity_type_id", "=", kind.id), ("automated", "=", True)]
        ours += [("user_id", "=", administrator.id)]
        if not self.env["mail.activity"].sudo().search_count(ours, limit=1):
            # Without an email: it could itself be an email that cannot be processed. The menu bar shows the activity.
            self.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
                activity_type_id=kind.id,
                user_id=administrator.id,
                summary=self.env._("Emails could not be processed"),
                note=self.env._(
                    "See Helpdesk → Configuration → Email → Inbound Emails for emails that failed, or were stopped "
                    "because one sender sent too many. Replay them once the cause is fixed."
                ),
            )
