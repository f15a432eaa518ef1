"""What is owed to Slack: one row per message, written in the transaction of what it tells.

Business code only INSERTs rows here; `helpdesk.slack.dispatcher` pays them (`helpdesk_slack_outbox_request`). The
ticket says what happened, the outbox knows who is owed, `tools` knows how it reads. A line is written when it happens;
a first message and its edits are written when they are sent, and show the present.
"""

import uuid

from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ...tools.common import crons
from ...tools.slack import thread_messages
from ...tools.ticket import events

#: Tickets told with a mention in one transaction; more than that is an import, and nobody wants 500 bells.
MAX_MENTIONS = 20
#: What is known of a row that no worker has in hand, and whose outcome is in no doubt.
RELEASED = {"leased_until": False, "doubt_since": False}


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
            (events.NOTED, "Internal note"),
            (events.CLOSED, "Closed"),
            (events.REOPENED, "Reopened"),
            (events.SLA_START_WARNED, "First response due soon"),
            (events.SLA_START_BREACHED, "First response overdue"),
            (events.SLA_RESOLUTION_WARNED, "Resolution due soon"),
            (events.SLA_RESOLUTION_BREACHED, "Resolution overdue"),
        ],
        required=True,
    )
    kind = fields.Selection(
        string="What Is Sent",
        selection=[("root", "First message"), ("reply", "Line in the thread"), ("update", "Edit of the first message")],
        required=True,
    )
    key = fields.Char(
        required=True,
        string="Recognized By",
        default=lambda self: uuid.uuid4().hex,
        help="Sent along with the message as metadata, so that the message can be recognized in Slack.",
    )
    payload = fields.Json(help="What cannot be read from the ticket when the message is sent.")
    turn = fields.Float(
        string="Place in the Queue",
        help="Its place among the ticket's messages, when that is not the one its number gives it.",
    )
    state = fields.Selection(
        [("pending", "Waiting"), ("sent", "Sent"), ("failed", "Failed"), ("canceled", "Canceled")],
        required=True,
        default="pending",
    )
    attempts = fields.Integer(default=0)
    next_attempt_at = fields.Datetime(string="Next Attempt", required=True, default=fields.Datetime.now)
    leased_until = fields.Datetime(help="Until then, a worker is processing it.")
    leased_by = fields.Integer(string="Leased by Cron")
    refusals = fields.Integer(help="How often Slack refused it for a temporary reason.")
    doubt_since = fields.Datetime(
        string="Unsure Since",
        help="Since then, the outcome of an attempt is unknown: Slack is checked before sending again.",
    )
    doubt_by_webhook = fields.Boolean(
        help="An attempt with an unknown outcome went through the webhook, where it cannot be looked up."
    )
    error = fields.Char()
    slack_ts = fields.Char(string="Place in Slack", help="Slack's timestamp (ts), which identifies the message.")
    sent_at = fields.Datetime(string="Delivered At")

    _key_unique = models.Constraint("UNIQUE (key)", "This message is already queued.")
    # What the claim reads, and nothing of what was sent long ago.
    _due_index = models.Index("(channel_id, next_attempt_at, id) WHERE state = 'pending'")
    _order_index = models.Index("(ticket_id, id) WHERE state IN ('pending', 'failed')")
    _lease_index = models.Index("(leased_until) WHERE leased_until IS NOT NULL")
    _state_index = models.Index("(state, id) WHERE state IN ('pending', 'failed')")

    # ------------------------------------------------------------
    # Owing
    # ------------------------------------------------------------

    @api.model
    def _owe_roots(self, tickets):
        """Owe the first message of each ticket whose team (or company) has a channel.

        :param tickets: freshly created, as sudo; whoever created them needs no access to the outbox
        """
        rules, vals_list = self.env["helpdesk.slack.rule"], []
        for ticket in tickets:
            channel, rule = ticket._slack_channel(), rules._for(ticket, events.CREATED)
            if channel and rule.told:
                vals_list.append(self._root_vals(ticket, channel, quiet=not rule.called))
        self._insert(vals_list)

    @api.model
    def _owe(self, changes):
        """Owe what these changes are worth telling: lines, edits, new first messages.

        :param changes: `Change` of several tickets, each ticket once
        """
        routed = [(change, change.ticket._slack_channel()) for change in changes]
        routed = [(change, channel) for change, channel in routed if channel or change.left]
        if not routed:
            return
        told = self._told_channels([change.ticket.id for change, _channel in routed])
        vals_list = []
        for change, channel in routed:
            vals_list += self._owed_for(change, channel, told.get(change.ticket.id, ()))
        self._insert(vals_list)

    @api.model
    def _owed_for(self, change, channel, told):
        """The values of the rows that one change is worth.

        :param channel: where the ticket is told now; may be empty
        :param told: the channels that were owed a first message of it, whatever became of that
        """
        ticket, rows = change.ticket, []
        rules = {news.event: self.env["helpdesk.slack.rule"]._for(ticket, news.event) for news in change.news}
        lines = [news for news in change.news if channel and rules[news.event].told]
        # It is a new ticket to those who have it now.
        as_new = self.env["helpdesk.slack.rule"]._for(ticket, events.CREATED)
        moves = change.left is not None and bool(channel) and as_new.told
        if moves:
            came_from = change.left_team if told else ""
            rows.append(self._root_vals(ticket, channel, quiet=not as_new.called, came_from=came_from))
        elif lines and channel.id not in told:
            # Told nowhere yet, or the company has another default channel since.
            rows.append(self._root_vals(ticket, channel, quiet=True))
        rows += [self._line_vals(ticket, channel, news, rules[news.event]) for news in lines]
        if change.shows:
            stale = set(told) - {channel.id} if moves else set(told) & {channel.id} or set(told)
            rows += [self._update_vals(ticket, stale_id) for stale_id in sorted(stale)]
        return rows

    @api.model
    def _told_channels(self, ticket_ids):
        roots = [("ticket_id", "in", ticket_ids), ("kind", "=", "root")]
        told = {}
        for ticket, channel in self.sudo()._read_group(roots, ["ticket_id", "channel_id"]):
            told.setdefault(ticket.id, set()).add(channel.id)
        return told

    @api.model
    def _root_vals(self, ticket, channel, quiet, came_from=""):
        payload = {**({"quiet": True} if quiet else {}), **({"came_from": came_from} if came_from else {})}
        return {
            "ticket_id": ticket.id,
            "channel_id": channel.id,
            "event": events.CREATED,
            "kind": "root",
            "payload": payload or False,
        }

    @api.model
    def _line_vals(self, ticket, channel, news, rule):
        payload = thread_messages.line(news)
        if rule.broadcast:
            payload["broadcast"] = True
        if rule.called and not news.quiet:
            payload.update(self._callee(ticket))
        return {
            "ticket_id": ticket.id,
            "channel_id": channel.id,
            "event": news.event,
            "kind": "reply",
            "payload": payload,
        }

    @api.model
    def _update_vals(self, ticket, channel_id):
        return {"ticket_id": ticket.id, "channel_id": channel_id, "event": events.CREATED, "kind": "update"}

    @api.model
    def _callee(self, ticket):
        """Whom a line calls: the assignee, unless it is their own doing; while there is none, as a new ticket does.

        An assignee who has left is none.
        """
        if not ticket.user_id.active:
            return {"call": ticket._slack_mention()}
        return {} if ticket.user_id == self.env.user else {"call_user": ticket.user_id.id}

    @api.model
    def _insert(self, vals_list):
        if not vals_list:
            return self.browse()
        loud = [vals for vals in vals_list if self._is_loud(vals)]
        if loud and self._is_bulk({vals["ticket_id"] for vals in loud}):
            for vals in loud:
                vals["payload"] = {**(vals["payload"] or {}), "quiet": True}
        # The context is of whoever changes the ticket; its defaults are not meant for us.
        outbox_sudo = self.sudo().with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        entries_sudo = outbox_sudo.create(vals_list)
        if loud:
            self.env.cr.cache["helpdesk_bridge.told"][2].extend(entries_sudo.ids)
        self._wake()
        return entries_sudo

    @api.model
    def _is_loud(self, vals):
        payload = vals.get("payload") or {}
        return (
            vals["kind"] != "update"
            and not payload.get("quiet")
            and (vals["kind"] == "root" or payload.get("call") or payload.get("call_user"))
        )

    @api.model
    def _is_bulk(self, ticket_ids):
        """Whether with these tickets this transaction is an import or a mass edit, which calls nobody.

        What was owed earlier in the same transaction loses its mention as well.
        """
        cache, now = self.env.cr.cache, self.env.cr.now()
        if cache.get("helpdesk_bridge.told", (None,))[0] != now:
            cache["helpdesk_bridge.told"] = (now, set(), [])
        _now, tickets, entry_ids = cache["helpdesk_bridge.told"]
        was_bulk = len(tickets) > MAX_MENTIONS
        tickets |= ticket_ids
        bulk = len(tickets) > MAX_MENTIONS
        if bulk and not was_bulk:
            for entry_sudo in self.sudo().browse(entry_ids).exists():
                entry_sudo.payload = {**(entry_sudo.payload or {}), "quiet": True}
        return bulk

    @api.model
    def _wake(self):
        self.env["ir.cron"]._bridge_wake(crons.SLACK)

    def _siblings(self):
        """A domain: the rows of the same ticket in the same channel."""
        return [("ticket_id", "=", self.ticket_id.id), ("channel_id", "=", self.channel_id.id)]
