"""Search for tickets: one field finds references, subjects, people, addresses, companies and the conversation.

Each term is looked for in every place, and the indexes of each place answer (`mail_message.py`, `res_partner.py`).
The record rules of the user limit what is found, as in every search for tickets: who may read a ticket may read its
messages.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.email import reference
from ...tools.ticket import search_terms
from . import search_functions
from .mail_message import SPOKEN, WORDS
from .res_partner import PERSON

#: Short texts of a ticket. A line break between two of them, so that no term is found across.
SHORT = ("name", "number", "partner_name", "partner_email", "email_cc", "legacy_reference")
_COLUMNS = r" || E'\n ' || ".join(f"coalesce({name}, '')" for name in SHORT)
TICKET = f"helpdesk_bridge_folded(' ' || {_COLUMNS})"
#: What was written into the form. An email's text is a message as well, all of it; each change of a ticket's row reads
#: this one anew.
DESCRIPTION = "helpdesk_bridge_words(left(description, 20000))"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    bridge_search = fields.Char(
        string="Search",
        store=False,
        search="_search_bridge_search",
        groups="base.group_user",
        help="Finds references, subjects, people, addresses, companies and words of the conversation.",
    )

    _search_index = models.Index(
        lambda registry: f"USING gin (({TICKET}) gin_trgm_ops)" if registry.has_trigram else ""
    )
    _description_words_index = models.Index(f"USING gin (({DESCRIPTION}))")
    _partner_index = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    def _auto_init(self):
        search_functions.ensure(self.env.cr)
        return super()._auto_init()

    @api.model
    def _bridge_drop_search(self):
        """Remove from the database what the search is made of, before the addon is removed."""
        search_functions.drop(self.env.cr)

    @api.model
    def _search_bridge_search(self, operator, value):
        """Tickets with all terms of a text, or the one whose reference it is."""
        if operator not in ("in", "ilike", "like", "=ilike"):
            return NotImplemented
        texts = [text for text in (value if operator == "in" else [value]) if isinstance(text, str) and text.strip()]
        return Domain.OR(self._bridge_search_domain(text) for text in texts)

    def _bridge_search_domain(self, text):
        self._bridge_flush_searched()
        self.env.cr.execute(SQL("SELECT helpdesk_bridge_folded(%s)", text.replace("\x00", "")))
        [folded] = self.env.cr.fetchone()
        is_reference = bool(reference.TYPED.fullmatch(reference.plain(text)))
        by_words = [self._bridge_term_domain(term, is_reference) for term in search_terms.terms(folded)]
        domain = Domain.AND(by_words) if by_words else Domain.FALSE
        named = f"#{text.strip()}" if text.strip().isdecimal() else text
        return domain | Domain("mail_reference", "in", [named])

    @api.model
    def _bridge_flush_searched(self):
        self.env["helpdesk.ticket"].flush_model([*SHORT, "description", "partner_id"])
        self.env["res.partner"].flush_model(["complete_name", "email"])
        self.env["mail.message"].flush_model(["model", "res_id", "message_type", "email_from", "subject", "body"])

    @api.model
    def _bridge_term_domain(self, term, is_reference):
        """The tickets on which a term is found anywhere.

        :param is_reference: somebody looks for one ticket: the numbers in all conversations are not meant
        """
        table = SQL.identifier(self._table)
        found = [
            SQL("SELECT id FROM %s WHERE %s LIKE %s", table, SQL(TICKET), term.like),
            SQL(
                "SELECT id FROM %s WHERE partner_id IN (SELECT id FROM res_partner WHERE %s LIKE %s)",
                *(table, SQL(PERSON), term.like),
            ),
        ]
        if term.query and not is_reference:
            query = SQL("to_tsquery('pg_catalog.simple', %s)", term.query)
            found += [
                SQL("SELECT id FROM %s WHERE %s @@ %s", table, SQL(DESCRIPTION), query),
                SQL("SELECT res_id FROM mail_message WHERE %s AND %s @@ %s", SQL(SPOKEN), SQL(WORDS), query),
            ]
        union = SQL(" UNION ALL ").join(found)
        return Domain.custom(to_sql=lambda model, alias, query: SQL("%s IN (%s)", SQL.identifier(alias, "id"), union))
