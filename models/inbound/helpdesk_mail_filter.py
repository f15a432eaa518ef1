"""Filters for the emails of certain senders.

How data flows: managers enter patterns. Each process caches them compiled, per company, until one changes. The router
calls `_first_match` for every email; the test fields of the form do the same for an address that a user enters.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.inbound import mail_filters
from ..common import caches


class HelpdeskMailFilter(models.Model):
    _name = "helpdesk.mail.filter"
    _inherit = ["helpdesk.bridge.cached", "helpdesk.bridge.shared"]
    _description = "Email Filter"
    _order = "sequence, id"
    _rec_name = "pattern"

    pattern = fields.Char(
        string="Sender",
        required=True,
        default=lambda self: mail_filters.suggestion(self.env.context.get("helpdesk_filter_sender")),
        help="An address. * stands for any text, ? for one character: noreply@*, *@newsletter.example.com, *-bounces@*",
    )
    action = fields.Selection(
        [("ignore", "Ignore: no ticket"), ("silent", "Silent: a ticket, but no automatic emails")],
        required=True,
        default="ignore",
    )
    sequence = fields.Integer(default=10, help="The first matching filter applies.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        default=lambda self: self.env.company,
        help="Leave empty to filter the emails of every company.",
    )
    test_address = fields.Char(
        string="Try an Address",
        store=False,
        default=lambda self: mail_filters.sender(self.env.context.get("helpdesk_filter_sender")),
        help="Shows which filter matches this sender. Unsaved changes to this filter are taken into account.",
    )
    test_result = fields.Char(string="Result", compute="_compute_test_result")

    @api.constrains("pattern", "action")
    def _check_pattern(self):
        for mail_filter in self:
            pattern = mail_filter.pattern
            if mail_filters.matches_nothing(pattern):
                raise ValidationError(
                    self.env._(
                        "“%s” matches no address. For all senders of a domain, enter *@example.com. For several "
                        "senders, create several filters.",
                        pattern,
                    )
                )
            if mail_filter.action == "ignore" and mail_filters.matches_everything(pattern):
                raise ValidationError(
                    self.env._(
                        "“%s” matches every sender, so no email would become a ticket. Include at least one letter or "
                        "digit of the addresses to ignore.",
                        pattern,
                    )
                )

    @api.depends("test_address", "pattern", "action", "sequence", "active", "company_id")
    def _compute_test_result(self):
        for mail_filter in self:
            company = mail_filter.company_id or self.env.company
            _found, words = mail_filter._explain(mail_filter.test_address, company)
            mail_filter.test_result = words

    # ------------------------------------------------------------
    # Which filter applies
    # ------------------------------------------------------------

    @api.model
    def _first_match(self, address, company):
        """The filter that applies to an email; may be empty.

        Takes no query if none applies, else one query to read the filter.

        :param address: the sender, as written in From
        :param company: the company that received the email
        """
        found = mail_filters.first_match(self._rules(company.id), mail_filters.sender(address))
        # Another process may have just deleted it: a deleted filter does not apply, and must not raise an error.
        return self.search_fetch([("id", "=", found)], ["pattern", "action"]) if found else self.browse()

    @api.model
    @caches.kept("company_id")
    def _rules(self, company_id):
        """(id, compiled pattern) of every filter of a company, in the order in which they apply."""
        filters_sudo = self.sudo().with_context(active_test=True).search(self._domain(company_id))
        return tuple((mail_filter.id, mail_filters.Pattern(mail_filter.pattern)) for mail_filter in filters_sudo)

    @api.model
    def _domain(self, company_id):
        return [("company_id", "in", [company_id, False])]

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_pattern(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_clean_pattern(vals))

    @api.model
    def _with_clean_pattern(self, vals):
        return {**vals, "pattern": mail_filters.clean(vals["pattern"])} if vals.get("pattern") else vals

    # ------------------------------------------------------------
    # Which filter would apply to an address
    # ------------------------------------------------------------

    def _explain(self, address, company):
        """What becomes of the emails of a sender, in plain words.

        :param self: an unsaved filter as its form shows it, or none
        :return: (the filter that applies, may be empty; the explanation, or False without an address)
        """
        if not (address or "").strip():
            return self.browse(), False
        sender = mail_filters.sender(address)
        if not sender:
            return self.browse(), self.env._("“%s” is not an email address.", address)
        rules = [(mail_filter, mail_filter._compiled()) for mail_filter in self._candidates(company)]
        found = mail_filters.first_match(rules, sender) or self.browse()
        return found, self._in_words(sender, found, bool(self) and self._compiled().matches(sender))

    def _compiled(self):
        return mail_filters.Pattern(mail_filters.clean(self.pattern))

    def _candidates(self, company):
        """The filters of a company in order, including this one as its form shows it."""
        others = self.search([*self._domain(company.id), ("id", "not in", self._origin.ids)])
        here = self.filtered(lambda mail_filter: mail_filter.active and mail_filter.pattern)
        # An unsaved filter comes last among those with the same sequence.
        return (others + here).sorted(lambda one: (one.sequence, one._origin.id or float("inf")))

    def _in_words(self, sender, found, is_match):
        """:param is_match: whether this filter matches the sender, as the first or not"""
        if found.action == "ignore":
            outcome = self.env._("Emails from %s do not become tickets.", sender)
        elif found:
            outcome = self.env._("Emails from %s become tickets, without automatic emails.", sender)
        else:
            outcome = self.env._("Emails from %s become tickets, as usual.", sender)
        if self and found == self:
            return self.env._("This filter matches. %s", outcome)
        if found and is_match:
            return self.env._("“%(pattern)s” comes first. %(outcome)s", pattern=found.pattern, outcome=outcome)
        if found:
            return self.env._("“%(pattern)s” matches. %(outcome)s", pattern=found.pattern, outcome=outcome)
        if is_match:
            return self.env._("This filter would match, but is archived. %s", outcome)
        return self.env._("No filter matches. %s", outcome)
