"""Replies to customers from Slack: the modal with the real recipients, the hold, its buttons, and who may."""

from unittest.mock import patch

from odoo.tests import tagged

from ..tools.slack import reply_modal
from .common import new_test_user
from .slack_acts_case import ANNA, BEN, CHANNEL
from .slack_answering_case import BOB, JANE, SlackAnsweringCase


@tagged("post_install", "-at_install")
class TestSlackAnswering(SlackAnsweringCase):
    # The modal ------------------------------------------------

    def test_the_modal_names_who_gets_it(self):
        view = self.open()
        labels = [one["text"]["text"] for one in self.input(view, "recipients")["options"]]
        self.assertEqual(labels, [f"To: Jane Doe <{JANE}>", f"Cc: Bob <{BOB}>"])
        self.assertEqual(len(self.input(view, "recipients")["initial_options"]), 2)
        self.assertIn("Printer is on fire", self.input(view, "subject")["initial_value"])

    def test_submitted_it_is_held_and_the_thread_says_so(self):
        reply = self.submit("Unplug\nit <now>")
        self.assertEqual((reply.state, reply.author_id, reply.source), ("held", self.agent, "slack"))
        self.assertEqual((self.said(), self.mailed()), ([], []))
        self.deliver()
        line = self.line("reply_held")
        self.assertIn("*Anna Agent* is answering", line["blocks"][0]["text"]["text"])
        self.assertIn(">Unplug\n>it &lt;now&gt;", line["blocks"][0]["text"]["text"])
        self.assertEqual(self.labels(line["blocks"]), ["Undo", "Send now"])
        [root] = [one for one in self.slack.messages if one["ts"] == self.root_ts]
        self.assertIn("Anna Agent is answering", str(root["blocks"]))

    def test_a_form_that_is_submitted_again_is_one_reply(self):
        view = self.open()
        first = self.submit("Unplug it.", view=view)
        again = self.submit("Unplug it.", view=view)
        self.assertEqual((again, first.state), (first, "held"))
        self.assertIn("is held", " ".join(self.told()))
        corrected = self.submit("Plug it in.", view=view)
        self.assertNotEqual(corrected, first)
        self.assertEqual((first.state, corrected.state), ("undone", "held"), "the last words count")
        corrected._send_now(self.agent)
        self.assertEqual(self.submit("Plug it in.", view=view), corrected)
        self.assertEqual(self.said(), ["Plug it in."])
        other = self.submit("Another one.", view={**view})
        self.assertEqual((other == corrected, other.state), (False, "held"), "another form is another reply")

    def test_undo_and_again_and_sent(self):
        reply = self.submit("Cut the red wire.", recipients=[reply_modal.key(JANE)])
        self.deliver()
        row = self.press("undo", reply)
        self.assertEqual((row.state, reply.state), ("done", "undone"))
        self.assertIn("Cut the red wire.", self.told()[0], "nothing that they wrote is lost")
        view = self.open()
        self.assertEqual(self.input(view, "text")["initial_value"], "Cut the red wire.")
        self.assertEqual(
            [one["value"] for one in self.input(view, "recipients")["initial_options"]], [reply_modal.key(JANE)]
        )
        second = self.submit("Cut the blue wire.", view=view)
        self.deliver()
        self.assertEqual(self.press("send_now", second).state, "done")
        self.assertEqual((self.said(), self.mailed()), (["Cut the blue wire."], [JANE]))
        self.deliver()
        self.tidy()
        self.assertFalse(self.labels(self.line("reply_held")["blocks"]), "nothing is left to decide")
        [root] = [one for one in self.slack.messages if one["ts"] == self.root_ts]
        self.assertNotIn("is answering", str(root["blocks"]))

    def tidy(self):
        with patch.object(type(self.Inbox), "_retried", lambda model, step, *arguments: step(*arguments)):
            self.Inbox._tidy_replies()

    def test_the_cron_sends_it_and_late_clicks_are_told_so(self):
        reply = self.submit()
        self.deliver()
        reply.send_at = "2000-01-01"
        self.exhaust(self.Reply._send_next)
        self.assertEqual(self.mailed(), [BOB, JANE])
        line = self.line("reply_held")
        for name, words in (("undo", "too late"), ("send_now", None)):
            row = self.do(self.click(name, ts=line["ts"], ticket=reply))
            self.assertEqual(row.state, "ignored" if words else "done")
            if words:
                self.assertIn(words, self.told()[0])
        self.assertEqual(len(self.said()), 1)

    def test_recipients_can_be_taken_out_but_none_put_in(self):
        strange = [reply_modal.key("mallory@else.example"), reply_modal.key(BOB), "x"]
        reply = self.submit(recipients=strange)
        reply._send_now(self.agent)
        self.assertEqual(self.mailed(), [BOB])

    def test_errors_stand_at_the_field(self):
        view = self.open()
        for chosen, field in (({"text": " \n "}, "text:0"), ({"text": "x", "recipients": []}, "recipients")):
            with self.subTest(field):
                answer = self.deliver_to_odoo(self.submission(view, **chosen))
                self.assertEqual((answer["response_action"], list(answer["errors"])), ("errors", [field]))
        self.work_off()
        self.assertFalse(self.Reply.search([("ticket_id", "=", self.ticket.id)]))

    def test_it_closes_the_ticket_and_takes_files_along(self):
        note = self.comment(self.ticket, "The log", user=self.agent, note=True, attachments=[("log.txt", b"x")])
        self.jane_writes("Mine", attachments=[("mine.txt", b"y")])
        view = self.open()
        files = self.input(view, "files")["options"]
        self.assertEqual([one["text"]["text"] for one in files], ["log.txt"], "not what the customer sent")
        reply = self.submit(view=view, files=[files[0]["value"], "999999"], close=["yes"])
        reply._send_now(self.agent)
        self.assertEqual(reply.message_id.attachment_ids, note.attachment_ids)
        self.assertTrue(self.ticket.closed)

    def test_another_subject(self):
        for name in ("Printer is on fire", "Printer  is on fire", "Printer " * 60):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.ticket.name = name
                self.assertFalse(self.submit(view=self.open()).subject, "nobody has changed it")
                savepoint.rollback()
        self.assertEqual(self.submit(subject="Your fuser").subject, "Your fuser")

    def test_canned_replies(self):
        template = self.canned("Unplug it.")
        template.body_html = "<p>Dear <t t-out='object.partner_id.name'/>,</p><p>Unplug it.</p>"
        view = self.open()
        typed = {"text": "Hi", "recipients": [reply_modal.key(JANE)]}
        row = self.do(self.choose(view, template, **typed))
        self.assertEqual(row.state, "done")
        again = self.modal()
        self.assertEqual(self.input(again, "text")["initial_value"], "Hi\n\nDear Jane Doe,\n\nUnplug it.")
        self.assertEqual(
            [one["value"] for one in self.input(again, "recipients")["initial_options"]], [reply_modal.key(JANE)]
        )
        template.body_html = f"<p>{'x' * 4000}</p>"
        self.do(self.choose(self.open(), template, **typed))
        self.assertEqual(self.input(self.modal(), "text")["initial_value"], "Hi", "never cut")
        self.assertIn("too long", str(self.modal()["blocks"]))

    # Stopped --------------------------------------------------

    def test_what_stops_it_asks_again_in_the_thread(self):
        reply = self.submit()
        self.deliver()
        self.jane_writes("It works again!")
        self.assertEqual(reply.state, "stopped")
        self.deliver()
        line = self.line("reply_stopped")
        self.assertIn("The customer wrote meanwhile.", self.texts(line))
        self.assertIn(f"<@{ANNA}>", line["text"])
        self.assertEqual(self.labels(line["blocks"]), ["Send anyway", "Discard"])
        row = self.do(self.click("send_now", ts=self.line("reply_held")["ts"], ticket=reply))
        self.assertEqual((row.state, self.said()), ("ignored", []))
        self.assertIn("The customer wrote meanwhile.", self.told()[0])
        self.assertEqual(self.press("send_anyway", reply).state, "done")
        self.assertEqual(self.said(), ["Unplug it."])

    def test_discard(self):
        reply = self.submit()
        self.deliver()
        self.jane_writes("It works again!")
        self.deliver()
        self.assertEqual(self.press("discard", reply).state, "done")
        self.assertEqual((reply.state, self.said()), ("undone", []))

    # Who may --------------------------------------------------

    def test_only_its_author_decides(self):
        reply = self.submit()
        self.deliver()
        for name in ("undo", "send_now", "send_anyway", "discard"):
            with self.subTest(name):
                row = self.press(name, reply, BEN)
                self.assertEqual((row.state, reply.state), ("ignored", "held"))
                self.assertIn("Only Anna Agent decides", self.told()[0])

    def test_a_team_that_only_notes_replies_to_nobody(self):
        view = self.open()
        for value in ("note", "off"):
            with self.subTest(value):
                self.team.slack_replies = value
                self.assertNotIn("Reply to customer", [act.label for act in self.acts()])
                self.assertEqual(self.do(self.click("reply")).state, "ignored")
                self.assertEqual(self.do(self.submission(view, text="x")).state, "ignored")
        self.assertFalse(self.Reply.search([("ticket_id", "=", self.ticket.id)]))
        self.team.slack_replies = "note_and_send"
        self.assertEqual(self.acts()[0].label, "Reply to customer")

    def acts(self):
        return [act for act in self.ticket._slack_acts(self.channel) if hasattr(act, "label")]

    def test_strangers_and_people_without_rights_reply_to_nobody(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        values = {"company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)], "email": "eve@example.com"}
        new_test_user(self.env, "eve", groups="helpdesk_mgmt.group_helpdesk_manager", **values)
        self.slack.new_user("U0EVE00001", "Eve", "eve@example.com")
        self.slack.new_user("U0GUEST001", "Guest", "anna@example.com", is_restricted=True)
        self.slack.new_user("U0OTHER001", "Other", "anna@example.com", team_id="T0OTHER001")
        view = self.open()
        for user in ("U0EVE00001", "U0GUEST001", "U0OTHER001", "U0NOBODY01"):
            with self.subTest(user):
                self.assertEqual(self.do(self.click("reply", user)).state, "ignored")
                self.assertEqual(self.do(self.submission(view, user, text="x")).state, "ignored")
        self.assertFalse(self.Reply.search([("ticket_id", "=", self.ticket.id)]))

    def test_a_ticket_without_a_customer(self):
        self.ticket.write({"partner_id": False, "partner_email": False, "email_cc": False})
        row = self.do(self.click("reply"))
        self.assertEqual(row.state, "ignored")
        self.assertIn("no customer with an email address", self.modal_text())

    # Collision ------------------------------------------------

    def test_who_opens_the_modal_second_is_warned_and_not_locked_out(self):
        self.open()
        self.assertEqual(self.ticket._bridge_answering(), self.agent)
        view = self.open(BEN)
        self.assertIn("Anna Agent is answering this customer, too.", str(view["blocks"]))
        reply = self.submit("Mine", BEN, view)
        self.assertEqual((reply.state, reply.author_id), ("held", self.ben))

    def test_closing_the_modal_ends_it(self):
        view = self.open()
        self.assertTrue(view["notify_on_close"])
        row = self.do(self.interaction("view_closed", view={**view, "id": "V1"}, is_cleared=False))
        self.assertEqual(row.state, "done")
        self.assertFalse(self.ticket._bridge_answering())

    # From a note ----------------------------------------------

    def shared(self, words="Please *unplug* it"):
        """A reply in the thread, which became a note."""
        said = self.reply(words)
        self.take(said)
        return said

    def test_send_to_customer_fills_the_modal_in(self):
        said = self.shared()
        message = {**self.message(said), "ts": said["event"]["ts"], "thread_ts": self.root_ts}
        row = self.do(self.shortcut(message, callback="helpdesk_send_to_customer"))
        self.assertEqual((row.state, row.ticket_id), ("done", self.ticket))
        view = self.modal()
        self.assertEqual(self.input(view, "text")["initial_value"], "Please unplug it")
        reply = self.submit("Please unplug it", view=view)
        self.assertEqual(reply.source_ref, f"{CHANNEL}:{message['ts']}")
        self.take(self.edit(said, "Please do *not* unplug it"))
        self.assertEqual(reply.body.striptags(), "Please do not unplug it")
        self.take(self.deletion(said))
        self.assertEqual((reply.state, self.said()), ("undone", []))

    def test_send_to_customer_chooses_no_file_that_was_only_forwarded(self):
        """What somebody forwards may be internal: its words are not filled in, and its files are not ticked."""
        base = self.slack.url.removesuffix("/api/")
        for name in ("own.txt", "internal.txt"):
            self.slack.files[f"/files/{name}"] = (200, {"Content-Type": "text/plain"}, b"1234567")
        own, internal = (
            {"id": f"F0{number}", "name": name, "mode": "hosted", "url_private": f"{base}/files/{name}"}
            for number, name in enumerate(("own.txt", "internal.txt"))
        )
        shared = {"is_share": True, "text": "Not for them", "author_name": "Ben", "files": [internal]}
        self.take(said := self.reply("See the log", files=[own], attachments=[shared]))
        message = {**self.message(said), "type": "message"}
        self.do(self.shortcut(message, callback="helpdesk_send_to_customer"))
        element = self.input(self.modal(), "files")
        self.assertEqual({one["text"]["text"] for one in element["options"]}, {"own.txt", "internal.txt"})
        self.assertEqual([one["text"]["text"] for one in element["initial_options"]], ["own.txt"])
        self.assertEqual(self.input(self.modal(), "text")["initial_value"], "See the log")

    def test_send_to_customer_elsewhere(self):
        message = self.said_elsewhere()
        row = self.do(self.shortcut(message, callback="helpdesk_send_to_customer"))
        self.assertEqual(row.state, "ignored")
        self.assertIn("not in the thread of a ticket", self.modal_text())

    def said_elsewhere(self):
        ts = self.slack.next_ts()
        return {"type": "message", "user": ANNA, "text": "lunch?", "ts": ts}

    def test_a_reply_in_the_thread_is_still_a_note(self):
        self.shared("@customer please unplug it")
        self.assertEqual((self.said(), self.mailed()), ([], []))
