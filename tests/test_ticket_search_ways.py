"""The search finds the same, however common a term is; what it reads is what the tickets say."""

import re
import unicodedata
from dataclasses import replace
from unittest.mock import patch

from markupsafe import Markup

from odoo.tests import tagged
from odoo.tools import SQL, html2plaintext

from ..models.ticket import search_sources
from ..tools.ticket import search_cost, search_terms
from .common import BridgeCase, new_test_user
from .plans import maintain

#: Terms → whether something is found.
SHAPES = {
    "hello": True,
    "printer": True,
    "hello printer": True,
    "printer hello jammed": True,
    "jammed": True,
    "HELLO": True,
    "hel": True,
    "he": False,
    "ello": False,
    "rint": True,
    "p": True,
    "q": False,
    "7": True,
    "hello nowhere": False,
    "nowhere": False,
    "Jiří": True,
    "jiri novak": True,
    "büro": True,
    "buro": True,
    "ceska": True,
    "@wide.example": True,
    "jo.0@wide.example": True,
    "wide.example": True,
    ".example hello": True,
    "wilma@wide.example": True,
    '"hello printer"': True,
    '"printer hello"': False,
    "o'brien": True,
    "100%": True,
    "%": False,
    "0%b": False,
    "a_b": True,
    "a_c": False,
    "\\": False,
    "c:\\temp": True,
    "%%%": False,
    "(!)": True,
    "(!": True,
    "!)": False,
    "(!) hello": True,
    "hello - printer": False,
    '"(!) !!"': True,
    '"!! (!)"': False,
    "###": True,
    "...": True,
    "@home": True,
    "@home hello": True,
    "@nowhere": False,
    "ro%@wide": True,
    "%@wide": True,
    '"novak @home"': True,
    '"novak 2 jo.2@wide"': True,
    '"novak 2 jo.3@wide"': False,
    "straße@": True,
    "smith": True,
    "anna@wide": True,
    "hello printer with büro of ceska and jammed paper": False,
    "hello printer büro ceska jammed": True,
    "hello " * 200: True,
    "---": False,
    " ": False,
}


@tagged("post_install", "-at_install")
class TestTicketSearchWays(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        company = partners.create({"name": "Zündwerk Česká s.r.o.", "is_company": True})
        others = cls.env["helpdesk.ticket"].search([])
        others.active = False
        cls.tickets = cls.env["helpdesk.ticket"]
        for number in range(12):
            name = f"Jiří Novák {number}"
            customer = partners.create(
                {
                    "name": name,
                    "email": f"jo.{number}@wide.example",
                    "parent_id": company.id if number % 2 else False,
                }
            )
            ticket = cls.tickets.create(
                {
                    "name": ("Printer jammed (!) !!", r"Lost in C:\temp ＃＃＃", "Full 100% a_b")[number % 3],
                    "team_id": cls.team.id,
                    "partner_id": customer.id if number % 4 else False,
                    "partner_name": name,
                    "partner_email": customer.email,
                    "description": Markup("<p>Büro %s</p>") % ("O'Brien" if number == 5 else number),
                    "priority": str(number % 3),
                    "user_id": cls.agent.id if number % 3 else cls.manager.id,
                }
            )
            if number % 5:
                ticket.message_post(
                    body=Markup("Hello, <b>printer</b> people%s") % ("" if number % 3 else ": Büro"),
                    message_type="email",
                    email_from="Wilma <wilma@wide.example>",
                    subtype_xmlid="mail.mt_comment",
                )
            cls.tickets |= ticket
        # Only the contact says so.
        cls.tickets[7].partner_id.write({"name": "Jiří Novák ＠home…", "email": "büro％@wide.example"})
        cls.tickets[9].partner_id.write({"name": "Große Straße@"})
        cls.tickets[10].partner_id.write({"name": "SMITH", "email": "Anna@WIDE.example"})
        cls.own = new_test_user(cls.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        cls.tickets[2:7].user_id = cls.own
        cls.env.flush_all()

    def naive(self, text):
        """The ids of the tickets that a look at all texts finds."""
        terms = search_terms.terms(_folded(text))
        named = {ticket.id for ticket in self.tickets if str(ticket.bridge_number) == text}
        return named | {ticket.id for ticket in self.tickets if terms and all(_holds(ticket, term) for term in terms)}

    def test_each_way_finds_what_a_look_at_all_texts_finds(self):
        order = "sla_due, priority desc, id desc"
        plenty = search_cost.PLENTY
        ways = {
            "sets": (10**18, plenty),
            "one after the other": (0, plenty),
            "one after the other, as one condition": (0, 0),
            "as it is decided": (search_cost.LOOK, plenty),
        }
        for text, is_found in SHAPES.items():
            expected = self.naive(text)
            with self.subTest(text):
                self.assertEqual(bool(expected), is_found)
            for user in (self.manager, self.own):
                tickets = self.env["helpdesk.ticket"].with_user(user)
                may_see = tickets.search([("id", "in", list(expected))], order=order)
                for way, (look, enough) in ways.items():
                    with (
                        self.subTest(text, way=way, user=user.login),
                        patch.multiple(search_cost, LOOK=look, PLENTY=enough),
                    ):
                        domain = [("bridge_search", "ilike", text)]
                        found = tickets.web_search_read(domain, {"name": {}}, limit=3, order=order, count_limit=10)
                        self.assertEqual([one["id"] for one in found["records"]], may_see[:3].ids)
                        self.assertEqual(found["length"], min(len(may_see), 10))
                        others = tickets.search([("bridge_search", "not ilike", text), ("id", "in", self.tickets.ids)])
                        mine = tickets.search([("id", "in", self.tickets.ids)])
                        self.assertEqual(others, mine - may_see if text.strip() else others)

    def test_a_reference_is_found_each_way(self):
        ticket = self.tickets[4]
        for text in (ticket.mail_reference, f"#{ticket.bridge_number}", f"Re: {ticket.mail_reference} anything else"):
            for look in (10**18, 0):
                with self.subTest(text, look=look), patch.object(search_cost, "LOOK", look):
                    self.assertIn(ticket, self.tickets.search([("bridge_search", "ilike", text)]))

    def test_what_is_common_is_known_from_statistics(self):
        # With a language of fewer than a hundred words, PostgreSQL guesses.
        self.env.cr.execute(
            """
            INSERT INTO helpdesk_bridge_search (ticket_id, message_id, words)
            SELECT -n, -n, to_tsvector('simple', CASE WHEN n % 100 = 0 THEN 'seldom ' ELSE 'hello ' END || language)
              FROM generate_series(1, 600) n,
                   (SELECT string_agg('word' || n, ' ') FROM generate_series(1, 150) n) words (language)
            """
        )
        maintain(self.env, "helpdesk_bridge_search", "helpdesk_ticket")
        places = [search_sources.places(term, False) for term in search_terms.terms("hello seldom")]
        page = search_sources.Request(80, SQL("SELECT id FROM helpdesk_ticket"), is_ordered=True, sees_all=True)
        way = search_sources.decided(self.env, places, page)
        self.assertEqual(way.often, {places[0][-1]}, "the words of the first term")
        self.assertEqual(way.rarest_first, [places[1], places[0]])
        none = replace(page, filtered=SQL("SELECT id FROM helpdesk_ticket WHERE id = 0"))
        way = search_sources.decided(self.env, places[:1], none)
        self.assertEqual(way.often, {places[0][-1]}, "one ticket is asked")
        self.assertEqual(search_sources.decided(self.env, places[1:], page).often, set(), "few hold it")

    def test_signs_are_in_no_index(self):
        [signs, word] = [search_sources.places(term, False) for term in search_terms.terms("%%% ozymandias")]
        for terms, often in (([signs, word], signs), ([word], [])):
            with self.subTest(terms), patch.object(search_cost, "READ", 10**9):
                self.assertEqual(search_sources.decided(self.env, terms).often, set(often))

    def test_many_terms_are_one_condition(self):
        places = [search_sources.places(term, False) for term in search_terms.terms("hello printer")]
        often = {place for term in places for place in term}
        for is_plenty, is_one in ((True, True), (False, False)):
            with self.subTest(is_plenty=is_plenty):
                way = search_sources.Way(often, places, is_plenty)
                said = search_sources.condition("helpdesk_ticket", way, [], True).code
                self.assertEqual("CASE WHEN (EXISTS" in said, is_one)

    def test_who_sees_all(self):
        tickets = self.env["helpdesk.ticket"]
        team = new_test_user(self.env, "team", groups="helpdesk_mgmt.group_helpdesk_user_team")
        shapes = ((self.manager, True), (self.own, False), (team, False))
        for user, sees_all in shapes:
            with self.subTest(user.login):
                self.assertEqual(tickets.with_user(user)._bridge_search_sees_all(), sees_all)
        self.assertTrue(tickets._bridge_search_sees_all())

    def test_what_rpc_says_decides_nothing(self):
        for said in (7, "x", {"limit": 1}, [1, "SELECT 1", True, True]):
            with self.subTest(said):
                tickets = self.env["helpdesk.ticket"].with_context(helpdesk_search_request=said)
                domain = [("bridge_search", "ilike", "hello"), ("id", "in", self.tickets.ids)]
                expected = self.env["helpdesk.ticket"].search(domain)
                self.assertEqual(tickets.search(domain), expected)
                self.assertEqual(tickets.search_count(domain), len(expected))

    def test_tickets_of_many_contacts_are_found_by_the_index_alone(self):
        # In a large house it costs less than all others; here, where everything is on one page, no other is left.
        for other in ("seqscan", "bitmapscan"):
            self.env.cr.execute(SQL("SET LOCAL %s TO off", SQL.identifier(f"enable_{other}")))
        [term] = search_terms.terms("ozymandias")
        [customers] = [place for place in search_sources.places(term, False) if place.table == "res_partner"]
        self.env.cr.execute(SQL("EXPLAIN %s", customers.rows))
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("Index Only Scan using helpdesk_ticket_partner_index", plan)

    # What is read ------------------------------------------------------------------------------------------------

    def rows(self, *columns):
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {', '.join(columns)} FROM helpdesk_bridge_search WHERE ticket_id IN %s ORDER BY message_id",
            [tuple(self.tickets.ids)],
        )
        return self.env.cr.fetchall()

    def test_what_changes_no_text_writes_nothing(self):
        before = self.rows("xmin::text", "ctid::text")
        self.tickets.write({"priority": "1", "user_id": self.agent.id})
        self.tickets.message_ids.write({"is_internal": True})
        self.assertEqual(self.rows("xmin::text", "ctid::text"), before)

    def test_only_what_people_said_is_read(self):
        before = self.rows("message_id")
        self.tickets[0]._message_log(body="Odoo says so")
        self.agent.partner_id.message_post(body="Of no ticket", message_type="comment")
        self.assertEqual(self.rows("message_id"), before)

    def test_a_message_goes_where_it_belongs(self):
        message = self.tickets[0].message_post(body="Unique", message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertIn((self.tickets[0].id, message.id), self.rows("ticket_id", "message_id"))
        for values, ticket_ids in (
            ({"res_id": self.tickets[1].id}, self.tickets[1].ids),
            ({"message_type": "notification"}, []),
            ({"message_type": "comment"}, self.tickets[1].ids),
            ({"model": "res.partner", "res_id": self.agent.partner_id.id}, []),
            ({"model": "helpdesk.ticket", "res_id": self.tickets[2].id}, self.tickets[2].ids),
        ):
            with self.subTest(values):
                message.write(values)
                found = [ticket for ticket, one in self.rows("ticket_id", "message_id") if one == message.id]
                self.assertEqual(found, ticket_ids)
        message.unlink()
        self.assertNotIn(message.id, [one for (one,) in self.rows("message_id")])

    def test_a_changed_ticket_keeps_what_was_said(self):
        before = sorted(self.rows("ticket_id", "message_id"))
        self.tickets[1].name = "Another subject"
        self.assertEqual(sorted(self.rows("ticket_id", "message_id")), before)
        self.assertIn(1, [short.count("another subject") for (short,) in self.rows("short") if short])

    def test_nothing_is_left_of_a_ticket_that_is_deleted(self):
        self.tickets.unlink()
        self.assertEqual(self.rows("ticket_id"), [])


def _folded(text):
    text = "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
    return text


def _words(text):
    return " " + " ".join(re.findall(r"[^\W_]+", _folded(text))) + " "


def _holds(ticket, term):
    """Whether a ticket holds a term in any of its texts, found without any of ours."""
    like = term.like[1:-1].replace("\\%", "%").replace("\\_", "_").replace("\\\\", "\\")
    short = (ticket.name, ticket.number, ticket.partner_name, ticket.partner_email, ticket.email_cc)
    customer = ticket.partner_id
    person = f" {customer.complete_name or ''} {customer.email or ''}" if customer else ""
    if like in _folded(" " + "\n ".join(one or "" for one in short)) or (customer and like in _folded(person)):
        return True
    said = [(ticket.description or "", "")]
    for message in ticket.message_ids:
        if message.message_type in ("email", "email_outgoing", "comment"):
            said.append((message.body, f"{message.email_from if message.message_type == 'email' else ''}"))
    typed = re.sub("[^a-z0-9]+", " ", like).split()
    if not typed:
        return False
    wanted = " " + " ".join(typed) + ("" if len(typed[-1]) >= 3 else " ")
    return any(wanted in _words(f"{sender} {html2plaintext(body)}") for body, sender in said)
