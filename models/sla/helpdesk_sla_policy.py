"""SLA policies: which targets apply to which tickets.

How data flows: managers write policies; each process keeps them as plain `Rule`s, per company, until one changes; a
ticket asks `_rule_for` which is the first that fits. A company is made with a default policy; one that has none, for
whatever reason, gets it when it is needed.
"""

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tools import mute_logger

from ...tools.sla.policy import METRICS, Rule, choose
from ..common import caches, database_time

#: The targets of a new policy.
START_HOURS, RESOLUTION_HOURS = 4.0, 24.0
#: The fields with the hours of each target, in the order of a `Rule`.
HOURS = tuple(f"{metric}_hours" for metric in METRICS)
#: The default policy comes after all others.
LAST = 1000


class HelpdeskSlaPolicy(models.Model):
    _name = "helpdesk.sla.policy"
    _inherit = ["helpdesk.bridge.cached"]
    _description = "SLA Policy"
    _order = "sequence, id"
    # What the cron notes (`helpdesk_sla_policy_stages`): no rule reads it.
    _not_cached = frozenset({"stages_changed", "stages_changed_at", "stages_moved_until"})

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first policy that matches a ticket applies.")
    active = fields.Boolean(default=True)
    is_default = fields.Boolean(
        string="Default Policy", readonly=True, copy=False, help="The policy of the Settings, for all other tickets."
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company, index=True
    )
    applies_from = fields.Datetime(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: database_time.now(self.env),
        help="Tickets created earlier get it only through Apply to Open Tickets.",
    )
    # restrict: a policy whose only team vanished would suddenly be everybody's
    team_ids = fields.Many2many(
        "helpdesk.ticket.team", string="Teams", ondelete="restrict", context={"active_test": False}, help="Empty: all."
    )
    category_ids = fields.Many2many(
        "helpdesk.ticket.category",
        string="Categories",
        ondelete="restrict",
        context={"active_test": False},
        help="Empty: all.",
    )
    tag_ids = fields.Many2many(
        "helpdesk.ticket.tag",
        string="Tags",
        ondelete="restrict",
        context={"active_test": False},
        help="Tickets with at least one of them. Empty: all.",
    )
    start_hours = fields.Float(
        string="Response Within",
        default=START_HOURS,
        help="Hours until an agent replies or starts working on the ticket. 0: no SLA.",
    )
    resolution_hours = fields.Float(
        string="Resolution Within", default=RESOLUTION_HOURS, help="Hours until the ticket is closed. 0: no SLA."
    )
    next_response_hours = fields.Float(
        string="Next Response Within",
        help="Hours until an agent replies to a message that the customer wrote after the first response. 0: no SLA.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        domain="[('flexible_hours', '=', False), ('company_id', 'in', [company_id, False])]",
        help="Only these hours count, in the calendar's time zone and without its public holidays. Empty: around the "
        "clock.",
    )
    waiting_stage_ids = fields.Many2many(
        "helpdesk.ticket.stage",
        string="Waiting Stages",
        context={"active_test": False},
        domain="[('closed', '=', False)]",
        help="While a ticket is in one of these stages, its SLA pauses.",
    )
    warn_percent = fields.Integer(
        string="Warn At", default=75, help="Percentage of the time after which the team is warned. 0: no warning."
    )
    repeat_hours = fields.Float(
        string="Repeat Breach Every",
        help="Working hours after which a breach is posted again, until somebody takes the ticket. 0: once.",
    )
    target_ids = fields.One2many("helpdesk.sla.target", "policy_id", string="By Priority", copy=True)

    _default_unique = models.UniqueIndex("(company_id) WHERE is_default", "A company has one default policy.")

    @api.constrains(*HOURS, "warn_percent", "repeat_hours")
    def _check_hours(self):
        for policy in self:
            self._check_targets(*policy._hours(), policy.repeat_hours)
            if not 0 <= policy.warn_percent < 100:
                raise ValidationError(self.env._("Warn at 1 to 99 percent of the time, or at 0 for no warning."))

    @api.model
    def _check_targets(self, *hours):
        if any(number < 0 or 0 < number * 60 < 0.5 or number > 24 * 3650 for number in hours):
            raise ValidationError(
                self.env._("Enter between one minute and ten years, in hours: 0:30 is half an hour. 0 means no SLA.")
            )

    @api.constrains("calendar_id", "company_id")
    def _check_calendar(self):
        for policy in self.filtered("calendar_id"):
            calendar = policy.calendar_id
            if calendar.company_id and calendar.company_id != policy.company_id:
                raise ValidationError(
                    self.env._(
                        "The working hours %(calendar)s belong to %(company)s.",
                        calendar=calendar.name,
                        company=calendar.company_id.name,
                    )
                )
            if calendar.flexible_hours or not calendar._bridge_has_working_time(policy.company_id):
                raise ValidationError(
                    self.env._(
                        "“%s” has no fixed working times. Choose working hours that have them, or none for around the "
                        "clock.",
                        calendar.name,
                    )
                )

    @api.constrains("team_ids", "company_id")
    def _check_teams(self):
        for policy in self:
            foreign = policy.team_ids.company_id - policy.company_id
            if foreign:
                raise ValidationError(
                    self.env._(
                        "This policy belongs to %s, but some of its teams belong to another company.",
                        policy.company_id.name,
                    )
                )

    # ------------------------------------------------------------
    # Which policy applies
    # ------------------------------------------------------------

    @api.model
    @caches.kept("company_id")
    def _rules(self, company_id):
        """Every policy of a company as a `Rule`, archived ones among them, in the order in which they are asked."""
        policies_sudo = self.sudo().with_context(active_test=False).search([("company_id", "=", company_id)])
        return tuple(policy._rule() for policy in policies_sudo)

    def _rule(self):
        """This policy, as it stands, in plain values."""
        return Rule(
            policy_id=self._origin.id or 0,
            is_default=self.is_default,
            active=self.active,
            since=self.applies_from,
            teams=frozenset(self.team_ids.ids),
            categories=frozenset(self.category_ids.ids),
            # What we put on a ticket ourselves must not decide which targets it has.
            tags=frozenset((self.tag_ids - self.env["helpdesk.sla.clock"]._tags()).ids),
            waiting=frozenset(self.waiting_stage_ids.ids),
            calendar_id=self.calendar_id.id or 0,
            warn_percent=self.warn_percent,
            hours=self._hours(),
            by_priority={target.priority: target._hours() for target in self.target_ids},
            repeat=round(self.repeat_hours * 60) * 60,
        )

    def _hours(self):
        """The hours of each target, as a `Rule` has them."""
        return tuple(self[name] for name in HOURS)

    @api.model
    def _rule_for(self, company, ticket):
        """The rule that a ticket of a company has, or None. A company gets its default policy when it is needed.

        :param ticket: a `sla_policy.Ticket`
        """
        rules = self._rules(company.id)
        found = choose(rules, ticket)
        if not found and not any(rule.is_default for rule in rules):
            self._ensure_default(company, ticket.since)
            found = choose(self._rules(company.id), ticket)
        return found

    @api.model
    def _rule_of(self, policy):
        """The rule that a policy is, or None."""
        rules = self._rules(policy.company_id.id) if policy else ()
        return next((rule for rule in rules if rule.policy_id == policy.id), None)

    @api.model
    def _default_of(self, company):
        """The policy that the Settings of a company show; may be empty, may be archived."""
        policies_sudo = self.sudo().with_context(active_test=False)
        return policies_sudo.search([("company_id", "=", company.id), ("is_default", "=", True)])

    @api.model
    def _ensure_default(self, company, since=None):
        """The default policy of a company, made if there is none. :param since: from when on it applies, if not now"""
        policy = self._default_of(company)
        if policy:
            return policy
        waiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting", raise_if_not_found=False)
        vals = {
            "name": self.env._("Default"),
            "company_id": company.id,
            "is_default": True,
            "sequence": LAST,
            "applies_from": since or database_time.now(self.env),
            "waiting_stage_ids": waiting.ids if waiting else [],
        }
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return self.sudo().create(vals)
        except UniqueViolation as error:
            # Another transaction created it at the same moment; this one cannot see it and is retried.
            raise ConcurrencyError(f"Company {company.id} has a default policy by now.") from error

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self._check_still_theirs()
        return result

    def _check_still_theirs(self):
        """Nobody gives a record to a company in which they do not work: a rule is only asked about what was before."""
        self.with_context(allowed_company_ids=self.env.user.company_ids.ids).check_access("write")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        if self.filtered("is_default"):
            raise UserError(self.env._("The default policy can be archived, not deleted."))

    def action_apply(self):
        """Show what it would change to apply the policies to all open tickets."""
        return self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.helpdesk_sla_apply_action")
