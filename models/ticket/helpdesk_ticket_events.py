"""What happens to a ticket, in the words of `tools.ticket.events`.

How data flows: `create`, `write` and posted messages come through here. A write that may concern us is looked at before
and after; `events.happened` compares the two looks; what it finds becomes `Change`s, which the outbox turns into rows
of what is owed to Slack, in the same transaction. Nothing here touches the network.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from odoo import api, fields, models

from ...tools.email import addresses
from ...tools.slack import mrkdwn
from ...tools.slack.thread_messages import News
from ...tools.ticket import events
from ...tools.ticket.events import COMPARED, SHOWN
from ...tools.ticket.message_category import CUSTOMER, NOTE, REPLY
from ..common.snapshots import unwatched, watching
from ..common.translated import with_company_lang

#: Under which key we look: see `watching`.
WATCHED = "helpdesk_bridge.watched"
#: What it is called that somebody has said something.
WORDS = {REPLY: events.AGENT_REPLIED, CUSTOMER: events.CUSTOMER_REPLIED, NOTE: events.NOTED}
#: In the context: a `Speaker`, whose message makes us do what follows.
SPEAKER = "helpdesk_bridge_speaker"


class Speaker(NamedTuple):
    """Whoever says something over RPC has no instance of it.

    :param by_reply: whether they are the customer
    """

    name: str
    by_reply: bool


@dataclass(frozen=True)
class Change:
    """What happened to one ticket.

    :param ticket: as sudo
    :param news: `News`, in order
    :param shows: whether the first message looks different now
    :param left: where it was told until now, a channel; None unless the ticket has moved
    :param left_team: whose it was until then, a name
    """

    ticket: models.Model
    news: tuple
    shows: bool = False
    left: models.Model | None = None
    left_team: str = ""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if tickets._bridge_is_told():
            self.env["helpdesk.slack.outbox"]._owe_roots(tickets.sudo())
        return tickets

    def write(self, vals):
        with self._bridge_watching(vals):
            return super().write(vals)

    @api.model
    def _bridge_is_told(self):
        """Whether what happens here is news.

        Not while modules are being loaded (demo tickets), and not in an import whose user left "Track history during
        import" unticked.
        """
        silent_import = self.env.context.get("import_file") and self.env.context.get("tracking_disable")
        return self.env.registry.ready and not silent_import

    # ------------------------------------------------------------
    # What a write changes
    # ------------------------------------------------------------

    @contextmanager
    def _bridge_watching(self, vals):
        """Look at these tickets before and after what is done inside, and tell what has happened."""
        if not vals.keys() & self._bridge_telling_fields():
            yield
            return
        with watching(self.sudo(), WATCHED, lambda ticket: ticket._bridge_facts()) as looks:
            yield
        for ticket, before, after in looks:
            if events.REOPENED in events.happened(before, after):
                ticket._bridge_take_up_again()
        if self._bridge_is_told():
            changes = [ticket._bridge_change(before, after) for ticket, before, after in looks]
            self.env["helpdesk.slack.outbox"]._owe(changes)
            self._bridge_owe_closing_letters(changes)

    @api.model
    def _bridge_telling_fields(self):
        return self._bridge_fields_that_change(COMPARED)

    def _bridge_facts(self):
        return events.Facts(
            closed=self.closed,
            user=self.user_id.id or 0,
            place=(self.team_id.id, self.company_id.id),
            shown=tuple(self[name].id if self._fields[name].relational else self[name] for name in SHOWN),
        )

    def _bridge_take_up_again(self):
        """A closed ticket is open again, whatever has brought it there. What this writes is part of that change."""
        with unwatched(self, WATCHED):
            # helpdesk_mgmt writes when a ticket was closed, and forgets to take it back.
            self.closed_date = False
            self._bridge_mark_for_assignment()

    def _bridge_change(self, before, after):
        """What lies between two looks at this ticket."""
        self.ensure_one()
        news = [self._bridge_news(event) for event in events.happened(before, after)]
        left, left_team = None, ""
        if before.place != after.place:
            team = self.env["helpdesk.ticket.team"].sudo().browse(before.place[0])
            channel = self._slack_channel_of(team, self.env["res.company"].browse(before.place[1]))
            if channel != self._slack_channel():
                left, left_team = channel, team.name or ""
        return Change(self, tuple(news), shows=True, left=left, left_team=left_team)

    # ------------------------------------------------------------
    # What is said
    # ------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        # Before anything follows from it: first what was said, then that it reopened the ticket.
        if self._bridge_is_told():
            event = self._bridge_said(message.sudo())
            if event:
                news = self.sudo()._bridge_news(event, message.sudo())
                self.env["helpdesk.slack.outbox"]._owe([Change(self.sudo(), (news,))])
        return super()._message_post_after_hook(message, msg_values)

    def _bridge_said(self, message):
        """The word for a message on this ticket, or None when it is no news."""
        kind = self._bridge_message_category(message)
        if kind == REPLY and not self._bridge_agent(message.author_id):
            return None  # what a program says is no news
        return WORDS.get(kind)

    # ------------------------------------------------------------
    # Telling it
    # ------------------------------------------------------------

    @api.model
    def _bridge_tell(self, news):
        """Owe lines about what neither a write nor a message has caused. :param news: list of `News` by ticket"""
        changes = [Change(ticket, tuple(lines)) for ticket, lines in news.items()]
        self.env["helpdesk.slack.outbox"]._owe(changes)

    def _bridge_with_company_lang(self):
        """This ticket as its company's people read of it."""
        return with_company_lang(self.company_id, self)

    def _bridge_news(self, event, message=None):
        """An event of this ticket as facts for `thread_messages`. :param message: what was said"""
        self = self._bridge_with_company_lang()
        facts = {}
        if message:
            facts = {"actor": self._bridge_author(message), "words": mrkdwn.from_html(message.body)}
            facts["files"] = tuple(self._bridge_files(message))
        else:
            facts["actor"], facts["by_reply"] = self._bridge_actor()
        if event == events.ASSIGNED:
            facts["person"], facts["is_own"] = self.user_id.name, self.user_id == self.env.user
        if event == events.CLOSED:
            facts["minutes"] = int((fields.Datetime.now() - self.create_date).total_seconds() // 60)
        return News(event=event, reference=self.mail_reference, labels=self._bridge_sentences(), **facts)

    def _bridge_actor(self):
        """Who changes this ticket, and whether it is by what its customer wrote. Programs have no name."""
        speaker = self.env.context.get(SPEAKER)
        if isinstance(speaker, Speaker):
            return speaker
        user = self.env.user
        nobody = user == self.env.ref("base.user_root") or user._is_public()
        return Speaker("" if nobody else user.name, by_reply=False)

    @api.model
    def _bridge_author(self, message):
        return message.author_id.name or addresses.display("", message.email_from)

    @api.model
    def _bridge_files(self, message):
        """Names of what is attached; a picture that stands in the text is no attachment to a reader."""
        body = message.body or ""
        return [file.name for file in message.attachment_ids if f"/web/image/{file.id}" not in body]

    def _bridge_sentences(self):
        return {
            "took": self.env._("%(actor)s took it"),
            "assigned": self.env._("Assigned to %(person)s"),
            "assigned_by": self.env._("%(actor)s assigned it to %(person)s"),
            "customer_replied": self.env._("Customer replied"),
            "customer_replied_by": self.env._("Customer replied (%(actor)s)"),
            "agent_replied": self.env._("Answered"),
            "agent_replied_by": self.env._("%(actor)s answered"),
            "noted": self.env._("Internal note"),
            "noted_by": self.env._("Internal note of %(actor)s"),
            "closed": self.env._("Closed after %(duration)s"),
            "closed_by": self.env._("Closed by %(actor)s after %(duration)s"),
            "reopened": self.env._("Reopened"),
            "reopened_by": self.env._("Reopened by %(actor)s"),
            "sla_start_warned": self.env._("The first response is due soon: %(due)s"),
            "sla_start_breached": self.env._("The first response is overdue: it was due %(due)s"),
            "sla_resolution_warned": self.env._("The resolution is due soon: %(due)s"),
            "sla_resolution_breached": self.env._("The resolution is overdue: it was due %(due)s"),
            "reopened_by_reply": self.env._("Reopened, because %(actor)s replied"),
            "day": self.env._("%s d"),
            "hour": self.env._("%s h"),
            "minute": self.env._("%s min"),
            "moment": self.env._("less than a minute"),
        }
