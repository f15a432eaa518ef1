"""One attempt to pay, seen from the row: what to ask of Slack, and what its answer means for the ticket's thread.

A thread may be lost: its first message deleted in Slack, or never sent. Then it begins anew: a fresh first message
takes its turn in front of whatever the ticket still has to say.
"""

import hashlib
import json
import uuid
from dataclasses import replace
from datetime import timedelta

from odoo import fields, models

from ..tools import slack_blocks, thread_lines
from ..tools.delivery import Action
from .joined_read import read_joined
from .slack_connection import EDIT, POST, WEBHOOK, Call

#: What every message needs to know.
ROUTE = {
    "": ["ticket_id", "channel_id", "event", "kind", "key", "payload", "state"],
    "channel_id": ["name", "channel_ref", "workspace_id", "active", "company_id"],
    "channel_id.workspace_id": ["api_url", "bot_token", "bot_ref", "at_least_once", "lookup_hold_until"],
}
#: What the first message shows beside it.
PRESENT = {
    "ticket_id": [
        *("name", "description", "priority", "create_date", "partner_name", "partner_email"),
        *("stage_id", "closed", "unattended", "team_id", "company_id", "partner_id", "user_id", "assignment"),
    ],
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

#: An edit that comes too late for the workspace's rules; the thread goes on without it.
TOO_LATE = "edit_window_closed"


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    # ------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------

    def _read_facts(self, kind):
        """Read what a message of this kind is made of, in one query."""
        read_joined(self, ROUTE if kind == "reply" else {**ROUTE, **PRESENT})

    def _call(self, claim):
        """What to ask of Slack for this row, rendered now and in plain values.

        :return: a `Call`; None when there is nothing to ask (any more), which is then recorded here
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
        """The thread of the ticket in this row's channel; empty when it has not begun, or its beginning is gone."""
        living = [*self._siblings(), ("is_lost", "=", False)]
        return self.env["helpdesk.slack.thread"].search_fetch(
            living, ["channel_id", "channel_ref", "ts", "is_current", "shown"], limit=1
        )

    def _root(self):
        payload, ticket = self.payload or {}, self.ticket_id
        is_quiet = bool(payload.get("quiet"))
        if is_quiet and self._thread().is_current:
            # Two pieces of news at once have each owed a beginning; one is enough.
            return self._drop()
        # In a new message Slack's name of somebody rings a bell; an edit may name them later.
        named = self.env["res.users"] if is_quiet or ticket.closed else ticket.user_id
        refs, strangers = self._members(named)
        facts = ticket._slack_root(not is_quiet, came_from=payload.get("came_from", ""), refs=refs)
        shown = _digest(slack_blocks.root(replace(facts, mention="")))
        arguments = {**slack_blocks.root(facts), "channel": self.channel_id.channel_ref}
        return self._new_call(POST, arguments, strangers, shown=shown)

    def _flat(self):
        """A message for the webhook: by itself, as there it has no thread."""
        payload, ticket = self.payload or {}, self.ticket_id
        if self.kind == "update":
            return self._drop()
        is_quiet = bool(payload.get("quiet"))
        if self.kind == "root":
            message = slack_blocks.root(ticket._slack_root(not is_quiet, came_from=payload.get("came_from", "")))
        else:
            message = thread_lines.message(payload, "" if is_quiet else payload.get("call", ""))
        message = slack_blocks.flat(message, ticket.mail_reference, ticket._slack_backend_url())
        if payload.get("text_only"):
            del message["blocks"]
        return Call(
            connection=self.channel_id._webhook(),
            method=WEBHOOK,
            arguments={**message, "unfurl_links": False, "unfurl_media": False},
            key=self.key,
            bot_ref="",
            at_least_once=self.channel_id.workspace_id.at_least_once,
        )

    def _reply(self, thread):
        payload = self.payload or {}
        token, called = "", self.env["res.users"]
        if not payload.get("quiet"):
            token, called = payload.get("call", ""), called.browse(payload.get("call_user", [])).exists()
        refs, strangers = self._members(called)
        message = thread_lines.message(payload, token or slack_blocks.member(refs.get(called.id)))
        arguments = {**message, "channel": thread.channel_ref, "thread_ts": thread.ts}
        if payload.get("broadcast"):
            arguments["reply_broadcast"] = True
        return self._new_call(POST, arguments, strangers, thread)

    def _edit(self, thread, claim):
        """One edit shows whatever all the pending ones would have shown."""
        others_in_doubt = self._swallow_others()
        if not thread:
            return self._drop()
        if others_in_doubt or claim.doubt_since:
            thread.shown = False  # nobody knows
        refs, strangers = self._members(self.ticket_id.user_id)
        message = slack_blocks.root(self.ticket_id._slack_root(refs=refs, thread=thread))
        shown = _digest(message)
        if shown == thread.shown and not strangers:
            # A first message sent meanwhile shows it already.
            self.write({"state": "sent", "sent_at": fields.Datetime.now(), "leased_until": False, "doubt_since": False})
            return None
        arguments = {**message, "channel": thread.channel_ref, "ts": thread.ts}
        return self._new_call(EDIT, arguments, strangers, thread, shown)

    def _members(self, users):
        return self.env["helpdesk.slack.member"]._refs(self.channel_id.workspace_id, users)

    def _new_call(self, method, arguments, strangers, thread=None, shown=""):
        workspace = self.channel_id.workspace_id
        # Nothing in a message is looked for by Slack itself: whom it names, we have named.
        arguments = {**arguments, "parse": "none", "link_names": False}
        if (self.payload or {}).get("text_only"):
            del arguments["blocks"]
            if method == EDIT:
                arguments["blocks"] = []  # an edit without any would keep the old ones
        if method == POST:
            # Metadata can be read by everybody in the workspace: nothing but the key.
            metadata = {"event_type": "odoo_helpdesk_notification", "event_payload": {"key": self.key}}
            arguments.update(unfurl_links=False, unfurl_media=False, metadata=metadata)
        return Call(
            connection=workspace._connection(),
            method=method,
            arguments=arguments,
            key=self.key,
            bot_ref=workspace.bot_ref,
            at_least_once=workspace.at_least_once,
            strangers=strangers,
            thread_id=thread.id if thread else 0,
            shown=shown,
        )

    def _drop(self):
        """There is nothing to say in this row any more."""
        self.write({"state": "canceled", "error": False, "leased_until": False, "doubt_since": False})

    def _swallow_others(self):
        """Take back the other edits of the same first message; this one shows what they would have shown.

        :return: whether one of them may have arrived
        """
        unsent = [("kind", "=", "update"), ("state", "in", ("pending", "failed")), ("id", "!=", self.id)]
        others = self.search_fetch([*self._siblings(), *unsent], ["doubt_since"])
        in_doubt = any(others.mapped("doubt_since"))
        others.unlink()
        return in_doubt

    # ------------------------------------------------------------
    # Beginning anew
    # ------------------------------------------------------------

    def _wait_for_root(self):
        """A line without a thread waits for a first message, once."""
        payload = self.payload or {}
        if payload.get("rootless"):
            self.write(
                {
                    "state": "failed",
                    "error": self.env._("The first message of the thread could not be sent."),
                    "leased_until": False,
                    "doubt_since": False,
                }
            )
            return
        self._begin_anew()
        self.write(
            {
                "payload": {**payload, "rootless": True},
                "next_attempt_at": fields.Datetime.now(),
                "leased_until": False,
                "doubt_since": False,
            }
        )

    def _begin_anew(self):
        """Owe a first message that goes out before whatever else this ticket still has to say."""
        unsent = self.search_fetch(
            [("ticket_id", "=", self.ticket_id.id), ("kind", "!=", "update"), ("state", "in", ("pending", "failed"))],
            ["turn", "kind", "state", "channel_id"],
        )
        roots = unsent.filtered(lambda entry: entry.kind == "root" and entry.channel_id == self.channel_id)
        failed = roots.filtered(lambda entry: entry.state == "failed")
        failed.state = "canceled"  # the fresh one stands for it
        first = min((entry.turn or entry.id for entry in unsent - failed), default=0)
        root = (roots - failed)[:1]
        root = root or self._insert([self._root_vals(self.ticket_id, self.channel_id, quiet=True)])
        if first and (root.turn or root.id) > first:
            root.turn = first - 0.5

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------

    def _record_sent(self, answer, call=None):
        """:param call: what was asked; None where a worker has died and nobody knows"""
        vals = {
            "state": "sent",
            "slack_ts": answer.data.get("ts"),
            "sent_at": fields.Datetime.now(),
            "error": False,
            "doubt_since": False,
            "leased_until": False,
        }
        if self.kind == "root":
            # What arrived with an earlier attempt may show an older state of the ticket.
            thread = self._begin_thread(answer, call and not answer.is_earlier and call.shown)
        else:
            thread = self.env["helpdesk.slack.thread"].browse(call.thread_id if call else [])
            if call and call.shown:
                thread.shown = call.shown
        self.write({**vals, "thread_id": thread.id})

    def _begin_thread(self, answer, shown=False):
        ts = answer.data.get("ts")
        threads = self.env["helpdesk.slack.thread"]
        if not ts:
            return threads
        channel_ref = answer.data.get("channel") or self.channel_id.channel_ref
        thread, left = threads._begin(self.ticket_id, self.channel_id, channel_ref, ts, shown)
        # Where the story was told until now, it shall say where it goes on.
        self._insert([self._update_vals(self.ticket_id, channel.id) for channel in left])
        return thread

    def _record_adopted(self, answer, call):
        """Slack has put a line into the channel, as its thread is gone: this message becomes the new first one.

        The line itself is said once more, below it, and calls nobody again.
        """
        payload = self.payload or {}
        if payload.get("adopted"):
            # Twice is enough: whatever answers there does not know threads.
            self._record_sent(answer)
            return
        self.env["helpdesk.slack.thread"].browse(call.thread_id)._lose()
        self._begin_thread(answer)
        self._insert([self._update_vals(self.ticket_id, self.channel_id.id)])
        self.write(
            {
                "payload": {**payload, "adopted": True, "quiet": True},
                # The old key is on the message that begins the thread now.
                "key": uuid.uuid4().hex,
                "next_attempt_at": fields.Datetime.now(),
                "error": False,
                "leased_until": False,
                "doubt_since": False,
            }
        )

    def _record_root_gone(self, call):
        """What was to be edited or answered is not there any more."""
        self.env["helpdesk.slack.thread"].browse(call.thread_id)._lose()
        if self.kind == "reply":
            self._wait_for_root()
            return
        self._begin_anew()
        self.write({"state": "canceled", "leased_until": False, "doubt_since": False})

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
        elif verdict.action in (Action.FAIL, Action.DEGRADE, Action.ANEW):
            vals["state"] = "canceled" if answer.error == TOO_LATE else "failed"
        self.write(vals)


def _digest(message):
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()
