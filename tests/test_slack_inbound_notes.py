"""A reply in a ticket's thread is an internal note of the person who wrote it, once, and nothing else."""

from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import new_test_user
from .slack_inbound_case import BEN, BOT_USER, CHANNEL, SlackInboundCase


@tagged("post_install", "-at_install")
class TestSlackInboundNotes(SlackInboundCase):
    def mails(self):
        self.env.flush_all()
        return self.env["mail.mail"].search_count([])

    def test_a_reply_becomes_a_note_of_the_person(self):
        [row] = self.take(self.reply("It is the *fuser* &amp; more"))
        [note] = self.notes()
        self.assertEqual((row.state, row.user_id, row.ticket_id), ("done", self.agent, self.ticket))
        self.assertEqual((note.author_id, note.create_uid), (self.agent.partner_id, self.agent))
        self.assertEqual((note.subtype_id, note.message_type), (self.env.ref("mail.mt_note"), "comment"))
        self.assertFalse(note.partner_ids)
        self.assertEqual(note.body, "<p>It is the <b>fuser</b> &amp; more</p>")

    def test_the_chatter_says_that_a_note_came_from_slack(self):
        self.take(self.reply())
        written = self.comment(self.ticket, "From Odoo", user=self.agent, note=True)
        [note] = self.notes()
        shown = Store().add((note | written).with_user(self.manager)).get_result()["mail.message"]
        self.assertEqual({one["id"]: one["helpdesk_from_slack"] for one in shown}, {note.id: True, written.id: False})
        elsewhere = self.env["res.partner"].create({"name": "X"}).message_post(body="x")
        with self.assertQueryCount(0):
            self.assertFalse(elsewhere.helpdesk_from_slack, "other chatters pay nothing for it")

    def test_names_stand_where_slack_has_ids(self):
        blocks = [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "user", "user_id": BEN},
                            {"type": "text", "text": " see "},
                            {"type": "channel", "channel_id": CHANNEL},
                            {"type": "text", "text": " or "},
                            {"type": "channel", "channel_id": "C0SUPPORT02"},
                        ],
                    }
                ],
            }
        ]
        self.slack.info["C0SUPPORT02"] = {"name": "second"}
        self.take(self.reply(f"<@{BEN}> see", blocks=blocks))
        self.assertEqual(self.notes().body, "<p>@Ben Colleague see #support or #second</p>")

    def mention_many(self, people):
        said = " ".join(f"<@U0PERSON{number:03d}>" for number in range(people))
        self.slack.calls.clear()
        self.take(self.reply(said))
        return self.notes().sorted("id")[-1:].body.striptags().split(" @")

    def test_many_names_stand_where_slack_has_ids(self):
        for number in range(60):
            self.slack.new_user(f"U0PERSON{number:03d}", f"Person {number}")
        for people in (11, 50):
            self.assertEqual(len(set(self.mention_many(people))), people)

    def test_slack_is_asked_for_no_more_names_once_it_refuses_all(self):
        for number in range(5):
            self.slack.new_user(f"U0PERSON{number:03d}", f"Person {number}")
        for fault, asked, named in (
            ((429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"}), 2, 1),
            ("ratelimited", 2, 1),
            ("user_not_found", 5, 4),
            ((503, {}, {}), 5, 4),
        ):
            with self.subTest(fault):
                self.take(self.reply())  # who writes is known now
                meant = iter([None, fault])

                def proxy(method, _arguments, meant=meant):
                    return next(meant, None) if method == "users.info" else None

                self.slack.proxy = proxy
                self.addCleanup(setattr, self.slack, "proxy", None)
                names = self.mention_many(5)
                self.slack.proxy = None
                calls = [a["user"] for method, a in self.slack.calls if method == "users.info"]
                self.assertEqual(len([one for one in calls if "PERSON" in one]), asked)
                self.assertEqual(len([one for one in names if "Person" in one]), named)

    def test_the_customer_never_gets_it_and_it_is_no_first_response(self):
        customer = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        colleague = new_test_user(
            self.env, "colleague", groups="helpdesk_mgmt.group_helpdesk_user", email="c@example.com"
        )
        colleague.notification_type = "email"
        self.ticket.write({"partner_id": customer.id, "partner_email": "jane@customer.example"})
        self.ticket.message_subscribe((customer | colleague.partner_id).ids)
        everything = self.env["mail.message.subtype"].search([])
        self.ticket.message_follower_ids.subtype_ids = everything
        clock = self.ticket.sla_clock_ids.filtered(lambda one: one.metric == "start")
        self.assertTrue(clock)
        before, stage = self.mails(), self.ticket.stage_id
        texts = [
            "@customer please wait",
            "To: jane@customer.example",
            "&gt; On Monday Jane wrote:",
            "<!channel> Hello Jane",
        ]
        self.take(*map(self.reply, texts))
        self.assertEqual(len(self.notes()), len(texts))
        self.assertEqual(self.mails(), before)
        self.assertFalse(self.notes().notification_ids)
        self.assertFalse(clock.satisfied_at)
        self.assertEqual(self.ticket.stage_id, stage)
        self.assertNotIn(self.agent.partner_id, self.ticket.message_partner_ids)

    def test_a_note_on_a_closed_ticket_reopens_nothing(self):
        self.ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.take(self.reply("By the way"))
        self.assertEqual(len(self.notes()), 1)
        self.assertTrue(self.ticket.closed)

    def test_the_thread_is_not_told_what_it_has_just_said(self):
        self.env["helpdesk.slack.rule"].create({"team_id": self.team.id, "event": "noted", "posted": True})
        self.take(self.reply())
        self.assertEqual(len(self.notes()), 1)
        self.assertFalse(self.entries(self.ticket).filtered(lambda entry: entry.event == "noted"))
        self.comment(self.ticket, "From Odoo", user=self.agent, note=True)
        self.assertEqual(len(self.entries(self.ticket).filtered(lambda entry: entry.event == "noted")), 1)

    def test_a_ticket_that_moved_tells_its_other_thread(self):
        other = self._new_channel("#second", "C0SUPPORT02")
        self.env["helpdesk.slack.rule"].create({"team_id": self.team.id, "event": "noted", "posted": True})
        self.team.slack_channel_id = other
        self.take(self.reply())
        told = self.entries(self.ticket).filtered(lambda entry: entry.event == "noted")
        self.assertEqual(told.channel_id, other)

    def test_what_other_programs_say_is_nothing(self):
        for values in (
            {"bot_id": "B0BOT0001"},
            {"bot_id": "B0OTHER01", "subtype": "bot_message"},
            {"app_id": "A0OTHER01"},
            {"user": BOT_USER},
            {"subtype": "channel_join"},
        ):
            with self.subTest(values):
                self.assertFalse(self.receive(self.reply(**values)))

    def test_what_our_outbox_has_posted_is_nothing_whoever_posted_it(self):
        said = self.reply()
        self.Outbox.search([("ticket_id", "=", self.ticket.id)], limit=1).slack_ts = said["event"]["ts"]
        rows = self.take(said)
        self.assertEqual(rows.mapped("state"), ["ignored"])
        self.assertFalse(self.notes())

    def test_a_reply_that_is_shown_in_the_channel_too_is_one_note(self):
        ts = self.next_ts()
        both = [
            self.reply("Look", ts=ts, subtype="thread_broadcast", root={"ts": self.root_ts}),
            self.reply("Look", ts=ts, type="app_mention"),
        ]
        shown = {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "event_ts": self.next_ts()}
        said = self.message(both[0])
        shown |= {"ts": shown["event_ts"], "message": {**said, "attachments": [1]}, "previous_message": said}
        self.take(*both, self.envelope(shown))
        self.assertEqual(len(self.notes()), 1)

    def test_other_conversations_of_the_channel_are_not_kept(self):
        for values in ({"thread_ts": None}, {"thread_ts": "1700000000.999999"}, {"channel": "C0OTHER001"}):
            with self.subTest(values):
                self.assertFalse(self.receive(self.reply("private", **values)))

    def test_a_reply_that_is_faster_than_slacks_answer_to_us_waits_for_the_thread(self):
        ticket = self.new_ticket()
        root = self.entries(ticket)
        root.attempts = 1
        rows = self.receive(self.reply("At once", thread_ts="1700000050.000100"))
        self.work_off()
        self.assertEqual((rows.state, rows.attempts), ("pending", 0))
        self.env["helpdesk.slack.thread"]._begin(ticket, self.channel, CHANNEL, "1700000050.000100")
        root.state = "sent"
        self.make_due(rows)
        self.work_off()
        self.assertEqual(self.notes(ticket).body, "<p>At once</p>")
        # It was another conversation after all: nothing of it is kept.
        root.write({"state": "pending"})
        rows = self.receive(self.reply("private", thread_ts="1700000051.000100"))
        root.state = "sent"
        self.work_off()
        self.assertEqual((rows.state, rows.payload), ("ignored", False))

    def test_a_merged_ticket_passes_its_notes_on(self):
        other = self.new_ticket()
        self.ticket.write({"active": False, "duplicate_id": other.id})
        self.take(self.reply())
        self.assertEqual(len(self.notes(other)), 1)

    def test_a_team_can_switch_it_off_and_the_company_is_the_fallback(self):
        for team, company, state in (
            ("off", "note", "ignored"),
            (False, "off", "ignored"),
            ("note", "off", "done"),
            (False, "note", "done"),
        ):
            with self.subTest(team=team, company=company):
                self.team.slack_replies, self.company.helpdesk_slack_replies = team, company
                said = self.reply()
                rows = self.take(said, self.edit(said, "It was the toner."))
                self.assertEqual(set(rows.mapped("state")), {state})
                self.assertEqual([bool(row.payload) for row in rows], [state == "done"] * 2, "it stays in Slack")
        self.assertFalse(self.slack.ephemeral, "who switched it off need not be told")

    # ------------------------------------------------------------
    # Edits and deletions
    # ------------------------------------------------------------

    def test_an_edit_corrects_the_note_and_says_so(self):
        said = self.reply("The fuzer")
        self.take(said)
        edit = self.edit(said, "The *fuser*")
        self.take(edit, edit)
        [note] = self.notes()
        self.assertIn("<b>fuser</b>", note.body)
        self.assertIn("o-mail-Message-edited", note.body)
        self.assertNotIn("fuzer", note.body)

    def test_what_only_looks_like_an_edit_changes_nothing(self):
        said = self.reply("Look: <https://x.example>")
        self.take(said)
        before = self.notes().body
        self.assertFalse(self.receive(self.edit(said, "Look: <https://x.example>", edited=None, attachments=[1])))
        self.assertEqual(self.notes().body, before)

    def test_an_edit_that_comes_before_its_message_is_the_note(self):
        said = self.reply("First")
        edit = self.edit(said, "Second")
        self.take(edit)
        self.take(said)
        self.assertEqual(self.notes().mapped("body"), ["<p>Second</p>"])

    def test_an_edit_while_its_message_waits_comes_after_it(self):
        said = self.reply("First")
        self.take(self.edit(said, "Second"), said)
        [note] = self.notes()
        self.assertIn("Second", note.body)
        self.assertNotIn("First", note.body)

    def test_nobody_edits_the_note_of_another(self):
        said = self.reply("Mine")
        self.take(said)
        new_test_user(self.env, "ben", groups="helpdesk_mgmt.group_helpdesk_manager", email="ben@example.com")
        edit = self.edit(said, "Yours", edited={"user": BEN, "ts": self.next_ts()})
        self.assertEqual(self.take(edit).state, "ignored")
        self.assertEqual(self.notes().body, "<p>Mine</p>")

    def test_a_deletion_strikes_the_note_out(self):
        for name, tombstone in (("deleted", False), ("with replies of its own", True)):
            with self.subTest(name):
                said = self.reply(f"Wrong ticket {name}")
                self.take(said)
                gone = self.deletion(said)
                if tombstone:
                    gone = self.edit(said, "This message was deleted.", subtype="tombstone", user="USLACKBOT")
                self.take(gone)
                note = self.notes()[-1:]
                self.assertIn("<s>", note.body)
                self.assertIn("Wrong ticket", note.body)
                self.assertIn("Deleted in Slack.", note.body)

    def test_a_deletion_without_the_message_is_found_by_its_place(self):
        said = self.reply("Wrong")
        self.take(said)
        self.take(self.deletion(said, previous_message=None))
        self.assertIn("<s>", self.notes().body)

    def test_what_was_deleted_before_it_was_noted_never_appears(self):
        said, other = self.reply("Secret"), self.reply("Secret, too")
        self.receive(said)
        self.take(self.deletion(said))
        self.take(self.deletion(other))
        self.take(other)
        rows = self.Inbox.search([("kind", "=", "message")])
        texts = self.ticket.message_ids.filtered(lambda one: one.message_type == "comment").mapped("body")
        self.assertFalse([text for text in texts if "Secret" in text and "<s>" not in text])
        self.assertFalse([row.payload for row in rows if row.payload])

    def test_an_edit_of_a_message_that_was_refused_is_refused(self):
        said = self.reply("Hello", user=BEN)
        self.take(said)
        self.assertEqual(self.take(self.edit(said, "Hello!")).state, "ignored")
        self.assertFalse(self.notes())

    # ------------------------------------------------------------
    # As the person
    # ------------------------------------------------------------

    def test_who_may_not_read_the_ticket_writes_no_note(self):
        self.agent.group_ids = [
            (3, self.env.ref("helpdesk_mgmt.group_helpdesk_user").id),
            (3, self.env.ref("helpdesk_mgmt.group_helpdesk_user_team").id),
            (4, self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").id),
        ]
        self.ticket.user_id = self.manager
        [row] = self.take(self.reply())
        self.assertEqual(row.state, "ignored")
        self.assertIn("may not read", row.reason)
        self.assertEqual(len(self.slack.ephemeral), 1)
        self.assertFalse(self.notes())

    def test_another_companys_ticket_is_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.agent.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertEqual(self.take(self.reply()).state, "ignored")
        self.assertFalse(self.notes())
