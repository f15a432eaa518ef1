"""A canned reply that is chosen in the form of a reply: it is put below what was typed."""

from functools import partial

from odoo import api, models

from ...tools.slack import acts, forms, inbound_row, mrkdwn, reply_modal
from ...tools.slack.inbound_row import text
from ...tools.slack.response import as_dict
from ..slack.slack_client import UPDATE_VIEW
from ..slack_acts.helpdesk_slack_inbound_acts import SHOWN, Result
from ..slack_acts.slack_saying import insist
from ..slack_inbound.helpdesk_slack_inbound import DONE


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _act_methods(self):
        return {**super()._act_methods(), acts.CANNED: "_act_canned"}

    def _act_canned(self, ticket, work):
        """Put a canned reply below what was typed, and below those that were chosen a moment before it."""
        written, about = reply_modal.written(self.payload), forms.about(self.payload)
        offered, earlier = ticket._bridge_canned_replies(), self._chosen_before(ticket)
        version = about.get("version") if isinstance(about.get("version"), int) else 0
        # The form shows as many of them as its version says.
        chosen = dict.fromkeys([*map(reply_modal.canned, earlier[version:]), reply_modal.canned(self.payload)])
        templates = [offered.filtered(lambda one, number=number: one.id == number) for number in chosen]
        if not templates[-1]:
            return Result("not_offered", is_wanted=False)
        warning, whole = "", written.text
        for template in filter(None, templates):
            longer = reply_modal.joined(whole, mrkdwn.from_html(ticket._bridge_canned_text(template)))
            if longer is None:
                warning = self._for_person().env._("This canned reply is too long for Slack. Please use it in Odoo.")
            whole = whole if longer is None else longer
        view = self._reply_view(
            ticket,
            ticket._bridge_reply_choices(),
            reply_modal.Written(whole, written.subject, written.recipients, written.files, written.is_closing),
            source=text(about.get("source")),
            version=max(version, len(earlier)) + 1,
            warning=warning,
            seen=self._seen_then(),
        )
        # Without a hash: what another choice has changed since this click is in it.
        update = partial(work.connection.call, UPDATE_VIEW, view=view, view_id=self._view_ref())
        work.answers = [partial(insist, update)]
        return Result(SHOWN)

    def _chosen_before(self, ticket):
        """What was chosen in this form before, as payloads in their order."""
        mine = [("ticket_id", "=", ticket.id), ("slack_user_ref", "=", self.slack_user_ref), ("id", "!=", self.id)]
        clicks = [("kind", "=", inbound_row.BLOCK_ACTION), ("state", "=", DONE), ("payload", "!=", False)]
        rows = self.search([*mine, *clicks], order="event_ts, id")
        payloads = [as_dict(row.payload) for row in rows]
        return [one for one in payloads if _view_ref(one) == self._view_ref() and reply_modal.canned(one)]

    def _view_ref(self):
        """The form in which this happened, by its id in Slack."""
        return _view_ref(self.payload or {})


def _view_ref(payload):
    return text(as_dict(payload.get("view")).get("id"))
