"""What agents write in Odoo is held if their company wants that, from the chatter and from the full composer."""

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .answering_case import AnsweringCase
from .common import new_test_user


@tagged("post_install", "-at_install")
class TestHeldInTheChatter(HttpCase):
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
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Support"})
        values = {"name": "Printer is on fire", "description": "x", "team_id": cls.team.id}
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {**values, "partner_id": cls.jane.id, "email_cc": "Bob <bob@partner.example>"}
        )

    def setUp(self):
        super().setUp()
        self.authenticate("agent", "agent-agent")

    def post(self, note=False, ticket=None, **values):
        subtype = "mail.mt_note" if note else "mail.mt_comment"
        post_data = {"body": "<p>Unplug it.</p>", "message_type": "comment", "subtype_xmlid": subtype, **values}
        thread = {"thread_model": (ticket or self.ticket)._name, "thread_id": (ticket or self.ticket).id}
        return self.make_jsonrpc_request("/mail/message/post", {**thread, "post_data": post_data})

    def replies(self):
        return self.env["helpdesk.ticket.reply"].search([("ticket_id", "=", self.ticket.id)])

    def test_off_by_default(self):
        self.assertFalse(self.ticket.company_id.helpdesk_hold_replies)
        self.assertTrue(self.post()["message_id"])
        self.assertFalse(self.replies())

    def test_what_is_held(self):
        self.ticket.company_id.helpdesk_hold_replies = True
        created = "helpdesk_mgmt.hlp_tck_created"
        lonely = self.env["helpdesk.ticket"].create({"name": "x", "description": "x", "team_id": self.team.id})
        for name, post, is_held in (
            ("a reply", self.post, True),
            ("a note", lambda: self.post(note=True), False),
            ("a note to somebody outside", lambda: self.post(note=True, partner_ids=self.jane.ids), False),
            ("of another kind", lambda: self.post(subtype_xmlid=created, partner_ids=self.jane.ids), False),
            ("nobody would get it", lambda: self.post(ticket=lonely), False),
        ):
            with self.subTest(name):
                before = self.replies()
                result = post()
                self.assertEqual(bool(result), not is_held)
                self.assertEqual(len(self.replies() - before), int(is_held))
        reply = self.replies()
        self.assertEqual((reply.source, reply.author_id, reply.state), ("odoo", self.agent, "held"))
        self.assertFalse(reply.message_id)

    def test_it_goes_to_whom_the_composer_showed(self):
        self.ticket.company_id.helpdesk_hold_replies = True
        self.post(partner_ids=self.jane.ids)
        reply = self.replies()
        self.assertEqual(reply.recipients, "Jane <jane@customer.example>")
        reply._send_now(self.agent)
        mails = self.env["mail.mail"].search([("mail_message_id", "=", reply.message_id.id)])
        self.assertEqual(mails.mapped("helpdesk_to"), ["jane@customer.example"])
        self.assertEqual(reply.message_id.body, "<p>Unplug it.</p>")

    def test_a_team_without_seconds_sends_at_once(self):
        self.ticket.company_id.helpdesk_hold_replies = True
        self.team.reply_hold = 0
        self.assertTrue(self.post()["message_id"])

    def test_the_portal_s_words_are_never_held(self):
        self.ticket.company_id.helpdesk_hold_replies = True
        user = new_test_user(
            self.env, "portal", groups="base.group_portal", password="portal-portal", email="p@x.example"
        )
        self.ticket.partner_id = user.partner_id
        self.authenticate("portal", "portal-portal")
        self.assertTrue(self.post()["message_id"])
        self.assertFalse(self.replies())


@tagged("post_install", "-at_install")
class TestHeldInTheComposer(AnsweringCase):
    def compose(self, **context):
        context = {"default_model": "helpdesk.ticket", "default_res_ids": self.ticket.ids, **context}
        composer = Form(self.env["mail.compose.message"].with_user(self.agent).with_context(**context))
        composer.body = "<p>Unplug it.</p>"
        composer.subject = "A word"
        return composer.save()

    def test_the_full_composer(self):
        for is_on, context, held in (
            (False, {}, 0),
            (True, {"default_subtype_xmlid": "mail.mt_note"}, 0),
            (True, {}, 1),
        ):
            with self.subTest(is_on=is_on, **context):
                self.company.helpdesk_hold_replies = is_on
                self.compose(**context).action_send_mail()
                self.assertEqual(self.Reply.search_count([("ticket_id", "=", self.ticket.id)]), held)
        reply = self.Reply.search([("ticket_id", "=", self.ticket.id)])
        self.assertTrue(reply._send_now(self.agent))
        self.assertEqual(reply.message_id.preview, "Unplug it.")
        self.assertIn("A word", reply.message_id.subject)

    def test_who_may_not_read_the_ticket_holds_nothing_there(self):
        there = self.env["res.company"].create({"name": "There"})
        home = {"company_id": there.id, "company_ids": [(6, 0, there.ids)]}
        self.ticket.user_id = self.ben
        for login, group, values in (
            ("guest", "base.group_user", {}),
            ("own", "helpdesk_mgmt.group_helpdesk_user_own", {}),
            ("away", "helpdesk_mgmt.group_helpdesk_manager", home),
        ):
            stranger = new_test_user(self.env, login, groups=group, email=f"{login}@example.com", **values)
            for is_on in (False, True):
                with self.subTest(login, is_on=is_on), self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.company.helpdesk_hold_replies = is_on
                    place = {"model": self.ticket._name, "res_ids": str(self.ticket.ids)}
                    composers = self.env["mail.compose.message"].with_user(stranger)
                    self.env.flush_all()
                    self.env.invalidate_all()
                    composers.create({**place, "body": "Pay here!", "subject": "Bill"}).action_send_mail()
            self.assertFalse(self.Reply.search([("ticket_id", "=", self.ticket.id)]))
            self.assertEqual(self.events(), [])

    def file(self, user, **values):
        return self.env["ir.attachment"].with_user(user).sudo().create({"name": "x.pdf", "raw": b"x", **values})

    def compose_with(self, file):
        place = {"model": self.ticket._name, "res_ids": str(self.ticket.ids), "attachment_ids": [(6, 0, file.ids)]}
        self.env.flush_all()
        self.env.invalidate_all()
        composers = self.env["mail.compose.message"].with_user(self.agent)
        composers.create({**place, "body": "Look.", "subject": "A word"}).action_send_mail()

    def test_nobody_sends_a_file_that_they_may_not_read(self):
        """In the composer of a colleague, files belong to no record yet."""
        server = self.env["ir.mail_server"].create({"name": "x", "smtp_host": "127.0.0.1"})
        for name, file in (
            ("in a colleague's composer", self.file(self.ben, res_model="mail.compose.message", res_id=0)),
            ("of a colleague's composer", self.file(self.ben, res_model="mail.compose.message")),
            ("of no record", self.file(self.ben)),
            ("of another record", self.file(self.ben, res_model=server._name, res_id=server.id)),
        ):
            place = (file.res_model, file.res_id)
            for is_on, seconds in ((False, 30), (True, 30), (True, 0)):
                with self.subTest(name, is_on=is_on, seconds=seconds):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.company.helpdesk_hold_replies = is_on
                        self.team.reply_hold = seconds
                        self.compose_with(file)
                    self.assertEqual((file.res_model, file.res_id), place)
                    self.assertFalse(self.Reply.search([("ticket_id", "=", self.ticket.id)]))

    def test_their_own_files_come_along(self):
        self.company.helpdesk_hold_replies = True
        for name, file in (
            ("in the composer", self.file(self.agent, res_model="mail.compose.message", res_id=0)),
            ("of the ticket", self.file(self.ben, res_model=self.ticket._name, res_id=self.ticket.id)),
        ):
            with self.subTest(name):
                self.compose_with(file)
                reply = self.Reply.search([("ticket_id", "=", self.ticket.id), ("state", "=", "held")])
                self.assertTrue(reply._send_now(self.agent))
                self.assertEqual(reply.message_id.attachment_ids, file)
                self.assertEqual((file.res_model, file.res_id), (self.ticket._name, self.ticket.id))

    def test_what_programs_post_is_not_held(self):
        self.company.helpdesk_hold_replies = True
        self.comment(self.ticket, "By a program", user=self.agent)
        self.assertEqual(self.said(), ["By a program"])
        ticket = self.ticket.with_user(self.agent).with_context(helpdesk_bridge_written=True)
        ticket.message_post(body="By RPC", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.said(), ["By a program", "By RPC"])

    def test_canned_replies_of_the_team(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        everybody = self.template("<p>Dear <t t-out='object.partner_id.name'/></p>", helpdesk_canned=True, name="B")
        ours = self.template("<p>Ours</p>", helpdesk_canned=True, helpdesk_team_ids=self.team.ids, name="A")
        self.template("<p>Theirs</p>", helpdesk_canned=True, helpdesk_team_ids=other.ids)
        self.template("<p>No canned reply</p>")
        ticket = self.ticket.with_user(self.agent)
        self.assertEqual(ticket._bridge_canned_replies(), ours | everybody)
        self.assertEqual(str(ticket._bridge_canned_text(everybody)), "<p>Dear Jane Doe</p>")
