"""Three mailboxes and the runs of the cron that fetches them."""

from unittest.mock import patch

from odoo import fields

from odoo.addons.mail.models import fetchmail

from ..models.common import database_time, inbound_context, ir_cron
from ..models.inbound.imap_mailbox import ImapMailbox
from ..tools.common import crons
from ..tools.inbound.patience import Patience
from .imap_case import ImapFake, ImapMailboxCase


class TurnsCase(ImapMailboxCase):
    """Three mailboxes; `run_cron` says which of them a run opens, in order."""

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.asked = []
        self.trouble = {}
        self.mailboxes = self.mailbox
        for name, priority in (("First", 1), ("Second", 2), ("Last", 9)):
            self.mailboxes |= self.mailbox.copy(
                {"name": name, "priority": priority, "state": "done", "user": f"{name.lower()}@example.com"}
            )
        self.mailboxes = self.mailboxes.filtered(lambda mailbox: mailbox != self.mailbox)
        self.first, self.second, self.last = self.mailboxes
        self.mailbox.active = False
        self.mailboxes.imap_begin = "7:1"

    def run_cron(self, seconds=10, spent=0, run="_fetch_mail", cron_id=1, meanwhile=lambda mailbox: None):
        """One run of a cron.

        :param spent: seconds that each mailbox costs
        :param run: the method that the cron calls
        :param meanwhile: called with each mailbox when it is opened
        """
        self.asked.clear()
        woken = []
        clock = [1000.0]

        def connect(server, allow_archived=False):
            run = inbound_context.current(server.env)
            waits = (run.patience() if run.patience else Patience()).opening
            self.asked.append((server.name, waits))
            clock[0] += spent
            meanwhile(server)
            if error := self.trouble.get(server.name):
                raise error
            return ImapMailbox(ImapFake([]), server, run)

        self.env.flush_all()
        # What was read by the real clock counts for nothing by this one, and the other way round.
        database_time._readings.clear()
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(type(self.mailbox), "_connect__", connect),
            patch.object(ir_cron.time, "monotonic", lambda: clock[0]),
            patch.object(type(self.env["ir.cron"]), "_bridge_wake", lambda cron, xmlid: woken.append(xmlid)),
        ):
            servers = self.env(cr=cr)["fetchmail.server"].with_context(
                cron_id=cron_id, cron_end_time=clock[0] + seconds
            )
            getattr(servers.search(fetchmail.MAIL_SERVER_DOMAIN), run)()
        self.env.invalidate_all()
        database_time._readings.clear()
        return [name for name, _waits in self.asked], crons.FETCH in woken

    def names(self, **options):
        return self.run_cron(**options)[0]

    def looked(self, mailbox, ago, failing=None):
        mailbox.date = self.now - ago
        mailbox.error_date = self.now - failing if failing else False
