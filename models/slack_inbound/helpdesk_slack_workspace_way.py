"""What of the way back from Slack works now, and what is wrong with it, in words: for the Settings and Health."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...tools.slack import scopes
from ...tools.slack.way_back import Speed, WayBack
from ..common import database_time


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    request_url_verified_at = fields.Datetime(
        string="Request URL Verified",
        readonly=True,
        copy=False,
        help="When Slack has verified the Request URL: it does so when the URL is entered in the Slack app.",
    )
    request_url_unheard_since = fields.Datetime(string="Nothing Delivered Since", readonly=True, copy=False)
    from_slack_note = fields.Char(string="From Slack", compute="_compute_from_slack_note", compute_sudo=True)
    lost_note = fields.Char(string="Missing Scopes", compute="_compute_from_slack_note", compute_sudo=True)

    @api.depends_context("lang", "tz")
    def _compute_from_slack_note(self):
        for workspace in self:
            way = workspace._way_back()
            workspace.from_slack_note = " ".join(workspace._way_in_words(way))
            workspace.lost_note = " ".join(workspace._lost_in_words(workspace._lost_beside(way)))

    def write(self, vals):
        # Another secret is of another app, which has not verified anything yet.
        unknown = {"request_url_verified_at": False, "request_url_unheard_since": False}
        return super().write({**unknown, **vals} if "signing_secret" in vals else vals)

    # ------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------

    def _way_back(self):
        """The facts about the way back from this workspace, as a `WayBack`."""
        self.ensure_one()
        workspace = self.sudo()
        return WayBack(
            is_wanted=workspace._wants_replies(),
            has_token=workspace.has_token and workspace.state == "ok",
            lost=scopes.lost(workspace.granted_scopes),
            has_app_token=workspace.has_app_token,
            socket=workspace.socket_state,
            listener_seen=workspace._seconds_since(workspace.socket_seen_at),
            heard=workspace._seconds_since(workspace.last_heard),
            has_secret=workspace.has_signing_secret or workspace.signing_from_environment,
            is_verified=bool(workspace.request_url_verified_at),
            is_unheard=bool(workspace.request_url_unheard_since),
            caught_up=workspace._seconds_since(workspace.catch_up_last),
            may_not_ask=bool(workspace.catch_up_error),
        )

    def _seconds_since(self, moment):
        """Seconds since a moment; None for none."""
        return max((database_time.now(self.env) - moment).total_seconds(), 0) if moment else None

    def _wants_replies(self):
        """Whether a company that uses this workspace, or a team of it, takes replies."""
        companies = self._served_companies()
        if companies.filtered(lambda company: company.helpdesk_slack_replies != "off"):
            return True
        wanted = [("slack_replies", "not in", (False, "off")), ("company_id", "in", [*companies.ids, False])]
        return bool(self.env["helpdesk.ticket.team"].sudo().search_count(wanted, limit=1))

    def _served_companies(self):
        """The companies that use this workspace, as `res.company._slack_workspace` says it."""
        if self.company_id:
            return self.company_id.sudo()
        owners = self.sudo().search([("company_id", "!=", False)]).company_id
        return self.env["res.company"].sudo().search([("id", "not in", owners.ids)])

    def _is_interactive(self):
        """Whether clicks, shortcuts and commands reach us: by a transport that has proved to work."""
        way = self._way_back()
        return way.has_socket or way.has_http

    def _note_verified(self):
        """Slack has just verified the Request URL."""
        now = database_time.now(self.env)
        self.sudo().write({"request_url_verified_at": now, "request_url_unheard_since": False})

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def _from_slack_of_all(self):
        """What works of several workspaces, one after the other, each with its name."""
        said = [(workspace, workspace._way_back()) for workspace in self]
        words = [
            (one.name, " ".join([*one._way_in_words(way), *one._lost_in_words(one._lost_beside(way))]))
            for one, way in said
        ]
        if len(words) == 1:
            return words[0][1]
        return " ".join(f"{name}: {sentences}" for name, sentences in words)

    @api.model
    def _lost_beside(self, way):
        """What is lost for want of scopes beside the trouble itself; nothing if nobody wants anything from Slack."""
        return [entry for entry in way.lost if way.is_wanted and entry[0] != way.trouble]

    def _way_in_words(self, way):
        """What works now, and what is to be done about what does not: sentences."""
        if way.speed is Speed.OFF:
            return [self.env._("Off: what people write in the threads stays in Slack.")]
        sentences = []
        if way.speed is Speed.SECOND:
            sentences.append(self.env._("Replies arrive within a second, and buttons work."))
            sentences.append(self._listening_in_words(way))
        elif way.speed is Speed.MINUTE:
            sentences.append(self.env._("Replies arrive within a minute; buttons do not work."))
        else:
            sentences.append(self.env._("Nothing arrives from Slack."))
        if way.speed is Speed.MINUTE and not (way.has_app_token or way.has_secret):
            sentences.append(self.env._("An app-level token makes it faster."))
        sentences.append(self._trouble_in_words(way))
        return list(filter(None, sentences))

    def _listening_in_words(self, way):
        if not way.has_socket:
            return self.env._("Slack delivers to the Request URL.")
        since = self.socket_since and format_datetime(self.env, self.socket_since, dt_format="short")
        if not since:
            return self.env._("By socket.")
        if not self.last_heard:
            return self.env._("By socket since %s; nothing was heard yet.", since)
        heard = format_datetime(self.env, self.last_heard, dt_format="short")
        return self.env._("By socket since %(since)s; last heard: %(heard)s.", since=since, heard=heard)

    def _trouble_in_words(self, way):
        """What is wrong, and the remedy; empty if nothing is."""
        if way.trouble in ("people", "history"):
            return " ".join(self._lost_in_words(entry for entry in way.lost if entry[0] == way.trouble))
        return {
            "no_token": self.env._("Enter the bot token first."),
            "refused": self.socket_error,
            "deaf": self.socket_error,
            "may_not_ask": self.env._("Odoo asks Slack in vain: %s", self.catch_up_error or ""),
            "reconnecting": self.env._("The socket is being opened."),
            "not_listened": self.env._(
                "No listener opens the socket. Start it on the server: odoo-bin helpdesk_listen (see the guide)."
            ),
            "not_verified": self.env._(
                "Slack has not verified the Request URL yet: enter it in the Slack app under Event Subscriptions."
            ),
            "not_delivered": self.env._(
                "Slack delivers nothing to the Request URL: what Odoo posts does not come back. Look in the Slack app "
                "under Event Subscriptions: they have to be switched on, without an error at the Request URL, and with "
                "message.channels and message.groups."
            ),
            "late": self.env._(
                "Odoo has not asked Slack for replies for a while. Look at the scheduled actions, and at the server's "
                "log."
            ),
        }.get(way.trouble) or ""

    def _lost_in_words(self, lost):
        """One sentence for each thing that does not work for want of a scope. :param lost: as `scopes.lost` says it"""
        words = {
            "posts": self.env._("Without %s, nothing can be posted."),
            "people": self.env._("Without %s, nobody is recognized: no reply is taken, nobody is mentioned."),
            "history": self.env._(
                "Without %s, Odoo cannot ask for replies that were not delivered, nor check whether a message arrived."
            ),
            "channels": self.env._("Without %s, channels have to be entered by their IDs."),
            "files": self.env._("Without %s, files in replies are not copied: notes have links to them."),
            "commands": self.env._("Without %s, there is no /helpdesk and no shortcut."),
            "reactions": self.env._("Without %s, reactions do nothing."),
        }
        return [words[what] % ", ".join(missing) for what, missing in lost]
