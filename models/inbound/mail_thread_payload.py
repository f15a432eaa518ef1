"""Reads the body and the files of an email to a support mailbox late, and bounded.

How data flows: Odoo's `message_parse` wants body and files before it looks for the route. For an email to a support
mailbox it gets none then. When mail filters, loop detection and the router have let the email pass,
`_message_parse_post_process` asks for the payload that is due. Its texts are bounded before Odoo reads them
(`tools.email.bounded_message`); what is not shown is added as a file, and the ticket says so.
"""

from odoo import api, models

from ...tools.email import bounded_message
from ..common import inbound_context


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_parse_extract_payload(self, message, message_dict, save_original=False):
        mail = inbound_context.mail(self.env)
        if not mail or not mail.entry_id:
            return super()._message_parse_extract_payload(message, message_dict, save_original=save_original)
        if not mail.payload_due and not self._bridge_is_payload_routed(message_dict):
            mail.payload_due, mail.save_original = True, save_original
            return {"body": "", "attachments": []}
        mail.payload_due = False
        whole = bounded_message.bound(message, mail.bodies, is_bounce=bool(message_dict.get("is_bounce")))
        payload = super()._message_parse_extract_payload(message, message_dict, save_original=False)
        # The original is as it was received: in the message, texts are bounded by now.
        original = [self._Attachment("original_email.eml", mail.raw, {})] if save_original else []
        mail.whole_texts = [self._Attachment(text.name, text.content, {}) for text in whole]
        return {**payload, "attachments": [*original, *payload["attachments"], *mail.whole_texts]}

    @api.model
    def _bridge_is_payload_routed(self, message_dict):
        """Whether Odoo reads the body while it looks for the route: of a bounce, or to quote it in one."""
        return message_dict.get("is_bounce") or any(
            message_dict.get(name) != message_dict.get(f"{name}_filtered") for name in ("to", "cc")
        )

    @api.model
    def _bridge_due_payload(self, message, message_dict, routes):
        """The body and the files of an email that were not read yet; {} if there is no use for them."""
        mail = inbound_context.mail(self.env)
        if not mail or not mail.payload_due or not routes:
            return {}
        payload = self._message_parse_extract_payload(message, message_dict, save_original=mail.save_original)
        if "attachments" not in message_dict:
            del payload["attachments"]  # the mailbox keeps none
        return payload

    @api.model
    def _bridge_whole_texts(self, message_dict):
        """The files of what is not shown, for a mailbox that keeps no files: the whole text is none of them."""
        mail = inbound_context.mail(self.env)
        has_others = not mail or not mail.whole_texts or "attachments" in message_dict
        return {} if has_others else {"attachments": [*mail.whole_texts]}
