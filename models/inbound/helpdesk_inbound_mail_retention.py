"""How long the log of inbound emails keeps rows and originals."""

from collections import Counter
from datetime import timedelta

from odoo import api, fields, models

from ..common import retention
from ..common.helpdesk_bridge_counter import MAILS
from ..common.retention import delete_batch, expired, oldest_by

#: Days that the original of an email is kept that opened nothing: time to find out that a filter or a rule is wrong.
IGNORED_DAYS = 14
#: Outcomes of such emails.
IGNORED = ("ignored", "machine")


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    # For each portion of what is deleted, not all rows.
    _old_index = models.Index("(create_date, id)")
    _ignored_index = models.Index("(write_date, id) WHERE verdict IN ('ignored', 'machine')")

    @api.autovacuum
    def _gc_ignored(self):
        """Delete the originals of ignored emails after some days; those that were stopped as a loop stay longer."""
        before = fields.Datetime.now() - timedelta(days=IGNORED_DAYS)
        ignored = [("verdict", "in", IGNORED), ("is_stopped", "=", False), ("raw", "!=", False)]
        found = oldest_by(self, [*ignored, ("write_date", "<", before)], "write_date")
        found.raw = False
        return len(found), int(len(found) >= retention.BATCH_SIZE)

    @api.autovacuum
    def _gc_old(self):
        """Delete rows after the retention time, and count them by outcome.

        Failed emails stay until a person has handled them. A row without an outcome is one whose email left its server
        before it was processed.
        """
        found = expired(self, "helpdesk_inbound_days", [("verdict", "!=", "failed")])
        # Deleting takes those from the numbers that were counted before.
        verdicts = Counter(found.mapped("verdict"))
        self.env["helpdesk.bridge.count"]._add(self._counts(verdicts.items()))
        return delete_batch(found)

    @api.autovacuum
    def _gc_count(self):
        """Count the emails whose outcome will hardly change."""
        return self._count_over()

    @api.model
    def _count_keys(self, verdict):
        yield MAILS, (verdict or "open",)
