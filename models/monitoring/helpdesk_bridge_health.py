"""Collects the facts for Health. `tools.common.health_checks` evaluates them for Settings and monitoring."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.common import crons, health_checks
from ..common import cron_threads, database_time

#: System parameters: the companies whose test email was sent, and when the mail servers last changed.
EMAIL_SENT, SERVERS_SINCE = "helpdesk_bridge.mail_left", "helpdesk_bridge.mail_servers_since"


class HelpdeskBridgeHealth(models.AbstractModel):
    _name = "helpdesk.bridge.health"
    _description = "Helpdesk Bridge Health"

    @api.model
    def _findings(self):
        """The `Finding` of each part, for all companies."""
        return health_checks.findings(self._facts())

    @api.model
    def _facts(self):
        servers = self.env["fetchmail.server"].sudo()
        confirmed = [("helpdesk_team_id", "!=", False), ("state", "=", "done")]
        # Include mailboxes that Odoo switched off because they failed for days.
        mailboxes = servers.search(confirmed) | servers._failing()
        parts = {
            **self._slack_facts(),
            **self._from_slack_facts(),
            **self._mailbox_facts(mailboxes),
            **self._email_facts(),
            "senders_replaced": self._replaced_senders(),
            # Odoo activates the fetch cron with the first mailbox.
            **self._cron_facts(crons.ALL if mailboxes else [cron for cron in crons.ALL if cron != crons.FETCH]),
        }
        return health_checks.Facts(is_copy=self.env["helpdesk.bridge.database"]._is_copy(), **parts)

    @api.model
    def _slack_facts(self):
        outbox = self.env["helpdesk.slack.outbox"].sudo()
        unsent = dict(outbox._read_group([("state", "in", ("pending", "failed"))], ["state"], ["__count"]))
        workspaces = self.env["helpdesk.slack.workspace"].sudo()
        workspaces = dict(workspaces._read_group([("state", "!=", "draft")], ["state"], ["__count"]))
        channels = self.env["helpdesk.slack.channel"].sudo()
        pending = outbox._read_group([("state", "=", "pending")], ["channel_id"], ["__count"])
        return {
            "waiting": unsent.get("pending", 0),
            "refused": sum(count for channel, count in pending if channel._is_refused()),
            "failed": unsent.get("failed", 0),
            "oldest_waiting": self._age(self.env["helpdesk.slack.dispatcher"].sudo()._overdue_since()),
            "oldest_tried": self._age_or_none(self._failing_since(outbox)),
            "last_posted": self._age_or_none(self.env["helpdesk.slack.dispatcher"].sudo()._last_posted()),
            "workspaces": sum(workspaces.values()),
            "workspaces_paused": workspaces.get("paused", 0),
            "channels": channels.search_count([]),
            # Channels that are not in use do not matter.
            "channels_paused": len(
                channels.search([("state", "=", "paused"), ("workspace_id.active", "=", True)])._in_use()
            ),
        }

    @api.model
    def _from_slack_facts(self):
        inbox = self.env["helpdesk.slack.inbound"].sudo()
        left = dict(inbox._read_group([("state", "in", ("pending", "failed"))], ["state"], ["__count"]))
        due = [("state", "=", "pending"), ("next_attempt_at", "<", database_time.now(self.env))]
        workspaces = self.env["helpdesk.slack.workspace"].sudo()
        return {
            "ways_back": tuple(one._way_back() for one in workspaces.search([("state", "!=", "draft")])),
            "inbox_waiting": left.get("pending", 0),
            "inbox_failed": left.get("failed", 0),
            "inbox_oldest": self._age(inbox.search(due, order="next_attempt_at", limit=1).next_attempt_at),
        }

    @api.model
    def _failing_since(self, outbox):
        """Since when the attempts to post have failed, where nothing was posted since; None if there is no such route.

        A message that is being retried never counts as overdue: each retry is due later, and its route is on hold.
        """
        failing = [("state", "=", "pending"), ("failing_since", "!=", False)]
        oldest = outbox._read_group(failing, ["channel_id"], ["failing_since:min"])
        moments = [since for channel, since in oldest if self._is_stuck(channel, since)]
        return min(moments, default=None)

    @api.model
    def _is_stuck(self, channel, since):
        """Whether nothing was posted since a moment on the open route of a channel."""
        if not (channel.active and channel.workspace_id.active and channel._is_open()):
            return False
        by_bot = channel.workspace_id.state == "ok" and channel.state == "ok"
        return not channel._was_posted_to(since, by_webhook=not by_bot)

    @api.model
    def _mailbox_facts(self, mailboxes):
        # Not Odoo's date, which is also set when a check fails.
        checked = [mailbox.helpdesk_checked_date for mailbox in mailboxes if mailbox.helpdesk_checked_date]
        failing, left = mailboxes.filtered("error_date"), mailboxes.filtered("helpdesk_left_count")
        return {
            "mailboxes": len(mailboxes),
            "mailboxes_failing": len(failing),
            "mailboxes_reason": failing[:1].helpdesk_trouble or "",
            "mailboxes_overdue": sum(self._age(moment) > health_checks.MAX_DELAY for moment in checked),
            "last_fetch": self._age(max(checked)) if checked else None,
            "mails_failed": self.env["helpdesk.inbound.mail"].sudo().search_count([("verdict", "=", "failed")]),
            "mails_left": sum(left.mapped("helpdesk_left_count")),
            "mails_left_reason": left[:1].helpdesk_left_reason or "",
        }

    @api.model
    def _email_facts(self):
        mails = self.env["mail.mail"].sudo()
        ours = [("model", "=", "helpdesk.ticket")]
        outgoing = [*ours, ("state", "=", "outgoing")]
        due = ["|", ("scheduled_date", "=", False), ("scheduled_date", "<=", fields.Datetime.now())]
        untried = mails.search([*outgoing, *due, ("helpdesk_attempts", "=", 0)], order="write_date", limit=1)
        owed = self.env["helpdesk.letter"].sudo().search([("state", "=", "owed")], order="id", limit=1)
        failing = [*outgoing, ("helpdesk_failing_since", "!=", False)]
        [(refused,)] = mails._read_group(
            [*failing, ("helpdesk_failing_server", "=", False)], [], ["helpdesk_failing_since:min"]
        )
        [(unreached,)] = mails._read_group(
            [*failing, ("helpdesk_failing_server", "!=", False)], [], ["helpdesk_failing_since:min"]
        )
        unsent = Domain(ours) & self.env["helpdesk.ticket"]._bridge_unsent_domain()
        retried = unsent & Domain("state", "=", "outgoing")
        return {
            "letters_failed": mails.search_count(unsent & Domain("state", "=", "exception")),
            "letters_retried": mails.search_count(retried),
            "letters_reason": mails.search(retried, order="id desc", limit=1).failure_reason or "",
            # Not since it was written: who presses "Send again" queues an old one.
            "letters_waiting": max(
                self._age(untried.scheduled_date or untried.write_date), self._age(owed.create_date), self._age(refused)
            ),
            "letters_unreached": self._age(unreached),
        }

    @api.model
    def _replaced_senders(self, company=None):
        """``(address, what customers see in From instead)`` of the mailboxes whose address Odoo replaces.

        :param company: only its mailboxes; None: of all companies
        """
        domain = Domain("helpdesk_team_id", "!=", False) & Domain("helpdesk_address", "!=", False)
        if company is not None:
            domain &= Domain("helpdesk_team_id.company_id", "in", (company.id, False))
        owned = [
            (mailbox.helpdesk_address, mailbox.helpdesk_team_id.company_id or company or self.env.company)
            for mailbox in self.env["fetchmail.server"].sudo().search(domain, order="id")
        ]
        senders = self.env["ir.mail_server"]._bridge_replacements(owned)
        found = {address: sender for (address, _owner), sender in zip(owned, senders, strict=True)}
        return tuple((address, sender) for address, sender in found.items() if sender)

    @api.model
    def _has_sent_email(self, company):
        """Whether the present mail servers have sent an email of a company: a test, or one about a ticket."""
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param(f"{EMAIL_SENT}.{company.id}"):
            return True
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        messages = [("res_id", "in", tickets._search([("company_id", "=", company.id)]))]
        since = parameters.get_param(SERVERS_SINCE)
        return self._is_email_sent([*messages, ("date", ">=", since)] if since else messages)

    @api.model
    def _is_email_sent(self, domain):
        """Whether an email about a ticket was sent. :param domain: of its message"""
        sent = Domain("notification_type", "=", "email") & Domain("notification_status", "=", "sent")
        about = Domain("mail_message_id", "any", Domain("model", "=", "helpdesk.ticket") & Domain(domain))
        return bool(self.env["mail.notification"].sudo().search_count(sent & about, limit=1))

    @api.model
    def _record_sent_email(self, company):
        """Remember that a test email of this company was sent."""
        self.env["ir.config_parameter"].sudo().set_param(f"{EMAIL_SENT}.{company.id}", "True")

    @api.model
    def _forget_sent_emails(self):
        """Forget which companies' emails were sent, because the mail servers have changed."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.search([("key", "=like", f"{EMAIL_SENT}.%")]).unlink()
        parameters.set_param(SERVERS_SINCE, fields.Datetime.to_string(fields.Datetime.now()))

    @api.model
    def _cron_facts(self, needed):
        """What is wrong with scheduled actions. :param needed: their external ids"""
        missing = [xmlid for xmlid in needed if not self.env.ref(xmlid, raise_if_not_found=False)]
        found = self._crons(needed)
        running = found.filtered("active")
        # An action that was just activated may have a due date far in the past.
        late = running.filtered(
            lambda cron: self._age(max(cron.nextcall, cron.write_date or cron.nextcall)) > health_checks.MAX_DELAY
        )
        off = (found - running).mapped("name")
        threads, ended = cron_threads.count()
        return {
            "crons_off": (*off, *missing),
            "crons_late": tuple(late.mapped("name")),
            "clocks_off": tuple(database_time.noted_skews(self.env)),
            "cron_threads": threads,
            "cron_threads_ended": ended,
        }

    @api.model
    def _crons(self, needed=crons.ALL):
        """The scheduled actions that exist."""
        found = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in needed]
        return self.env["ir.cron"].sudo().union(*filter(None, found))

    @api.model
    def _age_or_none(self, moment):
        return self._age(moment) if moment else None

    @api.model
    def _age(self, moment):
        """Seconds since a moment; 0 for none."""
        return max((database_time.now(self.env) - moment).total_seconds(), 0) if moment else 0
