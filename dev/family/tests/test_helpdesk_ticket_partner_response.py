"""helpdesk_ticket_partner_response beside ours: what moves a ticket because of a reply is not undone by ours."""

from odoo.tests import tagged

from odoo.addons.helpdesk_bridge.tests.common import InboundCase, new_test_user

JANE = "Jane Doe <jane@customer.example>"


@tagged("post_install", "-at_install")
class TestPartnerResponse(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("new", "in_progress", "awaiting", "done")
        cls.stages = {name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}") for name in names}
        cls.team.autoupdate_ticket_stage = True
        cls.team.autopupdate_src_stage_ids = cls.stages["awaiting"]
        cls.customer = new_test_user(
            cls.env, "jane", groups="base.group_portal", name="Jane Doe", email="jane@customer.example"
        )

    def replied(self, stage, target, by_email):
        """A customer's reply to a ticket in a stage; returns the stage it is in then."""
        self.team.autopupdate_dest_stage_id = self.stages[target]
        ticket = self.new_ticket(partner_id=self.customer.partner_id.id)
        ticket.stage_id = self.stages[stage]
        if by_email:
            self.receive(JANE, subject=ticket.mail_reference)
        else:
            self.comment(ticket, "Well?", user=self.customer)
        return ticket.stage_id

    def test_a_reply_moves_the_ticket_where_the_team_says(self):
        for stage, target, expected in (
            ("awaiting", "in_progress", "in_progress"),
            ("awaiting", "done", "done"),
            ("in_progress", "done", "in_progress"),
            ("done", "in_progress", "new"),
        ):
            for by_email in (True, False):
                with self.subTest(stage=stage, target=target, by_email=by_email):
                    self.assertEqual(self.replied(stage, target, by_email), self.stages[expected])
