"""The log of inbound emails: one row per email, with its outcome and the reason.

How data flows: `_begin_attempt` counts an attempt before the email is processed, in a transaction of its own. The
outcome is written in the transaction that makes it true (`_store_outcome`, helpdesk_inbound_mail_outcome.py).
Afterwards `_finish` checks whether that was committed, else it stores the error (helpdesk_inbound_mail_failure.py).
"""

import hashlib
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.email import addresses
from ...tools.inbound import identities, sanitize
from ..common.helpdesk_bridge_counter import MAILS
from ..common.inbound_context import MAX_ATTEMPTS, InboundMail
from ..common.transactions import retried
from ..common.translated import translate, with_company_lang
from ..common.xmlids import SYSTEM

_logger = logging.getLogger(__name__)

#: The largest size that a column holds.
LARGEST = 2**31 - 1


class HelpdeskInboundMail(models.Model):
    _name = "helpdesk.inbound.mail"
    _description = "Inbound Email"
    _inherit = ["helpdesk.bridge.without.gateway", "mail.activity.mixin", "helpdesk.bridge.counted"]
    _order = "id desc"
    _rec_name = "subject"
    _counted_names, _counted_by = (MAILS,), ("verdict",)
    _counted_over, _counted_fields = "verdict <> 'failed'", {"verdict"}

    subject = fields.Char(readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    message_id = fields.Char(string="Message-ID", readonly=True)
    verdict = fields.Selection(
        [
            ("created", "New ticket"),
            ("replied", "Reply"),
            ("ignored", "Ignored"),
            ("machine", "Automatic email"),
            ("bounce", "Bounce"),
            ("duplicate", "Duplicate"),
            ("failed", "Failed"),
        ],
        string="Outcome",
        readonly=True,
        help="Empty while the email is being processed or waiting for its next attempt.",
    )
    reason = fields.Char(readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", ondelete="set null", index="btree_not_null", readonly=True)
    named_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        groups=SYSTEM,
    )
    named_reference = fields.Char(
        string="Referenced Ticket",
        compute="_compute_named_reference",
        compute_sudo=True,
        help="The ticket that the email refers to, even if its sender is not a participant.",
    )
    agent_id = fields.Many2one(
        "res.users",
        string="Claims to Be",
        ondelete="set null",
        readonly=True,
        help="The agent whose address the email was sent from, without proof that they wrote it.",
    )
    doubt = fields.Char(
        string="Not Verified",
        readonly=True,
        help="Why someone else may have sent the email: what a mail server says about its sender.",
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    fetchmail_server_id = fields.Many2one(
        "fetchmail.server", string="Mailbox", ondelete="set null", index="btree_not_null", readonly=True, groups=SYSTEM
    )
    mended = fields.Char(
        string="Fixed",
        readonly=True,
        help="What was broken in the email and fixed before Odoo read it. The original is unchanged.",
    )
    attempts = fields.Integer(readonly=True)
    error = fields.Text(readonly=True, groups=SYSTEM)
    raw = fields.Binary(copy=False, string="Original Email", attachment=True, readonly=True, groups=SYSTEM)
    is_stopped = fields.Boolean(
        string="Stopped as a Loop",
        readonly=True,
        groups=SYSTEM,
        help="It was stopped because it may be part of a loop.",
    )
    raw_name = fields.Char(string="File Name", compute="_compute_raw_name", groups=SYSTEM)
    #: A hash that identifies the email, for deduplication; on the row of a copy, a hash of its place instead.
    key = fields.Char(string="Fingerprint", readonly=True, groups=SYSTEM)
    #: A hash of the Message-ID alone: a different email with the same Message-ID is a clash, not a duplicate.
    message_key = fields.Char(string="Fingerprint of the Message-ID", readonly=True, groups=SYSTEM)
    #: UIDVALIDITY and UID on the server, which identify the email after a crash before it was flagged.
    place = fields.Char(string="Place in the Mailbox", readonly=True, groups=SYSTEM)

    _key_unique = models.Constraint("UNIQUE (key)", "This email is already in the log.")
    _message_key_index = models.Index("(message_key)")
    # For the counts by outcome, which a monitoring system reads every few seconds.
    _verdict_index = models.Index("(verdict) WHERE is_counted IS NOT TRUE")
    _failed_index = models.Index("(id) WHERE verdict = 'failed' OR verdict IS NULL")

    def _compute_raw_name(self):
        for entry in self:
            entry.raw_name = f"mail-{entry.id}.eml"

    @api.depends("named_ticket_id")
    def _compute_named_reference(self):
        # Not its title: users who may read this row need not have access to that ticket.
        for entry in self:
            entry.named_reference = entry.named_ticket_id.mail_reference

    # ------------------------------------------------------------
    # Before the processing, in a transaction of its own
    # ------------------------------------------------------------

    @api.model
    def _begin_attempt(self, mailbox, place, raw, left_size=0):
        """Count an attempt to process an email, before anything can go wrong.

        :param mailbox: the `fetchmail.server` that holds the email
        :param place: its UIDVALIDITY and UID there, or None if the server has no lasting ids (POP3)
        :param left_size: bytes of an email that is too large: `raw` are its headers
        :return: the `InboundMail` to process
        """
        company = mailbox.helpdesk_team_id.company_id or self.env.company
        sanitized, identity, error = self._sanitize(raw)
        with self.env.registry.cursor() as cr:
            log = with_company_lang(company, self.with_env(self.env(cr=cr)))
            # Another mailbox may have received the same email and be fetched at the same time.
            mail = retried(cr, log._begin_in_transaction, mailbox, company, place, raw, sanitized, identity, left_size)
            if mail.refusal:
                # Only now, as this may crash the server again: the attempt is counted.
                retried(cr, log._close_refused, mail)
        mail.unreadable = error
        return mail

    @api.model
    def _sanitize(self, raw):
        """Sanitize an email before anything parses it.

        :return: (`Sanitized`, `Identity`, the error that sanitizing raised, or None); an error counts as an attempt, so
            that an email that cannot be read does not block newer ones for good
        """
        try:
            sanitized = sanitize.sanitize(raw)
            return sanitized, identities.identify(sanitized.raw), None
        except Exception as error:  # also MemoryError
            _logger.exception("an email of %s bytes cannot be read", len(raw))
            return sanitize.Sanitized(raw), identities.Identity("", "", hashlib.sha256(raw).hexdigest(), ""), error

    @api.model
    def _begin_in_transaction(self, mailbox, company, place, raw, sanitized, identity, left_size=0):
        row = self._count_attempt(mailbox.id, company.id, place, identity)
        if row["verdict"]:
            if (row["fetchmail_server_id"], row["place"]) != (mailbox.id, place):
                self._log_duplicate(mailbox.id, company.id, place, identity, row)
            return InboundMail(row["id"], is_processed=True)
        mail = InboundMail(row["id"], sanitized.raw, raw, row["attempts"]).came_from(mailbox, place)
        if sanitized.notes:
            self.browse(row["id"]).mended = "; ".join(translate(self.env, note) for note in sanitized.notes)
        mail.company_id = company.id  # part of the row's key
        if left_size:
            mail.left_size = self.browse(row["id"]).left_size = min(left_size, LARGEST)
        mail.refusal = (
            sanitized.refusal or (left_size and sanitize.too_large(left_size)) or self._crash_reason_after(row) or ""
        )
        if row["clash"] and not mail.refusal:
            # A different email has this Message-ID already: Odoo would take this one for its duplicate.
            mail.is_clash = True
            mail.raw = self.browse(row["id"])._with_unique_message_id(mail.raw)
        return mail

    @api.model
    def _crash_reason_after(self, row):
        return row["attempts"] > MAX_ATTEMPTS and self._crash_reason()

    @api.model
    def _close_refused(self, mail):
        """Give up an email that is not processed. A person's becomes a ticket first, unless that crashed the server."""
        entry = self.browse(mail.entry_id)
        may_rescue = mail.attempts <= MAX_ATTEMPTS + 1
        if not entry.verdict and not (may_rescue and entry._rescue(mail, mail.refusal)):
            entry._give_up(mail, mail.refusal)
        mail.is_processed = True

    @api.model
    def _count_attempt(self, mailbox_id, company_id, place, identity):
        """Insert the row of an email, or count one more attempt on it. The row is also the lock against duplicates.

        :return: dict of the row, with ``clash``: whether a different email has the same Message-ID
        """
        key = self._digest(company_id, identity.message_id, identity.sender, identity.content)
        message_key = identity.message_id and self._digest(identity.message_id)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_inbound_mail AS entry (
                    key, message_key, place, fetchmail_server_id, company_id, message_id, email_from, subject, attempts,
                    create_uid, write_uid, create_date, write_date)
                VALUES (
                    %(key)s, %(message_key)s, %(place)s, %(mailbox)s, %(company)s, %(message_id)s, %(email_from)s,
                    %(subject)s, 1, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                ON CONFLICT (key) DO UPDATE SET attempts = entry.attempts + 1, write_date = EXCLUDED.write_date
                RETURNING entry.id, entry.key, entry.verdict, entry.ticket_id, entry.attempts, entry.place,
                    entry.fetchmail_server_id, EXISTS (
                        SELECT FROM helpdesk_inbound_mail other
                         WHERE other.message_key = %(message_key)s AND other.key != %(key)s) AS clash
                """,
                key=key,
                message_key=message_key or None,
                place=place,
                mailbox=mailbox_id,
                company=company_id,
                uid=self.env.uid,
                **self._header_vals(identity),
            )
        )
        return self.env.cr.dictfetchone()

    def _with_unique_message_id(self, raw):
        """The same email with a Message-ID of ours."""
        return sanitize.with_message_id(raw, f"<{self.key}@clash.helpdesk-bridge>")

    def _is_clash(self, mail):
        """Whether Odoo took this email for a duplicate of another one; our own email about a ticket is a duplicate.

        What Odoo has on other kinds of records, because it sent it from there or an alias took it, is new for us.
        """
        found = self.env["mail.message"].search([("message_id", "=", self.message_id)])
        known = found.filtered(lambda one: one.model == "helpdesk.ticket")[:1]
        if not known:
            mail.was_sent_as(found)
            return mail.is_elsewhere
        return known.message_type == "email" and addresses.normalize(known.email_from) != self.email_from

    @api.model
    def _digest(self, *parts):
        return hashlib.sha256("\0".join(str(part) for part in parts).encode("utf-8", "surrogatepass")).hexdigest()

    @api.model
    def _header_vals(self, identity):
        """The headers that the log shows, cut so that no header can fill the database."""
        return {
            "subject": identity.subject[:250],
            "message_id": identity.message_id[:250],
            "email_from": identity.sender[:250],
        }

    @api.model
    def _log_duplicate(self, mailbox_id, company_id, place, identity, row):
        """Create a row for a copy; only once, even if its flag is lost and it is found again."""
        key = self._digest("copy", mailbox_id, place) if place else False
        if key and self.search_count([("key", "=", key)], limit=1):
            return
        self.with_context(tracking_disable=True).create(
            {
                **self._header_vals(identity),
                "fetchmail_server_id": mailbox_id,
                "company_id": company_id,
                "place": place,
                "key": key,
                "attempts": 1,
                "verdict": "duplicate",
                "ticket_id": row["ticket_id"],
                "reason": self.env._("The same email was already processed."),
            }
        )
