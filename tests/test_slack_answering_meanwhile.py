"""A reply to a customer from Slack, when something happens between the form and what is done with it."""

from odoo.fields import Command
from odoo.tests import tagged

from .slack_acts_case import ANNA, BEN
from .slack_answering_case import SlackAnsweringCase


@tagged("post_install", "-at_install")
class TestSlackAnsweringMeanwhile(SlackAnsweringCase):
    def roll_back(self, savepoint):
        """Undo what has happened, also what the registry remembers of groups."""
        savepoint.rollback()
        self.env.registry.clear_all_caches()

    # Canned replies -------------------------------------------

    def test_canned_replies_that_are_chosen_before_slack_shows_the_former_one(self):
        """Each click has the form as its person saw it: with so many of the earlier choices."""
        first, second, third = self.canned("First.", "Second.", "Third.")
        for name, chosen, wanted in (
            ("at once", [(0, first), (0, second)], ["First.", "Second."]),
            ("one after the other", [(0, first), (1, second)], ["First.", "Second."]),
            ("three at once", [(0, first), (0, second), (0, third)], ["First.", "Second.", "Third."]),
            ("the third saw the first", [(0, first), (0, second), (1, third)], ["First.", "Second.", "Third."]),
            ("the same twice", [(0, first), (0, first)], ["First."]),
        ):
            with self.subTest(name):
                seen = [{**self.open(), "id": f"V{name}"}]
                # Slack gives a view another hash with each change.
                clicks = [(number, template) for number, template in chosen]
                for number, template in clicks:
                    view = {**seen[number], "id": f"V{name}", "hash": f"1.{number}"}
                    typed = self.input(view, "text").get("initial_value") or "Hi"
                    row = self.do(self.choose(view, template, text=typed))
                    self.assertEqual(row.state, "done")
                    seen.append(self.modal())
                self.assertEqual(self.input(self.modal(), "text")["initial_value"], "\n\n".join(["Hi", *wanted]))
                blocks = [[one["block_id"] for one in view["blocks"]] for view in seen]
                self.assertEqual(len(set(map(str, blocks))), len(blocks), "or Slack would go on showing what was typed")

    def test_another_form_and_another_person_choose_for_themselves(self):
        first, second = self.canned("First.", "Second.")
        for user in (ANNA, BEN):
            self.do(self.choose({**self.open(user), "id": f"V{user}"}, first, user, text="Hi"))
        self.do(self.choose({**self.open(), "id": "VOTHER"}, second, text="Hi"))
        self.assertEqual(self.input(self.modal(), "text")["initial_value"], "Hi\n\nSecond.")

    # What the author has not seen -----------------------------

    def colleague_closes(self):
        self.ticket.with_user(self.ben).stage_id = self.done_stage

    def colleague_archives(self):
        self.ticket.with_user(self.ben).active = False

    def colleague_merges(self):
        values = {"name": "The same", "description": "<p>x</p>", "team_id": self.team.id}
        other = self.env["helpdesk.ticket"].create({**values, "partner_id": self.jane.id})
        self.ticket.with_user(self.ben).write({"duplicate_id": other.id, "active": False})

    def colleague_replies(self):
        self.comment(self.ticket, "Have a look", user=self.ben)

    def author_replies(self):
        self.comment(self.ticket, "Have a look", user=self.agent)

    def colleague_notes(self):
        self.comment(self.ticket, "Hm", user=self.ben, note=True)

    def test_what_happened_while_the_form_was_open_stops_the_reply(self):
        """As it does while the reply is held: nobody says something to a customer that has become wrong unseen."""
        for happens, state, why in (
            (lambda: self.jane_writes("It works again!"), "stopped", "The customer wrote meanwhile."),
            (self.colleague_replies, "stopped", "Ben Colleague answered meanwhile."),
            (self.colleague_closes, "stopped", "The ticket was closed, merged or archived meanwhile."),
            (self.colleague_archives, "stopped", "The ticket was closed, merged or archived meanwhile."),
            (self.colleague_merges, "stopped", "The ticket was closed, merged or archived meanwhile."),
            (self.author_replies, "held", False),
            (self.colleague_notes, "held", False),
        ):
            for hold in (30, 0):
                with self.subTest(happens=happens, hold=hold), self.env.cr.savepoint() as savepoint:
                    self.team.reply_hold = hold
                    view, before = self.open(), self.Reply.search([])
                    happens()
                    self.told()
                    row = self.do(self.submission(view, text="Unplug it."))
                    reply = self.Reply.search([]) - before
                    wanted = state if hold or state == "stopped" else "sent"
                    self.assertEqual((reply.state, reply.reason), (wanted, why))
                    self.assertEqual(row.state, "ignored" if why else "done")
                    if why:
                        [told] = self.told()
                        self.assertIn(why, told)
                        self.assertIn("You wrote: Unplug it.", told)
                        self.assertNotIn("Unplug it.", self.said())
                        again = self.do(self.submission(view, text="Unplug it."))
                        self.assertEqual((again.state, self.Reply.search([]) - before), ("ignored", reply))
                    self.roll_back(savepoint)

    def test_a_stopped_form_is_decided_about_in_the_thread(self):
        view = self.open()
        self.jane_writes("It works again!")
        reply = self.submit(view=view)
        self.deliver()
        self.assertEqual(self.labels(self.line("reply_stopped")["blocks"]), ["Send anyway", "Discard"])
        self.assertEqual(self.press("send_anyway", reply).state, "done")
        self.assertEqual(self.said(), ["Unplug it."])

    def test_what_was_said_before_the_form_was_opened_stops_nothing(self):
        self.jane_writes("It burns!")
        self.colleague_closes()
        template = self.canned("Unplug it.")
        self.assertEqual(self.submit().state, "held")
        view = self.open()
        self.jane_writes("And smokes!")
        self.do(self.choose(view, template, text="Hi"))
        self.assertEqual(
            self.submit("Hi", view=self.modal()).state, "stopped", "a canned reply is no look at the thread"
        )
        view = self.open()
        self.colleague_merges()
        self.do(self.choose({**view, "id": "VMERGED"}, template, text="Hi"))
        other = self.ticket.duplicate_id
        self.do(self.submission(self.modal(), text="Hi"))
        self.assertEqual(self.Reply.search([("ticket_id", "=", other.id)]).state, "stopped")

    # Taking back ----------------------------------------------

    def becomes_read_only(self):
        """The author follows the ticket, and works in Helpdesk no more."""
        self.ticket.message_subscribe(self.agent.partner_id.ids)
        self.agent.sudo().group_ids = self.env.ref("base.group_user")

    def test_nothing_that_changes_meanwhile_refuses_undo(self):
        """Otherwise the reply would be sent: its author may still read the ticket."""
        off = self.team.copy({"name": "Others", "slack_replies": "off", "user_ids": [Command.set(self.agent.ids)]})
        for name, happens in (
            ("off", lambda: self.team.write({"slack_replies": "off"})),
            ("another team", lambda: self.ticket.write({"team_id": off.id})),
            ("another company", self.elsewhere),
            ("read only", self.becomes_read_only),
            ("no access", self.loses_access),
        ):
            for button, state in (("undo", "held"), ("discard", "stopped")):
                with self.subTest(name, button=button), self.env.cr.savepoint() as savepoint:
                    reply = self.submit()
                    if state == "stopped":
                        self.jane_writes("It works again!")
                    happens()
                    self.assertEqual(reply.state, state)
                    row = self.do(self.click(button, ticket=reply))
                    self.assertEqual((row.state, reply.state), ("done", "undone"), row.reason)
                    self.roll_back(savepoint)

    def test_who_is_not_its_author_takes_nothing_back_whatever_changes(self):
        reply = self.submit()
        self.team.slack_replies = "off"
        for user in (BEN, "U0NOBODY01"):
            row = self.do(self.click("undo", user, ticket=reply))
            self.assertEqual((row.state, reply.state), ("ignored", "held"))

    def loses_access(self):
        self.ticket.user_id = self.ben
        self.agent.sudo().group_ids = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")

    # Words ----------------------------------------------------

    def elsewhere(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.ticket.write({"team_id": False, "user_id": False})
        self.ticket.company_id = other

    def test_whoever_is_refused_gets_their_words_back(self):
        for name, happens, why in (
            ("note", lambda: self.team.write({"slack_replies": "note"}), "does not reply to customers from Slack"),
            ("off", lambda: self.team.write({"slack_replies": "off"}), "does not take anything from Slack"),
            ("archived user", lambda: self.agent.sudo().write({"active": False}), "is archived"),
            ("rights", self.loses_access, "may not read"),
            ("deleted", lambda: self.ticket.sudo().unlink(), "no such ticket"),
            ("another company", self.elsewhere, "no such ticket"),
            ("no customer", lambda: self.ticket.write({"partner_id": False, "partner_email": False}), "Nobody would"),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                view = self.open()
                happens()
                if name == "no customer":
                    self.ticket.email_cc = False
                self.told()
                row = self.do(self.submission(view, text="Unplug <it>."))
                self.assertEqual(row.state, "ignored")
                [told] = self.told()
                self.assertIn(why, told)
                self.assertIn("You wrote: Unplug &lt;it&gt;.", told)
                self.assertNotIn("Unplug", row.reason, "the list is read by others")
                self.roll_back(savepoint)
