"""The closing email asks for the rating (helpdesk_mgmt_rating), so that the customer gets one email and not two."""

from markupsafe import Markup

from odoo import api, models

from .helpdesk_letter import CLOSED

#: The answers of a survey: what is rated, the grade that Odoo calls it, and its face.
RATES = (
    (5, "top", "\N{SLIGHTLY SMILING FACE}"),
    (3, "ok", "\N{NEUTRAL FACE}"),
    (1, "ko", "\N{SLIGHTLY FROWNING FACE}"),
)


class HelpdeskBridgeNeighbours(models.AbstractModel):
    _inherit = "helpdesk.bridge.neighbours"

    @api.model
    def _extensions(self):
        return {**super()._extensions(), ("helpdesk.ticket", "rating_send_request"): _rating_send_request}


def _rating_send_request(method, tickets, *args, **kwargs):
    """Ask in an email of its own only where the closing email does not ask."""
    others = tickets.filtered(lambda ticket: not ticket.sudo()._bridge_is_asked_when_closed())
    return method(others, *args, **kwargs) if others else None


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_asks_for_rating(self):
        """Whether the customer is to rate the ticket in its closed stage."""
        ticket = self.sudo()
        if "rating_status" not in ticket._fields or "rating_mail_template_id" not in ticket.stage_id._fields:
            return False
        return (
            ticket.closed and ticket.rating_status == "stage_change" and bool(ticket.stage_id.rating_mail_template_id)
        )

    def _bridge_is_asked_when_closed(self):
        """Whether a closing email that is queued will ask."""
        if not self._bridge_asks_for_rating():
            return False
        owed = [("ticket_id", "=", self.id), ("kind", "=", CLOSED), ("state", "=", "owed")]
        letter = self.env["helpdesk.letter"].sudo().search(owed, limit=1)
        return bool(letter) and not letter._skip_reason(self, self._bridge_customer_email())

    def _bridge_rating_question(self):
        """The question with its three answers, each a link; empty if the customer is not asked."""
        if not self._bridge_asks_for_rating():
            return Markup()
        url = f"{self.get_base_url()}/rate/{self._rating_get_access_token()}"
        grades = dict(self.env["rating.rating"]._fields["rating_text"]._description_selection(self.env))
        answers = [
            Markup('<a href="%s/%s">%s %s</a>') % (url, rate, face, grades[grade]) for rate, grade, face in RATES
        ]
        question = self.env._("How satisfied are you with our support?")
        return Markup("<div><br/><p>%s</p><p>%s</p></div>") % (question, Markup(" &#183; ").join(answers))
