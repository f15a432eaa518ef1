"""A new ticket is told in Slack, once, readable and harmless."""

from unittest.mock import patch

from markupsafe import Markup

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import BridgeCase, new_test_user
from .slack_fake import blocks_refusal

CRON = "helpdesk_bridge.ir_cron_slack_outbox"


@tagged("post_install", "-at_install")
class TestTicketToSlack(BridgeCase, CronMixinCase):
    def root(self, **values):
        """The message Slack holds after a ticket with these values was made and delivered."""
        self.new_ticket(**values)
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)
        return self.slack.messages[0]

    def test_a_new_ticket_queues_one_root_message_and_wakes_the_cron_once(self):
        with self.capture_triggers(CRON) as captured:
            ticket = self.new_ticket()
            self.new_ticket()
            self.env.cr.flush()
        entry = self.entries(ticket)
        self.assertRecordValues(
            entry, [{"event": "created", "kind": "root", "state": "pending", "channel_id": self.channel.id}]
        )
        self.assertEqual(len(captured.records), 1)

    def test_delivery_posts_the_root_and_remembers_the_thread(self):
        ticket = self.new_ticket()
        entry = self.deliver()
        message = self.slack.messages[0]
        self.assertEqual(message["channel"], "C0SUPPORT01")
        self.assertRecordValues(entry, [{"state": "sent", "slack_ts": message["ts"], "attempts": 1, "error": False}])
        self.assertRecordValues(
            ticket.slack_thread_id,
            [{"ts": message["ts"], "channel_ref": "C0SUPPORT01", "channel_id": self.channel.id, "is_current": True}],
        )
        self.assertEqual(message["metadata"]["event_payload"], {"key": entry.key})

    def test_the_cron_itself_delivers(self):
        ticket = self.new_ticket()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref(CRON).method_direct_trigger(), True)
        self.env.invalidate_all()
        self.assertEqual(self.entries(ticket).state, "sent")
        self.assertEqual(len(self.slack.messages), 1)

    def test_nothing_is_sent_twice(self):
        self.new_ticket()
        self.deliver()
        self.assertFalse(self.deliver())
        self.assertEqual(len(self.slack.messages), 1)

    def test_the_root_shows_who_what_when_and_opens_odoo(self):
        partner = self.env["res.partner"].create({"name": "Jane Doe", "email": "jane@example.com"})
        ticket = self.new_ticket(partner_id=partner.id, partner_email="jane@example.com")
        self.deliver()
        message = self.slack.messages[0]
        text = self.texts(message)
        for expected in (
            f"[ML-#{ticket.bridge_number}] Printer is on fire",
            "<!channel> New ticket",
            "*Customer*\nJane Doe (jane@example.com)",
            "*Assignee*\nUnassigned",
            "*Status*\n:new: New",
            "*Priority*\nMedium",
            f"*Created*\n<!date^{int(ticket.create_date.timestamp())}^",
            ">Please help",
        ):
            self.assertIn(expected, text)
        button = message["blocks"][-1]["elements"][0]
        self.assertIn(f"model=helpdesk.ticket&res_id={ticket.id}", button["url"])

    def test_the_fallback_text_says_it_all_in_one_line(self):
        ticket = self.new_ticket(partner_email='"Jane" <jane@example.com>')
        self.deliver()
        self.assertEqual(
            self.slack.messages[0]["text"],
            f"<!channel> [ML-#{ticket.bridge_number}] Printer is on fire — Jane (jane@example.com)",
        )

    def test_the_root_shows_the_present_of_the_moment_it_is_sent(self):
        ticket = self.new_ticket()
        self.team.user_ids = self.agent
        ticket.user_id = self.agent
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        self.deliver()
        text = self.texts(self.slack.messages[0])
        self.assertIn("*Assignee*\nAnna Agent", text)
        self.assertIn(":large_blue_circle: In Progress", text)

    def test_a_subject_cannot_mention_the_channel(self):
        self.company.helpdesk_slack_mention = "none"
        evil = "<!channel> <https://evil.example|Open in Odoo> & co"
        message = self.root(name=evil, partner_name=evil, partner_email=evil, description=f"<p>{evil}</p>")
        text = self.texts(message)
        self.assertNotIn("<!channel", text)
        self.assertNotIn("<https", text)
        self.assertIn("&lt;!channel&gt;", text)

    def test_escaped_html_cannot_mention_the_channel_either(self):
        self.company.helpdesk_slack_mention = "none"
        message = self.root(description="<p>&lt;!channel&gt; &amp;lt;!here&amp;gt;</p>")
        self.assertNotIn("<!", self.texts(message).replace("<!date", ""))

    def test_a_link_of_the_customer_shows_where_it_leads(self):
        message = self.root(description='<p>See <a href="https://evil.example/x">Open in Odoo</a></p>')
        self.assertIn(">See https://evil.example/x", self.texts(message))

    def test_no_content_exceeds_the_limits_of_slack(self):
        huge = "word & <tag> " * 20_000
        message = self.root(name=huge, partner_name=huge, description=f"<p>{huge}</p>" * 3)
        self.assertIsNone(blocks_refusal(message["blocks"]))
        self.assertLess(len(message["text"]), 3000)

    def test_an_empty_email_and_a_missing_customer_still_make_a_root(self):
        message = self.root(description="", partner_email=False)
        self.assertIsNone(blocks_refusal(message["blocks"]))
        self.assertNotIn("*Customer*", self.texts(message))

    def attach(self, ticket, name, **values):
        values = {"res_model": ticket._name, "res_id": ticket.id, "raw": b"%PDF", **values}
        return self.env["ir.attachment"].create({"name": name, **values})

    def test_files_that_came_with_the_request_are_named(self):
        for description, files, shown in (
            ("<p>See the file</p>", ["Invoice <!here>.pdf"], ">See the file\n:paperclip: Invoice &lt;!here&gt;.pdf"),
            ("", ["a.pdf", "b.png"], ":paperclip: a.pdf, b.png"),
            ("<p>Many</p>", [f"{n}.pdf" for n in range(7)], ">Many\n:paperclip: 0.pdf, 1.pdf, 2.pdf, 3.pdf, 4.pdf +2"),
            ("<p>None</p>", [], ">None"),
        ):
            ticket = self.new_ticket(description=description)
            for name in files:
                self.attach(ticket, name)
            self.deliver()
            with self.subTest(files):
                texts = [block.get("text", {}).get("text") for block in self.slack.messages[-1]["blocks"]]
                self.assertIn(shown, texts)

    def test_what_came_later_and_pictures_in_the_text_are_no_files_of_the_request(self):
        ticket = self.new_ticket()
        asked, later, logo, field = (
            self.attach(ticket, name, **values)
            for name, values in (("asked.pdf", {}), ("later.pdf", {}), ("logo.png", {}), ("x", {"res_field": "name"}))
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = now() + interval '1 minute' WHERE id = %s", [later.id]
        )
        self.comment(ticket, Markup("<img src='/web/image/%s'>") % logo.id, attachment_ids=(asked | logo).ids)
        self.deliver()
        text = self.texts(self.slack.messages[0])
        self.assertIn(":paperclip: asked.pdf", text)
        self.assertFalse([name for name in (later.name, logo.name, f" {field.name}") if name in text])

    def test_quoted_history_is_left_out_of_the_excerpt(self):
        message = self.root(
            description='<p>New words</p><blockquote data-o-mail-quote="1">Old words</blockquote>',
        )
        self.assertIn("New words", self.texts(message))
        self.assertNotIn("Old words", self.texts(message))

    def test_a_ticket_made_by_an_agent_without_outbox_access_is_told(self):
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .create({"name": "By hand", "description": "x", "team_id": self.team.id})
        )
        self.assertTrue(self.entries(ticket))

    def test_an_import_is_told_when_its_history_is_tracked(self):
        for tracking_disable, told in ((True, 0), (False, 1)):
            before = self.Outbox.search_count([])
            result = (
                self.env["helpdesk.ticket"]
                .with_context(import_file=True, tracking_disable=tracking_disable)
                .load(["name", "description", "team_id/.id"], [["Imported", "x", str(self.team.id)]])
            )
            self.assertTrue(result["ids"], result["messages"])
            self.assertEqual(self.Outbox.search_count([]) - before, told)

    def test_a_copied_ticket_is_a_new_one(self):
        ticket = self.new_ticket()
        self.deliver()
        copy = ticket.copy()
        self.assertEqual(self.entries(copy).event, "created")
        self.assertFalse(copy.slack_thread_id)

    def test_more_than_twenty_tickets_at_once_call_nobody(self):
        self.env["helpdesk.ticket"].create(
            [{"name": f"Row {n}", "description": "x", "team_id": self.team.id} for n in range(21)]
        )
        self.deliver()
        self.assertEqual(len(self.slack.messages), 21)
        self.assertFalse([m for m in self.slack.messages if "<!channel>" in str(m)])

    def test_more_than_twenty_tickets_one_by_one_call_nobody_either(self):
        for number in range(21):
            self.new_ticket(name=f"Row {number}")
        self.deliver()
        self.assertFalse([m for m in self.slack.messages if "<!channel>" in str(m)])

    def test_twenty_tickets_are_not_an_import_yet(self):
        for number in range(20):
            self.new_ticket(name=f"Row {number}")
        self.deliver()
        self.assertEqual(len([m for m in self.slack.messages if "<!channel>" in m["text"]]), 20)

    def test_a_ticket_that_is_born_closed_calls_nobody(self):
        message = self.root(stage_id=self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id)
        self.assertNotIn("<!channel>", str(message))
        self.assertIn(":white_check_mark: Done", self.texts(message))

    def test_the_thread_has_an_address(self):
        ticket = self.new_ticket()
        self.assertFalse(ticket.slack_url)
        self.deliver()
        ts = ticket.slack_thread_id.ts.replace(".", "")
        self.assertEqual(ticket.slack_url, f"https://acme.slack.example/archives/C0SUPPORT01/p{ts}")
        self.assertEqual(ticket.action_open_slack()["url"], ticket.slack_url)

    def test_who_may_not_see_the_ticket_does_not_learn_where_its_thread_is(self):
        ticket = self.new_ticket()
        self.deliver()
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            ticket.with_user(outsider).action_open_slack()

    def test_a_follower_without_helpdesk_rights_can_still_open_the_ticket(self):
        ticket = self.new_ticket()
        follower = new_test_user(self.env, "follower", groups="base.group_user")
        ticket.message_subscribe(follower.partner_id.ids)
        ticket.invalidate_recordset()
        self.assertEqual(
            ticket.with_user(follower).read(["mail_reference"])[0]["mail_reference"], f"[ML-#{ticket.bridge_number}]"
        )
        self.assertTrue(ticket.with_user(follower).read())

    def test_a_ticket_that_gets_its_team_later_is_told_then_and_once(self):
        ticket = self.new_ticket(team_id=False)
        self.assertFalse(self.entries(ticket))
        ticket.team_id = self.team
        self.assertEqual(len(self.entries(ticket)), 1)
        ticket.write({"team_id": self.team.id})
        self.assertEqual(len(self.entries(ticket)), 1)

    def test_the_defaults_of_whoever_makes_a_ticket_do_not_reach_the_outbox(self):
        ticket = (
            self.env["helpdesk.ticket"]
            .with_context(default_state="sent", default_error="boo", default_attempts=7, default_key="k")
            .create([{"name": name, "description": "x", "team_id": self.team.id} for name in "ab"])
        )
        self.assertEqual(self.entries(ticket[0]).state, "pending")
        self.assertEqual(len(self.entries(ticket[0]) | self.entries(ticket[1])), 2)

    def test_tickets_of_a_database_being_set_up_are_no_event(self):
        with patch.object(self.env.registry, "ready", False):
            self.assertFalse(self.entries(self.new_ticket()))

    def test_the_line_is_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        stage.with_context(lang="fr_FR").name = "Nouveau"
        self.company.partner_id.lang = "fr_FR"
        self.assertIn("Nouveau", self.texts(self.root()))

    def test_an_unrelated_write_queues_nothing(self):
        ticket = self.new_ticket()
        before = self.Outbox.search_count([])
        ticket.write({"color": 3, "kanban_state": "blocked"})
        self.assertEqual(self.Outbox.search_count(Domain.TRUE), before)
