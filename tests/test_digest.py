"""The morning digest: to a team and to an agent, once a day, with what matters, and silent when that is nothing."""

from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from ..models.common import database_time
from ..models.digest import helpdesk_digest
from ..tools.common import crons
from .common import new_test_user
from .sla_case import SlaCase

ANNA = "U0ANNA0001"
MIGRATION = "helpdesk_bridge/migrations/19.0.2.0.0/post-digest.py"


@tagged("post_install", "-at_install")
class TestDigest(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.env["helpdesk.ticket.team"].search([]).digest = False
        cls.company.resource_calendar_id = cls.office
        cls.agent.write({"tz": "Europe/Prague", "notification_type": "inbox"})
        cls.Digest = cls.env["helpdesk.digest"]
        cls.env["helpdesk.slack.outbox"].search([]).unlink()

    def switch_on(self, owner, moment="05-01 10:00"):
        with self.at(moment):
            owner.write({"digest": True} if owner == self.team else {"helpdesk_digest": True})

    def look(self, moment):
        """The cron looks at a moment. :return: the digests that it sends"""
        with self.at(moment):
            before = self.Digest.search([])
            for owner in self.Digest._owners():
                self.Digest._send_if_due(owner)
            return self.Digest.search([]) - before

    def post(self, moment):
        """Deliver what waits. :return: what was posted now"""
        before = len(self.slack.messages)
        with self.at(moment):
            self.deliver()
        return self.slack.messages[before:]

    def notified(self, user=None):
        """What Odoo notified somebody of."""
        partner = (user or self.agent).partner_id
        notes = [("message_type", "=", "user_notification"), ("partner_ids", "in", partner.ids)]
        return self.env["mail.message"].search([*notes, ("subject", "=", "Your tickets today")])

    def late(self, moment="05-29 10:00", **values):
        return self.ticket_at(moment, **{"user_id": self.agent.id, **values})

    # ------------------------------------------------------------
    # A team
    # ------------------------------------------------------------

    def test_off_until_it_is_switched_on(self):
        self.late()
        self.assertFalse(self.look("06-01 06:00"))

    def test_a_team_gets_one_message_in_its_channel(self):
        self.switch_on(self.team)
        ticket = self.late(name="Fire <!channel>")
        asleep = self.late("06-01 05:00", name="Asleep")
        asleep.sudo().snoozed_until = "2026-06-01 12:00:00"
        later = self.late("06-01 05:00", name="Later")
        later.sudo().snoozed_until = "2026-06-03 12:00:00"
        self.post("06-01 05:30")
        self.assertFalse(self.look("06-01 05:59"))
        [digest] = self.look("06-01 06:00")
        self.assertEqual((digest.team_id, str(digest.day), digest.way), (self.team, "2026-06-01", "channel"))
        self.assertEqual(digest.ticket_count, 2)
        [message] = self.post("06-01 06:01")
        self.assertEqual(message["channel"], "C0SUPPORT01")
        self.assertNotIn("thread_ts", message)
        found = self.texts(message)
        order = ["At risk today", ticket.mail_reference, "Waiting longest", "Snoozed until today", "Asleep"]
        self.assertEqual(sorted(order, key=found.index), order)
        self.assertNotIn("<!channel>", found)
        self.assertNotIn("Later", found)
        for moment in ("06-01 06:05", "06-01 12:00", "06-01 21:55"):
            self.assertFalse(self.look(moment))
        self.assertTrue(self.look("06-02 06:00"))

    def test_silent_when_there_is_nothing_and_for_the_rest_of_that_day(self):
        self.switch_on(self.team)
        [digest] = self.look("06-01 06:00")
        self.assertEqual((digest.way, digest.ticket_count), ("empty", 0))
        self.late()
        self.assertFalse(self.look("06-01 08:00"))
        self.assertFalse(self.Outbox.search([("kind", "=", "digest")]))

    def test_whose_tickets_count(self):
        self.switch_on(self.team)
        self.move("06-01 05:00", self.late(), "done")
        self.late().active = False
        self.late(team_id=self.env["helpdesk.ticket.team"].create({"name": "Sales"}).id)
        paused = self.late()
        self.answer("05-29 11:00", paused)
        self.move("05-29 11:00", paused, "awaiting")
        [digest] = self.look("06-01 06:00")
        self.assertEqual(digest.ticket_count, 0)

    def test_who_waits_longest_comes_first_and_many_are_counted(self):
        self.switch_on(self.team)
        tickets = [self.late(f"05-{day} 10:00", name=f"No {day}") for day in (28, 20, 27, 21, 26, 22, 25)]
        self.answer("06-01 04:00", tickets[1])
        with self.at("06-01 05:00"):
            jane = self.env["res.partner"].create({"name": "Jane", "email": "j@x.example"})
            self.comment(tickets[1], "Well?", author=jane)
        self.look("06-01 06:00")
        [row] = self.Outbox.search([("kind", "=", "digest")])
        [waiting] = [
            block["text"]["text"] for block in row.payload["message"]["blocks"] if "Waiting" in block["text"]["text"]
        ]
        order = ["No 21", "No 22", "No 25", "No 26", "No 27", "and 2 more"]
        self.assertEqual(sorted(order, key=waiting.index), order)
        self.assertNotIn("No 20", waiting)

    def test_holidays_weekends_and_no_calendar(self):
        self.switch_on(self.team)
        self.late()
        self.assertFalse(self.look("05-31 06:00"), "a Sunday")
        holiday = {"name": "Holiday", "date_from": "2026-06-01 00:00:00", "date_to": "2026-06-01 22:00:00"}
        holiday = self.env["resource.calendar.leaves"].create({**holiday, "calendar_id": self.office.id})
        for calendar in (self.office, self.env["resource.calendar"]):
            with self.subTest(calendar.name):
                self.company.resource_calendar_id = calendar
                holiday.calendar_id = calendar
                self.assertFalse(self.look("06-01 06:30"))
        holiday.unlink()
        self.company.partner_id.tz = "Europe/Prague"
        self.assertFalse(self.look("06-06 06:30"), "a Saturday")
        self.assertTrue(self.look("06-01 06:30"), "without a calendar, in the time zone of the company")

    def test_without_a_channel_nothing_is_queued(self):
        self.switch_on(self.team)
        self.late()
        self.team.slack_channel_id = False
        self.company.helpdesk_slack_channel_id = False
        self.assertFalse(self.look("06-01 06:00"))

    def test_of_two_servers_one_sends(self):
        self.switch_on(self.team)
        self.late()
        with self.at("06-01 06:00"):
            wanted, now = self.team._digest_wanted(), database_time.now(self.env)
            day = now.date()
            self.assertTrue(self.Digest._send(self.team, wanted, day, now))
            self.assertFalse(self.Digest._send(self.team, wanted, day, now), "the row of the first is there")
        self.assertEqual(self.Outbox.search_count([("kind", "=", "digest")]), 1)
        vals = {"team_id": self.team.id, "company_id": self.company.id, "day": "2026-06-01", "sent_at": now}
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            self.Digest.create(vals)

    def test_what_fails_leaves_neither_row_nor_message(self):
        self.switch_on(self.team)
        self.late()
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            self.look("06-01 06:00")
            raise ZeroDivisionError
        self.assertFalse(self.Digest.search([]) or self.Outbox.search([("kind", "=", "digest")]))
        self.assertTrue(self.look("06-01 06:05"))

    def test_a_digest_of_yesterday_is_not_posted(self):
        self.switch_on(self.team)
        self.late()
        self.post("06-01 05:00")
        self.look("06-01 06:00")
        row = self.Outbox.search([("kind", "=", "digest")])
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_slack_outbox SET create_date = '2026-05-31 06:00' WHERE id = %s", row.ids)
        self.env.invalidate_all()
        self.assertFalse(self.post("06-01 06:01"))
        self.assertEqual(row.state, "canceled")

    # ------------------------------------------------------------
    # An agent
    # ------------------------------------------------------------

    def test_an_agent_in_slack_gets_a_direct_message(self):
        self.slack.people["anna@example.com"] = ANNA
        self.switch_on(self.agent)
        mine, theirs = self.late(name="Mine"), self.late(name="Theirs", user_id=self.manager.id)
        self.post("06-01 05:00")
        [digest] = self.look("06-01 06:00")
        self.assertEqual((digest.user_id, digest.way, digest.ticket_count), (self.agent, "person", 1))
        [message] = self.post("06-01 06:01")
        self.assertEqual(message["channel"], ANNA)
        self.assertIn(mine.mail_reference, self.texts(message))
        self.assertNotIn(theirs.mail_reference, self.texts(message))
        self.assertFalse(self.notified())
        self.assertFalse(self.look("06-01 06:05"))

    def test_who_is_not_in_slack_is_notified_by_odoo(self):
        self.switch_on(self.agent)
        ticket = self.late(name="<b>Mine</b>")
        self.post("06-01 05:00")
        self.look("06-01 06:00")
        self.assertFalse(self.post("06-01 06:01"))
        [note] = self.notified()
        self.assertIn(ticket.mail_reference, note.body)
        self.assertNotIn("<b>", note.body)
        self.assertIn("helpdesk-desk", note.body)
        self.assertFalse(self.post("06-01 06:05"))
        self.assertEqual(len(self.notified()), 1)

    def test_who_cannot_be_reached_in_slack_is_notified_by_odoo_and_the_channel_goes_on(self):
        self.slack.people["anna@example.com"] = ANNA
        self.switch_on(self.agent)
        self.late()
        self.post("06-01 05:00")
        for number, error in enumerate(("channel_not_found", "user_not_found", "messages_tab_disabled"), 1):
            with self.subTest(error):
                self.look(f"06-0{number} 06:00")
                self.slack.misbehave(error)
                self.assertFalse(self.post(f"06-0{number} 06:01"))
                self.assertEqual(len(self.notified()), number)
                posts = [one for name, one in self.slack.calls if name == "chat.postMessage"]
                self.assertEqual([one["channel"] for one in posts if one["channel"].startswith("U")], [ANNA])
                self.slack.calls.clear()
                self.assertEqual((self.channel.state, self.workspace.state), ("ok", "ok"))

    def test_a_team_of_all_companies_names_no_ticket_that_is_posted_elsewhere(self):
        """Of a shared team, the ticket of another company is in that company's channel, or nowhere."""
        self.company.helpdesk_slack_channel_id = self.team.slack_channel_id
        self.team.write({"company_id": False, "slack_channel_id": False})
        self.switch_on(self.team)
        other = self.env["res.company"].create({"name": "Other"})
        self.late("06-01 05:00", name="Ours")
        theirs = self.late("06-01 05:00", name="Theirs", company_id=other.id)
        self.assertNotEqual(theirs._slack_channel(), self.team._digest_channel())
        self.post("06-01 05:30")
        [digest] = self.look("06-01 06:00")
        [message] = self.post("06-01 06:01")
        self.assertIn("Ours", str(message))
        self.assertNotIn("Theirs", str(message))
        self.assertEqual(digest.ticket_count, 1)

    def test_a_company_without_slack(self):
        self.workspace.bot_token = False
        self.switch_on(self.agent)
        self.late()
        self.look("06-01 06:00")
        self.assertEqual(len(self.notified()), 1)
        self.assertFalse(self.Outbox.search([("kind", "=", "digest")]))

    def test_notified_by_email_it_waits_in_the_queue(self):
        self.workspace.bot_token = False
        self.agent.notification_type = "email"
        self.switch_on(self.agent)
        self.late()
        self.look("06-01 06:00")
        mails = self.env["mail.mail"].search([("mail_message_id", "in", self.notified().ids)])
        self.assertEqual((len(mails), mails.state), (1, "outgoing"))

    def test_on_leave_no_digest(self):
        resource = self.env["resource.resource"].create(
            {"name": "Anna", "user_id": self.agent.id, "calendar_id": self.office.id, "company_id": self.company.id}
        )
        self.switch_on(self.agent)
        self.late()
        leave = {"name": "Away", "resource_id": resource.id, "calendar_id": self.office.id}
        leaves = self.env["resource.calendar.leaves"]
        leaves.create({**leave, "date_from": "2026-06-01 00:00:00", "date_to": "2026-06-01 22:00:00"})
        leaves.create({**leave, "date_from": "2026-06-02 06:00:00", "date_to": "2026-06-02 10:00:00"})
        self.assertFalse(self.look("06-01 06:00"))
        self.assertTrue(self.look("06-02 06:00"), "half a day")
        resource.calendar_id = False
        self.company.resource_calendar_id = False
        third = {"date_from": "2026-06-03 00:00:00", "date_to": "2026-06-03 22:00:00"}
        leaves.create({**leave, **third, "calendar_id": False})
        self.assertFalse(self.look("06-03 06:00"))
        self.assertTrue(self.look("06-04 06:00"))

    def test_in_the_agents_own_time_zone_also_after_they_moved(self):
        self.switch_on(self.agent)
        self.late()
        self.agent.tz = "America/New_York"
        self.assertFalse(self.look("06-01 06:00"))
        self.assertTrue(self.look("06-01 12:00"))
        self.agent.tz = "Asia/Tokyo"
        self.assertFalse(self.look("06-01 14:00"))
        self.assertTrue(self.look("06-01 23:00"), "Tuesday, eight in the morning")

    def test_who_is_no_agent_any_more_gets_none(self):
        self.switch_on(self.agent)
        self.late()
        self.agent.group_ids = self.env.ref("base.group_user")
        self.assertFalse(self.look("06-01 06:00"))

    def test_an_agent_reads_no_more_than_before(self):
        other = self.env["res.company"].create({"name": "Other"})
        there = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": other.id})
        self.switch_on(self.agent)
        ticket = self.late()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET company_id = %s, team_id = %s WHERE id = %s", [other.id, there.id, ticket.id]
        )
        self.env.invalidate_all()
        [digest] = self.look("06-01 06:00")
        self.assertEqual(digest.ticket_count, 0)

    # ------------------------------------------------------------
    # Settings and rights
    # ------------------------------------------------------------

    def test_agents_switch_on_their_own_and_managers_the_teams(self):
        agent = self.agent.with_user(self.agent)
        agent.write({"helpdesk_digest": True, "helpdesk_digest_hour": 7.5})
        self.team.with_user(self.manager).write({"digest": True})
        with self.assertRaises(AccessError):
            self.team.with_user(self.agent).digest = False
        with self.assertRaises(AccessError):
            self.manager.with_user(self.agent).helpdesk_digest = True
        with self.assertRaises(ValidationError):
            agent.helpdesk_digest_hour = 24
        with self.assertRaises(ValidationError):
            self.team.digest_hour = -1

    def test_managers_see_the_digests_of_their_companies_in_the_outbox(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.switch_on(self.team)
        self.late()
        self.look("06-01 06:00")
        [row] = self.Outbox.search([("kind", "=", "digest")])
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(self.Outbox.with_user(self.manager).search([("kind", "=", "digest")]), row)
        self.assertTrue(self.Digest.with_user(self.manager).search([]))
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.Outbox.with_user(stranger).search([("kind", "=", "digest")]))
        self.assertFalse(self.Digest.with_user(stranger).search([]))

    def test_after_an_update_managers_see_them_too(self):
        rule = self.env.ref("helpdesk_bridge.rule_slack_outbox_company")
        fresh, space = rule.domain_force, {}
        exec(Path(file_path(MIGRATION)).read_text(), space)  # noqa: S102 (our own script, as Odoo loads it)
        rule.domain_force = space["FORMER"]
        space["migrate"](self.env.cr, "19.0.1.0.0")
        self.assertEqual(rule.domain_force, fresh)
        rule.domain_force = "[(1, '=', 1)]"
        space["migrate"](self.env.cr, "19.0.1.0.0")
        self.assertEqual(rule.domain_force, "[(1, '=', 1)]", "what an administrator changed stays")

    def test_a_run_whose_time_is_over_is_woken_at_once_for_the_rest(self):
        cron, woken = type(self.env["ir.cron"]), []
        self.switch_on(self.team)
        self.switch_on(self.agent)
        with (
            self.at("06-01 06:00"),
            patch.object(helpdesk_digest, "retried", lambda _cr, step, *arguments: step(*arguments)),
            patch.object(cron, "_commit_progress", lambda _cron, *_done, **_left: 0),
            patch.object(cron, "_bridge_wake", lambda _cron, xmlid: woken.append(xmlid)),
        ):
            self.Digest._cron_send()
        self.assertEqual(len(self.Digest.search([])), 1)
        self.assertIn(crons.DIGEST, woken)

    def test_only_a_digest_belongs_to_no_ticket(self):
        with self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
            self.Outbox.create({"channel_id": self.channel.id, "event": "noted", "kind": "reply"})
            self.env.flush_all()
