"""What the pure tools say reaches people in their own language: the reasons in the log, notes on tickets."""

from datetime import datetime

from odoo.tests import tagged
from odoo.tools.translate import code_translations

from ..models.common.translated import moment, translate
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

    def test_a_moment_has_no_short_day_that_is_another_word(self):
        self.env["res.lang"]._activate_lang("de_DE")
        monday = datetime(2026, 6, 1, 10, 0)
        for code, words in (
            ("en_US", "Mon, Jun 1, 2026, 12:00\N{NO-BREAK SPACE}PM (Europe/Prague)"),
            ("cs_CZ", "pondělí 1. 6. 2026, 12:00 (Europe/Prague)"),
            ("de_DE", "Mo., 1. Juni 2026, 12:00 (Europe/Prague)"),
        ):
            with self.subTest(code):
                self.assertEqual(moment(self.env(context={"lang": code}), monday, "Europe/Prague"), words)

    def test_the_choices_of_another_model_are_czech_too(self):
        """Odoo translates a selection where it is written, and not where a function borrows it."""
        clock, ticket = "helpdesk.sla.clock", "helpdesk.ticket"
        self.env.cr.execute(
            "UPDATE ir_model_fields_selection SET name = jsonb_set(name, '{cs_CZ}', to_jsonb('česky ' || value)) "
            "WHERE field_id IN (SELECT id FROM ir_model_fields WHERE (model, name) IN %s)",
            [((clock, "metric"), (ticket, "priority"))],
        )
        self.registry.clear_cache("stable")
        self.addCleanup(self.registry.clear_cache, "stable")
        for model, name, source in (
            ("helpdesk.sla.clock.report", "metric", clock),
            ("helpdesk.sla.clock.report", "priority", ticket),
            ("helpdesk.sla.target", "priority", ticket),
            ("helpdesk.ticket.performance", "priority", ticket),
        ):
            with self.subTest(model=model, name=name):
                values = [value for value, _label in self.env[source]._fields[name].selection]
                shown = self.env[model].with_context(lang="cs_CZ").fields_get([name], ["selection"])[name]
                self.assertEqual(shown["selection"], [(value, f"česky {value}") for value in values])
