"""A channel, or a thread, with which Slack has trouble keeps no other from being read; an outage is still one."""

from odoo.tests import tagged

from .slack_catch_up_case import SlackCatchUpCase
from .slack_inbound_case import CHANNEL

OTHER = "C0SUPPORT02"


@tagged("post_install", "-at_install")
class TestSlackInboundCatchUpTroubles(SlackCatchUpCase):
    def beside(self, channel, ref, number):
        """Another ticket, in whose thread somebody has replied. :return: the ticket"""
        ticket, root = self.new_ticket(), f"17000000{number}.000100"
        self.env["helpdesk.slack.thread"]._begin(ticket, channel, ref, root)
        said = {**self.message(self.reply(f"reply {number}")), "channel": ref, "thread_ts": root}
        self.slack.messages += [self.root(root, ref), said]
        return ticket

    def fails(self, fault, method, **where):
        """Slack has trouble with this method, where these are its arguments."""
        self.slack.proxy = lambda called, arguments: (
            fault if called == method and where.items() <= arguments.items() else None
        )

    FAULTS = (
        ("internal_error", 60),
        ((502, {}, "<html>Bad gateway</html>"), 60),
        ((403, {}, "<html>Blocked for its content</html>"), 60),
        ("ekm_access_denied", 600),
        ("what_nobody_knows", 600),
    )

    def test_a_channel_that_fails_alone_holds_up_no_other(self):
        other = self.env["helpdesk.slack.channel"].create(
            {"name": "#other", "channel_ref": OTHER, "workspace_id": self.workspace.id}
        )
        for number, (fault, pause) in enumerate(self.FAULTS, 50):
            with self.subTest(fault):
                self.channel.write({"catch_up_next": False, "catch_up_at": False})
                ticket = self.beside(other, OTHER, number)
                self.fails(fault, "conversations.history", channel=CHANNEL)
                self.catch_up()
                self.assertEqual(self.texts(ticket), [f"reply {number}"])
                self.assertTrue(self.channel.catch_up_error)
                self.assertFalse(self.workspace.catch_up_error or other.catch_up_error)
                waits = (self.channel.catch_up_next - self.channel.catch_up_at).total_seconds()
                self.assertEqual(waits, pause)
        self.slack.proxy = None
        self.channel.catch_up_next = False
        self.says("in the end")
        self.catch_up()
        self.assertEqual((self.texts(), self.channel.catch_up_error), (["in the end"], False))

    def test_a_thread_that_fails_alone_holds_up_no_other(self):
        self.says("unreadable")
        for number, (fault, _pause) in enumerate(self.FAULTS, 50):
            with self.subTest(fault):
                ticket = self.beside(self.channel, CHANNEL, number)
                self.fails(fault, "conversations.replies", ts=self.root_ts)
                self.catch_up()
                self.assertEqual(self.texts(ticket), [f"reply {number}"])
                self.assertFalse(self.workspace.catch_up_error)
        self.slack.proxy = None
        self.catch_up()
        self.assertEqual(self.texts(), ["unreadable"])

    def test_what_fails_everywhere_is_an_outage(self):
        for number in range(50, 55):
            self.beside(self.channel, CHANNEL, number)
        for name, faults in (
            ("one method", {"conversations.replies": "internal_error"}),
            ("all of them", {"conversations.history": "internal_error", "auth.test": "internal_error"}),
        ):
            with self.subTest(name):
                self.workspace.write({"catch_up_next": False, "catch_up_error": False, "catch_up_last": False})
                self.slack.proxy = lambda method, _arguments, faults=faults: faults.get(method)
                self.assertFalse(self.catch_up())
                self.assertTrue(self.workspace.catch_up_error)
                self.assertFalse(self.workspace.catch_up_last, "nobody may believe that all was asked for")
