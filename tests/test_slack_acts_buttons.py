"""The buttons under a ticket's first message: as the linked person, idempotent by intent, with words when refused."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.common.ir_cron import AT_WORK, AT_WORK_KEY
from ..models.slack_acts import slack_saying
from .common import new_test_user
from .slack_acts_case import ANNA, BEN, SlackActsCase
from .slack_inbound_case import CHANNEL


@tagged("post_install", "-at_install")
class TestSlackActsButtons(SlackActsCase):
    def test_take_gives_the_ticket_to_who_clicks(self):
        row = self.do(self.click("take"))
        self.assertEqual((row.state, row.user_id, row.ticket_id), ("done", self.agent, self.ticket))
        self.assertEqual(row.reason, "Taken via Slack.")
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertIn(("Anna Agent", "Taken via Slack"), self.logged())
        self.assertFalse(self.told(), "the card shows it")
        self.assertEqual(
            self.entries(self.ticket).filtered(lambda one: one.state == "pending").mapped("kind"), ["reply", "update"]
        )

    def test_a_second_take_says_who_has_it(self):
        self.do(self.click("take"))
        row = self.do(self.click("take", BEN))
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual(row.state, "ignored")
        [words] = self.told()
        self.assertIn("Anna Agent has", words)
        self.assertIn(self.ticket.mail_reference, words)

    def test_a_double_click_is_one_take(self):
        self.deliver_to_odoo(self.click("take"))
        self.deliver_to_odoo(self.click("take"))
        self.work_off()
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual([words for _who, words in self.logged()].count("Taken via Slack"), 1)
        self.assertEqual(len(self.told()), 1)

    def test_two_people_at_once_are_one_take(self):
        for user in (BEN, ANNA):
            self.deliver_to_odoo(self.click("take", user))
        self.work_off()
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertIn("Ben Colleague has", self.told()[0])

    def test_a_click_comes_before_what_is_said_elsewhere(self):
        elsewhere = "1700000000.000300"
        other = self.env["helpdesk.ticket"].create({"name": "Other", "description": "x", "team_id": self.team.id})
        self.env["helpdesk.slack.thread"]._begin(other, self.channel, CHANNEL, elsewhere)
        for name, said, expected in (
            ("in other threads", [elsewhere] * 3, ["block_action", *["message"] * 3]),
            ("before in this one", [elsewhere, self.root_ts], ["message", "message", "block_action"]),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.receive(*[self.reply(thread_ts=thread) for thread in said], self.click("take"))
                taken = self.Inbox
                while work := self.Inbox._begin_next():
                    taken += self.Inbox.browse(work.entry_id)
                    taken[-1:].state = "done"
                self.assertEqual(taken.mapped("kind"), expected)
                savepoint.rollback()

    def test_close_and_reopen(self):
        self.ticket.user_id = self.agent
        self.assertEqual(self.do(self.click("close")).state, "done")
        self.assertEqual(self.ticket.stage_id, self.done_stage)
        letters = self.env["helpdesk.letter"].search([("ticket_id", "=", self.ticket.id)])
        self.assertEqual(len(letters), 1, "the closing email, as ever")
        self.do(self.click("close", BEN))
        self.assertIn("closed already", self.told()[0])
        self.do(self.click("reopen", BEN))
        self.assertFalse(self.ticket.closed)
        self.do(self.click("reopen"))
        self.assertIn("open already", self.told()[0])
        said = [("Anna Agent", "Closed via Slack"), ("Ben Colleague", "Reopened via Slack")]
        self.assertEqual([line for line in self.logged() if line in said], said)

    def test_a_closed_ticket_is_not_taken(self):
        self.ticket.stage_id = self.done_stage
        self.do(self.click("take"))
        self.assertFalse(self.ticket.user_id)
        self.assertIn("Reopen it first", self.told()[0])

    def test_not_a_ticket_archives_it_and_tells_the_customer_nothing(self):
        before = self.env["mail.mail"].search_count([]), self.env["helpdesk.letter"].search_count([])
        self.do(self.click("menu", option="no_ticket"))
        self.assertFalse(self.ticket.active)
        self.env.flush_all()
        after = self.env["mail.mail"].search_count([]), self.env["helpdesk.letter"].search_count([])
        self.assertEqual(after, before)
        self.assertIn(("Anna Agent", "Archived via Slack: not a ticket"), self.logged())
        self.do(self.click("menu", option="no_ticket"))
        self.assertIn("archived already", self.told()[0])
        self.do(self.click("reopen"))
        self.assertTrue(self.ticket.active)

    def test_what_a_person_does_is_a_persons_doing_although_a_cron_does_it(self):
        self.ticket.customer_replied = True
        stages = self.team._get_applicable_stages().filtered(lambda one: not one.closed) - self.ticket.stage_id
        inbox = self.Inbox.with_context(cron_id=1)
        self.do(self.click("menu", option="stage"))
        self.deliver_to_odoo(self.submission(self.modal(), value=stages[0].id))
        self.Inbox = inbox.with_context(**{AT_WORK_KEY: AT_WORK})
        self.work_off()
        self.assertEqual(self.ticket.stage_id, stages[0])
        self.assertFalse(self.ticket.customer_replied, "an agent has moved it")

    # ------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------

    def test_a_form_is_there_before_the_acknowledgement_and_filled_afterwards(self):
        self.deliver_to_odoo(self.click("menu", option="assign"))
        self.assertEqual(self.modal_text(), "One moment…")
        self.work_off()
        [block] = self.modal()["blocks"]
        self.assertEqual(
            [one["text"]["text"] for one in block["element"]["options"]], ["Anna Agent", "Ben Colleague", "Nobody"]
        )

    def test_assign_and_hand_over(self):
        self.do(self.click("menu", option="assign"))
        row = self.do(self.submission(self.modal(), value=self.ben.id))
        self.assertEqual((row.state, row.ticket_id, row.user_id), ("done", self.ticket, self.agent))
        self.assertEqual(self.ticket.user_id, self.ben)
        self.do(self.click("hand_over"))
        self.assertEqual(self.modal()["title"]["text"], "Hand over")
        self.do(self.submission(self.modal(), value=0))
        self.assertFalse(self.ticket.user_id)
        said = [words for _who, words in self.logged()]
        self.assertEqual([w for w in said if "via Slack" in w], ["Assigned via Slack", "Unassigned via Slack"])

    def test_what_a_colleague_did_meanwhile_is_not_overwritten(self):
        self.do(self.click("menu", option="assign"))
        form = self.modal()
        self.do(self.click("take", BEN))
        row = self.do(self.submission(form, value=self.agent.id))
        self.assertEqual((row.state, self.ticket.user_id), ("ignored", self.ben))
        self.assertIn("Meanwhile Ben Colleague has", self.told()[0])
        self.do(self.click("menu", option="stage"))
        form, stages = self.modal(), self.team._get_applicable_stages()
        self.ticket.stage_id = stages[1]
        self.do(self.submission(form, value=stages[2].id))
        self.assertEqual(self.ticket.stage_id, stages[1])
        self.assertIn("Meanwhile", self.told()[0])

    def test_stage_and_priority(self):
        stages = self.team._get_applicable_stages()
        self.do(self.click("menu", option="stage"))
        self.do(self.submission(self.modal(), value=stages[1].id))
        self.assertEqual(self.ticket.stage_id, stages[1])
        self.do(self.click("menu", option="priority"))
        form = self.modal()
        self.do(self.submission(form, value="3"))
        self.assertEqual(self.ticket.priority, "3")
        self.do(self.submission(form, value="3"))
        self.assertIn("Very High already", self.told()[0])
        self.do(self.submission(form, value="9"))
        self.assertEqual(self.ticket.priority, "3")
        self.assertIn(("Anna Agent", "Priority set to Very High via Slack"), self.logged())

    def test_nobody_gets_a_ticket_who_cannot_work_on_it(self):
        outsider = new_test_user(self.env, "outsider", groups="helpdesk_mgmt.group_helpdesk_user")
        self.do(self.click("menu", option="assign"))
        row = self.do(self.submission(self.modal(), value=outsider.id))
        self.assertEqual((row.state, self.ticket.user_id.id), ("ignored", False))

    def test_a_form_that_could_not_be_opened_in_time_is_said(self):
        self.slack.triggers.clear()
        click = self.click("menu", option="stage")
        self.slack.triggers.clear()
        with patch.object(slack_saying, "PAUSE", 0):
            self.do(click)
        self.assertIn("click again", " ".join(self.told()), "somebody explains it")

    # ------------------------------------------------------------
    # Who may not
    # ------------------------------------------------------------

    def test_a_stranger_a_guest_and_who_is_unlinked_do_nothing_and_are_told_each_time(self):
        self.slack.new_user("U0GUEST001", "Gina Guest", "anna@example.com", is_restricted=True)
        self.slack.new_user("U0STRANGE1", "Mallory", "anna@example.com", team_id="T0OTHER01")
        self.slack.new_user("U0NEW00001", "Nora New", "nora@example.com")
        for user, why in (
            ("U0GUEST001", "a guest"),
            ("U0STRANGE1", "another Slack workspace"),
            ("U0NEW00001", "No Odoo user is linked"),
        ):
            for name in ("take", "close", "reopen"):
                with self.subTest(user, name=name):
                    row = self.do(self.click(name, user))
                    self.assertEqual((row.state, row.user_id.id), ("ignored", False))
                    self.assertIn(why, row.reason)
                    self.assertIn(why, self.told()[0])
        row = self.do(self.click("take", "U0STRANGE1", team={"id": "T0OTHER01", "domain": "globex"}))
        self.assertEqual(row.state, "ignored", "a click in a shared channel names the workspace of who has clicked")
        self.do(self.click("menu", "U0GUEST001", option="assign"))
        self.assertIn("a guest", self.modal_text(), "at the form that had to be opened at once")
        self.assertFalse(self.ticket.user_id or self.ticket.closed)

    def test_a_form_is_submitted_by_who_may(self):
        self.slack.new_user("U0GUEST001", "Gina Guest", "anna@example.com", is_restricted=True)
        self.do(self.click("menu", option="assign"))
        row = self.do(self.submission(self.modal(), "U0GUEST001", value=self.ben.id))
        self.assertEqual((row.state, self.ticket.user_id.id), ("ignored", False))

    def test_odoos_access_rights_decide(self):
        self.ben.group_ids = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.agent
        for click in (self.click("close", BEN), self.click("menu", BEN, option="no_ticket")):
            row = self.do(click)
            self.assertEqual(row.state, "ignored")
            self.assertIn("may not read this ticket", self.told()[0])
        self.ben.group_ids = self.env.ref("base.group_user")
        self.ticket.message_subscribe(self.ben.partner_id.ids)
        self.do(self.click("close", BEN))
        self.assertIn("may not change this ticket", self.told()[0])
        self.assertFalse(self.ticket.closed)

    def test_who_is_not_in_the_team_is_told_what_odoo_says(self):
        self.team.user_ids = self.agent
        row = self.do(self.click("take", BEN))
        self.assertEqual(row.state, "ignored")
        self.assertIn("not a member of the assigned team", self.told()[0])
        self.assertFalse(self.ticket.user_id)

    def test_a_user_of_another_company_does_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.ben.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        row = self.do(self.click("take", BEN))
        self.assertEqual((row.state, self.ticket.user_id.id), ("ignored", False))

    def test_a_ticket_of_another_company_is_not_named_by_a_button(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.agent.company_ids |= other
        theirs = self.env["helpdesk.ticket"].create(
            {"name": "Theirs", "description": "<p>x</p>", "company_id": other.id, "team_id": False}
        )
        row = self.do(self.click("close", ticket=theirs))
        self.assertEqual(row.state, "ignored")
        self.assertFalse(theirs.closed)

    def test_what_odoo_cannot_do_is_said_in_the_end(self):
        def broken(entry, ticket, work):
            entry._say(work, "Done!")
            raise RuntimeError("broken")

        with (
            patch.object(type(self.Inbox), "_act_take", broken),
            self.assertLogs("odoo.addons.helpdesk_bridge", "ERROR"),
        ):
            row = self.do(self.click("take"))
            self.assertFalse(self.told())
            for _attempt in range(2):
                self.make_due(row)
                self.work_off()
        self.assertEqual(row.state, "failed")
        self.assertIn("could not do this", self.told()[0])
