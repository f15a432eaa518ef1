"""Updates the SLA clocks when a ticket changes.

How data flows: the pipeline of the ticket (`models.ticket.helpdesk_ticket_events`) takes `_sla_look` into its snapshot
before a change that may concern a clock, and calls `_bridge_on_changes_first` after it: what lies between the two looks
moves the clocks or changes their targets. An agent's public reply comes through `_bridge_on_message_first`. Users may
not write clocks, so all of it runs as sudo; access rights of the acting user are checked before.
"""

from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from ...tools.sla import policy as sla_policy
from ...tools.sla.clock import RESOLUTION, START, Phase
from ..common.helpdesk_bridge_counter import BREACHES
from ..common.snapshots import tracked
from ..common.xmlids import AGENTS
from ..ticket.helpdesk_ticket_events import TRACKED

#: The columns that clocks and policies depend on.
COMPARED = ("stage_id", "active", "duplicate_id", "team_id", "category_id", "priority", "company_id", "tag_ids")
#: What policies and clocks say, and nobody else.
OUR_OWN = frozenset({"sla_policy_id", "sla_since", "sla_due", "sla_status"})


@dataclass(frozen=True)
class Look:
    """One look at a ticket. :param matter: what policies look at"""

    stage: int
    phase: Phase
    team: int
    matter: tuple


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
    )
    sla_since = fields.Datetime(
        string="SLA Applied On",
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="Policies made later do not apply to it.",
    )
    sla_clock_ids = fields.One2many("helpdesk.sla.clock", "ticket_id", string="SLA Targets", groups=AGENTS)
    sla_due = fields.Datetime(
        string="Due",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=AGENTS,
        help="When the next SLA target is due.",
    )
    sla_status = fields.Selection(
        [
            ("none", "No SLA"),
            ("on_track", "On track"),
            ("at_risk", "At risk"),
            ("breached", "Breached"),
            ("met", "Met"),
        ],
        string="SLA",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=AGENTS,
        help="A breach remains, even after the ticket is solved.",
    )
    sla_start_due = fields.Datetime(
        string="Response Due", compute="_compute_sla_dues", compute_sudo=True, groups=AGENTS
    )
    sla_resolution_due = fields.Datetime(
        string="Resolution Due", compute="_compute_sla_dues", compute_sudo=True, groups=AGENTS
    )

    @api.depends("sla_clock_ids.due_at")
    def _compute_sla_dues(self):
        for ticket in self:
            dues = {clock.metric: clock.due_at for clock in ticket.sla_clock_ids}
            ticket.sla_start_due, ticket.sla_resolution_due = dues.get(START), dues.get(RESOLUTION)

    # Not when the company changes: what was promised follows it right after.
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
        # Whatever a context says: these have no defaults.
        return super().default_get([name for name in fields_list if name not in OUR_OWN])

    @api.model_create_multi
    def create(self, vals_list):
        self._sla_check_values(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._sla_check_values(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        """A copy has broken no promise yet."""
        ours = self.env["helpdesk.sla.clock"]._tags()
        vals_list = super().copy_data(default)
        for ticket, vals in zip(self, vals_list, strict=True):
            if ours & ticket.tag_ids and "tag_ids" not in (default or {}):
                vals["tag_ids"] = [Command.set((ticket.tag_ids - ours).ids)]
        return vals_list

    def unlink(self):
        """A count of broken promises never falls: those of these tickets go with them."""
        broken = [("ticket_id", "in", self.ids), ("breached_at", "!=", False)]
        groups = self.env["helpdesk.sla.clock"].sudo()._read_group(broken, ["metric"], ["__count"])
        result = super().unlink()
        self.env["helpdesk.bridge.count"]._add({(BREACHES, (metric,)): count for metric, count in groups})
        return result

    @api.model
    def _sla_check_values(self, *values):
        if not self.env.su and any(vals.keys() & OUR_OWN for vals in values):
            raise AccessError(
                self.env._("The SLA status follows from what happens to the ticket and cannot be edited.")
            )

    # ------------------------------------------------------------
    # Beginning
    # ------------------------------------------------------------

    def _sla_begin(self, silent=False):
        """Put these tickets under the policies of today, and start their clocks. What is over needs none."""
        now, begun = fields.Datetime.now(), []
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
            # One that has nothing for this ticket is its policy as well, if it is still there.
            policy = own.policy_id or policies.browse(rule.policy_id).exists()
            due, status = own._summary()
            ticket._sla_set({"sla_policy_id": policy.id, "sla_since": now, "sla_due": due, "sla_status": status})
        clocks._notify(found)

    def _sla_created(self, now):
        """The moment from which promises are counted."""
        return min(self.create_date, self.sla_since or now).replace(microsecond=0)

    def _sla_matter(self, since=None):
        """This ticket as policies see it."""
        ours = self.env["helpdesk.sla.clock"]._tags()
        return sla_policy.Ticket(
            since=since or self.sla_since,
            team=self.team_id.id,
            category=self.category_id.id,
            tags=frozenset((self.tag_ids - ours).ids),
        )

    def _sla_phase(self, rule=None):
        """Where this ticket is, as far as promises are concerned. :param rule: of its policy, when that is known"""
        self.ensure_one()
        stage = self.stage_id
        if not self.active or self.duplicate_id or stage.sla_cancels:
            return Phase.CANCELED
        if stage.closed:
            return Phase.CLOSED
        rule = rule or self.env["helpdesk.sla.policy"]._rule_of(self.sla_policy_id)
        return Phase.WAITING if rule and stage.id in rule.waiting else Phase.OPEN

    # ------------------------------------------------------------
    # What a change means for the clocks
    # ------------------------------------------------------------

    @api.model
    def _bridge_tracked_keys(self):
        return super()._bridge_tracked_keys() | self._sla_tracked_keys()

    @api.model
    def _sla_tracked_keys(self):
        return self._bridge_fields_that_change(COMPARED)

    def _bridge_snapshot(self, keys):
        snapshot = super()._bridge_snapshot(keys)
        if self.sla_since and keys & self._sla_tracked_keys():
            snapshot["sla"] = self._sla_look("tag_ids" in keys)
        return snapshot

    def _bridge_on_changes_first(self, before, keys):
        """Start the clocks of new tickets, and move those of others."""
        result = super()._bridge_on_changes_first(before, keys)
        new = self.filtered(lambda ticket: before[ticket] is None)
        if new and self.env.registry.ready:
            new._sla_begin()
        for ticket in self - new:
            look = before[ticket].get("sla")
            now = look and ticket._sla_look("tag_ids" in keys)
            if look != now:
                ticket._sla_happened(look, now)
        return result

    def _sla_look(self, with_tags):
        tags = self._sla_matter().tags if with_tags else frozenset()
        return Look(
            stage=self.stage_id.id,
            phase=self._sla_phase(),
            team=self.team_id.id,
            matter=(self.team_id.id, self.category_id.id, self.priority, self.company_id.id, tags),
        )

    def _sla_happened(self, before, after, now=None, silent=False):
        """What lies between two looks at this ticket moves its clocks.

        :param now: when it happened, if that is not just now
        """
        self.ensure_one()
        now, clocks, found = now or fields.Datetime.now(), self.env["helpdesk.sla.clock"], []
        if before.matter != after.matter:
            found += self._sla_promise(now, silent=silent)
        phase = self._sla_phase()
        if self.sla_clock_ids and (before.stage != after.stage or before.phase != phase):
            responded = before.stage != after.stage and self._sla_is_taken_up(phase, before.team != after.team)
            found += self.sla_clock_ids._move(phase, now, responded=responded, silent=silent)
        clocks._notify(found)
        self._sla_summarize()

    def _sla_promise(self, now, silent=False):
        """Promise what the policies say of the ticket as it is now."""
        rule = self.env["helpdesk.sla.policy"]._rule_for(self.company_id, self._sla_matter())
        if self.sla_policy_id.id != (rule.policy_id if rule else False):
            self._sla_set({"sla_policy_id": rule.policy_id if rule else False})
        found = self.sla_clock_ids._retarget(rule, now, self._sla_reason(), silent=silent)
        phase = self._sla_phase(rule)
        missing = set(sla_policy.METRICS) - set(self.sla_clock_ids.mapped("metric"))
        if rule and missing and phase in (Phase.OPEN, Phase.WAITING):
            begin = self.env["helpdesk.sla.clock"]._begin
            found += begin([(self, rule, phase)], now, silent=silent, metrics=missing, retroactive=True)[1]
        return found

    def _sla_reason(self):
        """What a promise depends on, by name; the priority has no name of its own (`helpdesk.sla.clock.line`)."""
        return ", ".join(filter(None, (self.sla_policy_id.name, self.team_id.name))) or False

    # ------------------------------------------------------------
    # Summary
    # ------------------------------------------------------------

    def _sla_summarize(self):
        """Bring due moment and status of these tickets up to date with their clocks."""
        for ticket in self:
            due, status = ticket.sla_clock_ids._summary()
            vals = {"sla_due": due, "sla_status": status}
            changed = {name: value for name, value in vals.items() if ticket[name] != value}
            if changed:
                ticket._sla_set(changed)

    def _sla_set(self, vals):
        """Write what only policies and clocks say. What it changes in Slack is reported as usual."""
        self.write(vals)

    def _sla_set_past(self, vals):
        """Write what was done in the past, where the caller moves the clocks itself: nothing is reported."""
        with tracked(self, TRACKED):
            self.write(vals)
