"""Whose mail an agent passes on, and never who is merely quoted."""

import email
import email.policy
import time
import unittest

from tools.inbound import forwarded
from tools.inbound.forwarded import Original

JANE = Original("Jane Doe", "jane@customer.example", "Printer")


def mail(subject, body, kind="text/plain"):
    raw = f"Subject: {subject}\nContent-Type: {kind}; charset=utf-8\n\n{body}".encode("utf-8", "surrogateescape")
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


class TestHeaderBlocks(unittest.TestCase):
    def test_outlook_in_its_languages(self):
        for subject, words in (
            ("FW: x", ("From", "Sent", "To", "Subject")),
            ("WG: x", ("Von", "Gesendet", "An", "Betreff")),
            ("TR: x", ("De", "Envoyé", "À", "Objet")),
            ("FW: x", ("Od", "Odesláno", "Komu", "Předmět")),
            ("FW: x", ("Od", "Odoslané", "Komu", "Predmet")),
            ("PD: x", ("Od", "Wysłano", "Do", "Temat")),
            ("I: x", ("Da", "Inviato", "A", "Oggetto")),
            ("RV: x", ("De", "Enviado", "Para", "Asunto")),
            ("ENC: x", ("De", "Enviado", "Para", "Assunto")),
            ("FW: x", ("Van", "Verzonden", "Aan", "Onderwerp")),
            ("VB: x", ("Från", "Skickat", "Till", "Ämne")),
            ("VS: x", ("Fra", "Sendt", "Til", "Emne")),
            ("VL: x", ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe")),
            ("FW: x", ("Feladó", "Elküldve", "Címzett", "Tárgy")),
            ("FW: x", ("От", "Отправлено", "Кому", "Тема")),
            ("İLT: x", ("Kimden", "Gönderildi", "Kime", "Konu")),
            ("转发: x", ("发件人", "发送时间", "收件人", "主题")),
        ):
            with self.subTest(words):
                values = ("Jane Doe <jane@customer.example>", "2 November 2026", "Agent; Other", "Printer")
                block = "\n".join(f"{word}: {value}" for word, value in zip(words, values, strict=True))
                self.assertEqual(forwarded.original(mail(subject, f"see below\n\n{block}\n\nIt burns.")), JANE)

    def test_markers(self):
        block = "From: Jane Doe <jane@customer.example>\nSubject: Re: Printer\n"
        for marker in (
            "---------- Forwarded message ---------",
            "---------- Forwarded message ----------",
            "-------- Forwarded Message --------",
            "-------- Weitergeleitete Nachricht --------",
            "-------- Přeposlaná zpráva --------",
            "-------- Message transféré --------",
            "--- Treść przekazanej wiadomości ---",
            "-------- Preposlaná správa --- Forwarded Message --------",
            "Begin forwarded message:",
            "Anfang der weitergeleiteten Nachricht:",
            "Začátek přeposílané zprávy:",
            "Début du message réexpédié :",
        ):
            with self.subTest(marker):
                self.assertEqual(forwarded.original(mail("Printer", f"fyi\n\n{marker}\n\n{block}\nIt burns.")), JANE)
                self.assertEqual(forwarded.original(mail("Printer", f"{marker}\n\n> {block}>\n> It burns.")), JANE)

    def test_how_senders_are_written(self):
        for sender, name, address in (
            ("Jane Doe <jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("Jane Doe [mailto:Jane@Customer.example]", "Jane Doe", "jane@customer.example"),
            ("Jane Doe <mailto:jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("Jane Doe (jane@customer.example)", "Jane Doe", "jane@customer.example"),
            ('"Doe, Jane" <jane@customer.example>', "Doe, Jane", "jane@customer.example"),
            ("'Jane Doe' <jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("jane@customer.example", "", "jane@customer.example"),
            ("jane@customer.example <jane@customer.example>", "", "jane@customer.example"),
            ("jane@customer.example<mailto:jane@customer.example>", "", "jane@customer.example"),
            ('"agent@example.com" <jane@customer.example>', "", "jane@customer.example"),
            ("*Jane Doe* <jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("=?utf-8?Q?Jan_Nov=C3=A1k?= <jan@customer.example>", "Jan Novák", "jan@customer.example"),
        ):
            with self.subTest(sender):
                body = f"From: {sender}\nSent: Monday\nTo: Agent\nSubject: Printer"
                self.assertEqual(forwarded.original(mail("FW: x", body)), Original(name, address, "Printer"))

    def test_shapes_of_blocks(self):
        for body in (
            # Thunderbird begins with the subject
            "Subject: \tPrinter\nDate: \tMonday\nFrom: \tJane Doe <jane@customer.example>\nTo: \tAgent",
            # HTML became text: stars, empty lines
            "*From:* Jane Doe <jane@customer.example>\n\n*Sent:* Monday\n\n*To:* Agent\n\n*Subject:* Printer\n",
            "**From:** Jane Doe <jane@customer.example>\n**Sent:** x\n**To:** y\n**Subject:** Printer",
            # French puts a space before the colon, Chinese has its own
            "De : Jane Doe <jane@customer.example>\nEnvoyé : x\nÀ : y\nObjet : Printer",
            "发件人：Jane Doe <jane@customer.example>\n发送时间：x\n收件人：y\n主题：Printer",
            # many recipients
            "From: Jane Doe <jane@customer.example>\nSent: x\nTo: a;\n b;\n c;\n d\nSubject: Printer\n",
            # the value below its label
            "From:\nJane Doe <jane@customer.example>\nSent:\nMonday\nTo:\nAgent\nSubject:\nPrinter\n",
            # prose that begins like a header line does not hide the block
            "To: do list\n\n1\n2\n3\n4\n5\nFrom: Jane Doe <jane@customer.example>\nSent: x\nTo: y\nSubject: Printer\n",
            # a chain: the newest mail is the one that was forwarded
            "From: Jane Doe <jane@customer.example>\nSent: x\nTo: y\nSubject: RE: Printer\n\nyes\n\n"
            "From: Agent <agent@example.com>\nSent: w\nTo: Jane\nSubject: Printer\n",
        ):
            with self.subTest(body):
                self.assertEqual(forwarded.original(mail("FW: Printer", body)), JANE)

    def test_outlook_for_mac_writes_an_attribution(self):
        for line, name in (
            ('On 11/2/26, 9:15 AM, "Jane Doe" <jane@customer.example> wrote:', "Jane Doe"),
            ('Am 02.11.26, 09:15 schrieb "Jane Doe" <jane@customer.example>:', "Jane Doe"),
            ("On 11/2/26, Jane Doe <jane@customer.example> wrote:", ""),
        ):
            with self.subTest(line):
                body = f"{line}\n\n    It burns."
                self.assertEqual(forwarded.original(mail("FW: Printer", body)), Original(name, JANE.address, "Printer"))

    def test_html(self):
        body = (
            "<p>see</p><p><b>From:</b> Jane Doe &lt;<a href='mailto:jane@customer.example'>jane@customer.example</a>"
            "&gt;<br><b>Sent:</b> x<br><b>To:</b> y<br><b>Subject:</b> Printer</p>"
        )
        self.assertEqual(forwarded.original(mail("FW: Printer", body, "text/html")), JANE)


class TestNoForward(unittest.TestCase):
    BLOCK = "From: Jane Doe <jane@customer.example>\nSent: Monday\nTo: Agent\nSubject: Printer\n\nIt burns.\n"
    MARKED = f"---------- Forwarded message ---------\n{BLOCK}"

    def test_what_is_no_forward(self):
        for subject, body in (
            # a reply quotes the same block, and may quote a forward
            ("RE: Printer", self.BLOCK),
            ("AW: WG: Drucker", self.BLOCK),
            ("Odp: Printer", self.MARKED),
            ("Re: Printer", f"yes\n\n{self.MARKED}"),
            # no word in the subject, no marker
            ("Printer", self.BLOCK),
            # a marker inside of what is quoted
            ("Printer", "> " + self.MARKED.replace("\n", "\n> ")),
            ("Printer", f"On Monday Jane Doe wrote:\n\n{self.MARKED}"),
            ("FW: Printer", "> " + self.MARKED.replace("\n", "\n> ")),
            # in Finnish VS is a reply
            ("VS: Tulostin", "Lähettäjä: J <jane@customer.example>\nLähetetty: x\nVastaanottaja: y\nAihe: z"),
            # nobody's address
            ("FW: Printer", "From: Jane Doe\nSent: Monday\nTo: Agent\nSubject: Printer"),
            ("FW: Printer", "please call Jane"),
            ("FW: Printer", ""),
            ("Printer", "---------- Forwarded message ---------\n\nDate: x\nSubject: y\n\n1\n2\n3\n4\n5"),
            ("Printer", "---------- Forwarded message ---------\n1\n2\n3\n4\n5\n6\n" + self.BLOCK),
            # prose
            ("FW: Printer", "From: jane@customer.example we heard that it burns."),
            ("FW: Printer", "Note from: jane@customer.example\nDate: x\nTo: y"),
        ):
            with self.subTest(subject=subject, body=body[:40]):
                self.assertIsNone(forwarded.original(mail(subject, body)))

    def test_nothing_takes_long(self):
        started = time.process_time()
        for body in (
            "-" * 300_000,
            "From: \n" * 40_000,
            "a@" * 100_000,
            "x\n" * 200_000,
            "> " * 100_000,
            "<" * 200_000,
            ("From: " + "a" * 1_000 + "\n") * 2_000,
            ("From: " + "a" * 1_000 + "@\n") * 2_000,
        ):
            for subject in ("FW: x", "x"):
                with self.subTest(body[:6]):
                    self.assertIsNone(forwarded.original(mail(subject, body)))
        self.assertLess(time.process_time() - started, 10)


class TestAttached(unittest.TestCase):
    def attached(self, subject, *inner):
        parts = "".join(f"--b\nContent-Type: message/rfc822\n\n{text}\n" for text in inner)
        raw = f"Subject: {subject}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n{parts}--b--\n"
        return forwarded.original(email.message_from_string(raw, policy=email.policy.SMTP))

    def test_an_attached_mail(self):
        jane = "From: Jane Doe <jane@customer.example>\nSubject: Re: Printer\n\nIt burns."
        joe = "From: joe@customer.example\nSubject: Scanner\n\nIt smokes."
        for subject, inner, expected in (
            ("Fwd: Printer", [jane], JANE),
            ("Fwd: Printer", [jane, jane], JANE),
            ("Fwd: Printer", [jane, joe], None),
            ("Fwd: Printer", ["Subject: no sender\n\nx"], None),
            ("Fwd: Printer", [], None),
            ("Printer", [jane], None),
            ("Re: Printer", [jane], None),
        ):
            with self.subTest(subject=subject, inner=len(inner)):
                self.assertEqual(self.attached(subject, *inner), expected)
