"""Automatic emails can be seen and tried before any customer gets one; what is shown leaves nothing behind."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .outbound_case import OutboundCase, Smtp


@tagged("post_install", "-at_install")
class TestOutboundPreview(OutboundCase):
    def settings(self, kind, **values):
        return self.env["res.config.settings"].create(values).with_context(helpdesk_letter=kind)

    def preview(self, kind, **values):
        action = self.settings(kind, **values).action_helpdesk_letter_preview()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_each_automatic_email_can_be_seen_without_any_ticket(self):
        self.env.user.signature = "<p>The admin</p>"
        for kind, words in (
            ("received", "We will start working on it by"),
            ("answer", "plug it in again.*The admin.*wrote:.*since this morning"),
            ("closed", "has been closed"),
        ):
            with self.subTest(kind):
                preview = self.preview(kind)
                self.assertRegex(str(preview.body_html).replace("\n", " "), words)
                self.assertIn("[ML-#42] The printer does not print", preview.subject)
                self.assertNotRegex(preview.body_html, r"\[ML-#(?!42\])")
                self.assertIn("support@example.com", preview.sender)

    def test_a_preview_leaves_nothing_behind(self):
        models = ("helpdesk.ticket", "mail.message", "helpdesk.letter", "helpdesk.slack.outbox", "helpdesk.sla.clock")
        before = [self.env[model].search_count([]) for model in models]
        for kind in ("received", "answer", "closed"):
            self.preview(kind)
        self.assertEqual([self.env[model].search_count([]) for model in models], before)

    def test_a_form_shows_its_template_without_being_saved(self):
        template = self.template("<p>Typed</p>", subject="x")
        for user, is_allowed in ((self.manager, True), (self.agent, False)):
            previews = self.env["helpdesk.letter.preview"].with_user(user)
            if not is_allowed:
                with self.assertRaises(AccessError):
                    previews.action_open("closed", self.company.id, self.team.id, template.id)
                continue
            action = previews.action_open("closed", self.company.id, self.team.id, template.id)
            self.assertIn("Typed", self.env[action["res_model"]].browse(action["res_id"]).body_html)
        self.assertFalse(self.team.letter_closed_template_id)

    def test_it_shows_the_template_in_the_form(self):
        template = self.template("<p>Ours</p>", subject="Ours {{ object.mail_reference }}")
        preview = self.preview("received", helpdesk_letter_received_template_id=template.id)
        self.assertIn("Ours", preview.body_html)

    def test_an_answer_is_rendered_with_the_rights_of_whoever_writes_it(self):
        template = self.template(
            "<p>Rendered as <t t-out=\"object.env.su and 'superuser' or 'agent'\" /></p>", subject="x"
        )
        self.env = self.env(user=self.env.ref("base.user_admin"))
        preview = self.preview("answer", helpdesk_letter_answer_template_id=template.id)
        self.assertIn("Rendered as agent", preview.body_html)

    def test_a_team_sees_its_own(self):
        self.team.letter_closed_template_id = self.template("<p>Of the team</p>", subject="x")
        action = self.team.with_context(helpdesk_letter="closed").action_preview_letter()
        self.assertIn("Of the team", self.env[action["res_model"]].browse(action["res_id"]).body_html)

    def test_what_is_switched_off_can_still_be_seen(self):
        self.company.helpdesk_letter_closed = False
        self.assertIn("has been closed", self.preview("closed").body_html)

    def test_an_automatic_email_that_does_not_exist_is_refused(self):
        with self.assertRaises(UserError):
            self.preview("ransom")

    def test_a_test_goes_to_whoever_asks(self):
        self.env.user.email = "me@example.com"
        smtp, servers = Smtp(), type(self.env["ir.mail_server"])
        with (
            patch.object(servers, "_connect__", lambda *_a, **_k: smtp),
            patch.object(servers, "_disable_send", classmethod(lambda cls: False)),
        ):
            told = self.settings("received").action_helpdesk_letter_test()["params"]
        self.assertEqual(told["type"], "success")
        [(recipients, message)] = smtp.sent
        self.assertEqual(recipients, ["me@example.com"])
        self.assertRegex(message["Subject"], r"Test: \[ML-#42\]")
        self.assertIn("support@example.com", message["From"])

    def test_a_test_that_cannot_be_sent_says_why(self):
        self.env.user.email = "me@example.com"

        def connect(*_arguments, **_values):
            raise ConnectionRefusedError(111, "Connection refused")

        servers = type(self.env["ir.mail_server"])
        with patch.object(servers, "_connect__", connect):
            told = self.settings("received").action_helpdesk_letter_test()["params"]
        self.assertEqual(told["type"], "danger")
        self.assertIn("Connection refused", told["message"])

    def test_without_an_address_a_test_says_what_to_do(self):
        self.env.user.email = False
        with self.assertRaisesRegex(UserError, "Enter an email address"):
            self.settings("received").action_helpdesk_letter_test()

    def test_a_template_of_another_model_is_refused(self):
        """It would show, with its author's rights, whatever record has the number of the sample."""
        values = {"name": "Users", "model_id": self.env["ir.model"]._get_id("res.users"), "body_html": "<p>x</p>"}
        template = self.env["mail.template"].create(values)
        with self.assertRaisesRegex(UserError, "not for tickets"):
            self.preview("received", helpdesk_letter_received_template_id=template.id)
        self.team.letter_closed_template_id = template
        self.assertEqual(
            self.new_ticket()._bridge_enabled_template("closed"), self.env.ref("helpdesk_bridge.letter_closed")
        )

    def test_agents_may_not(self):
        with self.assertRaises(AccessError):
            self.env["helpdesk.letter.preview"].with_user(self.agent).create({"kind": "received"})

    def test_the_switches_are_kept_off_and_on(self):
        for value in (False, True):
            kinds = ("received", "answer", "closed", "quote")
            with Form(self.env["res.config.settings"]) as form:
                for kind in kinds if value else reversed(kinds):  # what is off hides its quotation
                    form[f"helpdesk_letter_{kind}"] = value
            form.record.execute()
            self.assertEqual({self.company[f"helpdesk_letter_{kind}"] for kind in kinds}, {value})
