"""Deletes delivered messages after the retention time, and counts them."""

from odoo import api, models

from ..common.retention import delete_batch, expired


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    # For each portion of what is deleted, not all rows.
    _settled_index = models.Index("(write_date, id) WHERE state IN ('sent', 'canceled') AND kind <> 'root'")

    @api.autovacuum
    def _gc_old(self):
        """Delete posted or canceled replies and edits. First messages stay: they say where a ticket was posted."""
        # What they are, not what they are not: to that, Odoo adds "or empty" while it does not know that the column is
        # required, and the index does not serve.
        settled = [("state", "in", ("sent", "canceled")), ("kind", "in", ("reply", "update"))]
        found = expired(self, "helpdesk_outbox_days", settled, company="ticket_id.company_id", moment="write_date")
        # Counted here: these rows are read anyhow, and PostgreSQL might look through a channel for them.
        for channel, sent in found.filtered(lambda entry: entry.state == "sent").grouped("channel_id").items():
            channel.forgotten_count += len(sent)
        return delete_batch(found)
