"""A posted message as people see it in Slack: its words, and the link to it."""

from odoo import api, fields, models

from ...tools.slack import message_html, posted_text, urls
from ...tools.slack.message_words import Names


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    posted_text = fields.Text(readonly=True, help="What was posted, in Slack's own markup.")
    posted_html = fields.Html(string="Text as Posted", compute="_compute_posted_html", sanitize=False)
    url = fields.Char(string="Link to Slack", compute="_compute_url", compute_sudo=True)

    @api.depends("posted_text", "channel_id")
    def _compute_posted_html(self):
        for entry in self:
            names = Names(entry._mentioned_names()) if "<@" in (entry.posted_text or "") else Names()
            # Every word of it is escaped there.
            entry.posted_html = message_html.to_html({"text": entry.posted_text or ""}, names) or False

    def _mentioned_names(self):
        """The names of the members of this workspace whom the message mentions: ``{member: name}``."""
        refs = message_html.mentioned({"text": self.posted_text}).people
        mine = [("workspace_id", "=", self.channel_id.workspace_id.id), ("member_ref", "in", refs)]
        members_sudo = self.env["helpdesk.slack.member"].sudo().search(mine)
        return {member.member_ref: member.user_id.name for member in members_sudo}

    @api.depends("slack_ts", "thread_id.channel_ref", "channel_id.channel_ref", "channel_id.workspace_id.slack_url")
    def _compute_url(self):
        for entry in self:
            channel, base = entry.channel_id, entry.channel_id.workspace_id.slack_url
            ref = entry.thread_id.channel_ref or channel.channel_ref
            entry.url = base and ref and entry.slack_ts and urls.message_link(base, ref, entry.slack_ts)

    def _posted_vals(self, answer, call):
        """What is kept of the words that an attempt has posted; nothing if an earlier one may have posted others."""
        is_known = call and not (answer.is_earlier and self.kind != "reply")
        return {"posted_text": posted_text.text(call.arguments)} if is_known else {}
