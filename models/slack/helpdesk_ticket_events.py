"""What happened to a ticket, on its way into the Slack outbox."""

from odoo import api, models
from odoo.tools import SQL

from ...tools.slack import mrkdwn
from ...tools.slack.thread_messages import EventDetails
from ...tools.ticket import events
from ..common import database_time

#: Files of a ticket that are counted for its first message.
MOST_FILES = 100
#: Under it and the ticket's id, the transaction's cache has the names that were read with the other facts.
ROOT_FILES = "helpdesk_bridge.slack_root_files"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _bridge_on_changes(self, changes):
        result = super()._bridge_on_changes(changes)
        self.env["helpdesk.slack.outbox"]._enqueue(changes)
        return result

    def _slack_left(self, change):
        """The channel that this ticket left with a change; may be empty. None: it is where it was."""
        if not change.before or change.before.place == change.after.place:
            return None
        team_id, company_id = change.before.place
        team = self.env["helpdesk.ticket.team"].browse(team_id)
        channel = self._slack_channel_of(team, self.env["res.company"].browse(company_id))
        return channel if channel != self._slack_channel() else None

    def _slack_left_team(self, change):
        """The name of the team that had this ticket before a change."""
        return self.env["helpdesk.ticket.team"].sudo().browse(change.before.place[0]).name or ""

    def _slack_event_details(self, event):
        """An event of this ticket as facts for `thread_messages`. :param event: `Event`"""
        self = self._bridge_with_company_lang()
        message, details = event.message, {}
        if message:
            details = {"actor": self._bridge_author(message), "words": mrkdwn.from_html(message.body)}
            details["files"] = tuple(self._slack_files(message))
        elif event.reply:
            reply = event.reply
            details = {"actor": reply.author_id.name, "reason": reply.reason or "", "people": reply.recipients or ""}
            details["words"] = mrkdwn.from_html(reply.body) if event.name == events.REPLY_HELD else ""
        elif event.rating:
            details = self._slack_rating_details(event.rating)
        elif event.name not in events.SLA_EVENTS:
            details["actor"], details["by_reply"] = self._bridge_actor()
        if event.name == events.ASSIGNED:
            details["person"], details["is_own"] = self.user_id.name, self.user_id == self.env.user
        if event.name == events.CLOSED:
            details["minutes"] = int((database_time.now(self.env) - self.create_date).total_seconds() // 60)
        if event.name == events.MERGED:
            target = self._bridge_resolve_merged()
            details["ticket"], details["url"] = target.mail_reference, target.slack_url or target._slack_backend_url()
        labels = self._slack_sentences()
        if event.name not in labels:
            names = self.env["helpdesk.slack.outbox"]._fields["event"]._description_selection(self.env)
            labels[event.name] = dict(names)[event.name]
        details |= {"emoji": self._slack_emoji().get(event.name, ""), "facts": event.facts}
        details |= {"due": event.due, "metric": event.metric, "is_repeated": event.is_repeated}
        return EventDetails(event=event.name, reference=self.mail_reference, labels=labels, **details)

    def _slack_rating_details(self, rating):
        """Who rated this ticket, and how. :param rating: as sudo"""
        words = dict(rating._fields["rating_text"]._description_selection(self.env)).get(rating.rating_text)
        customer = rating.partner_id.name or self.partner_id.name or self.partner_name or ""
        return {"actor": customer, "rating": words or "", "words": rating.feedback or ""}

    @api.model
    def _slack_files(self, message):
        """Names of what is attached; a picture that stands in the text is no attachment to a reader."""
        body = message.body or ""
        return [file.name for file in message.attachment_ids if f"/web/image/{file.id}" not in body]

    def _slack_root_files(self):
        """The same of what came with the ticket, by whatever way it was created: in the transaction that created it."""
        names = self.env.cr.cache.pop((ROOT_FILES, self.id), None)
        if names is None:
            term = self._slack_root_files_term("helpdesk_ticket")
            [[names]] = self.env.execute_query(SQL("SELECT %s FROM helpdesk_ticket WHERE id = %s", term, self.id))
        return names

    def _slack_keep_root_files(self, names):
        """Keep what was read for the message that is rendered next."""
        self.env.cr.cache[ROOT_FILES, self.id] = names

    @api.model
    def _slack_root_files_term(self, alias):
        """The names of these files, as a term of SQL. :param alias: of the table of tickets in the query"""
        self.env["ir.attachment"].flush_model(["name", "res_model", "res_id"])
        self.env["mail.message"].flush_model(["body", "attachment_ids"])
        return SQL(
            """
            ARRAY(
                SELECT file.name
                  FROM ir_attachment file
                 WHERE file.res_model = 'helpdesk.ticket' AND file.res_id = %(ticket)s.id
                       AND file.create_date = %(ticket)s.create_date AND file.res_field IS NULL
                       AND NOT EXISTS (
                           SELECT
                             FROM message_attachment_rel shown
                             JOIN mail_message message ON message.id = shown.message_id
                            WHERE shown.attachment_id = file.id
                                  AND message.body LIKE '%%/web/image/' || file.id || '%%'
                       )
              ORDER BY file.id
                 LIMIT %(most)s
            )
            """,
            ticket=SQL.identifier(alias),
            most=MOST_FILES,
        )

    @api.model
    def _slack_emoji(self):
        """Hook: the emoji of other addons' events, ``{event: ":package:"}``."""
        return {}

    def _slack_sentences(self):
        """The sentences of `thread_messages.wording`. An addon adds those of its events; without, its label is said."""
        return {
            "took": self.env._("%(actor)s took it"),
            "assigned": self.env._("Assigned to %(person)s"),
            "assigned_by": self.env._("%(actor)s assigned it to %(person)s"),
            "customer_replied": self.env._("Customer replied"),
            "customer_replied_by": self.env._("Customer replied (%(actor)s)"),
            "agent_replied": self.env._("Agent replied"),
            "agent_replied_by": self.env._("%(actor)s replied"),
            "reply_held_by": self.env._("%(actor)s is answering %(people)s"),
            "reply_undone_by": self.env._("%(actor)s took the reply back: the customer did not get it"),
            "reply_stopped_by": self.env._("The reply of %(actor)s was not sent. %(reason)s"),
            "noted": self.env._("Internal note"),
            "noted_by": self.env._("Internal note of %(actor)s"),
            "closed": self.env._("Closed after %(duration)s"),
            "closed_by": self.env._("Closed by %(actor)s after %(duration)s"),
            "reopened": self.env._("Reopened"),
            "reopened_by": self.env._("Reopened by %(actor)s"),
            "merged": self.env._("Merged into %(ticket)s"),
            "merged_by": self.env._("%(actor)s merged it into %(ticket)s"),
            "snooze_ended": self.env._("The snooze is over"),
            "snooze_ended_by": self.env._("The snooze is over"),
            "rated": self.env._("Rated: %(rating)s"),
            "rated_by": self.env._("%(actor)s rated it: %(rating)s"),
            "sla_start_warned": self.env._("The first response is due soon: %(due)s"),
            "sla_start_breached": self.env._("The first response is overdue: it was due %(due)s"),
            "sla_next_response_warned": self.env._("The next response is due soon: %(due)s"),
            "sla_next_response_breached": self.env._("The next response is overdue: it was due %(due)s"),
            "sla_resolution_warned": self.env._("The resolution is due soon: %(due)s"),
            "sla_resolution_breached": self.env._("The resolution is overdue: it was due %(due)s"),
            "reopened_by_reply": self.env._("Reopened, because %(actor)s replied"),
            "sla_start_breached_again": self.env._(
                "Nobody has the ticket: its first response is overdue since %(due)s"
            ),
            "sla_next_response_breached_again": self.env._(
                "Nobody has the ticket: its next response is overdue since %(due)s"
            ),
            "sla_resolution_breached_again": self.env._(
                "Nobody has the ticket: its resolution is overdue since %(due)s"
            ),
            "sla_revoked": self.env._("Not overdue after all: there is no SLA target any more"),
            "sla_revoked_start": self.env._("The first response is not overdue after all: it is due %(due)s"),
            "sla_revoked_next_response": self.env._("The next response is not overdue after all: it is due %(due)s"),
            "sla_revoked_resolution": self.env._("The resolution is not overdue after all: it is due %(due)s"),
            "day": self.env._("%s d"),
            "hour": self.env._("%s h"),
            "minute": self.env._("%s min"),
            "moment": self.env._("less than a minute"),
        }
