"""The outbox for Slack: one row per message, written in the transaction of the change that it reports.

Business code only INSERTs rows here; `helpdesk.slack.dispatcher` delivers them (`helpdesk_slack_outbox_request`). The
ticket says what happened, the outbox knows which channels are to hear of it, `tools` knows how it reads. A reply is
written when the event happens; a first message and its edits are written when they are sent, and show the present.
"""

import uuid

from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ...tools.common import crons
from ...tools.slack import thread_messages
from ...tools.ticket import events
from ..common import database_time
from .spoken_in import is_spoken_in

#: What is known of a row that no worker has in hand, and whose outcome is in no doubt.
RELEASED = {"leased_until": False, "doubt_since": False}
#: What is not sent yet, in the words of the index by ticket: so PostgreSQL takes no other one for it.
IS_UNSENT = "({} IN ('pending', 'failed')) IS TRUE"


class HelpdeskSlackOutbox(models.Model):
    _name = "helpdesk.slack.outbox"
    _description = "Slack Outbox"
    _order = "id desc"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", index=True)
    channel_id = fields.Many2one("helpdesk.slack.channel", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    thread_id = fields.Many2one("helpdesk.slack.thread", ondelete="set null", index="btree_not_null")
    event = fields.Selection(
        [
            (events.CREATED, "New ticket"),
            (events.ASSIGNED, "Assigned"),
            (events.CUSTOMER_REPLIED, "Customer replied"),
            (events.AGENT_REPLIED, "Agent replied"),
            (events.REPLY_HELD, "Agent is answering"),
            (events.REPLY_UNDONE, "Reply undone"),
            (events.REPLY_STOPPED, "Reply stopped"),
            (events.NOTED, "Internal note"),
            (events.CLOSED, "Closed"),
            (events.REOPENED, "Reopened"),
            (events.MERGED, "Merged"),
            (events.RATED, "Rated"),
            (events.SNOOZE_ENDED, "Snooze is over"),
            (events.SLA_START_WARNED, "First response due soon"),
            (events.SLA_START_BREACHED, "First response overdue"),
            (events.SLA_NEXT_RESPONSE_WARNED, "Next response due soon"),
            (events.SLA_NEXT_RESPONSE_BREACHED, "Next response overdue"),
            (events.SLA_RESOLUTION_WARNED, "Resolution due soon"),
            (events.SLA_RESOLUTION_BREACHED, "Resolution overdue"),
            (events.SLA_REVOKED, "Breach taken back"),
        ],
        required=True,
    )
    kind = fields.Selection(
        string="What Is Sent",
        selection=[("root", "First message"), ("reply", "Reply"), ("update", "Edit of the first message")],
        required=True,
    )
    key = fields.Char(
        required=True,
        string="Idempotency Key",
        default=lambda self: uuid.uuid4().hex,
        help="Sent along with the message as metadata, so that the message can be recognized in Slack.",
    )
    payload = fields.Json(help="What cannot be read from the ticket when the message is sent.")
    turn = fields.Float(
        string="Position",
        help="Position among the ticket's messages. Empty: in order of creation.",
    )
    state = fields.Selection(
        [("pending", "Waiting"), ("sent", "Posted"), ("failed", "Failed"), ("canceled", "Canceled")],
        required=True,
        default="pending",
    )
    attempts = fields.Integer(default=0)
    next_attempt_at = fields.Datetime(
        string="Next Attempt", required=True, default=lambda self: database_time.now(self.env)
    )
    leased_until = fields.Datetime(help="Until then, a worker is processing it.")
    leased_by = fields.Integer(string="Leased by Cron")
    failing_since = fields.Datetime(
        help="When the first of its attempts began that Slack did not accept, or could not be reached for."
    )
    refusals = fields.Integer(help="How often Slack refused it for a temporary reason.")
    doubt_since = fields.Datetime(
        string="Unconfirmed Since",
        help="Since then, the outcome of an attempt is unknown: Slack is checked before sending again.",
    )
    doubt_by_webhook = fields.Boolean(
        help="An attempt with an unknown outcome went through the webhook, where it cannot be looked up."
    )
    error = fields.Char()
    slack_ts = fields.Char(string="Slack Timestamp", help="Slack's timestamp (ts), which identifies the message.")
    sent_at = fields.Datetime(string="Posted At")

    _key_unique = models.Constraint("UNIQUE (key)", "This message is already queued.")
    # What the claim reads, and nothing of what was sent long ago.
    _due_index = models.Index("(channel_id, next_attempt_at, id) WHERE state = 'pending'")
    _order_index = models.Index(f"(ticket_id, id) WHERE {IS_UNSENT.format('state')}")
    _lease_index = models.Index("(leased_until) WHERE leased_until IS NOT NULL")
    _state_index = models.Index("(state, id) WHERE state IN ('pending', 'failed')")
    # When a channel was posted to last.
    _sent_index = models.Index("(channel_id, sent_at) WHERE sent_at IS NOT NULL")

    # ------------------------------------------------------------
    # Enqueueing
    # ------------------------------------------------------------

    @api.model
    def _enqueue(self, changes):
        """Enqueue what these changes are worth: first messages, replies, edits.

        :param changes: `Change` of several tickets, each ticket once; who makes them needs no access to the outbox
        """
        vals_list = self._new_root_vals([change.ticket for change in changes if change.is_new])
        known = [change for change in changes if not change.is_new]
        routed = [(change, change.ticket._slack_channel(), change.ticket._slack_left(change)) for change in known]
        routed = [(change, channel, left) for change, channel, left in routed if channel or left]
        if routed:
            posted = self._posted_channels([change.ticket.id for change, _channel, _left in routed])
            for change, channel, left in routed:
                vals_list += self._change_vals(change, channel, left, posted.get(change.ticket.id, ()))
        self._insert(vals_list)

    @api.model
    def _new_root_vals(self, tickets):
        """The values of the first message of each new ticket whose team (or company) has a channel."""
        rules, vals_list = self.env["helpdesk.slack.rule"], []
        for ticket in tickets:
            channel, rule = ticket._slack_channel(), rules._for(ticket, events.CREATED)
            if channel and rule.posted:
                silent = not rule.mentions or ticket._bridge_mentions_nobody()
                vals_list.append(self._root_vals(ticket, channel, silent=silent))
        return vals_list

    @api.model
    def _change_vals(self, change, channel, left, posted):
        """The values of the rows that one change is worth.

        :param channel: the ticket's channel now; may be empty
        :param left: the channel that it left with this change, None if it did not move
        :param posted: ids of the channels that were to get its first message, whatever became of that
        """
        ticket, rows = change.ticket, []
        rules = {event.name: self.env["helpdesk.slack.rule"]._for(ticket, event.name) for event in change.events}
        lines = [event for event in change.events if channel and rules[event.name].posted]
        lines = [event for event in lines if self._is_news(ticket, event)]
        if is_spoken_in(ticket.env, channel):
            lines = [event for event in lines if not event.message]
        # It is a new ticket to those who have it now.
        as_new = self.env["helpdesk.slack.rule"]._for(ticket, events.CREATED)
        moves = left is not None and bool(channel) and as_new.posted
        if moves:
            came_from = ticket._slack_left_team(change) if posted else ""
            silent = not as_new.mentions or ticket._bridge_mentions_nobody()
            rows.append(self._root_vals(ticket, channel, silent=silent, came_from=came_from))
        elif lines and channel.id not in posted:
            # Posted nowhere yet, or the company has another default channel since.
            rows.append(self._root_vals(ticket, channel, silent=True))
        rows += [self._reply_vals(ticket, channel, event, rules[event.name]) for event in lines]
        if change.shows:
            stale = set(posted) - {channel.id} if moves else set(posted) & {channel.id} or set(posted)
            rows += self._edits_vals(ticket, self.env["helpdesk.slack.channel"].sudo().browse(sorted(stale)))
        return rows

    @api.model
    def _is_news(self, ticket, event):
        """Whether those in Slack care about an event: a breach that they were not told of is not taken back there."""
        if event.name != events.SLA_REVOKED:
            return True
        told = [("ticket_id", "=", ticket.id), ("event", "=", f"sla_{event.metric}_breached")]
        return bool(self.sudo().search_count([*told, ("kind", "=", "reply"), ("state", "!=", "canceled")], limit=1))

    @api.model
    def _posted_channels(self, ticket_ids):
        roots = [("ticket_id", "in", ticket_ids), ("kind", "=", "root")]
        posted = {}
        for ticket, channel in self.sudo()._read_group(roots, ["ticket_id", "channel_id"]):
            posted.setdefault(ticket.id, set()).add(channel.id)
        return posted

    @api.model
    def _root_vals(self, ticket, channel, silent, came_from=""):
        payload = {**({"silent": True} if silent else {}), **({"came_from": came_from} if came_from else {})}
        return {
            "ticket_id": ticket.id,
            "channel_id": channel.id,
            "event": events.CREATED,
            "kind": "root",
            "payload": payload or False,
        }

    @api.model
    def _reply_vals(self, ticket, channel, event, rule):
        payload = thread_messages.reply(ticket._slack_event_details(event))
        if event.reply:
            payload["reply"] = event.reply.id
        if rule.broadcast and not ticket._bridge_bulk():
            payload["broadcast"] = True
        is_said = rule.mentions or (event.is_call and ticket.user_id.active)
        if event.name == events.REPLY_STOPPED and event.reply.author_id != ticket.env.user:
            payload["mention_user"] = event.reply.author_id.id  # who has to decide
        elif is_said and not event.is_silent and not ticket._bridge_mentions_nobody():
            payload.update(self._mention_vals(ticket, event))
        return {
            "ticket_id": ticket.id,
            "channel_id": channel.id,
            "event": event.name,
            "kind": "reply",
            "payload": payload,
        }

    @api.model
    def _edits_vals(self, ticket, channels):
        """The values of edits of a ticket's first messages in these channels, as sudo.

        Nothing leaves for an archived channel, so edits would pile up there.
        """
        return [self._update_vals(ticket, channel.id) for channel in channels if channel._is_unarchived()]

    @api.model
    def _update_vals(self, ticket, channel_id):
        return {"ticket_id": ticket.id, "channel_id": channel_id, "event": events.CREATED, "kind": "update"}

    @api.model
    def _insert(self, vals_list):
        vals_list = self._without_repeated_updates(vals_list)
        if not vals_list:
            return self.browse()
        mentioning = [vals for vals in vals_list if self._has_mention(vals)]
        if mentioning and self._is_bulk({vals["ticket_id"] for vals in mentioning}):
            for vals in mentioning:
                vals["payload"] = {**(vals["payload"] or {}), "silent": True}
        # The `default_*` keys of the caller's context are not meant for these rows.
        outbox_sudo = self.sudo().with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        entries_sudo = outbox_sudo.create(vals_list)
        if mentioning:
            self.env.cr.cache["helpdesk_bridge.mentioning"][2].extend(entries_sudo.ids)
        for entry_sudo in entries_sudo.filtered(lambda entry: entry.kind == "update"):
            self._updates()[entry_sudo.ticket_id.id, entry_sudo.channel_id.id] = entry_sudo.id
        self._wake()
        return entries_sudo

    @api.model
    def _updates(self):
        """The edits that this transaction has enqueued: ``{(ticket, channel): id}``."""
        cache, now = self.env.cr.cache, self.env.cr.now()
        if cache.get("helpdesk_bridge.updates", (None,))[0] != now:
            cache["helpdesk_bridge.updates"] = (now, {})
        return cache["helpdesk_bridge.updates"][1]

    @api.model
    def _without_repeated_updates(self, vals_list):
        """The values without edits that this transaction has enqueued already: nobody has seen them, and an edit shows
        the present when it is sent.
        """
        known = self._updates()
        places = [(vals["ticket_id"], vals["channel_id"]) if vals["kind"] == "update" else None for vals in vals_list]
        owed_sudo = self.sudo().browse([known[place] for place in places if place in known])
        # What is in the cache is there: a savepoint that is rolled back empties it.
        owed_sudo = owed_sudo.filtered(lambda entry: "state" in entry._cache)
        owed_sudo = owed_sudo.filtered(lambda entry: entry.state == "pending" and not entry.attempts)
        owed = {(entry.ticket_id.id, entry.channel_id.id) for entry in owed_sudo}
        return [vals for vals, place in zip(vals_list, places, strict=True) if place not in owed]

    @api.model
    def _wake(self):
        self.env["ir.cron"]._bridge_wake(crons.SLACK)

    def _siblings(self):
        """A domain: the rows of the same ticket in the same channel."""
        return [("ticket_id", "=", self.ticket_id.id), ("channel_id", "=", self.channel_id.id)]
