"""Which channel hears of which ticket, and who is called."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestSlackRoutes(BridgeCase):
    def channel_of(self, **values):
        return self.entries(self.new_ticket(**values)).channel_id

    def test_the_channel_of_the_team_comes_first(self):
        self.company.helpdesk_slack_channel_id = self._new_channel("#all", "C0SUPPORT02")
        self.assertEqual(self.channel_of(), self.channel)

    def test_a_team_without_channel_uses_that_of_the_company(self):
        self.team.slack_channel_id = False
        self.company.helpdesk_slack_channel_id = self._new_channel("#all", "C0SUPPORT02")
        self.assertEqual(self.channel_of().name, "#all")

    def test_a_ticket_without_team_uses_the_channel_of_the_company(self):
        self.company.helpdesk_slack_channel_id = self.channel
        self.assertEqual(self.channel_of(team_id=False, user_id=False), self.channel)

    def test_without_any_channel_nothing_is_queued(self):
        self.team.slack_channel_id = False
        self.assertFalse(self.channel_of())

    def test_a_muted_team_is_not_told_even_with_a_default_channel(self):
        self.company.helpdesk_slack_channel_id = self.channel
        self.team.slack_muted = True
        self.assertFalse(self.channel_of())

    def test_an_archived_channel_falls_back(self):
        self.company.helpdesk_slack_channel_id = self._new_channel("#all", "C0SUPPORT02")
        self.channel.active = False
        self.assertEqual(self.channel_of().name, "#all")

    def test_the_mention_of_the_team_overrides_that_of_the_company(self):
        for company, team, group, expected in (
            ("channel", False, False, "<!channel>"),
            ("here", False, False, "<!here>"),
            ("none", False, False, ""),
            ("channel", "none", False, ""),
            ("none", "here", False, "<!here>"),
            ("none", "group", "S0123ABCD", "<!subteam^S0123ABCD>"),
        ):
            with self.subTest(company=company, team=team):
                self.company.helpdesk_slack_mention = company
                self.team.write({"slack_mention": team, "slack_mention_group": group})
                self.assertEqual(self.new_ticket()._slack_mention(), expected)

    def test_a_user_group_needs_its_id(self):
        with self.assertRaisesRegex(ValidationError, "Which user group"):
            self.team.write({"slack_mention": "group", "slack_mention_group": "@night-shift"})

    def test_the_prefix_of_the_team_overrides_that_of_the_company(self):
        ticket = self.new_ticket()
        self.assertEqual(ticket.mail_reference, f"[ML-#{ticket.bridge_number}]")
        self.company.helpdesk_ticket_prefix = " HELP "
        self.assertEqual(ticket.mail_reference, f"[HELP-#{ticket.bridge_number}]")
        self.team.ticket_prefix = "EU"
        self.assertEqual(ticket.mail_reference, f"[EU-#{ticket.bridge_number}]")

    def test_a_prefix_that_would_not_survive_a_subject_is_refused(self):
        for wrong in ("[X]", "4U", "TOOLONGPREFIX", "A B", "ä"):
            with self.subTest(wrong), self.assertRaisesRegex(ValidationError, "cannot be a ticket prefix"):
                self.team.ticket_prefix = wrong

    def test_a_pasted_link_becomes_the_channel_id(self):
        for pasted, expected in (
            ("https://acme.slack.com/archives/C0ABCDEF12", "C0ABCDEF12"),
            (" C0ABCDEF13 ", "C0ABCDEF13"),
            ("https://app.slack.com/client/T0ACME001/G0ABCDEF14", "G0ABCDEF14"),
        ):
            channel_id, _name = self.env["helpdesk.slack.channel"].name_create(pasted)
            self.assertEqual(self.env["helpdesk.slack.channel"].browse(channel_id).channel_ref, expected)

    def test_a_channel_name_is_explained_away(self):
        with self.assertRaisesRegex(UserError, "Copy link"):
            self.env["helpdesk.slack.channel"].name_create("#support")
        with self.assertRaisesRegex(ValidationError, "Copy link"):
            self._new_channel("x", "#support")

    def test_a_secret_pasted_as_a_channel_is_named_and_not_repeated(self):
        """Refusals are logged, and shown to whoever looks over one's shoulder."""
        for pasted, words in (
            ("xoxb-123-s3cret", "Bot Token"),
            ("https://hooks.slack.com/services/T0/B0/s3cret", "webhook"),
        ):
            for create in (self.env["helpdesk.slack.channel"].name_create, lambda text: self._new_channel("x", text)):
                with self.subTest(pasted), self.assertRaisesRegex(UserError, words) as caught:
                    create(pasted)
                self.assertNotIn("s3cret", str(caught.exception))

    def test_a_team_cannot_use_the_channel_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        workspace = self.env["helpdesk.slack.workspace"].create({"name": "Other", "company_id": other.id})
        foreign = self._new_channel("#other", "C0OTHER001", workspace)
        with self.assertRaisesRegex(ValidationError, "belongs to Other"):
            self.team.slack_channel_id = foreign
        with self.assertRaisesRegex(ValidationError, "belongs to Other"):
            self.company.helpdesk_slack_channel_id = foreign

    def test_a_ticket_is_never_told_in_another_companys_channel(self):
        other = self.env["res.company"].create({"name": "Other"})
        everybody = self.env["helpdesk.ticket.team"].create(
            {"name": "Everybody", "company_id": False, "slack_channel_id": self.channel.id}
        )
        self.assertEqual(self.channel_of(team_id=everybody.id), self.channel)
        self.assertFalse(self.channel_of(team_id=everybody.id, company_id=other.id))

    def test_a_workspace_in_use_cannot_move_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.company.helpdesk_slack_channel_id = self.channel
        with self.assertRaisesRegex(ValidationError, "belongs to Other"):
            self.workspace.company_id = other

    def test_a_channel_cannot_borrow_a_workspace_one_cannot_see(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["helpdesk.slack.workspace"].create({"name": "Other", "company_id": other.id})
        with self.assertRaises(AccessError):
            self.channel.with_user(self.manager).workspace_id = foreign
        with self.assertRaises(AccessError):
            self.env["helpdesk.slack.channel"].with_user(self.manager).create(
                {"name": "x", "channel_ref": "C0BORROWED", "workspace_id": foreign.id}
            )

    def test_a_known_link_finds_the_channel_again(self):
        self.channel.active = False
        found, _name = self.env["helpdesk.slack.channel"].name_create("https://acme.slack.com/archives/C0SUPPORT01")
        self.assertEqual(found, self.channel.id)
        self.assertTrue(self.channel.active)

    def test_two_companies_are_told_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        workspace = self.env["helpdesk.slack.workspace"].create(
            {"name": "Other", "company_id": other.id, "api_url": self.slack.url, "bot_token": "xoxb-right"}
        )
        other.helpdesk_slack_channel_id = self._new_channel("#other", "C0SUPPORT02", workspace)
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": other.id})
        self.assertEqual(self.channel_of(team_id=team.id).name, "#other")
        self.assertEqual(self.channel_of(), self.channel)
