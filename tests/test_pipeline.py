"""The order in which a ticket's change is handled, and what of ours overrides the same method twice."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from .common import BridgeCase

ADDON = "odoo.addons.helpdesk_bridge."
#: Methods that several files of this addon define on one of Odoo's or helpdesk_mgmt's models. A hook of the pipeline
#: stands in its own room first, and the rooms that override it do not know each other. Of the others, each only looks
#: at the values that come in, or handles a case that the others leave alone: none may hang on who comes first.
STACKED = {
    ("helpdesk.ticket", "_auto_init"): {"ticket"},
    ("helpdesk.ticket", "_bridge_on_answering"): {"slack", "ticket"},
    ("helpdesk.ticket", "_bridge_mentions_nobody"): {"inbound", "ticket"},
    ("helpdesk.ticket", "_bridge_on_changes"): {"outbound", "slack", "ticket"},
    ("helpdesk.ticket", "_bridge_on_changes_first"): {"answering", "sla", "ticket"},
    ("helpdesk.ticket", "_bridge_can_be_warned"): {"outbound", "ticket"},
    ("helpdesk.ticket", "_bridge_is_owed"): {"outbound", "sla", "ticket"},
    ("helpdesk.ticket", "_bridge_on_customer_reply"): {"sla", "ticket"},
    ("helpdesk.ticket", "_bridge_on_merged"): {"sla", "ticket"},
    ("helpdesk.ticket", "_bridge_on_message_first"): {"answering", "sla", "ticket"},
    ("helpdesk.ticket", "_bridge_on_work"): {"ticket"},
    ("helpdesk.ticket", "_bridge_desk"): {"sla", "ticket"},
    ("helpdesk.ticket", "_bridge_turn"): {"sla", "ticket"},
    ("helpdesk.ticket", "_bridge_snapshot"): {"sla", "ticket"},
    ("helpdesk.ticket", "_bridge_tracked_keys"): {"sla", "ticket"},
    ("helpdesk.ticket", "_bridge_waiting_stages"): {"sla", "ticket"},
    ("helpdesk.ticket", "_slack_acts"): {"slack", "slack_acts"},
    ("helpdesk.ticket", "_bridge_warn_of_inactivity"): {"outbound", "ticket"},
    ("helpdesk.ticket", "_bridge_was_open"): {"inbound", "ticket"},
    ("helpdesk.ticket", "_notify_get_recipients"): {"answering", "outbound"},
    ("helpdesk.ticket", "_slack_hold"): {"slack_acts", "slack_answering"},
    ("helpdesk.ticket", "_slack_own_acts"): {"slack_acts", "slack_answering"},
    ("helpdesk.ticket", "copy_data"): {"sla", "ticket"},
    ("helpdesk.ticket", "create"): {"inbound", "sla", "ticket"},
    ("helpdesk.ticket", "default_get"): {"sla", "ticket"},
    ("helpdesk.ticket", "message_post"): {"answering", "inbound", "outbound", "ticket"},
    ("helpdesk.ticket", "unlink"): {"answering", "sla"},
    ("helpdesk.ticket", "write"): {"inbound", "sla", "ticket"},
    ("helpdesk.ticket.team", "create"): {"ticket"},
    ("helpdesk.ticket.team", "write"): {"slack_inbound", "ticket"},
    ("res.company", "create"): {"sla", "ticket"},
    ("res.company", "write"): {"common", "slack_inbound", "ticket"},
    ("fetchmail.server", "button_confirm_login"): {"inbound"},
    ("fetchmail.server", "write"): {"inbound"},
    ("res.config.settings", "_compute_helpdesk_has_trouble"): {"settings"},
    ("res.config.settings", "action_helpdesk_open_part"): {"settings"},
    ("res.config.settings", "action_helpdesk_slack_send_test"): {"settings"},
    ("res.config.settings", "set_values"): {"settings"},
    ("ir.cron", "_bridge_cron_to_wake"): {"common", "inbound", "slack"},
}
#: The models of others that this addon extends in several files.
SHARED = (
    "helpdesk.ticket",
    "helpdesk.ticket.team",
    "res.company",
    "fetchmail.server",
    "res.config.settings",
    "ir.cron",
    "mail.thread",
    "ir.attachment",
)


@tagged("post_install", "-at_install")
class TestPipeline(BridgeCase):
    def setUp(self):
        super().setUp()
        self.order = []
        tickets = type(self.env["helpdesk.ticket"])
        self.steps = {
            "snapshot": (tickets, "_bridge_facts"),
            "SLA": (tickets, "_sla_apply_changes"),
            "clocks begin": (tickets, "_sla_start_clocks"),
            "first response": (tickets, "_sla_on_response"),
            "Slack": (type(self.env["helpdesk.slack.outbox"]), "_enqueue"),
            "automatic emails": (type(self.env["helpdesk.letter"]), "_enqueue"),
            "reopening": (tickets, "_bridge_reopen"),
        }

    @contextmanager
    def noted(self):
        """Note the steps of the pipeline in the order in which they begin."""
        self.order.clear()
        with self.env.cr.savepoint(), self._patches(list(self.steps.items())):
            yield

    @contextmanager
    def _patches(self, steps):
        if not steps:
            yield
            return
        [(step, (owner, name)), *others] = steps
        method = getattr(owner, name)

        def noting(*args, **kwargs):
            self.order.append(step)
            return method(*args, **kwargs)

        with patch.object(owner, name, noting), self._patches(others):
            yield

    def test_a_new_ticket_gets_its_clocks_before_slack_hears_of_it(self):
        with self.noted():
            self.new_ticket()
        self.assertEqual(self.order, ["clocks begin", "Slack"])

    def test_a_write_is_looked_at_before_and_after_sla_and_told_last(self):
        ticket, done = self.new_ticket(), self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.noted():
            ticket.with_user(self.agent).stage_id = done
        self.assertEqual(self.order[:3], ["snapshot", "SLA", "snapshot"])
        self.assertEqual(sorted(self.order[3:]), ["Slack", "automatic emails"])

    def test_an_agents_reply_is_the_first_response_before_slack_hears_of_it(self):
        self.team.user_ids = self.agent
        ticket = self.new_ticket()
        for moves in (["SLA"], []):  # out of New, once
            with self.noted():
                ticket.with_user(self.agent).message_post(
                    body="Done.", message_type="comment", subtype_xmlid="mail.mt_comment"
                )
            self.assertEqual(self.order, ["snapshot", "first response", *moves, "snapshot", "Slack"])

    def test_a_customers_reply_is_told_before_it_reopens_the_ticket(self):
        customer = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        ticket = self.new_ticket(partner_id=customer.id)
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.noted():
            ticket.message_post(
                body="Again!", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=customer.id
            )
        told = [step for step in self.order if step not in ("snapshot", "clocks begin")]
        self.assertEqual(told[:3], ["Slack", "reopening", "SLA"])

    def test_a_write_inside_a_write_is_one_change(self):
        ticket = self.new_ticket()
        changes = []
        tickets = type(self.env["helpdesk.ticket"])
        method = tickets._bridge_on_changes

        def noting(records, found):
            changes.extend(found)
            return method(records, found)

        with patch.object(tickets, "_bridge_on_changes", noting), ticket._bridge_changing(frozenset({"name"})):
            ticket.name = "One"
            ticket.write({"name": "Two", "priority": "3"})
        self.assertEqual([(change.ticket, change.after.shown[0]) for change in changes], [(ticket, "Two")])

    maxDiff = None

    def test_what_several_files_do_to_one_method_is_known(self):
        found = {}
        for name in SHARED:
            ours = [part for part in type(self.env[name]).__mro__ if part.__module__.startswith(ADDON)]
            for method in {method for part in ours for method, value in vars(part).items() if callable(value)}:
                rooms = [part.__module__.removeprefix(ADDON).split(".")[1] for part in ours if method in vars(part)]
                if len(rooms) > 1:
                    found[name, method] = set(rooms)
        self.assertEqual(found, STACKED)

    def test_the_pipeline_hooks_end_in_the_room_that_owns_them(self):
        tickets = type(self.env["helpdesk.ticket"])
        for hook in ("_bridge_snapshot", "_bridge_on_changes_first", "_bridge_on_message_first", "_bridge_on_changes"):
            with self.subTest(hook):
                [*_others, last] = [part for part in tickets.__mro__ if hook in vars(part)]
                self.assertEqual(last.__module__, f"{ADDON}models.ticket.helpdesk_ticket_events")
