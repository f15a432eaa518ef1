"""A digest in the outbox: one message in a channel, or to one person; it belongs to no ticket."""

from datetime import timedelta

from odoo import api, fields, models

from ...tools.slack import response as slack_response
from ...tools.slack import retry_policy
from ...tools.slack.retry_policy import Action
from ..common import database_time
from ..slack.helpdesk_slack_outbox_request import ROUTE
from ..slack.prefetch import read_joined
from ..slack.slack_client import POST, WEBHOOK, Call

DIGEST = "digest"
#: Hours after which nobody wants the digest of the morning any more.
STALE = 12
#: What a message in a channel needs that is about no ticket.
FACTS = {path: names for path, names in ROUTE.items() if path != "ticket_id"}


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    ticket_id = fields.Many2one(required=False)
    company_id = fields.Many2one(
        "res.company", related=None, compute="_compute_company_id", search="_search_company_id", compute_sudo=True
    )
    event = fields.Selection(selection_add=[(DIGEST, "Digest")], ondelete={DIGEST: "cascade"})
    kind = fields.Selection(selection_add=[(DIGEST, "Digest")], ondelete={DIGEST: "cascade"})

    _ticket_or_digest = models.Constraint(
        "CHECK (ticket_id IS NOT NULL OR kind = 'digest')", "A message of this kind needs a ticket."
    )

    @api.depends("ticket_id.company_id", "channel_id.company_id")
    def _compute_company_id(self):
        for entry in self:
            entry.company_id = entry.ticket_id.company_id or entry.channel_id.company_id

    @api.model
    def _search_company_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        of_digest = ["&", ("ticket_id", "=", False), ("channel_id.company_id", "in", value)]
        return ["|", ("ticket_id.company_id", "in", value), *of_digest]

    @api.model
    def _enqueue_digest(self, channel, content, **person):
        """Enqueue a digest. :param person: for one person alone, what is sent to them instead if they are not there"""
        payload = {"message": content, **person}
        vals = {"ticket_id": False, "channel_id": channel.id, "event": DIGEST, "kind": DIGEST, "payload": payload}
        return self._insert([vals])

    # ------------------------------------------------------------
    # Request
    # ------------------------------------------------------------

    def _read_facts(self, kind):
        if kind == DIGEST:
            return read_joined(self, FACTS)
        return super()._read_facts(kind)

    def _call(self, claim):
        if self.kind != DIGEST:
            return super()._call(claim)
        payload = self.payload or {}
        if self.create_date < database_time.now(self.env) - timedelta(hours=STALE):
            return self._drop()
        arguments, text = dict(payload["message"]), payload["message"]["text"]
        if payload.get("person"):
            return self._digest_to_person(arguments, claim)
        if claim.by_webhook:
            return Call(
                connection=self.channel_id._webhook(),
                method=WEBHOOK,
                arguments={"text": text, "unfurl_links": False, "unfurl_media": False},
                key=self.key,
                bot_ref="",
                at_least_once=self.channel_id.workspace_id.at_least_once,
                cannot_be_searched=True,
            )
        return self._new_call(POST, {**arguments, "channel": self.channel_id.channel_ref}, ())

    def _digest_to_person(self, arguments, claim):
        """The direct message; Odoo's notification instead, in this transaction, for who is not in the workspace."""
        user = self.env["res.users"].browse(self.payload["person"]).exists()
        refs, unresolved_users = self._members(user)
        member = refs.get(user.id)
        if not member and unresolved_users and not self.payload.get("looked_up") and not claim.by_webhook:
            # The dispatcher looks them up, and asks once more.
            self.payload = {**self.payload, "looked_up": True}
            return self._new_call(POST, {**arguments, "channel": ""}, unresolved_users)
        if not member or claim.by_webhook:
            return self._digest_by_odoo()
        call = self._new_call(POST, {**arguments, "channel": member}, ())
        # Slack tells no history of a conversation by the person's ID.
        return Call(**{**vars(call), "cannot_be_searched": True})

    def _digest_by_odoo(self):
        """Let Odoo notify the person instead of Slack."""
        payload = self.payload
        user = self.env["res.users"].browse(payload["person"]).exists()
        self._drop()
        if user._bridge_agents():
            user._digest_notify(payload["subject"], payload["html"])

    # ------------------------------------------------------------
    # Result
    # ------------------------------------------------------------

    def _is_to_person(self):
        return self.kind == DIGEST and bool((self.payload or {}).get("person"))

    def _record_not_sent(self, answer, decision, claim):
        """Who cannot be reached in Slack is notified by Odoo."""
        super()._record_not_sent(answer, decision, claim)
        if not self._is_to_person() or not retry_policy.is_slacks(answer):
            return
        if answer.error == slack_response.OUTCOME_UNKNOWN or answer.still_in_doubt:
            return  # it may have arrived
        if self.state == "failed" or decision.action is Action.PAUSE_CHANNEL:
            self._digest_by_odoo()
