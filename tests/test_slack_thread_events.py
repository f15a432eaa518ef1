"""The whole life of a ticket is told in its thread: who and what, once, in order."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Datetime
from odoo.tests import tagged

from ..models.ticket.helpdesk_ticket_events import Change
from ..tools.ticket import events
from ..tools.ticket.events import Event
from .common import BridgeCase, InboundCase, new_test_user, without_our_write


@tagged("post_install", "-at_install")
class TestThreadStory(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        cls.ben = new_test_user(cls.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", name="Ben Agent")
        cls.team.user_ids = cls.agent | cls.ben

    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket(partner_id=self.jane.id, partner_email=self.jane.email)
        self.new = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        self.progress = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        self.done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.canceled = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        self.deliver()

    def told(self):
        self.deliver()
        return self.lines(self.ticket)

    def as_agent(self):
        return self.ticket.with_user(self.agent)

    # -- assigned ----------------------------------------------------------------------------------------------------

    def test_taking_a_ticket_is_told(self):
        self.as_agent().assign_to_me()
        self.assertEqual(self.told(), ["Anna Agent took it"])
        self.assertIn("*Assignee*\nAnna Agent", self.shown(self.ticket))

    def test_assigning_it_to_another_names_both(self):
        self.as_agent().user_id = self.ben
        self.assertEqual(self.told(), ["Anna Agent assigned it to Ben Agent"])

    def test_a_program_that_assigns_has_no_name(self):
        self.ticket.with_user(self.env.ref("base.user_root")).user_id = self.agent
        self.assertEqual(self.told(), ["Assigned to Anna Agent"])

    def test_taking_somebody_off_only_changes_the_first_message(self):
        self.ticket.user_id = self.agent
        self.deliver()
        said = len(self.told())
        self.ticket.user_id = False
        self.assertEqual(len(self.told()), said)
        self.assertIn("*Assignee*\nUnassigned", self.shown(self.ticket))

    def test_assigning_whom_it_has_already_is_no_event(self):
        self.as_agent().user_id = self.agent
        self.as_agent().write({"user_id": self.agent.id})
        self.assertEqual(self.told(), ["Anna Agent took it"])

    def test_who_a_new_ticket_belongs_to_stands_in_its_first_message_only(self):
        ticket = self.new_ticket(user_id=self.agent.id)
        self.deliver()
        self.assertEqual(self.lines(ticket), [])
        self.assertIn("*Assignee*\nAnna Agent", self.shown(ticket))

    # -- closed and reopened -----------------------------------------------------------------------------------------

    def test_closing_tells_who_and_after_how_long(self):
        born = Datetime.now() - timedelta(hours=3, minutes=12, seconds=5)
        self.env.cr.execute("UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s", (born, self.ticket.id))
        self.ticket.invalidate_recordset()
        self.as_agent().stage_id = self.done
        self.assertEqual(self.told(), ["Closed by Anna Agent after 3 h 12 min"])
        self.assertIn(":white_check_mark: Done", self.shown(self.ticket))

    def test_from_one_closed_stage_to_another_it_stays_closed(self):
        self.as_agent().stage_id = self.done
        self.as_agent().stage_id = self.canceled
        self.assertEqual(self.told(), ["Closed by Anna Agent after less than a minute"])
        self.assertIn("Cancelled", self.shown(self.ticket))

    def test_reopening_tells_who(self):
        self.as_agent().stage_id = self.done
        self.as_agent().stage_id = self.progress
        self.assertEqual(self.told()[1:], ["Reopened by Anna Agent"])

    def test_an_open_stage_after_another_only_changes_the_first_message(self):
        self.as_agent().stage_id = self.progress
        self.assertEqual(self.told(), [])
        self.assertIn(":large_blue_circle: In Progress", self.shown(self.ticket))

    def test_closing_and_assigning_at_once_is_told_in_this_order(self):
        self.as_agent().write({"stage_id": self.done.id, "user_id": self.ben.id})
        self.assertEqual(
            self.told(), ["Anna Agent assigned it to Ben Agent", "Closed by Anna Agent after less than a minute"]
        )

    def test_a_change_that_another_one_brings_along_is_told_too(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other", "slack_channel_id": self.channel.id})
        self.ticket.user_id = self.agent
        self.deliver()
        self.ticket.team_id = other  # Anna is not in that team: helpdesk_mgmt takes her off
        self.deliver()
        self.assertFalse(self.ticket.user_id)
        self.assertIn("*Assignee*\nUnassigned", self.shown(self.ticket))

    def test_a_write_inside_a_write_is_told_once(self):
        write = self.registry["mail.thread"].write

        def automation(records, vals):
            result = write(records, vals)
            if "stage_id" in vals:
                records.write({"user_id": self.agent.id})
            return result

        with patch.object(self.registry["mail.thread"], "write", automation):
            self.as_agent().stage_id = self.progress
        self.assertEqual(self.told(), ["Anna Agent took it"])

    # -- replies -----------------------------------------------------------------------------------------------------

    def test_what_a_customer_says_is_told(self):
        self.comment(self.ticket, "It still burns.", author=self.jane)
        self.assertEqual(self.told(), ["Customer replied (Jane Doe): It still burns."])
        self.assertIn("*Jane Doe*", self.slack.messages[-1]["blocks"][0]["text"]["text"])

    def test_what_an_agent_answers_is_told_with_its_attachments(self):
        files = [("how to <unplug>.pdf", b"x"), ("b.png", b"y")]
        self.comment(self.ticket, "Unplug it.", user=self.agent, attachments=files)
        self.assertEqual(self.told(), ["Anna Agent replied: Unplug it. :paperclip: how to &lt;unplug&gt;.pdf, b.png"])

    def test_only_new_words_are_told(self):
        body = "<p>Yes, it does.</p><blockquote data-o-mail-quote='1'>Does it burn?</blockquote>"
        self.comment(self.ticket, body, author=self.jane, body_is_html=True)
        self.assertEqual(self.told(), ["Customer replied (Jane Doe): Yes, it does."])

    def test_a_customer_cannot_call_anybody(self):
        self.jane.name = "<!here> Jane"
        self.comment(self.ticket, "<!channel> <https://evil.example|Odoo>", author=self.jane)
        [line] = self.told()
        self.assertNotIn("<", line)
        self.assertNotIn("<!", str(self.slack.messages[-1]["blocks"]))

    def test_an_internal_note_stays_inside(self):
        self.comment(self.ticket, "She is rude.", user=self.agent, note=True)
        self.assertEqual(self.told(), [])

    def test_an_internal_note_is_told_where_the_team_says_so(self):
        self.env["helpdesk.slack.rule"].create({"team_id": self.team.id, "event": "noted"})
        self.comment(self.ticket, "She is rude.", user=self.agent, note=True)
        self.assertEqual(self.told(), ["Internal note of Anna Agent: She is rude."])

    def test_what_a_program_says_is_no_answer(self):
        bot = self.env.ref("base.partner_root")
        self.comment(self.ticket, "Your ticket is number 7.", author=bot)
        self.ticket.message_post(body="Something happened", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.told(), [])

    def test_a_customers_comment_on_a_closed_ticket_is_told_before_it_reopens(self):
        self.ticket.stage_id = self.done
        self.deliver()
        portal = new_test_user(self.env, "jane", groups="base.group_portal", name="Jane", email="j@customer.example")
        self.ticket.partner_id = portal.partner_id
        self.comment(self.ticket, "Still burning", user=portal)
        self.assertEqual(self.told()[1:], ["Customer replied (Jane): Still burning", "Reopened, because Jane replied"])

    def test_a_line_says_what_was_true_when_it_happened(self):
        self.slack.misbehave((429, {"Retry-After": "1"}, {"ok": False, "error": "ratelimited"}))
        self.as_agent().assign_to_me()
        self.attempt()
        self.agent.name = "Somebody Else"
        self.make_due(self.entries(self.ticket))
        self.assertEqual(self.told(), ["Anna Agent took it"])

    def test_lines_are_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        self.as_agent().with_context(lang="en_US").assign_to_me()
        self.assertEqual(self.told(), ["Anna Agent l'a pris en charge"])

    # -- who is told at all ------------------------------------------------------------------------------------------

    def test_a_ticket_without_a_channel_queues_nothing(self):
        self.team.slack_muted = True
        ticket = self.new_ticket()
        ticket.stage_id = self.done
        self.comment(ticket, "Hello", author=self.jane)
        self.assertFalse(self.entries(ticket))

    def test_a_ticket_never_told_before_begins_its_thread_with_its_first_event(self):
        self.team.slack_muted = True
        ticket = self.new_ticket(partner_id=self.jane.id)
        self.team.slack_muted = False
        ticket.priority = "3"
        self.assertFalse(self.entries(ticket), "what has no word begins no thread")
        self.comment(ticket, "Hello?", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Customer replied (Jane Doe): Hello?"])
        self.assertNotIn("<!channel>", self.shown(ticket))

    def test_a_change_of_many_tickets_calls_nobody(self):
        self.env["helpdesk.slack.rule"].create({"team_id": self.team.id, "event": "closed", "mentions": True})
        self.company.helpdesk_slack_mention = "here"
        tickets = self.env["helpdesk.ticket"].browse(self.new_ticket(name=f"Row {n}").id for n in range(21))
        self.deliver()
        self.env.cr.cache.pop("helpdesk_bridge.mentioning", None)
        tickets.with_user(self.agent).stage_id = self.done
        self.deliver()
        lines = [message for message in self.slack.messages if "Closed by" in message["text"]]
        self.assertEqual(len(lines), 21)
        self.assertFalse([line for line in lines if "<!here>" in str(line)])

    # -- cost --------------------------------------------------------------------------------------------------------

    def queries_of(self, values):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.ticket.write(values)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_write_that_can_change_nothing_we_tell_costs_nothing(self):
        self.queries_of({"color": 1, "sequence": 1})
        cost = self.queries_of({"color": 2, "sequence": 2})
        with without_our_write(self.ticket):
            self.assertEqual(cost, self.queries_of({"color": 3, "sequence": 3}))

    def test_a_field_that_others_compute_our_facts_from_may_be_news(self):
        telling = self.env["helpdesk.ticket"]._bridge_tracked_keys()
        self.assertLessEqual({"stage_id", "team_id", "user_id", "priority", "name"}, telling)
        self.assertFalse({"color", "sequence", "kanban_state", "closed_date"} & telling)

    def test_edits_of_one_transaction_are_enqueued_once(self):
        def waiting():
            return self.entries(self.ticket).filtered(lambda entry: entry.kind == "update" and entry.state == "pending")

        self.ticket.priority = "2"
        self.ticket.priority = "3"
        self.assertEqual(len(waiting()), 1)
        self.deliver()
        self.ticket.priority = "1"
        self.assertEqual(len(waiting()), 1, "the first one was sent")
        self.deliver()
        with suppress(ZeroDivisionError), self.env.cr.savepoint():
            self.ticket.priority = "2"
            raise ZeroDivisionError
        self.ticket.priority = "3"
        self.assertEqual(len(waiting()), 1, "the one before was rolled back")

    def test_owing_a_line_costs_two_queries_beside_the_wake_up(self):
        ticket = self.ticket.sudo()
        before, after = ticket._bridge_facts(), replace(ticket._bridge_facts(), closed=True)
        change = Change(ticket, (Event(events.CLOSED),), before, after)
        outbox = self.Outbox.with_user(self.agent)
        outbox._enqueue([change])
        self.env.flush_all()
        with self.assertQueryCount(4):  # what was told already; the rows; twice for the wake-up
            outbox._enqueue([change])
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestMailStory(InboundCase):
    def test_a_customers_email_is_told_and_the_one_that_opened_the_ticket_is_not(self):
        ticket = self.receive("Jane Doe <jane@customer.example>").ticket_id
        self.receive("Jane Doe <jane@customer.example>", self.answering(ticket), body="It still burns.")
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Customer replied (Jane Doe): It still burns."])

    def test_an_email_of_nobody_we_know_is_the_customers(self):
        self.company.helpdesk_create_partner = False
        ticket = self.receive("Jane Doe <jane@customer.example>").ticket_id
        self.receive("Jane Doe <jane@customer.example>", self.answering(ticket), body="Me again.")
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Customer replied (Jane Doe (jane@customer.example)): Me again."])

    def test_an_email_on_a_closed_ticket_reopens_it_by_name(self):
        ticket = self.receive("Jane Doe <jane@customer.example>").ticket_id
        quoted = self.answering(ticket)
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.receive("Jane Doe <jane@customer.example>", quoted, body="Again!")
        self.deliver()
        self.assertEqual(
            self.lines(ticket)[1:], ["Customer replied (Jane Doe): Again!", "Reopened, because Jane Doe replied"]
        )

    def test_an_agents_email_is_an_answer(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.receive("Jane Doe <jane@customer.example>").ticket_id
        self.receive("anna@example.com", self.vouched("anna@example.com"), self.answering(ticket), body="Unplug it.")
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Anna Agent replied: Unplug it."])

    def test_an_automatic_answer_is_no_reply(self):
        ticket = self.receive("Jane Doe <jane@customer.example>").ticket_id
        self.receive("Jane Doe <jane@customer.example>", self.answering(ticket), "Auto-Submitted: auto-replied")
        self.deliver()
        self.assertEqual(self.lines(ticket), [])
