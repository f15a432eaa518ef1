"""Builds the Slack request for one outbox message. `helpdesk_slack_outbox_result` records the answer."""

import hashlib
import json
import time
from dataclasses import replace

from odoo import api, models

from ...tools.slack import acts, root_message, thread_messages
from ...tools.ticket.events import COMPARED
from ..common import database_time
from .helpdesk_slack_outbox import RELEASED
from .prefetch import read_joined
from .slack_client import EDIT, POST, WEBHOOK, Call

#: Fields that every message needs.
ROUTE = {
    "": ["ticket_id", "channel_id", "event", "kind", "key", "payload", "state", "doubt_by_webhook"],
    "ticket_id": ["active"],
    "channel_id": ["name", "channel_ref", "workspace_id", "active", "company_id"],
    "channel_id.workspace_id": ["api_url", "bot_token", "bot_ref", "at_least_once", "lookup_hold_until"],
}
#: Further fields that the first message shows.
ROOT_FIELDS = {
    "ticket_id": [*COMPARED, "bridge_number", "create_date", "closed", "unattended", "answering"],
    "ticket_id.stage_id": ["name"],
    "ticket_id.team_id": [
        *("name", "ticket_prefix", "slack_muted", "slack_channel_id", "slack_mention", "slack_mention_group"),
    ],
    "ticket_id.company_id": [
        *("partner_id", "helpdesk_ticket_prefix", "helpdesk_slack_channel_id", "helpdesk_slack_mention"),
    ],
    "ticket_id.company_id.partner_id": ["lang"],
    "ticket_id.partner_id": ["name", "email"],
    "ticket_id.user_id": ["partner_id"],
    "ticket_id.user_id.partner_id": ["name", "email"],
}


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    # ------------------------------------------------------------
    # Request
    # ------------------------------------------------------------

    def _read_facts(self, kind):
        """Prefetch the fields that a message of this kind needs, in one query."""
        if kind == "reply":
            read_joined(self, ROUTE)
            return
        files = self.env["helpdesk.ticket"]._slack_root_files_term
        for names in read_joined(self, self._root_facts(), {"ticket_id": files}):
            self.ticket_id._slack_keep_root_files(names)

    @api.model
    def _root_facts(self):
        """The fields of a first message, by the path to their record. A concern adds its own."""
        return {**ROUTE, **ROOT_FIELDS}

    def _call(self, claim):
        """The call to Slack for this row, rendered now and in plain values.

        :return: a `Call`; None when there is nothing to send (any more), which is then recorded here
        """
        self.ensure_one()
        if claim.by_webhook:
            return self._flat()
        if self.kind == "root":
            return self._root()
        thread = self._thread()
        if self.kind == "update":
            return self._edit(thread, claim)
        if not thread:
            return self._wait_for_root()
        return self._reply(thread)

    def _thread(self):
        """The ticket's thread in this row's channel; empty if there is none, or its first message is lost.

        A thread under a former channel ID does not count: after the ID is corrected, messages go to the new channel.
        """
        usable = [*self._siblings(), ("is_lost", "=", False), ("channel_ref", "=", self.channel_id.channel_ref)]
        return self.env["helpdesk.slack.thread"].search_fetch(
            usable, ["channel_id", "channel_ref", "ts", "is_current", "shown"], limit=1
        )

    def _root(self):
        payload, ticket = self.payload or {}, self.ticket_id
        is_silent = bool(payload.get("silent"))
        if is_silent and self._thread().is_current:
            # Two simultaneous events have each queued a first message; one is enough.
            return self._drop()
        # Mentioning a user in a new message notifies them; an edit can add the mention silently.
        named = self.env["res.users"] if is_silent or ticket.closed or not ticket.active else ticket.user_id
        refs, unresolved_users = self._members(named)
        came_from, channel = payload.get("came_from", ""), self.channel_id
        facts = ticket._slack_root(not is_silent, came_from=came_from, refs=refs, channel=channel)
        shown = _digest(root_message.root(replace(facts, mention="")))
        arguments = {**root_message.root(facts), "channel": self.channel_id.channel_ref}
        return self._new_call(POST, arguments, unresolved_users, shown=shown)

    def _flat(self):
        """The message for the webhook: flat, because webhooks know no threads."""
        payload, ticket = self.payload or {}, self.ticket_id
        if self.kind == "update":
            return self._drop()
        is_silent = bool(payload.get("silent"))
        if self.kind == "root":
            message = root_message.root(ticket._slack_root(not is_silent, came_from=payload.get("came_from", "")))
        else:
            is_silent = is_silent or not ticket.active
            message = thread_messages.message(payload, "" if is_silent else payload.get("mention", ""))
        message = root_message.flat(message, ticket.mail_reference, ticket._slack_backend_url())
        if payload.get("text_only"):
            del message["blocks"]
        return Call(
            connection=self.channel_id._webhook(),
            method=WEBHOOK,
            arguments={**message, "unfurl_links": False, "unfurl_media": False},
            key=self.key,
            bot_ref="",
            at_least_once=self.channel_id.workspace_id.at_least_once,
            cannot_be_searched=True,
        )

    def _reply(self, thread):
        payload = self.payload or {}
        token, mentioned = "", self.env["res.users"]
        # Nobody has to act on a ticket that was archived or merged while the message waited.
        if not payload.get("silent") and self.ticket_id.active:
            token, mentioned = payload.get("mention", ""), mentioned.browse(payload.get("mention_user", [])).exists()
        refs, unresolved_users = self._members(mentioned)
        found = self._reply_acts()
        buttons = acts.elements(found, self._acts_number(), self.ticket_id.mail_reference) if found else ()
        message = thread_messages.message(payload, token or root_message.member(refs.get(mentioned.id)), buttons)
        arguments = {**message, "channel": thread.channel_ref, "thread_ts": thread.ts}
        if payload.get("broadcast"):
            arguments["reply_broadcast"] = True
        return self._new_call(POST, arguments, unresolved_users, thread)

    def _reply_acts(self):
        """Hook: what people can do at this reply, as `acts.Act`."""
        return ()

    def _acts_number(self):
        """Hook: the number that its buttons carry."""
        return 0

    def _edit(self, thread, claim):
        """The edit of the first message. It replaces all other pending edits."""
        others_in_doubt = self._coalesce_updates()
        if not thread:
            return self._drop()
        if others_in_doubt or claim.doubt_since:
            thread.shown = False  # unknown until the edit is confirmed
        refs, unresolved_users = self._members(self.ticket_id.user_id)
        facts = self.ticket_id._slack_root(refs=refs, thread=thread, channel=self.channel_id)
        message = root_message.root(facts)
        shown = _digest(message)
        if shown == thread.shown and not unresolved_users:
            # The first message shows this already.
            self.write({"state": "sent", "sent_at": database_time.now(self.env), **RELEASED})
            return None
        arguments = {**message, "channel": thread.channel_ref, "ts": thread.ts}
        return self._new_call(EDIT, arguments, unresolved_users, thread, shown)

    def _members(self, users):
        return self.env["helpdesk.slack.member"]._refs(self.channel_id.workspace_id, users)

    def _new_call(self, method, arguments, unresolved_users, thread=None, shown=""):
        workspace = self.channel_id.workspace_id
        # Slack must not parse names itself: we insert the mentions.
        arguments = {**arguments, "parse": "none", "link_names": False}
        if (self.payload or {}).get("text_only"):
            del arguments["blocks"]
            if method == EDIT:
                arguments["blocks"] = []  # an edit without any would keep the old ones
        if method == POST:
            # All members of the workspace can read metadata: only the key.
            metadata = {"event_type": "odoo_helpdesk_notification", "event_payload": {"key": self.key}}
            arguments.update(unfurl_links=False, unfurl_media=False, metadata=metadata)
        return Call(
            claimed_at=(database_time.now(self.env), time.monotonic()),
            connection=workspace._connection(),
            method=method,
            arguments=arguments,
            key=self.key,
            bot_ref=workspace.bot_ref,
            at_least_once=workspace.at_least_once,
            cannot_be_searched=self.doubt_by_webhook,
            unresolved_users=unresolved_users,
            thread_id=thread.id if thread else 0,
            shown=shown,
        )

    def _drop(self):
        """Cancel this row: there is nothing to send any more."""
        self.write({"state": "canceled", "error": False, **RELEASED})

    def _coalesce_updates(self):
        """Delete the other pending edits of the same first message; this one shows the same.

        :return: whether one of them is in doubt
        """
        unsent = [("kind", "=", "update"), ("state", "in", ("pending", "failed")), ("id", "!=", self.id)]
        others = self.search_fetch([*self._siblings(), *unsent], ["doubt_since"])
        in_doubt = any(others.mapped("doubt_since"))
        others.unlink()
        return in_doubt


def _digest(message):
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()
