from odoo import api, fields, models

from ..tools import addresses, mrkdwn, reference, slack_blocks

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    mail_reference = fields.Char(
        string="Reference",
        compute="_compute_mail_reference",
        compute_sudo=True,
        groups="base.group_user",
        help="Names this ticket in Slack and in mails.",
    )
    slack_thread_ids = fields.One2many("helpdesk.slack.thread", "ticket_id", string="Slack Threads", groups=AGENTS)
    slack_thread_id = fields.Many2one(
        "helpdesk.slack.thread",
        compute="_compute_slack_thread",
        compute_sudo=True,
        groups=AGENTS,
    )
    slack_url = fields.Char(
        string="Slack Address", compute="_compute_slack_thread", compute_sudo=True, groups="base.group_user"
    )

    @api.depends("team_id.ticket_prefix", "company_id.helpdesk_ticket_prefix")
    def _compute_mail_reference(self):
        for ticket in self:
            prefix = ticket.team_id.ticket_prefix or ticket.company_id.helpdesk_ticket_prefix
            number = ticket._origin.id
            ticket.mail_reference = number and reference.reference(prefix, number)

    @api.depends("slack_thread_ids.is_current", "slack_thread_ids.url")
    def _compute_slack_thread(self):
        for ticket in self:
            ticket.slack_thread_id = ticket.slack_thread_ids.filtered("is_current")[:1]
            ticket.slack_url = ticket.slack_thread_id.url

    @api.model
    def default_get(self, fields):
        """Only a person can be the one who takes a new ticket: neither OdooBot nor a portal user is."""
        defaults = super().default_get(fields)
        user = self.env["res.users"].sudo().browse(defaults.get("user_id"))
        if user and (user.share or user == self.env.ref("base.user_root")):
            defaults["user_id"] = False
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if tickets._bridge_is_told():
            self.env["helpdesk.slack.outbox"]._owe_roots(tickets)
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if vals.get("team_id") and self._bridge_is_told():
            # Born without a team, or into a silent one: it is news to the team it has now.
            self.env["helpdesk.slack.outbox"]._owe_roots(self._slack_untold())
        if vals.keys() & {"stage_id", "team_id"}:
            # helpdesk_mgmt writes when a ticket was closed, and forgets to take it back.
            reopened = self.filtered(lambda ticket: ticket.closed_date and not ticket.closed)
            super(HelpdeskTicket, reopened).write({"closed_date": False})
        if vals.keys() & {"partner_id", "partner_email"}:
            self.sudo().filtered("email_failing").email_failing = False
        return result

    def _slack_untold(self):
        """Those of these tickets that Slack has never been owed anything about."""
        entries_sudo = self.env["helpdesk.slack.outbox"].sudo()
        told = entries_sudo._read_group([("ticket_id", "in", self.ids)], ["ticket_id"])
        return self - self.browse(ticket.id for (ticket,) in told)

    @api.model
    def _bridge_is_told(self):
        """Whether what happens here is news.

        Not while modules are being loaded (demo tickets), and not in an import whose user left "Track history during
        import" unticked.
        """
        silent_import = self.env.context.get("import_file") and self.env.context.get("tracking_disable")
        return self.env.registry.ready and not silent_import

    def action_open_slack(self):
        """Open the ticket's thread in Slack."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.slack_url, "target": "new"}

    # ------------------------------------------------------------
    # What Slack shows
    # ------------------------------------------------------------

    def _slack_routes(self):
        """Where each ticket is told: a list of (ticket, channel); tickets without a channel are left out.

        Both as sudo: who changes a ticket needs no access to channels.
        """
        routes = [(ticket, ticket._slack_channel()) for ticket in self.sudo()]
        return [(ticket, channel) for ticket, channel in routes if channel]

    def _slack_channel(self):
        self.ensure_one()
        channels = self.env["helpdesk.slack.channel"]
        if not self.team_id.slack_muted:
            # A team without a company may have one company's channel: another company's tickets don't belong there.
            channels = (self.team_id.slack_channel_id | self.company_id.helpdesk_slack_channel_id).filtered(
                lambda channel: channel.active and channel.company_id in (self.company_id, self.env["res.company"])
            )
        return channels[:1]

    def _slack_root(self, mention=False):
        """The first message of the thread: always the present of this ticket.

        :param mention: whether it may call people; an edit never does, and nobody is called to what is closed already
        :return: the facts, for `tools.slack_blocks.root` to put into words
        """
        self.ensure_one()
        people = self.company_id.partner_id | self.partner_id | self.user_id.partner_id
        people.fetch(["name", "email", "lang"])
        self = self.with_context(lang=self.company_id.partner_id.lang or self.env.lang)
        return slack_blocks.Root(
            reference=self.mail_reference,
            title=self.name or "",
            customer=self._bridge_customer(),
            assignee=self.user_id.name or self.env._("Unassigned"),
            status=self.stage_id.name or "",
            emoji=slack_blocks.status_emoji(self.closed, self.unattended),
            created=int(self.create_date.timestamp()),
            created_text=self.create_date.strftime("%Y-%m-%d %H:%M UTC"),
            excerpt=mrkdwn.from_html(self.description),
            url=self._slack_backend_url(),
            headline=self.env._("New ticket"),
            mention=self._slack_mention() if mention and not self.closed else "",
            labels={
                "customer": self.env._("Customer"),
                "assignee": self.env._("Assignee"),
                "status": self.env._("Status"),
                "created": self.env._("Created"),
                "open": self.env._("Open in Odoo"),
            },
        )

    def _slack_mention(self):
        settings = self.team_id if self.team_id.slack_mention else self.company_id
        if settings == self.team_id:
            return slack_blocks.mention(settings.slack_mention, settings.slack_mention_group)
        return slack_blocks.mention(settings.helpdesk_slack_mention)

    def _slack_backend_url(self):
        return f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"

    def _bridge_customer(self):
        name = self.partner_id.name or self.partner_name
        return addresses.display(name, self.partner_email or self.partner_id.email)
