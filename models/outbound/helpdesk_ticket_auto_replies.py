"""Enqueues and posts automatic emails. Their content comes from `helpdesk_ticket_templates`."""

from base64 import b64decode

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.tools import formataddr

from ...tools.outbound import email_threading
from ...tools.ticket import events
from ..common import inbound_context
from ..common.xmlids import LEADERS, SYSTEM
from .helpdesk_letter import CLOSED, INACTIVE, RECEIVED
from .helpdesk_ticket_templates import EMAIL, EMAIL_KEY

#: RFC 3834 section 5 and MS-OXCMAIL 2.2.3.2.14: programs must not reply. Our filters recognize our own emails by it.
AUTO_SUBMITTED = {RECEIVED: "auto-replied", CLOSED: "auto-generated", INACTIVE: "auto-generated"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _bridge_on_changes(self, changes):
        """Enqueue the closing email of closed tickets, and the confirmation of tickets from the portal."""
        result = super()._bridge_on_changes(changes)
        tickets, emails = self.sudo(), self.env["helpdesk.letter"].sudo()
        closed = tickets.union(*(change.ticket for change in changes if change.has(events.CLOSED)))
        closed = closed.filtered(lambda ticket: not ticket._bridge_bulk() or ticket._bridge_bulk().tells_customers)
        if closed:
            emails._enqueue(closed, CLOSED)
        user = self.env.user
        # For tickets from emails, the mail gateway enqueues the confirmation.
        if user.share and not user._is_public() and not inbound_context.mail(self.env):
            new = tickets.union(*(change.ticket for change in changes if change.is_new))
            if new:
                emails._enqueue(new, RECEIVED)
        return result

    def _track_template(self, tracking):
        """Drop Odoo's email for a closed stage: our closing email replaces it."""
        found = super()._track_template(tracking)
        if self[0].stage_id.closed:
            found.pop("stage_id", None)
        return found

    def _bridge_post_auto_email(self, kind, is_short=False):
        """Post an automatic email in the chatter, which puts it into the mail queue.

        :param is_short: a confirmation that says no more than its reference
        :return: the message
        """
        self.ensure_one()
        template = self._bridge_short_template() if is_short else self._bridge_enabled_template(kind)
        content = self._bridge_render_auto_email(template)
        address, name = self._bridge_mailbox()
        recipients = self._bridge_reply_recipients()
        body = content["body_html"] or Markup()
        if kind == CLOSED and "/rate/" not in body:
            body += self.with_context(lang=self.letter_lang)._bridge_rating_question()
        headers = {"Auto-Submitted": AUTO_SUBMITTED[kind], "X-Auto-Response-Suppress": "All"}
        return self.with_context(lang=self.letter_lang).message_post(
            message_type="auto_comment",
            subtype_xmlid="mail.mt_note",
            author_id=self.company_id.partner_id.id,
            email_from=formataddr((name, address)) if address else self.company_id.email_formatted,
            subject=email_threading.one_line(content["subject"] or self.mail_reference),
            body=body,
            email_layout_xmlid="helpdesk_bridge.letter_layout",
            email_add_signature=False,
            # Only the customer: the people in Cc of an unauthenticated email did not ask for it.
            partner_ids=recipients["partner_ids"],
            outgoing_email_to=False if recipients["partner_ids"] else self._bridge_customer_email(),
            notify_skip_followers=True,
            notify_author=True,
            mail_headers=headers,
            mail_server_id=template.mail_server_id.id,
            attachment_ids=content.get("attachment_ids") or [],
            attachments=[(title, b64decode(data)) for title, data in content.get("attachments") or []],
        )

    def _bridge_render_auto_email(self, template):
        """Render subject, body and attachments with the access rights of the template's last editor."""
        editor = template.write_uid or self._bridge_editor_instead()
        # Who edited it may never have worked in this company. With a company of theirs, they read no more by that.
        own = editor.company_ids
        companies = self.company_id if editor.id == SUPERUSER_ID else (self.company_id & own or own)
        context = {"lang": self.letter_lang, "allowed_company_ids": companies.ids, EMAIL_KEY: EMAIL}
        context.update(self._bridge_inactivity_context())
        template = template.with_user(editor).with_context(**context)
        names = ("subject", "body_html", "attachment_ids", "report_template_ids")
        return template._generate_template(self.ids, names)[self.id]

    def _bridge_editor_instead(self):
        """With whose rights a template is rendered whose last editor was deleted.

        With those of a Helpdesk manager, who may edit templates, else of somebody who works on the ticket: OdooBot, who
        has made those that are shipped, may do more than whoever edited them.
        """
        managers = self.env.ref(LEADERS).sudo().all_user_ids.sorted("id")
        people = managers | self.user_id | self.team_id.user_id | self.team_id.user_ids
        readers = people.filtered(lambda user: self._bridge_readable_by(user))
        # An administrator only where nobody else is.
        return readers.sorted(lambda user: user.has_group(SYSTEM))[:1] or self.env.ref("base.public_user").sudo()
