"""Search for tickets: one field finds references, subjects, people, addresses, companies and the conversation.

Each term is looked for in every place: `search_sources.py` says where and how, `search_table.py` what is read. The
record rules of the user limit what is found, as in every search for tickets: who may read a ticket may read its
messages.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.email import reference
from ...tools.ticket import search_terms
from . import search_sources, search_table

#: In the context of a search: its `Request`. It only decides how tickets are found; what RPC says is ignored.
REQUEST_KEY = "helpdesk_search_request"
FIELD = "bridge_search"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    bridge_search = fields.Char(
        string="Search",
        store=False,
        search="_search_bridge_search",
        groups="base.group_user",
        help="Finds references, subjects, people, addresses, companies and words of the conversation.",
    )

    # With the tickets of many contacts at once, which no row is read for.
    _partner_index = models.Index("(partner_id, id) WHERE partner_id IS NOT NULL")

    def _auto_init(self):
        result = super()._auto_init()
        search_table.ensure(self.env.cr, self.pool.has_trigram)
        return result

    @api.model
    def _bridge_drop_search(self):
        """Remove from the database what the search is made of, before the addon is removed."""
        search_table.drop(self.env.cr)

    @api.autovacuum
    def _gc_bridge_search(self):
        """Once after an update: find what another server wrote while it ran."""
        return search_table.complete(self.env.cr), 0

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        """How many tickets are wanted, and of which, decides how they are searched."""
        if limit and any(condition.field_expr == FIELD for condition in Domain(domain).iter_conditions()):
            rest = Domain(domain).map_conditions(
                lambda condition: Domain.TRUE if condition.field_expr == FIELD else condition
            )
            filtered = super()._search(rest, **{**options, "bypass_access": True})
            request = search_sources.Request(
                offset + limit, filtered.select(), bool(order), self._bridge_search_sees_all()
            )
            self = self.with_context(**{REQUEST_KEY: request})
        return super()._search(domain, offset, limit, order, **options)

    @api.model
    def _bridge_search_sees_all(self):
        """Whether rules keep no ticket of their companies from the user."""
        rules = Domain(self.env["ir.rule"]._compute_domain(self._name, "read")).optimize(self)
        return self.env.su or all(condition.field_expr == "company_id" for condition in rules.iter_conditions())

    @api.model
    def _search_bridge_search(self, operator, value):
        """Tickets with all terms of a text, or the one whose reference it is."""
        if operator.startswith("not "):
            found = self.with_context(**{REQUEST_KEY: None})._search_bridge_search(operator.removeprefix("not "), value)
            return found if found is NotImplemented else ~found
        if operator not in ("in", "ilike", "like", "=ilike"):
            return NotImplemented
        texts = [text for text in (value if operator == "in" else [value]) if isinstance(text, str) and text.strip()]
        return Domain.OR(self._bridge_search_domain(text) for text in texts)

    def _bridge_search_domain(self, text):
        self._bridge_flush_searched()
        text = text.replace("\x00", "")
        [[folded]] = self.env.execute_query(SQL("SELECT helpdesk_bridge_folded(%s)", text))
        is_reference = bool(reference.TYPED.fullmatch(reference.plain(text)))
        places = [search_sources.places(term, is_reference) for term in search_terms.terms(folded)]
        named = self._bridge_named_in_search(text)
        if not places:
            return Domain("id", "in", named)
        request = self.env.context.get(REQUEST_KEY)
        request = request if isinstance(request, search_sources.Request) else None
        way = search_sources.decided(self.env, places, request)
        return Domain.custom(
            to_sql=lambda model, alias, query: search_sources.condition(alias, way, named, bool(request)),
        )

    @api.model
    def _bridge_named_in_search(self, text):
        """The ids of tickets whose reference a text is; a number alone is one."""
        named = f"#{text.strip()}" if text.strip().isdecimal() else text
        [(_field, _operator, ids)] = self._search_mail_reference("in", [named])
        return list(ids)

    @api.model
    def _bridge_flush_searched(self):
        self.env["helpdesk.ticket"].flush_model([*search_table.TICKET, "partner_id"])
        self.env["res.partner"].flush_model(["complete_name", "email"])
        self.env["mail.message"].flush_model(search_table.MESSAGE)
