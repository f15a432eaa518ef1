"""The chatter of a ticket: everybody who stands in its composer is written to, contact or not."""

from odoo.http import request

from odoo.addons.mail.controllers.thread import ThreadController


class BridgeThreadController(ThreadController):
    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        """core drops the addresses that are no contact's where the user may not make contacts, without a word."""
        values = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        named = kwargs.get("from_create") and (post_data.get("partner_ids") or post_data.get("partner_emails"))
        if named and thread._name == "helpdesk.ticket" and request.env.user._is_internal():
            people = request.env["res.partner"].sudo().browse(values.get("partner_ids"))
            # Somebody the agent has taken out stays out: this is given, even if it is empty.
            if people.filtered("partner_share") or post_data.get("partner_emails"):
                text = ", ".join(map(str, post_data.get("partner_emails") or ()))
                values["outgoing_email_to"] = thread._bridge_addresses_without_contact(text, people)
        return values
