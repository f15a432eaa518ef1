"""After an outage, a claim looks at few messages, though PostgreSQL's statistics know of none that wait."""

from odoo.tests import tagged

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
    SELECT (%(tickets)s::int[])[n], (%(channels)s::int[])[1 + n %% array_length(%(channels)s, 1)], 'created', 'root',
           gen_random_uuid()::text, '{"text": "x"}', %(state)s, 0, 0, now() AT TIME ZONE 'UTC' - interval '1 minute'
      FROM generate_series(1, array_length(%(tickets)s, 1)) n
"""


@tagged("post_install", "-at_install")
class TestSlackOutboxBacklog(OutboxCase):
    def test_a_claim_in_an_outage_of_many_channels_looks_at_few_messages(self):
        channels = [self._new_channel(f"#outage-{number}", f"C0OUTAGE{number:02}").id for number in range(CHANNELS)]
        self.entry.unlink()
        self.env.flush_all()
        self.env.cr.execute(TICKETS, [self.company.id, SENT + CHANNELS * EACH])
        tickets = [number for (number,) in self.env.cr.fetchall()]
        for state, some in (("sent", tickets[:SENT]), ("pending", tickets[SENT:])):
            if state == "pending":
                maintain(self.env, "helpdesk_slack_outbox")
            self.env.cr.execute(ROWS, {"tickets": some, "channels": channels, "state": state})
        dispatcher = self.env["helpdesk.slack.dispatcher"]
        for what, work in (("claim", dispatcher._claim), ("soonest", dispatcher._soonest)):
            with self.subTest(what):
                before = rows_looked_at(self.env, "helpdesk_slack_outbox")
                self.assertTrue(work())
                self.env.flush_all()
                self.assertLess(rows_looked_at(self.env, "helpdesk_slack_outbox") - before, MAY_READ)
