"""What was delivered long ago is forgotten, but counted; what somebody may still need stays."""

from odoo import fields
from odoo.tests import tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestOutboxVacuum(BridgeCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket()
        self.deliver()
        self.ticket.user_id = self.agent
        self.deliver()

    def age(self, entries, days):
        self.env.flush_all()
        moment = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        self.env.cr.execute(
            "UPDATE helpdesk_slack_outbox SET write_date = %s WHERE id = ANY(%s)", (moment, entries.ids)
        )
        self.env.invalidate_all()

    def kept(self):
        return sorted(self.entries(self.ticket).mapped("kind"))

    def test_old_lines_and_edits_are_forgotten(self):
        self.assertEqual(self.kept(), ["reply", "root", "update"])
        self.age(self.entries(self.ticket), 91)
        self.assertEqual(self.Outbox._gc_old(), (2, 0))
        self.assertEqual(self.kept(), ["root"])

    def test_younger_ones_stay(self):
        self.age(self.entries(self.ticket), 89)
        self.assertEqual(self.Outbox._gc_old(), (0, 0))

    def test_the_count_of_what_was_delivered_stays(self):
        delivered = self.channel.sent_count
        self.assertEqual(delivered, 3)
        self.age(self.entries(self.ticket), 91)
        self.Outbox._gc_old()
        self.env.invalidate_all()
        self.assertEqual(self.channel.sent_count, delivered)

    def test_a_canceled_message_was_not_delivered(self):
        line = self.entries(self.ticket).filtered(lambda entry: entry.kind == "reply")
        line.state = "canceled"
        self.age(line, 91)
        self.Outbox._gc_old()
        self.assertEqual(self.channel.sent_count, 2)

    def test_what_failed_or_waits_stays(self):
        for state in ("failed", "pending"):
            with self.subTest(state):
                entries = self.entries(self.ticket)
                entries.state = state
                self.age(entries, 1000)
                self.assertEqual(self.Outbox._gc_old(), (0, 0))

    def test_the_thread_goes_on_afterwards(self):
        self.age(self.entries(self.ticket), 91)
        self.Outbox._gc_old()
        self.ticket.user_id = self.manager
        self.deliver()
        self.assertEqual(len([m for m in self.slack.messages if not m.get("thread_ts")]), 1)
        self.assertEqual(len(self.lines(self.ticket)), 2)

    def test_a_company_may_keep_them_for_ever(self):
        self.company.helpdesk_outbox_days = 0
        self.age(self.entries(self.ticket), 1000)
        self.assertEqual(self.Outbox._gc_old(), (0, 0))

    def test_an_archived_company_is_tidied_as_well(self):
        company = self.env["res.company"].create({"name": "Gone"})
        team = self.team.copy({"company_id": company.id, "slack_channel_id": False})
        self.workspace.company_id = False
        team.slack_channel_id = self.channel
        ticket = self.new_ticket(team_id=team.id)
        self.deliver()
        ticket.user_id = self.agent
        self.deliver()
        company.active = False
        self.age(self.entries(ticket), 91)
        self.assertEqual(self.Outbox._gc_old(), (2, 0))

    def test_each_company_has_its_own_patience(self):
        self.env["res.company"].create({"name": "Elsewhere", "helpdesk_outbox_days": 1})
        self.age(self.entries(self.ticket), 30)
        self.assertEqual(self.Outbox._gc_old(), (0, 0))
