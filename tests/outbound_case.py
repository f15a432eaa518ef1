"""For tests of what customers get by email: the queue is worked off as in real life, into a session that keeps all."""

import smtplib
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import mute_logger

from .common import InboundCase

JANE = "Jane Doe <jane@customer.example>"
#: What an SMTP server says that does not take her email, now or ever.
GREYLISTED = smtplib.SMTPRecipientsRefused({"jane@customer.example": (450, b"4.2.0 greylisted")})
UNKNOWN = smtplib.SMTPRecipientsRefused({"jane@customer.example": (550, b"5.1.1 no such user")})


class Smtp:
    """The methods that Odoo asks of an SMTP session.

    :ivar sent: (recipients, message) of each email that was taken
    :ivar faults: exceptions, raised one after the other instead of taking an email; None takes it
    """

    def __init__(self, faults=()):
        self.smtp_from = None
        self.sent, self.faults = [], list(faults)

    def send_message(self, message, _sender, recipients):
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault
        self.sent.append((recipients, message))

    def quit(self):
        pass


class OutboundCase(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Letter = cls.env["helpdesk.letter"]
        cls.mailbox.helpdesk_address_name = "Acme Support"
        cls.agent.signature = "<p>Anna of Acme</p>"

    def mails(self, ticket):
        """What lies in the queue about a ticket, oldest first."""
        return self.env["mail.mail"].search([("model", "=", ticket._name), ("res_id", "=", ticket.id)], order="id")

    def send(self, *faults, connect=None):
        """Let the queue be worked off; returns what an SMTP server took: pairs (recipients, message).

        :param connect: what raises while connecting
        """
        with self.smtp(*faults, connect=connect) as smtp:
            self.env["mail.mail"].process_email_queue()
        return smtp.sent

    @contextmanager
    def smtp(self, *faults, connect=None):
        """A block in which there is an SMTP server; yields its session."""
        smtp = Smtp(faults)
        servers = type(self.env["ir.mail_server"])

        def connected(*_args, smtp_from=None, **_kwargs):
            if connect:
                raise connect
            smtp.smtp_from = smtp_from  # Odoo puts it in From
            return smtp

        with (
            patch.object(servers, "_connect__", connected),
            patch.object(servers, "_disable_send", classmethod(lambda cls: False)),
            self.quiet(),
        ):
            yield smtp

    def write_letters(self):
        """What the cron does after emails; returns the automatic emails that were queued."""
        owed = self.Letter.search([("state", "=", "owed")])
        self.exhaust(self.Letter._write_next)
        return owed

    def letters(self, ticket):
        """The automatic emails about a ticket, oldest first: (kind, state)."""
        found = self.Letter.search([("ticket_id", "=", ticket.id)], order="id")
        return [(letter.kind, letter.state) for letter in found]

    def close(self, ticket, user=None):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket.with_user(user or self.agent).stage_id = done
        self.env.cr.flush()

    def template(self, body, **values):
        """A mail template for tickets that an administrator has written."""
        values = {"name": "Of their own", "body_html": body, **values}
        values["model_id"] = self.env["ir.model"]._get_id("helpdesk.ticket")
        administrator = self.env.ref("base.user_admin")
        return self.env["mail.template"].with_user(administrator).create(values).with_env(self.env)

    def quiet(self):
        """Odoo logs each refusal of a mail server as an error."""
        return mute_logger("odoo.addons.mail.models.mail_mail")

    def content(self, message, kind="html"):
        """The text of a built email, as one line."""
        return " ".join(message.get_body((kind,)).get_content().split())

    def woken(self, xmlid):
        """How many triggers of a cron are waiting; what rides in the transaction is let happen first."""
        self.env.cr.precommit.run()
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.env.ref(xmlid).id)])


class AnsweredCase(OutboundCase):
    """A ticket of Jane's with one reply to her, which lies in the queue."""

    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id
        self.env["mail.mail"].search([]).unlink()
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        self.mail_mail = self.mails(self.ticket)
