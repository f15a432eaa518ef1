"""Customers read letters in their own language: English as shipped, Czech once Odoo speaks it."""

from odoo.tests import tagged

from .outbound_case import JANE, OutboundCase

EVA = "Eva Nováková <eva@zakaznik.example>"
CZECH = "Content-Language: cs-CZ"


@tagged("post_install", "-at_install")
class TestOutboundLanguages(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("cs_CZ")
        cls.env["ir.module.module"]._load_module_terms(["helpdesk_bridge"], ["cs_CZ"])
        calendar = cls.env["resource.calendar"].create({"name": "Praha", "tz": "Europe/Prague"})
        policy = cls.env["helpdesk.sla.policy"]._ensure_default(cls.company)
        policy.write({"calendar_id": calendar.id, "start_hours": 4, "resolution_hours": 8})

    def letter(self, ticket):
        self.write_letters()
        [message] = [message for _to, message in self.send() if ticket.mail_reference in message["Subject"]]
        return self.content(message), self.content(message, "plain")

    def test_a_czech_email_is_confirmed_in_czech(self):
        ticket = self.receive(EVA, CZECH, subject="Hoří tiskárna").ticket_id
        self.assertEqual(ticket.partner_id.lang, "cs_CZ")
        text, plain = self.letter(ticket)
        for words in ("Dobrý den,", "vaši zprávu jsme přijali", "Řešit ji začneme nejpozději:", "(Europe/Prague)"):
            self.assertIn(words, text)
            self.assertIn(words, plain)
        self.assertRegex(plain, r"(pondělí|úterý|středa|čtvrtek|pátek) \d+\. \w+ \d{4}, \d+:\d\d ")
        self.assertNotIn("Hello", text)
        self.assertIn('<html lang="cs-CZ">', text)  # https://www.rfc-editor.org/info/bcp47

    def test_the_same_moment_an_english_email_is_confirmed_in_english(self):
        text, _plain = self.letter(self.receive(JANE).ticket_id)
        self.assertIn("Hello,", text)
        self.assertIn("We will start working on it by", text)

    def test_the_contacts_language_counts_not_the_emails(self):
        self.env["res.partner"].create({"name": "Eva", "email": "eva@zakaznik.example", "lang": "en_US"})
        text, _plain = self.letter(self.receive(EVA, CZECH).ticket_id)
        self.assertIn("Hello,", text)

    def test_who_is_no_contact_reads_the_companys_language(self):
        self.company.helpdesk_create_partner = False
        self.company.partner_id.lang = "cs_CZ"
        text, _plain = self.letter(self.receive(JANE).ticket_id)
        self.assertIn("Dobrý den,", text)

    def test_a_closing_email_and_an_answer_are_czech(self):
        ticket = self.receive(EVA, CZECH, body="Kouří se z ní.").ticket_id
        self.letter(ticket)
        self.comment(ticket, "Vypojte ji.", user=self.agent)
        [(_to, answer)] = self.send()
        self.assertRegex(self.content(answer, "plain"), r"Vypojte ji\..*Eva Nováková: .*Kouří se z ní\.")
        self.assertNotIn("wrote", self.content(answer))
        self.close(ticket)
        text, _plain = self.letter(ticket)
        self.assertIn("jsme uzavřeli", text)
        self.assertIn("Stačí odpovědět na tento e-mail", text)

    def test_every_sentence_of_an_automatic_email_has_a_czech_one(self):
        for kind in ("received", "answer", "closed"):
            template = self.env.ref(f"helpdesk_bridge.letter_{kind}")
            english, czech = (template.with_context(lang=lang) for lang in ("en_US", "cs_CZ"))
            self.assertNotEqual(english.name, czech.name)
            if kind != "answer":  # which has no words of its own
                self.assertNotEqual(english.body_html, czech.body_html)
            placeholders = [
                set(part.split('"')[0] for part in str(one.body_html).split('t-out="')[1:]) for one in (english, czech)
            ]
            self.assertEqual(*placeholders)
