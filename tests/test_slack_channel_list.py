"""Channels are chosen from a list of those that the bot is in; a link can still be pasted."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BridgeCase

LISTED = {"C0SUPPORT01": "support", "C0EUROPE001": "support-eu", "G0MANAGERS1": "managers"}


@tagged("post_install", "-at_install")
class TestSlackChannelList(BridgeCase):
    def setUp(self):
        super().setUp()
        self.slack.listed = dict(LISTED)
        self.Channel = self.env["helpdesk.slack.channel"].with_context(active_test=False)

    def refresh(self):
        settings = self.env["res.config.settings"].create({"company_id": self.company.id})
        return settings.action_helpdesk_slack_list_channels()["params"]

    def refs(self):
        return set(self.Channel.search([("workspace_id", "=", self.workspace.id)]).mapped("channel_ref"))

    def test_a_token_that_works_brings_the_list(self):
        self.workspace.action_test_connection()
        self.assertEqual(self.refs(), set(LISTED))
        offered = {name for _ref, name in self.Channel.name_search("")}
        self.assertLessEqual({"#support", "#support-eu", "#managers"}, offered)

    def test_refreshing_says_what_is_there(self):
        told = self.refresh()
        self.assertEqual(told["type"], "success")
        self.assertIn("#managers, #support, #support-eu", told["message"])

    def test_nothing_is_listed_twice_and_names_follow(self):
        self.refresh()
        self.slack.listed["C0EUROPE001"] = "europe"
        before = self.Channel.search_count([])
        self.refresh()
        self.assertEqual(self.Channel.search_count([]), before)
        self.assertEqual(self.Channel.search([("channel_ref", "=", "C0EUROPE001")]).name, "#europe")

    def test_a_channel_that_was_entered_stays_as_it_is(self):
        self.assertFalse(self.channel.is_listed)
        self.slack.listed = {}
        self.assertIn("invite", self.refresh()["message"])
        self.assertEqual(self.refs(), {"C0SUPPORT01"})

    def test_what_the_bot_has_left_is_offered_no_more_unless_it_is_used(self):
        self.refresh()
        used = self.Channel.search([("channel_ref", "=", "C0EUROPE001")])
        for name, use in {
            "team": lambda: self.team.write({"slack_channel_id": used.id}),
            "company": lambda: self.company.write({"helpdesk_slack_channel_id": used.id}),
            "message": self._tell,
            "nobody": lambda: None,
        }.items():
            with self.subTest(name), self.env.cr.savepoint() as point:
                use()
                self.slack.listed = {"C0SUPPORT01": "support"}
                self.refresh()
                self.assertEqual(self.refs(), {"C0SUPPORT01"} | ({"C0EUROPE001"} if name != "nobody" else set()))
                self.slack.listed = dict(LISTED)
                point.rollback()

    def _tell(self):
        """A ticket was posted there; the team has moved on since."""
        self.team.slack_channel_id = self.Channel.search([("channel_ref", "=", "C0EUROPE001")])
        self.slack.channels.add("C0EUROPE001")
        self.addCleanup(self.slack.channels.discard, "C0EUROPE001")
        self.new_ticket()
        self.deliver()
        self.team.slack_channel_id = self.channel

    def test_a_channel_that_is_listed_can_be_entered_all_the_same(self):
        self.refresh()
        entered = self._new_channel("#mine", "https://acme.slack.com/archives/C0EUROPE001")
        self.assertFalse(entered.is_listed)
        self.assertEqual(self.refs(), set(LISTED))

    def test_a_list_of_several_pages_is_read_to_its_end(self):
        self.slack.page_size = 1
        self.refresh()
        self.assertEqual(self.refs(), set(LISTED))

    def test_the_end_of_a_list_that_was_not_read_takes_nothing_away(self):
        self.refresh()
        self.slack.page_size = 1
        self.slack.listed = {f"C0AAAAAA{number:02}": f"a{number}" for number in range(10)} | LISTED
        self.refresh()
        self.assertLessEqual(set(LISTED), self.refs())

    def test_without_the_scope_for_private_channels_the_public_ones_are_listed(self):
        self.slack.misbehave("missing_scope", method="users.conversations")
        self.assertEqual(self.refresh()["type"], "success")
        self.assertEqual(self.refs(), {"C0SUPPORT01", "C0EUROPE001"})

    def test_a_list_that_slack_refuses_takes_nothing_away_and_says_why(self):
        self.refresh()
        for error in ("missing_scope", "ratelimited", "fatal_error"):
            with self.subTest(error):
                self.slack.misbehave(
                    error, *(["missing_scope"] * (error == "missing_scope")), method="users.conversations"
                )
                told = self.refresh()
                self.assertEqual((told["type"], told["title"]), ("danger", "Slack does not list its channels"))
                self.assertTrue(told["message"])
                self.assertEqual(self.refs(), set(LISTED))
        self.slack.misbehave("fatal_error", method="users.conversations")
        self.assertEqual(self.workspace.action_test_connection()["params"]["type"], "success", "the token works")
        self.assertEqual(self.refs(), set(LISTED))

    def test_what_is_no_channel_is_not_stored(self):
        self.slack.listed |= {"D0DIRECT001": "direct", "C0NONAME001": "", "nonsense": "x"}
        self.refresh()
        self.assertEqual(self.refs(), set(LISTED))

    def test_without_a_token_it_says_so(self):
        self.workspace.bot_token = False
        self.assertEqual(self.refresh()["title"], "There is no bot token yet")
        self.assertFalse(self.slack.calls)

    def test_a_copy_of_the_database_asks_nobody(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        with self.assertRaisesRegex(UserError, "neutralized"):
            self.refresh()
        self.assertFalse(self.slack.calls)
