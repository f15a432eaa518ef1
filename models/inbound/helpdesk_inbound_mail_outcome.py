"""Writes the outcome of an email, in the transaction that makes it true."""

import base64

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from ...tools.common.limits import NOTICE_INTERVAL
from ...tools.inbound.routing import NOTED
from ..common.translated import translate, with_company_lang


class ProcessedElsewhere(Exception):
    """Another worker has processed this email meanwhile, so this transaction must be rolled back."""


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    def _store_outcome(self, mail, result):
        """Write the outcome, in the transaction that makes it true.

        :param result: what `message_process` returned: the id of a record, or False or None if there is none
        """
        company = self.env["res.company"].browse(mail.company_id) if mail.company_id else self.company_id
        outcome = with_company_lang(company, self)._outcome_vals(mail, result)
        self.env.cr.execute(
            SQL(
                """
                UPDATE helpdesk_inbound_mail
                   SET verdict = %(verdict)s, reason = %(reason)s, ticket_id = %(ticket_id)s, agent_id = %(agent_id)s,
                       named_ticket_id = %(named_ticket_id)s, doubt = %(doubt)s, error = NULL,
                       email_from = COALESCE(%(sender)s, email_from), write_date = now() AT TIME ZONE 'UTC',
                       -- the row may have been created for another copy
                       fetchmail_server_id = %(mailbox_id)s, place = %(place)s
                 WHERE id = %(id)s AND verdict IS NULL
                """,
                id=self.id,
                # A contact form writes on behalf of another person.
                sender=(mail.sender.address if mail.sender else "")[:250] or None,
                mailbox_id=mail.mailbox_id,
                place=mail.place,
                **outcome,
            )
        )
        if not self.env.cr.rowcount:
            raise ProcessedElsewhere(self.id)
        self.invalidate_recordset(flush=False)
        self._log_other_tickets(mail, outcome)
        if self._keeps_original(mail, result):
            self.raw = base64.b64encode(mail.original)
        if mail.is_loop:
            self.is_stopped = True
            self._notify_administrator()

    def _log_other_tickets(self, mail, outcome):
        """Create a row for each other ticket: an email to several teams opens one for each."""
        others = self.env["helpdesk.ticket"].browse(mail.made) - self.env["helpdesk.ticket"].browse(
            outcome["ticket_id"]
        )
        self.with_context(tracking_disable=True).create(
            [
                {
                    **outcome,
                    "ticket_id": ticket.id,
                    "company_id": ticket.company_id.id,
                    "subject": self.subject,
                    "email_from": self.email_from,
                    "message_id": self.message_id,
                    "fetchmail_server_id": self.fetchmail_server_id.id,
                    "attempts": self.attempts,
                }
                for ticket in others
            ]
        )

    @api.model
    def _log_unfetched(self, mail, result):
        """Create a row for an email that no mailbox fetched; Odoo alone detects its duplicates."""
        outcome = with_company_lang(self.env.company, self)._outcome_vals(mail, result)
        ticket = self.env["helpdesk.ticket"].browse(outcome["ticket_id"] or outcome["named_ticket_id"] or ())
        # The context comes from the caller, who could set any mailbox in it.
        log = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        entry = log.with_context(tracking_disable=True).create(
            {
                **outcome,
                "subject": (mail.subject or "")[:250],
                "email_from": (mail.sender.address if mail.sender else "")[:250],
                "message_id": (mail.sender.message_id if mail.sender else "")[:250],
                "company_id": ticket.company_id.id or self.env.company.id,
                "attempts": 1,
                "raw": base64.b64encode(mail.original) if self._keeps_original(mail, result) else False,
                "is_stopped": mail.is_loop,
            }
        )
        entry._log_other_tickets(mail, outcome)
        if mail.is_loop:
            entry._notify_administrator()

    @api.model
    def _keeps_original(self, mail, result):
        """Whether its original is kept: a filter, or a rule about programs, that is wrong must lose nothing."""
        is_nowhere = not result and bool(mail.sender) and mail.sender.kind in NOTED
        return mail.is_loop or mail.verdict == "ignored" or is_nowhere

    @api.model
    def _was_stopped(self, address):
        """Whether an email from this address was stopped as a loop within the hour, so its sender knows."""
        kept = [("email_from", "=", address), ("verdict", "=", "ignored"), ("is_stopped", "=", True)]
        return bool(self.search_count([*kept, ("create_date", ">=", fields.Datetime.now() - NOTICE_INTERVAL)], limit=1))

    @api.model
    def _outcome_vals(self, mail, result):
        """The values of the row for the outcome. :param result: what `message_process` returned"""
        verdict, reason = self._verdict_and_reason(mail, result)
        is_ticket = result and any(route[0] == "helpdesk.ticket" for route in mail.routes)
        named = mail.links.get("named_ticket_id") or None
        return {
            "verdict": verdict,
            "reason": reason[:1].upper() + reason[1:1000],
            "ticket_id": result if is_ticket else named if verdict in ("bounce", "machine", "duplicate") else None,
            "named_ticket_id": named,
            "agent_id": mail.links.get("agent_id") or None,
            "doubt": translate(self.env, mail.sender.doubt)[:250] or None if mail.sender else None,
        }

    @api.model
    def _verdict_and_reason(self, mail, result):
        """:return: (value of `verdict`, reason in plain words)"""
        if mail.is_loop and mail.routed:
            return "ignored", self.env._(
                "The sender sent too many emails in a short time. Replay this one if it is not part of a loop."
            )
        if mail.verdict:
            return mail.verdict, mail.reason
        if result:
            return "replied", self.env._("It was added to another kind of record.")
        if mail.routed:
            return "ignored", self.env._(
                "It was sent to an address that does not accept it: Odoo’s catchall or an alias."
            )
        if result is False:
            return "duplicate", self.env._("Odoo already has a message with this Message-ID.")
        return "ignored", self.env._("It is a reply to a loop warning.")
