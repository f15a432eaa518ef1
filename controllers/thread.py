"""The chatter of a ticket: an email goes to everyone in the composer, also to addresses that are no contacts."""

from odoo.http import request, route

from odoo.addons.mail.controllers.thread import ThreadController

from ..models.answering.helpdesk_ticket import WRITTEN, WRITTEN_KEY


class BridgeThreadController(ThreadController):
    @route()
    def mail_message_post(self, thread_model, thread_id, post_data, context=None, **kwargs):
        """As in Odoo; a reply that is held is no message yet, and the composer gets none."""
        if thread_model == "helpdesk.ticket" and request.env.user._is_internal():
            request.update_context(**{WRITTEN_KEY: WRITTEN})
        result = super().mail_message_post(thread_model, thread_id, post_data, context=context, **kwargs)
        return result if result.get("message_id") else False

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        """Keep addresses without a contact, which Odoo silently drops if the user may not create contacts."""
        values = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        named = kwargs.get("from_create") and (post_data.get("partner_ids") or post_data.get("partner_emails"))
        if named and thread._name == "helpdesk.ticket" and request.env.user._is_internal():
            people = request.env["res.partner"].sudo().browse(values.get("partner_ids"))
            # Set it even if it is empty, so that a recipient whom the agent removed is not added again.
            if people.filtered("partner_share") or post_data.get("partner_emails"):
                text = ", ".join(map(str, post_data.get("partner_emails") or ()))
                values["outgoing_email_to"] = thread._bridge_addresses_without_contact(text, people)
        return values
