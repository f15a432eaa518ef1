"""Proves that a socket hears: what we post comes back, and whatever catch-up finds, the socket has told as well.

A socket may be open, answer pings, and deliver nothing; Slack may have switched off what it delivers by HTTP. Silence
alone proves nothing: on a quiet day nothing happens.
"""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.slack import catch_up, socket_state
from ..common import database_time
from ..common.translated import with_company_lang

#: Seconds back for which it is looked at.
BACK = 900
#: Seconds within which what we post has to come back by HTTP: by then, Slack has tried three times.
HTTP_WITHIN = 600
#: Seconds by which the clocks of Slack and of PostgreSQL may differ unnoticed.
CLOCK_MARGIN = 60


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    @api.model
    def _prove_hearing(self):
        """Find sockets that are deaf: every listener opens them again, and people are told."""
        now = database_time.now(self.env)
        open_ones = [("socket_state", "in", (socket_state.CONNECTED, socket_state.DEAF))]
        for workspace_sudo in self.sudo().search(open_ones):
            since = socket_state.expected_since(
                workspace_sudo.socket_state, workspace_sudo.socket_since, workspace_sudo.socket_renewed_at or None
            )
            if not workspace_sudo._has_missed(max(since, now - timedelta(seconds=BACK)), now):
                continue
            deaf_since = workspace_sudo.socket_since if workspace_sudo.socket_state == socket_state.DEAF else None
            if not socket_state.may_renew(deaf_since, workspace_sudo.socket_renewed_at or None, now):
                continue
            words = with_company_lang(workspace_sudo.company_id or self.env.company, workspace_sudo)
            values = {"socket_renewals": workspace_sudo.socket_renewals + 1, "socket_renewed_at": now}
            if workspace_sudo.socket_state != socket_state.DEAF:
                values |= {"socket_state": socket_state.DEAF, "socket_since": now}
            values["socket_error"] = words.env._(
                "The socket is open, but Slack delivers nothing by it. It is opened again; replies arrive within a "
                "minute. If this stays, look in the Slack app under Event Subscriptions: message.channels and "
                "message.groups have to be there."
            )
            workspace_sudo.write(values)

    def _has_missed(self, since, now):
        """Whether anything that happened since then, and is a minute old, has not come in."""
        self.env.flush_all()
        until = now - timedelta(seconds=socket_state.ECHO_WITHIN)
        found = self.env.execute_query(
            SQL(
                """
                SELECT 1 WHERE EXISTS (SELECT %(missed_posts)s)
                OR EXISTS (
                    SELECT FROM helpdesk_slack_inbound inbound
                     WHERE inbound.workspace_id = %(workspace)s AND inbound.kind = 'message'
                       AND inbound.source = 'catch_up' AND inbound.message_ts > %(said_since)s
                       AND inbound.create_date > %(since)s AND inbound.create_date <= %(until)s
                       AND NOT EXISTS (
                           SELECT FROM helpdesk_slack_echo echo
                            WHERE echo.workspace_id = %(workspace)s AND echo.channel_ref = inbound.channel_ref
                              AND echo.ts = inbound.message_ts))
                """,
                workspace=self.id,
                since=since,
                said_since=catch_up.moment_ts(since + timedelta(seconds=CLOCK_MARGIN)),
                until=until,
                missed_posts=self._missed_posts(since, until),
            )
        )
        return bool(found)

    def _missed_posts(self, since, until):
        """SQL for our posts of a time that have not come back: from ``FROM`` on."""
        return SQL(
            """
            FROM helpdesk_slack_outbox outbox
            JOIN helpdesk_slack_channel channel ON channel.id = outbox.channel_id
           WHERE outbox.state = 'sent' AND outbox.kind <> 'update' AND outbox.slack_ts IS NOT NULL
             AND outbox.sent_at > %(since)s AND outbox.sent_at <= %(until)s
             AND channel.workspace_id = %(workspace)s AND channel.catch_up_error IS NULL
             AND NOT EXISTS (
                 SELECT FROM helpdesk_slack_echo echo
                  WHERE echo.workspace_id = %(workspace)s AND echo.channel_ref = channel.channel_ref
                    AND echo.ts = outbox.slack_ts)
            """,
            workspace=self.id,
            since=since,
            until=until,
        )

    # ------------------------------------------------------------
    # HTTP
    # ------------------------------------------------------------

    @api.model
    def _prove_delivery(self):
        """Find Request URLs to which Slack delivers nothing any more. Nothing can be opened again: people are told."""
        verified = [("active", "=", True), ("request_url_verified_at", "!=", False)]
        for workspace_sudo in self.sudo().search(verified):
            since = workspace_sudo._unheard_since(database_time.now(self.env))
            if since != workspace_sudo.request_url_unheard_since:
                workspace_sudo.request_url_unheard_since = since

    def _unheard_since(self, now):
        """Since when Slack delivers nothing to the Request URL, as far as it is proved; False if it may deliver."""
        if not self._way_back().has_http:
            return False
        self.env.flush_all()
        begin = max(self.request_url_verified_at, now - timedelta(seconds=BACK))
        missed = self._missed_posts(begin, now - timedelta(seconds=HTTP_WITHIN))
        [(missed_at, heard_at)] = self.env.execute_query(
            SQL(
                "SELECT (SELECT MAX(outbox.sent_at) %s), "
                "(SELECT MAX(create_date) FROM helpdesk_slack_echo WHERE workspace_id = %s)",
                missed,
                self.id,
            )
        )
        if since := self.request_url_unheard_since:
            return False if heard_at and heard_at > since else since
        return now if missed_at and not (heard_at and heard_at > missed_at) else False
