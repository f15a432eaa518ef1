"""The way Odoo's email goes out: SMTP that takes everything, unless it is told to refuse, and delivers into Dovecot."""

import asyncio
from collections import deque
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from dev.services import ports


class Handler:
    """Answers each email with the next refusal that was asked for, else takes it."""

    def __init__(self, server):
        self.server = server
        self.refusals = {}
        self.refused = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        """Refuse where a test wants it; who is not in Dovecot is somewhere out in the world."""
        if self.refusals.get(address):
            answer = self.refusals[address].popleft()
            self.refused.append(answer)
            return answer
        envelope.rcpt_tos.append(address.lower())
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server, _session, envelope):
        """Deliver to whom Dovecot knows."""
        known = [address for address in envelope.rcpt_tos if address in self.server.users]
        if known:
            await asyncio.to_thread(self.server.deliver, envelope.content, known, envelope.mail_from)
        return "250 2.0.0 taken"


class SmtpOutlet:
    """A running outlet."""

    def __init__(self, port, handler):
        self.smtp_port = port
        self._handler = handler

    def refuse(self, address, *answers):
        """Answer the next emails to an address so, one after the other."""
        self._handler.refused.clear()
        self._handler.refusals[address] = deque(answers)

    @property
    def refused(self):
        """How emails were refused since."""
        return list(self._handler.refused)


@contextmanager
def smtp_outlet(server, port=None):
    """Run the outlet in front of a Dovecot for a block."""
    handler = Handler(server)
    controller = Controller(handler, hostname="127.0.0.1", port=port or ports.free())
    controller.start()
    try:
        yield SmtpOutlet(controller.port, handler)
    finally:
        controller.stop()
