"""Nobody closes another's ticket, nor has an agent's browser close it; nobody on the Internet changes stages."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import new_test_user


@tagged("post_install", "-at_install")
class TestPortalAccess(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jane = new_test_user(cls.env, "jane_portal", groups="base.group_portal", password="jane_portal")
        cls.eve = new_test_user(cls.env, "eve_portal", groups="base.group_portal", password="eve_portal")
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Support"})
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.done.close_from_portal = True
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "x", "team_id": cls.team.id, "partner_id": cls.jane.partner_id.id}
        )
        cls.ticket.message_subscribe(cls.jane.partner_id.ids)

    def close(self, login, token=True, **values):
        self.authenticate(login, login)
        if token:
            values["csrf_token"] = Request.csrf_token(self)
        return self.url_open("/ticket/close", data=values, allow_redirects=False).status_code

    def test_the_customer_closes_the_own_ticket(self):
        self.assertEqual(self.close("jane_portal", ticket_id=self.ticket.id, stage_id=self.done.id), 302)
        self.assertEqual(self.ticket.stage_id, self.done)

    def test_the_customer_closes_it_by_the_button_on_its_page(self):
        self.authenticate("jane_portal", "jane_portal")
        page = html.fromstring(self.url_open(self.ticket.access_url).text)
        [form] = page.xpath(f"//form[@action='/ticket/close'][.//input[@name='stage_id'][@value='{self.done.id}']]")
        self.assertEqual(form.method, "POST")
        self.assertEqual(self.url_open(form.action, data=dict(form.fields), allow_redirects=False).status_code, 302)
        self.assertEqual(self.ticket.stage_id, self.done)

    def test_a_picture_in_an_email_closes_nothing(self):
        stage = self.ticket.stage_id
        self.authenticate("admin", "admin")
        query = f"ticket_id={self.ticket.id}&stage_id={self.done.id}&csrf_token={Request.csrf_token(self)}"
        self.assertEqual(self.url_open(f"/ticket/close?{query}", allow_redirects=False).status_code, 405)
        self.assertEqual(self.ticket.stage_id, stage)

    def test_a_form_of_another_site_closes_nothing(self):
        stage = self.ticket.stage_id
        self.assertEqual(self.close("jane_portal", token=False, ticket_id=self.ticket.id, stage_id=self.done.id), 400)
        self.assertEqual(self.ticket.stage_id, stage)

    def test_nobody_closes_anothers_ticket(self):
        status = self.close("eve_portal", ticket_id=self.ticket.id, stage_id=self.done.id)
        self.assertEqual(status, 403)
        self.assertNotEqual(self.ticket.stage_id, self.done)

    def test_a_stage_of_another_team_is_none_of_this_ticket(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        stage = self.done.copy({"name": "Theirs", "team_ids": [(6, 0, other.ids)], "close_from_portal": True})
        self.assertEqual(self.close("jane_portal", ticket_id=self.ticket.id, stage_id=stage.id), 404)

    def test_what_does_not_exist_is_not_found(self):
        for ticket_id in (self.ticket.id + 1000, "x", "", 2**31, 10**20, "²"):
            self.assertEqual(self.close("jane_portal", ticket_id=ticket_id, stage_id=self.done.id), 404)

    def test_the_public_writes_no_stages(self):
        public = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.done.with_user(public).name = "Hacked"
