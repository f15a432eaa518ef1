"""What failed is found at once, though a hundred thousand rows wait; the first page of all tickets reads no others."""

from functools import partial

from odoo.tests import tagged

from .outbox_case import OutboxCase
from .plans import assert_reads_less, maintain

WAITING, FAILED, MAY_READ = 3000, 3, 300
PUT = {
    "helpdesk.slack.outbox": """
        INSERT INTO helpdesk_slack_outbox (ticket_id, channel_id, event, kind, key, state, next_attempt_at)
        SELECT %(ticket)s, %(channel)s, 'assigned', 'reply', gen_random_uuid()::text, state, now() FROM states""",
    "helpdesk.slack.inbound": """
        INSERT INTO helpdesk_slack_inbound (source, kind, workspace_id, company_id, event_ref, state, next_attempt_at)
        SELECT 'http', 'message', %(workspace)s, %(company)s, gen_random_uuid()::text, state, now() FROM states""",
}
STATES = """
    WITH states AS (SELECT CASE WHEN n > %(waiting)s THEN 'failed' ELSE 'pending' END AS state
                      FROM generate_series(1, %(waiting)s + %(failed)s) n)
"""


@tagged("post_install", "-at_install")
class TestFailedFound(OutboxCase):
    def test_what_failed_is_found_without_what_waits(self):
        values = {
            "ticket": self.ticket.id,
            "channel": self.entry.channel_id.id,
            "workspace": self.entry.channel_id.workspace_id.id,
            "company": self.company.id,
            "waiting": WAITING,
            "failed": FAILED,
        }
        self.env.flush_all()
        for model, statement in PUT.items():
            with self.subTest(model):
                self.env[model].search([("state", "=", "failed")]).unlink()
                self.env.cr.execute(STATES + statement, values)
                table = self.env[model]._table
                maintain(self.env, table)
                failed = [("state", "=", "failed")]
                assert_reads_less(self, MAY_READ, table, lambda: self.env[model].search(failed, limit=80))  # noqa: B023
                self.assertEqual(self.env[model].search_count(failed), FAILED)

    def test_the_first_page_of_all_tickets_reads_no_others(self):
        self.env.cr.execute(
            """
            INSERT INTO helpdesk_ticket (name, number, description, company_id, active, priority, sequence, sla_due)
            SELECT 'Old', 'OLD' || n, 'x', %s, TRUE, (n %% 4)::text, 10, now() - n * interval '1 hour'
              FROM generate_series(1, %s) n
            """,
            [self.company.id, WAITING],
        )
        maintain(self.env, "helpdesk_ticket")
        tickets = self.env["helpdesk.ticket"].with_user(self.manager)
        page = partial(tickets.search_fetch, [], ["name"], limit=80, order="sla_due, priority desc, id desc")
        assert_reads_less(self, MAY_READ, "helpdesk_ticket", page)
