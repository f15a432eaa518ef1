"""The chatter of a ticket: an email goes to everyone in the composer, also to addresses that are no contacts."""

from odoo.http import request, route

from odoo.addons.mail.controllers.thread import ThreadController

from ..models.answering.helpdesk_ticket import THEN_KEY, WRITTEN, WRITTEN_KEY, Then
from ..models.ticket.helpdesk_ticket_closing import CLOSE, WAIT


class BridgeThreadController(ThreadController):
    @route()
    def mail_message_post(self, thread_model, thread_id, post_data, context=None, helpdesk_then=None, **kwargs):
        """As in Odoo; a reply that is held is no message yet, and the composer gets none.

        :param helpdesk_then: what follows the reply on the ticket: "close" or "wait"
        """
        if thread_model == "helpdesk.ticket" and request.env.user._is_internal():
            then = Then(helpdesk_then) if helpdesk_then in (CLOSE, WAIT) else None
            request.update_context(**{WRITTEN_KEY: WRITTEN, THEN_KEY: then})
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
