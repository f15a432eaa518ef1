"""Keeps newsletters and emails of mailing lists from opening tickets, unless their mailbox allows it."""

from odoo import api, models

from ...tools.inbound import auto_mail
from ..common.translated import translate


class HelpdeskInboundRouter(models.AbstractModel):
    _inherit = "helpdesk.inbound.router"

    @api.model
    def _refused_as_list(self, mail, sender, message):
        """Why an email was sent to many, in a mailbox that opens no tickets for such emails; else "".

        An email that came by an alias alone is in no log, so it is not refused: it would be lost. One that somebody
        replays is wanted.
        """
        if not mail.mailbox_id or mail.replayed or sender.is_person:
            return ""
        why = auto_mail.sent_to_many(message, sender.own, auto_mail.Classification(sender.kind, sender.kind_reason))
        mailbox_sudo = self.env["fetchmail.server"].sudo().browse(mail.mailbox_id)
        return "" if not why or mailbox_sudo.helpdesk_opens_lists else why

    @api.model
    def _refusal(self, sender):
        """Why an email is ignored that is nobody's automatic reply or report, in plain words; else ""."""
        if sender.mail_filter.action == "ignore":
            return self.env._("the filter “%s” matches", sender.mail_filter.pattern)
        return sender.refused and self.env._(
            "newsletters and mailing lists open no ticket here: %(why)s. Replay it to open one; the mailbox can let in "
            "all of them.",
            why=translate(self.env, sender.refused),
        )
