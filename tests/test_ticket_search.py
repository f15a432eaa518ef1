"""A ticket is found by what Slack, letters and a former system call it."""

from ast import literal_eval

from lxml import etree

from odoo.tests import tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestTicketSearch(BridgeCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket()
        self.legacy = self.new_ticket(name="Carried over", legacy_reference="[OLD-#987654321]")

    def found(self, text, user=None):
        """What the first field of the ticket list's search finds."""
        tickets = self.env["helpdesk.ticket"].with_user(user or self.agent)
        arch = etree.fromstring(tickets.get_view(view_type="search")["arch"])
        domain = arch.find("field[@name='number']").get("filter_domain")
        return tickets.search(literal_eval(domain.replace("self", repr(text))))

    def test_by_its_reference_however_it_is_typed(self):
        number = self.ticket.bridge_number
        for text in (f"[ML-#{number}]", f"ml-#{number}", f"#{number}", f"Re: [ML-#{number}] Fire"):
            with self.subTest(text):
                self.assertEqual(self.found(text), self.ticket)
        self.assertFalse(self.found(f"XX-#{number}"), "nobody calls it that")

    def test_by_a_former_prefix(self):
        self.team.ticket_prefix = "EU"
        self.team.ticket_prefix = "WEST"
        for prefix in ("EU", "WEST", "ML"):
            with self.subTest(prefix):
                self.assertEqual(self.found(f"{prefix}-#{self.ticket.bridge_number}"), self.ticket)

    def test_by_what_a_former_system_called_it(self):
        for text in ("[OLD-#987654321]", "old-#987654321", "#987654321"):
            with self.subTest(text):
                self.assertEqual(self.found(text), self.legacy)

    def test_its_number_and_its_title_find_it_as_ever(self):
        self.assertEqual(self.found(self.ticket.number), self.ticket)
        self.assertIn(self.ticket, self.found("on fire"))

    def test_what_somebody_may_not_see_is_not_found(self):
        own = self.agent.copy({"login": "own"})
        own.group_ids = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.manager
        self.assertFalse(self.found(f"#{self.ticket.bridge_number}", user=own))

    def test_a_field_that_names_a_ticket_finds_it_too(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        names = tickets.name_search(self.ticket.mail_reference)
        self.assertEqual([number for number, _name in names], self.ticket.ids)
        others = tickets.search([("mail_reference", "not in", [self.ticket.mail_reference])])
        self.assertNotIn(self.ticket, others)
        self.assertIn(self.legacy, others)
