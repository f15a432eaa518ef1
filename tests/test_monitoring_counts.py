"""What a monitor asks for costs the same, however much is over; and what is counted once is counted right."""

from collections import Counter
from unittest.mock import patch

import psycopg2.errors

from odoo.tests import tagged

from ..models.common.helpdesk_bridge_counter import BREACHES, CLOCKS, MAILS
from .common import InboundCase
from .plans import maintain, rows_read

JANE = "jane@customer.example"
#: Rows that are over, of each kind; and how many of them one scrape may read.
OVER, MAY_READ = 2000, 200
FINISHED = (
    """INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, active, priority, sequence)
       SELECT 'Old', 'OLD' || n, 'x', %(company)s, %(team)s, TRUE, '1', 10 FROM generate_series(1, %(over)s) n""",
    """INSERT INTO helpdesk_sla_clock (ticket_id, metric, started_at, target_minutes, breached_at, state)
       SELECT id, metric, now(), 240, now(), 'missed'
         FROM helpdesk_ticket, (VALUES ('start'), ('resolution')) metrics (metric) WHERE number LIKE 'OLD%%'""",
    """INSERT INTO helpdesk_slack_outbox (ticket_id, channel_id, event, kind, key, state, attempts, next_attempt_at)
       SELECT id, %(channel)s, 'assigned', 'root', gen_random_uuid()::text, 'sent', 5, now()
         FROM helpdesk_ticket WHERE number LIKE 'OLD%%'""",
    """INSERT INTO helpdesk_inbound_mail (key, verdict, company_id, ticket_id, attempts)
       SELECT gen_random_uuid()::text, 'created', %(company)s, id, 1 FROM helpdesk_ticket WHERE number LIKE 'OLD%%'""",
    """INSERT INTO mail_message (model, res_id, message_type, date)
       SELECT 'helpdesk.ticket', id, 'comment', now() - interval '1 day' FROM helpdesk_ticket
        WHERE number LIKE 'OLD%%'""",
    """INSERT INTO mail_mail (mail_message_id, state, email_to)
       SELECT message.id, 'sent', 'jane@customer.example' FROM mail_message message
         JOIN helpdesk_ticket ticket ON ticket.id = message.res_id AND message.model = 'helpdesk.ticket'
        WHERE ticket.number LIKE 'OLD%%'""",
    """INSERT INTO mail_notification (mail_message_id, res_partner_id, notification_type, notification_status)
       SELECT message.id, %(partner)s, 'email', 'sent' FROM mail_message message
         JOIN helpdesk_ticket ticket ON ticket.id = message.res_id AND message.model = 'helpdesk.ticket'
        WHERE ticket.number LIKE 'OLD%%'""",
    """INSERT INTO helpdesk_letter (ticket_id, kind, state)
       SELECT id, 'received', 'queued' FROM helpdesk_ticket WHERE number LIKE 'OLD%%'""",
)


@tagged("post_install", "-at_install")
class TestMonitoringCounts(InboundCase):
    def setUp(self):
        super().setUp()
        self.Clock = self.env["helpdesk.sla.clock"]
        self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        self.ticket = self.new_ticket()
        self.start, self.resolution = self.ticket.sla_clock_ids.sorted("metric", reverse=True)
        self.start.write({"state": "missed", "breached_at": "2026-01-01"})
        self.resolution.state = "met"
        self.row = self.receive(JANE)

    def test_health_asks_no_more_for_more_mailboxes(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["helpdesk.bridge.health"]._facts()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(8):
            team = self.team.copy({"name": f"Team {number}"})
            address = f"team{number}@acme.example"
            self._new_mailbox(address, team).helpdesk_address = address
        queries()
        self.assertLessEqual(queries(), few + 1)

    def totals(self):
        """What a monitor sees of clocks, breaches and emails; nothing where there is nothing."""
        found = {**self.Clock._totals(), **self.Log._totals()}
        return {name: {labels: number for labels, number in found[name].items() if number} for name in found}

    def vacuum(self):
        """What the daily vacuum does, until there is nothing left to do."""
        for model in (self.Clock, self.Log):
            self.exhaust(lambda model=model: model._gc_count()[0])
        self.env["helpdesk.bridge.count"]._gc_merge()

    def test_what_is_over_is_counted_once_and_the_totals_stay(self):
        before = self.totals()
        self.vacuum()
        self.assertEqual((self.start + self.resolution).mapped("is_counted"), [True, True])
        self.assertTrue(self.row.is_counted)
        self.assertEqual(self.totals(), before)
        self.vacuum()
        self.assertEqual(self.totals(), before)

    def test_what_goes_on_is_not_counted_yet(self):
        self.start.write({"state": "running", "breached_at": False})
        self.resolution.state = "paused"
        failed, opened = self.receive("eve@customer.example"), self.receive("bob@customer.example")
        failed.verdict, opened.verdict = "failed", False
        self.vacuum()
        self.assertFalse(any((self.start + self.resolution).mapped("is_counted")))
        self.assertFalse(failed.is_counted or opened.is_counted)

    def test_what_changes_again_is_counted_as_what_it_is_now(self):
        before = self.totals()
        self.vacuum()
        self.start.write({"state": "running", "breached_at": False})
        self.resolution.state = "running"
        self.row.verdict = "ignored"
        self.assertFalse(any((self.start + self.resolution).mapped("is_counted")) or self.row.is_counted)
        expected = {name: Counter(numbers) for name, numbers in before.items()}
        expected[CLOCKS] += Counter({("start", "running"): 1, ("resolution", "running"): 1})
        expected[CLOCKS] -= Counter({("start", "missed"): 1, ("resolution", "met"): 1})
        expected[BREACHES] -= Counter({("start",): 1})
        expected[MAILS] += Counter({("ignored",): 1})
        expected[MAILS] -= Counter({("created",): 1})
        self.assertEqual(self.totals(), expected)
        self.vacuum()
        self.assertEqual(self.totals(), expected)
        negative = self.env["helpdesk.bridge.count"].search([("counter", "<", 0)])
        self.assertFalse(negative, "what was taken away is merged")

    def test_a_change_of_something_else_leaves_the_mark(self):
        self.vacuum()
        self.start.warn_percent = 50
        self.assertTrue(self.start.is_counted)

    def test_a_copy_and_a_new_row_are_not_counted(self):
        self.vacuum()
        self.assertFalse(self.row.copy({"key": "another"}).is_counted)

    def test_a_deleted_ticket_leaves_its_breaches_and_nothing_else(self):
        before = self.totals()
        for is_counted in (False, True):
            with self.subTest(is_counted=is_counted), self.env.cr.savepoint() as savepoint:
                if is_counted:
                    self.vacuum()
                self.ticket.unlink()
                after = self.totals()
                self.assertEqual(after[BREACHES], before[BREACHES])
                gone = Counter(before[CLOCKS]) - Counter(after[CLOCKS])
                self.assertEqual(gone, {("start", "missed"): 1, ("resolution", "met"): 1})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_deleted_email_is_counted_once_whether_the_vacuum_had_counted_it_or_not(self):
        before = self.totals()[MAILS]
        for is_counted in (False, True):
            with self.subTest(is_counted=is_counted), self.env.cr.savepoint() as savepoint:
                if is_counted:
                    self.vacuum()
                self.env.flush_all()
                self.env.cr.execute("UPDATE helpdesk_inbound_mail SET create_date = '2020-01-01'")
                self.env.invalidate_all()
                self.Log._gc_old()
                self.assertFalse(self.row.exists())
                self.assertEqual(self.totals()[MAILS], before)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_a_person_deletes_counts_no_more(self):
        before = self.totals()
        for is_counted in (False, True):
            with self.subTest(is_counted=is_counted), self.env.cr.savepoint() as savepoint:
                if is_counted:
                    self.vacuum()
                (self.row + self.row.copy({"key": "another"})).unlink()
                self.ticket.sla_clock_ids.unlink()
                after = self.totals()
                self.assertEqual(Counter(before[MAILS]) - Counter(after[MAILS]), {("created",): 1})
                self.assertEqual(Counter(before[BREACHES]) - Counter(after[BREACHES]), {("start",): 1})
                gone = Counter(before[CLOCKS]) - Counter(after[CLOCKS])
                self.assertEqual(gone, {("start", "missed"): 1, ("resolution", "met"): 1})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_users_never_wait_for_what_the_vacuum_counts(self):
        self.vacuum()
        rows = self.env["helpdesk.bridge.count"].search([("counter", "=", 0)])
        before = {row.id: row.value for row in rows}
        self.row.verdict = "ignored"
        self.ticket.unlink()
        rows.invalidate_recordset()
        self.assertEqual({row.id: row.value for row in rows}, before)

    def _asked(self, work):
        """The SQL and its values that PostgreSQL is asked meanwhile."""
        asked, execute = [], self.env.cr.execute

        def noted(query, params=None, **options):
            asked.append((getattr(query, "code", query), getattr(query, "params", params)))
            return execute(query, params, **options)

        with patch.object(self.env.cr, "execute", noted):
            work()
        return asked

    def test_what_is_over_is_found_before_anything_is_locked(self):
        for model, row in ((self.Clock, self.start), (self.Log, self.row)):
            self.env.flush_all()
            with self.subTest(model=model._name):
                asked = self._asked(model._gc_count)
                of_table = [(code, params) for code, params in asked if f'"{model._table}"' in code]
                self.assertNotRegex(of_table[0][0], "UPDATE", "to find them may take long")
                [(locks, params)] = [one for one in of_table if "FOR NO KEY UPDATE" in one[0]]
                self.assertRegex(locks, r"id = ANY\(%s\)")
                self.assertIn(row.id, next(value for value in params if isinstance(value, list)))
                self.assertTrue(row.is_counted)

    def test_a_conflict_is_tried_again_in_the_next_transaction(self):
        conflict = psycopg2.errors.SerializationFailure("could not serialize access")
        with patch.object(type(self.Clock), "_mark", side_effect=conflict):
            self.assertEqual(self.Clock._gc_count(), (0, 1))
        self.assertFalse(self.start.is_counted)
        self.assertGreater(self.Clock._gc_count()[0], 0)
        self.assertTrue(self.start.is_counted)

    def test_a_monitor_reads_nothing_of_what_is_over(self):
        self.fill()
        self.assertGreater(rows_read(self.env, self.Clock._totals)["helpdesk_sla_clock"], OVER, "this can be told")
        self.vacuum()
        maintain(self.env)
        for page in (self.env["helpdesk.bridge.metrics"]._exposition, self.env["helpdesk.bridge.health"]._findings):
            with self.subTest(page.__name__):
                read = rows_read(self.env, page)
                self.assertFalse({table: rows for table, rows in read.items() if rows > MAY_READ})

    def fill(self):
        """Much that is over; and an email that is being retried, for which Health looks whether others were sent."""
        partner = self.env["res.partner"].create({"name": "Jane Doe", "email": JANE})
        values = {"company": self.company.id, "team": self.team.id, "channel": self.channel.id, "over": OVER}
        self.env.flush_all()
        for statement in FINISHED:
            self.env.cr.execute(statement, {**values, "partner": partner.id})
        self.env["mail.mail"].create(
            {"model": "helpdesk.ticket", "res_id": self.ticket.id, "email_to": JANE, "helpdesk_attempts": 1}
        )
        self.env.flush_all()
        self.env.invalidate_all()
