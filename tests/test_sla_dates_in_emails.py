"""Due dates in emails, notes and Slack: in the reader's language, in the time zone of the working hours."""

from odoo.tests import tagged

from .sla_case import SlaCase

#: The first of June 2026, a Monday, 14:00 UTC; how the breach of the first response reads.
WORDS = {
    "en_US": (
        "Mon, Jun 1, 2026, 4:00 PM",
        "The first response is overdue: it was due",
        "Monday, June 1, 2026, 4:00 PM",
    ),
    "cs_CZ": ("pondělí 1. 6. 2026, 16:00", "První odpověď je po termínu:", "pondělí 1. června 2026, 16:00"),
    "de_DE": ("Mo., 1. Juni 2026, 16:00", "Die erste Antwort ist überfällig:", "Montag, 1. Juni 2026, 16:00"),
    "fr_FR": ("lun. 1 juin 2026, 16:00", "La première réponse est en retard", "lundi 1 juin 2026, 16:00"),
    "es_ES": ("lun, 1 jun 2026, 16:00", "La primera respuesta está vencida:", "lunes, 1 de junio de 2026, 16:00"),
    # Nobody has translated it into Japanese; the moment is right all the same.
    "ja_JP": ("2026年6月1日(月), 16:00", "The first response is overdue:", "2026年6月1日月曜日, 16:00"),
}


@tagged("post_install", "-at_install")
class TestSlaDatesInEmails(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in WORDS:
            cls.env["res.lang"]._activate_lang(lang)
        cls.policy.write({"calendar_id": cls.office.id, "start_hours": 4, "resolution_hours": 0})

    def late(self, lang, **values):
        """A ticket whose first response was due at that moment, four working hours after noon in Prague."""
        self.company.partner_id.lang = lang
        ticket = self.ticket_at("06-01 10:00", **values)
        self.tick("06-01 14:00")
        return ticket

    def plain(self, text):
        return " ".join(text.split())

    def breach(self, ticket):
        [entry] = self.entries(ticket).filtered(lambda entry: entry.event == "sla_start_breached")
        return self.plain(entry.payload["text"])

    def note(self, ticket):
        return self.plain(ticket.message_ids.sorted("id")[-1].preview)

    def test_slack_and_the_chatter_read_it_in_the_companys_language(self):
        for lang, (moment, words, _full) in WORDS.items():
            with self.subTest(lang):
                ticket = self.late(lang)
                self.assertIn(f"{moment} (Europe/Prague)", self.breach(ticket))
                self.assertIn(f"{moment} (Europe/Prague)", self.note(ticket))
                self.assertIn(words, self.note(ticket))

    def test_an_automatic_email_reads_it_in_the_customers_language(self):
        for lang, (_moment, _words, full) in WORDS.items():
            with self.subTest(lang), self.at("06-01 10:00"):
                ticket = self.new_ticket(partner_id=self.env["res.partner"].create({"name": "Eva", "lang": lang}).id)
                shown = self.plain(ticket.with_context(lang=lang).letter_start)
                self.assertEqual(shown, f"{full} (Europe/Prague)")

    def test_who_triggers_it_changes_no_zone(self):
        self.policy.calendar_id = False
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self.manager.tz = "America/New_York"
        for lang in WORDS:
            with self.subTest(lang):
                ticket = self.late(lang)
                clock = self.clock(ticket, "start")
                moments = {
                    self.plain(one._moment(clock.due_at)) for one in (clock, clock.with_user(self.manager).sudo())
                }
                self.assertEqual(len(moments), 1)
                self.assertIn("(Asia/Tokyo)", self.breach(ticket))

    def test_what_a_person_has_to_do_is_in_the_persons_language_and_zone(self):
        self.agent.write({"lang": "de_DE", "tz": "America/New_York"})
        ticket = self.late("cs_CZ", user_id=self.agent.id)
        summary = self.plain(ticket.activity_ids.summary)
        self.assertIn("Mo., 1. Juni 2026, 10:00 (America/New York)", summary)

    def test_how_long_it_took_has_no_plural_to_get_wrong(self):
        for lang, words in (("cs_CZ", "2 d"), ("de_DE", "2 T"), ("fr_FR", "2 j"), ("es_ES", "2 d")):
            with self.subTest(lang):
                ticket = self.late(lang)
                self.move("06-03 12:00", ticket, "done")
                [entry] = self.entries(ticket).filtered(lambda entry: entry.event == "closed")
                self.assertIn(words, entry.payload["text"])
                self.assertNotIn("Closed", entry.payload["text"])
