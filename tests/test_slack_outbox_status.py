"""What has not arrived says why, and can be found by it."""

import logging

from odoo.tests import tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestOutboxStanding(BridgeCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket()
        self.entry = self.entries(self.ticket)
        self.behind = self.entries(self.new_ticket())

    def pause(self, way, reason):
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            way._pause(reason)
        self.env.invalidate_all()

    def grouped(self):
        rows = [("id", "in", (self.entry | self.behind).ids)]
        return self.Outbox.with_user(self.manager).formatted_read_group(rows, ["reason"], ["__count"])

    def test_a_message_has_a_name_that_a_person_can_read(self):
        self.assertEqual(self.entry.display_name, f"[ML-#{self.ticket.bridge_number}] · New ticket · #support")

    def test_an_edit_of_the_first_message_does_not_look_like_another_new_ticket(self):
        edit = self.Outbox.create([self.Outbox._update_vals(self.ticket, self.channel.id)])
        self.assertEqual((self.entry.what, edit.what), ("New ticket", "First message updated"))
        self.assertIn("First message updated", edit.display_name)

    def test_what_waits_for_nothing_special_has_no_reason(self):
        self.assertFalse(self.entry.reason)
        self.assertEqual(self.entry.search([("reason", "=", False), ("id", "=", self.entry.id)]), self.entry)

    def test_a_message_behind_a_paused_channel_says_so_on_row_and_ticket(self):
        self.pause(self.channel, "The bot is not there.")
        self.assertEqual(self.behind.reason, "#support: The bot is not there.")
        self.assertEqual(self.ticket.slack_problem, "#support: The bot is not there.")

    def test_the_workspace_counts_before_the_channel_and_no_token_before_both(self):
        self.pause(self.channel, "The bot is not there.")
        self.pause(self.workspace, "Dead.")
        self.assertEqual(self.behind.reason, "Acme: Dead.")
        self.workspace.bot_token = False
        self.env.invalidate_all()
        self.assertEqual(self.behind.reason, "There is no bot token yet.")

    def test_a_message_for_an_archived_channel_or_workspace_says_so(self):
        self.channel.active = False
        self.env.invalidate_all()
        self.assertIn("#support: archived in Odoo", self.behind.reason)
        self.assertIn("archived", self.ticket.slack_problem)
        self.assertEqual(self.Outbox.search([("reason", "ilike", "archived in Odoo")]), self.entry | self.behind)
        self.channel.active = True
        self.workspace.active = False
        self.env.invalidate_all()
        self.assertIn("Acme: archived in Odoo", self.behind.reason)

    def test_a_list_of_tickets_asks_as_often_as_one_ticket(self):
        tickets = self.ticket
        for _number in range(20):
            tickets |= self.new_ticket()

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.web_read({"slack_state": {}, "slack_problem": {}})
            return self.env.cr.sql_log_count - before

        queries(tickets)  # fills the caches of the registry
        self.assertEqual(queries(tickets), queries(tickets[:1]))
        self.assertEqual(set(tickets.mapped("slack_state")), {"waiting"})

    def test_what_failed_keeps_its_own_reason_whatever_is_paused(self):
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.pause(self.channel, "The bot is not there.")
        self.assertEqual(self.entry.reason, "Slack answered “frobnicated”.")

    def test_messages_are_grouped_by_reason_and_each_group_can_be_opened(self):
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.pause(self.channel, "The bot is not there.")
        groups = {group["reason"]: group for group in self.grouped()}
        expected = {"Slack answered “frobnicated”.": self.entry, "#support: The bot is not there.": self.behind}
        self.assertEqual(set(groups), set(expected))
        for reason, entry in expected.items():
            found = self.Outbox.search([*groups[reason]["__extra_domain"], ("channel_id", "=", self.channel.id)])
            self.assertEqual(found, entry)
        self.assertEqual(self.Outbox.search([("reason", "ilike", "not there")]), self.behind)

    def test_failing_is_what_needs_somebody(self):
        failing = self.env.ref("helpdesk_bridge.helpdesk_slack_outbox_view_search").arch
        self.assertIn("('reason', '!=', False)", failing)
        self.assertFalse(self.Outbox.search([("reason", "!=", False)]))
        self.pause(self.channel, "The bot is not there.")
        self.assertEqual(self.Outbox.search([("reason", "!=", False)]), self.entry | self.behind)

    def test_channel_and_workspace_count_what_waits_and_what_failed(self):
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        for way in (self.channel, self.workspace):
            with self.subTest(way):
                self.assertEqual((way.waiting_count, way.failed_count), (1, 1))
                action = way.with_user(self.manager).action_open_outbox()
                self.assertEqual(self.Outbox.search(action["domain"]), self.entry | self.behind)

    # -- what Slack says about a channel -----------------------------------------------------------------------------

    def test_a_pasted_channel_learns_its_name(self):
        self.slack.info["C0NEWCHAN1"] = {"name": "billing"}
        self.assertEqual(self.env["helpdesk.slack.channel"].name_create("C0NEWCHAN1")[1], "#billing")

    def test_a_channel_without_the_bot_says_so_right_away(self):
        channel = self.env["helpdesk.slack.channel"]
        for info, words in (({"is_member": False}, "/invite"), ({"is_archived": True}, "archived")):
            self.slack.info["C0NEWCHAN1"] = info
            found = channel.browse(channel.name_create("C0NEWCHAN1")[0])
            self.assertIn(words, found.note)
            self.assertEqual(found.state, "ok", "what was asked is no proof that a message will be refused")
            self.assertIn(words, found.action_ask_slack()["params"]["message"])
            found.unlink()
        self.workspace.bot_name = "acme-helpdesk"
        self.slack.info["C0NEWCHAN1"] = {"is_member": False}
        self.assertIn("/invite @acme-helpdesk ", channel.browse(channel.name_create("C0NEWCHAN1")[0]).note)
        found = channel.browse(channel.name_create("C0UNKNOWN1")[0])
        self.assertIn("does not know this channel", found.note)

    def test_a_mended_channel_loses_its_note(self):
        self.channel.note = "The bot is not in this channel."
        self.assertEqual(self.channel.action_ask_slack()["params"]["type"], "success")
        self.assertFalse(self.channel.note)

    def test_a_slack_that_may_not_be_asked_changes_nothing(self):
        self.channel.note = "as it was"
        for fault in ("missing_scope", (500, {}, "<html>")):
            self.slack.misbehave(fault, method="conversations.info")
            self.assertEqual(self.channel.action_ask_slack()["params"]["type"], "danger")
        self.assertRecordValues(self.channel, [{"name": "#support", "note": "as it was", "state": "ok"}])

    def test_a_posted_message_is_shown_as_it_was_posted_with_its_link(self):
        self.slack.people["anna@example.com"] = "U0ANNA001"
        ticket = self.new_ticket(name="<b>Fire</b> & smoke", user_id=self.agent.id)
        [root] = self.entries(ticket)
        self.assertFalse(root.posted_html or root.url, "it is not posted yet")
        self.deliver()
        there = f"{self.workspace.slack_url.rstrip('/')}/archives/C0SUPPORT01/p"
        self.assertEqual(root.url, there + root.slack_ts.replace(".", ""))
        self.assertIn(root.slack_ts, [message["ts"] for message in self.slack.messages])
        for words in ("&lt;b&gt;Fire&lt;/b&gt; &amp; smoke", "@Anna Agent", "<blockquote>Please help"):
            self.assertIn(words, root.posted_html)
        self.assertNotIn("<b>Fire", root.posted_html)
        ticket.name = "Later"
        self.deliver()
        self.assertIn("Fire", root.posted_html, "as it was posted, not as the ticket is now")
        self.comment(ticket, "Hello, unplug it", user=self.agent)
        self.deliver()
        reply = self.entries(ticket).filtered(lambda entry: entry.kind == "reply")[-1:]
        self.assertIn("unplug it", reply.posted_html)
        self.assertTrue(reply.url.startswith(there))
        self.assertNotEqual(reply.url, root.url)
