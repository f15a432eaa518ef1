"""Who may see and do what."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BridgeCase, new_test_user

KINDS = ("portal", "user", "agent", "manager", "system")
#: model -> what each of these kinds of user may do: read, write, create, delete; - for nothing at all.
MATRIX = {
    "helpdesk.bridge.count": "- - - - r",
    "helpdesk.digest": "- - - r -",
    "helpdesk.fetch.request": "- - - - r",
    "helpdesk.inbound.mail": "- - r r rwd",
    "helpdesk.letter": "- - - r r",
    "helpdesk.letter.preview": "- - - rwcd rwcd",
    "helpdesk.mail.filter": "- - r rwcd rwcd",
    "helpdesk.mail.filter.tester": "- - - rwcd rwcd",
    "helpdesk.manager.settings": "- - - rwc -",
    "helpdesk.sla.apply": "- - - rwcd -",
    "helpdesk.sla.apply.line": "- - - rwcd -",
    "helpdesk.sla.clock": "- - r r -",
    "helpdesk.sla.clock.line": "- - r r -",
    "helpdesk.sla.clock.report": "- - r r -",
    "helpdesk.sla.policy": "- - r rwcd rwcd",
    "helpdesk.sla.recount": "- - - r -",
    "helpdesk.sla.target": "- - r rwcd rwcd",
    "helpdesk.slack.channel": "- - r rwcd rwcd",
    "helpdesk.slack.echo": "- - - - r",
    "helpdesk.slack.inbound": "- - r r r",
    "helpdesk.slack.member": "- - - rwcd rwcd",
    "helpdesk.slack.outbox": "- - - r -",
    "helpdesk.slack.person": "- - - r r",
    "helpdesk.slack.rule": "- - r rwcd rwcd",
    "helpdesk.slack.thread": "- - r r -",
    "helpdesk.slack.workspace": "- - - r rwcd",
    "helpdesk.ticket.bulk": "- - rwc rwc -",
    "helpdesk.ticket.performance": "- - - r -",
    "helpdesk.ticket.reply": "- - r r -",
    "helpdesk.ticket.snooze": "- - rwc rwc -",
    "helpdesk.ticket.take": "- - rwc rwc -",
    "helpdesk.ticket.viewer": "- - - - r",
}
#: Figures of the whole database, which only administrators read.
OF_NO_COMPANY = {"helpdesk.bridge.count", "helpdesk.fetch.request"}
#: Words in the names of fields that hold secrets, or what a customer has written unseen.
SECRET = ("token", "secret", "password", "webhook_url", "raw")
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {
            "portal": "base.group_portal",
            "user": "base.group_user",
            "agent": "helpdesk_mgmt.group_helpdesk_user_own",
            "manager": "helpdesk_mgmt.group_helpdesk_manager",
            "system": "base.group_system",
        }
        cls.users = {kind: new_test_user(cls.env, f"the_{kind}", groups=group) for kind, group in groups.items()}

    def ours(self):
        """The models of this addon that have a table."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if model._original_module == "helpdesk_bridge" and not model._abstract
        )

    def test_no_model_is_forgotten_here(self):
        self.assertEqual(self.ours(), sorted(MATRIX))

    def test_every_model_and_group_has_just_the_access_it_needs(self):
        for model, row in MATRIX.items():
            for kind, allowed in zip(KINDS, row.split(), strict=True):
                records = self.env[model].with_user(self.users[kind])
                for letter, operation in OPERATIONS.items():
                    with self.subTest(f"{kind} {operation} {model}"):
                        self.assertEqual(records.has_access(operation), letter in allowed)

    def test_every_model_has_a_rule_for_companies(self):
        """One for everybody: a rule of a group widens what another group sees."""
        everybody = [("global", "=", True), ("domain_force", "ilike", "company_id")]
        ruled = set(self.env["ir.rule"].search(everybody).model_id.mapped("model"))
        kept = {name for name in self.ours() if not self.env[name]._transient}
        self.assertEqual(kept - ruled, OF_NO_COMPANY)

    def test_every_secret_field_is_for_system_administrators_only(self):
        found = set()
        for name in [*self.ours(), "res.config.settings", "res.company", "helpdesk.ticket", "helpdesk.ticket.team"]:
            for field in self.env[name]._fields.values():
                mine = "helpdesk_bridge" in field._modules
                if mine and field.type in ("char", "text", "binary") and any(word in field.name for word in SECRET):
                    found.add(field.name)
                    with self.subTest(f"{name}.{field.name}"):
                        stored = {"bot_token", "app_token", "signing_secret", "webhook_url"}
                        self.assertEqual(field.groups, "." if field.name in stored else "base.group_system")
                        self.assertFalse(field.copy and field.store)
        named = {"bot_token", "app_token", "signing_secret", "webhook_url", "raw", "helpdesk_watch_token"}
        self.assertLessEqual(named, found)
        self.assertLessEqual({"helpdesk_slack_signing_secret", "helpdesk_slack_webhook_url"}, found)

    def test_secrets_are_for_system_administrators_only(self):
        self.workspace.signing_secret = "s"
        for kind in ("manager", "agent"):
            secrets = [
                name for kept in ("bot_token", "app_token", "signing_secret") for name in (kept, f"{kept}_entry")
            ]
            for name in (*secrets, "api_url"):
                with self.subTest(f"{kind} {name}"), self.assertRaises(AccessError):
                    self.workspace.with_user(self.users[kind]).read([name])
        self.users["manager"].group_ids += self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            self.workspace.with_user(self.users["manager"]).export_data(["bot_token"])
        self.assertNotIn("bot_token", self.workspace.with_user(self.users["manager"]).read()[0])
        self.assertTrue(self.workspace.with_user(self.users["manager"]).has_token)

    def test_nobody_reads_a_stored_secret_not_even_an_administrator(self):
        self.workspace.signing_secret = "s"
        self.channel.webhook_url = self.slack.webhook_url
        for kind in ("system", "manager", "agent"):
            self.users[kind].group_ids += self.env.ref("base.group_allow_export")
            for record, name in (
                (self.workspace, "bot_token"),
                (self.workspace, "signing_secret"),
                (self.workspace, "app_token"),
                (self.channel, "webhook_url"),
            ):
                mine = record.with_user(self.users[kind])
                for way, ask in {
                    "read": lambda mine=mine, name=name: mine.read([name]),
                    "web_read": lambda mine=mine, name=name: mine.web_read({name: {}}),
                    "export": lambda mine=mine, name=name: mine.export_data([name]),
                    "search": lambda mine=mine, name=name: mine.search([(name, "=like", "x%")]),
                    "order": lambda mine=mine, name=name: mine.search([], order=name),
                    "group": lambda mine=mine, name=name: mine.read_group([], [], [name]),
                    "write": lambda mine=mine, name=name: mine.write({name: False}),
                    "path": lambda record=record, kind=kind, name=name: (
                        self.env["helpdesk.slack.channel"]
                        .with_user(self.users[kind])
                        .search([(f"workspace_id.{name}" if record == self.workspace else name, "=like", "x%")])
                    ),
                }.items():
                    with self.subTest(f"{kind} {way} {name}"):
                        with self.assertRaises(Exception) as refused:
                            ask()
                        self.assertIsInstance(refused.exception, AccessError | ValueError)
                self.assertNotIn(name, mine.fields_get() if kind == "system" else {})

    def test_an_administrator_enters_and_removes_secrets(self):
        workspace = self.workspace.with_user(self.users["system"])
        workspace.write({"bot_token_entry": " xoxb-entered ", "signing_secret_entry": "s3cret"})
        workspace.app_token_entry = " xapp-entered "
        self.assertEqual((self.workspace.bot_token, self.workspace.signing_secret), ("xoxb-entered", "s3cret"))
        self.assertEqual(self.workspace.app_token, "xapp-entered")
        workspace.invalidate_recordset()
        self.assertFalse(workspace.bot_token_entry or workspace.signing_secret_entry or workspace.app_token_entry)
        workspace.action_remove_token()
        workspace.action_remove_signing_secret()
        workspace.action_remove_app_token()
        self.assertFalse(self.workspace.bot_token or self.workspace.signing_secret or self.workspace.app_token)
        made = self.env["helpdesk.slack.workspace"].with_user(self.users["system"])
        made = made.create({"name": "Made", "bot_token_entry": "xoxb-made"})
        self.assertEqual(made.sudo().bot_token, "xoxb-made")

    def test_a_manager_cannot_test_or_change_the_connection(self):
        with self.assertRaises(AccessError):
            self.workspace.with_user(self.users["manager"]).action_test_connection()
        with self.assertRaises(AccessError):
            self.workspace.with_user(self.users["manager"]).bot_token_entry = "xoxb-mine"
        self.assertFalse(self.slack.calls)

    def test_a_manager_sets_up_channels_and_sends_test_messages(self):
        self.channel.with_user(self.users["manager"]).action_send_test()
        self.assertEqual(len(self.slack.messages), 1)
        with self.assertRaises(AccessError):
            self.channel.with_user(self.users["agent"]).action_send_test()

    def test_an_agent_sees_the_threads_of_the_tickets_they_see(self):
        mine = self.new_ticket(team_id=False, user_id=self.users["agent"].id)
        theirs = self.new_ticket(team_id=False, user_id=self.manager.id)
        self.company.helpdesk_slack_channel_id = self.channel
        for number, ticket in enumerate(mine | theirs):
            self.env["helpdesk.slack.thread"]._begin(ticket, self.channel, "C0SUPPORT01", f"{number}.1")
        seen = self.env["helpdesk.slack.thread"].with_user(self.users["agent"]).search([])
        self.assertEqual(seen.ticket_id, mine)

    def test_who_follows_a_ticket_sees_all_that_belongs_to_it(self):
        agent, ticket = self.users["agent"], self.new_ticket(user_id=self.manager.id)
        self.env["helpdesk.slack.thread"]._begin(ticket, self.channel, "C0SUPPORT01", "1.1")
        mail = self.env["helpdesk.inbound.mail"].create(
            {"key": "k", "ticket_id": ticket.id, "verdict": "created", "company_id": self.company.id}
        )
        mail.flush_recordset()
        self.env["helpdesk.slack.inbound"].create(
            {
                "workspace_id": self.workspace.id,
                "company_id": self.company.id,
                "event_ref": "Ev1",
                "source": "http",
                "kind": "message",
                "ticket_id": ticket.id,
            }
        )
        owned = {
            model: self.env[model].search([(path, "=", ticket.id)])
            for model, path in (
                ("helpdesk.sla.clock", "ticket_id"),
                ("helpdesk.sla.clock.line", "clock_id.ticket_id"),
                ("helpdesk.sla.clock.report", "ticket_id"),
                ("helpdesk.slack.thread", "ticket_id"),
                ("helpdesk.slack.inbound", "ticket_id"),
                ("helpdesk.inbound.mail", "ticket_id"),
            )
        }
        for model, records in owned.items():
            self.assertTrue(records, model)
            self.assertFalse(records.with_user(agent)._filtered_access("read"), model)
        ticket.message_subscribe(agent.partner_id.ids)
        for model, records in owned.items():
            self.assertEqual(records.with_user(agent)._filtered_access("read"), records, model)

    def test_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        workspace = self.env["helpdesk.slack.workspace"].create({"name": "Other", "company_id": other.id})
        channel = self._new_channel("#other", "C0OTHER001", workspace)
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "There", "company_id": other.id, "slack_channel_id": channel.id}
        )
        entry = self.entries(self.new_ticket(team_id=team.id))
        self.assertTrue(entry)
        mail_filter = self.env["helpdesk.mail.filter"].create({"pattern": "*@x.example", "company_id": other.id})
        for record in (workspace, channel, entry, mail_filter):
            seen = record.with_user(self.users["manager"]).search([("id", "=", record.id)])
            self.assertFalse(seen, record._name)

    def test_what_every_company_uses_is_changed_by_those_who_manage_all_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        shared = self.env["helpdesk.slack.workspace"].create({"name": "All", "company_id": False})
        channel = self._new_channel("#all", "C0SHARED01", shared)
        team = self.env["helpdesk.ticket.team"].create({"name": "Everywhere", "company_id": False})
        mine = self.env["helpdesk.mail.filter"].create({"pattern": "*@m.example", "company_id": self.company.id})
        records = {
            channel: {"channel_ref": "C0EVIL0001", "hold_until": "2099-01-01", "state": "paused", "name": "x"},
            self.env["helpdesk.mail.filter"].create({"pattern": "*@x.example", "company_id": False}): {
                "pattern": "*@y.example",
                "active": False,
                "company_id": self.company.id,
            },
            self.env["helpdesk.slack.member"].create({"user_id": self.agent.id, "workspace_id": shared.id}): {
                "member_ref": "U0EVIL0001"
            },
            self.env["helpdesk.slack.rule"].create({"team_id": team.id, "event": "closed"}): {"posted": False},
        }
        made = {
            "helpdesk.mail.filter": {"pattern": "*@z.example", "company_id": False},
            "helpdesk.slack.channel": {"name": "x", "channel_ref": "C0EVIL0002", "workspace_id": shared.id},
            "helpdesk.slack.member": {"user_id": self.manager.id, "workspace_id": shared.id},
            "helpdesk.slack.rule": {"team_id": team.id, "event": "noted"},
        }
        moved = [
            (mine, {"company_id": False}),
            (mine, {"company_id": other.id}),
            (self.channel, {"workspace_id": shared.id}),
        ]
        user = self.users["manager"]

        def attempts():
            for record, changes in records.items():
                for name, value in changes.items():
                    yield (
                        f"{record._name} {name}",
                        lambda record=record, vals={name: value}: record.with_user(user).write(vals),
                    )
                yield f"delete {record._name}", record.with_user(user).unlink
            for model, vals in made.items():
                yield f"create {model}", lambda model=model, vals=vals: self.env[model].with_user(user).create(vals)
            for record, vals in moved:
                yield f"move {record._name}", lambda record=record, vals=vals: record.with_user(user).write(vals)
            yield "pause", channel.with_user(user).action_send_test

        for name, attempt in attempts():
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
                self.env.flush_all()
            self.env.invalidate_all()
        for record in records:
            self.assertTrue(record.with_user(user).has_access("read"), record._name)
        mine.with_user(user).pattern = "*@n.example"
        self.channel.with_user(user).hold_until = False
        user.company_ids = self.env["res.company"].search([])
        for name, attempt in attempts():
            with self.subTest(f"of all companies: {name}"), self.env.cr.savepoint() as savepoint:
                attempt()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_in_a_database_of_one_company_a_manager_shares(self):
        self.env["res.company"].search([("id", "!=", self.company.id)]).active = False
        values = {"pattern": "*@z.example", "company_id": False}
        mail_filter = self.env["helpdesk.mail.filter"].with_user(self.users["manager"]).create(values)
        mail_filter.pattern = "*@y.example"

    def test_what_an_email_failed_of_is_for_administrators(self):
        ticket = self.new_ticket(team_id=False, user_id=self.manager.id)
        values = {"company_id": self.company.id, "ticket_id": ticket.id}
        log = self.env["helpdesk.inbound.mail"]
        rows = log.create([{**values, "verdict": "created"}, {**values, "verdict": "failed"}])
        stray = log.create({"company_id": self.company.id, "verdict": "ignored"})
        mine = [("id", "in", (rows | stray).ids)]
        self.assertFalse(log.with_user(self.users["agent"]).search(mine), "not their ticket")
        self.assertEqual(log.with_user(self.users["manager"]).search(mine), stray | rows[0])
        self.assertEqual(log.with_user(self.users["system"]).search(mine), rows | stray)
        with self.assertRaises(AccessError):
            rows[0].with_user(self.users["manager"]).read(["raw"])
        for button in ("action_replay", "action_discard"):
            with self.assertRaises(AccessError):
                getattr(rows[0].with_user(self.users["manager"]), button)()

    def test_everybody_is_offered_just_the_buttons_they_may_press(self):
        filter_action = f'name="{self.env.ref("helpdesk_bridge.helpdesk_mail_filter_action_new").id}"'
        for model, button, kinds in (
            ("helpdesk.ticket", "inbound_mail_count", {"agent", "manager"}),
            ("helpdesk.inbound.mail", filter_action, {"manager"}),
            ("helpdesk.inbound.mail", "action_replay", {"system"}),
            ("helpdesk.inbound.mail", "action_discard", {"system"}),
        ):
            for kind in {"user", "agent", "manager", "system"} - (
                {"user"} if model == "helpdesk.inbound.mail" else set()
            ):
                with self.subTest(f"{kind} {button}"):
                    view = self.env[model].with_user(self.users[kind]).get_view(view_type="form")
                    self.assertEqual(button in view["arch"], kind in kinds)

    def test_the_portal_sees_nothing_of_ours_on_tickets_and_teams(self):
        for model in ("helpdesk.ticket", "helpdesk.ticket.team"):
            ours = {
                name for name, field in self.env[model]._fields.items() if set(field._modules) == {"helpdesk_bridge"}
            }
            self.assertTrue(ours)
            seen = set(self.env[model].with_user(self.users["portal"]).fields_get())
            self.assertFalse(ours & seen)

    def test_the_settings_do_not_give_the_token_back(self):
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.helpdesk_slack_bot_token)
        self.assertNotIn("xoxb", str(settings.read()))

    def test_no_field_of_ours_is_seen_in_the_portal(self):
        for model in ("helpdesk.ticket", "helpdesk.ticket.team", "helpdesk.ticket.stage", "res.company"):
            fields = self.env[model]._fields.values()
            ours = [field for field in fields if set(field._modules) == {"helpdesk_bridge"}]
            self.assertFalse([field.name for field in ours if not field.groups], model)
        ticket = self.env["helpdesk.ticket"].with_user(self.users["portal"])
        with self.assertRaises(AccessError):
            ticket.search([("legacy_reference", "!=", False)])
