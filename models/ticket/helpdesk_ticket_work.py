"""Work moves the ticket: to assign it or to reply leaves New; a ticket that rested returns to where work goes on."""

from odoo import fields, models

from ..common import inbound_context
from ..common.xmlids import AGENTS
from .helpdesk_ticket_assignee import NOT_IN_TEAM

#: In the snapshot of a ticket: its stage followed from an assignment. Nobody has moved it.
MOVED_ALONG = "moved_along"
#: Former stages that are looked at, of a ticket that was closed before its last stage of work was kept.
FORMER_STAGES = 20


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    worked_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Last Worked On In",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups=AGENTS,
        help="The stage of work that the ticket left last. Reopened, it returns there.",
    )

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------

    def _bridge_waiting_stages(self):
        """The ids of the stages in which this ticket waits. A concern adds those it knows."""
        return frozenset()

    def _bridge_can_go_to(self, stage):
        """Whether this ticket may move to a stage by itself: an open one, of its team and company."""
        return (
            bool(stage)
            and stage.active
            and not stage.closed
            and stage.company_id in (self.company_id, self.env["res.company"])
            and (not stage.team_ids or self.team_id in stage.team_ids)
        )

    def _bridge_closing_stage(self, cancels=False):
        """The stage to which closing moves this ticket; empty if its team has none.

        :param cancels: one that cancels the SLA comes first, else one that does not
        """
        stages = self.sudo().team_id.with_company(self.sudo().company_id)._get_applicable_stages()
        closing = stages.filtered(lambda stage: stage.active and stage.closed)
        return closing.filtered(lambda stage: stage.sla_cancels == cancels)[:1] or closing[:1]

    def _bridge_stages_of_work(self):
        """The stages in which this ticket can go on, in their order.

        :return: (those in which agents work on it, all of them)
        """
        waiting = self._bridge_waiting_stages()
        stages = self.team_id.with_company(self.company_id)._get_applicable_stages()
        usable = stages.filtered(
            lambda stage: self._bridge_can_go_to(stage) and stage.id not in waiting and not stage.sla_cancels
        )
        return usable.filtered(lambda stage: not stage.unattended), usable

    def _bridge_stage_after_waiting(self):
        """The stage for a ticket that waited and has a reply; empty if the team has none."""
        attended, usable = self._bridge_stages_of_work()
        return (self._bridge_stage_of_team() | attended | usable)[:1]

    def _bridge_stage_after_closing(self):
        """The stage for a ticket that is reopened; empty if the team has none.

        That of the team, else the one in which it was worked on. What nobody ever had or worked on is new.
        """
        attended, usable = self._bridge_stages_of_work()
        worked = self._bridge_former_stages().filtered(lambda stage: stage in attended)[:1]
        if not worked and (self.user_id or self._bridge_said_last(answers=True)):
            worked = attended[:1]
        return (self._bridge_stage_of_team() | worked | usable | attended)[:1]

    def _bridge_stage_of_team(self):
        """The stage that the team chose for tickets with a reply of their customer, if they can go there."""
        stage = self.team_id.reopen_stage_id
        fits = self._bridge_can_go_to(stage) and stage.id not in self._bridge_waiting_stages()
        return stage if fits else stage.browse()

    def _bridge_former_stages(self):
        """The stages in which this ticket was worked on, the last one first."""
        if self.worked_stage_id:
            return self.worked_stage_id
        values = self.env["mail.tracking.value"].sudo()
        field_id = self.env["ir.model.fields"]._get(self._name, "stage_id").id
        domain = [
            ("field_id", "=", field_id),
            ("mail_message_id.model", "=", self._name),
            ("mail_message_id.res_id", "=", self.id),
        ]
        former = values.search(domain, order="id desc", limit=FORMER_STAGES).mapped("old_value_integer")
        return self.env["helpdesk.ticket.stage"].browse(former).exists()

    # ------------------------------------------------------------
    # What moves it
    # ------------------------------------------------------------

    def _bridge_on_work(self, before, keys):
        """Do what follows from a change for these tickets themselves; it is part of that change.

        :param before: ticket -> its snapshot
        :param keys: names of the fields that are written
        """
        then = {ticket: before[ticket]["ticket"] for ticket in self}
        moved = self.filtered(lambda ticket: ticket.stage_id.id != then[ticket].stage)
        moved._bridge_keep_stage_of_work(then)
        # With another team, the stage may change by itself.
        is_act = "stage_id" in keys and self._bridge_by_person()
        moved.filtered(lambda ticket: ticket.customer_replied and (is_act or ticket.closed)).customer_replied = False
        if "user_id" not in keys:
            self.filtered(lambda ticket: ticket._bridge_place() != then[ticket].place)._bridge_on_other_place(then)
        if "stage_id" not in keys and self._bridge_is_reported():
            taken = self.filtered(lambda ticket: ticket.user_id and ticket.user_id.id != then[ticket].user)
            for ticket in taken._bridge_move_along():
                before[ticket][MOVED_ALONG] = True

    def _bridge_keep_stage_of_work(self, then):
        """Keep the stage that these tickets have left, if they were worked on there."""
        stages = self.env["helpdesk.ticket.stage"].browse({then[ticket].stage for ticket in self} - {0})
        for stage in stages.exists().filtered(lambda stage: not stage.unattended and not stage.closed):
            left = self.browse([ticket.id for ticket in self if then[ticket].stage == stage.id])
            waiting = left.browse([ticket.id for ticket in left if stage.id in ticket._bridge_waiting_stages()])
            (left - waiting).worked_stage_id = stage

    def _bridge_on_other_place(self, then):
        """These tickets have another team or company: its agents have them."""
        self._bridge_replace_absent()
        # helpdesk_mgmt itself unassigns whoever is not in the new team.
        lost = self.filtered(lambda ticket: not ticket.user_id and then[ticket].user and not ticket.closed)
        lost._bridge_mark_for_assignment()

    def _bridge_begin(self):
        """These tickets were created just now: those that have an assignee already leave New, as assigned ones do.

        A stage that is not the first one was chosen.
        """
        given = self.filtered(lambda ticket: ticket.user_id and ticket.team_id.assigned_stage_id)
        given.filtered(
            lambda ticket: ticket.stage_id == ticket.team_id._get_applicable_stages()[:1]
        )._bridge_move_along()

    def _bridge_move_along(self):
        """Move those of these tickets that are new to the stage for assigned ones. :return: the tickets that moved"""
        found = self.browse()
        new = self.filtered(lambda ticket: ticket.unattended and not ticket.closed and ticket.active)
        for stage in new.team_id.assigned_stage_id:
            tickets = new.filtered(
                lambda ticket, stage=stage: (
                    ticket.team_id.assigned_stage_id == stage != ticket.stage_id and ticket._bridge_can_go_to(stage)
                )
            )
            if tickets:
                tickets.write({"stage_id": stage.id})
                found |= tickets
        return found

    def _bridge_reply_vals(self, message):
        """What an agent's reply to the customer changes: an unassigned ticket becomes theirs, a new one leaves New."""
        sender = inbound_context.sender(self.env)
        is_unproven = inbound_context.mail(self.env) is not None and not (sender and sender.is_agents)
        if is_unproven or self.closed or not self.active or not self._bridge_is_reported():
            return {}
        team, agent, vals = self.team_id, self._bridge_agent(message.author_id), {}
        hindrance = self._bridge_hindrance(agent)
        if hindrance not in ("", NOT_IN_TEAM):
            return {}
        if not (self.user_id or hindrance) and (not team or team.assign_on_reply):
            vals["user_id"] = agent.id
        if self.unattended and (not team or team.start_on_reply):
            attended, _usable = self._bridge_stages_of_work()
            assigned = team.assigned_stage_id.filtered(self._bridge_can_go_to)
            stage = (assigned | attended)[:1]
            vals.update({"stage_id": stage.id} if stage else {})
        return vals

    def _bridge_place(self):
        """Team and company, which decide who works on this ticket."""
        return (self.team_id.id, self.company_id.id)
