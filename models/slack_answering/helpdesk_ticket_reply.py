from odoo import fields, models


class HelpdeskTicketReply(models.Model):
    """A held reply whose line in the thread has buttons."""

    _inherit = "helpdesk.ticket.reply"

    slack_has_buttons = fields.Boolean(
        string="Has Buttons in Slack", readonly=True, help="They are removed when nothing is left to decide."
    )

    _slack_buttons_index = models.Index("(id) WHERE slack_has_buttons")

    def _move(self, state, former, reason=False):
        is_moved = super()._move(state, former, reason)
        if is_moved and self.slack_has_buttons:
            self.env["helpdesk.slack.inbound"]._wake()
        return is_moved
