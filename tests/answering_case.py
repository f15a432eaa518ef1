"""For tests of replies that are held: a ticket of a customer, and what is said of its replies."""

import json

from .common import new_test_user
from .outbound_case import JANE, OutboundCase

TYPE = "helpdesk_bridge.ticket"
BOB = "Bob <bob@partner.example>"


class AnsweringCase(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Reply = cls.env["helpdesk.ticket.reply"]
        cls.ben = new_test_user(
            cls.env, "ben", groups="helpdesk_mgmt.group_helpdesk_user", name="Ben Agent", email="ben@example.com"
        )
        cls.team.user_ids = cls.agent | cls.ben
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})

    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket(partner_id=self.jane.id, partner_email=JANE, email_cc=BOB, user_id=False)
        self.mails(self.ticket).unlink()

    def hold(self, text="Unplug it.", author=None, ticket=None, **values):
        return self.Reply._hold(ticket or self.ticket, author or self.agent, text, **values)

    def wait(self, *replies):
        """Let the time of held replies pass."""
        for reply in replies:
            reply.send_at = "2000-01-01"
        self.env.flush_all()

    def cron(self):
        """Send what is due, as the cron does."""
        self.exhaust(self.Reply._send_next)

    def said(self, ticket=None):
        """What agents said to the customer, oldest first."""
        found = (ticket or self.ticket)._bridge_said()
        return [message.preview for message in found if not message.author_id.partner_share]

    def mailed(self, ticket=None):
        """The addresses outside the team for which emails are queued."""
        mails = self.mails(ticket or self.ticket).filtered(
            lambda mail: mail.email_to or any(mail.recipient_ids.mapped("partner_share"))
        )
        return sorted(mails.mapped("helpdesk_to"))

    def events(self, ticket=None):
        """The events about replies that Slack hears of, oldest first."""
        told = [entry.event for entry in self.entries(ticket or self.ticket)]
        return [event for event in told if event.startswith("reply_") or event == "agent_replied"]

    def news(self):
        """Who was told on the bus since the last time, as a commit does it: login -> kinds."""
        self.env.cr.flush()
        told = {}
        rows = self.env["bus.bus"].sudo().search([])
        for row in rows:
            message, channel = json.loads(row.message), json.loads(row.channel)
            if message["type"] == TYPE:
                login = self.env["res.users"].search([("partner_id", "=", channel[2])]).login
                told.setdefault(login, set()).update(message["payload"]["kinds"])
        rows.unlink()
        self.env.cr.cache.clear()
        return told
