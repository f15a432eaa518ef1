"""Agents are named by their Slack identity: found by email, asked for seldom, or entered by hand."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..models.slack import slack_client
from ..tools.slack import retry_policy
from .common import BridgeCase
from .slack_fake import SILENT

LOOKUP = "users.lookupByEmail"


@tagged("post_install", "-at_install")
class TestSlackPeople(BridgeCase):
    def setUp(self):
        super().setUp()
        self.team.user_ids = self.agent
        self.slack.people["anna@example.com"] = "U0ANNA001"
        self.Member = self.env["helpdesk.slack.member"]

    def assignee(self):
        """How the assignee stands in the first message of a new ticket of Anna's."""
        ticket = self.new_ticket(user_id=self.agent.id)
        self.deliver()
        return self.shown(ticket).partition("*Assignee*\n")[2].split("\n")[0]

    def test_an_agent_whom_slack_knows_is_named_by_slack(self):
        self.assertEqual(self.assignee(), "<@U0ANNA001>")

    def test_slack_is_asked_once(self):
        for _ticket in range(3):
            self.assignee()
        self.assertEqual(self.slack.count(LOOKUP), 1)

    def test_who_is_no_member_is_shown_by_name_and_asked_for_a_day_later(self):
        self.slack.people.clear()
        self.assertEqual([self.assignee(), self.assignee()], ["Anna Agent", "Anna Agent"])
        self.assertEqual(self.slack.count(LOOKUP), 1)
        member = self.Member.search([("user_id", "=", self.agent.id)])
        self.assertAlmostEqual(
            (member.expires_at - fields.Datetime.now()).total_seconds(), timedelta(days=1).total_seconds(), delta=60
        )
        self.slack.people["anna@example.com"] = "U0ANNA001"
        member.expires_at = "2000-01-01"
        self.assertEqual(self.assignee(), "<@U0ANNA001>")

    def test_another_address_may_be_another_member(self):
        self.assignee()
        self.slack.people["anna@new.example"] = "U0ANNA002"
        self.agent.email = "anna@new.example"
        self.assertEqual(self.assignee(), "<@U0ANNA002>")

    def test_every_workspace_has_members_of_its_own(self):
        self.assignee()
        other = self.workspace.copy({"name": "Other", "bot_token": "xoxb-right", "api_url": self.slack.url})
        self.team.slack_channel_id = self._new_channel("#other", "C0SUPPORT02", other)
        self.slack.people["anna@example.com"] = "U0ANNA002"
        self.assertEqual(self.assignee(), "<@U0ANNA002>")
        self.assertEqual(len(self.Member.search([("user_id", "=", self.agent.id)])), 2)

    def test_what_a_person_entered_is_never_looked_up(self):
        self.Member.create({"user_id": self.agent.id, "workspace_id": self.workspace.id, "member_ref": "U0BOSS001"})
        self.assertEqual(self.assignee(), "<@U0BOSS001>")
        self.assertEqual(self.slack.count(LOOKUP), 0)

    def test_what_a_person_corrected_stays(self):
        self.assignee()
        member = self.Member.search([("user_id", "=", self.agent.id)])
        member.with_user(self.manager).member_ref = "U0BOSS001"
        self.assertTrue(member.is_manual)
        member.expires_at = "2000-01-01"
        self.assertEqual(self.assignee(), "<@U0BOSS001>")
        self.assertEqual(self.slack.count(LOOKUP), 1)

    def test_only_a_member_id_can_be_entered(self):
        for ref in ("@anna", "C0SUPPORT01", "U1> <!channel"):
            with self.assertRaisesRegex(ValidationError, "not a Slack member ID"), self.env.cr.savepoint():
                self.Member.create({"user_id": self.agent.id, "workspace_id": self.workspace.id, "member_ref": ref})

    def test_the_members_are_on_the_users_form(self):
        self.manager.group_ids += self.env.ref("base.group_system")
        with (
            Form(self.agent.with_user(self.manager), "base.view_users_form") as form,
            form.slack_member_ids.new() as member,
        ):
            member.workspace_id = self.workspace
            member.member_ref = "U0BOSS001"
        self.assertEqual(self.assignee(), "<@U0BOSS001>")

    def test_an_agent_cannot_say_who_somebody_is(self):
        with self.assertRaises(AccessError):
            self.Member.with_user(self.agent).create(
                {"user_id": self.agent.id, "workspace_id": self.workspace.id, "member_ref": "U0BOSS001"}
            )

    def test_without_the_scope_names_are_shown_and_the_workspace_says_so_once(self):
        self.slack.misbehave("missing_scope", method=LOOKUP)
        self.assertEqual([self.assignee(), self.assignee()], ["Anna Agent", "Anna Agent"])
        self.assertEqual(self.slack.count(LOOKUP), 1)
        self.assertIn("users:read.email", self.workspace.people_note)
        self.assertEqual(self.workspace.state, "ok", "messages go on")

    def test_a_scope_that_was_added_is_noticed(self):
        self.slack.misbehave("missing_scope", method=LOOKUP)
        self.assignee()
        self.workspace.action_test_connection()
        self.assertEqual(self.assignee(), "<@U0ANNA001>")
        self.assertFalse(self.workspace.people_note)

    def test_trouble_with_a_look_up_delays_no_message(self):
        self.slack.misbehave(SILENT, method=LOOKUP)
        with patch.object(slack_client, "TIMEOUT", 1):
            self.assertEqual(self.assignee(), "Anna Agent")
        self.assertEqual(self.assignee(), "Anna Agent", "not asked again at once")
        self.assertEqual(self.slack.count(LOOKUP), 1)
        self.workspace.lookup_hold_until = "2000-01-01"
        self.assertEqual(self.assignee(), "<@U0ANNA001>")

    def test_who_has_no_time_left_names_people_without_slack(self):
        with patch.object(retry_policy, "LAST_LOOKUP", -1):
            self.assertEqual(self.assignee(), "Anna Agent")
        self.assertFalse(self.slack.count(LOOKUP))
        self.assertEqual(self.assignee(), "<@U0ANNA001>")

    def test_a_new_token_may_be_of_another_workspace(self):
        self.assignee()
        self.slack.people["anna@example.com"] = "U0ANNA002"
        self.workspace.bot_token = "xoxb-right"
        self.assertEqual(self.assignee(), "<@U0ANNA002>")

    def test_nobody_is_looked_up_while_a_ticket_changes(self):
        ticket = self.new_ticket()
        with patch.object(slack_client.SlackConnection, "call", side_effect=AssertionError("network")):
            ticket.with_user(self.agent).assign_to_me()
            self.comment(ticket, "Done.", user=self.agent)
            self.env.flush_all()
