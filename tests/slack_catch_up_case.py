"""For tests of catch-up: somebody replies in Slack and nothing delivers it; then Odoo asks."""

from unittest.mock import patch

from ..models.common import transactions
from .slack_inbound_case import ANNA, CHANNEL, SlackInboundCase


class SlackCatchUpCase(SlackInboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workspace.catch_up_since = "1600000000.000000"

    def setUp(self):
        super().setUp()
        self.slack.reset()
        self.new_people()
        self.slack.messages.append(self.root())

    def root(self, ts=None, channel=CHANNEL):
        return {"channel": channel, "ts": ts or self.root_ts, "text": "[#1] Printer", "bot_id": "B0BOT0001"}

    def says(self, text, user=ANNA, root=None, **values):
        """Somebody replies in Slack, and nothing delivers it."""
        said = self.reply(text, user, **({"thread_ts": root} if root else {}), **values)
        message = {**self.message(said), "channel": CHANNEL, "ts": values.get("ts") or said["event"]["ts"]}
        self.slack.messages.append(message)
        return said, message

    def catch_up(self, works_off=True):
        """One run of the cron; a savepoint stands for each of its transactions. :return: the new rows"""

        def step(_cr, method, *arguments):
            with self.env.cr.savepoint():
                return method(*arguments)

        before = self.Inbox.search([])
        with patch.object(transactions, "retried", step):
            self.env["helpdesk.slack.workspace"]._cron_catch_up()
        found = (self.Inbox.search([]) - before).sorted("id")
        if works_off:
            self.work_off()
        return found

    def texts(self, ticket=None):
        return self.notes(ticket).mapped("preview")

    def asked(self, method):
        return [arguments for name, arguments in self.slack.calls if name == method]
