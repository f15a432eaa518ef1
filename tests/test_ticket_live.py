"""Open forms learn what others do to their ticket: who is told, of what, and what it costs."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, MissingError
from odoo.tests import tagged

from .common import BridgeCase, new_test_user

TYPE = "helpdesk_bridge.ticket"
SECRET = "my password is hunter2"


@tagged("post_install", "-at_install")
class TestTicketLive(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben, cls.carl = (
            new_test_user(cls.env, name.lower(), groups="helpdesk_mgmt.group_helpdesk_user_team", name=f"{name} Agent")
            for name in ("Ben", "Carl")
        )
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        cls.team.user_ids = cls.agent | cls.ben | cls.carl
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer is on fire",
                "description": "x",
                "team_id": cls.team.id,
                "user_id": False,
                "partner_id": cls.jane.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.news()

    def news(self):
        """What was told since the last time: login -> payloads; as a commit does it."""
        self.env.cr.flush()
        rows = self.env["bus.bus"].sudo().search([])
        told = {}
        for row in rows:
            message, channel = json.loads(row.message), json.loads(row.channel)
            if message["type"] == TYPE:
                self.assertEqual(channel[1], "res.partner", "a channel of one's own")
                login = self.env["res.users"].search([("partner_id", "=", channel[2])]).login
                told.setdefault(login, []).append(message["payload"])
                self.assertNotIn("hunter2", row.message)
                self.assertNotIn("Jane", row.message)
        rows.unlink()
        self.env.cr.cache.clear()  # as the end of a transaction does
        return told

    def look(self, *users, ticket=None):
        for user in users or (self.ben,):
            (ticket or self.ticket).with_user(user).bridge_watch()
        self.news()

    def reply(self, **values):
        return self.comment(self.ticket, SECRET, author=self.jane, **values)

    def breach(self):
        """The first response is late, and the clocks' cron finds it."""
        clock = self.ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "start")
        clock.write({"due_at": "2020-01-01", "warn_at": "2020-01-01"})
        self.env["helpdesk.sla.clock"]._tick()
        self.assertEqual(self.ticket.sla_status, "breached")

    def test_what_is_told(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        other = self.env["helpdesk.ticket.team"].create({"name": "Other", "user_ids": self.ben.ids})
        mine = self.ticket.with_user(self.agent)
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Hot"})
        for name, change, kinds, by in (
            ("title", lambda: mine.write({"name": "x"}), ["changed"], "Anna Agent"),
            ("description", lambda: mine.write({"description": SECRET}), ["changed"], "Anna Agent"),
            ("priority", lambda: mine.write({"priority": "3"}), ["changed"], "Anna Agent"),
            ("tag", lambda: mine.write({"tag_ids": [(4, tag.id)]}), ["changed"], "Anna Agent"),
            ("stage", lambda: mine.write({"stage_id": done.id}), ["changed"], "Anna Agent"),
            ("team", lambda: mine.write({"team_id": other.id}), ["changed"], "Anna Agent"),
            ("taken", mine.assign_to_me, ["changed", "taken"], "Anna Agent"),
            ("assigned", lambda: mine.write({"user_id": self.ben.id}), ["changed", "taken"], "Anna Agent"),
            ("customer's reply", self.reply, ["customer_replied"], ""),
            ("agent's reply", lambda: self.comment(mine, SECRET, user=self.agent), ["message", "taken"], "Anna Agent"),
            ("note", lambda: self.comment(self.ticket, SECRET, user=self.agent, note=True), ["message"], "Anna Agent"),
            ("SLA", self.breach, ["changed"], ""),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.look(self.ben)
                change()
                told = self.news()
                self.assertEqual(list(told), ["ben"])
                happened = {kind for news in told["ben"] for kind in news["kinds"]}
                # A message may change the ticket as well: its clocks, its stage.
                self.assertEqual(happened | {"changed"}, {*kinds, "changed"})
                self.assertLessEqual(set(kinds), happened)
                self.assertEqual({news["by"] for news in told["ben"]}, {by})
                self.assertEqual({news["ticket"] for news in told["ben"]}, {self.ticket.id})
                savepoint.rollback()
                self.env.cr.cache.clear()

    def test_who_has_it_now_is_told(self):
        self.look(self.ben)
        self.ticket.with_user(self.agent).assign_to_me()
        [news] = self.news()["ben"]
        self.assertEqual((news["assignee_id"], news["assignee"]), (self.agent.id, "Anna Agent"))

    def test_many_changes_of_a_transaction_are_one_message(self):
        self.look(self.ben)
        for name in ("a", "b", "c"):
            self.ticket.with_user(self.agent).name = name
        self.assertEqual(len(self.news()["ben"]), 1)

    def test_only_who_looks_and_may_read_it_is_told(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        chosen = self.ticket.with_user(self.agent).with_context(allowed_company_ids=self.company.ids)
        change = lambda: chosen.write({"name": "x"})  # noqa: E731
        archive = lambda: self.ben.write({"active": False})  # noqa: E731
        leave = lambda: self.team.write({"user_ids": [(3, self.ben.id)]})  # noqa: E731
        move = lambda: self.ben.write({"company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)]})  # noqa: E731
        late = lambda: self.env["helpdesk.ticket.viewer"].search([]).write({"until": "2000-01-01"})  # noqa: E731
        away = lambda: self.ticket.write({"team_id": self.env["helpdesk.ticket.team"].create({"name": "x"}).id})  # noqa: E731
        for name, before, told in (
            ("nothing happened to them", lambda: None, {"agent", "ben", "carl"}),
            ("left the team", leave, {"agent", "carl"}),
            ("left the company", move, {"agent", "carl"}),
            ("archived", archive, {"agent", "carl"}),
            ("closed their forms long ago", late, set()),
            ("the ticket went to another team", away, {"agent"}),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.look(self.ben, self.carl, self.agent)
                before()
                self.news()
                with self.well("whoever else looks, the agent can save"):
                    change()
                    news = set(self.news())
                self.assertEqual(news, told)
                savepoint.rollback()
                self.env.transaction.reset()
                self.env.registry.clear_cache()
                self.env.cr.cache.clear()

    def test_the_actor_s_own_forms_know_who_did_it(self):
        self.look(self.agent)
        self.ticket.with_user(self.agent).name = "x"
        [news] = self.news()["agent"]
        self.assertEqual(news["by_id"], self.agent.id)
        self.assertEqual(news["write_date"], fields.Datetime.to_string(self.ticket.write_date))

    def test_another_ticket_tells_nothing(self):
        self.look(self.ben)
        self.new_ticket().name = "x"
        self.assertFalse(self.news())

    def test_nobody_looks_nothing_is_sent_and_one_query_is_paid(self):
        for number in range(3):
            self.ticket.with_user(self.agent).name = f"x{number}"
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.ticket.with_user(self.agent)._bridge_tell_viewers()
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        self.assertFalse(self.news())

    def test_a_new_ticket_costs_no_query(self):
        viewers, asked = type(self.env["helpdesk.ticket.viewer"]), []
        look = viewers._bridge_viewers

        def noting(model, ticket_ids):
            asked.extend(ticket_ids)
            return look(model, ticket_ids)

        with patch.object(viewers, "_bridge_viewers", noting):
            ticket = self.new_ticket()
            ticket.name = "x"
            self.comment(ticket, "Hello", author=self.jane)
            self.env.cr.flush()
            self.assertEqual(asked, [])
            self.ticket.name = "x"
            self.env.cr.flush()
            self.assertEqual(asked, self.ticket.ids, "this test would see it")

    def test_what_is_rolled_back_is_not_told(self):
        self.look(self.ben)
        with self.env.cr.savepoint() as savepoint:
            self.ticket.with_user(self.agent).name = "x"
            savepoint.rollback()
        self.assertFalse(self.news())

    def test_who_writes_is_told_to_the_others_at_once(self):
        self.look(self.ben, self.carl)
        self.ticket.with_user(self.ben).bridge_is_writing()
        told = self.news()
        self.assertEqual(list(told), ["carl"])
        self.assertEqual((told["carl"][0]["kinds"], told["carl"][0]["by"]), (["writing"], "Ben Agent"))

    def test_who_may_not_read_a_ticket_watches_nothing_and_writes_nothing(self):
        portal = new_test_user(self.env, "portal", groups="base.group_portal")
        self.ticket.message_subscribe(portal.partner_id.ids)
        self.assertTrue(self.ticket.with_user(portal).has_access("read"))
        outsider = new_test_user(self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user_team")
        self.look(self.ben)
        for user in (portal, outsider):
            for call in ("bridge_watch", "bridge_is_writing"):
                with self.subTest(f"{user.login} {call}"), self.assertRaises(AccessError):
                    getattr(self.ticket.with_user(user), call)()
        self.assertFalse(self.news())
        with self.assertRaises(MissingError):
            self.ticket.browse(2**30).with_user(self.ben).bridge_watch()

    def test_a_form_learns_what_it_missed(self):
        mine = self.ticket.with_user(self.ben)
        now = fields.Datetime.to_string(self.ticket.write_date)
        old = "2000-01-01 00:00:00"
        for seen, missed in ((None, False), (False, False), (now, False), (old, True), ([old], False)):
            with self.subTest(seen):
                news = mine.bridge_watch(seen)
                self.assertEqual(bool(news), missed)
        self.assertEqual(mine.bridge_watch(old)["kinds"], ["changed"])

    def test_several_tabs_are_one_viewer(self):
        viewers = self.env["helpdesk.ticket.viewer"]
        for _tab in range(3):
            self.look(self.ben)
        [viewer] = viewers.search([])
        viewer.until = fields.Datetime.now() + timedelta(seconds=1)
        self.look(self.ben)
        self.assertGreater(viewer.until, fields.Datetime.now() + timedelta(seconds=100))
        self.assertEqual(len(viewers.search([])), 1)
        viewer.until = fields.Datetime.now() - timedelta(hours=2)
        self.look(self.carl)
        viewers._gc_viewers()
        self.assertEqual(viewers.search([]).user_id, self.carl)


@tagged("post_install", "-at_install")
class TestTaking(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben, cls.carl = (
            new_test_user(cls.env, name.lower(), groups="helpdesk_mgmt.group_helpdesk_user", name=f"{name} Agent")
            for name in ("Ben", "Carl")
        )
        cls.team.user_ids = cls.agent | cls.ben | cls.carl
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {"name": "Printer is on fire", "description": "x", "team_id": cls.team.id, "user_id": False}
        )

    def dialog(self, action, user):
        self.assertTrue(action and "res_model" in action, "it asks")
        self.assertEqual((action["res_model"], action["target"]), ("helpdesk.ticket.take", "new"))
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])

    def test_who_takes_what_nobody_has_is_not_asked(self):
        self.assertFalse(self.ticket.with_user(self.ben).assign_to_me())
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertFalse(self.ticket.with_user(self.ben).assign_to_me(), "it is theirs already")

    def test_who_takes_what_somebody_has_who_left_is_not_asked(self):
        self.ticket.user_id = self.carl
        self.carl.active = False
        self.assertFalse(self.ticket.with_user(self.ben).assign_to_me())
        self.assertEqual(self.ticket.user_id, self.ben)

    def test_who_takes_what_somebody_took_is_asked(self):
        self.ticket.with_user(self.agent).assign_to_me()
        dialog = self.dialog(self.ticket.with_user(self.ben).assign_to_me(), self.ben)
        self.assertEqual(self.ticket.user_id, self.agent, "nothing has happened yet")
        self.assertEqual(dialog.holder_id, self.agent)
        self.assertEqual(dialog.action_take_over()["type"], "ir.actions.act_window_close")
        self.assertEqual(self.ticket.user_id, self.ben)

    def test_who_confirms_after_yet_another_took_it_is_asked_again(self):
        self.ticket.user_id = self.agent
        dialog = self.dialog(self.ticket.with_user(self.ben).assign_to_me(), self.ben)
        self.ticket.user_id = self.carl
        again = self.dialog(dialog.action_take_over(), self.ben)
        self.assertEqual((again.holder_id, self.ticket.user_id), (self.carl, self.carl))
        again.action_take_over()
        self.assertEqual(self.ticket.user_id, self.ben)

    def test_who_may_not_take_it_is_refused_not_asked(self):
        self.ticket.user_id = self.agent
        outsider = new_test_user(self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user")
        with self.assertRaises(AccessError):
            self.ticket.with_user(outsider).assign_to_me()
        dialog = self.dialog(self.ticket.with_user(self.ben).assign_to_me(), self.ben)
        self.team.user_ids -= self.ben
        with self.assertRaises(AccessError):
            dialog.action_take_over()
        self.assertEqual(self.ticket.user_id, self.agent)
