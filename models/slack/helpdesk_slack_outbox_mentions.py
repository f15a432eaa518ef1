"""Whom a message to Slack calls, and that an import or a mass edit calls no one."""

from odoo import api, models

from ...tools.ticket import events

#: Tickets that may mention people in one transaction; more than that is an import, which mentions no one.
MAX_MENTIONS = 20


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    @api.model
    def _mention_vals(self, ticket, event):
        """Whom a reply mentions: the assignee, unless they triggered the event.

        Without an active assignee, the same people as a new ticket if somebody has to act now, as before an SLA target
        is missed. They heard of the ticket when it was new: a further message of its customer does not call them all.
        """
        if not ticket.user_id.active:
            return {} if event.name in events.FOR_THE_ASSIGNEE else {"mention": ticket._slack_mention()}
        return {} if ticket.user_id == self.env.user else {"mention_user": ticket.user_id.id}

    @api.model
    def _has_mention(self, vals):
        payload = vals.get("payload") or {}
        return (
            vals["kind"] != "update"
            and not payload.get("silent")
            and (vals["kind"] == "root" or payload.get("mention") or payload.get("mention_user"))
        )

    @api.model
    def _is_bulk(self, ticket_ids):
        """Whether this transaction, with these tickets, is an import or a mass edit, which mentions no one.

        Messages that it enqueued before lose their mention as well.
        """
        cache, now = self.env.cr.cache, self.env.cr.now()
        if cache.get("helpdesk_bridge.mentioning", (None,))[0] != now:
            cache["helpdesk_bridge.mentioning"] = (now, set(), [])
        _now, tickets, entry_ids = cache["helpdesk_bridge.mentioning"]
        was_bulk = len(tickets) > MAX_MENTIONS
        tickets |= ticket_ids
        bulk = len(tickets) > MAX_MENTIONS
        if bulk and not was_bulk:
            for entry_sudo in self.sudo().browse(entry_ids).exists():
                entry_sudo.payload = {**(entry_sudo.payload or {}), "silent": True}
        return bulk
