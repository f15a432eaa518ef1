"""A database of the first release keeps its values."""

import hashlib
from pathlib import Path

from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common import InboundCase

FOLDER = Path(file_path("helpdesk_bridge/migrations/19.0.2.0.0"))
TOKEN = "a-long-enough-token"


@tagged("post_install", "-at_install")
class TestMigration(InboundCase):
    def run_script(self, name, version="19.0.1.0.0"):
        space = {"__name__": name}
        exec((FOLDER / f"{name}-migration.py").read_text(), space)  # noqa: S102 (our own script, as Odoo loads it)
        self.env.flush_all()
        space["migrate"](self.env.cr, version)
        self.env.invalidate_all()
        return space

    def rename(self, pairs):
        for table, before, after in pairs:
            self.env.cr.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{before}" TO "{after}"')

    def test_renamed_columns_keep_their_values(self):
        self.mailbox.write({"helpdesk_address": "help@acme.example", "helpdesk_authserv_id": "mx.acme.example"})
        rules = self.env["helpdesk.slack.rule"]
        rules.search([]).unlink()
        rule = rules.create({"company_id": self.company.id, "event": "noted", "posted": False, "mentions": True})
        columns = self.run_script("pre")["COLUMNS"]
        self.env.flush_all()
        self.rename((table, name, former) for table, former, name in columns)
        self.run_script("pre")
        self.assertEqual(self.mailbox.helpdesk_address, "help@acme.example")
        self.assertEqual(self.mailbox.helpdesk_authserv_id, "mx.acme.example")
        self.assertEqual((rule.posted, rule.mentions), (False, True))

    def test_waiting_messages_keep_what_they_mention(self):
        [entry] = self.entries(self.new_ticket())
        for before, after in (
            ({"quiet": True}, {"silent": True}),
            ({"text": "x", "call": "<!here>"}, {"text": "x", "mention": "<!here>"}),
            ({"call_user": 7, "rootless": True}, {"mention_user": 7, "waited_for_root": True}),
            ({"text": "quiet"}, {"text": "quiet"}),
            (False, False),
        ):
            with self.subTest(before):
                entry.payload = before
                self.run_script("pre")
                self.assertEqual(entry.payload, after)

    def test_the_token_of_a_monitor_still_opens_its_pages(self):
        self.env["ir.config_parameter"].set_param("helpdesk_bridge.watch_token", TOKEN)
        self.run_script("pre")
        self.assertTrue(self.env["helpdesk.bridge.metrics"]._is_token(TOKEN))
        stored = self.env["ir.config_parameter"].get_param("helpdesk_bridge.watch_token")
        self.assertEqual(stored, hashlib.sha256(TOKEN.encode()).hexdigest())

    def test_warnings_that_were_posted_mention_people(self):
        rules = self.env["helpdesk.slack.rule"]
        rules.search([]).unlink()
        owner = {"company_id": self.company.id, "mentions": False}
        events = ("sla_start_warned", "sla_resolution_warned", "noted")
        posted, also, noted = rules.create([{**owner, "event": event, "posted": True} for event in events])
        off = rules.create({"team_id": self.team.id, "event": "sla_start_warned", "posted": False, "mentions": False})
        self.run_script("pre")
        self.assertEqual([rule.mentions for rule in (posted, also, noted, off)], [True, True, False, False])

    def test_tickets_that_wait_are_paused(self):
        waiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        paused, running = self.new_ticket(stage_id=waiting.id), self.new_ticket()
        self.assertEqual(paused.sla_status, "paused")
        self.deliver()
        paused._sla_set({"sla_status": "on_track", "sla_paused": False})
        self.deliver()
        before = len(self.entries(paused))
        self.run_script("post")
        self.assertEqual((paused.sla_status, paused.sla_paused), ("paused", True))
        self.assertEqual((running.sla_status, running.sla_paused), ("on_track", False))
        self.assertEqual(len(self.entries(paused)), before, "nothing is posted")

    def test_the_cron_calls_todays_method(self):
        cron = self.env.ref("helpdesk_bridge.ir_cron_after_mail")
        partner = self.env["ir.model"]._get("res.partner")
        cron.write({"model_id": partner.id, "code": "model._cron_after_mail()"})
        self.run_script("post")
        self.assertEqual((cron.model_id.model, cron.code), ("helpdesk.followup", "model._cron_follow_up()"))
        cron.code = "model._mine()"
        self.run_script("post")
        self.assertEqual(cron.code, "model._mine()", "somebody's own code stays")

    def test_scheduled_actions_have_the_names_of_today(self):
        self.env["res.lang"]._activate_lang("cs_CZ")
        for name, former in (
            ("ir_cron_after_mail", "Helpdesk Bridge: assign tickets, write letters"),
            ("ir_cron_sla_tick", "Helpdesk Bridge: check promises"),
        ):
            with self.subTest(name):
                cron = self.env.ref(f"helpdesk_bridge.{name}")
                today = cron.name
                cron.name = former
                cron.with_context(lang="cs_CZ").name = "Formerly"
                self.run_script("post")
                self.assertEqual((cron.name, cron.cron_name), (today, today))
                self.assertEqual(cron.with_context(lang="cs_CZ").name, today, "no translation of the former name")
                cron.name = "Mine"
                self.run_script("post")
                self.assertEqual(cron.name, "Mine")

    def test_a_ticket_may_have_many_next_responses(self):
        self.env.cr.execute(
            "ALTER TABLE helpdesk_sla_clock ADD CONSTRAINT helpdesk_sla_clock_metric_unique UNIQUE (ticket_id, metric)"
        )
        self.run_script("pre")
        clock = {"ticket_id": self.new_ticket().id, "metric": "next_response", "target_minutes": 60}
        done = {**clock, "started_at": "2026-06-01 10:00:00", "satisfied_at": "2026-06-01 11:00:00", "state": "met"}
        self.assertEqual(len(self.env["helpdesk.sla.clock"].create([done, done])), 2)

    def test_policies_of_before_have_no_next_response(self):
        policy = self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        self.env.cr.execute("UPDATE helpdesk_sla_policy SET next_response_hours = NULL")
        self.env.invalidate_all()
        self.assertEqual(policy._rule().minutes("next_response", "1"), 0)

    def test_the_events_of_a_team_stand_in_the_order_of_today(self):
        rules = self.env["helpdesk.slack.rule"]
        rules.search([]).unlink()
        words = ("sla_resolution_warned", "sla_next_response_breached", "sla_start_breached")
        rows = rules.create([{"company_id": self.company.id, "event": word} for word in words])
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_slack_rule SET sequence = 9")
        self.env.invalidate_all()
        self.run_script("post")
        self.assertEqual(rules.search([("id", "in", rows.ids)]).mapped("event"), list(reversed(words)))

    def test_companies_of_before_take_no_replies_from_slack(self):
        self.company.helpdesk_slack_replies = "note"
        self.run_script("pre")
        self.assertEqual(self.company.helpdesk_slack_replies, "note", "what somebody has chosen stays")
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE res_company DROP COLUMN helpdesk_slack_replies")
        self.run_script("pre")
        self.assertEqual(
            self.env["res.company"].search([]).mapped("helpdesk_slack_replies"),
            ["off"] * len(self.env["res.company"].search([])),
        )
        self.assertEqual(self.new_ticket()._slack_replies(), "off")

    def test_what_a_company_of_before_has_stays(self):
        """New companies, mailboxes and teams begin with other settings."""
        for owner, name, kept in (
            (self.company, "helpdesk_letter_times", True),
            (self.company, "helpdesk_letter_again", False),
            (self.mailbox, "helpdesk_opens_lists", True),
            (self.team, "bridge_opens_lists", True),
        ):
            with self.subTest(name):
                owner[name] = not kept
                self.run_script("pre")
                self.assertEqual(owner[name], not kept, "what somebody has chosen stays")
                self.env.cr.execute(f'ALTER TABLE "{owner._table}" DROP COLUMN "{name}"')
                self.run_script("pre")
                self.assertEqual(owner[name], kept)
                self.assertEqual(owner.browse().new({})[name], not kept)

    def test_events_of_before_mention_no_more_people_than_they_did(self):
        rules = self.env["helpdesk.slack.rule"]
        rules.search([]).unlink()
        chosen = rules.create({"company_id": self.company.id, "event": "assigned", "mentions": True})
        closed = self.env["res.company"].create({"name": "Closed", "active": False})
        for _time in range(2):
            self.run_script("post")
            found = {(one.company_id, one.event): one.mentions for one in rules.search([("company_id", "!=", False)])}
            self.assertTrue(chosen.mentions)
            self.assertIs(found.get((self.company, "customer_replied")), False)
            self.assertIs(found.get((closed, "assigned")), False, "an archived company, too")
        companies = self.env["res.company"].with_context(active_test=False).search_count([])
        self.assertEqual(rules.search_count([("company_id", "!=", False)]), 2 * companies)
        later = self.env["res.company"].create({"name": "Later"})
        team = self.env["helpdesk.ticket.team"].create({"name": "Later", "company_id": later.id})
        ticket = self.new_ticket(team_id=team.id, company_id=later.id)
        self.assertTrue(rules._for(ticket, "assigned").mentions, "a new company begins with the defaults of today")

    def test_no_view_of_before_is_checked_with_those_of_today(self):
        """Those that extend others are written again by the update; until then, they must not name former fields."""
        data = self.env["ir.model.data"].search([("module", "=", "helpdesk_bridge"), ("model", "=", "ir.ui.view")])
        ours = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        extending, base = ours.filtered("inherit_id"), ours.filtered(lambda view: not view.inherit_id)
        theirs = self.env.ref("helpdesk_mgmt.ticket_view_form")
        kept = {view: view.arch_db for view in base | theirs}
        self.run_script("pre")
        self.assertEqual({view.arch_db for view in extending}, {"<data/>"})
        self.assertEqual({view: view.arch_db for view in kept}, kept)

    def test_a_new_database_is_left_alone(self):
        [entry] = self.entries(self.new_ticket())
        entry.payload = {"quiet": True}
        self.run_script("pre", version="")
        self.assertEqual(entry.payload, {"quiet": True})
