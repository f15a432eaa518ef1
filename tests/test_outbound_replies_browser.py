"""Whom the composer of the chatter shows is whom an answer goes to, over HTTP as the web client posts it."""

from odoo.tests import HttpCase, tagged

from .common import new_test_user


@tagged("post_install", "-at_install")
class TestRepliesInTheChatter(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = new_test_user(
            cls.env,
            "agent",
            groups="helpdesk_mgmt.group_helpdesk_user",
            password="agent-agent",
            email="anna@example.com",
        )
        cls.jane = cls.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer is on fire",
                "description": "x",
                "team_id": cls.env["helpdesk.ticket.team"].create({"name": "Support"}).id,
                "partner_id": cls.jane.id,
                "partner_email": "jane@customer.example",
                "email_cc": "Bob <bob@partner.example>",
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate("agent", "agent-agent")

    def suggested(self):
        thread = {"thread_model": "helpdesk.ticket", "thread_id": self.ticket.id}
        return self.make_jsonrpc_request("/mail/thread/recipients/get_suggested_recipients", thread)

    def post(self, recipients, note=False):
        """Post as the web client does; returns who gets an email."""
        post_data = {
            "body": "Unplug it.",
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_note" if note else "mail.mt_comment",
        }
        partners = [one["partner_id"] for one in recipients if one["partner_id"]]
        emails = [one["email"] for one in recipients if not one["partner_id"]]
        post_data.update({"partner_ids": partners} if partners else {})
        post_data.update({"partner_emails": emails} if emails else {})
        thread = {"thread_model": "helpdesk.ticket", "thread_id": self.ticket.id}
        self.make_jsonrpc_request("/mail/message/post", {**thread, "post_data": post_data})
        mails = self.env["mail.mail"].search([("model", "=", "helpdesk.ticket"), ("res_id", "=", self.ticket.id)])
        return sorted(mails.mapped("helpdesk_to"))

    def test_who_is_in_cc_without_being_a_contact_is_written_to(self):
        self.assertFalse(self.agent.has_group("base.group_partner_manager"))
        self.assertEqual(self.post(self.suggested()), ["bob@partner.example", "jane@customer.example"])
        self.assertFalse(self.env["res.partner"].search([("email", "like", "bob@partner")]))

    def test_whom_the_agent_has_taken_out_is_not_written_to(self):
        jane = [one for one in self.suggested() if one["partner_id"]]
        self.assertEqual(self.post(jane), ["jane@customer.example"])

    def test_without_any_name_it_goes_to_everybody_on_the_ticket(self):
        self.assertEqual(self.post([]), ["bob@partner.example", "jane@customer.example"])

    def test_a_colleague_who_is_mentioned_is_no_choice(self):
        ben = new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", email="ben@example.com")
        mentioned = [{"partner_id": ben.partner_id.id, "email": "ben@example.com"}]
        everybody = ["ben@example.com", "bob@partner.example", "jane@customer.example"]
        self.assertEqual(self.post(mentioned), everybody)

    def test_a_note_goes_to_nobody_outside(self):
        self.assertEqual(self.post(self.suggested(), note=True), [])

    def test_the_portal_writes_to_no_address(self):
        user = new_test_user(
            self.env, "portal", groups="base.group_portal", password="portal-portal", email="p@customer.example"
        )
        self.ticket.partner_id = user.partner_id
        self.authenticate("portal", "portal-portal")
        self.assertEqual(self.post([{"partner_id": False, "email": "victim@third.example"}]), [])
