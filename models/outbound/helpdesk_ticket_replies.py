"""Sends agents' replies to customers, through the mail queue.

How data flows: an agent's public reply (from the chatter, from RPC or from an authenticated email) gets its recipients
in `message_post`. Odoo then creates `mail.mail` records, one per recipient. Here each of them gets its content, sender,
subject and thread headers. Nothing is sent here; the mail queue is woken.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize_all

from ...tools.common import crons
from ...tools.email import addresses
from ...tools.ticket.message_category import REPLY
from ..common import inbound_context
from ..common.transactions import CONFLICTS
from .helpdesk_ticket_templates import EMAIL, EMAIL_KEY, RENDERED_REPLY, RenderedReply

_logger = logging.getLogger(__name__)

COMMENT = "mail.mt_comment"
#: In the context: the `OutsideRecipients` of a message.
OUTSIDE = "helpdesk_bridge_outside"
#: In the context: the portal must not make links for the customer. RPC cannot send this object.
WITHOUT_LINKS, NO_LINKS = "helpdesk_bridge_without_links", object()
#: Arguments of `message_post` that decide who gets an email, or what such an email claims.
RECIPIENTS = (
    "partner_ids",
    "outgoing_email_to",
    "incoming_email_to",
    "incoming_email_cc",
    "mail_headers",
    "reply_to",
)
#: More recipients than that get their emails from a cron.
MANY_RECIPIENTS = 10
#: All that a portal user may pass over RPC.
PORTAL_ARGUMENTS = frozenset(
    {
        "attachment_ids",
        "attachment_tokens",
        "attachments",
        "body",
        "body_is_html",
        "message_type",
        "parent_id",
        "subject",
        "subtype_id",
        "subtype_xmlid",
    }
)


@dataclass(frozen=True)
class OutsideRecipients:
    """Everybody outside the team who gets a message. A context that came over RPC cannot hold an instance.

    :param people: pairs of name and address
    :param readers: the addresses of those who wrote or received the message that the reply quotes
    """

    people: tuple = ()
    readers: frozenset = frozenset()


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Recipients
    # ------------------------------------------------------------

    def message_post(self, **kwargs):
        sender = inbound_context.sender(self.env)
        if not sender or kwargs.get("message_id") != sender.message_id:
            kwargs = self._bridge_with_recipients(self._bridge_without_portal_recipients(kwargs))
        return super().message_post(**kwargs)

    def message_notify(self, **kwargs):
        """As in Odoo, but not for portal users, who could email anybody through it."""
        if self.env.user.share and not self.env.su:
            raise AccessError(self.env._("Only internal users can notify people."))
        return super().message_notify(**kwargs)

    @api.model
    def _bridge_without_portal_recipients(self, kwargs):
        """The arguments of `message_post` without those that name recipients, if a portal user passed them.

        Code that runs for a portal user with the rights of the superuser may name them, except for a comment: that is
        what the portal posts.
        """
        if not self.env.user.share or (self.env.su and kwargs.get("message_type") != "comment"):
            return kwargs
        if self.env.su:
            return {name: value for name, value in kwargs.items() if name not in RECIPIENTS}
        kind = kwargs.get("message_type")
        kept = {name: value for name, value in kwargs.items() if name in PORTAL_ARGUMENTS}
        return {**kept, "message_type": "comment" if kind != "notification" else kind} if kind else kept

    def _bridge_with_recipients(self, kwargs):
        """The arguments of `message_post`, with the customer added to the recipients of an agent's reply.

        Recipients passed by the caller are kept, even an empty list (see controllers/thread.py); mentioned colleagues
        do not count. The full composer only offers contacts, so other addresses could not be removed there.
        """
        lookup = self.env["ir.model.data"]._xmlid_to_res_id
        subtype_id = lookup(kwargs["subtype_xmlid"]) if kwargs.get("subtype_xmlid") else kwargs.get("subtype_id")
        if subtype_id != lookup(COMMENT) or kwargs.get("is_internal") or kwargs.get("tracking_value_ids"):
            return kwargs
        author = self.env["res.partner"].browse(kwargs.get("author_id") or ())
        if not author and not kwargs.get("email_from"):
            author = self.env.user.partner_id
        kind = kwargs.get("message_type", "notification")
        if kind == "notification" and self._bridge_agent(author):
            # Code may post an agent's public message without a message type: it is a comment.
            kind = kwargs["message_type"] = "comment"
        if kind != "comment" or not self._bridge_is_team(author) or not self._bridge_enabled_template("answer"):
            return kwargs
        named = self.env["res.partner"].sudo().browse(kwargs.get("partner_ids") or ())
        outside = named.filtered("partner_share")
        if "outgoing_email_to" in kwargs:
            return kwargs
        if not outside:
            return {**kwargs, **self.sudo()._bridge_reply_recipients(named.ids)}
        if self.sudo().partner_id in outside:
            return {
                **kwargs,
                "outgoing_email_to": self.sudo()._bridge_addresses_without_contact(self.sudo().email_cc or ""),
            }
        return kwargs

    def _bridge_is_public_reply(self, message):
        """Whether a message is a reply of the team to the customer."""
        return self._bridge_message_category(message) == REPLY and message.subtype_id == self.env.ref(COMMENT)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Keep the portal's links with access tokens out of emails, because people forward and quote emails.

        Creating such a link updates the partner. An incoming email from that partner does too, and one of the two
        transactions would have to be retried.
        """
        ticket = self.with_context(**{WITHOUT_LINKS: NO_LINKS})
        return super(HelpdeskTicket, ticket)._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )

    def _mail_get_partners(self, introspect_fields=False):
        found = super()._mail_get_partners(introspect_fields=introspect_fields)
        if self.env.context.get(WITHOUT_LINKS) is NO_LINKS:
            return dict.fromkeys(found, self.env["res.partner"])
        return found

    # ------------------------------------------------------------
    # Content
    # ------------------------------------------------------------

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """A message to many people is handed to Odoo's cron, so that the agent waits no longer than for one recipient.

        The cron passes `skip_existing`. It makes the emails with the rights of the agent who replied, as the request
        of that agent would.
        """
        if "skip_existing" in kwargs:
            agent = self._bridge_agent(message.sudo().author_id)
            if self.env.uid == self.env.ref("base.user_root").id and agent and self.with_user(agent).has_access("read"):
                self = self.with_user(agent)
                message = message.with_env(self.env)
        elif "scheduled_date" not in kwargs and self._bridge_has_many_recipients(message.sudo()):
            kwargs["scheduled_date"] = fields.Datetime.now() + timedelta(seconds=1)
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _bridge_has_many_recipients(self, message):
        """Whether a message goes to so many people that making their emails takes noticeable time."""
        addresses_of = email_normalize_all(message.outgoing_email_to or "")
        return len(message.partner_ids) + len(addresses_of) + len(self.sudo().message_partner_ids) > MANY_RECIPIENTS

    def _notify_thread_by_email(self, message, recipients_data, *, msg_vals=False, **kwargs):
        """Queue one email per recipient and never send here.

        A rejected address must not block the others, and a retry must not reach anybody twice.
        """
        mailed = [one for one in recipients_data if one["notif"] == "email"]
        shown = [(one["name"], one["email_normalized"]) for one in mailed if one["share"] and one["email_normalized"]]
        readers = self.sudo()._bridge_readers(message.sudo()) if shown else frozenset()
        ticket = self.with_context(**{OUTSIDE: OutsideRecipients(tuple(shown), readers)})
        for one in mailed:
            super(HelpdeskTicket, ticket)._notify_thread_by_email(
                message, [one], msg_vals=msg_vals, **{**kwargs, "force_send": False}
            )
        if shown:
            self._bridge_note_big_files(message.sudo())
        if mailed:
            self.env["ir.cron"]._bridge_wake(crons.MAIL_QUEUE)
        return True

    def _notify_by_email_render_layout(self, message, recipients_group, msg_vals=False, render_values=None):
        arguments = {"msg_vals": msg_vals, "render_values": render_values}
        outside = all(one["share"] for one in recipients_group["recipients_data"])
        template = self.env["mail.template"]
        if outside and self._bridge_is_public_reply(message.sudo()):
            template = self._bridge_enabled_template("answer")
        if not template:
            rendered = super()._notify_by_email_render_layout(message, recipients_group, **arguments)
            if any(one["share"] for one in recipients_group["recipients_data"]):
                return rendered
            return self._bridge_with_answer_hint(rendered, message.sudo(), (render_values or {}).get("lang"))
        values = {**(render_values or {}), "message": message}
        # With the rights of the agent who replies: the author of the template must not read more through it.
        ticket = self.sudo(self.env.uid == self.env.ref("base.user_root").id)
        here = {one["email_normalized"] for one in recipients_group["recipients_data"]}
        is_quoting = bool(here) and here <= self._bridge_outside().readers
        values["reply_html"] = ticket._bridge_render_reply(template, message, values.get("lang"), is_quoting)
        return self.env["ir.qweb"]._render("helpdesk_bridge.letter_layout", values, minimal_qcontext=True)

    def _bridge_readers(self, message):
        """The addresses of those who wrote or received what a reply quotes, so that nobody else gets to read it.

        What an unverified sender wrote is quoted to nobody: its author and its recipients may be made up.
        """
        quoted = self._bridge_said_last(before=message)
        if not quoted or quoted.message_id in self.inbound_mail_ids.filtered("doubt").mapped("message_id"):
            return frozenset()
        people = quoted.author_id | quoted.partner_ids | quoted.notification_ids.res_partner_id
        wrote = set(addresses.normalize_all(quoted.email_from, quoted.author_id.email_normalized))
        if quoted.author_id == self.partner_id or wrote & self._bridge_customer_addresses():
            wrote |= self._bridge_customer_addresses()
        texts = (quoted.incoming_email_to, quoted.incoming_email_cc, quoted.outgoing_email_to)
        return frozenset({*wrote, *addresses.normalize_all(*people.mapped("email_normalized"), *texts)})

    def _bridge_render_reply(self, template, message, lang, is_quoting=True):
        """Render an agent's reply with the team's template. If the template is broken, send the reply without it.

        :param is_quoting: whether the recipient may read the customer's last message
        """
        context = {RENDERED_REPLY: RenderedReply(message.id, is_quoting), "lang": lang or self.letter_lang}
        template = template.with_env(self.env).with_context(**{**context, EMAIL_KEY: EMAIL})
        try:
            with self.env.cr.savepoint():
                return template._render_field("body_html", self.ids)[self.id]
        except Exception as error:  # a template can raise anything
            # A conflict with another transaction is not the template's fault, so Odoo must retry the request. Rendering
            # wraps unknown errors.
            conflict = next((one for one in (error, error.__cause__) if isinstance(one, CONFLICTS)), None)
            if conflict:
                raise conflict from None
            _logger.exception("ticket %s: the mail template %s cannot be rendered", self.id, template.id)
            ticket = self.with_context(**context)
            return (ticket.letter_answer or Markup()) + Markup("<br/>") + (ticket.letter_quote or Markup())
