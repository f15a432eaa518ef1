"""A route to Slack: one channel, and whether messages get through."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.common.notification import notification
from ...tools.slack import response as slack_response
from ...tools.slack import retry_policy, token_kind, urls
from .button_connection import ButtonConnection

#: What is written when the way of a channel is to be tried afresh.
RESET_STATE = {"state": "ok", "pause_reason": False, "hold_until": False, "probe_at": False, "probes": 0}


class HelpdeskSlackChannel(models.Model):
    _name = "helpdesk.slack.channel"
    _description = "Slack Channel"
    _inherit = ["helpdesk.slack.health", "helpdesk.bridge.shared"]
    _company_paths = ("workspace_id.company_id",)
    _order = "name, id"
    _way = "channel_id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    workspace_id = fields.Many2one(
        "helpdesk.slack.workspace",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company._slack_workspace(),
    )
    company_id = fields.Many2one(related="workspace_id.company_id", store=True, index=True)
    channel_ref = fields.Char(
        string="Channel ID",
        required=True,
        help="In Slack open the channel's menu, choose Copy link and paste the link here; or paste the ID itself, "
        "which begins with C or G.",
    )
    state = fields.Selection(
        [("ok", "Working"), ("paused", "Paused")], default="ok", required=True, readonly=True, copy=False, tracking=True
    )
    sent_count = fields.Integer(string="Delivered", compute="_compute_sent_count", compute_sudo=True)
    forgotten_count = fields.Integer(
        string="Deleted Messages", readonly=True, copy=False, help="Delivered messages that are no longer kept."
    )
    note = fields.Char(readonly=True, copy=False, help="What Slack last said about the channel.")
    is_listed = fields.Boolean(
        string="Found in Slack",
        readonly=True,
        copy=False,
        help="Nobody has entered this channel: Slack has listed it as one that the bot is in.",
    )

    _channel_unique = models.Constraint(
        "UNIQUE (workspace_id, channel_ref)", "This channel already exists: use the existing one."
    )

    @api.depends("forgotten_count")
    def _compute_sent_count(self):
        sent = [("channel_id", "in", self.ids), ("state", "=", "sent")]
        kept = dict(self.env["helpdesk.slack.outbox"]._read_group(sent, ["channel_id"], ["__count"]))
        for channel in self:
            channel.sent_count = channel.forgotten_count + kept.get(channel._origin, 0)

    @api.constrains("channel_ref")
    def _check_channel_ref(self):
        for channel in self:
            if urls.channel_id(channel.channel_ref) != channel.channel_ref:
                raise ValidationError(self._not_a_channel(channel.channel_ref))

    @api.constrains("workspace_id")
    def _check_who_uses_it(self):
        """A channel is used only by teams and companies that may use its workspace."""
        self.env["helpdesk.ticket.team"].sudo().search(
            [("slack_channel_id", "in", self.ids)]
        )._check_slack_channel_company()
        companies = self.env["res.company"].sudo().search([("helpdesk_slack_channel_id", "in", self.ids)])
        companies._check_helpdesk_slack_channel_company()

    def _problem(self):
        """Why nothing arrives here, as far as Slack has said; False for none, and for no channel."""
        return self.pause_reason if self.state == "paused" else self.note

    def _is_unarchived(self):
        """Whether neither this channel nor its workspace is archived."""
        return self.active and self.workspace_id.active

    def _in_use(self):
        """The channels of these that are in use: a team or company posts there, or messages wait."""
        ours = [("slack_channel_id", "in", self.ids)]
        used = self.env["helpdesk.ticket.team"].sudo().search(ours).slack_channel_id
        ours = [("helpdesk_slack_channel_id", "in", self.ids)]
        used |= self.env["res.company"].sudo().search(ours).helpdesk_slack_channel_id
        waiting = [("channel_id", "in", (self - used).ids), ("state", "=", "pending")]
        return self & used | self.browse(
            channel.id for [channel] in self.env["helpdesk.slack.outbox"].sudo()._read_group(waiting, ["channel_id"])
        )

    def _forget_unused(self):
        """Delete those of these channels that nobody uses, and through which nothing ever went."""
        unused = (self - self._in_use()).sudo()
        for model in ("helpdesk.slack.outbox", "helpdesk.slack.thread"):
            groups = self.env[model].sudo()._read_group([("channel_id", "in", unused.ids)], ["channel_id"])
            unused -= self.browse().union(*(channel for [channel] in groups))
        unused.unlink()

    @api.model
    def _not_a_channel(self, text):
        """What to enter instead. What may be a secret is not repeated: refusals are logged."""
        if "hooks.slack.com" in text or "/services/" in text:
            return self.env._(
                "This is the address of a webhook. Enter it under Webhook. Here, paste the channel's link."
            )
        if token_kind.is_in(text):
            return self.env._("This is a token. Enter it under Bot Token. Here, paste the channel's link.")
        return self.env._(
            "“%s” is not a Slack channel ID. In Slack open the channel's menu, choose Copy link and paste the link, or "
            "the ID that begins with C or G.",
            text,
        )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_channel_id(vals) for vals in vals_list]
        for vals in vals_list:
            self._check_workspace_access(vals)
            self._make_room(vals)
        return super().create(vals_list)

    @api.model
    def _make_room(self, vals):
        """Delete the same channel where Slack has merely listed it: now somebody enters it."""
        workspace = vals.get("workspace_id") or self.default_get(["workspace_id"]).get("workspace_id")
        same = [
            ("workspace_id", "=", workspace),
            ("channel_ref", "=", vals.get("channel_ref")),
            ("is_listed", "=", True),
        ]
        self.sudo().with_context(active_test=False).search(same)._forget_unused()

    def write(self, vals):
        self._check_workspace_access(vals)
        vals = self._with_channel_id(vals)
        if "channel_ref" in vals or "workspace_id" in vals:
            vals = {**vals, **RESET_STATE}
        return super().write(vals)

    @api.model
    def _check_workspace_access(self, vals):
        """A user who cannot see a workspace cannot send with its token."""
        if vals.get("workspace_id"):
            self.env["helpdesk.slack.workspace"].browse(vals["workspace_id"]).check_access("read")

    @api.model
    def _with_channel_id(self, vals):
        """Take the id out of whatever was pasted; what holds none is left for the constraint to explain."""
        pasted = vals.get("channel_ref")
        return {**vals, "channel_ref": urls.channel_id(pasted) or pasted.strip()} if pasted else vals

    @api.model
    def name_create(self, name):
        """Create a channel from what a person pasted into a channel field: its ID or its link."""
        if not urls.channel_id(name):
            raise UserError(self._not_a_channel(name))
        # A default channel may be the first thing that is set up: then its workspace is made along with it.
        workspace = self.env.company._ensure_slack_workspace()
        same = [("workspace_id", "=", workspace.id), ("channel_ref", "=", urls.channel_id(name))]
        channel = self.with_context(active_test=False).search(same)
        channel.active = True
        if not channel:
            channel = self.create({"name": urls.channel_id(name), "channel_ref": name, "workspace_id": workspace.id})
            # An import goes on in a savepoint, which a commit would end.
            is_import = self.env.context.get("import_file")
            channel._ask_slack(None if is_import else workspace._button_connection())
        return channel.id, channel.display_name

    def action_ask_slack(self):
        """Ask Slack what the channel is called, and whether the bot may write there."""
        self.ensure_one()
        self.check_access("write")
        answer = self._ask_slack(self.workspace_id._button_connection())
        title = self.name
        if not answer or not answer.ok or self.note:
            problem = (
                self.note or (answer and self.workspace_id._explain(answer)) or self.env._("There is no token yet.")
            )
            return notification("danger", title, problem)
        return notification("success", title, self.env._("The bot is in this channel."))

    def _ask_slack(self, connection=None):
        """Learn the channel's name, and what stands in the way. :return: an `Answer`; None without a token

        :param connection: for methods behind buttons, one that ends their transaction before it waits
        """
        workspace = self.workspace_id
        if not workspace.has_token or self.env["helpdesk.bridge.database"]._is_silent():
            return None
        answer = (connection or workspace._connection()).call("conversations.info", channel=self.channel_ref)
        self._take_info(answer)
        return answer

    def _take_info(self, answer):
        """Store what Slack says about this channel. :param answer: the `Answer` of ``conversations.info``"""
        finding = retry_policy.channel_finding(answer)
        vals = {"name": f"#{finding.name}"} if finding.name else {}
        if finding.problem is not None:
            problem = slack_response.Answer(error=finding.problem)
            vals["note"] = finding.problem and self.workspace_id._explain(problem)
        vals = {name: value for name, value in vals.items() if (self[name] or "") != value}
        if vals:
            self.write(vals)

    def action_send_test(self):
        """Post a test message, so that a person sees that messages arrive."""
        self.ensure_one()
        self.check_access("write")
        return self._send_test()

    def _send_test(self):
        workspace = self.workspace_id
        connection = workspace._button_connection()
        by_webhook = not workspace.has_token and self.has_webhook
        if by_webhook:
            connection = ButtonConnection(self.env, self._webhook())
        text = self.env._("Hello from Odoo Helpdesk: tickets will be posted here.")
        answer = connection.call("chat.postMessage", channel=self.channel_ref, text=text)
        if not answer.ok:
            explanation = workspace._explain(answer)
            if retry_policy.judge(answer, 1).action == retry_policy.Action.PAUSE_CHANNEL:
                # The user who pressed the button sees the reason: no activity for them.
                self.with_context(mail_activity_automation_skip=True)._pause(explanation)
            return notification("danger", self.env._("The message was not sent"), explanation)
        self.sudo().write({**RESET_STATE, "note": False, **({"webhook_problem": False} if by_webhook else {})})
        if self.name == self.channel_ref:
            # It was pasted before there was anybody to ask.
            self._ask_slack(workspace._button_connection())
        return notification("success", self.env._("Sent"), self.env._("See %s.", self.name))

    def _was_posted_to(self, since, by_webhook):
        """Whether Slack has accepted a message after a moment, here or in a channel that is reached the same way.

        :param by_webhook: by the webhook of this channel, else by the bot in the workspace
        """
        channels = self if by_webhook else self.workspace_id.with_context(active_test=False).channel_ids
        posted = [("channel_id", "in", channels.ids), ("sent_at", ">", since)]
        return bool(self.env["helpdesk.slack.outbox"].sudo().search_count(posted, limit=1))
