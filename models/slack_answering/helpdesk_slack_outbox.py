"""The buttons of a held reply in the thread: as long as there is something to decide."""

from odoo import models

from ...tools.slack import acts
from ...tools.slack.acts import Act
from ...tools.ticket import events
from ..common.translated import with_company_lang

#: The state in which a reply has the buttons of a line, by the line's event.
DECIDED_IN = {events.REPLY_HELD: "held", events.REPLY_STOPPED: "stopped"}


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    def _told_reply(self):
        """The held reply that this line is about; may be empty."""
        number = (self.payload or {}).get("reply")
        return self.env["helpdesk.ticket.reply"].sudo().browse(number or ()).exists()

    def _reply_acts(self):
        found = super()._reply_acts()
        reply = self._told_reply()
        if not reply or reply.state != DECIDED_IN.get(self.event) or not self.channel_id.workspace_id.has_buttons:
            return found
        reply.slack_has_buttons = True
        words = with_company_lang(self.company_id, self).env
        if self.event == events.REPLY_STOPPED:
            return (Act(acts.SEND_ANYWAY, words._("Send anyway")), Act(acts.DISCARD, words._("Discard")))
        return (Act(acts.UNDO, words._("Undo"), "primary"), Act(acts.SEND_NOW, words._("Send now")))

    def _acts_number(self):
        return (self.payload or {}).get("reply") or super()._acts_number()
