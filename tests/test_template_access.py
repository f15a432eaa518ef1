"""What a template says of a ticket is for those only who may read it, wherever it is rendered."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import new_test_user
from .outbound_case import JANE, OutboundCase


@tagged("post_install", "-at_install")
class TestTemplateAccess(OutboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE, body="My hidden words").ticket_id
        self.ticket.user_id = self.agent
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        there = self.env["res.company"].create({"name": "There"})
        self.strangers = [
            new_test_user(self.env, "guest", groups="base.group_user"),
            new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own"),
            new_test_user(
                *(self.env, "away"),
                groups="helpdesk_mgmt.group_helpdesk_manager",
                company_id=there.id,
                company_ids=[(6, 0, there.ids)],
            ),
        ]
        canned = self.template("<p>{{customer}} {{customer_email}} {{subject}}</p>", helpdesk_canned=True)
        shipped = [self.env.ref(f"helpdesk_bridge.letter_{kind}") for kind in ("answer", "received", "closed")]
        self.templates = [canned, *shipped]

    def ways(self, user, template):
        """Where a user lets Odoo render a template for a ticket: name -> a function that gives what they see."""
        place = {"model": self.ticket._name, "res_ids": str(self.ticket.ids), "composition_mode": "comment"}
        preview = {"mail_template_id": template.id, "resource_ref": f"{self.ticket._name},{self.ticket.id}"}

        def composed():
            composer = self.env["mail.compose.message"].with_user(user).create({**place, "template_id": template.id})
            return f"{composer.subject} {composer.body}"

        def titled():
            return self.env["mail.compose.message"].with_user(user).create(place).subject

        def previewed():
            shown = self.env["mail.template.preview"].with_user(user).create(preview)
            return f"{shown.subject} {shown.body_html} {shown.error_msg}"

        return {"composer": composed, "subject": titled, "preview": previewed}

    def test_who_may_not_read_the_ticket_sees_nothing_of_it(self):
        for user in self.strangers:
            self.assertFalse(self.ticket.with_user(user).has_access("read"))
            for template in self.templates:
                for name, way in self.ways(user, template).items():
                    with self.subTest(user.login, template=template.name, way=name):
                        self.env.flush_all()
                        self.env.invalidate_all()
                        try:
                            shown = way()
                        except AccessError:
                            continue
                        for secret in ("hidden", "Unplug", "Printer", "jane@", "Jane", self.ticket.mail_reference):
                            self.assertNotIn(secret, shown)

    def test_who_may_read_it_sees_it(self):
        for template in self.templates:
            for name, way in self.ways(self.agent, template).items():
                with self.subTest(template=template.name, way=name):
                    self.assertRegex(way(), "Printer|Unplug|Jane|ML-#")
