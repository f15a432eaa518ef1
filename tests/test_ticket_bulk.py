"""One act on many tickets: it says what it will do to which of them, does that, and mentions nobody."""

import re
from collections import Counter
from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.ticket.helpdesk_ticket_bulk import BULK, Bulk
from ..tools.ticket.events import EVENTS
from .common import new_test_user
from .outbound_case import OutboundCase

JANE = "jane@customer.example"


@tagged("post_install", "-at_install")
class TestBulk(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = new_test_user(
            cls.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", name="Ben Agent", email="ben@example.com"
        )
        cls.team.user_ids = cls.agent | cls.ben
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.other_channel = cls._new_channel("#sales", "C0SUPPORT02")
        cls.sales = cls.env["helpdesk.ticket.team"].create({"name": "Sales", "slack_channel_id": cls.other_channel.id})
        # Everything that can ring does.
        cls.env["helpdesk.slack.rule"].search([]).unlink()
        cls.env["helpdesk.slack.rule"].create(
            [{"company_id": cls.company.id, "event": event, "mentions": True, "broadcast": True} for event in EVENTS]
        )

    def setUp(self):
        super().setUp()
        self.slack.people.update({"anna@example.com": "U0ANNA001", "ben@example.com": "U0BEN0001"})

    def bulk(self, act, tickets, user=None, **values):
        return (
            self.env["helpdesk.ticket.bulk"]
            .with_user(user or self.agent)
            .with_context(active_model="helpdesk.ticket", active_ids=tickets.ids)
            .create({"act": act, **values})
        )

    def plain(self, wizard):
        return " ".join(wizard.preview.replace("<", " <").split()) if wizard.preview else ""

    def assert_rings_nobody(self, tickets):
        for entry in self.entries(tickets[0]).browse(self.Outbox.search([("ticket_id", "in", tickets.ids)]).ids):
            payload = entry.payload or {}
            self.assertFalse({"mention", "mention_user", "broadcast"} & payload.keys(), entry.display_name)
        self.deliver()
        new = [message for message in self.slack.messages if message["ts"] not in self.before]
        texts = [self.texts(message) for message in new]
        self.assertTrue(texts, "it is told")
        for text in texts:
            # The table of a first message names its assignee, which an edit or a silent post does not call.
            self.assertFalse(text.startswith("<"), text)
        self.assertFalse([message for message in new if message.get("reply_broadcast")])

    def told(self, *tickets):
        """Let what there is to say about these tickets be said; from now on, nobody is to be called."""
        self.deliver()
        self.before = {message["ts"] for message in self.slack.messages}
        return self.env["helpdesk.ticket"].union(*tickets)

    # What happens to which ----------------------------------

    def test_closing_says_what_it_will_do_and_does_it(self):
        with_mail = self.new_ticket(partner_email=JANE, user_id=self.ben.id)
        silent = self.new_ticket(partner_email="b@customer.example", mail_silent=True)
        nobody, closed = self.new_ticket(), self.new_ticket(stage_id=self.done.id)
        archived = self.new_ticket(active=False)
        tickets = self.told(with_mail, silent, nobody, closed, archived)
        wizard = self.bulk("close", tickets)
        self.assertEqual(wizard.count, 3)
        text = self.plain(wizard)
        for words in (
            "Tickets that will be closed: 3",
            "Customers who get the closing email: 1",
            f"1: closed already ({closed.mail_reference})",
            f"1: archived or merged ({archived.mail_reference})",
        ):
            self.assertIn(words, text)
        done = wizard.action_apply()
        self.assertIn("Tickets closed: 3", str(done))
        self.assertEqual((with_mail | silent | nobody).mapped("closed"), [True] * 3)
        self.assertFalse(archived.closed)
        self.assertEqual(self.letters(with_mail), [("closed", "owed")])
        self.assert_rings_nobody(with_mail | nobody)
        self.assertIn("Closed by Anna Agent", self.lines(with_mail)[-1])

    def test_customers_need_not_be_told(self):
        ticket = self.told(self.new_ticket(partner_email=JANE))
        wizard = self.bulk("close", ticket, tells_customers=False)
        self.assertIn("Customers who get the closing email: 0", self.plain(wizard))
        wizard.action_apply()
        self.assertEqual((ticket.closed, self.letters(ticket)), (True, []))

    def test_a_team_without_a_stage_for_closed_tickets(self):
        stages = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)])
        stages.team_ids = self.sales
        ticket = self.new_ticket()
        wizard = self.bulk("close", ticket)
        self.assertIn("1: their team has no stage for closed tickets", self.plain(wizard))
        with self.assertRaisesRegex(UserError, "none of the selected"):
            wizard.action_apply()

    def test_assigning(self):
        free, taken, theirs = self.new_ticket(), self.new_ticket(user_id=self.agent.id), self.new_ticket()
        theirs.user_id = self.ben
        closed = self.new_ticket(stage_id=self.done.id)
        foreign = self.new_ticket(team_id=self.sales.id)
        self.sales.user_ids = self.agent
        tickets = self.told(free, taken, theirs, closed, foreign)
        mails = self.env["mail.mail"].search_count([])
        wizard = self.bulk("assign", tickets)
        self.assertFalse(wizard.preview, "nobody is chosen yet")
        with self.assertRaisesRegex(UserError, "to whom"):
            wizard.action_apply()
        wizard.user_id = self.ben
        text = self.plain(wizard)
        for words in (
            "Tickets that will be assigned to Ben Agent: 2",
            "Of them, assigned to a colleague now: 1",
            "1: assigned to Ben Agent already",
            "1: closed already",
            "1: Ben Agent is not in their team",
        ):
            self.assertIn(words, text)
        wizard.action_apply()
        self.assertEqual((free | taken | theirs).user_id, self.ben)
        self.assertEqual((foreign.user_id, closed.user_id), (self.env["res.users"], self.env["res.users"]))
        self.assertEqual((free | taken).team_id, self.team)
        self.assert_rings_nobody(free | taken)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1, "Ben is told once, by email")
        notice = self.env["mail.message"].search([("partner_ids", "=", self.ben.partner_id.id)], limit=1)
        self.assertIn(free.mail_reference, notice.body)
        self.assertIn(taken.mail_reference, notice.body)

    def test_moving(self):
        here, there = self.new_ticket(user_id=self.ben.id), self.new_ticket(team_id=self.sales.id)
        closed = self.new_ticket(stage_id=self.done.id)
        self.sales.user_ids = self.agent
        tickets = self.told(here, there, closed)
        wizard = self.bulk("team", tickets, team_id=self.sales.id)
        text = self.plain(wizard)
        for words in (
            "Tickets that will be moved to Sales: 1",
            "Of them, unassigned because of that: 1",
            "1: in this team already",
            "1: closed already",
        ):
            self.assertIn(words, text)
        stage = here.stage_id
        wizard.action_apply()
        self.assertEqual((here.team_id, here.stage_id, here.user_id), (self.sales, stage, self.env["res.users"]))
        self.assertEqual(closed.team_id, self.team)
        self.assert_rings_nobody(here)
        self.assertEqual(here.slack_thread_id.channel_id, self.other_channel, "it goes on in the channel of its team")

    def test_a_stage_that_the_other_team_has_not_is_left(self):
        own = self.env["helpdesk.ticket.stage"].create({"name": "Ours", "team_ids": [(6, 0, self.team.ids)]})
        ours, common = self.new_ticket(stage_id=own.id), self.new_ticket()
        self.bulk("team", ours | common, team_id=self.sales.id).action_apply()
        self.assertEqual((ours | common).team_id, self.sales)
        self.assertIn(ours.stage_id, self.sales._get_applicable_stages())

    def test_spam_is_closed_filtered_and_told_to_no_customer(self):
        spam = self.receive("Win <win@spam.example>", subject="You have won").ticket_id
        again = self.receive("Win <win@spam.example>", subject="Once more").ticket_id
        colleague = self.new_ticket(partner_email="ben@example.com")
        without, closed = self.new_ticket(), self.new_ticket(stage_id=self.done.id, partner_email="c@spam.example")
        self.write_letters()
        tickets = self.told(spam, colleague, without, closed)
        wizard = self.bulk("spam", tickets)
        text = self.plain(wizard)
        for words in (
            "Tickets that will be closed as spam: 3",
            "Emails from c@spam.example, win@spam.example do not become tickets",
            "Other open tickets of these senders, which stay as they are: 1",
            "Customers are told nothing.",
            "1: from a colleague",
        ):
            self.assertIn(words, text)
        mails = len(self.mails(spam))
        wizard.action_apply()
        self.assertEqual((spam | without).mapped("closed"), [True, True])
        self.assertTrue(spam.stage_id.sla_cancels, "it was no request: its SLA is canceled, not met")
        self.assertEqual(closed.stage_id, self.done)
        self.assertEqual((again.closed, colleague.closed), (False, False))
        self.write_letters()
        self.assertEqual(len(self.mails(spam)), mails)
        self.assertNotIn("closed", [kind for kind, _state in self.letters(spam)])
        self.assert_rings_nobody(spam)
        self.assertIn(("note", "Marked as spam."), self.words(spam))
        row = self.receive("Win <win@spam.example>", subject="A third")
        self.assertEqual((row.verdict, row.ticket_id), ("ignored", self.Ticket))
        self.assertEqual(self.receive("Jane <jane@customer.example>").verdict, "created")
        filters = self.env["helpdesk.mail.filter"].search([("pattern", "=", "win@spam.example")])
        self.assertRecordValues(filters, [{"action": "ignore", "company_id": self.company.id}])

    def test_an_agent_filters_the_sender_of_a_ticket(self):
        ticket = self.new_ticket(partner_email="news+42@shop.example")
        self.env["helpdesk.mail.filter"].create({"pattern": "*@shop.example", "action": "silent"})
        wizard = self.bulk("filter", ticket)
        self.assertIn("do not become tickets", self.plain(wizard))
        wizard.filter_action = "silent"
        self.assertIn("A filter stops these senders already", self.plain(wizard))
        wizard.filter_action = "ignore"
        wizard.action_apply()
        self.assertFalse(ticket.closed, "the ticket stays as it is")
        found = self.env["helpdesk.mail.filter"]._first_match("news+43@shop.example", self.company)
        self.assertEqual((found.pattern, found.action), ("news+*@shop.example", "ignore"))
        self.assertEqual(self.receive("news+44@shop.example").verdict, "ignored")
        wizard = self.bulk("filter", self.new_ticket())
        self.assertIn("1: without an email address", self.plain(wizard))

    # Whose rights --------------------------------------------

    def test_what_they_may_not_change_is_left_out(self):
        own_only = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own", name="Own")
        self.team.user_ids |= own_only
        mine, foreign = self.new_ticket(user_id=own_only.id), self.new_ticket(user_id=self.ben.id)
        elsewhere = self.env["helpdesk.ticket.team"].create({"name": "Theirs", "company_id": self.other_company.id})
        other = self.new_ticket(team_id=elsewhere.id, company_id=self.other_company.id)
        for act, values in (
            ("close", {}),
            ("assign", {"user_id": self.agent.id}),
            ("team", {"team_id": self.sales.id}),
            ("spam", {}),
        ):
            with self.subTest(act):
                wizard = self.bulk(act, mine | foreign | other, own_only, **values)
                self.assertEqual(wizard.count, 1)
                self.assertIn("2: you may not see them", self.plain(wizard))
        self.bulk("close", mine | foreign | other, own_only).action_apply()
        self.assertEqual([one.closed for one in (mine, foreign, other)], [True, False, False])

    def test_two_companies_keep_apart(self):
        elsewhere = self.env["helpdesk.ticket.team"].create({"name": "Theirs", "company_id": self.other_company.id})
        self.agent.company_ids |= self.other_company
        ours = self.new_ticket(partner_email="win@spam.example")
        theirs = self.new_ticket(
            team_id=elsewhere.id, company_id=self.other_company.id, partner_email="win@spam.example"
        )
        both = self.agent.with_context(allowed_company_ids=(self.company | self.other_company).ids)
        self.sales.company_id = self.company
        for act, values, count, why in (
            ("team", {"team_id": self.sales.id}, 1, "of another company than the team"),
            ("assign", {"user_id": self.ben.id}, 1, "Ben Agent has no access to them"),
        ):
            wizard = self.bulk(act, ours | theirs).with_context(**both.env.context).create({"act": act, **values})
            wizard.sudo().ticket_ids = ours | theirs
            self.assertEqual(wizard.count, count, act)
            self.assertIn(f"1: {why}", self.plain(wizard))
        spam = self.bulk("spam", ours | theirs).with_context(**both.env.context)
        spam.action_apply()
        found = self.env["helpdesk.mail.filter"].search([("pattern", "=", "win@spam.example")])
        self.assertEqual(found.company_id, self.company | self.other_company)

    def test_no_context_of_rpc_makes_a_bulk(self):
        ticket = self.new_ticket(user_id=self.agent.id)
        for value in (True, [False], {"tells_customers": False}, [[False]]):
            with self.subTest(value):
                asked = ticket.with_context(**{BULK: value})
                self.assertIsNone(asked._bridge_bulk())
                self.assertFalse(asked._bridge_mentions_nobody())
        self.assertEqual(ticket._bridge_in_bulk(False)._bridge_bulk(), Bulk(False))

    # Many -----------------------------------------------------

    def test_many_at_once_take_few_queries(self):
        common = {"description": "x", "team_id": self.team.id}

        def queries(act, number, **values):
            tickets = self.env["helpdesk.ticket"].create(
                [{**common, "name": f"T{i}", "partner_email": f"{act}{number}.{i}@b.example"} for i in range(number)]
            )
            tickets._bridge_draw_numbers()  # as the commit does
            self.env.flush_all()
            self.env.invalidate_all()
            wizard = self.bulk(act, tickets, **values)
            shown, done = [], []
            with contextmanager(self._patchExecute)(shown, flush=False):
                self.assertEqual(wizard.count, number)
            with contextmanager(self._patchExecute)(done, flush=False):
                wizard.action_apply()
                self.env.flush_all()
                self.env.cr.precommit.run()
            return [Counter(re.sub(r"\\W+", " ", str(query))[:150] for query in found) for found in (shown, done)]

        for act, values in (
            ("close", {}),
            ("assign", {"user_id": self.ben.id}),
            ("team", {"team_id": self.sales.id}),
            ("spam", {}),
        ):
            with self.subTest(act):
                queries(act, 3, **values)  # what is looked up once
                (shown, done), (more_shown, more_done) = queries(act, 20, **values), queries(act, 80, **values)
                for few, many, most in ((shown, more_shown, 0.03), (done, more_done, 1.1)):
                    each = (many.total() - few.total()) / 60
                    self.assertLessEqual(each, most, (many - few).most_common(8))

    def test_the_list_offers_to_merge_where_that_is_possible(self):
        arch = self.env["helpdesk.ticket"].get_view(view_type="list")["arch"]
        self.assertEqual("action_merge_tickets" in arch, "helpdesk.ticket.merge" in self.env)
        for act in ("close", "assign", "team", "spam", "filter"):
            action = self.env.ref(f"helpdesk_bridge.helpdesk_ticket_bulk_action_{act}")
            self.assertIn(f'name="{action.id}"', arch)
