"""Nobody closes another's ticket, nor has an agent's browser close or create one; no stranger changes stages."""

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

    def submit(self, login="jane_portal", **values):
        """:return: (HTTP status, the ticket that was made)"""
        self.authenticate(login, login)
        values = {"subject": "Submitted", "description": "x", "csrf_token": Request.csrf_token(self), **values}
        status = self.url_open("/submitted/ticket", data=values, allow_redirects=False).status_code
        return status, self.submitted()

    def submitted(self):
        return self.env["helpdesk.ticket"].search([("name", "=", "Submitted")], order="id desc", limit=1)

    def test_a_picture_in_an_email_creates_nothing(self):
        """Odoo shows the pictures of an email to the agent who is logged in."""
        for login in ("admin", "jane_portal"):
            with self.subTest(login):
                self.authenticate(login, login)
                page = self.url_open("/submitted/ticket?subject=Submitted&description=x", allow_redirects=False)
                self.assertEqual(page.status_code, 405)
                self.assertFalse(self.submitted())

    def test_a_form_of_another_site_creates_nothing(self):
        self.assertEqual(self.submit(csrf_token="x"), (400, self.env["helpdesk.ticket"]))

    def test_a_customer_chooses_among_the_teams_that_are_offered(self):
        self.env.company.helpdesk_mgmt_portal_select_team = True
        there = self.env["res.company"].create({"name": "There"})
        teams = self.team.create(
            [
                {"name": "Offered", "show_in_portal": True, "company_id": self.env.company.id},
                {"name": "Of everybody", "show_in_portal": True, "company_id": False},
                {"name": "Hidden", "show_in_portal": False, "company_id": self.env.company.id},
                {"name": "Of another company", "show_in_portal": True, "company_id": there.id},
            ]
        )
        offered, shared, hidden, theirs = teams
        for named, team in (
            (offered.id, offered),
            (shared.id, shared),
            (hidden.id, self.team.browse()),
            (theirs.id, self.team.browse()),
            (theirs.id + 1000, self.team.browse()),
            *((nothing, self.team.browse()) for nothing in ("", "0", "x", "-1", 2**31, 10**20, "²")),
        ):
            with self.subTest(named=named):
                self.submitted().unlink()
                status, ticket = self.submit(team=named)
                self.assertEqual((status, ticket.team_id), (302, team))
                self.assertEqual(ticket.partner_id, self.jane.partner_id)

    def test_the_public_writes_no_stages(self):
        public = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.done.with_user(public).name = "Hacked"
