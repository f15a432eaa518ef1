"""Everything that a person sees in Slack, in each language that we speak, within Slack's limits."""

import re

from odoo.tests import tagged

from .slack_acts_case import ANNA, BEN, SlackActsCase

LANGUAGES = ("cs_CZ", "de_DE", "es_ES", "fr_FR")
#: Long names of everything that a view can hold.
LONG = "Ä" * 400


@tagged("post_install", "-at_install")
class TestSlackActsLanguages(SlackActsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in LANGUAGES:
            cls.env["res.lang"]._activate_lang(code)
        module = cls.env["ir.module.module"].search([("name", "=", "helpdesk_bridge")])
        module._update_translations(list(LANGUAGES))

    def everything(self):
        """Do all that there is, and return what was seen on the way; the fake refuses what Slack would not take."""
        self.deliver()
        seen = [str(message) for message in self.slack.messages]
        for body in (
            self.opened_home(),
            self.command("mine"),
            self.command("help"),
            self.command("nothing of that kind"),
            *(self.click("menu", option=name) for name in ("assign", "stage", "priority")),
            self.shortcut(self.said("Fire", BEN)),
            self.shortcut(self.said("Fire", BEN), "U0GUEST001"),
            self.click("take", BEN),
            self.click("take"),
            self.click("close"),
            self.click("close"),
            self.click("take"),
            self.click("reopen"),
            self.click("menu", option="no_ticket"),
            self.click("menu", option="no_ticket"),
        ):
            self.do(body)
            seen += [str(view) for view in self.slack.views.values()]
            self.slack.views.clear()
        self.deliver()
        told = self.slack.responses + self.slack.ephemeral
        return seen + [str(one) for one in [*told, *self.slack.homes.values(), *self.slack.messages]]

    def test_every_sentence_of_an_act_is_in_every_language(self):
        row = self.take(self.click("take"))
        english = row._act_sentences(row.with_context(lang="en_US").env)
        for code in LANGUAGES:
            words = row._act_sentences(row.with_context(lang=code).env)
            same = [name for name, sentence in words.items() if sentence == english[name]]
            self.assertEqual((code, same), (code, []))

    def test_every_block_is_within_slacks_limits_in_every_language(self):
        self.slack.new_user("U0GUEST001", "Gina Guest", "anna@example.com", is_restricted=True)
        self.ticket.name = self.team.name = LONG
        self.ticket.partner_name = LONG
        self.env["helpdesk.ticket.stage"].search([]).name = LONG
        self.agent.name = self.ben.name = LONG
        for number in range(12):
            ticket = self.new_ticket(name=f"{LONG} {number}", user_id=self.agent.id)
            ticket._sla_set({"sla_status": "at_risk"})
        for code in ("en_US", *LANGUAGES):
            with self.subTest(code):
                self.agent.lang = self.ben.lang = self.company.partner_id.lang = code
                self.everything()
                self.assertEqual(self.slack.refused, [])
                self.ticket.write({"active": True, "user_id": False})

    def test_what_dismisses_a_form_is_no_word_for_closing_the_ticket(self):
        for code, closes, dismisses in (
            ("en_US", "Close", "Dismiss"),
            ("cs_CZ", "Uzavřít", "Zavřít"),
            ("fr_FR", "Clôturer", "Fermer"),
        ):
            with self.subTest(code):
                self.agent.lang = self.company.partner_id.lang = code
                self.assertIn(closes, self.buttons(self.delivered_ticket()))
                self.deliver_to_odoo(self.click("menu", option="stage"))
                self.assertEqual(self.modal()["close"]["text"], dismisses)
                self.work_off()
                self.do(self.shortcut(self.said("Fire", BEN), "U0NOBODY01"))
                self.assertEqual(self.modal()["close"]["text"], dismisses)

    def test_days_to_choose_from_are_written_as_in_the_language(self):
        for code, day in (
            ("en_US", r"[A-Z][a-z]{2}, [A-Z][a-z]{2} \d+, 9:00"),
            ("cs_CZ", r"[a-zúčá]{2} \d+\. \d+\., 9:00"),
            ("de_DE", r"[A-Z][a-z]\., \d+\. \w+\.?, 9:00"),
            ("es_ES", r"[a-zéá]{3}, \d+ [a-z]+, 9:00"),
            ("fr_FR", r"[a-z]{3}\. \d+ \w+\.?, 9:00"),
        ):
            with self.subTest(code):
                self.agent.lang = code
                self.do(self.click("menu", option="snooze"))
                offered = [one["text"]["text"] for one in self.modal()["blocks"][0]["element"]["options"][2:]]
                self.assertEqual([words for words in offered if not re.fullmatch(day, words)], [])

    def delivered_ticket(self):
        ticket = self.new_ticket()
        self.deliver()
        return ticket

    def test_it_is_the_language_of_the_person_and_the_card_is_in_that_of_the_company(self):
        self.agent.lang, self.ben.lang, self.company.partner_id.lang = "de_DE", "fr_FR", "es_ES"
        card = self.new_ticket()
        self.deliver()
        self.assertIn("Tomar", self.buttons(card))
        for user in (ANNA, BEN):  # who has never been here is not known yet
            self.do(self.opened_home(user))
        for user, word in ((ANNA, "Einen Moment"), (BEN, "Un instant")):
            self.deliver_to_odoo(self.click("menu", user, option="stage"))
            self.assertIn(word, self.modal_text())
        self.work_off()
        self.do(self.click("take"))
        self.do(self.click("take", BEN))
        self.assertIn("Anna Agent a ", self.told()[-1])
        [row] = self.Inbox.search([("state", "=", "ignored")])
        self.assertNotEqual(row.reason, "", "the inbox speaks as the company does")
        self.assertIn("Anna Agent tiene", row.reason)
