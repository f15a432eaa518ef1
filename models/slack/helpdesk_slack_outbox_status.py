"""How a message stands: whether it waits, and for what.

The reason is read, not stored: a channel that is refused may have 100,000 messages behind it, and none of their rows is
touched when it pauses or goes on.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"
    _rec_names_search = ["ticket_id", "key"]

    reason = fields.Char(
        compute="_compute_reason",
        search="_search_reason",
        compute_sudo=True,
        help="Why it has not been delivered: the outcome of its last attempt, or what it is waiting for.",
    )

    what = fields.Char(string="Content", compute="_compute_what")

    @api.depends("event", "kind")
    @api.depends_context("lang")
    def _compute_what(self):
        """An edit belongs to no event: it shows the current state."""
        words = dict(self._fields["event"]._description_selection(self.env))
        for entry in self:
            is_edit = entry.kind == "update"
            entry.what = self.env._("First message updated") if is_edit else words.get(entry.event)

    @api.depends("ticket_id", "what", "channel_id")
    def _compute_display_name(self):
        for entry in self:
            parts = [entry.ticket_id.sudo().mail_reference, entry.what, entry.channel_id.sudo().name]
            entry.display_name = " · ".join(filter(None, parts))

    @api.depends("state", "error", "channel_id.state", "channel_id.workspace_id.state", "channel_id.active")
    def _compute_reason(self):
        query = self._search([("id", "in", self.ids)], order="id")
        terms = [SQL.identifier(self._table, "id"), self._field_to_sql(self._table, "reason", query)]
        reasons = dict(self.env.execute_query(query.select(*terms)))
        for entry in self:
            entry.reason = reasons.get(entry.id)

    @api.model
    def _search_reason(self, operator, value):
        if operator == "in":
            return Domain.custom(to_sql=lambda model, alias, query: model._reason_is_one_of(alias, query, value))
        if operator == "ilike":
            return Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s ILIKE %s", model._field_to_sql(alias, "reason", query), f"%{value}%"
                )
            )
        return NotImplemented

    @api.model
    def _reason_is_one_of(self, alias, query, reasons):
        reason = self._field_to_sql(alias, "reason", query)
        known = [text for text in reasons if text]
        return SQL("(%s = ANY(%s) OR %s AND %s IS NULL)", reason, known, len(known) < len(reasons), reason)

    @api.model
    def _field_to_sql(self, alias, field_expr, query=None):
        """The reason in SQL, so that messages can be searched for it and grouped by it."""
        if field_expr != "reason":
            return super()._field_to_sql(alias, field_expr, query)
        channels, workspaces = self.env["helpdesk.slack.channel"].sudo(), self.env["helpdesk.slack.workspace"].sudo()
        channel = query.left_join(alias, "channel_id", channels._table, "id", "channel_id")
        workspace = query.left_join(channel, "workspace_id", workspaces._table, "id", "workspace_id")
        return SQL(
            """CASE WHEN %(state)s <> 'pending' THEN NULLIF(%(error)s, '')
                    WHEN NOT %(workspace_active)s THEN CONCAT(%(workspace_name)s, ': ', %(archived)s)
                    WHEN NOT %(channel_active)s THEN CONCAT(%(channel_name)s, ': ', %(archived)s)
                    WHEN %(workspace_state)s = 'paused' THEN CONCAT(%(workspace_name)s, ': ', %(workspace_reason)s)
                    WHEN %(webhook)s <> '' AND %(webhook_problem)s IS NULL THEN NULLIF(%(error)s, '')
                    WHEN %(workspace_state)s = 'draft' AND %(webhook)s IS NULL THEN %(no_token)s
                    WHEN %(channel_state)s = 'paused' THEN CONCAT(%(channel_name)s, ': ', %(channel_reason)s)
                    ELSE NULLIF(%(error)s, '') END""",
            state=self._field_to_sql(alias, "state", query),
            error=self._field_to_sql(alias, "error", query),
            workspace_active=workspaces._field_to_sql(workspace, "active", query),
            channel_active=channels._field_to_sql(channel, "active", query),
            archived=self.env._("archived in Odoo. Unarchive it, or cancel the message."),
            workspace_state=workspaces._field_to_sql(workspace, "state", query),
            workspace_name=workspaces._field_to_sql(workspace, "name", query),
            workspace_reason=workspaces._field_to_sql(workspace, "pause_reason", query),
            webhook=channels._field_to_sql(channel, "webhook_url", query),
            webhook_problem=channels._field_to_sql(channel, "webhook_problem", query),
            channel_state=channels._field_to_sql(channel, "state", query),
            channel_name=channels._field_to_sql(channel, "name", query),
            channel_reason=channels._field_to_sql(channel, "pause_reason", query),
            no_token=self.env._("There is no bot token yet."),
        )

    def _ticket_status(self):
        """The Slack status of the ticket with these unsent rows: (state, reason)."""
        failed = next((entry for entry in self if entry.state == "failed"), None)
        if failed:
            return "failed", failed.error
        # What a person has to fix comes first; the rest continues by itself. Iterating keeps the prefetch: the reasons
        # of all tickets in a list are one query.
        refused = (entry for entry in self if entry.channel_id._is_refused())
        first = next(refused, None) or next(iter(self), None)
        return ("waiting", first.reason) if first else (False, False)
