"""The words of tickets' conversations are indexed."""

from odoo import models

from . import search_functions

#: Messages that people wrote, without what Odoo and the automatic emails say.
SPOKEN = "model = 'helpdesk.ticket' AND message_type IN ('email', 'email_outgoing', 'comment')"
#: Of an email also who wrote it, so that colleagues of the customer are found. What agents write has no such words.
WORDS = """helpdesk_bridge_words(
    CASE WHEN message_type = 'email' THEN translate(coalesce(email_from, ''), '<>', '  ') ELSE '' END
    || ' ' || coalesce(subject, '') || ' ' || coalesce(body, ''))"""


class MailMessage(models.Model):
    _inherit = "mail.message"

    _helpdesk_words_index = models.Index(f"USING gin (({WORDS})) WHERE {SPOKEN}")

    def _auto_init(self):
        search_functions.ensure(self.env.cr)
        return super()._auto_init()
