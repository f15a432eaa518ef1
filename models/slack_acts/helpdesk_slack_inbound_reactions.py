"""Reactions to a ticket's first message: 👀 takes it, ✅ closes it a moment later; taken back in time, nothing stays.

Closing may send an email, which nobody can take back, so that it waits for the hold. The rows of reactions name no
thread: while one waits, replies and clicks do not wait behind it.
"""

from datetime import timedelta

from odoo import api, models

from ...tools.slack import inbound_row, reactions
from ..common import database_time
from ..slack_inbound.helpdesk_slack_inbound import PENDING
from .helpdesk_slack_inbound_acts import Result

REACTIONS = (inbound_row.REACTION_ADDED, inbound_row.REACTION_REMOVED)


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _handlers(self):
        return {
            **super()._handlers(),
            inbound_row.REACTION_ADDED: "_do_reaction_added",
            inbound_row.REACTION_REMOVED: "_do_reaction_removed",
        }

    @api.model
    def _reaction_methods(self):
        """The methods that carry out a reaction, and that undo it, by its meaning."""
        return {
            reactions.TAKE: ("_react_take", "_react_untake"),
            reactions.CLOSE: ("_react_close", "_react_unclose"),
        }

    @api.model
    def _as_relevant(self, workspace, row):
        if row.kind in REACTIONS and not self._is_relevant_reaction(workspace, row):
            return None
        return super()._as_relevant(workspace, row)

    @api.model
    def _is_relevant_reaction(self, workspace, row):
        meaning = reactions.meaning(row.payload.get("reaction"))
        if meaning not in (reactions.TAKE, reactions.CLOSE) or row.user_ref == workspace.bot_user_ref:
            return False
        ticket = self._thread_of(workspace, row.channel_ref, row.message_ts).ticket_id._bridge_resolve_merged()
        return bool(ticket) and ticket._slack_takes_reactions()

    # ------------------------------------------------------------
    # Carrying out
    # ------------------------------------------------------------

    def _reaction_meaning(self):
        return reactions.meaning((self.payload or {}).get("reaction"))

    def _find_subject(self, work):
        if self.kind not in REACTIONS:
            return super()._find_subject(work)
        if self._reaction_meaning() not in self._reaction_methods():
            return self._ignore(self._in_words().env._("Odoo does nothing with this yet."))
        return self._find_reacted(work)

    def _find_reacted(self, work):
        thread = self._thread_of(self.workspace_id, self.channel_ref, self.message_ts)
        if not self._take_up(work, thread.ticket_id):
            return False
        if not self.ticket_id._slack_takes_reactions():
            return self._ignore(self._in_words().env._("The team does not take reactions."))
        return True

    def _same_reactions(self, kind):
        """The other rows about this reaction of this person."""
        rows = self.search(
            [
                ("workspace_id", "=", self.workspace_id.id),
                ("channel_ref", "=", self.channel_ref),
                ("message_ts", "=", self.message_ts),
                ("slack_user_ref", "=", self.slack_user_ref),
                ("kind", "=", kind),
            ],
            order="event_ts desc, id desc",
        )
        return rows.filtered(lambda row: row._reaction_meaning() == self._reaction_meaning())

    def _do_reaction_added(self, work):
        removed = self._same_reactions(inbound_row.REACTION_REMOVED)
        if removed.filtered(lambda row: row.event_ts > self.event_ts):
            self._ignore(self._in_words().env._("The reaction was taken back."))
            return
        getattr(self, self._reaction_methods()[self._reaction_meaning()][0])(work)

    def _do_reaction_removed(self, work):
        added = self._same_reactions(inbound_row.REACTION_ADDED).filtered(lambda row: row.event_ts < self.event_ts)[:1]
        words = self._in_words()
        if added.state == PENDING:
            added._ignore(words.env._("The reaction was taken back."))
            self._done(words.env._("It was taken back in time."))
        elif not added.has_changed or added._is_hold_over():
            self._ignore(words.env._("There is nothing to undo, or it is too late."))
        else:
            getattr(self, self._reaction_methods()[self._reaction_meaning()][1])(work)

    def _is_hold_over(self):
        """Whether this was long enough ago that it stays."""
        hold = timedelta(seconds=self.ticket_id._slack_hold())
        return self.create_date + hold <= database_time.now(self.env)

    def _react_take(self, work):
        self._act(work, "_act_take")

    def _react_untake(self, work):
        self._act(work, "_act_untake")

    def _act_untake(self, ticket, work):
        if ticket.sudo().user_id != self.user_id:
            return Result("not_yours", is_wanted=False)
        ticket.write({"user_id": False})
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Unassigned via Slack"), tracked=True)
        return Result("unassigned", is_changed=True)

    def _react_close(self, work):
        """Close the ticket when the hold is over; until then the reaction can be taken back."""
        ticket = self._ticket_as_person()
        is_wanted = ticket.has_access("write") and ticket.active and not ticket.closed
        if not is_wanted or self._is_hold_over():
            self._act(work, "_act_close")
            return
        hold = self.ticket_id._slack_hold()
        held = lambda env: env._(  # noqa: E731
            "%(ticket)s is closed in %(seconds)s s. Take the reaction back to stop that.",
            ticket=ticket.mail_reference,
            seconds=hold,
        )
        if not self.reason:
            self._say(work, held(self._for_person().env))
        left = self.create_date + timedelta(seconds=hold) - database_time.now(self.env)
        self._postpone(max(left.total_seconds(), 1), held(self._in_words().env))

    def _react_unclose(self, work):
        self._ignore(self._in_words().env._("There is nothing to undo, or it is too late."))
