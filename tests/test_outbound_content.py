"""What a reply is like when it arrives: from the mailbox, with its pictures and its files inside."""

import base64
import email
import email.policy

from markupsafe import Markup

from odoo.tests import tagged
from odoo.tools import mute_logger

from .outbound_case import JANE, OutboundCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class ContentCase(OutboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE, subject="Printer on fire", body="Smoke comes out of it.").ticket_id
        self.mails(self.ticket).unlink()

    def reply(self, body, **values):
        """What the customer gets when the agent replies."""
        self.comment(self.ticket, body, user=self.agent, **values)
        [(_recipients, message)] = self.send()
        return email.message_from_bytes(message.as_bytes(), policy=email.policy.SMTP)

    def attachment(self, name="picture.png", content=PNG, **values):
        values = {"name": name, "raw": content, "res_model": self.ticket._name, "res_id": self.ticket.id, **values}
        return self.env["ir.attachment"].create(values)

    def pictures(self, message):
        """Content-ID -> content of the pictures that the HTML of an email shows."""
        related = [part for part in message.walk() if part.get_content_type() == "multipart/related"]
        parts = {
            part["Content-ID"]: part.get_content() for one in related for part in one.iter_parts() if part["Content-ID"]
        }
        return {cid: content for cid, content in parts.items() if f"cid:{cid[1:-1]}" in self.content(message)}

    def files(self, message):
        return {part.get_filename(): part.get_content() for part in message.iter_attachments()}


@tagged("post_install", "-at_install")
class TestSender(ContentCase):
    def setUp(self):
        super().setUp()
        self.company.alias_domain_id = self.env["mail.alias.domain"].create({"name": "alias.example"})
        self.env["ir.mail_server"].search([]).active = False

    def server(self, from_filter):
        values = {"name": "Out", "smtp_host": "127.0.0.1", "from_filter": from_filter}
        return self.env["ir.mail_server"].create(values)

    @mute_logger("odoo.addons.base.models.ir_mail_server")
    def test_the_mailbox_is_in_from_beside_an_alias_domain_or_it_is_said_what_to_change(self):
        for filters, expected in (
            ([False], "support@example.com"),
            (["example.com"], "support@example.com"),
            (["support@example.com"], "support@example.com"),
            (["alias.example", False], "support@example.com"),
            (["alias.example", "example.com"], "support@example.com"),
            (["alias.example, example.com"], "support@example.com"),
            (["other.example", False], "support@example.com"),
            ([], "support@example.com"),
            (["alias.example"], "notifications@alias.example"),
            (["other.example"], "notifications@alias.example"),
        ):
            with self.subTest(filters):
                servers = [self.server(one) for one in filters]
                message = self.reply("Unplug it.")
                self.assertIn(f"<{expected}>", message["From"])
                self.assertIn("Anna Agent", message["From"])
                self.assertIn("<support@example.com>", message["Reply-To"])
                settings = self.env["res.config.settings"].create({"company_id": self.company.id})
                kept = expected == "support@example.com"
                self.assertEqual(bool(settings.helpdesk_sending_advice), not kept)
                if not kept:
                    self.assertIn(f"support@example.com leave as {expected}", settings.helpdesk_sending_advice)
                    self.assertIn("add example.com to", settings.helpdesk_explanation_letters)
                    self.assertEqual(settings.helpdesk_health_letters, "look")
                    self.assertFalse(settings.helpdesk_step_sending)
                for server in servers:
                    server.active = False

    def test_bounces_return_to_the_alias_domain_else_to_the_mailbox(self):
        self.server(False)
        self.assertEqual(self.reply("Unplug it.")["Return-Path"], "bounce@alias.example")
        self.company.alias_domain_id = False
        self.env["mail.alias"].search([]).alias_domain_id = False
        self.env["mail.alias.domain"].search([]).unlink()
        self.assertEqual(self.reply("Plug it in.")["Return-Path"], "support@example.com")

    def test_other_emails_of_odoo_are_sent_as_before(self):
        self.server(False)
        partner = self.env["res.partner"].create({"name": "Bob", "email": "bob@partner.example"})
        partner.with_user(self.env.ref("base.user_admin")).message_post(body="Hello", partner_ids=partner.ids)
        [(_recipients, message)] = self.send()
        self.assertIn("notifications@alias.example", message["From"])


@tagged("post_install", "-at_install")
class TestPictures(ContentCase):
    def test_a_pasted_picture_travels_inside(self):
        picture = self.attachment()
        [token] = picture.generate_access_token()
        base = self.env["ir.config_parameter"].get_param("web.base.url")
        for source, values in (
            (f"/web/image/{picture.id}?access_token={token}", {}),
            (f"/web/image/{picture.id}?access_token={token}", {"attachment_ids": picture.ids}),
            (f"/web/image/{picture.id}-0a1b2c3d?access_token={token}", {}),
            (f"/web/image/{picture.id}", {"attachment_ids": picture.ids}),
            (f"{base}/web/image/{picture.id}?access_token={token}", {}),
            (f"data:image/png;base64,{base64.b64encode(PNG).decode()}", {}),
        ):
            with self.subTest(source[:60], values=values):
                message = self.reply(Markup('<p>See <img src="%s" alt="x"> here</p>') % source, **values)
                self.assertEqual(list(self.pictures(message).values()), [PNG])
                self.assertNotIn("/web/image", self.content(message))
                self.assertNotIn("/web/image", self.content(message, "plain"))
                self.assertIn("See", self.content(message, "plain"))
                self.assertFalse(self.files(message))

    def test_one_picture_twice_travels_once(self):
        picture = self.attachment()
        image = Markup('<img src="/web/image/%s">') % picture.id
        message = self.reply(Markup("<p>%s %s</p>") % (image, image), attachment_ids=picture.ids)
        self.assertEqual(len(self.pictures(message)), 1)
        self.assertEqual(self.content(message).count("cid:"), 2)

    def test_a_picture_that_is_not_for_the_customer_stays_behind(self):
        other = self.attachment(res_model="res.partner", res_id=self.agent.partner_id.id)
        [token] = self.attachment(name="b.png").generate_access_token()
        for source in (f"/web/image/{other.id}", f"/web/image/{other.id}?access_token={token}"):
            with self.subTest(source):
                message = self.reply(Markup('<p>See <img src="%s"></p>') % source)
                self.assertFalse(self.pictures(message))
                self.assertNotIn(base64.b64encode(PNG).decode()[:40], message.as_string())

    def test_a_picture_and_a_file(self):
        picture, file = self.attachment(), self.attachment("a.txt", b"text")
        body = Markup('<p><img src="/web/image/%s"></p>') % picture.id
        message = self.reply(body, attachment_ids=(picture | file).ids)
        self.assertEqual(list(self.pictures(message).values()), [PNG])
        self.assertEqual(list(self.files(message)), ["a.txt"])

    def test_a_picture_beyond_the_limit_is_a_link_that_opens(self):
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "0.001")
        picture = self.attachment()
        message = self.reply(Markup('<p>See <img src="/web/image/%s"></p>') % picture.id, attachment_ids=picture.ids)
        self.assertFalse(self.pictures(message))
        self.assertIn(f"/web/image/{picture.id}?access_token={picture.access_token}", self.content(message))


@tagged("post_install", "-at_install")
class TestFiles(ContentCase):
    def test_a_file_that_the_text_links_to_is_attached_all_the_same(self):
        file = self.attachment("manual.txt", b"Read me")
        body = Markup('<p>See <a href="/web/content/%s">the manual</a></p>') % file.id
        message = self.reply(body, attachment_ids=file.ids)
        self.assertIn("manual.txt", self.files(message))

    def test_a_file_that_the_text_links_to_is_a_link_that_opens_if_it_is_too_big(self):
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "0.1")
        file = self.attachment("manual.bin", b"x" * 200_000)
        message = self.reply(Markup('<a href="/web/content/%s">See</a>') % file.id, attachment_ids=file.ids)
        self.assertFalse(self.files(message))
        self.assertIn(f"access_token={file.access_token}", self.content(message))

    def test_files_that_are_too_big_are_links_and_the_agent_hears_of_it(self):
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "0.1")
        small, big = self.attachment("small.txt", b"x" * 100), self.attachment("big.bin", b"x" * 200_000)
        message = self.reply("Here", attachment_ids=small.ids)
        self.assertEqual(list(self.files(message)), ["small.txt"])
        self.assertFalse([text for kind, text in self.words(self.ticket) if kind == "note"])
        self.comment(self.ticket, "And this", user=self.agent, attachment_ids=big.ids)
        [note] = [text for kind, text in self.words(self.ticket) if kind == "note"]
        self.assertIn("too big for an email", note, "before it is sent")
        [(_recipients, message)] = self.send()
        self.assertFalse(self.files(message))
        self.assertIn(f"/web/content/{big.id}?", self.content(message))
        self.assertIn(big.access_token, self.content(message))


@tagged("post_install", "-at_install")
class TestOwnMail(ContentCase):
    def setUp(self):
        super().setUp()
        self.company.helpdesk_letter_received = True

    def changed(self, message, drop=(), **headers):
        """The bytes of an email of ours after a server changed its headers."""
        copy = email.message_from_bytes(message.as_bytes(), policy=email.policy.SMTP)
        for name in [name for name in copy.keys() if name.lower().startswith(tuple(drop))]:
            del copy[name]
        for name, value in headers.items():
            del copy[name.replace("_", "-")]
            copy[name.replace("_", "-")] = value
        return copy.as_bytes()

    def assert_ours(self, raw, verdict="machine"):
        said, tickets = self.words(self.ticket), self.Ticket.search_count([])
        self.fetch(raw)
        row = self.rows()[-1]
        self.assertEqual(row.verdict, verdict, row.reason)
        self.assertEqual(self.Ticket.search_count([]), tickets)
        self.assertEqual(self.words(self.ticket), said)
        return row

    def test_a_reply_that_comes_back_in_any_form_is_ours(self):
        message = self.reply("Please unplug the printer and wait for ten minutes.")
        threading = ("references", "in-reply-to", "thread-")
        mailing_list = {"From": "Acme Support via talk <talk@lists.example>", "List_Id": "<talk.lists.example>"}
        resent = {"Resent_From": "jane@customer.example", "Resent_To": "support@example.com"}
        for number, (drop, headers) in enumerate(
            (
                ((), {}),
                (("x-odoo",), {}),
                (threading, {}),
                (("x-odoo", *threading), {}),
                ((), mailing_list),
                (("x-odoo", "reply-to", *threading), {**mailing_list, "Subject": "[talk] something else"}),
                ((), resent),
                (("x-", "return-path", "reply-to", *threading), mailing_list),
                (("x-", "return-path"), {}),
                (("x-", "return-path", *threading), {}),
                (("x-", "return-path", "reply-to", *threading), {"To": "support@example.com"}),
            )
        ):
            with self.subTest(drop=drop, headers=headers):
                self.assert_ours(self.changed(message, drop, Message_Id=f"<{number}@ses.example>", **headers))
        self.assert_ours(message.as_bytes(), verdict="duplicate")

    def test_a_confirmation_that_comes_back_is_ours(self):
        self.write_letters()
        self.mails(self.ticket)
        ticket = self.receive("bob@partner.example").ticket_id
        self.write_letters()
        message = next(message for recipients, message in self.send() if recipients == ["bob@partner.example"])
        self.assertIn(ticket.mail_reference, message["Subject"])
        self.assert_ours(self.changed(message, Message_Id="<1@ses.example>"))
        self.assert_ours(self.changed(message, ("x-", "references", "return-path"), Message_Id="<2@ses.example>"))

    def test_a_whole_email_of_ours_that_is_returned_is_a_bounce_of_its_ticket(self):
        message = self.reply("Please unplug the printer.")
        lost = self.changed(
            message, ("references", "in-reply-to"), Message_Id="<3@ses.example>", Subject="No reference"
        )
        for number, head in enumerate(
            (
                "From: MAILER-DAEMON@mx.example\r\nSubject: failure notice",
                "From: Mail <mail@mx.example>\r\nSubject: Undeliverable: Re: Printer",
                "From: postmaster@mx.example\r\nSubject: Undelivered Mail Returned to Sender",
            )
        ):
            with self.subTest(head):
                raw = f"{head}\r\nTo: support@example.com\r\nMessage-ID: <bounce-{number}@x>\r\nMIME-Version: 1.0\r\n"
                raw += 'Content-Type: multipart/mixed; boundary="bb"\r\n\r\n--bb\r\n\r\nSorry.\r\n--bb\r\n'
                raw += "Content-Type: message/rfc822\r\n\r\n"
                self.fetch(raw.encode() + lost + b"\r\n--bb--\r\n")
                self.assertRecordValues(self.rows()[-1], [{"verdict": "bounce", "ticket_id": self.ticket.id}])

    def test_one_that_is_returned_as_text_is_a_bounce_of_its_ticket(self):
        lost = self.changed(self.reply("Please unplug it."), ("references", "in-reply-to"), Subject="No reference")
        head = b"From: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\nMessage-ID: <bounce@x>\r\n\r\n"
        text = b"Hi. This is the qmail-send program.\r\n\r\n<jane@customer.example>:\r\nNo such user.\r\n\r\n"
        self.fetch(head + text + b"--- Below this line is a copy of the message.\r\n\r\n" + lost)
        self.assertRecordValues(self.rows()[-1], [{"verdict": "bounce", "ticket_id": self.ticket.id}])
        self.assertTrue(self.ticket.email_failing)

    def test_a_reply_to_it_and_a_false_one_are_not_ours(self):
        message = self.reply("Please unplug the printer and wait for ten minutes.")
        mark = message["X-Helpdesk-Bridge"]
        self.assertTrue(mark.startswith(f"{self.ticket.id}-"))
        row = self.receive(
            JANE, f"In-Reply-To: {message['Message-Id']}", body="> Please unplug the printer and wait\r\n\r\nI did"
        )
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id}])
        forged = f"{self.ticket.id + 1}-{mark.partition('-')[2]}"
        row = self.receive("eve@evil.example", f"X-Helpdesk-Bridge: {forged}")
        self.assertEqual(row.verdict, "created")
        quoting = "> Please unplug the printer and wait for ten minutes.\r\n\r\nThat did not help."
        for sender in ("Acme <support@example.com>", "Jane via talk <talk@lists.example>"):
            subject, list_id = f"Re: {self.ticket.mail_reference} Printer", "List-Id: <talk.lists.example>"
            row = self.receive(sender, list_id, subject=subject, body=quoting)
            self.assertEqual(row.verdict, "created", sender)
        subject = f"Re: {self.ticket.mail_reference} Printer"
        row = self.receive(
            "Acme <support@example.com>", subject=subject, body="Something that nobody here wrote, ever."
        )
        self.assertEqual(row.verdict, "created")

    def test_other_emails_of_odoo_have_no_mark(self):
        partner = self.env["res.partner"].create({"name": "Bob", "email": "bob@partner.example"})
        partner.message_post(body="Hello", partner_ids=partner.ids, email_from="office@example.com")
        [(_recipients, message)] = self.send()
        self.assertFalse(message["X-Helpdesk-Bridge"])
