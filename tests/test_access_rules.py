"""Who sees what of a ticket: whoever sees the ticket, and nobody else; and who presses which button on it."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import BridgeCase

#: model -> the path to its ticket.
OWNED = {
    "helpdesk.sla.clock": "ticket_id",
    "helpdesk.sla.clock.line": "clock_id.ticket_id",
    "helpdesk.sla.clock.report": "ticket_id",
    "helpdesk.slack.thread": "ticket_id",
    "helpdesk.slack.inbound": "ticket_id",
    "helpdesk.inbound.mail": "ticket_id",
}
LEVELS = ("user_own", "user_team", "user", "manager")
#: What of an inbound email is for administrators: it may speak of tickets and mailboxes that others do not see.
OF_ADMINISTRATORS = {
    *("named_ticket_id", "fetchmail_server_id", "error", "raw", "raw_name", "is_stopped", "key", "message_key"),
    "place",
}


@tagged("post_install", "-at_install")
class TestRules(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            level: new_test_user(cls.env, f"the_{level}", groups=f"helpdesk_mgmt.group_helpdesk_{level}")
            for level in LEVELS
        }
        cls.team.user_ids = cls.env["res.users"].concat(*cls.users.values())
        cls.elsewhere = cls.env["helpdesk.ticket.team"].create({"name": "Elsewhere"})
        cls.stranger = new_test_user(cls.env, "stranger", groups="helpdesk_mgmt.group_helpdesk_user_own")

    def test_no_dialog_names_a_ticket_that_its_user_may_not_read(self):
        mine, theirs = self.new_ticket(user_id=self.stranger.id), self.new_ticket(user_id=self.users["user"].id)
        dialogs = self.env["helpdesk.ticket.take"].with_user(self.stranger)
        dialog = dialogs.create({"ticket_id": mine.id, "holder_id": self.env.uid})
        self.assertIn("Printer is on fire", dialog.ticket_id.display_name)
        for change in (
            lambda: dialogs.create({"ticket_id": theirs.id, "holder_id": self.env.uid}),
            lambda: dialog.write({"ticket_id": theirs.id}),
        ):
            with self.assertRaises(AccessError):
                change()

    def every_kind_of_ticket(self):
        """With an SLA, a thread and an email of each."""
        tickets = self.env["helpdesk.ticket"]
        people = [False, self.stranger.id, *(user.id for user in self.users.values())]
        for team in (self.team.id, self.elsewhere.id, False):
            for user in people:
                tickets |= self.new_ticket(team_id=team, user_id=user)
        for number, ticket in enumerate(tickets):
            self.env["helpdesk.slack.thread"]._begin(ticket, self.channel, "C0SUPPORT01", f"{number}.1")
            self.env["helpdesk.slack.inbound"].create(
                {
                    "workspace_id": self.workspace.id,
                    "company_id": self.company.id,
                    "event_ref": f"Ev{number}",
                    "source": "http",
                    "kind": "command",
                    "ticket_id": ticket.id,
                }
            )
            self.env["helpdesk.inbound.mail"].create(
                {"key": f"{number}", "ticket_id": ticket.id, "verdict": "created", "company_id": self.company.id}
            )
        self.env.flush_all()
        return tickets

    def test_who_sees_a_ticket_sees_what_belongs_to_it_and_nobody_else_does(self):
        tickets, seen = self.every_kind_of_ticket(), {}
        for level, user in self.users.items():
            seen[level] = tickets.with_user(user)._filtered_access("read").with_env(self.env)
            for model, path in OWNED.items():
                records = self.env[model].search([(path, "in", tickets.ids)])
                self.assertEqual(records.mapped(path), tickets, model)
                with self.subTest(f"{level} {model}"):
                    visible = records.with_user(user)._filtered_access("read").with_env(self.env)
                    self.assertEqual(visible.mapped(path), seen[level])
        self.assertLess(len(seen["user_own"]), len(seen["user_team"]))
        self.assertLess(len(seen["user_team"]), len(seen["user"]))
        self.assertEqual(seen["user"], tickets)

    def test_what_an_email_says_of_others_is_for_administrators(self):
        mail = self.env["helpdesk.inbound.mail"].create(
            {"ticket_id": self.new_ticket().id, "verdict": "created", "company_id": self.company.id, "error": "x"}
        )
        for level in ("user", "manager"):
            mine = mail.with_user(self.users[level])
            self.assertFalse(OF_ADMINISTRATORS & set(mine.fields_get()))
            for name in sorted(OF_ADMINISTRATORS):
                with self.subTest(f"{level} {name}"):
                    with self.assertRaises(AccessError):
                        mine.read([name])
                    with self.assertRaises(AccessError):
                        mine.search([(name, "!=", False)])

    def test_who_may_only_read_a_message_to_slack_presses_no_button(self):
        agents = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        model = self.env["ir.model"]._get_id("helpdesk.slack.outbox")
        self.env["ir.model.access"].create(
            {"name": "readers", "model_id": model, "group_id": agents.id, "perm_read": True}
        )
        entry = self.entries(self.new_ticket())
        entry.state = "failed"
        mine = entry.with_user(self.users["user"])
        self.assertEqual(mine.state, "failed")
        for button in ("action_retry", "action_cancel"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(mine, button)()
        self.assertEqual(entry.state, "failed")
        entry.with_user(self.users["manager"]).action_retry()
        self.assertEqual(entry.state, "pending")

    def test_who_manages_one_company_presses_no_button_of_another(self):
        company = self.env["res.company"].create({"name": "Other"})
        workspace = self.env["helpdesk.slack.workspace"].create({"name": "Other", "company_id": company.id})
        channel = self._new_channel("#other", "C0OTHER001", workspace)
        team = {"name": "There", "company_id": company.id, "slack_channel_id": channel.id}
        entry = self.entries(self.new_ticket(team_id=self.env["helpdesk.ticket.team"].create(team).id))
        entry.state = "failed"
        for button in ("action_retry", "action_cancel"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(entry.with_user(self.users["manager"]), button)()
        self.assertEqual(entry.state, "failed")
