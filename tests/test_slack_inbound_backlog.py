"""After an outage, the next row of the Slack Inbox is found at once, though statistics know of none that waits."""

from odoo.tests import tagged

from .outbox_case import OutboxCase
from .plans import maintain, rows_looked_at

DONE, WAITING, MAY_READ = 5000, 1000, 100
ROWS = """
    INSERT INTO helpdesk_slack_inbound (source, kind, workspace_id, company_id, event_ref, channel_ref, thread_ts,
                                        event_ts, message_ts, state, attempts, next_attempt_at)
    SELECT 'http', 'message', %(workspace)s, %(company)s, %(state)s || n, 'C0' || n %% 20, (n %% 50)::text,
           lpad(n::text, 9, '0'), %(state)s || n, %(state)s, 0, now() AT TIME ZONE 'UTC' - interval '1 minute'
      FROM generate_series(1, %(count)s) n
"""


@tagged("post_install", "-at_install")
class TestSlackInboundBacklog(OutboxCase):
    def test_the_next_row_is_found_without_a_look_at_all_that_wait(self):
        inbox = self.env["helpdesk.slack.inbound"]
        values = {"workspace": self.workspace.id, "company": self.company.id}
        self.env.flush_all()
        for state, count in (("done", DONE), ("pending", WAITING)):
            if state == "pending":
                maintain(self.env, inbox._table)
            self.env.cr.execute(ROWS, {**values, "state": state, "count": count})
        before = rows_looked_at(self.env, "helpdesk_slack_inbound")
        work = inbox._begin_next()
        self.assertEqual(inbox.browse(work.entry_id).event_ref, "pending1")
        self.assertLess(rows_looked_at(self.env, "helpdesk_slack_inbound") - before, MAY_READ)
