"""Catch-up keeps within Slack's limits, and costs few queries, on a large desk too."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.common import transactions
from ..models.slack_inbound.slack_catch_up import Channel, Round
from ..tools.slack import catch_up
from .slack_catch_up_case import SlackCatchUpCase


@tagged("post_install", "-at_install")
class TestSlackInboundCatchUpCost(SlackCatchUpCase):
    def test_a_quiet_minute_of_a_large_desk_keeps_within_slacks_limits_and_thirty_queries(self):
        """5,000 open tickets in 20 channels, most of them further back than a history shows."""
        refs = [f"C0LARGE{number:04d}" for number in range(20)]
        self.slack.channels |= set(refs)
        self.env["helpdesk.slack.channel"].create(
            [{"name": ref, "channel_ref": ref, "workspace_id": self.workspace.id} for ref in refs]
        )
        self.new_large_desk(5000)
        self.slack.page_size = 5
        for number in range(400):
            self.slack.messages.append(self.root(f"{1700004800 + number}.000300", refs[number % 20]))
        self.catch_up()
        self.slack.calls.clear()
        self.env.invalidate_all()
        with patch.object(transactions, "retried", lambda _cr, method, *arguments: method(*arguments)):
            before = self.env.cr.sql_log_count
            self.env["helpdesk.slack.workspace"]._cron_catch_up()
            self.env.flush_all()
            self.assertLessEqual(self.env.cr.sql_log_count - before, 30)
        self.assertLessEqual(len(self.asked("conversations.history")), catch_up.MAX_HISTORY)
        asked = [arguments["ts"] for arguments in self.asked("conversations.replies")]
        self.assertEqual(len(set(asked)), catch_up.MAX_REPLIES, "what is further back is asked about in turn")
        self.slack.calls.clear()
        self.catch_up()
        self.assertFalse(set(asked) & {arguments["ts"] for arguments in self.asked("conversations.replies")})

    def test_what_is_left_of_slacks_limit_reads_further_back_in_other_channels_each_minute(self):
        """Two pages of history in each of 21 channels: 42 calls, two more than a minute has."""
        refs = [f"C0LARGE{number:04d}" for number in range(21)]
        self.slack.channels |= set(refs)
        self.slack.page_size = 2
        for number in range(21 * 3):
            self.slack.messages.append(self.root(f"{1700004800 + number}.000300", refs[number % 21]))
        oldest = dict(zip(refs, (f"{1700004800 + number}.000300" for number in range(21)), strict=True))
        read = set()
        for minute in (0, 1):
            self.slack.calls.clear()
            turn = Round(self.workspace.id, self.workspace._connection(), minute=minute)
            turn.channels = [Channel(number, ref, oldest[ref]) for number, ref in enumerate(refs)]
            turn.read_histories()
            self.assertEqual(len(self.asked("conversations.history")), catch_up.MAX_HISTORY)
            self.assertTrue(turn.is_told)
            found = {channel.ref for channel in turn.channels if not channel.oldest_read}
            self.assertEqual(len(found), catch_up.MAX_HISTORY - 21)
            read |= found
        self.assertEqual(read, set(refs))

    def new_large_desk(self, count):
        """So many open tickets with a thread each, by turns in the channels."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            "WHERE table_name = 'helpdesk_ticket' AND column_name NOT IN ('id', 'number')"
        )
        [[columns]] = self.env.cr.fetchall()
        self.env.cr.execute(
            f"""
            WITH made AS (
                INSERT INTO helpdesk_ticket ({columns}, number)
                SELECT {columns}, 'LARGE' || made FROM helpdesk_ticket, generate_series(0, %(last)s) made
                 WHERE id = %(model)s
             RETURNING id, substr(number, 6)::int AS made)
            INSERT INTO helpdesk_slack_thread (ticket_id, channel_id, channel_ref, ts, is_current)
            SELECT made.id, channel.id, channel.channel_ref, (1700000000 + made) || '.000300', true
              FROM made JOIN helpdesk_slack_channel channel
                ON channel.channel_ref = 'C0LARGE' || lpad((made %% 20)::text, 4, '0')
            """,
            {"last": count - 1, "model": self.ticket.id},
        )
        self.env.invalidate_all()
