"""Reads the body and the files of an email to a support mailbox late, and with tools of our own.

How data flows: Odoo's `message_parse` wants body and files before it looks for the route. For an email to a support
mailbox it gets none then. When email filters, loop detection and the router have let the email pass,
`_message_parse_post_process` asks for the payload that is due. `tools.email.payload` reads it: Odoo would show texts of
attached emails, lose texts beside them, and decode files as text. What has to be said about it becomes a note.
"""

import email
import email.policy

import lxml.etree

from odoo import api, models
from odoo.tools import html_sanitize

from ...tools.email import payload
from ...tools.inbound import sanitize
from ..common import inbound_context

ORIGINAL = "original_email.eml"


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
        if mail.rescued_from:
            original = self._Attachment("original.eml", mail.original, {})
            mail.whole_texts = [] if mail.left_size else [original]
            return {"body": "", "attachments": mail.whole_texts}
        found = payload.read(message, mail.bodies, _parsed, mail.original)
        mail.payload_notes = found.notes
        files = [self._Attachment(file.name, file.content, {"cid": file.cid}) for file in found.files]
        mail.whole_texts = files[len(files) - len(found.whole_texts) :]
        if save_original:
            # Byte by byte as it came.
            files.insert(0, self._Attachment(ORIGINAL, mail.original, {}))
        values = {"body": self._bridge_clean_body(found.body), "attachments": files}
        try:
            return self._message_parse_extract_payload_postprocess(message, values)
        except lxml.etree.LxmlError:  # nothing but comments
            return values

    @api.model
    def _bridge_clean_body(self, body):
        """A body with Odoo's marks of quotes, which it finds by classes, and without classes."""
        return html_sanitize(body, sanitize_tags=False, strip_classes=True) if body else ""

    @api.model
    def _message_parse_extract_bounce(self, email_message, message_dict):
        """A bounce whose parts are missing or broken is a bounce."""
        try:
            return super()._message_parse_extract_bounce(email_message, message_dict)
        except (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError):
            mail = inbound_context.mail(self.env)
            if not mail or not mail.entry_id or not self._detect_is_bounce(email_message, message_dict):
                raise
        return {
            "bounced_email": False,
            "bounced_partner": self.env["res.partner"].sudo(),
            "bounced_msg_ids": False,
            "bounced_message": self.env["mail.message"].sudo(),
            "is_bounce": True,
        }

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
        found = self._message_parse_extract_payload(message, message_dict, save_original=mail.save_original)
        if "attachments" not in message_dict:
            del found["attachments"]  # the mailbox keeps none
        return found

    @api.model
    def _bridge_whole_texts(self, message_dict):
        """The files of what is not shown, for a mailbox that keeps no files: the whole text is none of them."""
        mail = inbound_context.mail(self.env)
        has_others = not mail or not mail.whole_texts or "attachments" in message_dict
        return {} if has_others else {"attachments": [*mail.whole_texts]}


def _parsed(raw):
    """The message inside an S/MIME file; None if it is oversized."""
    found = sanitize.sanitize(raw)
    return None if found.refusal else email.message_from_bytes(found.raw, policy=email.policy.SMTP)
