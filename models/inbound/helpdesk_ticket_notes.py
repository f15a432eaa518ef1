"""Notes on a ticket what its emails do not show by themselves.

A text that was cut, a signature that is wrong, people in Cc, a sender that may be another person, a bounce.
"""

from markupsafe import Markup

from odoo import models

from ...tools.email import addresses
from ..common import inbound_context
from ..common.translated import translate

#: Most people in Cc whom a note lists.
SHOWN_PEOPLE = 20


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_note_payload(self, sender):
        """Note what an agent has to know about the body and the files of the email that comes next."""
        mail = sender and inbound_context.mail(self.env)
        if not mail:
            return
        ticket = self._bridge_with_company_lang()
        if mail.left_size:
            self.env["helpdesk.inbound.mail"].sudo().browse(mail.entry_id)._note_left(ticket, sender.address)
        elif mail.rescued_from:
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

    def _bridge_suggest_people(self, sender, text):
        """Note whom the sender put in Cc, so that an agent can add them. :param text: the addresses in Cc"""
        added = set(addresses.normalize_all(text)) - self._bridge_addresses()
        added -= {sender.address, sender.found.written_from}
        added -= set(addresses.normalize_all(*self.message_partner_ids.mapped("email_normalized")))
        if not added:
            return
        ticket = self._bridge_with_company_lang()
        people, others = ", ".join(sorted(added)[:SHOWN_PEOPLE]), len(added) - SHOWN_PEOPLE
        if others > 0:
            people = ticket.env._("%(people)s and %(count)s more", people=people, count=others)
        ticket._message_log(
            body=ticket.env._(
                "%(sender)s put %(people)s in Cc. Add them to Cc here if they should receive the replies.",
                sender=sender.address,
                people=people,
            )
        )

    def _bridge_note_doubt(self, sender):
        """Note that the sender of a reply may be another person."""
        if sender.doubt:
            ticket = self._bridge_with_company_lang()
            ticket._message_log(
                body=ticket.env._(
                    "Not verified: someone else may have sent the next email from %(sender)s (%(why)s).",
                    sender=sender.address,
                    why=translate(ticket.env, sender.doubt),
                )
            )

    def _bridge_note_failures(self, failures, reason):
        """Note that an email of ours bounced."""
        self.ensure_one()
        ticket = self._bridge_with_company_lang()
        ticket._message_log(body=ticket.env._("Email bounced: %s", reason))
        if self._bridge_customer_addresses() & {failure.address for failure in failures}:
            self.email_failing = True
