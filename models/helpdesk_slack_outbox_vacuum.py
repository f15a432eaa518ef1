"""Forgets messages that arrived long ago, and counts them."""

from odoo import api, fields, models

#: Messages forgotten in one go; Odoo comes back for the rest.
AT_ONCE = 10_000


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    @api.autovacuum
    def _gc_old(self):
        """Forget lines and edits that are settled. First messages stay: they say where a ticket is told.

        :return: how many are forgotten, and how many more there are at least
        """
        found = self.browse()
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        for company in companies.search([("helpdesk_outbox_days", ">", 0)]):
            limit = fields.Datetime.subtract(fields.Datetime.now(), days=company.helpdesk_outbox_days)
            settled = [("state", "in", ("sent", "canceled")), ("kind", "!=", "root"), ("write_date", "<", limit)]
            found |= self.search(
                [*settled, ("ticket_id.company_id", "in", [company.id, False])], limit=AT_ONCE, order="id"
            )
        sent = [("id", "in", found.ids), ("state", "=", "sent")]
        for channel, count in self._read_group(sent, ["channel_id"], ["__count"]):
            channel.forgotten_count += count
        found.unlink()
        return len(found), int(len(found) >= AT_ONCE)
