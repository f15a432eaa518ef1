"""Collects the figures for Health; `tools.common.health_checks` judges them, Settings and monitors show the result."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.common import crons, health_checks

#: Where we remember for which companies a test letter was taken, and since when the mail servers are what they are.
MAIL_LEFT, SERVERS_SINCE = "helpdesk_bridge.mail_left", "helpdesk_bridge.mail_servers_since"
#: Attempts in vain after which a message is no longer merely unlucky.
PERSISTENT = 3


class HelpdeskBridgeHealth(models.AbstractModel):
    _name = "helpdesk.bridge.health"
    _description = "Helpdesk Bridge Health"

    @api.model
    def _findings(self):
        """The `health.Finding` of each part, of all companies."""
        return health_checks.findings(self._facts())

    @api.model
    def _facts(self):
        servers = self.env["fetchmail.server"].sudo()
        confirmed = [("helpdesk_team_id", "!=", False), ("state", "=", "done")]
        # One that core has switched off, because it failed for days, is still missed.
        mailboxes = servers.search(confirmed) | servers._failing()
        parts = {
            **self._of_slack(),
            **self._of_mail(mailboxes),
            **self._of_letters(),
            # Core switches the fetch on with the first mailbox.
            **self._of_crons(crons.ALL if mailboxes else [cron for cron in crons.ALL if cron != crons.FETCH]),
        }
        return health_checks.Facts(away=self.env["helpdesk.bridge.database"]._is_copy(), **parts)

    @api.model
    def _of_slack(self):
        outbox = self.env["helpdesk.slack.outbox"].sudo()
        unsent = dict(outbox._read_group([("state", "in", ("pending", "failed"))], ["state"], ["__count"]))
        workspaces = self.env["helpdesk.slack.workspace"].sudo()
        workspaces = dict(workspaces._read_group([("state", "!=", "draft")], ["state"], ["__count"]))
        channels = self.env["helpdesk.slack.channel"].sudo()
        owed = outbox._read_group([("state", "=", "pending")], ["channel_id"], ["__count"])
        return {
            "waiting": unsent.get("pending", 0),
            "refused": sum(count for channel, count in owed if channel._is_refused()),
            "failed": unsent.get("failed", 0),
            "oldest_waiting": self._age(self.env["helpdesk.slack.dispatcher"].sudo()._overdue_since()),
            "oldest_tried": self._age(self._tried_in_vain_since(outbox)),
            "workspaces": sum(workspaces.values()),
            "workspaces_paused": workspaces.get("paused", 0),
            "channels": channels.search_count([]),
            # One that was tried and dropped again is nobody's trouble.
            "channels_paused": len(channels.search([("state", "=", "paused")])._in_use()),
        }

    @api.model
    def _tried_in_vain_since(self, outbox):
        """Since when the oldest message waits that Slack was asked to take several times; None when there is none.

        Whatever is tried again is due later, and what Slack does not answer is on hold: neither is ever overdue.
        """
        tried = [("state", "=", "pending"), ("attempts", ">=", PERSISTENT)]
        oldest = outbox._read_group(tried, ["channel_id"], ["create_date:min"])
        ways = [(channel, since) for channel, since in oldest if channel.active and channel.workspace_id.active]
        return min((since for channel, since in ways if channel._is_open()), default=None)

    @api.model
    def _of_mail(self, mailboxes):
        fetched = [mailbox.date for mailbox in mailboxes if mailbox.date]
        return {
            "mailboxes": len(mailboxes),
            "mailboxes_failing": len(mailboxes.filtered("error_date")),
            "mailboxes_reason": mailboxes.filtered("error_date")[:1].helpdesk_trouble or "",
            "last_fetch": self._age(max(fetched)) if fetched else None,
            "mails_failed": self.env["helpdesk.inbound.mail"].sudo().search_count([("verdict", "=", "failed")]),
        }

    @api.model
    def _of_letters(self):
        mails = self.env["mail.mail"].sudo()
        ours = [("model", "=", "helpdesk.ticket")]
        outgoing = [*ours, ("state", "=", "outgoing")]
        tried = mails.search([*outgoing, ("helpdesk_attempts", ">", 0)], order="id", limit=1)
        first = [
            mails.search([*outgoing, ("helpdesk_attempts", "=", 0)], order="id", limit=1),
            self.env["helpdesk.letter"].sudo().search([("state", "=", "owed")], order="id", limit=1),
            # One that is refused for now, while later ones leave, is nobody's outage.
            tried.filtered(lambda mail: not self._mails_sent([("date", ">", mail.create_date)])),
        ]
        unsent = Domain(ours) & self.env["helpdesk.ticket"]._bridge_unsent_domain()
        retried = unsent & Domain("state", "=", "outgoing")
        return {
            "letters_failed": mails.search_count(unsent & Domain("state", "=", "exception")),
            "letters_retried": mails.search_count(retried),
            "letters_reason": mails.search(retried, order="id desc", limit=1).failure_reason or "",
            "letters_waiting": max(self._age(record.create_date) for record in first),
        }

    @api.model
    def _mail_has_left(self, company):
        """Whether today's mail servers have taken a mail of a company: a test letter, or one about a ticket."""
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param(f"{MAIL_LEFT}.{company.id}"):
            return True
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        theirs = [("res_id", "in", tickets._search([("company_id", "=", company.id)]))]
        since = parameters.get_param(SERVERS_SINCE)
        return self._mails_sent([*theirs, ("date", ">=", since)] if since else theirs)

    @api.model
    def _mails_sent(self, domain):
        """Whether a mail server has taken a mail about a ticket. :param domain: of messages"""
        sent = Domain("notification_type", "=", "email") & Domain("notification_status", "=", "sent")
        about = Domain("mail_message_id", "any", Domain("model", "=", "helpdesk.ticket") & Domain(domain))
        return bool(self.env["mail.notification"].sudo().search_count(sent & about, limit=1))

    @api.model
    def _note_mail_left(self, company):
        self.env["ir.config_parameter"].sudo().set_param(f"{MAIL_LEFT}.{company.id}", "True")

    @api.model
    def _forget_mail_left(self):
        """Mail goes another way now, and nobody knows whether that works."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.search([("key", "=like", f"{MAIL_LEFT}.%")]).unlink()
        parameters.set_param(SERVERS_SINCE, fields.Datetime.to_string(fields.Datetime.now()))

    @api.model
    def _of_crons(self, needed):
        """:param needed: external ids"""
        missing = [xmlid for xmlid in needed if not self.env.ref(xmlid, raise_if_not_found=False)]
        found = self._crons(needed)
        running = found.filtered("active")
        # One that was just switched on may have been due for years.
        late = running.filtered(
            lambda cron: self._age(max(cron.nextcall, cron.write_date or cron.nextcall)) > health_checks.PATIENCE
        )
        off = (found - running).mapped("name")
        return {"crons_off": (*off, *missing), "crons_late": tuple(late.mapped("name"))}

    @api.model
    def _crons(self, needed=crons.ALL):
        """Those that are there."""
        found = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in needed]
        return self.env["ir.cron"].sudo().union(*filter(None, found))

    @api.model
    def _age(self, moment):
        return max((fields.Datetime.now() - moment).total_seconds(), 0) if moment else 0
