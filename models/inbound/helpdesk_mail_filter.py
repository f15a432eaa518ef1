"""Senders whose mail is not treated like everybody's.

How data flows: managers write patterns; each process keeps them compiled, per company, until one changes; routing asks
`_first_match` for every mail. Whoever wonders what a filter does asks the same question with an address of their own.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...tools.inbound import mail_filters


class HelpdeskMailFilter(models.Model):
    _name = "helpdesk.mail.filter"
    _inherit = ["helpdesk.bridge.cached"]
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
        """The filter that applies to a mail; empty when it is treated like everybody's.

        Costs no query when none applies, and the one that reads it when one does.

        :param address: the sender, as written in the mail's From
        :param company: the company the mail came to
        """
        found = mail_filters.first_match(self._rules(company.id), mail_filters.sender(address))
        # Another process may have deleted it a moment ago: what is gone does not apply, and must not raise either.
        return self.search_fetch([("id", "=", found)], ["pattern", "action"]) if found else self.browse()

    @api.model
    @ormcache("company_id")
    def _rules(self, company_id):
        """(id, compiled pattern) of every filter of a company, in the order in which they are asked."""
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
    # Which filter would apply
    # ------------------------------------------------------------

    def _explain(self, address, company):
        """What becomes of a sender's mail, in plain words.

        :param self: a filter as it stands in its form, or none
        :return: (the filter that applies, or none; the answer, or False where nothing was asked)
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
        """The filters of a company, this one among them as it stands in its form, in order."""
        others = self.search([*self._domain(company.id), ("id", "not in", self._origin.ids)])
        here = self.filtered(lambda mail_filter: mail_filter.active and mail_filter.pattern)
        # One that is not saved yet will come last among those of its number.
        return (others + here).sorted(lambda one: (one.sequence, one._origin.id or float("inf")))

    def _in_words(self, sender, found, mine):
        """:param mine: whether this filter means the sender, be it the first or not"""
        if found.action == "ignore":
            outcome = self.env._("Emails from %s do not become tickets.", sender)
        elif found:
            outcome = self.env._("Emails from %s become tickets, without automatic emails.", sender)
        else:
            outcome = self.env._("Emails from %s become tickets, as usual.", sender)
        if self and found == self:
            return self.env._("This filter matches. %s", outcome)
        if found and mine:
            return self.env._("“%(pattern)s” comes first. %(outcome)s", pattern=found.pattern, outcome=outcome)
        if found:
            return self.env._("“%(pattern)s” matches. %(outcome)s", pattern=found.pattern, outcome=outcome)
        if mine:
            return self.env._("This filter would match, but is archived. %s", outcome)
        return self.env._("No filter matches. %s", outcome)
