"""What Slack has said of a person is not asked for again at once; whatever may have changed it ends that."""

from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .common import new_test_user
from .slack_inbound_case import ANNA, BEN, SlackInboundCase

INFO, LOOKUP = "users.info", "users.lookupByEmail"


@tagged("post_install", "-at_install")
class TestSlackInboundStoredAnswer(SlackInboundCase):
    def setUp(self):
        super().setUp()
        self.slack.calls.clear()

    @property
    def asked(self):
        return self.slack.count(INFO)

    def person(self):
        return self.People.search([("member_ref", "=", ANNA)])

    def change(self, ref=ANNA):
        return self.envelope({"type": "user_change", "user": {"id": ref}})

    def age(self, seconds):
        self.person().checked_at -= timedelta(seconds=seconds)

    def link(self, user, ref=ANNA):
        values = {"user_id": user.id, "workspace_id": self.workspace.id, "member_ref": ref}
        return self.env["helpdesk.slack.member"].create(values)

    def test_of_several_acts_the_first_asks(self):
        rows = self.take(self.reply("one"), self.reply("two"), self.reply("three"))
        self.assertEqual(rows.mapped("state"), ["done"] * 3)
        self.assertEqual((self.asked, self.slack.count(LOOKUP)), (1, 1))
        self.take(self.reply("Me, too", user=BEN))
        self.assertEqual(self.asked, 2, "about another person")

    def test_what_may_have_changed_in_slack_is_asked_for_again(self):
        token = {"bot_token_entry": "xoxb-another"}

        def connect_to(values):
            """Another token or address, which was tested at once: we know again who we are there."""
            known = {name: self.workspace[name] for name in ("team_ref", "bot_user_ref")}
            self.workspace.write(values)
            self.workspace.write(known)

        for name, prepare in (
            ("a change of the profile", lambda: self.receive(self.change())),
            ("a minute", lambda: self.age(61)),
            ("another token", lambda: connect_to(token)),
            ("another address", lambda: connect_to({"api_url": self.slack.url + "/"})),
            ("our own workspace is not known", lambda: self.workspace.write({"team_ref": False})),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.take(self.reply("one"))
                before = self.asked
                prepare()
                self.env.flush_all()
                work = self.begun(self.reply("two"))
                self.assertFalse(work.is_known)
                self.assertEqual(self.asked, before)
                savepoint.rollback()

    def begun(self, body):
        """The `Work` of a row when it is decided whether Slack is asked."""
        [row] = self.receive(body)
        work = self.Inbox._begin_next()
        self.assertTrue(row._plan(work))
        return work

    def test_a_step_that_begins_again_decides_again(self):
        self.take(self.reply("one"))
        work = self.begun(self.reply("two"))
        self.assertEqual((work.is_known, work.known_user_id), (True, self.agent.id))
        self.receive(self.change())
        self.env.invalidate_all()
        self.assertTrue(self.Inbox.browse(work.entry_id)._plan(work))
        self.assertEqual((work.is_known, work.known_user_id), (False, None))

    def test_a_note_looks_nothing_up_twice(self):
        self.take(self.reply("one"), self.reply("two"))
        for name, body in (("by email address", self.reply("three")), ("once more", self.reply("four"))):
            with self.subTest(name):
                self.receive(body)
                self.env.invalidate_all()
                asked = Counter(self.tables(self.work_off))
                # Which row, the turn after it, its lock, its values, and twice what has become of it.
                self.assertEqual(asked["helpdesk_slack_inbound"], 6)
                self.assertEqual((asked["helpdesk_slack_thread"], asked["helpdesk_slack_person"]), (1, 1))
                # Whether the member is linked, and the user that was found to another one.
                self.assertEqual((asked["helpdesk_slack_member"], asked["helpdesk_slack_workspace"]), (2, 1))
        self.assertEqual(len(self.notes()), 4)

    def test_anothers_change_ends_nothing(self):
        self.take(self.reply("one"), self.reply("Hi", user=BEN))
        self.receive(self.change(BEN))
        self.take(self.reply("two"))
        self.assertEqual(self.asked, 2)

    def test_what_changes_in_odoo_counts_at_once(self):
        other = new_test_user(self.env, "other", groups="helpdesk_mgmt.group_helpdesk_user", email="o@example.com")
        portal = [(6, 0, self.env.ref("base.group_portal").ids)]
        for name, prepare, words in (
            ("archived", lambda: self.agent.write({"active": False}), "archived"),
            ("portal", lambda: self.agent.write({"group_ids": portal}), "No Odoo user"),
            ("another address", lambda: self.agent.write({"email": "else@example.com"}), "No Odoo user"),
            ("two users", lambda: other.write({"email": "anna@example.com"}), "Several users"),
            ("linked elsewhere", lambda: self.link(self.agent, BEN), "linked to another"),
            ("no addresses", lambda: self.workspace.write({"link_by_email": False}), "No Odoo user"),
            ("no rights", lambda: self.agent.write({"group_ids": [(6, 0, self.user_group.ids)]}), "may not read"),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.take(self.reply("one"))
                prepare()
                self.env.flush_all()
                [row] = self.take(self.reply("two"))
                self.assertEqual((row.state, len(self.notes())), ("ignored", 1))
                self.assertIn(words, row.reason)
                savepoint.rollback()
                self.env.registry.clear_all_caches()
                self.env.invalidate_all()

    @property
    def user_group(self):
        return self.env.ref("base.group_user")

    def test_another_link_counts_at_once(self):
        other = new_test_user(self.env, "other", groups="helpdesk_mgmt.group_helpdesk_manager", email="o@example.com")
        self.take(self.reply("one"))
        self.link(other)
        [row] = self.take(self.reply("two"))
        self.assertEqual((row.user_id, self.asked), (other, 1))

    def test_who_was_refused_is_asked_about_each_time(self):
        self.slack.new_user(ANNA, "Anna Agent", "anna@example.com", is_email_confirmed=False)
        self.assertEqual(self.take(self.reply("one")).state, "ignored")
        self.new_people()
        self.assertEqual(self.take(self.reply("two")).state, "done", "the address was confirmed meanwhile")

    def test_where_slack_tells_of_changes_it_is_asked_less_often(self):
        for name, source, told, is_asked in (
            ("it tells, and has delivered this", "http", True, False),
            ("it tells, by socket", "socket", True, False),
            ("it has never told", "http", False, True),
            ("only asking has found this", "catch_up", True, True),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.take(self.reply("one"))
                if told:
                    self.receive(self.change(BEN))
                self.age(300)
                before = self.asked
                self.assertEqual(self.take(self.reply("two"), source=source).state, "done")
                self.assertEqual(self.asked - before, int(is_asked))
                savepoint.rollback()

    def test_a_change_while_slack_is_being_asked_is_not_missed(self):
        """Slack answers, then the profile changes and Odoo hears of it; only then is the answer stored."""
        for step in ("_ask_who", "_ask_what_else"):
            with self.subTest(step), self.env.cr.savepoint() as savepoint:
                original, changes = getattr(type(self.Inbox), step), [self.change()]

                def asks(inbox, work, original=original, changes=changes):  # pylint: disable=dangerous-default-value
                    original(inbox, work)
                    if changes:
                        self.slack.users[ANNA]["is_restricted"] = True
                        inbox._receive(self.workspace, "http", changes.pop())

                with patch.object(type(self.Inbox), step, asks):
                    # A name that is not known is asked for, too.
                    [row] = self.take(self.reply("<@U0OTHER001> knows"))
                self.assertFalse(changes, "it was asked")
                self.assertEqual((row.state, row.attempts, bool(self.notes())), ("ignored", 1, False))
                self.assertIn("guest", row.reason)
                self.new_people()
                savepoint.rollback()

    def test_nobody_acts_before_slack_was_asked(self):
        person = self.People._ensure(self.workspace, ANNA)
        self.link(self.agent)
        self.assertEqual(person._acts_as(), (self.env["res.users"], "unchecked"))
        self.assertIn("not asked", person.reason)
        self.assertEqual(self.People._ensure(self.workspace, ANNA), person)

    def test_that_slack_tells_of_changes_is_noted_seldom(self):
        self.receive(self.change())
        first = self.workspace.profile_told_at
        self.assertTrue(first)
        self.workspace.profile_told_at = first - timedelta(minutes=30)
        self.receive(self.change())
        self.assertEqual(self.workspace.profile_told_at, first - timedelta(minutes=30))
        self.workspace.profile_told_at = first - timedelta(minutes=60)
        self.receive(self.change())
        self.assertGreaterEqual(self.workspace.profile_told_at, first)
