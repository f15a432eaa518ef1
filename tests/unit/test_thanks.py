"""A "thank you" needs no answer; whatever might need one is no "thank you"."""

import unittest

from tools.ticket import thanks
from tools.ticket.thanks import is_thanks

#: What programs put below a reply without a mark: Outlook, Seznam, and a message that somebody shows.
BLOCK = (
    "Von: Support <help@x.example>\nGesendet: Montag, 1. Juni 2026 10:00\nAn: Jane\nBetreff: RE: Fire\n\nDid it help?"
)
SEZNAM = "---------- Původní e-mail ----------\nOd: Support\nKomu: Jane\nPředmět: Fire\n\nDid it help?"
FORWARD = "---------- Forwarded message ---------\nFrom: Bob <bob@x.example>\nTo: Jane\nSubject: Fire\n\nIt burns."
NAMES = ("Jane Doe", "Anna Agent", "Jane Doe (ACME)")


class TestThanks(unittest.TestCase):
    def test_nothing_but_thanks(self):
        for text in (
            "Thanks!",
            "thank you",
            "Thank you so much for your quick help!",
            "THX",
            "Hi Anna,\n\nthanks a lot for the fast reply.\n\nBest regards\nJane Doe",
            "Great, thank you! :-)",
            "Ok thanks",
            "That's perfect, thanks again. Have a nice day!",
            "Thanks, Jane\n\nSent from my iPhone",
            "Thanks\n--\nJane Doe\nCEO, +49 30 123456, https://acme.example",
            "👍",
            "🙏🙏",
            "Thanks 👍",
            "Danke!",
            "Vielen Dank für die schnelle Hilfe!\n\nMit freundlichen Grüßen\nJane Doe",
            "Super, dankeschön",
            "Besten Dank & viele Grüße",
            "Díky moc!",
            "Děkuji za rychlou pomoc, hezký den",
            "dekuji moc",
            "Ďakujem veľmi pekne",
            "Merci beaucoup pour votre aide",
            "Bonjour Anna, je vous remercie pour l'aide. Cordialement, Jane",
            "¡Muchas gracias por su ayuda!",
            "Grazie mille",
            "Muito obrigado pela ajuda",
            "Bedankt voor de snelle hulp",
            "Dziękuję bardzo za pomoc",
            "Tack så mycket för hjälpen",
            "Kiitos paljon",
            "Большое спасибо за помощь",
            f"Danke!\n\n{BLOCK}",
            f"Děkuji moc\n\n{SEZNAM}",
            f"Thanks a lot.\n\n________________________________\n{BLOCK}",
        ):
            with self.subTest(text):
                self.assertTrue(is_thanks(text, NAMES))

    def test_whatever_might_need_an_agent(self):
        for text in (
            "",
            "   ",
            "It still burns.",
            "Thanks, but it still burns",
            "Thanks\nSent from the wrong branch, on Monday",
            "Díky\nOdesláno z pobočky Brno, přišlo rozbité",
            "Thanks. Still broken",
            "Thank you, does it work now?",
            "Thanks?",
            "Yes, thanks",
            "No, thank you",
            "Nein, danke",
            "Ne, díky",
            "Non merci",
            "No, gracias",
            "Thanks in advance",
            "Vielen Dank im Voraus!",
            "Please help. Thanks!",
            "Help! Thanks",
            "Thanks. Help!",
            "Hilfe! Danke",
            "Pomoc! Díky",
            "My number is 4711, thanks",
            "Thanks, 42",
            "Thanks: https://acme.example/error.png",
            "Thanks, please write to jane@acme.example",
            "Great!",
            "Hello",
            "Best regards",
            "Jane Doe",
            "Thanks, I will try it tomorrow",
            "Danke, Drucker geht nicht",
            "Thanks, Rupert",
            "¿Gracias?",
            "谢谢",
            "+1",
            "🔥",
            "Thanks " * 60,
            f"Thanks!\n\n{FORWARD}",
            f"Thanks, it still burns\n\n{BLOCK}",
            BLOCK,
        ):
            with self.subTest(text):
                self.assertFalse(is_thanks(text, NAMES))

    def test_a_name_is_none_where_nobody_is_called_so(self):
        self.assertFalse(is_thanks("Thanks, Anna"))
        self.assertTrue(is_thanks("Thanks, Anna", ["anna agent", None, ""]))

    def test_no_word_of_courtesy_denies_asks_or_answers(self):
        words = thanks._THANKS | thanks._FOR | thanks._COURTESY
        for word in (
            *("not", "no", "yes", "please", "but", "still", "why", "when", "never", "new", "now", "wrong", "error"),
            *("nicht", "nein", "ja", "bitte", "aber", "kein", "noch", "ne", "ano", "prosim", "nie", "ale"),
            *("non", "oui", "pas", "mais", "si", "sí", "pero", "sin", "nao", "sim", "niet", "nej", "ikke", "нет", "не"),
        ):
            with self.subTest(word):
                self.assertNotIn(thanks._plain(word), words)

    def test_the_lists_hold_each_word_once(self):
        for one, other in (
            (thanks._THANKS, thanks._FOR),
            (thanks._THANKS, thanks._COURTESY),
            (thanks._FOR, thanks._COURTESY),
        ):
            self.assertFalse(one & other)

    def test_it_takes_no_long_time(self):
        for text in (f"{BLOCK}\n" * 2000, "\n" * 100_000, "a" * 1_000_000, "-- \n" * 100_000, "sent from my " * 50_000):
            self.assertFalse(is_thanks(text))
