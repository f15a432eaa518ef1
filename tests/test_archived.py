"""What is archived: it is refused with a way out, or it does what the guide says."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..tools.ticket import events
from ..tools.ticket.events import Event
from .common import new_test_user
from .outbound_case import OutboundCase

JANE, EVE, ANNA = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>", "Anna Agent <anna@example.com>"


class ArchivedCase(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.sla.policy"]._ensure_default(cls.company)
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.progress = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")

    def setUp(self):
        super().setUp()
        self.workspace.action_test_connection()
        self.ticket = self.receive(JANE).ticket_id
        self.quoted = self.answering(self.ticket)

    def states(self, ticket):
        return set(ticket.sla_clock_ids.mapped("state"))

    def health(self, part):
        [found] = [one for one in self.env["helpdesk.bridge.health"]._findings() if one.part == part]
        return found.state.word


@tagged("post_install", "-at_install")
class TestGoneTicket(ArchivedCase):
    """A ticket that is archived, merged, or moved by Accept and move."""

    def test_the_first_message_says_where_it_went(self):
        """Table: what happens to a ticket, and what its first message says then."""
        other = self.receive(JANE, subject="The same fire").ticket_id
        self.deliver()
        link = f"mail/view?model=helpdesk.ticket&amp;res_id={other.id}|{other.mail_reference}>"
        there = f"<{other.slack_url}|open the thread>"
        self.assertTrue(other.slack_url)
        for values, expected in (
            ({"active": False, "duplicate_id": other.id}, ("*Merged into*", link, there)),
            ({"active": True}, ("*Duplicate of*", link, there)),
            ({"duplicate_id": False}, ()),
            ({"active": False}, (":file_folder: *Archived*",)),
            ({"active": True}, ()),
        ):
            with self.subTest(values):
                self.ticket.write(values)
                self.deliver()
                shown = self.shown(self.ticket)
                for words in expected:
                    self.assertIn(words, shown)
                if not expected:
                    self.assertNotRegex(shown, "Merged|Duplicate|Archived")

    def test_it_names_the_ticket_in_which_everything_goes_on(self):
        last, middle = self.receive(JANE, subject="Last").ticket_id, self.receive(JANE, subject="Middle").ticket_id
        middle.write({"active": False, "duplicate_id": last.id})
        self.ticket.write({"active": False, "duplicate_id": middle.id})
        self.deliver()
        self.assertIn(last.mail_reference, self.shown(self.ticket))

    def test_accept_and_move_says_so_even_if_the_message_still_waited(self):
        for sender, delivered in ((EVE, True), ("mal@evil.example", False), (ANNA, True), (ANNA, False)):
            with self.subTest(sender=sender, delivered=delivered):
                self.slack.reset()
                opened = self.receive(sender, self.quoted).ticket_id
                if delivered:
                    self.deliver()
                opened.with_user(self.agent).action_accept_mail()
                self.deliver()
                shown = self.shown(opened)
                self.assertIn("*Merged into*", shown)
                self.assertIn(self.ticket.mail_reference, shown)
                if not delivered or sender == ANNA:
                    posted = [arguments for _method, arguments in self.slack.calls if "blocks" in arguments]
                    about = [one for one in posted if opened.mail_reference in one["text"]]
                    self.assertTrue(about)
                    self.assertNotIn("<!channel>", str(about), "it is nobody's work any more")

    def test_what_waits_arrives_without_mentions(self):
        self.deliver()
        rules = self.env["helpdesk.slack.rule"]
        rules.create({"team_id": self.team.id, "event": "customer_replied", "posted": True, "mentions": True})
        self.slack.new_user("U0AGENT001", self.agent.name, self.agent.email)
        self.ticket.user_id = self.agent
        for active in (True, False):
            with self.subTest(active=active):
                self.comment(self.ticket, f"Hello {active}", author=self.ticket.partner_id)
                self.ticket.active = active
                self.deliver()
                line = self.slack.thread(self.slack.roots()[0])[-1]
                self.assertIn(f"Hello {active}", line["text"])
                self.assertEqual("<@U0AGENT001>" in self.texts(line), active)
        self.assertEqual(set(self.entries(self.ticket).mapped("state")), {"sent"})

    def test_its_clocks_end_and_it_gets_no_automatic_emails(self):
        self.ticket.active = False
        self.assertEqual(self.states(self.ticket), {"canceled"})
        self.write_letters()
        self.assertEqual(self.letters(self.ticket), [("received", "skipped")])

    def test_a_reply_brings_it_back(self):
        for stage in (self.ticket.stage_id, self.done):
            with self.subTest(stage.name):
                self.ticket.write({"active": False, "stage_id": stage.id})
                row = self.receive(JANE, self.quoted)
                self.assertEqual((row.verdict, row.ticket_id), ("replied", self.ticket))
                self.assertTrue(self.ticket.active and not self.ticket.closed)

    def test_a_reply_to_a_merged_ticket_joins_the_other(self):
        other = self.receive(JANE, subject="The same fire").ticket_id
        self.ticket.write({"active": False, "duplicate_id": other.id})
        self.assertEqual(self.receive(JANE, self.quoted).ticket_id, other)
        self.assertFalse(self.ticket.active)


@tagged("post_install", "-at_install")
class TestArchivedTeam(ArchivedCase):
    def test_a_team_with_an_open_mailbox_is_not_archived(self):
        for mailbox in ({}, {"state": "draft"}):
            self.mailbox.write(mailbox)
            with self.subTest(mailbox), self.assertRaisesRegex(ValidationError, "support@example.com.*archive them"):
                self.team.active = False

    def test_the_ways_out(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        for name, values in (("archived", {"active": False}), ("other team", {"helpdesk_team_id": other.id})):
            with self.subTest(name):
                self.mailbox.write({"active": True, "helpdesk_team_id": self.team.id})
                self.mailbox.write(values)
                self.team.active = False
                self.team.active = True

    def test_a_mailbox_is_not_opened_for_an_archived_team(self):
        self.mailbox.active = False
        self.team.active = False
        with self.assertRaisesRegex(ValidationError, "is archived, so nobody"):
            self.mailbox.active = True
        with self.assertRaisesRegex(ValidationError, "is archived, so nobody"):
            self._new_mailbox("sales@example.com", self.team)

    def test_a_team_with_an_alias_is_not_archived(self):
        self.mailbox.active = False
        domain = self.env["mail.alias.domain"].create({"name": "alias.example"})
        self.team.write({"alias_name": "printers", "alias_domain_id": domain.id})
        with self.assertRaisesRegex(ValidationError, "printers@alias.example.*Empty the alias"):
            self.team.active = False
        self.team.alias_name = False
        self.team.active = False

    def test_its_tickets_stay_with_channel_clocks_and_conversation(self):
        office = self._new_mailbox("office@example.com", self.env["helpdesk.ticket.team"].create({"name": "Office"}))
        self.mailbox.active = False
        before = self.states(self.ticket)
        self.team.active = False
        self.assertEqual(self.states(self.ticket), before)
        row = self.receive(JANE, self.quoted, mailbox=office)
        self.assertEqual((row.ticket_id, self.ticket.team_id), (self.ticket, self.team))
        self.deliver()
        self.assertEqual(self.ticket.slack_thread_id.channel_id, self.channel)
        self.assertIn("Customer replied", self.lines(self.ticket)[-1])

    def test_a_policy_of_an_archived_team_is_not_everybodys(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        policy = self.env["helpdesk.sla.policy"].create(
            {"name": "Theirs", "team_ids": other.ids, "sequence": 1, "start_hours": 1}
        )
        other.active = False
        self.env.invalidate_all()
        self.assertNotEqual(self.new_ticket().sla_policy_id, policy)
        self.assertEqual(self.new_ticket(team_id=other.id).sla_policy_id, policy)


@tagged("post_install", "-at_install")
class TestArchivedStage(ArchivedCase):
    def test_no_ticket_is_moved_into_it(self):
        """Table: the setting of the team that names it, and what would move a ticket there."""
        shelf = self.env["helpdesk.ticket.stage"].create({"name": "Shelf"})
        self.team.write({"reopen_stage_id": shelf.id, "assigned_stage_id": shelf.id, "user_ids": self.agent.ids})
        shelf.active = False
        self.ticket.stage_id = self.done
        self.receive(JANE, self.quoted)
        self.assertFalse(self.ticket.closed)
        self.assertTrue(self.ticket.stage_id.active)
        self.team.bridge_assignment = "least_loaded"
        fresh = self.receive(JANE, subject="Other").ticket_id
        self.exhaust(self.Ticket._bridge_assign_next)
        self.assertEqual(fresh.user_id, self.agent)
        self.assertTrue(fresh.stage_id.active)

    def test_tickets_in_it_wait_on_and_their_clocks_too(self):
        shelf = self.env["helpdesk.ticket.stage"].create({"name": "Shelf"})
        self.ticket.sla_policy_id.waiting_stage_ids = shelf
        self.ticket.stage_id = shelf
        self.assertEqual(self.states(self.ticket), {"paused"})
        shelf.active = False
        self.env.invalidate_all()
        self.ticket.priority = "3"
        self.assertEqual(self.states(self.ticket), {"paused"})


@tagged("post_install", "-at_install")
class TestArchivedCategory(ArchivedCase):
    def test_a_policy_of_an_archived_category_or_tag_is_not_everybodys(self):
        for model, field, name in (
            ("helpdesk.ticket.category", "category_ids", "category_id"),
            ("helpdesk.ticket.tag", "tag_ids", "tag_ids"),
        ):
            with self.subTest(model):
                record = self.env[model].create({"name": "Hardware"})
                policy = self.env["helpdesk.sla.policy"].create(
                    {"name": name, field: record.ids, "sequence": 1, "start_hours": 1}
                )
                record.active = False
                self.env.invalidate_all()
                self.assertNotEqual(self.new_ticket().sla_policy_id, policy)
                value = record.id if name == "category_id" else record.ids
                ticket = self.new_ticket(**{name: value})
                self.assertEqual(ticket.sla_policy_id, policy)
                ticket.priority = "3"
                self.assertEqual(ticket.sla_policy_id, policy)
                ticket[name] = False
                self.assertNotEqual(ticket.sla_policy_id, policy)
                ticket[name] = value
                self.assertEqual(ticket.sla_policy_id, policy)


@tagged("post_install", "-at_install")
class TestArchivedMailbox(ArchivedCase):
    def test_replies_leave_by_another_mailbox_of_the_team(self):
        second = self._new_mailbox("second@example.com", self.team)
        self.mailbox.active = False
        self.assertEqual(self.ticket._bridge_mailbox()[0], "second@example.com")
        self.mailbox.active = True
        self.assertEqual(self.ticket._bridge_mailbox()[0], self.SUPPORT)
        second.active = False

    def test_its_address_stays_ours(self):
        self.mailbox.active = False
        self.assertIn(self.SUPPORT, self.env["fetchmail.server"]._helpdesk_addresses())
        self.assertNotIn(self.mailbox, self.env["fetchmail.server"]._listened())

    def test_health_forgets_it(self):
        self.mailbox.error_date = "2026-01-01"
        self.assertNotEqual(self.health("mailboxes"), "ok")
        self.mailbox.active = False
        self.assertEqual(self.health("mailboxes"), "ok")


@tagged("post_install", "-at_install")
class TestArchivedChannel(ArchivedCase):
    def setUp(self):
        super().setUp()
        self.everybody = self._new_channel("#all", "C0SUPPORT02")
        self.company.helpdesk_slack_channel_id = self.everybody

    def test_new_messages_go_to_the_default_channel(self):
        """Table: what is archived, and where a ticket of the team is posted."""
        second = self.env["helpdesk.slack.workspace"].create(
            {"name": "Second", "api_url": self.slack.url, "bot_token": "xoxb-right", "company_id": self.company.id}
        )
        aside = self._new_channel("#aside", "C0SUPPORT03", second)
        for channel, archived, expected in (
            (self.channel, self.channel.browse(), self.channel),
            (self.channel, self.channel, self.everybody),
            (aside, second, self.everybody),
            (aside, aside, self.everybody),
        ):
            with self.subTest(channel=channel.name, archived=archived):
                self.team.slack_channel_id = channel
                archived.active = False
                self.assertEqual(self.entries(self.new_ticket()).channel_id, expected)
                archived.active = True
        (aside | self.everybody).active = False
        self.assertFalse(self.entries(self.new_ticket()))

    def test_what_waits_there_says_so_and_goes_on_afterwards(self):
        for archived in (self.channel, self.workspace):
            with self.subTest(archived._name):
                ticket = self.new_ticket()
                archived.active = False
                self.env.invalidate_all()
                self.assertFalse(self.attempt() & self.entries(ticket))
                self.assertIn("archived in Odoo", ticket.slack_problem)
                self.assertEqual(self.health("outbox"), "look")
                archived.active = True
                self.deliver()
                self.assertEqual(self.entries(ticket).mapped("state"), ["sent"])

    def test_nothing_piles_up_there(self):
        self.deliver()
        self.channel.active = False
        for priority in ("2", "3", "0"):
            self.ticket.priority = priority
        waiting = self.entries(self.ticket).filtered(lambda entry: entry.state == "pending")
        self.assertFalse(waiting.filtered(lambda entry: entry.channel_id == self.channel))
        self.comment(self.ticket, "Hello?", author=self.ticket.partner_id)
        self.deliver()
        self.assertEqual(self.ticket.slack_thread_id.channel_id, self.everybody)
        self.assertFalse(self.Outbox.search([("state", "in", ("pending", "failed"))]).mapped("display_name"))
        self.assertEqual(self.health("outbox"), "ok")


@tagged("post_install", "-at_install")
class TestArchivedPeople(ArchivedCase):
    def test_an_archived_agent_is_nobody_who_can_confirm_and_a_manager_still_can(self):
        row = self.receive(ANNA, self.quoted, body="It is repaired.")
        self.agent.active = False
        self.assertEqual(self.ticket.with_user(self.manager).offer_id, row)
        self.ticket.with_user(self.manager).action_accept_offer()
        self.assertEqual(self.words(self.ticket)[-1], ("public", "It is repaired."))

    def test_an_archived_assignee_is_not_mentioned(self):
        other = new_test_user(self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user", email="otto@example.com")
        self.team.user_ids = other
        self.ticket.user_id = other
        breach, reply = Event(events.SLA_START_BREACHED), Event(events.CUSTOMER_REPLIED)
        self.assertIn("mention_user", self.Outbox.with_user(self.agent)._mention_vals(self.ticket, breach))
        other.active = False
        self.assertEqual(self.Outbox._mention_vals(self.ticket, breach), {"mention": "<!channel>"})
        self.assertEqual(self.Outbox._mention_vals(self.ticket, reply), {})

    def test_a_customer_who_is_archived_still_takes_part(self):
        self.ticket.partner_id.active = False
        self.write_letters()
        self.mails(self.ticket).unlink()
        row = self.receive(JANE, self.quoted)
        self.assertEqual((row.verdict, row.ticket_id), ("replied", self.ticket))
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        self.assertEqual([to for to, _message in self.send()], [["jane@customer.example"]])


@tagged("post_install", "-at_install")
class TestArchivedPolicy(ArchivedCase):
    def test_new_tickets_get_the_next_policy(self):
        first = self.env["helpdesk.sla.policy"].create({"name": "First", "sequence": 1, "start_hours": 1})
        self.assertEqual(self.new_ticket().sla_policy_id, first)
        first.active = False
        self.assertTrue(self.new_ticket().sla_policy_id.is_default)
