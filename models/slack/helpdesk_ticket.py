"""A ticket in Slack: its channel, what its first message shows, and whether all of its messages have arrived.

`helpdesk_ticket_events` hands events over, and `helpdesk_slack_outbox` decides which messages they become.
"""

from odoo import api, fields, models

from ...tools.slack import mrkdwn, root_message
from ...tools.ticket.assignment import NOBODY_AVAILABLE
from ..common.xmlids import AGENTS
from .prefetch import read_joined

#: What decides whether a channel takes a ticket's messages, by the path of its record.
OPEN_FOR = {"": ["active", "company_id", "workspace_id"], "workspace_id": ["active"]}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    slack_thread_ids = fields.One2many("helpdesk.slack.thread", "ticket_id", string="Slack Threads", groups=AGENTS)
    slack_thread_id = fields.Many2one(
        "helpdesk.slack.thread",
        compute="_compute_slack_thread",
        compute_sudo=True,
        groups=AGENTS,
    )
    slack_url = fields.Char(
        string="Slack Link",
        compute="_compute_slack_thread",
        compute_sudo=True,
        groups="base.group_user",
        saved_only=True,
    )
    slack_state = fields.Selection(
        [("posted", "Posted"), ("waiting", "Waiting"), ("failed", "Failed")],
        string="Slack",
        compute="_compute_slack_state",
        compute_sudo=True,
        groups=AGENTS,
        help="Whether everything about this ticket has been posted to Slack.",
        saved_only=True,
    )
    slack_problem = fields.Char(compute="_compute_slack_state", compute_sudo=True, groups=AGENTS, saved_only=True)

    @api.depends("slack_thread_ids.is_current", "slack_thread_ids.url")
    def _compute_slack_thread(self):
        for ticket in self:
            ticket.slack_thread_id = ticket.slack_thread_ids.filtered("is_current")[:1]
            ticket.slack_url = ticket.slack_thread_id.url

    def _compute_slack_state(self):
        outbox, theirs = self.env["helpdesk.slack.outbox"], [("ticket_id", "in", self.ids)]
        # A form that is not saved yet has none, and waits for no search.
        unsent = outbox.search([*theirs, ("state", "in", ("pending", "failed"))], order="id") if self.ids else outbox
        # Grouped records keep the prefetch, which filtered ones lose.
        by_ticket = unsent.grouped("ticket_id")
        for ticket in self:
            ticket.slack_state, ticket.slack_problem = by_ticket.get(ticket._origin, outbox)._ticket_status()
            if not ticket.slack_state and ticket.slack_thread_id:
                ticket.slack_state = "posted"

    def action_open_slack(self):
        """Open the ticket's thread in Slack."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.slack_url, "target": "new"}

    def action_retry_slack(self):
        """Send failed messages again, and try a paused channel again."""
        self.check_access("write")
        entries_sudo = self.env["helpdesk.slack.outbox"].sudo()
        entries_sudo = entries_sudo.search([("ticket_id", "in", self.ids), ("state", "in", ("pending", "failed"))])
        entries_sudo._try_again()
        return entries_sudo._retry_notification()

    # ------------------------------------------------------------
    # Where
    # ------------------------------------------------------------

    def _slack_channel(self):
        """The channel in which this ticket is posted now; may be empty."""
        self.ensure_one()
        return self._slack_channel_of(self.team_id, self.company_id)

    @api.model
    def _slack_channel_of(self, team, company):
        """The channel for the tickets of a team and a company. As sudo: the acting user need not see channels."""
        team_sudo, company_sudo = team.sudo(), company.sudo()
        if team_sudo.slack_muted:
            return self.env["helpdesk.slack.channel"].sudo()
        found = team_sudo.slack_channel_id | company_sudo.helpdesk_slack_channel_id
        for channel in found.filtered(lambda channel: "active" not in channel._cache):
            read_joined(channel, OPEN_FOR)
        # A team without a company may have one company's channel: another company's tickets don't belong there.
        return found.filtered(
            lambda channel: channel._is_unarchived() and channel.company_id in (company_sudo, self.env["res.company"])
        )[:1]

    # ------------------------------------------------------------
    # What
    # ------------------------------------------------------------

    def _slack_root(self, mention=False, came_from="", refs=None, thread=None, channel=None):
        """The first message of the thread: always the current data of this ticket.

        :param mention: whether it may mention people; an edit never does, and a closed or archived ticket mentions no
            one
        :param came_from: the team that had this ticket before
        :param refs: ids of Slack's members, by user id
        :param thread: the thread whose first message is edited, which may have to name another channel
        :param channel: where it is shown by the bot, and may be clicked in
        :return: the facts, for `tools.slack.root_message.root` to put into words
        """
        self.ensure_one()
        self = self._bridge_with_company_lang()
        moved = self._slack_moved(thread) if thread else None
        return root_message.Root(
            reference=self.mail_reference,
            title=self.name or "",
            customer=self._bridge_customer(),
            assignee=self.user_id.name or self._slack_nobody(),
            assignee_ref=(refs or {}).get(self.user_id.id, ""),
            status=self.stage_id.name or "",
            emoji=root_message.status_emoji(self.closed, self.unattended),
            priority=dict(self._fields["priority"]._description_selection(self.env)).get(self.priority, ""),
            level=self.priority or "",
            due=int(self.sla_due.timestamp()) if self.sla_due else 0,
            due_text=self.sla_due.strftime("%Y-%m-%d %H:%M UTC") if self.sla_due else "",
            paused=self.env._("Paused") if self.sla_paused else "",
            created=int(self.create_date.timestamp()),
            created_text=self.create_date.strftime("%Y-%m-%d %H:%M UTC"),
            excerpt=mrkdwn.from_html(self.description),
            url=self._slack_backend_url(),
            headline=self.env._("Ticket of %s", came_from) if came_from else self.env._("New ticket"),
            mention=self._slack_mention() if mention and self.active and not self.closed else "",
            moved=moved,
            gone=self._slack_gone(),
            turn=self.env._("Customer replied") if self.customer_replied and not self.closed else "",
            labels=self._slack_labels(),
            acts=self._slack_acts(channel) if channel and not moved else (),
            answering=self._slack_answering(),
            sentences=tuple(self._slack_root_sentences()),
            files=tuple(self._slack_root_files()),
            snoozed=int(self.snoozed_until.timestamp()) if self.snoozed_until else 0,
            snoozed_text=self.snoozed_until.strftime("%Y-%m-%d %H:%M UTC") if self.snoozed_until else "",
        )

    def _slack_root_sentences(self):
        """Hook: what an addon adds to the first message: sentences in plain text, in the environment's language.

        The fields that they name have to be in `_bridge_shown`, so that a change edits the message.
        """
        return []

    def _slack_answering(self):
        """Who is answering the customer, in a sentence; empty if nobody is."""
        return self.env._("%s is answering", self.answering) if self.answering else ""

    def _bridge_on_answering(self):
        result = super()._bridge_on_answering()
        outbox = self.env["helpdesk.slack.outbox"]
        posted = outbox._posted_channels(self.ids)
        for ticket in self.sudo():
            channel = ticket._slack_channel().filtered(lambda one, ticket=ticket: one.id in posted.get(ticket.id, ()))
            outbox._insert(outbox._edits_vals(ticket, channel))
        return result

    def _slack_acts(self, channel):
        """What people can do at this ticket's first message in a channel: `acts.Act` and `acts.Menu`."""
        return ()

    def _slack_nobody(self):
        is_left = self.assignment == NOBODY_AVAILABLE
        return self.env._("Unassigned: nobody is available") if is_left else self.env._("Unassigned")

    def _slack_labels(self):
        return {
            "customer": self.env._("Customer"),
            "assignee": self.env._("Assignee"),
            "status": self.env._("Status"),
            "priority": self.env._("Priority"),
            "created": self.env._("Created"),
            "due": self.env._("Due"),
            "open": self.env._("Open in Odoo"),
            "moved": self.env._("Moved to"),
            "merged": self.env._("Merged into"),
            "duplicate": self.env._("Duplicate of"),
            "archived": self.env._("Archived"),
            "there": self.env._("open the thread"),
            "snoozed": self.env._("Snoozed until"),
        }

    def _slack_moved(self, thread):
        """The channel of the current thread, when this is a former one."""
        channel = self._slack_channel()
        current = thread if thread.is_current else self.slack_thread_id
        if channel == thread.channel_id and current in (thread, current.browse()):
            return None
        is_there = current != thread and current.channel_id == channel
        return root_message.Moved(
            team=self.team_id.name or "",
            channel_ref=channel.channel_ref or "",
            url=current.url or "" if is_there else "",
        )

    def _slack_gone(self):
        """Where this ticket goes on, when it is merged into another one, a duplicate, or archived."""
        other = self.duplicate_id and self.duplicate_id._bridge_resolve_merged()
        if not other:
            return None if self.active else root_message.Gone("archived")
        return root_message.Gone(
            label="duplicate" if self.active else "merged",
            reference=other.mail_reference,
            url=other._slack_backend_url(),
            thread_url=other.slack_thread_id.url or "",
        )

    def _slack_mention(self):
        """The token that calls those whom a new ticket calls."""
        settings = self.team_id if self.team_id.slack_mention else self.company_id
        if settings == self.team_id:
            return root_message.mention(settings.slack_mention, settings.slack_mention_group)
        return root_message.mention(settings.helpdesk_slack_mention)

    def _slack_backend_url(self):
        return f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"
