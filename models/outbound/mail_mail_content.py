"""What is inside an email about a ticket: its pictures and its files, so that the customer needs no link to Odoo.

Odoo leaves out of an email every attachment that its text links to, and sends files that are too big for the mail
server as links. Pictures become parts of the email here, and a file whose link would not open is attached.
"""

import re

from odoo import models
from odoo.tools import html2plaintext
from odoo.tools.mail import append_content_to_html

from ...tools.outbound import inline_images
from ...tools.outbound.inline_images import InlineImage
from .mail_mail import TICKET

LINKED = re.compile(r"/web/(?:content|image)/([1-9][0-9]{0,9})")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        emails = super()._prepare_outgoing_list(mail_server=mail_server, doc_to_followers=doc_to_followers)
        if self.model == TICKET:
            limit = self._bridge_max_bytes(mail_server)
            for values in emails:
                self._bridge_embed(values, limit)
        return emails

    def _bridge_max_bytes(self, mail_server):
        return (mail_server or self.env["ir.mail_server"]).sudo()._get_max_email_size() * 1024 * 1024

    def _bridge_base_url(self):
        """What Odoo puts before the links of an email."""
        return (self.env["ir.config_parameter"].sudo().get_param("web.base.url") or "").rstrip("/")

    def _bridge_embed(self, values, limit):
        """Put the pictures of an email inside it, and the files that it would lose.

        :param values: of Odoo's `_prepare_outgoing_list`
        :param limit: bytes that the mail server accepts; pictures beyond it stay links
        """
        body, base_url = values["body"], self._bridge_base_url()
        used = self._estimate_email_size(values["headers"], body, [len(one[1] or b"") for one in values["attachments"]])
        found = {}

        def image_of(source):
            nonlocal used
            image, attachment = self._bridge_image(source, base_url)
            if not image:
                return None
            size = 0 if image.cid in found else len(image[1]) * 8 / 6
            size -= 0 if attachment else len(source)  # the text has it already
            if used + size > limit:
                return self._bridge_open_link(attachment) if attachment else None
            used += size
            found[image.cid] = image
            return image

        values["body"] = inline_images.replaced(body, image_of)
        if found:
            values["body_alternative"] = html2plaintext(inline_images.without_pictures(values["body"]))
        lost = self._bridge_lost_files(values["body"])
        if lost and used + sum(lost.mapped("file_size")) * 8 / 6 > limit:
            lost.generate_access_token()
            links = self.env["ir.qweb"]._render("mail.mail_attachment_links", {"attachments": lost})
            values["body"] = append_content_to_html(values["body"], links, plaintext=False)
            lost = lost.browse()
        files = [(one.name, one.raw, one.mimetype) for one in lost.sorted("id")]
        values["attachments"] = [*values["attachments"], *files, *found.values()]

    def _bridge_image(self, source, base_url):
        """``(InlineImage, its attachment)`` for the source of a picture; None if it must stay a link.

        The queue may read everything; a picture only travels if it belongs to this message, or if its link is open.
        """
        number, token = inline_images.attachment(source, base_url)
        attachment = self.env["ir.attachment"].sudo().browse(number or ()).exists()
        if not attachment:
            return inline_images.data_image(source), attachment
        is_open = attachment.public or (token and attachment.access_token == token)
        is_ours = attachment in self.sudo().attachment_ids
        if not (is_open or is_ours) or attachment.mimetype not in inline_images.SHOWN or not attachment.raw:
            return None, attachment
        return InlineImage.of(attachment.name, attachment.raw, attachment.mimetype), attachment

    def _bridge_open_link(self, attachment):
        """A link to a picture that opens without a login."""
        [token] = attachment.generate_access_token()
        return f"{self._bridge_base_url()}/web/image/{attachment.id}?access_token={token}"

    def _bridge_lost_files(self, body):
        """The files of this message that Odoo left out because its text links to them, without a link that opens."""
        linked = {int(number) for number in LINKED.findall(body or "")}
        lost = self.sudo().attachment_ids.filtered(lambda one: one.id in linked and one.raw)
        return lost.filtered(lambda one: not (one.access_token and one.access_token in body))
