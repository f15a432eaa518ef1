"""What every flow test needs: a team, a channel, a Slack, and words to speak of them."""

from pathlib import Path
from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user

from .slack_fake import TOKEN, SlackFake

FIXTURES = Path(__file__).parent / "fixtures"


class BridgeCase(TransactionCase):
    """One team with one Slack channel, told by a Slack fake that really listens on a socket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slack = SlackFake()
        cls.addClassCleanup(cls.slack.stop)
        cls.company = cls.env.company
        cls.workspace = cls.env["helpdesk.slack.workspace"].create(
            {"name": "Acme", "api_url": cls.slack.url, "bot_token": TOKEN, "company_id": cls.company.id}
        )
        cls.channel = cls._new_channel("#support", "C0SUPPORT01")
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Support", "slack_channel_id": cls.channel.id})
        cls.agent = new_test_user(
            cls.env, "agent", groups="helpdesk_mgmt.group_helpdesk_user", name="Anna Agent", email="anna@example.com"
        )
        cls.manager = new_test_user(cls.env, "manager", groups="helpdesk_mgmt.group_helpdesk_manager")
        cls.Outbox = cls.env["helpdesk.slack.outbox"]
        cls.Dispatcher = cls.env["helpdesk.slack.dispatcher"]

    def setUp(self):
        super().setUp()
        self.slack.messages.clear()
        self.slack.calls.clear()
        self.slack.headers.clear()
        self.slack._faults.clear()
        self.slack.page_size = 200
        # A flow starts with a clean transaction as far as the count of told tickets goes.
        self.env.cr.cache.pop("helpdesk_bridge.told", None)

    @classmethod
    def _new_channel(cls, name, ref, workspace=None):
        return cls.env["helpdesk.slack.channel"].create(
            {"name": name, "channel_ref": ref, "workspace_id": (workspace or cls.workspace).id}
        )

    def new_ticket(self, **values):
        defaults = {"name": "Printer is on fire", "description": "<p>Please help</p>", "team_id": self.team.id}
        return self.env["helpdesk.ticket"].create({**defaults, **values})

    def entries(self, ticket):
        return self.Outbox.search([("ticket_id", "=", ticket.id)], order="id")

    def attempt(self):
        """One round of the dispatcher without its commits; returns the row it took, empty when nothing was due."""
        with patch.object(type(self.Dispatcher), "_retried", lambda model, step, *arguments: step(*arguments)):
            claim = self.Dispatcher._claim()
            if not claim:
                return self.Outbox
            self.Dispatcher._attempt(claim)
        return self.Outbox.browse(claim.entry_id)

    def deliver(self):
        """Deliver whatever is due, as the cron would."""
        taken = self.Outbox
        while entry := self.attempt():
            taken |= entry
        return taken

    def make_due(self, entries):
        """Let the time of a back-off or a lease pass, and the holds of channel and workspace."""
        entries.next_attempt_at = entries.leased_until = "2000-01-01 00:00:00"
        entries.channel_id.hold_until = entries.channel_id.workspace_id.hold_until = False

    def mail(self, name, **values):
        """The bytes of a fixture, with its ``{placeholders}`` filled in."""
        raw = (FIXTURES / "mail" / name).read_bytes()
        for placeholder, value in values.items():
            raw = raw.replace(b"{%s}" % placeholder.encode(), str(value).encode())
        return raw
