"""Who acts from Slack: a full member with an explicit link, or with a confirmed address that nobody else has."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.slack import user_lookup
from . import slack_fake
from .common import new_test_user
from .slack_inbound_case import ANNA, BEN, BOT_USER, CHANNEL, SlackInboundCase


@tagged("post_install", "-at_install")
class TestSlackInboundIdentity(SlackInboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_root = "1700000001.000100"
        other = cls.ticket.copy()
        cls.env["helpdesk.slack.thread"]._begin(other, cls.channel, CHANNEL, cls.other_root)

    def person(self, ref=ANNA):
        return self.People.search([("member_ref", "=", ref)])

    def assert_refused(self, words, **values):
        [row] = self.take(self.reply(**values))
        self.assertEqual((row.state, row.user_id), ("ignored", self.env["res.users"]))
        self.assertIn(words, row.reason)
        self.assertFalse(self.notes())

    def test_who_is_not_a_full_member_does_nothing(self):
        for values, words in (
            ({"team_id": "T0OTHER01"}, "another Slack workspace"),
            ({"is_stranger": True}, "another Slack workspace"),
            ({"is_restricted": True}, "guest"),
            ({"is_restricted": True, "is_ultra_restricted": True}, "guest"),
            ({"is_bot": True}, "bot"),
            ({"deleted": True}, "deactivated"),
            ({"is_email_confirmed": False}, "not confirmed"),
        ):
            for linked in (False, True):
                with self.subTest(values, linked=linked), self.env.cr.savepoint() as savepoint:
                    if linked:
                        self.link()
                    self.slack.new_user(ANNA, "Anna Agent", "anna@example.com", **values)
                    self.assert_refused(words)
                    savepoint.rollback()

    def link(self, user=None, ref=ANNA):
        values = {"user_id": (user or self.agent).id, "workspace_id": self.workspace.id, "member_ref": ref}
        return self.env["helpdesk.slack.member"].create(values)

    def test_nobody_acts_by_an_address_that_says_nothing(self):
        for name, prepare, words in (
            ("no address", lambda: self.slack.new_user(ANNA, "Anna"), "does not show"),
            ("unknown", lambda: self.slack.new_user(ANNA, "Anna", "who@example.com"), "No Odoo user"),
            ("archived", lambda: self.agent.write({"active": False}), "archived"),
            ("two users", lambda: new_test_user(self.env, "anna2", email="Anna@Example.com"), "Several users"),
            ("two members", lambda: self.slack.people.update({"anna@example.com": BEN}), "Several users"),
            ("linked elsewhere", lambda: self.link(ref=BEN), "linked to another"),
            ("not wanted", lambda: self.workspace.write({"link_by_email": False}), "No Odoo user"),
            ("not found", lambda: self.slack.users.pop(ANNA), "does not know"),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.new_people()
                prepare()
                self.assert_refused(words)
                savepoint.rollback()

    def test_a_portal_user_or_odoobot_never_acts(self):
        self.agent.email = "else@example.com"
        for user in (
            new_test_user(self.env, "portal", groups="base.group_portal", email="anna@example.com"),
            self.env.ref("base.user_root"),
        ):
            with self.subTest(user.login), self.env.cr.savepoint() as savepoint:
                self.link(user)
                self.assert_refused("no internal user")
                savepoint.rollback()

    def test_an_explicit_link_wins_over_the_address(self):
        ben = new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", email="ben@example.com")
        self.link(ben)
        [row] = self.take(self.reply())
        self.assertEqual(row.user_id, ben)

    def test_it_is_checked_at_every_act(self):
        self.take(self.reply("one"))
        self.slack.users[ANNA]["deleted"] = True
        changed = {"type": "user_change", "user": {"id": ANNA, "deleted": True}}
        self.take(self.envelope(changed), self.reply("two"))
        self.slack.users[ANNA]["deleted"] = False
        self.agent.active = False
        self.take(self.reply("three"))
        self.agent.active = True
        self.take(self.reply("four"))
        self.assertEqual(self.notes().mapped("preview"), ["one", "four"])

    def test_while_slack_is_silent_its_last_word_counts_for_some_minutes(self):
        self.take(self.reply("one"))
        self.person().checked_at -= timedelta(minutes=2)
        self.slack.misbehave("ratelimited", method="users.info")
        self.take(self.reply("two"))
        self.assertFalse(self.slack.armed(), "it was asked")
        self.assertEqual(len(self.notes()), 2)
        # Slack has told of a change: what was known is worth nothing.
        self.receive(self.envelope({"type": "user_change", "user": {"id": ANNA}}))
        self.slack.misbehave("ratelimited", method="users.info")
        rows = self.take(self.reply("three"))
        self.assertEqual((rows.state, rows.attempts), ("pending", 0))
        self.assertIn("Slack cannot say", rows.reason)
        self.assertTrue(self.workspace.inbound_hold_until)
        self.make_due(rows)
        self.work_off()
        self.assertEqual(len(self.notes()), 3)

    def test_one_person_of_whom_slack_says_nothing_holds_up_nobody_else(self):
        new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_manager", email="ben@example.com")
        page, drop = (502, {}, "<html>Blocked</html>"), slack_fake.DROP
        broken = (500, {}, {"ok": False, "error": "fatal_error"})
        for method, fault in (
            *(
                ("users.info", one)
                for one in ("internal_error", "frobnicated", "invalid_arguments", page, broken, drop)
            ),
            *(("users.lookupByEmail", one) for one in ("internal_error", "frobnicated", page)),
        ):
            with self.subTest(method=method, fault=fault), mute_logger("odoo.addons.helpdesk_bridge"):
                self.People.search([]).unlink()
                about = {"users.info": ("user", ANNA), "users.lookupByEmail": ("email", "anna@example.com")}[method]
                self.slack.proxy = lambda asked, told, method=method, about=about, fault=fault: (
                    fault if asked == method and told.get(about[0]) == about[1] else None
                )
                lone, other = self.take(self.reply(), {**self.reply(user=BEN, thread_ts=self.other_root)})
                self.assertEqual((lone.state, lone.attempts, other.state), ("pending", 1, "done"))
                self.assertIn("Slack cannot say", lone.reason)
                self.assertFalse(self.workspace.inbound_hold_until)
                for _attempt in range(2):
                    self.make_due(lone)
                    self.work_off()
                self.assertEqual((lone.state, lone.attempts), ("failed", 3))
                self.assertIn("Slack cannot say", lone.reason)
                self.slack.proxy = None
                lone.action_replay()
                self.work_off()
                self.assertEqual(lone.state, "done")

    def test_an_outage_of_slack_holds_up_everybody_and_costs_no_attempt(self):
        for fault in (slack_fake.DROP, slack_fake.HTML, "ratelimited", "invalid_auth", "service_unavailable"):
            with self.subTest(fault), mute_logger("odoo.addons.helpdesk_bridge"):
                self.People.search([]).unlink()
                self.slack.proxy = lambda _method, _arguments, fault=fault: fault
                rows = self.take(self.reply(), self.reply(user=BEN, thread_ts=self.other_root))
                self.assertEqual(rows.mapped("attempts"), [0, 0])
                self.assertEqual(rows.mapped("state"), ["pending", "pending"])
                self.assertTrue(self.workspace.inbound_hold_until)
                self.slack.proxy = None
                self.make_due(rows)
                self.work_off()
                self.assertEqual(rows.mapped("state"), ["done", "ignored"])

    def test_our_own_workspace_is_asked_for_when_it_is_not_known(self):
        self.workspace.write({"team_ref": False, "bot_user_ref": False})
        self.slack.new_user(BEN, "Ben", "ben@example.com", team_id="T0OTHER01")
        new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_manager", email="ben@example.com")
        rows = self.take(self.reply(user=BEN), self.reply())
        self.assertEqual(rows.mapped("state"), ["ignored", "done"])
        self.assertEqual(self.workspace.team_ref, "T0ACME001")

    def test_an_event_of_another_workspace_is_left(self):
        theirs = [{"team_id": "T0OTHER01", "user_id": BOT_USER, "is_bot": True}]
        body = {**self.reply(), "team_id": "T0OTHER01", "authorizations": theirs}
        with self.assertLogs("odoo.addons.helpdesk_bridge", "WARNING"):
            self.assertFalse(self.receive(body))

    def test_in_a_channel_that_another_organization_shares_with_us_it_is_ours_as_well(self):
        """There, Slack names that organization outside, and only the authorization names our workspace."""
        said = self.reply()
        bodies = [said, self.edit(said, "It is the toner."), self.reply(user=BEN)]
        shared = {"team_id": "T0OTHER01", "is_ext_shared_channel": True}
        rows = self.take(*({**body, **shared} for body in bodies))
        self.assertEqual(rows.mapped("state"), ["done", "done", "ignored"])
        self.assertIn("It is the toner.", self.notes().body)

    def test_who_may_not_is_told_why_once_a_day_and_only_they_see_it(self):
        self.take(self.reply(user=BEN), self.reply(user=BEN))
        [told] = self.slack.ephemeral
        self.assertEqual((told["user"], told["thread_ts"]), (BEN, self.root_ts))
        self.assertIn("No Odoo user", told["text"])
        self.person(BEN).told_at = "2000-01-01 00:00:00"
        self.take(self.reply(user=BEN))
        self.assertEqual(len(self.slack.ephemeral), 2)

    def test_an_administrator_sees_who_is_linked_and_why_not(self):
        self.take(self.reply(), self.reply(user=BEN))
        self.assertEqual((self.person().user_id, self.person().link, self.person().reason), (self.agent, "email", ""))
        self.assertFalse(self.person(BEN).user_id or self.person(BEN).link)
        self.assertIn("No Odoo user", self.person(BEN).reason)
        self.assertIn("anna@example.com", self.agent.slack_link_note)
        self.link()
        self.env.invalidate_all()
        self.assertEqual(self.person().link, "administrator")
        self.assertIn(ANNA, self.agent.slack_link_note)
        self.assertTrue(self.agent.slack_is_linked)
        self.assertIn(self.agent, self.env["res.users"].search([("slack_is_linked", "=", True)]))
        self.assertNotIn(self.agent, self.env["res.users"].search([("slack_is_linked", "!=", True)]))
        self.agent.active = False
        self.env.invalidate_all()
        self.assertIn("Not linked", self.agent.slack_link_note)
        self.assertFalse(self.agent.slack_is_linked)
        everybody = self.env["res.users"].with_context(active_test=False)
        self.assertIn(self.agent, everybody.search([("slack_is_linked", "=", False)]))
        self.assertNotIn(self.agent, everybody.search([("slack_is_linked", "=", True)]))

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def test_what_a_manager_enters_only_mentions(self):
        members = self.env["helpdesk.slack.member"].with_user(self.manager)
        values = {"user_id": self.agent.id, "workspace_id": self.workspace.id, "member_ref": BEN}
        member = members.create({**values, "confirmed_by": "administrator"})
        self.assertFalse(member.confirmed_by)
        member.confirmed_by = "person"
        self.assertFalse(member.confirmed_by)
        with self.assertRaises(AccessError):
            member.action_confirm()
        self.assertEqual(self.take(self.reply(user=BEN)).state, "ignored")
        member.with_user(self.env.user).action_confirm()
        self.assertEqual(self.take(self.reply(user=BEN)).user_id, self.agent)
        member.member_ref = "U0OTHER001"
        self.assertFalse(member.confirmed_by, "a manager has changed it since")
        groups = "helpdesk_mgmt.group_helpdesk_manager,base.group_system"
        administrator = new_test_user(self.env, "administrator", groups=groups)
        member.with_user(administrator).member_ref = BEN
        self.assertEqual(member.confirmed_by, "administrator")

    def test_a_look_up_changes_no_link_that_an_administrator_has_confirmed(self):
        """The address may be another person's in Slack tomorrow: that one would act as the user."""
        members, lookup = self.env["helpdesk.slack.member"], user_lookup.Finding
        known = [("user_id", "=", self.agent.id), ("workspace_id", "=", self.workspace.id)]
        self.workspace.link_by_email = False
        for is_manual, found in ((None, BEN), (False, BEN), (False, "")):
            with self.subTest(is_manual=is_manual, found=found):
                members.search(known).unlink()
                members._store_lookup(self.workspace.id, self.agent.id, self.agent.email, lookup(ANNA, 30))
                member = members.search(known)
                self.assertFalse(member.is_manual or member.confirmed_by)
                member.action_confirm()
                if is_manual is not None:
                    member.is_manual = is_manual  # as in a database of before
                members._store_lookup(self.workspace.id, self.agent.id, self.agent.email, lookup(found, 30))
                self.assertEqual((member.member_ref, member.confirmed_by), (ANNA, "administrator"))
                rows = self.take(self.reply(user=BEN), self.reply(user=ANNA))
                self.assertEqual(rows.mapped("state"), ["ignored", "done"])
                _refs, unresolved = members._refs(self.workspace, self.agent)
                self.assertFalse(unresolved, "Slack is not asked again and again")
        # Who is only mentioned follows the address.
        member.write({"confirmed_by": False, "is_manual": False})
        members._store_lookup(self.workspace.id, self.agent.id, self.agent.email, lookup(BEN, 30))
        self.assertEqual(member.member_ref, BEN)

    def test_a_user_links_their_own_account_by_a_code(self):
        self.agent.email = "private@example.com"
        self.assertEqual(self.take(self.reply("Who am I?")).state, "ignored")
        message = self.agent.with_user(self.agent).action_link_slack()["params"]["message"]
        code = message.rpartition("link ")[2]
        rows = self.take(self.reply(f"link {code}"), self.reply("It is me"))
        self.assertEqual(rows.mapped("state"), ["done", "done"])
        self.assertEqual(self.notes().mapped("preview"), ["It is me"])
        self.assertFalse(rows[0].payload, "nobody reads the code")
        self.assertIn("Anna Agent", self.slack.ephemeral[-1]["text"])
        self.assertEqual(self.person().link, "person")
        # Once.
        self.assertEqual(self.take(self.reply(f"link {code}", user=BEN)).state, "ignored")
        self.assertEqual(self.take(self.reply("Me, too?", user=BEN)).state, "ignored")

    def test_a_code_links_nobody_else(self):
        code = self.agent.with_user(self.agent).action_link_slack()["params"]["message"].rpartition("link ")[2]
        with self.assertRaises(AccessError):
            self.agent.with_user(self.manager).action_link_slack()
        self.slack.new_user(BEN, "Evil", "evil@example.com", is_restricted=True)
        self.assertEqual(self.take(self.reply(f"link {code}", user=BEN)).state, "ignored")
        self.agent.sudo().slack_link_until = "2000-01-01 00:00:00"
        self.assertEqual(self.take(self.reply(f"link {code}")).state, "ignored")
        self.assertFalse(self.env["helpdesk.slack.member"].search([("confirmed_by", "=", "person")]))

    def test_the_latest_proof_ends_an_earlier_link(self):
        other = new_test_user(self.env, "other", groups="helpdesk_mgmt.group_helpdesk_user", email="o@example.com")
        self.link(other)
        code = self.agent.with_user(self.agent).action_link_slack()["params"]["message"].rpartition("link ")[2]
        self.take(self.reply(f"link {code}"))
        [row] = self.take(self.reply())
        self.assertEqual(row.user_id, self.agent)
