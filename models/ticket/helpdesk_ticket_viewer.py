from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..common.retention import delete_batch, oldest

#: How long a form counts as open after it said so. It says so again every minute (static/src/ticket_live.js).
WATCHED = timedelta(seconds=150)
#: A form that says so again while this is left writes nothing: several tabs of a user are one viewer.
FRESH = timedelta(seconds=100)


class HelpdeskTicketViewer(models.Model):
    """Who has the form of a ticket open, so that a change of a ticket that nobody looks at tells nobody."""

    _name = "helpdesk.ticket.viewer"
    _description = "Ticket Viewer"
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    until = fields.Datetime(required=True)

    @api.model
    def _bridge_see(self, ticket):
        """Note that the current user has the form of a ticket open."""
        now, mine = (
            fields.Datetime.now(),
            self.sudo().search([("ticket_id", "=", ticket.id), ("user_id", "=", self.env.uid)], limit=1),
        )
        if not mine:
            mine.create({"ticket_id": ticket.id, "user_id": self.env.uid, "until": now + WATCHED})
        elif mine.until < now + FRESH:
            mine.until = now + WATCHED

    @api.model
    def _bridge_viewers(self, ticket_ids):
        """Who has the form of one of these tickets open and may read it now: ticket id -> users. One query if none."""
        found = {}
        looking = self.sudo().search_fetch(
            [("ticket_id", "in", ticket_ids), ("until", ">", fields.Datetime.now())], ["ticket_id", "user_id"]
        )
        for viewer in looking:
            user = viewer.user_id
            if user.active and not user.share and viewer.ticket_id._bridge_may_be_read_by(user):
                found[viewer.ticket_id.id] = found.get(viewer.ticket_id.id, user.browse()) | user
        return found

    @api.autovacuum
    def _gc_viewers(self):
        """Delete the viewers of forms that were closed."""
        before = fields.Datetime.now() - timedelta(hours=1)
        return delete_batch(oldest(self.sudo(), Domain("until", "<", before)))
