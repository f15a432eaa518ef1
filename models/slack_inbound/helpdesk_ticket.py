"""A ticket as the way back from Slack needs it: what replies in its thread are, and what came from there."""

from markupsafe import Markup

from odoo import fields, models

from ...tools.slack import message_words, shared_file
from ..common.xmlids import AGENTS


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    slack_inbound_count = fields.Integer(
        string="Number of Rows in the Slack Inbox",
        compute="_compute_slack_inbound_count",
        groups=AGENTS,
        saved_only=True,
    )

    def _compute_slack_inbound_count(self):
        mine, rows = [("ticket_id", "in", self.ids)], self.env["helpdesk.slack.inbound"]
        # A form that is not saved yet has none, and waits for no search.
        counts = dict(rows._read_group(mine, ["ticket_id"], ["__count"])) if self.ids else {}
        for ticket in self:
            ticket.slack_inbound_count = counts.get(ticket._origin, 0)

    def _slack_replies(self):
        """What people can say in the thread of this ticket: ``off``, ``note`` or ``note_and_send``."""
        self.ensure_one()
        return self.sudo().team_id.slack_replies or self.sudo().company_id.helpdesk_slack_replies or "note"

    def _slack_file_note(self, found, fate):
        """Why a file did not come along, with the link to it. :param found: `SharedFile`"""
        reasons = {
            shared_file.TOO_LARGE: self.env._("it is too large"),
            shared_file.ELSEWHERE: self.env._("it is not stored in Slack"),
            shared_file.IN_SLACK: self.env._("it can only be opened in Slack"),
            shared_file.HIDDEN: self.env._("the limit of the Slack plan hides it"),
            shared_file.GONE: self.env._("it was deleted"),
            shared_file.NOT_ALLOWED: self.env._("the Slack app lacks the scope files:read"),
            shared_file.LOGIN_PAGE: self.env._("the Slack app lacks the scope files:read"),
        }
        why = reasons.get(fate, self.env._("Slack did not hand it over"))
        name = Markup("%s") % found.name
        if message_words.LINK.match(found.permalink):
            name = Markup('<a href="%s" target="_blank" rel="noreferrer noopener">%s</a>') % (found.permalink, name)
        return self.env._("The file %(name)s was not copied: %(why)s.", name=name, why=why)
