"""The modal of a reply: shown by a button or a shortcut, submitted to be held."""

from odoo import api, models
from odoo.tools import plaintext2html

from ...tools.slack import acts, forms, inbound_row, message_html, mrkdwn, reply_modal, shared_file
from ...tools.slack.inbound_row import text, ts
from ...tools.slack.reply_modal import Option
from ...tools.slack.response import as_dict
from ..answering.helpdesk_ticket_reply import HELD, SENT, STOPPED
from ..answering.helpdesk_ticket_reply_stopping import Seen
from ..slack_acts.helpdesk_slack_inbound_acts import SHOWN, Result
from ..slack_inbound.helpdesk_slack_inbound import DONE

#: The modal, and the shortcut on a message, by their callback ids.
MODAL, SHORTCUT = "helpdesk_reply", "helpdesk_send_to_customer"


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    @api.model
    def _ticket_form_titles(self):
        return {**super()._ticket_form_titles(), acts.REPLY: self.env._("Reply to customer")}

    @api.model
    def _form_title(self, kind, payload):
        if kind == inbound_row.SHORTCUT and payload and forms.callback_id(payload) == SHORTCUT:
            return self.env._("Reply to customer")
        return super()._form_title(kind, payload)

    def _is_to_customer(self):
        return self.kind == inbound_row.SHORTCUT and forms.callback_id(self.payload or {}) == SHORTCUT

    def _find_subject(self, work):
        if not self._is_to_customer():
            return super()._find_subject(work)
        message = as_dict((self.payload or {}).get("message"))
        thread = self._thread_of(self.workspace_id, self.channel_ref, ts(message.get("thread_ts")) or self.thread_ts)
        if not thread:
            return self._ignore_and_say(work, lambda env: env._("This message is not in the thread of a ticket."))
        return self._take_up(work, thread.ticket_id)

    def _do_shortcut(self, work):
        if self._is_to_customer():
            return self._act(work, "_act_reply_form")
        return super()._do_shortcut(work)

    @api.model
    def _act_methods(self):
        return {**super()._act_methods(), acts.REPLY: "_act_reply_form"}

    @api.model
    def _submit_methods(self):
        return {**super()._submit_methods(), MODAL: "_act_hold_reply"}

    def _act_reply_form(self, ticket, work):
        """Show the modal, with what the person wrote before it was stopped, or with the message that they chose."""
        if not ticket._slack_may_reply():
            return Result("replies_off", is_wanted=False)
        if not ticket.active:
            return Result("is_closed", is_wanted=False)
        choices = ticket._bridge_reply_choices()
        if not choices:
            return Result("nobody_to_reply_to", is_wanted=False)
        written, source = self._begun(ticket, work, choices)
        self._fill_view(work, self._reply_view(ticket, choices, written, source=source))
        ticket._bridge_begin_answering()
        return Result(SHOWN)

    def _begun(self, ticket, work, choices):
        """What the modal begins with. :return: (`Written`, the message in Slack that it was made of)"""
        everybody = frozenset(reply_modal.key(choice.address) for choice in choices)
        message = as_dict((self.payload or {}).get("message")) if self._is_to_customer() else {}
        if message:
            words = mrkdwn.from_html(message_html.to_html(message, self._names(work)))
            source = f"{self.channel_ref}:{text(message.get('ts'))}"
            row = self._message_row(self.workspace_id, self.channel_ref, ts(message.get("ts")))
            own = shared_file.names_of_own(message)
            files = row.message_id.attachment_ids.filtered(lambda one: own is None or one.name in own)
            files = frozenset(map(str, files.ids))
            return reply_modal.Written(words[: reply_modal.MAX_TEXT], recipients=everybody, files=files), source
        unsent = ticket._slack_unsent_reply()
        if not unsent:
            return reply_modal.Written(recipients=everybody), ""
        kept = frozenset(map(reply_modal.key, unsent.addresses or ())) & everybody
        begun = reply_modal.Written(
            mrkdwn.from_html(unsent.body)[: reply_modal.MAX_TEXT],
            unsent.subject or "",
            kept or everybody,
            frozenset(map(str, unsent.attachment_ids.ids)),
            unsent.close_ticket,
        )
        return begun, unsent.source_ref or ""

    def _reply_view(self, ticket, choices, written, source="", version=0, warning="", seen=None):
        words = self._for_person().env
        others = ticket._bridge_answering() - self.user_id
        warnings = [words._("%s is answering this customer, too.", name) for name in ticket._bridge_names(others)]
        blocks = reply_modal.blocks(
            reply_modal.Reply(
                labels={
                    "recipients": words._("Who gets it"),
                    "subject": words._("Subject"),
                    "text": words._("Reply"),
                    "canned": words._("Canned replies"),
                    "files": words._("Files"),
                    "after": words._("Afterwards"),
                    "close": words._("Close the ticket"),
                },
                recipients=ticket._slack_recipients(choices),
                chosen=written.recipients | written.files,
                subject=written.subject or ticket._message_compute_subject(),
                text=written.text,
                canned=tuple(Option(str(one.id), one.name) for one in ticket._bridge_canned_replies()),
                files=tuple(Option(str(one.id), one.name) for one in ticket._slack_offered_files()),
                may_close=not ticket.closed and bool(ticket._bridge_closing_stage()),
                is_closing=written.is_closing,
                warnings=tuple([*warnings, *filter(None, [warning])]),
                version=version,
            )
        )
        about = self._form_about(ticket, source=source, version=version, **(seen or self._seen_now(ticket)))
        title = words._("Reply to customer")
        view = forms.form(MODAL, title, words._("Send"), words._("Cancel"), blocks, about)
        return {**view, "notify_on_close": True}

    @api.model
    def _seen_now(self, ticket):
        """What the person can have read when the form is shown, for its submission."""
        last = ticket.sudo()._bridge_conversation()[-1:].id or 0
        return {"began": ticket.id, "last": last, "closed": ticket.closed}

    def _seen_then(self):
        """The same, as the form has it; empty if it does not say."""
        about = forms.about(self.payload)
        return {name: about[name] for name in ("began", "last", "closed") if isinstance(about.get(name), int)}

    # ------------------------------------------------------------
    # Submitting
    # ------------------------------------------------------------

    @api.model
    def _refusal_at_field(self, workspace, row):
        if row.kind != inbound_row.VIEW_SUBMISSION or forms.callback_id(row.payload) != MODAL:
            return super()._refusal_at_field(workspace, row)
        written, at = reply_modal.written(row.payload), {}
        person = self.env["helpdesk.slack.person"]._of(workspace, row.user_ref)
        words = self._in_language(person._acts_as()[0], workspace.company_id)
        if not written.text.strip():
            at[reply_modal.text_block_id(row.payload)] = words.env._("Write what the customer should read.")
        if not written.recipients:
            at[reply_modal.RECIPIENTS] = words.env._("Choose at least one recipient.")
        return forms.errors(at) if at else None

    def _act_hold_reply(self, ticket, work, _chosen, _seen):
        """Hold what was written. Who is refused gets their words back."""
        written = reply_modal.written(self.payload)
        ticket._bridge_end_answering()
        if not ticket._slack_may_reply():
            return Result("replies_off", is_wanted=False)
        earlier = self._submitted_before(ticket, written)
        if earlier:
            return self._reply_result(earlier)
        kept = [
            choice.address
            for choice in ticket._bridge_reply_choices()
            if reply_modal.key(choice.address) in written.recipients
        ]
        files = ticket._slack_offered_files() | ticket._slack_unsent_reply().attachment_ids
        is_usual = written.subject == reply_modal.line(ticket._message_compute_subject())
        seen = self._seen_then()
        reply = self.env["helpdesk.ticket.reply"]._hold(
            ticket,
            self.user_id,
            plaintext2html(written.text),
            recipients=kept,
            attachments=files.filtered(lambda file: str(file.id) in written.files).sudo(False),
            close=written.is_closing,
            source_ref=text(forms.about(self.payload).get("source")),
            subject="" if is_usual else written.subject,
            seen=Seen(seen["began"], seen["last"], bool(seen["closed"])) if seen else None,
        )
        reply.slack_view_ref = self._view_ref()
        return self._reply_result(reply, is_changed=reply.state != STOPPED)

    @api.model
    def _reply_result(self, reply, is_changed=False):
        """What became of the reply in a form."""
        if reply.state == STOPPED:
            return Result("reply_not_sent", is_wanted=False, values={"why": reply.reason or ""})
        return Result("reply_held" if reply.state == HELD else "reply_sent", is_changed=is_changed)

    def _say(self, work, words, ticket=None):
        """Whose reply is refused, for whatever reason, gets their words back: the form is gone."""
        if self.kind == inbound_row.VIEW_SUBMISSION and forms.callback_id(self.payload or {}) == MODAL:
            typed = reply_modal.written(self.payload).text
            if typed and self.state != DONE:
                words = self._for_person().env._("%(why)s You wrote: %(words)s", why=words, words=typed)
        return super()._say(work, words, ticket)

    def _submitted_before(self, ticket, written):
        """The reply of this very form, as sudo: who saw that Slack lost the answer submits again; empty if it is new.

        A reply that is not sent gives way to words that were changed meanwhile.
        """
        replies = self.env["helpdesk.ticket.reply"].sudo()
        if not self._view_ref():
            return replies
        mine = [("ticket_id", "=", ticket.id), ("author_id", "=", self.user_id.id)]
        same = [("slack_view_ref", "=", self._view_ref()), ("state", "in", (HELD, SENT, STOPPED))]
        earlier = replies.search([*mine, *same], limit=1)
        is_open = earlier.state in (HELD, STOPPED)
        is_changed = is_open and earlier.body != replies.new({"body": plaintext2html(written.text)}).body
        return replies if is_changed and earlier._undo(self.user_id) else earlier

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------

    @api.model
    def _handlers(self):
        return {**super()._handlers(), inbound_row.VIEW_CLOSED: "_do_view_closed"}

    def _do_view_closed(self, work):
        """The person closed the modal without a reply: they are not answering any more."""
        tickets = self.env["helpdesk.ticket"]
        number = forms.about(self.payload).get("ticket")
        ticket = tickets.browse(number if isinstance(number, int) else ()).exists()
        if forms.callback_id(self.payload) != MODAL or not ticket:
            self._ignore(self._in_words().env._("Odoo does nothing with this yet."))
            return
        ticket.with_user(self.user_id)._bridge_end_answering()
        self._done(self._in_words().env._("A form was closed."))
