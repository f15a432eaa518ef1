"""Whether the bridge does its work: counted here, judged in `tools.health`, shown in the Settings and to monitors."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import health

FETCH_CRON = "mail.ir_cron_mail_gateway_action"
QUEUE_CRON = "mail.ir_cron_mail_scheduler_action"
CRONS = (
    FETCH_CRON,
    "helpdesk_bridge.ir_cron_slack_outbox",
    "helpdesk_bridge.ir_cron_sla_tick",
    "helpdesk_bridge.ir_cron_after_mail",
    QUEUE_CRON,
)
#: Where we remember that a test letter was taken.
MAIL_LEFT = "helpdesk_bridge.mail_left"


class HelpdeskBridgeHealth(models.AbstractModel):
    _name = "helpdesk.bridge.health"
    _description = "Helpdesk Bridge Health"

    @api.model
    def _findings(self):
        """The `health.Finding` of each part, of all companies."""
        return health.findings(self._facts())

    @api.model
    def _facts(self):
        parts = {**self._of_slack(), **self._of_mail(), **self._of_letters(), **self._of_crons()}
        return health.Facts(away=self.env["helpdesk.bridge.home"]._is_away(), **parts)

    @api.model
    def _of_slack(self):
        outbox = self.env["helpdesk.slack.outbox"].sudo()
        unsent = dict(outbox._read_group([("state", "in", ("pending", "failed"))], ["state"], ["__count"]))
        workspaces = self.env["helpdesk.slack.workspace"].sudo()
        workspaces = dict(workspaces._read_group([("state", "!=", "draft")], ["state"], ["__count"]))
        channels = self.env["helpdesk.slack.channel"].sudo()
        return {
            "waiting": unsent.get("pending", 0),
            "failed": unsent.get("failed", 0),
            "oldest_waiting": self._age(self.env["helpdesk.slack.dispatcher"].sudo()._overdue_since()),
            "workspaces": sum(workspaces.values()),
            "workspaces_paused": workspaces.get("paused", 0),
            "channels": channels.search_count([]),
            # One that was tried and dropped again is nobody's trouble.
            "channels_paused": len(channels.search([("state", "=", "paused")])._in_use()),
        }

    @api.model
    def _of_mail(self):
        mailboxes = self._mailboxes()
        fetched = [mailbox.date for mailbox in mailboxes if mailbox.date]
        return {
            "mailboxes": len(mailboxes),
            "mailboxes_failing": len(mailboxes.filtered("error_date")),
            "last_fetch": self._age(max(fetched)) if fetched else None,
            "mails_failed": self.env["helpdesk.inbound.mail"].sudo().search_count([("verdict", "=", "failed")]),
        }

    @api.model
    def _of_letters(self):
        mails = self.env["mail.mail"].sudo()
        ours = [("model", "=", "helpdesk.ticket")]
        first = [
            mails.search([*ours, ("state", "=", "outgoing")], order="id", limit=1),
            self.env["helpdesk.letter"].sudo().search([("state", "=", "owed")], order="id", limit=1),
        ]
        return {
            "letters_failed": mails.search_count(
                Domain(ours) & Domain("state", "=", "exception") & self.env["helpdesk.ticket"]._bridge_unsent_domain()
            ),
            "letters_waiting": max(self._age(record.create_date) for record in first),
        }

    @api.model
    def _mail_has_left(self):
        """Whether a mail server has taken a mail of ours: a test letter, or one about a ticket."""
        if self.env["ir.config_parameter"].sudo().get_param(MAIL_LEFT):
            return True
        sent = [("notification_type", "=", "email"), ("notification_status", "=", "sent")]
        about = [("mail_message_id.model", "=", "helpdesk.ticket")]
        return bool(self.env["mail.notification"].sudo().search_count([*sent, *about], limit=1))

    @api.model
    def _note_mail_left(self):
        self.env["ir.config_parameter"].sudo().set_param(MAIL_LEFT, "True")

    @api.model
    def _of_crons(self):
        now, crons = fields.Datetime.now(), self._crons()
        off = crons.filtered(lambda cron: not cron.active)
        # A cron that was just switched on may have been due for years.
        due = {cron: max(cron.nextcall, cron.write_date or cron.nextcall) for cron in crons - off}
        late = (crons - off).filtered(lambda cron: (now - due[cron]).total_seconds() > health.PATIENCE)
        missing = [xmlid for xmlid in self._needed_crons() if not self.env.ref(xmlid, raise_if_not_found=False)]
        return {"crons_off": (*off.mapped("name"), *missing), "crons_late": tuple(late.mapped("name"))}

    @api.model
    def _crons(self):
        """Those of the scheduled actions we need that are there."""
        found = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in self._needed_crons()]
        return self.env["ir.cron"].sudo().union(*filter(None, found))

    @api.model
    def _needed_crons(self):
        # Core switches the fetch on with the first mailbox.
        return CRONS if self._mailboxes() else [xmlid for xmlid in CRONS if xmlid != FETCH_CRON]

    @api.model
    def _mailboxes(self):
        confirmed = [("helpdesk_team_id", "!=", False), ("state", "=", "done")]
        return self.env["fetchmail.server"].sudo().search(confirmed)

    @api.model
    def _age(self, moment):
        return max((fields.Datetime.now() - moment).total_seconds(), 0) if moment else 0
