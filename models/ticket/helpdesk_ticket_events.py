"""The one pipeline for what happens to a ticket: `create`, `write` and posted messages come through here.

    1  a snapshot before, once per outermost change, and only if a key of the values can matter
    2  what Odoo does; then what follows from it for the ticket itself: stage, assignee (`_bridge_on_work`)
    3  `_bridge_on_changes_first`   SLA moves its clocks, which changes what is shown
    4  a snapshot after
    5  `_bridge_on_changes`         Slack enqueues its messages, outbound its automatic emails

This room owns the hooks and knows neither SLA nor Slack nor emails: each overrides the hook it needs in a folder of its
own. All of it happens in the transaction of the change; nothing here touches the network.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, models

from ...tools.email import addresses
from ...tools.ticket import events
from ...tools.ticket.events import COMPARED, SHOWN, Event, Facts
from ...tools.ticket.message_category import CUSTOMER, NOTE, REPLY
from ..common import inbound_context, ir_cron
from ..common.silent import is_silent
from ..common.snapshots import tracked
from ..common.translated import with_company_lang

#: The key of `tracked`.
TRACKED = "helpdesk_bridge.tracked"
#: The event of a posted message, by its category.
SAID = {REPLY: events.AGENT_REPLIED, CUSTOMER: events.CUSTOMER_REPLIED, NOTE: events.NOTED}
#: In the context: a `Speaker`, whose message causes the change.
SPEAKER = "helpdesk_bridge_speaker"


class Speaker(NamedTuple):
    """Who causes a change. A context that came over RPC cannot hold an instance.

    :param by_reply: whether they are the customer
    """

    name: str
    by_reply: bool


@dataclass(frozen=True)
class Change:
    """What happened to one ticket, from the outermost call to its end.

    :param ticket: as sudo
    :param events: `Event`s in the order in which they are reported; may be empty
    :param before: `Facts` before the change, None for a new ticket and where only the events count
    :param after: `Facts` after it
    :param is_new: whether the ticket was created just now
    """

    ticket: models.Model
    events: tuple = ()
    before: Facts | None = None
    after: Facts | None = None
    is_new: bool = False

    @property
    def shows(self):
        """Whether the ticket looks different now."""
        return self.before != self.after

    def has(self, name):
        """Whether this event is part of the change."""
        return any(event.name == name for event in self.events)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # The ways in
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._bridge_created()
        return tickets

    def write(self, vals):
        if not vals.keys() & self._bridge_tracked_keys():
            return super().write(vals)
        with self._bridge_changing(frozenset(vals)):
            return super().write(vals)

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        self.sudo()._bridge_posted(message.sudo())
        return result

    # ------------------------------------------------------------
    # The pipeline
    # ------------------------------------------------------------

    def _bridge_created(self):
        """Report new tickets."""
        with tracked(self.sudo(), TRACKED) as tickets:
            if self._bridge_is_reported():
                tickets._bridge_begin()
            tickets._bridge_on_changes_first(dict.fromkeys(tickets), frozenset())
            if self.env.user.share:  # in the portal, or on a website
                tickets._bridge_mark_for_assignment()
        self._bridge_report([Change(ticket, (Event(events.CREATED),), is_new=True) for ticket in tickets])

    @contextmanager
    def _bridge_changing(self, keys=frozenset(), said=()):
        """Report what happens to these tickets during the block, as far as no change further out does.

        :param keys: names of the fields that are written
        :param said: the `Event` of a posted message, which is reported first; it tells who takes the ticket by it
        """
        with tracked(self.sudo(), TRACKED) as tickets:
            before = {ticket: ticket._bridge_snapshot(keys) for ticket in tickets}
            yield
            tickets._bridge_on_work(before, keys)
            tickets._bridge_on_changes_first(before, keys)
            for ticket in tickets:
                if before[ticket]["ticket"].is_over and ticket.active and not ticket.closed:
                    ticket._bridge_on_reopened()
                merged = ticket._bridge_merged_id()
                if merged and merged != before[ticket]["ticket"].merged:
                    ticket._bridge_on_merged()
            after = {ticket: ticket._bridge_facts() for ticket in tickets}
        changes = [Change(ticket, tuple(said)) for ticket in self.sudo() - tickets if said]
        for ticket in tickets:
            facts, now = before[ticket]["ticket"], after[ticket]
            happened = ticket._bridge_events(before[ticket], now)
            if said or happened or facts != now:
                happened = [event for event in happened if not (said and event.name == events.ASSIGNED)]
                changes.append(Change(ticket, (*said, *happened), facts, now))
        self._bridge_report(changes)

    def _bridge_posted(self, message):
        """Report a posted message, and what follows from it.

        :param message: as sudo
        """
        name = self._bridge_message_event(message)
        if not name:
            return
        is_asking = name == events.CUSTOMER_REPLIED and self._bridge_is_asking(message)
        follows = self._bridge_reply_vals(message) if name == events.AGENT_REPLIED else {}
        said = Event(name, message, is_call=is_asking and (self._bridge_is_resting() or bool(self.snoozed_until)))
        with self._bridge_changing(frozenset(follows), said=[said]):
            self._bridge_on_message_first(name, message)
            if follows:
                # As the agent: nobody is notified of what they take themselves.
                self.with_user(self._bridge_agent(message.author_id)).sudo().write(follows)
            self._bridge_note_turn(name, message, is_asking)
        if name == events.CUSTOMER_REPLIED:
            self._bridge_on_customer_reply(message, is_asking)

    @api.model
    def _bridge_report(self, changes):
        """Hand changes over to the rooms that report them. :param changes: list of `Change`"""
        if changes and self._bridge_is_reported():
            self.env["helpdesk.ticket"]._bridge_on_changes(changes)

    @api.model
    def _bridge_is_reported(self):
        """Whether changes are reported here: not while modules are loaded (demo tickets), and not in silence."""
        return self.env.registry.ready and not is_silent(self.env)

    # ------------------------------------------------------------
    # The hooks
    # ------------------------------------------------------------

    @api.model
    def _bridge_tracked_keys(self):
        """The fields whose values can change what a snapshot holds. A concern adds its own."""
        return self._bridge_fields_that_change(tuple(dict.fromkeys((*COMPARED, *self._bridge_shown()))))

    @api.model
    def _bridge_shown(self):
        """The fields that Slack's first message shows. An addon adds those that its sentence names."""
        return SHOWN

    def _bridge_snapshot(self, keys):
        """What this ticket is like before a change, by concern. A concern adds what it compares itself.

        :param keys: names of the fields that are written
        """
        return {"ticket": self._bridge_facts()}

    def _bridge_events(self, before, after):
        """The `Event`s of a change of this ticket, in the order in which they are reported. An addon adds its own.

        :param before: what `_bridge_snapshot` has returned before the change
        :param after: `Facts`
        """
        return [Event(name) for name in events.happened(before["ticket"], after)]

    def _bridge_report_events(self, *happened):
        """Report what happened to each of these tickets, and is no change of a field. :param happened: `Event`s"""
        with self._bridge_changing(said=happened):
            pass

    def _bridge_on_changes_first(self, before, keys):
        """Hook for what must be up to date before anything is reported: what it writes is part of the change.

        :param before: ticket -> its snapshot, None for a new one
        :param keys: names of the fields that are written
        """

    def _bridge_on_message_first(self, name, message):
        """As `_bridge_on_changes_first`, for a message that was posted. :param name: of its event"""

    @api.model
    def _bridge_on_changes(self, changes):
        """Hook for the rooms that report changes. :param changes: list of `Change`, each ticket once"""

    def _bridge_mentions_nobody(self):
        """Whether people are left alone with what happens to this ticket, whatever the rules say."""
        return self._bridge_bulk() is not None

    def _bridge_on_answering(self):
        """Hook for the rooms that show who is answering the customer of this ticket (`answering`): it has changed."""

    def _bridge_on_reopened(self):
        """A ticket that was closed or archived is at work again, whatever has brought it there.

        What this writes is part of that change.
        """
        # helpdesk_mgmt writes when a ticket was closed, and does not take it back.
        self.write({"closed_date": False, "helpdesk_is_inactive": False})
        self._bridge_replace_absent()
        self._bridge_mark_for_assignment()

    # ------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------

    def _bridge_facts(self):
        return Facts(
            closed=self.closed,
            user=self.user_id.id or 0,
            place=self._bridge_place(),
            shown=tuple(self._bridge_plain(name) for name in self._bridge_shown()),
            stage=self.stage_id.id or 0,
            merged=self._bridge_merged_id(),
            active=self.active,
        )

    def _bridge_plain(self, name):
        """The value of a field, as one that stays as it is."""
        field, value = self._fields[name], self[name]
        if field.type in ("one2many", "many2many"):
            return tuple(value.ids)
        return value.id if field.relational else value

    def _bridge_merged_id(self):
        """The ticket that this one was merged into, 0 for none."""
        return 0 if self.active else self.duplicate_id.id or 0

    def _bridge_message_event(self, message):
        """The event of a message on this ticket, or None when it is none. :param message: as sudo

        An internal user who is the customer replies as one, unless they also work on the ticket.
        """
        category = self._bridge_message_category(message)
        if (
            category == REPLY
            and message.author_id == self.partner_id
            and self.partner_id not in self.user_id.partner_id
        ):
            category = CUSTOMER
        is_former = message.author_id.partner_share  # they were an agent then
        if category == REPLY and not (is_former or self._bridge_agent(message.author_id)):
            return None  # a program wrote it
        return SAID.get(category)

    def _bridge_actor(self):
        """Who changes this ticket, as a `Speaker`. Programs have no name."""
        speaker = self.env.context.get(SPEAKER)
        if isinstance(speaker, Speaker):
            return speaker
        user = self.env.user
        is_program = user.id == SUPERUSER_ID or user._is_public()
        return Speaker("" if is_program else user.name, by_reply=False)

    def _bridge_by_person(self):
        """Whether an agent acts now: neither a cron, nor an email, nor the customer's reply."""
        automatic = (
            ir_cron.at_work(self.env) or inbound_context.mail(self.env) is not None or self._bridge_actor().by_reply
        )
        return not automatic and bool(self.env.user._bridge_agents())

    @api.model
    def _bridge_author(self, message):
        return message.author_id.name or addresses.display("", message.email_from)

    def _bridge_with_company_lang(self):
        """This ticket in the language that its company's people read."""
        return with_company_lang(self.company_id, self)
