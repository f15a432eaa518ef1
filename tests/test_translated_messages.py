"""What the pure tools say reaches people in their own language: the reasons in the log, notes on tickets."""

from odoo.tests import tagged
from odoo.tools.translate import code_translations

from ..models.common.translated import translate
from ..tools.common.translatable import Translatable
from ..tools.inbound import auto_mail_headers
from .common import InboundCase

JANE = "Jane Doe <jane@customer.example>"


@tagged("post_install", "-at_install")
class TestTranslatedMessages(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("cs_CZ")
        cls.company.partner_id.lang = "cs_CZ"

    def czech(self, term):
        """What the translators have made of a term."""
        words = code_translations.get_python_translations("helpdesk_bridge", "cs_CZ")[term]
        self.assertNotEqual(words, term)
        return words

    def test_the_reason_of_an_automatic_reply_is_wholly_czech(self):
        ticket = self.receive(JANE).ticket_id
        row = self.receive(JANE, self.answering(ticket), "Auto-Submitted: auto-replied")
        because = f"Auto-Submitted: auto-replied ({self.czech('RFC 3834: an automatic reply')})"
        naming = self.czech("reply by header")
        words = self.czech("%(naming)s, kept as a note: %(because)s") % {"naming": naming, "because": because}
        self.assertEqual(row.reason, words[:1].upper() + words[1:])

    def test_a_saying_in_a_saying_is_translated_too(self):
        czech = self.env(context={"lang": "cs_CZ"})
        saying = Translatable(
            "%(header)s (%(meaning)s)", header="X-Autoreply", meaning=Translatable("an automatic reply")
        )
        self.assertEqual(translate(czech, saying), f"X-Autoreply ({self.czech('an automatic reply')})")

    def test_english_stays_english(self):
        saying = auto_mail_headers.AUTO_REPLY_INDICATORS[0].meaning
        self.assertEqual(translate(self.env(context={}), saying), "RFC 3834: an automatic reply")
        self.assertEqual(translate(self.env(context={"lang": "en_US"}), saying), "RFC 3834: an automatic reply")

    def test_other_words_pass_as_they_are(self):
        czech = self.env(context={"lang": "cs_CZ"})
        self.assertEqual(translate(czech, "an automatic reply"), "an automatic reply")
        self.assertIs(translate(czech, False), False)

    def test_the_cause_of_a_refused_email_is_czech(self):
        self.fetch(b"\r\n\r\n")
        row = self.rows()[-1:]
        self.assertEqual((row.verdict, row.reason), ("failed", self.czech("the email is empty")))

    def test_the_choices_of_another_model_are_czech_too(self):
        """Odoo translates a selection where it is written, and not where a function borrows it."""
        shown, own = self.env(context={"lang": "cs_CZ"}), self.env(context={"lang": "en_US"})
        clock = "helpdesk.sla.clock"
        for model, name, source in (
            ("helpdesk.sla.clock.report", "metric", clock),
            ("helpdesk.sla.clock.report", "priority", "helpdesk.ticket"),
            ("helpdesk.sla.target", "priority", "helpdesk.ticket"),
            ("helpdesk.ticket.performance", "priority", "helpdesk.ticket"),
            ("helpdesk.slack.rule", "event", "helpdesk.slack.outbox"),
        ):
            with self.subTest(model=model, name=name):
                [borrowed] = shown[model].fields_get([name], ["selection"]).values()
                self.assertEqual(borrowed["selection"], shown[source]._fields[name]._description_selection(shown))
        [english] = own[clock].fields_get(["metric"], ["selection"]).values()
        [czech] = shown["helpdesk.sla.clock.report"].fields_get(["metric"], ["selection"]).values()
        self.assertFalse(set(map(tuple, czech["selection"])) & set(map(tuple, english["selection"])))
