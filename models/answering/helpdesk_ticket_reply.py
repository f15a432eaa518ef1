"""A reply to a customer on its way: held for the team's seconds, then sent, unless somebody or something stops it.

How data flows: `_hold` inserts a row and wakes the cron for the moment at which it is due. The cron
(`helpdesk_ticket_reply_sending`) changes the state and posts the message in one transaction. Undo changes the state as
well: whoever changes it first wins, the other is told. What happens on the ticket meanwhile stops it
(`helpdesk_ticket_reply_stopping`).
"""

from datetime import timedelta

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, is_html_empty
from odoo.tools.mail import html2plaintext
from odoo.tools.misc import clean_context

from ...tools.common import crons
from ...tools.email import addresses
from ...tools.ticket import events, live
from ...tools.ticket.events import Event
from ..common import database_time
from ..common.retention import delete_batch, oldest
from ..common.xmlids import SYSTEM
from ..ticket.helpdesk_ticket_closing import CLOSE, WAIT
from ..ticket.helpdesk_ticket_events import Change

HELD, SENT, UNDONE, STOPPED = "held", "sent", "undone", "stopped"
ODOO, SLACK = "odoo", "slack"
#: Days after which replies that are over are deleted.
RETENTION_DAYS = 90
#: Arguments of `message_post` that have fields of their own.
OWN_ARGUMENTS = ("body", "subject", "partner_ids", "outgoing_email_to", "attachment_ids", "attachments")


class HelpdeskTicketReply(models.Model):
    _name = "helpdesk.ticket.reply"
    _description = "Held Reply"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    author_id = fields.Many2one("res.users", required=True, ondelete="cascade", readonly=True)
    state = fields.Selection(
        [(HELD, "Waiting"), (SENT, "Sent"), (UNDONE, "Undone"), (STOPPED, "Not sent")],
        required=True,
        default=HELD,
        readonly=True,
    )
    reason = fields.Char(readonly=True, help="Why it was not sent.")
    send_at = fields.Datetime(required=True, readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html(sanitize_style=True, readonly=True)
    recipients = fields.Char(readonly=True, help="Everybody outside the team who gets it.")
    # Of these, the email goes to nobody else outside the team, whoever has joined the ticket meanwhile.
    addresses = fields.Json(readonly=True, groups=SYSTEM)
    partner_ids = fields.Many2many("res.partner", string="Contacts", readonly=True)
    email_to = fields.Char(string="Addresses without a Contact", readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True, bypass_search_access=True)
    close_ticket = fields.Boolean(string="Close the Ticket", readonly=True)
    wait_ticket = fields.Boolean(string="Wait for the Customer", readonly=True)
    source = fields.Selection([(ODOO, "Odoo"), (SLACK, "Slack")], string="Written In", required=True, readonly=True)
    source_ref = fields.Char(string="Message in Slack", readonly=True)
    arguments = fields.Json(readonly=True, groups=SYSTEM, help="Further arguments of the message.")
    last_message_id = fields.Integer(readonly=True, help="The newest message on the ticket when it was written.")
    message_id = fields.Many2one("mail.message", ondelete="set null", index="btree_not_null", readonly=True)

    _due_index = models.Index("(send_at, id) WHERE state = 'held'")
    _ticket_held_index = models.Index("(ticket_id) WHERE state = 'held'")

    # ------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------

    @api.model
    def _hold(
        self,
        ticket,
        author,
        text,
        recipients=None,
        attachments=None,
        close=False,
        source=SLACK,
        source_ref="",
        subject="",
        seen=None,
    ):
        """Hold a reply to the customer that somebody has written; with a hold of no seconds, it is sent at once.

        :param author: the user who writes it; they must be allowed to read the ticket, and to write it to close it
        :param text: plain text, or HTML as `Markup`
        :param recipients: the addresses that get it, of those that `_bridge_reply_choices` offers; None: all of them
        :param attachments: `ir.attachment` records that the author may read
        :param source_ref: the message in Slack that it was made of, as "channel:ts"
        :param seen: what they had read before they wrote it, as `Seen`; None: everything
        :return: the reply, as sudo; stopped if they have missed something
        """
        ticket = self._as(author, ticket)
        ticket.check_access("write" if close else "read")
        if not author._bridge_agents():
            raise AccessError(ticket.env._("Only agents reply to customers."))
        if is_html_empty(escape(text or "")):
            raise UserError(ticket.env._("Write what the customer should read."))
        if attachments:
            attachments.with_user(author).check_access("read")
        if close and ticket.closed:
            close = False
        if close and not ticket._bridge_closing_stage():
            raise UserError(ticket.env._("The team has no closed stage to move the ticket to."))
        values = {
            "body": text,
            "subject": subject or False,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "attachment_ids": attachments.ids if attachments else [],
        }
        reply = self._hold_message(ticket, values, source, recipients, CLOSE if close else "", source_ref, seen)
        if not reply:
            raise UserError(ticket.env._("Nobody would get this reply. Choose at least one recipient."))
        return reply

    @api.model
    def _hold_message(self, ticket, values, source, recipients=None, then="", source_ref="", seen=None):
        """Hold a message of the current user.

        :param values: arguments of `message_post`
        :param then: what follows it: `CLOSE`, `WAIT` or nothing
        :param seen: as in `_hold`
        :return: the reply, as sudo; empty if nobody outside the team would get it by email
        """
        # Odoo looks at this when a message is posted, and posts as sudo in the chatter.
        ticket.sudo(False).check_access("write" if then else "read")
        values = ticket._bridge_with_recipients(values)
        choices = ticket._bridge_reply_choices(values)
        if recipients is not None:
            kept = set(addresses.normalize_all(*recipients))
            choices = [choice for choice in choices if choice.address in kept]
        if not choices:
            return self.sudo()
        outside = frozenset(choice.address for choice in choices)
        seconds = ticket._bridge_reply_hold()
        # Without the defaults of the page that the ticket was opened from.
        replies = self.sudo().with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        reply = replies.create(
            {
                "ticket_id": ticket.id,
                "author_id": ticket.env.uid,
                "send_at": database_time.now(self.env) + timedelta(seconds=seconds),
                "subject": values.get("subject"),
                "body": escape(values.get("body") or ""),
                "recipients": ", ".join(choice.label for choice in choices),
                "addresses": sorted(outside),
                **ticket._bridge_recipients_among(values, outside),
                "close_ticket": then == CLOSE,
                "wait_ticket": then == WAIT,
                "source": source,
                "source_ref": source_ref or False,
                "arguments": self._storable(values),
                "last_message_id": seen.message_id if seen else ticket.sudo()._bridge_conversation()[-1:].id,
            }
        )
        reply._hold_files(ticket, values)
        if missed := seen and reply._missed(seen):
            reply._stop(missed)
        elif seconds:
            self.env["ir.cron"]._bridge_wake_at(crons.REPLIES, reply.send_at)
            reply._tell(events.REPLY_HELD)
        else:
            reply._send()
        return reply

    @api.model
    def _storable(self, values):
        """The arguments of a message that are kept as they are: plain values and lists of ids."""

        def is_plain(value):
            return value is None or isinstance(value, (bool, int, str))

        return {
            name: value
            for name, value in values.items()
            if name not in OWN_ARGUMENTS
            and (is_plain(value) or (isinstance(value, (list, tuple)) and all(map(is_plain, value))))
        }

    @api.model
    def _as(self, user, ticket):
        """The ticket as a person sees it: with their rights, companies and language."""
        company = ticket.sudo().company_id
        companies = (company & user.company_ids) | user.company_ids
        context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": companies.ids}
        return self.env(user=user.id, su=False, context=context)["helpdesk.ticket"].browse(ticket.id)

    # ------------------------------------------------------------
    # State
    # ------------------------------------------------------------

    def _move(self, state, former, reason=False):
        """Change the state if it is still one of the former ones: who comes first wins.

        :return: whether this changed it. What another transaction does at the same moment is a conflict, and the
            transaction begins again
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE helpdesk_ticket_reply
                   SET state = %(state)s, reason = %(reason)s, write_uid = %(uid)s, write_date = %(now)s
                 WHERE id = %(id)s AND state IN %(former)s
             RETURNING id
                """,
                state=state,
                reason=reason or None,
                uid=self.env.uid,
                now=database_time.now(self.env),
                id=self.id,
                former=tuple(former),
            )
        )
        self.invalidate_recordset(["state", "reason", "write_uid", "write_date"])
        return bool(self.env.cr.rowcount)

    def _undo(self, user):
        """Take this reply back, be it held or stopped. Twice is the same as once.

        :return: whether it is taken back; not if it was sent before
        """
        self.ensure_one()
        reply = self.sudo()
        reply._check_author(user)
        if not reply._move(UNDONE, (HELD, STOPPED)):
            return reply.state == UNDONE
        reply._release_files("mail.compose.message", 0)
        reply._tell(events.REPLY_UNDONE)
        return True

    def _correct(self, user, text):
        """Replace the text of this reply while it is held. :return: whether it is held"""
        self.ensure_one()
        reply = self.sudo()
        reply._check_author(user)
        if is_html_empty(escape(text or "")) or not reply._move(HELD, (HELD,)):
            return False
        reply.body = escape(text)
        reply.ticket_id._bridge_note_news(live.ANSWERING)
        return True

    def _check_author(self, user):
        if self.author_id != user:
            raise AccessError(self.with_context(lang=user.lang).env._("Only its author decides about a reply."))

    def _tell(self, name):
        """Tell forms and Slack what has become of this reply. :param name: of the event"""
        ticket = self.ticket_id
        ticket._bridge_note_news(live.ANSWERING)
        ticket._bridge_note_answering()
        ticket._bridge_report([Change(ticket, (Event(name, reply=self),))])

    # ------------------------------------------------------------
    # Shown
    # ------------------------------------------------------------

    def _shown(self, user):
        """This reply in plain values, for the panel above the composer. :param user: who looks at it"""
        self.ensure_one()
        left = (self.send_at - database_time.now(self.env)).total_seconds()
        return {
            "id": self.id,
            "author": self.author_id.name,
            "is_mine": self.author_id == user,
            "state": self.state,
            "reason": self.reason or "",
            "seconds": max(0, left),
            "recipients": self.recipients or "",
            "text": html2plaintext(self.body or "").strip(),
            "files": self.attachment_ids.mapped("name"),
            "close": self.close_ticket,
            "wait": self.wait_ticket,
        }

    @api.autovacuum
    def _gc_replies(self):
        """Delete old replies that are over."""
        old = fields.Datetime.now() - timedelta(days=RETENTION_DAYS)
        return delete_batch(oldest(self.sudo(), [("state", "!=", HELD), ("write_date", "<", old)]))
