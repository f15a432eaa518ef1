"""A customer's rating of a ticket (helpdesk_mgmt_rating) is an event of the ticket."""

from odoo import api, models

from ...tools.ticket import events
from ...tools.ticket.events import Event


class HelpdeskBridgeNeighbours(models.AbstractModel):
    _inherit = "helpdesk.bridge.neighbours"

    @api.model
    def _extensions(self):
        return {**super()._extensions(), ("helpdesk.ticket", "rating_apply"): _rating_apply}


def _rating_apply(method, tickets, *args, **kwargs):
    """Report a new rating, and a changed one; the same again, by a second click, is no news."""
    before = {rating.id: _said(rating) for rating in tickets._bridge_ratings()}
    rating = method(tickets, *args, **kwargs)
    rating_sudo = rating.sudo()
    if before.get(rating_sudo.id) != _said(rating_sudo):
        tickets.sudo().browse(rating_sudo.res_id)._bridge_rated(rating_sudo)
    return rating


def _said(rating):
    return (rating.rating, rating.feedback or "") if rating.consumed else None


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_ratings(self):
        """The ratings of these tickets, given or asked for, as sudo."""
        theirs = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return self.env["rating.rating"].sudo().search(theirs)

    def _bridge_rated(self, rating):
        """Report a rating of this ticket. :param rating: as sudo, like the ticket"""
        self._bridge_report_events(Event(events.RATED, rating=rating))
