"""Keeps the search index of the texts of an email small: of a text of 50 MB, Odoo would index every word.

The beginning of a PDF or an Office file is none: other apps read them whole.
"""

from odoo import api, models

from ..common import inbound_context

#: Bytes of one text that are indexed.
MAX_INDEXED = 1_000_000


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _index(self, bin_data, file_type, checksum=None):
        if inbound_context.mail(self.env) and (file_type or "").startswith("text/"):
            bin_data = bin_data[:MAX_INDEXED]
        return super()._index(bin_data, file_type, checksum=checksum)
