"""The Slack inbox: one row for each thing that Slack told us.

How data flows: a transport (HTTP, a socket, catch-up) hands a body to `_receive`, which only inserts rows; the
transport commits, and only then acknowledges. Whatever comes twice, by whatever transport, meets a unique key. A cron,
woken at once, carries the rows out (`helpdesk_slack_inbound_cron`).
"""

import logging
import time
from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.common import crons
from ...tools.slack import inbound_event, inbound_row
from ..common import database_time
from ..common.helpdesk_bridge_without_gateway import refusal
from ..common.xmlids import SYSTEM

_logger = logging.getLogger(__name__)

PENDING, DONE, IGNORED, FAILED = "pending", "done", "ignored", "failed"


class HelpdeskSlackInbound(models.Model):
    _name = "helpdesk.slack.inbound"
    _description = "Slack Inbox"
    _order = "id desc"
    _rec_name = "event_ref"

    source = fields.Selection(
        [("socket", "Socket"), ("http", "HTTP"), ("catch_up", "Catch-up")], required=True, readonly=True
    )
    kind = fields.Selection(
        [
            (inbound_row.MESSAGE, "Reply"),
            (inbound_row.CHANGED, "Edit"),
            (inbound_row.DELETED, "Deletion"),
            (inbound_row.REACTION_ADDED, "Reaction"),
            (inbound_row.REACTION_REMOVED, "Reaction removed"),
            (inbound_row.BLOCK_ACTION, "Click"),
            (inbound_row.SHORTCUT, "Shortcut"),
            (inbound_row.VIEW_SUBMISSION, "Form"),
            (inbound_row.COMMAND, "Command"),
            (inbound_row.HOME, "App Home"),
            (inbound_row.VIEW_CLOSED, "Form closed"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    workspace_id = fields.Many2one("helpdesk.slack.workspace", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    event_ref = fields.Char(
        string="Event", required=True, readonly=True, help="Identifies it in Slack, whatever transport repeats it."
    )
    channel_ref = fields.Char(string="Channel ID", readonly=True)
    message_ts = fields.Char(string="Slack Timestamp", readonly=True)
    thread_ts = fields.Char(string="Timestamp of the Thread", readonly=True)
    event_ts = fields.Char(string="Happened at", readonly=True, help="By Slack's clock: the order of a thread.")
    edited_ts = fields.Char(string="Timestamp of the Edit", readonly=True)
    slack_user_ref = fields.Char(string="Member ID", readonly=True)
    person_id = fields.Many2one(
        "helpdesk.slack.person", string="Person in Slack", ondelete="set null", readonly=True, index="btree_not_null"
    )
    # An agent sees the name, but not the list of people with their addresses.
    person_name = fields.Char(related="person_id.name", string="Name in Slack")
    payload = fields.Json(readonly=True, groups=SYSTEM, help="What Slack sent. Deleted after the days in the Settings.")
    state = fields.Selection(
        [(PENDING, "Waiting"), (DONE, "Done"), (IGNORED, "Ignored"), (FAILED, "Failed")],
        required=True,
        default=PENDING,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    error = fields.Text(readonly=True, groups=SYSTEM)
    ticket_id = fields.Many2one("helpdesk.ticket", ondelete="cascade", index="btree_not_null", readonly=True)
    user_id = fields.Many2one("res.users", string="Acted as", ondelete="set null", readonly=True)
    message_id = fields.Many2one(
        "mail.message", string="Note", ondelete="set null", index="btree_not_null", readonly=True, groups=SYSTEM
    )
    not_copied = fields.Html(
        string="Files That Were Not Copied", readonly=True, groups=SYSTEM, help="What the note says about them."
    )
    has_changed = fields.Boolean(
        string="Changed the Ticket", readonly=True, help="Not if the ticket was already as the person wanted it."
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime(
        string="Next Attempt", required=True, readonly=True, default=lambda self: database_time.now(self.env)
    )

    _event_unique = models.Constraint("UNIQUE (workspace_id, event_ref)", "This event is in the inbox already.")
    # A mention comes as two events, and catch-up finds what an event has told: neither is a second message.
    _message_unique = models.UniqueIndex(
        "(workspace_id, channel_ref, message_ts) WHERE kind = 'message'", "This message is in the inbox already."
    )
    _version_unique = models.UniqueIndex(
        "(workspace_id, channel_ref, message_ts, kind, edited_ts) WHERE kind IN ('message_changed', 'message_deleted')",
        "This change of a message is in the inbox already.",
    )
    # What the cron reads, and nothing of what is over.
    _due_index = models.Index("(workspace_id, channel_ref, thread_ts, event_ts, id) WHERE state = 'pending'")
    # In which the cron takes them, clicks first: after an outage, thousands wait.
    _turn_index = models.Index(f"((kind NOT IN {inbound_row.ASKED_KINDS}), event_ts, id) WHERE state = 'pending'")
    _state_index = models.Index("(state, id) WHERE state IN ('pending', 'failed')")

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Refuse: no email comes in here."""
        raise refusal(self)

    def message_update(self, msg_dict, update_vals=None):
        """Refuse: no email changes what came from Slack."""
        raise refusal(self)

    # ------------------------------------------------------------
    # The one door
    # ------------------------------------------------------------

    @api.model
    def _receive(self, workspace, source, body):
        """Insert what a transport has brought. The caller commits this, and only then acknowledges it to Slack.

        To be called as `transactions.retried(cr, inbox._receive, workspace, source, body)`: two transports may bring
        the same event at the same moment.

        :param source: a value of the field `source`
        :param body: the decoded body of an event, interaction or command, as `inbound_request.read` returns it; a
            socket's envelope has it as `payload`
        :return: an `inbound_row.Delivery`: what was in it, also what needed no row, such as own posts that came back.
            After the commit the transport calls its `open`, and then acknowledges with its `answer`
        """
        inbox = self.sudo()
        if inbox.env["helpdesk.bridge.database"]._is_silent():
            return inbound_row.Delivery()
        workspace_sudo = workspace.sudo()
        delivery = inbound_event.parse(body, workspace_sudo._slack_identity())
        ours = workspace_sudo.team_ref
        if delivery.team_refs and ours and ours not in delivery.team_refs:
            _logger.warning("Slack workspace %s got an event of another one and left it", workspace_sudo.id)
            return inbound_row.Delivery()
        refusal = next(filter(None, (inbox._refusal_at_field(workspace_sudo, row) for row in delivery.rows)), None)
        if refusal:
            return replace(delivery, answer=refusal)
        relevant = [found for row in delivery.rows if (found := inbox._as_relevant(workspace_sudo, row))]
        added = [row for row in relevant if inbox._insert(workspace_sudo, source, row)]
        if delivery.changed_users:
            inbox.env["helpdesk.slack.person"]._forget(workspace_sudo, delivery.changed_users)
            workspace_sudo._note_told()
        workspace_sudo._follow_channels(delivery)
        if added:
            inbox.env["ir.cron"]._bridge_wake_often(crons.SLACK_INBOUND)
        openings = (inbox._opening(workspace_sudo, row) for row in added)
        repeated = tuple(row for row in relevant if row not in added)
        return replace(delivery, repeated=repeated, openings=tuple(filter(None, openings)))

    @api.model
    def _refusal_at_field(self, workspace, row):
        """What the acknowledgement of a form says when something in it is wrong; None if it may be carried out.

        Nothing is stored then: the form stays open.
        """
        return None

    @api.model
    def _opening(self, workspace, row):
        """A call of Slack that cannot wait until this row is carried out, as a function; None for most rows.

        It is made after the commit, so that no transaction waits for the network.
        """
        return None

    @api.model
    def _handlers(self):
        """The methods that carry out what came in, by kind. A reaction without one gets no row."""
        return {}

    @api.model
    def _as_relevant(self, workspace, row):
        """`row`, with what is known of its thread; None if it is none of our business.

        Only what is said in the threads of tickets is kept: a channel has other conversations, which concern nobody.
        """
        if row.kind not in inbound_row.MESSAGE_KINDS:
            is_asked = "reaction" not in row.kind and row.kind != inbound_row.HOME
            return row if is_asked or row.kind in self._handlers() else None
        if row.thread_ts and self._is_ticket_thread(workspace, row.channel_ref, row.thread_ts):
            return row
        if known := self._message_row(workspace, row.channel_ref, row.message_ts):
            return row if row.thread_ts else replace(row, thread_ts=known.thread_ts)
        # A reply may be faster than the answer that tells us of our own message, which began the thread.
        return row if row.thread_ts and self._is_thread_beginning(workspace, row.channel_ref) else None

    @api.model
    def _message_row(self, workspace, channel_ref, message_ts):
        """The row of a message; may be empty."""
        same = [("workspace_id", "=", workspace.id), ("channel_ref", "=", channel_ref), ("message_ts", "=", message_ts)]
        return self.search([*same, ("kind", "=", inbound_row.MESSAGE)], limit=1)

    @api.model
    def _thread_of(self, workspace, channel_ref, thread_ts):
        """The thread of a ticket; may be empty. In no company's name: the workspace decides."""
        threads = self.env["helpdesk.slack.thread"].sudo().with_context(active_test=False)
        place = [("channel_ref", "=", channel_ref), ("ts", "=", thread_ts)]
        place.append(("channel_id.workspace_id", "=", workspace.id))
        return threads.search_fetch(place, ["ticket_id", "channel_id"], limit=1)

    @api.model
    def _is_ticket_thread(self, workspace, channel_ref, thread_ts):
        return bool(self._thread_of(workspace, channel_ref, thread_ts))

    @api.model
    def _is_thread_beginning(self, workspace, channel_ref):
        """Whether a first message for this channel is on its way, or may have arrived."""
        outbox = self.env["helpdesk.slack.outbox"].sudo().with_context(active_test=False)
        place = [("channel_id.channel_ref", "=", channel_ref), ("channel_id.workspace_id", "=", workspace.id)]
        going = [("kind", "=", "root"), ("state", "=", "pending"), ("attempts", ">", 0)]
        return bool(outbox.search_count([*place, *going], limit=1))

    @api.model
    def _insert(self, workspace, source, row, state=PENDING):
        """Insert a row, unless it is there already. :return: its id, or None"""
        now = database_time.now(self.env)
        values = {
            "source": source,
            "kind": row.kind,
            "workspace_id": workspace.id,
            "company_id": workspace.company_id.id or None,
            "event_ref": row.event_ref,
            "channel_ref": row.channel_ref or None,
            "message_ts": row.message_ts or None,
            "thread_ts": row.thread_ts or None,
            "event_ts": row.event_ts or f"{time.time():.6f}",
            "edited_ts": row.edited_ts,
            "slack_user_ref": row.user_ref or None,
            "payload": self._fields["payload"].convert_to_column_insert(row.payload, self),
            "state": state,
            "attempts": 0,
            "next_attempt_at": now,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": now,
            "write_date": now,
        }
        columns = SQL(", ").join(map(SQL.identifier, values))
        self.env.cr.execute(
            SQL(
                "INSERT INTO helpdesk_slack_inbound (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
                columns,
                tuple(values.values()),
            )
        )
        found = self.env.cr.fetchone()
        return found and found[0]

    @api.model
    def _wake(self):
        self.env["ir.cron"]._bridge_wake(crons.SLACK_INBOUND)
