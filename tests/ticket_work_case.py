"""What tests of moving tickets need: a team, its stages, and where a ticket is."""

from .common import InboundCase, new_test_user


class TicketWorkCase(InboundCase):
    """A team of two, and tickets of a customer that nobody has yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("new", "in_progress", "awaiting", "done")
        }
        cls.policy = cls.env["helpdesk.sla.policy"]._ensure_default(cls.company)
        cls.policy.waiting_stage_ids = cls.stages["awaiting"]
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        cls.anna = cls.agent
        cls.ben = new_test_user(cls.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", email="ben@example.com")
        cls.team.user_ids = cls.anna | cls.ben

    def new(self, **values):
        defaults = {"user_id": False, "partner_id": self.jane.id, "partner_email": "jane@customer.example"}
        return self.new_ticket(**{**defaults, **values})

    def start(self, ticket):
        return ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "start")

    def assert_is(self, ticket, stage, user=None):
        self.assertEqual((ticket.stage_id, ticket.user_id), (self.stages[stage], user or self.env["res.users"]))
