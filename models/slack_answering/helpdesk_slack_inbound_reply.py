"""The buttons of a held reply: its author takes it back, sends it now, or sends it although something stopped it."""

from odoo import api, models

from ...tools.slack import acts, forms, inbound_row, mrkdwn
from ..slack_acts.helpdesk_slack_inbound_acts import Result

#: Buttons whose number is that of a reply.
OF_REPLY = frozenset({acts.UNDO, acts.SEND_NOW, acts.SEND_ANYWAY, acts.DISCARD})
#: Those that no setting and no right refuses to the author: otherwise the reply would be sent.
TAKING_BACK = frozenset({acts.UNDO, acts.DISCARD})


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _act_methods(self):
        return {**super()._act_methods(), **dict.fromkeys(OF_REPLY, "_act_decide")}

    def _find_clicked(self, work):
        chosen = acts.chosen(self.payload)
        ticket = self._clicked_reply().ticket_id if self._takes_back() else None
        if ticket:
            return bool(self.write({"ticket_id": ticket.id, "company_id": ticket.company_id.id}))
        if chosen and chosen.name in OF_REPLY:
            return self._find_ticket_by_id(work, self._clicked_reply().ticket_id.id or 0)
        if chosen and chosen.name == acts.CANNED:
            return self._find_ticket_by_id(work, forms.about(self.payload).get("ticket"))
        return super()._find_clicked(work)

    def _takes_back(self):
        chosen = acts.chosen(self.payload) if self.kind == inbound_row.BLOCK_ACTION else None
        return bool(chosen) and chosen.name in TAKING_BACK

    def _needed_access(self):
        return () if self._takes_back() else super()._needed_access()

    def _clicked_reply(self):
        """The reply whose button was clicked, as sudo; may be empty."""
        chosen = acts.chosen(self.payload)
        return self.env["helpdesk.ticket.reply"].sudo().browse(chosen.ticket_id or ()).exists()

    def _act_decide(self, ticket, work):
        """Do with the reply what its author has clicked."""
        reply, name = self._clicked_reply(), acts.chosen(self.payload).name
        if reply.author_id != self.user_id:
            return Result("not_your_reply", is_wanted=False, values={"person": reply.author_id})
        if name in TAKING_BACK:
            if not reply._undo(self.user_id):
                return Result("too_late_to_undo", is_wanted=False)
            if name == acts.UNDO:
                self._hand_back(work, reply)
            return Result("reply_undone", is_changed=True)
        if not reply._send_now(self.user_id, anyway=name == acts.SEND_ANYWAY):
            return Result("reply_not_sent", is_wanted=False, values={"why": reply.reason or ""})
        return Result("reply_sent", is_changed=True)

    def _hand_back(self, work, reply):
        """Show the author what they wrote: *Reply to customer* begins with it."""
        words = self._for_person().env._("Taken back. Reply to customer begins with what you wrote:")
        quoted = mrkdwn.quote(mrkdwn.shorten(mrkdwn.from_html(reply.body), 2000))
        work.answers = [self._to_person_alone(work.connection, {"text": f"{mrkdwn.escape(words)}\n{quoted}"})]
