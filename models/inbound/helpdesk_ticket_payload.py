"""Notes on a ticket what its email does not show by itself: a text that was cut, a signature that is wrong."""

from markupsafe import Markup

from odoo import models

from ..common import inbound_context
from ..common.translated import translate


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_note_payload(self, sender):
        """Note what an agent has to know about the body and the files of the email that comes next."""
        mail = sender and inbound_context.mail(self.env)
        if not mail:
            return
        ticket = self._bridge_with_company_lang()
        if mail.rescued_from:
            ticket._message_log(
                body=ticket.env._(
                    "The next email from %(sender)s could not be read (%(why)s). It is attached as it came: "
                    "original.eml",
                    sender=sender.address,
                    why=translate(ticket.env, mail.rescued_from),
                )
            )
        elif mail.whole_texts:
            ticket._message_log(
                body=ticket.env._(
                    "The next email from %(sender)s is too large to show completely. Its full text is attached to it: "
                    "%(files)s",
                    sender=sender.address,
                    files=", ".join(file[0] for file in mail.whole_texts),
                )
            )
        if mail.payload_notes:
            notes = [ticket.env._("About the next email from %s:", sender.address)]
            notes += [translate(ticket.env, note) for note in mail.payload_notes]
            ticket._message_log(body=Markup("<br>").join(notes))
