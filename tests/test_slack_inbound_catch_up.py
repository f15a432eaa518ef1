"""What nobody has delivered is found by asking, once and in order."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.common import database_time, ir_cron, transactions
from ..tools.slack import catch_up
from .slack_catch_up_case import SlackCatchUpCase
from .slack_fake import SILENT
from .slack_inbound_case import ANNA, CHANNEL


@tagged("post_install", "-at_install")
class TestSlackInboundCatchUp(SlackCatchUpCase):
    # -- What is found -----------------------------------------------------------------------------------------------

    def test_replies_that_nobody_delivered_are_found_once_and_in_order(self):
        for text in ("one", "two", "three"):
            self.says(text)
        rows = self.catch_up()
        self.assertEqual(rows.mapped("source"), ["catch_up"] * 3)
        self.assertEqual(self.texts(), ["one", "two", "three"])
        for _again in range(2):
            self.assertFalse(self.catch_up())
        self.assertEqual(self.texts(), ["one", "two", "three"])
        self.assertTrue(self.workspace.catch_up_last)

    def test_what_a_socket_or_http_delivers_as_well_is_one_note_whoever_was_first(self):
        first, _message = self.says("first")
        second, _message = self.says("second")
        self.receive(first, source="socket")
        self.assertEqual(len(self.catch_up()), 1)
        self.take(second, source="http")
        self.take(first, second, source="socket")
        self.assertEqual(self.texts(), ["first", "second"])

    def test_a_reply_before_one_that_was_delivered_is_found_too(self):
        self.says("missed")
        delivered, _message = self.says("delivered")
        self.receive(delivered, source="socket")
        self.catch_up(works_off=False)
        self.work_off()
        self.assertEqual(self.texts(), ["missed", "delivered"])

    def test_an_edit_is_found_with_the_next_reply_and_in_turn(self):
        _said, message = self.says("Frist")
        self.catch_up()
        message |= {"text": "First", "edited": {"user": ANNA, "ts": self.next_ts()}}
        thread = self.env["helpdesk.slack.thread"].search([("ticket_id", "=", self.ticket.id)])
        self.assertFalse(self.catch_up(), "every five minutes will do")
        lately = catch_up.moment_ts(database_time.now(self.env))
        thread.write({"catch_up_ts": lately, "catch_up_at": database_time.now(self.env) - timedelta(seconds=301)})
        self.catch_up()
        self.assertEqual(self.texts(), ["First"])
        self.assertFalse(self.catch_up())
        self.assertEqual(self.notes().body.count("o-mail-Message-edited"), 1)

    def test_files_come_along(self):
        place = self.slack.url.removesuffix("/api/")
        shared = {"id": "F0FILE0001", "name": "log.txt", "mimetype": "text/plain", "size": 3, "mode": "hosted"}
        shared |= {"url_private_download": f"{place}/files/log.txt", "url_private": f"{place}/files/log.txt"}
        self.slack.files["/files/log.txt"] = (200, {"Content-Type": "text/plain"}, b"abc")
        self.says("Look", subtype="file_share", files=[shared])
        self.catch_up()
        self.assertEqual(self.notes().attachment_ids.mapped("raw"), [b"abc"])

    def test_what_programs_say_is_no_row_and_asked_about_once(self):
        self.says("beep", user=None, bot_id="B0OTHER001", subtype="bot_message")
        self.assertFalse(self.catch_up())
        asked = len(self.asked("conversations.replies"))
        self.assertEqual(asked, 1)

    def test_a_small_desk_asks_about_no_thread_in_which_nothing_happens(self):
        self.says("done")
        self.catch_up()
        self.slack.calls.clear()
        self.catch_up()
        self.assertEqual([method for method, _arguments in self.slack.calls], ["conversations.history"])

    def test_a_first_message_far_back_is_asked_about_in_turn(self):
        self.slack.page_size = 1
        others = [f"{1700001000 + number}.000100" for number in range(5)]
        self.slack.messages += [self.root(ts) for ts in others]
        self.says("deep down")
        self.assertEqual(len(self.catch_up()), 1)
        self.assertEqual(self.texts(), ["deep down"])
        self.assertLessEqual(len(self.asked("conversations.history")), catch_up.MAX_PAGES)

    def test_a_closed_ticket_is_found_by_the_history(self):
        self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.says("late")
        self.catch_up()
        self.assertEqual(self.texts(), ["late"])
        self.assertTrue(self.ticket.closed)

    # -- What is not -------------------------------------------------------------------------------------------------

    def test_what_was_said_before_the_first_run_is_history(self):
        self.workspace.catch_up_since = False
        self.says("old")
        self.assertFalse(self.catch_up())
        ts = catch_up.moment_ts(database_time.now(self.env) + timedelta(seconds=5))
        self.says("new", ts=ts)
        self.catch_up()
        self.assertEqual(self.texts(), ["new"])

    def test_nothing_is_asked_while_no_team_takes_replies(self):
        self.env["res.company"].search([]).helpdesk_slack_replies = "off"
        self.env["helpdesk.ticket.team"].search([]).slack_replies = False
        self.says("for nobody")
        self.assertEqual(self.workspace._catch_up_due(), [], "no workspace is even looked at")
        self.assertFalse(self.catch_up())
        self.assertFalse([name for name, _arguments in self.slack.calls if name != "conversations.info"])
        self.team.slack_replies = "note"
        self.assertEqual(self.workspace._catch_up_due(), self.workspace.ids)

    def test_a_team_that_takes_none_is_left_out_and_what_was_said_meanwhile_stays_out(self):
        self.team.slack_replies = "off"
        self.says("between us")
        self.assertFalse(self.catch_up())
        self.assertFalse(self.asked("conversations.replies"))
        self.team.slack_replies = "note"
        ts = catch_up.moment_ts(database_time.now(self.env) + timedelta(seconds=5))
        self.says("for Odoo", ts=ts)
        self.catch_up()
        self.assertEqual(self.texts(), ["for Odoo"])

    def test_a_copy_of_the_database_asks_nothing(self):
        self.says("not for a copy")
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "1")
        self.assertFalse(self.catch_up())
        self.assertFalse(self.slack.calls)

    # -- What goes wrong ---------------------------------------------------------------------------------------------

    def test_a_channel_that_the_bot_may_not_read_is_told_and_holds_up_no_other(self):
        other = self.env["helpdesk.slack.channel"].create(
            {"name": "#other", "channel_ref": "C0SUPPORT02", "workspace_id": self.workspace.id}
        )
        ticket = self.new_ticket()
        self.env["helpdesk.slack.thread"]._begin(ticket, other, "C0SUPPORT02", "1700000050.000100")
        self.slack.proxy = lambda method, arguments: "not_in_channel" if arguments.get("channel") == CHANNEL else None
        self.says("unreadable")
        self.slack.messages.append(self.root("1700000050.000100", "C0SUPPORT02"))
        said = {**self.message(self.reply("readable")), "channel": "C0SUPPORT02", "thread_ts": "1700000050.000100"}
        self.slack.messages.append(said)
        self.catch_up()
        self.assertIn("/invite", self.channel.catch_up_error)
        self.assertFalse(other.catch_up_error)
        self.assertEqual(self.texts(ticket), ["readable"])
        asked = len(self.asked("conversations.history"))
        self.catch_up()
        self.assertEqual(len(self.asked("conversations.history")), asked + 1, "not again for ten minutes")
        self.slack.proxy = None
        self.channel.catch_up_next = False
        self.catch_up()
        self.assertFalse(self.channel.catch_up_error)
        self.assertEqual(self.texts(), ["unreadable"])

    def test_slacks_limit_ends_the_run_and_is_kept(self):
        self.says("patience")
        for fault in ((429, {"Retry-After": "30"}, '{"ok": false, "error": "ratelimited"}'), "invalid_auth", SILENT):
            with self.subTest(fault), patch("odoo.addons.helpdesk_bridge.models.slack.slack_client.TIMEOUT", 0.2):
                self.workspace.write({"catch_up_next": False, "search_hold_until": False})
                self.slack.misbehave(fault, method="conversations.history")
                self.slack.misbehave(fault, method="auth.test")
                self.assertFalse(self.catch_up())
                self.slack._faults["auth.test"].clear()
                self.assertTrue(self.workspace.catch_up_error)
                calls = len(self.slack.calls)
                self.catch_up()
                self.assertEqual(len(self.slack.calls), calls)
        self.workspace.write({"catch_up_next": False, "search_hold_until": False})
        self.catch_up()
        self.assertFalse(self.workspace.catch_up_error)
        self.assertEqual(self.texts(), ["patience"])

    def test_a_thread_that_is_gone_is_asked_about_once(self):
        self.says("gone")
        self.slack.misbehave("thread_not_found", method="conversations.replies")
        self.assertFalse(self.catch_up())
        self.env.invalidate_all()
        thread = self.env["helpdesk.slack.thread"].search([("ticket_id", "=", self.ticket.id)])
        self.assertTrue(thread.catch_up_at and thread.catch_up_ts)

    def test_a_long_thread_is_read_to_its_end_by_and_by(self):
        self.slack.page_size = 2
        said = [f"number {number}" for number in range(14)]
        for text in said:
            self.says(text)
        with patch.object(catch_up, "MAX_THREAD_PAGES", 3):
            for _run in range(4):
                self.catch_up()
        self.assertEqual(self.texts(), said)

    # -- A gap -------------------------------------------------------------------------------------------------------

    def test_after_an_outage_a_fresh_reply_waits_for_the_earlier_ones(self):
        self.catch_up()
        self.says("during the outage")
        fresh, _message = self.says("after it")
        self.workspace.catch_up_last = database_time.now(self.env) - timedelta(hours=3)
        [row] = self.take(fresh, source="socket")
        self.assertEqual((row.state, row.attempts), ("pending", 0))
        self.catch_up()
        self.make_due(row)
        self.work_off()
        self.assertEqual(self.texts(), ["during the outage", "after it"])

    def test_it_does_not_wait_where_nobody_can_ask(self):
        self.workspace.catch_up_last = database_time.now(self.env) - timedelta(hours=3)
        cron = self.env.ref("helpdesk_bridge.ir_cron_slack_catch_up")
        for what, obstacle in {
            "refused": lambda: self.workspace.write({"catch_up_error": "x"}),
            "unreadable": lambda: self.channel.write({"catch_up_error": "x"}),
            "held": lambda: self.workspace.write({"search_hold_until": database_time.now(self.env) + timedelta(60)}),
            "switched off": lambda: cron.write({"active": False}),
        }.items():
            with self.subTest(what):
                savepoint = self.env.cr.savepoint()
                obstacle()
                [row] = self.take(self.reply(what), source="socket")
                self.assertEqual(row.state, "done")
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_it_waits_not_for_ever(self):
        self.workspace.catch_up_last = database_time.now(self.env) - timedelta(hours=3)
        [row] = self.take(self.reply("patient"), source="http")
        self.env.cr.execute(
            "UPDATE helpdesk_slack_inbound SET create_date = create_date - INTERVAL '2 minutes' WHERE id = %s", [row.id]
        )
        self.env.invalidate_all()
        self.make_due(row)
        self.work_off()
        self.assertEqual(row.state, "done")

    def test_on_a_bad_day_threads_for_which_something_waits_come_first(self):
        other = self.new_ticket()
        self.env["helpdesk.slack.thread"]._begin(other, self.channel, CHANNEL, "1700000060.000100")
        self.slack.messages.append(self.root("1700000060.000100"))
        self.catch_up()
        self.says("elsewhere", root="1700000060.000100")
        self.says("before")
        fresh, _message = self.says("after")
        self.workspace.catch_up_last = database_time.now(self.env) - timedelta(hours=3)
        self.take(fresh, source="socket")
        with patch.object(catch_up, "MAX_REPLIES", 1):
            found = self.catch_up(works_off=False)
        self.assertEqual([row.payload["text"] for row in found], ["before"])
        self.assertGreater(database_time.now(self.env) - self.workspace.catch_up_last, timedelta(hours=2))
        self.assertEqual([row.payload["text"] for row in self.catch_up(works_off=False)], ["elsewhere"])
        self.assertLess(database_time.now(self.env) - self.workspace.catch_up_last, timedelta(hours=2))

    def test_a_workspace_that_takes_all_the_time_holds_up_no_other(self):
        second = self.workspace.copy({"name": "Second", "bot_token": "xoxb-second", "company_id": False})
        workspaces, model, asked = self.workspace | second, type(self.workspace), []
        self.company.helpdesk_slack_replies = "note"
        # The first one is never asked for everything, so that it always counts as the one that waits for longest.
        self.workspace.catch_up_last = second.catch_up_last = database_time.now(self.env) - timedelta(hours=3)
        begin = database_time.now(self.env)
        for minute in range(len(workspaces)):
            moment = begin + timedelta(minutes=minute)
            with (
                patch.object(database_time, "now", lambda env, moment=moment: moment),
                patch.object(model, "_catch_up", lambda _self, number: asked.append(number)),
                patch.object(ir_cron, "is_time_over", lambda env: bool(asked)),
                patch.object(transactions, "retried", lambda _cr, step, *arguments: step(*arguments)),
            ):
                self.env["helpdesk.slack.workspace"]._cron_catch_up()
        self.assertEqual(set(asked), set(workspaces.ids))

    def test_a_run_that_takes_too_long_is_said_and_holds_up_nothing_that_is_delivered(self):
        self.workspace.catch_up_last = database_time.now(self.env) - timedelta(hours=3)
        with patch("odoo.addons.helpdesk_bridge.models.slack_inbound.helpdesk_slack_workspace_catch_up.RUN", -1):
            self.catch_up()
        self.assertIn("too slowly", self.workspace.catch_up_error)
        [row] = self.take(self.reply("at once"), source="socket")
        self.assertEqual(row.state, "done")
        self.catch_up()
        self.assertFalse(self.workspace.catch_up_error)
