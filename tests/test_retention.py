"""The daily clean-up works in small portions, and finds what is old without reading the rest."""

import inspect
from unittest.mock import patch

from odoo.tests import tagged

from .common import BridgeCase
from .plans import assert_reads_less, maintain

PORTION = "odoo.addons.helpdesk_bridge.models.common.retention.BATCH_SIZE"
OLD, YOUNG, MAY_READ = "2000-01-01", 2000, 200
#: Rows of each kind that a clean-up deletes or empties: model, method, SQL. Three are old.
ROWS = (
    (
        "helpdesk.slack.outbox",
        "_gc_old",
        """INSERT INTO helpdesk_slack_outbox (ticket_id, channel_id, event, kind, key, state, next_attempt_at,
                                              create_date, write_date)
           SELECT %(ticket)s, %(channel)s, 'assigned', 'reply', gen_random_uuid()::text, 'sent', now(), at, at
             FROM moments""",
    ),
    (
        "helpdesk.inbound.mail",
        "_gc_old",
        """INSERT INTO helpdesk_inbound_mail (key, verdict, company_id, create_date, write_date)
           SELECT gen_random_uuid()::text, 'created', %(company)s, at, at FROM moments""",
    ),
    (
        "helpdesk.slack.inbound",
        "_gc_payloads",
        """INSERT INTO helpdesk_slack_inbound (source, kind, workspace_id, company_id, event_ref, state, payload,
                                               next_attempt_at, ticket_id, create_date)
           SELECT 'http', 'block_action', %(workspace)s, %(company)s, gen_random_uuid()::text, 'done', '{}', now(),
                  %(ticket)s, at FROM moments""",
    ),
    (
        "helpdesk.slack.inbound",
        "_gc_without_ticket",
        """INSERT INTO helpdesk_slack_inbound (source, kind, workspace_id, company_id, event_ref, state,
                                               next_attempt_at, create_date)
           SELECT 'http', 'command', %(workspace)s, %(company)s, gen_random_uuid()::text, 'done', now(), at
             FROM moments""",
    ),
    (
        "helpdesk.slack.person",
        "_gc_old",
        """INSERT INTO helpdesk_slack_person (workspace_id, member_ref, write_date)
           SELECT %(workspace)s, gen_random_uuid()::text, at FROM moments""",
    ),
    (
        "helpdesk.slack.echo",
        "_gc_old",
        """INSERT INTO helpdesk_slack_echo (workspace_id, channel_ref, ts, create_date)
           SELECT %(workspace)s, 'C1', gen_random_uuid()::text, at FROM moments""",
    ),
    (
        "helpdesk.letter",
        "_gc_letters",
        """INSERT INTO helpdesk_letter (ticket_id, kind, state, create_date)
           SELECT %(ticket)s, 'received', 'queued', at FROM moments""",
    ),
)
#: What is kept for months; the rest is deleted soon, so that the old rows are the first ones.
KEPT_FOR_LONG = ROWS[:4]


@tagged("post_install", "-at_install")
class TestRetention(BridgeCase):
    def fill(self, statement, young):
        """Three old rows behind so many young ones."""
        self.ticket = self.ticket if hasattr(self, "ticket") else self.new_ticket()
        values = {"ticket": self.ticket.id, "channel": self.channel.id, "company": self.company.id}
        moments = (
            "WITH moments AS (SELECT CASE WHEN n > %(young)s THEN %(old)s::timestamp ELSE now() END AS at"
            " FROM generate_series(1, %(young)s + 3) n) "
        )
        self.env.flush_all()
        self.env.cr.execute(moments + statement, {**values, "workspace": self.workspace.id, "young": young, "old": OLD})
        self.env.invalidate_all()

    def test_what_is_old_goes_in_portions(self):
        for model, method, statement in ROWS:
            with self.subTest(model=model, method=method), patch(PORTION, 2):
                clean = getattr(self.env[model].sudo(), method)
                while clean()[0]:
                    pass
                self.fill(statement, 1)
                self.assertEqual([clean(), clean(), clean()], [(2, 1), (1, 0), (0, 0)])

    def test_a_portion_is_no_larger_anywhere(self):
        """To delete more at once is to hold the locks of all of it."""
        from ..models.common import retention

        self.assertLessEqual(retention.BATCH_SIZE, 200)
        for name, model in self.env.items():
            if not name.startswith("helpdesk.") or model._transient:
                continue
            for method, function in inspect.getmembers(type(model), lambda one: getattr(one, "_autovacuum", False)):
                with self.subTest(model=name, method=method):
                    self.assertNotIn("limit=", inspect.getsource(function))

    def test_a_portion_reads_what_is_old_only(self):
        """Whether PostgreSQL's statistics know of the rows or not, and Odoo which columns are required or not.

        After a field is added to a model, Odoo does not know that of the others until the server starts again.
        """
        for model, method, statement in KEPT_FOR_LONG:
            clean, table = getattr(self.env[model].sudo(), method), self.env[model]._table
            while clean()[0]:
                pass
            maintain(self.env, table, "helpdesk_ticket")
            for rows_known, columns_known in ((False, True), (True, True), (True, False)):
                with self.subTest(model=model, method=method, rows_known=rows_known, columns_known=columns_known):
                    self.fill(statement, YOUNG)
                    if rows_known:
                        maintain(self.env, table, "helpdesk_ticket")
                    required = self.env.registry.not_null_fields if columns_known else set()
                    with patch.object(self.env.registry, "not_null_fields", required):
                        assert_reads_less(self, MAY_READ, table, clean)
