"""Keeps what Odoo does with the files of an email within bounds, and errors of it away from the email.

Of a text of 50 MB, Odoo would index every word; here only its beginning. The beginning of a PDF or an Office file is
none: other apps read them whole. Odoo makes large pictures smaller, for which it needs all of their dots in memory, and
raises for many that are damaged: what is too large or damaged stays as it was sent.
"""

import io
import logging

import psycopg2
from PIL import Image

from odoo import api, models
from odoo.tools.image import IMAGE_MAX_RESOLUTION

from ..common import inbound_context

_logger = logging.getLogger(__name__)

#: Bytes of one text that are indexed.
MAX_INDEXED = 1_000_000
#: Dots of the pictures of one email that Odoo may make smaller: some seconds, twenty photos of a telephone.
MAX_DOTS = 300_000_000


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _index(self, bin_data, file_type, checksum=None):
        if inbound_context.mail(self.env) and (file_type or "").startswith("text/"):
            bin_data = bin_data[:MAX_INDEXED]
        return super()._index(bin_data, file_type, checksum=checksum)

    def _postprocess_contents(self, values):
        mail = inbound_context.mail(self.env)
        if not mail or not (values.get("mimetype") or "").startswith("image/"):
            return super()._postprocess_contents(values)
        try:
            mail.dots += _dots(values.get("raw") or b"")
            return super()._postprocess_contents(values) if mail.dots <= MAX_DOTS else values
        except psycopg2.Error:
            raise
        except Exception as error:  # any error of a library for pictures, also MemoryError
            _logger.info("a picture in an email stays as it was sent: %s: %s", type(error).__name__, error)
            return values


def _dots(data):
    """The dots of a picture, as its beginning says. Raises any error if it is damaged, or too large."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
    if width * height > IMAGE_MAX_RESOLUTION:
        raise ValueError("too many dots")
    return width * height
