"""A reply in a ticket's thread becomes an internal note of the person who wrote it; an edit corrects the note.

The customer is never told: a note has no recipients. It is nobody's first response and reopens nothing.
"""

from markupsafe import Markup

from odoo import api, fields, models

from ...tools.slack import inbound_row, message_html, message_words, shared_file
from ..slack.spoken_in import SPOKEN_IN, SpokenIn
from .helpdesk_slack_inbound import DONE, FAILED, IGNORED


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    thread_id = fields.Many2one("helpdesk.slack.thread", compute="_compute_thread_id", compute_sudo=True)

    @api.depends("workspace_id", "channel_ref", "thread_ts")
    def _compute_thread_id(self):
        """Looked up once in a transaction, however often it is asked for."""
        for entry in self:
            entry.thread_id = entry._thread_of(entry.workspace_id, entry.channel_ref, entry.thread_ts)

    @api.model
    def _handlers(self):
        return {
            **super()._handlers(),
            inbound_row.MESSAGE: "_do_message",
            inbound_row.CHANGED: "_do_changed",
            inbound_row.DELETED: "_do_deleted",
        }

    def _ticket_as_user(self):
        """The ticket as the person sees it: with their rights, companies and language."""
        user, company = self.user_id, self.ticket_id.company_id
        companies = (company & user.company_ids) | user.company_ids
        channel = self.thread_id.channel_id
        ticket = self.env["helpdesk.ticket"].with_user(user).browse(self.ticket_id.id)
        return ticket.with_context(
            lang=user.lang,
            tz=user.tz,
            allowed_company_ids=companies.ids,
            # What was said in the thread is not told to the thread, and its author reads on in Slack.
            mail_post_autofollow_author_skip=True,
            **{SPOKEN_IN: SpokenIn(channel.id)},
        )

    def _may_note(self, work):
        """Whether the person may write a note on the ticket, as Odoo's own chatter would ask."""
        if self._ticket_as_user().has_access("read"):
            return True
        self._refuse(work, "no_access")
        return False

    # ------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------

    def _do_message(self, work):
        if not self._may_note(work):
            return
        html, attachments = message_html.whole_html(self.payload or {}, self._names(work)), self._attachments(work)
        self.not_copied = self._not_copied(work)
        if not html and not attachments and not self.not_copied:
            self._ignore(self._in_words().env._("The message has neither words nor files."))
            return
        message = self._ticket_as_user().message_post(
            body=self._note_body(html, self.not_copied),
            attachments=attachments,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            notify_skip_followers=True,
        )
        self._done(message_id=message.id)

    @api.model
    def _names(self, work):
        return message_words.Names(work.names, work.channels)

    @api.model
    def _note_body(self, html, not_copied):
        """The body of a note. :param html: of `message_html`, which escapes every word"""
        return Markup(html) + (not_copied or Markup())

    def _not_copied(self, work):
        """A line for each file that did not come along."""
        missing = [(found, fate) for found, fate, _content in work.fetched if fate != shared_file.FETCHED]
        ticket = self._ticket_as_user() if missing else None
        return Markup().join(Markup("<p>%s</p>") % ticket._slack_file_note(found, fate) for found, fate in missing)

    @api.model
    def _attachments(self, work):
        return [(found.name, content) for found, fate, content in work.fetched if fate == shared_file.FETCHED]

    # ------------------------------------------------------------
    # Edits
    # ------------------------------------------------------------

    def _do_changed(self, work):
        words = self._in_words()
        if self._is_overtaken():
            self._ignore(words.env._("The message was edited again, or deleted, before this edit came."))
            return
        original = self._message_row(self.workspace_id, self.channel_ref, self.message_ts)
        if not original:
            # The edit came first, or alone: it has the whole message.
            self._insert_message(self.payload)
            self._done(words.env._("The message itself had not arrived: the note has the edited words."))
            return
        before, payload = original.payload or {}, self.payload or {}
        edited = {**before, **{name: payload.get(name) for name in ("text", "blocks", "edited")}}
        if original.state != DONE or not original.message_id:
            original.payload = edited
            self._follow(original)
            return
        if before and all(before.get(name) == payload.get(name) for name in ("text", "blocks")):
            original.payload = edited
            self._done(words.env._("Nothing in its words has changed."))
            return
        if not self._is_author(original) or not self._may_note(work):
            return
        # Only now: who may not do this yet can be let do it, and then this is replayed.
        original.payload = edited
        body = self._note_body(message_html.whole_html(payload, self._names(work)), original.not_copied)
        message = original.message_id.with_user(self.user_id)
        self._ticket_as_user()._message_update_content(message, body=body)
        self._done(message_id=message.id)

    def _is_overtaken(self):
        """Whether what happened to this message later was carried out before: one delivery may take minutes longer."""
        same = [("workspace_id", "=", self.workspace_id.id), ("channel_ref", "=", self.channel_ref)]
        same += [("message_ts", "=", self.message_ts), ("kind", "in", (inbound_row.CHANGED, inbound_row.DELETED))]
        over = [("state", "in", (DONE, IGNORED)), ("event_ts", ">", self.event_ts), ("id", "!=", self.id)]
        return bool(self.search_count([*same, *over], limit=1))

    def _insert_message(self, payload, state="pending"):
        """Insert the row of a message that only its edit or deletion tells of: should it still come, it is there."""
        row = inbound_row.Row(
            inbound_row.MESSAGE,
            f"{self.event_ref}:message",
            self.channel_ref,
            self.message_ts,
            self.thread_ts,
            event_ts=self.message_ts,
            user_ref=self.slack_user_ref or "",
            payload=payload or {},
        )
        self.env.flush_all()
        return self.browse(self._insert(self.workspace_id, self.source, row, state) or [])

    def _follow(self, original):
        """What becomes of a change of a message that is no note: whatever becomes of the message."""
        words = self._in_words()
        if original.state == IGNORED:
            self._ignore(original.reason)
        elif original.state == FAILED:
            self._done(words.env._("The message has failed; Replay takes its new words."))
        else:
            self._done(words.env._("The note was deleted in Odoo."))

    def _is_author(self, original):
        if original.user_id == self.user_id:
            return True
        self._ignore(self._in_words().env._("Another person has written the note."))
        return False

    # ------------------------------------------------------------
    # Deletions
    # ------------------------------------------------------------

    def _do_deleted(self, work):
        words = self._in_words()
        original = self._message_row(self.workspace_id, self.channel_ref, self.message_ts)
        reason = words.env._("It was deleted in Slack before it was noted.")
        if not original:
            self._insert_message({}, IGNORED).reason = reason
            self._done(reason)
            return
        original.payload = False
        if original.state in ("pending", FAILED):
            original._ignore(reason)
            self._done(reason)
            return
        if original.state != DONE or not original.message_id:
            self._follow(original)
            return
        if not self._is_author(original) or not self._may_note(work):
            return
        message = original.message_id.with_user(self.user_id)
        ticket = self._ticket_as_user()
        body = Markup("<div><s>%s</s></div><p><em>%s</em></p>") % (message.body, ticket.env._("Deleted in Slack."))
        ticket._message_update_content(message, body=body)
        self._done(message_id=message.id)
