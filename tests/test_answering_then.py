"""A reply from Odoo's composer closes the ticket, or lets it wait for its customer: at once, or when it is sent."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..models.answering.helpdesk_ticket import THEN_KEY, Then
from .answering_case import AnsweringCase
from .common import new_test_user


@tagged("post_install", "-at_install")
class TestThen(AnsweringCase):
    def stage(self, name):
        return self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")

    def test_the_button_closes_it(self):
        self.assertTrue(self.ticket.with_user(self.agent).may_close)
        self.ticket.with_user(self.agent).action_close_ticket()
        self.assertEqual(self.ticket.stage_id, self.stage("done"))
        self.assertFalse(self.ticket.with_user(self.agent).may_close)

    def test_a_team_without_such_stages_offers_neither(self):
        self.assertEqual(self.ticket._bridge_ways_on(), ["close", "wait"])
        self.ticket.stage_id = self.stage("awaiting")
        self.assertEqual(self.ticket._bridge_ways_on(), ["close"], "it waits already")
        self.ticket.stage_id = self.stage("done")
        self.assertEqual(self.ticket._bridge_ways_on(), [])
        self.ticket.stage_id = self.stage("new")
        other = self.team.copy({"name": "Elsewhere"})
        stages = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)])
        stages.team_ids = other
        self.assertEqual(self.ticket._bridge_ways_on(), ["wait"])
        with self.assertRaisesRegex(UserError, "no closed stage"):
            self.ticket.action_close_ticket()

    def test_a_held_reply_does_it_when_it_is_sent(self):
        self.company.helpdesk_hold_replies = True
        for way, name in (("wait", "awaiting"), ("close", "done")):
            with self.subTest(way):
                ticket = self.new_ticket(partner_id=self.jane.id)
                values = {"body": "Unplug it.", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
                reply = self.Reply._hold_message(ticket.with_user(self.agent), values, "odoo", then=way)
                shown = reply._shown(self.agent)
                self.assertEqual((shown["close"], shown["wait"]), (way == "close", way == "wait"))
                self.assertEqual(ticket.stage_id, self.stage("new"))
                self.wait(reply)
                self.cron()
                self.assertEqual((reply.state, ticket.stage_id), ("sent", self.stage(name)))

    def test_a_context_that_came_over_rpc_does_nothing(self):
        ticket = self.ticket.with_user(self.agent)
        for said in ("close", {"way": "close"}, True):
            ticket.with_context(**{THEN_KEY: said}).message_post(body="x", message_type="comment")
        self.assertFalse(self.ticket.closed)
        ticket.with_context(**{THEN_KEY: Then("close")}).message_post(body="x", message_type="comment")
        self.assertTrue(self.ticket.closed)


@tagged("post_install", "-at_install")
class TestThenInTheChatter(HttpCase):
    def test_what_follows_a_reply(self):
        agent = new_test_user(
            *(self.env, "agent"),
            groups="helpdesk_mgmt.group_helpdesk_user",
            password="agent-agent",
            email="a@example.com",
        )
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        self.authenticate("agent", "agent-agent")
        stage = "helpdesk_mgmt.helpdesk_ticket_stage_{}"
        for then, name in ((None, "in_progress"), ("wait", "awaiting"), ("close", "done"), ("delete", "in_progress")):
            with self.subTest(then):
                values = {"name": "Fire", "description": "x", "partner_id": jane.id, "user_id": agent.id}
                ticket = self.env["helpdesk.ticket"].create(values)
                data = {"body": "Unplug it.", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
                call = {"thread_model": ticket._name, "thread_id": ticket.id, "post_data": data}
                posted = self.make_jsonrpc_request("/mail/message/post", {**call, "helpdesk_then": then})
                self.assertTrue(posted["message_id"])
                self.assertEqual(ticket.stage_id, self.env.ref(stage.format(name)))

    def test_who_may_not_write_the_ticket_moves_nothing(self):
        new_test_user(self.env, "guest", groups="base.group_user", password="guest-guest")
        ticket = self.env["helpdesk.ticket"].create({"name": "Fire", "description": "x"})
        self.authenticate("guest", "guest-guest")
        call = {"thread_model": ticket._name, "thread_id": ticket.id, "helpdesk_then": "close"}
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/mail/message/post", {**call, "post_data": {"body": "x"}})
        self.assertFalse(ticket.closed)

    def test_who_only_reads_the_ticket_moves_nothing(self):
        """Table: a colleague from elsewhere follows the ticket; with the hold, and without it."""
        guest = new_test_user(self.env, "guest", groups="base.group_user", password="guest-guest", email="g@e.example")
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        for is_held in (False, True):
            for way in ("close", "wait"):
                with self.subTest(way=way, is_held=is_held):
                    self.env.company.helpdesk_hold_replies = is_held
                    values = {"name": "Fire", "description": "x", "partner_id": jane.id}
                    ticket = self.env["helpdesk.ticket"].create(values)
                    ticket.message_subscribe(guest.partner_id.ids)
                    before = ticket.stage_id
                    self.authenticate("guest", "guest-guest")
                    data = {"body": "x", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
                    call = {"thread_model": ticket._name, "thread_id": ticket.id, "post_data": data}
                    with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                        self.make_jsonrpc_request("/mail/message/post", {**call, "helpdesk_then": way})
                    self.assertEqual(ticket.stage_id, before)
                    self.assertFalse(self.env["helpdesk.ticket.reply"].search([("ticket_id", "=", ticket.id)]))
