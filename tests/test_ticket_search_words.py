"""Tickets are found by people, addresses, companies and what was said, as far as the user may read them."""

from unittest.mock import patch

from markupsafe import Markup

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.ticket import search_sources
from ..tools.ticket import search_terms
from .common import BridgeCase, new_test_user


@tagged("post_install", "-at_install")
class TestTicketSearchWords(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        company = partners.create({"name": "Zündwerk Česká s.r.o.", "is_company": True})
        person = {"name": "Jiří Novák", "email": "novak@zundwerk.example", "parent_id": company.id}
        cls.customer = partners.create(person)
        values = {"name": "Farbdrucker 50%_voll", "description": "<p>Seriennummer <b>ZX-4711</b></p>"}
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                **values,
                "team_id": cls.team.id,
                "partner_id": cls.customer.id,
                "partner_name": "Jiří Novák",
                "partner_email": "novak@zundwerk.example",
                "email_cc": "Cora Colleague <cora@elsewhere.example>",
            }
        )
        other = {
            "name": "Rechnung",
            "description": "<p>Bitte</p>",
            "team_id": cls.team.id,
            "partner_name": "Eve Mallory",
        }
        cls.other = cls.env["helpdesk.ticket"].create({**other, "team_id": cls.team.id})
        cls.ticket.message_post(
            body=Markup("Zařízení <i>hučí</i> &amp; raucht aus O'Briens Lüftungsschlitz"),
            message_type="email",
            email_from="Wilma Writer <wilma@wide.example>",
            subtype_xmlid="mail.mt_comment",
        )
        cls.ticket.message_post(
            body="Interne Vermutung: Kondensator", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        cls.env.flush_all()

    def found(self, text, user=None):
        return self.env["helpdesk.ticket"].with_user(user or self.agent).search([("bridge_search", "ilike", text)])

    def test_what_finds_it(self):
        for text in (
            *(
                "drucker",
                "FARBDRUCKER",
                "50%_v",
                "Jiri Novak",
                "novák jiří",
                "zundwerk",
                "ceska",
                "novak@zundwerk.example",
            ),
            *("@zundwerk", "cora", "colleague elsewhere", "wilma@wide.example", "zx-4711", "4711", "seriennummer"),
            *("huci", "HUČÍ", "raucht", "o'brien", "luftungs", '"raucht aus"', "kondensator", "novak kondensator"),
            *("drucker huci ceska", self.ticket.number),
        ):
            with self.subTest(text):
                self.assertEqual(self.found(text), self.ticket)

    def test_what_does_not(self):
        for text in (
            *("ndensator", '"aus raucht"', "drucker rechnung", "50%v", "nbsp", "<i>", "ra", "---", "\x00", "   "),
            *("strong", "'", "\\", "a:* | b", "Anna"),
        ):
            with self.subTest(text):
                self.assertFalse(self.found(text) & self.ticket)

    def test_what_was_changed_is_found_as_it_is_now(self):
        message = self.other.message_post(body="Toner", message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertEqual(self.found("toner"), self.other)
        message.body = "Papier"
        self.other.partner_name = "Adam"
        self.assertFalse(self.found("toner") | self.found("mallory"))
        self.assertEqual(self.found("papier adam"), self.other)
        message.unlink()
        self.assertFalse(self.found("papier"))

    def test_what_a_user_may_not_read_is_not_found(self):
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.manager
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        groups = "helpdesk_mgmt.group_helpdesk_manager"
        foreign = new_test_user(
            self.env, "foreign", groups=groups, company_id=elsewhere.id, company_ids=[(6, 0, elsewhere.ids)]
        )
        for text in ("huci", "zundwerk", "drucker", f"#{self.ticket.bridge_number}"):
            with self.subTest(text):
                self.assertFalse(self.found(text, own) | self.found(text, foreign))
                self.assertEqual(self.found(text, self.manager), self.ticket)

    def test_the_opposite(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        others = tickets.search([("bridge_search", "not ilike", "huci")])
        self.assertIn(self.other, others)
        self.assertNotIn(self.ticket, others)

    def test_indexes_answer(self):
        """What is rare. What is common is not fetched by index; among so few tickets, everything may be common."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        places = [search_sources.places(term, False) for term in search_terms.terms("kondensator")]
        rare = search_sources.Way(set(), places, False)
        with patch.object(search_sources, "decided", lambda *_asked: rare):
            query = self.env["helpdesk.ticket"]._search([("bridge_search", "ilike", "kondensator")])
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        for index in ("short", "words"):
            self.assertIn(f"helpdesk_bridge_search_{index}", plan)
        # Of so few partners, those of the ticket are looked at.
        self.env.cr.execute("SELECT count(*) FROM pg_class WHERE relname = 'helpdesk_bridge_search_person'")
        self.assertEqual(self.env.cr.fetchone(), (1,))
