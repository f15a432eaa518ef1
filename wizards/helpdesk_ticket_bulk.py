"""One act on the tickets that are selected in a list: says what it will do to which of them, then does it."""

from dataclasses import dataclass, field

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.common.notification import notification

CLOSE, ASSIGN, MOVE, SPAM, FILTER = "close", "assign", "team", "spam", "filter"
#: References that a reason names; of more tickets, only their number is shown.
SHOWN = 5


@dataclass
class Plan:
    """What an act will do.

    :ivar tickets: those that it changes
    :ivar left_out: reason in plain words -> the tickets left out for it
    :ivar hidden: how many the user may not even see
    :ivar stages: ticket -> the stage in which it is closed
    """

    tickets: models.Model
    left_out: dict = field(default_factory=dict)
    hidden: int = 0
    stages: dict = field(default_factory=dict)


class HelpdeskTicketBulk(models.TransientModel):
    _name = "helpdesk.ticket.bulk"
    _description = "Change of Several Tickets"

    act = fields.Selection(
        [
            (CLOSE, "Close"),
            (ASSIGN, "Assign"),
            (MOVE, "Move to Team"),
            (SPAM, "Mark as Spam"),
            (FILTER, "Filter Sender"),
        ],
        required=True,
        readonly=True,
    )
    ticket_ids = fields.Many2many("helpdesk.ticket", string="Tickets", required=True, readonly=True)
    hidden = fields.Integer(string="Hidden Tickets", readonly=True, help="Selected tickets that the user may not see.")
    user_id = fields.Many2one("res.users", string="Assign To", domain="[('share', '=', False)]")
    team_id = fields.Many2one("helpdesk.ticket.team", string="Move To")
    tells_customers = fields.Boolean(string="Send the Closing Email", default=True)
    filter_action = fields.Selection(
        lambda self: self.env["helpdesk.mail.filter"]._fields["action"]._description_selection(self.env),
        string="Their Emails",
        default="ignore",
        required=True,
    )
    count = fields.Integer(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "helpdesk.ticket" and "ticket_ids" in fields:
            selected = self.env["helpdesk.ticket"].browse(self.env.context.get("active_ids") or ())
            visible = selected.exists()._filtered_access("read")
            values.update(ticket_ids=[(6, 0, visible.ids)], hidden=len(selected - visible))
        return values

    # ------------------------------------------------------------
    # What will happen
    # ------------------------------------------------------------

    def _plan(self):
        """The `Plan` of this act, with the rights of the user."""
        selected = self.sudo().with_context(active_test=False).ticket_ids._origin.with_env(self.env)
        may = selected._filtered_access("write")
        plan = Plan(may.browse(), hidden=self.hidden)
        if selected - may:
            plan.left_out[self.env._("you may not change them")] = selected - may
        # As sudo: whether a ticket fits does not depend on who looks at it.
        tickets_sudo = may.sudo()
        if self.act in (CLOSE, SPAM):
            plan.stages = tickets_sudo._bridge_closing_stages(cancels=self.act == SPAM)
        unfilterable = tickets_sudo._bridge_not_filtered() if self.act in (SPAM, FILTER) else {}
        for ticket_sudo in tickets_sudo:
            reason = self._reason(ticket_sudo, plan.stages, unfilterable)
            if reason:
                plan.left_out[reason] = plan.left_out.get(reason, may.browse()) | ticket_sudo.with_env(self.env)
            else:
                plan.tickets |= ticket_sudo.with_env(self.env)
        return plan

    def _reason(self, ticket, stages, unfilterable):
        """Why a ticket is left out, in plain words; "" if it is not. :param ticket: as sudo"""
        if not ticket.active:
            return self.env._("archived or merged")
        if self.act == CLOSE:
            return ticket._bridge_not_closed(stages)
        if self.act == ASSIGN:
            return ticket._bridge_not_given_to(self.user_id)
        if self.act == MOVE:
            return ticket._bridge_not_moved_to(self.team_id)
        if self.act == SPAM:
            is_stuck = not ticket.closed and not stages[ticket]
            # One without an address can be closed all the same.
            reason = unfilterable[ticket] if ticket._bridge_sender() else ""
            return reason or (ticket._bridge_not_closed(stages) if is_stuck else "")
        return unfilterable[ticket]

    def _is_complete(self):
        """Whether it is known to whom, or where."""
        return {ASSIGN: bool(self.user_id), MOVE: bool(self.team_id)}.get(self.act, True)

    @api.depends("act", "ticket_ids", "user_id", "team_id", "tells_customers", "filter_action")
    def _compute_preview(self):
        for wizard in self:
            wizard.count, wizard.preview = 0, False
            if wizard._is_complete():
                plan = wizard._plan()
                wizard.count, wizard.preview = len(plan.tickets), wizard._in_words(plan)

    def _in_words(self, plan):
        """A plan as HTML."""
        lines = [Markup("<strong>%s</strong>") % self._headline(len(plan.tickets))]
        lines += self._consequences(plan) if plan.tickets else []
        html = Markup().join(Markup("<p class='mb-1'>%s</p>") % line for line in lines)
        items = [
            Markup("<li>%s</li>") % f"{len(tickets)}: {reason} ({self._named(tickets)})"
            for reason, tickets in plan.left_out.items()
        ]
        if plan.hidden:
            items.append(Markup("<li>%s</li>") % f"{plan.hidden}: {self.env._('you may not see them')}")
        if items:
            left_out = self.env._("Left out:")
            html += Markup("<p class='mb-0 mt-2'>%s</p><ul class='mb-0'>%s</ul>") % (left_out, Markup().join(items))
        return html

    def _headline(self, count):
        if self.act == CLOSE:
            return self.env._("Tickets that will be closed: %s", count)
        if self.act == ASSIGN:
            return self.env._(
                "Tickets that will be assigned to %(user)s: %(count)s", user=self.user_id.name, count=count
            )
        if self.act == MOVE:
            return self.env._("Tickets that will be moved to %(team)s: %(count)s", team=self.team_id.name, count=count)
        if self.act == SPAM:
            return self.env._("Tickets that will be closed as spam: %s", count)
        return self.env._("Tickets whose sender will be filtered: %s", count)

    def _consequences(self, plan):
        """Sentences about what follows for customers and colleagues."""
        if self.act == CLOSE:
            told = plan.tickets._bridge_told_of_closing(plan.stages) if self.tells_customers else ()
            return [self.env._("Customers who get the closing email: %s", len(told))]
        if self.act == ASSIGN:
            taken = plan.tickets.sudo().filtered("user_id")
            others = self.env._("Of them, assigned to a colleague now: %s", len(taken))
            return [others] if taken else []
        if self.act == MOVE:
            members = self.team_id.sudo().user_ids
            lost = plan.tickets.sudo().filtered(lambda one: one.user_id and members and one.user_id not in members)
            return [self.env._("Of them, unassigned because of that: %s", len(lost))] if lost else []
        sentences = self._filtering(plan)
        if self.act == SPAM:
            sentences.append(self.env._("Customers are told nothing."))
        return sentences

    def _filtering(self, plan):
        """What the new filters will do."""
        action = "ignore" if self.act == SPAM else self.filter_action
        unfiltered = plan.tickets._bridge_unfiltered(action)
        if not unfiltered:
            return [self.env._("A filter stops these senders already.")]
        shown = sorted({address for _company, address in unfiltered})
        names = ", ".join(shown[:SHOWN]) + (" …" if len(shown) > SHOWN else "")
        if action == "ignore":
            sentence = self.env._("Emails from %s do not become tickets or replies any more.", names)
        else:
            sentence = self.env._("Emails from %s become tickets, without automatic emails.", names)
        others = self._others_of(plan.tickets, shown)
        if others:
            return [sentence, self.env._("Other open tickets of these senders, which stay as they are: %s", others)]
        return [sentence]

    @api.model
    def _others_of(self, tickets, addresses):
        """How many other open tickets these senders have."""
        theirs = ["|", ("partner_email", "in", addresses), ("partner_id.email_normalized", "in", addresses)]
        return tickets.search_count([*theirs, ("closed", "=", False), ("id", "not in", tickets.ids)])

    @api.model
    def _named(self, tickets):
        references = [reference for reference in tickets[:SHOWN].sudo().mapped("mail_reference") if reference]
        return ", ".join(references) + (" …" if len(tickets) > SHOWN else "")

    # ------------------------------------------------------------
    # Doing it
    # ------------------------------------------------------------

    def action_apply(self):
        """Do it to the tickets that it fits, and say to how many."""
        self.ensure_one()
        if not self._is_complete():
            raise UserError(self.env._("Choose to whom, or to which team."))
        plan = self._plan()
        if not plan.tickets:
            raise UserError(self.env._("This fits none of the selected tickets, so nothing was changed."))
        tickets = plan.tickets._bridge_in_bulk(tells_customers=self.act == CLOSE and self.tells_customers)
        if self.act == CLOSE:
            tickets._bridge_close(plan.stages)
        elif self.act == ASSIGN:
            tickets._bridge_assign_all(self.user_id)
            self._tell_assignee(plan.tickets)
        elif self.act == MOVE:
            tickets._bridge_move_to(self.team_id)
        elif self.act == SPAM:
            self._mark_as_spam(tickets, plan.stages)
        else:
            tickets._bridge_filter_senders(self.filter_action)
        return notification("success", "", self._done(len(plan.tickets)), then="close")

    def _mark_as_spam(self, tickets, stages):
        tickets._bridge_filter_senders("ignore")
        tickets._message_log_batch(bodies=dict.fromkeys(tickets.ids, self.env._("Marked as spam.")))
        tickets.sudo().mail_silent = True
        tickets._bridge_close(stages)

    def _tell_assignee(self, tickets):
        """Notify the new assignee once, not of each ticket."""
        if self.user_id == self.env.user:
            return
        links = Markup(", ").join(one._get_html_link(title=one.sudo().mail_reference) for one in tickets)
        assignee = self.with_context(lang=self.user_id.lang)
        self.env["mail.thread"].message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=assignee.env._("Tickets assigned to you: %s", len(tickets)),
            body=Markup("<p>%s</p><p>%s</p>")
            % (assignee.env._("%s has assigned these tickets to you:", self.env.user.name), links),
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _done(self, count):
        if self.act == CLOSE:
            return self.env._("Tickets closed: %s", count)
        if self.act == ASSIGN:
            return self.env._("Tickets assigned to %(user)s: %(count)s", user=self.user_id.name, count=count)
        if self.act == MOVE:
            return self.env._("Tickets moved to %(team)s: %(count)s", team=self.team_id.name, count=count)
        if self.act == SPAM:
            return self.env._("Tickets closed as spam: %s", count)
        return self.env._("The sender is filtered. Tickets: %s", count)
