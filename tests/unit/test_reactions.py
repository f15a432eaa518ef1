"""A thumbs-up is a reaction, and words about one are an email."""

import base64
import email
import email.policy
import time
import unittest

from mail_builder import mail, multi, plain
from payload_reader import parsed

from tools.inbound import auto_mail
from tools.inbound.auto_mail import Kind
from tools.inbound.reactions import Reaction, reaction

QUOTED = "________________________________\nFrom: Acme Support\nSent: Monday\nSubject: [ML-#42] x\n\nHello"


def gmail(content, kind="text/vnd.google.email-reaction+json", container="multipart/alternative", encoded=True):
    """An email as Gmail sends a reaction."""
    encoding = "base64" if encoded else "8bit"
    content = base64.b64encode(content.encode()).decode() if encoded else content
    return email.message_from_string(
        f"From: rita@react.example\nSubject: Re: [ML-#42] x\nContent-Type: {container}; boundary=b\n\n"
        "--b\nContent-Type: text/plain; charset=utf-8\n\nRita reacted via Gmail\n"
        f"--b\nContent-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{content}\n"
        "--b\nContent-Type: text/html; charset=utf-8\n\n<p>Rita reacted via Gmail</p>\n--b--\n",
        policy=email.policy.SMTP,
    )


def outlook(text, kind="plain"):
    """An email as Outlook sends a reaction to people outside the organization."""
    return email.message_from_bytes(
        f"From: rita@react.example\nSubject: Re: [ML-#42] x\nContent-Type: text/{kind}; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{text}\n".encode(),
        policy=email.policy.SMTP,
    )


class TestReactions(unittest.TestCase):
    def test_gmail(self):
        for message, emoji in (
            (gmail('{"emoji":"👍","version":1}'), "👍"),
            (gmail('{"version": 1, "emoji": "\\ud83d\\udc4d"}'), "👍"),
            (gmail('{"emoji":"❤️","version":1}', encoded=False), "❤️"),
            (gmail('{"emoji":"👨‍👩‍👧‍👦"}'), "👨‍👩‍👧‍👦"),
            (gmail('{"emoji":"👍"}', container="multipart/mixed"), "👍"),
            (gmail('{"emoji":"👍"}', kind="TEXT/vnd.google.Email-Reaction+JSON"), "👍"),
            # what Gmail itself takes for an ordinary email
            (gmail("not json"), None),
            (gmail('{"emoji":""}'), None),
            (gmail('{"emoji":5}'), None),
            (gmail('["👍"]'), None),
            (gmail('{"emoji":"please call me"}'), None),
            (gmail('{"emoji":"<b>"}'), None),
            (gmail('{"emoji":"' + "👍" * 50 + '"}'), None),
            (gmail('{"emoji":"👍"}', kind="application/json"), None),
        ):
            with self.subTest(message.as_string()):
                self.assertEqual(reaction(message), emoji and Reaction(emoji, "Gmail"))
                self.assertIs(auto_mail.classify(message).kind, Kind.REACTION if emoji else Kind.PERSON)

    def test_outlook_in_its_languages(self):
        quoted = "________________________________\nVon: Acme Support\nGesendet: Montag\n\nHello"
        for text in (
            "Rita hat auf Ihre Nachricht reagiert:",
            "Rita a réagi à votre message :",
            "Rita ha reaccionado a tu mensaje:",
            "Rita reaccionó a su mensaje:",
            "Rita ha reagito al tuo messaggio:",
            "Rita reagiu à sua mensagem:",
            "Rita heeft gereageerd op uw bericht:",
            "Rita heeft op je bericht gereageerd:",
            "Rita zareagował(a) na Twoją wiadomość:",
            "Rita reagoval(a) na vaši zprávu:",
            "Rita reagerade på ditt meddelande:",
            "Rita reagerede på din meddelelse:",
            "Ritaさんがあなたのメッセージにリアクションしました:",
            "Rita 对您的邮件作出了回应:",
        ):
            with self.subTest(text):
                self.assertEqual(reaction(outlook(f"{text}\n{quoted}")), Reaction("", "Outlook"))
                self.assertEqual(reaction(outlook(f"[like] {text}\n{quoted}")), Reaction("👍", "Outlook"))
                self.assertIsNone(reaction(outlook(f"{text}\nPlease call her.\n{quoted}")), "a person writes")
        for text in (
            "Niemand hat auf meine Nachricht reagiert",
            f"Niemand hat auf meine Nachricht reagiert:\n{quoted}",
            f"Personne n'a réagi à mon message :\n{quoted}",
            f"Nikdo nereagoval na mou zprávu:\n{quoted}",
            f"Nobody reacted to my message:\n{quoted}",
            f"[URGENT] please read this:\n{quoted}",
            "Rita hat auf Ihre Nachricht reagiert",
        ):
            with self.subTest(text):
                self.assertIsNone(reaction(outlook(text)))

    def test_outlook(self):
        for text, kind, emoji in (
            (f"[like] Rita React reacted to your message:\n{QUOTED}", "plain", "👍"),
            (f"[heart] Rita React reacted to your message:\n\n{QUOTED}", "plain", "❤️"),
            (f"[celebrate]  Rita reacted to your message:\n{QUOTED}", "plain", "🎉"),
            (f"[sparkles] Rita reacted to your message:\n{QUOTED}", "plain", ""),
            (f"Rita React reacted to your message:\n{QUOTED}", "plain", ""),
            ("[laugh] Rita React reacted to your message:", "plain", "😆"),
            ("[like] Rita reacted to your message:\n> Hello", "plain", "👍"),
            ("[like] Rita reacted to your message:\nFrom: Acme\nSubject: x", "plain", "👍"),
            (
                "<table><tr><td><img alt='0' src=''></td><td><b>Rita</b> <span>reacted to your message:</span></td>"
                "</tr></table><hr><div><b>From:</b> Acme</div>",
                "html",
                "",
            ),
            # a person writes
            ("Rita reacted to your message:\nShe is angry. Please call her.", "plain", None),
            ("My printer reacted to your message: it burns.", "plain", None),
            (f"Hello,\nRita reacted to your message:\n{QUOTED}", "plain", None),
            ("reacted to your message:", "plain", None),
            ("", "plain", None),
        ):
            with self.subTest(text):
                message = outlook(text, kind)
                self.assertEqual(reaction(message), None if emoji is None else Reaction(emoji, "Outlook"))
                self.assertIs(auto_mail.classify(message).kind, Kind.PERSON if emoji is None else Kind.REACTION)

    def test_it_stands_at_the_beginning_of_a_large_email(self):
        message = outlook(f"[like] Rita React reacted to your message:\n{QUOTED}\n" + "Hello\n" * 50_000)
        self.assertEqual(reaction(message), Reaction("👍", "Outlook"))
        message = parsed(mail(multi("mixed", *(plain("word " * 20_000) for _number in range(190)))))
        started = time.process_time()
        self.assertIsNone(reaction(message))
        self.assertLess(time.process_time() - started, 1)
