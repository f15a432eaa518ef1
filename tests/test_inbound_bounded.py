"""No email of any shape takes long, and no text of it is lost: what a ticket does not show is attached."""

import time

from odoo.tests import tagged

from .common import InboundCase
from .unit import hostile_shapes

MB = 1_000_000
#: CPU seconds for an email of 1 MB.
SECONDS = 2


@tagged("post_install", "-at_install")
class TestBoundedEmails(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One sender of so many emails would be a loop.
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 10_000)

    def bring_in(self, raw):
        """Let one email in. :return: (its row in the log, the CPU seconds that it took)"""
        type(self).number = getattr(type(self), "number", 0) + 1
        raw = f"Message-ID: <{self.number}@shape.example>\r\n".encode() + raw
        began = time.process_time()
        self.fetch(raw)
        took = time.process_time() - began
        return self.rows()[-1], took

    def test_all(self):
        import os
        size = int(os.environ.get("SHAPE_SIZE", MB))
        for kind, table in (("mail", hostile_shapes.MAILS),):
            for name, build in table.items():
                raw = build(size) if kind == "mail" else getattr(hostile_shapes, f"{kind}_mail")(build, size)
                row, took = self.bring_in(raw)
                ticket = row.ticket_id
                message = ticket.message_ids.sorted("id")[-1:]
                with open("/tmp/w/time/all.txt", "a") as f:
                    print(f"{took:6.2f} {kind} {name:40} {row.verdict} {row.reason[:40]!r} {len(message.body)} {message.attachment_ids.mapped('name')[:3]} {len(message.attachment_ids)}", file=f)
