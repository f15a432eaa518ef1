"""A ticket from any message in Slack: with the thread around it, once, as the person, and with a link below it."""

from odoo.tests import tagged

from .common import new_test_user
from .slack_acts_case import ANNA, BEN, CHANNEL, SlackActsCase


@tagged("post_install", "-at_install")
class TestSlackActsCreate(SlackActsCase):
    def make(self, message, user=ANNA, **typed):
        """The whole way: shortcut, form, submission. :return: the row of the submission"""
        self.do(self.shortcut(message, user))
        return self.do(self.submission(self.modal(), user, **typed))

    def test_the_form_is_filled_in_as_far_as_possible(self):
        message = self.said("Printer <@U0BEN00001> is *on fire* &amp; loud\nplease come", BEN)
        self.deliver_to_odoo(self.shortcut(message))
        self.assertEqual(self.modal_text(), "One moment…")
        self.work_off()
        team, title, customer, priority = self.modal()["blocks"]
        self.assertEqual(title["element"]["initial_value"], "Printer @Ben Colleague is *on fire* & loud")
        self.assertEqual(team["element"]["initial_option"]["value"], str(self.team.id), "it posts here")
        self.assertEqual(priority["element"]["initial_option"]["value"], "1")
        self.assertTrue(customer["optional"])

    def test_the_message_becomes_a_ticket_with_the_thread_around_it(self):
        root = self.said("The printer is on fire", BEN)
        files = [
            {
                "id": "F1",
                "name": "smoke.png",
                "url_private_download": self.slack.url.replace("/api/", "/files/smoke.png"),
                "size": 4,
            }
        ]
        self.slack.files["/files/smoke.png"] = (200, {"Content-Type": "image/png"}, b"\x89PNG")
        chosen = self.said("Since *noon* <https://x.example|here>", BEN, root["ts"], files=files, subtype="file_share")
        self.said("joined", BEN, root["ts"], subtype="channel_join")
        self.said("I have <!channel> seen it", ANNA, root["ts"])
        jane = self.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        row = self.make(chosen, title="Fire", customer="JANE@customer.example", priority="3")
        ticket = row.ticket_id
        self.assertEqual((row.state, row.reason, row.user_id), ("done", "Created via Slack.", self.agent))
        self.assertEqual((ticket.name, ticket.team_id, ticket.priority), ("Fire", self.team, "3"))
        self.assertEqual((ticket.partner_id, ticket.partner_email), (jane, "jane@customer.example"))
        self.assertEqual((ticket.create_uid, ticket.company_id), (self.agent, self.company))
        self.assertIn("<b>noon</b>", ticket.description)
        self.assertIn("Ben Colleague in Slack", ticket.description)
        self.assertIn(f"/archives/{CHANNEL}/p{chosen['ts'].replace('.', '')}", ticket.description)
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["smoke.png"])
        notes = ticket.message_ids.filtered(lambda one: one.message_type == "comment").sorted("id")
        self.assertEqual(
            [note.preview.split("\n")[0][:20] for note in notes], ["The printer is on fi", "I have @channel seen"]
        )
        self.assertEqual(notes.subtype_id, self.env.ref("mail.mt_note"))
        self.assertFalse(notes.notification_ids)
        self.assertIn(("Anna Agent", "Created via Slack"), self.logged(ticket))
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]))
        link = self.slack.messages[-1]
        self.assertEqual(link["thread_ts"], root["ts"])
        self.assertIn(f"|{ticket.mail_reference}>", link["text"])

    def test_the_alert_of_an_app_becomes_a_ticket_with_all_that_it_says(self):
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "*web-1* is full, ask <@U0BEN00001>"}}
        attached = {"title": "Disk", "title_link": "https://g.example", "text": "91%", "fields": [{"value": "web-1"}]}
        app = {"user": None, "bot_id": "B0ALERTS01", "subtype": "bot_message", "username": "Alerts"}
        for name, values, words in (
            ("in blocks", {"text": "An alert", "blocks": [section]}, "<b>web-1</b> is full, ask @Ben Colleague"),
            ("in attachments alone", {"text": "", "attachments": [attached]}, "91%"),
        ):
            with self.subTest(name):
                row = self.make(self.said(**{**app, **values}), title="Full")
                self.assertEqual(row.state, "done", row.reason)
                self.assertIn(words, row.ticket_id.description)
                self.assertIn("Alerts in Slack", row.ticket_id.description)

    def test_everybody_who_has_written_and_each_channel_stand_by_name(self):
        self.slack.info["C0SECOND01"] = {"name": "second"}
        root = self.said("Fire in <#C0SECOND01>", BEN)
        for number in range(45):
            self.slack.new_user(f"U0AUTHOR{number:02d}", f"Author {number}")
            self.said("<@U0MISSING1>, still burning", f"U0AUTHOR{number:02d}", root["ts"])
        ticket = self.make(root).ticket_id
        self.assertIn("Fire in #second", ticket.description)
        notes = " ".join(ticket.message_ids.mapped("body"))
        self.assertEqual([n for n in range(45) if f"Author {n} in Slack" not in notes], [])

    def test_one_thread_is_one_ticket(self):
        root = self.said("Fire", BEN)
        reply = self.said("Still", BEN, root["ts"])
        ticket = self.make(root).ticket_id
        before = self.env["helpdesk.ticket"].search_count([])
        row = self.do(self.shortcut(reply, BEN))
        self.assertEqual((row.state, row.ticket_id), ("ignored", ticket))
        self.assertIn(ticket.mail_reference, self.modal_text())
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_two_forms_at_once_are_one_ticket(self):
        root = self.said("Fire", BEN)
        self.do(self.shortcut(root))
        mine = self.modal()
        self.do(self.shortcut(root, BEN))
        theirs = self.modal()
        ticket = self.do(self.submission(mine)).ticket_id
        row = self.do(self.submission(theirs, BEN))
        self.assertEqual((row.state, row.ticket_id), ("ignored", ticket))
        self.assertIn(ticket.mail_reference, self.told()[0])

    def test_a_message_of_a_tickets_thread_says_which_one(self):
        message = self.said("Look", BEN, self.root_ts)
        row = self.do(self.shortcut(message))
        self.assertEqual((row.state, row.ticket_id), ("ignored", self.ticket))
        self.assertIn(self.ticket.mail_reference, self.modal_text())

    def test_what_is_wrong_stands_at_its_field_and_nothing_is_stored(self):
        self.do(self.shortcut(self.said("Fire", BEN)))
        form, before = self.modal(), self.Inbox.search_count([])
        answer = self.deliver_to_odoo(self.submission(form, title="  ", customer="jane@"))
        self.assertIsNotNone(answer, "the acknowledgement says what is wrong")
        self.assertEqual(answer["response_action"], "errors")
        self.assertEqual(set(answer["errors"]), {"title", "customer"})
        self.assertEqual(self.Inbox.search_count([]), before)
        for customer in ("", "Jane Doe", "Jane Doe <jane@x.example>", "jane@x.example"):
            with self.subTest(customer):
                self.assertIsNone(self.deliver_to_odoo(self.submission(form, title="Fire", customer=customer)))

    def test_the_customer_is_typed(self):
        for typed, name, address in (
            ("", False, False),
            ("Jane Doe", "Jane Doe", False),
            ("Jane Doe <jane@x.example>", "Jane Doe", "jane@x.example"),
        ):
            with self.subTest(typed):
                ticket = self.make(self.said("Fire", BEN), customer=typed).ticket_id
                self.assertEqual((ticket.partner_name, ticket.partner_email), (name, address))

    def test_without_the_scope_for_history_the_message_itself_is_taken(self):
        self.slack.misbehave("missing_scope", method="conversations.replies")
        ticket = self.make(self.said("Fire", BEN)).ticket_id
        self.assertIn("Fire", ticket.description)
        self.assertIn("could not be read", str(self.logged(ticket)))

    def test_where_the_bot_may_not_write_the_person_gets_the_link_alone(self):
        message = self.said("Fire", BEN)
        self.do(self.shortcut(message))
        self.slack.misbehave("not_in_channel")
        ticket = self.do(self.submission(self.modal())).ticket_id
        self.assertIn(ticket.mail_reference, self.told()[0])

    def test_who_may_not_create_tickets_creates_none(self):
        new_test_user(self.env, "clerk", groups="base.group_user", email="clerk@example.com")
        self.slack.new_user("U0CLERK001", "Clara Clerk", "clerk@example.com")
        self.slack.new_user("U0GUEST001", "Gina Guest", "anna@example.com", is_restricted=True)
        message, before = self.said("Fire", BEN), self.env["helpdesk.ticket"].search_count([])
        self.do(self.shortcut(message))
        form = self.modal()
        for user, why in (("U0CLERK001", "may not create tickets"), ("U0GUEST001", "a guest")):
            self.do(self.shortcut(message, user))
            self.assertIn(why, str(self.modal()["blocks"]), "they see no form")
            row = self.do(self.submission(form, user))
            self.assertEqual(row.state, "ignored")
            self.assertIn(why, self.told()[-1])
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_a_team_of_another_company_is_not_offered_and_not_taken(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["helpdesk.ticket.team"].create({"name": "Theirs", "company_id": other.id})
        self.do(self.shortcut(self.said("Fire", BEN)))
        form = self.modal()
        values = [option["value"] for option in form["blocks"][0]["element"]["options"]]
        self.assertNotIn(str(theirs.id), values)
        row = self.do(self.submission(form, team=theirs.id))
        self.assertEqual((row.state, row.ticket_id.id), ("ignored", False))

    def test_a_long_thread_is_cut_around_the_message(self):
        root = self.said("Start", BEN)
        replies = [self.said(f"reply {number}", BEN, root["ts"]) for number in range(60)]
        ticket = self.make(replies[30]).ticket_id
        notes = ticket.message_ids.filtered(lambda one: one.message_type == "comment")
        self.assertEqual(len(notes), 50)
        self.assertIn("longer", str(self.logged(ticket)))

    def test_a_global_shortcut_is_none_of_ours(self):
        body = self.interaction("shortcut", callback_id="helpdesk_create_ticket", action_ts=self.next_ts())
        self.assertEqual(self.do(body).state, "ignored")
        self.assertFalse(self.slack.views)

    # ------------------------------------------------------------
    # By a reaction
    # ------------------------------------------------------------

    def test_a_ticket_by_reaction_only_where_it_is_switched_on(self):
        root = self.said("The printer is on fire", BEN)
        reply = self.said("Really\nloud", BEN, root["ts"])
        self.assertFalse(self.receive(self.reaction("ticket", ts=reply["ts"])))
        self.workspace.ticket_reaction = True
        self.assertFalse(self.receive(self.reaction("ticket")), "it is a ticket's own message")
        row = self.do(self.reaction("ticket", ts=reply["ts"]))
        self.assertEqual(row.state, "done", row.reason)
        self.assertEqual((row.ticket_id.name, row.ticket_id.team_id), ("Really", self.team))
        self.assertIn("on fire", str(row.ticket_id.message_ids.mapped("body")))
        again = self.do(self.reaction("ticket", BEN, ts=root["ts"]))
        self.assertEqual((again.state, again.ticket_id), ("ignored", row.ticket_id))

    def test_a_message_that_is_gone_makes_no_ticket(self):
        self.workspace.ticket_reaction = True
        row = self.do(self.reaction("ticket", ts="1700000777.000100"))
        self.assertEqual((row.state, row.ticket_id.id), ("ignored", False))
        self.assertIn("cannot read the message", row.reason)
