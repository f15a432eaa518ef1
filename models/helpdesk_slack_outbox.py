"""What is owed to Slack: one row per message, written in the transaction of what it tells.

Business code only INSERTs rows here; `helpdesk.slack.dispatcher` pays them. The ticket says what happened, the outbox
knows who is owed, `tools` knows how it reads.
"""

import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ..tools import events, slack_blocks
from ..tools.delivery import Action
from .slack_connection import Call

CRON = "helpdesk_bridge.ir_cron_slack_outbox"
#: Tickets told with a mention in one transaction; more than that is an import, and nobody wants 500 bells.
MAX_MENTIONS = 20


class HelpdeskSlackOutbox(models.Model):
    _name = "helpdesk.slack.outbox"
    _description = "Slack Outbox"
    _order = "id desc"
    _rec_name = "key"

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
            (events.SLA_START_WARNED, "Start soon due"),
            (events.SLA_START_BREACHED, "Start overdue"),
            (events.SLA_RESOLUTION_WARNED, "Resolution soon due"),
            (events.SLA_RESOLUTION_BREACHED, "Resolution overdue"),
        ],
        required=True,
    )
    kind = fields.Selection(
        [("root", "First message"), ("reply", "Line in the thread"), ("update", "Edit of the first message")],
        required=True,
    )
    key = fields.Char(
        required=True,
        default=lambda self: uuid.uuid4().hex,
        help="Travels with the message as metadata, so that a message can be recognised in Slack.",
    )
    payload = fields.Json(help="What cannot be read from the ticket when the message is sent.")
    state = fields.Selection(
        [("pending", "Waiting"), ("sent", "Sent"), ("failed", "Failed"), ("canceled", "Canceled")],
        required=True,
        default="pending",
    )
    attempts = fields.Integer(default=0)
    next_attempt_at = fields.Datetime(required=True, default=fields.Datetime.now)
    leased_until = fields.Datetime(help="Until then a worker is at it.")
    refusals = fields.Integer(help="How often Slack refused it for a reason that is said to pass.")
    doubt_since = fields.Datetime(
        help="Since this moment an attempt has an unknown outcome: look before sending again."
    )
    error = fields.Char()
    slack_ts = fields.Char(string="Slack Timestamp")
    sent_at = fields.Datetime()

    _key_unique = models.Constraint("UNIQUE (key)", "A message is owed once.")
    # What the claim reads, and nothing of what was sent long ago.
    _due_index = models.Index("(channel_id, next_attempt_at, id) WHERE state = 'pending'")
    _order_index = models.Index("(ticket_id, id) WHERE state = 'pending' AND kind IN ('root', 'reply')")
    _state_index = models.Index("(state, id) WHERE state IN ('pending', 'failed')")

    # ------------------------------------------------------------
    # Owing
    # ------------------------------------------------------------

    @api.model
    def _owe_roots(self, tickets):
        """Owe the first message of each ticket whose team (or company) has a channel.

        :param tickets: freshly created; whoever created them needs no access to the outbox
        """
        routes = tickets._slack_routes()
        if not routes:
            return
        bulk = self._is_bulk(len(routes))
        # The context is of whoever makes the ticket; its defaults are not meant for us.
        outbox_sudo = self.sudo().with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        entries_sudo = outbox_sudo.create(
            [
                {
                    "ticket_id": ticket.id,
                    "channel_id": channel.id,
                    "event": events.CREATED,
                    "kind": "root",
                    "payload": {"quiet": True} if bulk else False,
                }
                for ticket, channel in routes
            ]
        )
        self.env.cr.cache["helpdesk_bridge.told"][1].extend(entries_sudo.ids)
        self._wake()

    @api.model
    def _is_bulk(self, count):
        """Whether `count` more new tickets make this transaction an import, which calls nobody.

        The tickets told earlier in the same transaction lose their mention as well.
        """
        cache, now = self.env.cr.cache, self.env.cr.now()
        if cache.get("helpdesk_bridge.told", (None,))[0] != now:
            cache["helpdesk_bridge.told"] = (now, [])
        told = cache["helpdesk_bridge.told"][1]
        bulk = len(told) + count > MAX_MENTIONS
        if bulk and 0 < len(told) <= MAX_MENTIONS:
            self.sudo().browse(told).exists().payload = {"quiet": True}
        return bulk

    @api.model
    def _wake(self):
        self.env["ir.cron"]._bridge_wake(CRON)

    # ------------------------------------------------------------
    # One attempt, seen from the row
    # ------------------------------------------------------------

    def _call(self):
        """What to ask of Slack for this row, rendered now and in plain values. :return: a `Call`"""
        self.ensure_one()
        workspace = self.channel_id.workspace_id
        message = self._message()
        if (self.payload or {}).get("text_only"):
            message = slack_blocks.text_only(message)
        return Call(
            connection=workspace._connection(),
            method="chat.postMessage",
            arguments={
                **message,
                "channel": self.channel_id.channel_ref,
                "unfurl_links": False,
                "unfurl_media": False,
                "parse": "none",
                "link_names": False,
                # Metadata can be read by everybody in the workspace: nothing but the key.
                "metadata": {"event_type": "odoo_helpdesk_notification", "event_payload": {"key": self.key}},
            },
            key=self.key,
            bot_ref=workspace.bot_ref,
            at_least_once=workspace.at_least_once,
        )

    def _message(self):
        """The text and blocks of this row; the first message of a thread always shows the present."""
        return slack_blocks.root(self.ticket_id._slack_root(mention=not (self.payload or {}).get("quiet")))

    def _record_sent(self, answer):
        ts, channel_ref = answer.data.get("ts"), answer.data.get("channel") or self.channel_id.channel_ref
        vals = {
            "state": "sent",
            "slack_ts": ts,
            "sent_at": fields.Datetime.now(),
            "error": False,
            "doubt_since": False,
            "leased_until": False,
        }
        if self.kind == "root" and ts:
            thread = self.env["helpdesk.slack.thread"]._begin(self.ticket_id, self.channel_id, channel_ref, ts)
            vals["thread_id"] = thread.id
        self.write(vals)

    def _record_not_sent(self, answer, verdict, claim):
        """:param claim: the attempt, for when it began and whether an earlier one was in doubt already"""
        vals = {
            "error": self.channel_id.workspace_id._explain(answer),
            "next_attempt_at": fields.Datetime.now() + timedelta(seconds=verdict.wait),
            "leased_until": False,
        }
        if answer.still_in_doubt:
            vals["doubt_since"] = claim.doubt_since
        elif verdict.action is not Action.RECONCILE:
            vals["doubt_since"] = False
        if verdict.action is Action.RETRY:
            vals["refusals"] = self.refusals + 1
        if verdict.action is Action.DEGRADE and not (self.payload or {}).get("text_only"):
            vals["payload"] = {**(self.payload or {}), "text_only": True}
        elif verdict.action in (Action.FAIL, Action.DEGRADE):
            vals["state"] = "failed"
        self.write(vals)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_retry(self):
        """Try failed and canceled messages again, and waiting ones at once."""
        self._check_manager()
        now = fields.Datetime.now()
        idle_sudo = self.sudo().filtered(lambda entry: not entry.leased_until or entry.leased_until <= now)
        idle_sudo.filtered(lambda entry: entry.state == "pending").next_attempt_at = now
        given_up = idle_sudo.filtered(lambda entry: entry.state in ("failed", "canceled"))
        given_up.write({"state": "pending", "next_attempt_at": now, "error": False, "refusals": 0})
        self._wake()

    def action_cancel(self):
        """Give up messages that are not sent yet."""
        self._check_manager()
        self.sudo().filtered(lambda entry: entry.state in ("pending", "failed")).write({"state": "canceled"})

    def _check_manager(self):
        """The outbox is written by us alone; a manager may press its buttons for rows they may see."""
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            self.browse().check_access("write")
