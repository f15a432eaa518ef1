"""Whatever Slack delivers is in the inbox once, is carried out in order, and is never silently lost."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.slack import catch_up
from .common import new_test_user
from .slack_inbound_case import ANNA, CHANNEL, TEAM, SlackInboundCase


class Broken(Exception):
    pass


@tagged("post_install", "-at_install")
class TestSlackInboundDoor(SlackInboundCase):
    def broken(self, *texts):
        """Notes with these words cannot be written."""
        method = type(self.Inbox)._do_message

        def do(entry, work):
            if entry.payload["text"] in texts:
                raise Broken("the words are broken")
            return method(entry, work)

        return patch.object(type(self.Inbox), "_do_message", do)

    def test_one_event_by_three_transports_is_one_note(self):
        said = self.reply("Once")
        found = {**self.message(said), "reply_count": 0}
        caught = list(catch_up.caught_up(CHANNEL, found, TEAM))
        mention = {**said, "event_id": "Ev0MENTION", "event": {**said["event"], "type": "app_mention"}}
        for body, source in (
            (said, "http"),
            (mention, "http"),
            (said, "http"),
            (said, "socket"),
            (said, "socket"),
            *((one, "catch_up") for one in caught),
        ):
            self.receive(body, source=source)
        self.work_off()
        for body in (said, *caught):
            self.take(body)
        self.assertEqual(self.notes().mapped("preview"), ["Once"])

    def test_an_edit_that_catch_up_finds_as_well_is_one_edit(self):
        said = self.reply("First")
        self.take(said)
        edit = self.edit(said, "Second")
        rows = self.take(*catch_up.caught_up(CHANNEL, edit["event"]["message"], TEAM))
        rows |= self.take(edit)
        self.assertEqual(len(rows), 1)
        self.assertEqual(self.notes().body.count("o-mail-Message-edited"), 1)

    def test_what_was_first_found_edited_is_not_called_edited(self):
        said = self.reply("First")
        edit = self.edit(said, "Second")
        self.take(*catch_up.caught_up(CHANNEL, edit["event"]["message"], TEAM), source="catch_up")
        self.assertEqual(self.notes().mapped("body"), ["<p>Second</p>"])

    def test_a_thread_is_carried_out_in_the_order_in_which_it_was_written(self):
        said = [self.reply(text) for text in ("one", "two", "three", "four")]
        self.take(*reversed(said))
        self.assertEqual(self.notes().mapped("preview"), ["one", "two", "three", "four"])

    def test_a_failing_row_holds_up_its_own_thread_only(self):
        other = self.new_ticket()
        self.env["helpdesk.slack.thread"]._begin(other, self.channel, CHANNEL, "1700000060.000100")
        with self.broken("bad"), self.assertLogs("odoo.addons.helpdesk_bridge", "ERROR"):
            rows = self.take(
                self.reply("bad"), self.reply("behind"), self.reply("elsewhere", thread_ts="1700000060.000100")
            )
            self.assertEqual(rows.mapped("state"), ["pending", "pending", "done"])
            self.assertEqual(rows.mapped("attempts"), [1, 0, 1])
            for _attempt in range(2):
                self.make_due(rows[0])
                self.work_off()
        self.assertEqual(rows.mapped("state"), ["failed", "done", "done"])
        self.assertEqual(rows[0].attempts, 3)
        self.assertIn("the words are broken", rows[0].reason)
        rows[0].with_user(self.manager).action_replay()
        self.work_off()
        self.assertEqual(rows[0].state, "done")
        self.assertEqual(self.notes().mapped("preview"), ["behind", "bad"])

    def test_an_edit_of_what_has_failed_is_in_the_replay(self):
        said = self.reply("bad")
        with self.broken("bad"), self.assertLogs("odoo.addons.helpdesk_bridge", "ERROR"):
            row = self.take(said)
            for _attempt in range(2):
                self.make_due(row)
                self.work_off()
        self.take(self.edit(said, "good"))
        row.action_replay()
        self.work_off()
        self.assertEqual(self.notes().mapped("preview"), ["good"])

    def test_a_conflict_costs_no_attempt(self):
        row = self.receive(self.reply())
        method, conflicts = type(self.Inbox)._do_message, [psycopg2.errors.SerializationFailure("busy")]

        def do(entry, work):
            if conflicts:
                raise conflicts.pop()
            return method(entry, work)

        with (
            patch.object(type(self.Inbox), "_do_message", do),
            self.assertLogs("odoo.addons.helpdesk_bridge", "WARNING"),
        ):
            self.work_off()
            self.assertEqual((row.state, row.attempts), ("pending", 0))
            self.make_due(row)
            self.work_off()
        self.assertEqual(row.state, "done")

    def test_a_row_that_kills_its_worker_each_time_is_left_to_people(self):
        row = self.receive(self.reply())
        for _attempt in range(3):
            self.assertTrue(self.Inbox._begin_next())
            self.make_due(row)
        self.work_off()
        self.assertEqual(row.state, "failed")
        self.assertFalse(self.notes())

    def test_a_row_in_another_hand_is_left_alone(self):
        row = self.receive(self.reply())
        late = self.Inbox._begin_next()
        self.make_due(row)
        self.work_off()
        self.assertEqual(len(self.notes()), 1)
        said, note = self.ticket.message_ids, row.message_id
        with patch.object(type(self.Inbox), "_retried", lambda model, step, *arguments: step(*arguments)):
            self.Inbox._work(late)
        self.assertEqual((self.ticket.message_ids, row.message_id), (said, note), "nothing is written twice")

    def test_a_copy_of_the_database_takes_and_does_nothing(self):
        row = self.receive(self.reply())
        self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
        self.assertFalse(self.receive(self.reply()))
        self.Inbox._cron_process()
        self.assertEqual(row.state, "pending")

    def test_the_cron_works_off_what_is_due_and_is_woken_at_once(self):
        cron = self.env.ref("helpdesk_bridge.ir_cron_slack_inbound")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.receive(self.reply())
        self.env.cr.precommit.run()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
        self.env.invalidate_all()
        self.assertEqual(len(self.notes()), 1)

    def test_what_odoo_cannot_do_yet_is_said(self):
        click = {
            "type": "block_actions",
            "trigger_id": "1.2",
            "team": {"id": TEAM},
            "user": {"id": ANNA},
            "container": {"channel_id": CHANNEL, "message_ts": self.root_ts},
        }
        reaction = {"type": "reaction_added", "user": ANNA, "reaction": "eyes", "event_ts": self.root_ts}
        reaction["item"] = {"type": "message", "channel": CHANNEL, "ts": self.root_ts}
        rows = self.take(click, click, self.envelope(reaction))
        self.assertEqual(self.outcome(rows), [("ignored", "Odoo does nothing with this yet.")])

    def test_ten_thousand_words_are_kept(self):
        text = "x" * 39_000
        self.take(self.reply(text))
        self.assertIn(text, self.notes().body)

    # ------------------------------------------------------------
    # The list
    # ------------------------------------------------------------

    def test_who_sees_what(self):
        mine, theirs = self.take(self.reply()), self.take(self.reply(user="U0NOBODY01"))
        theirs.ticket_id = False
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        for user, seen in ((own, mine.browse()), (self.agent, mine), (self.manager, mine | theirs)):
            with self.subTest(user.login):
                found = self.Inbox.with_user(user).search([("id", "in", (mine | theirs).ids)])
                self.assertEqual(found, seen)
                for name in ("payload", "error", "message_id"):
                    with self.assertRaises(AccessError):
                        self.Inbox.with_user(user).browse(mine.id).read([name])
        self.ticket.user_id = own
        self.assertEqual(self.Inbox.with_user(own).search([("id", "=", mine.id)]), mine)
        with self.assertRaises(AccessError):
            mine.with_user(self.agent).action_replay()

    def test_an_agent_opens_the_list_and_the_form(self):
        row = self.take(self.reply())
        for user in (self.agent, self.manager):
            rows = self.Inbox.with_user(user)
            for kind in ("list", "form", "kanban"):
                view = rows.get_views([(False, kind)])
                names = view["models"]["helpdesk.slack.inbound"]["fields"]
                shown = {
                    name: {"fields": {"display_name": {}}} if names[name].get("relation") else {} for name in names
                }
                arch = view["views"][kind]["arch"]
                shown = {name: spec for name, spec in shown.items() if f'name="{name}"' in arch}
                with self.subTest(f"{user.login} {kind}"):
                    [found] = rows.browse(row.id).web_read(shown)
                    # A manager opens the person from the form.
                    person = found.get("person_name") or found["person_id"]["display_name"]
                    self.assertEqual(person, "Anna Agent")
            self.assertEqual(self.ticket.with_user(user).slack_inbound_count, 1)

    def test_what_is_over_is_not_replayed(self):
        done = self.take(self.reply())
        with self.assertRaises(UserError):
            done.action_replay()
        ignored = self.take(self.reply(user="U0NOBODY01"))
        ignored.payload = False
        with self.assertRaises(UserError):
            ignored.action_replay()

    def test_an_ignored_reply_is_replayed_once_the_person_is_linked(self):
        row = self.take(self.reply("Hello", user="U0NEW00001"))
        self.assertEqual(row.state, "ignored")
        self.slack.new_user("U0NEW00001", "Anna", "anna@example.com")
        self.slack.people["anna@example.com"] = "U0NEW00001"
        row.action_replay()
        self.work_off()
        self.assertEqual((row.state, self.notes().preview), ("done", "Hello"))

    def test_what_slack_sent_is_deleted_after_the_days_of_the_outbox(self):
        rows = self.take(self.reply("old"), self.reply("new"), self.reply("waits"))
        rows[2].state = "failed"
        self.company.helpdesk_outbox_days = 30
        old = fields.Datetime.now() - timedelta(days=31)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_slack_inbound SET create_date = %s WHERE id IN %s", [old, (rows[0].id, rows[2].id)]
        )
        self.env.invalidate_all()
        self.Inbox._gc_payloads()
        self.assertEqual([bool(row.payload) for row in rows], [False, True, True])
        self.assertEqual(len(self.notes()), 3)
