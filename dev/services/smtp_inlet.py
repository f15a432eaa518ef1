"""The way email comes in: SMTP in front of Dovecot, where 250 means delivered."""

import asyncio
import smtplib
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from dev.services import ports


class Handler:
    """Hands each email to Dovecot before it answers."""

    def __init__(self, server):
        self.server = server
        self.taken = 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        """Refuse whom Dovecot does not know."""
        if address.lower() not in self.server.users:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address.lower())
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server, _session, envelope):
        """Deliver; a refusal goes back to the sender as a temporary one."""
        deliver = (envelope.content, envelope.rcpt_tos, envelope.mail_from)
        try:
            await asyncio.to_thread(self.server.deliver, *deliver)
        except (OSError, smtplib.SMTPException) as error:
            return f"451 4.3.0 not delivered: {type(error).__name__}"
        self.taken += 1
        return "250 2.0.0 delivered"


class SmtpInlet:
    """A running inlet."""

    host = "127.0.0.1"

    def __init__(self, port, handler):
        self.port = port
        self._handler = handler

    @property
    def taken(self):
        """How many emails were delivered."""
        return self._handler.taken

    def send(self, message, sender=None, recipients=None):
        """Send an EmailMessage the way any mail program does."""
        with smtplib.SMTP(self.host, self.port) as smtp:
            smtp.send_message(message, sender, recipients)


@contextmanager
def smtp_inlet(server, port=None):
    """Run the inlet of a Dovecot for a block."""
    handler = Handler(server)
    controller = Controller(handler, hostname=SmtpInlet.host, port=port or ports.free())
    controller.start()
    try:
        yield SmtpInlet(controller.port, handler)
    finally:
        controller.stop()
