"""Records Slack's answer to one attempt, on the outbox row and on the ticket's thread.

A thread is lost if its first message was deleted in Slack or never sent. Then a new first message is queued before the
ticket's other messages.
"""

import uuid
from datetime import timedelta

from odoo import models

from ...tools.slack import retry_policy
from ...tools.slack.response import NOT_RENDERED
from ...tools.slack.retry_policy import Action
from ..common import database_time
from ..common.translated import with_company_lang
from .helpdesk_slack_outbox import RELEASED

#: An edit that comes too late for the workspace's rules; the thread goes on without it.
TOO_LATE = "edit_window_closed"


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    def _record_sent(self, answer, call=None):
        """:param call: what was asked; None if the worker died before it could record that"""
        vals = {
            "state": "sent",
            "slack_ts": answer.data.get("ts"),
            "sent_at": database_time.now(self.env),
            "error": False,
            **self._posted_vals(answer, call),
            **RELEASED,
        }
        if self.kind == "root":
            # What arrived with an earlier attempt may show an older state of the ticket.
            thread = self._begin_thread(answer, call, shown=call and not answer.is_earlier and call.shown)
        else:
            thread = self.env["helpdesk.slack.thread"].browse(call.thread_id if call else [])
            if call and call.shown:
                thread.shown = call.shown
        self.write({**vals, "thread_id": thread.id})

    def _begin_thread(self, answer, call, shown=False):
        ts = answer.data.get("ts")
        threads = self.env["helpdesk.slack.thread"]
        if not ts:
            return threads
        # The ID we have asked for works for what follows; the record's may have been corrected meanwhile.
        channel_ref = call.arguments["channel"] if call else self.channel_id.channel_ref
        thread, left = threads._begin(self.ticket_id, self.channel_id, channel_ref, ts, shown)
        # The first message of the former channel shall name the new one.
        self._insert(self._edits_vals(self.ticket_id, left))
        return thread

    def _record_adopted(self, answer, call):
        """Make a reply that Slack posted into the channel, as its thread is gone, the new first message.

        The reply is posted once more below it, without mentions.
        """
        payload = self.payload or {}
        if payload.get("adopted"):
            # Twice is enough: whatever answers there does not know threads.
            self._record_sent(answer)
            return
        self.env["helpdesk.slack.thread"].browse(call.thread_id)._lose()
        self._begin_thread(answer, call)
        self._insert([self._update_vals(self.ticket_id, self.channel_id.id)])
        self.write(
            {
                "payload": {**payload, "adopted": True, "silent": True},
                # The old key is on the message that begins the thread now.
                "key": uuid.uuid4().hex,
                "next_attempt_at": database_time.now(self.env),
                "error": False,
                **RELEASED,
            }
        )

    def _record_root_gone(self, call):
        """Handle a message that is to be edited or replied to and no longer exists."""
        self.env["helpdesk.slack.thread"].browse(call.thread_id)._lose()
        if self.kind == "reply":
            self._wait_for_root()
            return
        if self.ticket_id._slack_channel() == self.channel_id:
            # In a channel that the ticket has left, a deleted message stays deleted.
            self._restart_thread()
        self.write({"state": "canceled", **RELEASED})

    def _record_not_sent(self, answer, decision, claim):
        """:param claim: the attempt, for when it began and whether an earlier one was in doubt already"""
        # What its route is held for waits at its own place: after the hold, it is the first.
        now, wait = database_time.now(self.env), 0 if decision.hold else decision.wait
        if not wait and not retry_policy.is_slacks(answer):
            # Until it is known whether the route is broken, no other worker may claim this row.
            wait = retry_policy.CALL
        vals = {
            "error": with_company_lang(self.company_id, self.channel_id.workspace_id)._explain(answer),
            "next_attempt_at": now + timedelta(seconds=wait) if wait else self._in_line(now),
            "leased_until": False,
            "failing_since": self._failing_from(answer, decision, claim, now),
        }
        if answer.still_in_doubt:
            vals["doubt_since"] = claim.doubt_since
        elif decision.action is not Action.RECONCILE:
            vals["doubt_since"] = False
        if decision.action is Action.RETRY:
            vals["refusals"] = self.refusals + 1
        if decision.action is Action.DEGRADE and not (self.payload or {}).get("text_only"):
            vals["payload"] = {**(self.payload or {}), "text_only": True}
        elif decision.action in (Action.FAIL, Action.DEGRADE, Action.ANEW):
            vals["state"] = "canceled" if answer.error == TOO_LATE else "failed"
        self.write(vals)

    def _failing_from(self, answer, decision, claim, now):
        """When the first attempt began of those that failed in a row; False if Slack answers, as at its rate limit.

        If another message was posted the same way meanwhile, this one fails from now on.
        """
        is_failing = decision.action in (Action.RETRY, Action.RECONCILE) or decision.hold_route
        if not is_failing or answer.error == NOT_RENDERED:
            return False
        began = self.leased_until and self.leased_until - timedelta(seconds=retry_policy.LEASE)
        since = self.failing_since or min(began or now, now)
        return now if self.channel_id._was_posted_to(since, claim.by_webhook) else since

    def _in_line(self, now):
        """When a row is due that has not to wait: at its own place, before all that was enqueued later."""
        # In whole seconds, as that of the others: within one second, the order of the rows counts.
        return min(self.create_date, now).replace(microsecond=0)

    def _record_alone(self, claim):
        """Postpone a message that fails while others pass; after so many times it fails for good."""
        for entry in self:
            refusals = entry.refusals + 1
            vals = {"refusals": refusals, "leased_until": False}
            vals["next_attempt_at"] = database_time.now(self.env) + timedelta(
                seconds=retry_policy.backoff(claim.attempts)
            )
            if retry_policy.is_given_up(refusals, entry._others_sent(claim.by_webhook)):
                # The doubt stays: who presses Retry does not send a second time what has arrived after all.
                vals["state"] = "failed"
            entry.write(vals)

    def _others_sent(self, by_webhook):
        """Whether a later message was sent on the same route: by the channel's webhook, or in the workspace."""
        self.ensure_one()
        channel = self.channel_id
        channels = channel if by_webhook else channel.workspace_id.with_context(active_test=False).channel_ids
        later = [("id", ">", self.id), ("state", "=", "sent"), ("channel_id", "in", channels.ids)]
        return bool(self.search_count(later, limit=1))

    def _wait_for_root(self):
        """Let a reply without a thread wait for a first message, once."""
        payload = self.payload or {}
        if payload.get("waited_for_root"):
            self.write(
                {
                    "state": "failed",
                    "error": with_company_lang(self.company_id, self).env._(
                        "The first message of the thread could not be sent."
                    ),
                    **RELEASED,
                }
            )
            return
        self._restart_thread()
        self.write(
            {
                "payload": {**payload, "waited_for_root": True},
                "next_attempt_at": database_time.now(self.env),
                **RELEASED,
            }
        )

    def _restart_thread(self):
        """Enqueue a first message that is delivered before the other pending messages of this ticket."""
        unsent = self.search_fetch(
            [("ticket_id", "=", self.ticket_id.id), ("kind", "!=", "update"), ("state", "in", ("pending", "failed"))],
            ["turn", "kind", "state", "channel_id"],
        )
        roots = unsent.filtered(lambda entry: entry.kind == "root" and entry.channel_id == self.channel_id)
        failed = roots.filtered(lambda entry: entry.state == "failed")
        failed.state = "canceled"  # the fresh one stands for it
        first = min((entry.turn or entry.id for entry in unsent - failed), default=0)
        root = (roots - failed)[:1]
        root = root or self._insert([self._root_vals(self.ticket_id, self.channel_id, silent=True)])
        if first and (root.turn or root.id) > first:
            root.turn = first - 0.5
