"""A ticket that changes its team takes its conversation along."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestThreadMoves(BridgeCase):
    def setUp(self):
        super().setUp()
        self.workspace.action_test_connection()
        self.elsewhere = self._new_channel("#eu", "C0SUPPORT02")
        self.eu = self.env["helpdesk.ticket.team"].create({"name": "EU <Team>", "slack_channel_id": self.elsewhere.id})
        self.jane = self.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        self.ticket = self.new_ticket(partner_id=self.jane.id)
        self.deliver()
        self.slack.calls.clear()

    def old(self):
        return self.slack.roots("C0SUPPORT01")[0]

    def test_a_new_root_in_the_new_channel_and_the_old_one_says_where_it_went(self):
        self.ticket.team_id = self.eu
        self.deliver()
        [new] = self.slack.roots("C0SUPPORT02")
        self.assertEqual(self.ticket.slack_thread_id.ts, new["ts"])
        self.assertIn("<!channel> Ticket of Support", self.texts(new))
        moved = self.old()["blocks"][0]["text"]["text"]
        self.assertEqual(
            moved,
            ":arrow_right: *Moved to* EU &lt;Team&gt; · <#C0SUPPORT02> · "
            f"<https://acme.slack.example/archives/C0SUPPORT02/p{new['ts'].replace('.', '')}|open the thread>",
        )

    def test_the_thread_goes_on_in_the_new_thread(self):
        self.ticket.team_id = self.eu
        self.comment(self.ticket, "Hello?", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): Hello?"])
        self.assertFalse(self.slack.thread(self.old()))
        self.ticket.priority = "3"
        self.deliver()
        self.assertIn("Very High", self.shown(self.ticket))
        self.assertNotIn("Very High", self.texts(self.old()))

    def test_what_was_said_before_the_move_is_said_there_and_first(self):
        self.comment(self.ticket, "Before", author=self.jane)
        self.ticket.team_id = self.eu
        self.comment(self.ticket, "After", author=self.jane)
        self.deliver()
        self.assertEqual(len(self.slack.thread(self.old())), 1)
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): After"])
        self.assertEqual(set(self.entries(self.ticket).mapped("state")), {"sent"})

    def test_the_way_back_begins_anew_too(self):
        self.ticket.team_id = self.eu
        self.deliver()
        self.ticket.team_id = self.team
        self.deliver()
        first, second = self.slack.roots("C0SUPPORT01")
        self.assertEqual(self.ticket.slack_thread_id.ts, second["ts"])
        self.assertIn("Moved to", self.texts(self.slack.roots("C0SUPPORT02")[0]))
        self.assertIn("Moved to", self.texts(first))
        self.assertNotIn("Moved to", self.texts(second))

    def test_a_team_that_tells_nothing_ends_the_thread_visibly(self):
        self.eu.slack_muted = True
        self.ticket.team_id = self.eu
        self.comment(self.ticket, "Hello?", author=self.jane)
        self.deliver()
        self.assertEqual(self.old()["blocks"][0]["text"]["text"], ":arrow_right: *Moved to* EU &lt;Team&gt;")
        self.assertFalse(self.slack.roots("C0SUPPORT02"))
        self.assertFalse(self.slack.thread(self.old()))

    def test_a_team_that_hears_of_no_new_tickets_hears_of_this_one_with_its_next_event(self):
        self.env["helpdesk.slack.rule"].create({"team_id": self.eu.id, "event": "created", "posted": False})
        self.ticket.team_id = self.eu
        self.deliver()
        self.assertFalse(self.slack.roots("C0SUPPORT02"))
        self.assertIn("Moved to", self.texts(self.old()))
        self.comment(self.ticket, "Hello?", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): Hello?"])
        self.assertIn("open the thread", self.texts(self.old()))

    def test_a_closed_ticket_moves_quietly(self):
        self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.ticket.write({"team_id": self.eu.id, "stage_id": self.ticket.stage_id.id})
        self.deliver()
        self.assertNotIn("<!channel>", self.texts(self.slack.roots("C0SUPPORT02")[0]))

    def test_a_team_with_the_same_channel_is_no_move(self):
        self.eu.slack_channel_id = self.channel
        self.ticket.team_id = self.eu
        self.deliver()
        self.assertEqual(len(self.slack.roots()), 1)

    def test_another_default_channel_moves_a_thread_with_its_next_event(self):
        self.team.slack_channel_id = self.elsewhere
        self.ticket.priority = "3"
        self.deliver()
        self.assertIn("Very High", self.texts(self.old()))
        self.comment(self.ticket, "Hello?", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): Hello?"])
        self.assertNotIn("<!channel>", self.texts(self.slack.roots("C0SUPPORT02")[0]))
        self.assertIn("open the thread", self.texts(self.old()))

    # -- away from a channel that is shut ----------------------------------------------------------------------------

    def shut(self):
        """The channel refuses the bot, and what was said there waits."""
        self.slack.misbehave("is_archived")
        self.comment(self.ticket, "Before", author=self.jane)
        with mute_logger("odoo.addons.helpdesk_bridge"):
            self.deliver()
        self.assertEqual(self.channel.state, "paused")
        self.slack.calls.clear()

    def test_a_ticket_that_moves_away_from_a_channel_that_is_shut_goes_on(self):
        self.shut()
        self.ticket.team_id = self.eu
        self.comment(self.ticket, "After", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): After"])
        self.assertEqual(self.ticket.slack_thread_id.channel_id, self.elsewhere)

    def test_so_does_one_whose_team_has_another_channel_in_place_of_an_archived_one(self):
        self.comment(self.ticket, "Before", author=self.jane)
        self.team.slack_channel_id = self.elsewhere
        self.channel.active = False
        self.comment(self.ticket, "After", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): After"])

    def test_what_waited_there_is_said_there_when_the_channel_opens_again(self):
        self.shut()
        self.ticket.team_id = self.eu
        self.deliver()
        self.channel.state = "ok"
        self.deliver()
        [line] = self.slack.thread(self.old())
        self.assertIn("Before", line["text"])
        self.assertIn("open the thread", self.texts(self.old()))
        self.assertEqual(self.ticket.slack_thread_id.channel_id, self.elsewhere)

    def test_a_first_message_that_comes_late_does_not_take_the_thread_back(self):
        self.channel._pause("shut")
        ticket = self.new_ticket()
        self.deliver()
        ticket.team_id = self.eu
        self.deliver()
        self.channel.state = "ok"
        self.deliver()
        self.assertEqual(ticket.slack_thread_id.channel_id, self.elsewhere)
        late = self.slack.roots("C0SUPPORT01")[-1]
        self.assertIn(ticket.mail_reference, late["text"])
        self.assertIn("open the thread", self.texts(late))
        self.assertEqual(set(self.entries(ticket).mapped("state")), {"sent"})

    # -- away from trouble -------------------------------------------------------------------------------------------

    def test_a_line_that_failed_in_the_old_channel_keeps_nothing_from_the_new_one(self):
        self.slack.misbehave("frobnicated")
        self.comment(self.ticket, "Before", author=self.jane)
        with mute_logger("odoo.addons.helpdesk_bridge"):
            self.deliver()
        self.ticket.team_id = self.eu
        self.comment(self.ticket, "After", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): After"])
        failed = self.entries(self.ticket).filtered(lambda entry: entry.state == "failed")
        self.assertEqual(failed.channel_id, self.channel)

    def test_nor_do_lines_that_wait_behind_it(self):
        for behind, postponed in ((1, False), (2, False), (2, True)):
            with self.subTest(behind=behind, postponed=postponed):
                ticket = self.new_ticket(partner_id=self.jane.id)
                self.deliver()
                self.slack.misbehave("frobnicated")
                with mute_logger("odoo.addons.helpdesk_bridge"):
                    for _number in range(behind + 1):
                        self.comment(ticket, "Before", author=self.jane)
                        self.deliver()
                waiting = self.entries(ticket).filtered(lambda one: one.kind == "reply" and one.state == "pending")
                self.assertEqual(len(waiting), behind)
                if postponed:
                    self.Dispatcher._postpone_blocked()
                ticket.team_id = self.eu
                self.comment(ticket, "After", author=self.jane)
                self.deliver()
                self.assertEqual(self.lines(ticket), ["Customer replied (Jane Doe): After"])
                self.assertEqual(set(waiting.mapped("state")), {"pending"})
                # A person repairs what has failed: what was said there is said there, in its order.
                self.entries(ticket).filtered(lambda one: one.state == "failed").action_retry()
                self.deliver()
                self.assertEqual(set(self.entries(ticket).mapped("state")), {"sent"})
                former = ticket.slack_thread_ids.filtered(lambda thread: not thread.is_current)
                [root] = [one for one in self.slack.roots("C0SUPPORT01") if one["ts"] == former.ts]
                self.assertEqual(len(self.slack.thread(root)), behind + 1)

    def test_what_was_deleted_in_the_old_channel_does_not_come_back_there(self):
        for muted in (False, True):
            with self.subTest(muted=muted):
                self.slack.messages.clear()
                ticket = self.new_ticket(partner_id=self.jane.id)
                self.deliver()
                self.slack.delete(self.old())
                self.eu.slack_muted = muted
                ticket.team_id = self.eu
                self.deliver()
                self.assertFalse(self.slack.roots("C0SUPPORT01"))
                self.assertEqual(len(self.slack.roots("C0SUPPORT02")), not muted)
                self.assertNotEqual(ticket.slack_thread_id.channel_id, self.channel)

    def test_a_channel_whose_id_is_corrected_goes_on_in_the_right_one(self):
        """Threads of the wrong one are not taken up again, and do not shut the right one."""
        self.slack.channels.discard("C0SUPPORT01")
        self.slack.channels.add("C0SUPPORT09")
        self.addCleanup(self.slack.channels.update, {"C0SUPPORT01"})
        self.addCleanup(self.slack.channels.discard, "C0SUPPORT09")
        others = [self.new_ticket(partner_id=self.jane.id) for _number in range(2)]
        self.comment(self.ticket, "Hello?", author=self.jane)
        with mute_logger("odoo.addons.helpdesk_bridge"):
            self.deliver()
        self.assertEqual(self.channel.state, "paused")
        self.channel.with_user(self.manager).channel_ref = "C0SUPPORT09"
        self.ticket.priority = "3"
        self.deliver()
        self.assertEqual(self.channel.state, "ok")
        self.assertEqual(len(self.slack.roots("C0SUPPORT09")), 1 + len(others))
        self.assertEqual(self.lines(self.ticket), ["Customer replied (Jane Doe): Hello?"])
        self.assertIn("Very High", self.shown(self.ticket))
        told = self.Outbox.search([("channel_id", "=", self.channel.id)])
        self.assertEqual(set(told.mapped("state")), {"sent"})
