"""Health in the Settings: the state of each part, an explanation, and a button that opens the place to fix it.

`helpdesk.bridge.health` determines the states; `res_config_settings_steps` shows which setup steps remain.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ...tools.common import crons, health_checks
from ...tools.common.health_checks import State

STATES = [("none", "Not set up"), ("ok", "OK"), ("look", "Needs attention"), ("down", "Stopped")]
#: Part of Health, or setup step -> the action that opens the place to fix it, and a domain; None: the action's domain.
HEALTH_ACTIONS = {
    "mailboxes": ("mail.action_email_server_tree", []),
    "mails": ("helpdesk_bridge.helpdesk_inbound_mail_action", [("verdict", "=", "failed")]),
    "crons": ("base.ir_cron_act", None),
    "slack": ("helpdesk_bridge.helpdesk_slack_workspace_action", []),
    "outbox": ("helpdesk_bridge.helpdesk_slack_outbox_action", [("state", "in", ("pending", "failed"))]),
    "from_slack": ("helpdesk_bridge.helpdesk_slack_inbound_action", [("state", "in", ("pending", "failed"))]),
    "letters": ("helpdesk_bridge.mail_mail_action", None),
    "team": ("helpdesk_mgmt.helpdesk_ticket_team_action", []),
    "people": ("base.action_res_users", []),
    "company": ("base.action_res_company_form", []),
    "members": ("base.action_res_users", None),
    "mailbox": ("helpdesk_bridge.fetchmail_server_action", []),
    "posted": ("helpdesk_bridge.helpdesk_inbound_mail_action", []),
    "sending": ("base.action_ir_mail_server_list", []),
}


class HelpdeskBridgeSettings(models.AbstractModel):
    _inherit = "helpdesk.bridge.settings"

    helpdesk_health_home = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_health_mailboxes = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_health_mails = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_health_crons = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_health_slack = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_health_outbox = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_health_from_slack = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_health_letters = fields.Selection(STATES, compute="_compute_helpdesk_health")
    helpdesk_explanation_home = fields.Char(compute="_compute_helpdesk_health")
    helpdesk_explanation_mailboxes = fields.Char(compute="_compute_helpdesk_health")
    helpdesk_explanation_mails = fields.Char(compute="_compute_helpdesk_health")
    helpdesk_explanation_crons = fields.Char(compute="_compute_helpdesk_health")
    helpdesk_explanation_slack = fields.Char(compute="_compute_helpdesk_health")
    helpdesk_explanation_outbox = fields.Char(compute="_compute_helpdesk_health")
    helpdesk_explanation_from_slack = fields.Char(compute="_compute_helpdesk_health")
    helpdesk_explanation_letters = fields.Char(compute="_compute_helpdesk_health")

    @api.depends("company_id")
    def _compute_helpdesk_health(self):
        facts = self.env["helpdesk.bridge.health"]._facts()
        found = health_checks.findings(facts)
        for settings in self:
            set_up = {"mailboxes": facts.mailboxes, "slack": facts.workspaces, "from_slack": facts.takes_replies}
            missing = {part for part, number in set_up.items() if not number}
            for finding in found:
                settings[f"helpdesk_health_{finding.part}"] = "none" if finding.part in missing else finding.state.word
                explain = getattr(self, f"_helpdesk_explanation_{finding.part}")
                settings[f"helpdesk_explanation_{finding.part}"] = explain(facts, finding.state)

    def _helpdesk_explanation_home(self, facts, _state):
        if facts.is_copy:
            explanation = self.env._(
                "It was copied or renamed, so nothing is sent or fetched until you confirm that it is the "
                "production database."
            )
            return f"{explanation} {self._helpdesk_link_target()}"
        return self.env._("It was neither copied nor renamed.")

    def _helpdesk_link_target(self):
        """Where links in messages lead. A copied database keeps the address of the original server."""
        address = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "").rstrip("/")
        here = request.httprequest.host_url.rstrip("/") if request else address
        if here == address:
            return self.env._("Links in emails and in Slack lead here: %s.", address)
        return self.env._(
            "Links in emails and in Slack would lead to %(address)s, but you are at %(here)s: correct web.base.url "
            "(Settings → Technical → Parameters → System Parameters) first.",
            address=address,
            here=here,
        )

    def _helpdesk_explanation_mailboxes(self, facts, _state):
        if not facts.mailboxes:
            return self.env._("There is no confirmed mailbox with a helpdesk team.")
        if facts.mailboxes_failing:
            return self.env._(
                "Mailboxes that cannot be opened: %(failing)s of %(total)s. %(reason)s",
                failing=facts.mailboxes_failing,
                total=facts.mailboxes,
                reason=facts.mailboxes_reason,
            )
        if facts.last_fetch is None:
            return self.env._("No mailbox has been checked yet.")
        if facts.mailboxes_overdue:
            return self.env._(
                "Mailboxes that were not checked with success for a while: %(overdue)s of %(total)s.",
                overdue=facts.mailboxes_overdue,
                total=facts.mailboxes,
            )
        return self.env._(
            "Mailboxes: %(total)s. Last checked: %(ago)s ago.", total=facts.mailboxes, ago=self._ago(facts.last_fetch)
        )

    def _helpdesk_explanation_mails(self, facts, _state):
        sentences = []
        if facts.mails_failed:
            sentences.append(self.env._("Failed, with the originals kept: %s", facts.mails_failed))
        if facts.mails_left:
            sentences.append(
                self.env._(
                    "Could not be stored, so they stay in the mailbox and are tried again: %(count)s. %(reason)s",
                    count=facts.mails_left,
                    reason=facts.mails_left_reason,
                )
            )
        return " ".join(sentences) or self.env._("All emails were processed.")

    def _helpdesk_explanation_crons(self, facts, _state):
        sentences = []
        if facts.cron_threads_ended:
            sentences.append(
                self.env._(
                    "This Odoo server runs no scheduled actions any more, because it lost PostgreSQL. Restart it."
                )
                if facts.cron_threads_ended >= facts.cron_threads
                else self.env._("Some threads for scheduled actions have ended. Restart this Odoo server.")
            )
        if facts.crons_off:
            sentences.append(self.env._("Switched off: %s.", ", ".join(facts.crons_off)))
        if facts.crons_late:
            sentences.append(
                self.env._("Late: %s. Is a cron worker running (max_cron_threads)?", ", ".join(facts.crons_late))
            )
        for host, seconds in facts.clocks_off:
            sentences.append(
                self.env._(
                    "The clock of %(host)s differs from the database's by %(seconds)s s: synchronize it (NTP).",
                    host=host,
                    seconds=seconds,
                )
            )
        return " ".join(sentences) or self.env._("All scheduled actions are on time.")

    def _helpdesk_explanation_slack(self, facts, state):
        if facts.workspaces_paused:
            return self.env._("Slack refuses the token; messages wait for a new one.")
        if state is State.DOWN:
            return self.env._(
                "Slack has accepted no messages for %s. They are retried automatically, and each shows why it was not "
                "posted.",
                self._ago(facts.oldest_tried),
            )
        if facts.oldest_tried is not None:
            return self.env._("Slack did not accept the last message. It is retried automatically.")
        if facts.channels_paused:
            return self.env._("Channels that refuse the bot: %s", facts.channels_paused)
        if not facts.workspaces:
            return self.env._("There is no token yet.")
        if facts.last_posted is None:
            return self.env._("Nothing has been posted yet.")
        return self.env._("Slack accepts messages. Last posted: %s ago.", self._ago(facts.last_posted))

    def _helpdesk_explanation_outbox(self, facts, state):
        sentences = [self.env._("Waiting: %s.", facts.waiting) if facts.waiting else self.env._("Nothing is waiting.")]
        if state is State.DOWN:
            sentences.append(self.env._("The oldest has been due for %s.", self._ago(facts.oldest_unsent)))
        if facts.refused:
            sentences.append(self.env._("Held up by their channel or token: %s.", facts.refused))
        if facts.failed:
            sentences.append(self.env._("Failed: %s.", facts.failed))
        return " ".join(sentences)

    def _helpdesk_explanation_letters(self, facts, state):
        sentences = []
        if facts.letters_retried:
            sentences.append(f"{self.env._('Waiting: %s.', facts.letters_retried)} {facts.letters_reason}".strip())
        if facts.letters_failed:
            sentences.append(self.env._("Could not be sent: %s.", facts.letters_failed))
        if state is State.DOWN:
            waiting = max(facts.letters_waiting, facts.letters_unreached)
            sentences.append(self.env._("None has been sent for %s.", self._ago(waiting)))
        sentences.append(self._helpdesk_sender_advice(facts.senders_replaced))
        return " ".join(filter(None, sentences)) or self.env._("Every email was sent.")

    def _helpdesk_sender_advice(self, replaced):
        """What to change so that customers see the mailbox in From; "" if they do.

        :param replaced: pairs of a mailbox's address and the one that customers see
        """
        if not replaced:
            return ""
        mailbox, sender = replaced[0]
        return self.env._(
            "Emails of %(mailbox)s leave as %(sender)s, because no outgoing mail server may send for it: add "
            "%(domain)s to the FROM Filtering of the server that sends for that domain.",
            mailbox=mailbox,
            sender=sender,
            domain=mailbox.partition("@")[2],
        )

    def _ago(self, seconds):
        """A rounded duration."""
        if seconds < 90:
            return self.env._("%s s", round(seconds))
        if seconds < 5400:
            return self.env._("%s min", round(seconds / 60))
        return self.env._("%s h", round(seconds / 3600))

    def action_helpdesk_open_part(self):
        """Open the place where a part can be fixed, or a step be done. :context helpdesk_part: its key in the table"""
        self.ensure_one()
        self.check_access("write")
        part = self.env.context.get("helpdesk_part")
        if part not in tuple(HEALTH_ACTIONS):
            raise UserError(self.env._("Health has no part named %s.", part))
        xmlid, domain = HEALTH_ACTIONS[part]
        if part == "slack" and not self.env["helpdesk.slack.workspace"].search_count(
            [("state", "=", "paused")], limit=1
        ):
            refusing = self.env["helpdesk.slack.channel"].search([("state", "=", "paused")])._in_use()
            xmlid, domain = "helpdesk_bridge.helpdesk_slack_channel_action", [("id", "in", refusing.ids)]
        if part == "from_slack":
            xmlid, domain = self._helpdesk_from_slack_place()
        failing = self.env["fetchmail.server"]._failing() if part == "mailboxes" else None
        if failing:
            domain = [("id", "in", failing.ids)]
        if part == "members":
            domain = [("id", "in", self._helpdesk_members_outside(self._helpdesk_teams()).ids)]
        if part == "crons":
            actions = self.env["helpdesk.bridge.health"]._crons()
            domain = [("id", "in", actions.ids), ("active", "in", (True, False))]
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        if part == "people":
            domain = [("id", "in", self._helpdesk_without_address(self._helpdesk_teams()).ids)]
            # Odoo's list of users has no column for the email address.
            addresses = self.env.ref("helpdesk_bridge.res_users_view_list_addresses")
            # Odoo's simple form of a user has no field for it.
            action["views"] = [(addresses.id, "list"), (self.env.ref("base.view_users_form").id, "form")]
        if part == "company":
            action.update(res_id=self.company_id.id, views=[(False, "form")])
        return {**action, "domain": action["domain"] if domain is None else domain, "context": {}}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_helpdesk_confirm_database(self):
        """Confirm that this is the production database, and resume."""
        self.ensure_one()
        self.check_access("write")
        self.env["helpdesk.bridge.database"]._confirm_identity()
        for cron in crons.ALL:
            self.env["ir.cron"]._bridge_wake(cron)
        return {"type": "ir.actions.client", "tag": "reload"}
