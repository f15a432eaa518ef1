from odoo import fields, models
from odoo.tools import SQL

from ...tools.slack import acts, inbound_row

#: What takes a reply back or changes it: clicks in the thread, and what becomes of the message that it was made of.
DECISIONS = tuple(f"{acts.PREFIX}{name}" for name in (acts.UNDO, acts.DISCARD))
CHANGES = (inbound_row.CHANGED, inbound_row.DELETED)


class HelpdeskTicketReply(models.Model):
    """A held reply whose line in the thread has buttons."""

    _inherit = "helpdesk.ticket.reply"

    slack_has_buttons = fields.Boolean(
        string="Has Buttons in Slack", readonly=True, help="They are removed when nothing is left to decide."
    )

    slack_view_ref = fields.Char(
        string="Form in Slack", readonly=True, help="One form is one reply, however often it is submitted."
    )

    _slack_buttons_index = models.Index("(id) WHERE slack_has_buttons")

    def _is_being_decided(self):
        """What was clicked before it is sent counts, however long Slack or the inbox takes to say who has clicked."""
        channel, _colon, ts = (self.source_ref or "").partition(":")
        self.env["helpdesk.slack.inbound"].flush_model(["state", "kind", "payload"])
        waiting = self.env.execute_query(
            SQL(
                """
                SELECT 1 FROM helpdesk_slack_inbound
                 WHERE state = 'pending'
                   AND (kind = %(click)s AND payload -> 'actions' -> 0 ->> 'action_id' IN %(clicks)s
                        OR kind IN %(changes)s AND channel_ref = %(channel)s AND message_ts = %(ts)s)
                 LIMIT 1
                """,
                click=inbound_row.BLOCK_ACTION,
                clicks=tuple(f"{name}:{self.id}" for name in DECISIONS),
                changes=CHANGES,
                channel=channel,
                ts=ts,
            )
        )
        return bool(waiting) or super()._is_being_decided()

    def _move(self, state, former, reason=False):
        is_moved = super()._move(state, former, reason)
        if is_moved and self.slack_has_buttons:
            self.env["helpdesk.slack.inbound"]._wake()
        return is_moved
