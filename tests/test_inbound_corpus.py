"""Every email of the corpus goes through Odoo's fetchmail and ends as what it should."""

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FIXTURES, InboundCase, new_test_user

#: What becomes of an email; whatever is not named here opens an ordinary ticket.
EXPECTED = {
    # a ticket without automatic emails
    "created silently": """
        abuse_report alert_auto_generated alert_bulk alert_null_return_path auth_two_from_headers
        exchange_distribution_list exchange_rule_forwarded from_missing from_noreply from_own_mailbox from_two_senders
        helpdesk_jira helpdesk_otrs helpdesk_zendesk list_by_precedence list_foreign loop_guard_of_others newsletter
        postmaster_person""",
    # a reply of the customer of ticket [ML-#42]
    "replied": """
        reply_headers_lost reply_with_headers subject_10000 subject_broken_words subject_encoded_nul
        subject_folded_encoded subject_full_width subject_nul subject_raw_8bit subject_spaces
        subject_two_references""",
    "bounce": "bounce_exim bounce_postmaster bounce_qmail dsn_failed",
    "machine": """
        calendar_reply dsn_delayed mdn_read ooo_cpanel ooo_czech_subject_and_suppress ooo_exchange ooo_gmail ooo_icloud
        ooo_vacation_null_return_path own_mail_came_back""",
}


@tagged("post_install", "-at_install")
class TestMailCorpusInOdoo(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One sender of so many emails would be a loop.
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 10_000)
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer",
                "description": "x",
                "team_id": cls.team.id,
                "partner_email": "jane@customer.example",
                "legacy_reference": "[ML-#42]",
            }
        )

    def bring_in(self, name):
        """Let one fixture in; returns its row."""
        seen = self.rows()
        with mute_logger("odoo.addons.helpdesk_bridge.models.inbound.helpdesk_inbound_mail_failure"):
            connection = self.fetch((FIXTURES / "mail" / name).read_bytes())
        self.assertFalse(connection.mails, "flagged")
        return self.rows() - seen

    def test_every_email_ends_as_what_it_should(self):
        verdicts = {name: verdict for verdict, names in EXPECTED.items() for name in names.split()}
        names = {path.stem for path in (FIXTURES / "mail").glob("*.eml")}
        self.assertLessEqual(verdicts.keys(), names)
        for name in sorted(names):
            with self.subTest(name):
                row = self.bring_in(f"{name}.eml")
                expected = verdicts.get(name, "created")
                silent = " silently" if row.verdict == "created" and row.ticket_id.mail_silent else ""
                self.assertEqual(f"{row.verdict}{silent}", expected)
                self.assertTrue(row.reason)
                if row.verdict == "created":
                    self.assertTrue(row.ticket_id.name)
                    self.assertEqual(row.ticket_id.team_id, self.team)

    def test_an_agents_forward_is_the_customers_ticket_in_every_mail_program(self):
        new_test_user(self.env, "forwarder", email="agent@example.com")
        # These forward nothing, or nobody can say whose email.
        nobodys = {
            "quoted_forward_not_forward",
            "forward_two_attachments",
            "forward_without_sender",
            "reply_outlook_not_forward",
        }
        found = {
            path.stem: self.bring_in(path.name).ticket_id.partner_email
            for path in sorted((FIXTURES / "mail").glob("*forward*.eml"))
            if b"agent@example.com" in path.read_bytes()
        }
        self.assertGreater(len(found), 12)
        for name, address in found.items():
            with self.subTest(name):
                self.assertEqual(address == "agent@example.com", name in nobodys)

    def test_what_is_attached_stays_attached(self):
        for name, expected in (
            ("winmail_dat", ["winmail.dat"]),
            ("attached_message", [".eml"]),
            ("related_inline_image", ["."]),
            ("digest", ["First.eml", "Second.eml"]),
        ):
            with self.subTest(name):
                names = self.bring_in(f"{name}.eml").ticket_id.message_ids.attachment_ids.mapped("name")
                self.assertEqual(len(names), len(expected), names)
                for attachment, end in zip(sorted(names), expected, strict=True):
                    self.assertIn(end, attachment)

    def test_nothing_executes_in_the_ticket(self):
        body = (
            '<p onclick="x()">Hi</p><script>x()</script><img src=x onerror="x()"><a href="javascript:x()">a</a>'
            '<iframe src="https://evil.example"></iframe><form action="https://evil.example"><input></form>'
            '<svg><script>x()</script></svg><style>@import "https://evil.example";</style><object data="x"></object>'
        )
        row = self.receive("eve@evil.example", "Content-Type: text/html; charset=utf-8", body=body, subject="<script>x")
        for stored in (row.ticket_id.description, row.ticket_id.message_ids.sorted("id")[-1].body):
            tree = html.fromstring(f"<div>{stored}</div>")
            tags = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
            self.assertFalse(tags & {"script", "iframe", "form", "input", "object", "embed"}, tags)
            for node in tree.iter():
                self.assertFalse([name for name in node.keys() if name.startswith("on")])
                self.assertNotIn("javascript:", " ".join(node.values()))
            self.assertIn("Hi", stored)

    def test_an_email_of_25_megabytes(self):
        attachment = b"A" * 76 + b"\r\n"
        lines = [b"--b", b"Content-Type: application/octet-stream", b"Content-Transfer-Encoding: base64"]
        lines += [b'Content-Disposition: attachment; filename="big.bin"', b"", attachment * 330_000, b"--b--", b""]
        head = b'From: jane@customer.example\r\nSubject: Big\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        self.fetch(head + b"--b\r\n\r\nSee attachment\r\n" + b"\r\n".join(lines))
        [attachment] = self.rows()[-1].ticket_id.message_ids.attachment_ids
        self.assertGreater(attachment.file_size, 18_000_000)
