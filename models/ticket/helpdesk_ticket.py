from odoo import api, fields, models, tools
from odoo.fields import Domain

from ...tools.email import addresses, reference
from ..common.xmlids import AGENTS


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    mail_reference = fields.Char(
        string="Reference",
        compute="_compute_mail_reference",
        search="_search_mail_reference",
        compute_sudo=True,
        groups="base.group_user",
        help="Identifies this ticket in Slack and in emails.",
        saved_only=True,
    )
    customer_reply_to = fields.Char(
        string="Replies Go To",
        copy=False,
        groups=AGENTS,
        help="The customer asked for replies at this address (Reply-To). Empty it to write to the customer's own "
        "address.",
    )

    @api.depends("bridge_number", "team_id.ticket_prefix", "company_id.helpdesk_ticket_prefix")
    def _compute_mail_reference(self):
        self._origin._bridge_draw_numbers()
        for ticket in self:
            prefix = ticket.team_id.ticket_prefix or ticket.company_id.helpdesk_ticket_prefix
            number = ticket._origin.bridge_number
            ticket.mail_reference = reference.reference(prefix, number) if number else False

    @api.depends("name", "mail_reference")
    def _compute_display_name(self):
        """Odoo calls a ticket what its customer and Slack call it."""
        for ticket in self:
            ticket.display_name = " ".join(filter(None, (ticket.sudo().mail_reference, ticket.name)))

    @api.model
    def _search_mail_reference(self, operator, value):
        """Tickets by what they are called: `ML-#42` with any prefix of emails, `#42`, or a former system's."""
        if operator not in ("in", "ilike"):
            return NotImplemented
        texts = value if operator == "in" else [value]
        # As sudo, in all tickets: record rules then limit what the user sees.
        tickets_sudo, found = self.sudo().with_context(active_test=False), []
        for prefix, number in {one for text in texts for one in reference.searched_references(text)}:
            ticket = tickets_sudo._bridge_numbered(number)
            if ticket and (not prefix or prefix in ticket._bridge_prefixes()):
                found.append(ticket.id)
            known_as = reference.reference(prefix, number)
            legacy = (
                ("legacy_reference", "=", known_as) if prefix else ("legacy_reference", "=like", f"%-{known_as[2:]}")
            )
            found += tickets_sudo.search([legacy], limit=100).ids
        return Domain("id", "in", found)

    @api.model
    def _search_display_name(self, operator, value):
        named = self._search_mail_reference(operator, value)
        found = super()._search_display_name(operator, value)
        return found if NotImplemented in (named, found) else Domain(found) | named

    @api.model
    def default_get(self, fields):
        """Only a person can be the one who takes a new ticket: neither OdooBot nor a portal user is."""
        defaults = super().default_get(fields)
        user = self.env["res.users"].browse(defaults.get("user_id"))
        if user and not user._bridge_is_agent():
            defaults["user_id"] = False
        return defaults

    def write(self, vals):
        is_customer = vals.keys() & {"partner_id", "partner_email"}
        redirected = (
            self.sudo().filtered("customer_reply_to") if is_customer and "customer_reply_to" not in vals else ()
        )
        before = {ticket: (ticket.partner_id, ticket.partner_email) for ticket in redirected}
        result = super().write(vals)
        if is_customer:
            self.sudo().filtered("email_failing").email_failing = False
        for ticket, customer in before.items():
            if customer != (ticket.partner_id, ticket.partner_email):
                ticket.customer_reply_to = False  # it was another person's
        return result

    @api.model
    @tools.ormcache("names")
    def _bridge_fields_that_change(self, names):
        """The fields that can change one of these: itself, or because it is stored and computed from them.

        :param names: a tuple of names of fields
        """
        looked_at = {self._fields[name] for name in names}
        return frozenset(
            name
            for name, field in self._fields.items()
            if field in looked_at or looked_at.intersection(self.env.registry.get_dependent_fields(field))
        )

    def _bridge_customer(self):
        name = self.partner_id.name or self.partner_name
        return addresses.display(name, self.partner_email or self.partner_id.email)
