"""Whether first messages have buttons: only while clicks reach us. What is shown already follows in portions."""

from datetime import timedelta

from odoo import api, fields, models

from ..common import database_time

#: Seconds without an interactive transport before buttons go: sockets are renewed every few hours.
PATIENCE = 600
#: First messages that are edited at a time, and the seconds between: new tickets are not to wait behind them.
PORTION, PAUSE = 20, 50
#: Above each thread. In the end, the newest are looked at again: some were on their way when the buttons changed.
NEWEST = 2**31 - 1


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    ticket_reaction = fields.Boolean(
        string="Ticket by Reaction",
        help="The reaction :ticket: to a message in a channel of the bot creates a ticket for the team that posts "
        "there, with the thread around it. The Slack app needs the scope reactions:read and its events.",
    )
    has_buttons = fields.Boolean(
        string="Buttons in Slack",
        readonly=True,
        copy=False,
        help="Whether the first message of a ticket has buttons: Slack has to reach Odoo for them.",
    )
    buttons_unheard_since = fields.Datetime(readonly=True, copy=False)
    buttons_below = fields.Integer(
        readonly=True, copy=False, help="First messages of threads with a lower number are still to be edited."
    )
    buttons_next_at = fields.Datetime(readonly=True, copy=False)

    def _note_verified(self):
        result = super()._note_verified()
        self.env["helpdesk.slack.inbound"]._wake()
        return result

    @api.model
    def _renew_buttons(self):
        """Note whether clicks reach us, and bring the first messages up to that, the newest first."""
        for workspace in self.sudo().search([("active", "=", True)]):
            workspace._note_interactive()
            if workspace.buttons_below:
                workspace._renew_portion()

    def _note_interactive(self):
        now, is_interactive = database_time.now(self.env), self._is_interactive()
        if is_interactive == self.has_buttons:
            if self.buttons_unheard_since:
                self.buttons_unheard_since = False
            return
        if not is_interactive and self._stored_token():
            if not self.buttons_unheard_since:
                self.buttons_unheard_since = now
            if self.buttons_unheard_since > now - timedelta(seconds=PATIENCE):
                return
        last = self.env["helpdesk.slack.thread"].search([], order="id desc", limit=1)
        # Without any, the first one may be on its way.
        below, next_at = (last.id + 1, now) if last else (NEWEST, now + timedelta(seconds=PAUSE))
        self.write(
            {
                "has_buttons": is_interactive,
                "buttons_unheard_since": False,
                "buttons_below": below,
                "buttons_next_at": next_at,
            }
        )

    def _renew_portion(self):
        """Enqueue the edits of a few first messages of open tickets."""
        now = database_time.now(self.env)
        if self.buttons_next_at and self.buttons_next_at > now:
            return
        found = self.env["helpdesk.slack.thread"].search(
            [
                ("id", "<", self.buttons_below),
                ("is_current", "=", True),
                ("channel_id.workspace_id", "=", self.id),
                ("ticket_id.active", "=", True),
                ("ticket_id.stage_id.closed", "=", False),
            ],
            order="id desc",
            limit=PORTION,
        )
        outbox = self.env["helpdesk.slack.outbox"]
        outbox._insert([vals for thread in found for vals in outbox._edits_vals(thread.ticket_id, thread.channel_id)])
        is_over, has_looked_again = len(found) < PORTION, self.buttons_below == NEWEST
        below = 0 if has_looked_again else NEWEST if is_over else found[-1].id
        next_at = now + timedelta(seconds=PAUSE) if below else False
        self.write({"buttons_below": below, "buttons_next_at": next_at})
