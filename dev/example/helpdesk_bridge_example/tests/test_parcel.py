from odoo.tests import TransactionCase, tagged

from odoo.addons.helpdesk_bridge.tests.common import trap_queued


@tagged("post_install", "-at_install")
class TestParcel(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        workspace = cls.env["helpdesk.slack.workspace"].create({"name": "Acme"})
        values = {"name": "#support", "channel_ref": "C0SUPPORT01", "workspace_id": workspace.id}
        channel = cls.env["helpdesk.slack.channel"].create(values)
        values = {"name": "Support", "slack_channel_id": channel.id, "slack_mention": "channel"}
        cls.team = cls.env["helpdesk.ticket.team"].create(values)
        values = {"name": "No toner", "description": "<p>Empty</p>", "team_id": cls.team.id}
        cls.ticket = cls.env["helpdesk.ticket"].create({**values, "partner_email": "jane@customer.example"})

    def test_a_parcel_is_posted_once_and_emails_nobody(self):
        with trap_queued(self.env) as trap:
            self.ticket.parcel_number = "AB123"
        trap.assert_message(self.ticket, "parcel_sent", text="Parcel AB123 was sent", mentions=True)
        trap.assert_message(self.ticket, kind="update")
        trap.assert_no_email()
        with trap_queued(self.env) as trap:
            self.ticket.parcel_number = "AB124"
        trap.assert_no_message(event="parcel_sent")

    def test_the_first_message_shows_the_parcel(self):
        self.ticket.parcel_number = "AB<123>"
        with trap_queued(self.env) as trap:
            pass
        self.assertIn("Parcel: AB<123>", trap.first_message(self.ticket))
        self.ticket.parcel_number = False
        self.assertNotIn("Parcel", trap.first_message(self.ticket))

    def test_a_team_can_switch_it_off(self):
        self.team.action_list_slack_events()
        rule = self.env["helpdesk.slack.rule"].search([("team_id", "=", self.team.id), ("event", "=", "parcel_sent")])
        self.assertTrue(rule.posted and rule.mentions)
        rule.posted = False
        with trap_queued(self.env) as trap:
            self.ticket.parcel_number = "AB123"
        trap.assert_no_message(event="parcel_sent")

    def test_a_closed_ticket_is_posted_and_emailed(self):
        with trap_queued(self.env) as trap:
            self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        trap.assert_message(self.ticket, "closed")
        trap.assert_email(self.ticket, "closed")
        self.assertIn("No toner", trap.write_emails().subject)
