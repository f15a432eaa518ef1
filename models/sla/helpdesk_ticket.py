"""A ticket's SLA: its policy, its clocks, and the due date and status that sum them up.

Only policies and clocks write these fields. `helpdesk_ticket_events` in this folder moves the clocks when the ticket
changes.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from ...tools.sla import policy as sla_policy
from ...tools.sla.clock import CANCELED, NEXT_RESPONSE, RESOLUTION, START, Phase
from ..common import database_time
from ..common.helpdesk_bridge_counter import BREACHES, own_counter
from ..common.snapshots import tracked
from ..common.xmlids import AGENTS
from ..ticket.helpdesk_ticket_events import TRACKED

#: Only policies and clocks write these.
OUR_OWN = frozenset({"sla_policy_id", "sla_since", "sla_from", "sla_due", "sla_status", "sla_paused"})


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    sla_policy_id = fields.Many2one(
        "helpdesk.sla.policy",
        string="SLA Policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=AGENTS,
        saved_only=True,
    )
    sla_since = fields.Datetime(
        string="SLA Applied On",
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="Policies made later do not apply to it.",
    )
    sla_from = fields.Datetime(
        string="SLA Counted From",
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="If not since the ticket was created: when a ticket that was created closed was reopened.",
    )
    sla_clock_ids = fields.One2many(
        "helpdesk.sla.clock", "ticket_id", string="SLA Targets", groups=AGENTS, saved_only=True
    )
    sla_due = fields.Datetime(
        string="Due",
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="When the next SLA target is due.",
        saved_only=True,
    )
    sla_status = fields.Selection(
        [
            ("none", "No SLA"),
            ("on_track", "On track"),
            ("at_risk", "At risk"),
            ("paused", "Paused"),
            ("breached", "Breached"),
            ("met", "Met"),
        ],
        string="SLA",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=AGENTS,
        help="A breach remains, even after the ticket is solved.",
        saved_only=True,
    )
    sla_paused = fields.Boolean(
        string="SLA Paused",
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="The ticket is in a waiting stage of its policy. That shows on a breached ticket as well.",
        saved_only=True,
    )
    sla_start_due = fields.Datetime(
        string="Response Due", compute="_compute_sla_dues", compute_sudo=True, groups=AGENTS
    )
    sla_next_response_due = fields.Datetime(
        string="Next Response Due",
        compute="_compute_sla_dues",
        compute_sudo=True,
        groups=AGENTS,
        help="Empty while no message of the customer waits for an answer.",
    )
    sla_resolution_due = fields.Datetime(
        string="Resolution Due", compute="_compute_sla_dues", compute_sudo=True, groups=AGENTS
    )

    # The order of the lists: the first page comes without sorting all tickets.
    _sla_due_order_index = models.Index("(sla_due, priority DESC, id DESC)")

    @api.depends("sla_clock_ids.due_at", "sla_clock_ids.satisfied_at", "sla_clock_ids.state")
    def _compute_sla_dues(self):
        for ticket in self:
            dues = {clock.metric: clock.due_at for clock in ticket.sla_clock_ids if clock.metric != NEXT_RESPONSE}
            ticket.sla_start_due, ticket.sla_resolution_due = dues.get(START), dues.get(RESOLUTION)
            owed = ticket._sla_next_response()
            ticket.sla_next_response_due = owed.state != CANCELED and owed.due_at

    # Not when the company changes: the policy follows right after.
    @api.constrains("sla_policy_id")
    def _check_sla_policy(self):
        for ticket in self.sudo().filtered("sla_policy_id"):
            theirs = ticket.sla_policy_id.company_id
            if theirs != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "The policy %(policy)s belongs to %(company)s, the ticket does not.",
                        policy=ticket.sla_policy_id.name,
                        company=theirs.name,
                    )
                )

    @api.model
    def default_get(self, fields_list):
        # No `default_*` key of a context sets these.
        return super().default_get([name for name in fields_list if name not in OUR_OWN])

    @api.model_create_multi
    def create(self, vals_list):
        self._sla_check_values(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._sla_check_values(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        """A copy starts without the SLA tags of breaches."""
        ours = self.env["helpdesk.sla.clock"]._tags()
        vals_list = super().copy_data(default)
        for ticket, vals in zip(self, vals_list, strict=True):
            if ours & ticket.tag_ids and "tag_ids" not in (default or {}):
                vals["tag_ids"] = [Command.set((ticket.tag_ids - ours).ids)]
        return vals_list

    def unlink(self):
        """Count the breaches of deleted tickets, so that the total never falls."""
        clocks = self.env["helpdesk.sla.clock"].sudo().search([("ticket_id", "in", self.ids)])
        clocks._uncount()
        breached = [("id", "in", clocks.ids), ("breached_at", "!=", False)]
        groups = clocks._read_group(breached, ["metric"], ["__count"])
        result = super().unlink()
        counts = {(BREACHES, (metric,)): count for metric, count in groups}
        self.env["helpdesk.bridge.count"]._add(counts, counter=own_counter(self))
        return result

    @api.model
    def _sla_check_values(self, *values):
        if not self.env.su and any(vals.keys() & OUR_OWN for vals in values):
            raise AccessError(
                self.env._("The SLA status follows from what happens to the ticket and cannot be edited.")
            )

    # ------------------------------------------------------------
    # Start
    # ------------------------------------------------------------

    def _sla_start_clocks(self, silent=False):
        """Choose the policy of these tickets and start their clocks; closed and cancelled tickets get none."""
        now, begun = database_time.now(self.env), []
        policies = self.env["helpdesk.sla.policy"]
        for ticket in self:
            rule = policies._rule_for(ticket.company_id, ticket._sla_matter(now))
            phase = ticket._sla_phase(rule)
            if phase not in (Phase.CLOSED, Phase.CANCELED):
                if rule:
                    begun.append((ticket, rule, phase))
                else:
                    ticket._sla_set({"sla_since": now, "sla_status": "none"})
        if not begun:
            return
        clocks, found = self.env["helpdesk.sla.clock"]._begin(begun, now, silent=silent)
        by_ticket = clocks.grouped("ticket_id")
        for ticket, rule, _phase in begun:
            own = by_ticket.get(ticket, clocks.browse())
            # A policy without a target for this ticket is its policy as well, if it still exists.
            policy = own.policy_id or policies.browse(rule.policy_id).exists()
            due, status = own._summary()
            vals = {"sla_due": due, "sla_status": status, "sla_paused": own._is_paused()}
            ticket._sla_set({"sla_policy_id": policy.id, "sla_since": now, **vals})
        clocks._notify(found)

    def _sla_created(self, now):
        """The moment from which SLA targets are counted."""
        return self.sla_from or min(self.create_date, self.sla_since or now).replace(microsecond=0)

    def _sla_matter(self, since=None):
        """What the rules of policies compare."""
        tags = self.tag_ids.browse()
        if any(rule.tags for rule in self.env["helpdesk.sla.policy"]._rules(self.company_id.id)):
            # Archiving a tag must not change the targets of the tickets that have it.
            tags = self.with_context(active_test=False).tag_ids - self.env["helpdesk.sla.clock"]._tags()
        return sla_policy.Ticket(
            since=since or self.sla_since,
            team=self.team_id.id,
            category=self.category_id.id,
            tags=frozenset(tags.ids),
        )

    def _sla_phase(self, rule=None):
        """The phase of this ticket for its clocks. :param rule: of its policy, when that is known"""
        self.ensure_one()
        stage = self.stage_id
        if self.duplicate_id or stage.sla_cancels:
            return Phase.CANCELED
        if stage.closed:
            return Phase.CLOSED  # archived or not: what was reached stays
        if not self.active:
            return Phase.CANCELED
        rule = rule or self.env["helpdesk.sla.policy"]._rule_of(self.sla_policy_id)
        return Phase.WAITING if rule and stage.id in rule.waiting else Phase.OPEN

    def _bridge_waiting_stages(self):
        """Also those in which a policy of the company waits, whichever this ticket has; archived ones if all are."""
        rules = self.env["helpdesk.sla.policy"]._rules(self.company_id.id)
        counted = [rule for rule in rules if rule.active or rule.policy_id == self.sla_policy_id.id] or rules
        return super()._bridge_waiting_stages().union(*(rule.waiting for rule in counted))

    # ------------------------------------------------------------
    # Summary
    # ------------------------------------------------------------

    def _sla_summarize(self):
        """Update due date and status of these tickets from their clocks."""
        for ticket in self:
            due, status = ticket.sla_clock_ids._summary()
            vals = {"sla_due": due, "sla_status": status, "sla_paused": ticket.sla_clock_ids._is_paused()}
            changed = {name: value for name, value in vals.items() if ticket[name] != value}
            if changed:
                ticket._sla_set(changed)

    def _sla_set(self, vals):
        """Write SLA fields. A change that Slack shows is reported as usual."""
        self.write(vals)

    def _sla_set_past(self, vals):
        """Write a change of the past without reporting it; the caller moves the clocks itself."""
        with tracked(self, TRACKED):
            self.write(vals)
