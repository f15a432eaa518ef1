"""Keeps newsletters and emails of mailing lists from opening tickets, unless their mailbox or team allows it.

An email that an administrator replays is wanted, also one that was taken for a program's reply.
"""

from odoo import api, models

from ...tools.inbound import auto_mail, routing
from ..common.translated import translate


class HelpdeskInboundRouter(models.AbstractModel):
    _inherit = "helpdesk.inbound.router"

    @api.model
    def _refused_as_list(self, mail, sender, message, team):
        """Why an email was sent to many, where such emails open no tickets; else "".

        The mailbox that received it decides, or for one that came by an alias alone, the alias's team. One that
        somebody replays is wanted. Without mailbox and team, nobody could allow it: a mail server's script brought it.
        """
        if not (mail.mailbox_id or team) or mail.replayed or sender.is_person:
            return ""
        mailbox_sudo = self.env["fetchmail.server"].sudo().browse(mail.mailbox_id or ())
        allowed = mailbox_sudo.helpdesk_opens_lists if mailbox_sudo else team.bridge_opens_lists
        why = auto_mail.sent_to_many(message, sender.own, auto_mail.Classification(sender.kind, sender.kind_reason))
        return "" if allowed else why

    @api.model
    def _kind(self, mail, classification):
        """Who or what wrote an email; what is replayed opens a ticket, or is a note on one."""
        is_wanted = mail.replayed and classification.kind in routing.NOTED
        return auto_mail.Kind.AUTO_GENERATED if is_wanted else classification.kind

    @api.model
    def _refusal(self, sender):
        """Why an email is ignored that is nobody's automatic reply or report, in plain words; else ""."""
        if sender.mail_filter.action == "ignore":
            return self.env._("the filter “%s” matches", sender.mail_filter.pattern)
        return sender.refused and self.env._(
            "newsletters and mailing lists open no ticket here: %(why)s. Replay it to open one; the mailbox, or the "
            "team of the alias, can let in all of them.",
            why=translate(self.env, sender.refused),
        )
