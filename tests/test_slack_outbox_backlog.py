"""After an outage, a claim looks at few messages, though PostgreSQL's statistics know of none that wait."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.slack import helpdesk_slack_dispatcher_blocked
from .outbox_case import OutboxCase
from .plans import maintain, rows_looked_at

CHANNELS, EACH, SENT = 20, 50, 5000
#: Rows that a claim may look at: the oldest of each channel, and what its ticket has.
MAY_READ = 10 * CHANNELS
TICKETS = """
    INSERT INTO helpdesk_ticket (name, number, description, company_id, active, priority, sequence)
    SELECT 'Outage', 'OUT' || n, 'x', %s, TRUE, '1', 10 FROM generate_series(1, %s) n RETURNING id
"""
ROWS = """
    INSERT INTO helpdesk_slack_outbox (ticket_id, channel_id, event, kind, key, payload, state, attempts, turn,
                                       next_attempt_at)
    SELECT (%(tickets)s::int[])[n], (%(channels)s::int[])[1 + n %% array_length(%(channels)s, 1)], 'created', %(kind)s,
           gen_random_uuid()::text, '{"text": "x"}', %(state)s, 0, 0, now() AT TIME ZONE 'UTC' - interval '1 minute'
      FROM generate_series(1, array_length(%(tickets)s, 1)) n
"""


@tagged("post_install", "-at_install")
class TestSlackOutboxBacklog(OutboxCase):
    def setUp(self):
        """So many messages were sent; statistics end here."""
        super().setUp()
        refs = [f"C0OUTAGE{number:02}" for number in range(CHANNELS)]
        self.channels = [self._new_channel(f"#outage-{ref}", ref).id for ref in refs]
        self.entry.unlink()
        self.env.flush_all()
        self.env.cr.execute(TICKETS, [self.company.id, SENT + CHANNELS * EACH])
        tickets = [number for (number,) in self.env.cr.fetchall()]
        self.tickets = tickets[SENT:]
        self.add("sent", tickets[:SENT])
        maintain(self.env, "helpdesk_slack_outbox")

    def add(self, state, tickets, kind="root"):
        rows = {"tickets": tickets, "channels": self.channels, "state": state, "kind": kind}
        self.env.cr.execute(ROWS, rows)

    def looked_at(self, work):
        self.env.cr.execute("SET LOCAL enable_sort TO on")
        before = rows_looked_at(self.env, "helpdesk_slack_outbox")
        found = work()
        return found, rows_looked_at(self.env, "helpdesk_slack_outbox") - before

    def test_a_claim_in_an_outage_of_many_channels_looks_at_few_messages(self):
        self.add("pending", self.tickets)
        dispatcher = self.Dispatcher
        for name in ("_overdue_since", "_claim", "_soonest"):
            with self.subTest(name):
                found, read = self.looked_at(getattr(dispatcher, name))
                self.assertTrue(found)
                self.assertLess(read, MAY_READ)

    def test_health_goes_on_as_postgresql_is_configured(self):
        self.add("pending", self.tickets)
        self.Dispatcher._overdue_since()
        self.env.cr.execute("SHOW enable_sort")
        self.assertEqual(self.env.cr.fetchone(), ("on",))

    def test_what_waits_behind_many_failed_messages_is_found_among_those_that_come_first(self):
        failed, first = 200, 5
        self.add("failed", self.tickets[:failed], "reply")
        self.add("pending", self.tickets, "reply")
        with patch.object(helpdesk_slack_dispatcher_blocked, "POSTPONE_AT_ONCE", first):
            _found, read = self.looked_at(self.Dispatcher._postpone_blocked)
        # What has failed; of each channel the rows that come first, each with what its ticket has.
        self.assertLess(read, failed + CHANNELS * first * 4)
        postponed = self.Outbox.search([("next_attempt_at", ">", self.env.cr.now())])
        self.assertEqual(len(postponed), CHANNELS * first)
        self.assertLessEqual(set(postponed.ticket_id.ids), set(self.tickets[:failed]))
