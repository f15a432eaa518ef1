"""Repairs files that a full disk or a crash left half written in the filestore.

Odoo names a file after the hash of its content, and refuses to store a content whose file differs. Half a file would
so refuse the same content for ever: an email whose attachment did not fit once could never be stored.
"""

import logging
import os
import uuid
from contextlib import suppress

from odoo import api, models

_logger = logging.getLogger(__name__)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _get_path(self, bin_data, sha):
        path = self._full_path(f"{sha[:2]}/{sha}")
        if os.path.isfile(path) and self._bridge_is_half(path, bin_data):
            _logger.warning("the file %s was only half written, and is written again", path)
            self._bridge_rewrite(path, bin_data)
        return super()._get_path(bin_data, sha)

    @api.model
    def _file_write(self, bin_value, checksum):
        path = self._full_path(f"{checksum[:2]}/{checksum}")
        was_there = os.path.exists(path)
        try:
            return super()._file_write(bin_value, checksum)
        except OSError:
            if not was_there and os.path.isfile(path) and self._bridge_is_half(path, bin_value):
                with suppress(OSError):
                    os.unlink(path)
            raise

    @api.model
    def _bridge_rewrite(self, path, content):
        """Replace a file in one step: another process may be about to refer to it."""
        whole = f"{path}.{uuid.uuid4().hex}"
        try:
            with open(whole, "wb") as file:
                file.write(content)
            os.replace(whole, path)
        except OSError:
            with suppress(OSError):
                os.unlink(whole)
            raise

    @api.model
    def _bridge_is_half(self, path, content):
        """Whether a file contains only the beginning of its content."""
        size = os.path.getsize(path)
        if size >= len(content):
            return False
        with open(path, "rb") as file:
            return file.read() == content[:size]
