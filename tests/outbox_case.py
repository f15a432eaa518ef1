"""For tests of how what is queued for Slack is sent: one ticket, and the row of its first message."""

from odoo import fields

from .common import BridgeCase

#: The cron that pays.
CRON = "helpdesk_bridge.ir_cron_slack_outbox"
#: Slack's answer to whoever is too fast.
TOO_FAST = (429, {"Retry-After": "7"}, {"ok": False, "error": "ratelimited"})


class OutboxCase(BridgeCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket()
        self.entry = self.entries(self.ticket)

    def seconds_until(self, moment):
        return (moment - fields.Datetime.now()).total_seconds()
