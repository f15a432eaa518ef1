"""The subject of an automatic reply or of a bounce counts together with another sign only, in every language."""

import email
import email.policy
import unittest

from tools.inbound import auto_mail
from tools.inbound.auto_mail import Kind

AUTOMATIC = (
    "Automatic reply: Printer",
    "Out of Office: Printer",
    "Jane Doe is out of the office (returning on 5 November)",
    "Jane Doe is currently out of office",
    "Αυτόματη απάντηση: Printer",
    "Автоматичен отговор: Printer",
    "Automatski odgovor: Printer",
    "Samodejni odgovor: Printer",
    "Automatinis atsakymas: Printer",
    "Automātiska atbilde: Printer",
    "Automaatvastus: Printer",
    "Resposta automàtica: Printer",
    "Balasan otomatis: Printer",
    "Trả lời tự động: Printer",
    "ตอบกลับอัตโนมัติ: Printer",
    "תשובה אוטומטית: Printer",
    "מענה אוטומטי: Printer",
    "رد تلقائي: Printer",
    "자동 회신: Printer",
    "自动回复: Printer",
)
UNDELIVERED = (
    "Undeliverable: Printer",
    "Message not delivered",
    "Nem kézbesíthető: Printer",
    "Ikke leveret: Printer",
    "Kan inte levereras: Printer",
    "Nelze doručit: Printer",
    "Не удается доставить: Printer",
    "Недоставленное сообщение",
    "Mesaj nelivrat: Printer",
    "系统退信",
)


def mail(sender, subject, *lines):
    return email.message_from_string(
        "\n".join([f"From: {sender}", f"Subject: {subject}", *lines, "", "x"]), policy=email.policy.SMTP
    )


class TestSubjects(unittest.TestCase):
    def test_an_automatic_reply(self):
        for subject in AUTOMATIC:
            with self.subTest(subject):
                jane = ("jane@customer.example", subject)
                self.assertIs(auto_mail.classify(mail(*jane)).kind, Kind.PERSON)
                self.assertIs(auto_mail.classify(mail(*jane, "Auto-Submitted: auto-generated")).kind, Kind.AUTO_REPLY)
                self.assertIs(auto_mail.classify(mail(*jane, "Precedence: bulk")).kind, Kind.AUTO_REPLY)

    def test_a_bounce(self):
        for subject in UNDELIVERED:
            with self.subTest(subject):
                self.assertIs(auto_mail.classify(mail("postmaster@customer.example", subject)).kind, Kind.BOUNCE)
                self.assertIs(auto_mail.classify(mail("jane@customer.example", subject)).kind, Kind.PERSON)

    def test_another_subject(self):
        for subject in (
            "Printer",
            "The office is out of paper",
            "Office out of the printer's reach",
            "Delivered, not working",
        ):
            with self.subTest(subject):
                generated = mail("jane@customer.example", subject, "Auto-Submitted: auto-generated")
                self.assertIs(auto_mail.classify(generated).kind, Kind.AUTO_GENERATED)
                self.assertIs(auto_mail.classify(mail("postmaster@customer.example", subject)).kind, Kind.PERSON)
